package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"fritidshub/widget/browser"
)

func TestCalendar(t *testing.T) {
	b := browser.New(t)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *browser.Browser)
	}{
		{"month", calendarMonth},
		{"keyboard alone", calendarByKeyboard},
		{"narrow", calendarNarrow},
		{"right to left", calendarRTL},
		{"failures and hostile answers", calendarFaults},
		{"looks", calendarLooks},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, b) })
	}
}

// openCalendar opens the strict page in its calendar view. It is Sunday 22 November 2026.
func openCalendar(t *testing.T, b *browser.Browser, attributes string, items []listing, options ...browser.Option) world {
	t.Helper()
	w := open(t, b, attr(`view="calendar" `+attributes), items, options...)
	w.Wait(`$("fh-search >>> .days [data-hits]") || $("fh-search >>> .days + p")?.innerText`)
	return w
}

// cell is the button of a day, by its label.
func cell(label string) string { return el + fmt.Sprintf(`.days button[aria-label^="%s"]`, label) }

// at is the label of the day that has the focus.
func (w world) at() string {
	return browser.Eval[string](w.Page, `$("fh-search").shadowRoot.activeElement?.ariaLabel ?? ""`)
}

func calendarMonth(t *testing.T, b *browser.Browser) {
	w := openCalendar(t, b, "", sample())
	same(t, "month", w.Text(el+"#month"), "november 2026")
	same(t, "days of the week", w.Texts(el+".days thead th:not(:first-child)"), weekdays)
	same(t, "today", browser.Eval[string](w.Page, `$("fh-search >>> [aria-current=date]").ariaLabel`), "søndag 22. november: Ingen treff")
	same(t, "Sunday is last", browser.Eval[int](w.Page, `$("fh-search >>> [aria-current=date]").parentElement.cellIndex`), 7)
	same(t, "the week of it", browser.Eval[string](w.Page, `$("fh-search >>> [aria-current=date]").closest("tr").cells[0].innerText`), "47")
	same(t, "days with hits", browser.Eval[[]string](w.Page, `$all("fh-search >>> .days [data-hits]").map(n => n.ariaLabel)`),
		[]string{"tirsdag 24. november: 1 treff", "lørdag 28. november: 1 treff", "søndag 29. november: 1 treff"})
	same(t, "the first of them is chosen", w.Texts(el+"[part=title]"), []string{"Fotball for alle 6–12 år"})
	w.hits(t, "november 2026: 2 treff")
	w.sound(t)
	w.Screenshot("calendar")

	w.Click(cell("søndag 29."))
	same(t, "two days long, and cancelled", w.Texts(el+"[part=title]"), []string{"Avlyst Nattur til Vindfjell"})
	same(t, "selected", browser.Eval[[]string](w.Page, `$all("fh-search >>> [aria-selected]").map(n => n.innerText)`), []string{"29"})
	same(t, "focus stays", w.at(), "søndag 29. november: 1 treff")
	w.Click(cell("mandag 30."))
	w.Wait(`$("fh-search >>> .chosen")?.innerText.startsWith("mandag 30. november: Ingen treff")`)
	w.sound(t)

	w.Click(el + ".line .bar button + button")
	w.hits(t, "desember 2026: 39 treff")
	_, asked := w.hub.asked()
	same(t, "asked", asked.Get("day"), "2026-12")
	same(t, "a day", browser.Eval[string](w.Page, `$("fh-search >>> .days [aria-label^='lørdag 5. desember']").dataset.hits`), "3")
	w.Click(cell("lørdag 5. desember"))
	same(t, "listed", len(w.Texts(el+".chosen article")), 3)
	same(t, "ids that stand twice", browser.Eval[[]string](w.Page, `(all => all.filter((id, i) => all.indexOf(id) !== i))($all("fh-search >>> [id]").map(n => n.id))`), []string{})
	w.sound(t)

	// another search, and back to a month that is over
	browser.Eval[any](w.Page, `$("fh-search").setFilters({ q: "julekonsert" })`)
	w.hits(t, "desember 2026: 1 treff")
	same(t, "chosen anew", w.Texts(el+".chosen [part=title]"), []string{"Julekonsert med Nanset skolekorps"})
	w.Click(el + ".line .bar button")
	w.hits(t, "november 2026: Ingen treff")
	same(t, "no way back", browser.Eval[string](w.Page, `$("fh-search >>> .line .bar button").ariaDisabled`), "true")
	before, _ := w.hub.asked()
	w.Click(el + ".line .bar button")
	after, _ := w.hub.asked()
	same(t, "asked for what is over", after, before)
	w.sound(t)

	// a date that residents pick is where it begins
	picked := open(t, b, "/?fh-from=2026-12-24&fh-view=calendar", sample())
	picked.hits(t, "desember 2026: ")
	same(t, "begins", picked.Text(el+"#month"), "desember 2026")
	same(t, "nothing before it", browser.Eval[string](picked.Page, `$("fh-search >>> .days [data-hits]").ariaLabel.slice(0, 11)`), "torsdag 24.")
}

