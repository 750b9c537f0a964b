package storetest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/store"
)

func testPlans(t *testing.T, open Open) {
	dir := t.TempDir()
	r := &rig{t, open(t, dir), Start}
	r.declare(Source("bolgen"))
	a, b := Activity("bolgen", "a", 1), Activity("bolgen", "b", 1)
	wa := WriteOf(a)
	wa.Ends = Start.Add(48 * time.Hour)
	r.run("bolgen", func(p *store.Plan) { p.Write = []store.Write{wa, WriteOf(b)} })
	made := r.now
	head := func(w store.Write, missing time.Time) store.Head {
		return store.Head{NativeID: w.NativeID, Hash: w.Hash, Listing: w.ListingID, ContentKey: w.ContentKey, Ends: w.Ends, MissingSince: missing}
	}
	same(t, "heads", r.heads("bolgen"), map[string]store.Head{"a": head(wa, time.Time{}), "b": head(WriteOf(b), time.Time{})})
	records, err := r.Records(t.Context(), "bolgen", []string{"b", "ukjent", "a"})
	r.must(err)
	same(t, "records", records, []catalog.Record{b, a})
	same(t, "listing", r.listing(wa.ListingID), &catalog.ListingState{Listing: catalog.Single("larvik", &a), Change: 1, UpdatedAt: made})
	if _, err := r.Listing(t.Context(), "ukjent"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("unknown listing: %v, not ErrNotFound", err)
	}

	changed := Activity("bolgen", "a", 2)
	r.write("bolgen", changed)
	l := r.listing(wa.ListingID)
	same(t, "changed listing", l, &catalog.ListingState{Listing: catalog.Single("larvik", &changed), Change: 3, UpdatedAt: r.now})

	before := r.now
	r.write("bolgen", changed)
	same(t, "written again without a change", r.listing(wa.ListingID), l)
	r.run("bolgen", func(p *store.Plan) {
		w := WriteOf(changed)
		w.Hash, w.Listing = "another", nil
		p.Write = []store.Write{w}
	})
	same(t, "a record that does not change its listing", r.listing(wa.ListingID), l)
	same(t, "its new hash", r.heads("bolgen")["a"].Hash, "another")

	r.run("bolgen", func(p *store.Plan) { p.Missing = []string{"a", "b", "ukjent"} })
	missed := r.now
	run, _ := r.run("bolgen", func(p *store.Plan) { p.Missing, p.Back = []string{"a"}, []string{"b"} })
	same(t, "missing since the first time", r.heads("bolgen")["a"].MissingSince, missed)
	same(t, "no longer missing", r.heads("bolgen")["b"].MissingSince, time.Time{})
	same(t, "live and missing", [3]int{run.Live, r.state("bolgen").Live, r.state("bolgen").Missing}, [3]int{2, 2, 1})
	same(t, "listing of a missing record", r.listing(wa.ListingID), l)

	r.remove("bolgen", "a", "ukjent")
	l.Change, l.UpdatedAt, l.DeletedAt = 4, r.now, r.now
	same(t, "tombstone", r.listing(wa.ListingID), l)
	same(t, "heads without the removed", len(r.heads("bolgen")), 1)
	records, err = r.Records(t.Context(), "bolgen", []string{"a"})
	r.must(err)
	same(t, "removed record", len(records), 0)
	same(t, "live and missing after the removal", [2]int{r.state("bolgen").Live, r.state("bolgen").Missing}, [2]int{1, 0})
	r.remove("bolgen", "a")
	same(t, "removed twice", r.listing(wa.ListingID), l)

	r.run("bolgen", func(p *store.Plan) {
		w := WriteOf(changed)
		w.Listing = nil
		p.Write = []store.Write{w}
	})
	l.Change, l.UpdatedAt, l.DeletedAt = 5, r.now, time.Time{}
	same(t, "revived", r.listing(wa.ListingID), l)
	r.must(r.Close())
	r.Store = open(t, dir)
	same(t, "revived, after reopening", r.listing(wa.ListingID), l)
	if !before.Before(l.UpdatedAt) {
		t.Errorf("updated at %v, not after %v", l.UpdatedAt, before)
	}

	run, err = r.Begin(t.Context(), "bolgen", "hand", r.now, ttl)
	r.must(err)
	lost := WriteOf(Activity("bolgen", "c", 1))
	lost.Listing = nil
	plan := &store.Plan{Run: run, Now: r.now, Write: []store.Write{WriteOf(Activity("bolgen", "d", 1)), lost}}
	if _, err := r.Finish(t.Context(), plan); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a write without its listing: %v, not ErrNotFound", err)
	}
	same(t, "nothing of a plan that failed", len(r.heads("bolgen")), 2)
	plan.Write, plan.Run.Status = nil, store.RunFailed
	_, err = r.Finish(t.Context(), plan)
	r.must(err) // the lease is still there, so that the run can be closed as failed
}

