// Package memory is the embedded search engine: columns, bitsets and postings in memory, filled from the store.
//
// The index is a few immutable segments, large old ones and small new ones. A change makes a small segment, marks the documents that it
// replaces as dead in the others, and merges those of about the same size, so its cost goes with its own size. Readers take
// the snapshot that was the newest when they began and need no lock.
package memory

import (
	"context"
	"fmt"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"fritidshub/index"
	"fritidshub/index/analysis"
)

// Engine implements index.Engine.
type Engine struct {
	mu   sync.Mutex // held by the writer
	dict *dictionary
	now  atomic.Pointer[snapshot]

	wordbook atomic.Pointer[wordbook]
}

// snapshot is the index at one moment.
type snapshot struct {
	views  []view
	values [numFacets]values
	live   int
	change int64
	plain  atomic.Pointer[plainCounts]
}

// view is a segment and which of its documents have been replaced or deleted since it was made.
type view struct {
	seg  *segment
	dead bitset // nil: none
	live int
}

// New makes an empty engine.
func New() *Engine {
	e := &Engine{dict: newDictionary()}
	e.SetSynonyms(analysis.BuiltInSynonyms())
	e.publish(nil, 0)
	return e
}

func (e *Engine) publish(views []view, change int64) {
	next := &snapshot{views: views, change: change, values: e.dict.freeze()}
	for _, v := range views {
		next.live += v.live
		v.seg.words.prepare()
	}
	e.now.Store(next)
}

// chunk is how many documents are made into a segment at once.
const chunk = 4096

// Apply implements index.Engine.
func (e *Engine) Apply(ctx context.Context, batch index.Batch) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	views := slices.Clone(e.now.Load().views)
	upserts := batch.Upserts
	if len(batch.Deletes) > 0 {
		gone := make(map[string]bool, len(batch.Deletes))
		for _, id := range batch.Deletes {
			gone[id] = true
		}
		upserts = slices.DeleteFunc(slices.Clone(upserts), func(d index.Document) bool { return gone[d.ID] })
		kill(views, batch.Deletes)
	}
	for docs := range slices.Chunk(upserts, chunk) {
		ids := make([]string, len(docs))
		for i := range docs {
			ids[i] = docs[i].ID
		}
		kill(views, ids)
		seg := newSegment(docs, e.dict)
		views = compact(append(views, view{seg: seg, live: seg.n}))
	}
	e.publish(compact(views), batch.Change)
	return nil
}

// kill marks documents as dead in the views that hold them.
func kill(views []view, ids []string) {
	for i := range views {
		v := &views[i]
		copied := false
		for _, id := range ids {
			d, held := v.seg.find(id)
			if !held || v.dead != nil && v.dead.has(d) {
				continue
			}
			if !copied {
				copied = true
				old := v.dead
				v.dead = newBitset(v.seg.n)
				copy(v.dead, old)
			}
			v.dead.set(d)
			v.live--
		}
	}
}

const (
	// tierSize is how many segments of about the same size are merged into one, and how much larger those of the next tier are.
	tierSize = 8
	// A segment with more dead documents than fewDead, and more than one of deadPart, is made anew.
	fewDead  = 64
	deadPart = 4
)

// tier tells about how large a view is.
func (v view) tier() int { return bits.Len(uint(v.live)) / (bits.Len(tierSize) - 1) }

// compact merges the newest segments when there are many of about the same size, and sheds dead documents.
func compact(views []view) []view {
	views = slices.DeleteFunc(views, func(v view) bool { return v.live == 0 })
	for len(views) > 0 {
		tier, first := views[len(views)-1].tier(), len(views)-1
		for first > 0 && views[first-1].tier() <= tier {
			first--
		}
		if len(views)-first < tierSize {
			break
		}
		views = append(views[:first:first], merge(views[first:]))
	}
	for i, v := range views {
		if dead := v.seg.n - v.live; dead > fewDead && dead*deadPart > v.seg.n {
			views[i] = merge(views[i : i+1])
		}
	}
	return views
}

// Rebuild implements index.Engine.
func (e *Engine) Rebuild(ctx context.Context, change int64, next func() (index.Document, bool, error)) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var (
		dict  = newDictionary()
		built []*view
		jobs  sync.WaitGroup
		slots = make(chan struct{}, runtime.GOMAXPROCS(0))
		seen  = map[string]struct{}{}
		twice []string
		docs  []index.Document
	)
	defer jobs.Wait()
	build := func() {
		v, mine := new(view), docs
		built, docs = append(built, v), nil
		slots <- struct{}{}
		jobs.Go(func() {
			defer func() { <-slots }()
			seg := newSegment(mine, dict)
			*v = view{seg: seg, live: seg.n}
		})
	}
	for {
		d, more, err := next()
		if err != nil {
			return fmt.Errorf("index: rebuild: %w", err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if !more {
			break
		}
		if _, again := seen[d.ID]; again {
			twice = append(twice, d.ID)
		}
		seen[d.ID] = struct{}{}
		if docs = append(docs, d); len(docs) == chunk {
			build()
		}
	}
	build()
	jobs.Wait()
	views := make([]view, len(built))
	for i, v := range built {
		views[i] = *v
	}
	for _, id := range twice {
		for i := len(views) - 1; i >= 0; i-- {
			if _, held := views[i].seg.find(id); held {
				kill(views[:i], []string{id})
				break
			}
		}
	}
	views = mergeAll(views)
	e.dict = dict
	e.publish(views, change)
	return nil
}

// Search implements index.Engine.
func (e *Engine) Search(ctx context.Context, q index.Query) (index.Result, error) {
	return e.now.Load().search(ctx, &q, e.wordbook.Load())
}

// Change implements index.Engine.
func (e *Engine) Change(context.Context) (int64, error) { return e.now.Load().change, nil }

// Count implements index.Engine.
func (e *Engine) Count(context.Context) (int, error) { return e.now.Load().live, nil }

// Close implements index.Engine. What the engine holds goes with its last reader.
func (e *Engine) Close() error { return nil }