func calendarByKeyboard(t *testing.T, b *browser.Browser) {
	w := openCalendar(t, b, "", sample())
	w.hits(t, "november 2026: 2 treff")
	browser.Eval[any](w.Page, `$("fh-search >>> .line .bar button + button").focus()`)
	w.Type(kb.Tab)
	same(t, "one day is in the way of Tab", w.at(), "tirsdag 24. november: 1 treff")
	for _, step := range []struct{ key, want string }{
		{kb.ArrowRight, "onsdag 25. november"}, {kb.ArrowLeft, "tirsdag 24. november"}, {kb.ArrowUp, "tirsdag 17. november"}, {kb.ArrowDown, "tirsdag 24. november"},
		{kb.Home, "mandag 23. november"}, {kb.End, "søndag 29. november"}, {kb.ArrowRight, "mandag 30. november"}, {kb.ArrowRight, "tirsdag 1. desember"},
		{kb.ArrowUp, "tirsdag 24. november"}, {kb.PageDown, "torsdag 24. desember"}, {kb.PageDown, "søndag 24. januar"}, {kb.PageUp, "torsdag 24. desember"}, {kb.PageUp, "tirsdag 24. november"}, {kb.PageUp, "tirsdag 24. november"},
	} {
		w.Type(step.key)
		w.Wait(`$("fh-search").shadowRoot.activeElement?.ariaLabel?.startsWith("` + step.want + `")`)
	}
	w.hits(t, "november 2026: 2 treff")
	same(t, "one tab stop", browser.Eval[int](w.Page, `$all("fh-search >>> .days [tabindex='0']").length`), 1)
	slow := make(chan struct{})
	w.hub.instead("month", slow)
	w.Type(kb.ArrowDown) // to December, but for what comes before it is here
	w.Type(kb.ArrowUp)
	same(t, "the last key counts", strings.HasPrefix(w.at(), "tirsdag 17. november"), true)
	close(slow)
	w.hub.instead("", nil)
	w.Type(kb.ArrowDown)
	same(t, "and the next", strings.HasPrefix(w.at(), "tirsdag 24. november"), true)
	w.Type(kb.Enter)
	w.Wait(`$("fh-search >>> .chosen article")`)
	same(t, "chosen by Enter", w.Texts(el+".chosen [part=title]"), []string{"Fotball for alle 6–12 år"})
	w.Type(kb.Tab)
	same(t, "next is what takes place", w.Focus(), "a Fotball for alle 6–12 år")
	w.sound(t)
}

func calendarNarrow(t *testing.T, b *browser.Browser) {
	w := open(t, b, "/fin?fh-view=calendar", sample(), browser.Size(320, 700))
	w.hits(t, "november 2026: 2 treff")
	same(t, "no grid", browser.Eval[bool](w.Page, `$("fh-search >>> .days").checkVisibility()`), false)
	same(t, "one day after another", w.Texts(el+".list > div > h2"), []string{"tirsdag 24. november: 1 treff", "lørdag 28. november: 1 treff", "søndag 29. november: 1 treff"})
	if wide := browser.Eval[int](w.Page, `document.documentElement.scrollWidth`); wide > 320 {
		t.Errorf("%d px wide at 320", wide)
	}
	w.sound(t)
	w.Middle(el + "#month")
	w.Screenshot("calendar-narrow")
}

