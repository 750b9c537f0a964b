package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fritidshub/catalog"
	"fritidshub/index"
)

// forgetful never has the change number that it had: nothing is kept of what it gives.
type forgetful struct {
	*fakeStore
	mu    sync.Mutex
	times int64
}

func (f *forgetful) Change(context.Context) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.times += 2 * mostForgotten
	return f.times, nil
}

// counting counts the listings that are read by id.
type counting struct {
	*fakeStore
	mu   sync.Mutex
	read int
}

func (c *counting) ListingsByID(ctx context.Context, ids []string) ([]catalog.ListingState, error) {
	c.mu.Lock()
	c.read += len(ids)
	c.mu.Unlock()
	return c.fakeStore.ListingsByID(ctx, ids)
}

// change changes one of the store's listings.
func (h *hub) change(n int, how func(*catalog.ListingState)) {
	h.store.mu.Lock()
	defer h.store.mu.Unlock()
	last := int64(0)
	for _, l := range h.store.listings {
		last = max(last, l.Change)
	}
	l := &h.store.listings[n%len(h.store.listings)]
	how(l)
	l.Change = last + 1
}

// Whatever changes, and whatever was asked before, an answer is that of a hub that keeps nothing.
func TestPrintedItemsAreThoseOfNow(t *testing.T) {
	h := newHub(t)
	many(h, 30)
	read := &counting{fakeStore: h.store}
	kept := newHub(t, func(o *Options) { o.Now = func() time.Time { return h.now } }, h.over(read))
	anew := newHub(t, func(o *Options) { o.Now = func() time.Time { return h.now } }, h.over(&forgetful{fakeStore: h.store}))
	r := rand.New(rand.NewPCG(1, 2))
	questions := []string{"", "?limit=1", "?limit=50", "?limit=50&lang=en", "?lang=uk&limit=9", "?near=59.06,10.03&limit=50", "?from=2026-11-24&to=2026-12-01",
		"?q=strikk", "?sort=title&limit=50&facets=none", "?from=2026-11-20"}
	events := []func(){
		func() { h.now = h.now.Add(time.Duration(r.IntN(90)) * time.Second) },
		func() { h.now = h.now.Add(time.Duration(r.IntN(24*60)) * time.Minute) },
		func() { h.now = h.now.AddDate(0, 0, r.IntN(9)-4) },
		func() { h.change(r.IntN(40), func(l *catalog.ListingState) { l.Title += " 2" }) },
		func() { h.change(r.IntN(40), func(l *catalog.ListingState) { l.Hidden = !l.Hidden }) },
		func() { h.change(r.IntN(40), func(l *catalog.ListingState) { l.DeletedAt = h.now }) },
		func() { h.change(r.IntN(40), func(l *catalog.ListingState) { l.DeletedAt = time.Time{} }) },
		func() { h.store.sources[r.IntN(3)].LastGood = h.now },
		func() { h.store.sources[r.IntN(3)].Name += "!" },
		func() { h.store.sources[2].ID = fmt.Sprint("kommune", r.IntN(2)) },
	}
	for range 60 {
		if r.IntN(3) > 0 {
			events[r.IntN(len(events))]()
		}
		for range 3 {
			q := "/api/v1/search" + questions[r.IntN(len(questions))]
			if got, want := kept.get(q, 200), anew.get(q, 200); got != want {
				t.Fatalf("%s at %v\n%s\nand anew\n%s", q, h.now, got, want)
			}
		}
	}
	for n := range h.store.listings {
		h.change(n, func(l *catalog.ListingState) { l.Hidden, l.DeletedAt = l.MergedInto != "", time.Time{} })
	}
	kept.get("/api/v1/search?limit=50", 200)
	read.read = 0
	kept.get("/api/v1/search?limit=40&sort=title&facets=none", 200)
	if read.read > 3 { // those whose next occurrence is far away are kept for a minute, and this is the same one
		t.Errorf("%d listings are read again", read.read)
	}
}

