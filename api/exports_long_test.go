package api

import (
	"strings"
	"testing"

	"fritidshub/catalog/calendar"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index"
	"fritidshub/index/memory"
)

// TestLongExport: an export stands back for others between its listings, but a short one, which is over at once, does not.
func TestLongExport(t *testing.T) {
	const n = 2*exportPage + 100
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	store := &endless{fakeStore: &fakeStore{sources: sampleSources(t)}, zone: oslo(t), n: n}
	engine, made, now := memory.New(), 0, instant(t, "2026-11-22T12:00:00+01:00")
	if err := engine.Rebuild(t.Context(), n, func() (index.Document, bool, error) {
		if made == n {
			return index.Document{}, false, nil
		}
		l := store.listing(made)
		made++
		return index.NewDocument(&l, tax, calendar.Hub{Zone: oslo(t)}, now), true, nil
	}); err != nil {
		t.Fatal(err)
	}
	stood := 0
	h := newHub(t, func(o *Options) {
		o.Listings, o.Sources, o.Engine, o.StandBack = store, store, func() index.Engine { return engine }, func() { stood++ }
	})
	for _, c := range []struct {
		query         string
		listings, min int
	}{{"?limit=100", 100, 0}, {"", n, 2 * (n - exportPage) / exportStep}} {
		stood = 0
		body := h.get("/api/v1/search.ndjson"+c.query, 200)
		if got := strings.Count(body, "\n"); got != c.listings || stood < c.min || c.min == 0 && stood > 0 {
			t.Errorf("%q: %d listings, stood back %d times", c.query, got, stood)
		}
	}
}