func testVisibility(t *testing.T, open Open) {
	r := newRig(t, open)
	bolgen, sluppen := Source("bolgen"), Source("sluppen")
	r.declare(bolgen, sluppen)
	a, b, c := WriteOf(Activity("bolgen", "a", 1)), WriteOf(Activity("bolgen", "b", 1)), WriteOf(Activity("sluppen", "c", 1))
	r.run("bolgen", func(p *store.Plan) { p.Write = []store.Write{a, b} })
	r.run("sluppen", func(p *store.Plan) { p.Write = []store.Write{c} })
	r.remove("bolgen", "b")
	made := r.listing(a.ListingID)

	d := WriteOf(Activity("bolgen", "d", 1))
	live := func(what string, want ...string) {
		t.Helper()
		n, err := r.LiveCount(t.Context())
		r.must(err)
		same(t, what+": count", n, len(want))
		got := []string{}
		ls, err := r.ListingsByID(t.Context(), []string{d.ListingID, c.ListingID, b.ListingID, "ukjent", a.ListingID})
		r.must(err)
		for _, l := range ls {
			got = append(got, l.ID)
		}
		same(t, what, got, append([]string{}, want...))
	}
	live("before", c.ListingID, a.ListingID)

	bolgen.Enabled = false
	change, err := r.Change(t.Context())
	r.must(err)
	r.now = r.now.Add(time.Hour)
	same(t, "changed when disabled", r.declare(bolgen, sluppen), 1)
	live("disabled", c.ListingID)
	same(t, "changes when disabled", r.after(change), []string{a.ListingID})
	hidden := r.listing(a.ListingID)
	made.Change, made.UpdatedAt, made.Hidden = hidden.Change, r.now, true
	same(t, "hidden listing", hidden, made)
	same(t, "live of a hidden source", [2]int{r.state("bolgen").Live, len(r.heads("bolgen"))}, [2]int{0, 1})
	same(t, "changed when declared as it was", r.declare(bolgen, sluppen), 0)

	run, _ := r.run("bolgen", func(p *store.Plan) { p.Write = []store.Write{d} })
	same(t, "live of a run of a hidden source", run.Live, 0)
	same(t, "new listing of a hidden source", r.listing(d.ListingID).Hidden, true)

	same(t, "changed when taken out", r.declare(sluppen), 0)
	bolgen.Enabled = true
	same(t, "changed when declared again", r.declare(bolgen, sluppen), 2)
	live("again", d.ListingID, c.ListingID, a.ListingID)
	same(t, "a tombstone is not revived", r.listing(b.ListingID).DeletedAt.IsZero(), false)
	same(t, "live again", r.state("bolgen").Live, 2)
	same(t, "changed when both are out", r.declare(), 3)
	live("none")
}

