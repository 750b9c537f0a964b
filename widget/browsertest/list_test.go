package browsertest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"fritidshub/widget"
	"fritidshub/widget/browser"
)

// stripped shows a page with these elements, of which HUB is the hub's address, under the strictest policy or with a style of its own.
func stripped(t *testing.T, b *browser.Browser, style, body string, items []listing, options ...browser.Option) world {
	t.Helper()
	h := newHub(t, items)
	policy := strict(h.URL)
	if style != "" {
		policy = strings.Replace(policy, "style-src 'none'", "style-src 'unsafe-inline'", 1)
		style = "<style>" + style + "</style>"
	}
	page := `<!doctype html><html lang="nb"><head><meta name="viewport" content="width=device-width"><title>Kommunen</title>` + style + `</head><body><main><h1>Kommunen</h1>` +
		body + `<p id="below">Kontakt oss</p></main><script type="module" src="HUB/embed/v1/list.js"></script></body></html>`
	page = strings.ReplaceAll(page, "HUB", h.URL)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/favicon.ico" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		fmt.Fprint(w, page)
	}))
	t.Cleanup(server.Close)
	return world{b.Page(t, server.URL, append(options, browser.Clock(now))...), h, server.URL}
}

const (
	aList   = `<fh-list hub="HUB" when="month" heading="Skjer snart"><a href="HUB/">Finn aktiviteter</a></fh-list>`
	anOffer = `<fh-offers hub="HUB"><a href="HUB/">Se alt som er gratis</a></fh-offers>`
)

// tickets are seven free ones in every state of their sale, one that costs something, and one that is nonsense.
func tickets() []listing {
	ticket := func(id, title string, offer listing) listing {
		return listing{"id": id, "kind": "ticket", "title": title, "price": listing{"free": true, "currency": "NOK", "text": "Gratis"}, "offers": []listing{offer}}
	}
	return []listing{
		ticket("later", "Fribillett til svømmehallen", listing{"price": 0, "availability": "available", "remaining": 42, "remaining_at": "2026-11-20T12:00:00+01:00", "valid_through": "2026-12-31T23:59:00+01:00"}),
		ticket("gone", "Fribillett til kinoen", listing{"price": 0, "availability": "sold_out", "url": "https://kino.example/vent", "valid_through": "2026-11-22T18:00:00+01:00"}),
		ticket("soon", "Fribillett til konserten", listing{"price": 0, "remaining": 7, "remaining_at": "2026-11-22T10:48:00Z", "valid_through": "2026-11-22T22:30:00Z"}),
		ticket("over", "Salget er slutt", listing{"price": 0, "valid_through": "2026-11-22T10:59:00Z"}),
		ticket("early", "Salget er ikke åpnet", listing{"price": 0, "valid_from": "2026-11-22T12:01:00+01:00"}),
		ticket("closed", "Salget er stengt", listing{"price": 0, "availability": "ended"}),
		ticket("any", "Gratis prøvetime i karate", listing{"price": 0}),
		{"id": "paid", "kind": "ticket", "title": "Billett", "price": listing{"min": 100, "currency": "NOK"}, "offers": []listing{{"price": 100}}},
		{"id": "odd", "kind": "ticket", "title": "<img src=x onerror=hacked=1>", "offers": []listing{{"price": 0, "availability": "sold_out", "url": "javascript:hacked=1", "remaining": "x"}}},
	}
}

func TestStrips(t *testing.T) {
	b := browser.New(t)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *browser.Browser)
	}{
		{"by day", byDay},
		{"modes", stripModes},
		{"offers", freeOffers},
		{"failures", stripFailures},
		{"in the page", stripInPage},
		{"languages", stripLanguages},
		{"layout is stable", stripLayout},
		{"as a div", stripDiv},
		{"demo", stripDemo},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, b) })
	}
}

