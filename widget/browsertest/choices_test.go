package browsertest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"fritidshub/widget/browser"
)

func TestChoices(t *testing.T) {
	b := browser.New(t)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *browser.Browser)
	}{
		{"suggestions", suggestionsByKeyAndPointer},
		{"read as chips", readAsChips},
		{"when, price, near, neighbours", newFields},
		{"what is not stated", notStated},
		{"advice", advised},
		{"hostile advice", hostileAdvice},
		{"views", viewsOffered},
		{"parts that do not come", partsFail},
		{"picks of the address before the first answer", typedEarly},
		{"twice, late, moved, and as a div", otherPlaces},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, b) })
	}
}

// say lets the hub answer every search with this.
func (w world) say(answer listing) {
	w.hub.answer(func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Access-Control-Allow-Origin", "*")
		json.NewEncoder(out).Encode(answer)
	})
}

// last is what the last search asked for, once one with part in its address has been answered.
func (w world) last(part string) string {
	w.Wait(`performance.getEntriesByType("resource").filter(e => e.name.includes("/api/v1/search?")).pop()?.name.includes("` + part + `")`)
	_, asked := w.hub.asked()
	for _, name := range []string{"facets", "lang", "limit"} {
		asked.Del(name)
	}
	return asked.Encode()
}

func suggestionsByKeyAndPointer(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample())
	w.hits(t, "45 treff")
	w.Click(el + "#q")
	w.Type("mu")
	w.Wait(`$all("fh-search >>> [role=option]").length === 3`)
	same(t, "suggestions", w.Texts(el+"[role=option]"), []string{"Musikk og sang Kategori", "Museumsvennene Arrangør", "Strikkekafé på biblioteket"})
	w.Type(kb.ArrowDown + kb.ArrowDown + kb.ArrowUp)
	same(t, "combobox", browser.Eval[[]string](w.Page, `["role", "aria-expanded", "aria-activedescendant", "aria-controls"].map(n => $("fh-search >>> #q").getAttribute(n))`),
		[]string{"combobox", "true", "way-0", "ways"})
	w.sound(t)
	w.Screenshot("suggestions")
	w.Type(kb.Enter)
	w.hits(t, "2 treff")
	same(t, "a category is a filter", browser.Eval[string](w.Page, `location.search`), "?fh-category=music")
	same(t, "focus stays in the field", w.Focus(), "q")
	same(t, "closed", w.Texts(el+"[role=option]"), []string{})

	w.Type("mu")
	w.Wait(`$all("fh-search >>> [role=option]").length === 3 && !$("fh-search >>> #ways").hidden`)
	w.Type(kb.Escape)
	same(t, "Escape closes", w.Texts(el+"[role=option]"), []string{})
	same(t, "and leaves the text", browser.Eval[string](w.Page, `$("fh-search >>> #q").value`), "mu")
	w.Type(kb.ArrowDown)
	w.Wait(`!$("fh-search >>> #ways").hidden`)
	w.Click(el + "[role=option]:nth-child(2)")
	w.Wait(`location.search === "?fh-q=Museumsvennene&fh-category=music"`)
	w.sound(t)

	w.Goto(w.site + attr(`lang="ar" theme="dark"`))
	w.WaitText(el+"label", "ابحث")
	w.Click(el + "#q")
	w.Type("mu")
	w.Wait(`$all("fh-search >>> [role=option]").length === 3`)
	w.Type(kb.ArrowDown)
	w.sound(t)
}

func readAsChips(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample())
	w.hits(t, "45 treff")
	w.say(listing{"total": 3, "items": []listing{}, "facets": listing{}, "interpreted": []any{
		listing{"label": "Gratis", "applied": true, "remove": "/api/v1/search?lang=nb&q=kor+l%C3%B8rdag", "as_text": "/api/v1/search?q=x&keep=gratis"},
		listing{"label": "Lørdag", "applied": true, "remove": "/api/v1/search?q=gratis+kor"},
		listing{"label": "Ikke brukt", "applied": false, "remove": "/api/v1/search?q=x"}, nil, 3,
	}})
	w.Click(el + "#q")
	w.Type("gratis kor lørdag" + kb.Enter)
	w.hits(t, "3 treff")
	w.Wait(`$all("fh-search >>> [part=chip]").length === 2`)
	same(t, "chips", w.Texts(el+"[part=chip]"), []string{"Gratis", "Lørdag"})
	w.sound(t)
	w.Click(el + "[part=chip]")
	w.Wait(`location.search === "?fh-q=kor+l%C3%B8rdag"`)
	same(t, "the field says it too", browser.Eval[string](w.Page, `$("fh-search >>> #q").value`), "kor lørdag")

	w.say(listing{"total": 0, "items": []listing{}, "facets": listing{}, "interpreted": []any{
		listing{"label": "Gratis", "applied": true, "remove": "/api/v1/search?q=kor", "as_text": "/api/v1/search?q=gratis+kor&keep=gratis"}}})
	w.hub.instead("advice", []any{node("p", nil, node("a", listing{"href": "?q=gratis+kor&keep=gratis"}, "Søk på ordene slik de står"))})
	w.Goto(w.site + "/?fh-q=gratis+kor")
	w.WaitText(el+"[part=notice]", "Søk på ordene slik de står")
	w.sound(t)
	w.Click(el + "[part=notice] button")
	w.Wait(`location.search === "?fh-q=gratis+kor&fh-keep=gratis"`)
	same(t, "asked", w.last("keep="), "keep=gratis&q=gratis+kor")
}

