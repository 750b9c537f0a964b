// Package linkedevents reads Linked Events, the event API of Helsinki and other Finnish cities.
package linkedevents

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/hold"
	"fritidshub/connectors/markup"
	"fritidshub/fetch"
)

// Kind reads the list /v1/event/ of a Linked Events server.
var Kind = connectors.Kind{
	Name:      "linkedevents",
	Version:   1,
	Summary:   "Leser Linked Events, det åpne arrangements-API-et til Helsingfors og andre finske byer.",
	Basis:     connectors.BasisSeen,
	Options:   &Options{},
	New:       newConnector,
	Recognise: recognise,
}

// Options are the options of a linkedevents source.
type Options struct {
	Zone     string `yaml:"zone" json:"zone,omitempty" jsonschema:"description=Tidssonen til arrangementene: Europe/Helsinki. Uten verdi: hubens."`
	Currency string `yaml:"currency" json:"currency,omitempty" jsonschema:"description=Valutaen til priser uten valutategn\\, tre store bokstaver: EUR. Uten verdi blir slike priser stående som tekst."`
	MaxPages int    `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"description=Flest sider i en kjøring (1 til 2000). Uten verdi: 200."`
}

// Bounds of a run.
const (
	defaultPages = 200
	mostPages    = 2_000
	mostItems    = 50_000    // kept until the whole list is read
	mostText     = 100 << 20 // bytes of titles and descriptions kept
	emptyPages   = 3         // in a row before a walk ends
)

type connector struct {
	Options
	zone *time.Location // nil: the source's
}

var currency = regexp.MustCompile(`^[A-Z]{3}$`)

func newConnector(decode func(any) error) (connectors.Connector, error) {
	c := &connector{}
	if err := decode(&c.Options); err != nil {
		return nil, err
	}
	if c.Zone != "" {
		zone, err := time.LoadLocation(c.Zone)
		if err != nil || c.Zone == "Local" {
			return nil, fmt.Errorf("options.zone: %q er ikke en tidssone; skriv for eksempel Europe/Helsinki", c.Zone)
		}
		c.zone = zone
	}
	if c.Currency != "" && !currency.MatchString(c.Currency) {
		return nil, fmt.Errorf("options.currency: %q er ikke en valuta; skriv for eksempel EUR", c.Currency)
	}
	return c, connectors.Count("max_pages", &c.MaxPages, defaultPages, mostPages)
}

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	return hold.WhileUnchanged(ctx, s, c.pull)
}

func (c *connector) pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	w := &walk{connector: c, s: s, seen: map[string]bool{}, a: adapter{source: s.Source, zone: s.Source.Zone, currency: c.Currency}}
	if c.zone != nil {
		w.a.zone = c.zone
	}
	if err := w.list(ctx); err != nil {
		return connectors.Outcome{}, err
	}
	for _, r := range w.fold() {
		r.Source = s.Source.ID
		if err := s.Emit(*r); err != nil {
			return connectors.Outcome{}, err
		}
	}
	return connectors.Outcome{Complete: w.why == "", Why: w.why}, nil
}

// walk is one pull. No record is emitted before the whole is read: the dates of an event may come pages before the event itself.
type walk struct {
	*connector
	s     *connectors.Session
	a     adapter
	seen  map[string]bool // ids
	found []*found
	items int    // read, without repeats
	text  int    // bytes kept
	why   string // not complete
}

func (w *walk) incomplete(why string) {
	if w.why == "" {
		w.why = why
	}
}

// first is the address of the first page: places and keywords whole, and big pages, unless the source's own address says otherwise.
func (w *walk) first() string {
	u, err := url.Parse(w.s.Source.URL)
	if err != nil || u.Scheme == "file" {
		return w.s.Source.URL
	}
	var extra []string
	if u.RawQuery != "" {
		extra = append(extra, u.RawQuery)
	}
	if !u.Query().Has("include") {
		extra = append(extra, "include=location,keywords")
	}
	if !u.Query().Has("page_size") {
		extra = append(extra, "page_size=100")
	}
	u.RawQuery = strings.Join(extra, "&")
	return u.String()
}

