package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/taxonomy"
	"fritidshub/connectors/connectortest"
	"fritidshub/index"
	"fritidshub/index/memory"
	"fritidshub/ingest"
	"fritidshub/store"
	"fritidshub/store/sqlite"
)

// feeds are sources whose content is a function of a revision: id to text.
var feeds = map[string]func(rev int) map[string]string{
	"grows": func(rev int) map[string]string {
		out := map[string]string{}
		for i := range 200 + 20*rev {
			out[fmt.Sprint(i)] = fmt.Sprintf("Utgave %d", rev)
		}
		return out
	},
	"blinks": func(rev int) map[string]string { // a seventh is gone each time, below the guard
		out := map[string]string{}
		for i := range 140 {
			if i%7 != rev%7 {
				out[fmt.Sprint(i)] = fmt.Sprintf("Utgave %d", rev)
			}
		}
		return out
	},
	"same": func(int) map[string]string {
		out := map[string]string{}
		for i := range 100 {
			out[fmt.Sprint(i)] = "Alltid den samme"
		}
		return out
	},
	"some": func(rev int) map[string]string { // one in ten changes
		out := map[string]string{}
		for i := range 300 {
			out[fmt.Sprint(i)] = fmt.Sprintf("Utgave %d", rev-rev%(1+i%10))
		}
		return out
	},
}

func feedCSV(content map[string]string) string {
	var b strings.Builder
	b.WriteString("id,title,description,weekday,from\n")
	for id, text := range content { // in another order every time
		fmt.Fprintf(&b, "%s,Turlag %s,%s,tirsdag,18:00\n", id, id, text)
	}
	return b.String()
}

// merged is what a source's listings are after a run: what was seen is new, what was not seen stays for its grace period.
func merged(before, seen map[string]string) map[string]string {
	after := maps.Clone(before)
	maps.Copy(after, seen)
	return after
}

// TestKill: kill -9 at any moment of a sync leaves every source wholly as it was or wholly as it is now, with an index that
// can be brought to agree with the database, and the next sync is as if nothing had happened.
func TestKill(t *testing.T) {
	rounds := 50
	switch {
	case testing.Short():
		rounds = 10
	case connectortest.RaceOn: // make test kills the other rounds without it
		rounds = 20
	}
	var rev atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/csv")
		io.WriteString(w, feedCSV(feeds[strings.TrimPrefix(r.URL.Path, "/")](int(rev.Load()))))
	}))
	defer server.Close()
	var sources strings.Builder
	for _, id := range slices.Sorted(maps.Keys(feeds)) {
		fmt.Fprintf(&sources, "  - {id: %s, kind: csv, url: \"%s/%s\", licence: CC0-1.0}\n", id, server.URL, id)
	}
	dir, flags := setUp(t, sources.String(), nil)
	env := []string{"FRITIDSHUB_ALLOW_PRIVATE=*", "FRITIDSHUB_NOW=2026-11-22T12:00:00+01:00"}
	sync := append([]string{"sync", "-json"}, flags...)

	began := time.Now()
	if out, err := child(t.Context(), env, sync...).CombinedOutput(); err != nil {
		t.Fatalf("first sync: %v\n%s", err, out)
	}
	whole := time.Since(began)
	model := map[string]map[string]string{}
	for id, feed := range feeds {
		model[id] = feed(0)
	}
	points := []string{"after_fetch", "before_begin", "mid_batch", "before_commit", "after_commit", ""}
	random := rand.New(rand.NewPCG(1, 2))
	killed, old, fresh := map[string]int{}, 0, 0
	for round := 1; round <= rounds; round++ {
		rev.Add(1)
		point := points[round%len(points)]
		ctx, cancel := context.WithCancel(t.Context())
		cmd := child(ctx, env, sync...)
		if point != "" {
			cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%s:%d", childEnv, point, 1+random.IntN(len(feeds)-1)))
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if point == "" { // at any moment: of this one, when it ends by itself, nothing is lost
			timer := time.AfterFunc(time.Duration(random.Float64()*1.2*float64(whole)), cancel)
			cmd.Wait()
			timer.Stop()
		} else {
			cmd.Wait()
		}
		cancel()
		if !cmd.ProcessState.Success() && cmd.ProcessState.ExitCode() == -1 {
			killed[point]++
		} else if point != "" {
			t.Fatalf("round %d: %s: not killed: %s", round, point, cmd.ProcessState)
		}
		got := inspect(t, dir)
		for id := range feeds {
			next := merged(model[id], feeds[id](int(rev.Load())))
			switch {
			case maps.Equal(got[id], next):
				fresh++
			case maps.Equal(got[id], model[id]):
				old++
			default:
				t.Fatalf("round %d: killed at %q: %s is neither old nor new: %d listings", round, point, id, len(got[id]))
			}
			model[id] = got[id]
		}
		if round%10 == 0 {
			if out, err := child(t.Context(), env, sync...).CombinedOutput(); err != nil {
				t.Fatalf("round %d: the sync after: %v\n%s", round, err, out)
			}
			got := inspect(t, dir)
			for id := range feeds {
				if model[id] = merged(model[id], feeds[id](int(rev.Load()))); !maps.Equal(got[id], model[id]) {
					t.Fatalf("round %d: %s is not whole after a sync that was not killed", round, id)
				}
			}
		}
	}
	t.Logf("%d kills %v; sources found old %d times, new %d times; a whole sync takes %s", rounds, killed, old, fresh, whole)
	if old == 0 || fresh == 0 {
		t.Error("the kills did not fall on both sides of a commit")
	}
}

