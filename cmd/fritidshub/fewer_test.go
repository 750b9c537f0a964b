package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"fritidshub/config"
)

// TestFewerSources: a file that leaves out most of what is shown is taken neither by a running hub nor by a sync, until it is confirmed.
func TestFewerSources(t *testing.T) {
	const header = "hub: {id: prove}\nsources:"
	entry := func(id string) string {
		return fmt.Sprintf("\n  - {id: %s, kind: csv, url: \"file:lag.csv\", licence: CC0-1.0}", id)
	}
	all := header + entry("a") + entry("b") + entry("c") + entry("d") + entry("e")
	dir, flags := setUp(t, "", map[string]string{"lag.csv": clubs(2)})
	file := flags[1]
	write(t, file, all)
	if code, out, errs := call(t, nil, append([]string{"sync"}, flags...)...); code != exitOK {
		t.Fatal(out, errs)
	}
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
	used := 0
	r := &reloader{hub: h, condition: &condition{log: h.log, wrong: map[string]wrong{}}, taken: fileStamp(file), last: fileStamp(file),
		use: func(cfg *config.Config) error { used++; return nil }}
	for _, c := range []struct {
		name, text string
		taken      bool
		says       string
	}{
		{"three of five", header + entry("a") + entry("b"), false, "3 av 5 kilder som viser noe nå"},
		{"nothing below sources", header, false, "sources.yaml er feil"},
		{"two of five", header + entry("a") + entry("b") + entry("c"), true, ""},
		{"all again", all, true, ""},
		{"another file", header + entry("prove"), false, "5 av 5 kilder"},
		{"switched off", header + strings.ReplaceAll(entry("a")+entry("b")+entry("c")+entry("d")+entry("e"), "}", ", enabled: false}"), true, ""},
		{"all on again", all, true, ""},
		{"none, in so many words", header + " []", true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := used
			write(t, file, c.text)
			r.look(t.Context())
			r.look(t.Context())
			said := strings.Join(r.condition.status().Degraded, " ")
			if (used > before) != c.taken || (c.says == "") != (said == "") || !strings.Contains(said, c.says) || c.says != "" && !strings.Contains(log.String(), c.says) {
				t.Errorf("taken %v, want %v; says %q", used > before, c.taken, said)
			}
		})
	}
	write(t, file, all)
	if code, out, errs := call(t, nil, append([]string{"sync"}, flags...)...); code != exitOK {
		t.Fatal(out, errs)
	}
	trial := filepath.Join(dir, "prove.yaml")
	write(t, trial, header+entry("prove"))
	if code, out, errs := call(t, nil, "sync", "-sources", trial, "-data", flags[3]); code != exitFailed || !strings.Contains(errs, "a, b, c, d, e") {
		t.Errorf("a sync of another file: exit %d: %s%s", code, out, errs)
	}
	if code, out, errs := call(t, nil, "sync", "-sources", trial, "-data", filepath.Join(dir, "prove")); code != exitOK {
		t.Errorf("a sync of another file into a folder of its own: exit %d: %s%s", code, out, errs)
	}
	if code, out, _ := call(t, nil, append([]string{"export", "-format", "ndjson"}, flags...)...); code != exitOK || out == "" {
		t.Errorf("after it all: exit %d, %s", code, out)
	}
}
