package api

import (
	"context"
	"sync"
	"time"
)

const (
	// fresh is how long a cached reading holds.
	fresh = 2 * time.Second
	// passable is how long it does while a newer one is being read.
	passable = 3 * fresh
)

// cache keeps what is read often and changes seldom. A reading that fails leaves the last good one in force.
type cache[T any] struct {
	load func(context.Context) (T, error)

	mu    sync.Mutex
	value T
	at    time.Time
	known bool

	loading sync.Mutex // one reads at a time
}

// get gives the reading of at most fresh ago; while somebody else reads anew, of at most passable ago. A clock that stands still makes it read
// every time.
func (c *cache[T]) get(ctx context.Context, now time.Time) (T, error) {
	value, age := c.last(now)
	switch {
	case age > 0 && age < fresh:
		return value, nil
	case age <= 0 || age >= passable:
		c.loading.Lock()
	case !c.loading.TryLock():
		return value, nil
	}
	defer c.loading.Unlock()
	if value, age = c.last(now); age > 0 && age < fresh { // somebody has read it meanwhile
		return value, nil
	}
	v, err := c.load(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		if c.known {
			return c.value, nil
		}
		return v, err
	}
	c.value, c.at, c.known = v, now, true
	return v, nil
}

// last gives the last reading and how old it is, 0 when there is none.
func (c *cache[T]) last(now time.Time) (value T, age time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.known {
		return value, 0
	}
	return c.value, now.Sub(c.at)
}
