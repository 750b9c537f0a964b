package ticketco

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/fetch"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

const listURL = "https://ticketco.example/api/public/v1/events?token=prove&status=active"

// world answers a pull and counts what came of it.
type world struct {
	answer  func(address string) (body string, unchanged bool, err error)
	asked   []string
	records int
	rejects []catalog.Reject
	seen    func(catalog.Record)
}

func (w *world) pull(t *testing.T, o Options) (connectors.Outcome, error) {
	t.Helper()
	c, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil })
	if err != nil {
		t.Fatal(err)
	}
	w.asked, w.records = nil, 0
	return c.Pull(t.Context(), &connectors.Session{
		Source: connectors.Source{ID: "kilde", URL: listURL, Zone: time.UTC}, Now: connectortest.Now,
		Emit: func(r catalog.Record) error {
			if w.records++; w.seen != nil {
				w.seen(r)
			}
			return nil
		},
		Reject: func(r catalog.Reject) { w.rejects = append(w.rejects, r) },
		Warn:   func(string, string) {},
		Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
			w.asked = append(w.asked, req.URL)
			body, unchanged, err := w.answer(req.URL)
			if err != nil {
				return nil, err
			}
			return &connectors.Response{Response: &fetch.Response{URL: req.URL, MediaType: "application/json", Header: http.Header{}, Body: []byte(body)}, Unchanged: unchanged}, nil
		},
	})
}

// list is a list of n events, size on a page, then empty pages; whole says whether they need no answer of their own.
func list(n, size int, unchanged, whole bool) func(string) (string, bool, error) {
	return func(address string) (string, bool, error) {
		u, _ := url.Parse(address)
		if base := strings.TrimSuffix(filepath.Base(u.Path), ".json"); base != "events" {
			return fmt.Sprintf(`{"id":%s,"title":"Konsert","start_at":"2026-12-01T18:00:00Z","description":"Hel","location_name":"Bølgen"}`, base), unchanged, nil
		}
		page := 1
		fmt.Sscan(u.Query().Get("page"), &page)
		var items []string
		for i := (page - 1) * size; i < min(page*size, n); i++ {
			rest := ""
			if whole {
				rest = fmt.Sprintf(`,"start_at":"2026-12-01T18:00:00Z","location_name":"Bølgen","description":%q`, strings.Repeat("omtale ", 60))
			}
			items = append(items, fmt.Sprintf(`{"id":%d,"title":"Konsert %d"%s}`, i, i, rest))
		}
		return `{"events":[` + strings.Join(items, ",") + `]}`, unchanged, nil
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestLarge: 50,000 events in bounded memory; unchanged, they cost a request for each page and nothing is emitted.
func TestLarge(t *testing.T) {
	n, size := 50_000, 50
	if testing.Short() {
		n = 5_000
	}
	start, peak := heap(), uint64(0)
	for _, unchanged := range []bool{false, true} {
		w := &world{}
		answer := list(n, size, unchanged, true)
		w.answer = func(address string) (string, bool, error) {
			if len(w.asked)%200 == 0 {
				peak = max(peak, heap())
			}
			return answer(address)
		}
		outcome, err := w.pull(t, Options{MaxPages: 2_000})
		want := n
		if unchanged {
			want = 0
		}
		if err != nil || !outcome.Complete || outcome.Unchanged != unchanged || w.records != want || len(w.asked) != n/size+1 {
			t.Fatalf("unchanged %v: %+v, %d records, %d requests, error %v", unchanged, outcome, w.records, len(w.asked), err)
		}
	}
	t.Logf("%d events, %d MiB above the start at most", n, int64(peak-start)>>20)
	if int64(peak-start)>>20 > 200 {
		t.Errorf("%d MiB above the start", int64(peak-start)>>20)
	}
}

func TestRequests(t *testing.T) {
	some := list(3, 2, false, false)
	failing := func(ids string) func(string) (string, bool, error) {
		return func(a string) (string, bool, error) {
			for _, id := range strings.Fields(ids) {
				if strings.Contains(a, "/"+id+"?") {
					return "", false, &fetch.Error{Step: fetch.StepStatus, Status: 503, Message: "feil"}
				}
			}
			return some(a)
		}
	}
	tests := []struct {
		name    string
		o       Options
		answer  func(string) (string, bool, error)
		records int
		rejects int
		asked   []string // the ends of the addresses
		why     string
		err     string
	}{
		{"each event by itself", Options{}, some, 3, 0, []string{"events?token=prove&status=active", "/events/0?token=prove", "/events/1?token=prove", "events?page=2&status=active&token=prove", "/events/2?token=prove", "page=3&status=active&token=prove"}, "", ""},
		{"elsewhere", Options{Paging: "none", DetailURL: "https://ticketco.example/v2/{id}.json"}, some, 2, 0, []string{"status=active", "/v2/0.json", "/v2/1.json"}, "", ""},
		{"none by itself", Options{Details: "none"}, some, 0, 3, []string{"status=active", "page=2&status=active&token=prove", "page=3&status=active&token=prove"}, "", ""},
		{"all by themselves", Options{Details: "all", Paging: "none"}, list(1, 1, false, true), 1, 0, []string{"status=active", "/events/0?token=prove"}, "", ""},
		{"one fails", Options{Paging: "none"}, failing("1"), 1, 1, []string{"status=active", "/0?token=prove", "/1?token=prove"}, "", ""},
		{"three in a row fail", Options{}, failing("0 1 2"), 0, 2, []string{"status=active", "/0?token=prove", "/1?token=prove", "page=2&status=active&token=prove", "/2?token=prove"}, "", "3 svar på rad"},
		{"page is not heeded", Options{Details: "none"}, func(string) (string, bool, error) { return list(2, 2, false, true)(listURL) }, 2, 0, []string{"status=active", "page=2&status=active&token=prove"}, "options.paging: none", ""},
		{"more pages than allowed", Options{MaxPages: 1}, list(4, 2, false, true), 2, 0, []string{"status=active"}, "flere enn 1 sider", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := &world{answer: tt.answer}
			outcome, err := w.pull(t, tt.o)
			if (err != nil) != (tt.err != "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("error %v", err)
			}
			if err == nil && (w.records != tt.records || len(w.rejects) != tt.rejects || outcome.Complete != (tt.why == "") || !strings.Contains(outcome.Why, tt.why)) {
				t.Errorf("%+v, %d records, %+v", outcome, w.records, w.rejects)
			}
			if !slices.EqualFunc(w.asked, tt.asked, strings.HasSuffix) {
				t.Errorf("asked for %q", w.asked)
			}
			for _, r := range w.rejects {
				if strings.Contains(r.Locator+r.Reason, "prove") {
					t.Errorf("the token is told: %+v", r)
				}
			}
		})
	}
}

// TestUnchanged: one request for each page and each event, and nothing emitted unless one of them has changed.
func TestUnchanged(t *testing.T) {
	for changed, want := range map[string]int{"": 0, "/2?": 3, "page=3": 3, "/events?token": 3} {
		same := list(3, 2, true, false)
		w := &world{answer: func(a string) (string, bool, error) {
			body, _, err := same(a)
			return body, changed == "" || !strings.Contains(a, changed), err
		}}
		outcome, err := w.pull(t, Options{})
		if err != nil || !outcome.Complete || outcome.Unchanged != (changed == "") || w.records != want || len(w.asked) != 6 {
			t.Errorf("%q changed: %+v, %d records, %d requests, error %v", changed, outcome, w.records, len(w.asked), err)
		}
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{MaxPages: 3_000}, {MaxDetails: -1}, {Details: "ja"}, {Paging: "cursor"}, {Currency: "kr"}, {DetailURL: "https://x.example/"}, {Fields: map[string]string{"pris": "x"}}} {
		if _, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil }); err == nil || !strings.HasPrefix(err.Error(), "options.") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
	w := &world{answer: list(1, 1, false, true)}
	if _, err := w.pull(t, Options{DetailURL: "https://ticketco.example/api/public/v1/customers/{id}"}); err == nil || len(w.asked) > 0 {
		t.Errorf("customers were asked for: %v", err)
	}
}

