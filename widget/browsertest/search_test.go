package browsertest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"fritidshub/widget"
	"fritidshub/widget/browser"
)

// now is when every page is loaded.
var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.FixedZone("", 3600))

// strict is the hardest policy that a host page may have.
func strict(hub string) string {
	return "default-src 'none'; script-src " + hub + "; connect-src " + hub + "; style-src 'none'; require-trusted-types-for 'script'"
}

// hostStyle is what the strict policy makes ugly: the style of the host page, and its menu.
var hostStyle = regexp.MustCompile(`(?s)<style>.*</style>|<nav.*</nav>`)

// strips are the other elements of the demo page, which TestStrips tries by themselves.
var strips = regexp.MustCompile(`(?s)<aside.*</aside>`)

// site serves the demo page as the site of a municipality, from an origin of its own: under the strict policy and
// without a style of its own, or, below /fin, with its own style. The query parameter "attr" of either page gives the
// element more attributes; "img" lets the page show images from there.
func site(t *testing.T, hub string) string {
	page := strips.ReplaceAllString(strings.ReplaceAll(string(widget.Demo()), widget.HubPlaceholder, hub), "")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/favicon.ico" {
			http.NotFound(w, r)
			return
		}
		body, policy := page, strings.Replace(strict(hub), "style-src 'none'", "style-src 'unsafe-inline'", 1)
		if r.URL.Path != "/fin" {
			body, policy = hostStyle.ReplaceAllString(page, ""), strict(hub)
		}
		if images := r.FormValue("img"); images != "" {
			policy += "; img-src " + images
		}
		body = strings.Replace(body, `lang="nb">
      <a`, r.FormValue("attr")+`>
      <a`, 1)
		if r.FormValue("div") != "" {
			body = strings.NewReplacer("<fh-search ", `<div data-fh="search" data-page-size="5" data-theme="dark" data-onclick="hacked=1" data-`, "</fh-search>", "</div>").Replace(body)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

type world struct {
	*browser.Page
	hub  *hub
	site string
}

// open shows the demo page, on a site of its own, with a hub of its own.
func open(t *testing.T, b *browser.Browser, path string, items []listing, options ...browser.Option) world {
	t.Helper()
	h := newHub(t, items)
	s := site(t, h.URL)
	return world{b.Page(t, s+path, append(options, browser.Clock(now))...), h, s}
}

// attr is the path of the strict page whose element has these attributes.
func attr(attributes string) string { return "/?attr=" + url.QueryEscape(attributes) }

const el = "fh-search >>> "

// hits waits until the status says text.
func (w world) hits(t *testing.T, text string) {
	t.Helper()
	w.WaitText(el+"[role=status]", text)
	w.Wait(`$("fh-search >>> .side")?.hidden || $("fh-search >>> :is(#filters label, #again)")`)
}

// sound fails the test for what must never happen: a finding of axe, or an error in the console that is not allowed.
func (w world) sound(t *testing.T, allowed ...string) {
	t.Helper()
	w.Axe()
	for _, message := range w.Errors() {
		if len(allowed) == 0 || !strings.Contains(message, allowed[0]) {
			t.Errorf("console: %s", message)
		}
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestSearch(t *testing.T) {
	b := browser.New(t)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *browser.Browser)
	}{
		{"first list", firstList},
		{"words", searchWords},
		{"facets, chips and address", facetsChipsAddress},
		{"fields", fields},
		{"read from the text", readNote},
		{"more", more},
		{"said once", saidOnce},
		{"keyboard alone", keyboardAlone},
		{"nothing found", nothingFound},
		{"failures", failures},
		{"busy", busy},
		{"hostile answer", hostileAnswer},
		{"fixed filters", fixedFilters},
		{"address in the hash, or left alone", otherAddresses},
		{"languages", languages},
		{"events and methods", eventsAndMethods},
		{"narrow", narrow},
		{"looks", looks},
		{"without script", withoutScript},
		{"privacy", privacy},
		{"layout is stable", layoutIsStable},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, b) })
	}
}

