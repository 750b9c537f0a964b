package gancio

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
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

func TestFirst(t *testing.T) {
	const window = "max=200&show_multidate=true&show_recurrent=true&start=1790812800"
	for _, tt := range []struct {
		source, want string
		size         int
	}{
		{"https://a.example", "https://a.example/api/events?" + window, 200},
		{"https://a.example/agenda/", "https://a.example/agenda/api/events?" + window, 200},
		{"https://a.example/api/events?tags=kor&max=50&start=1&show_recurrent=false", "https://a.example/api/events?max=50&show_multidate=true&show_recurrent=false&start=1&tags=kor", 50},
		{"https://a.example/federation/u/a/outbox", "https://a.example/federation/u/a/outbox", 0},
		{"https://a.example/api/event/detail/kor", "https://a.example/api/event/detail/kor", 0},
	} {
		got, size, err := (&connector{}).first(tt.source, connectortest.Now)
		if err != nil || got != tt.want || size != tt.size {
			t.Errorf("%s: %s, %d, error %v", tt.source, got, size, err)
		}
	}
}

func TestRecognise(t *testing.T) {
	for _, tt := range []struct {
		address, mediaType, body, want string
	}{
		{"https://a.example/api/events", "application/json", listed(1, 3), " 2"},
		{"https://a.example/federation/m/1", "application/activity+json", `{"type":"Event","name":"Kor"}`, " 1"},
		{"https://a.example/steder", "application/json", `[{"type":"Place","id":"https://a.example/federation/p/1"}]`, " 1"},
		{"https://a.example/event/kor", "text/html", `<!DOCTYPE html><script src="https://a.example/gancio-events.es.js"></script>`, "https://a.example/ 0"},
		{"https://a.example/", "text/html", `<!DOCTYPE html><title>Annet</title>`, ""},
		{"https://a.example/@kor/outbox", "application/json", `{"type":"OrderedCollection"}`, ""},
	} {
		a := connectors.NewAnswer(tt.address, &fetch.Response{URL: tt.address, MediaType: tt.mediaType, Body: []byte(tt.body)}, "3909")
		got := ""
		for _, r := range Kind.Recognise(&a) {
			got += fmt.Sprint(r.URL, " ", int(r.Certain))
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.address, got, tt.want)
		}
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{PageSize: -1}, {PageSize: 6000}, {MaxPages: 3000}, {MaxDetails: 2000}} {
		if _, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil }); err == nil || !strings.HasPrefix(err.Error(), "options.") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}

// listed is a page as Gancio gives it: events in the order of time; every second one repeats a weekly event.
func listed(from, to int) string {
	text := strings.Repeat("Vi møtes i Bøkeskogen. ", 4)
	var b strings.Builder
	for i := from; i < to; i++ {
		parent := "null"
		if i%2 == 1 {
			parent = strconv.Itoa(1_000_000 + i%5000)
		}
		fmt.Fprintf(&b, `,{"id":%d,"title":"Arrangement %d","slug":"arrangement-%d","start_datetime":%d,"parentId":%s,"tags":["tur","natur"],"place":{"name":"Bøkeskogen","address":%q}}`, i, i%5000, i, 1796320800+i*600, parent, text)
	}
	return "[" + strings.TrimPrefix(b.String(), ",") + "]"
}

// run pulls n events; changed says which pages have changed since the last run.
func run(t *testing.T, o Options, n int, deaf bool, changed func(page int) bool, emit func(catalog.Record)) (outcome connectors.Outcome, asked int, err error) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil })
	if err != nil {
		t.Fatal(err)
	}
	outcome, err = c.Pull(t.Context(), &connectors.Session{
		Source: connectors.Source{ID: "kilde", URL: "https://kalender.example/", Zone: zone},
		Now:    connectortest.Now,
		Emit:   func(r catalog.Record) error { emit(r); return nil },
		Reject: func(r catalog.Reject) { t.Errorf("%+v", r) },
		Warn:   func(where, text string) { t.Errorf("%s: %s", where, text) },
		Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
			asked++
			u, _ := url.Parse(req.URL)
			page, _ := strconv.Atoi(u.Query().Get("page"))
			size, _ := strconv.Atoi(u.Query().Get("max"))
			if deaf {
				page = 0
			}
			text := listed(min(page*size, n), min(page*size+size, n))
			return &connectors.Response{Response: &fetch.Response{URL: req.URL, Header: http.Header{}, Body: []byte(text)}, Unchanged: !changed(page)}, nil
		},
	})
	return outcome, asked, err
}

