// Package hsds reads services described by the Human Services Data Specification 3.0 of Open Referral: an API, or a file.
package hsds

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/hold"
	"fritidshub/fetch"
)

// Kind reads HSDS 3.0.
var Kind = connectors.Kind{
	Name:      "hsds",
	Version:   1,
	Summary:   "Leser tilbud beskrevet med Open Referral (HSDS 3.0): et API side for side, eller en fil.",
	Basis:     connectors.BasisStandard,
	Options:   &Options{},
	New:       newConnector,
	Recognise: recognise,
}

// Options are the options of an hsds source.
type Options struct {
	Details    bool `yaml:"details" json:"details,omitempty" jsonschema:"description=Hent også /services/{id} for hver tjeneste som lista ikke gir hel. For API-er som ikke forstår full=true."`
	MaxDetails int  `yaml:"max_details" json:"max_details,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest tjenester som hentes enkeltvis i en kjøring. Uten verdi: 200."`
	MaxPages   int  `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest sider i en kjøring. Uten verdi: 200."`
}

// Bounds of a run.
const (
	pageSize     = 100
	defaultCount = 200
	mostCount    = 2_000
	mostItems    = 200_000 // whose ids are remembered
)

type connector struct{ Options }

func newConnector(decode func(any) error) (connectors.Connector, error) {
	c := &connector{}
	if err := decode(&c.Options); err != nil {
		return nil, err
	}
	return c, errors.Join(connectors.Count("max_pages", &c.MaxPages, defaultCount, mostCount), connectors.Count("max_details", &c.MaxDetails, defaultCount, mostCount))
}

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	return hold.WhileUnchanged(ctx, s, c.pull)
}

// lists are the last part of the addresses of the API's lists.
var lists = []string{"services", "service_at_locations", "organizations", "locations"}

// first is the address of the first page, and the number of that page. What the editor has written stands.
func first(source string) (*url.URL, int, error) {
	u, err := url.Parse(source)
	if err != nil {
		return nil, 0, err
	}
	q := u.Query()
	number, err := strconv.Atoi(q.Get("page"))
	if err != nil || number < 1 {
		number = 1
	}
	if list := path.Base(u.Path); slices.Contains(lists, list) && strings.HasPrefix(u.Scheme, "http") {
		if !q.Has("per_page") {
			q.Set("per_page", strconv.Itoa(pageSize))
		}
		if list == "services" && !q.Has("full") && !q.Has("minimal") {
			q.Set("full", "true")
		}
		u.RawQuery = q.Encode()
	}
	return u, number, nil
}

type walk struct {
	*connector
	s       *connectors.Session
	a       adapter
	seen    map[string]bool // by key
	items   int
	details int
	why     string
}

func (c *connector) pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	u, number, err := first(s.Source.URL)
	if err != nil {
		return connectors.Outcome{}, err
	}
	w := &walk{connector: c, s: s, seen: map[string]bool{}, a: adapter{source: s.Source, today: catalog.Date(s.Now.In(s.Source.Zone).Date())}}
	total, fromStart := 0, number == 1
	for asked := 1; w.why == ""; asked++ {
		if asked > c.MaxPages {
			w.why = fmt.Sprintf("Kilden har flere enn %d sider; resten er ikke lest (options.max_pages).", c.MaxPages)
			break
		}
		resp, page, err := w.get(ctx, u.String())
		if err != nil {
			return connectors.Outcome{}, err
		}
		total = page.Total
		before := w.items
		if err := w.page(ctx, page, resp.URL, asked); err != nil {
			return connectors.Outcome{}, err
		}
		if w.why == "" && page.Paged && page.Listed > 0 && w.items == before {
			w.why = fmt.Sprintf("Side %d har bare det som er lest før; kilden gir visst samme side om igjen.", number)
		}
		if !page.Paged || page.Last || page.Pages > 0 && number >= page.Pages || page.Listed == 0 {
			break
		}
		number++
		q := u.Query()
		q.Set("page", strconv.Itoa(number))
		u.RawQuery = q.Encode()
	}
	if w.why == "" && fromStart && w.items < total {
		w.why = fmt.Sprintf("Kilden sier at den har %d, men bare %d ble lest.", total, w.items)
	}
	w.report()
	return connectors.Outcome{Complete: w.why == "", Why: w.why}, nil
}

