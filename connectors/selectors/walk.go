package selectors

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/fetch"
)

// Bounds of a run.
const (
	defaultPages = 200
	mostPages    = 2_000
	emptyPages   = 3        // empty or failing pages in a row before a walk ends
	maxHeld      = 96 << 20 // bytes of values that a run holds
)

// walk is one pull. Nothing is emitted before the whole is read, so that a run over unchanged pages is free.
type walk struct {
	*Reader
	s         *connectors.Session
	fetched   int
	held      int
	at        string          // where the last page came from, after redirects
	visited   map[string]bool // addresses asked for
	seen      map[string]bool // items by all they say
	hits      map[string]int  // by the path of a selector
	items     []*Item
	rejects   []catalog.Reject
	notes     []markup.Note
	unchanged bool
	complete  bool
	why       string
}

// Pull implements connectors.Connector.
func (r *Reader) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	w := &walk{Reader: r, s: s, visited: map[string]bool{}, seen: map[string]bool{}, hits: map[string]int{}, unchanged: true, complete: true}
	list, err := w.list(ctx)
	if err == nil {
		err = w.follow(ctx, list)
	}
	if err != nil {
		return connectors.Outcome{}, err
	}
	if w.unchanged && w.complete {
		return connectors.Outcome{Complete: true, Unchanged: true}, nil
	}
	w.unused(len(list))
	a := adapter{source: s.Source, dated: Has("start", r.Fields, r.Page, r.InnerFields), organs: r.Organizers, skipped: map[string]int{}, notes: w.notes, rejects: w.rejects}
	clear(list) // each item is let go as its record is made
	var records []catalog.Record
	for i, it := range w.items {
		if record, ok := a.record(it); ok {
			records = append(records, record)
		}
		w.items[i] = nil
	}
	for _, n := range a.notes {
		s.Warn(n.Where, n.Text)
	}
	for _, reject := range a.rejects {
		s.Reject(reject)
	}
	for _, record := range settle(records) {
		if err := s.Emit(record); err != nil {
			return connectors.Outcome{}, err
		}
	}
	return connectors.Outcome{Complete: w.complete, Why: w.why}, nil
}

func (w *walk) incomplete(why string) {
	if w.complete {
		w.complete, w.why = false, why
	}
}

func (w *walk) note(where, text string) {
	w.notes = append(w.notes, markup.Note{Where: where, Text: text})
}

func (w *walk) reject(it *Item, reason string) {
	w.rejects = append(w.rejects, catalog.Reject{NativeID: cmp.Or(it.get("id"), it.get("url"), it.link), Title: catalog.CleanText(it.get("title"), catalog.MaxTitle), Locator: it.Where, Reason: reason, Fixer: catalog.FixSource})
}

// full reports whether the run holds as much as it may once it holds it too.
func (w *walk) full(it *Item) bool {
	if w.held += it.size(); w.held <= maxHeld {
		return false
	}
	w.incomplete(fmt.Sprintf("Sidene har mer enn %d MiB med verdier; resten er ikke lest. Snevre inn velgerne.", maxHeld>>20))
	return true
}

// get fetches and parses one page.
func (w *walk) get(ctx context.Context, address string) (*page, error) {
	w.visited[address] = true
	w.fetched++
	resp, err := w.s.Get(ctx, connectors.Request{URL: address, Accept: "text/html, application/xhtml+xml, */*;q=0.5", HTML: true})
	if err != nil {
		return nil, err
	}
	w.visited[resp.URL], w.at = true, resp.URL
	w.unchanged = w.unchanged && resp.Unchanged
	text, err := resp.Text()
	if err != nil {
		return nil, err
	}
	if advice := connectors.Mistaken("html", text); strings.Contains(advice, "kind: ") && !strings.Contains(advice, "nettside") {
		return nil, &connectors.PayloadError{URL: fetch.Redact(resp.URL), Expected: "en nettside (HTML)", Found: catalog.CleanText(text[:min(len(text), 400)], 60), Advice: advice}
	}
	return open(text, resp.URL)
}

// list reads the list pages. A first page without an item is an error: a login page answers 200 too.
func (w *walk) list(ctx context.Context) ([]*Item, error) {
	var list []*Item
	next, empty := w.s.Source.URL, 0
	for next != "" {
		if w.fetched >= w.MaxPages {
			w.incomplete(fmt.Sprintf("Listen har flere enn %d sider; resten er ikke lest (options.max_pages).", w.MaxPages))
			break
		}
		p, err := w.get(ctx, next)
		if err != nil {
			return nil, err
		}
		items, inside := w.Reader.items(p, w.hits)
		if inside > 0 {
			w.note(p.at, fmt.Sprintf("%d treff på %s («%s») ligger inne i andre treff og er ikke egne aktiviteter", inside, w.Items.Path, w.Items.CSS))
		}
		fresh := 0
		for _, it := range items {
			key := catalog.DerivedID(it.link, fmt.Sprint(it.Values, it.Faults))
			if w.seen[key] {
				continue
			}
			w.seen[key] = true
			fresh++
			if w.full(it) {
				return list, nil
			}
			list = append(list, it)
		}
		if empty++; len(items) > 0 {
			empty = 0
		} else if err := w.nothing(p, len(list) == 0); err != nil {
			return nil, err
		}
		if next = w.following(p.link(p.root.Selection, w.Next)); next == "" {
			break
		}
		if len(items) > 0 && fresh == 0 {
			w.incomplete(fmt.Sprintf("Side %d gjentar det som er lest, men siden lenker til flere.", w.fetched))
			break
		}
		if empty >= emptyPages {
			w.incomplete(fmt.Sprintf("%d tomme sider på rad; resten er ikke lest.", emptyPages))
			break
		}
	}
	return list, nil
}

// nothing judges a list page without items: it is right when it says so itself, an error when it is the first, else a doubt.
func (w *walk) nothing(p *page, first bool) error {
	if stated, _ := matches(p.root.Selection, w.Empty); len(stated) > 0 {
		return nil
	}
	if first {
		return &connectors.PayloadError{URL: p.at, Found: p.title, Locator: w.Items.Path,
			Expected: fmt.Sprintf("minst ett treff på velgeren «%s»", w.Items.CSS),
			Advice:   "Er siden en innlogging eller bygget om, så rett url eller velgeren. Sier siden selv at den er tom, så skriv velgeren for det i options.empty"}
	}
	w.incomplete(fmt.Sprintf("%s har ingen treff på %s («%s»).", p.at, w.Items.Path, w.Items.CSS))
	return nil
}

// following is the next page to read, "" when the walk is over. It must lie where the source does, or where that has led us.
func (w *walk) following(next string) string {
	switch {
	case next == "" || w.visited[next]:
		return ""
	case !w.near(next):
		w.note(fetch.Redact(w.at), "Neste side ligger på et annet nettsted og er ikke lest")
		w.incomplete("Neste side ligger på et annet nettsted og er ikke lest.")
		return ""
	}
	return next
}

func (w *walk) near(address string) bool {
	return markup.SameOrigin(address, w.s.Source.URL) || markup.SameOrigin(address, w.at)
}
