package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index"
	"fritidshub/index/memory"
	"fritidshub/ingest"
	"fritidshub/store"
)

var errDown = errors.New("connection refused")

// remote is a search engine on another machine: it may be down, break off in the middle, or take a batch without saying so.
type remote struct {
	*memory.Engine
	down     bool
	unlisted bool // it does not tell what it holds
	applies  int  // batches that it has been sent
	sent     int  // documents and deletions
	breakAt  int  // the batch from which on it is down; 0: none
	silent   bool
	rebuilds int
	listing  func() // called when it is asked what it holds
}

func (r *remote) Change(ctx context.Context) (int64, error) {
	if r.down {
		return 0, errDown
	}
	return r.Engine.Change(ctx)
}

func (r *remote) Each(ctx context.Context, f func(string, int64) error) error {
	if r.unlisted {
		return errDown
	}
	if r.listing != nil {
		r.listing()
	}
	return r.Engine.Each(ctx, f)
}

func (r *remote) Apply(ctx context.Context, b index.Batch) error {
	if r.applies++; r.applies == r.breakAt {
		r.down = true
		if r.silent {
			r.Engine.Apply(ctx, b)
		}
	}
	if r.down {
		return errDown
	}
	r.sent += len(b.Upserts) + len(b.Deletes)
	return r.Engine.Apply(ctx, b)
}

func (r *remote) Rebuild(ctx context.Context, change int64, next func() (index.Document, bool, error)) error {
	r.rebuilds++
	if r.down {
		return errDown
	}
	return r.Engine.Rebuild(ctx, change, next)
}

// beside gives a second engine of a bench's store, with its indexer.
func (b *bench) beside() (*remote, *ingest.Indexer) {
	b.t.Helper()
	tax, err := taxonomy.Load()
	if err != nil {
		b.t.Fatal(err)
	}
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		b.t.Fatal(err)
	}
	r := &remote{Engine: memory.New()}
	return r, ingest.NewIndexer(b.db, r, tax, calendar.Hub{Zone: oslo}, b.clock, nil)
}

func contents(t *testing.T, e index.Engine) map[string]int64 {
	t.Helper()
	held := map[string]int64{}
	if err := e.(index.Lister).Each(t.Context(), func(id string, change int64) error { held[id] = change; return nil }); err != nil {
		t.Fatal(err)
	}
	return held
}

// TestEnginesAreKeptApart: what one engine cannot take waits for it, wherever it broke off; the other one and the run know nothing of it.
func TestEnginesAreKeptApart(t *testing.T) {
	for name, breaks := range map[string]remote{
		"down at the start":   {down: true},
		"breaks off":          {breakAt: 2},
		"took it and is gone": {breakAt: 2, silent: true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "a")
			r, follower := b.beside()
			r.down, r.breakAt, r.silent = breaks.down, breaks.breakAt, breaks.silent
			catchUp := func() (err error) { _, err = follower.CatchUp(t.Context()); return err }

			b.provider.set("/a", list(some(20)...))
			if got := b.run("a"); got.Status != store.RunOK || got.Indexed != 20 {
				t.Fatalf("%+v", got)
			}
			first := catchUp()
			if (first != nil) != breaks.down {
				t.Fatalf("first: %v", first)
			}
			if s := follower.Standing(); s.Behind.IsZero() != !breaks.down || (s.Err != nil) != breaks.down || s.Last == 0 {
				t.Errorf("first: %+v", s)
			}
			b.wait(time.Minute)
			since := b.clock()
			b.provider.set("/a", list(append(some(18), wireItem{ID: "ny", Title: "Ny"})...))
			if got := b.run("a"); got.Status != store.RunOK || len(got.Warnings) != 0 {
				t.Fatalf("a run beside an engine that is away: %+v", got)
			}
			if err := catchUp(); !errors.Is(err, errDown) {
				t.Fatalf("second: %v", err)
			}
			s := follower.Standing()
			if breaks.down {
				since = start
			}
			if !s.Behind.Equal(since) || !errors.Is(s.Err, errDown) || s.Change >= s.Last {
				t.Errorf("second: %+v, behind since %s", s, since)
			}
			r.down, r.breakAt = false, 0
			if err := catchUp(); err != nil {
				t.Fatal(err)
			}
			if s := follower.Standing(); !s.Behind.IsZero() || s.Err != nil || s.Change != s.Last {
				t.Errorf("recovered: %+v", s)
			}
			if diff := cmp.Diff(contents(t, b.engine), contents(t, r)); diff != "" {
				t.Errorf("the engines differ:\n%s", diff)
			}
		})
	}
}

