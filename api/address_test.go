package api

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"fritidshub/api/openapi"
)

// addressed are addresses whose answers say where something of the hub is.
var addressed = []string{"/", "/?print=1", "/embed/frame", "/embed/frame?view=list", "/l/sammen", "/openactive", "/docs", "/demo", "/api/v1/search?limit=2", "/api/v1/search.rss", "/api/v1/search.atom", "/api/v1/search.ics", "/api/v1/search.jsonld",
	"/api/v1/openapi.json", "/api/v1/dump.ndjson.gz", "/api/v1/listings/sammen", "/api/v1/places", "/rpde/listings", "/rpde/records", "/rpde/openactive", "/rpde/municipality/3909/listings",
	"/collections", "/collections/listings", "/collections/listings/items?limit=2", "/collections/listings/items/sammen", "/catalog.ttl", "/catalog.jsonld", "/.well-known/api-catalog",
	"/.well-known/fritidshub", "/.well-known/security.txt", "/robots.txt", "/sitemap.xml", "/sitemap/1.xml"}

// demanded asks with everything in the head of the request that could say another address.
func (h *hub) demanded(target, accept string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", target, nil)
	r.Host = "ond.example"
	r.Header.Set("Accept", accept)
	for _, name := range []string{"X-Forwarded-Host", "X-Host", "X-Original-Host", "X-Forwarded-Server"} {
		r.Header.Set(name, "ond.example")
	}
	r.Header.Set("Forwarded", "host=ond.example;proto=https")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestAddressOfRequest: what a request says of the hub's address is in no answer, which a cache might give to others.
func TestAddressOfRequest(t *testing.T) {
	for name, change := range map[string]func(*Options){"declared": func(*Options) {}, "assumed": func(o *Options) { o.Hub.PublicURL, o.Hub.Assumed = "http://localhost:8080", true },
		"unknown": func(o *Options) { o.Hub.PublicURL = "" }} {
		h := wholeHub(t, change, func(o *Options) { o.Demo = []byte(`<a href="https://hub.example/">`) })
		for _, target := range addressed {
			for _, accept := range []string{"text/html", "application/json"} {
				w := h.demanded(target, accept)
				if text := w.Body.String(); strings.Contains(text, "ond.example") || w.Code >= 400 {
					t.Errorf("%s: %s: %d %.300s", name, target, w.Code, text)
				}
				for field, values := range w.Header() {
					if strings.Contains(strings.Join(values, " "), "ond.example") {
						t.Errorf("%s: %s: %s is %q", name, target, field, values)
					}
				}
			}
		}
	}
}

var linkTarget = regexp.MustCompile(`^<([^>]*)>; rel=`)

// TestLinkedAddresses: links lead to the public address, also below a path, and stay where the reader is when nobody has said one.
func TestLinkedAddresses(t *testing.T) {
	for base, change := range map[string]func(*Options){
		"https://kommunen.example/hub": func(o *Options) { o.Hub.PublicURL = "https://kommunen.example/hub" },
		"":                             func(o *Options) { o.Hub.PublicURL, o.Hub.Assumed = "http://localhost:8080", true },
	} {
		h := wholeHub(t, change, func(o *Options) {
			o.Retiring = map[string]openapi.Retirement{"/api/v1/places": {Since: instant(t, "2026-11-22T00:00:00Z"), Successor: "/api/v2/places"}}
		})
		links := 0
		for _, target := range addressed {
			for _, link := range h.demanded(target, "").Header()["Link"] {
				links++
				if m := linkTarget.FindStringSubmatch(link); m == nil || !strings.HasPrefix(m[1], base+"/") {
					t.Errorf("%q: %s: %s", base, target, link)
				}
			}
		}
		if links < 20 {
			t.Errorf("%q: %d links", base, links)
		}
		if got, want := h.do("GET", "/l/sammen").Header().Get("Location"), strings.TrimPrefix(base, "https://kommunen.example")+"/l/"+h.store.listings[0].ID; got != want {
			t.Errorf("a listing with another leads to %s, want %s", got, want)
		}
	}
}

// TestPublicAddresses: what must be absolute is at the public address, also below a path, else where the hub listens.
func TestPublicAddresses(t *testing.T) {
	local := regexp.MustCompile(`https?://(?:kommunen\.example|localhost:8080)[^"<>\s&]*`)
	for _, base := range []string{"https://kommunen.example/hub", "http://localhost:8080"} {
		h := wholeHub(t, func(o *Options) { o.Hub.PublicURL, o.Hub.Assumed = base, strings.HasPrefix(base, "http:") })
		for _, target := range []string{"/api/v1/search.atom", "/api/v1/openapi.json", "/rpde/listings", "/rpde/openactive", "/collections", "/collections/listings/items?limit=2", "/catalog.ttl",
			"/catalog.jsonld", "/.well-known/api-catalog", "/.well-known/fritidshub", "/robots.txt", "/sitemap.xml", "/sitemap/1.xml", "/openactive", "/docs"} {
			found := local.FindAllString(h.demanded(target, "").Body.String(), -1)
			if len(found) == 0 {
				t.Errorf("%s has no address of the hub", target)
			}
			for _, address := range found {
				if address != base && !strings.HasPrefix(address, base+"/") {
					t.Errorf("%s: %s", target, address)
				}
			}
		}
		if page := h.feed("/rpde/listings?afterChangeNumber=3"); page.Next != base+"/rpde/listings?afterChangeNumber=10" {
			t.Errorf("next %s", page.Next)
		}
	}
}

// TestPagesBelowAPath: behind a proxy that gives the hub a path of its own, every link, form and file of every page is below that path, and there.
func TestPagesBelowAPath(t *testing.T) {
	const host, below = "https://kommunen.example", "/fritid/hub"
	h := wholeHub(t, func(o *Options) {
		o.Hub.PublicURL = host + below
		o.Assets = func(string) ([]byte, string, bool, bool) { return []byte("x"), "text/javascript", false, true }
	})
	proxied := http.StripPrefix(below, h.Handler)
	seen, queue := map[string]bool{}, []string{below + "/", below + "/embed/frame", below + "/embed/", below + "/l/" + h.store.listings[0].ID}
	for len(queue) > 0 {
		asked := queue[0]
		queue = queue[1:]
		r := httptest.NewRequest("GET", asked, nil)
		r.Header.Set("Accept", "text/html")
		w := httptest.NewRecorder()
		proxied.ServeHTTP(w, r)
		if w.Code >= 400 {
			t.Errorf("%s: %d", asked, w.Code)
		}
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			continue
		}
		page, err := html.Parse(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		at, err := url.Parse(host + asked)
		if err != nil {
			t.Fatal(err)
		}
		for n := range page.Descendants() {
			for _, a := range n.Attr {
				if !slices.Contains([]string{"href", "src", "action"}, a.Key) || n.Data == "base" {
					continue
				}
				to, err := at.Parse(a.Val)
				switch {
				case err != nil:
					t.Errorf("%s leads to %q", asked, a.Val)
				case to.Scheme+"://"+to.Host != host || seen[to.Path]:
				case !strings.HasPrefix(to.Path, below+"/"):
					t.Errorf("%s: %s leads to %s", asked, n.Data, to)
				default:
					seen[to.Path] = true
					queue = append(queue, to.RequestURI())
				}
			}
		}
	}
	if len(seen) < 30 {
		t.Errorf("only %d addresses are led to: %v", len(seen), seen)
	}
}
