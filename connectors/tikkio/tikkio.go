// Package tikkio reads the lists of events that Tikkio, a Norwegian ticket seller, writes into its pages for search engines.
package tikkio

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"path"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/hold"
	"fritidshub/connectors/markup"
	"fritidshub/connectors/tickets"
	"fritidshub/fetch"
)

// Kind reads the page of a town, a venue or an organiser at tikkio.com.
var Kind = connectors.Kind{
	Name:    "tikkio",
	Version: 1,
	Summary: "Leser arrangementer med billettsalg fra Tikkios sider for et sted, en scene eller en arrangør.",
	Basis:   connectors.BasisSeen,
	Options: &Options{}, Recognise: recognise,
	New: func(decode func(any) error) (connectors.Connector, error) {
		var c connector
		if err := decode(&c.Options); err != nil {
			return nil, err
		}
		return &c, connectors.Count("max_pages", &c.MaxPages, defaultPages, mostPages)
	},
}

// Options are the options of a tikkio source.
type Options struct {
	MaxPages int `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest sider i en kjøring. Uten verdi: 200."`
}

// Bounds of a run.
const (
	defaultPages = 200
	mostPages    = 2_000
	mostEvents   = 50_000 // kept until the whole list is read: the dates of an event may come pages apart
	emptyPages   = 3      // in a row before a walk ends
)

type connector struct{ Options }

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	return hold.WhileUnchanged(ctx, s, c.pull)
}

func (c *connector) pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	w := &walk{connector: c, s: s, seen: map[string]bool{}, visited: map[string]bool{}}
	if err := w.pull(ctx); err != nil {
		return connectors.Outcome{}, err
	}
	emit := func(r catalog.Record) error {
		r.Source = s.Source.ID
		return s.Emit(r)
	}
	if err := w.events.Each(s.Source.Zone, emit); err != nil {
		return connectors.Outcome{}, err
	}
	for _, r := range w.others {
		if err := emit(r); err != nil {
			return connectors.Outcome{}, err
		}
	}
	return connectors.Outcome{Complete: w.why == "", Why: w.why}, nil
}

// walk is one pull. No record is emitted before the whole is read: the dates of an event may stand on several pages.
type walk struct {
	*connector
	s       *connectors.Session
	seen    map[string]bool // dates of events
	visited map[string]bool // pages
	events  tickets.Series
	others  []catalog.Record // with another number of dates than one
	title   string           // of the first page
	empty   bool             // a page says that its list is empty
	why     string           // not complete
}

func (w *walk) incomplete(why string) { w.why = cmp.Or(w.why, why) }

func (w *walk) pull(ctx context.Context) error {
	bare := 0
	for next := w.s.Source.URL; next != ""; {
		switch {
		case len(w.visited) >= w.MaxPages:
			w.incomplete(fmt.Sprintf("Kilden har flere enn %d sider; resten er ikke lest (options.max_pages).", len(w.visited)))
			return nil
		case len(w.seen) >= mostEvents:
			w.incomplete(fmt.Sprintf("Kilden har flere enn %d arrangementer; resten er ikke lest.", mostEvents))
			return nil
		}
		w.visited[next] = true
		resp, text, err := w.s.Text(ctx, connectors.Request{URL: next, Accept: "text/html, application/ld+json;q=0.9, */*;q=0.5", HTML: !isDocument(next)})
		if err != nil {
			return err
		}
		page, err := Parse(text, resp.URL, w.s.Source.Language)
		if err != nil {
			return err
		}
		w.title, w.empty = cmp.Or(w.title, page.Title), w.empty || page.Empty
		fresh := w.add(page, fmt.Sprintf("side %d, ", len(w.visited)))
		if bare++; len(page.Events) > 0 {
			bare = 0
		}
		next = page.Next
		switch {
		case next == "" || w.visited[next]:
			next = ""
		case len(page.Events) > 0 && fresh == 0:
			w.incomplete(fmt.Sprintf("Side %d gjentar det som er lest, men kilden oppgir flere sider.", len(w.visited)))
			next = ""
		case !markup.SameOrigin(next, resp.URL):
			w.incomplete("Neste side ligger på et annet nettsted og er ikke lest.")
			next = ""
		case bare >= emptyPages:
			w.incomplete(fmt.Sprintf("%d sider på rad uten arrangementer; resten er ikke lest.", emptyPages))
			next = ""
		}
	}
	if len(w.seen) == 0 && !w.empty && w.why == "" {
		return &connectors.PayloadError{URL: fetch.Redact(w.s.Source.URL), Locator: `script type="application/ld+json"`, Found: w.title,
			Expected: "Tikkios liste over arrangementer som JSON-LD (ItemList med itemListElement)",
			Advice:   "Åpne adressen i en nettleser: den skal vise en liste over arrangementer, som https://tikkio.com/locations/<nummer>-<sted>. Rett url"}
	}
	return nil
}

// isDocument reports whether an address is that of data and not of a page written for people.
func isDocument(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (strings.HasSuffix(u.Path, ".json") || strings.HasSuffix(u.Path, ".jsonld") || path.Ext(u.Opaque) == ".json")
}

// Parse reads one page, or the JSON-LD of one alone; address is where it came from. Broken JSON is an error when it is the whole document.
func Parse(text, address, language string) (*markup.Page, error) {
	if start := strings.TrimLeft(text, "\uFEFF \t\r\n"); !strings.HasPrefix(start, "{") && !strings.HasPrefix(start, "[") {
		return markup.ReadHTML(text, address, language), nil
	}
	page, err := markup.ReadJSON(text, address, language)
	if err != nil {
		return nil, &connectors.PayloadError{URL: fetch.Redact(address), Expected: "JSON-LD fra Tikkio", Locator: err.Error(), Found: catalog.CleanText(text[:min(len(text), 200)], 60),
			Advice: "Blir det ikke bedre ved neste kjøring, så er svaret ødelagt hos Tikkio: skriv nettsidens adresse i url, eller si fra til dem"}
	}
	if said := connectors.Refusal(text); len(page.Events) == 0 && said != "" {
		return nil, &connectors.PayloadError{URL: fetch.Redact(address), Expected: "Tikkios liste over arrangementer som JSON-LD", Found: said,
			Advice: "Blir det ikke bedre ved neste kjøring, så skriv nettsidens adresse i url"}
	}
	return page, nil
}

// add takes over what a page holds and says how many of its events are new.
func (w *walk) add(page *markup.Page, where string) (fresh int) {
	for _, n := range page.Notes {
		w.s.Warn(where+n.Where, n.Text)
	}
	for _, b := range page.Broken {
		w.s.Reject(catalog.Reject{Locator: where + b.Where, Reason: b.Text + ".", Fixer: catalog.FixSource})
		w.incomplete(where + b.Where + " kunne ikke leses, så arrangementene i den er ukjente.")
	}
	for i := range page.Events {
		r, notes, reject := w.record(&page.Events[i])
		key := r.NativeID + "\x00" + markup.DerivedID(&r)
		if w.seen[key] {
			continue
		}
		w.seen[key] = true
		fresh++
		for _, n := range notes {
			w.s.Warn(where+n.Where, n.Text)
		}
		if reject != nil {
			reject.Locator = where + reject.Locator
			w.s.Reject(*reject)
			continue
		}
		if len(r.Schedule.Dates) != 1 {
			w.others = append(w.others, r)
			continue
		}
		if o := &r.Schedule.Dates[0]; !o.AllDay {
			o.Start = o.Start.In(w.s.Source.Zone) // tickets are named by it
		}
		w.events.Add(r.NativeID, r)
	}
	return fresh
}
