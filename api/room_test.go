package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"fritidshub/index"
)

// slowEngine answers when it is told to, and counts how many wait for that at once.
type slowEngine struct {
	*fakeEngine
	gate    chan struct{}
	mu      sync.Mutex
	in, top int
}

func (e *slowEngine) Search(ctx context.Context, q index.Query) (index.Result, error) {
	e.mu.Lock()
	e.in++
	e.top = max(e.top, e.in)
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		e.in--
		e.mu.Unlock()
	}()
	select {
	case <-e.gate:
		return e.fakeEngine.Search(ctx, q)
	case <-ctx.Done():
		return index.Result{}, ctx.Err()
	}
}

func TestRoom(t *testing.T) {
	r := newRoom(prometheus.NewRegistry(), "tests", "tests")
	r.seats, r.queue, r.wait = make(chan struct{}, 1), make(chan struct{}, 1), time.Hour
	leave, err := r.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second := make(chan error, 1)
	go func() {
		leave, err := r.enter(t.Context())
		if err == nil {
			leave()
		}
		second <- err
	}()
	for len(r.queue) == 0 {
		runtime.Gosched()
	}
	var p *Problem
	if _, err := r.enter(t.Context()); !errors.As(err, &p) || p.Status != http.StatusServiceUnavailable || p.retry < 1 || p.retry > 2 {
		t.Errorf("a third one gets %v", err)
	}
	leave()
	if err := <-second; err != nil {
		t.Error(err)
	}
	if leave, err = r.enter(t.Context()); err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.enter(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone gets %v", err)
	}
	r.wait = 0
	if _, err := r.enter(t.Context()); !errors.As(err, &p) || p.Status != http.StatusServiceUnavailable {
		t.Errorf("after too long a wait: %v", err)
	}
	if leave(); len(r.seats)+len(r.queue) != 0 {
		t.Errorf("%d seats and %d places in the queue are taken", len(r.seats), len(r.queue))
	}
}

// A hub that is asked more than it can answer answers as many at once as it has processors for, tells those for whom there is no room to come
// back, goes on giving what it has, and is as before when it is over.
func TestOverload(t *testing.T) {
	clock := time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)
	slow := &slowEngine{gate: make(chan struct{})}
	engine := &stampedSlow{slowEngine: slow}
	h := newHub(t, func(o *Options) {
		slow.fakeEngine = o.Engine().(*fakeEngine)
		o.Engine, o.Clock = func() index.Engine { return engine }, func() time.Time { return clock }
	})
	ask := func(target string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		return w
	}
	close(slow.gate)
	kept := ask("/api/v1/search?limit=2")
	slow.gate = make(chan struct{})
	slow.top = 0
	seats, extra := seatsPerProcessor*runtime.GOMAXPROCS(0), 20
	all := seats + mostWaiting + extra
	answers := make(chan *httptest.ResponseRecorder, all)
	for i := range all {
		go func() { answers <- ask(fmt.Sprintf("/api/v1/search?q=sang%d&facets=none", i)) }()
	}
	for range extra {
		w := <-answers
		if w.Code != 503 || !strings.Contains("1 2", w.Header().Get("Retry-After")) || w.Header().Get("Retry-After") == "" || w.Header().Get("Content-Type") != typeProblem {
			t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
		}
	}
	if w := ask("/api/v1/search?limit=2"); w.Code != 200 || w.Body.String() != kept.Body.String() {
		t.Errorf("what is known: %d", w.Code)
	}
	if w := ask("/api/v1/search?limit=2"); w.Code != 200 {
		t.Errorf("%d", w.Code)
	}
	if w := ask("/api/v1/listings/" + h.store.listings[0].ID); w.Code != 200 {
		t.Errorf("a listing: %d", w.Code)
	}
	close(slow.gate)
	refused := extra
	for range all - extra {
		if w := <-answers; w.Code == 503 {
			refused++
		} else if w.Code != 200 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	if slow.top > seats || slow.top == 0 {
		t.Errorf("%d searches at once, seats are %d", slow.top, seats)
	}
	if w := ask("/api/v1/search?limit=3"); w.Code != 200 {
		t.Errorf("afterwards: %d", w.Code)
	}
	counted := 0
	for line := range strings.SplitSeq(ask("/metrics").Body.String(), "\n") {
		if why, ok := strings.CutPrefix(line, "fritidshub_searches_refused_total{why="); ok {
			n := 0
			if _, err := fmt.Sscan(strings.Fields(why)[1], &n); err != nil {
				t.Error(line, err)
			}
			counted += n
		}
	}
	if counted != refused {
		t.Errorf("%d are counted, %d were refused", counted, refused)
	}
}

// stampedSlow is a slow engine whose answers are kept.
type stampedSlow struct{ *slowEngine }

func (*stampedSlow) ChangeNow() int64 { return 1 }