// over makes a hub answer from these listings and the documents and sources of h.
func (h *hub) over(l Listings) func(*Options) {
	return func(o *Options) {
		o.Listings, o.Sources, o.Engine = l, h.store, func() index.Engine { return h.engine }
	}
}

// What is printed is what json.Marshal makes of it until the instant that it is said to hold to.
func TestPrintedItemHolds(t *testing.T) {
	zone := oslo(t)
	begin := time.Date(2026, 3, 20, 9, 0, 0, 0, zone)
	kept := 0
	rapid.Check(t, func(rt *rapid.T) {
		minute := rapid.IntRange(0, 40*24*60)
		at := func(name string) time.Time { return begin.Add(time.Duration(minute.Draw(rt, name)) * time.Minute) }
		var s catalog.Schedule
		for range rapid.IntRange(0, 14).Draw(rt, "dates") {
			o := catalog.Occurrence{Start: at("start")}
			switch rapid.IntRange(0, 3).Draw(rt, "sort") {
			case 0:
				o = catalog.Occurrence{Start: catalog.Date(o.Start.Date()), AllDay: true}
			case 1:
				o.End = o.Start.Add(time.Duration(rapid.IntRange(1, 40).Draw(rt, "hours")) * time.Hour)
			case 2:
				o.Start = o.Start.AddDate(0, 0, 395)
			}
			s.Dates = append(s.Dates, o)
		}
		if rule := rapid.SampledFrom([]string{"", "FREQ=WEEKLY", "FREQ=DAILY;COUNT=20", "FREQ=HOURLY", "FREQ=WEEKLY;INTERVAL=3", "FREQ=YEARLY"}).Draw(rt, "rule"); rule != "" {
			start := at("series")
			s.Series = []catalog.Series{{Start: start, End: start.Add(90 * time.Minute), Rules: []string{rule}}}
		}
		s.Zone = rapid.SampledFrom([]string{"", "", "Europe/Oslo", "Europe/London"}).Draw(rt, "zone")
		l := &catalog.ListingState{Listing: catalog.Listing{ID: "x", Record: catalog.Record{Title: "Kor", Schedule: s}}}
		at0 := at("now").Add(time.Duration(rapid.IntRange(0, 59).Draw(rt, "second")) * time.Second)
		print := func(now time.Time) *printedItem {
			p := &printer{hub: HubInfo{ID: "larvik", Zone: zone, Municipality: "3909"}, now: now, words: wordsFor("nb")}
			i, err := p.print(l)
			if err != nil {
				rt.Fatal(err)
			}
			return i
		}
		first := print(at0)
		if !first.holds(at0) {
			return
		}
		kept++
		for _, now := range []time.Time{first.until.Add(-1), at0.Add(first.until.Sub(at0) / 2), at0.Add(time.Duration(rapid.Int64Range(0, int64(first.until.Sub(at0))-1).Draw(rt, "later")))} {
			if again := print(now); !bytes.Equal(first.json, again.json) {
				rt.Fatalf("from %v until %v, but at %v\n%s\nis\n%s", at0, first.until, now, first.json, again.json)
			}
		}
	})
	if kept < 20 {
		t.Errorf("only %d hold for any time at all", kept)
	}
}

