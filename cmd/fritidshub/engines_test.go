package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fritidshub/api"
)

// readyz is what these tests look at of /readyz.
type readyz struct {
	Status      string
	Change      int64
	IndexChange int64 `json:"index_change"`
	Engine      string
	Degraded    bool
	Reasons     []string
	Engines     []api.EngineStatus
}

func look(t *testing.T, base string) readyz {
	t.Helper()
	var r readyz
	getJSON(t, base+"/readyz", &r)
	return r
}

func searchEngine(t *testing.T, base string) string {
	t.Helper()
	resp, err := http.Get(base + "/api/v1/search?limit=1")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("search: %s", resp.Status)
	}
	return resp.Header.Get("X-Search-Engine")
}

// nobody is an address at which nothing listens.
func nobody(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String()
}

// TestServeWithoutItsMeilisearch: a hub whose Meilisearch is not there starts, serves, takes in what is new, and says who answers.
func TestServeWithoutItsMeilisearch(t *testing.T) {
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(12)})
	base, stop := startServe(t, []string{"FRITIDSHUB_MEILI_URL=" + nobody(t), "FRITIDSHUB_MEILI_KEY=hemmelig"}, flags)
	defer stop()
	within(t, 10*time.Second, "the first content", func() bool { return total(t, base, "limit=1") == 12 })
	if got := searchEngine(t, base); got != "embedded; fallback" {
		t.Errorf("X-Search-Engine: %q", got)
	}
	var r readyz
	within(t, 10*time.Second, "/readyz tells of both engines", func() bool {
		r = look(t, base)
		return r.Status == "ready" && r.Engine == "embedded; fallback" && r.Degraded && len(r.Engines) == 2 && r.Engines[1].Fault != "" && r.Engines[1].Behind > 0
	})
	if e := r.Engines[0]; e.Name != "embedded" || !e.Answers || e.Behind != 0 || e.Fault != "" || !e.Since.IsZero() {
		t.Errorf("%+v", e)
	}
	if e := r.Engines[1]; e.Name != "meilisearch" || e.Answers || e.Since.IsZero() || !strings.Contains(strings.Join(r.Reasons, " "), "Meilisearch") {
		t.Errorf("%+v %q", e, r.Reasons)
	}
	if strings.Contains(fmt.Sprint(r), "hemmelig") {
		t.Error("the key is told")
	}
	write(t, filepath.Join(dir, "lag.csv"), clubs(15))
	if code, out, errs := call(t, nil, append([]string{"sync"}, flags...)...); code != exitOK {
		t.Fatal(out, errs)
	}
	within(t, 5*time.Second, "what is new", func() bool { return total(t, base, "limit=1") == 15 })
}

func TestMeiliSettings(t *testing.T) {
	_, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(1)})
	for name, env := range map[string]map[string]string{
		"no address":  {"FRITIDSHUB_MEILI_URL": "127.0.0.1:7700"},
		"a path":      {"FRITIDSHUB_MEILI_URL": "http://127.0.0.1:7700/indexes"},
		"a user":      {"FRITIDSHUB_MEILI_URL": "http://a:hemmelig@127.0.0.1:7700"},
		"a key alone": {"FRITIDSHUB_MEILI_KEY": "hemmelig"},
	} {
		code, out, errs := call(t, env, append([]string{"reindex"}, flags...)...)
		if code != exitUsage || out != "" || !strings.Contains(errs, "FRITIDSHUB_MEILI_URL") || strings.Contains(errs, "hemmelig") {
			t.Errorf("%s: exit %d, %q, %q", name, code, out, errs)
		}
	}
}

func reindexedOf(t *testing.T, out string) []reindexed {
	t.Helper()
	var all []reindexed
	for decoder := json.NewDecoder(strings.NewReader(out)); decoder.More(); {
		var one reindexed
		if err := decoder.Decode(&one); err != nil {
			t.Fatalf("%v in %s", err, out)
		}
		all = append(all, one)
	}
	return all
}

