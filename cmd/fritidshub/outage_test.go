package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/index"
	"fritidshub/index/meili/meilitest"
	"fritidshub/store/sqlite"
)

// meiliServer is a stand-in for a Meilisearch that can be gone, hang, or lose the answers to what it has accepted.
type meiliServer struct {
	*meilitest.Server
	url  string
	mode atomic.Int32
	// watch, when set, sees every request before it is answered.
	watch atomic.Pointer[func(*http.Request)]
	// accepted counts the documents requests that were taken.
	accepted atomic.Int32
}

const (
	well = iota
	gone
	hangs
	mute   // takes writes, and the connection breaks before its answer
	denies // the key
)

func startMeili(t *testing.T) *meiliServer {
	t.Helper()
	m := &meiliServer{Server: meilitest.Start(t)}
	m.Key = "hemmelig"
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if watch := m.watch.Load(); watch != nil {
			(*watch)(r)
		}
		write := strings.HasSuffix(r.URL.Path, "/documents")
		switch mode := m.mode.Load(); {
		case mode == gone:
			panic(http.ErrAbortHandler)
		case mode == denies:
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusForbidden)
			io.WriteString(w, `{"message":"The provided API key is invalid.","code":"invalid_api_key","type":"auth","link":""}`)
			return
		case mode == hangs:
			for m.mode.Load() == hangs && r.Context().Err() == nil {
				time.Sleep(10 * time.Millisecond)
			}
		case mode == mute && write:
			m.Server.ServeHTTP(httptest.NewRecorder(), r)
			m.accepted.Add(1)
			panic(http.ErrAbortHandler)
		case write:
			m.accepted.Add(1)
		}
		m.Server.ServeHTTP(w, r)
	}))
	t.Cleanup(h.Close)
	t.Cleanup(func() { m.mode.Store(gone) }) // before it closes
	m.url = h.URL
	return m
}

func (m *meiliServer) env() []string {
	return []string{"FRITIDSHUB_MEILI_URL=" + m.url, "FRITIDSHUB_MEILI_KEY=" + m.Key}
}

