package jsonapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/fetch"
)

// event is one item.
func event(id int) string {
	return fmt.Sprintf(`{"id":%d,"title":"Trening %d","start":"2026-12-03T18:00"}`, id, id)
}

// slice is the items from to below to, of all.
func slice(from, to, all int) string {
	var b strings.Builder
	for i := from; i < min(to, all); i++ {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(event(i))
	}
	return b.String()
}

func number(t *testing.T, address, parameter string, absent int) int {
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(u.Query().Get(parameter))
	if err != nil {
		return absent
	}
	return n
}

// TestPaging walks a list of 45 in pages of 20, in every way that an API may ask for.
func TestPaging(t *testing.T) {
	const all, size = 45, 20
	tests := []struct {
		name, options string
		requests      int
		answer        func(t *testing.T, address string) string // "" is 404
		complete      bool
		records       int
	}{
		{"page with total", "{paging: {page: side}}", 3, func(t *testing.T, a string) string {
			n := number(t, a, "side", -1) - 1
			return fmt.Sprintf(`{"total":45,"items":[%s]}`, slice(n*size, n*size+size, all))
		}, true, all},
		{"page from 0 until an empty one", "{paging: {page: p, first: 0, size: 20, limit: antall}}", 4, func(t *testing.T, a string) string {
			n := number(t, a, "p", -1) * number(t, a, "antall", 0)
			return "[" + slice(n, n+size, all) + "]"
		}, true, all},
		{"page until 404", "{paging: {page: p, size: 20}}", 4, func(t *testing.T, a string) string {
			if n := number(t, a, "p", -1) - 1; n < 3 {
				return "[" + slice(n*size, n*size+size, all) + "]"
			}
			return ""
		}, true, all},
		{"404 after a full page", "{paging: {page: p, size: 20}}", 3, func(t *testing.T, a string) string {
			if n := number(t, a, "p", -1) - 1; n < 2 {
				return "[" + slice(n*size, n*size+size, all) + "]"
			}
			return ""
		}, false, 40},
		{"offset of the size that the server gives", "{paging: {offset: skip}}", 4, func(t *testing.T, a string) string {
			n := number(t, a, "skip", -1)
			return "[" + slice(n, n+size, all) + "]"
		}, true, all},
		{"cursor", "{paging: {cursor: etter, next: meta.cursor}}", 3, func(t *testing.T, a string) string {
			n := number(t, a, "etter", 0)
			cursor := "null"
			if n+size < all {
				cursor = fmt.Sprintf("%q", strconv.Itoa(n+size))
			}
			return fmt.Sprintf(`{"meta":{"cursor":%s},"data":[%s]}`, cursor, slice(n, n+size, all))
		}, true, all},
		{"cursor that stands still", "{paging: {cursor: etter, next: cursor}}", 2, func(t *testing.T, a string) string {
			n := number(t, a, "etter", 0)
			return fmt.Sprintf(`{"cursor":20,"data":[%s]}`, slice(n, n+size, all))
		}, false, 40},
		{"cursor that is ignored", "{paging: {cursor: feil, next: cursor}}", 2, func(t *testing.T, a string) string {
			n := number(t, a, "etter", 0)
			return fmt.Sprintf(`{"cursor":"%d","data":[%s]}`, n+size, slice(n, n+size, all))
		}, false, size},
		{"cursors in a ring", "{paging: {cursor: etter, next: cursor}}", 3, func(t *testing.T, a string) string {
			n := number(t, a, "etter", 0)
			return fmt.Sprintf(`{"cursor":"%d","data":[%s]}`, 20-n, slice(n, n+size, all))
		}, false, 2 * size},
		{"declared link", "{items: liste, paging: {link: mer.href}}", 3, func(t *testing.T, a string) string {
			n := number(t, a, "fra", 0)
			next := "null"
			if n+size < all {
				next = fmt.Sprintf(`{"href":"?fra=%d"}`, n+size)
			}
			return fmt.Sprintf(`{"mer":%s,"liste":[%s]}`, next, slice(n, n+size, all))
		}, true, all},
		{"parameter that is ignored", "{paging: {page: side}}", 2, func(*testing.T, string) string { return "[" + slice(0, size, all) + "]" }, true, 20},
		{"parameter that is ignored, with a total", "{paging: {page: side}}", 2, func(*testing.T, string) string {
			return fmt.Sprintf(`{"total":45,"items":[%s]}`, slice(0, size, all))
		}, false, 20},
		{"new items for ever", "{paging: {page: side, max: 7}}", 7, func(t *testing.T, a string) string {
			return "[" + event(number(t, a, "side", 0)) + "]"
		}, false, 7},
		{"links for ever", "", defaultPages, func(t *testing.T, a string) string {
			n := number(t, a, "n", 0)
			return fmt.Sprintf(`{"items":[%s],"next":"?n=%d"}`, event(n), n+1)
		}, false, defaultPages},
		{"empty pages for ever", "", emptyPages, func(t *testing.T, a string) string {
			return fmt.Sprintf(`{"items":[],"next":"?n=%d"}`, number(t, a, "n", 0)+1)
		}, false, 0},
		{"next that leads back", "", 2, func(t *testing.T, a string) string {
			n := number(t, a, "n", 0)
			return fmt.Sprintf(`{"items":[%s],"next":"?n=%d"}`, event(n), n)
		}, true, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			requests := 0
			got, err := pull(t, tt.options, func(address string) ([]byte, string, bool) {
				requests++
				text := tt.answer(t, address)
				return []byte(text), "application/json", text != ""
			})
			if err != nil || got.Complete != tt.complete || len(got.Records) != tt.records || requests != tt.requests || got.Complete != (got.Why == "") {
				t.Errorf("%d records of %d, %d requests of %d, complete %v, why %q, error %v", len(got.Records), tt.records, requests, tt.requests, got.Complete, got.Why, err)
			}
			if warned := len(got.Warnings) > 0; warned != (tt.name == "parameter that is ignored") {
				t.Errorf("warnings %q", got.Warnings)
			}
		})
	}
}

