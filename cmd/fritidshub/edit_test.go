package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestEdit(t *testing.T) {
	one := "Id;Aktivitet;Arrangør;Sted;Startdato;Fra kl.\n1;Bluesnatt med Tor Eikeland;Larvik bluesklubb;Bølgen kulturhus;12.12.2026;20.00\n2;Barnas juleverksted;Kvelde bygdelag;Kvelde skole;13.12.2026;11.00\n"
	_, flags := setUp(t, csvSource+"  - {id: kommune, kind: csv, url: \"file:kommune.csv\", licence: CC0-1.0}\n",
		map[string]string{"lag.csv": one, "kommune.csv": strings.ReplaceAll(one, "\n1;", "\nk1;")})
	env := map[string]string{"FRITIDSHUB_NOW": "2026-11-22T12:00:00+01:00"}
	run := func(code int, args ...string) string {
		t.Helper()
		got, out, errs := call(t, env, append(args, flags...)...)
		if got != code {
			t.Fatalf("%q: exit %d, want %d: %s%s", args, got, code, out, errs)
		}
		return out + errs
	}
	listings := func() int { return strings.Count(run(exitOK, "export", "-format", "ndjson"), "\n") }
	says := func(text, word string) {
		t.Helper()
		if !strings.Contains(text, word) {
			t.Errorf("no %q in %s", word, text)
		}
	}
	run(exitOK, "sync")
	if n := listings(); n != 2 {
		t.Fatalf("%d listings of two things in two sources", n)
	}
	says(run(exitOK, "edit"), "Ingen avgjørelser")
	says(run(exitOK, "edit", "part", "lag/1", "-note", "to konserter"), "1. 2026-11-22 lag/1 og kommune/k1 er ikke det samme (to konserter)")
	if n := listings(); n != 3 {
		t.Errorf("%d listings after parting", n)
	}
	says(run(exitOK, "edit", "join", "lag/1", "lag/2"), "er det samme")
	if n := listings(); n != 2 {
		t.Errorf("%d listings after joining", n)
	}
	says(run(exitOK, "edit", "hide", "kommune/k1"), "vises ikke")
	says(run(exitOK, "edit", "set", "lag/1", "title", "Blues i Bølgen"), `title er "Blues i Bølgen"`)
	out := run(exitOK, "export", "-format", "ndjson")
	says(out, `"title":"Blues i Bølgen"`)
	if n := strings.Count(out, "\n"); n != 1 {
		t.Errorf("%d listings after hiding one", n)
	}
	says(run(exitOK, "edit", "-json"), `{"id":2,`)
	for _, n := range []string{"1", "2", "3", "4"} {
		says(run(exitOK, "edit", "undo", n), "tatt tilbake")
	}
	if n := listings(); n != 2 {
		t.Errorf("%d listings after taking all back", n)
	}
	for _, wrong := range [][]string{{"glem"}, {"join", "lag/1"}, {"undo", "99"}, {"undo", "x"}, {"part", "finnes-ikke"}, {"part"}, {"set", "lag/1"}, {"hide"}} {
		run(exitUsage, append([]string{"edit"}, wrong...)...)
	}
	says(run(exitFailed, "edit", "hide", "lag/99"), "ingen oppføring")
	says(run(exitFailed, "edit", "set", "lag/1", "age", "voksne"), "age")
	for value, want := range map[string]string{"150": `"price":{"min":150,"max":150,"currency":"NOK"`, `{"min":0}`: `"price":{"min":0,"currency":"NOK","free":true`, "gratis": `"free":true`, `{"min":90}`: `"price":{"min":90,`} {
		number, _, _ := strings.Cut(run(exitOK, "edit", "set", "lag/1", "price", value), ".")
		says(run(exitOK, "export", "-format", "ndjson"), want)
		run(exitOK, "edit", "undo", number)
	}
	run(exitOK, "edit", "set", "lag/1", "status", "avlyst")
	says(run(exitOK, "export", "-format", "ndjson"), `"status":"cancelled"`)
	says(run(exitFailed, "edit", "set", "lag/1", "status", "kanskje"), "avlyst, utsatt, fullt")
	for _, wrong := range [][2]string{{"categories", `["tullball"]`}, {"url", "javascript:alert(1)"}, {"image", `{"url":"javascript:alert(1)"}`}, {"accessibility", `["wheelchair","x"]`},
		{"kind", "null"}, {"kind", "fest"}, {"schedule", "i morgen"}, {"schedule", "null"}} {
		run(exitFailed, "edit", "set", "lag/1", wrong[0], wrong[1])
	}
	run(exitOK, "edit", "set", "lag/1", "place", `{"name":"Sliperiet","lat":59.05,"lon":10.03}`)
	run(exitOK, "edit", "set", "lag/1", "schedule", `{"dates":[{"start":"2026-12-19T19:00:00+01:00"}]}`)
	out = run(exitOK, "export", "-format", "ndjson")
	says(out, `"start":"2026-12-19T19:00:00+01:00"`)
	says(out, `"lat":59.05`)
	for _, wrong := range []string{`{"pris":150}`, "{}", `{"min":200,"max":100}`, `{"min":150,"free":true}`, "mye", `{"min":"150"}`} {
		says(run(exitFailed, "edit", "set", "lag/1", "price", wrong), "pri")
	}
}

