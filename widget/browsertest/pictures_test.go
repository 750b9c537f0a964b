package browsertest

import (
	"net/url"
	"strings"
	"testing"

	"fritidshub/widget/browser"
)

// Pictures come from the hub alone, when the page asks for them, and one that does not come leaves no trace.
func TestPictures(t *testing.T) {
	b := browser.New(t)
	shown := func() []listing {
		items := sample()
		for i := range items {
			items[i]["image"] = listing{"url": "https://bilder.example/" + items[i]["id"].(string), "alt": "Bilde av " + items[i]["title"].(string)}
		}
		delete(items[1], "image")
		delete(items[2]["image"].(listing), "alt")
		return items
	}
	at := func(w *world, attributes string) {
		w.Goto(w.site + "/?img=" + url.QueryEscape(w.hub.URL) + "&attr=" + url.QueryEscape(attributes))
		w.hits(t, "45 treff")
	}
	w := open(t, b, "/", shown())
	w.hits(t, "45 treff")
	same(t, "pictures that nobody asked for", browser.Eval[int](w.Page, `$all("fh-search >>> img").length`), 0)

	for _, options := range [][]browser.Option{nil, {browser.Size(320, 640)}} {
		w := open(t, b, "/", shown(), options...)
		at(&w, `images="lazy" page-size="10"`)
		w.Wait(`$all("fh-search >>> article img").length > 0 && $("fh-search >>> article img").complete`)
		same(t, "what the first show", browser.Eval[[]string](w.Page, `$all("fh-search >>> article").slice(0, 3).map(n => n.querySelector("img")?.getAttribute("alt") ?? "none")`),
			[]string{"Bilde av Julekonsert med Nanset skolekorps", "none", ""})
		if wide := browser.Eval[int](w.Page, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
			t.Errorf("the page is %d pixels too wide", wide)
		}
		w.Wait(`$("fh-search >>> article:has(#l-choir)") && !$("fh-search >>> article:has(#l-choir) img")`)
		over := browser.Eval[[]string](w.Page, `$all("fh-search >>> article").filter(n => {
			const picture = n.querySelector("img")?.getBoundingClientRect();
			return picture && [...n.querySelectorAll("a, time, p")].some(m => [...m.getClientRects()].some(r => r.right > picture.left + 1 && r.left < picture.right && r.bottom > picture.top && r.top < picture.bottom && m.localName !== "p"));
		}).map(n => n.innerText)`)
		same(t, "texts below a picture", over, []string{})
		w.sound(t, "/img/")
		w.Screenshot("pictures")
		w.Click(el + "[part=pager] button")
		w.Wait(`$all("fh-search >>> article").length === 20`)
		same(t, "pictures of what came later", browser.Eval[bool](w.Page, `$all("fh-search >>> article img").length > 10`), true)
		for _, r := range w.Requests() {
			if !strings.HasPrefix(r.URL, w.hub.URL) && !strings.HasPrefix(r.URL, w.site) && !strings.HasPrefix(r.URL, "data:") { // a date field draws its own icon
				t.Errorf("asks %s", r.URL)
			}
		}
	}
}
