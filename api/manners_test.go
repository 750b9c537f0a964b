package api

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fritidshub/api/openapi"
	"fritidshub/index"
)

// An export is named before it is made: who has it is told so without a search, until something changes.
func TestExportIsKnown(t *testing.T) {
	engine := &stampedEngine{change: 10}
	h := wholeHub(t, func(o *Options) {
		engine.fakeEngine = o.Engine().(*fakeEngine)
		o.Engine = func() index.Engine { return engine }
	})
	asked := func() int { return len(h.engine.asked) }
	for _, name := range append(searchExports(), "csv?headers=nb") {
		target := "/api/v1/search." + name
		first := h.do("GET", target)
		tag := first.Header().Get("ETag")
		if first.Code != 200 || !strings.HasPrefix(tag, `W/"`) || first.Header().Get("Last-Modified") == "" {
			t.Fatalf("%s: %d %v", target, first.Code, first.Header())
		}
		n := asked()
		for _, headers := range [][]string{{"If-None-Match", tag}, {"If-None-Match", strings.TrimPrefix(tag, "W/")}, {"If-Modified-Since", first.Header().Get("Last-Modified")},
			{"If-None-Match", tag, "Accept-Encoding", "gzip"}} {
			w := h.do("GET", target, headers...)
			if w.Code != 304 || w.Body.Len() > 0 || asked() != n || w.Header().Get("ETag") != tag || w.Header().Get("Content-Encoding") != "" {
				t.Errorf("%s %v: %d with %d bytes after %d searches", target, headers, w.Code, w.Body.Len(), asked()-n)
			}
		}
		for _, headers := range [][]string{{"If-None-Match", `"x"`}, {"If-Modified-Since", "Sat, 21 Nov 2026 00:00:00 GMT"}, {"If-None-Match", `"x"`, "If-Modified-Since", first.Header().Get("Last-Modified")}} {
			if w := h.do("GET", target, headers...); w.Code != 200 {
				t.Errorf("%s %v: %d", target, headers, w.Code)
			}
		}
		if again := h.do("GET", target); again.Body.String() != first.Body.String() {
			t.Errorf("%s: nothing has changed but what is written", target)
		}
		if other := h.do("GET", strings.TrimSuffix(target, "?headers=nb")+"?kind=event", "If-None-Match", tag); other.Code != 200 {
			t.Errorf("%s: another search has the same name", target)
		}
		if bad := h.do("GET", strings.TrimSuffix(target, "?headers=nb")+"?tull=1", "If-None-Match", "*"); bad.Code != 400 || bad.Header().Get("ETag") != "" {
			t.Errorf("%s: %d for an unknown parameter", target, bad.Code)
		}
	}
	tag := h.do("GET", "/api/v1/search.ics").Header().Get("ETag")
	for name, change := range map[string]func(){
		"a change":  func() { h.store.listings[0].Change += 1_000 },
		"a licence": func() { h.store.sources[0].Licence = "CC0-1.0" },
		"a new day": func() { h.now = h.now.Add(24 * time.Hour) },
		"the index": func() { engine.change++ },
	} {
		change()
		w := h.do("GET", "/api/v1/search.ics", "If-None-Match", tag)
		if tag = w.Header().Get("ETag"); w.Code != 200 {
			t.Errorf("after %s: %d", name, w.Code)
		}
	}
}

// What cannot be had is not named as if it were.
func TestExportThatFails(t *testing.T) {
	h := wholeHub(t)
	h.engine.err = quietError("gone")
	for _, encoding := range []string{"gzip", ""} {
		w := h.do("GET", "/api/v1/search.rss", "Accept-Encoding", encoding)
		if w.Code != 503 || w.Header().Get("ETag") != "" || w.Header().Get("Cache-Control") != cacheNever || w.Header().Get("Content-Disposition") != "" || !strings.Contains(w.Body.String(), "problem:unavailable") {
			t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
		}
	}
}

