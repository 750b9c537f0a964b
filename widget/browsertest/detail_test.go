package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"fritidshub/widget/browser"
)

// told is a listing of which much is stated, as the hub draws it.
func told() listing {
	link := func(href, text string) []any {
		return node("a", listing{"href": href, "rel": "noopener noreferrer"}, node("bdi", nil, text))
	}
	fact := func(name string, what ...any) []any {
		return node("div", nil, node("dt", nil, name), node("dd", nil, what...))
	}
	return listing{
		"id": "alt", "kind": "event", "title": "Vinterleir på Stavern fort", "language": "nb", "status": "full", "start": "2026-12-05T10:00:00+01:00",
		"drawn": []any{
			node("p", nil, node("strong", listing{"part": "badge"}, "Dette er fullt.")),
			node("ul", listing{"role": "list"}, node("li", listing{"part": "badge"}, node("bdi", nil, "Rullestol"))),
			node("dl", nil,
				fact("Når", node("p", nil, node("time", listing{"datetime": "2026-12-05T10:00:00+01:00"}, "lør. 5. des. kl. 10–12"))),
				fact("Hvor", node("p", nil, link("https://www.openstreetmap.org/directions?to=58.9975,10.0325", "Vis veien dit")), link("geo:58.9975,10.0325", "Åpne i kartappen")),
				fact("Arrangør", link("/?organizer=speider", "Stavern speidergruppe")),
				fact("Kontakt", link("mailto:post@speider.example", "post@speider.example"), " ", link("tel:33000000", "33 00 00 00")),
			),
			node("section", nil, node("h2", nil, "Om dette"), node("div", nil, node("p", listing{"dir": "auto"}, "Tre dager ute."), node("p", listing{"dir": "auto"}, "Vi låner ut alt utstyr."))),
			node("section", nil, node("h2", nil, "Neste ganger"), node("ol", nil, node("li", nil, node("time", listing{"datetime": "2026-12-19T10:00:00+01:00"}, "lør. 19. des. kl. 10"), " ", node("strong", nil, "Avlyst")))),
		},
	}
}

func TestDetail(t *testing.T) {
	b := browser.New(t)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *browser.Browser)
	}{
		{"all that is stated", detailWhole},
		{"dialog by keyboard, and the way back", detailByKeyboard},
		{"inline", detailInline},
		{"page", detailPage},
		{"narrow and right to left", detailLooks},
		{"failures and hostile answers", detailFaults},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, b) })
	}
}

const panel = el + "[part=detail]"

func (w world) show(id string) {
	w.Wait(`$("fh-search >>> #l-` + id + `") && $("fh-search >>> #filters label")`) // nothing moves any more
	browser.Eval[any](w.Page, `($("fh-search >>> #l-`+id+`").click(), 0)`)          // the middle of a link in two lines may be beside it
	w.Wait(`$("fh-search >>> [part=detail] .bar button")`)
}

func detailWhole(t *testing.T, b *browser.Browser) {
	clipboard := browser.Before(`navigator.clipboard.writeText = async (text) => { globalThis.copied = text }`)
	w := open(t, b, attr(`detail="dialog"`), append([]listing{told()}, sample()...), clipboard)
	w.show("alt")
	text := w.Text(panel)
	for _, want := range []string{"Vinterleir på Stavern fort", "Dette er fullt.", "lør. 5. des. kl. 10–12", "Stavern speidergruppe", "Tre dager ute.", "lør. 19. des. kl. 10 Avlyst", "Egen side for dette"} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q: %s", want, text)
		}
	}
	same(t, "headings", browser.Eval[[]string](w.Page, `$all("fh-search >>> [part=detail] :is(h1, h2, h3, h4)").map(n => n.tagName)`), []string{"H2", "H3", "H3"})
	links := browser.Eval[[]string](w.Page, `$all("fh-search >>> [part=detail] a").map(n => n.href)`)
	same(t, "links", links, []string{
		"https://www.openstreetmap.org/directions?to=58.9975,10.0325", "geo:58.9975,10.0325", w.hub.URL + "/?organizer=speider", "mailto:post@speider.example", "tel:33000000", w.hub.URL + "/l/alt",
	})
	w.sound(t)
	w.Screenshot("detail")
	w.Click(panel + " .bar button")
	w.WaitText(panel+" [role=status]", "Lenken er kopiert.")
	same(t, "copied", browser.Eval[string](w.Page, `copied`), w.hub.URL+"/l/alt")
}

func detailByKeyboard(t *testing.T, b *browser.Browser) {
	w := open(t, b, attr(`detail="dialog"`), sample())
	w.hits(t, "45 treff")
	before := browser.Eval[int](w.Page, `history.length`)
	address := browser.Eval[string](w.Page, `location.href`)
	for _, how := range []string{"escape", "button", "back"} {
		browser.Eval[any](w.Page, `$("fh-search >>> #l-jul").focus()`)
		w.Type(kb.Enter)
		w.Wait(`$("fh-search >>> dialog[open] .bar button")`)
		same(t, "focus", w.Focus(), "detail")
		same(t, "an entry of the history", browser.Eval[int](w.Page, `history.length`), before+1)
		same(t, "the address stays", browser.Eval[string](w.Page, `location.href`), address)
		switch how {
		case "escape":
			w.Type(kb.Tab)
			w.Type(kb.Escape)
		case "button":
			w.Type(kb.Tab)
			same(t, "close is first", w.Focus(), "button Lukk")
			w.Type(kb.Enter)
		case "back":
			w.Back()
		}
		w.Wait(`!$("fh-search >>> dialog")`)
		same(t, how+": focus returns", w.Focus(), "l-jul")
		browser.Eval[any](w.Page, `new Promise(done => setTimeout(done, 100))`)
		same(t, how+": the list is as it was", w.Text(el+"[role=status]"), "45 treff")
	}
	w.sound(t)
	asked, _ := w.hub.asked()
	same(t, "searches", asked, 1)
}

