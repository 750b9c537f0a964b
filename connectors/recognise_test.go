package connectors

import (
	"net/http"
	"slices"
	"testing"

	"fritidshub/fetch"
)

func answer(body string) Answer {
	return NewAnswer("https://huset.example/program", &fetch.Response{URL: "https://huset.example/program", Body: []byte(body), Header: http.Header{}}, "3909")
}

func TestAnswerLinks(t *testing.T) {
	a := NewAnswer("https://huset.example/", &fetch.Response{URL: "https://huset.example/side/", Header: http.Header{"Link": {`</wp-json/>; rel="https://api.w.org/"`}},
		Body: []byte(`<!doctype html><base href="/ny/"><link rel="Alternate" type="text/Calendar; charset=utf-8" href="k"><a href="webcal://kal.example/x">Abonner</a>
			<a href="b.ics">Fil</a><a href="javascript:alert(1)">Nei</a><a href="b.ics#topp">Igjen</a>`)}, "")
	want := []Link{{"https://api.w.org/", "", "https://huset.example/wp-json/"}, {"alternate", "text/calendar", "https://huset.example/ny/k"},
		{"", "text/calendar", "https://kal.example/x"}, {"", "", "https://huset.example/ny/b.ics"}}
	if !slices.Equal(a.Links, want) {
		t.Errorf("links are %v", a.Links)
	}
	feeds := []string{"https://huset.example/ny/k", "https://kal.example/x", "https://huset.example/ny/b.ics"}
	if got := a.Feeds([]string{".ics"}, "text/calendar"); !slices.Equal(got, feeds) {
		t.Errorf("calendars are %v", got)
	}
}

func TestAnswerIsPage(t *testing.T) {
	for body, want := range map[string]bool{
		"<!DOCTYPE html><p>": true, "\uFEFF\n <HTML>": true, "<div class=h-event>": true, `<?xml version="1.0"?><!DOCTYPE html><html xmlns="x">`: true,
		"<rss version='2.0'>": false, `<?xml version="1.0"?><!-- x --><feed>`: false, "<rdf:RDF>": false, "<urlset>": false, "{}": false, "": false,
	} {
		if a := answer(body); a.IsPage() != want {
			t.Errorf("%q: %v", body, !want)
		}
	}
}

func TestAnswerLicences(t *testing.T) {
	for body, want := range map[string]string{
		`<html><a rel="nofollow license" href="https://creativecommons.org/licenses/by/4.0/">CC</a>`:         "https://creativecommons.org/licenses/by/4.0/",
		`<rss><channel><copyright><![CDATA[© Kulturhuset]]></copyright></channel></rss>`:                     "© Kulturhuset",
		`<feed><rights type="text">Alle rettigheter &amp; mer</rights></feed>`:                               "Alle rettigheter & mer",
		`{"license": "https:\/\/openactive.io\/"}`:                                                           "https://openactive.io/",
		`<script type="application/ld+json">{"license": {"@type": "CreativeWork", "name": "NLOD"}}</script>`: "NLOD",
		`<meta name="dcterms.license" content="CC0">`:                                                        "CC0",
		`<html><p>Vi har licence to kill</p>`:                                                                "",
	} {
		a := answer(body)
		got := ""
		if all := a.Licences(); len(all) > 0 {
			got = all[0]
		}
		if got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}