func firstList(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample())
	w.hits(t, "45 treff")
	same(t, "titles", w.Texts(el + "[part=title]")[:8], []string{
		"Julekonsert med Nanset skolekorps", "Fotball for alle 6–12 år", "Fullt Svømmekurs for voksne", "Avlyst Nattur til Vindfjell",
		"Strikkekafé på biblioteket", "International choir – come and sing", "Nettmøte om frivillighet", "Åpen hall",
	})
	same(t, "times", w.Texts(el + "[part=time]")[:6], []string{
		"lør. 5. des. kl. 18–20", "tirsdager kl. 17–18.30", "man. 11. jan. kl. 19.30–20.15, + 9 datoer", "lør. 28. nov. – søn. 29. nov.",
		"torsdager kl. 12–14", "onsdager kl. 18–20",
	})
	same(t, "UTC is shown as Norwegian time", w.Text(el+"li:nth-child(7) [part=time]"), "tir. 1. des. kl. 18.30")
	same(t, "places", w.Texts(el + "[part=meta]")[:2], []string{"Bølgen kulturhus · Larvik · Nanset skolekorps", "Tjølling kunstgress · Tjølling · Tjølling IF"})
	same(t, "badges", w.Texts(el + "article ul")[:6], []string{
		"0–150 kr Rullestol Teleslynge", "Gratis 6–12 år Fritidskort", "1200 kr Fra 18 år", "Gratis", "Gratis Rullestol", "fra 350 kr Til 25 år",
	})
	same(t, "credit", w.Text(el+"[part=source]"), "Kilde: Bølgen kulturhus")
	same(t, "link", browser.Eval[string](w.Page, `$("fh-search >>> article a").href`), w.hub.URL+"/l/jul")
	same(t, "language of a foreign item", browser.Eval[string](w.Page, `$("fh-search >>> #l-choir").lang`), "en")
	same(t, "levels", browser.Eval[[]string](w.Page, `[...new Set($all("fh-search >>> article > :first-child").map(n => n.localName))]`), []string{"h2"})
	same(t, "cards", browser.Eval[int](w.Page, `$all("fh-search >>> article").length`), 20)
	same(t, "the link in the page has gone", browser.Eval[bool](w.Page, `$("fh-search a").checkVisibility()`), false)
	w.sound(t)

	house := listing{"name": "Brygga nærmiljøhus"}
	w = open(t, b, "/", []listing{{"id": "apent", "kind": "open_service", "title": "Åpent hus", "place": house, "organizer": house, "sources": []listing{{"id": "s"}}}})
	w.hits(t, "1 treff")
	same(t, "a house that is named as those who run it", w.Text(el+"[part=meta]"), "Brygga nærmiljøhus")
}

func searchWords(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample())
	w.hits(t, "45 treff")
	w.Click(el + "#q")
	w.Type("skolekorps")
	w.hits(t, "1 treff")
	same(t, "titles", w.Texts(el+"[part=title]"), []string{"Julekonsert med Nanset skolekorps"})
	same(t, "focus stays", w.Focus(), "q")
	same(t, "address", browser.Eval[string](w.Page, `location.search`), "?fh-q=skolekorps")
	before, _ := w.hub.asked()
	w.Type(kb.Enter)
	w.Wait(`performance.getEntriesByType("resource").filter(e => e.name.includes("/search?")).length > ` + fmt.Sprint(before))
	same(t, "what is being typed is never overwritten", browser.Eval[string](w.Page, `(() => {
		const input = $("fh-search >>> #q");
		input.value = "fot xy ";
		input.dispatchEvent(new InputEvent("input", { bubbles: true }));
		return new Promise(done => document.addEventListener("fh:results", () => done(input.value), { once: true }));
	})()`), "fot xy ")
	w.hits(t, "Ingen treff")
	w.Back()
	w.hits(t, "1 treff")
	w.Back()
	w.hits(t, "45 treff")
	same(t, "field after back", browser.Eval[string](w.Page, `$("fh-search >>> #q").value`), "")
	w.sound(t)
}

