// Package jsonld reads the events that web pages describe in JSON-LD or microdata, in the words of schema.org.
package jsonld

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/fetch"
)

// Kind reads pages with schema.org Event, Course, EventSeries and lists of them, or JSON-LD documents.
var Kind = connectors.Kind{
	Name:      "jsonld",
	Version:   1,
	Summary:   "Nettsider som beskriver arrangementer med JSON-LD eller mikrodata (schema.org), eller rene JSON-LD-dokumenter.",
	Basis:     connectors.BasisStandard,
	Options:   &Options{},
	New:       newConnector,
	Recognise: recognise,
}

// Options are the options of a jsonld source.
type Options struct {
	Follow   *Follow `yaml:"follow" json:"follow,omitempty" jsonschema:"description=Les sidene som listesiden lenker til."`
	MaxPages int     `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"description=Flest sider i en kjøring (1 til 2000). Uten verdi: 200."`
	// ZeroPrice is "free" (price 0 means free of charge, as schema.org has it) or "unknown".
	ZeroPrice string `yaml:"zero_price" json:"zero_price,omitempty" jsonschema:"enum=free,enum=unknown,description=Hva prisen 0 betyr hos denne kilden: free (gratis) eller unknown (ikke oppgitt). Uten verdi: free."`
}

// Follow says which links of a list page lead to the pages with the events.
type Follow struct {
	Links string `yaml:"links" json:"links" jsonschema:"description=CSS-velger for lenkene til arrangementenes egne sider."`
}

// Bounds of a run.
const (
	defaultPages = 200
	mostPages    = 2_000
	emptyPages   = 3 // empty pages in a row before a walk ends
)

type connector struct {
	pages       int
	links       cascadia.Selector // nil when no links are followed
	zeroUnknown bool
}

func newConnector(decode func(any) error) (connectors.Connector, error) {
	var o Options
	faults := []error{decode(&o)}
	c := &connector{pages: defaultPages, zeroUnknown: o.ZeroPrice == "unknown"}
	switch {
	case o.MaxPages < 0 || o.MaxPages > mostPages:
		faults = append(faults, fmt.Errorf("options.max_pages er %d; bruk et tall fra 1 til %d", o.MaxPages, mostPages))
	case o.MaxPages > 0:
		c.pages = o.MaxPages
	}
	if o.ZeroPrice != "" && o.ZeroPrice != "free" && o.ZeroPrice != "unknown" {
		faults = append(faults, fmt.Errorf("options.zero_price er %q; bruk free eller unknown", o.ZeroPrice))
	}
	if o.Follow != nil {
		sel, err := cascadia.Compile(o.Follow.Links)
		if err != nil {
			faults = append(faults, fmt.Errorf("options.follow.links er ingen CSS-velger: %q (%w)", o.Follow.Links, err))
		}
		c.links = sel
	}
	return c, errors.Join(faults...)
}

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	w := &walk{connector: c, s: s, visited: map[string]bool{}, seen: map[string]bool{}, unchanged: true, complete: true}
	if err := w.pull(ctx); err != nil {
		return connectors.Outcome{}, err
	}
	if w.unchanged && w.complete {
		return connectors.Outcome{Complete: true, Unchanged: true}, nil
	}
	for _, n := range w.notes {
		s.Warn(n.Where, n.Text)
	}
	for _, r := range w.rejects {
		s.Reject(r)
	}
	for _, r := range settle(w.records) {
		r.Source = s.Source.ID
		if err := s.Emit(*r); err != nil {
			return connectors.Outcome{}, err
		}
	}
	return connectors.Outcome{Complete: w.complete, Why: w.why}, nil
}

// walk is one pull: what it has read so far. Nothing is emitted before the whole is read, so that a run over unchanged pages is free.
type walk struct {
	*connector
	s         *connectors.Session
	fetched   int
	at        string          // where the last page came from, after redirects
	visited   map[string]bool // addresses asked for
	seen      map[string]bool // events by id, title and start
	records   []*catalog.Record
	rejects   []catalog.Reject
	notes     []markup.Note
	title     string // of the first page
	stated    bool   // a page says that its list is empty
	unchanged bool
	complete  bool
	why       string
}

