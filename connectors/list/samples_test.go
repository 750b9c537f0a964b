package listfile

import (
	"os"
	"testing"

	"fritidshub/connectors/connectortest"
)

// TestSamples reads the lists that the hub ships with: every entry becomes a record.
func TestSamples(t *testing.T) {
	for file, least := range map[string]int{"larvik-kommune.yaml": 25, "lag-og-foreninger.yaml": 120} {
		body, err := os.ReadFile("../../samples/" + file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := connectortest.Pull(t, Kind, connectortest.Case{URL: "file:" + file, Zone: "Europe/Oslo"}, func(string) ([]byte, string, bool) { return body, "application/yaml", true })
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, r := range got.Rejects {
			t.Errorf("%s: %s %s: %s", file, r.Locator, r.Field, r.Reason)
		}
		for _, w := range got.Warnings {
			t.Errorf("%s: %s", file, w)
		}
		for _, r := range got.Records {
			if r.Price != nil && r.Price.Min == nil && r.Price.Max == nil && r.Price.Text != "voksne 200 kr, barn gratis" {
				t.Errorf("%s: %s: price %q is not read", file, r.NativeID, r.Price.Text)
			}
		}
		t.Logf("%s: %d records", file, len(got.Records))
		if len(got.Records) < least {
			t.Errorf("%s: %d records, want at least %d", file, len(got.Records), least)
		}
	}
}
