package main

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"fritidshub/widget/browser"
)

// TestDeskDecidesInChromium: the pages of listings, lists and what was sent in, in a real browser: axe finds nothing, wide, narrow and dark, with forms that are
// empty, filled and refused, and nothing is wider than the window; an entry is made and a price corrected by keyboard alone.
func TestDeskDecidesInChromium(t *testing.T) {
	b := browser.New(t)
	yaml := csvSource + "  - {id: kommune, name: Kommunens kalender, kind: csv, url: \"file:kommune.csv\", licence: CC0-1.0}\n  - {id: liste, name: Lag og foreninger, kind: list, url: \"file:liste.yaml\", licence: permission}\n"
	shows := concerts("", "Bluesnatt med Tor Eikeland", "Julekonsert med Kvelde storband")
	_, flags := setUp(t, yaml, map[string]string{"lag.csv": shows, "kommune.csv": concerts("k", "Bluesnatt med Tor Eikeland", "Julekonsert med Kvelde storband"), "liste.yaml": guestList})
	base, stop := startServe(t, []string{"FRITIDSHUB_EDITOR_TOKEN=" + deskToken}, flags)
	defer stop()
	e := signedIn(t, base)
	within(t, 10*time.Second, "all has been read", func() bool { return total(t, base, "limit=1") == 4 })
	blues, carols := e.listing("Bluesnatt"), e.listing("Julekonsert")
	e.post("/editor/listings/"+blues+"/fields/price", url.Values{"price": {"gratis"}, "note": {"spleiselag"}}, http.StatusOK)
	e.post("/editor/listings/"+carols+"/hide", nil, http.StatusOK)
	link := regexp.MustCompile(`/editor/own/[A-Za-z0-9_-]+`).FindString(e.post("/editor/lists/liste/invitations", url.Values{"organizer": {"havna"}, "days": {"30"}}, http.StatusOK))
	e.post(link+"/listings/entry", url.Values{"title": {"Sjakk"}, "description": {"To\n\nlinjer."}}, http.StatusOK)

	paths := map[string]string{"listings": "/editor/listings", "found": "/editor/listings?q=konsert", "none": "/editor/listings?q=finnesikke", "listing": "/editor/listings/" + blues, "hidden": "/editor/listings/" + carols,
		"join": "/editor/listings/" + blues + "/join?q=dans", "price": "/editor/listings/" + blues + "/fields/price", "schedule": "/editor/listings/" + blues + "/fields/schedule",
		"categories": "/editor/listings/" + blues + "/fields/categories", "lists": "/editor/lists", "list": "/editor/lists/liste", "entry": "/editor/lists/liste/listings/entry?id=dans",
		"new": "/editor/lists/liste/listings/entry", "scheme": "/editor/lists/liste/schemes/entry", "invitations": "/editor/lists/liste/invitations", "proposals": "/editor/proposals",
		"proposal": "/editor/proposals/1", "own": link, "own-entry": link + "/listings/entry?id=dans", "refused": "/editor/own/feil"}
	some := map[string]string{"listing": paths["listing"], "entry": paths["entry"], "proposal": paths["proposal"]}
	for _, look := range []struct {
		name    string
		width   int
		paths   map[string]string
		options []browser.Option
	}{{"wide", 1280, paths, nil}, {"narrow", 320, paths, nil}, {"dark", 1280, some, []browser.Option{browser.Media("prefers-color-scheme", "dark")}}} {
		t.Run(look.name, func(t *testing.T) {
			p := deskPage(b, t, base, append(look.options, browser.Size(look.width, 900))...)
			for name, path := range look.paths {
				p.Goto(base + path)
				looksRight(t, p, name, look.name, look.width)
			}
			p.Goto(base + "/editor/lists/liste/listings/entry?id=dans")
			p.Click("#f-age")
			p.Type("mange" + kb.Enter)
			p.WaitText("[role=alert]", "Dette må rettes")
			looksRight(t, p, "entry-refused", look.name, look.width)
		})
	}
	t.Run("keyboard", func(t *testing.T) {
		p := deskPage(b, t, base, browser.NoScript())
		p.Goto(base + "/editor/lists/liste")
		reach(t, p, "Legg til: tilbud")
		p.Type(kb.Enter)
		p.WaitText("h1", "Nytt innslag")
		reach(t, p, `id="f-title"`)
		p.Type("Strikkekafé")
		reach(t, p, `id="f-weekly-0-weekdays"`)
		p.Type("torsdag")
		reach(t, p, ">Lagre<")
		p.Type(kb.Enter)
		p.WaitText("[role=status]", "Endringen er lagret")
		within(t, 10*time.Second, "residents see it", func() bool { return total(t, base, "q=strikkekaf%C3%A9") == 1 })
		p.Goto(base + "/editor/listings/" + blues)
		reach(t, p, "fields/price")
		p.Type(kb.Enter)
		p.WaitText("h1", "Rett pris")
		reach(t, p, `id="f-price"`)
		p.Type("300" + kb.Enter)
		p.WaitText("[role=status]", "Rettelsen gjelder")
	})
}
