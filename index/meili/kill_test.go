package meili_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"fritidshub/index"
	"fritidshub/index/indextest"
	"fritidshub/index/meili"
	"fritidshub/index/meili/meilitest"
)

// TestKill: a process that is killed at any request of a rebuild or of a batch, before the server has it or before its answer comes back,
// leaves an index that is whole, as it was or as it was to be; the next process goes on from there, also when the server is still busy with
// what the dead one has sent, and nothing is left of it.
func TestKill(t *testing.T) {
	for name, work := range map[string]func(context.Context, *meili.Engine) error{
		"rebuild": func(ctx context.Context, e *meili.Engine) error {
			return e.Rebuild(ctx, 9, feed(many(30)...))
		},
		"batch": func(ctx context.Context, e *meili.Engine) error {
			return e.Apply(ctx, index.Batch{Upserts: many(30), Deletes: []string{"a", "b", "c"}, Change: 9})
		},
	} {
		for _, taken := range []bool{false, true} {
			for _, busy := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, taken %v, busy %v", name, taken, busy), func(t *testing.T) {
					killed := 0
					for killAt := 1; kill(t, killAt, taken, busy, work); killAt++ {
						killed++
					}
					if killed < 5 {
						t.Errorf("killed at %d requests only", killed)
					}
				})
			}
		}
	}
}

// kill lets work die at a request, and reports whether it came so far.
func kill(t *testing.T, at int, taken, busy bool, work func(context.Context, *meili.Engine) error) bool {
	t.Helper()
	s := meilitest.Start(t)
	apply(t, standIn(t, s, nil), 1, doc("a", "Kor"), doc("b", "Korps"), doc("c", "Orgel"))
	var requests atomic.Int32
	last := ""
	dies, die := context.WithCancel(t.Context())
	defer die()
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch n := int(requests.Add(1)); {
		case n < at:
			s.ServeHTTP(w, r)
			return
		case n == at:
			last = r.Method + " " + r.URL.Path
			if taken {
				s.ServeHTTP(httptest.NewRecorder(), r)
			}
			die()
		}
		panic(http.ErrAbortHandler)
	}))
	defer h.Close()
	err := work(dies, standIn(t, s, func(o *meili.Options) { o.URL = h.URL }))
	if dies.Err() == nil {
		if err != nil {
			t.Fatal(err)
		}
		return false
	}
	if !busy {
		for s.Step() {
		}
	}
	next := standIn(t, s, nil)
	before := search(t, next, index.Query{})
	if n, err := next.Count(ctx); err != nil || n != before.Total || (before.Total != 3 || before.Change != 1) && (before.Total != 30 || before.Change != 9) {
		t.Errorf("killed at request %d, %s: %d found, %d held, at change %d (%v)", at, last, before.Total, n, before.Change, err)
	}
	for range 2 { // whatever it was to be, the next process does it
		if err := work(ctx, next); err != nil {
			t.Fatalf("killed at request %d, %s: %v", at, last, err)
		}
	}
	apply(t, next, 10, doc("late", "Sist"))
	stands(t, next, 31, 10)
	if got := fmt.Sprint(s.Indexes()); got != "[hub]" || s.Documents("hub") != 32 { // with the position
		t.Errorf("killed at request %d, %s: indexes %v, %d documents", at, last, got, s.Documents("hub"))
	}
	return true
}

// TestParts: of a batch that takes several tasks the first may be there before the last, at the old position. An answer is of one state all the same,
// and a process that dies in between leaves what the next one completes.
func TestParts(t *testing.T) {
	s := meilitest.Start(t)
	apply(t, standIn(t, s, nil), 1, many(900)...)
	s.Requests()
	s.Stepped = true
	var reading atomic.Bool // until then what the dying process still asks is answered
	searches := 0
	s.Refuse = func(r *http.Request) (int, string) {
		if reading.Load() && r.URL.Path == "/multi-search" {
			if searches++; searches == 2 {
				s.Step() // the first part
			}
		}
		return 0, ""
	}
	e, dies := standIn(t, s, nil), make(chan error)
	going, die := context.WithCancel(ctx)
	go func() {
		dies <- e.Apply(going, index.Batch{Upserts: many(2100), Change: 9})
	}()
	for waits := false; !waits; runtime.Gosched() { // both parts are in the queue
		waits = slices.ContainsFunc(s.Requests(), func(r string) bool { return strings.HasPrefix(r, "GET /tasks/") })
	}
	die()
	if err := <-dies; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	reader := standIn(t, s, nil)
	reading.Store(true)
	r := search(t, reader, index.Query{Limit: 5})
	if r.Total != 2100 || r.Change != 1 || searches < 4 {
		t.Errorf("%d found at change %d by %d searches", r.Total, r.Change, searches)
	}
	reading.Store(false)
	s.Stepped = false
	apply(t, standIn(t, s, nil), 9, many(2100)...)
	stands(t, reader, 2100, 9)
}

