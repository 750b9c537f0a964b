package connectors_test

import (
	"strings"
	"testing"

	"fritidshub/connectors"
)

// TestMistaken holds the advice to what an editor does wrong most often: the right address with the wrong kind, or the page about
// the feed instead of the feed.
func TestMistaken(t *testing.T) {
	for _, c := range []struct{ kind, text, want string }{
		{"rss", "BEGIN:VCALENDAR\r\nVERSION:2.0", "Skriv kind: ical, eller rett url"},
		{"ical", "\uFEFF<?xml version=\"1.0\"?>\n<!-- liste --><rss version=\"2.0\">", "Skriv kind: rss, eller rett url"},
		{"csv", "<feed xmlns=\"http://www.w3.org/2005/Atom\">", "Skriv kind: rss, eller rett url"},
		{"ical", " \n<!DOCTYPE html><title>Logg inn</title>", "Dette er en nettside"},
		{"rss", "<html><body>Hei", "Dette er en nettside"},
		{"rss", "<rss", ""},
		{"ical", "begin:vcalendar", ""},
		{"csv", "Navn;Sted", ""},
		{"rss", "", ""},
	} {
		got := connectors.Mistaken(c.kind, c.text)
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("Mistaken(%q, %q) = %q, want %q", c.kind, c.text, got, c.want)
		}
		err := &connectors.PayloadError{URL: "u", Expected: "noe", Found: "annet", Locator: "linje 1", Advice: got}
		if !strings.HasSuffix(err.Error(), got) {
			t.Errorf("%v does not end with the advice", err)
		}
	}
}