// next is the address of the next page, "" when the walk is over. Servers behind a proxy often write http for https.
func (w *walk) next(ref, at string, visited map[string]bool) string {
	if ref == "" {
		return ""
	}
	link := markup.Resolve(ref, at)
	if secure := strings.Replace(link, "http:", "https:", 1); markup.SameOrigin(secure, at) {
		link = secure
	}
	switch {
	case link == "" || !markup.SameOrigin(link, at) && !markup.SameOrigin(link, w.s.Source.URL):
		w.incomplete("Neste side (meta.next) ligger på et annet nettsted og er ikke lest.")
		return ""
	case visited[link]:
		w.incomplete("Neste side (meta.next) er en side som alt er lest.")
		return ""
	}
	return link
}

func (w *walk) list(ctx context.Context) error {
	visited := map[string]bool{}
	count, empty := 0, 0
	for at := w.first(); at != ""; {
		switch {
		case len(visited) >= w.MaxPages:
			w.incomplete(fmt.Sprintf("Kilden har flere enn %d sider; resten er ikke lest (options.max_pages).", w.MaxPages))
			return nil
		case w.items > mostItems || w.text > mostText:
			w.incomplete(fmt.Sprintf("Kilden har mer enn %d arrangementer eller %d MiB tekst; resten er ikke lest. Avgrens med start=today i url.", mostItems, mostText>>20))
			return nil
		}
		visited[at] = true
		resp, text, err := w.s.Text(ctx, connectors.Request{URL: at, Accept: "application/json"})
		if err != nil {
			return err
		}
		page, err := Parse(text, resp.URL)
		if err != nil {
			return err
		}
		count = page.Count
		held, fresh := len(page.Items)+len(page.Bad), w.add(page, len(visited))
		if empty++; held > 0 {
			empty = 0
		}
		if page.Next != "" && (held > 0 && fresh == 0 || empty >= emptyPages) {
			w.incomplete(fmt.Sprintf("Side %d er tom eller gjentar det som er lest, men kilden oppgir flere sider.", len(visited)))
			return nil
		}
		at = w.next(page.Next, resp.URL, visited)
	}
	if w.items < count {
		w.incomplete(fmt.Sprintf("Kilden skal ha %d arrangementer, men %d ulike ble lest. Det som mangler, blir stående som det var.", count, w.items))
	}
	if w.items > 0 && len(w.found)+w.a.skipped == 0 && w.a.others == w.items {
		return &connectors.PayloadError{URL: fetch.Redact(w.s.Source.URL), Locator: "data[0].@type", Expected: "lista over arrangementer (/v1/event/), der hver er en Event", Found: w.a.other,
			Advice: "Skriv adressen til arrangementslista i url"}
	}
	return nil
}

// add takes over a page and says how many of its events are new. Lists that shift while they are read repeat events; the first counts.
func (w *walk) add(p Page, page int) (fresh int) {
	for _, r := range p.Bad {
		r.Locator = fmt.Sprintf("side %d, %s", page, r.Locator)
		w.s.Reject(r)
		w.items++
	}
	for _, x := range p.Items {
		x.Where = fmt.Sprintf("side %d, %s", page, x.Where)
		id := catalog.NativeID(x.ID.Value)
		if id != "" {
			if w.seen[id] {
				continue
			}
			w.seen[id] = true
			fresh++
		}
		w.items++
		f, notes, reject := w.a.event(x)
		for _, n := range notes {
			w.s.Warn(x.Where, n)
		}
		switch {
		case reject != nil:
			w.s.Reject(*reject)
		case f.NativeID != "":
			w.text += len(f.Description) + len(f.Summary) + len(f.Title)
			w.found = append(w.found, &f)
		}
	}
	return fresh
}
