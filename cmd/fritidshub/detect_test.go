package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"fritidshub/ingest"
)

// detected runs detect on an address and gives what it proposes.
func detected(t *testing.T, flags []string, address string) (found []proposal) {
	t.Helper()
	_, out, errs := call(t, map[string]string{"FRITIDSHUB_ALLOW_PRIVATE": "*", "FRITIDSHUB_NOW": "2026-11-22T12:00:00+01:00"}, append([]string{"detect", "-json", address}, flags...)...)
	if err := json.Unmarshal([]byte(out), &found); err != nil {
		t.Errorf("%s: %v: %s%s", address, err, out, errs)
	}
	return found
}

func kindsOf(found []proposal) []string {
	kinds := make([]string, len(found))
	for i, p := range found {
		kinds[i] = p.Kind
	}
	return kinds
}

const (
	oneEvent  = `{"@context": "https://schema.org", "@type": "Event", "@id": "e1", "name": "Julekonsert", "startDate": "2026-12-13T18:00:00+01:00", "location": {"@type": "Place", "name": "Larvik kirke"}}`
	eventPage = `<!doctype html><html><head><title>Julekonsert</title><script type="application/ld+json">` + oneEvent + `</script></head><body><h1>Julekonsert</h1></body></html>`
	oneDate   = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261203T180000Z\r\nSUMMARY:Konsert\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	feed      = `<?xml version="1.0"?><rss version="2.0"><channel><title>Kulturhuset</title><copyright>CC BY 4.0 Kulturhuset</copyright><item><title>Quiz, torsdag 3. desember 2026, 19:00 - 21:00</title><guid>q1</guid><link>https://kulturhuset.example/quiz</link></item></channel></rss>`
	tribeList = `{"events": [{"id": 7, "title": "Strikkekafé", "url": "https://huset.example/strikk", "rest_url": "https://huset.example/wp-json/tribe/events/v1/events/7", "start_date": "2026-12-02 18:00:00", "end_date": "2026-12-02 20:00:00", "utc_start_date": "2026-12-02 17:00:00", "timezone": "Europe/Oslo"}], "total": 1, "total_pages": 1}`
	change    = `{"next": "/feed?afterChangeNumber=3", "license": "https://creativecommons.org/licenses/by/4.0/", "items": [{"state": "updated", "kind": "Event", "id": "e1", "modified": 3, "data": ` + oneEvent + `}]}`
)

// programPage is a page with a list of four items and no structured data.
func programPage(date func(i int) string) string {
	var b strings.Builder
	b.WriteString(`<!doctype html><html><body><nav><ul class="meny"><li><a href="/">Hjem</a></li><li><a href="/om">Om oss</a></li></ul></nav><main>`)
	for i, title := range []string{"Skrivekveld", "Dukketeater", "Sjakk for alle", "Lørdagskino"} {
		fmt.Fprintf(&b, `<article class="kort"><p class="naar">%s</p><h3>%s</h3><p class="sted">Sal %d</p><a href="/program/%d">Les mer</a></article>`, date(i), title, i, i)
	}
	return b.String() + `</main></body></html>`
}