func calendarRTL(t *testing.T, b *browser.Browser) {
	w := openCalendar(t, b, `dir="rtl"`, sample())
	w.hits(t, "november 2026: 2 treff")
	same(t, "Monday is to the right", browser.Eval[bool](w.Page, `(([a, b]) => a.getBoundingClientRect().x > b.getBoundingClientRect().x)($all("fh-search >>> .days th"))`), true)
	browser.Eval[any](w.Page, `$("fh-search >>> .days [tabindex='0']").focus()`)
	w.Type(kb.ArrowLeft)
	same(t, "left is forward", strings.HasPrefix(w.at(), "onsdag 25."), true)
	w.Type(kb.ArrowRight)
	same(t, "right is back", strings.HasPrefix(w.at(), "tirsdag 24."), true)
	w.sound(t)
	w.Screenshot("calendar-rtl")
}

func calendarFaults(t *testing.T, b *browser.Browser) {
	w := openCalendar(t, b, "", sample())
	w.hits(t, "november 2026: 2 treff")
	w.hub.instead("month", nil)
	w.Click(el + ".line .bar button + button")
	w.hits(t, "Vi fikk ikke hentet treff.")
	same(t, "what was there stays", w.Text(el+"#month"), "november 2026")
	w.Click(cell("søndag 29."))
	same(t, "a day that is there is shown", browser.Eval[[]string](w.Page, `$all("fh-search >>> [aria-selected]").map(n => n.innerText)`), []string{"29"})
	w.sound(t, "month?")
	w.hub.instead("", nil)
	w.Click(el + ".line .bar button + button")
	w.hits(t, "desember 2026: 39 treff")
	same(t, "focus stays", w.Focus(), "on")

	// what no hub should draw
	w.hub.instead("month", []any{node("h1", listing{"id": "month", "onclick": "hacked=1"}, "<img src=x onerror=hacked=1>"), node("script", nil, "hacked=1"),
		node("table", listing{"class": "days", "style": "color:red"}), node("p", nil, "3 treff"), node("a", listing{"data-id": "../x"}, "dit"), nil, 5})
	browser.Eval[any](w.Page, `($("fh-search").setFilters({ q: "rart" }), 0)`)
	w.hits(t, "<img src=x onerror=hacked=1>: 3 treff")
	same(t, "made", browser.Eval[int](w.Page, `$all("fh-search >>> [part=view] :is(script, img, [onclick], [style])").length`), 0)
	same(t, "leads to", browser.Eval[string](w.Page, `$("fh-search >>> [part=view] a").href`), w.hub.URL+"/l/..%2Fx")
	same(t, "run", browser.Eval[bool](w.Page, `"hacked" in globalThis`), false)

	// never shown yet
	w.hub.instead("month", nil)
	w.Goto(w.site + attr(`view="calendar"`))
	w.WaitText(el+"[part=view]", "Vi fikk ikke hentet treff.")
	w.hub.instead("", nil)
	w.Click(el + "[part=view] button")
	w.Wait(`$("fh-search >>> .days [data-hits]")`)
}

func calendarLooks(t *testing.T, b *browser.Browser) {
	for _, test := range []struct {
		name    string
		options []browser.Option
	}{
		{"dark", []browser.Option{browser.Media("prefers-color-scheme", "dark")}},
		{"forced colours", []browser.Option{browser.Media("forced-colors", "active")}},
		{"tablet", []browser.Option{browser.Size(768, 1024)}},
		{"print", []browser.Option{browser.Paper()}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := open(t, b, "/fin?fh-view=calendar", sample(), test.options...)
			if test.name == "print" {
				w.Wait(`$all("fh-search >>> .list article").length === 3`)
				same(t, "days on paper", len(w.Texts(el+".list > div")), 3)
				return
			}
			w.hits(t, "november 2026: 2 treff")
			w.Click(el + ".line .bar button + button")
			w.hits(t, "desember 2026: 39 treff")
			w.sound(t)
			if wide := browser.Eval[int](w.Page, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
				t.Errorf("%d px too wide", wide)
			}
			w.Middle(el + ".days")
			w.Screenshot("calendar-" + strings.ReplaceAll(test.name, " ", "-"))
		})
	}
}