func newFields(t *testing.T, b *browser.Browser) {
	const ours = `location.search.replace(/^\?attr=[^&]*&?/, "")`
	w := open(t, b, attr(`municipality="3909" neighbours="3907, 4001, x" lang="nb"`), sample(), browser.Before(`
		Object.defineProperty(navigator, "geolocation", { value: { asked: 0, getCurrentPosition(found, lost) { this.asked++; this.denied ? lost({}) : found({ coords: { latitude: 59.053123, longitude: 10.035987 } }); } } });`))
	w.hits(t, "40 treff")
	same(t, "at any time at first", browser.Eval[string](w.Page, `$("fh-search >>> #when").selectedOptions[0].text`), "Når som helst")
	browser.Eval[any](w.Page, `((s) => { s.value = "weekend"; s.dispatchEvent(new Event("input", { bubbles: true })); })($("fh-search >>> #when"))`)
	w.Wait(ours + ` === "fh-when=weekend"`)
	same(t, "asked", w.last("when="), "municipality=3909&when=weekend")
	w.WaitText(el+"ul:not(#ways)", "I helgen")
	w.Click(el + "#max_price")
	w.Type("200")
	w.WaitText(el+"ul:not(#ways)", "Til 200 kr")
	browser.Eval[any](w.Page, `((s) => { s.value = "2026-12-24"; s.dispatchEvent(new Event("input", { bubbles: true })); })($("fh-search >>> #from"))`)
	w.Wait(ours + ` === "fh-from=2026-12-24&fh-max_price=200"`)
	same(t, "a date takes the place of the weekend", browser.Eval[string](w.Page, `$("fh-search >>> #when").value`), "")

	same(t, "nobody has been asked where they are", browser.Eval[int](w.Page, `navigator.geolocation.asked`), 0)
	w.Click(el + "#filters > button")
	w.WaitText(el+"ul:not(#ways)", "Nær meg (5 km)")
	same(t, "asked", w.last("near="), "from=2026-12-24&max_price=200&municipality=3909&near=59.053%2C10.036&radius=5&sort=distance")
	same(t, "the address does not say where", browser.Eval[string](w.Page, ours), "fh-from=2026-12-24&fh-max_price=200")
	w.sound(t)
	browser.Eval[any](w.Page, `$("fh-search").setFilters({})`)
	w.hits(t, "40 treff")
	browser.Eval[any](w.Page, `(navigator.geolocation.denied = true)`)
	w.Click(el + "#filters > button")
	w.hits(t, "Vi fikk ikke vite hvor du er.")

	w.Click(el + "#neighbourstrue")
	w.hits(t, "42 treff")
	same(t, "asked", w.last("3907"), "municipality=3909&municipality=3907&municipality=4001")
	same(t, "chip", w.Texts(el+"[part=chip]"), []string{"Ta med nabokommunene"})
}

func notStated(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample())
	w.say(listing{"total": 3, "items": []listing{{"id": "a", "title": "A"}}, "facets": listing{}, "unstated_text": []string{"2 av treffene oppgir ikke alder.", "12 til oppgir ikke pris."}})
	w.Goto(w.site + "/?fh-age=8&fh-free=true")
	w.hits(t, "3 treff")
	w.WaitText(el+"[part=rest]", "oppgir")
	same(t, "said", w.Texts(el+"[part=rest] p"), []string{"2 av treffene oppgir ikke alder.", "12 til oppgir ikke pris."})
	w.sound(t)
}

