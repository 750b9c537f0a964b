package api

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"fritidshub/catalog"
	"fritidshub/index"
)

// payloads are texts that must stay texts.
func payloads() []string {
	return []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'"--><svg/onload=alert(1)>`, `</script><script>alert(1)//`,
		`javascript:alert(1)`, `{{.}}<!--`, `</title></style></textarea>`, `&lt;script&gt;`, "\u202Eabc\u2066<i>", `<a href="javascript:alert(1)">x</a>`,
		`]]><b>`, `" autofocus onfocus=alert(1) x="`}
}

// tree reads a page as a browser would and fails on anything that could run or load from elsewhere.
func tree(t *testing.T, body string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "script" && attr(n, "type") != "application/ld+json" && !(framedTree(doc) && strings.HasSuffix(attr(n, "src"), "-frame.js") && n.FirstChild == nil) || n.Data == "iframe" || n.Data == "style" || n.Data == "object" {
			t.Errorf("the page has a <%s>", n.Data)
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc":
				t.Errorf("<%s %s>", n.Data, a.Key)
			case a.Key == "src" && !strings.HasPrefix(value, "/assets/"):
				t.Errorf("<%s> loads %s", n.Data, a.Val)
			case a.Key == "href" && !strings.HasPrefix(value, "/") && !strings.HasPrefix(value, "#") && !strings.HasPrefix(value, "https://") &&
				!strings.HasPrefix(value, "http://") && !strings.HasPrefix(value, "mailto:") && !strings.HasPrefix(value, "geo:59.0") && !strings.HasPrefix(value, "webcal://aktiviteter.example/api/v1/search.ics"):
				t.Errorf("<%s> leads to %s", n.Data, a.Val)
			}
		}
	}
	return doc
}

// framedTree reports whether a page is one for frames: it has a script, from a file.
func framedTree(doc *html.Node) bool {
	return strings.Contains(attr(elements(doc, "html")[0], "class"), "framed")
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func elements(doc *html.Node, name string) []*html.Node {
	var out []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			out = append(out, n)
		}
	}
	return out
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func TestPagesKeepTextsTexts(t *testing.T) {
	for _, p := range payloads() {
		h := newHub(t)
		for i := range h.store.listings {
			l := &h.store.listings[i]
			l.Title, l.Summary, l.Description, l.Language, l.URL = p, p, p+"\n\n"+p, p, p
			l.Organizer = &catalog.Organizer{Name: p, Kind: p, OrgNumber: p, URL: p}
			l.Place = &catalog.Place{Name: p, Address: p, PostalCode: p, Locality: p, Neighbourhood: p, Municipality: p}
			l.Categories, l.Schemes, l.Accessibility, l.Inaccessible, l.Schedule.Text = []string{p}, []string{p}, []string{p}, []string{p}, p
			l.Price = &catalog.Price{Text: p, Currency: p}
			l.Offers = []catalog.Offer{{Name: p, URL: p, Currency: p, Price: ptr(catalog.Kroner(5)), Availability: catalog.Availability(p)}}
			l.Contact = &catalog.Contact{Email: p, Phone: p, URL: p}
			l.Image = &catalog.Image{URL: p, Alt: p}
			l.Status = catalog.Status(p)
			if l.Scheme != nil {
				l.Scheme = &catalog.Scheme{ID: p, Pays: p, NotFor: p, ForWhom: p, RunBy: p, Apply: p, PerWhat: p}
			}
			for j := range l.Members {
				l.Members[j].URL = p
			}
		}
		for i := range h.store.sources {
			h.store.sources[i].Name, h.store.sources[i].Attribution, h.store.sources[i].Licence = p, p, p
		}
		for i := range h.engine.docs {
			d := &h.engine.docs[i]
			d.OrganizerID, d.PlaceID, d.Language, d.Municipality, d.Categories, d.Schemes = p, p, p, p, []string{p}, []string{p}
		}
		treesAreHarmless(t, h, p)
		search := tree(t, h.get("/", 200))
		if titles := elements(search, "h3"); len(titles) != 7 || text(titles[0]) != strings.Join(strings.Fields(p), " ") {
			t.Errorf("%q is not shown as it is", p)
		}
		tree(t, h.get("/?q="+url.QueryEscape(p), 200))
		for _, query := range []string{"", "&view=list", "&heading=" + url.QueryEscape(p), "&view=list&heading=" + url.QueryEscape(p)} {
			tree(t, h.get("/embed/frame?q="+url.QueryEscape(p)+query, 200))
		}
		tree(t, h.get("/embed/frame?origin="+url.QueryEscape(p)+"&target="+url.QueryEscape(p), 400))
		tree(t, h.get("/embed/frame?listing="+h.store.listings[0].ID, 200))
		tree(t, h.get("/?print=1", 200))
		tree(t, h.get("/?kind="+url.QueryEscape(p)+"&age="+url.QueryEscape(p), 400))
		for _, l := range h.store.listings[:8] {
			w := h.do("GET", "/l/"+l.ID)
			doc := tree(t, w.Body.String())
			for _, s := range elements(doc, "script") {
				var node map[string]any
				if err := json.Unmarshal([]byte(s.FirstChild.Data), &node); err != nil || node["name"] != p || node["@context"] != "https://schema.org" {
					t.Errorf("JSON-LD of %q: %v %v", p, err, node)
				}
			}
		}
		tree(t, h.get("/"+url.PathEscape(p), 404))
	}
}

