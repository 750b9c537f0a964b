package browsertest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"fritidshub/widget/browser"
)

func nothingFound(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/fin?fh-q=skolekorps&fh-category=football&fh-municipality=3909", sample())
	w.hits(t, "Ingen treff")
	w.WaitText(el+"[part=notice]", "Se alt som finnes")
	same(t, "advice", w.Texts(el+"[part=notice] button"), []string{
		"Fjern «q»: 1 treff", "Fjern «category»: 1 treff", "Se alt som finnes",
	})
	same(t, "state", browser.Eval[bool](w.Page, `$("fh-search").matches(":state(empty)")`), true)
	w.sound(t)
	w.Screenshot("empty")
	w.Click(el + "[part=notice] button")
	w.hits(t, "1 treff")
	same(t, "state", browser.Eval[bool](w.Page, `$("fh-search").matches(":state(empty)")`), false)
}

func failures(t *testing.T, b *browser.Browser) {
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		text   string
		button string
	}{
		{"500", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "{}", 500) }, "Vi fikk ikke hentet treff.", "Prøv igjen"},
		{"400", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "{}", 400) }, "Søket ble ikke forstått.", "Fjern alle filtre"},
		{"HTML instead of JSON", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<!doctype html><title>Logg inn</title>")
		}, "Vi fikk ikke hentet treff.", "Prøv igjen"},
		{"JSON of another kind", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"items": {"length": 3}, "total": 3}`) }, "Vi fikk ikke hentet treff.", "Prøv igjen"},
		{"offline", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "Du ser ut til å være uten nett.", "Prøv igjen"},
		{"null", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `null`) }, "Vi fikk ikke hentet treff.", "Prøv igjen"},
		{"cut", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "Vi fikk ikke hentet treff.", "Prøv igjen"},
	} {
		t.Run(test.name, func(t *testing.T) {
			watch := browser.Before(`globalThis.failures = 0; addEventListener("fh:error", () => failures++);
				Object.defineProperty(navigator, "onLine", { value: ` + fmt.Sprint(test.name != "offline") + ` });`)
			w := open(t, b, "/fin", sample(), watch)
			w.hits(t, "45 treff")
			w.hub.answer(test.answer)
			w.Click(el + "#categorymusic")
			w.hits(t, test.text)
			same(t, "what was there stays", browser.Eval[int](w.Page, `$all("fh-search >>> article").length`), 20)
			same(t, "and is called old", w.Text(el+"[part=notice] p"), "Listen er fra forrige søk.")
			same(t, "state", browser.Eval[bool](w.Page, `$("fh-search").matches(":state(error)")`), true)
			w.sound(t, "search?")
			if test.name == "500" {
				w.Screenshot("error")
			}
			browser.Eval[any](w.Page, `$("fh-search >>> #again").focus()`)
			w.Type(kb.Enter)
			w.Wait(`failures === 2`)
			same(t, "focus after another failure", w.Focus(), "again")
			w.hub.answer(nil)
			same(t, "button", w.Text(el+"#again"), test.button)
			w.Click(el + "#again")
			w.hits(t, map[bool]string{true: "45 treff", false: "2 treff"}[test.name == "400"])
			same(t, "notice", w.Text(el+"[part=notice]"), "")

			first := open(t, b, "/", nil, watch)
			first.hub.answer(test.answer)
			first.Goto(first.site + "/")
			first.hits(t, test.text)
			same(t, "the link in the page stays", browser.Eval[bool](first.Page, `$("fh-search a").checkVisibility()`), true)
			first.sound(t, "search?")
		})
	}
	t.Run("no answer", func(t *testing.T) {
		w := open(t, b, "/", nil)
		done := make(chan struct{})
		t.Cleanup(func() { close(done) })
		w.hub.answer(func(http.ResponseWriter, *http.Request) { <-done })
		w.Goto(w.site + "/")
		w.hits(t, "Laster …")
		w.sound(t)
		w.hits(t, "Det tok for lang tid å hente treff.")
		same(t, "button", w.Text(el+"#again"), "Prøv igjen")
	})
	t.Run("no script", func(t *testing.T) {
		w := open(t, b, "/", nil)
		w.hub.Server.Close()
		w.Goto(w.site + "/")
		same(t, "the link is there", w.Text("fh-search a"), "Finn aktiviteter")
	})
}

func busy(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample())
	w.hits(t, "45 treff")
	w.hub.answer(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	started := time.Now()
	w.Click(el + "#categorymusic")
	w.hits(t, "Vi prøver igjen om 2 sekunder")
	same(t, "no button invites to press on", w.Texts(el+"[part=notice] button"), []string{})
	w.hub.answer(nil)
	before, _ := w.hub.asked()
	w.Click(el + "#categoryfootball")
	w.hits(t, "3 treff")
	if after, _ := w.hub.asked(); after != before+1 || time.Since(started) < 2*time.Second {
		t.Errorf("%d searches in %v, after being asked to wait 2 s", after-before, time.Since(started))
	}
	w.sound(t, "503")
}

func hostileAnswer(t *testing.T, b *browser.Browser) {
	evil := `<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>`
	items := []listing{
		{"id": `"><script>hacked=1</script>`, "kind": "event", "title": evil, "summary": evil, "language": `nb" onclick="hacked=1`, "url": "javascript:hacked=1", "start": "2026-13-99T99:99",
			"organizer": listing{"id": evil, "name": evil}, "place": listing{"name": evil}, "price": listing{"text": evil}, "age": listing{"min": evil}, "status": "constructor",
			"accessibility": []string{"__proto__"}, "schedule_text": evil, "sources": []listing{{"id": evil, "name": evil}}, "categories": []string{evil, "__proto__", "constructor"}},
		{"id": "../../x?y#z", "kind": "event", "title": "\u202egnihton", "price": listing{"min": "mye"}, "occurrence_count": "mange", "sources": []listing{{"id": "s"}}, "status": "toString"},
		{"id": "", "title": "uten id", "sources": []listing{{"id": "s"}}},
	}
	w := open(t, b, "/", items)
	w.hits(t, "3 treff")
	same(t, "the one without an id is left out, the rest is shown", browser.Eval[int](w.Page, `$all("fh-search >>> article").length`), 2)
	same(t, "texts are texts", w.Text(el+"[part=title]"), evil)
	same(t, "addresses are the hub's", browser.Eval[[]string](w.Page, `$all("fh-search >>> article a").map(a => a.href)`),
		[]string{w.hub.URL + "/l/%22%3E%3Cscript%3Ehacked%3D1%3C%2Fscript%3E", w.hub.URL + "/l/..%2F..%2Fx%3Fy%23z"})
	same(t, "foreign elements", browser.Eval[int](w.Page, `$all("fh-search >>> :is(img, script)").length`), 0)
	w.Click(el + "[aria-labelledby=g-category] label:nth-child(2) input")
	w.Wait(`location.search.includes("fh-category=")`)
	w.hits(t, "1 treff")
	same(t, "nothing ran", browser.Eval[bool](w.Page, `"hacked" in globalThis || "polluted" in {}`), false)
	w.sound(t)

	w.hub.answer(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"total": 1, "items": [null, 3, "x", [], {"id": 5, "title": {"a": 1}, "start": 7, "end": [], "place": "her", "organizer": 3, "age": 3, "price": "dyrt", "sources": {"0": 1}, "schemes": "x", "language": {}}],
			"facets": {"__proto__": [{"value": "polluted"}], "category": [null, {"label": "x"}, {"value": "a", "count": "b"}], "weekday": 3}, "next": 7, "without": 3}`)
	})
	w.Goto(w.site + "/")
	w.hits(t, "1 treff")
	same(t, "odd items do not harm", browser.Eval[int](w.Page, `$all("fh-search >>> article").length`), 1)
	same(t, "nothing polluted", browser.Eval[bool](w.Page, `"polluted" in {} || "value" in {}`), false)

	w.hub.answer(nil)
	w.Goto(w.site + "/?fh-from=2026-13-45&fh-to=2026-02-31&fh-age=abc&fh-free=1&fh-category=__proto__&fh-q=" + strings.Repeat("x", 500))
	w.hits(t, "1 treff")
	_, asked := w.hub.asked()
	same(t, "what the address may ask", asked.Encode(), "category=__proto__&facets=category%2Cweekday%2Ctime%2Ckind%2Cmunicipality%2Cneighbourhood%2Cscheme%2Caccessibility%2Clow_threshold%2Cequipment_loan&from=2026-13-45&lang=nb&limit=20")
	w.sound(t)

	w.Goto(w.site + attr(`hub="javascript:alert(1)" heading="<b>x</b>" min-height="1px;color:red" page-size="1e9" filters="__proto__,constructor,category" category="&quot;><b>"`))
	w.hits(t, "Ingen treff")
	_, asked = w.hub.asked()
	same(t, "attributes that make no sense", asked.Encode(), "category=%22%3E%3Cb%3E&facets=none&lang=nb&limit=1")
	w.sound(t)
}
