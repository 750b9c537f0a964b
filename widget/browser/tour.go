package browser

import (
	"slices"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Stop is something that the keyboard comes to with Tab.
type Stop struct {
	What string `json:"what"` // its tag with its id or the beginning of its text
	Seen bool   `json:"seen"` // it is shown, with an outline of its own colour that is at least two pixels wide, or the browser's
}

// maxStops is how many stops a page may have before it is taken for a trap.
const maxStops = 400

// maxParts is how often Tab may stay within a field of several parts, which a date is to browsers.
const maxParts = 6

// Tour goes through the page with Tab, or with Shift and Tab, from where the focus is until it leaves the page, and gives the stops. A page that it does not leave
// fails the test: so does one where the focus stays on what has it.
func (p *Page) Tour(back bool) []Stop {
	p.tb.Helper()
	var options []chromedp.KeyOption
	if back {
		options = append(options, chromedp.KeyModifiers(chromedp.ModifierShift))
	}
	var stops []Stop
	stays := 0
	for range maxStops {
		p.must(chromedp.Do(p.ctx, chromedp.KeyEvent(kb.Tab, options...)))
		stop := Eval[*Stop](p, `(() => {
			let node = document.activeElement;
			while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
			if (!node || node === document.body || node === document.documentElement) return null;
			const style = getComputedStyle(node), moved = globalThis.fhStop !== node || (node.localName === "input" && /date|time|month|week/.test(node.type) && "part");
			globalThis.fhStop = node;
			const what = node.localName + " " + (node.id || node.getAttribute("aria-label") || node.innerText || node.getAttribute("name") || "").slice(0, 40);
			const ring = style.outlineStyle === "auto" || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
			return { what: moved === "part" ? "part" : moved ? what : "", seen: ring && !/^rgba.*, 0\)$/.test(style.outlineColor) && node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) };
		})()`)
		if stop == nil {
			return stops
		}
		if stop.What == "part" && stays < maxParts { // of a date
			stays++
			continue
		}
		stays = 0
		if stop.What == "" || stop.What == "part" {
			p.tb.Errorf("the focus stays where it is after %v", stops[max(0, len(stops)-3):])
			return stops
		}
		stops = append(stops, *stop)
	}
	p.tb.Errorf("after %d stops the focus has not left the page: %v", maxStops, stops[maxStops-5:])
	return stops
}

// Hidden are the stops whose focus nobody sees.
func Hidden(stops []Stop) []string {
	out := []string{}
	for _, s := range stops {
		if !s.Seen && !slices.Contains(out, s.What) {
			out = append(out, s.What)
		}
	}
	return out
}

// Space sets the text of the whole page, shadow roots included, as wide as WCAG 2.1 has it in 1.4.12, and gives what is then cut off or pushed out of the window:
// nothing should be.
func (p *Page) Space() []string {
	p.tb.Helper()
	return Eval[[]string](p, `(() => {
		const roots = [document], found = [];
		for (const root of roots) for (const node of root.querySelectorAll("*")) if (node.shadowRoot) roots.push(node.shadowRoot);
		const all = () => roots.flatMap((root) => [...root.querySelectorAll("*")]).filter((node) => node.checkVisibility({ visibilityProperty: true }));
		const cut = (node) => {
			const { overflowX, overflowY } = getComputedStyle(node), shuts = /hidden|clip/, rolls = /auto|scroll/;
			return node.clientWidth > 1 && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()) &&
				((shuts.test(overflowX) && node.scrollWidth > node.clientWidth + 1) || (shuts.test(overflowY) && node.scrollHeight > node.clientHeight + 1 && !rolls.test(overflowY)));
		};
		const before = new Set(all().filter(cut));
		const sheet = new CSSStyleSheet();
		sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }");
		for (const root of roots) root.adoptedStyleSheets.push(sheet);
		for (const node of all()) {
			if (cut(node) && !before.has(node)) found.push("cut off: " + node.outerHTML.slice(0, 200));
			if (/^(button|summary|a|label)$/.test(node.localName) && node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 1 && getComputedStyle(node).display !== "inline")
				found.push("wider than its place: " + node.outerHTML.slice(0, 200));
		}
		if (document.documentElement.scrollWidth > innerWidth) found.push("the page is " + document.documentElement.scrollWidth + " pixels wide in a window of " + innerWidth + ": " + all().filter((node) => node.getBoundingClientRect().right > innerWidth + 1).at(-1)?.outerHTML.slice(0, 200));
		return found;
	})()`)
}
