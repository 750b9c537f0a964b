package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"fritidshub/config/edit"
)

// TestDeskVersions: a change of sources.yaml is shown line by line and taken back byte by byte, but not over what was changed outside meanwhile.
func TestDeskVersions(t *testing.T) {
	dir, e, stop := deskWith(t, clubs(3))
	defer stop()
	file := filepath.Join(dir, "sources.yaml")
	read := func() string {
		t.Helper()
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	before := read()
	e.has(e.get("/editor/versions", http.StatusOK), "Ingenting er endret her ennå.")
	e.post("/editor/sources/lag/pause", nil, http.StatusOK)
	page := e.get("/editor/versions", http.StatusOK)
	e.has(page, "satte lag på pause", "redaktør")
	m := regexp.MustCompile(`version\?base=(\w+)&amp;id=(\w+)`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no version in %s", page)
	}
	form := url.Values{"base": {m[1]}, "id": {m[2]}}
	e.has(e.get("/editor/version?"+form.Encode(), http.StatusOK), "enabled: false", "Angre endringen")
	paused := read()
	write(t, file, paused+"# lagt til for hånd\n")
	e.post("/editor/versions/undo", form, http.StatusConflict)
	if got := read(); got != paused+"# lagt til for hånd\n" {
		t.Errorf("an edit made outside is lost: %s", got)
	}
	write(t, file, paused)
	e.has(e.post("/editor/versions/undo", form, http.StatusOK), "Endringen er angret.", "angret: satte lag på pause")
	if got := read(); got != before {
		t.Errorf("sources.yaml is\n%s, not\n%s", got, before)
	}
	e.post("/editor/versions/undo", form, http.StatusConflict)
}

// TestDeskUndoThatTakesMuch: what would take most of what is shown away at once is not undone, and the page says what to do instead.
func TestDeskUndoThatTakesMuch(t *testing.T) {
	dir, e, stop := deskWith(t, clubs(3))
	defer stop()
	file := filepath.Join(dir, "sources.yaml")
	k := &edit.Keeper{File: file, Versions: filepath.Join(dir, "data", "versions", "sources.yaml"), Now: time.Now}
	text, base, err := k.Read()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"a", "b", "c"} {
		text = fmt.Appendf(text, "  - {id: %s, kind: csv, url: \"file:lag.csv\", licence: CC0-1.0}\n", id)
	}
	v, err := k.Save(base, text, "redaktør", "la til tre kilder")
	if err != nil {
		t.Fatal(err)
	}
	within(t, 10*time.Second, "all four have been fetched", func() bool {
		return strings.Count(e.get("/editor/", http.StatusOK), "Siste kjøring: hentet.") == 4
	})
	e.has(e.post("/editor/versions/undo", url.Values{"id": {v.ID}, "base": {v.Base}}, http.StatusConflict), "3 av 4 kilder", "a, b, c", "på pause")
	if got, err := os.ReadFile(file); err != nil || string(got) != string(text) {
		t.Errorf("%v: sources.yaml is\n%s", err, got)
	}
}
