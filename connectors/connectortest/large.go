package connectortest

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"fritidshub/catalog"
	"fritidshub/connectors"
)

// MaxHeld is how many bytes more a run may have in use while a large source is read. The collector lets the heap grow to twice what is
// in use (GOGC=100), so that the peak is 200 MiB.
const MaxHeld = 100 << 20

// Large reads a large source three times, with at most MaxHeld bytes in use, and complete. In the first run everything is new; in the
// second every response is unchanged: it must emit nothing and say so; in the third the last one has changed. The first and the third
// must emit want records, and none of them ask for what the first did not ask for. A source with a cursor is read twice. What the answers
// cost to make is counted in, so make them page by page.
func Large(t *testing.T, kind connectors.Kind, address, options string, want int, answer Answer) {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped in the short run: a large source takes some seconds")
	}
	if RaceOn {
		t.Skip("skipped under the race detector: make test measures large sources without it")
	}
	c := At(t, address, options)
	asked := make(map[string]bool)
	var state []byte
	last := "" // of the first run
	for _, changed := range []string{"all", "none", "the last"} {
		if changed == "the last" && len(state) > 0 {
			return
		}
		start, peak, requests, records := held(), uint64(0), 0, 0
		s := session(t, c)
		s.State = state
		s.Warn = func(where, text string) { t.Fatalf("%s: %s", where, text) }
		s.Reject = func(r catalog.Reject) { t.Fatalf("%+v", r) }
		s.Delete = func(id string) error { return fmt.Errorf("%s is deleted", id) }
		s.Emit = func(catalog.Record) error {
			if records%10_000 == 0 {
				peak = max(peak, held())
			}
			records++
			return nil
		}
		s.Get = func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
			if requests%100 == 0 {
				peak = max(peak, held())
			}
			requests++
			name := req.Method + " " + req.URL + " " + string(req.Body)
			if changed != "all" && !asked[name] {
				t.Errorf("%s changed: it asks for %s, which the first run did not", changed, name)
			}
			if asked[name] = true; changed == "all" {
				last = name
			}
			r, err := respond(c, req, answer)
			if r != nil {
				r.Unchanged = changed == "none" || changed == "the last" && name != last
			}
			return r, err
		}
		connector, err := connect(kind, c)
		if err != nil {
			t.Fatal(err)
		}
		outcome, err := connector.Pull(t.Context(), s)
		state = outcome.State
		grown := int64(max(peak, held())-start) >> 20
		runtime.KeepAlive(connector)
		t.Logf("%s changed: %d records, %d requests, at most %d MiB in use above the start", changed, records, requests, grown)
		if err != nil || !outcome.Complete || grown > MaxHeld>>20 {
			t.Fatalf("%+v, error %v, %d MiB", outcome, err, grown)
		}
		if none := changed == "none"; outcome.Unchanged != none || none && records > 0 || !none && records != want || requests > len(asked) {
			t.Errorf("%s changed: %d records of %d, %d requests for %d addresses, %+v", changed, records, want, requests, len(asked), outcome)
		}
	}
}

func held() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
