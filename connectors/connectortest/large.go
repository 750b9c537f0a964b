package connectortest

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"go.yaml.in/yaml/v4"

	"fritidshub/catalog"
	"fritidshub/connectors"
)

// MaxGrowth is how many bytes the heap may grow while a large source is read.
const MaxGrowth = 200 << 20

// Large reads a large source twice. The first run must emit want records, be complete, and let the heap grow by at most MaxGrowth.
// In the second every response is unchanged: it must emit nothing, say so, and ask for nothing that the first did not ask for. What
// the answers cost to make is counted in, so make them page by page.
func Large(t *testing.T, kind connectors.Kind, address, options string, want int, answer Answer) {
	t.Helper()
	c := Case{URL: address, Name: "Kilden", Zone: "Europe/Oslo", Now: Now, Language: "nb"}
	if err := yaml.Unmarshal([]byte(options), &c.Options); err != nil {
		t.Fatal(err)
	}
	asked := make(map[string]bool)
	var state []byte
	for _, again := range []bool{false, true} {
		runtime.GC()
		start, peak, requests, records := heap(), uint64(0), 0, 0
		s := session(t, c)
		s.State = state
		s.Warn = func(where, text string) { t.Fatalf("%s: %s", where, text) }
		s.Reject = func(r catalog.Reject) { t.Fatalf("%+v", r) }
		s.Delete = func(id string) error { return fmt.Errorf("%s is deleted", id) }
		s.Emit = func(catalog.Record) error {
			if records++; records%1_000 == 0 {
				peak = max(peak, heap())
			}
			return nil
		}
		s.Get = func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
			requests++
			peak = max(peak, heap())
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
		grown := int64(max(peak, heap())-start) >> 20
		t.Logf("unchanged %v: %d records, %d requests, the heap grew by at most %d MiB", again, records, requests, grown)
		if err != nil || !outcome.Complete || grown > MaxGrowth>>20 {
			t.Fatalf("%+v, error %v, %d MiB", outcome, err, grown)
		}
		if again && (records > 0 || !outcome.Unchanged || requests > len(asked)) || !again && (records != want || outcome.Unchanged || requests != len(asked)) {
			t.Errorf("unchanged %v: %d records of %d, %d requests for %d addresses, %+v", again, records, want, requests, len(asked), outcome)
		}
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
