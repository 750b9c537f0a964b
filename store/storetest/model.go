package storetest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fritidshub/catalog"
	"fritidshub/store"
)

// model is the store as two maps, against which random plans are checked.
type model struct {
	visible  map[string]bool
	records  map[[2]string]string // source and native id to listing, of those not removed
	missing  map[[2]string]bool   // of those: in their grace period
	listings map[string]modelListing
}

type modelListing struct {
	Doc        string
	Hidden     bool
	Deleted    bool
	MergedInto string
}

// settle derives a listing's state from its records.
func (m *model) settle(id, joined string) {
	l, ok := m.listings[id]
	if !ok {
		return
	}
	members, visible := m.look(id)
	l.MergedInto = cmp.Or(joined, l.MergedInto)
	if _, followed := m.look(l.MergedInto); members > 0 && (visible || !followed) {
		l.MergedInto = ""
	}
	l.Hidden, l.Deleted = members > 0 && !visible, members == 0 && l.MergedInto == ""
	m.listings[id] = l
}

// look counts a listing's records, and tells whether one of them can be seen.
func (m *model) look(id string) (members int, visible bool) {
	for key, listing := range m.records {
		if listing == id {
			members++
			visible = visible || m.visible[key[0]]
		}
	}
	return members, visible
}

func testModel(t *testing.T, open Open) {
	names := []string{"bolgen", "sluppen", "farrishallen"}
	rapid.Check(t, func(rt *rapid.T) {
		dir, r := t.TempDir(), &rig{TB: t, now: Start}
		r.Store = open(t, dir)
		m := model{map[string]bool{}, map[[2]string]string{}, map[[2]string]bool{}, map[string]modelListing{}}
		declare := func() {
			var declared []store.Source
			before := maps.Clone(m.visible)
			for _, name := range names {
				s := Source(name)
				s.Enabled = rapid.Bool().Draw(rt, name+" enabled")
				m.visible[name] = s.Enabled && rapid.Bool().Draw(rt, name+" declared")
				if m.visible[name] || !s.Enabled {
					declared = append(declared, s)
				}
			}
			r.declare(declared...)
			turned := map[string]bool{}
			for key, id := range m.records {
				turned[id] = turned[id] || m.visible[key[0]] != before[key[0]]
			}
			for id, other := range turned {
				if other {
					m.settle(id, "")
				}
			}
		}
		for _, name := range names {
			m.visible[name] = true
		}
		r.declare(Source(names[0]), Source(names[1]), Source(names[2]))

		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			before, numbers := maps.Clone(m.listings), map[string]int64{}
			last := int64(0)
			r.must(r.Changes(t.Context(), 0, 0, func(l catalog.ListingState) error {
				numbers[l.ID], last = l.Change, l.Change
				return nil
			}))
			switch rapid.IntRange(0, 7).Draw(rt, "step") {
			case 0:
				declare()
			case 1:
				r.must(r.Close())
				r.Store = open(t, dir)
			default:
				source := rapid.SampledFrom(names).Draw(rt, "source")
				r.run(source, func(p *store.Plan) { m.plan(rt, source, p) })
			}
			m.compare(rt, r, before, numbers, last)
		}
		r.must(r.Check(t.Context()))
		r.must(r.Close())
	})
}

// plan draws a plan for a source and does to the model what it says.
func (m *model) plan(rt *rapid.T, source string, p *store.Plan) {
	docs := map[string][]byte{} // one plan gives a listing one content
	left := map[string]string{}
	for n := range 6 {
		id := fmt.Sprint("n", n)
		key := [2]string{source, id}
		old, known := m.records[key]
		switch what := rapid.IntRange(0, 6).Draw(rt, id); {
		case what <= 2:
			listing := fmt.Sprint("l", rapid.IntRange(0, 5).Draw(rt, "listing"))
			w := store.Write{NativeID: id, Hash: fmt.Sprint(what), Record: mustJSON(catalog.Record{Source: source, NativeID: id}), ListingID: listing}
			_, exists := m.listings[listing]
			if _, drawn := docs[listing]; !drawn && (!exists || rapid.Bool().Draw(rt, "content")) {
				docs[listing] = mustJSON(catalog.Listing{ID: listing, Record: catalog.Record{Title: fmt.Sprint(rapid.IntRange(0, 2).Draw(rt, "title"))}})
			}
			w.Listing = docs[listing]
			if w.Listing != nil {
				l := m.listings[listing]
				l.Doc = string(w.Listing)
				m.listings[listing] = l
			}
			p.Write = append(p.Write, w)
			m.records[key] = listing
			delete(m.missing, key)
			if known && old != listing {
				left[old] = listing
			}
			left[listing] = left[listing]
		case what == 3 && known:
			p.Remove = append(p.Remove, id)
			delete(m.records, key)
			delete(m.missing, key)
			left[old] = left[old]
		case what == 4:
			p.Missing = append(p.Missing, id)
			if known {
				m.missing[key] = true
			}
		case what == 5:
			p.Back = append(p.Back, id)
			delete(m.missing, key)
		}
	}
	touched := map[[2]string]bool{}
	for _, w := range p.Write {
		touched[[2]string{source, w.NativeID}] = true
	}
	for _, id := range p.Remove {
		touched[[2]string{source, id}] = true
	}
	for range rapid.IntRange(0, 3).Draw(rt, "relists") {
		key := [2]string{rapid.SampledFrom(slices.Sorted(maps.Keys(m.visible))).Draw(rt, "of"), fmt.Sprint("n", rapid.IntRange(0, 5).Draw(rt, "native id"))}
		listing := fmt.Sprint("l", rapid.IntRange(0, 5).Draw(rt, "relisted"))
		old, known := m.records[key]
		_, exists := m.listings[listing]
		if touched[key] || known && !exists {
			continue
		}
		touched[key] = true
		p.Relist = append(p.Relist, store.Relist{Source: key[0], NativeID: key[1], ListingID: listing, Listing: docs[listing]})
		if !known {
			continue
		}
		m.records[key] = listing
		if old != listing {
			left[old] = listing
		}
		left[listing] = left[listing]
	}
	for _, id := range slices.Sorted(maps.Keys(left)) {
		m.settle(id, left[id])
	}
}