func facetsChipsAddress(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/?side=2#innhold", sample())
	w.hits(t, "45 treff")
	same(t, "categories", w.Texts(el+"[aria-labelledby=g-category] label"), []string{"Svømming, stup og lek i vann for alle 38", "Håndarbeid 2", "Musikk og sang 2", "Fotball 1", "Friluftsliv 1"})
	w.Click(el + "#categorymusic")
	w.hits(t, "2 treff")
	same(t, "counts of the same facet stay", w.Texts(el+"[aria-labelledby=g-category] label"), []string{"Svømming, stup og lek i vann for alle 38", "Håndarbeid 2", "Musikk og sang 2", "Fotball 1", "Friluftsliv 1"})
	same(t, "counts of another shrink, empty ones go", w.Texts(el+"[aria-labelledby=g-weekday] label"), []string{"Lørdag 1", "Onsdag 1"})
	w.Click(el + "#categoryfootball")
	w.hits(t, "3 treff")
	w.Click(el + "#weekdaytu")
	w.hits(t, "1 treff")
	same(t, "chips", w.Texts(el+"[part=chip]"), []string{"Musikk og sang", "Fotball", "Tirsdag", "Fjern alle filtre"})
	same(t, "name of a chip", browser.Eval[string](w.Page, `$("fh-search >>> [part=chip]").ariaLabel`), "Fjern filter: Musikk og sang")
	address := browser.Eval[string](w.Page, `location.search + location.hash`)
	same(t, "address", address, "?side=2&fh-category=music&fh-category=football&fh-weekday=tu#innhold")
	w.sound(t)

	w.Click(el + "li:nth-child(2) > [part=chip]")
	w.hits(t, "Ingen treff")
	same(t, "focus goes to the next chip", w.Focus(), "button Tirsdag")
	w.Back()
	w.hits(t, "1 treff")
	w.Back()
	w.hits(t, "3 treff")
	same(t, "boxes after back", browser.Eval[[]string](w.Page, `$all("fh-search >>> input:checked").map(n => n.id)`), []string{"categorymusic", "categoryfootball"})

	w.Goto(w.site + "/" + address)
	w.hits(t, "1 treff")
	same(t, "chips from the address", w.Texts(el+"[part=chip]"), []string{"Musikk og sang", "Fotball", "Tirsdag", "Fjern alle filtre"})
	w.Click(el + "li:last-child > [part=chip]")
	w.hits(t, "45 treff")
	same(t, "address without filters", browser.Eval[string](w.Page, `location.search`), "?side=2")
}

func fields(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample())
	w.hits(t, "45 treff")
	w.Click(el + "#freetrue")
	w.hits(t, "3 treff")
	w.Click(el + "#age")
	w.Type("8")
	w.Wait(`location.search.includes("fh-age=8")`)
	same(t, "focus stays in the field", w.Focus(), "age")
	w.WaitText(el+"ul:not(#ways)", "Alder: 8 år")
	_, asked := w.hub.asked()
	same(t, "asked", asked.Encode(), "age=8&facets=category%2Cweekday%2Ctime%2Ckind%2Cmunicipality%2Cneighbourhood%2Cscheme%2Caccessibility%2Clow_threshold%2Cequipment_loan&free=true&lang=nb&limit=20")
	browser.Eval[any](w.Page, `$("fh-search").setFilters({ from: "2026-12-01", to: "2026-12-05", constructor: "x", __proto__: { age: "3" } })`)
	w.WaitText(el+"ul:not(#ways)", "Til lør. 5. des.")
	same(t, "chips", w.Texts(el+"[part=chip]"), []string{"Fra tir. 1. des.", "Til lør. 5. des.", "Fjern alle filtre"})
	same(t, "fields", browser.Eval[[]string](w.Page, `["from", "to", "age"].map(id => $("fh-search >>> #" + id).value)`), []string{"2026-12-01", "2026-12-05", ""})
	browser.Eval[any](w.Page, `$("fh-search").setFilters({ from: "2026-12-05", to: "2026-12-01", age: "-1" })`)
	w.Wait(`location.search === "?fh-from=2026-12-05"`)
	w.hits(t, "31 treff")
	w.sound(t)
}

