package api

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/index"
)

func TestMethods(t *testing.T) {
	h := newHub(t)
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "BOGUS"} {
		for _, target := range []string{"/api/v1/search", "/", "/l/x", "/healthz"} {
			w := h.do(method, target)
			if w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d, Allow %q", method, target, w.Code, w.Header().Get("Allow"))
			}
		}
	}
	if w := h.do("OPTIONS", "/api/v1/search", "Origin", "https://kommune.example", "Access-Control-Request-Method", "GET"); w.Code != 204 ||
		w.Header().Get("Access-Control-Allow-Origin") != "*" || w.Header().Get("Access-Control-Allow-Headers") == "" {
		t.Errorf("preflight: %d %v", w.Code, w.Header())
	}
	for _, target := range []string{"/api/v1/search", "/", "/healthz", "/api/v1/search.csv"} {
		get, head := h.do("GET", target), h.do("HEAD", target)
		if head.Code != get.Code || head.Body.Len() != 0 || head.Header().Get("ETag") != get.Header().Get("ETag") ||
			head.Header().Get("Content-Type") != get.Header().Get("Content-Type") {
			t.Errorf("HEAD %s: %d, %d bytes, %v", target, head.Code, head.Body.Len(), head.Header())
		}
	}
}

func TestHeaders(t *testing.T) {
	h := newHub(t)
	for target, want := range map[string]map[string]string{
		"/api/v1/search": {"Content-Type": typeJSON, "Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff",
			"Cache-Control": "public, max-age=60, stale-while-revalidate=600", "Content-Security-Policy": policyData, "Vary": "Accept-Encoding"},
		"/api/v1/nope": {"Content-Type": typeProblem, "Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"},
		"/":            {"Content-Type": typeHTML, "Access-Control-Allow-Origin": "", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": policyPage},
		"/healthz":     {"Cache-Control": "no-store", "ETag": ""},
	} {
		w := h.do("GET", target, "Host", "evil.example", "X-Forwarded-Host", "evil.example")
		for name, value := range want {
			if got := w.Header().Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", target, name, got, value)
			}
		}
		if len(w.Result().Cookies()) > 0 {
			t.Errorf("%s sets a cookie", target)
		}
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Host = "evil.example"
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); strings.Contains(w.Body.String(), "evil.example") || !strings.Contains(w.Body.String(), `rel="canonical" href="https://aktiviteter.example/"`) {
		t.Error("the page's address is taken from the request")
	}
}

func TestConditional(t *testing.T) {
	h := newHub(t)
	plain := h.do("GET", "/api/v1/search")
	zipped := h.do("GET", "/api/v1/search", "Accept-Encoding", "br, gzip;q=0.8")
	tag, zipTag := plain.Header().Get("ETag"), zipped.Header().Get("ETag")
	if tag == "" || tag == zipTag || strings.HasPrefix(tag, "W/") || zipped.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("%q %q %v", tag, zipTag, zipped.Header())
	}
	z, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(z); err != nil || !bytes.Equal(body, plain.Body.Bytes()) {
		t.Errorf("the packed answer is another one: %v", err)
	}
	for _, match := range []string{tag, zipTag, "W/" + tag, `"x", ` + tag, "*"} {
		if w := h.do("GET", "/api/v1/search", "If-None-Match", match); w.Code != 304 || w.Body.Len() != 0 || w.Header().Get("ETag") == "" {
			t.Errorf("If-None-Match %s: %d, %d bytes", match, w.Code, w.Body.Len())
		}
	}
	for _, encoding := range []string{"", "identity", "gzip;q=0", "br"} {
		if w := h.do("GET", "/api/v1/search", "Accept-Encoding", encoding); w.Header().Get("Content-Encoding") != "" {
			t.Errorf("packed for %q", encoding)
		}
	}
	h.store.listings[0].Title = "Et annet navn"
	h.store.listings[0].Change += 1_000
	if w := h.do("GET", "/api/v1/search", "If-None-Match", tag); w.Code != 200 {
		t.Errorf("a changed answer: %d", w.Code)
	}
}

