package store

import (
	"context"
	"sync"

	"fritidshub/catalog"
)

// Recent is Listings that remembers what was read by id lately, so that a listing which many searches find is decoded once. What it
// gives is shared: callers must not change it. It is never older than the store: each read looks at the change number first, and
// what has changed since, by this or another process, is forgotten.
type Recent struct {
	Listings
	max int

	mu    sync.Mutex
	at    int64 // change number up to which known holds
	known map[string]catalog.ListingState
}

// NewRecent remembers at most max listings of l.
func NewRecent(l Listings, max int) *Recent {
	return &Recent{Listings: l, max: max, known: map[string]catalog.ListingState{}}
}

// forgetAll is how many changes at once make it cheaper to forget everything than to ask what they were.
const forgetAll = 1_000

// ListingsByID implements Listings.
func (r *Recent) ListingsByID(ctx context.Context, ids []string) ([]catalog.ListingState, error) {
	change, err := r.Change(ctx)
	if err != nil {
		return nil, err
	}
	found := make(map[string]catalog.ListingState, len(ids))
	var missing []string
	err = func() error {
		r.mu.Lock()
		defer r.mu.Unlock()
		if err := r.forget(ctx, change); err != nil {
			return err
		}
		for _, id := range ids {
			if l, ok := r.known[id]; ok {
				found[id] = l
			} else {
				missing = append(missing, id)
			}
		}
		return nil
	}()
	if err != nil {
		return nil, err
	}
	if len(missing) > 0 {
		read, err := r.Listings.ListingsByID(ctx, missing)
		if err != nil {
			return nil, err
		}
		r.mu.Lock()
		for _, l := range read {
			found[l.ID] = l
			if r.at == change {
				r.remember(l)
			}
		}
		r.mu.Unlock()
	}
	out := make([]catalog.ListingState, 0, len(ids))
	for _, id := range ids {
		if l, ok := found[id]; ok {
			out = append(out, l)
		}
	}
	return out, nil
}

// forget drops what has changed up to change. The caller holds the lock.
func (r *Recent) forget(ctx context.Context, change int64) error {
	if change == r.at {
		return nil
	}
	if change < r.at || change-r.at > forgetAll { // below: a slower reader, or an older database was put back
		clear(r.known)
		r.at = change
		return nil
	}
	err := r.Changes(ctx, r.at, 0, func(l catalog.ListingState) error {
		delete(r.known, l.ID)
		return nil
	})
	if err == nil {
		r.at = change
	}
	return err
}

func (r *Recent) remember(l catalog.ListingState) {
	for id := range r.known {
		if len(r.known) < r.max {
			break
		}
		delete(r.known, id)
	}
	r.known[l.ID] = l
}
