package meili_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fritidshub/index"
	"fritidshub/index/indextest"
	"fritidshub/index/meili"
	"fritidshub/index/meili/meilitest"
)

var ctx = context.Background()

// standIn is an engine on a server that is none.
func standIn(t testing.TB, s *meilitest.Server, change func(*meili.Options)) *meili.Engine {
	t.Helper()
	o := meili.Options{URL: s.URL, Key: s.Key, Index: "hub", Pause: time.Millisecond, Poll: 160 * time.Microsecond}
	if change != nil {
		change(&o)
	}
	e := meili.New(o)
	t.Cleanup(func() { e.Close() })
	return e
}

// few makes the random part of the suite short, since every answer is several requests.
func few(t testing.TB, checks string) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	if f.Value.String() != f.DefValue {
		return // said on the command line
	}
	if err := flag.Set("rapid.checks", checks); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { flag.Set("rapid.checks", f.DefValue) })
}

func TestEngine(t *testing.T) {
	few(t, "40")
	indextest.Run(t, func(t testing.TB) index.Engine {
		s := meilitest.Start(t)
		s.Key = "hemmelig"
		e := standIn(t, s, nil)
		if err := e.Apply(ctx, index.Batch{}); err != nil {
			t.Fatal(err)
		}
		return e
	})
}

func TestTraps(t *testing.T) {
	indextest.Traps(t, func(t testing.TB) index.Engine {
		e := standIn(t, meilitest.Start(t), nil)
		if err := e.Apply(ctx, index.Batch{}); err != nil {
			t.Fatal(err)
		}
		return e
	})
}

var made atomic.Int64

// TestServer runs the suite against a real server, in indexes of its own that are gone afterwards.
func TestServer(t *testing.T) {
	url := os.Getenv("FRITIDSHUB_MEILI_URL")
	if url == "" {
		t.Skip("FRITIDSHUB_MEILI_URL names no server")
	}
	few(t, "10")
	indextest.Run(t, func(t testing.TB) index.Engine {
		e := meili.New(meili.Options{URL: url, Key: os.Getenv("FRITIDSHUB_MEILI_KEY"), Index: fmt.Sprintf("fritidshub_test_%d_%d", os.Getpid(), made.Add(1))})
		t.Cleanup(func() {
			if err := e.Drop(ctx); err != nil {
				t.Error(err)
			}
			e.Close()
		})
		if err := e.Apply(ctx, index.Batch{}); err != nil {
			t.Fatal(err)
		}
		return e
	})
}

func doc(id, title string) index.Document {
	return index.Document{ID: id, Title: title, Kind: "activity", Status: "scheduled", Standing: true}
}

func search(t testing.TB, e index.Engine, q index.Query) index.Result {
	t.Helper()
	q.Now = indextest.Now
	r, err := e.Search(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func found(r index.Result) string {
	var list []string
	for _, h := range r.Hits {
		list = append(list, h.ID)
	}
	return strings.Join(list, " ")
}
