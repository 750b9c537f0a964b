package tickets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

var layout = Layout{Kind: "prove", Items: []string{"data", "events"}, Expected: "en prøveliste"}

func TestParse(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`{"has_more":true,"events":[1,2],"x":[]}`, "events 2 true"},
		{`{"data":[],"events":[1]}`, "data 0 false"},
		{`[1]`, "ventet en prøveliste"},
		{``, "ventet en prøveliste"},
		{`{"data":{}}`, "ventet en liste i «data»"},
		{`{"data":[{"a":1},`, "ventet resten av svaret, som er kuttet (data[1], byte"},
		{`{"data":[1,}`, "ventet gyldig JSON, og høyst 5000 på en side (data[1], byte"},
		{`{"data":[` + strings.Repeat("1,", mostOnPage) + `1]}`, "høyst 5000 på en side"},
		{`{"a":1 "b"}`, "ventet gyldig JSON"},
		{`{"error":{"message":"Feil nøkkel"}}`, `fant "Feil nøkkel"`},
		{`{"error":"INVALID_AUTH","error_description":"Nøkkelen er feil"}`, `fant "Nøkkelen er feil"`},
		{`{"errors":[{"code":7}]}`, `code`},
		{`<!doctype html><title>Logg inn</title>`, "Dette er en nettside"},
	} {
		p, err := layout.Parse(tt.text, "https://a.example/liste?nokkel=hemmelig")
		more := false
		p.Read("has_more", &more)
		got := fmt.Sprint(p.Name, " ", len(p.Items), " ", more)
		if err != nil {
			got = err.Error()
			if !errors.Is(err, connectors.ErrUnreadable) || strings.Contains(got, "hemmelig") || !strings.HasPrefix(got, "https://a.example/liste?nokkel=…: ") {
				t.Errorf("%.40s: %v", tt.text, err)
			}
		}
		if !strings.Contains(got, tt.want) {
			t.Errorf("%.40s: %s, want %s", tt.text, got, tt.want)
		}
	}
}

// walk reads pages, which name the next one in next; those in unchanged are as they were.
func walk(t *testing.T, most int, pages map[string]string, unchanged string, emit func() error) (*Walk, connectors.Outcome, error) {
	t.Helper()
	w := &Walk{Layout: layout, Pages: most}
	w.Session = &connectors.Session{
		Source: connectors.Source{ID: "kilde", URL: "https://a.example/1"},
		Emit:   func(catalog.Record) error { return emit() },
		Reject: func(catalog.Reject) {},
		Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
			name := req.URL[strings.LastIndex(req.URL, "/")+1:]
			return &connectors.Response{Response: &fetch.Response{URL: req.URL, Header: http.Header{}, Body: []byte(pages[name])}, Unchanged: strings.Contains(unchanged, name)}, nil
		},
	}
	w.Item = func(w *Walk, item json.RawMessage, where, address string) {
		if w.New(string(item)) {
			w.Emit(catalog.Record{NativeID: string(item)})
		}
	}
	w.Next = func(p Page, at string) (next, why string) {
		p.Read("next", &next)
		return next, ""
	}
	outcome, err := w.Run(t.Context(), "https://a.example/1")
	return w, outcome, err
}

func TestWalk(t *testing.T) {
	page := func(items, next string) string {
		return fmt.Sprintf(`{"data":[%s],"next":%q}`, items, next)
	}
	two := map[string]string{"1": page("1,2", "https://a.example/2"), "2": page("2,3", "")}
	for _, tt := range []struct {
		name      string
		pages     map[string]string
		most      int
		unchanged string
		records   int
		why       string
	}{
		{"two pages, an item on both", two, 9, "", 3, ""},
		{"all as it was", two, 9, "1,2", 0, ""},
		{"the last has changed", two, 9, "1", 3, ""},
		{"the first has changed", two, 9, "2", 3, ""},
		{"more pages than allowed", two, 1, "1,2", 2, "flere enn 1 sider"},
		{"a ring", map[string]string{"1": page("1", "https://a.example/2"), "2": page("2", "https://a.example/1")}, 9, "", 2, "alt er lest"},
		{"another site", map[string]string{"1": page("1", "https://b.example/2")}, 9, "", 1, "et annet nettsted"},
		{"the same items", map[string]string{"1": page("1", "https://a.example/2"), "2": page("1", "https://a.example/3")}, 9, "", 1, "gjentar det som er lest"},
		{"empty for ever", map[string]string{"1": page("", "https://a.example/2"), "2": page("", "https://a.example/3"), "3": page("", "https://a.example/4")}, 9, "", 0, "Side 3 er tom"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := 0
			_, outcome, err := walk(t, tt.most, tt.pages, tt.unchanged, func() error { n++; return nil })
			whole := tt.why == ""
			if err != nil || n != tt.records || outcome.Complete != whole || !strings.Contains(outcome.Why, tt.why) || outcome.Unchanged != (whole && tt.unchanged == "1,2") {
				t.Errorf("%d records, %+v, error %v", n, outcome, err)
			}
		})
	}
	full := errors.New("full")
	n := 0
	if _, _, err := walk(t, 9, two, "1", func() error { n++; return full }); !errors.Is(err, full) || n != 1 {
		t.Errorf("a session that is full: %v after %d", err, n)
	}
}