// held is what lies in the hub's index of the server, by id and change number.
func (m *meiliServer) held(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	was := m.mode.Swap(well)
	defer m.mode.Store(was)
	p := &program{out: io.Discard, err: io.Discard, env: func(string) (string, bool) { return "", false }}
	in := &invocation{sources: filepath.Join(dir, "sources.yaml"), data: filepath.Join(dir, "data"), now: time.Now, meiliURL: m.url, meiliKey: m.Key}
	h, err := p.open(t.Context(), in, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	e := h.openMeili()
	defer e.Close()
	got := map[string]int64{}
	if err := e.(index.Lister).Each(t.Context(), func(id string, change int64) error { got[id] = change; return nil }); err != nil {
		t.Fatal(err)
	}
	return got
}

// stored is what the database says that an index holds.
func stored(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	db, err := sqlite.Open(t.Context(), sqlite.Options{File: filepath.Join(dir, "data", databaseName), ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	got := map[string]int64{}
	err = db.Changes(t.Context(), 0, 0, func(l catalog.ListingState) error {
		if l.Live() {
			got[l.ID] = l.Change
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func syncNow(t *testing.T, flags []string) {
	t.Helper()
	if code, out, errs := call(t, nil, append([]string{"sync"}, flags...)...); code != exitOK {
		t.Fatal(out, errs)
	}
}

// TestOutage: a Meilisearch that comes late, goes in the middle, hangs, or goes after it has accepted: searches are answered all the time, at
// once and with what is new; nothing is lost; and when it is back it has everything and answers again, all by itself.
func TestOutage(t *testing.T) {
	m := startMeili(t)
	m.mode.Store(gone)
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(12)})
	base, stop := startServe(t, m.env(), flags)
	defer stop()
	within(t, 10*time.Second, "the first content", func() bool { return total(t, base, "limit=1") == 12 })
	if got := searchEngine(t, base); got != "embedded; fallback" {
		t.Errorf("before it has come: %q", got)
	}
	back := func(of string) {
		t.Helper()
		m.mode.Store(well)
		within(t, 40*time.Second, of+": Meilisearch answers again", func() bool { return searchEngine(t, base) == "meilisearch" })
		within(t, 10*time.Second, of+": it has caught up", func() bool {
			r := look(t, base)
			return r.Status == "ready" && !r.Degraded && r.Engine == "meilisearch" && r.Engines[1].Answers && r.Engines[1].Behind == 0 && r.IndexChange == r.Change
		})
		if held, want := m.held(t, dir), stored(t, dir); !maps.Equal(held, want) {
			t.Errorf("%s: %d documents in Meilisearch, %d listings", of, len(held), len(want))
		}
	}
	back("late")

	// Readers go on all the while, and none waits long or is sent away.
	reading, enough := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	var answers, longest atomic.Int64
	defer func() { enough(); readers.Wait() }()
	for i := range 2 {
		readers.Go(func() {
			for n := 0; reading.Err() == nil; n++ {
				began := time.Now()
				resp, err := http.Get(fmt.Sprintf("%s/api/v1/search?q=turlag&facets=category&limit=%d", base, 1+(n+i)%7))
				if err != nil {
					t.Error(err)
					return
				}
				var answer struct{ Total int }
				err = json.NewDecoder(resp.Body).Decode(&answer)
				resp.Body.Close()
				if resp.StatusCode == http.StatusTooManyRequests {
					time.Sleep(50 * time.Millisecond) // its own limit
					continue
				}
				if err != nil || resp.StatusCode != http.StatusOK || answer.Total < 12 {
					t.Errorf("a reader gets %s, %d found, %v", resp.Status, answer.Total, err)
					return
				}
				longest.Store(max(longest.Load(), int64(time.Since(began))))
				answers.Add(1)
				time.Sleep(150 * time.Millisecond)
			}
		})
	}
	n := 12
	for _, way := range []struct {
		name string
		mode int32
	}{{"goes", gone}, {"hangs", hangs}, {"accepts and goes", mute}} {
		before := m.accepted.Load()
		m.mode.Store(way.mode)
		n += 5
		write(t, filepath.Join(dir, "lag.csv"), clubs(n))
		syncNow(t, flags)
		within(t, 10*time.Second, way.name+": what is new is found", func() bool { return total(t, base, "q=turlag&limit=1") == n })
		if way.mode == mute {
			within(t, 20*time.Second, "it has accepted", func() bool { return m.accepted.Load() > before })
		}
		within(t, 30*time.Second, way.name+": /readyz says so", func() bool {
			r := look(t, base)
			return r.Status == "ready" && r.Degraded && len(r.Engines) == 2 && r.Engines[1].Fault != "" && !r.Engines[1].Since.IsZero()
		})
		back(way.name)
	}
	enough()
	readers.Wait()
	t.Logf("%d answers, the longest after %s", answers.Load(), time.Duration(longest.Load()))
	if got := time.Duration(longest.Load()); got > 2*time.Second || answers.Load() == 0 {
		t.Errorf("a reader waited %s; %d answers", got, answers.Load())
	}
}

// TestKillOutbox: a hub that is killed between its database and either of its engines, or while it builds one anew, brings both in step
// when it is started again.
func TestKillOutbox(t *testing.T) {
	m := startMeili(t)
	dir, flags := setUp(t, strings.Replace(csvSource, "}", ", schedule: \"@every 30m\"}", 1), map[string]string{"lag.csv": clubs(300)})
	serve := append([]string{"serve", "-listen", "127.0.0.1:0"}, flags...)
	at := func(minutes int) string { // of one day, so that what was built once goes on
		return "FRITIDSHUB_NOW=" + time.Date(2026, 11, 22, 8, minutes, 0, 0, time.UTC).Format(time.RFC3339)
	}
	inStep := func(of string, minutes int) {
		t.Helper()
		m.Requests()
		base, stop := startServe(t, append(m.env(), at(minutes)), flags)
		defer stop()
		within(t, 30*time.Second, of+": both engines are in step", func() bool {
			r := look(t, base)
			return r.Change > 0 && len(r.Engines) == 2 && r.Engines[0].Change == r.Change && r.Engines[1].Change == r.Change
		})
		if held, want := m.held(t, dir), stored(t, dir); !maps.Equal(held, want) {
			t.Errorf("%s: %d documents in Meilisearch, %d listings", of, len(held), len(want))
		}
	}
	inStep("first", 0)
	for round, point := range []string{"after_commit:1", "before_index:1", "before_index:2", "mid_index:1", "mid_index:2"} {
		write(t, filepath.Join(dir, "lag.csv"), clubs(300+20*(round+1)))
		cmd := child(t.Context(), append(m.env(), at(40*(round+1)), childEnv+"="+point), serve...)
		cmd.Run()
		if cmd.ProcessState.ExitCode() != -1 {
			t.Fatalf("%s: not killed: %s", point, cmd.ProcessState)
		}
		m.Requests()
		inStep(point, 40*(round+1))
		for _, request := range m.Requests() {
			if request == "POST /swap-indexes" {
				t.Errorf("%s: what was missing is not sent, all is built anew", point)
			}
		}
	}
	for round := range 3 { // in the middle of a rebuild
		ctx, kill := context.WithCancel(t.Context())
		m.watch.Store(new(func(r *http.Request) {
			if r.Method == "POST" && (round == 0 && r.URL.Path == "/indexes" || round == 1 && strings.HasSuffix(r.URL.Path, "_new/documents") || round == 2 && r.URL.Path == "/swap-indexes") {
				kill()
			}
		}))
		cmd := child(ctx, append(m.env(), fmt.Sprintf("FRITIDSHUB_NOW=2026-11-%dT12:00:00+01:00", 23+round)), serve...)
		cmd.Run()
		if kill(); cmd.ProcessState.ExitCode() != -1 {
			t.Fatalf("rebuild %d: not killed: %s", round, cmd.ProcessState)
		}
		m.watch.Store(nil)
		inStep(fmt.Sprint("rebuild ", round), 60*24*(1+round)+60*3)
	}
	if left := m.Indexes(); len(left) != 1 {
		t.Errorf("indexes: %v", left)
	}
}

// TestReindexMeili: both indexes are built anew, by the hub when it runs, and what the hub serves goes on meanwhile.
func TestReindexMeili(t *testing.T) {
	m := startMeili(t)
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(30)})
	syncNow(t, flags)
	env := map[string]string{"FRITIDSHUB_MEILI_URL": m.url, "FRITIDSHUB_MEILI_KEY": m.Key}
	reindex := func(by string) {
		t.Helper()
		code, out, errs := call(t, env, append([]string{"reindex", "-json"}, flags...)...)
		got := reindexedOf(t, out)
		if code != exitOK || errs != "" || len(got) != 2 {
			t.Fatalf("exit %d, %q, %q", code, out, errs)
		}
		for i, name := range []string{embeddedName, meiliName} {
			if r := got[i]; r.Engine != name || r.Status != "ok" || r.Held != 30 || r.Sent != 30 || r.By != by {
				t.Errorf("%+v", r)
			}
		}
		if held, want := m.held(t, dir), stored(t, dir); !maps.Equal(held, want) || len(want) != 30 {
			t.Errorf("%d documents in Meilisearch, %d listings", len(held), len(want))
		}
		if left := m.Indexes(); len(left) != 1 {
			t.Errorf("indexes: %v", left)
		}
	}
	reindex("reindex")
	m.Requests()
	base, stop := startServe(t, m.env(), flags)
	defer stop()
	within(t, 20*time.Second, "Meilisearch answers", func() bool { return searchEngine(t, base) == meiliName })
	for _, request := range m.Requests() {
		if strings.HasSuffix(request, "/documents") || request == "POST /swap-indexes" {
			t.Errorf("a start after reindex: %s", request)
		}
	}
	during := 0
	m.watch.Store(new(func(r *http.Request) {
		if r.URL.Path == "/swap-indexes" {
			during = total(t, base, "q=turlag&limit=1")
		}
	}))
	reindex("serve")
	if m.watch.Store(nil); during != 30 {
		t.Errorf("%d found while the indexes are swapped", during)
	}
	m.mode.Store(gone)
	code, out, _ := call(t, env, append([]string{"reindex"}, flags...)...)
	if code != exitFailed || !strings.Contains(out, "Innebygd søkemotor: 30") || !strings.Contains(out, "Meilisearch: FEILET") || strings.Contains(out, m.Key) {
		t.Errorf("without its server: exit %d, %q", code, out)
	}
}
