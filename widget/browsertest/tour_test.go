package browsertest

import (
	"slices"
	"testing"

	"fritidshub/widget/browser"
)

// framed puts a button before and after the element, and leaves the focus on the first.
const framed = `(() => {
	const host = document.querySelector("fh-search, fh-list");
	for (const [where, id] of [["beforebegin", "first"], ["afterend", "last"]]) host.insertAdjacentElement(where, Object.assign(document.createElement("button"), { id, textContent: id }));
	document.getElementById("first").focus();
})()`

// through goes through the page with Tab and back, out of the element on both sides, and sees where the focus is all the way.
func through(t *testing.T, p *browser.Page, least int) {
	t.Helper()
	browser.Eval[any](p, framed)
	there := p.Tour(false)
	names := func(stops []browser.Stop) (out []string) {
		for _, s := range stops {
			out = append(out, s.What)
		}
		return out
	}
	if last := slices.Index(names(there), "button last"); last < least {
		t.Errorf("the focus comes out of the element after %d stops, want at least %d: %q", last, least, names(there))
	}
	same(t, "stops without a focus that is seen", browser.Hidden(there), []string{})
	browser.Eval[any](p, `document.getElementById("last").focus()`)
	if back := p.Tour(true); !slices.Contains(names(back), "button first") {
		t.Errorf("the focus does not come back: %q", names(back))
	}
}

// WCAG 2.1.2 and 2.4.7: Tab leads into every part and out again, and where the focus is can be seen.
func TestTour(t *testing.T) {
	if testing.Short() {
		t.Skip("many keys")
	}
	b := browser.New(t)
	t.Run("list with filters", func(t *testing.T) {
		w := open(t, b, "/?fh-category=music", sample())
		w.Wait(`$("fh-search >>> #filters label") && $all("fh-search >>> article").length > 0`)
		through(t, w.Page, 20)
	})
	t.Run("calendar", func(t *testing.T) {
		w := open(t, b, attr(`view="calendar"`), sample())
		w.Wait(`$("fh-search >>> [part=calendar] [tabindex='0']")`)
		through(t, w.Page, 10)
	})
	t.Run("map", func(t *testing.T) {
		c := openMap(t, b, "", placed())
		c.Wait(`$("fh-search >>> .start button")?.checkVisibility()`)
		c.Click(el + ".start button")
		c.ready()
		c.shown(t, "15 aktiviteter")
		through(t, c.Page, 15)
	})
	t.Run("dialog", func(t *testing.T) {
		w := open(t, b, attr(`detail="dialog"`), sample())
		w.hits(t, "45 treff")
		w.Click(el + "article a")
		w.Wait(`$("fh-search >>> dialog")?.open && $all("fh-search >>> dialog a").length > 0`)
		stops := w.Tour(false)
		if len(stops) == 0 {
			t.Fatal("nothing in the dialog is come to")
		}
		same(t, "stops without a focus that is seen", browser.Hidden(stops), []string{})
		w.Type("\x1b")
		w.Wait(`!$("fh-search >>> dialog")`)
		same(t, "focus after Esc", browser.Eval[string](w.Page, `$("fh-search").shadowRoot.activeElement?.localName ?? ""`), "a")
	})
	t.Run("short list", func(t *testing.T) {
		w := stripped(t, b, "", aList, sample())
		w.Wait(`$("fh-list >>> [part=more]")`)
		through(t, w.Page, 4)
	})
}

// WCAG 1.4.12: with lines, words and letters further apart everything is still there.
func TestTextSpacing(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	b := browser.New(t)
	for name, options := range map[string][]browser.Option{"wide": nil, "narrow": {browser.Size(320, 640)}} {
		t.Run(name, func(t *testing.T) {
			w := open(t, b, "/fin?fh-category=music&fh-q=korps", sample(), options...)
			w.Wait(`$("fh-search >>> #filters label") && $all("fh-search >>> article").length > 0`)
			if name == "narrow" {
				w.Click(el + ".side > button")
			}
			same(t, "lost in the search", w.Space(), []string{})
			w.Screenshot("spaced-" + name)

			w = open(t, b, attr(`view="calendar"`), sample(), options...)
			w.Wait(`$("fh-search >>> [part=calendar] [tabindex='0']")`)
			same(t, "lost in the calendar", w.Space(), []string{})

			w = stripped(t, b, "", aList+anOffer, append(sample(), tickets()...), options...)
			w.Wait(`$("fh-list >>> [part=more]") && $("fh-offers >>> [part=more]")`)
			same(t, "lost in the short lists", w.Space(), []string{})
		})
	}
}
