package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
	"fritidshub/store"
)

// rig is a store under test with a clock that the test moves.
type rig struct {
	testing.TB
	store.Store
	now time.Time
}

func newRig(t testing.TB, open Open) *rig { return &rig{t, open(t, t.TempDir()), Start} }

func (r *rig) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

func (r *rig) declare(sources ...store.Source) int {
	r.Helper()
	n, err := r.Declare(r.Context(), sources, r.now)
	r.must(err)
	return n
}

// run makes one whole run, a minute after the last one, whose plan fill completes.
func (r *rig) run(source string, fill func(*store.Plan)) (store.Run, int64) {
	r.Helper()
	r.now = r.now.Add(time.Minute)
	run, err := r.Begin(r.Context(), source, "hand", r.now, ttl)
	r.must(err)
	plan := &store.Plan{Run: run, Now: r.now}
	plan.Run.Status, plan.Run.Finished = store.RunOK, r.now
	fill(plan)
	change, err := r.Finish(r.Context(), plan)
	r.must(err)
	return plan.Run, change
}

// write runs a plan that writes the records, each with a listing of its own.
func (r *rig) write(source string, records ...catalog.Record) int64 {
	r.Helper()
	_, change := r.run(source, func(p *store.Plan) {
		for _, rec := range records {
			p.Write = append(p.Write, WriteOf(rec))
		}
	})
	return change
}

func (r *rig) remove(source string, nativeIDs ...string) int64 {
	r.Helper()
	_, change := r.run(source, func(p *store.Plan) { p.Remove = nativeIDs })
	return change
}

func (r *rig) listing(id string) *catalog.ListingState {
	r.Helper()
	l, err := r.Listing(r.Context(), id)
	r.must(err)
	return &l
}

func (r *rig) state(source string) store.SourceState {
	r.Helper()
	s, err := r.SourceState(r.Context(), source)
	r.must(err)
	return s
}

func (r *rig) heads(source string) map[string]store.Head {
	r.Helper()
	heads := map[string]store.Head{}
	var ids []string
	r.must(r.Heads(r.Context(), source, func(h store.Head) error {
		heads[h.NativeID] = h
		ids = append(ids, h.NativeID, h.NativeID+"?")
		return nil
	}))
	some := map[string]store.Head{}
	r.must(r.HeadsOf(r.Context(), source, ids, func(h store.Head) error { some[h.NativeID] = h; return nil }))
	same(r, "heads by id", some, heads)
	return heads
}

// after gives the ids of Changes above a change number, in order.
func (r *rig) after(change int64) (ids []string) {
	r.Helper()
	r.must(r.Changes(r.Context(), change, 0, func(l catalog.ListingState) error {
		if l.Change <= change {
			r.Errorf("change %d of %s is not above %d", l.Change, l.ID, change)
		}
		change = l.Change
		ids = append(ids, l.ID)
		return nil
	}))
	return ids
}

// same fails the test when got is not want.
func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}
