package friskus

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/tolerant"
	"fritidshub/fetch"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

// pullFile reads one file as if it were the whole answer.
func pullFile(t *testing.T, file string) connectortest.Result {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got, err := connectortest.Pull(t, Kind, connectortest.Case{URL: "file:friskus.json", Zone: "Europe/Oslo"}, func(string) ([]byte, string, bool) { return body, "application/json", true })
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return got
}

// TestCorpus reads a kept answer and compares with what an independent parser found: id, title and start. A series begins before the
// occurrence that the list shows, so it must have that occurrence, and as many to the end as the list counts.
func TestCorpus(t *testing.T) {
	right, all := 0, 0
	for _, truth := range connectortest.Corpus(t, "event-json") {
		if !strings.Contains(truth.File, "friskus") {
			continue
		}
		got := pullFile(t, truth.Path)
		t.Logf("%s: %d of %d records, %d rejects, %q", truth.File, len(got.Records), *truth.Records, len(got.Rejects), got.Warnings)
		for _, fact := range truth.GroundTruth {
			all++
			if miss := compare(fact, got.Records); miss != "" {
				t.Logf("    miss %v: %s", fact["title"], miss)
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

func compare(fact map[string]any, records []catalog.Record) string {
	start, err := time.Parse(time.RFC3339, fact["start_utc"].(string))
	if err != nil {
		return err.Error()
	}
	for _, r := range records {
		if r.NativeID != fact["id"] {
			continue
		}
		occ, _ := calendar.Expand(r.Schedule, time.UTC, start, start.Add(time.Minute), 1)
		if r.Title != fact["title"] || len(occ) != 1 || !occ[0].Start.Equal(start) {
			return fmt.Sprintf("%q %v", r.Title, r.Schedule)
		}
		return ""
	}
	return "no record of that id"
}

// TestCounts: a series gives as many occurrences as the list counts from the next one on.
func TestCounts(t *testing.T) {
	file := filepath.Join(connectortest.Shared(t), "merge-examples", "friskus.json")
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page, err := Parse(string(body), "file:friskus.json")
	if err != nil {
		t.Fatal(err)
	}
	got := pullFile(t, file)
	if len(got.Records) != len(page.Items) || len(got.Rejects)+len(got.Warnings) > 0 {
		t.Fatalf("%d records of %d items, %+v, %q", len(got.Records), len(page.Items), got.Rejects, got.Warnings)
	}
	for i, r := range got.Records {
		start, err := moment(page.Items[i].Start.Value, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		occ, _ := calendar.Expand(r.Schedule, time.UTC, start.Time, start.Time.AddDate(1, 0, 0), 1000)
		if len(occ) != page.Items[i].Count.Value || !occ[0].Start.Equal(start.Time) {
			t.Errorf("%s: %d occurrences, want %d: %+v", r.Title, len(occ), page.Items[i].Count.Value, r.Schedule)
		}
	}
}

// pull reads the list, and what is on the events' own pages.
func pull(t *testing.T, options string, page func(address string) (text string, unchanged bool, err error)) (connectortest.Result, error) {
	t.Helper()
	c := connectortest.At(t, "https://api.friskus.com/api/v1/events?municipalities[]=x", options)
	got, err := connectortest.Try(t, Kind, c, page)
	for _, address := range got.Asked {
		if slices.Contains(got.HTML, address) != strings.Contains(address, "/events/") {
			t.Errorf("%s: asked for as the wrong thing", address)
		}
	}
	return got, err
}

func listed(first, n, last int) string {
	items := make([]string, n)
	for i := range items {
		items[i] = fmt.Sprintf(`{"id":"%08d-0000-4000-8000-000000000000","name":"Trening %d","start_at":"2026-12-01T18:00:00+0100","rrule":{"weekdays":[0,1,2],"rdates":[],"timezone":"Europe/Oslo"}}`, first+i, first+i)
	}
	return fmt.Sprintf(`{"data":[%s],"meta":{"last_page":%d}}`, strings.Join(items, ","), last)
}

// TestUnchanged: nothing is emitted when all pages are as they were, everything when one of them is not.
func TestUnchanged(t *testing.T) {
	for _, second := range []bool{true, false} {
		got, err := pull(t, "", func(address string) (string, bool, error) {
			if strings.HasSuffix(address, "page=2") {
				return listed(2, 1, 2), second, nil
			}
			return listed(1, 1, 2), true, nil
		})
		want := 2
		if second {
			want = 0
		}
		if err != nil || !got.Complete || got.Unchanged != second || len(got.Records) != want {
			t.Errorf("second page unchanged %v: %+v, error %v", second, got, err)
		}
	}
}

// TestFailingDetails: the event of a page that fails is a reject, so that what is known of it stays; three in a row end the run.
func TestFailingDetails(t *testing.T) {
	for failing, wantErr := range map[int]bool{0: false, 2: false, 3: true} {
		got, err := pull(t, "{site: https://larvik.friskus.com, details: true, max_details: 4}", func(address string) (string, bool, error) {
			if _, id, ok := strings.Cut(address, "/events/"); ok {
				if id[:8] <= fmt.Sprintf("%08d", failing) {
					return "", false, &fetch.Error{Step: fetch.StepStatus, Status: 503, Message: "feil"}
				}
				return `<script type="application/ld+json">{"@type":"Event","name":"x","description":"Omtale"}</script>`, false, nil
			}
			return listed(1, 5, 1), false, nil
		})
		if (err != nil) != wantErr {
			t.Errorf("%d failing: error %v", failing, err)
		}
		if err != nil {
			continue
		}
		told := 0
		for _, r := range got.Records {
			if r.Description == "Omtale" {
				told++
			}
		}
		if !got.Complete || len(got.Records) != 5-failing || len(got.Rejects) != failing || told != 4-failing {
			t.Errorf("%d failing: %d with text of %+v", failing, told, got)
		}
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{Municipality: "3907"}, {Site: "sandefjord"}, {MaxPages: 6000}, {MaxDetails: -1}, {FirstWeekday: "tuesday"}, {Kinds: map[string][]string{"service": {"x"}}}, {Kinds: map[string][]string{"course": {"–"}}}} {
		if _, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil }); err == nil || !strings.HasPrefix(err.Error(), "options.") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}

// TestBounds: a list without end is read to the bound of pages, in bounded memory.
func TestBounds(t *testing.T) {
	n := 0
	got, err := pull(t, fmt.Sprintf("{max_pages: %d}", mostPages), func(string) (string, bool, error) { n++; return listed(n*100, 100, 1_000_000), false, nil })
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	t.Logf("%d records in %d pages, %d MiB held", len(got.Records), n, m.HeapAlloc>>20)
	if err != nil || got.Complete || got.Why == "" || len(got.Records) > mostItems+100 || m.HeapAlloc > 200<<20 {
		t.Errorf("complete %v %q, %d records, %d MiB, error %v", got.Complete, got.Why, len(got.Records), m.HeapAlloc>>20, err)
	}
	if _, err := Parse(listed(1, tolerant.MaxOnPage+1, 1), "https://api.friskus.com/"); !errors.Is(err, connectors.ErrUnreadable) {
		t.Errorf("a page without end: %v", err)
	}
}

// TestHostileLists: lists without end inside one event cost no more than the answer itself.
func TestHostileLists(t *testing.T) {
	many := func(s string) string { return "[" + strings.Repeat(s+",", 1_000_000) + s + "]" }
	for name, member := range map[string]string{"age_group": many(`""`), "rrule": `{"weekdays":` + many("1") + `,"rdates":` + many(`""`) + `}`} {
		text := fmt.Sprintf(`{"data":[{"id":"1","name":"Tur","start_at":"2026-12-01",%q:%s}]}`, name, member)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		page, err := Parse(text, "https://api.friskus.com/")
		runtime.ReadMemStats(&after)
		if made := (after.TotalAlloc - before.TotalAlloc) >> 20; err != nil || len(page.Items) != 1 || made > 75 {
			t.Errorf("%s: %d items, %d MiB, error %v", name, len(page.Items), made, err)
		} else {
			t.Logf("%s: %d MiB allocated in all", name, made)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add(seed)
	}
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		f.Fatal(err)
	}
	made, err := newConnector(func(v any) error { v.(*Options).Site = "https://larvik.friskus.com"; return nil })
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		page, err := Parse(text, connectortest.DefaultURL)
		if err != nil {
			return
		}
		for _, x := range page.Items {
			r, _, _, reject := made.(*connector).record(x, connectors.Source{Zone: zone})
			if reject != nil {
				continue
			}
			if r.Title == "" || r.NativeID == "" || !r.Schedule.Dated() || r.URL != "" && !strings.HasPrefix(r.URL, "https://larvik.friskus.com/events/") {
				t.Errorf("%+v", r)
			}
			for _, series := range r.Schedule.Series {
				if err := calendar.CheckRule(series.Rules[0]); err != nil {
					t.Errorf("%v: %v", series.Rules, err)
				}
			}
			if _, err := json.Marshal(r); err != nil {
				t.Errorf("%+v: %v", r, err)
			}
		}
	})
}
