package api

import (
	"net/url"
	"strings"
	"testing"
)

func TestFeatures(t *testing.T) {
	h := newHub(t)
	read := func(query string) features {
		t.Helper()
		var f features
		if err := jsonInto(h.get("/collections/listings/items"+query, 200), &f); err != nil {
			t.Fatal(err)
		}
		if f.Returned != len(f.Features) {
			t.Errorf("%s: %d are %d", query, f.Returned, len(f.Features))
		}
		return f
	}
	all := read("")
	placed := 0
	for _, f := range all.Features {
		if f.Geometry != nil {
			placed++
		}
	}
	if all.Matched != 7 || all.Returned != 7 || placed == 0 || placed == 7 || all.Links[0].Rel != "self" {
		t.Errorf("%d of %d, %d of them on the map, %v", all.Returned, all.Matched, placed, all.Links)
	}
	if got := read("?f=json&limit=9999"); got.Returned != 7 {
		t.Errorf("more than can be had: %d", got.Returned)
	}
	seen := map[string]bool{}
	pages := 0
	for next := "?limit=3"; next != ""; pages++ {
		page := read(next)
		next = ""
		for _, f := range page.Features {
			if seen[f.ID] {
				t.Errorf("%s comes twice", f.ID)
			}
			seen[f.ID] = true
		}
		for _, l := range page.Links {
			if l.Rel == "next" {
				u, err := url.Parse(l.Href)
				if err != nil || u.Host != "aktiviteter.example" || u.Query().Get("limit") != "3" {
					t.Fatalf("%v %s", err, l.Href)
				}
				next = "?" + u.RawQuery
			}
		}
	}
	if len(seen) != 7 || pages != 3 {
		t.Errorf("%d listings on %d pages", len(seen), pages)
	}
	for query, want := range map[string]int{
		"?datetime=2026-12-03T18:30:00Z": -1, "?datetime=2026-11-28T00:00:00%2B01:00/2026-11-28T23:00:00%2B01:00&kind=event": 1, "?datetime=../2026-11-23T00:00:00Z&kind=course": 1,
		"?datetime=2026-12-24T00:00:00Z/..&kind=event": 0, "?datetime=2026-12-03T17:00:00Z&kind=event": 1, "?datetime=2026-12-03/2026-12-03&kind=event": 1, "?kind=scheme": 1, "?datetime=/&kind=scheme": 1,
	} {
		if got := read(query); want >= 0 && got.Matched != want {
			t.Errorf("%s: %d, want %d", query, got.Matched, want)
		}
	}
	for query, name := range map[string]string{"?datetime=x": "datetime", "?datetime=2026-12-02/2026-12-01": "datetime", "?limit=0": "limit", "?limit=a": "limit", "?tull=1": "tull", "?from=2026-12-01": "from",
		"?q=tur": "q", "?f=html": "f", "?bbox=1,2,3": "bbox", "?limit=1&limit=2": "limit"} {
		if body := h.get("/collections/listings/items"+query, 400); !strings.Contains(body, `"parameter":"`+name+`"`) {
			t.Errorf("%s: %s", query, body)
		}
	}
	first := h.store.listings[0].ID
	if body := h.get("/collections/listings/items/"+first, 200); !strings.Contains(body, `"coordinates":[10.0331,59.0664]`) || !strings.Contains(body, `"rel":"collection"`) {
		t.Error(body)
	}
	if w := h.do("GET", "/collections/listings/items/sammen"); w.Code != 301 || w.Header().Get("Location") != "/collections/listings/items/"+first {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	h.get("/collections/listings/items/"+h.store.listings[7].ID, 410)
	h.get("/collections/listings/items/finnes-ikke", 404)
	h.get("/collections/andre", 404)
}

// A map client that knows the hub's address only finds the rest; people get their page.
func TestLanding(t *testing.T) {
	h := newHub(t)
	w := h.do("GET", "/", "Accept", "application/json")
	var landing struct{ Links []mapLink }
	if err := jsonInto(w.Body.String(), &landing); err != nil || w.Header().Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(strings.Join(w.Header()["Vary"], ","), "Accept,") {
		t.Fatalf("%v %v", err, w.Header())
	}
	rels := map[string]bool{}
	for _, l := range landing.Links {
		rels[l.Rel] = true
		if w := h.do("GET", strings.TrimPrefix(l.Href, "https://aktiviteter.example"), "Accept", l.Type); w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), strings.SplitN(l.Type, ";", 2)[0]) && l.Rel != "service-desc" {
			t.Errorf("%s: %d %s", l.Href, w.Code, w.Header().Get("Content-Type"))
		}
	}
	for _, rel := range []string{"self", "service-desc", "conformance", "data"} {
		if !rels[rel] {
			t.Errorf("nothing is %s", rel)
		}
	}
	for _, accept := range []string{"", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "*/*"} {
		if w := h.do("GET", "/", "Accept", accept); w.Header().Get("Content-Type") != typeHTML {
			t.Errorf("%q: %s", accept, w.Header().Get("Content-Type"))
		}
	}
}