func all(int) bool { return true }

// TestPages: pages are read to the first that is not full; a site that gives the same page again is not read whole.
func TestPages(t *testing.T) {
	for _, tt := range []struct {
		name           string
		o              Options
		n              int
		deaf           bool
		records, asked int
		why            string
	}{
		{"one page", Options{}, 150, false, 150, 1, ""},
		{"full pages", Options{PageSize: 50}, 100, false, 100, 3, ""},
		{"a site that does not page", Options{PageSize: 50}, 100, true, 50, 2, "blar ikke"},
		{"more than allowed", Options{PageSize: 10, MaxPages: 3}, 100, false, 30, 3, "flere enn 3 sider"},
	} {
		records := 0
		outcome, asked, err := run(t, tt.o, tt.n, tt.deaf, all, func(catalog.Record) { records++ })
		if err != nil || records != tt.records || asked != tt.asked || !strings.Contains(outcome.Why, tt.why) || outcome.Complete != (tt.why == "") {
			t.Errorf("%s: %d records, %d requests, %+v, error %v", tt.name, records, asked, outcome, err)
		}
	}
}

// TestLarge reads 50,000 events, half of which repeat 2,500, and looks at the memory in use; then nothing has changed, then one page.
func TestLarge(t *testing.T) {
	n := 50_000
	if testing.Short() {
		n = 10_000
	}
	pages, repeated := n/defaultSize+1, min(n/2, 2_500) // the last page is empty
	for _, tt := range []struct {
		name    string
		changed func(int) bool
		records int
	}{
		{"new", all, n/2 + repeated},
		{"unchanged", func(int) bool { return false }, 0},
		{"one page changed", func(page int) bool { return page == 40 }, n/2 + repeated},
	} {
		var before, now runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		peak, records, dates := uint64(0), 0, 0
		outcome, asked, err := run(t, Options{MaxPages: mostPages}, n, false, func(page int) bool {
			if page%20 == 0 {
				runtime.ReadMemStats(&now)
				peak = max(peak, now.HeapAlloc)
			}
			return tt.changed(page)
		}, func(r catalog.Record) { records++; dates += len(r.Schedule.Dates) })
		above := int64(peak-before.HeapAlloc) >> 20
		t.Logf("%s: %d records, %d requests, heap at most %d MiB above the start", tt.name, records, asked, above)
		if err != nil || !outcome.Complete || outcome.Unchanged != (tt.records == 0) || records != tt.records || tt.records > 0 && dates != n || asked != pages || above > 200 {
			t.Errorf("%s: %d records, %d dates, %d requests, %d MiB, %+v, error %v", tt.name, records, dates, asked, above, outcome, err)
		}
	}
}

