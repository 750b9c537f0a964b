package api

import (
	"encoding/xml"
	"html"
	"io"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fritidshub/catalog"
	"fritidshub/widget"
)

// withWidgets is a hub with the elements' files and a map of somebody else's.
func withWidgets(o *Options) {
	o.Assets = widget.Asset
	o.Map = Map{Tiles: "https://kart.example/{z}/{x}/{y}.png", Attribution: "© Kart"}
}

var textarea = regexp.MustCompile(`(?s)<textarea id="(\w+)"[^>]*>(.*?)</textarea>`)

// codesOf are the codes of a page by their ids.
func codesOf(page string) map[string]string {
	out := map[string]string{}
	for _, m := range textarea.FindAllStringSubmatch(page, -1) {
		out[m[1]] = html.UnescapeString(m[2])
	}
	return out
}

func TestBuilder(t *testing.T) {
	h := newHub(t, withWidgets)
	for target, wants := range map[string]map[string][]string{
		"/embed/": {"script": {`<fh-search hub="https://aktiviteter.example" lang="nb" style="display:block;min-height:100vh">`, `<a href="https://aktiviteter.example/?lang=nb">Finn aktiviteter</a>`, `<script type="module" src="https://aktiviteter.example/embed/v1/search.js"></script>`},
			"frame": {`src="https://aktiviteter.example/embed/frame?lang=nb"`, `title="Finn aktiviteter"`, `sandbox="` + frameSandbox + `"`}, "link": {`<a href="https://aktiviteter.example/?lang=nb">`},
			"oembed": {"https://aktiviteter.example/oembed?url=https%3A%2F%2Faktiviteter.example%2Fembed%2Fframe%3Flang%3Dnb"}, "div": {`<div data-fh="search" data-hub=`, ` style="`}, "wordpress": {"<!-- wp:html -->\n<fh-search ", "</script>\n<!-- /wp:html -->"}, "sheet": {"fh-search, [data-fh=search] {\n  display: block;\n  min-height: 100vh;\n}"}},
		"/embed/?element=list&kind=activity&free=true&heading=Denne+%22uka%22+%3Cb%3E&level=3&limit=7&language=ar&theme=dark": {
			"script": {`<fh-list `, ` kind="activity"`, ` free="true"`, ` heading="Denne &#34;uka&#34; &lt;b&gt;"`, ` heading-level="3"`, ` count="7"`, ` lang="ar"`, ` theme="dark"`, "/embed/v1/list.js", `style="display:block;min-height:45em"`},
			"div":    {`<div data-fh="list" `, ` data-theme="dark"`, ` data-heading-level="3"`},
			"frame":  {"view=list", "limit=7", "theme=dark", "kind=activity", `height="840"`}},
		"/embed/?views=list&views=calendar&views=map&heading=Alt": {"script": {`lang="nb" heading="Alt" style=`}},
		"/embed/?views=list&views=map&tiles=on&detail=dialog&accent=%230b5257&when=weekend&q=kor": {
			"script": {` views="list,map"`, ` tiles="on"`, ` detail="dialog"`, ` when="weekend"`, ` q="kor"`}, "sheet": {"--fh-accent: light-dark(#0b5257, #", "--fh-accent-text: light-dark(#ffffff, #000000)"}},
		"/embed/?element=list&organizer=turn": {"link": {`organizer=turn">`}}, "/embed/?element=list&q=kor": {"link": {"when=week"}},
		"/embed/?element=offers": {"script": {"<fh-offers "}, "link": {"free=true", "kind=ticket"}},
	} {
		page := h.get(target, 200)
		codes := codesOf(page)
		for id, texts := range wants {
			for _, want := range texts {
				if !strings.Contains(codes[id], want) && !strings.Contains(html.UnescapeString(codes[id]), want) {
					t.Errorf("%s: the code %s lacks %q:\n%s", target, id, want, codes[id])
				}
			}
		}
		for id, code := range codes {
			d := xml.NewDecoder(strings.NewReader(code))
			for id != "sheet" && id != "oembed" {
				if _, err := d.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Errorf("%s: the code %s is not closed: %v\n%s", target, id, err, code)
					break
				}
			}
		}
	}
}

