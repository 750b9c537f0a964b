package relevance_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"fritidshub/index"
	"fritidshub/index/meili"
	"fritidshub/index/meili/meilitest"
)

// TestMeilisearch asks the same on Meilisearch: on a server when FRITIDSHUB_MEILI_URL names one, else on the stand-in, which knows what matches and
// guesses how a server would rank it.
func TestMeilisearch(t *testing.T) {
	for name, c := range map[string]struct {
		suite func(testing.TB) suite
		least bars
		show  bool
	}{
		"examples": {shared, bars{strict: 24.0 / 25}, true},
		"seen":     {func(t testing.TB) suite { return half(t, "seen") }, bars{strict: 0.96, recall: 0.97, kind: 0.8}, true},
		"unseen":   {func(t testing.TB) suite { return half(t, "unseen") }, bars{strict: 0.87, recall: 0.9, kind: 0.45}, *showUnseen},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.suite(t)
			docs := documents(t, s.Docs)
			e := meilisearch(t, name)
			fill(t, e, docs)
			ask(t, e, newResident(t, docs), s.Queries, c.least, c.show)
		})
	}
}

func meilisearch(t *testing.T, name string) index.Engine {
	t.Helper()
	o := meili.Options{URL: os.Getenv("FRITIDSHUB_MEILI_URL"), Key: os.Getenv("FRITIDSHUB_MEILI_KEY"), Index: fmt.Sprintf("fritidshub_relevance_%s_%d", name, os.Getpid())}
	real := o.URL != ""
	if !real {
		s := meilitest.Start(t)
		o.URL, o.Key, o.Pause, o.Poll = s.URL, s.Key, time.Millisecond, time.Millisecond
	}
	e := meili.New(o)
	t.Cleanup(func() {
		if real {
			if err := e.Drop(context.Background()); err != nil {
				t.Error(err)
			}
		}
		e.Close()
	})
	return e
}