func byDay(t *testing.T, b *browser.Browser) {
	w := stripped(t, b, "", aList, sample()[:8])
	w.WaitText("fh-list >>> [part=more]", "Se alle 8")
	same(t, "days", w.Texts("fh-list >>> [part=day]"), []string{"lørdag 5. desember", "tirsdag 24. november", "mandag 11. januar", "lørdag 28. november", "Når som helst"})
	same(t, "items", w.Texts("fh-list >>> li"), []string{
		"Julekonsert med Nanset skolekorps kl. 18.00–20.00 · Bølgen kulturhus · Nanset skolekorps · 0–150 kr",
		"Fotball for alle 6–12 år kl. 17.00 · Tjølling kunstgress · Tjølling IF · Gratis",
		"Svømmekurs for voksne Fullt · kl. 19.30–20.15 · Farrisbadet · Larvik svømmeklubb · 1200 kr",
		"Nattur til Vindfjell Avlyst · Larvik turlag · Gratis",
		"Strikkekafé på biblioteket torsdager kl. 12–14 · Hovedbiblioteket · Sandefjord bibliotek · Gratis",
	})
	_, asked := w.hub.asked()
	same(t, "asked", asked.Encode(), "facets=none&lang=nb&limit=5&when=month")
	same(t, "all of it", browser.Eval[string](w.Page, `$("fh-list >>> [part=more]").href`), w.hub.URL+"/?lang=nb&when=month")
	same(t, "the link in the page", browser.Eval[bool](w.Page, `$("fh-list a").checkVisibility()`), false)
	same(t, "an item's page", browser.Eval[string](w.Page, `$("fh-list >>> li a").href`), w.hub.URL+"/l/jul")
	w.sound(t)
	w.Type(kb.Tab)
	same(t, "focus", w.Focus(), "a Julekonsert med Nanset skolekorps")
	w.Type(kb.Enter)
	w.WaitText("#page", `Side for "jul"`)
}

func stripModes(t *testing.T, b *browser.Browser) {
	for _, test := range []struct{ attributes, asked, more string }{
		{``, "facets=none&lang=nb&limit=5&when=week", "Se alle 45 denne uka"},
		{`organizer="tjolling"`, "facets=none&lang=nb&limit=5&organizer=tjolling", "Se alle 1"},
		{`source="forening, bolgen" count="2" free`, "facets=none&free=true&lang=nb&limit=2&source=forening&source=bolgen", "Se alle 2"},
		{`category="music" when="today" q="kor, sang"`, "category=music&facets=none&lang=nb&limit=5&q=kor%2C+sang&when=today", ""},
	} {
		w := stripped(t, b, "", strings.Replace(aList, `when="month"`, test.attributes, 1), sample())
		if test.more != "" {
			w.WaitText("fh-list >>> [part=more]", test.more)
		} else {
			w.WaitText("fh-list >>> [role=status]", "Ingenting å vise akkurat nå.")
			same(t, "empty", browser.Eval[bool](w.Page, `$("fh-list").matches(":state(empty)") && $("fh-list a").checkVisibility()`), true)
		}
		_, asked := w.hub.asked()
		same(t, test.attributes, asked.Encode(), test.asked)
		w.sound(t)
	}
}

func freeOffers(t *testing.T, b *browser.Browser) {
	w := stripped(t, b, "", anOffer, tickets())
	w.WaitText("fh-offers >>> [part=more]", "Se alt som er gratis")
	same(t, "the most urgent first, what is sold out last", w.Texts("fh-offers >>> li"), []string{
		"Fribillett til konserten 7 igjen (for 12 min siden) · Salget slutter søndag 22. november kl. 23.30 · Gratis",
		"Fribillett til svømmehallen 42 igjen (for 2 d siden) · Salget slutter torsdag 31. desember kl. 23.59 · Gratis",
		"Gratis prøvetime i karate Gratis",
		"Fribillett til kinoen Utsolgt · Se etter venteliste · Gratis",
		"<img src=x onerror=hacked=1> Utsolgt",
	})
	same(t, "the way to what is sold out", browser.Eval[[]string](w.Page, `$all("fh-offers >>> [part~=out] p a").map(a => a.href)`), []string{"https://kino.example/vent"})
	_, asked := w.hub.asked()
	same(t, "asked", asked.Encode(), "facets=none&kind=ticket&lang=nb&limit=100&max_price=0")
	same(t, "nothing ran", browser.Eval[bool](w.Page, `"hacked" in globalThis`), false)
	w.sound(t)
}

