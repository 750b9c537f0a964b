package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"fritidshub/widget/browser"
)

// TestDeskAddInChromium: a source goes live from an empty hub by keyboard alone and without a script; axe finds nothing on any of the pages, wide and narrow,
// light and dark, and nothing is wider than the window.
func TestDeskAddInChromium(t *testing.T) {
	b := browser.New(t)
	provider := house(t, 14)
	dir, e, stop := emptyDesk(t, provider)
	defer stop()
	began := time.Now()
	p := deskPage(b, t, e.base, browser.NoScript(), browser.Size(1280, 900))
	reach(t, p, "Legg til den første")
	p.Type(kb.Enter)
	p.WaitText("h1", "Legg til en kilde")
	reach(t, p, "address")
	p.Type(provider.URL + "/program" + kb.Enter)
	p.WaitText("h1", "Dette er på adressen")
	reach(t, p, "Se hva den gir")
	p.Type(kb.Enter)
	p.WaitText("h1", "Prøv kilden")
	p.WaitText("main", "14 oppføringer kan brukes")
	reach(t, p, "licence0")
	p.Type(" ")
	reach(t, p, `id="contact"`)
	p.Type("ring oss" + kb.Enter)
	p.WaitText("[role=alert]", "verken en e-postadresse eller en nettadresse")
	reach(t, p, `id="contact"`)
	p.Type(kb.End + strings.Repeat(kb.Backspace, len("ring oss")) + "post@sjoboden.example" + kb.Enter)
	p.WaitText("h1", "Legg til")
	form := browser.Eval[string](p, "location.pathname")
	reach(t, p, "Lagre og hent kilden")
	p.Type(kb.Enter)
	p.WaitText("[role=status]", "Kilden er lagt til")
	within(t, 10*time.Second, "residents see it", func() bool { return total(t, e.base, "limit=1") == 14 })
	t.Logf("from an empty hub to a live source in %v", time.Since(began).Round(time.Millisecond))
	text, err := os.ReadFile(filepath.Join(dir, "sources.yaml"))
	if err != nil || !strings.Contains(string(text), "contact: post@sjoboden.example") || !strings.Contains(string(text), "licence: permission") {
		t.Errorf("%v: sources.yaml is\n%s", err, text)
	}
	p.Close()

	search := strings.TrimSuffix(form, "/0/change")
	for _, look := range []struct {
		name    string
		width   int
		options []browser.Option
	}{{"wide", 1280, nil}, {"narrow", 320, nil}, {"dark", 1280, []browser.Option{browser.Media("prefers-color-scheme", "dark")}}} {
		t.Run(look.name, func(t *testing.T) {
			p := deskPage(b, t, e.base, append(look.options, browser.Size(look.width, 900))...)
			see := func(name string) {
				t.Helper()
				looksRight(t, p, "add-"+name, look.name, look.width)
			}
			p.Goto(e.base + "/editor/add")
			see("address")
			p.Goto(e.base + search)
			see("found")
			p.Goto(e.base + search + "/0")
			see("trial")
			browser.Eval[any](p, `document.querySelectorAll("#entry input").forEach(n => { n.required = false; if (n.name === "licence" || n.name === "contact") n.checked = n.value = "" })`)
			p.Click("#entry button")
			p.WaitText("[role=alert]", "Skriv hvem dere kan kontakte")
			see("wrong")
			if look.width > 320 { // where the link stands on one line
				p.Click(`[role=alert] a[href="#contact"]`)
				p.Wait("document.activeElement.id === 'contact'")
			}
			p.Goto(e.base + "/editor/add/finnes-ikke")
			see("forgotten")
			p.Goto(e.base + "/editor/map?source=127-0-0-1")
			p.WaitText("label[for=category0]", "Kvistværk")
			see("words")
			if look.name != "wide" {
				return
			}
			p.Goto(e.base + "/editor/add")
			browser.Eval[any](p, fmt.Sprintf(`document.querySelector("#address").value = %q, document.querySelector("#main form").submit()`, provider.URL+"/sakte"))
			p.WaitText("h1", "Ser på adressen")
			work := browser.Eval[string](p, "location.href")
			for !browser.Eval[bool](p, `window.stop(), document.querySelector("h1") !== null`) { // it would come again while it is looked at, and was just doing so
				p.Goto(work)
			}
			see("work")
		})
	}
}