// TestDetectKinds: what each kind recognises, with the options it needs; every proposed entry can be pasted as it is.
func TestDetectKinds(t *testing.T) {
	workbook, err := os.ReadFile("../../connectors/csv/testdata/xlsx-activities/response.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		files   map[string]string // by path; /start is asked about
		kind    string            // of the first proposal, "" for none
		path    string            // of its url, when not /start
		entry   string            // part of its entry
		items   int               // usable
		licence string            // the first hint
	}{
		"calendar":        {map[string]string{"/start": oneDate}, "ical", "", "", 1, ""},
		"linked calendar": {map[string]string{"/start": `<html><head><link rel="alternate" type="text/calendar" href="/k.ics"></head></html>`, "/k.ics": oneDate}, "ical", "/k.ics", "", 1, ""},
		"empty calendar":  {map[string]string{"/start": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"}, "ical", "", "", 0, ""},
		"feed":            {map[string]string{"/start": feed}, "rss", "", "", 1, "CC BY 4.0 Kulturhuset"},
		"linked feed":     {map[string]string{"/start": `<!doctype html><link rel=license href="https://creativecommons.org/licenses/by/4.0/"><link rel="alternate" type="application/rss+xml" href="feed">`, "/feed": feed}, "rss", "/feed", "", 1, "CC BY 4.0 Kulturhuset"},
		"JSON-LD in HTML": {map[string]string{"/start": eventPage}, "jsonld", "", "", 1, ""},
		"JSON-LD":         {map[string]string{"/start": oneEvent}, "jsonld", "", "", 1, ""},
		"microdata": {map[string]string{"/start": `<html><body><div itemscope itemtype="https://schema.org/Event"><h2 itemprop="name">Basar</h2><time itemprop="startDate" datetime="2026-12-05T11:00">5. des</time></div></body></html>`},
			"jsonld", "", "", 1, ""},
		"h-event": {map[string]string{"/start": `<html><body><div class="h-event"><h2 class="p-name">Basar</h2><time class="dt-start" datetime="2026-12-05T11:00">5. des</time></div></body></html>`},
			"jsonld", "", "", 1, ""},
		"pages that a list links to": {map[string]string{"/start": `<html><body><a href="/arrangement/1">En</a><a href="/arrangement/2">To</a><a href="/om">Om</a></body></html>`, "/arrangement/1": eventPage, "/arrangement/2": eventPage},
			"jsonld", "", `follow: {links: 'a[href*="/arrangement/"]'}`, 1, ""},
		"a map of the site": {map[string]string{"/start": `<!doctype html><html><body><h1>Velkommen</h1></body></html>`,
			"/sitemap.xml": `<?xml version="1.0"?><urlset><url><loc>BASE/kalender/1</loc></url><url><loc>BASE/kalender/2</loc></url><url><loc>BASE/om</loc></url></urlset>`,
			"/kalender/":   `<html><body><a href="/kalender/1">En</a><a href="/kalender/2">To</a></body></html>`,
			"/kalender/1":  eventPage, "/kalender/2": eventPage}, "jsonld", "/kalender/", `follow: {links: 'a[href*="/kalender/"]'}`, 1, ""},
		"table":                    {map[string]string{"/start": clubs(3)}, "csv", "", "", 3, ""},
		"table of unknown headers": {map[string]string{"/start": "Klubbnavn;Sted\nSjakklubben;Biblioteket\nTurlaget;Bøkeskogen\n"}, "csv", "", "columns: {title: Klubbnavn}", 2, ""},
		"workbook":                 {map[string]string{"/start": string(workbook)}, "csv", "", "", 5, ""},
		"JSON in pages":            {map[string]string{"/start?page=0&size=1": `[{"id": 1, "title": "Turn", "start": "2026-12-01T17:00:00+01:00"}]`}, "json", "/start?page=0", "paging: {page: page, first: 0}", 1, ""},
		"list":                     {map[string]string{"/start": "# lista vår\nlistings:\n  - id: kor\n    title: Sjømannskoret\n    kind: activity\n"}, "list", "", "", 1, ""},
		"JSON":                     {map[string]string{"/start": `[{"id": 1, "title": "Turn", "start": "2026-12-01T17:00:00+01:00"}]`}, "json", "", "", 1, ""},
		"JSON by paths": {map[string]string{"/start": `{"svar": {"antall": 2, "treff": [
				{"nr": 1, "navn": "Turn", "tid": {"startdato": "2026-12-01T17:00:00+01:00"}, "sted": {"navn": "Hallen"}, "bilde": {"url": "https://x.example/1.jpg"}},
				{"nr": 2, "navn": "Håndball", "tid": {"startdato": "2026-12-02T17:00:00+01:00"}, "sted": {"navn": "Hallen"}}]}}`},
			"json", "", "start: tid.startdato", 2, ""},
		"JSON in seconds":           {map[string]string{"/start": `{"events": [{"id": "a", "name": "Turn", "time": 1796140800}]}`}, "json", "", "dates: epoch", 1, ""},
		"JSON of something else":    {map[string]string{"/start": `{"status": "ok", "versions": [{"id": 3, "name": "3.1"}]}`}, "", "", "", 0, ""},
		"a change feed":             {map[string]string{"/start": change}, "rpde", "", "", 1, "https://creativecommons.org/licenses/by/4.0/"},
		"The Events Calendar's API": {map[string]string{"/wp-json/tribe/events/v1/events": tribeList}, "tribe", "", "", 1, ""},
		"a page of The Events Calendar": {map[string]string{"/start": `<html><head><link rel="https://api.w.org/" href="/wp-json/"></head><body class="tribe-events-page">` + "</body></html>", "/wp-json/tribe/events/v1/events": tribeList},
			"tribe", "/", "", 1, ""},
		"events of WordPress before its news": {map[string]string{"/start": `<html><head><link rel="https://api.w.org/" href="/wp-json/"><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>`,
			"/feed":                           strings.Replace(feed, ", torsdag 3. desember 2026, 19:00 - 21:00", "", 1),
			"/wp-json/tribe/events/v1/events": tribeList}, "tribe", "/", "", 1, ""},
		"Friskus": {map[string]string{"/start": `{"data": [{"id": "4d0ef8db-1468-45e7-822f-9321e7c70370", "name": "Turlag", "start_at": "2026-12-01T18:00:00+0100", "end_at": "2026-12-01T20:00:00+0100", "age_group": ["teenager"], "is_free": true, "is_recurring": false, "occurrences_count": 1, "event_source": "friskus", "organization": {"name": "Turlaget"}}], "meta": {"total": 1, "page": 1, "last_page": 1, "per_page": 15}}`},
			"friskus", "", "", 1, ""},
		"Linked Events": {map[string]string{"/start": `{"meta": {"count": 1, "next": null}, "data": [{"id": "hel:1", "name": {"fi": "Konsertti"}, "data_source": "hel", "event_status": "EventScheduled", "start_time": "2026-12-04T17:00:00Z", "@context": "http://schema.org", "@type": "Event/LinkedEvent"}]}`},
			"linkedevents", "", "", 1, ""},
		"Ticketmaster": {map[string]string{"/start": `{"_embedded": {"events": [{"id": "t1", "name": "Konsert", "url": "https://ticketmaster.example/t1", "dates": {"start": {"localDate": "2026-12-04", "localTime": "19:00:00"}}}]}, "page": {"totalPages": 1, "number": 0}}`},
			"ticketmaster", "", "", 1, ""},
		"a portal of providers": {map[string]string{"/start": `<html><body><a href="/aktivitetstilbyder/turlaget/">Turlaget</a><a href="/aktivitetstilbyder/koret/">Koret</a></body></html>`,
			"/aktivitetstilbyder/":          `<html><body><a href="/aktivitetstilbyder/turlaget/">Turlaget</a></body></html>`,
			"/aktivitetstilbyder/turlaget/": `<html><body><h1>Turlaget</h1></body></html>`}, "netlab", "/aktivitetstilbyder/", "", 1, ""},
		"the register":           {map[string]string{"/start": `{"organisasjonsnummer": "999999999", "navn": "SJAKKLUBBEN", "forretningsadresse": {"kommunenummer": "3909"}}`}, "brreg", "/", `municipalities: ['3909']`, 0, ""},
		"a list on a page":       {map[string]string{"/start": programPage(func(i int) string { return fmt.Sprintf("%d. desember 2026 kl. 18.00", i+1) })}, "html", "", "items: article.kort", 4, ""},
		"dates in three parts":   {map[string]string{"/start": programPage(func(i int) string { return fmt.Sprintf("<b>%d.</b> <b>12.</b> <b>2026</b> | kl. 18:00", i+1) })}, "html", "", "layout: d. M. yyyy", 4, ""},
		"dates without a year":   {map[string]string{"/start": programPage(func(i int) string { return fmt.Sprintf("%d. desember", i+1) })}, "", "", "", 0, ""},
		"a page of nothing":      {map[string]string{"/start": `<!doctype html><html><body><p>Velkommen</p></body></html>`}, "", "", "", 0, ""},
		"a key in the address":   {map[string]string{"/start?api_key=hemmelig&by=Larvik": oneDate}, "ical", "/start", "api_key=${", 1, ""},
		"another format's words": {map[string]string{"/start": `{"text": "BEGIN:VCALENDAR <rss> <urlset>"}`}, "", "", "", 0, ""},
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := cases[name]
			var asked atomic.Int32
			var server *httptest.Server
			server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				body, ok := c.files[r.URL.Path]
				if !ok {
					body, ok = c.files[r.URL.RequestURI()]
				}
				if !ok {
					http.NotFound(w, r)
					return
				}
				w.Header().Set("Content-Type", "text/plain") // wrong, as it often is
				fmt.Fprint(w, strings.ReplaceAll(body, "BASE", server.URL))
			}))
			defer server.Close()
			_, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(3)})
			start := "/start"
			for path := range c.files {
				if strings.HasPrefix(path, "/start?") || len(c.files) == 1 {
					start = path
				}
			}
			found := detected(t, flags, server.URL+start)
			if n := asked.Load(); n > 5 {
				t.Errorf("%d requests", n)
			}
			if c.kind == "" {
				if len(found) > 0 {
					t.Errorf("proposed %v: %s", kindsOf(found), found[0].Entry)
				}
				return
			}
			if len(found) == 0 || found[0].Kind != c.kind {
				t.Fatalf("proposed %v, want %s first", kindsOf(found), c.kind)
			}
			first := found[0]
			if url := server.URL + cmp.Or(c.path, start); !strings.HasPrefix(first.URL, url) {
				t.Errorf("url is %s, want %s", first.URL, url)
			}
			if first.Usable != c.items {
				t.Errorf("%d items, want %d: %s", first.Usable, c.items, first.Problem)
			}
			if !strings.Contains(first.Entry, c.entry) || strings.Contains(first.Entry, "hemmelig") {
				t.Errorf("the entry lacks %q:\n%s", c.entry, first.Entry)
			}
			if c.licence != "" && (len(first.Licences) == 0 || first.Licences[0] != c.licence) {
				t.Errorf("hints of the licence: %q, want %q", first.Licences, c.licence)
			}
			for _, p := range found { // what is proposed can be pasted as it is
				_, pasted := setUp(t, p.Entry, nil)
				if code, out, errs := call(t, nil, append([]string{"check"}, pasted...)...); code != exitOK {
					t.Errorf("check of the proposal: %s%s\n%s", out, errs, p.Entry)
				}
			}
		})
	}
}

