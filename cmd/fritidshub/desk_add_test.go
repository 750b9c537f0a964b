package main

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// house is a provider whose programme is a page with JSON-LD in it, and that has a page which never comes.
func house(t *testing.T, events int) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/program":
		case "/sakte":
			<-r.Context().Done()
			return
		default:
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, `<!doctype html><html lang="nb"><head><title>Program</title><meta property="og:site_name" content="Kulturhuset Sjøboden">`)
		soon := time.Now().AddDate(0, 0, 7)
		for i := range events {
			fmt.Fprintf(w, `<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Event", "@id": "https://sjoboden.example/program/%d", "name": "Viseaften nr. %d", "keywords": "Kvistværk", "startDate": "%sT19:00:00+01:00", "endDate": "%sT21:00:00+01:00", "location": {"@type": "Place", "name": "Sjøboden", "address": "Havnegata 3, 3263 Larvik"}, "organizer": {"@type": "Organization", "name": "Kulturhuset Sjøboden"}}</script>`,
				i, i, soon.AddDate(0, 0, i).Format(time.DateOnly), soon.AddDate(0, 0, i).Format(time.DateOnly))
		}
		io.WriteString(w, `</head><body><h1>Program</h1></body></html>`)
	}))
	t.Cleanup(server.Close)
	return server
}

// emptyDesk is a hub without sources that may ask a provider on this machine, and its editor.
func emptyDesk(t *testing.T, provider *httptest.Server) (dir string, e *editor, stop func()) {
	t.Helper()
	dir, flags := setUp(t, "", nil)
	write(t, filepath.Join(dir, "sources.yaml"), "# Huben i Prøvik\nhub: {id: prove, name: Prøve, municipality: \"3909\"} # bare til prøve\n\nsources: []\n")
	base, stop := startServe(t, []string{"FRITIDSHUB_EDITOR_TOKEN=" + deskToken, "FRITIDSHUB_ALLOW_PRIVATE=" + strings.TrimPrefix(provider.URL, "http://")}, flags)
	return dir, signedIn(t, base), stop
}

// follow asks for a page of work until that has ended.
func (e *editor) follow(path string) (page string) {
	e.Helper()
	within(e.T, 30*time.Second, path+" is done", func() bool {
		page = e.get(path, http.StatusOK)
		return !strings.Contains(page, "Siden kommer av seg selv")
	})
	return page
}

// posted is post that also tells where that led to.
func (e *editor) posted(path string, form url.Values) (at, page string) {
	e.Helper()
	resp, err := e.http.PostForm(e.base+path, form)
	page = e.read(resp, err, http.StatusOK)
	return resp.Request.URL.Path, page
}

// looked is an address of which an editor knows what it gives, as far as the page of its first way.
func (e *editor) looked(address string) (at, page string) {
	e.Helper()
	at, _ = e.posted("/editor/add", url.Values{"address": {address}})
	e.has(e.follow(at), "Leses best som <code>jsonld</code>", "Se hva den gir")
	at, _ = e.posted(at+"/0", nil)
	return at, e.follow(at)
}

