package api

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"fritidshub/widget/browser"
)

// around is a page of somebody else's with the hub in a frame that it makes as high as it is told.
func around(t *testing.T, src, sandbox string) string {
	page := fmt.Sprintf(`<!DOCTYPE html><html lang="nb"><title>Kommunen</title><main><h1>Fritid</h1><iframe title="Aktiviteter" width="600" height="150" src="%s" %s></iframe><p id="below">Kontakt oss</p></main>
		<script>window.told = []; addEventListener("message", (e) => {
			const frame = document.querySelector("iframe");
			if (e.source !== frame.contentWindow || e.data?.type !== "fh:height") return;
			told.push([e.origin, e.data.height]); frame.height = e.data.height;
		});</script></html>`, html.EscapeString(src), sandbox)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(page))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// In a frame, in a sandbox too, the hub is styled, tells its height and can be searched; it opens listings outside the frame.
func TestFrameInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	b := browser.New(t)
	handler, asked := wholeHub(t), make(chan string, 1000)
	hub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.String()
		handler.ServeHTTP(w, r)
	}))
	defer hub.Close()
	for name, sandbox := range map[string]string{"open": "", "sandbox": `sandbox="` + frameSandbox + `"`} {
		t.Run(name, func(t *testing.T) {
			p := b.Page(t, around(t, hub.URL+"/embed/frame?heading=Finn+en+aktivitet&target=_top", sandbox))
			p.Wait("told.length && told.at(-1)[1] > 600 && document.querySelector('iframe').clientHeight === told.at(-1)[1]")
			before := browser.Eval[int](p, "told.at(-1)[1]")
			if origin := browser.Eval[string](p, "told[0][0]"); origin != map[string]string{"open": hub.URL, "sandbox": "null"}[name] {
				t.Errorf("told by %q", origin)
			}
			p.Screenshot("framed-" + name)
			browser.Eval[any](p, "document.querySelector('iframe').focus()")
			p.Type("\tfotball\r")
			p.Wait(fmt.Sprintf("told.at(-1)[1] < %d", before))
			searched, styled := false, false
			for len(asked) > 0 {
				url := <-asked
				searched = searched || strings.HasPrefix(url, "/embed/frame?") && strings.Contains(url, "q=fotball") && strings.Contains(url, "target=_top")
				styled = styled || strings.HasSuffix(url, "-style.css")
			}
			if !searched || !styled || len(p.Errors()) > 0 {
				t.Errorf("searched %v, styled %v, console %q", searched, styled, p.Errors())
			}
			p.Screenshot("framed-searched-" + name)
		})
		t.Run(name+"-leaves", func(t *testing.T) {
			p := b.Page(t, around(t, hub.URL+"/embed/frame?listing=sammen&target=_top", sandbox))
			p.Wait("told.length")
			browser.Eval[any](p, "document.querySelector('iframe').focus()")
			p.Type("\t\r")
			p.Wait("location.pathname.startsWith('/l/')")
			p.WaitText("h1", "Jentefotball for nybegynnere")
		})
	}
	t.Run("noscript", func(t *testing.T) {
		p := b.Page(t, around(t, hub.URL+"/embed/frame?view=list", ""), browser.NoScript())
		p.Screenshot("framed-noscript")
		if len(p.Errors()) > 0 {
			t.Errorf("console %q", p.Errors())
		}
	})
	t.Run("unknown", func(t *testing.T) {
		strict := httptest.NewServer(newHub(t, func(o *Options) { o.Hub.Embeds = []string{"https://kommunen.example"} }))
		defer strict.Close()
		p := b.Page(t, around(t, strict.URL+"/embed/frame", ""))
		p.Wait("document.readyState === 'complete'")
		if told := browser.Eval[int](p, "told.length"); told > 0 || len(p.Errors()) == 0 || !strings.Contains(p.Errors()[0], "frame-ancestors") {
			t.Errorf("another page shows it: told %d times, console %q", told, p.Errors())
		}
	})
}

