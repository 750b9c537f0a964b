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

// Large reads a large source twice. The first run must emit want records, be complete, and have at most MaxHeld bytes in use. In the
// second every response is unchanged: it must emit nothing, say so, and ask for nothing that the first did not ask for. What the
// answers cost to make is counted in, so make them page by page.
func Large(t *testing.T, kind connectors.Kind, address, options string, want int, answer Answer) {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped in the short run: a large source takes some seconds")
	}
	c := At(t, address, options)
	asked := make(map[string]bool)
	var state []byte
	for _, again := range []bool{false, true} {
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
			if again && !asked[name] {
				t.Errorf("the second run asks for %s, which the first did not", name)
			}
			asked[name] = true
			r, err := respond(c, req, answer)
			if r != nil {
				r.Unchanged = again
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
		t.Logf("unchanged %v: %d records, %d requests, at most %d MiB in use above the start", again, records, requests, grown)
		if err != nil || !outcome.Complete || grown > MaxHeld>>20 {
			t.Fatalf("%+v, error %v, %d MiB", outcome, err, grown)
		}
		if again && (records > 0 || !outcome.Unchanged || requests > len(asked)) || !again && (records != want || outcome.Unchanged || requests != len(asked)) {
			t.Errorf("unchanged %v: %d records of %d, %d requests for %d addresses, %+v", again, records, want, requests, len(asked), outcome)
		}
	}
}

func held() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
