package tickets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/hold"
	"fritidshub/connectors/markup"
)

// Bounds of a walk.
const (
	defaultPages = 200
	MostPages    = 2_000
	emptyPages   = 3 // in a row before a walk ends
)

// MaxPages checks options.max_pages and sets what holds when it is not given.
func MaxPages(n *int) error { return connectors.Count("max_pages", n, defaultPages, MostPages) }

// MaxDetails does the same for options.max_details.
func MaxDetails(n *int) error { return connectors.Count("max_details", n, defaultPages, MostPages) }

// Walk reads a list page by page, and hands over what the pages give through its Session, which holds it while nothing has changed.
type Walk struct {
	*connectors.Session
	Layout Layout
	Pages  int // at most
	// Item reads one item, which came from address; where is its place in the payload. It calls New with the item's id.
	Item func(w *Walk, item json.RawMessage, where, address string)
	// Next gives the address of the page after p, "" after the last one; at is that of p, and every item of p has been read.
	// why says in Norwegian why the rest cannot be read.
	Next func(p Page, at string) (next, why string)
	// Last, when set, hands over what could not be before the walk was done; complete says whether it read the whole list.
	Last func(w *Walk, complete bool)

	seen  map[string]bool
	fresh int   // items of this page
	err   error // of the session, which ends the walk
}

// Run walks from the address first.
func (w *Walk) Run(ctx context.Context, first string) (connectors.Outcome, error) {
	return hold.WhileUnchanged(ctx, w.Session, func(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
		w.Session, w.seen = s, map[string]bool{}
		why, err := w.walk(ctx, first)
		if err != nil {
			return connectors.Outcome{}, err
		}
		if w.Last != nil {
			w.Last(w, why == "")
		}
		return connectors.Outcome{Complete: why == "", Why: why}, w.err
	})
}

func (w *Walk) walk(ctx context.Context, at string) (why string, err error) {
	visited := map[string]bool{}
	empty := 0
	for {
		if len(visited) >= w.Pages {
			return fmt.Sprintf("Kilden har flere enn %d sider; resten er ikke lest (options.max_pages).", w.Pages), nil
		}
		visited[at] = true
		page, err := w.page(ctx, at, len(visited))
		if err != nil {
			return "", err
		}
		if empty++; len(page.Items) > 0 {
			empty = 0
		}
		if at, why = w.Next(page, at); at == "" || why != "" {
			return why, nil
		}
		switch {
		case visited[at]:
			return "Neste side er en side som alt er lest.", nil
		case !markup.SameOrigin(at, w.Source.URL):
			return "Neste side ligger på et annet nettsted og er ikke lest.", nil
		case len(page.Items) > 0 && w.fresh == 0, empty >= emptyPages:
			return fmt.Sprintf("Side %d er tom eller gjentar det som er lest, men kilden oppgir flere sider.", len(visited)), nil
		}
	}
}

func (w *Walk) page(ctx context.Context, at string, number int) (Page, error) {
	resp, text, err := w.Text(ctx, connectors.Request{URL: at, Accept: "application/json"})
	if err != nil {
		return Page{}, err
	}
	page, err := w.Layout.Parse(text, resp.URL)
	if err != nil {
		return Page{}, err
	}
	w.fresh = 0
	for i, item := range page.Items {
		w.Item(w, item, fmt.Sprintf("side %d, %s[%d]", number, page.Name, i), resp.URL)
	}
	return page, w.err
}

// New reports whether an item of that id is met for the first time in this walk; lists that shift while they are read repeat items.
// An item without an id is always new.
func (w *Walk) New(id string) bool {
	if id != "" && w.seen[id] {
		return false
	}
	if id != "" {
		w.seen[id] = true
	}
	w.fresh++
	return true
}

// Emit hands over a record, unless an earlier one was refused, which ends the walk.
func (w *Walk) Emit(r catalog.Record) {
	if r.Source = w.Source.ID; w.err == nil {
		w.err = w.Session.Emit(r)
	}
}

// Decode reads an item into v. One that cannot be read gives the field and the reason, in Norwegian, for its reject.
func Decode(item json.RawMessage, v any) (field, reason string) {
	var typed *json.UnmarshalTypeError
	switch err := json.Unmarshal(item, v); {
	case err == nil && string(item) == "null":
		return "", "Ventet et arrangement (et JSON-objekt), fant null."
	case err == nil:
		return "", ""
	case errors.As(err, &typed) && typed.Field == "":
		return "", "Ventet et arrangement (et JSON-objekt), fant " + typed.Value + "."
	case errors.As(err, &typed):
		return typed.Field, "Feltet har ikke den typen verdi som det skal ha."
	}
	return "", "Arrangementet kan ikke leses."
}
