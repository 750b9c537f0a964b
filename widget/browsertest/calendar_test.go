package browsertest

import (
	"fmt"
	"net/http"
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
		{"a language that the browser does not know", calendarLanguages},
		{"more than is shown", calendarBounded},
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
	same(t, "days of the week", w.Texts(el+".days th"), []string{"man", "tir", "ons", "tor", "fre", "lør", "søn"})
	same(t, "today", browser.Eval[string](w.Page, `$("fh-search >>> [aria-current=date]").ariaLabel`), "søn. 22. nov.: Ingen treff")
	same(t, "Sunday is last", browser.Eval[int](w.Page, `$("fh-search >>> [aria-current=date]").parentElement.cellIndex`), 6)
	same(t, "days with hits", browser.Eval[[]string](w.Page, `$all("fh-search >>> .days [data-hits]").map(n => n.ariaLabel)`),
		[]string{"tir. 24. nov.: 1 treff", "lør. 28. nov.: 1 treff", "søn. 29. nov.: 1 treff"})
	same(t, "the first of them is chosen", w.Texts(el+"[part=title]"), []string{"Fotball for alle 6–12 år"})
	w.hits(t, "november 2026: 2 treff")
	w.sound(t)
	w.Screenshot("calendar")

	w.Click(cell("søn. 29."))
	same(t, "two days long, and cancelled", w.Texts(el+"[part=title]"), []string{"Avlyst Nattur til Vindfjell"})
	same(t, "selected", browser.Eval[[]string](w.Page, `$all("fh-search >>> [aria-selected]").map(n => n.innerText)`), []string{"29"})
	same(t, "focus stays", w.at(), "søn. 29. nov.: 1 treff")
	w.Click(cell("man. 30."))
	same(t, "a day without hits", w.Texts(el+".chosen"), []string{"man. 30. nov.: Ingen treff"})
	w.sound(t)

	w.Click(el + ".line .bar button + button")
	w.hits(t, "desember 2026: 39 treff")
	_, asked := w.hub.asked()
	same(t, "asked", []string{asked.Get("sort"), asked.Get("facets")}, []string{"start", "none"})
	same(t, "a day", browser.Eval[string](w.Page, `$("fh-search >>> .days [aria-label^='lør. 5. des.']").dataset.hits`), "3")
	w.Click(cell("lør. 5. des."))
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
	same(t, "nothing before it", browser.Eval[string](picked.Page, `$("fh-search >>> .days [data-hits]").ariaLabel.slice(0, 8)`), "tor. 24.")
}

func calendarByKeyboard(t *testing.T, b *browser.Browser) {
	w := openCalendar(t, b, "", sample())
	w.hits(t, "november 2026: 2 treff")
	browser.Eval[any](w.Page, `$("fh-search >>> .line .bar button + button").focus()`)
	w.Type(kb.Tab)
	same(t, "one day is in the way of Tab", w.at(), "tir. 24. nov.: 1 treff")
	for _, step := range []struct{ key, want string }{
		{kb.ArrowRight, "ons. 25. nov."}, {kb.ArrowLeft, "tir. 24. nov."}, {kb.ArrowUp, "tir. 17. nov."}, {kb.ArrowDown, "tir. 24. nov."},
		{kb.Home, "man. 23. nov."}, {kb.End, "søn. 29. nov."}, {kb.ArrowRight, "man. 30. nov."}, {kb.ArrowRight, "tir. 1. des."},
		{kb.ArrowUp, "tir. 24. nov."}, {kb.PageDown, "tor. 24. des."}, {kb.PageDown, "søn. 24. jan."}, {kb.PageUp, "tor. 24. des."}, {kb.PageUp, "tir. 24. nov."}, {kb.PageUp, "tir. 24. nov."},
	} {
		w.Type(step.key)
		if at := w.at(); !strings.HasPrefix(at, step.want) {
			t.Errorf("%q leads to %q, not %q", step.key, at, step.want)
		}
	}
	w.hits(t, "november 2026: 2 treff")
	same(t, "one tab stop", browser.Eval[int](w.Page, `$all("fh-search >>> .days [tabindex='0']").length`), 1)
	w.Type(kb.ArrowDown)
	w.Type(kb.ArrowRight)
	w.Type(kb.ArrowLeft)
	w.Type(kb.ArrowUp)
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
	same(t, "one day after another", w.Texts(el+".list > div > h2"), []string{"tir. 24. nov.: 1 treff", "lør. 28. nov.: 1 treff", "søn. 29. nov.: 1 treff"})
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
	same(t, "left is forward", strings.HasPrefix(w.at(), "ons. 25."), true)
	w.Type(kb.ArrowRight)
	same(t, "right is back", strings.HasPrefix(w.at(), "tir. 24."), true)
	w.sound(t)
	w.Screenshot("calendar-rtl")
}

