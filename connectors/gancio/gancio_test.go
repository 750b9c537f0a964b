package gancio

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
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
		got, size, err := (&connector{Options{PageSize: defaultSize}}).first(tt.source, connectortest.Now)
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

// pages answers with n events; a deaf one gives the first page for any.
func pages(n int, deaf bool) connectortest.Answer {
	return func(address string) ([]byte, string, bool) {
		u, _ := url.Parse(address)
		page, _ := strconv.Atoi(u.Query().Get("page"))
		size, _ := strconv.Atoi(u.Query().Get("max"))
		if deaf {
			page = 0
		}
		return []byte(listed(min(page*size, n), min(page*size+size, n))), "application/json", true
	}
}

const source = "https://kalender.example/"

// TestPages: pages are read to the first that is not full; a site that gives the same page again is not read whole.
func TestPages(t *testing.T) {
	for _, tt := range []struct {
		name, options  string
		n              int
		deaf           bool
		records, asked int
		why            string
	}{
		{"one page", "", 150, false, 150, 1, ""},
		{"full pages", "{page_size: 50}", 100, false, 100, 3, ""},
		{"a site that does not page", "{page_size: 50}", 100, true, 50, 2, "blar ikke"},
		{"more than allowed", "{page_size: 10, max_pages: 3}", 100, false, 30, 3, "flere enn 3 sider"},
	} {
		got, err := connectortest.Pull(t, Kind, connectortest.At(t, source, tt.options), pages(tt.n, tt.deaf))
		if err != nil || len(got.Records) != tt.records || len(got.Asked) != tt.asked || !strings.Contains(got.Why, tt.why) || got.Complete != (tt.why == "") {
			t.Errorf("%s: %d records, %d requests, %q, error %v", tt.name, len(got.Records), len(got.Asked), got.Why, err)
		}
	}
}

// TestLarge reads 50,000 events, half of which repeat 2,500; none of their dates is lost.
func TestLarge(t *testing.T) {
	connectortest.Large(t, Kind, source, "{max_pages: 2000}", 27_500, pages(50_000, false))
	got, err := connectortest.Pull(t, Kind, connectortest.At(t, source, ""), pages(10_000, false))
	dates := 0
	for _, r := range got.Records {
		dates += len(r.Schedule.Dates)
	}
	if err != nil || dates != 10_000 {
		t.Errorf("%d dates, error %v", dates, err)
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
		c := connectortest.At(t, source, fmt.Sprintf("{details: true, max_details: %d}", tt.most))
		detail := func(address string) (n int, ok bool) {
			_, name, ok := strings.Cut(address, "/api/event/detail/arrangement-")
			n, _ = strconv.Atoi(name)
			return n, ok
		}
		c.Fails = func(address string) error {
			if n, ok := detail(address); ok && tt.status[n] != 0 {
				return &fetch.Error{Step: fetch.StepStatus, Status: tt.status[n], Message: "feil"}
			}
			return nil
		}
		got, err := connectortest.Pull(t, Kind, c, func(address string) ([]byte, string, bool) {
			text := `[{"id":9,"title":"Over","start_datetime":1790900000},` + strings.TrimPrefix(listed(0, 6), "[")
			if _, ok := detail(address); ok {
				text = `{"id":1,"title":"x","start_datetime":1796320800,"description":"<p>Omtale</p>"}`
			}
			return []byte(text), "application/json", true
		})
		told := 0
		for _, r := range got.Records {
			if r.Description == "Omtale" {
				told++
			}
		}
		if tt.fails {
			if err == nil {
				t.Errorf("%s: no error", tt.name)
			}
			continue
		}
		if err != nil || !got.Complete || len(got.Records) != tt.records+1 || told != tt.told || len(got.Rejects) != tt.rejects || len(got.Warnings) != tt.warnings || len(got.Asked) > 7 {
			t.Errorf("%s: %d with text of %+v, error %v", tt.name, told, got, err)
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
