package browsertest

import (
	"strings"
	"testing"

	"fritidshub/widget/browser"
)

func narrow(t *testing.T, b *browser.Browser) {
	for _, path := range []string{"/fin", "/fin?fh-category=music&fh-q=finnesikke"} {
		w := open(t, b, path, sample(), browser.Size(320, 640))
		w.Wait(`$("fh-search >>> [role=status]").innerText.includes("reff")`)
		if wide := browser.Eval[int](w.Page, `document.documentElement.scrollWidth`); wide > 320 {
			t.Errorf("%s: %d px wide at 320", path, wide)
		}
		w.sound(t)
	}
	large := open(t, b, "/fin?fh-category=music", sample(), browser.Size(1280, 900), browser.Before(`addEventListener("DOMContentLoaded", () => document.documentElement.style.fontSize = "400%")`))
	large.hits(t, "2 treff")
	same(t, "size of the text", browser.Eval[string](large.Page, `getComputedStyle($("fh-search >>> [part=meta]")).fontSize`), "64px")
	if wide := browser.Eval[int](large.Page, `document.documentElement.scrollWidth`); wide > 1280 {
		t.Errorf("%d px wide at 1280 with text of 400 %%", wide)
	}
	large.sound(t)
	large.Screenshot("text-400")

	w := open(t, b, "/fin", sample(), browser.Size(320, 640))
	w.hits(t, "45 treff")
	same(t, "filters are folded", browser.Eval[bool](w.Page, `$("fh-search >>> #filters").checkVisibility()`), false)
	w.Screenshot("narrow")
	w.Click(el + ".side > button")
	w.Click(el + "#categorymusic")
	w.WaitText(el+".side > button", "Filtre (1)")
	w.WaitText(el+"#filters > .fold", "Vis 2 treff")
	w.Screenshot("narrow-filters")
	if wide := browser.Eval[int](w.Page, `document.documentElement.scrollWidth`); wide > 320 {
		t.Errorf("%d px wide at 320 with filters", wide)
	}
	w.sound(t)
	small := browser.Eval[[]string](w.Page, `$all("fh-search >>> :is(button, input, summary)")
		.filter(n => n.checkVisibility()).filter(n => { const r = n.getBoundingClientRect(); return r.width < 24 || r.height < 24; }).map(n => n.outerHTML)`)
	same(t, "targets below 24 px", small, []string{})
	w.Click(el + "#filters > .fold")
	same(t, "focus after closing", w.Focus(), "button Filtre (1)")
}

func looks(t *testing.T, b *browser.Browser) {
	for _, test := range []struct {
		name    string
		options []browser.Option
	}{
		{"wide", nil},
		{"dark", []browser.Option{browser.Media("prefers-color-scheme", "dark")}},
		{"forced colours", []browser.Option{browser.Media("forced-colors", "active")}},
		{"reduced motion", []browser.Option{browser.Media("prefers-reduced-motion", "reduce")}},
		{"tablet", []browser.Option{browser.Size(768, 1024)}},
		{"print", []browser.Option{browser.Paper()}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := open(t, b, "/fin?fh-category=music&fh-category=football&fh-category=outdoor&fh-category=craft&fh-category=swimming", sample(), append([]browser.Option{browser.Size(1280, 1300)}, test.options...)...)
			w.hits(t, "44 treff")
			w.sound(t)
			same(t, "buttons whose text has the colour of their ground", browser.Eval[[]string](w.Page, `$all("fh-search >>> button").filter(n => {
				const s = getComputedStyle(n);
				return s.color === s.backgroundColor;
			}).map(n => n.innerText)`), []string{})
			same(t, "counts broken into lines", browser.Eval[[]string](w.Page, `$all("fh-search >>> .check span").filter(n => n.offsetHeight > 30).map(n => n.innerText)`), []string{})
			w.Screenshot(strings.ReplaceAll(test.name, " ", "-"))
		})
	}
	t.Run("tokens of the host page", func(t *testing.T) {
		for _, token := range []string{"--fh-accent", "--ds-color-base-default", "--ax-bg-accent-strong"} {
			w := open(t, b, "/fin", sample(), browser.Before(`addEventListener("DOMContentLoaded", () => document.documentElement.style.setProperty("`+token+`", "rgb(90, 20, 90)"))`))
			w.hits(t, "45 treff")
			same(t, token, browser.Eval[string](w.Page, `getComputedStyle($("fh-search >>> article a")).color`), "rgb(90, 20, 90)")
		}
	})
	t.Run("a rude host page", func(t *testing.T) {
		w := open(t, b, "/fin", sample(), browser.Before(`addEventListener("DOMContentLoaded", () => {
			const s = document.createElement("style");
			s.textContent = "* { color: red !important; float: left; letter-spacing: 9px !important; text-transform: uppercase } html { font-size: 10px } main { color: red; text-align: right; visibility: visible }";
			document.head.append(s);
		})`))
		w.hits(t, "45 treff")
		same(t, "colour, case, spacing", browser.Eval[[]string](w.Page, `(s => [s.color, s.textTransform, s.letterSpacing, s.textAlign])(getComputedStyle($("fh-search >>> [role=status]")))`),
			[]string{"rgb(29, 37, 41)", "none", "normal", "start"})
	})
}

func withoutScript(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/", sample(), browser.NoScript())
	same(t, "the link in the page", w.Text("fh-search a"), "Finn aktiviteter")
	if asked, _ := w.hub.asked(); asked != 0 {
		t.Errorf("%d searches without JavaScript", asked)
	}
}

// layoutIsStable measures the layout shift on a page that keeps the first screen free for the element, as the demo page does.
func layoutIsStable(t *testing.T, b *browser.Browser) {
	observe := browser.Before(`globalThis.shift = 0; globalThis.shifted = []; new PerformanceObserver(l => { for (const e of l.getEntries()) if (!e.hadRecentInput) { shift += e.value; for (const s of e.sources) shifted.push(e.value + " " + (s.node?.outerHTML ?? s.node?.nodeName)?.slice(0, 120) + " " + JSON.stringify([s.previousRect, s.currentRect])); } }).observe({ type: "layout-shift", buffered: true });`)
	for _, test := range []struct {
		name    string
		options []browser.Option
	}{{"wide", nil}, {"phone", []browser.Option{browser.Size(412, 915)}}} {
		w := open(t, b, "/fin", sample(), append(test.options, observe)...)
		w.hits(t, "45 treff")
		shift := browser.Eval[float64](w.Page, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(shift))))`)
		t.Logf("%s: cumulative layout shift %.3f %q", test.name, shift, browser.Eval[[]string](w.Page, `shifted`))
		if shift > 0.02 {
			t.Errorf("%s: cumulative layout shift %.3f, at most 0.02", test.name, shift)
		}
	}
}
