package api

import (
	"net/http/httptest"
	"strings"
	"testing"

	"fritidshub/widget/browser"
)

// The pages for editors are as good as those for residents, and show the real element.
func TestEditorsPagesInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	b := browser.New(t)
	server := httptest.NewServer(newHub(t, withWidgets))
	defer server.Close()
	for name, path := range map[string]string{
		"builder": "/embed/", "chosen": "/embed/?kind=activity&accent=ffcc00&language=ar&ground=dark&limit=900", "widgets": "/docs/widgets", "statement": "/docs/statement",
		"tried": "/embed/test?policy=default-src+%27none%27",
	} {
		for look, options := range map[string][]browser.Option{
			"wide": nil, "phone": {browser.Size(320, 640)}, "dark": {browser.Media("prefers-color-scheme", "dark")}, "noscript": {browser.NoScript()},
		} {
			if name != "builder" && name != "widgets" && (look == "noscript" || look == "dark") {
				continue
			}
			t.Run(name+"-"+look, func(t *testing.T) {
				p := b.Page(t, server.URL+path, options...)
				if look != "noscript" {
					p.Axe()
					if wide := browser.Eval[int](p, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
						t.Errorf("the page is %d pixels too wide", wide)
					}
				}
				for _, r := range p.Requests() {
					if !strings.HasPrefix(r.URL, server.URL) && !strings.HasPrefix(r.URL, "data:") {
						t.Errorf("asks %s", r.URL)
					}
				}
				for _, e := range p.Errors() {
					t.Errorf("console: %s", e)
				}
				p.Screenshot("editors-" + name + "-" + look)
			})
		}
	}
}

// The preview is the real element under the policy that the page tells editors of, in the chosen colours.
func TestPreviewInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	b := browser.New(t)
	server := httptest.NewServer(newHub(t, withWidgets))
	defer server.Close()
	for ground, want := range map[string]string{"": "rgb(11, 82, 87)", "dark": "rgb(140, 200, 234)"} {
		p := b.Page(t, server.URL+"/embed/preview?accent=0b5257&accent_dark=8cc8ea&heading=Fritid&ground="+ground)
		p.Wait(`document.querySelector("fh-search")?.shadowRoot?.querySelector("article a")`)
		if got := browser.Eval[string](p, `getComputedStyle(document.querySelector("fh-search").shadowRoot.querySelector("article a")).color`); got != want {
			t.Errorf("%q: links are %s, want %s", ground, got, want)
		}
		p.Axe()
		for _, e := range p.Errors() {
			t.Errorf("console: %s", e)
		}
		p.Screenshot("preview-" + ground)
	}
}

// The builder is used with the keyboard alone, without scripts.
func TestBuilderByKeyboard(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	b := browser.New(t)
	server := httptest.NewServer(newHub(t, withWidgets))
	defer server.Close()
	p := b.Page(t, server.URL+"/embed/", browser.NoScript())
	p.Type("\t")
	if got := p.Focus(); !strings.Contains(got, "Hopp til innholdet") {
		t.Errorf("the first stop is %q", got)
	}
	p.Click("#f-heading")
	p.Type("Fritid i Larvik\r")
	p.Wait(`document.querySelector("#script").value.includes('heading="Fritid i Larvik"')`)
}

// A code is copied by its button, and selected where the browser does not let a script copy.
func TestCopyInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	b := browser.New(t)
	server := httptest.NewServer(newHub(t, withWidgets))
	defer server.Close()
	const button = "#script + p button"
	p := b.Page(t, server.URL+"/embed/", browser.Before(`Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => { globalThis.copied = text; } } })`))
	p.Wait(`$("` + button + `")`)
	p.Click(button)
	p.WaitText("#script + p [role=status]", "Kopiert")
	if !browser.Eval[bool](p, `copied === $("#script").value`) || browser.Eval[string](p, `$("`+button+`").ariaLabel`) != "Kopier: Skript" {
		t.Error("another text is copied than the one that the button says")
	}
	p.Axe()
	p = b.Page(t, server.URL+"/embed/", browser.Before(`Object.defineProperty(navigator, "clipboard", { value: undefined })`))
	p.Wait(`$("` + button + `")`)
	p.Click(button)
	p.WaitText("#script + p [role=status]", "Teksten er merket.")
	if got := browser.Eval[string](p, `getSelection().toString() || $("#script").value.slice($("#script").selectionStart, $("#script").selectionEnd)`); !strings.HasPrefix(got, "<fh-search") {
		t.Errorf("selected is %q", got)
	}
}