// Every page has what help for the blind and the keyboard needs.
func TestPagesAreOrderly(t *testing.T) {
	h := newHub(t)
	for target, status := range map[string]int{
		"/": 200, "/?q=fotball&kind=activity&weekday=tu&free=true": 200, "/?lang=en&age=9&from=2026-12-01": 200, "/l/" + h.store.listings[0].ID: 200,
		"/l/" + h.store.listings[1].ID + "?lang=nn": 200, "/l/" + h.store.listings[4].ID: 200, "/l/" + h.store.listings[7].ID: 410, "/nope": 404, "/?age=x": 400,
		"/?print=1": 200, "/?print=1&q=fotball&lang=en": 200, "/embed/frame": 200, "/embed/frame?kind=activity&heading=Fritid": 200, "/embed/frame?view=list": 200,
		"/embed/frame?view=list&heading=Fritid&q=finnesikke": 200, "/embed/frame?listing=" + h.store.listings[0].ID: 200, "/embed/frame?origin=x": 400, "/embed/frame?listing=nope": 404,
	} {
		doc := tree(t, h.get(target, status))
		ids := map[string]bool{}
		for n := range doc.Descendants() {
			if id := attr(n, "id"); id != "" {
				if ids[id] {
					t.Errorf("%s: two elements are %s", target, id)
				}
				ids[id] = true
			}
		}
		labelled := map[string]bool{}
		for _, l := range elements(doc, "label") {
			labelled[attr(l, "for")] = true
			if f := attr(l, "for"); f != "" && !ids[f] {
				t.Errorf("%s: a label for nothing: %s", target, f)
			}
		}
		for _, name := range []string{"input", "select"} {
			for _, control := range elements(doc, name) {
				if attr(control, "type") != "hidden" && !labelled[attr(control, "id")] && control.Parent.Data != "label" {
					t.Errorf("%s: <%s name=%s> has no label", target, name, attr(control, "name"))
				}
			}
		}
		root := elements(doc, "html")[0]
		if len(elements(doc, "h1")) != 1 || len(elements(doc, "main")) != 1 || len(elements(doc, "title")) != 1 || attr(root, "lang") == "" || !ids["main"] {
			t.Errorf("%s: its frame is not whole", target)
		}
		level := 0
		for n := range doc.Descendants() {
			if n.Type == html.ElementNode && len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
				if now := int(n.Data[1] - '0'); now > level+1 {
					t.Errorf("%s: h%d after h%d", target, now, level)
				} else {
					level = now
				}
			}
		}
		for _, img := range elements(doc, "img") {
			if !strings.Contains(h.get(attr(img, "src"), 200), "<svg") {
				t.Errorf("%s: %s is no picture", target, attr(img, "src"))
			}
		}
		for key := range doc.Descendants() { // a key without a text comes out as itself
			if key.Type == html.TextNode && strings.HasPrefix(key.Data, "filter.") {
				t.Errorf("%s: no text for %s", target, key.Data)
			}
		}
	}
}

func TestSearchPage(t *testing.T) {
	h := newHub(t)
	body := h.get("/?q=&age=9&kind=activity&from=&fbclid=x", 200)
	doc := tree(t, body)
	if titles := elements(doc, "h3"); len(titles) != 1 || text(titles[0]) != "Jentefotball for nybegynnere" {
		t.Errorf("%d hits", len(titles))
	}
	for _, want := range []string{`aria-label="Fjern filter: 9 år"`, `aria-label="Fjern filter: Fast aktivitet"`, "1 treff", "2 filtre valgt", "0–150 kr", "6–12 år",
		`name="kind" value="activity" checked`, "tirsdag 24. november kl. 18–19.30", "tirsdager kl. 18–19.30", "hentet i går"} {
		if !strings.Contains(body, want) {
			t.Errorf("lacks %s", want)
		}
	}
	empty := h.get("/?q=fotball&kind=facility", 200)
	for _, want := range []string{"Ingen treff", "Fjern «Type»: 1 treff", "Fjern «fotball»: 1 treff", `href="/?q=fotball"`} {
		if !strings.Contains(empty, want) {
			t.Errorf("the empty page lacks %s", want)
		}
	}
	if bad := h.get("/?age=ni&q=tur", 400); !strings.Contains(bad, "Skriv alderen som et helt tall") || !strings.Contains(bad, `href="/?q=tur"`) {
		t.Error(bad)
	}
	if english := h.get("/?lang=en", 200); !strings.Contains(english, `<html lang="en"`) || !strings.Contains(english, "Find something to take part in") ||
		!strings.Contains(english, `name="lang" value="en"`) {
		t.Error("no English page")
	}
}

