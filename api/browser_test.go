package api

import (
	"net/http/httptest"
	"strings"
	"testing"

	"fritidshub/widget/browser"
)

// In a real browser every page is without accessibility findings, fits a narrow phone, asks nobody else for anything and breaks no policy.
func TestPagesInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	b := browser.New(t)
	h := wholeHub(t)
	server := httptest.NewServer(h)
	defer server.Close()
	football, concert, scheme, dead := h.store.listings[0].ID, h.store.listings[1].ID, h.store.listings[4].ID, h.store.listings[7].ID
	for name, path := range map[string]string{
		"search": "/", "chosen": "/?q=fotball&kind=activity&category=sport&free=true&age=9", "english": "/?lang=en&from=2026-11-22", "empty": "/?q=fotball&kind=facility",
		"listing": "/l/" + football, "offers": "/l/" + concert, "scheme": "/l/" + scheme, "gone": "/l/" + dead, "bad": "/?age=x", "missing": "/nope",
		"arabic": "/?lang=ar", "arabic-offers": "/l/" + concert + "?lang=ar", "arabic-empty": "/?lang=ar&q=fotball&kind=facility", "tigrinya": "/?lang=ti",
		"docs": "/docs", "docs-tried": "/docs?lang=en&try=1&q=fotball", "schemas": "/docs/schemas", "data": "/openactive",
	} {
		for look, options := range map[string][]browser.Option{
			"wide": nil, "phone": {browser.Size(320, 640)}, "dark": {browser.Media("prefers-color-scheme", "dark")},
		} {
			if options != nil && name != "search" && name != "chosen" && name != "offers" && name != "bad" && name != "docs" && name != "schemas" && name != "data" && !strings.HasPrefix(name, "arabic") {
				continue
			}
			t.Run(name+"-"+look, func(t *testing.T) {
				p := b.Page(t, server.URL+path, options...)
				p.Axe()
				if wide := browser.Eval[int](p, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
					t.Errorf("the page is %d pixels too wide", wide)
				}
				small := browser.Eval[[]string](p, `[...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
					.filter(e => e.checkVisibility()).filter(e => { const r = e.getBoundingClientRect(); return r.height < 20 && !e.closest("p, li, dd") || r.height < 15; }).map(e => e.outerHTML)`)
				if len(small) > 0 {
					t.Errorf("too small to hit: %s", small)
				}
				for _, r := range p.Requests() {
					if !strings.HasPrefix(r.URL, server.URL) && !strings.HasPrefix(r.URL, "data:") { // a date field draws its own icon
						t.Errorf("asks %s", r.URL)
					}
				}
				for _, e := range p.Errors() {
					if !strings.Contains(e, "the server responded with a status of") { // the page is an error's on purpose
						t.Errorf("console: %s", e)
					}
				}
				p.Screenshot(name + "-" + look)
			})
		}
	}
}

// Searching needs no scripts: the form, a filter and the way back work with the keyboard alone.
func TestSearchByKeyboard(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	b := browser.New(t)
	server := httptest.NewServer(newHub(t))
	defer server.Close()
	p := b.Page(t, server.URL+"/")
	p.Type("\t")
	if got := p.Focus(); !strings.Contains(got, "Hopp til innholdet") {
		t.Errorf("the first stop is %q", got)
	}
	p.Click("#q")
	p.Type("fotball\r")
	p.WaitText("#hits", "1 treff")
	if got := p.Texts(".card h3"); len(got) != 1 || got[0] != "Jentefotball for nybegynnere" {
		t.Errorf("found %q", got)
	}
	p.Click(".chips a")
	p.WaitText("#hits", "7 treff")
	p.Click(`input[name=kind][value=equipment]`)
	p.Click(".apply button")
	p.WaitText("#hits", "1 treff")
	p.Back()
	p.WaitText("#hits", "7 treff")
}

// The documentation is read and tried with the keyboard alone, with everything in it unfolded too.
func TestDocsByKeyboard(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	b := browser.New(t)
	server := httptest.NewServer(wholeHub(t))
	defer server.Close()
	p := b.Page(t, server.URL+"/docs", browser.NoScript())
	p.Type("\t")
	if got := p.Focus(); !strings.Contains(got, "Hopp til innholdet") {
		t.Errorf("the first stop is %q", got)
	}
	p.Click("#try-q")
	p.Type("fotball\r")
	p.WaitText("#try pre", "Jentefotball for nybegynnere")
	for look, options := range map[string][]browser.Option{"wide": nil, "phone": {browser.Size(320, 640)}, "dark": {browser.Media("prefers-color-scheme", "dark")}} {
		p := b.Page(t, server.URL+"/docs", options...)
		browser.Eval[int](p, `[...document.querySelectorAll("details")].map(d => { d.removeAttribute("name"); d.open = true; }).length`)
		p.Axe()
		if wide := browser.Eval[int](p, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
			t.Errorf("%s: unfolded, the page is %d pixels too wide", look, wide)
		}
		p.Screenshot("docs-unfolded-" + look)
	}
}