// The frame by itself is as good as any page.
func TestFramePagesInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	b := browser.New(t)
	h := wholeHub(t, func(o *Options) {
		o.Hub.Languages = []string{"nb", "en", "ar", "ti"}
		o.Hub.Guide = &Guide{Name: "Fritidskontoret", Phone: "33 17 10 00", Email: "fritid@kommunen.example"}
	})
	server := httptest.NewServer(h)
	defer server.Close()
	concert := h.store.listings[1].ID
	for name, path := range map[string]string{
		"search": "/embed/frame?heading=Fritid", "fixed": "/embed/frame?kind=activity&q=fotball+gratis&lang=en", "empty": "/embed/frame?q=finnesikkedette", "list": "/embed/frame?view=list&heading=Denne+uka",
		"one": "/embed/frame?listing=" + concert, "bad": "/embed/frame?age=x", "arabic": "/?lang=ar&q=Furulnd&kind=activity", "arabic-frame": "/embed/frame?lang=ar", "arabic-list": "/embed/frame?lang=ar&view=list",
		"arabic-paper": "/?print=1&lang=ar", "arabic-listing": "/l/" + concert + "?lang=ar", "tigrinya": "/?lang=ti", "ways": "/?q=Furulnd", "dark": "/embed/frame?theme=dark", "light": "/embed/frame?theme=light", "paper": "/?print=1", "paper-en": "/?print=1&lang=en&q=julekonsert",
	} {
		for look, options := range map[string][]browser.Option{
			"wide": nil, "phone": {browser.Size(320, 640)}, "darkly": {browser.Media("prefers-color-scheme", "dark")}, "forced": {browser.Media("forced-colors", "active")},
		} {
			if options != nil && name != "search" && name != "list" && name != "paper" && name != "light" && (look != "phone" || !strings.HasPrefix(name, "arabic")) {
				continue
			}
			t.Run(name+"-"+look, func(t *testing.T) {
				p := b.Page(t, server.URL+path, options...)
				p.Axe()
				if wide := browser.Eval[int](p, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
					t.Errorf("the page is %d pixels too wide", wide)
				}
				if light := browser.Eval[bool](p, "getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'"); look != "forced" && light == (name == "dark" || look == "darkly" && name != "light") {
					t.Errorf("light: %v", light)
				}
				if rtl := browser.Eval[bool](p, "document.documentElement.dir === 'rtl'"); rtl != strings.HasPrefix(name, "arabic") {
					t.Errorf("from right to left: %v", rtl)
				}
				for _, e := range p.Errors() {
					if !strings.Contains(e, "the server responded with a status of") {
						t.Errorf("console: %s", e)
					}
				}
				p.Screenshot("frame-" + name + "-" + look)
			})
		}
	}
}

// The print of a page has what is read on paper and not what is clicked.
func TestPagesOnPaper(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	b := browser.New(t)
	h := wholeHub(t)
	server := httptest.NewServer(h)
	defer server.Close()
	for path, wants := range map[string][]string{
		"/?print=1":                    {"aktiviteter.example/l/", "Jentefotball", "Tirsdag 24. november", "Hentet 22. november 2026 kl. 12"},
		"/l/" + h.store.listings[0].ID: {"Hentet 22. november 2026 kl. 12. https://aktiviteter.example/l/" + h.store.listings[0].ID, "Furuveien 3"},
		"/?q=fotball":                  {"Jentefotball", "1 treff"},
	} {
		p := b.Page(t, server.URL+path, browser.Paper(), browser.Media("prefers-color-scheme", "dark"))
		seen := p.Text("body")
		for _, want := range wants {
			if !strings.Contains(seen, want) {
				t.Errorf("%s lacks %q on paper", path, want)
			}
		}
		for _, not := range []string{"Hopp til innholdet", "Avgrens", "Fjern alle", "Ctrl+P", "Meld feil", "Til søket", "Legg i kalender", "Ingen sporing"} {
			if strings.Contains(seen, not) {
				t.Errorf("%s has %q on paper", path, not)
			}
		}
		if colour := browser.Eval[string](p, "getComputedStyle(document.body).backgroundColor"); colour != "rgb(255, 255, 255)" {
			t.Errorf("%s: the paper is %s", path, colour)
		}
		p.Screenshot("paper")
	}
}