func stripFailures(t *testing.T, b *browser.Browser) {
	w := stripped(t, b, "", aList, sample())
	w.WaitText("fh-list >>> [part=more]", "Se alle 45")
	w.hub.answer(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "{}", 500) })
	browser.Eval[any](w.Page, `$("fh-list").refresh()`)
	w.WaitText("fh-list >>> [role=status]", "Vi fikk ikke hentet treff.")
	same(t, "what was there stays", len(w.Texts("fh-list >>> li")), 5)
	w.sound(t, "search?")

	w.Goto(w.site)
	w.WaitText("fh-list >>> [role=status]", "Vi fikk ikke hentet treff.")
	same(t, "the link stays", browser.Eval[bool](w.Page, `$("fh-list a").checkVisibility() && $("fh-list").matches(":state(error)")`), true)
	w.sound(t, "search?")
	w.hub.answer(nil)
	w.Click("fh-list >>> button")
	w.WaitText("fh-list >>> [part=more]", "Se alle 45")
	same(t, "status", w.Text("fh-list >>> [role=status]"), "")

	w.hub.answer(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	w.Goto(w.site)
	w.WaitText("fh-list >>> [role=status]", "Vi prøver igjen om 1 sekunder")
	same(t, "no button invites to press on", w.Texts("fh-list >>> button"), []string{})
	w.hub.answer(nil)
	w.WaitText("fh-list >>> [part=more]", "Se alle 45")

	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	w.hub.answer(func(http.ResponseWriter, *http.Request) { <-done })
	w.Goto(w.site)
	w.WaitText("fh-list >>> [role=status]", "Laster …")
	for _, odd := range []string{`null`, `{"items": {"length": 3}}`, `<!doctype html>`} {
		w.hub.answer(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, odd) })
		w.Goto(w.site)
		w.WaitText("fh-list >>> [role=status]", "Vi fikk ikke hentet treff.")
	}
	w.hub.answer(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"total": 1, "items": [null, 3, {"id": 5, "title": {"a": 1}, "start": 7, "end": [], "place": "her", "organizer": 3, "price": "dyrt", "status": "toString"}]}`)
	})
	w.Goto(w.site)
	w.WaitText("fh-list >>> [part=more]", "Se alle 1")
	w.sound(t, "search?")
}

func stripInPage(t *testing.T, b *browser.Browser) {
	rude := `* { color: red !important; letter-spacing: 9px !important; text-transform: uppercase } html { font-size: 10px }`
	watch := browser.Before(`globalThis.seen = []; for (const type of ["ready", "results", "empty", "select", "error"]) addEventListener("fh:" + type, e => seen.push(type));`)
	w := stripped(t, b, rude, aList+strings.Replace(anOffer, "<fh-offers", `<fh-offers theme="dark"`, 1), append(sample(), tickets()...), watch)
	w.WaitText("fh-list >>> [part=more]", "Se alle 54")
	w.WaitText("fh-offers >>> [part=more]", "Se alt som er gratis")
	same(t, "colour, case, spacing", browser.Eval[[]string](w.Page, `(s => [s.color, s.textTransform, s.letterSpacing])(getComputedStyle($("fh-list >>> [part=meta]")))`), []string{"rgb(0, 0, 0)", "none", "normal"})
	w.Wait(`seen.filter(type => type === "ready").length === 2`)
	browser.Eval[any](w.Page, `(() => { const list = $("fh-list"); list.remove(); document.querySelector("main").append(list); })()`)
	w.Wait(`seen.filter(type => type === "ready").length === 3`)
	same(t, "put back", len(w.Texts("fh-list >>> li")), 5)
	browser.Eval[any](w.Page, `$("fh-list").setAttribute("count", "2")`)
	w.Wait(`$all("fh-list >>> li").length === 2`)
	browser.Eval[any](w.Page, `(() => { const late = document.createElement("fh-list"); late.id = "late"; late.setAttribute("organizer", "bib"); document.querySelector("main").append(late); })()`)
	w.WaitText("#late >>> [part=more]", "Se alle 1")
	browser.Eval[any](w.Page, `addEventListener("fh:select", e => e.preventDefault())`)
	w.Click("#late >>> li a")
	w.Wait(`seen.includes("select")`)
	same(t, "the page stays", strings.HasPrefix(browser.Eval[string](w.Page, `location.href`), w.site), true)
	same(t, "cookies and storage", browser.Eval[int](w.Page, `document.cookie.length + localStorage.length + sessionStorage.length`), 0)
	for _, request := range w.Requests() {
		if request.Method != "GET" || !strings.HasPrefix(request.URL, w.hub.URL) && !strings.HasPrefix(request.URL, w.site) {
			t.Errorf("%s %s", request.Method, request.URL)
		}
	}
	if errors := w.Errors(); len(errors) > 0 {
		t.Errorf("console: %q", errors)
	}
}

func stripLanguages(t *testing.T, b *browser.Browser) {
	for tag, want := range map[string][2]string{"en": {"See all 45", "Tuesday 24 November"}, "ar": {"(45)", ""}, "xx": {"Se alle 45", "tirsdag 24. november"}, "no": {"Se alle 45", "tirsdag 24. november"}} {
		w := stripped(t, b, "", strings.Replace(aList, "<fh-list", `<fh-list lang="`+tag+`"`, 1)+strings.Replace(anOffer, "<fh-offers", `<fh-offers lang="`+tag+`"`, 1), append(sample()[:8], append(tickets(), sample()[8:36]...)...))
		w.WaitText("fh-list >>> [part=more]", want[0])
		w.Wait(`$all("fh-offers >>> li").length === 5`)
		if got := strings.Join(w.Texts("fh-list >>> [part=day]"), "\n"); !strings.Contains(got, want[1]) {
			t.Errorf("%s: %q does not say %q", tag, got, want[1])
		}
		same(t, tag, browser.Eval[string](w.Page, `getComputedStyle($("fh-list >>> .fh")).direction`), map[bool]string{true: "rtl", false: "ltr"}[tag == "ar"])
		if tag != "xx" { // axe rightly knows no such language
			w.sound(t)
		}
	}
}

func stripLayout(t *testing.T, b *browser.Browser) {
	observe := browser.Before(`globalThis.shift = 0; new PerformanceObserver(l => { for (const e of l.getEntries()) if (!e.hadRecentInput) shift += e.value; }).observe({ type: "layout-shift", buffered: true });`)
	for _, test := range []struct {
		name    string
		options []browser.Option
	}{{"wide", nil}, {"phone", []browser.Option{browser.Size(360, 740)}}, {"dark", []browser.Option{browser.Media("prefers-color-scheme", "dark")}}, {"narrow", []browser.Option{browser.Size(320, 640)}}} {
		w := stripped(t, b, `:root { color-scheme: light dark; font-family: sans-serif; background: light-dark(#fff, #181818) } fh-list, fh-offers { display: block; min-height: 36em }`, aList+anOffer, append(sample()[:8], tickets()...), append(test.options, observe)...)
		w.WaitText("fh-list >>> [part=more]", "Se alle 17")
		w.WaitText("fh-offers >>> [part=more]", "Se alt som er gratis")
		shift := browser.Eval[float64](w.Page, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(shift))))`)
		t.Logf("%s: cumulative layout shift %.3f", test.name, shift)
		if shift > 0.02 {
			t.Errorf("%s: cumulative layout shift %.3f, at most 0.02", test.name, shift)
		}
		same(t, "wider than the page", browser.Eval[bool](w.Page, `document.documentElement.scrollWidth > innerWidth`), false)
		w.sound(t)
		w.Screenshot("strip-" + test.name)
	}
}

// stripDemo shows the demo page whole: three elements beside each other, and two requests to the first list of each.
func stripDemo(t *testing.T, b *browser.Browser) {
	h := newHub(t, append(sample()[:8], tickets()...))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, strings.ReplaceAll(string(widget.Demo()), widget.HubPlaceholder, h.URL))
	}))
	t.Cleanup(server.Close)
	w := world{b.Page(t, server.URL, browser.Clock(now), browser.Size(1280, 2600)), h, server.URL}
	w.WaitText("fh-list >>> [part=more]", "denne uka")
	w.WaitText("fh-offers >>> [part=more]", "Se alt som er gratis")
	w.WaitText("fh-search >>> [role=status]", "17 treff")
	w.Axe()
	w.Screenshot("strip-demo")
	first := browser.Eval[[]string](w.Page, `performance.getEntriesByType("resource").map(e => new URL(e.name).pathname).filter(path => /list|aside/.test(path)).map(path => path.replace(/-.*/, ""))`)
	same(t, "the part comes after the script", first[:1], []string{"/embed/v1/list.js"})
}

// stripDiv: where a page strips elements that it does not know, a div stands for each, with all its settings and what stood in it.
func stripDiv(t *testing.T, b *browser.Browser) {
	div := strings.NewReplacer("<fh-list ", `<div data-fh="list" data-theme="dark" data-onclick="hacked=1" data-`, "</fh-list>", "</div>", "<fh-offers ", `<div data-fh="offers" data-`, "</fh-offers>", "</div>", "when=", "data-when=", "heading=", "data-heading=")
	w := stripped(t, b, "", div.Replace(aList+anOffer), append(sample(), tickets()...))
	w.Wait(`$("fh-list >>> [part=more]") && $("fh-offers >>> [part=more]")`)
	same(t, "settings", browser.Eval[[]string](w.Page, `["when", "theme", "heading", "onclick", "fh"].map(name => $("fh-list").getAttribute(name) ?? "")`), []string{"month", "dark", "Skjer snart", "", ""})
	same(t, "the link in it", browser.Eval[string](w.Page, `$("div > fh-list > a").innerText`), "Finn aktiviteter")
	w.Wait(`performance.getEntriesByName("fh-results").length === 2`)
	same(t, "the first list is marked where it was", browser.Eval[bool](w.Page, `performance.getEntriesByName("fh-results").every(m => performance.getEntriesByType("resource").some(r => r.responseEnd === m.startTime))`), true)
	w.sound(t)
}