func (w *walk) incomplete(why string) {
	if w.complete {
		w.complete, w.why = false, why
	}
}

func (w *walk) pull(ctx context.Context) error {
	next, empty := w.s.Source.URL, 0
	var follow []string
	for next != "" {
		if w.fetched >= w.pages {
			w.incomplete(fmt.Sprintf("Kilden har flere enn %d sider; resten er ikke lest (options.max_pages).", w.pages))
			break
		}
		page, links, err := w.page(ctx, next)
		if err != nil {
			return err
		}
		follow = append(follow, links...)
		items, fresh := len(page.Events)+len(links), w.add(page)
		for _, l := range links {
			if !w.seen["link "+l] {
				w.seen["link "+l] = true
				fresh++
			}
		}
		if empty++; items > 0 {
			empty = 0
		}
		if next = w.following(page.Next); next == "" {
			break
		}
		if items > 0 && fresh == 0 {
			w.incomplete(fmt.Sprintf("Side %d gjentar det som er lest, men kilden oppgir flere sider.", w.fetched))
			break
		}
		if empty >= emptyPages {
			w.incomplete(fmt.Sprintf("%d tomme sider på rad; resten er ikke lest.", emptyPages))
			break
		}
	}
	if err := w.follow(ctx, follow); err != nil {
		return err
	}
	if len(w.records)+len(w.rejects) == 0 && !w.stated {
		return &connectors.PayloadError{URL: fetch.Redact(w.s.Source.URL), Found: w.title,
			Expected: "minst ett arrangement som JSON-LD (script type=\"application/ld+json\" med @type Event, Course eller en undertype) eller mikrodata (itemtype schema.org/Event); er siden en innlogging eller en annen side enn før, så rett url i sources.yaml"}
	}
	return nil
}

// following is the next page to read, "" when the walk is over. It must lie where the source does, or where that has led us.
func (w *walk) following(next string) string {
	switch {
	case next == "" || w.visited[next]:
		return ""
	case !markup.SameOrigin(next, w.s.Source.URL) && !markup.SameOrigin(next, w.at):
		w.notes = append(w.notes, markup.Note{Where: fetch.Redact(w.at), Text: "Neste side (rel=next) ligger på et annet nettsted og er ikke lest"})
		w.incomplete("Neste side ligger på et annet nettsted og er ikke lest.")
		return ""
	}
	return next
}

// page fetches and reads one page, and gives the links of it that are to be followed.
func (w *walk) page(ctx context.Context, address string) (*markup.Page, []string, error) {
	w.visited[address] = true
	w.fetched++
	resp, err := w.s.Get(ctx, connectors.Request{URL: address, Accept: "text/html, application/ld+json, application/json;q=0.9, */*;q=0.5", HTML: !isDocument(address)})
	if err != nil {
		return nil, nil, err
	}
	w.visited[resp.URL], w.at = true, resp.URL
	w.unchanged = w.unchanged && resp.Unchanged
	text, err := resp.Text()
	if err != nil {
		return nil, nil, err
	}
	page, err := Parse(text, resp.URL, w.s.Source.Language)
	if err != nil {
		return nil, nil, err
	}
	if next := markup.NextLink(resp.Header.Values("Link"), resp.URL); next != "" {
		page.Next = next
	}
	if w.fetched == 1 {
		w.title = page.Title
	}
	w.stated = w.stated || page.Empty
	return page, w.linksOf(text, resp.URL), nil
}

// isDocument reports whether an address is plainly that of data and not of a page written for people.
func isDocument(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ext := strings.ToLower(path.Ext(u.Path))
	return ext == ".json" || ext == ".jsonld"
}