func TestRecognise(t *testing.T) {
	for address, want := range map[string]int{"https://ticketco.events/no/nb/e/x": 1, "https://larvik.ticketco.events/": 1, "https://ticketco.example/": 0} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := recognise(&connectors.Answer{URL: u}); len(got) != want || want > 0 && (got[0].Secret == "" || !strings.Contains(got[0].URL, "token=${")) {
			t.Errorf("%s: %+v", address, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add(seed)
	}
	made, err := newConnector(func(v any) error {
		v.(*Options).Fields = map[string]string{"tickets": "types", "ticket_name": "n", "ticket_price": "p", "status": "state"}
		return nil
	})
	if err != nil {
		f.Fatal(err)
	}
	c := made.(*connector)
	f.Fuzz(func(t *testing.T, text string) {
		page, err := layout.Parse(text, "https://a.example/events")
		if err != nil {
			return
		}
		a := &adapter{connector: c, source: connectors.Source{Zone: time.UTC}}
		for _, item := range page.Items {
			e := newEvent(item, c.paths)
			_ = e.add(string(item))
			r, _, reason := a.record(e, "https://a.example/events")
			if reason != "" {
				continue
			}
			if r.NativeID == "" || r.Title == "" || !r.Schedule.Dated() || len(r.Offers) > catalog.MaxOffers {
				t.Errorf("%+v", r)
			}
			if _, err := json.Marshal(r); err != nil {
				t.Errorf("%+v: %v", r, err)
			}
		}
	})
}
