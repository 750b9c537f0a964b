package ingest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index"
	"fritidshub/store"
)

// indexBatch is how many changes go to the engine at once, when it has no wish.
const indexBatch = 1_000

func (x *Indexer) batchSize() int {
	if b, ok := x.engine.(index.Batcher); ok {
		return b.BatchSize()
	}
	return indexBatch
}

// maxRest is the longest that Follow waits between two attempts at an engine that fails.
const maxRest = 15 * time.Second

// rebuildShare: when more than this part of what is live has changed since the engine's position, building anew is cheaper.
const rebuildShare = 0.5

// Indexer keeps one engine in step with the store: the change number is the outbox. It is the engine's only writer; an engine that
// cannot be written stays at its position, and what it lacks waits in the store.
type Indexer struct {
	store     store.Listings
	engine    index.Engine
	taxonomy  *taxonomy.Taxonomy
	hub       calendar.Hub
	now       func() time.Time
	failpoint func(string)
	// Answering is as in Options. It is set before the Indexer is used.
	Answering func() bool

	mu        sync.Mutex // one writer
	compareAt time.Time  // when Follow compares next

	told     sync.Mutex // guards what follows
	built    time.Time  // when the occurrences in the index were last expanded as a whole
	standing Standing
}

// Standing is how an engine stands to the database.
type Standing struct {
	Change int64 // reached by the engine, when it was last asked
	Last   int64 // of the database then
	// Behind is since when the engine has not been in step, by the hub's clock; zero: it is. Err is why, nil while it is being caught up.
	Behind   time.Time
	Err      error
	Compared Comparison // the last one
}

// NewIndexer makes an Indexer.
func NewIndexer(s store.Listings, e index.Engine, t *taxonomy.Taxonomy, hub calendar.Hub, now func() time.Time, failpoint func(string)) *Indexer {
	if failpoint == nil {
		failpoint = func(string) {}
	}
	return &Indexer{store: s, engine: e, taxonomy: t, hub: hub, now: now, failpoint: failpoint}
}

// Standing tells how the engine stands, without asking it.
func (x *Indexer) Standing() Standing {
	x.told.Lock()
	defer x.told.Unlock()
	return x.standing
}

// Built is when the occurrences in the engine were last expanded as a whole; zero: not that this Indexer knows.
func (x *Indexer) Built() time.Time {
	x.told.Lock()
	defer x.told.Unlock()
	return x.built
}

// Resume says that the engine has content that was built as a whole at that time, by an earlier process.
func (x *Indexer) Resume(built time.Time) {
	x.told.Lock()
	defer x.told.Unlock()
	x.built = built
}

// reached notes where the engine and the database are.
func (x *Indexer) reached(at, last int64) {
	x.told.Lock()
	defer x.told.Unlock()
	s := &x.standing
	s.Change, s.Last = at, last
	if at == last {
		s.Behind, s.Err = time.Time{}, nil
	} else if s.Behind.IsZero() {
		s.Behind = x.now()
	}
}

// failing notes that the engine could not be brought in step.
func (x *Indexer) failing(err error) {
	x.told.Lock()
	defer x.told.Unlock()
	if x.standing.Err = err; x.standing.Behind.IsZero() {
		x.standing.Behind = x.now()
	}
}

// CatchUp brings the engine to the store's last change number and gives the number of documents that it was sent.
func (x *Indexer) CatchUp(ctx context.Context) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	sent, err := x.catchUp(courtesy(ctx, x.Answering))
	if err != nil && ctx.Err() == nil {
		x.failing(err)
	}
	return sent, err
}