func testMerging(t *testing.T, open Open) {
	r := newRig(t, open)
	bolgen, sluppen := Source("bolgen"), Source("sluppen")
	r.declare(bolgen, sluppen)
	ra, rb := Activity("bolgen", "a", 1), Activity("sluppen", "b", 1)
	a, b := WriteOf(ra), WriteOf(rb)
	r.run("bolgen", func(p *store.Plan) { p.Write = []store.Write{a} })
	r.run("sluppen", func(p *store.Plan) { p.Write = []store.Write{b} })

	merged := catalog.Single("larvik", &ra)
	merged.Members = append(merged.Members, catalog.Member{Source: "sluppen", NativeID: "b"})
	merged.Why = "samme tittel og sted"
	joined := b
	joined.Listing, joined.ListingID = mustJSON(merged), a.ListingID
	_, change := r.run("sluppen", func(p *store.Plan) { p.Write = []store.Write{joined} })
	same(t, "survivor", r.listing(a.ListingID).Listing, merged)
	gone := r.listing(b.ListingID)
	same(t, "merged away", [2]any{gone.MergedInto, gone.DeletedAt.IsZero()}, [2]any{a.ListingID, true})
	same(t, "live", gone.Live(), false)

	r.declare(sluppen)
	same(t, "a member is still visible", r.listing(a.ListingID).Live(), true)
	r.declare(bolgen)
	same(t, "the other member is visible instead", r.listing(a.ListingID).Live(), true)
	same(t, "nothing changed", len(r.after(change)), 0)
	r.declare(bolgen, sluppen)
	r.remove("bolgen", "a")
	same(t, "a member is left", r.listing(a.ListingID).Live(), true)

	r.run("sluppen", func(p *store.Plan) { p.Write = []store.Write{b} })
	same(t, "the merge undone", r.listing(b.ListingID).Live(), true)
	same(t, "merged the other way", r.listing(a.ListingID).MergedInto, b.ListingID)

	// One plan of bolgen brings its record back, joins the other source's record to it, and removes nothing of that source.
	alone, both := catalog.Single("larvik", &ra), merged
	r.run("bolgen", func(p *store.Plan) {
		p.Write = []store.Write{a}
		p.Relist = []store.Relist{
			{Source: "sluppen", NativeID: "b", ListingID: a.ListingID, Listing: mustJSON(both), Organizer: ra.Organizer, Place: ra.Place},
			{Source: "sluppen", NativeID: "ukjent", ListingID: "aldri", Listing: mustJSON(both)},
		}
	})
	same(t, "joined by the other source's plan", r.listing(b.ListingID).MergedInto, a.ListingID)
	same(t, "content of both", r.listing(a.ListingID).Listing, both)
	same(t, "record of the other source", r.heads("sluppen")["b"], store.Head{NativeID: "b", Hash: b.Hash, ContentKey: b.ContentKey, Listing: a.ListingID})
	if _, err := r.Listing(t.Context(), "aldri"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("listing of a record that does not exist: %v", err)
	}
	r.run("bolgen", func(p *store.Plan) {
		p.Remove = []string{"a"}
		p.Relist = []store.Relist{{Source: "sluppen", NativeID: "b", ListingID: a.ListingID, Listing: mustJSON(alone), Organizer: ra.Organizer, Place: ra.Place}}
	})
	same(t, "content when a member is gone", r.listing(a.ListingID).Listing, alone)
	same(t, "live when a member is gone", r.listing(a.ListingID).Live(), true)

	// The source that led a listing is switched off and the other record goes on alone: the listing leads to it, until the source is back.
	c, d := WriteOf(Activity("bolgen", "c", 1)), WriteOf(Activity("sluppen", "d", 1))
	r.run("bolgen", func(p *store.Plan) { p.Write = []store.Write{c} })
	with := d
	with.Listing, with.ListingID = c.Listing, c.ListingID
	r.run("sluppen", func(p *store.Plan) { p.Write = []store.Write{with} })
	r.declare(sluppen)
	r.run("sluppen", func(p *store.Plan) { p.Write = []store.Write{d} })
	same(t, "leads on when its source is off", r.listing(c.ListingID).MergedInto, d.ListingID)
	same(t, "the other goes on", r.listing(d.ListingID).Live(), true)
	r.declare(bolgen, sluppen)
	same(t, "live when its source is back", [2]bool{r.listing(c.ListingID).Live(), r.listing(d.ListingID).Live()}, [2]bool{true, true})
}

