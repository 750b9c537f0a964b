package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"fritidshub/widget/browser"
)

// deskPage is a page of the desk at base, signed in.
func deskPage(b *browser.Browser, t testing.TB, base string, options ...browser.Option) *browser.Page {
	t.Helper()
	p := b.Page(t, base+"/editor/", options...)
	p.Click("#token")
	p.Type(deskToken + kb.Enter)
	p.WaitText("h1", "Oversikt")
	return p
}

// reach goes to what holds a text, by keyboard.
func reach(t testing.TB, p *browser.Page, what string) {
	t.Helper()
	for range 120 {
		p.Type(kb.Tab)
		if at := browser.Eval[string](p, "document.activeElement === document.body ? '' : document.activeElement?.outerHTML ?? ''"); strings.Contains(at, what) {
			return
		}
	}
	t.Fatalf("%q is not reached by keyboard", what)
}

// looksRight tries a page: axe finds nothing on it, and nothing is wider than the window.
func looksRight(t testing.TB, p *browser.Page, name, look string, width int) {
	t.Helper()
	p.Axe()
	if wide := browser.Eval[int](p, "document.documentElement.scrollWidth"); wide > width {
		t.Errorf("%s is %d px wide at %d", name, wide, width)
	}
	p.Screenshot(fmt.Sprintf("desk-%s-%s", name, look))
}

// quick tries pages of a desk: they come at once, and are small.
func quick(t *testing.T, desk http.Handler, paths ...string) {
	t.Helper()
	ask := func(method, path, form, cookie string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept-Encoding", "gzip")
		r.Header.Set("Cookie", cookie)
		w := httptest.NewRecorder()
		desk.ServeHTTP(w, r)
		return w
	}
	cookie, _, _ := strings.Cut(ask("POST", "/editor/sign-in", "token="+deskToken, "").Header().Get("Set-Cookie"), ";")
	for _, path := range paths {
		var times []time.Duration
		var w *httptest.ResponseRecorder
		for range 9 {
			began := time.Now()
			w = ask("GET", path, "", cookie)
			times = append(times, time.Since(began))
		}
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", path, w.Code, bytes.TrimSpace(w.Body.Bytes()))
		}
		slices.Sort(times)
		t.Logf("%-60.60s %6.1f ms at the median of 9, %5.1f kB", path, float64(times[4].Microseconds())/1000, float64(w.Body.Len())/1000)
		if w.Body.Len() > 100_000 {
			t.Errorf("%s has %d bytes", path, w.Body.Len())
		}
		if times[0] > 100*time.Millisecond && !raced {
			t.Errorf("%s takes %v at its best", path, times[0])
		}
	}
}
