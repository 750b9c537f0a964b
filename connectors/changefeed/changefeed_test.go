package changefeed_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/changefeed"
	"fritidshub/connectors/connectortest"
	"fritidshub/fetch"
)

const base = "https://kilde.example/feed"

// reader makes a record of every item, and fails for those of kind "feil".
type reader struct{ walk *changefeed.Walk }

func (reader) Note(changefeed.Item, changefeed.Place) {}
func (reader) Links() (refer, found bool)             { return false, false }
func (r reader) Emit(whole bool) error {
	return r.walk.Emit(whole, func(x changefeed.Found) (*catalog.Record, *catalog.Reject, error) {
		if x.Kind == "feil" {
			return nil, &catalog.Reject{NativeID: x.ID, Locator: x.Where, Reason: "feil"}, nil
		}
		return &catalog.Record{NativeID: x.ID, Title: x.Address}, nil, nil
	})
}

// pull reads the pages of a feed, by what follows its address, and says what became of it.
func pull(t *testing.T, pages map[string]string, state []byte) (said []string, o connectors.Outcome, err error) {
	t.Helper()
	say := func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }
	s := &connectors.Session{Source: connectors.Source{ID: "kilde", URL: base}, Now: connectortest.Now, State: state,
		Emit:   func(r catalog.Record) error { say("+%s", r.NativeID); return nil },
		Delete: func(id string) error { say("-%s", id); return nil },
		Reject: func(r catalog.Reject) { say("reject %s", r.Locator) },
		Warn:   func(where, _ string) { say("warn %s", where) },
		Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
			body, ok := pages[strings.TrimPrefix(req.URL, base)]
			if !ok {
				return nil, &fetch.Error{URL: req.URL, Status: 404, Message: "borte"}
			}
			return &connectors.Response{Response: &fetch.Response{URL: req.URL, Body: []byte(body)}}, nil
		}}
	o, err = changefeed.Feed{Kind: "prøve", Advice: "Se etter", URL: base, Pages: 10, New: func(w *changefeed.Walk) changefeed.Reader { return reader{w} }}.Pull(t.Context(), s)
	return said, o, err
}

func page(next string, items ...string) string {
	return fmt.Sprintf(`{"next":"%s%s","items":[%s]}`, base, next, strings.Join(items, ","))
}

func item(id, kind, state string) string {
	if state == "deleted" {
		return fmt.Sprintf(`{"id":%s,"kind":%q,"state":"deleted","modified":1}`, id, kind)
	}
	return fmt.Sprintf(`{"id":%s,"kind":%q,"state":%q,"modified":1,"data":{"a":1}}`, id, kind, state)
}

// TestPull: a walk gives the last word about each item, and the next one goes on where it stopped.
func TestPull(t *testing.T) {
	pages := map[string]string{
		"":   page("?2", item("1", "a", "updated"), item(`"to"`, "a", "updated"), item("3", "feil", "updated"), item("4", "a", "rart")),
		"?2": page("?3", item("1", "a", "deleted"), item(`"to"`, "a", "updated")),
		"?3": page("?3"),
	}
	said, o, err := pull(t, pages, nil)
	if want := []string{"-1", "+to", "reject side 1, items[2] (id 3)", "reject side 1, items[3] (id 4)"}; err != nil || !slices.Equal(said, want) || !o.Complete || o.Changes {
		t.Errorf("%q %+v %v", said, o, err)
	}
	said, o, err = pull(t, pages, o.State)
	if err != nil || len(said) != 0 || !o.Complete || !o.Changes || !o.Unchanged {
		t.Errorf("nothing new: %q %+v %v", said, o, err)
	}
	pages["?3"] = page("?4", item("5", "feil", "updated"), item("6", "feil", "updated"), item("7", "a", "updated"))
	said, o, err = pull(t, pages, o.State)
	if want := []string{"+7", "warn side 1, items[0] (id 5)", "warn side 1, items[1] (id 6)"}; err != nil || !slices.Equal(said, want) || o.Complete || !o.Changes || !strings.Contains(o.Why, "lest til og med side 1") {
		t.Errorf("a few bad changes and a page that is missing: %q %+v %v", said, o, err)
	}
	said, o, err = pull(t, pages, o.State)
	if err != nil || len(said) != 0 || !strings.Contains(o.Why, "finnes ikke lenger") {
		t.Errorf("a cursor that is gone: %q %+v %v", said, o, err)
	}
	if said, o, err = pull(t, pages, o.State); err != nil || len(said) != 7 || o.Changes != true {
		t.Errorf("from the beginning again: %q %+v %v", said, o, err)
	}
}

func TestErrors(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"a page":            {"<!DOCTYPE html><title>Hei</title>", "Dette er en nettside"},
		"no items":          {`{"next":"x"}`, "(items). Se etter"},
		"cut off":           {"{\"next\":\"x\",\n\"items\":[{", "(linje 2). Se etter"},
		"a ring":            {page("", item("1", "a", "updated")), "Feeden går i ring"},
		"another site":      {`{"next":"https://tyv.example/","items":[]}`, "next på samme nettsted"},
		"no address at all": {`{"next":"javascript:1","items":[]}`, "next på samme nettsted"},
	} {
		_, _, err := pull(t, map[string]string{"": c.body}, nil)
		if !errors.Is(err, connectors.ErrUnreadable) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), base) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPages(t *testing.T) {
	for option, want := range map[int]int{0: 200, 1: 1, 2000: 2000, -1: -1, 2001: 2001} {
		got := option
		if err := changefeed.Pages(&got); got != want || (err == nil) != (option >= 0 && option <= 2000) {
			t.Errorf("Pages(%d) = %d, %v", option, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(page("?2", item("1", "a", "updated"), item(`"to"`, "a", "deleted"), "7", `{"state":"updated"}`))
	f.Add("\uFEFF" + page("?3"))
	f.Add(`{"items":null,"next":7}`)
	f.Add("[")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := changefeed.Feed{Kind: "prøve"}.Parse(text, base)
		if (p == nil) == (err == nil) {
			t.Fatal(p, err)
		}
		if err != nil {
			return
		}
		for _, it := range p.Items {
			if whole := it.ID != "" && it.Deleted != (it.Data != nil); it.Fault == "" && !whole {
				t.Errorf("%+v", it)
			}
		}
	})
}
