package merge

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
)

// TestStatedPositionWins: a position that a source states comes before one that was filled in, whichever member ranks first, and what is
// filled in stays told.
func TestStatedPositionWins(t *testing.T) {
	record := func(source string, geo *catalog.Point, derived ...string) *catalog.Record {
		return &catalog.Record{Source: source, NativeID: "1", Kind: catalog.KindEvent, Title: "Juleshow", Derived: derived,
			Place: &catalog.Place{Name: "Bølgen", Municipality: "3909", Geo: geo}}
	}
	filled, stated := &catalog.Point{Lat: 59.01, Lon: 10.01}, &catalog.Point{Lat: 59.02, Lon: 10.02}
	fuse := func(records ...*catalog.Record) catalog.Listing {
		var members []Member
		for i, r := range records {
			members = append(members, Member{Record: r, Item: Describe("h", time.UTC, r, nil), Priority: 90 - i})
		}
		return Fuse("h", time.UTC, members, nil)
	}
	l := fuse(record("a", filled, "place.geo", "place.geo:Kartverket"), record("b", stated))
	if diff := cmp.Diff(stated, l.Place.Geo); diff != "" || len(l.Derived) > 0 || l.Provenance["place.geo"] != 1 {
		t.Errorf("%s %v %v", diff, l.Derived, l.Provenance)
	}
	l = fuse(record("a", stated), record("b", filled, "place.geo"))
	if diff := cmp.Diff(stated, l.Place.Geo); diff != "" || len(l.Derived) > 0 {
		t.Errorf("%s %v", diff, l.Derived)
	}
	l = fuse(record("a", nil), record("b", filled, "place.geo", "place.geo:Kartverket"))
	slices.Sort(l.Derived)
	if diff := cmp.Diff(filled, l.Place.Geo) + cmp.Diff([]string{"place.geo", "place.geo:Kartverket"}, l.Derived); diff != "" {
		t.Error(diff)
	}
}