// What takes the position away takes away what needs it: else the link leads to an error.
func TestPositionLeavesWhole(t *testing.T) {
	h := newHub(t)
	for _, target := range []string{"/?near=59.05,10.03&radius=5&sort=distance", "/?near=0,0&radius=1&sort=distance&q=fotball", "/?near=0,0&radius=1&lang=en"} {
		for _, a := range elements(tree(t, h.get(target, 200)), "a") {
			if href := attr(a, "href"); strings.HasPrefix(href, "/?") {
				h.get(href, 200)
			}
		}
	}
}

// A form sends only what it holds: a chosen category without hits must be in it.
func TestChosenCategoryStays(t *testing.T) {
	body := newHub(t).get("/?category=choir&kind=equipment", 200)
	if !strings.Contains(body, `name="category" value="choir" checked`) {
		t.Error("the form loses the category that was chosen")
	}
}

func TestSearchPager(t *testing.T) {
	h := newHub(t)
	for i := range 45 {
		l := h.store.listings[3]
		l.ID = "x" + string(rune('a'+i/26)) + string(rune('a'+i%26))
		h.store.listings = append(h.store.listings, l)
		h.engine.docs = append(h.engine.docs, index.Document{ID: l.ID, Title: l.ID, Kind: "equipment", Standing: true})
	}
	seen := map[string]bool{}
	target := "/?kind=equipment"
	for range 3 {
		doc := tree(t, h.get(target, 200))
		for _, a := range elements(doc, "h3") {
			seen[attr(a.FirstChild, "href")] = true
		}
		target = ""
		for _, a := range elements(doc, "a") {
			if attr(a, "rel") == "next" {
				target = attr(a, "href")
			}
		}
	}
	if len(seen) != 46 || target != "" {
		t.Errorf("%d hits on three pages, next %q", len(seen), target)
	}
	if body := h.get("/?kind=equipment&page=2", 200); !strings.Contains(body, "viser 21–40") || !strings.Contains(body, "Side 2 av 3") || !strings.Contains(body, `rel="prev" href="/?kind=equipment"`) {
		t.Error("the second page does not say where it is")
	}
}

func TestListingPage(t *testing.T) {
	h := newHub(t)
	for i, wants := range map[int][]string{
		0: {"Jentefotball for nybegynnere", "tirsdager kl. 18–19.30", "Neste ganger", "Totalt 28 ganger framover", "Furuveien 3", "3262 Larvik", "Org.nr. 999999999",
			"Opplevelseskortet (eksempel)", "post@furulund.example", "Sko kan lånes.", "openstreetmap.org", "lisens CC0-1.0", "hentet i går", `href="https://furulund.example/jenter"`},
		1: {"torsdag 3. desember kl. 18–20", "250\u00a0kr", "7 igjen, talt for 12 minutter siden", "Salget slutter 3. desember kl. 17", `href="https://billett.example/1"`, "Kalenderen"},
		3: {"fra 1. november til og med 30. april 2027", "Gratis", "man-fre kl. 10–16"},
		4: {"1500\u00a0kr, barn og kalenderår. Tallene gjelder for 2026.", "Enkeltopplevelser: kino, bading, bowling", "Kontingent"},
		5: {"Avlyst", "lørdag 28. november", "fra 3 år"},
		6: {`lang="uk"`, "Fullt", "i dag kl. 17–18.30"},
	} {
		body := h.get("/l/"+h.store.listings[i].ID, 200)
		plain := html.UnescapeString(body)
		for _, want := range wants {
			if !strings.Contains(plain, want) {
				t.Errorf("%s lacks %q", h.store.listings[i].Title, want)
			}
		}
	}
	if strings.Count(h.get("/l/"+h.store.listings[0].ID, 200), "Om tilbudet") != 1 {
		t.Error("a description of its own has no heading")
	}
	h.store.listings[0].Description = h.store.listings[0].Summary
	if strings.Contains(h.get("/l/"+h.store.listings[0].ID, 200), "Om tilbudet") {
		t.Error("a description that is only the summary is told twice")
	}
	h.store.listings[1].Schedule.Dates[0].PreviousStart = instant(t, "2026-11-30T19:00:00+01:00")
	if plain := html.UnescapeString(h.get("/l/"+h.store.listings[1].ID, 200)); !strings.Contains(plain, "Flyttet fra mandag 30. november kl. 19") {
		t.Error("a date that was moved does not say from when")
	}
	h.now = instant(t, "2026-12-04T12:00:00+01:00")
	body := html.UnescapeString(h.get("/l/"+h.store.listings[1].ID, 200))
	if !strings.Contains(body, "Dette er over.") || !strings.Contains(body, "Salget er slutt") || strings.Contains(body, `href="https://billett.example/1"`) {
		t.Error("what is over is not shown as over")
	}
}