func (x *Indexer) catchUp(ctx context.Context) (int, error) {
	last, err := x.store.Change(ctx)
	if err != nil {
		return 0, err
	}
	x.reached(x.Standing().Change, last) // so that an engine that does not answer falls behind
	at, err := x.engine.Change(ctx)
	if err != nil {
		return 0, err
	}
	x.reached(at, last)
	if last == at {
		return 0, nil
	}
	if at > last {
		return x.rebuild(ctx, nil) // the database was replaced by an older one
	}
	live, err := x.store.LiveCount(ctx)
	if err != nil {
		return 0, err
	}
	if last-at > indexBatch && float64(last-at) > rebuildShare*float64(live) {
		return x.rebuild(ctx, nil)
	}
	x.failpoint("before_index")
	sent := 0
	for at < last {
		batch := index.Batch{Change: at}
		err := x.store.Changes(ctx, at, x.batchSize(), func(l catalog.ListingState) error {
			if err := ctx.Err(); err != nil {
				return err
			}
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
		x.reached(at, max(at, last))
		x.failpoint("mid_index")
	}
	return sent, nil
}

// Rebuild builds the index anew beside the live one, checks the count, and swaps. It gives how many documents were sent. Progress may be nil.
func (x *Indexer) Rebuild(ctx context.Context, progress func(sent, of int)) (int, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.rebuild(courtesy(ctx, x.Answering), progress)
}

// errMiscount says that what was read to build an index of is not what the database holds.
var errMiscount = errors.New("the database gave another number of listings than it holds")

func (x *Indexer) rebuild(ctx context.Context, progress func(sent, of int)) (sent int, err error) {
	defer func() {
		if err != nil && ctx.Err() == nil {
			x.failing(err)
		}
	}()
	now := x.now()
	last, err := x.store.Change(ctx)
	if err != nil {
		return 0, err
	}
	live, err := x.store.LiveCount(ctx)
	if err != nil {
		return 0, err
	}
	if progress == nil {
		progress = func(int, int) {}
	}
	reading, cancel := context.WithCancel(ctx)
	defer cancel()
	docs := make(chan index.Document, 64)
	var readErr error
	go func() {
		defer close(docs)
		readErr = x.store.Changes(reading, 0, 0, func(l catalog.ListingState) error {
			if !l.Live() || l.Change > last {
				return nil
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			select {
			case docs <- index.NewDocument(&l, x.taxonomy, x.hub, now):
				return nil
			case <-reading.Done():
				return reading.Err()
			}
		})
	}()
	err = x.engine.Rebuild(ctx, last, func() (index.Document, bool, error) {
		d, ok := <-docs
		if ok {
			if sent++; sent%indexBatch == 0 {
				progress(sent, live)
			}
			return d, true, nil
		}
		if readErr == nil {
			readErr = x.counted(ctx, last, sent, live)
		}
		return d, false, readErr
	})
	if err != nil {
		return 0, err
	}
	progress(sent, sent)
	x.Resume(now)
	x.reached(last, max(last, x.Standing().Last))
	return sent, nil
}

// counted checks, before an index that was built of sent documents comes into use, that these are all. When something was written
// meanwhile, the number cannot be known, and what was written is caught up with later.
func (x *Indexer) counted(ctx context.Context, last int64, sent, live int) error {
	now, err := x.store.Change(ctx)
	if err == nil && now == last && sent != live {
		err = fmt.Errorf("%w: %d of %d", errMiscount, sent, live)
	}
	return err
}

// Refresh expands the occurrences anew when the calendar day has changed since the last time, so that the horizon moves on.
func (x *Indexer) Refresh(ctx context.Context) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if built := x.Built(); !built.IsZero() && catalog.DayStart(x.hub.Zone, x.now()).Equal(catalog.DayStart(x.hub.Zone, built)) {
		return nil
	}
	_, err := x.rebuild(courtesy(ctx, x.Answering), nil)
	return err
}

// Follow keeps the engine in step with what this and other processes write, and compares the two at night, until ctx is done. An engine that
// fails is tried again after every, and then ever more seldom, down to each maxRest. report hears of every attempt: its failure, or nil.
func (x *Indexer) Follow(ctx context.Context, every time.Duration, report func(error)) {
	failures := 0
	for {
		err := x.Refresh(ctx)
		if err == nil {
			_, err = x.CatchUp(ctx)
		}
		if err == nil {
			err = x.compareInTurn(ctx)
		}
		if ctx.Err() != nil {
			return
		}
		if failures++; err == nil {
			failures = 0
		}
		report(err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(rest(every, failures)):
		}
	}
}

// rest is how long Follow waits after so many failures in a row.
func rest(every time.Duration, failures int) time.Duration {
	if failures == 0 {
		return every
	}
	return max(every, min(every<<min(failures, 10), maxRest))
}
