package csvfile

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/fetch"
)

// TestCorpus reads the tables of real registers. None of them is a table of activities with headers that are known, so the columns
// are declared, as an editor would; want compares a record with the row that the manifest quotes.
func TestCorpus(t *testing.T) {
	tables := map[string]struct {
		options Options
		kind    catalog.Kind
		columns string // of the manifest, as want prints them of a record
		want    func(catalog.Record) string
	}{
		// A list of municipalities without headers, whose first row is taken for them, as in the manifest.
		"idrettsanlegginorge--idrettsanleggkommuner.csv": {Options{Columns: map[string]string{"title": "Halden", "id": "Nr. 0101", "municipality": "101"}, HeaderRow: 1}, catalog.KindFacility, "Halden|Nr. 0101|101",
			func(r catalog.Record) string {
				return r.Title + "|" + r.NativeID + "|" + strings.TrimPrefix(r.Place.Municipality, "0")
			}},
		"skolerute--skoler.csv": {Options{Columns: map[string]string{"title": "Skolenavn", "municipality": "KOMM"}}, catalog.KindFacility, "Skolenavn|ID|ADRESSE|Latitude|Longitude|KOMM|Hjemmeside",
			func(r catalog.Record) string {
				return fmt.Sprintf("%s|%s|%s|%v|%v|%s|%s", r.Title, r.NativeID, r.Place.Address, r.Place.Geo.Lat, r.Place.Geo.Lon, r.Place.Municipality, r.URL)
			}},
		"skolerute--skolerute-2016-17.csv": {Options{Columns: map[string]string{"title": "skole", "summary": "kommentar"}}, catalog.KindEvent, "skole|dato|kommentar",
			func(r catalog.Record) string {
				return r.Title + "|" + r.Schedule.Dates[0].Start.Format(time.DateOnly) + "|" + r.Summary
			}},
	}
	read, rows, right, quoted := 0, 0, 0, 0
	for _, truth := range connectortest.Corpus(t, "registry") {
		table, ok := tables[truth.File]
		if !ok {
			continue
		}
		delete(tables, truth.File)
		body, err := os.ReadFile(truth.Path)
		if err != nil {
			t.Fatal(err)
		}
		text, _, err := fetch.Decode(body, "text/csv", "")
		if err != nil {
			t.Fatal(err)
		}
		var records, rejects []string
		err = Parse(text, &connectors.Session{
			Source: connectors.Source{ID: "register", URL: "file:" + truth.File, Zone: oslo, Kind: table.kind},
			Emit:   func(r catalog.Record) error { records = append(records, table.want(r)); return nil },
			Reject: func(r catalog.Reject) { rejects = append(rejects, r.Locator+" "+r.Field+": "+r.Reason) },
			Warn:   func(where, text string) { t.Logf("%s %s: %s", truth.File, where, text) },
		}, table.options)
		if err != nil {
			t.Errorf("%s: %v", truth.File, err)
			continue
		}
		have := make(map[string]bool, len(records))
		for _, r := range records {
			have[r] = true
		}
		good := 0
		for _, g := range truth.GroundTruth {
			var want []string
			for column := range strings.SplitSeq(table.columns, "|") {
				want = append(want, strings.TrimSpace(fmt.Sprint(g[column])))
			}
			if key := strings.Join(want, "|"); have[key] {
				good++
			} else {
				t.Logf("%s: the row %q is not read so", truth.File, key)
			}
		}
		t.Logf("%s: %d of %d rows are records, %d of %d quoted rows read as the manifest says, rejects %q", truth.File, len(records), *truth.Records, good, len(truth.GroundTruth), rejects[:min(len(rejects), 5)])
		read, rows, right, quoted = read+len(records), rows+*truth.Records, right+good, quoted+len(truth.GroundTruth)
	}
	if len(tables) > 0 || read*100 < rows*95 || right*100 < quoted*95 {
		t.Errorf("%d of %d rows, %d of %d quoted rows, tables not found: %d", read, rows, right, quoted, len(tables))
	}
}
