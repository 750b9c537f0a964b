package api

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

var utc = regexp.MustCompile(`"[^"]*\dZ"`)

// Every moment is given in the hub's zone, whatever zone it is stored in.
func TestZone(t *testing.T) {
	h := wholeHub(t)
	fetched := instant(t, "2026-11-20T07:00:00Z")
	for i := range h.store.listings {
		l := &h.store.listings[i]
		l.UpdatedAt = l.UpdatedAt.UTC()
		for j := range l.Members {
			if o := l.Members[j].Origin; o != nil {
				o.FetchedAt = fetched
			}
		}
		for j := range l.Offers {
			o := &l.Offers[j]
			o.RemainingAt, o.ValidFrom, o.ValidThrough = fetched, fetched, o.ValidThrough.UTC()
		}
	}
	held := &Held{Since: fetched, Removals: 3, Of: 4}
	for i := range h.store.sources {
		src := &h.store.sources[i]
		src.LastRun, src.LastGood, src.NextRun, src.FailingFrom, src.Held = fetched, src.LastGood.UTC(), src.NextRun.UTC(), src.FailingFrom.UTC(), held
	}
	concert := h.store.listings[1].ID
	for target, want := range map[string]string{
		"/api/v1/search": `"fetched_at":"2026-11-20T08:00:00+01:00"`, "/api/v1/listings/" + concert: `"remaining_at":"2026-11-20T08:00:00+01:00"`, "/api/v1/sources": `"last_run":"2026-11-20T08:00:00+01:00"`,
		"/api/v1/search.ndjson": `"fetched_at":"2026-11-20T08:00:00+01:00"`, "/collections/listings/items": `2026-11-20T08:00:00+01:00`, "/rpde/listings": `"fetched_at":"2026-11-20T08:00:00+01:00"`,
	} {
		body := h.get(target, 200)
		if !strings.Contains(body, want) {
			t.Errorf("%s: no %s", target, want)
		}
		if found := utc.FindAllString(body, 3); len(found) > 0 && !strings.HasPrefix(target, "/rpde/") { // in feeds days and rules are as they are stored
			t.Errorf("%s: %s", target, found)
		}
	}
	if sources := h.get("/api/v1/sources", 200); strings.Contains(sources, "0001-") {
		t.Error("what is not known is given as a moment")
	}
	if !held.Since.Equal(fetched) || held.Since.Location() != time.UTC {
		t.Error("what the store gave was changed")
	}
}
