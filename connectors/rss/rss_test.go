package rss_test

import (
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"fritidshub/catalog"
	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/rss"
	"fritidshub/connectors/when"
)

func TestCases(t *testing.T) { connectortest.Run(t, rss.Kind) }

// TestCorpus reads real feeds as undated activities, so that every item counts, and compares title, address, id and event start with
// what an independent parser found.
func TestCorpus(t *testing.T) {
	right, all, items, want := 0, 0, 0, 0
	for _, truth := range connectortest.Corpus(t, "rss") {
		body, err := os.ReadFile(truth.Path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := connectortest.Pull(t, rss.Kind, connectortest.Case{URL: connectortest.DefaultURL, Kind: "activity", Zone: "Europe/Oslo", Now: connectortest.Now},
			func(address string) ([]byte, string, bool) {
				return body, "application/xml", address == connectortest.DefaultURL
			})
		if err != nil && *truth.Records > 0 {
			t.Errorf("%s: %v", truth.File, err)
			continue
		}
		items, want = items+len(got.Records)+len(got.Rejects), want+*truth.Records
		t.Logf("%-45s %3d of %3d records, %d rejects, %d warnings", truth.File, len(got.Records), *truth.Records, len(got.Rejects), len(got.Warnings))
		for _, r := range got.Rejects {
			t.Logf("    reject %s: %s", r.Locator, r.Reason)
		}
		for _, fact := range truth.GroundTruth {
			all++
			if miss := compare(fact, got); miss != "" {
				t.Logf("    miss %v: %s", fact["title"], miss)
				continue
			}
			right++
		}
	}
	t.Logf("%d of %d facts right, %d of %d items", right, all, items, want)
	if all == 0 || right*100 < all*95 {
		t.Errorf("only %d of %d facts are right, the bar is 95 %%", right, all)
	}
}

// compare finds the item of a fact and says what differs. An item without a title must be a reject that knows its id.
func compare(fact map[string]any, got connectortest.Result) string {
	text := func(key string) string { s, _ := fact[key].(string); return s }
	clean := func(s string) string { u, _ := catalog.CleanURL(s, connectortest.DefaultURL); return u }
	miss := "no record of that title"
	for _, r := range got.Rejects {
		if text("title") == "" && r.Field == "title" && (r.NativeID == text("id") || r.NativeID == clean(text("url"))) {
			return ""
		}
	}
	for _, r := range got.Records {
		if catalog.Fold(r.Title) != catalog.Fold(catalog.PlainText(text("title"))) {
			continue
		}
		start, err := when.Parse(text("start"), time.UTC)
		switch {
		case r.URL != clean(text("url")):
			miss = "url is " + r.URL
		case text("id") != "" && r.NativeID != strings.TrimSpace(text("id")):
			miss = "id is " + r.NativeID
		case err == nil && (len(r.Schedule.Dates) != 1 || !r.Schedule.Dates[0].Start.Equal(start.Time)):
			miss = "another start"
		case text("location") != "" && (r.Place == nil || r.Place.Name != text("location")):
			miss = "another location"
		default:
			return ""
		}
	}
	return miss
}