func testChanges(t *testing.T, open Open) {
	r := newRig(t, open)
	r.declare(Source("bolgen"))
	last, err := r.Change(t.Context())
	r.must(err)
	same(t, "first change number", last, int64(0))
	const many = 2_345 // more than any page that an implementation may read at once
	plan := func(from, to, revision int) func(p *store.Plan) {
		return func(p *store.Plan) {
			for i := from; i < to; i++ {
				p.Write = append(p.Write, WriteOf(Activity("bolgen", fmt.Sprint(i), revision)))
			}
		}
	}
	_, first := r.run("bolgen", plan(0, many, 1))
	_, second := r.run("bolgen", plan(10, 20, 2))
	last, err = r.Change(t.Context())
	r.must(err)
	same(t, "change numbers", [3]int64{first, second, last}, [3]int64{many, many + 10, many + 10})
	same(t, "all changes", len(r.after(0)), many)
	same(t, "changes after the first run", len(r.after(first)), 10)
	same(t, "changes after the last", len(r.after(last)), 0)

	for _, limit := range []int{1, 10, 1000, 1500, many + 1} {
		n := 0
		r.must(r.Changes(t.Context(), 0, limit, func(catalog.ListingState) error { n++; return nil }))
		same(t, fmt.Sprintf("limit %d", limit), n, min(limit, many))
	}
	stop := errors.New("stop")
	n := 0
	err = r.Changes(t.Context(), 0, 0, func(catalog.ListingState) error { n++; return stop })
	same(t, "stopped by f", [2]any{err == stop, n}, [2]any{true, 1})

	// What changes while f works comes later, with its new number.
	seen := map[string]int64{}
	r.must(r.Changes(t.Context(), 0, 0, func(l catalog.ListingState) error {
		if len(seen) == 0 {
			r.run("bolgen", plan(many-5, many, 3))
		}
		seen[l.ID] = l.Change
		return nil
	}))
	same(t, "listings seen while others changed", len(seen), many)
	id := catalog.ListingID("larvik", &catalog.Record{Source: "bolgen", NativeID: fmt.Sprint(many - 1)})
	same(t, "its last number", seen[id], last+5)
}

func testRegisters(t *testing.T, open Open) {
	r := newRig(t, open)
	r.declare(Source("bolgen"))
	a, b, c := Activity("bolgen", "a", 1), Activity("bolgen", "b", 1), Activity("bolgen", "c", 1)
	c.Organizer = &catalog.Organizer{Name: "Larvik Turn", OrgNumber: "971000000"}
	c.Place = nil
	r.write("bolgen", a, b, c)
	byName := map[string]int{}
	organizers, err := r.Organizers(t.Context())
	r.must(err)
	for _, o := range organizers {
		same(t, "id of an organiser", o.ID, catalog.OrganizerID(&o.Value))
		byName[o.Value.Name+o.Value.OrgNumber] = o.Listings
	}
	same(t, "organisers", byName, map[string]int{"Larvik Turn": 2, "Larvik Turn971000000": 1})
	places, err := r.Places(t.Context())
	r.must(err)
	same(t, "places", places, []store.Named[catalog.Place]{{ID: catalog.PlaceID(a.Place), Value: *a.Place, Listings: 2}})

	a.Organizer = &catalog.Organizer{Name: "Larvik turn", Kind: "club", URL: "https://larvikturn.example"} // same id, better known
	r.write("bolgen", a)
	r.remove("bolgen", "b", "c")
	organizers, err = r.Organizers(t.Context())
	r.must(err)
	same(t, "organisers that a live listing names", organizers,
		[]store.Named[catalog.Organizer]{{ID: catalog.OrganizerID(a.Organizer), Value: *a.Organizer, Listings: 1}})
}

