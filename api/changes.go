package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// Of the nudge: how often the change numbers are looked at while anyone listens, how often a listener without news is told that the hub is
// there, how long one may take to receive that, and how many may listen at once.
const (
	nudgeEvery = 500 * time.Millisecond
	nudgeBeat  = 20 * time.Second
	nudgePause = 30 * time.Second
	nudgeMost  = 200
)

// nudges tells listeners when the change numbers have moved. It looks at them only while there are listeners.
type nudges struct {
	look  func(context.Context) (FeedState, error)
	every time.Duration
	most  int

	mu        sync.Mutex
	listeners map[chan FeedState]bool
	stop      context.CancelFunc // of who looks; nil when nobody does
	seen      FeedState          // the last that who looks has told
}

// join gives the states from known on, the latest when several came since the last was taken. It is not ok when there are too many listeners.
func (n *nudges) join(known FeedState) (moved <-chan FeedState, leave func(), ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.listeners) >= n.most {
		return nil, nil, false
	}
	if n.listeners == nil {
		n.listeners = map[chan FeedState]bool{}
	}
	news := make(chan FeedState, 1)
	n.listeners[news] = true
	switch {
	case n.stop == nil:
		ctx, cancel := context.WithCancel(context.Background())
		n.stop, n.seen = cancel, known
		go n.watch(ctx, known)
	case n.seen.Listings > known.Listings || n.seen.Records > known.Records: // the others were told meanwhile
		news <- n.seen
	}
	return news, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		if delete(n.listeners, news); len(n.listeners) == 0 && n.stop != nil {
			n.stop()
			n.stop = nil
		}
	}, true
}

// watch looks at the numbers until ctx is done. While they cannot be read there is no news.
func (n *nudges) watch(ctx context.Context, known FeedState) {
	ticker := time.NewTicker(n.every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		state, err := n.look(ctx)
		if err != nil || state == known {
			continue
		}
		known = state
		n.mu.Lock()
		n.seen = state
		for news := range n.listeners {
			select {
			case <-news: // old by now
			default:
			}
			news <- state
		}
		n.mu.Unlock()
	}
}

// getChanges tells as Server-Sent Events which change numbers the feeds have reached: at once, and whenever they move.
func (s *server) getChanges(c *gin.Context) error {
	if _, err := s.only(c); err != nil {
		return err
	}
	ctx := c.Request.Context()
	state, err := s.Feeds.Feed(ctx)
	if err != nil {
		return err
	}
	h := c.Writer.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", cacheNever)
	h.Set("X-Accel-Buffering", "no") // a proxy must not wait for more
	if c.Request.Method == http.MethodHead {
		return nil
	}
	moved, leave, ok := s.nudges.join(state)
	if !ok {
		h.Del("X-Accel-Buffering")
		return unavailable("Too many listen for changes already; read the feed itself meanwhile.", 60)
	}
	defer leave()
	connection := http.NewResponseController(c.Writer)
	say := func(text string) bool {
		if s.timed {
			_ = connection.SetWriteDeadline(s.Clock().Add(nudgePause)) // not every writer has one
		}
		_, err := c.Writer.WriteString(text)
		return err == nil && connection.Flush() == nil
	}
	beat := time.NewTicker(nudgeBeat)
	defer beat.Stop()
	if !say("retry: 5000\n" + event(state)) {
		return nil
	}
	for {
		text := ": \n\n"
		select {
		case <-ctx.Done():
			return nil
		case <-s.Stopping:
			return nil
		case state = <-moved:
			text = event(state)
		case <-beat.C:
		}
		if !say(text) {
			return nil
		}
	}
}

func event(state FeedState) string {
	data, _ := json.Marshal(state)
	return fmt.Sprintf("event: change\nid: %d-%d\ndata: %s\n\n", state.Listings, state.Records, data)
}