// TestDetectTells: what a person is told, and that nothing but the address itself makes it fail.
func TestDetectTells(t *testing.T) {
	_, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(3)})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/feed.xml":
			fmt.Fprint(w, feed)
		case "/robots.txt":
			fmt.Fprint(w, "User-agent: *\nDisallow: /stengt\n")
		case "/stengt":
			t.Error("robots.txt is not obeyed")
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	env := map[string]string{"FRITIDSHUB_ALLOW_PRIVATE": "*", "FRITIDSHUB_NOW": "2026-11-22T12:00:00+01:00"}
	_, out, errs := call(t, env, append([]string{"detect", server.URL + "/feed.xml"}, flags...)...)
	for _, part := range []string{"# Forslag 1: rss", "1 oppføring, 1 med dato", "De neste: 3.12.2026 19.00 Quiz", "dato 100 %", "mangler sted", "CC BY 4.0 Kulturhuset", "    # licence: spør eieren", "Kilden sier selv, og det er bare et tegn: CC BY 4.0 Kulturhuset", "enabled: false"} {
		if !strings.Contains(out, part) {
			t.Errorf("%q is not told: %s%s", part, out, errs)
		}
	}
	for address, code := range map[string]int{server.URL + "/borte": exitFailed, server.URL + "/stengt": exitFailed, "hva som helst": exitUsage, "file:lag.csv": exitOK} {
		if got, out, errs := call(t, env, append([]string{"detect", address}, flags...)...); got != code {
			t.Errorf("detect %q: exit %d, want %d: %s%s", address, got, code, out, errs)
		}
	}
}

