package rpde_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"go.yaml.in/yaml/v4"

	"fritidshub/catalog"
	"fritidshub/connectors/changefeed"
	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/rpde"
)

func TestCases(t *testing.T) { connectortest.Run(t, rpde.Kind) }

func pull(t testing.TB, options, state string, answer connectortest.Answer) (connectortest.Result, error) {
	t.Helper()
	c := connectortest.At(t, connectortest.DefaultURL, options)
	c.State = state
	return connectortest.Pull(t, rpde.Kind, c, answer)
}

func event(id int) string {
	return fmt.Sprintf(`{"state":"updated","kind":"Event","id":%d,"modified":%d,"data":{"@type":"Event","name":"Trening %d","startDate":"2026-12-03T18:00:00+01:00","description":%q}}`,
		id, id, id, strings.Repeat("Ta med drikke og gode sko. ", 20))
}

// feed is a feed of n items in pages of size, with afterChangeNumber; an endless one for n < 0.
func feed(n, size int, asked *int) connectortest.Answer {
	return func(address string) ([]byte, string, bool) {
		*asked++
		after := 0
		if _, text, ok := strings.Cut(address, "afterChangeNumber="); ok {
			_, _ = fmt.Sscan(text, &after)
		}
		var items []string
		for id := after + 1; id <= after+size && (n < 0 || id <= n); id++ {
			items = append(items, event(id))
		}
		return fmt.Appendf(nil, `{"next":"%s?afterChangeNumber=%d","items":[%s],"license":""}`, connectortest.DefaultURL, after+len(items), strings.Join(items, ",")), "application/json", true
	}
}

// TestSecondRun: a feed that is read is read on from its last page, with one request.
func TestSecondRun(t *testing.T) {
	asked := 0
	got, err := pull(t, "", "", feed(50, 20, &asked))
	if err != nil || !got.Complete || len(got.Records) != 50 || asked != 4 {
		t.Fatalf("%d records, complete %v, %d requests, error %v", len(got.Records), got.Complete, asked, err)
	}
	asked = 0
	again, err := pull(t, "", got.State, feed(50, 20, &asked))
	if err != nil || !again.Complete || len(again.Records) != 0 || asked != 1 || again.State != got.State {
		t.Errorf("%d records, complete %v, %d requests, state %s, error %v", len(again.Records), again.Complete, asked, again.State, err)
	}
	asked = 0
	grown, err := pull(t, "", again.State, feed(53, 20, &asked))
	if err != nil || len(grown.Records) != 3 || asked != 2 {
		t.Errorf("%d records, %d requests, error %v", len(grown.Records), asked, err)
	}
}

// TestEndlessFeed: 200 pages in a run, and the next goes on where it stopped.
func TestEndlessFeed(t *testing.T) {
	asked := 0
	got, err := pull(t, "", "", feed(-1, 20, &asked))
	if err != nil || got.Complete || got.Why == "" || len(got.Records) != 4_000 || asked != 200 {
		t.Fatalf("%d records, complete %v, why %q, %d requests, error %v", len(got.Records), got.Complete, got.Why, asked, err)
	}
	got, err = pull(t, "max_pages: 2", got.State, feed(-1, 20, &asked))
	if err != nil || len(got.Records) != 40 || got.Records[0].NativeID != "4001" {
		t.Errorf("%d records, error %v", len(got.Records), err)
	}
}

func TestLarge(t *testing.T) {
	asked := 0
	connectortest.Large(t, rpde.Kind, connectortest.DefaultURL, "{}", 50_000, feed(50_000, 500, &asked))
}

func TestOptions(t *testing.T) {
	asked := 0
	for _, bad := range []string{"max_pages: -1", "max_pages: 3000", "slots: kanskje", "ukjent: 1"} {
		if _, err := pull(t, bad, "", feed(1, 1, &asked)); err == nil {
			t.Errorf("options %q are accepted", bad)
		}
	}
	for _, odd := range []string{"x", `{"next":7}`, `{"next":"https://kilde.example/annet"}`} {
		if got, err := pull(t, "", odd, feed(1, 1, &asked)); err != nil || len(got.Records) != 1 {
			t.Errorf("state %q: %d records, error %v", odd, len(got.Records), err)
		}
	}
}

// bare are files of the corpus that are no feeds; they are read as the one item of a page.
var bare = map[string]bool{"w3c-cg-example-data--flex.jsonld": true, "w3c-cg-example-data--good-gym.jsonld": true,
	"w3c-cg-example-data--ping.jsonld": true, "activity-list--cardio.jsonld": true}

// nothing are files that describe nothing to take part in, with the reason.
var nothing = map[string]string{
	"w3c-cg-example-data--ping.jsonld": "EventValue is no type of schema.org, and it is a place with a table",
	"activity-list--cardio.jsonld":     "words to sort activities by",
}

// contrary are files about which the manifest says something else than the file means, with the reason.
var contrary = map[string]string{
	"data-models--courseinstance_event_example_1.json":        "the course says August, its schedule and its sub-events say October: the schedule counts",
	"data-models--sessionseries-split-virtual_example_1.json": "it is online; the manifest has the place it is affiliated with",
	"data-models--place_example_1.json":                       "it is Belle Vue; the manifest has the name of its first room",
}

// partsOf are files of parts, and the file that describes what they are parts of: the one's feed and the other's.
var partsOf = map[string]string{
	"data-models--scheduledsession-split_example_1.json":         "data-models--sessionseries-split_example_1.json",
	"data-models--scheduledsession-split-virtual_example_1.json": "data-models--sessionseries-split-virtual_example_1.json",
	"data-models--slot_example_1.json":                           "data-models--facilityuse_example_1.json",
}

