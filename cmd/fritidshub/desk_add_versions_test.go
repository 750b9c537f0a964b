package main

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"
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