// TestDetectTellsWhatIsWrong: what is in a known format and cannot be read is told with the reason, after what can be; too much is no fault.
func TestDetectTellsWhatIsWrong(t *testing.T) {
	many := strings.Builder{}
	many.WriteString("Id;Navn;Ukedag;Fra kl.\n")
	for i := range ingest.MaxRecords + 1 {
		fmt.Fprintf(&many, "%d;Turlag %d;tirsdag;18.00\n", i, i)
	}
	for name, c := range map[string]struct {
		body   string
		kind   string
		usable int
		told   string
	}{
		"a calendar that is cut off":   {oneDate[:len(oneDate)-40], "ical", 0, "END:VCALENDAR"},
		"a feed that is cut off":       {feed[:len(feed)-30], "rss", 0, "kuttet"},
		"a table without titles":       {"Sted;Ukedag;Fra kl.\nHallen;tirsdag;18.00\n", "csv", 0, "title"},
		"more than a source may have":  {many.String(), "csv", ingest.MaxRecords, "limits: {records"},
		"a page and a calendar, cut":   {`<html><head><link rel="alternate" type="text/calendar" href="/k.ics"></head><body>` + eventPage[strings.Index(eventPage, "<script"):], "jsonld", 1, ""},
		"nothing, and a calendar, cut": {`<!doctype html><link rel="alternate" type="text/calendar" href="/k.ics">`, "ical", 0, "END:VCALENDAR"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/start":
					fmt.Fprint(w, c.body)
				case "/k.ics":
					fmt.Fprint(w, oneDate[:len(oneDate)-40])
				default:
					http.NotFound(w, r)
				}
			}))
			defer server.Close()
			_, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(3)})
			found := detected(t, flags, server.URL+"/start")
			if len(found) == 0 || found[0].Kind != c.kind || found[0].Usable != c.usable || found[0].Complete != (c.usable == 1) {
				t.Fatalf("proposed %+v, want %s", found, c.kind)
			}
			if first := found[0]; !strings.Contains(first.Problem+first.Note, c.told) || (first.Problem != "") != (c.usable == 0) {
				t.Errorf("problem %q, note %q, want %q", first.Problem, first.Note, c.told)
			}
			for _, p := range found[1:] {
				if p.Problem == "" {
					t.Errorf("%s comes after what cannot be read", p.Kind)
				}
			}
		})
	}
}

// TestDetectInAnyFolder: it needs no sources.yaml, and ends alike in both forms.
func TestDetectInAnyFolder(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "k.ics"), oneDate)
	write(t, filepath.Join(dir, "side.html"), "<!doctype html><p>Velkommen</p>")
	flags := []string{"-sources", filepath.Join(dir, "sources.yaml"), "-data", filepath.Join(dir, "data")}
	for _, form := range [][]string{nil, {"-json"}} {
		for file, want := range map[string]int{"file:k.ics": exitOK, "file:side.html": exitFailed, "file:borte.ics": exitFailed} {
			if code, out, errs := call(t, nil, slices.Concat([]string{"detect", file}, form, flags)...); code != want {
				t.Errorf("detect %s %v: exit %d, want %d: %s%s", file, form, code, want, out, errs)
			}
		}
	}
}
