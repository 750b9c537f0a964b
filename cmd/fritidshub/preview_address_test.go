package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestPreviewOfAnAddress: it needs no sources.yaml, and what is wrong is told without the lines of a file that nobody wrote.
func TestPreviewOfAnAddress(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	defer server.Close()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "k.ics"), oneDate)
	flags := []string{"-sources", filepath.Join(dir, "sources.yaml"), "-data", filepath.Join(dir, "data")}
	env := map[string]string{"FRITIDSHUB_ALLOW_PRIVATE": "*", "FRITIDSHUB_NOW": "2026-11-22T12:00:00+01:00"}
	for _, c := range []struct {
		address, kind string
		code          int
		told, not     string
	}{
		{"file:k.ics", "ical", exitOK, "Konsert", "adressen:"},
		{"lag", "ical", exitUsage, "filen finnes ikke", "adressen:"},
		{"https://a.example/program", "html", exitUsage, "skriv kilden inn i sources.yaml først", "adressen:"},
		{"https://a.example/program", "htlm", exitUsage, "mente du", "adressen:"},
		{"ftp://a.example/k.ics", "ical", exitUsage, "verken https", "adressen:"},
		{"https://a.example/k?token=abc", "ical", exitUsage, "token=${NAVN}", "adressen:"},
		{"https://a.example/k?token=${K_TOKEN}", "ical", exitUsage, "miljøvariabelen K_TOKEN er ikke satt", "enabled: false"},
		{server.URL, "ical", exitFailed, "slipper oss ikke inn (status 403)", "headers"},
	} {
		code, out, errs := call(t, env, slices.Concat([]string{"preview", c.address, "-kind", c.kind}, flags)...)
		if text := out + errs; code != c.code || !strings.Contains(text, c.told) || strings.Contains(text, c.not) {
			t.Errorf("preview %s: exit %d, want %d with %q and without %q: %s", c.address, code, c.code, c.told, c.not, text)
		}
	}
}

// TestPreviewNeedsTheSecrets: a source that is off may lack its secrets until it is asked.
func TestPreviewNeedsTheSecrets(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was asked") }))
	defer server.Close()
	_, flags := setUp(t, csvSource+"  - {id: en, kind: ical, url: \""+server.URL+"/k\", enabled: false, headers: {X-Token: \"${EN_TOKEN}\"}}\n"+
		"  - {id: to, kind: ical, url: \""+server.URL+"/k?key=${TO_KEY}&by=${TO_BY}\", enabled: false}\n"+
		"  - {id: tre, kind: json, url: \""+server.URL+"/k\", enabled: false, options: {items: \"${TRE_STI}\"}}\n", map[string]string{"lag.csv": clubs(3)})
	for id, told := range map[string]string{"en": "miljøvariabelen EN_TOKEN er ikke satt", "to": "miljøvariablene TO_KEY, TO_BY er ikke satt", "tre": "miljøvariabelen TRE_STI er ikke satt"} {
		if code, out, errs := call(t, map[string]string{"FRITIDSHUB_ALLOW_PRIVATE": "*"}, append([]string{"preview", id}, flags...)...); code != exitUsage || !strings.Contains(errs, told) {
			t.Errorf("preview %s: exit %d: %s%s", id, code, out, errs)
		}
	}
}
