package memory

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
	"fritidshub/index"
	"fritidshub/index/indextest"
)

func TestFacetsHaveAColumnEach(t *testing.T) {
	if len(facets) != numFacets {
		t.Fatalf("%d facets, %d columns", len(facets), numFacets)
	}
	d := index.Document{Kind: "a", Categories: []string{"a"}, Municipality: "a", OrganizerID: "a", PlaceID: "a", Sources: []string{"a"},
		Schemes: []string{"a"}, Accessibility: []string{"a"}, Language: "a", Slots: 2, Status: "a",
		Neighbourhood: "a", LowThreshold: catalog.Yes, EquipmentLoan: catalog.No}
	for f, name := range facets {
		if len(d.Values(facets[f])) != 1 {
			t.Errorf("no values of %s", name)
		}
	}
}

// Many small changes leave few segments, and little that is dead.
func TestSegmentsStayFew(t *testing.T) {
	e := New()
	const ids = 700
	for i := range 5000 {
		d := index.Document{ID: fmt.Sprint("id", i*31%ids), Title: fmt.Sprint("Runde ", i), Kind: "event"}
		if err := e.Apply(context.Background(), index.Batch{Upserts: []index.Document{d}, Change: int64(i)}); err != nil {
			t.Fatal(err)
		}
		if e.jobs.Wait(); i%97 > 0 {
			continue
		}
		sn, held := e.now.Load(), 0
		for _, v := range sn.views {
			held += v.seg.n
		}
		if len(sn.views) > 4*tierSize || held > sn.live*2+chunk/8 {
			t.Fatalf("after %d changes %d segments hold %d documents, %d alive", i+1, len(sn.views), held, sn.live)
		}
	}
	if n, _ := e.Count(context.Background()); n != ids {
		t.Errorf("%d documents, want %d", n, ids)
	}
}

// What is merged of parts is what is made of the whole.
func TestMerge(t *testing.T) {
	docs := indextest.Generate(600, 3)
	whole := newSegment(docs[100:], newDictionary())
	dict := newDictionary()
	var views []view
	for part := range slices.Chunk(docs, 150) {
		s := newSegment(part, dict)
		views = append(views, view{seg: s, live: s.n})
	}
	var gone []string
	for _, d := range docs[:100] {
		gone = append(gone, d.ID)
	}
	kill(views, gone)
	merged := merge(views, false).seg
	if diff := cmp.Diff(whole.words, merged.words, cmp.AllowUnexported(lexicon{}, table{}, partIndex{}, openings{})); diff != "" {
		t.Errorf("words differ:\n%.2000s", diff)
	}
	for name, pair := range map[string][2]any{
		"ids": {whole.ids.text, merged.ids.text}, "titles": {whole.titles.text, merged.titles.text}, "by id": {whole.byID, merged.byID},
		"ages": {whole.ageMin, merged.ageMin}, "to age": {whole.ageMax, merged.ageMax}, "prices": {whole.price, merged.price},
		"free": {whole.free, merged.free}, "updated": {whole.updated, merged.updated}, "ends": {whole.ends, merged.ends},
		"standing": {whole.standing, merged.standing}, "valid": {whole.valid, merged.valid}, "spans": {whole.spanStart, merged.spanStart},
		"until": {whole.spanUntil, merged.spanUntil}, "offsets": {whole.spanOff, merged.spanOff},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s differ", name)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b catalog.Point
		km   float64
	}{
		{catalog.Point{Lat: 59.0533, Lon: 10.0353}, catalog.Point{Lat: 59.0533, Lon: 10.0353}, 0},
		{catalog.Point{Lat: 0, Lon: 0}, catalog.Point{Lat: 0, Lon: 90}, earthRadius * math.Pi / 2},
		{catalog.Point{Lat: 90, Lon: 0}, catalog.Point{Lat: -90, Lon: 0}, earthRadius * math.Pi},
		{catalog.Point{Lat: 59, Lon: 10}, catalog.Point{Lat: 59 + 1/111.19492664*0.001, Lon: 10}, 0.001},
		{catalog.Point{Lat: 0, Lon: 179.9}, catalog.Point{Lat: 0, Lon: -179.9}, 0.2 / 360 * 2 * math.Pi * earthRadius},
	} {
		far := chord2(onSphere(c.a), onSphere(c.b))
		if got := kilometres(far); math.Abs(got-c.km) > 1e-6 {
			t.Errorf("%v to %v: %v km, want %v", c.a, c.b, got, c.km)
		}
		if back := squaredChord(c.km); math.Abs(back-far) > 1e-10 {
			t.Errorf("%v km is the squared chord %v, want %v", c.km, back, far)
		}
	}
}

// A word in the title counts more than the same in the description, an exact one more than another spelling or inflection of it, and
// a rare one more than a common one.
func TestRelevance(t *testing.T) {
	e := New()
	docs := []index.Document{
		{ID: "description", Title: "Kveld", Description: "Vi har kor."},
		{ID: "inflected", Title: "Koret øver"},
		{ID: "begun", Title: "Korps"},
		{ID: "title", Title: "Kor"},
		{ID: "both", Title: "Kor", Description: "Et kor"},
		{ID: "rare", Title: "Sekkepipe"},
	}
	if err := e.Apply(context.Background(), index.Batch{Upserts: docs, Change: 1}); err != nil {
		t.Fatal(err)
	}
	r, err := e.Search(context.Background(), index.Query{Text: "kor", Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range r.Hits {
		got = append(got, h.ID)
	}
	if want := "[both title inflected begun description]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %v", got, want)
	}
	if rarity(1000, 10) <= rarity(1000, 500) || rarity(1000, 1000) != 1 || rarity(0, 0) != 1 {
		t.Error("a rare word does not count more")
	}
}

// Searches leave their scratch space behind for the next: what is lent must not be remembered.
func TestScratchIsFresh(t *testing.T) {
	s := new(scratch)
	b := s.zeros(100)
	b[7] = 1
	s.set(100).fill(100)
	s.words.lent, s.bytes.lent = 0, 0
	if got := s.zeros(80); got[7] != 0 || len(got) != 80 {
		t.Error("lent bytes are not 0")
	}
	if got := s.set(200); len(got) != 4 {
		t.Errorf("%d words for 200 documents", len(got))
	}
}
