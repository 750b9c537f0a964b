package main

import (
	"html"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"fritidshub/widget/browser"
)

// TestDeskInChromium: the editors' pages in a real browser: signed in, held back and let go by keyboard alone; axe finds nothing, wide and narrow, light and
// dark, and nothing is wider than the window.
func TestDeskInChromium(t *testing.T) {
	b := browser.New(t)
	dir, e, stop := deskWith(t, clubs(20)+"77;;Kvelde;onsdag;18.00;19.00;100\n")
	defer stop()
	e.post("/editor/sources/lag/pause", nil, http.StatusOK)
	e.post("/editor/sources/lag/resume", nil, http.StatusOK)
	version := html.UnescapeString(regexp.MustCompile(`version\?([^"]*)`).FindStringSubmatch(e.get("/editor/versions", http.StatusOK))[1])
	write(t, filepath.Join(dir, "lag.csv"), clubs(8)+"77;;Kvelde;onsdag;18.00;19.00;100\n")
	e.post("/editor/sources/lag/run", nil, http.StatusOK)
	within(t, 10*time.Second, "something is held back", func() bool { return strings.Contains(e.get("/editor/", http.StatusOK), "Venter på deg") })

	paths := map[string]string{"overview": "/editor/", "none": "/editor/?state=late", "source": "/editor/sources/lag", "held": "/editor/sources/lag/held", "items": "/editor/sources/lag/items",
		"item": "/editor/sources/lag/item?id=3", "letter": "/editor/sources/lag/letter", "log": "/editor/log", "missing": "/editor/sources/finnes-ikke",
		"map": "/editor/map", "words": "/editor/map?source=lag", "versions": "/editor/versions", "version": "/editor/version?" + version}
	for _, look := range []struct {
		name    string
		width   int
		options []browser.Option
	}{{"wide", 1280, nil}, {"narrow", 320, nil}, {"dark", 1280, []browser.Option{browser.Media("prefers-color-scheme", "dark")}}} {
		t.Run(look.name, func(t *testing.T) {
			options := append(look.options, browser.Size(look.width, 900))
			b.Page(t, e.base+"/editor/sign-in", options...).Axe()
			p := deskPage(b, t, e.base, options...)
			for name, path := range paths {
				p.Goto(e.base + path)
				looksRight(t, p, name, look.name, look.width)
			}
			p.Goto(e.base + "/editor/sources/lag")
			p.Click("form[action$=preview] button")
			p.WaitText("h1", "Forhåndsvisning")
			looksRight(t, p, "preview", look.name, look.width)
		})
	}
	t.Run("keyboard", func(t *testing.T) {
		p := deskPage(b, t, e.base, browser.NoScript())
		reach(t, p, "Se hva som ville forsvinne")
		p.Type(kb.Enter)
		p.WaitText("h1", "ville forsvinne")
		reach(t, p, "Slipp gjennom")
		p.Type(kb.Enter)
		p.WaitText("[role=status]", "slippes gjennom")
		within(t, 5*time.Second, "they are gone", func() bool { return total(t, e.base, url.Values{"limit": {"1"}}.Encode()) == 8 })
	})
}
