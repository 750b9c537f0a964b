package api

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func oembedPath(values ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		q.Set(values[i], values[i+1])
	}
	return "/oembed?" + q.Encode()
}

// Every page that can be shown elsewhere says where that is asked for, and the answer leads to a frame with the same content.
func TestOEmbedIsDiscovered(t *testing.T) {
	h := newHub(t)
	football := h.store.listings[0]
	for target, want := range map[string]struct{ src, title string }{
		"/":                                 {"/embed/frame", "Finn noe å være med på - Aktiviteter i Larvik"},
		"/?q=fotball&kind=activity&lang=en": {"/embed/frame?kind=activity&lang=en&q=fotball", "«fotball», Regular activity, Find something to take part in - Aktiviteter i Larvik"},
		"/l/" + football.ID:                 {"/embed/frame?listing=" + football.ID, football.Title},
		"/l/" + football.ID + "?lang=nn":    {"/embed/frame?lang=nn&listing=" + football.ID, football.Title},
	} {
		found := map[string]string{}
		for _, link := range elements(tree(t, h.get(target, 200)), "link") {
			if mediaType := attr(link, "type"); strings.HasSuffix(mediaType, "+oembed") {
				found[mediaType] = attr(link, "href")
			}
		}
		var asJSON, asXML oEmbed
		for mediaType, read := range map[string]func([]byte) error{"application/json+oembed": func(b []byte) error { return json.Unmarshal(b, &asJSON) }, "text/xml+oembed": func(b []byte) error { return xml.Unmarshal(b, &asXML) }} {
			address, ok := strings.CutPrefix(found[mediaType], "https://aktiviteter.example")
			if !ok {
				t.Fatalf("%s: %s is found at %q", target, mediaType, found[mediaType])
			}
			if err := read([]byte(h.get(address, 200))); err != nil {
				t.Fatalf("%s: %v", address, err)
			}
		}
		if asXML.XMLName.Local = ""; asXML != asJSON {
			t.Errorf("%s: %+v, %+v", target, asXML, asJSON)
		}
		if asJSON.Type != "rich" || asJSON.Version != "1.0" || asJSON.Title != want.title || asJSON.ProviderName != "Aktiviteter i Larvik" || asJSON.ProviderURL != "https://aktiviteter.example/" || asJSON.CacheAge <= 0 {
			t.Errorf("%s: %+v", target, asJSON)
		}
		doc, err := html.Parse(strings.NewReader(asJSON.HTML))
		if err != nil {
			t.Fatal(err)
		}
		frame := elements(doc, "iframe")[0]
		if attr(frame, "src") != "https://aktiviteter.example"+want.src || attr(frame, "title") != want.title || attr(frame, "width") == "" || attr(frame, "height") == "" {
			t.Errorf("%s: %s", target, asJSON.HTML)
		}
		h.get(strings.TrimPrefix(attr(frame, "src"), "https://aktiviteter.example"), 200)
	}
}

// Other pages are linked to.
func TestOEmbedLinks(t *testing.T) {
	h := wholeHub(t)
	for _, target := range []string{"/docs", "/docs/schemas?lang=en", "/openactive", "/sources"} {
		for _, link := range elements(tree(t, h.get(target, 200)), "link") {
			if attr(link, "type") != "application/json+oembed" {
				continue
			}
			var o oEmbed
			if h.getJSON(strings.TrimPrefix(attr(link, "href"), "https://aktiviteter.example"), &o); o.Type != "link" || o.HTML != "" || o.Title != "Aktiviteter i Larvik" {
				t.Errorf("%s: %+v", target, o)
			}
			target = ""
		}
		if target != "" {
			t.Errorf("%s does not say how it is embedded", target)
		}
	}
	for _, target := range []string{"/nope", "/?age=x", "/l/" + h.store.listings[7].ID, "/embed/frame"} {
		if strings.Contains(h.do("GET", target).Body.String(), "+oembed") {
			t.Errorf("%s says how it is embedded", target)
		}
	}
}

func TestOEmbedRefuses(t *testing.T) {
	h := newHub(t)
	own := "https://aktiviteter.example/"
	for target, want := range map[string]int{
		oembedPath("url", own): 200, oembedPath("url", "http://AKTIVITETER.example"): 200, oembedPath("url", own+"embed/frame?view=list&kind=event"): 200, oembedPath("url", own+"docs"): 200,
		oembedPath("url", own, "format", "yaml"): 501, oembedPath(): 400, oembedPath("url", own, "maxwidth", "0"): 400, oembedPath("url", own, "maxheight", "x"): 400,
		oembedPath("url", "https://annet.example/"): 404, oembedPath("url", "https://aktiviteter.example.annet.example/"): 404, oembedPath("url", "https://a@aktiviteter.example/"): 404,
		oembedPath("url", "//aktiviteter.example/"): 404, oembedPath("url", "javascript:alert(1)"): 404, oembedPath("url", own+"?age=x"): 404, oembedPath("url", own+"l/finnesikke"): 404,
		oembedPath("url", own+"l/"+h.store.listings[7].ID): 404, oembedPath("url", own+"api/v1/search"): 404, oembedPath("url", "/"): 404, oembedPath("url", "%zz"): 404,
	} {
		if w := h.do("GET", target); w.Code != want || w.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
	}
	var o oEmbed
	if err := json.Unmarshal([]byte(h.get(oembedPath("url", own, "maxwidth", "300", "maxheight", "200"), 200)), &o); err != nil || o.Width != 300 || o.Height != 200 || !strings.Contains(o.HTML, `width="300" height="200"`) {
		t.Errorf("%v %+v", err, o)
	}
	var link oEmbed
	if h.getJSON(oembedPath("url", own+"docs"), &link); link.Type != "link" || link.HTML != "" {
		t.Errorf("%+v", link)
	}
	h.store.err = quietError("gone")
	if w := h.do("GET", oembedPath("url", own+"l/"+h.store.listings[0].ID)); w.Code != http.StatusInternalServerError {
		t.Errorf("a store that fails: %d", w.Code)
	}
}

// Below a path of its own the hub is only what is below it.
func TestOEmbedBelowAPath(t *testing.T) {
	h := newHub(t, func(o *Options) { o.Hub.PublicURL = "https://kommunen.example/hub" })
	for address, want := range map[string]int{"https://kommunen.example/hub": 200, "https://kommunen.example/hub/": 200, "https://kommunen.example/": 404, "https://kommunen.example/hubben/": 404} {
		if body := h.get(oembedPath("url", address), want); want == 200 && !strings.Contains(body, "https://kommunen.example/hub/embed/frame") {
			t.Errorf("%s: %s", address, body)
		}
	}
}

func FuzzOwnPage(f *testing.F) {
	for _, seed := range []string{"https://aktiviteter.example/", "https://aktiviteter.example/?q=x", "//x", "https://x@aktiviteter.example", "%", "https://aktiviteter.example:443/l/x"} {
		f.Add(seed)
	}
	s := &server{Options: Options{Hub: HubInfo{PublicURL: "https://aktiviteter.example"}}}
	f.Fuzz(func(t *testing.T, address string) {
		path, _, ok := s.ownPage(address)
		if u, err := url.Parse(address); ok && (err != nil || !strings.EqualFold(u.Host, "aktiviteter.example") || u.User != nil || path[0] != '/') {
			t.Errorf("%q is taken for %q", address, path)
		}
	})
}