func detailInline(t *testing.T, b *browser.Browser) {
	w := open(t, b, attr(`detail="inline"`), sample())
	w.hits(t, "45 treff")
	w.show("fotball")
	same(t, "below its hit", browser.Eval[string](w.Page, `$("fh-search >>> section[part=detail]").parentElement.querySelector("article a").id`), "l-fotball")
	same(t, "focus", w.Focus(), "detail")
	w.sound(t)
	w.Screenshot("detail-inline")
	w.show("svom")
	same(t, "one at a time", len(w.Texts(panel)), 1)
	w.Back()
	w.Wait(`!$("fh-search >>> [part=detail]")`)
	same(t, "focus returns", w.Focus(), "l-svom")
	w.hits(t, "45 treff")

	// another search takes it away, and the way back is that of the search
	w.show("fotball")
	browser.Eval[any](w.Page, `($("fh-search").setFilters({ q: "julekonsert" }), 0)`)
	w.hits(t, "1 treff")
	same(t, "gone", len(w.Texts(panel)), 0)
	w.Back()
	w.hits(t, "45 treff")
	w.sound(t)
}

func detailPage(t *testing.T, b *browser.Browser) {
	w := open(t, b, attr(`detail="page"`), sample())
	w.hits(t, "45 treff")
	w.Click(el + "#l-jul")
	w.WaitText("#page", `Side for "jul"`)

	// the page may keep it from being opened
	cancelled := open(t, b, attr(`detail="dialog"`), sample(), browser.Before(`addEventListener("fh:select", (e) => e.preventDefault())`))
	cancelled.hits(t, "45 treff")
	cancelled.Click(el + "#l-jul")
	same(t, "opened", browser.Eval[int](cancelled.Page, `$all("fh-search >>> [part=detail]").length`), 0)
}

func detailLooks(t *testing.T, b *browser.Browser) {
	for name, options := range map[string][]browser.Option{
		"narrow": {browser.Size(320, 640)}, "dark": {browser.Media("prefers-color-scheme", "dark")}, "forced": {browser.Media("forced-colors", "active")},
	} {
		direction := map[bool]string{true: "?attr=detail=%22dialog%22+lang=%22ar%22", false: "?attr=detail=%22dialog%22"}[name == "narrow"]
		w := open(t, b, "/fin"+direction, append([]listing{told()}, sample()...), options...)
		w.show("alt")
		if wide := browser.Eval[int](w.Page, `Math.max(document.documentElement.scrollWidth - innerWidth, (d => d.scrollWidth - d.clientWidth)($("fh-search >>> dialog")))`); wide > 0 {
			t.Errorf("%s: %d px too wide", name, wide)
		}
		w.sound(t)
		w.Screenshot("detail-" + name)
	}
}

func detailFaults(t *testing.T, b *browser.Browser) {
	hostile := listing{"id": "ond", "title": "<img src=x onerror=hacked=1>", "drawn": []any{
		node("p", listing{"onclick": "hacked=1", "style": "color:red", "part": "x"}, "<script>hacked=1</script>"),
		node("script", nil, "hacked=1"), node("iframe", listing{"srcdoc": "<script>top.hacked=1</script>"}), node("img", listing{"src": "x", "onerror": "hacked=1"}),
		node("p", nil, node("a", listing{"href": "javascript:hacked=1"}, "dit"), node("a", listing{"href": "data:text/html,x"}, "dit"), node("a", listing{"href": "//ond.example/"}, "dit")),
	}}
	w := open(t, b, attr(`detail="dialog"`), append([]listing{{"id": "borte", "title": "Borte"}}, hostile))
	w.hits(t, "2 treff")
	w.show("ond")
	same(t, "run", browser.Eval[bool](w.Page, `"hacked" in globalThis`), false)
	same(t, "links", browser.Eval[[]string](w.Page, `$all("fh-search >>> [part=detail] a").map(n => n.href)`), []string{"", "", "http://ond.example/", w.hub.URL + "/l/ond"})
	same(t, "shown as text", strings.Contains(w.Text(panel), "<script>hacked=1</script>"), true)
	same(t, "made", browser.Eval[int](w.Page, `$all("fh-search >>> [part=detail] :is(script, iframe, img, [onclick], [style])").length`), 0)
	w.sound(t)
	w.Type(kb.Escape)
	w.Wait(`!$("fh-search >>> dialog")`)

	w.hub.items[0]["id"] = "flyttet"
	w.Click(el + "#l-borte")
	w.WaitText(panel, "Vi fikk ikke hentet treff.")
	same(t, "its own page is offered", browser.Eval[string](w.Page, `$("fh-search >>> [part=detail] a").href`), w.hub.URL+"/l/borte")
	w.sound(t, "listings/borte")
}
