package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// detected runs detect on an address and gives what it proposes.
func detected(t *testing.T, flags []string, address string) (kinds []string, entries []string) {
	t.Helper()
	_, out, errs := call(t, map[string]string{"FRITIDSHUB_ALLOW_PRIVATE": "*"}, append([]string{"detect", "-json", address}, flags...)...)
	var proposals []proposal
	if err := json.Unmarshal([]byte(out), &proposals); err != nil {
		t.Fatalf("%s: %v: %s%s", address, err, out, errs)
	}
	for _, p := range proposals {
		kinds, entries = append(kinds, p.Kind), append(entries, p.Entry)
	}
	return kinds, entries
}

func TestDetect(t *testing.T) {
	_, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(3)})
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		switch r.URL.Path {
		case "/program":
			fmt.Fprint(w, `<html><head><link rel="alternate" type="text/calendar" href="/kalender.ics"></head><body><h1>Program</h1></body></html>`)
		case "/kalender.ics":
			w.Header().Set("Content-Type", "text/html") // wrong, as they often are
			fmt.Fprint(w, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261203T180000Z\r\nSUMMARY:Konsert\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	kinds, entries := detected(t, flags, server.URL+"/program")
	if len(kinds) != 1 || kinds[0] != "ical" || !strings.Contains(entries[0], server.URL+"/kalender.ics") {
		t.Fatalf("proposed %v %v", kinds, entries)
	}
	if asked > 5 {
		t.Errorf("%d requests", asked)
	}
	// What is proposed can be pasted as it is.
	_, pasted := setUp(t, entries[0], nil)
	if code, out, errs := call(t, nil, append([]string{"check"}, pasted...)...); code != exitOK {
		t.Errorf("check of the proposal: %s%s", out, errs)
	}
	for args, code := range map[string]int{server.URL + "/borte": exitFailed, "hva som helst": exitUsage, "file:lag.csv": exitOK} {
		if got, out, errs := call(t, map[string]string{"FRITIDSHUB_ALLOW_PRIVATE": "*"}, append([]string{"detect", args}, flags...)...); got != code {
			t.Errorf("detect %q: exit %d, want %d: %s%s", args, got, code, out, errs)
		}
	}
}
