// Package gancio reads Gancio, the shared agenda of local communities: its API, or what it gives over ActivityPub.
package gancio

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/activitystreams"
	"fritidshub/connectors/hold"
	"fritidshub/connectors/markup"
)

// Kind is the kind gancio.
var Kind = connectors.Kind{
	Name:    "gancio",
	Version: 1,
	Summary: "Leser Gancio, en felles kalender for lokalmiljøer, gjennom API-et eller ActivityPub.",
	Basis:   connectors.BasisPartly,
	Options: &Options{},
	New: func(decode func(any) error) (connectors.Connector, error) {
		var c connector
		if err := decode(&c.Options); err != nil {
			return nil, err
		}
		return &c, errors.Join(connectors.Count("max_pages", &c.MaxPages, defaultPages, mostPages), connectors.Count("page_size", &c.PageSize, defaultSize, mostOnPage),
			connectors.Count("max_details", &c.MaxDetails, defaultDetails, mostDetails))
	},
	Recognise: recognise,
}

// Options are the options of a gancio source.
type Options struct {
	PageSize int `yaml:"page_size" json:"page_size,omitempty" jsonschema:"minimum=1,maximum=5000,description=Arrangementer på hver side (max i API-et). Uten verdi: 200."`
	MaxPages int `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest sider i en kjøring. Uten verdi: 200."`
	// Details asks for the description of every event to come, one request each.
	Details    bool `yaml:"details" json:"details,omitempty" jsonschema:"description=Hent omtalen av hvert kommende arrangement\\, med en forespørsel for hvert."`
	MaxDetails int  `yaml:"max_details" json:"max_details,omitempty" jsonschema:"minimum=1,maximum=1000,description=Flest omtaler i en kjøring. Uten verdi: 200."`
}

const (
	eventsPath   = "/api/events"
	defaultSize  = 200
	defaultPages = 200
	mostPages    = 2_000
	mostHeld     = 100 << 20 // packed bytes of events that repeat
)

type connector struct{ Options }

// first is the address of the first page, and how many items a page has; 0 when the address is not the list of the API. What the editor has
// asked for is kept.
func (c *connector) first(source string, now time.Time) (address string, size int, err error) {
	u, err := url.Parse(source)
	if err != nil || u.Scheme == "file" {
		return source, 0, err
	}
	if !strings.Contains(u.Path, "/api/") && !strings.Contains(u.Path, "/federation/") {
		u.Path = strings.TrimSuffix(u.Path, "/") + eventsPath
	}
	if !strings.HasSuffix(strings.TrimSuffix(u.Path, "/"), eventsPath) {
		return u.String(), 0, nil
	}
	q := u.Query()
	if !q.Has("start") {
		q.Set("start", strconv.FormatInt(connectors.Window(now).Unix(), 10))
	}
	for _, name := range []string{"show_recurrent", "show_multidate"} {
		if !q.Has(name) {
			q.Set(name, "true")
		}
	}
	size = c.PageSize
	if n, err := strconv.Atoi(q.Get("max")); err == nil && n > 0 && n <= mostOnPage {
		size = n
	}
	q.Set("max", strconv.Itoa(size))
	u.RawQuery = q.Encode()
	return u.String(), size, nil
}

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	return hold.WhileUnchanged(ctx, s, c.pull)
}

func (c *connector) pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	start, size, err := c.first(s.Source.URL, s.Now)
	if err != nil {
		return connectors.Outcome{}, err
	}
	w := newWalk(c, s)
	visited := map[string]bool{}
	for next := start; next != "" && w.why == ""; {
		number := len(visited)
		switch {
		case number >= c.MaxPages:
			w.why = fmt.Sprintf("Kilden har flere enn %d sider; resten er ikke lest (options.max_pages).", number)
			continue
		case w.series.Size() > mostHeld:
			w.why = fmt.Sprintf("Arrangementene som gjentas, er større enn %d MiB til sammen; resten er ikke lest.", mostHeld>>20)
			continue
		}
		visited[next] = true
		resp, text, err := s.Text(ctx, connectors.Request{URL: next, Accept: activitystreams.Accept})
		if err != nil {
			return connectors.Outcome{}, err
		}
		page, err := Parse(text, resp.URL)
		if err != nil {
			return connectors.Outcome{}, err
		}
		fresh, err := w.add(ctx, page, resp.URL, number+1)
		if err != nil {
			return connectors.Outcome{}, err
		}
		next = ""
		switch d := page.Streams; {
		case size > 0 && page.Items() >= size && fresh == 0:
			w.why = fmt.Sprintf("Side %d gjentar det som er lest: nettstedet blar ikke (slik er det når forsiden viser en samling). Skriv et høyere tall i options.page_size.", number+1)
		case size > 0 && page.Items() >= size:
			next = markup.Numbered(start, "page", number+1)
		case d != nil && d.Next != "":
			next = markup.Resolve(d.Next, resp.URL)
			if next == "" || visited[next] || !markup.SameOrigin(next, resp.URL) {
				w.why, next = "Neste side (next) er alt lest eller ligger på et annet nettsted.", ""
			}
		}
	}
	if n := w.details.over; n > 0 {
		s.Warn("", fmt.Sprintf("%d arrangementer er uten omtale: flere hentes ikke (options.max_details)", n))
	}
	if err := w.series.Each(s.Emit); err != nil {
		return connectors.Outcome{}, err
	}
	return connectors.Outcome{Complete: w.why == "", Why: w.why}, nil
}