// TestUnstable: items move between pages while they are read. A second pass finds what the first missed, and nothing is deleted by absence.
func TestUnstable(t *testing.T) {
	requests := 0
	got, outcome := run(t, &Options{Unstable: true, Paging: Paging{Page: "side"}}, func(req connectors.Request) (string, bool) {
		requests++
		ids := map[string][2]int{"1 1": {1, 2}, "1 2": {2, 4}}[fmt.Sprint((requests+2)/3, " ", number(t, req.URL, "side", 0))] // 3 slipped past
		if requests > 3 {
			ids = map[int][2]int{1: {1, 3}, 2: {3, 4}}[number(t, req.URL, "side", 0)]
		}
		if ids[0] == 0 {
			return "[]", false
		}
		return "[" + event(ids[0]) + "," + event(ids[1]) + "]", false
	})
	if len(got) != 4 || !outcome.Changes || !outcome.Complete || requests != 9 {
		t.Errorf("%d records, %d requests, %+v", len(got), requests, outcome)
	}
}

// TestPost: the parameters of paging go into the body, at their paths.
func TestPost(t *testing.T) {
	var bodies []string
	o := &Options{Method: "POST", Body: map[string]any{"filter": map[string]any{"kommune": "3909"}}, Paging: Paging{Page: "filter.side", Size: 2, Limit: "antall"}}
	got, outcome := run(t, o, func(req connectors.Request) (string, bool) {
		bodies = append(bodies, req.Method+" "+req.URL+" "+string(req.Body))
		var asked struct{ Filter struct{ Side int } }
		if err := json.Unmarshal(req.Body, &asked); err != nil {
			t.Fatal(err)
		}
		n := asked.Filter.Side - 1
		return fmt.Sprintf(`{"total":3,"items":[%s]}`, slice(n*2, n*2+2, 3)), false
	})
	want := `POST https://kilde.example/aktiviteter {"antall":2,"filter":{"kommune":"3909","side":2}}`
	if len(got) != 3 || !outcome.Complete || len(bodies) != 2 || bodies[1] != want {
		t.Errorf("%d records, %+v, %q", len(got), outcome, bodies)
	}
}

// TestUnchanged: a run over what was read before costs one request per page and emits nothing.
func TestUnchanged(t *testing.T) {
	for name, o := range map[string]*Options{"stable": {}, "unstable": {Unstable: true}} {
		requests := 0
		o.Paging = Paging{Page: "side"}
		answer := func(unchanged func(side int) bool) func(connectors.Request) (string, bool) {
			return func(req connectors.Request) (string, bool) {
				requests++
				n := number(t, req.URL, "side", 0) - 1
				return fmt.Sprintf(`{"total":45,"items":[%s]}`, slice(n*20, n*20+20, 45)), unchanged(n)
			}
		}
		got, outcome := run(t, o, answer(func(int) bool { return true }))
		if len(got) != 0 || !outcome.Unchanged || !outcome.Complete || requests != 3 {
			t.Errorf("%s: %d records, %d requests, %+v", name, len(got), requests, outcome)
		}
		if got, outcome = run(t, o, answer(func(side int) bool { return side != 1 })); len(got) != 45 || outcome.Unchanged {
			t.Errorf("%s, one page changed: %d records, %+v", name, len(got), outcome)
		}
	}
}

// TestFailedPage: a page that fails after others fails the run.
func TestFailedPage(t *testing.T) {
	_, err := pull(t, "", func(address string) ([]byte, string, bool) {
		return []byte(`{"items":[` + event(1) + `],"next":"/borte"}`), "application/json", !strings.HasSuffix(address, "borte")
	})
	if err == nil {
		t.Error("a next page that is gone is taken for the end of the list")
	}
}

// TestLarge reads 50,000 items in 100 pages, and then the same again.
func TestLarge(t *testing.T) {
	const all, size = 50_000, 500
	text := strings.Repeat("Vi møtes i Bøkeskogen og går en rolig tur. ", 8)
	connectortest.Large(t, Kind, connectortest.DefaultURL, "{paging: {page: side, size: 500}}", all, func(address string) ([]byte, string, bool) {
		n := number(t, address, "side", 0) - 1
		return fmt.Appendf(nil, `{"total":%d,"items":[%s]}`, all, strings.ReplaceAll(slice(n*size, n*size+size, all), `"start"`, `"description":"`+text+`","ikke_lest":"`+text+text+`","start"`)), "application/json", true
	})
}

// run pulls with a session whose answers may be unchanged.
func run(t *testing.T, o *Options, answer func(connectors.Request) (text string, unchanged bool)) (records []catalog.Record, outcome connectors.Outcome) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	outcome, err = (&connector{*o}).Pull(t.Context(), &connectors.Session{
		Source: connectors.Source{ID: "kilde", URL: connectortest.DefaultURL, Zone: zone},
		Now:    connectortest.Now,
		Emit:   func(r catalog.Record) error { records = append(records, r); return nil },
		Reject: func(r catalog.Reject) { t.Errorf("reject %+v", r) },
		Warn:   func(where, text string) { t.Errorf("warning %s: %s", where, text) },
		Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
			text, unchanged := answer(req)
			return &connectors.Response{Response: &fetch.Response{URL: req.URL, MediaType: "application/json", Body: []byte(text)}, Unchanged: unchanged}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return records, outcome
}
