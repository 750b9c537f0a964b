package main

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"fritidshub/config"
)

// TestReload: a file is taken into use when it stands still and is right, and what is wrong with it is said once.
func TestReload(t *testing.T) {
	const header = "hub: {id: prove, name: Prøve}\nsources:\n"
	one, two := header+csvSource, header+csvSource+"  - {id: ny, kind: csv, url: \"file:ny.csv\", licence: CC0-1.0}\n"
	_, flags := setUp(t, csvSource, nil)
	file := flags[1]
	write(t, file, one)
	p := &program{env: func(string) (string, bool) { return "", false }}
	in, err := p.defaults()
	if err != nil {
		t.Fatal(err)
	}
	in.sources, in.data = file, flags[3]
	var log bytes.Buffer
	h, err := p.open(t.Context(), in, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	var used []int
	r := &reloader{hub: h, condition: &condition{log: h.log, wrong: map[string]wrong{}}, undeclared: h.config, taken: fileStamp(file), last: fileStamp(file),
		use: func(cfg *config.Config) error { used = append(used, len(cfg.Sources)); return nil }}
	for _, step := range []struct {
		text string
		used []int // numbers of sources, of every time that a file was taken into use
		says string
	}{
		{one, []int{1}, ""}, // what the store did not know at the start
		{one, []int{1}, ""},
		{header, []int{1}, ""}, // half written
		{two, []int{1}, ""},
		{two, []int{1, 2}, ""},
		{"hub: [", []int{1, 2}, ""},
		{"hub: [", []int{1, 2}, "sources.yaml er feil"},
		{"hub: [", []int{1, 2}, "sources.yaml er feil"},
		{strings.Replace(two, "id: prove", "id: annen", 1), []int{1, 2}, "sources.yaml er feil"},
		{strings.Replace(two, "id: prove", "id: annen", 1), []int{1, 2}, "sources.yaml er feil"},
		{two, []int{1, 2}, "sources.yaml er feil"},
		{two, []int{1, 2, 2}, ""},
	} {
		write(t, file, step.text)
		r.look(t.Context())
		if said := strings.Join(r.condition.status().Degraded, " "); !slices.Equal(used, step.used) || (step.says == "") != (said == "") || !strings.Contains(said, step.says) {
			t.Fatalf("after %q: used %v, want %v; says %q", step.text, used, step.used, said)
		}
	}
	if n := strings.Count(log.String(), "level=ERROR"); n != 2 {
		t.Errorf("%d faults are logged, want one for each of the two wrong files:\n%s", n, log.String())
	}
}

// TestConditionStartsWithTheIndex: a hub whose index has never been whole is not ready, however often it was tried.
func TestConditionStartsWithTheIndex(t *testing.T) {
	c := &condition{starting: true, log: slog.New(slog.DiscardHandler), wrong: map[string]wrong{}}
	c.fault("config", "", nil)
	c.fault("index", "søkeindeksen henger etter", errors.New("no"))
	if s := c.status(); !s.Starting || len(s.Degraded) != 1 {
		t.Errorf("after a fault: %+v", s)
	}
	c.fault("index", "søkeindeksen henger etter", nil)
	if s := c.status(); s.Starting || len(s.Degraded) != 0 {
		t.Errorf("when it is whole: %+v", s)
	}
}

// TestExportTo: what is no file is written to and not replaced, and a folder is not taken for a file.
func TestExportTo(t *testing.T) {
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(3)})
	if code, out, errs := call(t, nil, append([]string{"sync"}, flags...)...); code != exitOK {
		t.Fatal(out, errs)
	}
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("skipped: no named pipes here:", err)
	}
	reader, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if code, _, errs := call(t, nil, append([]string{"export", "-format", "csv", "-o", pipe}, flags...)...); code != exitOK {
		t.Fatal(errs)
	}
	info, err := os.Stat(pipe)
	if err != nil || info.Mode().IsRegular() {
		t.Fatalf("the pipe is %v now, error %v", info, err)
	}
	head := make([]byte, 3)
	if _, err := io.ReadFull(reader, head); err != nil {
		t.Error(err)
	}
	if code, _, errs := call(t, nil, append([]string{"export", "-o", dir}, flags...)...); code != exitUsage || !strings.Contains(errs, "mappe") {
		t.Errorf("into a folder: exit %d, %s", code, errs)
	}
	if code, _, errs := call(t, nil, append([]string{"export", "-o", filepath.Join(dir, "a", "b")}, flags...)...); code != exitFailed || !strings.Contains(errs, filepath.Join("a", "b")+":") {
		t.Errorf("into a folder that is not there: exit %d, %s", code, errs)
	}
}