func calendarLanguages(t *testing.T, b *browser.Browser) {
	unknown := browser.Before(`Intl.DateTimeFormat.supportedLocalesOf = () => []`)
	for _, test := range []struct {
		lang, month string
		options     []browser.Option
	}{{"en", "November 2026", nil}, {"uk", "листопад 2026", nil}, {"ar", "نوفمبر 2026", nil}, {"se", "skábmamánu 2026", nil}, {"ti", "ሕዳር 2026", []browser.Option{unknown}}} {
		w := open(t, b, "/?fh-view=calendar&attr=lang=%22"+test.lang+"%22", sample(), test.options...)
		w.Wait(`$("fh-search >>> .days [data-hits]")`)
		if got := w.Text(el + "#month"); got != test.month {
			t.Errorf("%s: the month is called %q, not %q", test.lang, got, test.month)
		}
		heads := w.Texts(el + ".days th")
		seen := map[string]bool{}
		for _, head := range heads {
			seen[head] = true
		}
		if len(seen) != 7 || seen[""] {
			t.Errorf("%s: the days of the week are called %q", test.lang, heads)
		}
		w.sound(t)
	}
}

func calendarBounded(t *testing.T, b *browser.Browser) {
	items := []listing{{"id": "aldri", "title": "Åpen hall", "status": "scheduled", "sources": []listing{{"id": "prove", "name": "Prøvekilden"}}}}
	for i := range 340 {
		items = append(items, listing{"id": fmt.Sprint("i-", i), "title": fmt.Sprint("Trening ", i), "status": "scheduled", "start": "2026-11-24T17:00:00+01:00", "sources": []listing{{"id": "prove", "name": "Prøvekilden"}}})
	}
	w := openCalendar(t, b, "", items)
	w.WaitText(el+".days + p", "Viser 100 av 340. Alle treff står i listevisningen.")
	same(t, "listed", len(w.Texts(el+".chosen article")), 100)
	w.sound(t)

	// what has no day, and what has more times than a hit carries
	many := make([]listing, 10)
	for i := range many {
		many[i] = listing{"start": fmt.Sprintf("2026-11-24T%02d:00:00+01:00", 8+i), "end": fmt.Sprintf("2026-11-24T%02d:45:00+01:00", 8+i), "title": fmt.Sprint("Time ", i+1)}
	}
	for name, item := range map[string]listing{
		"no day": {"id": "a", "title": "Åpen hall"},
		"often":  {"id": "b", "title": "Bad", "start": many[0]["start"], "occurrences": many},
	} {
		w.say(listing{"total": 1, "items": []listing{item}})
		browser.Eval[any](w.Page, `($("fh-search").setFilters({ q: "`+name+`" }), 0)`)
		w.WaitText(el+".days + p", "1 treff Alle treff står i listevisningen.")
	}
	w.say(listing{"total": 1, "items": []listing{{"id": "b", "title": "Bad", "start": many[0]["start"], "occurrences": many[:9]}}})
	browser.Eval[any](w.Page, `($("fh-search").setFilters({ q: "ni" }), 0)`)
	w.Wait(`$("fh-search >>> .days + p").innerText === "1 treff"`)
	same(t, "each by its own name", w.Texts(el + ".chosen [part=title]")[8], "Time 9")
}

func calendarFaults(t *testing.T, b *browser.Browser) {
	w := openCalendar(t, b, "", sample())
	w.hits(t, "november 2026: 2 treff")
	w.hub.answer(func(out http.ResponseWriter, _ *http.Request) { http.Error(out, "{}", http.StatusInternalServerError) })
	w.Click(el + ".line .bar button + button")
	w.WaitText(el+".days + p", "Vi fikk ikke hentet treff.")
	w.sound(t, "search?")
	w.hub.answer(nil)
	w.Click(el + ".days + p button")
	w.hits(t, "desember 2026: 39 treff")
	if focus := w.Focus(); !strings.HasPrefix(focus, "p ") {
		t.Errorf("focus is at %q", focus)
	}
	w.say(listing{"total": 5, "items": []any{
		listing{"id": "x", "title": "<img src=x onerror=hacked=1>", "start": "2026-12-03T18:00:00+01:00", "occurrences": []any{nil, 5, "x", listing{"start": "no day at all"}, listing{"start": 17}, listing{"start": "2026-12-03T18:00:00+01:00", "end": "2026-12-02T18:00:00+01:00", "place": "<b>Hallen"}}},
		listing{"id": "y", "title": "Spøk", "start": listing{"a": 1}, "occurrences": "mange"},
		listing{"id": "z", "title": "Alltid", "start": "2026-11-01", "end": "2027-03-01"},
	}})
	browser.Eval[any](w.Page, `($("fh-search").setFilters({ q: "rart" }), 0)`)
	w.hits(t, "desember 2026: Viser 3 av 5.")
	w.Click(cell("tor. 3. des."))
	same(t, "shown as text", w.Texts(el+".chosen [part=title]"), []string{"Alltid", "<img src=x onerror=hacked=1>"})
	same(t, "all days", browser.Eval[int](w.Page, `$all("fh-search >>> .days [data-hits]").length`), 31)
	same(t, "run", browser.Eval[bool](w.Page, `"hacked" in globalThis`), false)
	w.Axe()
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
