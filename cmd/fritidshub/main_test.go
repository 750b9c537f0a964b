package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// childEnv makes the test binary behave as the program itself; its value names a failpoint and the call at which the process kills
// itself: "mid_batch:2". "-" is none.
const childEnv = "FRITIDSHUB_TEST_CHILD"

func TestMain(m *testing.M) {
	spec, child := os.LookupEnv(childEnv)
	if !child {
		os.Exit(m.Run())
	}
	p := &program{out: os.Stdout, err: os.Stderr, env: os.LookupEnv}
	if name, nth, ok := strings.Cut(spec, ":"); ok {
		left, _ := strconv.Atoi(nth)
		var mu sync.Mutex
		p.failpoint = func(at string) {
			mu.Lock()
			defer mu.Unlock()
			if at == name {
				if left--; left == 0 {
					syscall.Kill(os.Getpid(), syscall.SIGKILL)
					select {}
				}
			}
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// child is the program as a process of its own.
func child(ctx context.Context, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(os.Environ(), append([]string{childEnv + "=-"}, env...)...)
	return cmd
}

// call runs a command within the test's process.
func call(t *testing.T, env map[string]string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	p := &program{out: &stdout, err: &stderr, env: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
	code = p.run(t.Context(), args)
	return code, stdout.String(), stderr.String()
}

// setUp makes a folder with a sources.yaml and files beside it, and gives the flags that point there.
func setUp(t *testing.T, sources string, files map[string]string) (dir string, flags []string) {
	t.Helper()
	dir = t.TempDir()
	write(t, filepath.Join(dir, "sources.yaml"), "hub: {id: prove, name: Prøve, municipality: \"3909\"}\nsources:\n"+sources)
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
	return dir, []string{"-sources", filepath.Join(dir, "sources.yaml"), "-data", filepath.Join(dir, "data")}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const csvSource = "  - {id: lag, kind: csv, url: \"file:lag.csv\", licence: CC0-1.0}\n"

func clubs(n int) string {
	b := strings.Builder{}
	b.WriteString("Id;Navn;Sted;Ukedag;Fra kl.;Til kl.;Pris\n")
	for i := range n {
		fmt.Fprintf(&b, "%d;Turlag %d;Kvelde;tirsdag;18.00;19.30;gratis\n", i, i)
	}
	return b.String()
}

func TestSyncPrintsOneObjectPerSource(t *testing.T) {
	dir, flags := setUp(t, csvSource+"  - {id: borte, kind: csv, url: \"file:finnes-ikke.csv\", licence: CC0-1.0}\n", map[string]string{"lag.csv": clubs(12)})
	code, out, errs := call(t, nil, append([]string{"sync", "-json"}, flags...)...)
	if code != exitFailed || errs != "" {
		t.Fatalf("exit %d, standard error %q", code, errs)
	}
	got := map[string]map[string]any{}
	decoder := json.NewDecoder(strings.NewReader(out))
	for decoder.More() {
		var one map[string]any
		if err := decoder.Decode(&one); err != nil {
			t.Fatalf("%v in %s", err, out)
		}
		got[one["source"].(string)] = one
	}
	if lag := got["lag"]; lag["status"] != "ok" || lag["added"] != 12.0 || lag["live"] != 12.0 {
		t.Errorf("lag: %v", lag)
	}
	if borte := got["borte"]; borte["status"] != "failed" || !strings.Contains(fmt.Sprint(borte["error"]), "finnes-ikke.csv") {
		t.Errorf("borte: %v", borte)
	}
	for _, member := range []string{"source", "status", "added", "updated", "unchanged", "missing", "removed", "rejected", "live", "requests", "seconds"} {
		if _, ok := got["lag"][member]; !ok {
			t.Errorf("lag has no %q", member)
		}
	}
	code, out, _ = call(t, nil, append([]string{"sync", "lag"}, flags...)...)
	if code != exitOK || !strings.Contains(out, "uendret") {
		t.Errorf("second time: exit %d, %s", code, out)
	}
	write(t, filepath.Join(dir, "lag.csv"), clubs(13))
	if code, out, _ = call(t, nil, append([]string{"sync", "lag"}, flags...)...); code != exitOK || !strings.Contains(out, "1 nye") {
		t.Errorf("third time: exit %d, %s", code, out)
	}
}

func TestCommandLineErrors(t *testing.T) {
	_, flags := setUp(t, csvSource+"  - {id: av, kind: csv, url: \"file:x.csv\", licence: CC0-1.0, enabled: false}\n", map[string]string{"lag.csv": clubs(1)})
	busy, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	file := filepath.Join(t.TempDir(), "fil")
	write(t, file, "ikke en mappe")
	for _, c := range []struct {
		name string
		env  map[string]string
		args []string
		code int
		says string
	}{
		{"no verb", nil, nil, exitUsage, "KOMMANDO"},
		{"unknown verb", nil, []string{"synk"}, exitUsage, `"synk"; mente du "sync"?`},
		{"bad number", nil, []string{"preview", "-run", "abc", "lag"}, exitUsage, `flagget -run kan ikke ha verdien "abc"; det skal være et tall`},
		{"bad yes or no", nil, []string{"sync", "-json=kanskje"}, exitUsage, `flagget -json kan ikke ha verdien "kanskje"`},
		{"unknown flag", nil, []string{"sync", "-jsn"}, exitUsage, "-jsn"},
		{"unknown source", nil, append([]string{"sync", "lga"}, flags...), exitUsage, `"lga" finnes ikke i sources.yaml; mente du "lag"?`},
		{"source that is off", nil, append([]string{"sync", "av"}, flags...), exitUsage, "slått av"},
		{"missing file", nil, []string{"check", "-sources", "finnes/ikke.yaml"}, exitUsage, "finnes ikke"},
		{"port in use", nil, append([]string{"serve", "-listen", busy.Addr().String()}, flags...), exitFailed, "er i bruk"},
		{"bad address", nil, append([]string{"serve", "-listen", "nonsens"}, flags...), exitUsage, "nonsens"},
		{"data is a file", nil, []string{"sync", "-sources", flags[1], "-data", file}, exitFailed, file},
		{"bad clock", map[string]string{"FRITIDSHUB_NOW": "i går"}, []string{"version"}, exitUsage, "FRITIDSHUB_NOW"},
		{"clock out of range", map[string]string{"FRITIDSHUB_NOW": "1980-01-01T00:00:00Z"}, []string{"version"}, exitUsage, "1997"},
		{"bad private list", map[string]string{"FRITIDSHUB_ALLOW_PRIVATE": "overalt"}, []string{"version"}, exitUsage, "FRITIDSHUB_ALLOW_PRIVATE"},
		{"bad proxies", map[string]string{"FRITIDSHUB_TRUSTED_PROXIES": "10.0.0.5,proxyen"}, append([]string{"serve"}, flags...), exitUsage, `FRITIDSHUB_TRUSTED_PROXIES: skriv adressene eller nettene til proxyene foran huben, med komma mellom, for eksempel 10.0.0.5,10.1.0.0/16: "proxyen"`},
		{"too many arguments", nil, []string{"version", "nå"}, exitUsage, `"nå"`},
		{"bad format", nil, append([]string{"export", "-format", "xls"}, flags...), exitUsage, "xls"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errs := call(t, c.env, c.args...)
			if code != c.code || !strings.Contains(out+errs, c.says) {
				t.Errorf("exit %d, want %d; said %q, want %q in it", code, c.code, out+errs, c.says)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	_, flags := setUp(t, csvSource+"  - id: feil\n    kind: csv\n    url: file:x.csv\n    licence: CC0-1.0\n    options: {kolonner: {}}\n    schedule: \"@every 1s\"\n", nil)
	all := "  - {id: a, kind: jsonld, url: \"https://a.example/\", licence: CC0-1.0, options: {max_pages: 99999, zero_price: kanskje, ukjent: 1}}\n" +
		"  - {id: b, kind: rss, url: \"https://b.example/\", licence: CC0-1.0, options: {span: alltid, latest: kanskje}}\n"
	_, several := setUp(t, all, nil)
	code, out, _ := call(t, nil, append([]string{"check"}, several...)...)
	for _, word := range []string{"max_pages", "zero_price", "ukjent", "alltid", "kanskje"} {
		if code != exitUsage || !strings.Contains(out, word) {
			t.Errorf("exit %d, nothing about %s:\n%s", code, word, out)
		}
	}
	code, out, _ = call(t, nil, append([]string{"check"}, flags...)...)
	if code != exitUsage || !strings.Contains(out, "sources.yaml:8:15: ukjent nøkkel") || !strings.Contains(out, "sources.yaml:9:15: tidsplanen") {
		t.Errorf("exit %d\n%s", code, out)
	}
	_, meant := setUp(t, "  - {id: a, kind: kalender, url: \"https://a.example/\", licence: permission, municipality: Larvik, defaults: {category: Kor}, categories: {Elg: fotbal}}\n", nil)
	code, out, _ = call(t, nil, append([]string{"check"}, meant...)...)
	for _, word := range []string{`mente du "ical"?`, `mente du municipality: "3909" (Larvik)?`, "mente du choir (Kor)?", "mente du football (Fotball)?"} {
		if code != exitUsage || !strings.Contains(out, word) {
			t.Errorf("exit %d, no %q:\n%s", code, word, out)
		}
	}
	if code, out, _ := call(t, nil, "check", "../../sources.yaml"); code != exitOK {
		t.Errorf("the repository's own file: exit %d\n%s", code, out)
	}
	code, out, _ = call(t, nil, "check", "-json", "../../sources.yaml")
	var answer struct{ OK bool }
	if err := json.Unmarshal([]byte(out), &answer); err != nil || !answer.OK || code != exitOK {
		t.Errorf("as JSON: exit %d, %v\n%s", code, err, out)
	}
}

// TestSchemaIsCommitted: the schema that sources.yaml names on its first line is that of the program.
func TestSchemaIsCommitted(t *testing.T) {
	committed, err := os.ReadFile("../../docs/sources.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, out, _ := call(t, nil, "schema"); out != string(committed) {
		t.Error("docs/sources.schema.json is stale; run make generate")
	}
}

// TestReadOnlyData: a data folder that cannot be written still serves what is there, and a sync says so in one sentence.
func TestReadOnlyData(t *testing.T) {
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(3)})
	if code, out, errs := call(t, nil, append([]string{"sync"}, flags...)...); code != exitOK {
		t.Fatal(out, errs)
	}
	data := filepath.Join(dir, "data")
	if err := os.Chmod(data, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(data, 0o755) })
	sync, serve := unprivileged(t, dir, append([]string{"sync"}, flags...)...), unprivileged(t, dir, append([]string{"serve", "-listen", "127.0.0.1:0"}, flags...)...)
	out, err := sync.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "kan ikke skrives") {
		t.Errorf("sync: %v: %s", err, out)
	}
	base, stop := start(t, serve)
	var answer struct{ Total int }
	getJSON(t, base+"/api/v1/search", &answer)
	if answer.Total != 3 {
		t.Errorf("%d listings are served", answer.Total)
	}
	stop()
}

// unprivileged is the program run by someone who may not write everywhere.
func unprivileged(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := child(t.Context(), nil, args...)
	if os.Getuid() != 0 {
		return cmd
	}
	for path := dir; path != os.TempDir() && path != "/"; path = filepath.Dir(path) {
		if err := os.Chmod(path, 0o555); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(path, 0o755) })
	}
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dir, "program")
	if err := os.WriteFile(copied, program, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd.Path = copied
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	return cmd
}

// TestDiskFull: a run that does not fit says so, loses nothing, and works by itself when there is room again.
func TestDiskFull(t *testing.T) {
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(10)})
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := exec.Command("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", data).Run(); err != nil {
		t.Skip("skipped: a small file system cannot be mounted here (needs root)")
	}
	t.Cleanup(func() { exec.Command("umount", data).Run() })
	sync := append([]string{"sync", "-json"}, flags...)
	if code, out, errs := call(t, nil, sync...); code != exitOK {
		t.Fatal(out, errs)
	}
	filler := filepath.Join(data, "fyll")
	write(t, filler, strings.Repeat("x", 2<<20))
	write(t, filepath.Join(dir, "lag.csv"), clubs(9_000))
	code, out, errs := call(t, nil, sync...)
	if code != exitFailed || !strings.Contains(out+errs, "disken er full") {
		t.Errorf("full: exit %d: %s%s", code, out, errs)
	}
	if code, out, _ := call(t, nil, append([]string{"export", "-format", "ndjson"}, flags...)...); code != exitOK || strings.Count(out, "\n") != 10 {
		t.Errorf("while full: exit %d, %d listings", code, strings.Count(out, "\n"))
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "lag.csv"), clubs(12))
	if code, out, errs := call(t, nil, sync...); code != exitOK || !strings.Contains(out, `"live":12`) {
		t.Errorf("with room again: exit %d: %s%s", code, out, errs)
	}
}