// TestRebuildCounts: an index of fewer listings than there are does not come into use, and the progress of a rebuild ends at what was sent.
func TestRebuildCounts(t *testing.T) {
	b := newBench(t, "a")
	b.provider.set("/a", list(some(30)...))
	b.run("a")
	r, follower := b.beside()
	var told []string
	n, err := follower.Rebuild(t.Context(), func(sent, of int) { told = append(told, fmt.Sprint(sent, "/", of)) })
	if err != nil || n != 30 || !slices.Equal(told, []string{"30/30"}) {
		t.Fatalf("%d, %v, %q", n, err, told)
	}
	before, miscounts := contents(t, r), &short{b.db}
	tax, _ := taxonomy.Load()
	wrong := ingest.NewIndexer(miscounts, r, tax, calendar.Hub{Zone: time.UTC}, b.clock, nil)
	if _, err := wrong.Rebuild(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "29 of 30") {
		t.Fatalf("a lost listing: %v", err)
	}
	if s := wrong.Standing(); s.Err == nil || !cmp.Equal(before, contents(t, r)) {
		t.Errorf("%+v, %d held", s, len(contents(t, r)))
	}
}

// short is a store that loses the first listing that it is asked for.
type short struct{ store.Listings }

func (s *short) Changes(ctx context.Context, after int64, limit int, f func(catalog.ListingState) error) error {
	first := true
	return s.Listings.Changes(ctx, after, limit, func(l catalog.ListingState) error {
		if first {
			first = false
			return nil
		}
		return f(l)
	})
}

func TestCompare(t *testing.T) {
	b := newBench(t, "a")
	b.provider.set("/a", list(some(40)...))
	b.run("a")
	r, follower := b.beside()
	compare := func() ingest.Comparison {
		t.Helper()
		found, err := follower.Compare(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(contents(t, b.engine), contents(t, r)); diff != "" {
			t.Fatalf("not mended:\n%s", diff)
		}
		return found
	}
	if _, err := follower.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ingest.Comparison{At: start, Documents: 40}, compare()); diff != "" {
		t.Errorf("in step (-want +got):\n%s", diff)
	}
	at, _ := r.Engine.Change(t.Context())
	ids := slices.Sorted(func(yield func(string) bool) {
		for id := range contents(t, r) {
			if !yield(id) {
				return
			}
		}
	})
	stale := index.Document{ID: ids[3], Title: "Gammel", Change: 1, Standing: true}
	if contents(t, r)[ids[3]] == 1 {
		stale.Change = 2
	}
	r.Engine.Apply(t.Context(), index.Batch{Change: at, Deletes: ids[:2], Upserts: []index.Document{stale, {ID: "fremmed", Title: "Fremmed", Change: 7, Standing: true}}})
	r.sent = 0
	want := ingest.Comparison{At: start, Documents: 39, Missing: 2, Stale: 1, Surplus: 1, IDs: slices.Sorted(slices.Values([]string{ids[0], ids[1], ids[3], "fremmed"}))}
	got := compare()
	if diff := cmp.Diff(want, got); diff != "" || got.Drift() != 4 || r.sent != 4 {
		t.Errorf("drift of %d, %d sent (-want +got):\n%s", got.Drift(), r.sent, diff)
	}
	if diff := cmp.Diff(want, follower.Standing().Compared); diff != "" {
		t.Error(diff)
	}
	if got := compare(); got.Drift() != 0 {
		t.Errorf("mended: %+v", got)
	}
	// What waits in the store for the engine is no drift.
	b.provider.set("/a", list(append(some(39), wireItem{ID: "ny", Title: "Ny"})...))
	b.run("a")
	if found, err := follower.Compare(t.Context()); err != nil || found.Drift() != 0 {
		t.Errorf("behind: %+v %v", found, err)
	}
	if got, err := follower.CatchUp(t.Context()); err != nil || got == 0 {
		t.Errorf("%d, %v", got, err)
	}
}

