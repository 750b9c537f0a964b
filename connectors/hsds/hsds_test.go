package hsds

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
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

const base = "https://api.tilbud.example/v3/services"

// api is an API of n services in the pages that are asked for.
func api(n int, asked *[]string) func(address string) string {
	return func(address string) string {
		*asked = append(*asked, address)
		u, _ := url.Parse(address)
		page, size := 1, 10
		_, _ = fmt.Sscan(u.Query().Get("page"), &page)
		_, _ = fmt.Sscan(u.Query().Get("per_page"), &size)
		var items []string
		for i := (page - 1) * size; i < min(page*size, n); i++ {
			items = append(items, fmt.Sprintf(`{"id":"t-%d","name":"Tilbud %d","status":"active","description":%q,"schedules":[{"dtstart":"2026-08-17","freq":"WEEKLY","byday":"MO","opens_at":"18:00"}],"organization":{"id":"o","name":"Larvik Turn"}}`,
				i, i, strings.Repeat("Ta med drikke og gode sko. ", 20)))
		}
		return fmt.Sprintf(`{"total_items":%d,"total_pages":%d,"page_number":%d,"size":%d,"contents":[%s]}`, n, (n+size-1)/size, page, size, strings.Join(items, ","))
	}
}

func session(t *testing.T, source string, unchanged bool, answer func(string) string, emit func(catalog.Record) error) *connectors.Session {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	return &connectors.Session{Source: connectors.Source{ID: "kilde", URL: source, Zone: zone}, Now: connectortest.Now, Emit: emit,
		Delete: func(string) error { return nil }, Reject: func(r catalog.Reject) { t.Error(r) }, Warn: func(where, text string) { t.Error(where, text) },
		Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
			return &connectors.Response{Response: &fetch.Response{URL: req.URL, MediaType: "application/json", Body: []byte(answer(req.URL))}, Unchanged: unchanged}, nil
		}}
}

func TestPages(t *testing.T) {
	for _, c := range []struct {
		name, source string
		n, most      int
		records      int
		asked        []string
		why          string
	}{
		{"three pages", base, 250, 0, 250, []string{base + "?full=true&per_page=100", base + "?full=true&page=2&per_page=100", base + "?full=true&page=3&per_page=100"}, ""},
		{"the editor's own words stand", base + "?per_page=200&full=false&organization_id=o", 150, 0, 150, []string{base + "?full=false&organization_id=o&per_page=200"}, ""},
		{"more pages than allowed", base, 250, 2, 200, []string{base + "?full=true&per_page=100", base + "?full=true&page=2&per_page=100"}, "flere enn 2 sider"},
		{"from a later page", base + "?page=2", 150, 0, 50, []string{base + "?full=true&page=2&per_page=100"}, ""},
		{"none", base, 0, 0, 0, []string{base + "?full=true&per_page=100"}, ""},
	} {
		var asked []string
		records := 0
		connector, err := Kind.New(func(v any) error { v.(*Options).MaxPages = c.most; return nil })
		if err != nil {
			t.Fatal(err)
		}
		outcome, err := connector.Pull(t.Context(), session(t, c.source, false, api(c.n, &asked), func(catalog.Record) error { records++; return nil }))
		if err != nil || records != c.records || strings.Join(asked, " ") != strings.Join(c.asked, " ") || outcome.Complete != (c.why == "") || !strings.Contains(outcome.Why, c.why) {
			t.Errorf("%s: %d records, %q, %+v, error %v", c.name, records, asked, outcome, err)
		}
	}
}

func TestLarge(t *testing.T) {
	var asked []string
	answer := api(50_000, &asked)
	connectortest.Large(t, Kind, base, "{max_pages: 500}", 50_000, func(address string) ([]byte, string, bool) {
		return []byte(answer(address)), "application/json", true
	})
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{MaxPages: -1}, {MaxPages: 3000}, {MaxDetails: -1}, {MaxDetails: 2001}} {
		if _, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil }); err == nil || !strings.HasPrefix(err.Error(), "options.") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}