// compare checks the store against the model, and that exactly the listings that changed got new, higher, distinct numbers.
func (m *model) compare(rt *rapid.T, r *rig, before map[string]modelListing, numbers map[string]int64, last int64) {
	got, live, liveChanges := map[string]modelListing{}, map[string]int64{}, map[string]int64{}
	previous := int64(0)
	r.must(r.Changes(r.Context(), 0, 0, func(l catalog.ListingState) error {
		got[l.ID] = modelListing{string(mustJSON(l.Listing)), l.Hidden, !l.DeletedAt.IsZero(), l.MergedInto}
		if l.Live() {
			live[l.ID] = l.Change
		}
		if l.Change <= previous {
			rt.Fatalf("change %d of %s after %d", l.Change, l.ID, previous)
		}
		previous = l.Change
		if changed := m.listings[l.ID] != before[l.ID]; changed && l.Change <= last || !changed && l.Change != numbers[l.ID] {
			rt.Fatalf("listing %s, changed %v, went from change %d to %d; the last one was %d", l.ID, changed, numbers[l.ID], l.Change, last)
		}
		if l.Change > last && !l.UpdatedAt.Equal(r.now) || l.UpdatedAt.After(r.now) {
			rt.Fatalf("listing %s updated at %v, now is %v", l.ID, l.UpdatedAt, r.now)
		}
		return nil
	}))
	if !maps.Equal(got, m.listings) {
		rt.Fatalf("listings are\n%v\nnot\n%v", got, m.listings)
	}
	n, err := r.LiveCount(r.Context())
	if err != nil || n != len(live) {
		rt.Fatalf("live count %d, %v; live are %d", n, err, len(live))
	}
	previous = 0
	r.must(r.LiveChanges(r.Context(), func(id string, change int64) error {
		if liveChanges[id] = change; change <= previous {
			rt.Fatalf("change %d of %s after %d", change, id, previous)
		}
		previous = change
		return nil
	}))
	changed, err := r.Changed(r.Context(), 0, len(got)+1)
	r.must(err)
	for _, id := range changed {
		if _, ok := got[id]; !ok {
			rt.Fatalf("%s has changed, but is not known", id)
		}
	}
	first, err := r.Changed(r.Context(), 0, 1)
	r.must(err)
	if len(changed) != len(got) || len(got) > 0 && !slices.Equal(first, changed[:1]) {
		rt.Fatalf("%d of %d listings have changed, the first of them %v", len(changed), len(got), first)
	}
	if !maps.Equal(live, liveChanges) {
		rt.Fatalf("the changes of the live listings are\n%v\nnot\n%v", liveChanges, live)
	}
	for source, visible := range m.visible {
		heads := map[[2]string]string{}
		missing := 0
		for id, h := range r.heads(source) {
			heads[[2]string{source, id}] = h.Listing
			if !h.MissingSince.IsZero() {
				missing++
			}
			if h.MissingSince.IsZero() == m.missing[[2]string{source, id}] {
				rt.Fatalf("%s of %s is missing since %v", id, source, h.MissingSince)
			}
		}
		want := maps.Clone(m.records)
		maps.DeleteFunc(want, func(key [2]string, _ string) bool { return key[0] != source })
		if !maps.Equal(heads, want) {
			rt.Fatalf("heads of %s are %v, not %v", source, heads, want)
		}
		if !visible {
			want, missing = nil, 0
		}
		if s := r.state(source); s.Live != len(want) || s.Missing != missing {
			rt.Fatalf("%s has live %d and missing %d, not %d and %d", source, s.Live, s.Missing, len(want), missing)
		}
	}
}
