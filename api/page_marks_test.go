package api

import (
	"encoding/json"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// classed gives the first element with a class.
func classed(doc *html.Node, class string) *html.Node {
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && strings.Contains(" "+attr(n, "class")+" ", " "+class+" ") {
			return n
		}
	}
	return nil
}

// A listing's page tells programs what it tells people: search engines of each date, readers of microformats of the next.
func TestListingForPrograms(t *testing.T) {
	h := newHub(t)
	doc := tree(t, h.get("/l/"+h.store.listings[0].ID, 200))
	var starts []string
	for _, s := range elements(doc, "script") {
		var node struct {
			Type   string `json:"@type"`
			ID     string `json:"@id"`
			Start  string `json:"startDate"`
			Status string `json:"eventStatus"`
		}
		if err := json.Unmarshal([]byte(s.FirstChild.Data), &node); err != nil || node.Type != "Event" || !strings.HasSuffix(node.ID, "#"+node.Start) || node.Status != "https://schema.org/EventScheduled" {
			t.Errorf("%v %+v", err, node)
		}
		starts = append(starts, node.Start)
	}
	if len(starts) != 10 || starts[0] != "2026-11-24T18:00:00+01:00" || starts[1] != "2026-12-01T18:00:00+01:00" {
		t.Errorf("%q", starts)
	}
	event := classed(doc, "h-event")
	if event == nil {
		t.Fatal("no h-event")
	}
	for class, want := range map[string]string{"dt-start": "2026-11-24T18:00:00+01:00", "dt-end": "2026-11-24T19:30:00+01:00", "u-url": "https://aktiviteter.example/l/" + h.store.listings[0].ID} {
		if n := classed(event, class); n == nil || attr(n, "value") != want {
			t.Errorf("%s is not %s", class, want)
		}
	}
	for class, want := range map[string]string{"p-name": "Jentefotball for nybegynnere", "p-location": "Furulund flerbrukshall", "p-organizer": "Furulund IL (eksempel)", "p-summary": "Vi leker med ball", "p-category": "Fotball"} {
		if n := classed(event, class); n == nil || !strings.Contains(text(n), want) {
			t.Errorf("%s is not %s", class, want)
		}
	}
	if doc := tree(t, h.get("/l/"+h.store.listings[3].ID, 200)); classed(doc, "h-event") != nil || classed(doc, "p-name") == nil {
		t.Error("what has no date is an event")
	}
}

// A search can be taken along: a phone subscribes, a reader of news finds the feed.
func TestSearchToTakeAlong(t *testing.T) {
	h := newHub(t)
	page := h.get("/?kind=activity&q=jente", 200)
	for _, want := range []string{`href="webcal://aktiviteter.example/api/v1/search.ics?kind=activity&amp;q=jente"`, `<link rel="alternate" type="application/rss&#43;xml" title="RSS" href="/api/v1/search.rss?kind=activity&amp;q=jente">`,
		`href="/api/v1/search.csv?headers=nb&amp;kind=activity&amp;q=jente"`, "Abonner i kalenderen"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
	if empty := h.get("/?q=finnesikkedette", 200); strings.Contains(empty, "webcal:") {
		t.Error("nothing can be subscribed to")
	}
	if english := h.get("/?lang=en", 200); !strings.Contains(english, `href="/api/v1/search.csv?lang=en"`) || !strings.Contains(english, "Subscribe in a calendar") {
		t.Error("the English page offers another table")
	}
}
