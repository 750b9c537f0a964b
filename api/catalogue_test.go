package api

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fritidshub/index"
)

// described reads the catalogue as JSON-LD, by id.
func (h *hub) described() map[string]map[string]any {
	h.t.Helper()
	var graph struct {
		Graph []map[string]any `json:"@graph"`
	}
	if err := jsonInto(h.get("/catalog.jsonld", 200), &graph); err != nil {
		h.t.Fatal(err)
	}
	out := map[string]map[string]any{}
	for _, n := range graph.Graph {
		id := n["@id"].(string)
		if out[id] != nil {
			h.t.Errorf("%s is described twice", id)
		}
		out[id] = n
	}
	return out
}

func values(n map[string]any, name string) []string {
	var out []string
	list, _ := n[name].([]any)
	for _, v := range list {
		m, ok := v.(map[string]any)
		if !ok {
			continue // a type
		}
		if id, ok := m["@id"].(string); ok {
			out = append(out, id)
		} else {
			out = append(out, m["@value"].(string))
		}
	}
	return out
}

func TestCatalogue(t *testing.T) {
	h := wholeHub(t, func(o *Options) { o.Hub.OrgNumber = "974760673" })
	graph := h.described()
	const base, eu, owner = "https://aktiviteter.example/catalog.ttl#", "http://publications.europa.eu/resource/authority/", "https://data.brreg.no/enhetsregisteret/api/enheter/974760673"
	for id, wants := range map[string]map[string][]string{
		base + "catalog": {"dct:title": {"Datakatalogen til Aktiviteter i Larvik"}, "dct:publisher": {owner}, "dcat:contactPoint": {base + "contact"}, "dcat:dataset": {base + "listings"}, "dcat:service": {base + "api"}},
		base + "listings": {"dct:identifier": {base + "listings"}, "dct:publisher": {owner}, "dcat:theme": {eu + "data-theme/EDUC", eu + "data-theme/SOCI"}, "dct:accessRights": {eu + "access-right/PUBLIC"},
			"dct:language": {eu + "language/NOB", eu + "language/NNO", eu + "language/ENG", eu + "language/UKR"}, "dct:spatial": {eu + "country/NOR", base + "kommune"}},
		base + "api": {"dcat:endpointURL": {"https://aktiviteter.example/api/v1"}, "dcat:endpointDescription": {"https://aktiviteter.example/api/v1/openapi.json"}, "dcat:servesDataset": {base + "listings"},
			"dct:license": {eu + "licence/CC_BY_4_0"}},
		base + "api/v1/search.ics":     {"dcat:accessURL": {"https://aktiviteter.example/api/v1/search.ics"}, "dct:format": {eu + "file-type/ICS"}, "dcat:mediaType": {"https://www.iana.org/assignments/media-types/text/calendar"}},
		owner:                          {"foaf:name": {"Larvik kommune"}, "dct:identifier": {"974760673"}, "dct:type": {"http://purl.org/adms/publishertype/LocalAuthority"}},
		base + "contact":               {"vcard:hasEmail": {"mailto:fritid@kommunen.example"}},
		eu + "licence/CC_BY_4_0":       {"skos:inScheme": {eu + "licence"}},
		base + "kommune":               {"dct:identifier": {"3909"}, "skos:prefLabel": {"Larvik"}},
		base + "rpde/listings":         {"dct:format": {eu + "file-type/JSON"}},
		base + "api/v1/dump.ndjson.gz": {"dct:format": {eu + "file-type/GZIP"}},
	} {
		for name, want := range wants {
			if got := values(graph[id], name); !slices.Equal(got, want) {
				t.Errorf("%s %s: %q, want %q", id, name, got, want)
			}
		}
	}
	forms := values(graph[base+"listings"], "dcat:distribution")
	if len(forms) != len(searchExports())+1+1+3 {
		t.Errorf("%d distributions", len(forms))
	}
	for _, id := range forms {
		address := values(graph[id], "dcat:accessURL")[0]
		if w := h.do("GET", strings.TrimPrefix(address, "https://aktiviteter.example")); w.Code != 200 {
			t.Errorf("%s: %d", address, w.Code)
		}
	}
	for id, n := range graph { // what is of our own or of the EU's lists is in the graph
		for name := range n {
			for _, v := range values(n, name) {
				if (strings.HasPrefix(v, base) || strings.HasPrefix(v, eu)) && graph[v] == nil && name != "dct:identifier" {
					t.Errorf("%s %s leads to %s, of which nothing is said", id, name, v)
				}
			}
		}
	}
}

