package ical

import (
	"cmp"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

func oslo(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// TestCorpus compares with what independent parsers read in real calendars.
func TestCorpus(t *testing.T) {
	zone := oslo(t)
	files, lost, events, right, explained, rejects := 0, 0, 0, 0, 0, 0
	for _, truth := range connectortest.Corpus(t, "ics") {
		body, err := os.ReadFile(truth.Path)
		if err != nil {
			t.Fatal(err)
		}
		files++
		result, err := Parse(string(joinSplitLetters(body)), "https://kilde.example/"+truth.File, connectors.Source{ID: "kilde", Zone: zone}, Options{})
		if err != nil {
			lost++
			t.Logf("%s: %v", truth.File, err)
			continue
		}
		rejects += len(result.Rejects)
		for _, r := range result.Rejects {
			t.Logf("%s: reject %s %s: %s", truth.File, r.Locator, r.Field, r.Reason)
		}
		for _, w := range result.Warnings {
			t.Logf("%s: warning %s: %s", truth.File, w.Locator, w.Text)
		}
		for _, want := range truth.GroundTruth {
			events++
			why := missing(want, result.Records, zone)
			if reason := notWanted(want); why != "" && reason != "" {
				explained++
				t.Logf("%s: left out, %s: %v", truth.File, reason, want["title"])
				continue
			}
			if why != "" {
				t.Logf("%s: %s: %v", truth.File, why, want)
				continue
			}
			right++
		}
	}
	t.Logf("%d files, %d lost, %d rejects; %d of %d events right, %d more rightly left out", files, lost, rejects, right, events, explained)
	if lost > 0 || right*100 < (events-explained)*99 {
		t.Errorf("below the bar: no file lost and 99 %% right")
	}
}

// notWanted says why an event that a mere parser gives is none that residents should see.
func notWanted(want map[string]any) string {
	title, _ := want["title"].(string)
	switch {
	case title == "":
		return "it has no name (reject)"
	case title == "Older version (SEQUENCE 1) - should be ignored", title == "First override (SEQUENCE 2)":
		return "the file holds a version with a higher SEQUENCE"
	}
	return ""
}

// missing says what of a true event the records lack, and nothing when one holds it.
func missing(want map[string]any, records []catalog.Record, zone *time.Location) string {
	text := func(key string) string {
		s, _ := want[key].(string)
		if s == "None" {
			return ""
		}
		return catalog.CleanText(catalog.PlainText(unescape(s)), 0)
	}
	why := "no such title"
	for _, r := range records {
		if text("uid") != "" && !strings.HasPrefix(r.NativeID, text("uid")) {
			continue
		}
		for _, o := range occurrences(r) {
			switch {
			case cmp.Or(o.Title, r.Title) != text("title"):
			case !startsAs(o, want, r.Schedule, zone):
				why = "another start"
			case !liesAt(o, r.Place, text("location")):
				why = "another place"
			default:
				return ""
			}
		}
	}
	return why
}

// occurrences are those that a record states: dates, the first of each series, and overrides.
func occurrences(r catalog.Record) []catalog.Occurrence {
	all := slices.Clone(r.Schedule.Dates)
	for _, series := range r.Schedule.Series {
		all = append(all, catalog.Occurrence{Start: series.Start, AllDay: series.AllDay})
		for _, o := range series.Overrides {
			all = append(all, o.Occurrence)
		}
	}
	return all
}

func liesAt(o catalog.Occurrence, p *catalog.Place, want string) bool {
	if p == nil {
		p = &catalog.Place{}
	}
	if want == "" && p.Name == "None" { // the truth writes None both for nothing and for that word
		return true
	}
	want = catalog.Fold(want)
	whole := strings.Join([]string{p.Name, p.Address, p.PostalCode, p.Locality}, " ")
	return want == catalog.Fold(cmp.Or(o.Place, p.Name)) || want == catalog.Fold(whole)
}

func startsAs(o catalog.Occurrence, want map[string]any, s catalog.Schedule, zone *time.Location) bool {
	own, err := time.LoadLocation(cmp.Or(s.Zone, zone.String()))
	if err != nil {
		return false
	}
	switch {
	case want["start_utc"] != nil:
		return !o.AllDay && o.Start.UTC().Format("2006-01-02T15:04:05Z") == want["start_utc"]
	case want["start_date"] != nil:
		return o.AllDay && o.Start.Format("2006-01-02") == want["start_date"]
	case want["start_local"] != nil:
		return !o.AllDay && o.Start.In(own).Format("2006-01-02T15:04:05") == want["start_local"]
	}
	return true
}

func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add(seed)
	}
	zone := oslo(f)
	f.Fuzz(func(t *testing.T, text string) {
		result, err := Parse(text, "https://kilde.example/kalender.ics", connectors.Source{ID: "kilde", Zone: zone}, Options{Organizer: true})
		if err != nil && len(result.Records)+len(result.Rejects) > 0 {
			t.Error("an error beside records")
		}
		seen := map[string]bool{}
		for _, r := range result.Records {
			if r.Title == "" || r.NativeID == "" || seen[r.NativeID] {
				t.Errorf("record without title or with the id of another: %q %q", r.NativeID, r.Title)
			}
			seen[r.NativeID] = true
			if !r.Schedule.Dated() {
				t.Errorf("event without date: %+v", r)
			}
			calendar.Expand(r.Schedule, zone, r.Modified, r.Modified.AddDate(1, 0, 0), 10)
			calendar.Ends(r.Schedule, zone)
		}
	})
}