// TestEditHoldsForAll: what is decided about a listing holds for all its records, is one decision, and outlives the one that led it.
func TestEditHoldsForAll(t *testing.T) {
	one := "Id;Aktivitet;Arrangør;Sted;Startdato;Fra kl.\n1;Bluesnatt med Tor Eikeland;Larvik bluesklubb;Bølgen kulturhus;12.12.2026;20.00\n"
	more := "  - {id: kommune, kind: csv, url: \"file:kommune.csv\", licence: CC0-1.0}\n  - {id: billett, kind: csv, url: \"file:billett.csv\", licence: CC0-1.0}\n"
	dir, flags := setUp(t, csvSource+more, map[string]string{"lag.csv": one, "kommune.csv": strings.ReplaceAll(one, "\n1;", "\nk1;"), "billett.csv": strings.ReplaceAll(one, "\n1;", "\nb1;")})
	env := map[string]string{"FRITIDSHUB_NOW": "2026-11-22T12:00:00+01:00"}
	run := func(args ...string) string {
		t.Helper()
		got, out, errs := call(t, env, append(args, flags...)...)
		if got != exitOK {
			t.Fatalf("%q: exit %d: %s%s", args, got, out, errs)
		}
		return out
	}
	file := filepath.Join(dir, "sources.yaml")
	declared, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		run("sync")
	}
	alone := func(ids ...string) { // switches the other sources off
		text := string(declared)
		for _, id := range []string{"lag", "kommune", "billett"} {
			if !slices.Contains(ids, id) {
				text = strings.Replace(text, "{id: "+id+",", "{id: "+id+", enabled: false,", 1)
			}
		}
		write(text)
	}
	run("sync")
	if out := run("edit", "set", "kommune/k1", "title", "Blues i Bølgen"); !strings.Contains(out, "kommune/k1, som er det samme som") || !strings.Contains(out, "lag/1") {
		t.Errorf("told as %s", out)
	}
	alone("billett")
	if out := run("export", "-format", "ndjson"); !strings.Contains(out, "Blues i Bølgen") {
		t.Errorf("the title that was set is gone with the source that it was set on: %s", out)
	}
	write(string(declared))
	run("edit", "hide", "lag/1")
	alone("kommune", "billett")
	if out := run("export", "-format", "ndjson"); out != "" {
		t.Errorf("what was hidden is back: %s", out)
	}
	write(string(declared))
	run("edit", "undo", "2")
	if out := run("export", "-format", "ndjson"); strings.Count(out, "\n") != 1 {
		t.Errorf("after hiding is taken back: %s", out)
	}
	run("edit", "part", "lag/1")
	if out := run("export", "-format", "ndjson"); strings.Count(out, "\n") != 2 {
		t.Errorf("parted from two: %s", out)
	}
	run("edit", "undo", "3")
	if out := run("export", "-format", "ndjson"); strings.Count(out, "\n") != 1 {
		t.Errorf("after parting is taken back: %s", out)
	}
}
