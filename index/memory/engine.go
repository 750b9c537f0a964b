// Package memory is the embedded search engine: columns, bitsets and postings in memory, filled from the store.
//
// The index is a few immutable segments, large old ones and small new ones. A change makes a small segment, marks the documents that it
// replaces as dead in the others, so its cost goes with its own size; segments of about the same size are merged beside. Readers take
// the snapshot that was the newest when they began and need no lock.
package memory

import (
	"context"
	"fmt"
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

	whole           int // how many times everything has been replaced
	tidying, closed bool
	tidied          sync.Cond      // some segments have been merged
	jobs            sync.WaitGroup // what goes on beside
	now             atomic.Pointer[snapshot]

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
	e.tidied.L = &e.mu
	e.SetSynonyms(analysis.BuiltInSynonyms())
	e.publish(nil, 0)
	return e
}

func (e *Engine) publish(views []view, change int64) {
	views = slices.DeleteFunc(views, func(v view) bool { return v.live == 0 })
	next := &snapshot{views: views, change: change, values: e.dict.freeze()}
	for _, v := range views {
		next.live += v.live
		v.seg.prepare()
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
		views = append(views, view{seg: seg, live: seg.n})
	}
	e.publish(views, batch.Change)
	e.tidy()
	for e.tidying && len(e.now.Load().views) > crowd {
		e.tidied.Wait()
	}
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

// workers is how many segments are made at once: readers, if there are any, keep a processor.
func (e *Engine) workers() int {
	all := runtime.GOMAXPROCS(0)
	if e.now.Load().live > 0 {
		return max(all-1, 1)
	}
	return all
}

// Rebuild implements index.Engine.
func (e *Engine) Rebuild(ctx context.Context, change int64, next func() (index.Document, bool, error)) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var (
		dict  = newDictionary()
		built []*view // of some documents each
		whole []*view // merged of some built each
		jobs  sync.WaitGroup
		slots = make(chan struct{}, e.workers())
		seen  = map[string]struct{}{}
		twice []string
		docs  []index.Document
	)
	defer jobs.Wait()
	begin := func(list *[]*view, make func() view) {
		v := new(view)
		*list = append(*list, v)
		if cap(slots) == 1 { // whoever feeds it does it
			*v = make()
			return
		}
		slots <- struct{}{}
		jobs.Go(func() {
			defer func() { <-slots }()
			*v = make()
		})
	}
	build := func() {
		mine := docs
		docs = nil
		begin(&built, func() view {
			seg := newSegment(mine, dict)
			return view{seg: seg, live: seg.n}
		})
	}
	join := func() {
		jobs.Wait()
		views := distinct(built, twice)
		built = nil
		begin(&whole, func() view { return mergeAll(views) })
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
		if len(built) == fanIn {
			join()
		}
	}
	build()
	join()
	jobs.Wait()
	all := mergeAll(distinct(whole, twice))
	e.dict = dict
	e.whole++
	e.publish([]view{all}, change)
	return nil
}

// distinct gives the views that hold anything, and of each id only the last alive.
func distinct(list []*view, twice []string) []view {
	var views []view
	for _, v := range list {
		if v.live > 0 {
			views = append(views, *v)
		}
	}
	for _, id := range twice {
		for i := len(views) - 1; i >= 0; i-- {
			if _, held := views[i].seg.find(id); held {
				kill(views[:i], []string{id})
				break
			}
		}
	}
	return views
}

// Search implements index.Engine.
func (e *Engine) Search(ctx context.Context, q index.Query) (index.Result, error) {
	return e.now.Load().search(ctx, &q, e.wordbook.Load())
}

// Change implements index.Engine.
func (e *Engine) Change(context.Context) (int64, error) { return e.now.Load().change, nil }

// ChangeNow is Change for those who ask for every request.
func (e *Engine) ChangeNow() int64 { return e.now.Load().change }

// Count implements index.Engine.
func (e *Engine) Count(context.Context) (int, error) { return e.now.Load().live, nil }

// Close implements index.Engine. What the engine holds goes with its last reader.
func (e *Engine) Close() error {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	e.jobs.Wait()
	return nil
}
