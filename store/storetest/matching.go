package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"fritidshub/store"
)

// testMatching: what a transaction's view finds by keys, and what a plan and a regrouping do with it.
func testMatching(t *testing.T, open Open) {
	r := newRig(t, open)
	r.declare(Source("bolgen"), Source("sluppen"), Source("stille"))
	put := func(source, id string, n int, keys ...uint64) {
		t.Helper()
		w := WriteOf(Activity(source, id, n))
		w.Keys, w.Features = keys, fmt.Append(nil, id, n)
		r.run(source, func(p *store.Plan) { p.Write = []store.Write{w} })
	}
	const high = 1<<63 | 1 // keys use all their bits
	put("bolgen", "a", 1, 1, 5, high)
	put("sluppen", "b", 1, 5, 3)
	put("stille", "c", 1, 5)
	put("bolgen", "e", 1, 10, 12)
	quiet, weighty := Source("stille"), Source("sluppen")
	quiet.Enabled = false
	weighty.Priority, weighty.PassOn = 80, true
	r.declare(Source("bolgen"), weighty, quiet)

	// look runs f on a view and keeps nothing.
	look := func(f func(store.View)) {
		t.Helper()
		before, err := r.Change(t.Context())
		r.must(err)
		after, err := r.Regroup(t.Context(), r.now, func(v store.View) ([]store.Relist, error) { f(v); return nil, nil })
		r.must(err)
		same(t, "change number after looking", after, before)
		r.must(r.Look(t.Context(), func(v store.View) error { f(v); return nil }))
	}
	ids := func(known []store.Known, err error) []string {
		t.Helper()
		r.must(err)
		out := []string{}
		for _, k := range known {
			out = append(out, k.Source+"/"+k.NativeID)
		}
		slices.Sort(out)
		return out
	}
	one := func(v store.View, keys []uint64, limit int) ([]store.Known, error) {
		t.Helper()
		found, err := v.Sharing([][]uint64{nil, keys, keys}, func(uint64) int { return limit })
		if err != nil {
			return nil, err
		}
		same(t, "of no keys", len(found[0]), 0)
		same(t, "of the same keys", found[2], found[1])
		numbered, err := v.Numbered(found[1])
		return slices.Collect(maps.Values(numbered)), err
	}
	look(func(v store.View) {
		same(t, "sharing a key", ids(one(v, []uint64{5}, 10)), []string{"bolgen/a", "sluppen/b"})
		same(t, "sharing several keys", ids(one(v, []uint64{1, 5, 3, high}, 10)), []string{"bolgen/a", "sluppen/b"})
		same(t, "a key with all bits", ids(one(v, []uint64{high}, 10)), []string{"bolgen/a"})
		same(t, "a key that says nothing", ids(one(v, []uint64{5, 3}, 1)), []string{"sluppen/b"})
		same(t, "a key that says nothing, with one that cannot be seen", ids(one(v, []uint64{5}, 2)), []string{"bolgen/a", "sluppen/b"})
		sizes := map[uint64]int{}
		for _, most := range []int{1, 9} {
			blocks, err := v.Blocks([]uint64{5, 3, 99}, func(uint64) int { return most })
			r.must(err)
			for key, block := range blocks {
				sizes[key] += len(block)
			}
		}
		same(t, "blocks", sizes, map[uint64]int{5: 1 + 2, 3: 1 + 1})
		hidden, err := v.Keys("stille")
		r.must(err)
		same(t, "keys of a hidden source", hidden, [][]uint64{{5}})
		same(t, "one even key", ids(one(v, []uint64{10}, 10)), []string{})
		same(t, "two even keys", ids(one(v, []uint64{10, 12, 14}, 10)), []string{"bolgen/e"})
		same(t, "no such key", ids(one(v, []uint64{99}, 10)), []string{})
		same(t, "of a source", ids(v.Of("bolgen")), []string{"bolgen/a", "bolgen/e"})
		same(t, "of a hidden source", ids(v.Of("stille")), []string{})
		b := store.Ref{Source: "sluppen", NativeID: "b"}
		doc, err := v.Record(b)
		r.must(err)
		found, err := v.Known(b)
		r.must(err)
		want, listing := Activity("sluppen", "b", 1), found.Listing
		same(t, "known", found, store.Known{Ref: b, Listing: WriteOf(want).ListingID, Since: 1, Features: []byte("b1")})
		same(t, "record", string(doc), string(mustJSON(want)))
		same(t, "together", ids(v.Together(listing)), []string{"sluppen/b"})
		for _, ref := range []store.Ref{{Source: "stille", NativeID: "c"}, {Source: "bolgen", NativeID: "finnes-ikke"}} {
			_, none := v.Known(ref)
			if _, err := v.Record(ref); !errors.Is(err, store.ErrNotFound) || !errors.Is(none, store.ErrNotFound) {
				t.Errorf("%v: %v and %v, not ErrNotFound", ref, none, err)
			}
		}
	})

	put("bolgen", "a", 2, 7) // other keys
	r.remove("sluppen", "b")
	look(func(v store.View) {
		same(t, "keys that a record had", ids(one(v, []uint64{1, 5, 3, high}, 10)), []string{})
		known, err := one(v, []uint64{7}, 10)
		same(t, "keys that it has", ids(known, err), []string{"bolgen/a"})
		same(t, "its features", string(known[0].Features), "a2")
	})

	left, err := r.Change(t.Context())
	r.must(err)
	put("sluppen", "b", 1, 5, 3)
	put("sluppen", "b", 1, 5, 3)
	look(func(v store.View) {
		known, err := v.Known(store.Ref{Source: "sluppen", NativeID: "b"})
		r.must(err)
		same(t, "since it is back", known.Since, left)
		same(t, "keys of a record that is back", ids(one(v, []uint64{3}, 10)), []string{"sluppen/b"})
	})
	r.remove("sluppen", "b")

	many := make([]uint64, 200)
	for i := range many {
		many[i] = uint64(1000 + 2*i + 1)
	}
	put("bolgen", "e", 2, many...)
	look(func(v store.View) {
		for _, key := range []uint64{many[0], many[63], many[64], many[199]} {
			same(t, "one of many keys", ids(one(v, []uint64{key}, 10)), []string{"bolgen/e"})
		}
		same(t, "keys that it had before many", ids(one(v, []uint64{10, 12}, 10)), []string{})
	})

	// A plan's own match sees what stands, and completes the plan.
	whole := WriteOf(Activity("bolgen", "a", 2))
	r.run("sluppen", func(p *store.Plan) {
		w := WriteOf(Activity("sluppen", "d", 1))
		w.Keys = []uint64{7}
		p.Write = []store.Write{w}
		p.Match = func(v store.View) error {
			same(t, "sharing, inside a plan", ids(one(v, []uint64{7}, 10)), []string{"bolgen/a"})
			p.Write[0].ListingID, p.Write[0].Listing = whole.ListingID, whole.Listing
			return nil
		}
	})
	look(func(v store.View) {
		same(t, "together after the plan", ids(v.Together(whole.ListingID)), []string{"bolgen/a", "sluppen/d"})
		found, err := v.Sharing([][]uint64{{7}, {many[0]}}, func(uint64) int { return 10 })
		r.must(err)
		joined, err := v.Joined(append(found[1], found[0]...))
		r.must(err)
		same(t, "those that share a listing", slices.Sorted(slices.Values(joined)), slices.Sorted(slices.Values(found[0])))
	})
	if _, err := r.Listing(t.Context(), WriteOf(Activity("sluppen", "d", 1)).ListingID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a listing that the match did away with: %v, not ErrNotFound", err)
	}
	failed := errors.New("no")
	if _, err := r.Regroup(t.Context(), r.now, func(store.View) ([]store.Relist, error) { return nil, failed }); !errors.Is(err, failed) {
		t.Errorf("a match that fails: %v", err)
	}
	if err := r.Look(t.Context(), func(store.View) error { return failed }); !errors.Is(err, failed) {
		t.Errorf("a look that fails: %v", err)
	}

	// Taken apart again, the record has its own listing.
	own := WriteOf(Activity("sluppen", "d", 1))
	before, err := r.Change(t.Context())
	r.must(err)
	after, err := r.Regroup(t.Context(), r.now, func(store.View) ([]store.Relist, error) {
		return []store.Relist{{Source: "sluppen", NativeID: "d", ListingID: own.ListingID, Listing: own.Listing, Organizer: own.Organizer, Place: own.Place}}, nil
	})
	r.must(err)
	if after <= before || !r.listing(own.ListingID).Live() || !r.listing(whole.ListingID).Live() {
		t.Errorf("change %d after %d", after, before)
	}

	look(func(v store.View) {
		found, err := v.Listings("stille")
		r.must(err)
		same(t, "listings of a hidden source", found, []string{WriteOf(Activity("stille", "c", 1)).ListingID})
	})
	hide := store.Relist{Source: "sluppen", NativeID: "d", ListingID: own.ListingID, Listing: own.Listing, Organizer: own.Organizer, Place: own.Place}
	for _, hidden := range []bool{true, false} {
		hide.Hidden = hidden
		_, err = r.Regroup(t.Context(), r.now, func(store.View) ([]store.Relist, error) { return []store.Relist{hide}, nil })
		r.must(err)
		if l := r.listing(own.ListingID); l.Live() == hidden || !l.DeletedAt.IsZero() {
			t.Errorf("hidden by an editor %v: %+v", hidden, l)
		}
	}
	r.must(r.SetGrouped(t.Context(), "bolgen", "1"))
	same(t, "grouped", r.state("bolgen").Grouped, "1")

	refA, refB := store.Ref{Source: "bolgen", NativeID: "a"}, store.Ref{Source: "sluppen", NativeID: "d"}
	part := store.Ruling{At: r.now, Verb: store.RulePart, A: refA, B: refB, Note: "to lag"}
	part.ID, err = r.Rule(t.Context(), part)
	r.must(err)
	set := store.Ruling{At: r.now, Verb: store.RuleSet, A: refA, Field: "title", Value: json.RawMessage(`"Åpen hall"`)}
	set.ID, err = r.Rule(t.Context(), set)
	r.must(err)
	list, err := r.Rulings(t.Context())
	r.must(err)
	same(t, "rulings", list, []store.Ruling{part, set})
	look(func(v store.View) {
		seen, err := v.Rulings()
		r.must(err)
		same(t, "rulings inside a transaction", seen, list)
		weights, err := v.Weights()
		r.must(err)
		same(t, "weights", weights, map[string]store.Weight{"bolgen": {Priority: 50}, "sluppen": {Priority: 80, PassOn: true}, "stille": {Priority: 50}})
	})
	r.must(r.Unrule(t.Context(), part.ID))
	if err := r.Unrule(t.Context(), part.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("taken back twice: %v, not ErrNotFound", err)
	}
	list, err = r.Rulings(t.Context())
	r.must(err)
	same(t, "rulings left", list, []store.Ruling{set})
}
