package ingest

import (
	"context"
	"errors"
	"hash/maphash"
	"slices"
	"time"

	"fritidshub/index"
	"fritidshub/store"
)

const (
	// quietHour is the hour of the hub's day at which an engine is compared with the database.
	quietHour = 4
	// drawers is how many parts the ids fall into. Only those parts that differ are looked at id by id.
	drawers = 1 << 16
	// maxSuspects is how many documents are looked at one by one; where more would be, building anew is cheaper.
	maxSuspects = 20_000
	// maxDriftIDs is how many ids a Comparison names.
	maxDriftIDs = 10
)

// Comparison is what was found when an engine was held against the database, and mended.
type Comparison struct {
	At        time.Time // zero: never compared
	Documents int       // held by the engine
	Missing   int       // listings that the engine did not hold
	Stale     int       // documents of another change number than their listings
	Surplus   int       // documents of no live listing
	IDs       []string  // of the first that differed
	Rebuilt   bool      // so much differed that the index was built anew, and was not counted
}

// Drift is how many documents differed.
func (c Comparison) Drift() int { return c.Missing + c.Stale + c.Surplus }

// errBehind says that an engine cannot be compared, since it has not reached the database.
var errBehind = errors.New("index: the engine is not in step, so that it cannot be compared")

// compareAgain is when a comparison that failed is tried again.
const compareAgain = time.Hour

// compareDue says once a night, at the quiet hour, that the engine is to be compared.
func (x *Indexer) compareDue() bool {
	now := x.now()
	if x.compareAt.IsZero() {
		x.compareAt = x.quietAfter(now)
	}
	return !now.Before(x.compareAt)
}

// quietAfter is the next quiet hour.
func (x *Indexer) quietAfter(t time.Time) time.Time {
	y, m, d := t.In(x.hub.Zone).Date()
	at := time.Date(y, m, d, quietHour, 0, 0, 0, x.hub.Zone)
	if !at.After(t) {
		at = time.Date(y, m, d+1, quietHour, 0, 0, 0, x.hub.Zone)
	}
	return at
}

// compareInTurn is Compare, when it is due.
func (x *Indexer) compareInTurn(ctx context.Context) error {
	if !x.compareDue() {
		return nil
	}
	if _, err := x.Compare(ctx); err != nil {
		x.compareAt = x.now().Add(compareAgain)
		return err
	}
	x.compareAt = x.quietAfter(x.now())
	return nil
}

// drawer is the sum of what lies in one part, whatever its order.
type drawer struct {
	count int
	sum   uint64
}

// entry is what both sides know of a document.
type entry struct {
	id     string
	change int64
}

// Compare holds the engine against the database by ids and change numbers, and mends what differs by sending just that. What is written
// meanwhile is not drift, and does not wait: only to send something is the writer's turn taken. It needs the same memory however many listings
// there are, and gives the zero Comparison when the engine cannot list what it holds.
func (x *Indexer) Compare(ctx context.Context) (Comparison, error) {
	lister, ok := x.engine.(index.Lister)
	if !ok {
		return Comparison{}, nil
	}
	at, err := x.engine.Change(ctx)
	if err != nil {
		return Comparison{}, err
	}
	if last, err := x.store.Change(ctx); err != nil || at > last {
		return Comparison{}, errors.Join(errBehind, err)
	}
	found := Comparison{At: x.now()}
	seed := maphash.MakeSeed()
	place := func(id string) int { return int(maphash.String(seed, id) % drawers) }
	held, stored := make([]drawer, drawers), make([]drawer, drawers)
	put := func(into []drawer, id string, change int64) {
		d := &into[place(id)]
		d.count++
		d.sum += maphash.Comparable(seed, entry{id, change})
	}
	err = lister.Each(ctx, func(id string, change int64) error {
		found.Documents++
		put(held, id, change)
		return nil
	})
	if err == nil {
		err = x.eachLive(ctx, at, func(id string, change int64) { put(stored, id, change) })
	}
	if err != nil {
		return found, err
	}
	suspects := 0
	for i := range held {
		if held[i] != stored[i] {
			suspects += max(held[i].count, stored[i].count, 1)
		}
	}
	switch {
	case suspects > maxSuspects:
		found.Rebuilt = true
		_, err = x.Rebuild(ctx, nil)
	case suspects > 0:
		differs := func(id string) bool { i := place(id); return held[i] != stored[i] }
		err = x.mendAll(ctx, lister, at, differs, &found)
	}
	if err != nil {
		return found, err
	}
	x.told.Lock()
	defer x.told.Unlock()
	x.standing.Compared = found
	return found, nil
}

// eachLive gives the listings that an engine at a position holds.
func (x *Indexer) eachLive(ctx context.Context, at int64, f func(id string, change int64)) error {
	return x.store.LiveChanges(ctx, func(id string, change int64) error {
		if change <= at {
			f(id, change)
		}
		return nil
	})
}

// mendAll looks at the documents and listings that differ may hold of, and sends what is not right.
func (x *Indexer) mendAll(ctx context.Context, lister index.Lister, at int64, differs func(id string) bool, found *Comparison) error {
	held, stored := map[string]int64{}, map[string]int64{}
	err := lister.Each(ctx, func(id string, change int64) error {
		if differs(id) {
			held[id] = change
		}
		return nil
	})
	if err == nil {
		err = x.eachLive(ctx, at, func(id string, change int64) {
			if differs(id) {
				stored[id] = change
			}
		})
	}
	if err != nil {
		return err
	}
	var wrong []string
	for id, change := range held {
		if now, live := stored[id]; !live || now != change {
			wrong = append(wrong, id)
		}
	}
	for id := range stored {
		if _, has := held[id]; !has {
			wrong = append(wrong, id)
		}
	}
	slices.Sort(wrong)
	for ids := range slices.Chunk(wrong, indexBatch) {
		if err := x.mend(ctx, ids, held, at, found); err != nil {
			return err
		}
	}
	return nil
}

// mend sends what an engine that was at a position has wrong, but for what has been written since.
func (x *Indexer) mend(ctx context.Context, wrong []string, held map[string]int64, at int64, found *Comparison) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	now, err := x.engine.Change(ctx)
	if err != nil {
		return err
	}
	batch := index.Batch{Change: now}
	for _, id := range wrong {
		l, err := x.store.Listing(ctx, id)
		_, has := held[id]
		switch {
		case err != nil && !errors.Is(err, store.ErrNotFound):
			return err
		case err == nil && l.Change > at:
			continue
		case err == nil && l.Live():
			batch.Upserts = append(batch.Upserts, index.NewDocument(&l, x.taxonomy, x.hub, x.now()))
			if has {
				found.Stale++
			} else {
				found.Missing++
			}
		default:
			batch.Deletes = append(batch.Deletes, id)
			found.Surplus++
		}
		if len(found.IDs) < maxDriftIDs {
			found.IDs = append(found.IDs, id)
		}
	}
	if len(batch.Upserts)+len(batch.Deletes) == 0 {
		return nil
	}
	return x.engine.Apply(ctx, batch)
}
