package all

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"fritidshub/connectors"
	"fritidshub/fetch"
)

// readings are what all kinds recognise in an answer, by kind.
func readings(a *connectors.Answer) map[string][]connectors.Reading {
	out := map[string][]connectors.Reading{}
	for _, kind := range Registry().Kinds() {
		if kind.Recognise != nil {
			if found := kind.Recognise(a); len(found) > 0 {
				out[kind.Name] = found
			}
		}
	}
	return out
}

// FuzzRecognise: whatever comes, what a kind proposes is an address and options that it accepts itself, and a secret is a name.
func FuzzRecognise(f *testing.F) {
	for _, seed := range []string{"", "{}", "[]", `[{"0":""}]`, "[[]]", `{"data":[{"event_source":1,"occurrences_count":[]}]}`, `[{"title":"a","start":"2026-12-01","x.y":{"*":[{"a|b":"2026-12-01"}]}}]`,
		"BEGIN:VCALENDAR", "<rss>", "<!doctype html><a href=/arrangement/1><a href=/arrangement/2>", "<html><li class=a><h3>x</h3>1. mai 2026</li><li class=a><h3>y</h3><b>2. mai 2026</b></li>",
		"Navn;Sted\na;b\n", "PK\x03\x04 xl/workbook", "listings:\n", `<a href="/aktivitetstilbyder/x/">`, `<link rel="https://api.w.org/" href="?rest_route=/">`} {
		f.Add("https://kulturhuset.example/program", seed)
	}
	f.Fuzz(func(t *testing.T, address, body string) {
		if u, err := url.Parse(address); err != nil || u.Host == "" || len(body) > 20_000 {
			return
		}
		a := connectors.NewAnswer(address, &fetch.Response{URL: address, Body: []byte(body)}, "3909")
		a.Licences()
		for name, found := range readings(&a) {
			kind, _ := Registry().Kind(name)
			for _, r := range found {
				if r.URL != "" {
					if _, err := url.Parse(r.URL); err != nil {
						t.Errorf("%s: url %q: %v", name, r.URL, err)
					}
				}
				text, err := json.Marshal(r.Options)
				if err != nil {
					t.Fatalf("%s: options: %v", name, err)
				}
				if r.Certain == connectors.Platform && strings.Contains(r.Note, "UUID") { // the editor is told to fill it in
					continue
				}
				if _, err := kind.New(func(v any) error { return json.Unmarshal(text, v) }); err != nil {
					t.Errorf("%s: its own options %s are refused: %v", name, text, err)
				}
			}
		}
	})
}
