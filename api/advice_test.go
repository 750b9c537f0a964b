package api

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index"
	"fritidshub/index/memory"
)

// realHub is a hub with the sample and more, in the embedded engine.
func realHub(t testing.TB, more ...catalog.Record) *hub {
	h := newHub(t)
	h.store.listings = append([]catalog.ListingState(nil), h.store.listings...)
	for i := range more {
		h.store.listings = append(h.store.listings, catalog.ListingState{Listing: catalog.Single("larvik", &more[i]), UpdatedAt: h.now, Change: int64(100 + i)})
	}
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	engine := memory.New()
	var docs []index.Document
	for i := range h.store.listings {
		if l := &h.store.listings[i]; l.Live() {
			docs = append(docs, index.NewDocument(l, tax, HubInfo{Zone: oslo(t)}.calendars(), h.now))
		}
	}
	if err := engine.Apply(context.Background(), index.Batch{Upserts: docs, Change: 1}); err != nil {
		t.Fatal(err)
	}
	return newHub(t, func(o *Options) {
		o.Listings, o.Engine = h.store, func() index.Engine { return engine }
		o.Hub.Guide = &Guide{Name: "Aktivitetsguiden (eksempel)", Phone: "33 00 00 00"}
	})
}

func evening(day, title string) catalog.Record {
	start, err := time.Parse(time.RFC3339, "2026-11-"+day)
	if err != nil {
		panic(err)
	}
	return catalog.Record{Source: "klubber", NativeID: title, Kind: catalog.KindEvent, Title: title, Place: &catalog.Place{Name: title, Municipality: "3909", Neighbourhood: "Østre Halsen"},
		Schedule: catalog.Schedule{Dates: []catalog.Occurrence{{Start: start, End: start.Add(time.Hour)}}}}
}