// TestReindex: without a running hub the command makes the file that the next start loads; beside one it is the hub that builds, and readers
// notice nothing.
func TestReindex(t *testing.T) {
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(12)})
	reindex := append([]string{"reindex", "-json"}, flags...)
	if code, out, errs := call(t, nil, reindex...); code != exitFailed || out != "" || !strings.Contains(errs, "ingen database") {
		t.Fatalf("without a database: exit %d, %q, %q", code, out, errs)
	}
	if code, out, errs := call(t, nil, append([]string{"sync"}, flags...)...); code != exitOK {
		t.Fatal(out, errs)
	}
	code, out, errs := call(t, nil, reindex...)
	got := reindexedOf(t, out)
	if code != exitOK || errs != "" || len(got) != 1 || got[0].Status != "ok" || got[0].Held != 12 || got[0].Sent != 12 || got[0].By != "reindex" || got[0].Change == 0 {
		t.Fatalf("exit %d, %+v, %q", code, got, errs)
	}
	env := []string{"FRITIDSHUB_NOW=2026-11-22T12:00:00+01:00"}
	base, stop := startServe(t, env, flags)
	defer stop()
	code, out, errs = call(t, nil, reindex...)
	got = reindexedOf(t, out)
	if code != exitOK || errs != "" || len(got) != 1 || got[0].Status != "ok" || got[0].Held != 12 || got[0].By != "serve" {
		t.Fatalf("beside serve: exit %d, %+v, %q", code, got, errs)
	}
	if code, out, _ := call(t, nil, append([]string{"reindex"}, flags...)...); code != exitOK || !strings.Contains(out, "12 oppføringer") || !strings.Contains(out, "huben som går") {
		t.Errorf("exit %d, %q", code, out)
	}
	if n := total(t, base, "limit=1"); n != 12 {
		t.Errorf("%d found", n)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "data", "reindex-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestReindexWithoutMeilisearch: what can be built is built, and of the other it is said in Norwegian what to do, without its key.
func TestReindexWithoutMeilisearch(t *testing.T) {
	_, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(3)})
	if code, out, errs := call(t, nil, append([]string{"sync"}, flags...)...); code != exitOK {
		t.Fatal(out, errs)
	}
	env := map[string]string{"FRITIDSHUB_MEILI_URL": nobody(t), "FRITIDSHUB_MEILI_KEY": "hemmelig"}
	code, out, errs := call(t, env, append([]string{"reindex"}, flags...)...)
	if code != exitFailed || errs != "" || !strings.Contains(out, "Innebygd søkemotor: 3 oppføringer") || !strings.Contains(out, "Meilisearch: FEILET") ||
		!strings.Contains(out, "FRITIDSHUB_MEILI_URL") || strings.Contains(out, "hemmelig") {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
}

// TestSnapshot: what a hub that was stopped had indexed is there when it starts again; a file that is of no use is as none.
func TestSnapshot(t *testing.T) {
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(12)})
	file := filepath.Join(dir, "data", snapshotName)
	env := []string{"FRITIDSHUB_NOW=2026-11-22T12:00:00+01:00"}
	serve := func(change func()) string {
		t.Helper()
		cmd := child(t.Context(), env, append([]string{"serve", "-listen", "127.0.0.1:0"}, flags...)...)
		log := &bytes.Buffer{}
		base, stop := startLogged(t, cmd, log)
		within(t, 5*time.Second, "the content", func() bool { return total(t, base, "limit=1") >= 12 })
		change()
		stop()
		return log.String()
	}
	if log := serve(func() {}); strings.Contains(log, "search index is loaded") {
		t.Error("the first start loads a file")
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal("a clean stop leaves no file: ", err)
	}
	log := serve(func() {
		write(t, filepath.Join(dir, "lag.csv"), clubs(14))
		if code, out, errs := call(t, nil, append([]string{"sync"}, flags...)...); code != exitOK {
			t.Fatal(out, errs)
		}
	})
	if !strings.Contains(log, "search index is loaded") {
		t.Errorf("the second start does not load it: %s", log)
	}
	for name, text := range map[string][]byte{
		"cut":      whole[:len(whole)/2],
		"damaged":  append(append(bytes.Clone(whole[:len(whole)/2]), whole[len(whole)/2]^1), whole[len(whole)/2+1:]...),
		"nothing":  {},
		"no line":  bytes.Repeat([]byte("x"), 10_000),
		"old":      nil, // of the time before the last sync
		"is a dir": nil,
	} {
		os.RemoveAll(file)
		if name == "is a dir" {
			os.Mkdir(file, 0o700)
			text = nil
		} else if name == "old" {
			text = whole
		}
		if text != nil {
			write(t, file, string(text))
		}
		log := serve(func() {})
		if loaded := strings.Contains(log, "search index is loaded"); loaded != (name == "old") {
			t.Errorf("%s: loaded %v: %s", name, loaded, log)
		}
	}
}
