package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fritidshub/config"
	"fritidshub/fetch"
)

// TestNudge: what changes at a source is to be found at the peer's peer within seconds, though both read only once a year: each says that it has
// something new, and the next one reads it then.
func TestNudge(t *testing.T) {
	dir, flags := setUp(t, "  - {id: lag, kind: csv, url: \"file:lag.csv\", licence: CC0-1.0, guard: {percent: 100, grace: 0s}}\n", map[string]string{"lag.csv": clubs(3)})
	private := []string{"FRITIDSHUB_ALLOW_PRIVATE=*"}
	first, stop := startServe(t, private, flags)
	defer stop()
	base := first
	for i := range 2 {
		folder := t.TempDir()
		write(t, filepath.Join(folder, "sources.yaml"), fmt.Sprintf("hub: {id: hub%d}\nsources:\n  - {id: nabo, kind: fritidshub, url: %q, schedule: \"0 4 1 1 *\"}\n", i+2, base))
		within(t, 10*time.Second, "the hub before has something", func() bool { return total(t, base, "limit=1") == 3 })
		next, stop := startServe(t, private, []string{"-sources", filepath.Join(folder, "sources.yaml"), "-data", filepath.Join(folder, "data")})
		defer stop()
		base = next
	}
	within(t, 10*time.Second, "it comes to the last hub", func() bool { return total(t, base, "limit=1") == 3 })
	const row = "99;%s i kantina;Kvelde;onsdag;18.00;19.30;gratis\n"
	for _, c := range []struct {
		text, query string
		want        int
	}{{clubs(3) + fmt.Sprintf(row, "Sjakk"), "q=sjakk", 1}, {clubs(3) + fmt.Sprintf(row, "Strikking"), "q=strikking", 1}, {clubs(3), "limit=1", 3}} {
		write(t, filepath.Join(dir, "lag.csv"), c.text)
		if code, out, errs := call(t, nil, append([]string{"sync"}, flags...)...); code != exitOK {
			t.Fatal(out, errs)
		}
		changed := time.Now()
		within(t, 30*time.Second, c.query+" at the last hub", func() bool { return total(t, base, c.query) == c.want })
		t.Logf("%s: %s from the first hub's database to a search at the third", c.query, time.Since(changed).Round(10*time.Millisecond))
	}
}

// TestPeersListening: a hub is asked with the source's headers and only at its own address, a source tells of each news once, and only those in use are
// listened to.
func TestPeersListening(t *testing.T) {
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	say, left := make(chan string), make(chan bool, 10)
	moved, keyless := make(chan bool, 10), make(chan bool, 10)
	hub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/flyttet/api/v1/changes":
			http.Redirect(w, r, other.URL, http.StatusFound)
			moved <- true
			return
		case r.URL.Path != "/fritid/api/v1/changes" || r.Header.Get("X-Api-Key") != "hemmelig":
			w.WriteHeader(http.StatusUnauthorized)
			keyless <- true
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		for {
			select {
			case <-r.Context().Done():
				left <- true
				return
			case text := <-say:
				fmt.Fprintf(w, "data: %s\n\n", text)
				_ = http.NewResponseController(w).Flush()
			}
		}
	}))
	defer hub.Close()
	asks := fetch.New(fetch.Options{AllowPrivate: "*"})
	defer asks.Close()
	var group sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	defer func() { cancel(); group.Wait() }()
	heard := make(chan string, 10)
	p := &peers{fetch: asks, news: func(id string) { heard <- id }, log: slog.New(slog.DiscardHandler), spawn: func(f func(context.Context)) { group.Go(func() { f(ctx) }) }}
	key := map[string]string{"x-api-key": "hemmelig"}
	nabo := config.Source{ID: "nabo", Kind: "fritidshub", URL: hub.URL + "/fritid/rpde/municipality/3909/records", Enabled: true, Headers: key}
	off, rpde, file := nabo, nabo, nabo
	off.ID, off.Enabled = "av", false
	rpde.ID, rpde.Kind = "rpde", "rpde"
	file.ID, file.URL = "fil", "file:nabo.json"
	away, without := nabo, nabo
	away.ID, away.URL = "flyttet", hub.URL+"/flyttet"
	without.ID, without.Headers = "uten", nil
	all := []config.Source{nabo, off, rpde, file, away, without}
	p.update(all)
	p.update(all)
	<-moved
	<-keyless
	for _, step := range []struct {
		text string
		news bool
	}{{`{"feed":"f","listings":1,"records":2}`, true}, {`{"feed":"f","listings":1,"records":2}`, false}, {`{"feed":"f","listings":1,"records":3}`, true}} {
		say <- step.text
		if step.news {
			if id := <-heard; id != "nabo" {
				t.Errorf("%s: %s", step.text, id)
			}
		}
	}
	p.update(all[1:])
	<-left // nobody listens any more
	if len(heard) > 0 || elsewhere.Load() > 0 || len(moved)+len(keyless) > 0 {
		t.Errorf("%d more news, %d requests led elsewhere, %d and %d more refused", len(heard), elsewhere.Load(), len(moved), len(keyless))
	}
}
