package fallback_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fritidshub/index"
	"fritidshub/index/fallback"
	"fritidshub/index/indextest"
	"fritidshub/index/memory"
)

var errDown = errors.New("connection refused")

// server is an engine that can be away.
type server struct {
	*memory.Engine
	mu    sync.Mutex
	err   error
	hangs bool
	asked int
}

func (s *server) set(err error, hangs bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err, s.hangs = err, hangs
}

func (s *server) answer(ctx context.Context) error {
	s.mu.Lock()
	s.asked++
	err, hangs := s.err, s.hangs
	s.mu.Unlock()
	if hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	return err
}

func (s *server) Search(ctx context.Context, q index.Query) (index.Result, error) {
	if err := s.answer(ctx); err != nil {
		return index.Result{}, err
	}
	return s.Engine.Search(ctx, q)
}

func (s *server) Change(ctx context.Context) (int64, error) {
	if err := s.answer(ctx); err != nil {
		return 0, err
	}
	return s.Engine.Change(ctx)
}

type clock struct{ seconds atomic.Int64 }

func (c *clock) now() time.Time {
	return indextest.Now.Add(time.Duration(c.seconds.Load()) * time.Second)
}

func open(t *testing.T) (*fallback.Engine, *server, *memory.Engine, *clock) {
	t.Helper()
	primary, standby, c := &server{Engine: memory.New()}, memory.New(), &clock{}
	e := fallback.New(fallback.Options{Primary: fallback.Named{Name: "far", Engine: primary}, Standby: fallback.Named{Name: "near", Engine: standby},
		Clock: c.now, Timeout: 20 * time.Millisecond})
	return e, primary, standby, c
}

