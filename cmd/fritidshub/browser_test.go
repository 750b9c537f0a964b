package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"fritidshub/widget"
	"fritidshub/widget/browser"
)

type answer struct {
	Total  int
	Items  []struct{ ID, Title string }
	Facets map[string][]struct {
		Value, Label string
		Count        int
	}
}

func search(t *testing.T, base string, query url.Values) answer {
	t.Helper()
	var a answer
	getJSON(t, base+"/api/v1/search?"+query.Encode(), &a)
	return a
}

// TestInChromium: the real hub with the repository's own sources, seen in a real browser: its pages, and the widget on a
// foreign site. What is shown is what the API says, and axe finds nothing.
func TestInChromium(t *testing.T) {
	b := browser.New(t)
	now := "2026-11-22T12:00:00+01:00"
	clock, err := time.Parse(time.RFC3339, now)
	if err != nil {
		t.Fatal(err)
	}
	flags := []string{"-sources", filepath.Join("..", "..", "sources.yaml"), "-data", t.TempDir()}
	env := []string{"FRITIDSHUB_NOW=" + now}
	if out, err := child(t.Context(), env, append([]string{"sync"}, flags...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	base, stop := startServe(t, env, flags)
	defer stop()
	all := search(t, base, url.Values{"limit": {"20"}})
	if all.Total < 300 {
		t.Errorf("the repository's own sources give %d listings, want at least 300", all.Total)
	}

	page := strings.ReplaceAll(string(widget.Demo()), widget.HubPlaceholder, base)
	foreign := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, page)
	}))
	defer foreign.Close()
	const el = "fh-search >>> "

	t.Run("widget", func(t *testing.T) {
		p := b.Page(t, foreign.URL, browser.Clock(clock))
		p.WaitText(el+"[role=status]", fmt.Sprintf("%d treff", all.Total))
		p.Axe()
		p.Click(el + "#q")
		p.Type("svømming")
		found := search(t, base, url.Values{"q": {"svømming"}, "facets": {"category,kind"}})
		if found.Total == 0 || len(found.Facets["kind"]) == 0 {
			t.Fatal("nothing to swim in the samples")
		}
		p.WaitText(el+"[role=status]", fmt.Sprintf("%d treff", found.Total))
		for _, name := range []string{"category", "kind"} {
			for _, count := range found.Facets[name] {
				shown := p.Texts(el + "label[for='" + name + count.Value + "']")
				if want := fmt.Sprintf("%s %d", count.Label, count.Count); count.Count > 0 && len(shown) > 0 && shown[0] != want {
					t.Errorf("%s is shown as %q, the API says %q", name, shown[0], want)
				}
			}
		}
		category := found.Facets["category"][0]
		p.Click(el + "#category" + category.Value)
		narrowed := search(t, base, url.Values{"q": {"svømming"}, "category": {category.Value}})
		if narrowed.Total != category.Count {
			t.Errorf("%s counts %d and gives %d", category.Value, category.Count, narrowed.Total)
		}
		p.WaitText(el+"[role=status]", fmt.Sprintf("%d treff", narrowed.Total))
		titles := p.Texts(el + "[part=title]")
		for i, item := range narrowed.Items {
			if i < len(titles) && !strings.Contains(titles[i], strings.Join(strings.Fields(item.Title), " ")) {
				t.Errorf("hit %d is %q, the API says %q", i, titles[i], item.Title)
			}
		}
		p.Axe()
		for _, e := range p.Errors() {
			t.Errorf("console: %s", e)
		}
		p.Screenshot("hub-widget")
	})

	pages := map[string]string{"search": "/", "narrowed": "/?q=sv%C3%B8mming&free=true", "nothing": "/?q=finnesikkeiverden", "listing": "/l/" + all.Items[0].ID, "missing": "/l/finnes-ikke", "demo": "/demo"}
	for name, path := range pages {
		t.Run(name, func(t *testing.T) {
			for _, size := range [][2]int{{1280, 900}, {320, 640}} {
				p := b.Page(t, base+path, browser.Clock(clock), browser.Size(size[0], size[1]))
				if name == "demo" {
					p.WaitText(el+"[role=status]", "treff")
				}
				p.Axe()
				if wide := browser.Eval[int](p, "document.documentElement.scrollWidth"); wide > size[0] {
					t.Errorf("at %d px the page is %d px wide", size[0], wide)
				}
				p.Screenshot(fmt.Sprintf("hub-%s-%d", name, size[0]))
			}
			plain := b.Page(t, base+path, browser.NoScript(), browser.Media("prefers-color-scheme", "dark"))
			plain.Screenshot("hub-" + name + "-plain")
		})
	}
	t.Run("without a script", func(t *testing.T) {
		found := search(t, base, url.Values{"q": {"svømming"}, "free": {"true"}})
		p := b.Page(t, base+"/", browser.Clock(clock), browser.NoScript())
		p.Click("input[name=q]")
		p.Type("svømming" + kb.Enter)
		p.Wait(`location.search.includes("q=sv") && document.readyState === "complete"`)
		p.WaitText("main", fmt.Sprintf("%d treff", search(t, base, url.Values{"q": {"svømming"}}).Total))
		p.Goto(base + "/?q=svømming&free=true")
		p.WaitText("main", fmt.Sprintf("%d treff", found.Total))
	})
}
