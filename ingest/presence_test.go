package ingest_test

import (
	"sync/atomic"
	"testing"
)

// Every record is read and written, and every listing indexed, with a look at whether somebody is being answered.
func TestRunLooksForResidents(t *testing.T) {
	const records = 40
	b := newBench(t, "nabo")
	var looked atomic.Int64
	answering := func() bool { looked.Add(1); return false }
	b.in.Answering, b.in.Indexer().Answering = answering, answering
	b.provider.set("/nabo", list(some(records)...))
	b.run("nabo")
	if n := looked.Load(); n < 3*records {
		t.Errorf("a run of %d records looked %d times", records, n)
	}
	looked.Store(0)
	if _, err := b.in.Indexer().Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if n := looked.Load(); n < records {
		t.Errorf("a rebuild of %d listings looked %d times", records, n)
	}
}
