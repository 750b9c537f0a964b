// Package mobilizon reads Mobilizon, a federated calendar of groups: its GraphQL API, or what a group gives over ActivityPub.
package mobilizon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/activitystreams"
	"fritidshub/connectors/hold"
	"fritidshub/connectors/markup"
	"fritidshub/fetch"
)

// Kind is the kind mobilizon.
var Kind = connectors.Kind{
	Name:      "mobilizon",
	Version:   1,
	Summary:   "Leser Mobilizon, en kalender for grupper, gjennom GraphQL-API-et eller en gruppes ActivityPub.",
	Basis:     connectors.BasisReported,
	Options:   &Options{},
	New:       newConnector,
	Recognise: recognise,
}

// Options are the options of a mobilizon source. Without a group its events are searched for.
type Options struct {
	Group    string   `yaml:"group" json:"group,omitempty" jsonschema:"description=Brukernavnet til gruppa som skal leses: larvikkor\\, eller larvikkor@annet.example."`
	Term     string   `yaml:"term" json:"term,omitempty" jsonschema:"description=Ord å søke etter."`
	Tags     string   `yaml:"tags" json:"tags,omitempty" jsonschema:"description=Stikkord å søke etter\\, med komma mellom."`
	Location string   `yaml:"location" json:"location,omitempty" jsonschema:"description=Geohash for midten av området det søkes i: u4xh7."`
	Radius   float64  `yaml:"radius" json:"radius,omitempty" jsonschema:"description=Kilometer ut fra location. Uten verdi: tjenerens\\, som er 50."`
	Local    bool     `yaml:"local" json:"local,omitempty" jsonschema:"description=Søk bare i nettstedets egne arrangementer\\, ikke i dem som er føderert dit."`
	Omit     []string `yaml:"omit" json:"omit,omitempty" jsonschema:"description=Felter som tjeneren ikke kjenner og som ikke skal etterspørres: externalParticipationUrl."`
	PageSize int      `yaml:"page_size" json:"page_size,omitempty" jsonschema:"minimum=1,maximum=1000,description=Arrangementer på hver side. Uten verdi: 100."`
	MaxPages int      `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest sider i en kjøring. Uten verdi: 200."`
}

const (
	apiPath      = "/api"
	defaultSize  = 100
	mostSize     = 1_000
	defaultPages = 200
	mostPages    = 2_000
)

type connector struct{ Options }