// What an editor gets leads where it should: the frame and the link answer, and a link is the whole state of the form.
func TestBuilderLeadsOn(t *testing.T) {
	h := newHub(t, withWidgets)
	page := h.get("/embed/?element=list&kind=activity&heading=Fritid&accent=0b5257&views=map", 200)
	codes := codesOf(page)
	for id, pattern := range map[string]string{"frame": `src="([^"]+)"`, "link": `href="([^"]+)"`, "oembed": `(.+)`} {
		to := html.UnescapeString(regexp.MustCompile(pattern).FindStringSubmatch(codes[id])[1])
		h.get(strings.TrimPrefix(to, "https://aktiviteter.example"), 200)
	}
	src := html.UnescapeString(regexp.MustCompile(`<iframe src="([^"]+)"`).FindStringSubmatch(page)[1])
	u, err := url.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	if again := codesOf(h.get("/embed/?"+u.RawQuery, 200)); again["script"] != codes["script"] || again["sheet"] != codes["sheet"] {
		t.Errorf("the state is not kept:\n%s\n%s", codes["script"], again["script"])
	}
	for _, want := range []string{`<option value="activity" selected>`, `<option value="list" selected>`, "#0b5257", "Det er nok"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if page = h.get("/embed/?accent=zzz&kind=kafé&element=<b>&limit=900&when=snart", 200); strings.Count(page, "er utelatt.") != 5 || strings.Contains(page, "<b>") {
		t.Errorf("what cannot be used is not told of:\n%s", page)
	}
	if policy := h.get("/embed/?views=list", 200); strings.Contains(policy, "img-src") || !strings.Contains(h.get("/embed/", 200), "img-src https://kart.example") {
		t.Error("the map's origin is asked for where there is no map, or not where there is")
	}
	page = h.get("/embed/?language=uk", 200)
	for _, want := range []string{"search.js, med stil og bokmål", "Tre forespørsler", "Українська", "map, når det trengs"} {
		if !strings.Contains(page, want) {
			t.Errorf("the weight lacks %q", want)
		}
	}
}

// The first hits stand in the code as links when the editor wants them, and nothing in them is markup.
func TestBuilderSnapshot(t *testing.T) {
	h := newHub(t, withWidgets)
	h.store.listings[0].Title = `Jentefotball & <script>alert(1)</script>`
	page := h.get("/embed/?kind=activity&snapshot=true&language=nn", 200)
	codes := codesOf(page)
	for _, id := range []string{"script", "div", "wordpress"} {
		hits := regexp.MustCompile(`<li lang="(\w+)"><a href="https://aktiviteter.example/l/\w+\?lang=nn">([^<]+)</a></li>`).FindAllStringSubmatch(codes[id], -1)
		if len(hits) != 1 || !strings.Contains(codes[id], "Jentefotball &amp; &lt;script&gt;") || strings.Count(codes[id], "<script") != 1 {
			t.Errorf("%s: %q\n%s", id, hits, codes[id])
		}
	}
	if !strings.Contains(page, `name="snapshot" value="true" checked`) || strings.Contains(codesOf(h.get("/embed/?kind=activity", 200))["script"], "<li") {
		t.Error("the choice is not kept, or made for everybody")
	}
	if n := strings.Count(codesOf(h.get("/embed/?snapshot=true&limit=2", 200))["script"], "<li"); n != 2 {
		t.Errorf("%d hits stand in the code of a search for two at a time", n)
	}
	h.get("/embed/?kind=kaf%C3%A9&snapshot=true", 200)
}

// Neighbouring municipalities are found by distance, as far as the hub knows where they are.
func TestBuilderNeighbours(t *testing.T) {
	h := newHub(t, withWidgets)
	for i, at := range []struct {
		number   string
		lat, lon float64
	}{{"3909", 59.05, 10.03}, {"3907", 59.13, 10.22}, {"4001", 59.14, 9.66}, {"0301", 59.91, 10.75}} {
		h.store.listings[i].Place = &catalog.Place{Name: "Sted " + at.number, Municipality: at.number, Geo: &catalog.Point{Lat: at.lat, Lon: at.lon}}
	}
	for query, want := range map[string]struct{ code, said string }{
		"municipality=3909&neighbours=30":              {` neighbours="3907,4001"`, "Besøkende kan ta med Sandefjord (14 km), Porsgrunn (24 km)."},
		"municipality=3909&neighbours=15":              {` neighbours="3907"`, "Besøkende kan ta med Sandefjord (14 km)."},
		"municipality=3909&neighbours=5":               {"", "Huben vet ikke om noen nabokommune så nær."},
		"municipality=5001&neighbours=50":              {"", "Huben vet ikke om noen nabokommune så nær."},
		"neighbours=30":                                {"", "når det gjelder én kommune"},
		"municipality=3909&neighbours=900":             {"", "kan ikke brukes som avstand"},
		"municipality=3909&neighbours=30&element=list": {"", "når det gjelder én kommune"},
	} {
		page := html.UnescapeString(h.get("/embed/?"+query, 200))
		code := codesOf(page)["script"]
		if strings.Contains(code, "neighbours") != (want.code != "") || !strings.Contains(code, want.code) || !strings.Contains(page, want.said) {
			t.Errorf("%s: want %q and %q in\n%s\n%s", query, want.code, want.said, code, page[strings.Index(page, "</form>"):strings.Index(page, `id="codes"`)])
		}
	}
	if preview := h.get("/embed/preview?municipality=3909&neighbours=30", 200); !strings.Contains(preview, ` neighbours="3907,4001"`) {
		t.Error(preview)
	}
}

func TestPreview(t *testing.T) {
	h := newHub(t, withWidgets)
	w := h.do("GET", `/embed/preview?element=search&heading=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&accent=0b5257&ground=dark&language=ar`)
	policy, page := w.Header().Get("Content-Security-Policy"), w.Body.String()
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'self'", "img-src 'self' https://kart.example;", "require-trusted-types-for 'script'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %s: %s", want, policy)
		}
	}
	if strings.Contains(page, "<script>") || strings.Contains(page, " hub=") || !strings.Contains(page, `<html lang="ar" dir="rtl">`) {
		t.Errorf("preview:\n%s", page)
	}
	sheet := h.get("/embed/preview.css?ground=dark&accent=0b5257&accent_dark=}body{", 200)
	if !strings.Contains(sheet, "color-scheme: dark") || !strings.Contains(sheet, "  --fh-accent: light-dark(#0b5257, #") || strings.Contains(sheet, "}body{") {
		t.Errorf("sheet:\n%s", sheet)
	}
}

