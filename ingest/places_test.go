package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
	"fritidshub/catalog/places"
	"fritidshub/ingest"
	"fritidshub/store"
)

// addresses is a register of addresses that is told what it knows.
type addresses map[string]catalog.Point // by address

func (a addresses) Known(p *catalog.Place) bool {
	at, ok := a[p.Address]
	if !ok || p.Geo != nil {
		return false
	}
	p.Geo = &at
	return true
}

// located is a bench that knows places: those of the program, and the houses of venues.
func located(t *testing.T, venues []places.Venue, ids ...string) *bench {
	t.Helper()
	b := newBench(t, ids...)
	for i := range b.sources {
		b.sources[i].Municipality = "3909"
	}
	b.know(venues)
	return b
}

func (b *bench) know(venues []places.Venue, areas ...places.Area) {
	b.t.Helper()
	data, err := places.Load()
	if err != nil {
		b.t.Fatal(err)
	}
	b.in.Places = data.With(places.File{Places: venues, Areas: areas})
}

func (b *bench) locate() int {
	b.t.Helper()
	n, err := b.in.Locate(b.t.Context(), b.sources)
	if err != nil {
		b.t.Fatal(err)
	}
	b.agree()
	return n
}

// place prints where a record is, and what of it was filled in.
func (b *bench) place(source, id string) string {
	b.t.Helper()
	found, err := b.db.Records(b.t.Context(), source, []string{id})
	if err != nil || len(found) != 1 {
		b.t.Fatal(found, err)
	}
	p, geo := found[0].Place, "-"
	if p.Geo != nil {
		geo = fmt.Sprintf("%v,%v", p.Geo.Lat, p.Geo.Lon)
	}
	return strings.TrimSpace(fmt.Sprintf("%s|%s|%s %s", p.Address, p.Neighbourhood, geo, strings.Join(found[0].Derived, " ")))
}

func point(lat, lon float64) (x, y *float64) { return &lat, &lon }

func at(id, place string, lat, lon float64) wireItem {
	it := wireItem{ID: id, Title: "Tilbud " + id, Place: place}
	if lat != 0 {
		it.Lat, it.Lon = point(lat, lon)
	}
	return it
}

