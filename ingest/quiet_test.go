package ingest_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"fritidshub/ingest"
)

// TestQuietRuns: that nothing is new is told once, not each minute.
func TestQuietRuns(t *testing.T) {
	b := newBench(t, "liste")
	var log bytes.Buffer
	o := b.in.Options
	o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	b.in = ingest.New(o)
	b.provider.set("/liste", list(some(3)...))
	for _, want := range []int{1, 2, 2, 2} {
		b.run("liste")
		b.wait(time.Minute)
		if got := strings.Count(log.String(), "source=liste"); got != want {
			t.Errorf("%d lines, want %d:\n%s", got, want, &log)
		}
	}
	b.provider.set("/liste", list(some(4)...))
	b.run("liste")
	if got := strings.Count(log.String(), "source=liste"); got != 3 {
		t.Errorf("something new:\n%s", &log)
	}
}