// TestDeskAdd: in a hub without sources an editor pastes an address, sees what it would give, says what must be known of a source, sees what sources.yaml
// would say, and it is live: the file has that entry more and nothing else is another.
func TestDeskAdd(t *testing.T) {
	provider := house(t, 14)
	dir, e, stop := emptyDesk(t, provider)
	defer stop()
	file := filepath.Join(dir, "sources.yaml")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	e.has(e.get("/editor/", http.StatusOK), "Legg til den første")
	for address, says := range map[string]string{"": "ikke en adresse", "ftp://a.example": "ikke en adresse", "https://per:x@a.example/": "passord", "https://a.example/" + strings.Repeat("a", 2000): "for lang"} {
		e.has(e.post("/editor/add", url.Values{"address": {address}}, http.StatusUnprocessableEntity), says)
	}
	at, _ := e.posted("/editor/add", url.Values{"address": {provider.URL + "/finnes-ikke"}})
	e.has(e.follow(at), "Adressen kan ikke leses", "404")

	at, page := e.looked(provider.URL + "/program")
	e.has(page, "14 oppføringer kan brukes.", "Viseaften nr. 9", "Sjøboden", "Ingen av de 14 første finnes fra andre kilder.", "Arrangør", "De neste gangene: ", "hver time", "Kilden sier ikke noe om rettigheter")
	if strings.Contains(page, "Viseaften nr. 10") {
		t.Error("more than ten items are shown")
	}
	if n := total(t, e.base, "limit=1"); n != 0 {
		t.Errorf("%d listings before anything was saved", n)
	}
	form := url.Values{"id": {"Sjøboden"}, "name": {"Sjøboden"}, "schedule": {"@daily"}, "attribution": {"Kulturhuset Sjøboden"}, "contact": {"ring oss"}}
	page = e.post(at+"/entry", form, http.StatusUnprocessableEntity)
	e.has(page, `href="#id"`, `href="#licence"`, `href="#contact"`, "Spør eieren", `value="ring oss"`)
	e.get(at+"/change", http.StatusNotFound)
	form = url.Values{"id": {"sjoboden"}, "name": {"Sjøboden"}, "schedule": {"@every 6h"}, "licence": {"other"}, "other": {"CC-BY-SA-4.0"}, "attribution": {"Kulturhuset Sjøboden"}, "contact": {"post@sjoboden.example"}}
	change, page := e.posted(at+"/entry", form)
	base := regexp.MustCompile(`name="base" value="(\w+)"`).FindStringSubmatch(page)
	e.has(html.UnescapeString(page), "+   - id: sjoboden", "+     licence: CC-BY-SA-4.0", "- sources: []", "Lagre og hent kilden")
	if base == nil || !strings.HasSuffix(change, "/change") {
		t.Fatalf("%s: no change in %s", change, page)
	}

	write(t, file, string(before)+"# lagt til for hånd\n")
	e.post(at+"/save", url.Values{"base": base[1:]}, http.StatusConflict)
	write(t, file, string(before))
	page = e.post(at+"/save", url.Values{"base": base[1:]}, http.StatusOK)
	e.has(page, "Kilden er lagt til i sources.yaml.", "post@sjoboden.example", "CC-BY-SA-4.0", "hver 6. time")
	within(t, 10*time.Second, "residents see what was previewed", func() bool { return total(t, e.base, "q=viseaften&limit=1") == 14 })
	want := strings.Replace(string(before), "sources: []", `sources:
  - id: sjoboden
    name: Sjøboden
    kind: jsonld
    url: `+provider.URL+`/program
    schedule: '@every 6h'
    licence: CC-BY-SA-4.0
    attribution: Kulturhuset Sjøboden
    contact: post@sjoboden.example`, 1)
	if after, err := os.ReadFile(file); err != nil || string(after) != want {
		t.Errorf("%v: sources.yaml is\n%s, not\n%s", err, after, want)
	}
	e.has(e.get("/editor/versions", http.StatusOK), "la til sjoboden")
	e.has(e.get("/editor/log", http.StatusOK), "la til kilden", "sources/sjoboden")

	// The same again: its items are there already, and its id is taken.
	at, page = e.looked(provider.URL + "/program")
	e.has(page, "14 av de 14 første finnes alt fra sjoboden", "Slås sammen med")
	form.Set("id", "sjoboden")
	e.has(e.post(at+"/entry", form, http.StatusUnprocessableEntity), "En annen kilde har denne id-en")
	write(t, file, "hub: {id: prove}\nsources: [{id: lag, kind: csv, url: \"file:lag.csv\", licence: CC0-1.0}]\n") // as people seldom write it
	form.Set("id", "huset")
	_, page = e.posted(at+"/entry", form)
	e.has(page, "gjør endringen i filen selv", "  - id: huset\n")
	if strings.Contains(page, "/save") {
		t.Errorf("what cannot be saved can be saved: %s", page)
	}
	other := signedIn(t, e.base) // the same person to the hub
	other.get(at, http.StatusOK)
	(&editor{t, e.base, http.DefaultClient}).get(at, http.StatusUnauthorized)
	e.get("/editor/add/finnes-ikke", http.StatusNotFound)
	e.get("/editor/add/finnes-ikke/0", http.StatusNotFound)
	e.get(at[:strings.LastIndex(at, "/")]+"/7", http.StatusNotFound)
}