func more(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample())
	w.hits(t, "45 treff")
	same(t, "pager", w.Text(el+"[part=pager] p"), "Viser 20 av 45")
	w.Click(el + "[part=pager] button")
	w.WaitText(el+"[part=pager] p", "Viser 40 av 45")
	same(t, "focus goes to the first new one", w.Focus(), "l-bad-12")

	w.hub.answer(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	w.Click(el + "[part=pager] button")
	w.WaitText(el+"[part=pager] p", "Vi fikk ikke hentet treff")
	w.hub.answer(nil)
	w.Click(el + "[part=pager] button")
	w.Wait(`$all("fh-search >>> article").length === 45`)
	same(t, "no more", browser.Eval[bool](w.Page, `$("fh-search >>> [part=pager]").hidden`), true)
	w.sound(t, "502")
}

// saidOnce: one region tells a screen reader the number of hits, once for each search that has settled.
func saidOnce(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample())
	w.hits(t, "45 treff")
	same(t, "regions that speak", browser.Eval[int](w.Page, `$all("fh-search >>> [role=status]").length + $all("fh-search >>> [aria-live]").length`), 1)
	browser.Eval[any](w.Page, `(() => {
		const region = $("fh-search >>> [role=status]");
		window.said = [];
		new MutationObserver(() => said.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
		$("fh-search").focus();
	})()`)
	w.Type("kor" + kb.Enter)
	w.hits(t, "3 treff")
	w.Type(strings.Repeat(kb.Backspace, 3) + kb.Enter)
	w.hits(t, "45 treff")
	same(t, "said", browser.Eval[[]string](w.Page, "said"), []string{"3 treff", "45 treff"})
}

func keyboardAlone(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample())
	w.hits(t, "45 treff")
	browser.Eval[any](w.Page, `$("fh-search").focus()`)
	w.Type("musikk" + kb.Enter)
	w.hits(t, "Ingen treff")
	w.Type(strings.Repeat(kb.Backspace, 6) + "kor" + kb.Enter)
	w.hits(t, "3 treff")
	order := []string{}
	for range 15 {
		w.Type(kb.Tab)
		order = append(order, w.Focus())
	}
	same(t, "order of tabbing", slices.Compact(order), []string{"button Søk", "when", "from", "to", "age", "freetrue", "max_price", "button Nær meg", "g-category"})
	w.Type(kb.Tab)
	same(t, "and their boxes", w.Focus(), "categorymusic")
	w.Type(" ")
	w.WaitText(el+"ul:not(#ways)", "Musikk og sang")
	same(t, "focus stays on the box", w.Focus(), "categorymusic")
	w.Type(" ")
	w.Wait(`$("fh-search >>> ul:not(#ways)").hidden`)
	w.Type(" ")
	w.WaitText(el+"ul:not(#ways)", "Musikk og sang")
	browser.Eval[any](w.Page, `$("fh-search >>> [part=chip]").focus()`)
	w.Type(kb.Enter)
	w.Wait(`$("fh-search >>> ul:not(#ways)").hidden`)
	same(t, "after the last chip the field has the focus", w.Focus(), "q")
	ring := browser.Eval[string](w.Page, `getComputedStyle($("fh-search >>> #q")).outline`)
	if !strings.Contains(ring, "3px") {
		t.Errorf("focus ring is %q", ring)
	}
}

