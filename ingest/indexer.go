package ingest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index"
	"fritidshub/store"
)

// indexBatch is how many changes go to the engine at once.
const indexBatch = 1_000

// rebuildShare: when more than this part of what is live has changed since the engine's position, building anew is cheaper.
const rebuildShare = 0.5

// Indexer keeps one engine in step with the store: the change number is the outbox.
type Indexer struct {
	store     store.Listings
	engine    index.Engine
	taxonomy  *taxonomy.Taxonomy
	hub       calendar.Hub
	now       func() time.Time
	failpoint func(string)

	mu    sync.Mutex // one writer
	built time.Time  // when the occurrences in the index were last expanded as a whole
}

// NewIndexer makes an Indexer.
func NewIndexer(s store.Listings, e index.Engine, t *taxonomy.Taxonomy, hub calendar.Hub, now func() time.Time, failpoint func(string)) *Indexer {
	if failpoint == nil {
		failpoint = func(string) {}
	}
	return &Indexer{store: s, engine: e, taxonomy: t, hub: hub, now: now, failpoint: failpoint}
}

// CatchUp brings the engine to the store's last change number and gives the number of documents that it was sent.
func (x *Indexer) CatchUp(ctx context.Context) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	at, err := x.engine.Change(ctx)
	if err != nil {
		return 0, err
	}
	last, err := x.store.Change(ctx)
	if err != nil || last == at {
		return 0, err
	}
	if at > last {
		return x.rebuild(ctx) // the database was replaced by an older one
	}
	live, err := x.store.LiveCount(ctx)
	if err != nil {
		return 0, err
	}
	if last-at > indexBatch && float64(last-at) > rebuildShare*float64(live) {
		return x.rebuild(ctx)
	}
	x.failpoint("before_index")
	sent := 0
	for at < last {
		batch := index.Batch{Change: at}
		err := x.store.Changes(ctx, at, indexBatch, func(l catalog.ListingState) error {
			batch.Change = l.Change
			if l.Live() {
				batch.Upserts = append(batch.Upserts, index.NewDocument(&l, x.taxonomy, x.hub, x.now()))
			} else {
				batch.Deletes = append(batch.Deletes, l.ID)
			}
			return nil
		})
		if err != nil {
			return sent, err
		}
		if batch.Change == at {
			batch.Change = last // numbers that later changes of the same listings have taken over
		}
		if err := x.engine.Apply(ctx, batch); err != nil {
			return sent, fmt.Errorf("index at change %d: %w", at, err)
		}
		sent += len(batch.Upserts) + len(batch.Deletes)
		at = batch.Change
		x.failpoint("mid_index")
	}
	return sent, nil
}

// Rebuild builds the index anew beside the live one, checks the count, and swaps.
func (x *Indexer) Rebuild(ctx context.Context) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.rebuild(ctx)
}

func (x *Indexer) rebuild(ctx context.Context) (int, error) {
	now := x.now()
	last, err := x.store.Change(ctx)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	docs := make(chan index.Document, 64)
	var readErr error
	go func() {
		defer close(docs)
		readErr = x.store.Changes(ctx, 0, 0, func(l catalog.ListingState) error {
			if !l.Live() || l.Change > last {
				return nil
			}
			select {
			case docs <- index.NewDocument(&l, x.taxonomy, x.hub, now):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	sent := 0
	err = x.engine.Rebuild(ctx, last, func() (index.Document, bool, error) {
		d, ok := <-docs
		if !ok {
			return d, false, readErr
		}
		sent++
		return d, true, nil
	})
	if err != nil {
		return 0, err
	}
	x.built = now
	return sent, nil
}

// Refresh expands the occurrences anew when the calendar day has changed since the last time, so that the horizon moves on.
func (x *Indexer) Refresh(ctx context.Context) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if now := x.now(); !x.built.IsZero() && catalog.DayStart(x.hub.Zone, now).Equal(catalog.DayStart(x.hub.Zone, x.built)) {
		return nil
	}
	_, err := x.rebuild(ctx)
	return err
}

// Follow keeps the engine in step with what this and other processes write, until ctx is done. report hears every failure, and nil when
// it has passed.
func (x *Indexer) Follow(ctx context.Context, every time.Duration, report func(error)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		err := x.Refresh(ctx)
		if err == nil {
			_, err = x.CatchUp(ctx)
		}
		if ctx.Err() != nil {
			return
		}
		report(err)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