// TestDetails: the description comes from the answer of the event; one that is gone costs nothing else, one that fails rejects its event,
// and three in a row end the run.
func TestDetails(t *testing.T) {
	for _, tt := range []struct {
		name                             string
		most                             int
		status                           map[int]int // of the answers of events
		records, told, rejects, warnings int
		fails                            bool
	}{
		{"all", 0, nil, 6, 6, 0, 0, false},
		{"fewer than there are", 4, nil, 6, 4, 0, 1, false},
		{"one is gone", 0, map[int]int{1: 404}, 6, 5, 0, 1, false},
		{"two fail", 0, map[int]int{1: 503, 2: 503}, 4, 4, 2, 0, false},
		{"three fail", 0, map[int]int{1: 503, 2: 503, 3: 503}, 0, 0, 0, 0, true},
	} {
		c, err := Kind.New(func(v any) error { *v.(*Options) = Options{Details: true, MaxDetails: tt.most}; return nil })
		if err != nil {
			t.Fatal(err)
		}
		records, told, rejects, warnings, asked := 0, 0, 0, 0, 0
		s := &connectors.Session{
			Source: connectors.Source{ID: "kilde", URL: "https://kalender.example/", Zone: time.UTC}, Now: connectortest.Now,
			Emit: func(r catalog.Record) error {
				records++
				if r.Description == "Omtale" {
					told++
				}
				return nil
			},
			Reject: func(catalog.Reject) { rejects++ },
			Warn:   func(string, string) { warnings++ },
			Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
				text := `[{"id":9,"title":"Over","start_datetime":1790900000},` + strings.TrimPrefix(listed(0, 6), "[")
				if _, name, ok := strings.Cut(req.URL, "/api/event/detail/arrangement-"); ok {
					asked++
					n, _ := strconv.Atoi(name)
					if status := tt.status[n]; status != 0 {
						return nil, &fetch.Error{Step: fetch.StepStatus, Status: status, Message: "feil"}
					}
					text = `{"id":1,"title":"x","start_datetime":1796320800,"description":"<p>Omtale</p>"}`
				}
				return &connectors.Response{Response: &fetch.Response{URL: req.URL, Header: http.Header{}, Body: []byte(text)}}, nil
			},
		}
		outcome, err := c.Pull(t.Context(), s)
		if tt.fails {
			if err == nil {
				t.Errorf("%s: no error", tt.name)
			}
			continue
		}
		if err != nil || !outcome.Complete || records != tt.records+1 || told != tt.told || rejects != tt.rejects || warnings != tt.warnings || asked > 6 {
			t.Errorf("%s: %d records, %d with text, %d rejects, %d warnings, %d asked, %+v, error %v", tt.name, records, told, rejects, warnings, asked, outcome, err)
		}
	}
}

// TestCorpus reads the kept places. Each is a listing of a source of facilities, but for one without a name.
func TestCorpus(t *testing.T) {
	right, truths := 0, 0
	for _, truth := range connectortest.Corpus(t, "activitypub") {
		if !strings.HasPrefix(filepath.Base(truth.File), "gancio--") {
			continue
		}
		body, err := os.ReadFile(truth.Path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := connectortest.Pull(t, Kind, connectortest.Case{URL: "file:steder.json", Zone: "Europe/Oslo", Kind: "facility"}, func(string) ([]byte, string, bool) { return body, "application/json", true })
		if err != nil || len(got.Records)+len(got.Rejects) != *truth.Records {
			t.Errorf("%s: %d records, %d rejects of %d, error %v", truth.File, len(got.Records), len(got.Rejects), *truth.Records, err)
			continue
		}
		for _, fact := range truth.GroundTruth {
			truths++
			have := false
			for _, r := range got.Records {
				have = have || r.Title == fact["title"] && (fact["id"] == nil || r.NativeID == fact["id"])
			}
			for _, r := range got.Rejects {
				have = have || fact["title"] == nil && r.NativeID == fact["id"] && r.Field == "name"
			}
			if have {
				right++
			} else {
				t.Logf("miss %s %v", truth.File, fact)
			}
		}
	}
	t.Logf("%d of %d facts right", right, truths)
	if truths == 0 || right*100 < truths*95 {
		t.Errorf("only %d of %d facts are right, the bar is 95 %%", right, truths)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		page, err := Parse(text, connectortest.DefaultURL)
		if err != nil {
			return
		}
		var records []catalog.Record
		s := &connectors.Session{Source: connectors.Source{ID: "a", Zone: time.UTC, Kind: catalog.KindFacility}, Warn: func(string, string) {}, Reject: func(catalog.Reject) {},
			Emit: func(r catalog.Record) error { records = append(records, r); return nil }}
		w := newWalk(&connector{}, s)
		if _, err := w.add(t.Context(), page, connectortest.DefaultURL, 0); err != nil {
			t.Fatal(err)
		}
		if err := w.series.Each(s.Emit); err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			if r.Title == "" || r.NativeID == "" || r.URL != "" && !strings.HasPrefix(r.URL, "http") {
				t.Errorf("%+v", r)
			}
			if _, err := json.Marshal(r); err != nil {
				t.Errorf("%+v: %v", r, err)
			}
		}
	})
}
