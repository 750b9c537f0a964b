package main

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"fritidshub/widget/browser"
)

// TestDeskTraceInChromium: the pages on what becomes of items, on what residents ask for and on notices: axe finds nothing in any state, wide and narrow, light
// and dark, nothing is wider than the window, and all is done by keyboard and without a script.
func TestDeskTraceInChromium(t *testing.T) {
	b := browser.New(t)
	post := newMailServer(t, nil, false)
	_, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(3) + "77;;Kvelde;onsdag;18.00;19.00;100\n"})
	env := []string{"FRITIDSHUB_EDITOR_TOKEN=" + deskToken, "FRITIDSHUB_SMTP_SERVER=" + post.address, "FRITIDSHUB_SMTP_FROM=hub@kommunen.example"}
	base, stop := startServe(t, env, flags)
	within(t, 10*time.Second, "the first content", func() bool { return total(t, base, "limit=1") == 3 })
	for range enough {
		get(t, base+"/?q=kvistkast")
		get(t, base+"/api/v1/search?weekday=tu")
	}
	stop() // so that what was asked for is written
	base, stop = startServe(t, env, flags)
	defer stop()
	within(t, 10*time.Second, "what was there", func() bool { return total(t, base, "limit=1") == 3 })
	p := deskPage(b, t, base, browser.NoScript())
	p.Goto(base + "/editor/trace")
	reach(t, p, `id="q"`)
	p.Type("Turlag 1" + kb.Enter)
	p.WaitText("h2", "Turlag 1")
	p.WaitText("main", "Den vises i et søk uten filtre.")
	p.Goto(base + "/editor/notices")
	reach(t, p, `id="address"`)
	p.Type("fritid@kommunen.example")
	reach(t, p, ">Lagre<")
	p.Type(kb.Enter)
	p.WaitText("[role=status]", "Varslene kommer på e-post.")
	reach(t, p, "Send en prøve")
	p.Type(kb.Enter)
	p.WaitText("[role=status]", "En prøve er sendt.")
	if got := post.take(); len(got) != 1 || got[0].to != "fritid@kommunen.example" {
		t.Errorf("sent %v", got)
	}
	reach(t, p, "Lag en privat adresse")
	p.Type(kb.Enter)
	p.WaitText("[role=status]", "Her er den nye adressen.")

	trace := func(what, seen string) string {
		return "/editor/trace?" + url.Values{"q": {what}, "seen": {seen}}.Encode()
	}
	paths := map[string]string{"trace": "/editor/trace", "traced": trace("Turlag 1", "/?weekday=fr"), "lost": trace("https://ukjent.example/arrangement/en-ganske-lang-adresse-uten-mellomrom-i-seg-som-ikke-kan-brytes", ""),
		"insight": "/editor/insight", "year": "/editor/insight?days=365", "notices": "/editor/notices"}
	for _, look := range []struct {
		name    string
		width   int
		options []browser.Option
	}{{"wide", 1280, nil}, {"narrow", 320, nil}, {"dark", 1280, []browser.Option{browser.Media("prefers-color-scheme", "dark")}}} {
		t.Run(look.name, func(t *testing.T) {
			p := deskPage(b, t, base, append(look.options, browser.Size(look.width, 900))...)
			for name, path := range paths {
				p.Goto(base + path)
				looksRight(t, p, name, look.name, look.width)
			}
		})
	}
}

// get asks for an address that is there.
func get(t *testing.T, address string) {
	t.Helper()
	(&editor{t, "", http.DefaultClient}).get(address, http.StatusOK)
}
