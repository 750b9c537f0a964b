package api

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"testing"
	"time"

	"fritidshub/index"
)

type stampedEngine struct {
	*fakeEngine
	change int64
}

func (e *stampedEngine) ChangeNow() int64 { return e.change }

// The same search is answered from what was made for another, for a moment, until the index changes.
func TestAnswersAreKept(t *testing.T) {
	clock, engine := time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC), &stampedEngine{}
	h := newHub(t, func(o *Options) {
		engine.fakeEngine = o.Engine().(*fakeEngine)
		o.Engine, o.Clock = func() index.Engine { return engine }, func() time.Time { return clock }
	})
	asked := func() int { return len(engine.asked) }
	first := h.do("GET", "/api/v1/search?limit=1", "Accept-Encoding", "gzip")
	n := asked()
	again := h.do("GET", "/api/v1/search?limit=1", "Accept-Encoding", "gzip")
	if asked() != n || !bytes.Equal(first.Body.Bytes(), again.Body.Bytes()) || fmt.Sprint(first.Header()) != fmt.Sprint(again.Header()) || first.Header().Get("Link") == "" {
		t.Errorf("%d searches, %v, then %v", asked(), first.Header(), again.Header())
	}
	if w := h.do("GET", "/api/v1/search?limit=1", "Accept-Encoding", "gzip", "If-None-Match", first.Header().Get("ETag")); w.Code != 304 || w.Body.Len() > 0 || asked() != n {
		t.Errorf("%d with %d bytes to a client that has it", w.Code, w.Body.Len())
	}
	if w := h.do("HEAD", "/api/v1/search?limit=1", "Accept-Encoding", "gzip"); w.Code != 200 || w.Body.Len() > 0 {
		t.Errorf("HEAD: %d with %d bytes", w.Code, w.Body.Len())
	}
	zip, err := gzip.NewReader(first.Body)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func()
	}{
		{"another coding", func() {}},
		{"a change", func() { engine.change++ }},
		{"a moment later", func() { clock = clock.Add(fresh) }},
		{"the clock's past", func() { clock = clock.Add(-time.Minute) }},
		{"another hour", func() { h.now = h.now.Add(time.Hour) }}, // what is said of times may be another from here on
	} {
		name := c.name
		h.get("/api/v1/search?limit=1", 200)
		n := asked()
		c.change()
		headers := []string{}
		if name == "another coding" {
			headers = []string{"Accept-Encoding", "gzip;q=0.5"}
			clock = clock.Add(fresh)
		}
		w := h.do("GET", "/api/v1/search?limit=1", headers...)
		if asked() == n || w.Code != 200 || len(headers) == 0 && !bytes.Equal(w.Body.Bytes(), whole) && name != "another hour" {
			t.Errorf("after %s: %d searches more, status %d", name, asked()-n, w.Code)
		}
	}
	var a answered
	body := make([]byte, mostAnswered/4)
	for i := range 20 {
		a.put(fmt.Sprint(i), &wire{body: body, at: clock})
	}
	if len(a.young)+len(a.old) > 8 || a.get("19", clock) == nil || a.get("0", clock) != nil {
		t.Errorf("%d answers are kept", len(a.young)+len(a.old))
	}
}
