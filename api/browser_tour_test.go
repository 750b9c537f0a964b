package api

import (
	"net/http/httptest"
	"testing"

	"fritidshub/widget/browser"
)

// WCAG 1.4.12, 2.1.2 and 2.4.7 on the hub's own pages: Tab leads through each and out, where the focus is can be seen, and text may be set wider.
func TestPagesByTabAndSpacing(t *testing.T) {
	if testing.Short() {
		t.Skip("many keys")
	}
	b := browser.New(t)
	h := wholeHub(t)
	server := httptest.NewServer(h)
	defer server.Close()
	concert := h.store.listings[1].ID
	for name, path := range map[string]string{
		"search": "/?q=fotball&kind=activity&age=9", "arabic": "/?lang=ar", "empty": "/?q=fotball&kind=facility", "listing": "/l/" + concert, "paper": "/?print=1", "sources": "/sources",
		"docs": "/docs", "statement": "/docs/statement", "frame": "/embed/frame?view=list", "tried": "/embed/test?policy=default-src+%27none%27",
	} {
		t.Run(name, func(t *testing.T) {
			p := b.Page(t, server.URL+path)
			stops := p.Tour(false)
			if len(stops) == 0 {
				t.Error("nothing is come to")
			}
			if hidden := browser.Hidden(stops); len(hidden) > 0 {
				t.Errorf("the focus is not seen on %q", hidden)
			}
			for width, p := range map[int]*browser.Page{1280: p, 320: b.Page(t, server.URL+path, browser.Size(320, 640))} {
				if lost := p.Space(); len(lost) > 0 {
					t.Errorf("%d pixels wide, with text further apart: %q", width, lost)
				}
				p.Screenshot("spaced-" + name)
			}
		})
	}
}
