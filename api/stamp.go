package api

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/catalog"
)

// stamp names what an address that is streamed gives now, before any of it is made, and reports whether the client has it already. It is
// made of everything that the answer depends on: how far the database and the search engine have come, what is said of the sources, the
// hub's day, the program and the address. Within a day, what is over may thus be said to be unchanged.
func (s *server) stamp(c *gin.Context, name string) (changed time.Time, known bool, err error) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), searchTime)
	defer cancel()
	feed, change, err := s.feedChange(ctx)
	if err != nil {
		return changed, false, err
	}
	sources, err := s.sources.get(ctx, s.Clock())
	if err != nil {
		return changed, false, err
	}
	engine := s.Engine()
	if engine == nil {
		return changed, false, unavailable("The search index is not ready yet.", 5)
	}
	var reached int64
	if fast, ok := engine.(stamped); ok {
		reached = fast.ChangeNow()
	} else if reached, err = engine.Change(ctx); err != nil {
		return changed, false, nil // the search itself says what is wrong
	}
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(sources)) {
		src := sources[id]
		fmt.Fprintf(&b, "%q %q %q %q\n", id, src.Name, src.Licence, src.Attribution)
	}
	day := s.Now().In(s.Hub.Zone)
	fmt.Fprintf(&b, "%s %d %d %s %s %s %s %s%s", feed, change, reached, s.Status().Engine, day.Format(time.DateOnly), s.Version, name, s.base(), c.Request.URL.RequestURI())
	tag := catalog.Hash([]byte(b.String()))[:32]
	h := c.Writer.Header()
	h.Set("ETag", `W/"`+tag+`"`)
	if reached == change && s.Changes != nil { // else what is answered may be older than the change
		if changed, err = s.changed.at(ctx, s.Changes, feed, change); err != nil {
			return changed, false, err
		}
		midnight := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, s.Hub.Zone)
		if last := slices.MaxFunc([]time.Time{changed, midnight}, time.Time.Compare); !last.After(day) {
			h.Set("Last-Modified", last.UTC().Format(http.TimeFormat))
		}
	}
	if match := c.GetHeader("If-None-Match"); match != "" {
		return changed, hasTag(match, tag), nil
	}
	last, err := http.ParseTime(h.Get("Last-Modified"))
	since, e := http.ParseTime(c.GetHeader("If-Modified-Since"))
	return changed, err == nil && e == nil && !last.After(since) && day.Sub(last) > time.Minute, nil
}

// feedChange is how far the database has come, and the feed that the number belongs to, when there are feeds.
func (s *server) feedChange(ctx context.Context) (feed string, change int64, err error) {
	change, err = s.Listings.Change(ctx)
	if err == nil && s.Feeds != nil {
		var state FeedState
		state, err = s.Feeds.Feed(ctx)
		feed = state.ID
	}
	return feed, change, err
}

// unstamp takes away what stamp has said, for an answer that is not what it named.
func (s *server) unstamp(h http.Header) {
	for _, name := range []string{"ETag", "Last-Modified", "Cache-Control", "Content-Encoding", "Content-Disposition", "X-Search-Interpreted"} {
		h.Del(name)
	}
}

// lastChange remembers when the last change was made.
type lastChange struct {
	mu     sync.Mutex
	feed   string
	change int64
	time   time.Time
}

// at gives when a change number was given, zero when no listing has it.
func (l *lastChange) at(ctx context.Context, changes Changes, feed string, change int64) (time.Time, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.feed == feed && l.change == change {
		return l.time, nil
	}
	var at time.Time
	err := changes.Changes(ctx, change-1, 1, func(state catalog.ListingState) error {
		at = slices.MaxFunc([]time.Time{state.UpdatedAt, state.DeletedAt}, time.Time.Compare)
		return nil
	})
	if err != nil {
		return at, errors.Join(errors.New("api: when the last change was made"), err)
	}
	l.feed, l.change, l.time = feed, change, at
	return at, nil
}

// took tells in Server-Timing how long the hub took in all, beside what it says of parts.
func (s *server) took(c *gin.Context) {
	if begun := c.GetTime(begunKey); s.timed && !begun.IsZero() {
		h := c.Writer.Header()
		h["Server-Timing"] = append(h["Server-Timing"], fmt.Sprintf("total;dur=%.1f", float64(s.Clock().Sub(begun).Microseconds())/1000))
	}
}

// tookSearching tells in Server-Timing how long a search took.
func (s *server) tookSearching(c *gin.Context, begun time.Time) {
	if s.timed {
		c.Header("Server-Timing", fmt.Sprintf("search;dur=%.1f", float64(s.Clock().Sub(begun).Microseconds())/1000))
	}
}