func fixedFilters(t *testing.T, b *browser.Browser) {
	w := open(t, b, attr(`municipality="3909, 3907" kind="facility" free q="kafé" age="30" page-size="5" sort="start" lang="nb"`), sample())
	w.hits(t, "1 treff")
	_, asked := w.hub.asked()
	same(t, "asked", asked.Encode(), "age=30&facets=category%2Cweekday%2Ctime%2Cmunicipality%2Cneighbourhood%2Cscheme%2Caccessibility%2Clow_threshold%2Cequipment_loan&free=true&kind=facility&lang=nb&limit=5&municipality=3909&municipality=3907&q=kaf%C3%A9&sort=start")
	same(t, "what is fixed is not offered", browser.Eval[bool](w.Page, `!!$("fh-search >>> :is(#age, #freetrue, #g-kind)")`), false)

	w.Goto(w.site + attr(`municipality="3909,3907" q="a" filters="municipality from" heading="Hva skjer?" heading-level="3"`) + "&fh-municipality=4001&fh-municipality=3907&fh-kind=event&fh-q=b")
	w.hits(t, "1 treff")
	_, asked = w.hub.asked()
	same(t, "a pick narrows, never widens", asked.Encode(), "facets=municipality&lang=nb&limit=20&municipality=3907&q=a+b")
	same(t, "values outside are not offered", w.Texts(el+"[aria-labelledby=g-municipality] label"), []string{"Sandefjord 1", "Larvik 40"})
	same(t, "headings", browser.Eval[string](w.Page, `$all("fh-search >>> :is(h3, h4)").map(n => n.localName + " " + n.innerText).join()`), "h3 Hva skjer?,h4 Strikkekafé på biblioteket")

	w.Goto(w.site + attr(`filters=""`))
	w.hits(t, "45 treff")
	same(t, "no filters", browser.Eval[bool](w.Page, `$("fh-search >>> .side").checkVisibility()`), false)
	w.sound(t, "heading")
}

func otherAddresses(t *testing.T, b *browser.Browser) {
	w := open(t, b, attr(`url-state="hash" url-prefix="a-"`), sample())
	w.hits(t, "45 treff")
	w.Click(el + "#categorymusic")
	w.hits(t, "2 treff")
	same(t, "hash", browser.Eval[string](w.Page, `location.hash`), "#a-category=music")
	w.Back()
	w.hits(t, "45 treff")

	w.Goto(w.site + attr(`url-state="off"`) + "&fh-category=music")
	w.hits(t, "45 treff")
	before := browser.Eval[string](w.Page, `location.href`)
	w.Click(el + "#categoryfootball")
	w.hits(t, "1 treff")
	same(t, "address", browser.Eval[string](w.Page, `location.href`), before)
}

func languages(t *testing.T, b *browser.Browser) {
	for _, test := range []struct{ attributes, status, label, lang, dir, asked, time string }{
		{`lang="nn"`, "45 treff", "Søk etter aktivitetar", "nn", "ltr", "nn", "laurdag 5. desember kl. 18–20"},
		{`lang="en-GB"`, "45 hits", "Search for activities", "en", "ltr", "en", "Saturday 5 December 18:00–20:00"},
		{`lang="ar"`, "نتيجة", "ابحث عن أنشطة", "ar", "rtl", "ar", "السبت 5 ديسمبر الساعة \u206618:00–20:00\u2069"},
		{`lang="fr"`, "45 treff", "Søk etter aktiviteter", "nb", "ltr", "nb", "lør. 5. des. kl. 18–20"},
		{`dir="rtl"`, "45 treff", "Søk etter aktiviteter", "nb", "rtl", "nb", "lør. 5. des. kl. 18–20"},
	} {
		t.Run(test.attributes, func(t *testing.T) {
			w := open(t, b, attr(test.attributes), sample())
			w.hits(t, test.status)
			_, asked := w.hub.asked()
			same(t, "label, language, direction, asked", []string{
				w.Text(el + "label"), browser.Eval[string](w.Page, `$("fh-search >>> .fh").lang`),
				browser.Eval[string](w.Page, `getComputedStyle($("fh-search >>> #q")).direction`), asked.Get("lang"), w.Text(el + "[part=time]"),
			}, []string{test.label, test.lang, test.dir, test.asked, test.time})
			w.sound(t, "texts/fr.json")
			browser.Eval[any](w.Page, `$("fh-search").setAttribute("lang", "nb")`)
			w.hits(t, "45 treff")
		})
	}
}