func TestExportHeadLine(t *testing.T) {
	h := newHub(t)
	for target, want := range map[string]string{"/api/v1/search.csv": "id,kind,title,", "/api/v1/search.csv?headers=en": "id,kind,title,", "/api/v1/search.csv?headers=nb&kind=event": "\uFEFFId;Type;Tittel;"} {
		if body := h.get(target, 200); !strings.HasPrefix(body, want) {
			t.Errorf("%s: %.40s", target, body)
		}
	}
	for _, target := range []string{"/api/v1/search.csv?headers=uk", "/api/v1/search.csv?headers=nb&headers=nb", "/api/v1/search.csv?headers=", "/api/v1/search.ics?headers=nb"} {
		if body := h.get(target, 400); !strings.Contains(body, `"parameter":"headers"`) && !strings.Contains(body, `\"headers\"`) {
			t.Errorf("%s: %s", target, body)
		}
	}
}

// A feed has what has changed last first, unless somebody asks for another order.
func TestExportOrder(t *testing.T) {
	h := newHub(t)
	for target, want := range map[string]index.Sort{"/api/v1/search.rss": index.SortUpdated, "/api/v1/search.atom?q=tur": index.SortUpdated, "/api/v1/search.rss?sort=title": index.SortTitle, "/api/v1/search.ics?sort=price": index.SortPrice} {
		h.get(target, 200)
		if got := h.engine.asked[len(h.engine.asked)-1].Sort; got != want {
			t.Errorf("%s is by %v", target, got)
		}
	}
}

func TestSearchLinks(t *testing.T) {
	h := newHub(t)
	links := h.do("GET", "/api/v1/search?limit=2&q=a").Header()["Link"]
	if len(links) != 2+len(searchExports())+1 || !strings.Contains(links[0], `rel="next"`) || links[1] != `<https://aktiviteter.example/api/v1/search?limit=2&q=a>; rel="self"` ||
		links[len(links)-1] != `<https://aktiviteter.example/api/v1/openapi.json>; rel="describedby"; type="application/openapi+json;version=3.1"` {
		t.Errorf("%q", links)
	}
	all := strings.Join(links, "\n")
	for _, want := range []string{`<https://aktiviteter.example/api/v1/search.ics?limit=2&q=a>; rel="alternate"; type="text/calendar"`, `<https://aktiviteter.example/api/v1/search.rss?limit=2&q=a>; rel="alternate"; type="application/rss+xml"`} {
		if !strings.Contains(all, want) {
			t.Errorf("no %s in %s", want, all)
		}
	}
	if links := h.do("GET", "/api/v1/search?limit=2&q="+strings.Repeat("%C3%A6", 150)).Header()["Link"]; len(links) > 2 {
		t.Errorf("a long search is repeated: %d links", len(links))
	}
}

// TestDescribed: what an answer is about is told by where it leads to, of every sort but files.
func TestDescribed(t *testing.T) {
	h := wholeHub(t)
	for target, want := range map[string]string{
		"/api/v1/sources": "/api/v1/openapi.json", "/rpde/listings": "/api/v1/openapi.json", "/catalog.ttl": "/api/v1/openapi.json", "/.well-known/api-catalog": "/api/v1/openapi.json",
		"/.well-known/fritidshub": "/api/v1/openapi.json", "/collections": "/api/v1/openapi.json", "/": "/catalog.jsonld", "/docs": "/catalog.jsonld", "/l/finnes-ikke": "/catalog.jsonld", "/robots.txt": "",
	} {
		links := strings.Join(h.do("GET", target).Header()["Link"], ", ")
		if want != "" && !strings.Contains(links, "<https://aktiviteter.example"+want+`>; rel="describedby"`) || want == "" && links != "" {
			t.Errorf("%s leads to %s", target, links)
		}
		if got := strings.Contains(links, `rel="api-catalog"`); got != (want == "/catalog.jsonld" || target == "/.well-known/api-catalog") {
			t.Errorf("%s: the catalogue of APIs: %v", target, got)
		}
	}
}

