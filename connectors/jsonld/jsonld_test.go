package jsonld_test

import (
	"os"
	"testing"
	"time"
	_ "time/tzdata"

	"fritidshub/catalog"
	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/jsonld"
	"fritidshub/connectors/markup"
	"fritidshub/connectors/when"
)

func TestCases(t *testing.T) { connectortest.Run(t, jsonld.Kind) }

// TestCorpus reads real pages and compares with what an independent parser found: title, start, location and address of each event.
func TestCorpus(t *testing.T) {
	right, all, records := 0, 0, 0
	for _, truth := range connectortest.Corpus(t, "jsonld-html") {
		body, err := os.ReadFile(truth.Path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := connectortest.Pull(t, jsonld.Kind, connectortest.Case{URL: connectortest.DefaultURL, Zone: "Europe/Oslo", Now: connectortest.Now},
			func(address string) ([]byte, string, bool) {
				return body, "text/html; charset=utf-8", address == connectortest.DefaultURL
			})
		if err != nil && *truth.Records > 0 {
			t.Errorf("%s: %v", truth.File, err)
		}
		records += len(got.Records)
		t.Logf("%-70s %3d of %3d records, %d rejects, %d warnings", truth.File, len(got.Records), *truth.Records, len(got.Rejects), len(got.Warnings))
		for _, r := range got.Rejects {
			t.Logf("    reject %s %q: %s", r.Locator, r.Title, r.Reason)
		}
		for _, fact := range truth.GroundTruth {
			all++
			if miss := compare(fact, got.Records); miss != "" {
				t.Logf("    miss %v: %s", fact["title"], miss)
				continue
			}
			right++
		}
	}
	t.Logf("%d of %d facts right, %d records in all", right, all, records)
	if all == 0 || right*100 < all*95 {
		t.Errorf("only %d of %d facts are right, the bar is 95 %%", right, all)
	}
}

// compare finds the record of a fact and says what differs.
func compare(fact map[string]any, records []catalog.Record) string {
	oslo, _ := time.LoadLocation("Europe/Oslo")
	text := func(key string) string { s, _ := fact[key].(string); return catalog.Fold(catalog.PlainText(s)) }
	start, err := when.Parse(fact["start"].(string), oslo)
	if utc, ok := fact["start_utc"].(string); ok {
		start.Time, err = time.Parse(time.RFC3339, utc)
	}
	if err != nil {
		return "the truth's start cannot be read: " + err.Error()
	}
	miss := "no record of that title"
	for _, r := range records {
		if catalog.Fold(r.Title) != text("title") {
			continue
		}
		miss = "another start"
		for _, o := range r.Schedule.Dates {
			sameDay := o.Start.In(oslo).Format(time.DateOnly) == start.Time.Format(time.DateOnly)
			switch {
			case !o.Start.Equal(start.Time) && !(start.Day && sameDay):
			case text("location") != "" && (r.Place == nil || catalog.Fold(r.Place.Name) != text("location")):
				miss = "another location"
			case text("url") != "" && catalog.Fold(r.URL) != text("url") && catalog.Fold(o.URL) != text("url"):
				miss = "another url " + r.URL
			default:
				return ""
			}
		}
	}
	return miss
}

// TestMicroformatPages runs over pages of another kind: nothing may crash.
func TestMicroformatPages(t *testing.T) {
	for _, truth := range connectortest.Corpus(t, "hevent-html") {
		body, err := os.ReadFile(truth.Path)
		if err != nil {
			t.Fatal(err)
		}
		page, err := jsonld.Parse(string(body), connectortest.DefaultURL, "en")
		if err != nil {
			t.Errorf("%s: %v", truth.File, err)
			continue
		}
		t.Logf("%s: %d events of %d", truth.File, len(page.Events), *truth.Records)
		for _, e := range page.Events {
			r, _, reject := e.Record(markup.Context{Zone: time.UTC})
			t.Logf("    %q %v %v %+v", r.Title, r.Schedule.Dates, r.Place, reject)
		}
	}
}