// TestWhereAPositionIsFrom: the source's own, then places.yaml, then the register of addresses, then what other records say.
func TestWhereAPositionIsFrom(t *testing.T) {
	lat, lon := point(59.01, 10.01)
	b := located(t, []places.Venue{{Name: "Farrishallen", Municipality: "3909", Lat: lat, Lon: lon}}, "lag", "hus")
	b.in.Addresses = addresses{"Kongegata 5": {Lat: 59.02, Lon: 10.02}, "Sanden 2": {Lat: 59.03, Lon: 10.03}}
	b.provider.set("/lag", list(at("stated", "Farrishallen", 59.1, 10.1), at("editor", "Farrishallen", 0, 0), at("address", "Galleriet, Kongegata 5, 3256 Larvik", 0, 0),
		at("records", "Langestrand skole", 0, 0), at("through", "Bølgen, Storsalen", 0, 0), at("nobody", "Badeparken kafé", 0, 0)))
	b.provider.set("/hus", list(at("1", "Langestrand skole", 59.04, 10.04), at("2", "Bølgen kulturhus, Sanden 2, 3264 Larvik", 0, 0), at("3", "Galleriet", 59.2, 10.2)))
	for _, id := range []string{"lag", "hus"} {
		if r := b.run(id); r.Status != store.RunOK {
			t.Fatal(r)
		}
	}
	if n := b.locate(); n != 2 { // what the other source told later
		t.Errorf("%d records were brought in step", n)
	}
	for id, want := range map[string]string{
		"stated":  "||59.1,10.1",
		"editor":  "||59.01,10.01 place.geo",
		"address": "Kongegata 5||59.02,10.02 place.geo place.geo:Kartverket",
		"records": "||59.04,10.04 place.geo",
		"through": "Sanden 2||59.03,10.03 place.address place.postal_code place.locality place.geo place.geo:Kartverket",
		"nobody":  "||-",
	} {
		if diff := cmp.Diff(want, b.place("lag", id)); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
	// It is all there already: nothing more is written by a look, by an unchanged source, or by one that is read anew.
	before, _ := b.db.Change(t.Context())
	b.in.Version = "2"
	if r := b.run("lag"); r.Written != 0 || r.Status != store.RunUnchanged {
		t.Errorf("read anew: %+v", r)
	}
	again := b.locate()
	if after, _ := b.db.Change(t.Context()); again != 0 || after != before {
		t.Errorf("%d more, change %d to %d", again, before, after)
	}
}

// TestPlacesDoNotDependOnOrder: whatever order the sources are read in, the stored places end up the same.
func TestPlacesDoNotDependOnOrder(t *testing.T) {
	answers := map[string][]wireItem{
		"a": {at("1", "Bølgen kulturhus", 59.0486, 10.0345), at("2", "Samfunnshuset Fram", 0, 0)},
		"b": {at("1", "Bølgen, Storsalen", 0, 0), at("2", "Samfunnshuset Fram", 59.0, 9.9)},
		"c": {at("1", "Kulturhuset Bølgen, Sanden 2, 3264 Larvik", 0, 0), at("2", "Samfunnshuset Fram", 59.1, 10.2)}, // elsewhere than b says
	}
	var want map[string]string
	for _, order := range []string{"abc", "acb", "bac", "bca", "cab", "cba"} {
		b := located(t, nil, "a", "b", "c")
		for _, id := range strings.Split(order, "") {
			b.provider.set("/"+id, list(answers[id]...))
			b.run(id)
			b.locate()
		}
		got := map[string]string{}
		for id := range answers {
			got[id+"1"], got[id+"2"] = b.place(id, "1"), b.place(id, "2")
		}
		if want == nil {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", order, diff)
		}
	}
	if want["b1"] != "Sanden 2||59.0486,10.0345 place.address place.postal_code place.locality place.geo" || want["a2"] != "||-" {
		t.Errorf("%v", want)
	}
}

// TestWhatIsNoLongerKnownGoes: what was filled in does not outlive what it came of, and areas of places.yaml reach what is stored.
func TestWhatIsNoLongerKnownGoes(t *testing.T) {
	b := located(t, nil, "lag", "hus")
	b.provider.set("/lag", list(at("1", "Bølgen", 0, 0), at("2", "Klubbhuset, 3290 Stavern", 0, 0)))
	b.provider.set("/hus", list(at("1", "Bølgen", 59.0486, 10.0345)))
	b.run("lag")
	b.run("hus")
	lat, lon := point(59.05, 10.04)
	steps := []struct {
		do        func()
		one, two  string
		locations int
	}{
		{func() {}, "||59.0486,10.0345 place.geo", "|Stavern|- place.neighbourhood", 1},
		{func() { b.know(nil, places.Area{Name: "Kysten", Municipality: "3909", PostalCodes: []string{"3290"}}) }, "||59.0486,10.0345 place.geo", "|Kysten|- place.neighbourhood", 1},
		{func() { b.provider.set("/hus", list(at("1", "Farrishallen", 59.06, 10.02))); b.run("hus") }, "||-", "|Kysten|- place.neighbourhood", 1},
		{func() { b.know([]places.Venue{{Name: "Bølgen", Municipality: "3909", Lat: lat, Lon: lon}}) }, "||59.05,10.04 place.geo", "|Stavern|- place.neighbourhood", 2},
	}
	for i, step := range steps {
		step.do()
		if n := b.locate(); n != step.locations {
			t.Errorf("step %d: %d records", i, n)
		}
		if diff := cmp.Diff([]string{step.one, step.two}, []string{b.place("lag", "1"), b.place("lag", "2")}); diff != "" {
			t.Errorf("step %d: %s", i, diff)
		}
	}
}

// TestLocateLeavesRunsAlone: a source that is being read is left for the next time, and what is done says nothing of how a source is.
func TestLocateLeavesRunsAlone(t *testing.T) {
	b := located(t, nil, "lag", "hus")
	b.provider.set("/lag", list(at("1", "Bølgen", 0, 0)))
	b.provider.set("/hus", list(at("1", "Bølgen", 59.0486, 10.0345)))
	b.run("lag")
	b.run("hus")
	run, err := b.db.Begin(t.Context(), "lag", ingest.TriggerHand, b.clock(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if n := b.locate(); n != 0 {
		t.Errorf("%d records of a source that is being read", n)
	}
	run.Status, run.Error = store.RunFailed, "borte"
	if _, err := b.db.Finish(t.Context(), &store.Plan{Run: run, Now: b.clock(), KeepState: true}); err != nil {
		t.Fatal(err)
	}
	before, _ := b.db.SourceState(t.Context(), "lag")
	asked := b.provider.requests("/lag")
	b.wait(time.Minute)
	if n := b.locate(); n != 1 {
		t.Errorf("%d records", n)
	}
	after, _ := b.db.SourceState(t.Context(), "lag")
	if diff := cmp.Diff(before, after); diff != "" || b.provider.requests("/lag") != asked {
		t.Errorf("the source looks otherwise: %s", diff)
	}
}

// TestPositionsAreMended: zeros and swapped positions on the way in, of any kind of source, and what lies abroad.
func TestPositionsAreMended(t *testing.T) {
	b := located(t, nil, "lag")
	zero, lon := point(0, 10.03)
	b.provider.set("/lag", list(at("swapped", "Bølgen", 10.03, 59.05), wireItem{ID: "zero", Title: "Tilbud", Place: "Torget kafé", Lat: zero, Lon: lon},
		at("abroad", "Turhuset", 55.68, 12.57), at("nowhere", "Fjellhuset", 5905, 1003)))
	r := b.run("lag")
	for id, want := range map[string]string{"swapped": "||59.05,10.03", "zero": "||-", "abroad": "||55.68,12.57", "nowhere": "||-"} {
		if got := b.place("lag", id); got != want {
			t.Errorf("%s: %s", id, got)
		}
	}
	slices.Sort(r.Warnings)
	if diff := cmp.Diff([]string{"abroad: koordinatene er utenfor Fastlands-Norge", "nowhere: koordinatene finnes ikke på jorda og er utelatt",
		"swapped: bredde- og lengdegrad var byttet om og er rettet", "zero: en koordinat er 0 og er utelatt"}, r.Warnings); diff != "" {
		t.Error(diff)
	}
}