// The ratios of WCAG's own examples, and that the colours that are offered instead hold.
func TestContrast(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{{"#000000", "#ffffff", 21}, {"#777777", "#ffffff", 4.48}, {"#767676", "#ffffff", 4.54}, {"#0a5a83", "#ffffff", 7.49}, {"#8cc8ea", "#121212", 10.3}} {
		a, _ := readColour(c.a)
		b, _ := readColour(c.b)
		if got := contrast(a, b); math.Abs(got-c.want) > .05 {
			t.Errorf("%s on %s: %.2f, want %.2f", c.a, c.b, got, c.want)
		}
	}
	for c := colour(0); c < 0x1000000; c += 0x030705 {
		for _, ground := range []colour{white, dusk} {
			if better := c.readable(ground); contrast(better, ground) < leastText || contrast(c, ground) >= leastText && better != c {
				t.Fatalf("%s on %s becomes %s", c, ground, better)
			}
		}
		if contrast(c, c.written()) < leastText {
			t.Fatalf("%s on %s", c.written(), c)
		}
	}
	for _, text := range []string{"", "#12345", "#1234567", "red", "#gggggg", "-12345", "+12345"} {
		if c, ok := readColour(text); ok {
			t.Errorf("%q is read as %s", text, c)
		}
	}
	if said := verdict(0xffcc00, white, "lys"); !strings.Contains(said, "1,5 : 1. Det er for lite") {
		t.Error(said)
	}
}

func TestWidgetsPage(t *testing.T) {
	h := newHub(t, withWidgets)
	page := h.get("/docs/widgets", 200)
	for _, want := range []string{"heading-level", "fh:results", "--fh-accent", "setFilters", "ikke gjennomlest", "search.js", "fra kart.example", "Aktiviteter i Larvik (https://aktiviteter.example)"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "{hub}") || strings.Contains(page, "{map}") {
		t.Error("a place in the text is not filled")
	}
	var read []string
	for _, m := range regexp.MustCompile(`<li><code>(\w+)</code>.*</li>`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(m[0], "ikke gjennomlest") {
			read = append(read, m[1])
		}
	}
	if slices.Sort(read); !slices.Equal(read, []string{"en", "nb", "nn"}) {
		t.Errorf("read by somebody: %q", read)
	}
	own := newHub(t, func(o *Options) { o.Assets = widget.Asset }).get("/docs/widgets", 200)
	if strings.Contains(own, "som da får IP-adressen") {
		t.Error("the map is said to be somebody else's")
	}
}

func TestStatementPage(t *testing.T) {
	page := newHub(t).get("/docs/statement", 200)
	if n := strings.Count(page, `<tr id="k`); n != 47 {
		t.Errorf("%d criteria", n)
	}
	for _, want := range []string{"4.1.3 Statusbeskjeder (AA)", "Må vurderes av et menneske", "Ikke aktuelt", "Utgave: test.", "api.TestPagesInABrowser"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