func TestRateLimit(t *testing.T) {
	now := instant(t, "2026-11-22T12:00:00Z")
	h := newHub(t, func(o *Options) {
		o.RateLimit = RateLimit{PerSecond: 2, Burst: 3, Clients: 2}
		o.Clock = func() time.Time { return now }
	})
	from := func(addr string, headers ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/api/v1/sources", nil)
		r.RemoteAddr = addr
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for i := range 3 {
		if w := from("192.0.2.1:1000"); w.Code != 200 {
			t.Fatalf("request %d: %d", i, w.Code)
		}
	}
	w := from("192.0.2.1:1001", "X-Forwarded-For", "198.51.100.7", "X-Real-Ip", "198.51.100.8")
	if w.Code != 429 || w.Header().Get("Retry-After") != "1" || w.Header().Get("Content-Type") != typeProblem {
		t.Errorf("forged address: %d %v", w.Code, w.Header())
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "192.0.2.1:1001"
	page := httptest.NewRecorder()
	if h.ServeHTTP(page, r); page.Code != 429 || !strings.Contains(page.Body.String(), "Prøv igjen om et øyeblikk") {
		t.Errorf("a person is told: %d %s", page.Code, page.Body)
	}
	for range 3 {
		from("[2001:db8::1]:1")
	}
	if w := from("[2001:db8::ffff]:1"); w.Code != 429 {
		t.Errorf("a neighbour in the same network: %d", w.Code)
	}
	if w := h.do("GET", "/healthz"); w.Code != 200 {
		t.Errorf("health: %d", w.Code)
	}
	now = now.Add(time.Second)
	if w := from("192.0.2.1:1002"); w.Code != 200 {
		t.Errorf("after a second: %d", w.Code)
	}
	from("192.0.2.9:1")
	from("192.0.2.10:1") // the table holds two: the first is forgotten
	for i := range 3 {
		if w := from("192.0.2.1:1003"); w.Code != 200 {
			t.Errorf("forgotten client, request %d: %d", i, w.Code)
		}
	}
}

func TestPanic(t *testing.T) {
	h := newHub(t)
	h.store.listings[0].Members = nil
	broken := newHub(t, func(o *Options) { o.Engine = func() index.Engine { panic("key=hemmelig") } })
	for _, target := range []string{"/api/v1/search", "/"} {
		w := broken.do("GET", target)
		if w.Code != 500 || strings.Contains(w.Body.String(), "hemmelig") || strings.Contains(w.Body.String(), ".go:") {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
	if !strings.Contains(broken.logged.String(), "hemmelig") {
		t.Error("the panic is not logged")
	}
	h.get("/api/v1/listings/"+h.store.listings[0].ID, 200)
}

func TestGoneMovedMissing(t *testing.T) {
	h := newHub(t)
	alive, dead := h.store.listings[0].ID, h.store.listings[7].ID
	for target, want := range map[string]int{
		"/api/v1/listings/" + alive: 200, "/api/v1/listings/" + dead: 410, "/api/v1/listings/" + dead + "/occurrences": 410,
		"/api/v1/listings/sammen": 301, "/api/v1/listings/skjult": 404, "/api/v1/listings/finnesikke": 404, "/api/v1/listings/..%2f..": 404,
		"/l/" + alive: 200, "/l/" + dead: 410, "/l/sammen": 301, "/l/skjult": 404, "/l/finnesikke": 404, "/nope": 404, "/api/v1/nope": 404,
		"/embed/v1/search.js": 404, "/demo": 404, "/assets/x.css": 404, "/api/v1/search.xml": 404,
	} {
		if w := h.do("GET", target); w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
	}
	for target, want := range map[string]string{
		"/api/v1/listings/sammen?lang=nn":                     "/api/v1/listings/" + alive + "?lang=nn",
		"/api/v1/listings/sammen/occurrences?from=2026-12-01": "/api/v1/listings/" + alive + "/occurrences?from=2026-12-01",
		"/l/sammen": "/l/" + alive,
	} {
		if got := h.do("GET", target).Header().Get("Location"); got != want {
			t.Errorf("%s leads to %q", target, got)
		}
	}
	golden(t, "gone", h.get("/api/v1/listings/"+dead, 410))
	if body := h.get("/l/"+dead, 410); !strings.Contains(body, "«Turn for &lt;b&gt;alle&lt;/b&gt;» er tatt bort") || !strings.Contains(body, "20. november") {
		t.Error(body)
	}
}

func TestEmbedAndDemo(t *testing.T) {
	h := newHub(t, func(o *Options) {
		o.Assets = func(name string) ([]byte, string, bool, bool) {
			return []byte("export {}"), "text/javascript; charset=utf-8", name == "map-0123456789.js", name == "search.js" || name == "map-0123456789.js"
		}
		o.Demo = []byte(`<script type="module" src="https://hub.example/embed/v1/search.js"></script>`)
	})
	w := h.do("GET", "/embed/v1/search.js")
	if w.Code != 200 || w.Header().Get("Access-Control-Allow-Origin") != "*" || w.Header().Get("ETag") == "" ||
		!strings.HasPrefix(w.Header().Get("Content-Type"), "text/javascript") || !strings.Contains(w.Header().Get("Cache-Control"), "max-age=3600") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if got := h.do("GET", "/embed/v1/map-0123456789.js").Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("what a name stands for for good is kept for %q", got)
	}
	h.get("/embed/v1/..%2fsearch.js", 404)
	if body := h.get("/demo", 200); body != `<script type="module" src="https://aktiviteter.example/embed/v1/search.js"></script>` {
		t.Error(body)
	}
}

func TestMetrics(t *testing.T) {
	h := newHub(t)
	h.get("/api/v1/search", 200)
	h.do("GET", "/hemmelig-adresse")
	body := h.get("/metrics", 200)
	for _, want := range []string{`fritidshub_http_request_seconds_count{route="/api/v1/search",status="200"} 1`,
		`fritidshub_http_request_seconds_count{route="none",status="404"} 1`, `fritidshub_change{of="database"} 10`, `fritidshub_change{of="index"} 7`,
		`fritidshub_source_failures{source="klubber"} 3`, `fritidshub_ready 1`} {
		if !strings.Contains(body, want) {
			t.Errorf("lacks %s", want)
		}
	}
	if strings.Contains(body, "hemmelig") {
		t.Error("an address is a label")
	}
}

func TestCategories(t *testing.T) {
	h := newHub(t)
	var tree struct{ Categories []category }
	h.getJSON("/api/v1/categories?lang=en", &tree)
	at := slices.IndexFunc(tree.Categories, func(c category) bool { return c.ID == "sport" })
	if at < 0 || tree.Categories[at].Count != 1 || tree.Categories[at].Label != "Sport and exercise" {
		t.Fatalf("%+v", tree.Categories)
	}
	if !slices.ContainsFunc(tree.Categories[at].Children, func(c category) bool { return c.ID == "football" && c.Count == 1 && c.Label == "Football" }) {
		t.Errorf("%+v", tree.Categories[at])
	}
}

func TestServerLimits(t *testing.T) {
	s := NewServer(newHub(t), "127.0.0.1:0")
	if s.ReadHeaderTimeout != 5*time.Second || s.ReadTimeout != 10*time.Second || s.WriteTimeout != 30*time.Second || s.IdleTimeout != time.Minute {
		t.Errorf("%+v", s)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.ReadHeaderTimeout = 50 * time.Millisecond // the test need not wait for five seconds
	go s.Serve(listener)
	t.Cleanup(func() { s.Close() })
	ask := func(request string) string {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(20 * time.Second))
		fmt.Fprint(conn, request)
		line, _ := bufio.NewReader(conn).ReadString('\n')
		return strings.TrimSpace(line)
	}
	if got := ask("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: a"); got == "HTTP/1.1 200 OK" {
		t.Error("half a request is answered")
	}
	if got := ask("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Big: " + strings.Repeat("a", 80<<10) + "\r\n\r\n"); got != "HTTP/1.1 431 Request Header Fields Too Large" {
		t.Errorf("big header: %q", got)
	}
	if got := ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"); got != "HTTP/1.1 200 OK" {
		t.Errorf("whole request: %q", got)
	}
}

func TestVerdicts(t *testing.T) {
	h := newHub(t)
	now := instant(t, "2026-11-22T12:00:00+01:00").In(oslo(t))
	good := Source{Enabled: true, LastGood: now.Add(-14 * time.Minute), Live: 312, Status: "ok"}
	with := func(change func(*Source)) Source {
		src := good
		change(&src)
		return src
	}
	for want, src := range map[string]Source{
		"Frisk. 312 oppføringer, hentet for 14 minutter siden.":                                          good,
		"Frisk. 1 oppføring, hentet nå nettopp.":                                                         with(func(s *Source) { s.Live, s.LastGood = 1, now }),
		"Frisk, men tom: kilden har ingen oppføringer nå. Hentet for 14 minutter siden.":                 with(func(s *Source) { s.Live = 0 }),
		"Frisk, men noe i kilden kunne ikke brukes. 312 oppføringer, hentet for 14 minutter siden.":      with(func(s *Source) { s.Status = "partial" }),
		"Siste henting feilet: nettstedet svarer 403. Innbyggerne ser data fra i dag kl. 11.46.":         with(func(s *Source) { s.Failures, s.Error = 1, "nettstedet svarer 403." }),
		"Tredje feil på rad: nettstedet svarer 403. Innbyggerne ser data fra i går.":                     with(func(s *Source) { s.Failures, s.Error, s.LastGood = 3, "nettstedet svarer 403", now.Add(-20*time.Hour) }),
		"13. feil på rad. Innbyggerne ser ingenting herfra ennå.":                                        with(func(s *Source) { s.Failures, s.LastGood = 13, time.Time{} }),
		"Venter på en redaktør: 40 av 100 oppføringer ville blitt fjernet. Innbyggerne ser alt som før.": with(func(s *Source) { s.Held = &Held{Removals: 40, Of: 100} }),
		"Ikke hentet ennå.":                           {Enabled: true},
		"Slått av. Innbyggerne ser ingenting herfra.": {},
		"Henger etter: 312 oppføringer ble hentet for 14 minutter siden, og neste henting skulle vært gjort.": with(func(s *Source) { s.NextRun = now.Add(-time.Hour) }),
	} {
		if got := src.Verdict(wordsFor("nb"), now); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if body := h.get("/api/v1/sources", 200); strings.Contains(body, "hemmelig") || strings.Contains(body, "pass@") {
		t.Error("a key is shown")
	}
}

func TestPeerSource(t *testing.T) {
	h := newHub(t)
	var item struct{ Sources []catalog.ItemSource }
	if err := jsonInto(h.get("/api/v1/listings/"+h.store.listings[1].ID, 200), &item); err != nil || len(item.Sources) != 2 {
		t.Fatal(err, item)
	}
	if got := item.Sources[1]; got.Hub != "sandefjord" || got.ID != "kalender" || got.NativeID != "k-77" || got.Licence != "CC0-1.0" {
		t.Errorf("%+v", got)
	}
}

// TestUnknownParameter: what a client asked for wrongly is told back as it was, whatever it is made of.
func TestUnknownParameter(t *testing.T) {
	h := wholeHub(t)
	for _, target := range []string{"/api/v1/search", "/collections", "/collections/listings/items", "/rpde/listings", "/api/v1/sources"} {
		for _, name := range []string{"tull", `a"b`, `\`, "<b>"} {
			var p Problem
			if err := jsonInto(h.get(target+"?"+url.Values{name: {"1"}}.Encode(), 400), &p); err != nil || len(p.Errors) != 1 || p.Errors[0].Parameter != name ||
				!strings.Contains(p.Errors[0].Detail, strconv.Quote(name)) {
				t.Errorf("%s: %q: %+v, error %v", target, name, p, err)
			}
		}
	}
}