func eventsAndMethods(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample(), browser.Before(`
		globalThis.log = [];
		for (const type of ["ready", "results", "filter", "select", "error", "empty"])
			addEventListener("fh:" + type, e => { log.push(type + " " + JSON.stringify(e.detail)); if (type === "select") e.preventDefault(); });`))
	w.hits(t, "45 treff")
	browser.Eval[any](w.Page, `$("fh-search").setFilters({ q: "korps", category: ["music", "football"] })`)
	w.hits(t, "1 treff")
	w.Click(el + "#l-jul")
	browser.Eval[any](w.Page, `$("fh-search").setFilters({ q: "finnes ikke" })`)
	w.hits(t, "Ingen treff")
	browser.Eval[any](w.Page, `$("fh-search").refresh()`)
	w.Wait(`log.length === 10`)
	same(t, "events", browser.Eval[[]string](w.Page, `log`), []string{
		`ready {}`, `results {"total":45,"q":""}`, `filter {"filters":"q=korps&category=music&category=football"}`, `results {"total":1,"q":"korps"}`,
		`select {"id":"jul","title":"Julekonsert med Nanset skolekorps"}`, `filter {"filters":"q=finnes+ikke"}`, `empty {}`, `results {"total":0,"q":"finnes ikke"}`,
		`empty {}`, `results {"total":0,"q":"finnes ikke"}`,
	})
	same(t, "the page has not been left", browser.Eval[string](w.Page, `document.title`), "Fritid – Eksempel kommune")
	browser.Eval[any](w.Page, `$("fh-search").remove()`)
	same(t, "mark", browser.Eval[int](w.Page, `performance.getEntriesByName("fh-results").length`), 1)

	w.Goto(w.site + "/")
	w.hits(t, "45 treff")
	browser.Eval[any](w.Page, `$("fh-search").addEventListener("fh:select", e => e.stopPropagation())`)
	browser.Eval[any](w.Page, `$("fh-search >>> #l-jul").focus()`)
	w.Type(kb.Enter)
	w.Wait(`document.title === "Side"`)
}

func privacy(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample())
	w.hits(t, "45 treff")
	w.Click(el + "#categorymusic")
	w.hits(t, "2 treff")
	ours := 0
	for _, r := range w.Requests() {
		if strings.HasPrefix(r.URL, "data:") {
			continue // pictures of the browser's own controls
		}
		if !strings.HasPrefix(r.URL, w.site) && !strings.HasPrefix(r.URL, w.hub.URL) || r.Method != http.MethodGet {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		if strings.HasPrefix(r.URL, w.hub.URL) {
			ours++
		}
	}
	same(t, "requests to the hub: script, two searches, the parts for choosing and their texts", ours, 6)
	first := browser.Eval[[]string](w.Page, `performance.getEntriesByType("resource").filter(e => e.startTime < performance.getEntriesByName("fh-results")[0].startTime).map(e => new URL(e.name).pathname)`)
	same(t, "requests to the first result", first, []string{"/embed/v1/search.js", "/api/v1/search"})
	same(t, "cookies, storage", browser.Eval[[]int](w.Page, `[document.cookie.length, localStorage.length, sessionStorage.length]`), []int{0, 0, 0})
}