var (
	groupName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}(@[A-Za-z0-9.-]{1,200}(:\d+)?)?$`)
	geohash   = regexp.MustCompile(`^[0-9b-hjkmnp-z]{1,12}$`)
)

func newConnector(decode func(any) error) (connectors.Connector, error) {
	c := &connector{}
	if err := decode(&c.Options); err != nil {
		return nil, err
	}
	o := &c.Options
	o.Group = strings.TrimPrefix(o.Group, "@")
	names := fieldNames(shown)
	for _, name := range o.Omit {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("options.omit: %q kan ikke utelates; det er blant disse: %s", name, strings.Join(slices.Compact(slices.Sorted(slices.Values(names))), ", "))
		}
	}
	switch {
	case o.Group != "" && !groupName.MatchString(o.Group):
		return nil, fmt.Errorf("options.group: %q er ikke navnet på en gruppe; skriv larvikkor eller larvikkor@annet.example", o.Group)
	case o.Group != "" && (o.Term+o.Tags+o.Location != "" || o.Radius != 0 || o.Local):
		return nil, errors.New("options.group kan ikke brukes sammen med term, tags, location, radius eller local, som er for søk")
	case o.Location != "" && !geohash.MatchString(o.Location):
		return nil, fmt.Errorf("options.location: %q er ikke en geohash; den har bare tall og små bokstaver, som u4xh7", o.Location)
	case o.Radius < 0 || o.Radius > 20_000 || o.Radius > 0 && o.Location == "":
		return nil, fmt.Errorf("options.radius er %g; bruk kilometer, sammen med options.location", o.Radius)
	}
	return c, errors.Join(connectors.Count("page_size", &o.PageSize, defaultSize, mostSize), connectors.Count("max_pages", &o.MaxPages, defaultPages, mostPages))
}

// api is the address of the GraphQL API when source is the address of a site or of the API; "" when it is of one thing on the site.
func api(source string) string {
	u, err := url.Parse(source)
	if err != nil || u.Scheme == "file" {
		return ""
	}
	switch strings.TrimSuffix(u.Path, "/") {
	case "", apiPath:
		u.Path = apiPath
		return u.String()
	}
	return ""
}

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	return hold.WhileUnchanged(ctx, s, func(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
		w := &walk{connector: c, s: s, seen: map[string]bool{}, reader: activitystreams.Reader{Source: s.Source, Groups: map[string]activitystreams.Actor{}}}
		read := w.streams
		if at := api(s.Source.URL); at != "" {
			read = func(ctx context.Context) error { return w.search(ctx, at) }
		} else if c.Group != "" {
			return connectors.Outcome{}, fmt.Errorf("%s: options.group gjelder API-et; skriv nettstedets adresse i url, eller ta bort options.group", fetch.Redact(s.Source.URL))
		}
		if err := read(ctx); err != nil {
			return connectors.Outcome{}, err
		}
		return connectors.Outcome{Complete: w.why == "", Why: w.why}, nil
	})
}

// walk is one pull.
type walk struct {
	*connector
	s      *connectors.Session
	reader activitystreams.Reader
	seen   map[string]bool // ids
	read   int             // items, without repeats
	why    string          // not complete
}

func (w *walk) get(ctx context.Context, req connectors.Request) (Page, string, error) {
	resp, text, err := w.s.Text(ctx, req)
	if err != nil {
		return Page{}, "", err
	}
	page, err := Parse(text, resp.URL)
	return page, resp.URL, err
}

// search reads the API page by page, from the first day of a month, so that the questions change once a month only.
func (w *walk) search(ctx context.Context, at string) error {
	from := connectors.Window(w.s.Now)
	for number := 1; ; number++ {
		if number > w.MaxPages {
			w.why = tooMany(w.MaxPages)
			return nil
		}
		body, err := w.request(number, from)
		if err != nil {
			return err
		}
		page, address, err := w.get(ctx, connectors.Request{URL: at, Method: "POST", Body: body, Accept: "application/json"})
		if err != nil {
			return err
		}
		if page.Streams != nil {
			return &connectors.PayloadError{URL: fetch.Redact(at), Expected: "svar fra Mobilizons API (GraphQL)", Found: "ActivityPub", Advice: "Se om url er adressen til nettstedet"}
		}
		before := w.read
		if err := w.add(page, address, number); err != nil {
			return err
		}
		switch {
		case w.read >= page.Total && number*w.PageSize >= page.Total:
			return nil
		case page.Items() > 0 && w.read > before:
		default:
			w.why = fmt.Sprintf("Kilden skal ha %d arrangementer, men %d ulike ble lest. Det som mangler, blir stående som det var.", page.Total, w.read)
			return nil
		}
	}
}

func tooMany(pages int) string {
	return fmt.Sprintf("Kilden har flere enn %d sider; resten er ikke lest (options.max_pages).", pages)
}

// streams reads what is given over ActivityPub: a group and its outbox, an outbox, or one event. Pages of Mobilizon do not always name
// the next one; then it is the one of the next number.
func (w *walk) streams(ctx context.Context) error {
	visited := map[string]bool{}
	root, total, number := "", 0, 1
	for next := w.s.Source.URL; next != ""; {
		if len(visited) >= w.MaxPages {
			w.why = tooMany(w.MaxPages)
			return nil
		}
		visited[next] = true
		page, address, err := w.get(ctx, connectors.Request{URL: next, Accept: activitystreams.Accept})
		if err != nil {
			return err
		}
		d := page.Streams
		if d == nil { // a kept answer of the API
			return w.add(page, address, len(visited))
		}
		ref := d.Next
		if a := d.Actor; a != nil {
			if !a.Group || a.Outbox == "" {
				return &connectors.PayloadError{URL: fetch.Redact(address), Locator: "type", Expected: "en gruppe (Group) med utboks", Found: "noe annet enn en gruppe", Advice: "Personer leses ikke. Skriv adressen til en gruppe i url"}
			}
			w.reader.Groups[a.ID], ref = *a, a.Outbox
		} else if d.Total > 0 && root == "" {
			root, total = address, d.Total
		}
		before := w.read
		if err := w.add(page, address, len(visited)); err != nil {
			return err
		}
		if ref == "" && root != "" && w.read < total && w.read > before {
			number++
			ref = markup.Numbered(root, "page", number)
		}
		if ref == "" {
			break
		}
		if next = markup.Resolve(ref, address); next == "" || visited[next] || !markup.SameOrigin(next, address) {
			w.why = "Neste side (next, outbox) er alt lest eller ligger på et annet nettsted."
			return nil
		}
	}
	if w.read < total {
		w.why = fmt.Sprintf("Samlingen skal ha %d poster, men %d ulike ble lest. Det som mangler, blir stående som det var.", total, w.read)
	}
	return nil
}

// add hands over the events of a page. Lists that shift while they are read repeat events; the first counts.
func (w *walk) add(p Page, address string, number int) error {
	locate := func(where string) string { return fmt.Sprintf("side %d, %s", number, where) }
	if d := p.Streams; d != nil {
		w.read += len(d.Bad) + d.Links + d.Others
		for _, id := range d.Gone {
			w.again(id)
		}
		w.reject(d.Bad, locate)
		for i := range d.Events {
			e := &d.Events[i]
			if thing, _ := e.IDs(); w.again(thing) {
				continue
			}
			r, notes, field, err := w.reader.Record(e, address)
			if err := w.hand(r, locate(e.Where), field, err, notes...); err != nil {
				return err
			}
		}
		for i := range d.Places {
			r, field, err := w.reader.PlaceRecord(&d.Places[i], address)
			w.read++
			if err := w.hand(r, locate(d.Places[i].Where), field, err); err != nil {
				return err
			}
		}
		return nil
	}
	w.read += len(p.Bad)
	w.reject(p.Bad, locate)
	for i := range p.Events {
		e := &p.Events[i]
		if w.again(cmp.Or(e.UUID.Value, e.URL.Value)) {
			continue
		}
		r, note, field, err := record(e, p.Group, address, &w.reader)
		if err := w.hand(r, locate(e.Where), field, err, note); err != nil {
			return err
		}
	}
	return nil
}

// again notes an id and reports whether it was known.
func (w *walk) again(id string) bool {
	if id != "" && w.seen[id] {
		return true
	}
	if id != "" {
		w.seen[id] = true
	}
	w.read++
	return false
}

func (w *walk) reject(bad []catalog.Reject, locate func(string) string) {
	for _, r := range bad {
		r.Locator = locate(r.Locator)
		w.s.Reject(r)
	}
}

// hand hands over a record, or rejects it when err says why; what is hidden is passed over.
func (w *walk) hand(r catalog.Record, where, field string, err error, notes ...string) error {
	switch {
	case errors.Is(err, activitystreams.ErrHidden):
		return nil
	case err != nil:
		fixer := catalog.FixSource
		if field == "defaults.kind" {
			fixer = catalog.FixEditor
		}
		w.s.Reject(catalog.Reject{NativeID: r.NativeID, Title: r.Title, Locator: where, Field: field, Reason: err.Error(), Fixer: fixer})
		return nil
	}
	for _, note := range notes {
		if note != "" {
			w.s.Warn(where, note)
		}
	}
	return w.s.Emit(r)
}
