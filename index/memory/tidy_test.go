package memory

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"

	"fritidshub/index"
	"fritidshub/index/indextest"
)

// Whatever readers ask while one document after the other changes, segments are merged, everything is rebuilt and snapshots are saved: an answer
// is that of exactly the change that it names.
func TestAnswersBesideChanges(t *testing.T) {
	const n, changes = 1100, 600
	ctx := context.Background()
	docs := indextest.Generate(n, 8)
	at := func(change, i int) index.Document { // documents change in turn, the first at change 1
		d := docs[i]
		times := change / n
		if i < change%n {
			times++
		}
		d.Language, d.Change = fmt.Sprint("x", times), int64(change)
		d.Ends, d.Spans, d.Standing = 0, []index.Span{{Start: indextest.Now.Unix() + 86400, End: indextest.Now.Unix() + 90000}}, false
		return d
	}
	e := New()
	rebuild := func(change int) {
		i := 0
		err := e.Rebuild(ctx, int64(change), func() (index.Document, bool, error) {
			if i == n {
				return index.Document{}, false, nil
			}
			i++
			return at(change, i-1), true, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	rebuild(0)
	check := func(e *Engine) error {
		q := index.Query{Now: indextest.Now, Facets: []index.Facet{index.FacetLanguage}, Limit: 5}
		plain, err := e.Search(ctx, q)
		if err != nil {
			return err
		}
		q.From, q.To = indextest.Now, indextest.Now.AddDate(0, 0, 2)
		week, err := e.Search(ctx, q)
		if err != nil {
			return err
		}
		for _, r := range []index.Result{plain, week} {
			times, more := r.Change/n, int(r.Change%n)
			counted := map[string]int{}
			for _, c := range r.Facets[index.FacetLanguage] {
				counted[c.Value] = c.Count
			}
			if r.Total != n || counted[fmt.Sprint("x", times+1)] != more || counted[fmt.Sprint("x", times)] != n-more {
				return fmt.Errorf("at change %d %d are found: %v", r.Change, r.Total, counted)
			}
		}
		return nil
	}
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := check(e); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	readers.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			var file bytes.Buffer
			other := New()
			if err := e.Save(&file, ""); err != nil {
				t.Error(err)
			} else if err := other.Load(&file, ""); err != nil {
				t.Error(err)
			} else if err := check(other); err != nil {
				t.Errorf("from a snapshot: %v", err)
			}
		}
	})
	for change := 1; change <= changes; change++ {
		if change%250 == 0 {
			rebuild(change)
			continue
		}
		if err := e.Apply(ctx, index.Batch{Upserts: []index.Document{at(change, (change-1)%n)}, Change: int64(change)}); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	readers.Wait()
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if err := check(e); err != nil {
		t.Error(err)
	}
	if views := len(e.now.Load().views); views > crowd+1 {
		t.Errorf("%d segments are left", views)
	}
}
