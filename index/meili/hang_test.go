package meili_test

import (
	"net/http"
	"testing"
	"time"

	"fritidshub/index"
	"fritidshub/index/meili"
	"fritidshub/index/meili/meilitest"
)

// TestHangs: a server that takes a request and never answers holds up the writer for so long and no longer.
func TestHangs(t *testing.T) {
	s := meilitest.Start(t)
	hangs := make(chan struct{})
	t.Cleanup(func() { close(hangs) })
	s.Refuse = func(*http.Request) (int, string) { <-hangs; return 503, "" }
	e := standIn(t, s, func(o *meili.Options) { o.Timeout = 20 * time.Millisecond })
	if err := e.Apply(ctx, index.Batch{Change: 1}); err == nil {
		t.Error("a write that was never answered is reported as done")
	}
	if _, err := e.Change(ctx); err == nil {
		t.Error("a position that was never told is known")
	}
}