// Parse reads one page or JSON document; address is where it came from. Broken JSON is an error when it is the whole document.
func Parse(text, address, language string) (*markup.Page, error) {
	if start := strings.TrimLeft(text, " \t\r\n"); strings.HasPrefix(start, "{") || strings.HasPrefix(start, "[") {
		page, err := markup.ReadJSON(text, address, language)
		if err != nil {
			return nil, &connectors.PayloadError{URL: fetch.Redact(address), Expected: "JSON-LD", Locator: err.Error()}
		}
		if said := connectors.Refusal(text); len(page.Events) == 0 && said != "" {
			return nil, &connectors.PayloadError{URL: fetch.Redact(address), Expected: "minst ett arrangement, eller en tom liste alene", Found: said}
		}
		return page, nil
	}
	return markup.ReadHTML(text, address, language), nil
}

func (w *walk) linksOf(text, address string) []string {
	if w.links == nil {
		return nil
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(text))
	if err != nil {
		w.incomplete("Listesiden er for dypt nøstet til at lenkene kan leses.")
		return nil
	}
	var out []string
	foreign := 0
	doc.FindMatcher(w.links).Each(func(_ int, e *goquery.Selection) {
		href, _ := e.Attr("href")
		if href == "" {
			href, _ = e.Find("a[href]").First().Attr("href")
		}
		link := markup.Resolve(href, address)
		switch {
		case link == "":
		case !markup.SameOrigin(link, address):
			foreign++
		default:
			out = append(out, link)
		}
	})
	if foreign > 0 {
		w.notes = append(w.notes, markup.Note{Where: fetch.Redact(address), Text: fmt.Sprintf("%d lenker til andre nettsteder er ikke fulgt", foreign)})
	}
	return out
}

// follow reads the pages that the list pages link to. One that is gone is a reject; one that fails makes the run incomplete.
func (w *walk) follow(ctx context.Context, links []string) error {
	failed := 0
	for _, link := range links {
		if w.visited[link] {
			continue
		}
		if w.fetched >= w.pages {
			w.incomplete(fmt.Sprintf("Listen lenker til flere enn %d sider; resten er ikke lest (options.max_pages).", w.pages))
			break
		}
		page, _, err := w.page(ctx, link)
		switch gone := (*fetch.Error)(nil); {
		case err == nil && len(page.Events) > 0:
			failed = 0
			w.add(page)
			continue
		case err == nil:
			w.rejects = append(w.rejects, catalog.Reject{Locator: fetch.Redact(link), Title: page.Title, Reason: "Siden har ingen JSON-LD eller mikrodata om et arrangement.", Fixer: catalog.FixSource})
			continue
		case ctx.Err() != nil:
			return err
		case errors.As(err, &gone) && gone.Gone():
		default:
			w.incomplete("Ikke alle sidene som listen lenker til, kunne leses.")
			if failed++; failed >= emptyPages {
				return fmt.Errorf("%d sider på rad kunne ikke leses: %w", failed, err)
			}
		}
		w.rejects = append(w.rejects, catalog.Reject{Locator: fetch.Redact(link), Reason: "Siden kunne ikke leses: " + err.Error(), Fixer: catalog.FixSource})
	}
	return nil
}

// add takes over what a page holds and says how many of its events are new.
func (w *walk) add(page *markup.Page) int {
	w.notes = append(w.notes, page.Notes...)
	for _, b := range page.Broken {
		w.rejects = append(w.rejects, catalog.Reject{Locator: b.Where, Reason: b.Text, Fixer: catalog.FixSource})
		w.incomplete(b.Where + " kunne ikke leses, så arrangementene i den er ukjente.")
	}
	fresh := 0
	for i := range page.Events {
		record, notes, reject := page.Events[i].Record(markup.Context{Zone: w.s.Source.Zone, Kind: w.s.Source.Kind, ZeroUnknown: w.zeroUnknown})
		key := record.NativeID + "\x00" + markup.DerivedID(&record)
		if w.seen[key] {
			continue
		}
		w.seen[key] = true
		fresh++
		w.notes = append(w.notes, notes...)
		if reject != nil {
			w.rejects = append(w.rejects, *reject)
			continue
		}
		w.records = append(w.records, &record)
	}
	return fresh
}
