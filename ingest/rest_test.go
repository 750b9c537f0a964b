package ingest

import (
	"testing"
	"time"
)

func TestRest(t *testing.T) {
	for failures, want := range []time.Duration{500, 1000, 2000, 4000, 8000, 15_000, 15_000} {
		if got := rest(500*time.Millisecond, failures); got != want*time.Millisecond {
			t.Errorf("after %d failures: %s", failures, got)
		}
	}
	if got := rest(time.Minute, 1_000_000); got != time.Minute {
		t.Errorf("seldom anyway: %s", got)
	}
}
