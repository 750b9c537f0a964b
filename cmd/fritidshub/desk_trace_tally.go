package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"fritidshub/api"
	"fritidshub/store"
)

const (
	tallyEvery = time.Minute
	tallyLast  = 5 * time.Second // to write what is left when the hub stops
	keepTally  = 400             // days

	// enough is how often what people write themselves must have been asked for within tallySpan before it is written anywhere. Who asks is not known, so it may be
	// one who asks five times.
	enough      = 5
	tallySpan   = 30 * 24 * time.Hour
	mostTallied = 10_000 // things told apart at once
)

// tally counts what residents ask for by day. What they write themselves is in memory alone until it has been written often enough, and what has not been
// within tallySpan is forgotten.
type tally struct {
	store store.Daily
	now   func() time.Time // in the hub's zone

	mu      sync.Mutex
	sums    map[store.Sum]int64 // their N is 0
	waiting map[api.Asked]int64 // -1: enough have asked
	since   time.Time           // of waiting
	forgot  string              // day
}

// Count implements api.Tally.
func (t *tally) Count(asked []api.Asked) {
	now := t.now()
	day := now.Format(time.DateOnly)
	t.mu.Lock()
	defer t.mu.Unlock()
	if age := now.Sub(t.since); age < 0 || age >= tallySpan {
		t.waiting, t.since = map[api.Asked]int64{}, now
	}
	for _, a := range asked {
		if n := t.ripe(a); n > 0 {
			t.add(store.Sum{Day: day, Name: a.Name, Value: a.Value}, n)
		}
	}
}

// ripe is how often a thing that was asked for once more counts now; 0 when it still has to wait.
func (t *tally) ripe(a api.Asked) int64 {
	if a.Name != api.AskedInVain && a.Name != api.AskedFrom {
		return 1
	}
	n, known := t.waiting[a]
	switch {
	case n < 0:
		return 1
	case !known && len(t.waiting) >= mostTallied:
		return 0
	case n+1 < enough:
		t.waiting[a] = n + 1
		return 0
	}
	t.waiting[a] = -1
	return enough
}

func (t *tally) add(s store.Sum, n int64) {
	if t.sums == nil {
		t.sums = map[store.Sum]int64{}
	}
	if _, known := t.sums[s]; known || len(t.sums) < mostTallied {
		t.sums[s] += n
	}
}

// run writes the sums now and then, and what is left when ctx is done.
func (t *tally) run(ctx context.Context, log *slog.Logger) {
	write := func(ctx context.Context) {
		if err := t.flush(ctx); err != nil && ctx.Err() == nil {
			log.Warn("what is counted cannot be written", "error", err)
		}
	}
	ticker := time.NewTicker(tallyEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			last, done := context.WithTimeout(context.WithoutCancel(ctx), tallyLast)
			defer done()
			write(last)
			return
		case <-ticker.C:
			write(ctx)
		}
	}
}

// flush writes the sums. Those that cannot be written are kept for the next time.
func (t *tally) flush(ctx context.Context) error {
	t.mu.Lock()
	sums := t.sums
	t.sums = nil
	today := t.now()
	day := today.Format(time.DateOnly)
	forget := t.forgot != day
	t.forgot = day
	t.mu.Unlock()
	list := make([]store.Sum, 0, len(sums))
	for s, n := range sums {
		s.N = n
		list = append(list, s)
	}
	if len(list) > 0 {
		if err := t.store.AddDaily(ctx, list); err != nil {
			t.mu.Lock()
			defer t.mu.Unlock()
			for s, n := range sums {
				t.add(s, n)
			}
			t.forgot = ""
			return err
		}
	}
	if forget {
		_, err := t.store.ForgetDaily(ctx, today.AddDate(0, 0, -keepTally).Format(time.DateOnly))
		return err
	}
	return nil
}