// TestCatalogueOfKept: what residents see that may not be passed on is in the exports made for people, so those do not stand under the licence of the rest.
func TestCatalogueOfKept(t *testing.T) {
	for _, all := range []bool{true, false} {
		h := wholeHub(t)
		for i := range h.store.sources {
			h.store.sources[i].Share, h.store.sources[i].Licence = all || i > 0, "CC-BY-4.0"
		}
		graph := h.described()
		for path, open := range map[string]bool{"api/v1/search.csv": all, "collections/listings/items": all, "rpde/listings": true, "api/v1/dump.ndjson.gz": true} {
			if n := graph["https://aktiviteter.example/catalog.ttl#"+path]; (n["dct:license"] != nil) != open || (n["dct:rights"] == nil) != open {
				t.Errorf("all may be passed on: %v, %s: %v", all, path, n)
			}
		}
	}
}

// A hub that says little of itself claims no more.
func TestCatalogueOfLittle(t *testing.T) {
	h := newHub(t, func(o *Options) { o.Hub.Municipality, o.Hub.Name = "", "Hub \"uten\"\nkommune \\" })
	h.store.sources[0].Licence = "CC-BY-SA-4.0"
	graph := h.described()
	const base = "https://aktiviteter.example/catalog.ttl#"
	if n := graph[base+"publisher"]; values(n, "foaf:name")[0] != "Hub \"uten\"\nkommune \\" || n["dct:identifier"] != nil || n["dct:type"] != nil {
		t.Errorf("%v", n)
	}
	if n := graph[base+"contact"]; n["vcard:hasEmail"] != nil || values(n, "vcard:hasURL")[0] != "https://aktiviteter.example/docs" {
		t.Errorf("%v", n)
	}
	if n := graph[base+"api/v1/search.csv"]; n["dct:license"] != nil || values(n, "dct:rights")[0] != base+"rights" || values(graph[base+"rights"], "foaf:page")[0] != "https://aktiviteter.example/openactive#lisenser" {
		t.Errorf("%v", n)
	}
	turtle := h.get("/catalog.ttl", 200)
	for _, want := range []string{"@prefix dcat: <http://www.w3.org/ns/dcat#> .", `foaf:name "Hub \"uten\"\nkommune \\"@nb`, "<https://aktiviteter.example/catalog.ttl#catalog> a dcat:Catalog ;"} {
		if !strings.Contains(turtle, want) {
			t.Errorf("no %s in\n%s", want, turtle)
		}
	}
	if strings.Count(turtle, " .\n") != len(graph)+7 {
		t.Errorf("%d things in Turtle, %d in JSON-LD", strings.Count(turtle, " .\n")-7, len(graph))
	}
}

func TestWellKnown(t *testing.T) {
	h := wholeHub(t)
	var card hubCard
	h.getJSON("/.well-known/fritidshub", &card)
	if card.Hub != "larvik" || card.Municipality != "3909" || card.Feed != "feed-1" || card.Feeds["records"] != "https://aktiviteter.example/rpde/records" || len(card.Feeds) != 3 ||
		card.Dump != "https://aktiviteter.example/api/v1/dump.ndjson.gz" {
		t.Errorf("%+v", card)
	}
	addresses := []string{card.Contract, card.Documentation, card.Catalogue, card.Changes, card.Dump}
	for _, address := range card.Feeds {
		addresses = append(addresses, address)
	}
	w := h.do("GET", "/.well-known/api-catalog")
	if w.Header().Get("Content-Type") != `application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"` || !strings.Contains(w.Header().Get("Link"), `rel="api-catalog"`) {
		t.Errorf("%v", w.Header())
	}
	var set struct {
		Linkset []map[string]json.RawMessage
	}
	if err := jsonInto(w.Body.String(), &set); err != nil || len(set.Linkset) != 1 || string(set.Linkset[0]["anchor"]) != `"https://aktiviteter.example/api/v1"` {
		t.Fatalf("%v %s", err, w.Body)
	}
	for _, rel := range []string{"service-desc", "service-doc", "status", "service-meta"} {
		var links []struct{ Href string }
		if err := json.Unmarshal(set.Linkset[0][rel], &links); err != nil || len(links) == 0 {
			t.Errorf("%s: %v", rel, err)
		}
		for _, l := range links {
			addresses = append(addresses, l.Href)
		}
	}
	for _, address := range addresses {
		if path, ok := strings.CutPrefix(address, "https://aktiviteter.example"); !ok || h.do("GET", path).Code != 200 {
			t.Errorf("%s leads nowhere", address)
		}
	}
	if got := h.get("/.well-known/security.txt", 200); got != "Contact: mailto:fritid@kommunen.example\nExpires: 2027-05-21T00:00:00Z\nPreferred-Languages: no, en\nCanonical: https://aktiviteter.example/.well-known/security.txt\n" {
		t.Error(got)
	}
	page := newHub(t, func(o *Options) { o.Hub.Contact = "https://kommunen.example/kontakt" })
	if got := page.get("/.well-known/security.txt", 200); !strings.HasPrefix(got, "Contact: https://kommunen.example/kontakt\n") {
		t.Error(got)
	}
	newHub(t).get("/.well-known/security.txt", 404)
}

