package meili_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
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

// TestLargeAnswer: what a server sends without end is not read without end.
func TestLargeAnswer(t *testing.T) {
	sent := 0
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for part := bytes.Repeat([]byte(" "), 1<<20); sent < 200<<20; sent += len(part) {
			if _, err := w.Write(part); err != nil {
				return
			}
		}
	}))
	e := meili.New(meili.Options{URL: h.URL})
	if _, err := e.Change(ctx); err == nil {
		t.Error("an answer without end is taken for one")
	}
	e.Close()
	if h.Close(); sent > 100<<20 {
		t.Errorf("%d MB were read", sent>>20)
	}
}