// TestCompareBesideWriter: the writer goes on while an engine is compared, and what it writes is no drift, nor is what has drifted missed.
func TestCompareBesideWriter(t *testing.T) {
	b := newBench(t, "a")
	b.provider.set("/a", list(some(40)...))
	b.run("a")
	r, follower := b.beside()
	if _, err := follower.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	at, _ := r.Engine.Change(t.Context())
	r.Engine.Apply(t.Context(), index.Batch{Change: at, Upserts: []index.Document{{ID: "fremmed", Title: "Fremmed", Change: 7, Standing: true}}})
	n := 40
	r.listing = func() {
		n += 5
		items := some(n)
		items[n-7].Title = "Endret"
		b.provider.set("/a", list(slices.Delete(items, 3, 3+n/20)...))
		b.run("a")
		if _, err := follower.CatchUp(t.Context()); err != nil {
			t.Error(err)
		}
	}
	found, err := follower.Compare(t.Context())
	if err != nil || n != 50 || found.Drift() != 1 || !slices.Equal(found.IDs, []string{"fremmed"}) {
		t.Errorf("%+v, %v", found, err)
	}
	r.listing = nil
	if _, err := follower.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(contents(t, b.engine), contents(t, r)); diff != "" {
		t.Error(diff)
	}
}

// TestCompareManyDiffer: where more differs than is looked at one by one, the index is built anew.
func TestCompareManyDiffer(t *testing.T) {
	b := newBench(t, "a")
	b.provider.set("/a", list(some(3)...))
	b.run("a")
	r, follower := b.beside()
	at, err := b.db.Change(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	strangers := make([]index.Document, 21_000)
	for i := range strangers {
		strangers[i] = index.Document{ID: catalog.ID("listing", "x", fmt.Sprint(i)), Change: 1, Standing: true}
	}
	r.Engine.Apply(t.Context(), index.Batch{Change: at, Upserts: strangers})
	found, err := follower.Compare(t.Context())
	if err != nil || !found.Rebuilt || r.rebuilds != 1 {
		t.Fatalf("%+v %v, %d rebuilds", found, err, r.rebuilds)
	}
	if diff := cmp.Diff(contents(t, b.engine), contents(t, r)); diff != "" {
		t.Error(diff)
	}
}

// TestFollow: an engine that was down when the hub started is in step when it is back, all by itself, and it is compared when the quiet hour
// has come, or an hour later when that failed, and not again before the next night.
func TestFollow(t *testing.T) {
	b := newBench(t, "a")
	b.provider.set("/a", list(some(5)...))
	b.run("a")
	r, follower := b.beside()
	r.down = true
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var heard []bool
	var compared []time.Time
	follower.Follow(ctx, time.Microsecond, func(err error) { // called between attempts, by the same goroutine
		heard = append(heard, err == nil)
		if at := follower.Standing().Compared.At; !at.IsZero() && (len(compared) == 0 || !compared[len(compared)-1].Equal(at)) {
			compared = append(compared, at)
		}
		switch len(heard) {
		case 3:
			r.down = false
		case 5:
			r.unlisted = true
			b.wait(15*time.Hour + 59*time.Minute) // 12:00 in Oslo to 03:59
		case 6:
			b.wait(time.Minute)
		case 8:
			r.unlisted = false
		case 9:
			b.wait(time.Hour)
		case 11:
			b.wait(22 * time.Hour) // 03:00 of the next night
		case 13:
			b.wait(2 * time.Hour)
		case 15:
			cancel()
		}
	})
	want := []bool{false, false, false, true, true, true, false, true, true, true, true, true, true, true, true}
	if diff := cmp.Diff(want, heard); diff != "" {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour-1, 0, 0, 0, time.UTC) } // in Oslo
	if diff := cmp.Diff([]time.Time{at(23, 5), at(24, 5)}, compared); diff != "" {
		t.Errorf("compared (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(contents(t, b.engine), contents(t, r)); diff != "" {
		t.Error(diff)
	}
}