func (w *walk) get(ctx context.Context, address string) (*connectors.Response, *Page, error) {
	resp, body, err := w.s.Text(ctx, connectors.Request{URL: address, Accept: "application/json"})
	if err != nil {
		return nil, nil, err
	}
	page, err := Parse(body, resp.URL)
	return resp, page, err
}

// page hands over what one page holds.
func (w *walk) page(ctx context.Context, page *Page, address string, number int) error {
	for _, it := range page.Items {
		if page.Paged {
			it.Where = fmt.Sprintf("side %d, %s", number, it.Where)
		}
		if w.seen[it.key()] {
			continue
		}
		if w.seen[it.key()] = true; len(w.seen) > mostItems {
			w.why = fmt.Sprintf("Kilden har mer enn %d oppføringer; resten er ikke lest.", mostItems)
			return nil
		}
		w.items++
		if err := w.complete(ctx, &it, address); err != nil || w.why != "" {
			return err
		}
		records, notes, reject := w.a.records(it)
		for _, n := range notes {
			w.s.Warn(it.Where, n)
		}
		if reject != nil {
			w.s.Reject(*reject)
		}
		for _, r := range records {
			r.Source = w.s.Source.ID
			if err := w.s.Emit(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// complete fetches the whole of a service that the list gives in short, when the editor wants it.
func (w *walk) complete(ctx context.Context, it *Item, address string) error {
	s := it.Service
	if !w.Details || s == nil || s.ID == "" || len(s.Places.Value)+len(s.Schedules.Value)+len(s.Costs.Value) > 0 {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || path.Base(u.Path) != "services" {
		return nil
	}
	if w.details++; w.details > w.MaxDetails {
		w.why = fmt.Sprintf("Kilden har flere enn %d tjenester som må hentes enkeltvis; resten er ikke lest (options.max_details).", w.MaxDetails)
		return nil
	}
	u = u.JoinPath(url.PathEscape(string(s.ID)))
	u.RawQuery = ""
	_, page, err := w.get(ctx, u.String())
	var gone *fetch.Error
	switch {
	case errors.As(err, &gone) && gone.Gone():
		w.s.Warn(it.Where, "tjenesten finnes i lista, men ikke for seg selv; bare det lista sier, er med")
	case err != nil:
		return err
	case len(page.Items) != 1 || page.Items[0].Service == nil || page.Items[0].Service.ID != s.ID:
		w.s.Warn(it.Where, "det som ligger på tjenestens egen adresse, er ikke tjenesten; bare det lista sier, er med")
	default:
		it.Service = page.Items[0].Service
	}
	return nil
}

func (w *walk) report() {
	if w.a.closed > 0 {
		w.s.Warn("", fmt.Sprintf("%d tjenester er stengt eller nedlagt (status) og er ikke med", w.a.closed))
	}
	if w.a.terms > 0 {
		w.s.Warn("", fmt.Sprintf("%d ord i en taksonomi er ikke med", w.a.terms))
	}
}

// recognise knows a document of HSDS by the names of its members.
func recognise(a *connectors.Answer) []connectors.Reading {
	thing := a.JSON
	if list := a.JSON.Get("contents"); list.IsArray() && a.JSON.Get("total_items").Exists() {
		thing = list.Get("0")
		if !thing.Exists() && slices.Contains(lists, path.Base(a.URL.Path)) {
			return []connectors.Reading{{Certain: connectors.Format}}
		}
	} else if a.JSON.IsArray() {
		thing = a.JSON.Get("0")
	}
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return thing.Get(n).Exists() })
	}
	switch {
	case a.JSON.Get(`services\.csv`).IsArray():
	case has("service_at_locations", "cost_options", "location_type", "eligibility_description", "organization_identifiers", "parent_organization_id"):
	case has("service.id") && has("location.location_type", "service.status"):
	case has("taxonomy_detail", "term_uri") && a.URL.Path != "": // words to sort by lead to what is sorted
		return []connectors.Reading{{URL: a.URL.ResolveReference(&url.URL{Path: "services"}).String(), Certain: connectors.Format}}
	case has("status") && has("organization.id", "organization_id", "fees_description", "schedules"):
	default:
		return nil
	}
	return []connectors.Reading{{Certain: connectors.Format}}
}