// walk is one pull.
type walk struct {
	*connector
	s       *connectors.Session
	reader  activitystreams.Reader
	seen    map[string]bool // ids
	series  hold.Series     // of events that repeat one, by its id
	details details
	why     string // not complete
}

func newWalk(c *connector, s *connectors.Session) *walk {
	return &walk{connector: c, s: s, seen: map[string]bool{}, reader: activitystreams.Reader{Source: s.Source}, details: details{left: c.MaxDetails}}
}

// again notes an id and reports whether it was known.
func (w *walk) again(id string) bool {
	known := id != "" && w.seen[id]
	if id != "" {
		w.seen[id] = true
	}
	return known
}

// add hands over the events of a page and says how many are new. Lists that shift while they are read repeat events; the first counts.
func (w *walk) add(ctx context.Context, p Page, address string, number int) (fresh int, err error) {
	locate := func(where string) string { return fmt.Sprintf("side %d, %s", number, where) }
	bad := p.Bad
	if p.Streams != nil {
		bad = append(bad, p.Streams.Bad...)
	}
	for _, r := range bad {
		r.Locator = locate(r.Locator)
		w.s.Reject(r)
		fresh++
	}
	for i := range p.Events {
		e := &p.Events[i]
		if w.again(e.ID.Value.String()) {
			continue
		}
		fresh++
		r, parent, note, field, err := record(e, site(address), w.s.Source)
		if !w.usable(r, locate(e.Where), field, err) {
			continue
		}
		if note != "" {
			w.s.Warn(locate(e.Where), note)
		}
		if _, known := w.series.Title(parent); !known {
			if ok, err := w.describe(ctx, e, &r, site(address), locate(e.Where)); !ok {
				if err != nil {
					return fresh, err
				}
				continue
			}
		}
		if parent != "" {
			err = w.series.Add(parent, r)
		} else {
			err = w.s.Emit(r)
		}
		if err != nil {
			return fresh, err
		}
	}
	if p.Streams == nil {
		return fresh, nil
	}
	n, err := w.streams(p.Streams, address, locate)
	return fresh + n, err
}

// streams hands over what came over ActivityPub.
func (w *walk) streams(d *activitystreams.Document, address string, locate func(string) string) (fresh int, err error) {
	for _, id := range d.Gone {
		w.again(id)
	}
	for i := range d.Events {
		e := &d.Events[i]
		if thing, _ := e.IDs(); w.again(thing) {
			continue
		}
		fresh++
		r, notes, field, err := w.reader.Record(e, address)
		if !w.usable(r, locate(e.Where), field, err) {
			continue
		}
		for _, note := range notes {
			w.s.Warn(locate(e.Where), note)
		}
		if err := w.s.Emit(r); err != nil {
			return fresh, err
		}
	}
	for i := range d.Places {
		p := &d.Places[i]
		if w.again(p.ID.Value) {
			continue
		}
		fresh++
		r, field, err := w.reader.PlaceRecord(p, address)
		if !w.usable(r, locate(p.Where), field, err) {
			continue
		}
		if err := w.s.Emit(r); err != nil {
			return fresh, err
		}
	}
	return fresh, nil
}

// usable reports whether err is nil; what is hidden is passed over, anything else rejected.
func (w *walk) usable(r catalog.Record, where, field string, err error) bool {
	if err != nil && !errors.Is(err, errHidden) {
		fixer := catalog.FixSource
		if field == "defaults.kind" {
			fixer = catalog.FixEditor
		}
		w.s.Reject(catalog.Reject{NativeID: r.NativeID, Title: r.Title, Locator: where, Field: field, Reason: err.Error(), Fixer: fixer})
	}
	return err == nil
}