func advised(t *testing.T, b *browser.Browser) {
	w := open(t, b, attr(`neighbours="3907" municipality="3909" q="lek"`), sample())
	w.hits(t, "treff")
	way := func(search, text string) []any {
		return node("li", nil, node("a", listing{"href": "?" + search, "rel": "nofollow"}, node("bdi", nil, text)))
	}
	w.hub.instead("advice", []any{
		node("p", nil, "Vi fant ingenting."),
		node("ul", nil, way("q=lek+sjakk&when=today", "Mente du «sjakk»? 3 treff"), way("neighbours=true&q=lek+sjak&when=today", "Ta med nabokommunene: 5 treff"), way("", "Se alt som finnes")),
		node("p", nil, "Aktivitetsguiden ", node("a", listing{"href": "tel:33171000"}, "33 17 10 00"), " ", node("a", listing{"href": "mailto:guide@kommunen.example"}, "guide@kommunen.example")),
	})
	browser.Eval[any](w.Page, `$("fh-search").setFilters({ q: "sjak", when: "today" })`)
	w.WaitText(el+"[part=notice]", "Aktivitetsguiden")
	same(t, "ways", w.Texts(el+"[part=notice] button"), []string{"Mente du «sjakk»? 3 treff", "Ta med nabokommunene: 5 treff", "Se alt som finnes"})
	same(t, "who helps", browser.Eval[[]string](w.Page, `$all("fh-search >>> [part=notice] a").map(a => a.href)`), []string{"tel:33171000", "mailto:guide@kommunen.example"})
	asked := browser.Eval[string](w.Page, `performance.getEntriesByType("resource").findLast(e => e.name.includes("/advice?")).name.split("?")[1]`)
	for _, want := range []string{"q=lek+sjak&", "when=today", "municipality=3909", "neighbours=3907", "fixed=municipality"} {
		if !strings.Contains(asked, want) {
			t.Errorf("asked %s, without %s", asked, want)
		}
	}
	w.sound(t)
	w.Screenshot("advice")
	w.Click(el + "[part=notice] button")
	w.Wait(`location.search.includes("fh-q=sjakk&fh-when=today")`) // without the words of the page
	advised := func(query string, way int) {
		w.Wait(fmt.Sprintf(`performance.getEntriesByType("resource").findLast(e => e.name.includes("/advice?")).name.includes(%q) && $("fh-search >>> [part=notice] li:nth-child(%d) button")`, query, way))
		w.Click(el + fmt.Sprintf("[part=notice] li:nth-child(%d) button", way))
	}
	advised("q=lek+sjakk&", 2)
	w.Wait(`location.search.includes("fh-neighbours=true")`)
	advised("neighbours=true", 3)
	w.Wait(`!location.search.includes("fh-q")`)
}

func hostileAdvice(t *testing.T, b *browser.Browser) {
	evil := `<img src=x onerror="hacked=1">`
	w := open(t, b, "/", sample())
	w.hub.instead("advice", []any{
		node("p", listing{"onclick": "hacked=1", "style": "color: red"}, evil), node("script", nil, "hacked=1"), node("a", listing{"href": "javascript:hacked=1"}, evil),
		3, listing{"a": 1}, []any{}, []any{"p"}, []any{"p", nil, []any{"iframe", listing{"srcdoc": evil}}}, node("a", listing{"href": "https://["}, "dit"),
	})
	for _, answer := range []listing{
		{"unstated_text": 3, "interpreted": "x", "without": []int{1}},
		{"unstated_text": []any{evil, nil, 3}, "interpreted": []any{listing{"applied": true, "label": evil}}},
	} {
		for _, total := range []int{0, 1} {
			answer["total"], answer["items"] = total, []listing{}
			w.say(answer)
			w.Goto(w.site + "/?fh-q=" + url.QueryEscape(evil))
			w.hits(t, map[int]string{0: "Ingen treff", 1: "1 treff"}[total])
			if total == 0 {
				w.WaitText(el+"[part=notice]", "dit")
			}
			same(t, "nothing ran, nothing is linked", browser.Eval[[]bool](w.Page, `["hacked" in globalThis, !!$("fh-search >>> :is(img, script, iframe, [onclick], [part=notice] :is([style], a[href]))")]`), []bool{false, false})
			w.sound(t)
		}
	}
	w.hub.instead("advice", nil)
	w.say(listing{"total": 0, "items": []listing{}})
	w.Goto(w.site + "/?fh-q=ingenting")
	w.hits(t, "Ingen treff")
	w.Wait(`performance.getEntriesByType("resource").some(e => e.name.includes("/advice?") && e.responseEnd)`)
	w.sound(t, "advice?")
}

func viewsOffered(t *testing.T, b *browser.Browser) {
	w := open(t, b, attr(`views="list,map,__proto__"`), sample(), browser.Before(`globalThis.log = []; addEventListener("fh:view", e => log.push(e.detail.view));`))
	w.hits(t, "45 treff")
	pressed := `$all("fh-search >>> [part=views] button").map(n => n.innerText + " " + n.ariaPressed)`
	same(t, "views", browser.Eval[[]string](w.Page, pressed), []string{"Liste true", "Kart false"})
	w.Click(el + "[part=views] button:last-child")
	w.Wait(`$("fh-search >>> [part=view] > *") && location.search.includes("fh-view=map")`)
	same(t, "views", browser.Eval[[]string](w.Page, pressed), []string{"Liste false", "Kart true"})
	same(t, "one is shown", browser.Eval[[]bool](w.Page, `["[part=list]", "[part=view]"].map(s => $("fh-search >>> " + s).checkVisibility())`)[0], false)
	w.Click(el + "#freetrue")
	w.Wait(`location.search.includes("fh-free=true") && location.search.includes("fh-view=map")`)
	w.Back()
	w.Back()
	w.Wait(`$("fh-search >>> article")?.checkVisibility() && !location.search.includes("fh-view")`)
	same(t, "events", browser.Eval[[]string](w.Page, `log`), []string{"map"})

	w.Goto(w.site + attr(`views="list"`))
	w.hits(t, "45 treff")
	same(t, "one view needs no buttons", w.Texts(el+"[part=views]"), []string{})
}

