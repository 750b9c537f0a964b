package fetch

import (
	"context"
	"maps"
	"sync"
	"time"
)

// pace keeps the number of requests in flight, per host and in all, and the time between two to the same host.
// It measures real time, whatever Options.Now says: politeness is felt by the other side's clock.
type pace struct {
	perHost int
	all     chan struct{}

	mu    sync.Mutex
	lanes map[string]*lane
}

type lane struct {
	slots chan struct{}
	users int       // waiting or in flight
	last  time.Time // start of the latest request, perhaps yet to come
}

func newPace(perHost, inAll int) *pace {
	return &pace{perHost: perHost, all: make(chan struct{}, inAll), lanes: map[string]*lane{}}
}

// acquire waits for a turn at host, at least gap after the last one began, and returns what ends the turn.
func (p *pace) acquire(ctx context.Context, host string, gap time.Duration) (release func(), err error) {
	l := p.enter(host)
	leave := func() {
		p.mu.Lock()
		l.users--
		p.mu.Unlock()
	}
	if err := take(ctx, l.slots); err != nil {
		leave()
		return nil, err
	}
	err = sleep(ctx, p.reserve(l, gap))
	if err == nil {
		err = take(ctx, p.all)
	}
	if err != nil {
		<-l.slots
		leave()
		return nil, err
	}
	return func() { <-p.all; <-l.slots; leave() }, nil
}

func (p *pace) enter(host string) *lane {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lanes[host]
	if l == nil {
		now := time.Now()
		maps.DeleteFunc(p.lanes, func(_ string, l *lane) bool { return l.users == 0 && now.Sub(l.last) > CrawlDelayCeiling })
		l = &lane{slots: make(chan struct{}, p.perHost)}
		p.lanes[host] = l
	}
	l.users++
	return l
}

// reserve notes the next start and returns how long it is until then.
func (p *pace) reserve(l *lane, gap time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	wait := max(0, l.last.Add(gap).Sub(now))
	l.last = now.Add(wait)
	return wait
}

func take(ctx context.Context, slots chan struct{}) error {
	select {
	case slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