func TestSitemap(t *testing.T) {
	h := newHub(t)
	var list struct {
		Files []struct {
			Loc string `xml:"loc"`
		} `xml:"sitemap"`
	}
	if err := xml.Unmarshal([]byte(h.get("/sitemap.xml", 200)), &list); err != nil || len(list.Files) != 1 || list.Files[0].Loc != "https://aktiviteter.example/sitemap/1.xml" {
		t.Fatalf("%v %+v", err, list)
	}
	read := func(part string) []string {
		var file struct {
			URLs []struct {
				Loc     string `xml:"loc"`
				LastMod string `xml:"lastmod"`
			} `xml:"url"`
		}
		if err := xml.Unmarshal([]byte(h.get("/sitemap/"+part+".xml", 200)), &file); err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, u := range file.URLs {
			out = append(out, u.Loc+" "+u.LastMod)
		}
		return out
	}
	got := read("1")
	for _, l := range h.store.listings {
		if want := "https://aktiviteter.example/l/" + l.ID + " 2026-11-22T08:15:00Z"; slices.Contains(got, want) != l.Live() {
			t.Errorf("%s: live is %v", want, l.Live())
		}
	}
	if len(got) != 10 || got[0] != "https://aktiviteter.example/ " {
		t.Errorf("%q", got)
	}
	for _, path := range []string{"/sitemap/0.xml", "/sitemap/1", "/sitemap/01.xml", "/sitemap/x.xml", "/sitemap/1001.xml"} {
		h.get(path, 404)
	}
	if w := h.do("GET", "/sitemap/1.xml", "If-None-Match", h.do("GET", "/sitemap/1.xml").Header().Get("ETag")); w.Code != 304 {
		t.Errorf("again: %d", w.Code)
	}
	if robots := h.get("/robots.txt", 200); !strings.Contains(robots, "\nSitemap: https://aktiviteter.example/sitemap.xml\n") || strings.Contains(robots, "Disallow: /l/") || !strings.Contains(robots, "\nAllow: /api/v1/search.ics\n") {
		t.Error(robots)
	}
}

// The files of a large sitemap have 50,000 pages each, and every listing is in one of them.
func TestSitemapOfMany(t *testing.T) {
	const n = sitemapPart + 120
	big := newHub(t, func(o *Options) {
		o.Engine = func() index.Engine { return &numbered{n: n} }
		o.Listings = &endless{fakeStore: &fakeStore{}, zone: oslo(t), n: n}
	})
	if got := strings.Count(big.get("/sitemap.xml", 200), "<sitemap>"); got != 2 {
		t.Fatalf("%d files", got)
	}
	first, second := big.get("/sitemap/1.xml", 200), big.get("/sitemap/2.xml", 200)
	if a, b := strings.Count(first, "/l/l"), strings.Count(second, "/l/l"); a != sitemapPart || b != n-sitemapPart || strings.Count(second, "<url>") != b {
		t.Errorf("%d and %d pages", a, b)
	}
	if strings.Contains(second, "/l/l049999<") || !strings.Contains(first, "/l/l049999<") {
		t.Error("a page is in both files")
	}
}

// numbered is an engine that finds the listings of endless, in their order.
type numbered struct {
	index.Engine
	n int
}

func (e *numbered) Change(context.Context) (int64, error) { return int64(e.n), nil }

func (e *numbered) Search(_ context.Context, q index.Query) (index.Result, error) {
	at, r := q.Offset, index.Result{Total: e.n}
	if q.After != nil {
		at = q.After.Offset
	}
	for i := at; i < min(at+q.Limit, e.n); i++ {
		r.Hits = append(r.Hits, index.Hit{ID: fmt.Sprintf("l%06d", i)})
	}
	if at+q.Limit < e.n {
		r.Next = &index.Cursor{Key: "numbered", Offset: at + q.Limit}
	}
	return r, nil
}