func otherPlaces(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample())
	w.hits(t, "45 treff")
	browser.Eval[any](w.Page, `(() => {
		const late = document.createElement("fh-search");
		late.setAttribute("hub", "`+w.hub.URL+`");
		late.setAttribute("url-prefix", "b-");
		late.setAttribute("lang", "nb");
		late.setAttribute("heading", "Hos naboen");
		document.querySelector("main").append(late);
	})()`)
	w.Wait(`document.querySelectorAll("fh-search")[1].shadowRoot.querySelector("#categorymusic")`)
	browser.Eval[any](w.Page, `document.querySelectorAll("fh-search")[1].shadowRoot.querySelector("#categorymusic").click()`)
	w.Wait(`document.querySelectorAll("fh-search")[1].shadowRoot.querySelector("[role=status]").innerText === "2 treff"`)
	w.Click(el + "#categoryfootball")
	w.hits(t, "1 treff")
	same(t, "each has its own part of the address", browser.Eval[string](w.Page, `location.search`), "?b-category=music&fh-category=football")
	same(t, "and of the answer", browser.Eval[string](w.Page, `document.querySelectorAll("fh-search")[1].shadowRoot.querySelector("[role=status]").innerText`), "2 treff")
	w.sound(t)

	browser.Eval[any](w.Page, `(() => { const one = $("fh-search"); one.remove(); document.querySelector("main").append(one); })()`)
	w.Wait(`document.querySelectorAll("fh-search")[1].shadowRoot.querySelector("[role=status]")?.innerText === "1 treff"`)
	w.sound(t)

	w.hub.answer(nil)
	w.Goto(w.site + "/?div=1")
	w.hits(t, "45 treff")
	same(t, "a div with data attributes is one, without what no attribute of ours is", browser.Eval[[]string](w.Page, `[$("fh-search").getAttribute("page-size"), $("fh-search").getAttribute("theme"), $("fh-search").getAttribute("onclick") ?? "", $("fh-search a").innerText]`), []string{"5", "dark", "", "Finn aktiviteter"})
	same(t, "cards", browser.Eval[int](w.Page, `$all("fh-search >>> article").length`), 5)
}

// partsFail: without its parts the search still lists what is found, and says what is wrong when somebody asks for more.
func partsFail(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample())
	w.hits(t, "45 treff")
	w.hub.lose("desk-")
	w.Goto(w.site + "/?fh-q=kor")
	w.WaitText(el+"[role=status]", "3 treff")
	w.Click(el + "#q")
	w.Type("ps" + kb.Enter)
	w.WaitText(el+"[role=status]", "Vi fikk ikke hentet treff.")
	same(t, "what was found stays", browser.Eval[int](w.Page, `$all("fh-search >>> article").length`), 3)
	w.sound(t, "/embed/v1/desk-")
	w.hub.lose("")
	w.Type(kb.Enter)
	w.hits(t, "1 treff")

	w.hub.lose("drawn-", "suggest-")
	w.Goto(w.site + "/?fh-q=finnesikke")
	w.hits(t, "Ingen treff")
	w.Click(el + "[part=views] button:nth-child(2)")
	w.WaitText(el+"[part=view]", "Prøv igjen")
	w.hub.lose("map-")
	w.Goto(w.site + "/?fh-q=kor")
	w.hits(t, "3 treff")
	w.Click(el + "[part=views] button:last-child")
	w.WaitText(el+"[part=view]", "Prøv igjen")
	w.hub.lose("")
	w.Click(el + "[part=view] button")
	w.Wait(`$("fh-search >>> .map")`)
	w.sound(t, "/embed/v1/")
}

func typedEarly(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample())
	w.hits(t, "45 treff")
	answer := make(chan struct{})
	w.hub.answer(func(out http.ResponseWriter, r *http.Request) {
		<-answer
		w.hub.respond(out, r)
	})
	w.Goto(w.site + "/?fh-category=music")
	w.Click(el + "#q")
	w.Type("kor")
	w.Wait(`location.search === "?fh-q=kor&fh-category=music"`)
	close(answer)
	w.hits(t, "2 treff")
}