func testReadersDuringWrite(t *testing.T, open Open) {
	r := newRig(t, open)
	r.declare(Source("bolgen"))
	const size = 40
	fill := func(revision int) func(*store.Plan) {
		return func(p *store.Plan) {
			for i := range size {
				p.Write = append(p.Write, WriteOf(Activity("bolgen", fmt.Sprint(i), revision)))
			}
		}
	}
	_, first := r.run("bolgen", fill(0))
	ids := r.after(0)

	ctx, cancel := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	started := make(chan struct{}, 3)
	for range 3 {
		readers.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				ls, err := r.ListingsByID(t.Context(), ids)
				if err != nil || len(ls) != size {
					t.Errorf("%d listings, %v", len(ls), err)
					return
				}
				for _, l := range ls { // one statement reads one state
					if l.Description != ls[0].Description {
						t.Errorf("half of a plan is visible: %q beside %q", l.Description, ls[0].Description)
						return
					}
				}
				if n == 0 {
					started <- struct{}{}
				}
			}
		})
	}
	for range 3 {
		<-started
	}
	change := first
	for i := range 10 {
		if _, change = r.run("bolgen", fill(i+1)); change != first+int64(i+1)*size {
			t.Errorf("change %d after plan %d", change, i+1)
		}
	}
	cancel()
	readers.Wait()
}

func testBackup(t *testing.T, open Open) {
	r := newRig(t, open)
	r.declare(Source("bolgen"))
	r.write("bolgen", Activity("bolgen", "a", 1))
	r.must(r.Check(t.Context()))
	file := filepath.Join(t.TempDir(), "kopi.db")
	r.must(r.Backup(t.Context(), file))
	if err := r.Backup(t.Context(), file); !errors.Is(err, fs.ErrExist) {
		t.Errorf("backup over a file: %v, not fs.ErrExist", err)
	}
}

// testLocated: where records say that they are, of the sources that can be seen.
func testLocated(t *testing.T, open Open) {
	r := newRig(t, open)
	quiet := Source("sluppen")
	r.declare(Source("bolgen"), quiet)
	elsewhere, nowhere := Activity("sluppen", "c", 1), Activity("sluppen", "d", 1)
	elsewhere.Origin, elsewhere.Derived, nowhere.Place = &catalog.Origin{Hub: "sandefjord", Source: "kilde", NativeID: "c"}, []string{"place.geo"}, nil
	r.write("bolgen", Activity("bolgen", "a", 1), Activity("bolgen", "b", 1), Activity("bolgen", "borte", 1))
	r.write("sluppen", elsewhere, nowhere)
	r.run("bolgen", func(p *store.Plan) { p.Missing, p.Remove = []string{"a"}, []string{"borte"} })
	located := func() map[store.Ref]store.Located {
		all := map[store.Ref]store.Located{}
		r.must(r.Located(t.Context(), func(l store.Located) error { all[l.Ref] = l; return nil }))
		return all
	}
	a, b, c := store.Ref{Source: "bolgen", NativeID: "a"}, store.Ref{Source: "bolgen", NativeID: "b"}, store.Ref{Source: "sluppen", NativeID: "c"}
	place := string(mustJSON(elsewhere.Place))
	want := map[store.Ref]store.Located{a: {Ref: a, Missing: true, Place: place}, b: {Ref: b, Place: place}, c: {Ref: c, Travelled: true, Place: place, Derived: `["place.geo"]`}}
	same(t, "where records are", located(), want)
	quiet.Enabled = false
	r.declare(Source("bolgen"), quiet)
	delete(want, c)
	same(t, "where records are of what can be seen", located(), want)
	no := errors.New("no")
	if err := r.Located(t.Context(), func(store.Located) error { return no }); !errors.Is(err, no) {
		t.Errorf("what f says: %v", err)
	}
}
