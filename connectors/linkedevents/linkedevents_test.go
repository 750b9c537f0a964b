package linkedevents

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/tolerant"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

// TestCorpus reads kept answers. A list of events gives every one of them as a record, or as a reject when it has no start (what the
// manifest names as its start is then when it was made); any other answer of the API is refused with what was expected.
func TestCorpus(t *testing.T) {
	right, all := 0, 0
	for _, truth := range connectortest.Corpus(t, "linkedevents") {
		body, err := os.ReadFile(truth.Path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := connectortest.Pull(t, Kind, connectortest.Case{URL: "file:event.json", Zone: "Europe/Oslo", Language: "nb"}, func(string) ([]byte, string, bool) { return body, "application/json", true })
		if !strings.Contains(truth.File, "events_data") {
			if !errors.Is(err, connectors.ErrUnreadable) {
				t.Errorf("%s is no list of events: %d records, error %v", truth.File, len(got.Records), err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", truth.File, err)
		}
		var raw struct {
			Data []struct {
				Start *string `json:"start_time"`
			}
		}
		if err := json.Unmarshal(body, &raw); err != nil {
			t.Fatal(err)
		}
		for i, fact := range truth.GroundTruth {
			all++
			if miss := compare(fact, raw.Data[i].Start != nil, got); miss != "" {
				t.Logf("miss %s %v: %s", truth.File, fact["title"], miss)
				continue
			}
			right++
		}
	}
	t.Logf("%d of %d facts right", right, all)
	if all == 0 || right*100 < all*95 {
		t.Errorf("only %d of %d facts are right, the bar is 95 %%", right, all)
	}
}

func compare(fact map[string]any, dated bool, got connectortest.Result) string {
	if !dated {
		if slices.ContainsFunc(got.Rejects, func(r catalog.Reject) bool {
			return r.NativeID == fact["id"] && r.Title == fact["title"] && r.Field == "start_time"
		}) {
			return ""
		}
		return "neither a record nor a reject for its start"
	}
	start, err := time.Parse(time.RFC3339, fact["start_utc"].(string))
	if err != nil {
		return err.Error()
	}
	for _, r := range got.Records {
		switch {
		case r.NativeID != fact["id"]:
		case r.Title != fact["title"] || r.URL != fact["url"] || len(r.Schedule.Dates) != 1 || !r.Schedule.Dates[0].Start.Equal(start):
			return fmt.Sprintf("%q %q %v", r.Title, r.URL, r.Schedule)
		default:
			return ""
		}
	}
	return "no record of that id"
}

const source = "https://api.by.example/v1/event/?start=today"

func listed(first, n int, next string) string {
	items := make([]string, n)
	for i := range items {
		items[i] = fmt.Sprintf(`{"id":"by:%d","name":{"fi":"Konsertti %d"},"start_time":"2026-12-01T18:00:00Z","description":{"fi":%q}}`, first+i, first+i, strings.Repeat("teksti ", 20))
	}
	return fmt.Sprintf(`{"meta":{"next":%q},"data":[%s]}`, next, strings.Join(items, ","))
}

// TestUnchanged: nothing is emitted when all pages are as they were, everything when one of them is not. The first request asks for
// places, keywords and big pages beside what the source's address asks for.
func TestUnchanged(t *testing.T) {
	for _, second := range []bool{true, false} {
		pages := 0
		got, err := connectortest.Try(t, Kind, connectortest.At(t, source, ""), func(string) (string, bool, error) {
			if pages++; pages == 2 {
				return listed(2, 1, ""), second, nil
			}
			return listed(1, 1, "http://api.by.example/v1/event/?page=2"), true, nil
		})
		want := 2
		if second {
			want = 0
		}
		if err != nil || !got.Complete || got.Unchanged != second || len(got.Records) != want {
			t.Errorf("second page unchanged %v: %+v, error %v", second, got, err)
		}
		if !slices.Equal(got.Asked, []string{"https://api.by.example/v1/event/?start=today&include=location,keywords&page_size=100", "https://api.by.example/v1/event/?page=2"}) {
			t.Errorf("asked for %q", got.Asked)
		}
	}
}

// TestBounds: a list without end is read to the bound of events, in bounded memory.
func TestBounds(t *testing.T) {
	n := 0
	got, err := connectortest.Pull(t, Kind, connectortest.At(t, source, fmt.Sprintf("{max_pages: %d}", mostPages)), func(string) ([]byte, string, bool) {
		n++
		return []byte(listed(n*100, 100, fmt.Sprintf("https://api.by.example/v1/event/?page=%d", n+1))), "application/json", true
	})
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	t.Logf("%d records in %d pages, %d MiB held", len(got.Records), n, m.HeapAlloc>>20)
	if err != nil || got.Complete || got.Why == "" || len(got.Records) > mostItems+100 || m.HeapAlloc > 200<<20 {
		t.Errorf("complete %v %q, %d records, %d MiB, error %v", got.Complete, got.Why, len(got.Records), m.HeapAlloc>>20, err)
	}
	if _, err := Parse(listed(1, tolerant.MaxOnPage+1, ""), "https://api.by.example/"); !errors.Is(err, connectors.ErrUnreadable) {
		t.Errorf("a page without end: %v", err)
	}
}

// TestHostileLists: lists without end inside one event cost no more than the answer itself.
func TestHostileLists(t *testing.T) {
	many := func(s string) string { return "[" + strings.Repeat(s+",", 1_000_000) + s + "]" }
	for name, member := range map[string]string{"keywords": many("{}"), "images": many("{}"), "offers": many("{}"), "location": `{"position":{"coordinates":` + many("1") + `}}`} {
		text := fmt.Sprintf(`{"data":[{"id":"by:1","name":{"nb":"Konsert"},"start_time":"2026-12-01",%q:%s}]}`, name, member)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		page, err := Parse(text, "https://api.by.example/")
		runtime.ReadMemStats(&after)
		if made := (after.TotalAlloc - before.TotalAlloc) >> 20; err != nil || len(page.Items) != 1 || made > 75 {
			t.Errorf("%s: %d items, %d MiB, error %v", name, len(page.Items), made, err)
		} else {
			t.Logf("%s: %d MiB allocated in all", name, made)
		}
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{Zone: "Local"}, {Zone: "Norge"}, {Currency: "euro"}, {MaxPages: -1}, {MaxPages: 3000}} {
		if _, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil }); err == nil || !strings.HasPrefix(err.Error(), "options.") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add(seed)
	}
	zone, err := time.LoadLocation("Europe/Helsinki")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		page, err := Parse(text, connectortest.DefaultURL)
		if err != nil {
			return
		}
		w := &walk{s: &connectors.Session{Warn: func(string, string) {}, Reject: func(catalog.Reject) {}}, seen: map[string]bool{}, a: adapter{zone: zone, source: connectors.Source{Zone: zone}}}
		w.add(page, 1)
		for _, r := range w.fold() {
			if r.Title == "" || r.NativeID == "" || r.Kind.NeedsDate() && !r.Schedule.Dated() || r.URL != "" && !strings.HasPrefix(r.URL, "http") {
				t.Errorf("%+v", r)
			}
			if _, err := json.Marshal(r); err != nil {
				t.Errorf("%+v: %v", r, err)
			}
		}
	})
}