// What the resident asks for is asked of one occurrence, and facets say what one more choice would give.
func TestWhenAndTime(t *testing.T) {
	both := evening("23T09:00:00+01:00", "Formiddag mandag, kveld tirsdag")
	both.Schedule.Dates = append(both.Schedule.Dates, evening("24T19:00:00+01:00", "").Schedule.Dates...)
	h := realHub(t, both, evening("22T16:30:00+01:00", "Søndag ettermiddag"), evening("27T19:00:00+01:00", "Fredagskveld"))
	for target, want := range map[string]int{
		"when=today":                                     2, // and the course that is at 17
		"when=today&time=evening":                        1,
		"when=tomorrow":                                  1,
		"when=tomorrow&time=evening":                     0,
		"when=next_week&weekday=mo&time=evening":         0,
		"when=next_week&weekday=mo&time=morning":         1,
		"when=next_week&weekday=tu&time=evening":         2,
		"weekday=mo&time=evening":                        0,
		"neighbourhood=3909-ostre-halsen":                3,
		"low_threshold=true":                             1,
		"equipment_loan=true":                            2, // one lends beside, one does nothing else
		"equipment_loan=true&low_threshold=true":         1,
		"scheme=fritidskort":                             1,
		"when=week":                                      2,
		"when=weekend":                                   2,
		"free=true&when=today":                           0,
		"neighbourhood=3909-ostre-halsen&when=next_week": 2,
	} {
		var a answer
		h.getJSON("/api/v1/search?kind=event&kind=course&kind=activity&kind=facility&kind=equipment&facets=time,weekday,neighbourhood&"+target, &a)
		dated := 0
		for _, item := range a.Items {
			if item.Start != nil || !strings.Contains(target, "when") {
				dated++
			}
		}
		if dated != want {
			t.Errorf("%s: %d, want %d", target, dated, want)
		}
	}
	var a answer
	h.getJSON("/api/v1/search?kind=event&when=next_week&time=evening&facets=time,weekday,neighbourhood", &a)
	want := map[index.Facet][]facetAnswer{
		"time":          {{"evening", "Kveld", 2, true}, {"morning", "Formiddag", 1, false}},
		"weekday":       {{"fr", "Fredag", 1, false}, {"tu", "Tirsdag", 1, false}},
		"neighbourhood": {{"3909-ostre-halsen", "Østre Halsen", 2, false}},
	}
	if diff := cmp.Diff(want, a.Facets); diff != "" {
		t.Errorf("facets (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"time": 1}, a.Unstated); diff != "" { // the performance on Saturday goes on all day
		t.Errorf("unstated (-want +got):\n%s", diff)
	}
}

func TestUnstated(t *testing.T) {
	h := realHub(t)
	for target, want := range map[string]map[string]int{
		"":                                   nil,
		"age=9":                              {"age": 5},
		"free=true":                          {"price": 3},
		"max_price=100":                      {"price": 3},
		"accessibility=wheelchair":           {"accessibility": 5},
		"language=uk":                        nil,
		"scheme=fritidskort":                 {"scheme": 6},
		"free=true&accessibility=wheelchair": {"accessibility": 1},
	} {
		var a answer
		h.getJSON("/api/v1/search?facets=none&"+target, &a)
		if diff := cmp.Diff(want, a.Unstated); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
	}
}

// A trial that is free does not make a season free.
func TestFreeTrialIsNotFree(t *testing.T) {
	price, _ := catalog.ParseMoney("1200")
	trial := catalog.Record{Source: "klubber", NativeID: "turn", Kind: catalog.KindActivity, Title: "Turn", Price: &catalog.Price{Min: &price, Max: &price, Text: "1200 kr, gratis prøvetime"}}
	var a answer
	realHub(t, trial).getJSON("/api/v1/search?q=turn&interpret=false&free=true&facets=none", &a)
	if a.Total != 0 || a.Without["free"] != 1 || a.Unstated["price"] != 0 {
		t.Errorf("%d found, without %v, unstated %v", a.Total, a.Without, a.Unstated)
	}
}

func TestAdvice(t *testing.T) {
	h := realHub(t, evening("24T19:00:00+01:00", "Kor"))
	guide := &Guide{Name: "Aktivitetsguiden (eksempel)", Phone: "33 00 00 00"}
	for target, want := range map[string]answer{
		"q=Kor":                   {Total: 2}, // the Christmas concert too
		"q=kro&municipality=3909": {besides: besides{Without: map[string]int{"q": 6, "municipality": 0}, advice: advice{Guide: guide, Spelling: &wayOn{Kind: "spelling", Text: "kor", Total: 2}}}},
		"q=Kor&when=today":        {besides: besides{Without: map[string]int{"q": 3, "when": 2}, advice: advice{Guide: guide, Wider: []wayOn{{Kind: "when", Total: 1}}}}},
		"q=Kor&municipality=3911&neighbourhood=3911-a": {besides: besides{Without: map[string]int{"q": 0, "municipality": 0, "neighbourhood": 0},
			advice: advice{Guide: guide, Wider: []wayOn{{Kind: "place", Total: 2}}}}},
		"q=Kor&near=60,11&radius=1&sort=distance": {besides: besides{Without: map[string]int{"q": 0, "near": 2}, advice: advice{Guide: guide, Wider: []wayOn{{Kind: "place", Total: 2}}}}},
	} {
		var a answer
		h.getJSON("/api/v1/search?facets=none&"+target, &a)
		ways := a.Wider
		if a.Spelling != nil {
			ways = append(ways, *a.Spelling)
		}
		for _, w := range ways {
			var there answer
			if h.getJSON(w.URL, &there); there.Total != w.Total || w.URL != "/api/v1/search?"+w.Parameters.Encode() {
				t.Errorf("%s: %s has %d", target, w.URL, there.Total)
			}
		}
		bare := func(w *wayOn) { w.URL, w.Parameters = "", nil }
		if a.Spelling != nil {
			bare(a.Spelling)
		}
		for i := range a.Wider {
			bare(&a.Wider[i])
		}
		got := answer{Total: a.Total, besides: besides{Without: a.Without, advice: a.advice}}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(answer{}, besides{}), cmp.FilterPath(func(p cmp.Path) bool {
			return p.Last().String() == ".read" || p.Last().String() == ".next" || p.Last().String() == ".engine"
		}, cmp.Ignore())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
	}
}

func TestErrorsBetween(t *testing.T) {
	for pair, want := range map[[2]string]int{{"kro", "kor"}: 1, {"kor", "kor"}: 0, {"sjak", "sjakk"}: 1, {"", "ab"}: 2, {"svmming", "svomming"}: 1, {"ab", "cd"}: 2} {
		for _, p := range [][2]string{pair, {pair[1], pair[0]}} {
			if n := errorsBetween([]rune(p[0]), []rune(p[1])); n != want {
				t.Errorf("%v: %d, want %d", p, n, want)
			}
		}
	}
}