// TestDeskAddSecret: a key in an address is used to look at it, and never stands in a page or in sources.yaml; without the name of its environment variable the
// source is added switched off.
func TestDeskAddSecret(t *testing.T) {
	provider := house(t, 3)
	dir, e, stop := emptyDesk(t, provider)
	defer stop()
	at, page := e.looked(provider.URL + "/program?token=hemmelig-verdi")
	e.has(page, "3 oppføringer kan brukes", "TOKEN", "er av til du slår den på")
	form := url.Values{"id": {"sjoboden"}, "name": {"Sjøboden"}, "schedule": {"@daily"}, "licence": {"permission"}, "attribution": {"Kulturhuset Sjøboden"}, "contact": {"https://sjoboden.example/kontakt"}}
	_, change := e.posted(at+"/entry", form)
	base := regexp.MustCompile(`name="base" value="(\w+)"`).FindStringSubmatch(change)
	if base == nil {
		t.Fatal(change)
	}
	saved := e.post(at+"/save", url.Values{"base": base[1:]}, http.StatusOK)
	e.has(saved, "er av til nøkkelen er på plass", "Slå på igjen")
	text, err := os.ReadFile(filepath.Join(dir, "sources.yaml"))
	if err != nil || !strings.Contains(string(text), "token=${") || !strings.Contains(string(text), "enabled: false") {
		t.Errorf("%v: sources.yaml is\n%s", err, text)
	}
	for name, text := range map[string]string{"sources.yaml": string(text), "the trial": page, "the change": change, "the source": saved} {
		if strings.Contains(text, "hemmelig-verdi") {
			t.Errorf("%s holds the key: %s", name, text)
		}
	}
}

// TestDeskAddNamesNoSecret: an address that holds the name of an environment variable, pasted or on a page, is asked for as it stands: it gets nothing of what the
// hub knows.
func TestDeskAddNamesNoSecret(t *testing.T) {
	asked := make(chan string, 100)
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.RequestURI
		switch r.URL.Path {
		case "/program":
			io.WriteString(w, `<!doctype html><html><head><link rel="alternate" type="text/calendar" href="/lagets.ics?x=${FRITIDSHUB_EDITOR_TOKEN}"></head></html>`)
		case "/lagets.ics":
			io.WriteString(w, strings.ReplaceAll("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\nDTSTART:"+time.Now().AddDate(0, 0, 7).UTC().Format("20060102T150405Z")+"\nSUMMARY:Allsang\nEND:VEVENT\nEND:VCALENDAR\n", "\n", "\r\n"))
		default:
			http.NotFound(w, r)
		}
	}))
	defer provider.Close()
	dir, e, stop := emptyDesk(t, provider)
	defer stop()
	for i, address := range []string{"/program", "/lagets.ics?x=${FRITIDSHUB_EDITOR_TOKEN}"} {
		at, _ := e.posted("/editor/add", url.Values{"address": {provider.URL + address}})
		e.has(e.follow(at), "Leses best som <code>ical</code>")
		at, _ = e.posted(at+"/0", nil)
		e.has(e.follow(at), "Allsang")
		id := fmt.Sprintf("laget-%d", i)
		_, change := e.posted(at+"/entry", url.Values{"id": {id}, "name": {"Laget"}, "schedule": {"@daily"}, "licence": {"permission"}, "attribution": {"Laget"}, "contact": {"post@laget.example"}})
		e.has(change, "%24%7BFRITIDSHUB_EDITOR_TOKEN}")
		base := regexp.MustCompile(`name="base" value="(\w+)"`).FindStringSubmatch(change)
		e.has(e.post(at+"/save", url.Values{"base": base[1:]}, http.StatusOK), "Kilden er lagt til i sources.yaml.")
	}
	close(asked)
	for uri := range asked {
		if strings.Contains(uri, deskToken) {
			t.Errorf("the provider was sent the token: %s", uri)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "sources.yaml"))
	if err != nil || strings.Contains(string(text), "${") {
		t.Errorf("%v: sources.yaml is\n%s", err, text)
	}
}