// An answer is put together as json.Marshal does it.
func TestAnswerJSON(t *testing.T) {
	texts := []string{"", "Kor", "Blåbær og fløte", `"sitert" \ <b>&`, "to\nlinjer", "linje\u2028skille", "Розмовний", "brutt\xff", "–", "😀", "\x7f", "\x00"}
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.OneOf(rapid.SampledFrom(texts), rapid.String())
		a := &answer{Total: rapid.IntRange(0, math.MaxInt32).Draw(rt, "total"), Items: []catalog.Item{}, Facets: map[index.Facet][]facetAnswer{}}
		var items []*printedItem
		var hits []index.Hit
		for range rapid.IntRange(0, 3).Draw(rt, "items") {
			item := catalog.Item{ID: text.Draw(rt, "id"), Title: text.Draw(rt, "title") + `,"sources":[`, Status: catalog.StatusScheduled,
				Sources: []catalog.ItemSource{{ID: text.Draw(rt, "source"), Name: `","sources":[`}}}
			plain, _ := json.Marshal(item)
			hit := index.Hit{ID: item.ID}
			if rapid.Bool().Draw(rt, "near") {
				d := rapid.Float64Range(0, 1e6).Draw(rt, "distance")
				hit.Distance = &d
			}
			printed := &printedItem{json: plain, split: bytes.LastIndex(plain, []byte(`,"sources":[`))}
			item.Distance = hit.Distance
			a.Items, items, hits = append(a.Items, item), append(items, printed), append(hits, hit)
			if rapid.Bool().Draw(rt, "gone") {
				items, hits = append(items, nil), append(hits, index.Hit{ID: "gone"})
			}
		}
		for _, f := range rapid.SliceOfDistinct(rapid.SampledFrom(index.Facets()), func(f index.Facet) index.Facet { return f }).Draw(rt, "facets") {
			a.Facets[f] = []facetAnswer{}
			for range rapid.IntRange(0, 3).Draw(rt, "values") {
				a.Facets[f] = append(a.Facets[f], facetAnswer{text.Draw(rt, "value"), text.Draw(rt, "label"), rapid.Int().Draw(rt, "count"), rapid.Bool().Draw(rt, "selected")})
			}
		}
		if rapid.Bool().Draw(rt, "more") {
			a.Next, a.Note, a.NotStated = text.Draw(rt, "next"), text.Draw(rt, "note"), map[index.Facet]int{index.FacetKind: 3, index.FacetCategory: 1}
		}
		want, err := json.Marshal(a)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := a.appendJSON([]byte("before "), items, hits)
		if err != nil || string(got) != "before "+string(want) {
			rt.Fatalf("%v\n%s\nis not\n%s", err, got, want)
		}
	})
}

// However much is printed, what is kept is bounded, and it can be asked for from everywhere at once while everything changes.
func TestPrintedIsBounded(t *testing.T) {
	var p printed
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	body := make([]byte, mostPrinted/8)
	item := &printedItem{json: body, from: now, until: now.Add(time.Hour)}
	for i := range 50 {
		p.put(0, "nb", map[string]*printedItem{fmt.Sprint(i): item})
	}
	if n := len(p.young) + len(p.old); n > 16 || n < 8 {
		t.Errorf("%d items of an eighth are kept", n)
	}
	for i := range 1_000_000 { // small ones have a price too
		p.put(0, "nb", map[string]*printedItem{fmt.Sprint(i): {from: now, until: now.Add(1)}})
	}
	if n := len(p.young) + len(p.old); n > 2*mostPrinted/printedCost {
		t.Errorf("%d empty items are kept", n)
	}
	if got := p.get("nb", []index.Hit{{ID: "999999"}, {ID: "0"}}, now); got[0] == nil || got[1] != nil {
		t.Errorf("the latest is %v, the first %v", got[0], got[1])
	}
	p.put(7, "nb", map[string]*printedItem{"late": item})
	if p.get("nb", []index.Hit{{ID: "late"}}, now)[0] != nil {
		t.Error("what was read before something was forgotten is kept")
	}

	h := newHub(t, func(o *Options) { o.Clock = time.Now })
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for i := range 50 {
				if body := h.get(fmt.Sprintf("/api/v1/search?limit=%d", 10+i%20), 200); !strings.Contains(body, "Strikkekafé") {
					t.Error(body)
				}
			}
		})
	}
	for i := range 100 {
		h.change(0, func(l *catalog.ListingState) { l.Title = fmt.Sprint("Jentefotball ", i) })
	}
	readers.Wait()
	if body := h.get("/api/v1/search?limit=40", 200); !strings.Contains(body, "Jentefotball 99") {
		t.Error(body)
	}
}
