package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fritidshub/catalog"
)

func TestPreview(t *testing.T) {
	dir, flags := setUp(t, csvSource+"  - {id: av, kind: csv, url: \"file:uten-id.csv\", licence: CC0-1.0, enabled: false}\n",
		map[string]string{"lag.csv": clubs(12), "uten-id.csv": "Navn;Sted;Dato\nKonsert;Kvelde kirke;3.12.2026\nUten dato som finnes;Kvelde;31.2.2027\nTur;Kvelde;4.12.2026\n"})
	env := map[string]string{"FRITIDSHUB_NOW": "2026-11-22T12:00:00+01:00"}
	preview := func(code int, args ...string) string {
		t.Helper()
		got, out, errs := call(t, env, append(append([]string{"preview"}, args...), flags...)...)
		if got != code {
			t.Fatalf("preview %q: exit %d, want %d: %s%s", args, got, code, out, errs)
		}
		return out + errs
	}
	says := func(text string, words ...string) {
		t.Helper()
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("no %q in:\n%s", word, text)
			}
		}
	}
	says(preview(exitOK, "lag"), "12 oppføringer", "12 nye", "1. Turlag 0", "tirsdager kl. 18-19.30 · Kvelde · Gratis", "… og 2 til")
	if _, err := os.Stat(filepath.Join(dir, "data")); err == nil {
		t.Error("a preview made the data folder")
	}
	says(preview(exitOK, "av"), "2 oppføringer", "har ingen id", "torsdag 3. desember", "avvist", "31.2.2027")
	says(preview(exitOK, "file:uten-id.csv", "-kind", "csv"), "adressen (csv)", "Konsert")
	says(preview(exitUsage, "file:uten-id.csv"), "-kind")
	says(preview(exitUsage, "lagg"), `"lagg" finnes ikke`)
	says(preview(exitFailed, "file:lag.csv", "-kind", "ical"), "kan ikke leses")

	if code, out, errs := call(t, env, append([]string{"sync"}, flags...)...); code != exitOK {
		t.Fatal(out, errs)
	}
	write(t, filepath.Join(dir, "lag.csv"), clubs(13))
	database := func() string {
		text, err := os.ReadFile(filepath.Join(dir, "data", databaseName))
		if err != nil {
			t.Fatal(err)
		}
		return catalog.Hash(text)
	}
	before := database()
	var got struct {
		Status                   string
		Added, Unchanged, Usable int
		Complete                 bool
		Items                    []map[string]any
	}
	if err := json.Unmarshal([]byte(preview(exitOK, "lag", "-json")), &got); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprintln(got.Status, got.Added, got.Unchanged, got.Usable, got.Complete, len(got.Items)) != "ok 1 12 13 true 10\n" {
		t.Errorf("got %+v", got)
	}
	if database() != before {
		t.Error("a preview wrote into the database")
	}

	// What would change and what would go, what the source says beside it, and words without a category.
	write(t, filepath.Join(dir, "lag.csv"), strings.Replace(strings.Replace(clubs(12), "Turlag 3", "Turlaget Tre", 1), "Turlag 11", "", 1))
	text := preview(exitOK, "lag")
	says(text, "Endres: Turlag 3", `title: "Turlag 3" → "Turlaget Tre"`, "hos kilden: ")
	write(t, filepath.Join(dir, "lag.csv"), clubs(11))
	says(preview(exitOK, "lag"), "1 savnede", "Borte, savnes: Turlag 11")
	if code, out, errs := call(t, env, append([]string{"preview", "lag", "-replay"}, flags...)...); code != exitOK || !strings.Contains(out, "12 uendrede") {
		t.Errorf("a replay of what was read last: %d %s%s", code, out, errs)
	}
	says(preview(exitUsage, "lag", "-run", "1"), "-replay")
}