// inspect opens what a killed process left: integrity, an index that agrees with the database, and what each source has.
func inspect(t *testing.T, dir string) map[string]map[string]string {
	t.Helper()
	db, err := sqlite.Open(t.Context(), sqlite.Options{File: filepath.Join(dir, "data", "fritidshub.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, ids := map[string]map[string]string{}, map[string]bool{}
	err = db.Changes(t.Context(), 0, 0, func(l catalog.ListingState) error {
		if !l.Live() {
			return nil
		}
		ids[l.ID] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for id := range feeds {
		var natives []string
		if err := db.Heads(t.Context(), id, func(h store.Head) error { natives = append(natives, h.NativeID); return nil }); err != nil {
			t.Fatal(err)
		}
		records, err := db.Records(t.Context(), id, natives)
		if err != nil {
			t.Fatal(err)
		}
		got[id] = map[string]string{}
		for _, r := range records {
			got[id][r.NativeID] = r.Description
		}
	}
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC) }
	engine := memory.New()
	defer engine.Close()
	if _, err := ingest.NewIndexer(db, engine, tax, calendar.Hub{Zone: time.UTC}, now, nil).CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	q := index.Query{Limit: 100, Now: now()}
	found := map[string]bool{}
	for {
		result, err := engine.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, hit := range result.Hits {
			found[hit.ID] = true
		}
		if q.After = result.Next; q.After == nil {
			break
		}
	}
	if !maps.Equal(ids, found) {
		t.Fatalf("the index finds %d listings, the database has %d", len(found), len(ids))
	}
	for _, id := range slices.Sorted(maps.Keys(feeds)) {
		runs, err := db.RunHistory(t.Context(), id, 0)
		if err != nil {
			t.Fatal(err)
		}
		open := 0
		for _, run := range runs {
			if run.Finished.IsZero() {
				open++
			}
		}
		if open > 1 {
			t.Fatalf("%s has %d unfinished runs", id, open)
		}
	}
	return got
}

// TestKillServe: a serve that is killed between database and index is, when started again, as the database says.
func TestKillServe(t *testing.T) {
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(1_500)})
	env := []string{"FRITIDSHUB_NOW=2026-11-22T12:00:00+01:00"}
	for round, point := range []string{"after_commit:1", "before_index:1", "mid_index:1"} {
		write(t, filepath.Join(dir, "lag.csv"), clubs(1_500+round*20))
		cmd := child(t.Context(), append(env, childEnv+"="+point), append([]string{"serve", "-listen", "127.0.0.1:0"}, flags...)...)
		// The first run of a source is due at once; later rounds make it due by moving the clock a day.
		cmd.Env = append(cmd.Env, fmt.Sprintf("FRITIDSHUB_NOW=2026-11-%dT12:00:00+01:00", 22+round))
		cmd.Run()
		if cmd.ProcessState.ExitCode() != -1 {
			t.Fatalf("%s: not killed: %s", point, cmd.ProcessState)
		}
		base, stop := startServe(t, append(env, fmt.Sprintf("FRITIDSHUB_NOW=2026-11-%dT12:00:00+01:00", 22+round)), flags)
		var ready struct {
			Change      int64 `json:"change"`
			IndexChange int64 `json:"index_change"`
		}
		getJSON(t, base+"/readyz", &ready)
		var answer struct{ Total int }
		getJSON(t, base+"/api/v1/search?limit=1", &answer)
		if ready.Change == 0 || ready.Change != ready.IndexChange || answer.Total < 1_500 {
			t.Errorf("%s: %+v, %d found", point, ready, answer.Total)
		}
		stop()
	}
}

// startServe starts the program, waits until it is ready, and gives its address and how to stop it politely.
func startServe(t *testing.T, env []string, flags []string) (base string, stop func()) {
	t.Helper()
	return start(t, child(t.Context(), env, append([]string{"serve", "-listen", "127.0.0.1:0"}, flags...)...))
}

func start(t *testing.T, cmd *exec.Cmd) (base string, stop func()) {
	t.Helper()
	return startLogged(t, cmd, &strings.Builder{})
}

// startLogged is start that keeps what the program writes to standard error, to be read when it has stopped.
func startLogged(t *testing.T, cmd *exec.Cmd, text interface {
	io.Writer
	fmt.Stringer
}) (base string, stop func()) {
	t.Helper()
	pipe, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address, ended := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(ended)
		buffer := make([]byte, 4096)
		sent := false
		for {
			n, err := pipe.Read(buffer)
			text.Write(buffer[:n])
			if _, rest, ok := strings.Cut(text.String(), "http://"); ok && !sent {
				if line, _, whole := strings.Cut(rest, "\n"); whole {
					address <- "http://" + strings.TrimSpace(line)
					sent = true
				}
			}
			if err != nil {
				if !sent {
					address <- "error: " + text.String()
				}
				return
			}
		}
	}()
	base = <-address
	if !strings.HasPrefix(base, "http://") {
		t.Fatalf("serve did not start: %s", base)
	}
	deadline := time.Now().Add(20 * time.Second)
	for {
		resp, err := http.Get(base + "/readyz")
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				break
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("serve is not ready: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return base, func() {
		cmd.Process.Signal(os.Interrupt)
		<-ended
		if err := cmd.Wait(); err != nil {
			t.Errorf("serve did not stop cleanly: %v", err)
		}
	}
}

func getJSON(t *testing.T, address string, v any) {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(v); err != nil {
		t.Fatalf("%s: %v", address, err)
	}
}
