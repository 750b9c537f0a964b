package ingest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
	"fritidshub/catalog/places"
)

// TestCompleted: a place that was seen before is completed as it would be anew, and no record shares what it is given with another.
func TestCompleted(t *testing.T) {
	data, err := places.Load()
	if err != nil {
		t.Fatal(err)
	}
	house := catalog.Place{Name: "Bølgen", Address: "Sanden 2", PostalCode: "3264", Locality: "Larvik", Municipality: "3909", Geo: &catalog.Point{Lat: 59.0487, Lon: 10.0339}}
	in := &Ingester{Options: Options{Places: data}}
	l := in.newLocator([]*telling{{place: &house, times: 2}})
	record := func(id int) catalog.Record {
		switch id {
		case 0:
			return catalog.Record{Place: &catalog.Place{Name: "Bølgen", Municipality: "3909"}, Derived: []string{"price"}}
		case 1:
			return catalog.Record{Place: &catalog.Place{Name: "Bølgen", Municipality: "3909"}, Derived: []string{"place.geo", "age"}}
		case 2:
			return catalog.Record{Place: &catalog.Place{Name: "Bølgen", Municipality: "3909", Geo: &catalog.Point{Lat: 10.03, Lon: 59.04}}}
		case 3:
			return catalog.Record{Place: &catalog.Place{Address: "Storgata 1, 3256 Larvik"}, Origin: &catalog.Origin{Hub: "en-annen"}}
		}
		return catalog.Record{Place: &catalog.Place{Address: "Storgata 1, 3256 Larvik"}}
	}
	c := (&completed{}).of(l)
	for range 3 {
		for id := range 5 {
			got, want := record(id), record(id)
			gotWarnings, wantWarnings := c.of(l).order(&got), l.order(&want)
			c.fill(&got)
			l.fill(&want)
			if diff := cmp.Diff(want, got) + cmp.Diff(wantWarnings, gotWarnings); diff != "" {
				t.Errorf("record %d: %s", id, diff)
			}
			if got.Place.Geo != nil {
				got.Place.Geo.Lat = 0
			}
			got.Place.Name = "en annen"
		}
	}
	other := record(0)
	c.of(in.newLocator(nil)).order(&other)
	if c.fill(&other); other.Place.Geo != nil {
		t.Error("what another locator knew of a place was used")
	}
	nothing, same := record(4), record(4)
	(&completed{}).order(&nothing)
	(&completed{}).fill(&nothing)
	if diff := cmp.Diff(same, nothing); diff != "" {
		t.Error(diff)
	}
}