func fill(t *testing.T, n int, change int64, engines ...index.Engine) {
	t.Helper()
	b := index.Batch{Change: change}
	for i := range n {
		b.Upserts = append(b.Upserts, index.Document{ID: fmt.Sprintf("nr%02d", i), Title: fmt.Sprintf("Tur %02d", i), Standing: true})
	}
	for _, e := range engines {
		if err := e.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
}

func answered(t *testing.T, e *fallback.Engine, by string) {
	t.Helper()
	r, err := e.Search(t.Context(), index.Query{Text: "tur", Limit: 5, Now: indextest.Now})
	if err != nil || r.Total == 0 || r.Engine != by {
		t.Fatalf("%d found by %q, %v; want %q", r.Total, r.Engine, err, by)
	}
}

// TestEngine: whoever answers, it is an engine.
func TestEngine(t *testing.T) {
	indextest.Run(t, func(testing.TB) index.Engine {
		standby := memory.New()
		e := fallback.New(fallback.Options{Primary: fallback.Named{Name: "far", Engine: standby}, Standby: fallback.Named{Name: "near", Engine: standby},
			Clock: func() time.Time { return indextest.Now }})
		e.Probe(context.Background())
		return e
	})
}

// TestTurns: away at the start, there, gone in the middle, cut off, hanging, back but behind, in step: a search is always answered, and
// by the primary whenever it can.
func TestTurns(t *testing.T) {
	e, primary, standby, c := open(t)
	fill(t, 3, 5, standby)
	primary.set(errDown, false)
	answered(t, e, "near; fallback")
	if primary.asked != 0 {
		t.Error("an engine that has never answered is asked by a search")
	}
	e.Probe(t.Context())
	if s := e.State(); !errors.Is(s.Err, errDown) || s.Engine != "near" || !s.Since.IsZero() {
		t.Errorf("%+v", s)
	}
	primary.set(nil, false)
	e.Probe(t.Context())
	answered(t, e, "near; fallback") // it rests
	c.seconds.Add(1)
	e.Probe(t.Context())
	answered(t, e, "near; fallback") // it is empty
	if s := e.State(); !errors.Is(s.Err, fallback.ErrBehind) || !strings.Contains(s.Err.Error(), "0 of 5") {
		t.Errorf("%+v", s)
	}
	fill(t, 3, 5, primary)
	c.seconds.Add(1)
	e.Probe(t.Context())
	answered(t, e, "far")
	if s := e.State(); s.Err != nil || !s.Since.Equal(c.now()) {
		t.Errorf("%+v", s)
	}
	for name, away := range map[string]func(){
		"gone":    func() { primary.set(errDown, false) },
		"cut off": func() { primary.set(fmt.Errorf("degraded: %w", errors.ErrUnsupported), false) },
		"hangs":   func() { primary.set(nil, true) },
	} {
		away()
		answered(t, e, "near; fallback")
		asked := primary.asked
		for range 10 {
			answered(t, e, "near; fallback")
			e.Probe(t.Context())
		}
		if primary.asked != asked {
			t.Errorf("%s: a dead engine is asked %d times more", name, primary.asked-asked)
		}
		primary.set(nil, false)
		for range 2 { // a failure that follows a good answer is the first one again
			c.seconds.Add(1)
			e.Probe(t.Context())
		}
		answered(t, e, "far")
	}
}

// TestRestGrows: an engine that answers probes but no searches is tried ever more seldom.
func TestRestGrows(t *testing.T) {
	e, primary, standby, c := open(t)
	fill(t, 1, 1, primary, standby)
	var tries []int64
	primary.set(errDown, false)
	for range 40 {
		before := primary.asked
		if e.Probe(t.Context()); primary.asked != before {
			tries = append(tries, c.seconds.Load())
		}
		c.seconds.Add(1)
	}
	if want := []int64{0, 1, 3, 7, 15, 25, 35}; !slices.Equal(tries, want) {
		t.Errorf("tried at %v, want %v", tries, want)
	}
}

// TestLag: the primary may be a little behind, but not for long; while both move on, what counts is how old its knowledge is.
func TestLag(t *testing.T) {
	e, primary, standby, c := open(t)
	fill(t, 1, 1, primary, standby)
	e.Probe(t.Context())
	for change := range int64(30) { // always two seconds behind
		fill(t, 1, 10+change, standby)
		if change >= 2 {
			fill(t, 1, 10+change-2, primary)
		}
		c.seconds.Add(1)
		e.Probe(t.Context())
		answered(t, e, "far")
	}
	for range 6 {
		c.seconds.Add(1)
		e.Probe(t.Context())
	}
	answered(t, e, "near; fallback")
	fill(t, 1, 39, primary)
	c.seconds.Add(1)
	e.Probe(t.Context())
	answered(t, e, "far")
}

// TestCursors: who turns pages while the engines change turns comes to every hit once.
func TestCursors(t *testing.T) {
	e, primary, standby, c := open(t)
	fill(t, 23, 1, primary, standby)
	e.Probe(t.Context())
	q := index.Query{Sort: index.SortTitle, Limit: 4, Offset: 1, Now: indextest.Now}
	var got []string
	var by []string
	for page := 0; ; page++ {
		switch page {
		case 2:
			primary.set(errDown, false)
		case 4:
			primary.set(nil, false)
			c.seconds.Add(20)
			e.Probe(t.Context())
		}
		r, err := e.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		by = append(by, r.Engine)
		for _, h := range r.Hits {
			got = append(got, h.ID)
		}
		if q.After = r.Next; q.After == nil {
			break
		}
	}
	if want := []string{"far", "far", "near; fallback", "near; fallback", "far", "far"}; !slices.Equal(by, want) {
		t.Errorf("answered by %q", by)
	}
	if len(got) != 22 || !slices.IsSorted(got) || len(slices.Compact(got)) != 22 {
		t.Errorf("%d hits: %v", len(got), got)
	}
}

// TestFaultOfTheQuery: what no engine can answer says nothing of the primary.
func TestFaultOfTheQuery(t *testing.T) {
	e, primary, standby, _ := open(t)
	fill(t, 1, 1, primary, standby)
	e.Probe(t.Context())
	for _, q := range []index.Query{{Sort: index.SortDistance}, {Sort: index.SortTitle, After: &index.Cursor{Key: "far x y z", ID: "q"}}} {
		q.Now = indextest.Now
		if _, err := e.Search(t.Context(), q); err == nil {
			t.Errorf("%+v is answered", q)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Search(gone, index.Query{Now: indextest.Now}); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	answered(t, e, "far")
}

// TestReaders: while the primary comes and goes, many readers get only whole answers.
func TestReaders(t *testing.T) {
	e, primary, standby, c := open(t)
	fill(t, 30, 1, primary, standby)
	e.Probe(t.Context())
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	var answers atomic.Int64
	for range 4 {
		group.Go(func() {
			for ctx.Err() == nil {
				r, err := e.Search(t.Context(), index.Query{Text: "tur", Limit: 5, Now: indextest.Now})
				if err != nil || r.Total != 30 || len(r.Hits) != 5 || r.Engine == "" {
					t.Errorf("%d of 30, %d hits, by %q, %v", r.Total, len(r.Hits), r.Engine, err)
					return
				}
				answers.Add(1)
			}
		})
	}
	turns := 0
	for range 40 {
		primary.set(errDown, false)
		before := answers.Load()
		for answers.Load() < before+20 && !t.Failed() {
			runtime.Gosched()
		}
		primary.set(nil, false)
		c.seconds.Add(20)
		e.Probe(t.Context())
		if e.State().Engine == "far" {
			turns++
		}
	}
	stop()
	group.Wait()
	if turns == 0 {
		t.Error("the primary never had its turn")
	}
}