func TestServerTiming(t *testing.T) {
	clock := time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)
	h := newHub(t, func(o *Options) {
		o.Clock = func() time.Time { clock = clock.Add(1500 * time.Microsecond); return clock }
	})
	for _, target := range []string{"/api/v1/search", "/api/v1/search.csv", "/api/v1/suggest?q=fot", "/collections/listings/items"} {
		w := h.do("GET", target)
		if got := w.Header().Get("Server-Timing"); !strings.HasPrefix(got, "search;dur=") || got == "search;dur=0.0" || w.Header().Get("Timing-Allow-Origin") != "*" {
			t.Errorf("%s: %q", target, got)
		}
	}
	for _, target := range []string{"/", "/l/" + h.store.listings[0].ID, "/api/v1/sources", "/docs/schemas", "/catalog.ttl"} {
		if got := h.do("GET", target).Header()["Server-Timing"]; len(got) == 0 || !strings.HasPrefix(got[len(got)-1], "total;dur=") || got[len(got)-1] == "total;dur=0.0" {
			t.Errorf("%s: %q", target, got)
		}
	}
	if got := newHub(t).do("GET", "/api/v1/search").Header().Get("Server-Timing"); got != "" {
		t.Errorf("a clock that stands still measures %s", got)
	}
}

// visit asks from an address.
func (h *hub) visit(addr, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", target, nil)
	r.RemoteAddr = addr
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	contract(h.t).Check(h.t, "GET", r.URL, w.Code, w.Header(), w.Body.Bytes())
	return w
}