// TestEach: what is held is read in pages, without a search, and when it changes meanwhile that is told.
func TestEach(t *testing.T) {
	s := meilitest.Start(t)
	e := standIn(t, s, nil)
	apply(t, e, 1, many(2300)...)
	s.Requests()
	seen := map[string]bool{}
	if err := e.Each(ctx, func(id string, _ int64) error { seen[id] = true; return nil }); err != nil || len(seen) != 2300 {
		t.Errorf("%d held, %v", len(seen), err)
	}
	asked := s.Requests()
	if n := len(slices.DeleteFunc(slices.Clone(asked), func(r string) bool { return !strings.HasSuffix(r, "/documents/fetch") })); n != 3 {
		t.Errorf("read by %v", asked)
	}
	n := 0
	err := e.Each(ctx, func(string, int64) error {
		if n++; n == 1500 {
			apply(t, e, 2, doc("late", "Sist"))
		}
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "changes") {
		t.Errorf("a change in the middle of %d: %v", n, err)
	}
	other := standIn(t, s, func(o *meili.Options) { o.Fingerprint = "another" })
	if err := other.Each(ctx, func(string, int64) error { return nil }); !errors.Is(err, meili.ErrOutdated) {
		t.Errorf("an index of another make: %v", err)
	}
}

// TestComesBackOtherwise: a server that has lost the index, or holds an older one, or the index without its settings, while a process goes on, is told
// so, prepared again, and takes what it lacks.
func TestComesBackOtherwise(t *testing.T) {
	s := meilitest.Start(t)
	empty := s.Keep()
	e := standIn(t, s, nil)
	apply(t, e, 1, doc("a", "Kor"))
	older := s.Keep()
	for name, c := range map[string]struct {
		happens func()
		stands  int64 // where the index says that it is
	}{
		"empty": {empty, 0}, "older": {older, 1}, "without its settings": {func() { patch(t, s, `{"filterableAttributes":["kind"]}`) }, 0},
	} {
		if err := e.Rebuild(ctx, 5, feed(many(20)...)); err != nil {
			t.Fatal(name, ": ", err)
		}
		for round, work := range []func() error{
			func() error { return e.Apply(ctx, index.Batch{Change: 7, Upserts: many(30), Deletes: []string{"a"}}) },
			func() error { return e.Rebuild(ctx, 7, feed(many(30)...)) },
		} {
			c.happens()
			if at, err := e.Change(ctx); at != c.stands || err != nil {
				t.Errorf("%s: it stands at %d (%v)", name, at, err)
			}
			err := work()
			if errors.Is(err, meili.ErrWriter) && c.stands > 0 {
				err = work() // from where it is now
			}
			if err != nil {
				t.Errorf("%s, %d: %v", name, round, err)
			}
			stands(t, e, 30, 7)
			if r := search(t, e, index.Query{Text: "kor", Limit: 5, Facets: index.Facets()}); r.Total != 30 || len(r.Hits) != 5 {
				t.Errorf("%s, %d: %d found", name, round, r.Total)
			}
			if got := fmt.Sprint(s.Indexes()); got != "[hub]" {
				t.Errorf("%s, %d: indexes %v", name, round, got)
			}
		}
	}
}

// TestKey: a wrong key, or one that may not do something, is told as such and changes nothing.
func TestKey(t *testing.T) {
	s := meilitest.Start(t)
	s.Key = "riktig"
	e := standIn(t, s, nil)
	apply(t, e, 1, doc("a", "Kor"))
	for key, status := range map[string]int{"": 401, "feil": 403} {
		wrong := standIn(t, s, func(o *meili.Options) { o.Key = key })
		_, err1 := wrong.Change(ctx)
		_, err2 := wrong.Search(ctx, index.Query{Now: indextest.Now})
		err3 := wrong.Apply(ctx, index.Batch{Change: 2, Upserts: many(3)})
		err4 := wrong.Rebuild(ctx, 2, feed(many(3)...))
		for i, err := range []error{err1, err2, err3, err4} {
			var told *meili.Error
			if !errors.As(err, &told) || told.Status != status || !told.Forbidden() {
				t.Errorf("key %q, %d: %v", key, i, err)
			}
		}
	}
	s.Refuse = func(r *http.Request) (int, string) {
		if r.URL.Path == "/swap-indexes" {
			return 403, "invalid_api_key"
		}
		return 0, ""
	}
	var told *meili.Error
	if err := e.Rebuild(ctx, 2, feed(many(3)...)); !errors.As(err, &told) || !told.Forbidden() || told.Doing != "swap indexes" {
		t.Errorf("a key that may not swap: %v", err)
	}
	s.Refuse = nil
	stands(t, e, 1, 1)
	if got := fmt.Sprint(s.Indexes()); got != "[hub]" {
		t.Errorf("indexes %v", got)
	}
}
