package indextest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fritidshub/index"
)

// each checks an engine that can tell what it holds.
func each(t *testing.T, e index.Engine) {
	lister, ok := e.(index.Lister)
	if !ok {
		t.Skip("the engine does not list what it holds")
	}
	held := func() map[string]int64 {
		t.Helper()
		got := map[string]int64{}
		must(t, lister.Each(ctx, func(id string, change int64) error {
			if _, twice := got[id]; twice {
				t.Errorf("%s comes twice", id)
			}
			got[id] = change
			return nil
		}))
		return got
	}
	agree := func(want map[string]int64) {
		t.Helper()
		if diff := cmp.Diff(want, held()); diff != "" {
			t.Errorf("held (-want +got):\n%s", diff)
		}
	}
	agree(map[string]int64{})
	numbered := func(i int, change int64) index.Document {
		d := doc(fmt.Sprintf("nr%d", i), fmt.Sprintf("Turlag %d", i))
		d.Change = change
		return d
	}
	want := map[string]int64{}
	for i := range 40 { // one by one, so that segments are merged
		d := numbered(i, int64(i+1))
		apply(t, e, index.Batch{Upserts: []index.Document{d}, Change: d.Change})
		want[d.ID] = d.Change
	}
	agree(want)
	apply(t, e, index.Batch{Upserts: []index.Document{numbered(3, 41)}, Deletes: []string{"nr4"}, Change: 42})
	want["nr3"] = 41
	delete(want, "nr4")
	agree(want)
	left := 2
	must(t, e.Rebuild(ctx, 50, func() (index.Document, bool, error) {
		left--
		return numbered(left, int64(60+left)), left >= 0, nil
	}))
	agree(map[string]int64{"nr0": 60, "nr1": 61})
	stop := errors.New("enough")
	if err := lister.Each(ctx, func(string, int64) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of the caller: %v", err)
	}
}
