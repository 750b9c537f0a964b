package api

import (
	"context"
	"sync"
	"time"
)

// fresh is how long a cached reading holds.
const fresh = 2 * time.Second

// cache keeps what is read often and changes seldom. A reading that fails leaves the last good one in force.
type cache[T any] struct {
	load func(context.Context) (T, error)

	mu    sync.Mutex
	value T
	at    time.Time
	known bool
}

// get gives the reading of at most fresh ago. A clock that stands still makes it read every time.
func (c *cache[T]) get(ctx context.Context, now time.Time) (T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if age := now.Sub(c.at); c.known && age > 0 && age < fresh {
		return c.value, nil
	}
	v, err := c.load(ctx)
	if err != nil {
		if c.known {
			return c.value, nil
		}
		return v, err
	}
	c.value, c.at, c.known = v, now, true
	return v, nil
}