// TestCorpus reads the examples of the specification. The manifest's facts are those of the first list in a file, which is mostly its
// schedules: the day that they hold from must be in ours. A list of words to sort by is refused with what to do.
func TestCorpus(t *testing.T) {
	read, right, all := 0, 0, 0
	for _, truth := range connectortest.Corpus(t, "hsds") {
		body, err := os.ReadFile(truth.Path)
		if err != nil {
			t.Fatal(err)
		}
		fact := truth.GroundTruth[0]
		all++
		if a := connectors.NewAnswer(base, &fetch.Response{URL: base, Body: body}, ""); len(recognise(&a)) == 0 {
			t.Errorf("%s is not recognised", truth.File)
		}
		page, err := Parse(string(body), base)
		if strings.Contains(truth.File, "taxonomy_term") {
			if err != nil && strings.Contains(err.Error(), "Bruk adressen til /services") {
				read++
				right++
			} else {
				t.Errorf("%s: %v", truth.File, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", truth.File, err)
			continue
		}
		read++
		a := adapter{source: connectors.Source{Zone: time.UTC}}
		var records []catalog.Record
		for _, it := range page.Items {
			found, notes, reject := a.records(it)
			for _, n := range notes {
				t.Logf("%s: %s", truth.File, n)
			}
			if reject != nil {
				t.Errorf("%s: %s", truth.File, reject.Reason)
			}
			records = append(records, found...)
		}
		if len(records) != 1 {
			t.Errorf("%s: %d records", truth.File, len(records))
			continue
		}
		r := records[0]
		listed := strings.HasSuffix(fmt.Sprint(truth.CountInfo["record_path"]), "contents")
		start := r.Schedule.ValidFrom.Format(time.DateOnly)
		switch {
		case listed && fmt.Sprint(fact["id"]) != r.NativeID,
			listed && fact["title"] != nil && fact["title"] != any(r.Title),
			listed && fact["url"] != nil && strings.TrimSuffix(r.URL, "/") != fact["url"],
			listed && fact["location"] != nil && (r.Place == nil || r.Place.Name != fact["location"]),
			!listed && fact["start"] != start,
			r.Title == "":
			t.Logf("%s: miss %v: %s %s %s %+v", truth.File, fact, r.NativeID, r.Title, start, r.Place)
		default:
			right++
		}
	}
	t.Logf("%d of %d files read, %d right", read, all, right)
	if all == 0 || read < all || right*100 < all*95 {
		t.Errorf("%d of %d files read, %d right; the bar is 95 %%", read, all, right)
	}
}

func TestRecognise(t *testing.T) {
	folders, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		c := connectortest.ReadCase(t, folder)
		files, _ := filepath.Glob(filepath.Join(folder, "response.json"))
		if len(files) == 0 {
			files = []string{filepath.Join(folder, filepath.Base(c.URL))}
		}
		body, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		a := connectors.NewAnswer(c.URL, &fetch.Response{URL: c.URL, MediaType: "text/plain", Body: body}, "")
		_, unreadable := os.Stat(filepath.Join(folder, "want.err"))
		if strings.HasPrefix(filepath.Base(folder), "bad-") {
			continue // its first entry is no thing at all
		}
		if strings.HasPrefix(filepath.Base(folder), "error-beside-") {
			unreadable = os.ErrNotExist // it is HSDS all the same
		}
		if strings.HasSuffix(folder, "taxonomy-terms") {
			if got := recognise(&a); len(got) != 1 || got[0].URL != "https://api.tilbud.example/services" {
				t.Errorf("%s: %+v", folder, got)
			}
			continue
		}
		if got := len(recognise(&a)) > 0; got != (unreadable != nil) {
			t.Errorf("%s: recognised %v", folder, got)
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
	f.Fuzz(func(t *testing.T, body string) {
		page, err := Parse(body, base)
		if err != nil {
			return
		}
		a := adapter{source: connectors.Source{Zone: zone}, today: catalog.Date(2026, 11, 22)}
		for _, it := range page.Items {
			records, _, reject := a.records(it)
			for _, r := range records {
				if reject != nil || r.NativeID == "" || r.Title == "" || !r.Kind.Valid() || r.URL != "" && !strings.HasPrefix(r.URL, "http") {
					t.Errorf("%+v", r)
				}
				for _, s := range r.Schedule.Series {
					if s.Start.IsZero() || len(s.Rules) != 1 {
						t.Errorf("%+v", s)
					}
				}
			}
		}
	})
}
