package csvfile

import (
	"os"
	"testing"

	"fritidshub/connectors/connectortest"
)

// TestSample reads the table that the hub ships with, in windows-1252 as Excel saves it: every row becomes a record.
func TestSample(t *testing.T) {
	const file = "aktiviteter-sandefjord-porsgrunn.csv"
	body, err := os.ReadFile("../../samples/" + file)
	if err != nil {
		t.Fatal(err)
	}
	got, err := connectortest.Pull(t, Kind, connectortest.Case{URL: "file:" + file, Zone: "Europe/Oslo"}, func(string) ([]byte, string, bool) { return body, "text/csv", true })
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range got.Rejects {
		t.Errorf("%s %s: %s", r.Locator, r.Field, r.Reason)
	}
	for _, w := range got.Warnings {
		t.Error(w)
	}
	for _, r := range got.Records {
		if !r.Schedule.Dated() || r.Place == nil || r.Place.Geo == nil || r.IDDerived {
			t.Errorf("%s has no schedule, position or id of its own", r.Title)
		}
	}
	t.Logf("%d records", len(got.Records))
	if len(got.Records) < 90 {
		t.Errorf("%d records, want at least 90", len(got.Records))
	}
}
