package main

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"fritidshub/client"
	"fritidshub/config"
	"fritidshub/connectors/fritidshub"
	"fritidshub/fetch"
)

// Of listening to peers: how long a hub is let be after it has said something, and how long it takes until it is asked again after the connection
// has ended, the longer the more often in a row; give or take half.
const (
	hearPause = time.Second
	askAgain  = 5 * time.Second
	askRarely = 15 * time.Minute
)

// peers listens to the hubs that are read, and tells of each source whose hub says that it has something new. What it has, is found by reading the source.
type peers struct {
	fetch *fetch.Client
	news  func(source string)
	// spawn does something beside, until the context is done that it is given.
	spawn func(func(context.Context))
	log   *slog.Logger

	mu        sync.Mutex
	listening map[string]ear // by source
}

// ear is one source that is listened to.
type ear struct {
	base   string // of the hub
	header http.Header
	stop   context.CancelFunc
}

// update listens to the hubs of sources, and to no others any more.
func (p *peers) update(sources []config.Source) {
	p.mu.Lock()
	defer p.mu.Unlock()
	wanted := map[string]ear{}
	for _, s := range sources {
		base := fritidshub.Base(s.URL)
		if s.Kind != fritidshub.Kind.Name || !s.Enabled || base == "" {
			continue
		}
		header := http.Header{}
		for name, value := range s.Headers {
			header.Set(name, value)
		}
		wanted[s.ID] = ear{base: base, header: header}
	}
	if p.listening == nil {
		p.listening = map[string]ear{}
	}
	maps.DeleteFunc(p.listening, func(id string, e ear) bool {
		w, ok := wanted[id]
		if ok = ok && w.base == e.base && maps.EqualFunc(w.header, e.header, slices.Equal); !ok {
			e.stop()
		}
		return !ok
	})
	for id, e := range wanted {
		if _, ok := p.listening[id]; ok {
			continue
		}
		gone, stop := context.WithCancel(context.Background())
		e.stop = stop
		p.listening[id] = e
		p.spawn(func(ctx context.Context) {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			defer context.AfterFunc(gone, cancel)()
			p.listen(ctx, id, e)
		})
	}
}

// listen hears what one hub says, until ctx is done.
func (p *peers) listen(ctx context.Context, source string, e ear) {
	hub := client.New(e.base, &http.Client{Transport: p.fetch.Stream(e.header), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }})
	var known client.State
	for failures := 0; ctx.Err() == nil; failures++ {
		var rest time.Duration
		for state, err := range hub.Watch(ctx) {
			if err != nil {
				rest = restAfter(err)
				p.log.Debug("a peer is not heard", "source", source, "error", err)
				break
			}
			if failures = 0; state.Feed != known.Feed || state.Records != known.Records || state.Listings != known.Listings {
				known = state
				p.news(source)
			}
			pause(ctx, hearPause)
		}
		wait := min(askAgain<<min(failures, 20), askRarely)
		pause(ctx, max(rest, wait/2+rand.N(wait)))
	}
}

// restAfter is how long a hub is let be that has refused to tell; 0 when there is no more to it than that the connection has ended. One that has no such
// address, or asks for a key, is asked rarely.
func restAfter(err error) time.Duration {
	var refused *client.Problem
	switch {
	case !errors.As(err, &refused):
		return 0
	case refused.Status >= 500 || refused.Status == http.StatusTooManyRequests:
		return min(refused.RetryAfter, askRarely)
	}
	return askRarely
}