func TestRateLimitIsTold(t *testing.T) {
	now := instant(t, "2026-11-22T12:00:00Z")
	h := newHub(t, func(o *Options) {
		o.RateLimit, o.Clock = RateLimit{PerSecond: 2, Burst: 3}, func() time.Time { return now }
	})
	for _, want := range []string{`"client";r=2;t=1`, `"client";r=1;t=1`, `"client";r=0;t=2`} {
		w := h.visit("192.0.2.1:1", "/api/v1/sources")
		if w.Code != 200 || w.Header().Get("RateLimit") != want || w.Header().Get("RateLimit-Policy") != `"client";q=3;w=2` {
			t.Errorf("%d %v, want %s", w.Code, w.Header(), want)
		}
	}
	if w := h.visit("192.0.2.1:1", "/api/v1/sources"); w.Code != 429 || w.Header().Get("Retry-After") != "1" || w.Header().Get("RateLimit") != `"client";r=0;t=2` {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if w := h.visit("192.0.2.2:1", "/api/v1/sources"); w.Header().Get("RateLimit") != `"client";r=2;t=1` {
		t.Errorf("another client: %v", w.Header())
	}
	if w := h.visit("192.0.2.1:1", "/healthz"); w.Code != 200 || w.Header().Get("RateLimit") != "" {
		t.Errorf("a probe is counted: %v", w.Header())
	}
	if strings.Contains(h.logged.String(), "192.0.2") {
		t.Error("an address is written down")
	}
}

// A key raises the limit and does nothing else; only its hash is known, and no one writes it down.
func TestKeys(t *testing.T) {
	now := instant(t, "2026-11-22T12:00:00Z")
	sum := func(key string) string { s := sha256.Sum256([]byte(key)); return hex.EncodeToString(s[:]) }
	keys, err := ParseKeys(" "+sum("hemmelig-1")+", "+strings.ToUpper(sum("hemmelig-2"))+"=50,"+sum("liten")+"=1", 10)
	if err != nil || len(keys) != 3 || keys[0].PerSecond != 10 || keys[0].Burst != 30 || keys[1].PerSecond != 50 {
		t.Fatalf("%v %+v", err, keys)
	}
	h := newHub(t, func(o *Options) {
		o.RateLimit, o.Clock, o.Keys = RateLimit{PerSecond: 2, Burst: 3}, func() time.Time { return now }, keys
	})
	for key, want := range map[string]string{"hemmelig-1": `"key";r=29;t=1`, "hemmelig-2": `"key";r=149;t=1`, "feil": "", "liten": "", sum("hemmelig-1"): ""} {
		w := h.visit("192.0.2.1:1", "/api/v1/sources", "X-API-Key", key)
		if named := strings.HasPrefix(w.Header().Get("RateLimit"), `"key"`); w.Code != 200 || named != (want != "") || named && w.Header().Get("RateLimit") != want {
			t.Errorf("%s: %d %v", key, w.Code, w.Header())
		}
	}
	if w := h.visit("192.0.2.1:1", "/api/v1/sources"); w.Code != 429 {
		t.Errorf("keys that are not known, or would lower the limit, count as none: %d", w.Code)
	}
	if w := h.visit("192.0.2.1:1", "/api/v1/sources", "X-API-Key", "hemmelig-1"); w.Code != 200 || w.Header().Get("RateLimit") != `"key";r=28;t=1` {
		t.Errorf("with a key: %d %v", w.Code, w.Header())
	}
	for _, bad := range []string{"hemmelig", sum("a") + "=0", sum("a") + "=x", sum("a") + "," + sum("b")[:60]} {
		if keys, err := ParseKeys(bad, 10); err == nil || strings.Contains(err.Error(), sum("a")) {
			t.Errorf("%s: %+v %v", bad, keys, err)
		}
	}
	if keys, err := ParseKeys(" , ", 10); len(keys) != 0 || err != nil {
		t.Errorf("no keys: %v %v", keys, err)
	}
	if strings.Contains(h.logged.String(), "hemmelig") {
		t.Error("a key is written down")
	}
}

func TestRetirement(t *testing.T) {
	contract, err := openapi.Parse([]byte(`paths:
  /api/v1/places: {get: {deprecated: true, x-retirement: {since: 2026-11-22, sunset: 2027-06-01, successor: /api/v2/places}}}
  /api/v1/listings/{id}: {get: {deprecated: true, x-retirement: {since: 2026-12-01}}}
  /api/v1/sources: {get: {operationId: sources}}
`))
	if err != nil {
		t.Fatal(err)
	}
	h := newHub(t, func(o *Options) { o.Retiring = retiring(contract) })
	w := h.do("GET", "/api/v1/places")
	links := strings.Join(w.Header()["Link"], "\n")
	if w.Header().Get("Deprecation") != "@1795305600" || w.Header().Get("Sunset") != "Tue, 01 Jun 2027 00:00:00 GMT" || !strings.Contains(links, `rel="deprecation"`) ||
		!strings.Contains(links, `<https://aktiviteter.example/api/v2/places>; rel="successor-version"`) {
		t.Errorf("%v", w.Header())
	}
	if w := h.do("GET", "/api/v1/listings/"+h.store.listings[0].ID); w.Header().Get("Deprecation") != "@1796083200" || w.Header().Get("Sunset") != "" {
		t.Errorf("%v", w.Header())
	}
	if w := h.do("GET", "/api/v1/sources"); w.Header().Get("Deprecation") != "" {
		t.Errorf("%v", w.Header())
	}
}

// Everything that programs read may be read by any page, and a browser that asks first is told so.
func TestCORS(t *testing.T) {
	h := wholeHub(t)
	for _, target := range []string{"/api/v1/search", "/api/v1/search.ics", "/rpde/listings", "/collections", "/collections/listings/items", "/conformance", "/catalog.ttl", "/catalog.jsonld",
		"/.well-known/api-catalog", "/.well-known/fritidshub", "/api/v1/openapi.json", "/sitemap.xml", "/robots.txt"} {
		if w := h.do("GET", target, "Origin", "https://kommune.example"); w.Code != 200 || w.Header().Get("Access-Control-Allow-Origin") != "*" ||
			!strings.Contains(w.Header().Get("Access-Control-Expose-Headers"), "RateLimit") {
			t.Errorf("%s: %d %v", target, w.Code, w.Header())
		}
		w := h.do("OPTIONS", target, "Origin", "https://kommune.example", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "x-api-key")
		if w.Code != 204 || w.Header().Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(w.Header().Get("Access-Control-Allow-Headers"), "X-API-Key") ||
			w.Header().Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("preflight of %s: %d %v", target, w.Code, w.Header())
		}
	}
}

func TestStreamsArePacked(t *testing.T) {
	h := wholeHub(t)
	server := httptest.NewServer(h)
	defer server.Close()
	for _, name := range searchExports() {
		plain := h.get("/api/v1/search."+name, 200)
		r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/api/v1/search."+name, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", "gzip")
		w, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer w.Body.Close()
		zip, err := gzip.NewReader(w.Body)
		if err != nil || w.Header.Get("Content-Encoding") != "gzip" || w.Header.Get("Vary") != "Accept-Encoding" {
			t.Fatalf("%s: %v %v", name, err, w.Header)
		}
		if body, err := io.ReadAll(zip); err != nil || string(body) != plain {
			t.Errorf("%s: packed it is another one: %v", name, err)
		}
	}
}
