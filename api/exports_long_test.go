package api

import (
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"fritidshub/catalog/calendar"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index"
	"fritidshub/index/memory"
)

// manyHub is a hub with n listings, read from an engine as the program's is.
func manyHub(t *testing.T, n int, change ...func(*Options)) *hub {
	t.Helper()
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	store := &endless{fakeStore: &fakeStore{sources: sampleSources(t)}, zone: oslo(t), n: n}
	engine, made, now := memory.New(), 0, instant(t, "2026-11-22T12:00:00+01:00")
	if err := engine.Rebuild(t.Context(), int64(n), func() (index.Document, bool, error) {
		if made == n {
			return index.Document{}, false, nil
		}
		l := store.listing(made)
		made++
		return index.NewDocument(&l, tax, calendar.Hub{Zone: oslo(t)}, now), true, nil
	}); err != nil {
		t.Fatal(err)
	}
	return newHub(t, append([]func(*Options){func(o *Options) {
		o.Listings, o.Sources, o.Engine = store, store, func() index.Engine { return engine }
	}}, change...)...)
}

// TestLongExport: an export stands back for others between its listings, but a short one, which is over at once, does not.
func TestLongExport(t *testing.T) {
	const n = 2*exportPage + 100
	stood := 0
	h := manyHub(t, n, func(o *Options) { o.StandBack = func() { stood++ } })
	for _, c := range []struct {
		query         string
		listings, min int
	}{{"?limit=100", 100, 0}, {"", n, 2 * (n - exportPage) / exportStep}} {
		stood = 0
		body := h.get("/api/v1/search.ndjson"+c.query, 200)
		if got := strings.Count(body, "\n"); got != c.listings || stood < c.min || c.min == 0 && stood > 0 {
			t.Errorf("%q: %d listings, stood back %d times", c.query, got, stood)
		}
	}
}

// slowReader takes nothing of an answer until it is told to.
type slowReader struct {
	*httptest.ResponseRecorder
	once    sync.Once
	entered chan<- bool
	release <-chan struct{}
}

func (s *slowReader) Write(b []byte) (int, error) {
	s.once.Do(func() { s.entered <- true })
	<-s.release
	return s.ResponseRecorder.Write(b)
}

// TestLongExportsAtOnce: a few exports of everything at once, which may last, keep away others of their sort and nothing else.
func TestLongExportsAtOnce(t *testing.T) {
	const n = 2 * exportPage
	h := manyHub(t, n)
	entered, release, ended := make(chan bool), make(chan struct{}), make(chan int)
	long := func() {
		w := &slowReader{ResponseRecorder: httptest.NewRecorder(), entered: entered, release: release}
		h.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/search.ics", nil))
		ended <- strings.Count(w.Body.String(), "BEGIN:VEVENT")
	}
	for range maxLong {
		go long()
		<-entered
	}
	if w := h.do("GET", "/api/v1/search.ndjson"); w.Code != 503 || w.Header().Get("Retry-After") == "" || w.Header().Get("ETag") != "" {
		t.Errorf("one more: %d %v", w.Code, w.Header())
	}
	for range 2 * maxExports {
		if got := strings.Count(h.get("/api/v1/search.ndjson?bbox=1,1,2,2", 200), "\n"); got != 0 {
			t.Errorf("a short one has %d listings", got)
		}
		if got := strings.Count(h.get("/api/v1/search.ndjson?limit=100", 200), "\n"); got != 100 {
			t.Errorf("one with a limit has %d listings", got)
		}
		h.get("/api/v1/search?limit=1", 200)
	}
	close(release)
	for range maxLong {
		if events := <-ended; events < n {
			t.Errorf("%d events of %d listings", events, n)
		}
	}
	if got := strings.Count(h.get("/api/v1/search.ndjson", 200), "\n"); got != n {
		t.Errorf("after them %d listings", got)
	}
}
