package api

import (
	"bufio"
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	outside "fritidshub/client"
)

// moving is a feed whose numbers the test moves.
type moving struct {
	brokenFeeds
	listings atomic.Int64
	broken   atomic.Bool
	looks    atomic.Int64
}

func (m *moving) Feed(context.Context) (FeedState, error) {
	m.looks.Add(1)
	if m.broken.Load() {
		return FeedState{}, errors.New("busy")
	}
	return FeedState{ID: "f", Listings: m.listings.Load()}, nil
}

// TestNudges: listeners hear what is new, the newest only; nobody looks when nobody listens; there is room for so many and no more.
func TestNudges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &moving{}
		n := nudges{look: m.Feed, every: time.Second, most: 2}
		a, leaveA, okA := n.join(FeedState{ID: "f"})
		b, leaveB, okB := n.join(FeedState{ID: "f"})
		if _, _, ok := n.join(FeedState{}); !okA || !okB || ok {
			t.Fatal("there is not room for two and no more")
		}
		m.listings.Store(1)
		if got := <-a; got.Listings != 1 {
			t.Errorf("a hears %+v", got)
		}
		m.broken.Store(true)
		time.Sleep(5 * time.Second)
		m.broken.Store(false)
		m.listings.Store(2)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := <-b; got.Listings != 2 || len(b) > 0 {
			t.Errorf("b, who was slow, hears %+v", got)
		}
		leaveA()
		late, leaveLate, _ := n.join(FeedState{ID: "f", Listings: 1}) // it read its numbers before the others were told of the newest
		synctest.Wait()
		if len(late) != 1 || (<-late).Listings != 2 {
			t.Error("who comes while the others are told does not hear the newest")
		}
		leaveLate()
		level, leaveLevel, _ := n.join(FeedState{ID: "f", Listings: 2})
		if synctest.Wait(); len(level) > 0 {
			t.Error("who knows the newest hears it again")
		}
		leaveLevel()
		leaveA() // twice does no harm
		if _, leave, ok := n.join(FeedState{}); !ok {
			t.Error("there is no room where one has left")
		} else {
			leave()
		}
		leaveB()
		synctest.Wait()
		looked := m.looks.Load()
		time.Sleep(time.Minute)
		if m.looks.Load() != looked {
			t.Error("the numbers are looked at while nobody listens")
		}
		c, leaveC, _ := n.join(FeedState{ID: "f", Listings: 1})
		if got := <-c; got.Listings != 2 {
			t.Errorf("c, who knew less, hears %+v", got)
		}
		leaveC()
	})
}

// TestChanges: over a connection whose server has little patience, events come whenever the numbers move, and it ends when the program does.
func TestChanges(t *testing.T) {
	m, stopping := &moving{}, make(chan struct{})
	h := newHub(t, func(o *Options) { o.Feeds, o.Stopping, o.Clock = m, stopping, time.Now })
	server := httptest.NewUnstartedServer(h.Handler)
	server.Config.ReadTimeout, server.Config.WriteTimeout = 50*time.Millisecond, 50*time.Millisecond
	server.Start()
	defer server.Close()
	var seen []int64
	var ended error
	for state, err := range outside.New(server.URL, nil).Watch(t.Context()) {
		if err != nil {
			ended = err
			break
		}
		seen = append(seen, state.Listings)
		if state.Feed != "f" {
			t.Errorf("feed %s", state.Feed)
		}
		if m.listings.Add(1) == 3 {
			close(stopping)
		}
	}
	if len(seen) < 3 || seen[0] != 0 || seen[1] != 1 || seen[2] != 2 || ended == nil {
		t.Errorf("heard %v, then %v", seen, ended)
	}
}

func TestChangesAsText(t *testing.T) {
	h := wholeHub(t)
	w := h.do("GET", "/api/v1/changes")
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/event-stream; charset=utf-8" || w.Header().Get("Cache-Control") != cacheNever {
		t.Errorf("%d, %v", w.Code, w.Header())
	}
	var lines []string
	for s := bufio.NewScanner(w.Body); s.Scan(); {
		lines = append(lines, s.Text())
	}
	if got := strings.Join(lines, "|"); got != `retry: 5000|event: change|id: 10-10|data: {"feed":"feed-1","listings":10,"records":10}|` {
		t.Errorf("said %s", got)
	}
	if w := h.do("HEAD", "/api/v1/changes"); w.Code != 200 || w.Body.Len() > 0 {
		t.Errorf("head: %d", w.Code)
	}
	h.get("/api/v1/changes?x=1", 400)
}
