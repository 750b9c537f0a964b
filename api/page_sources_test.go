package api

import (
	"strings"
	"testing"
)

// TestSourcesPage: people are told of every source that is read, in words, and not what went wrong at somebody else's.
func TestSourcesPage(t *testing.T) {
	h := newHub(t, func(o *Options) {
		store := &fakeStore{sources: append(sampleSources(t), Source{ID: "av", Name: "Avslått kilde"})}
		store.sources[0].Name = "Kultur<b>huset"
		o.Sources, o.Hub.Credits = store, []Credit{{Name: "Kartverket", URL: "https://kartverket.example/", Attribution: "© Kartverket"}}
	})
	page := h.get("/sources", 200)
	for _, want := range []string{"<h1>Kilder og tilstand</h1>", "Kultur&lt;b&gt;huset", `<h2 id="kilde-klubber"><bdi>Klubblista</bdi></h2>`, "Tredje feil på rad. Innbyggerne ser data fra", "Frisk. 312 oppføringer",
		`<time datetime="2026-11-22T11:46:00&#43;01:00">`, `href="https://creativecommons.org/licenses/by/4.0/deed.no" rel="license`, "Kulturhuset Eksempel", `<a href="https://kulturhus.example/kalender"`,
		`href="/?source=kulturhus">312 oppføringer</a>`, "(vises her, men gis ikke videre)", "© Kartverket", `href="/api/v1/sources"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
	for _, stray := range []string{"hemmelig", "bruker:", "403", "nettstedet svarer", "file:", "Avslått kilde", "<b>"} {
		if strings.Contains(page, stray) {
			t.Errorf("it says %s", stray)
		}
	}
	if strings.Count(page, "gis ikke videre") != 1 {
		t.Error("what is passed on is told of as if it were not, or the other way round")
	}
	if nn := h.get("/sources?lang=nn", 200); !strings.Contains(nn, "Kjelder") || !strings.Contains(h.get("/l/"+h.store.listings[0].ID+"?lang=nn", 200), `href="/sources?lang=nn"`) {
		t.Error("the page is not in nynorsk, or the foot of a page does not lead to it")
	}
	h.get("/sources?x=1", 400)
}