// TestCorpus reads the examples of OpenActive: every page gives its item, and every thing to take part in its title, start, place and address.
func TestCorpus(t *testing.T) {
	const wholes = "https://www.example.com/feeds/wholes"
	files, read, right, all := 0, 0, 0, 0
	for _, truth := range connectortest.Corpus(t, "openactive") {
		files++
		fact := truth.GroundTruth[0]
		body := corpusPage(t, truth.Path, bare[truth.File])
		page, err := changefeed.Feed{Kind: "rpde"}.Parse(string(body), connectortest.DefaultURL)
		if err != nil || len(page.Items) != *truth.Records || page.Items[0].Fault != "" ||
			!bare[truth.File] && page.Items[0].ID != fmt.Sprint(fact["id"]) && page.Items[0].ID != fmt.Sprintf("%.0f", fact["id"]) {
			t.Errorf("%s: %+v %v", truth.File, page, err)
			continue
		}
		c := connectortest.Case{URL: strings.Split(page.Next, "?")[0], Zone: "Europe/London", Now: connectortest.Now}
		answers := map[string][]byte{c.URL: body}
		options := "{slots: true, on_demand: true, places: true"
		if whole := partsOf[truth.File]; whole != "" {
			options += ", parts_of: " + wholes
			feed := corpusPage(t, filepath.Join(filepath.Dir(truth.Path), whole), false)
			answers[wholes] = feed
			c.URL = "https://www.example.com/feeds/parts"
			answers[c.URL] = body
		}
		if err := yaml.Unmarshal([]byte(options+"}"), &c.Options); err != nil {
			t.Fatal(err)
		}
		got, err := connectortest.Pull(t, rpde.Kind, c, func(address string) ([]byte, string, bool) {
			if body, ok := answers[address]; ok {
				text := string(body)
				if address == c.URL || address == wholes {
					text = nextOf.ReplaceAllString(text, fmt.Sprintf(`"next": "%s?after=1"`, address))
				}
				return []byte(text), "application/json", true
			}
			return fmt.Appendf(nil, `{"next":%q,"items":[]}`, address), "application/json", true
		})
		if err != nil {
			t.Errorf("%s: %v", truth.File, err)
			continue
		}
		read++
		for _, r := range got.Rejects {
			t.Logf("%s: reject %s", truth.File, r.Reason)
		}
		for _, w := range got.Warnings {
			t.Logf("%s: %s", truth.File, w)
		}
		if reason := nothing[truth.File]; reason != "" {
			if len(got.Records) != 0 {
				t.Errorf("%s: %d records of what is nothing to take part in", truth.File, len(got.Records))
			}
			t.Logf("%s: no record: %s", truth.File, reason)
			continue
		}
		miss := compare(fact, got.Records)
		if reason := contrary[truth.File]; reason != "" {
			if len(got.Records) != 1 || miss == "" {
				t.Errorf("%s: %d records, or the manifest is right after all", truth.File, len(got.Records))
			}
			t.Logf("%s: not as the manifest says: %s", truth.File, reason)
			continue
		}
		all++
		if miss != "" {
			t.Logf("%s: miss %s", truth.File, miss)
			continue
		}
		right++
	}
	t.Logf("%d of %d files read, %d of %d things to take part in right", read, files, right, all)
	if files == 0 || read < files || right*100 < all*95 {
		t.Errorf("%d of %d files read, %d of %d things to take part in right; the bar is 95 %%", read, files, right, all)
	}
}

var nextOf = regexp.MustCompile(`"next": ?"[^"]*"`)

// corpusPage is a file of the corpus as a page of a feed.
func corpusPage(t *testing.T, path string, bare bool) []byte {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bare {
		body = fmt.Appendf(nil, `{"next":"https://www.example.com/feed?after=1","items":[{"state":"updated","kind":"","id":"1","modified":1,"data":%s}]}`, body)
	}
	return body
}

func compare(fact map[string]any, records []catalog.Record) string {
	if len(records) != 1 {
		return fmt.Sprintf("%d records", len(records))
	}
	r := records[0]
	text := func(key string) string { s, _ := fact[key].(string); return s }
	start := text("start_utc")
	if start == "" {
		start = text("start")
	}
	room := func(o catalog.Occurrence) bool { return o.Place == text("location") }
	if place := text("location"); place != "" && (r.Place == nil || r.Place.Name != place && !slices.ContainsFunc(r.Schedule.Dates, room)) {
		return fmt.Sprintf("place %+v", r.Place)
	}
	if title := text("title"); title != "" && r.Title != title {
		return "title " + r.Title
	}
	if url := text("url"); url != "" && r.URL != url {
		return "url " + r.URL
	}
	for _, o := range r.Schedule.Dates {
		if strings.HasPrefix(o.Start.UTC().Format(time.RFC3339), start) {
			return ""
		}
	}
	for _, s := range r.Schedule.Series {
		if strings.HasPrefix(s.Start.Format(time.RFC3339), start) {
			return ""
		}
	}
	if start == "" {
		return ""
	}
	return fmt.Sprintf("schedule %+v", r.Schedule)
}

// FuzzParse pulls a feed whose first page is anything; whatever it is, records have an id and a title.
func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := pull(t, "slots: true", "", func(address string) ([]byte, string, bool) {
			return []byte(text), "application/json", address == connectortest.DefaultURL
		})
		if err != nil && len(got.Records) > 0 && !strings.Contains(err.Error(), "next") {
			t.Errorf("%d records and an error: %v", len(got.Records), err)
		}
		for _, r := range got.Records {
			if r.NativeID == "" || r.Title == "" || r.Kind == "" {
				t.Errorf("a record without id, title or kind: %+v", r)
			}
		}
	})
}
