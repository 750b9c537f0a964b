package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// hrefs are the addresses of the links below n.
func hrefs(n *html.Node) []string {
	var out []string
	for _, a := range elements(n, "a") {
		out = append(out, attr(a, "href"))
	}
	return out
}

// Only the frame may be shown by others, and by all or by those whom the editor names.
func TestFrameAncestors(t *testing.T) {
	h := newHub(t)
	for target, want := range map[string]string{"/embed/frame": "frame-ancestors *", "/embed/frame?origin=x": "frame-ancestors *", "/": "frame-ancestors 'self'", "/l/sammen": "frame-ancestors 'self'",
		"/docs": "frame-ancestors 'self'", "/nope": "frame-ancestors 'self'", "/embed/frames": "frame-ancestors 'self'", "/api/v1/search": "frame-ancestors 'none'", "/oembed": "frame-ancestors 'none'"} {
		answer := h.do("GET", target)
		if len(answer.Result().Cookies()) > 0 || answer.Header().Get("X-Frame-Options") != "" {
			t.Errorf("%s: %v", target, answer.Header())
		}
		policy := answer.Header().Get("Content-Security-Policy")
		if !strings.HasSuffix(policy, want) || strings.Contains(policy, "unsafe") || strings.Contains(strings.TrimSuffix(policy, "*"), "*") {
			t.Errorf("%s: %s", target, policy)
		}
	}
	h = newHub(t, func(o *Options) { o.Hub.Embeds = []string{"https://kommunen.example", "https://skolen.example:8443"} })
	w := h.do("GET", "/embed/frame?origin=https://andre.example")
	if policy := w.Header().Get("Content-Security-Policy"); !strings.HasSuffix(policy, "frame-ancestors 'self' https://kommunen.example https://skolen.example:8443") {
		t.Error(policy)
	}
	if page := w.Body.String(); strings.Contains(page, "data-origin") || !strings.Contains(page, `data-known="https://kommunen.example https://skolen.example:8443"`) {
		t.Error("another page is told how high the frame is")
	}
	if page := h.get("/embed/frame?origin=https://kommunen.example", 200); !strings.Contains(page, `data-origin="https://kommunen.example"`) {
		t.Error("the page around is not told")
	}
}

// What the page around sets stays: no link and no form of the frame loses it, and nothing offers to take it off.
func TestFrameKeepsWhatIsFixed(t *testing.T) {
	h := newHub(t)
	first := "/embed/frame?municipality=3909&free=true&target=top&theme=dark&heading=Fritid+i+Larvik&limit=2&origin=https://kommunen.example&utm_source=x"
	seen, queue := map[string]bool{}, []string{first, first + "&q=strikk+gratis", first + "&kind=facility&fixed=municipality,free"}
	for len(queue) > 0 && len(seen) < 60 {
		target := queue[0]
		if queue = queue[1:]; seen[target] {
			continue
		}
		seen[target] = true
		doc := tree(t, h.get(target, 200))
		root := elements(doc, "html")[0]
		if attr(root, "data-origin") != "https://kommunen.example" || text(elements(doc, "h1")[0]) != "Fritid i Larvik" {
			t.Fatalf("%s: the frame has forgotten itself", target)
		}
		for _, link := range elements(doc, "link") {
			if strings.HasSuffix(attr(link, "href"), "-dark.css") && attr(link, "media") != "screen" {
				t.Errorf("%s: not dark", target)
			}
		}
		sent := url.Values{}
		for _, input := range elements(doc, "input") {
			if attr(input, "type") == "hidden" {
				sent.Add(attr(input, "name"), attr(input, "value"))
			} else if name := attr(input, "name"); name == "municipality" || name == "free" {
				t.Errorf("%s: %s can be chosen", target, name)
			}
		}
		for name, want := range map[string]string{"municipality": "3909", "free": "true", "target": "top", "theme": "dark", "limit": "2", "origin": "https://kommunen.example"} {
			if sent.Get(name) != want {
				t.Errorf("%s: the form sends %s=%s", target, name, sent.Get(name))
			}
		}
		for _, a := range elements(doc, "a") {
			u, err := url.Parse(attr(a, "href"))
			if err != nil {
				t.Fatal(err)
			}
			switch q := u.Query(); {
			case u.Path == framePath:
				if q.Get("municipality") != "3909" || q.Get("free") != "true" || q.Get("fixed") == "" || attr(a, "target") != "" {
					t.Errorf("%s: a link to %s", target, u)
				}
				queue = append(queue, u.String())
			case u.Path == "/" || strings.HasPrefix(u.Path, "/l/"):
				if attr(a, "target") != "_top" || attr(a, "rel") != "noopener" {
					t.Errorf("%s: a link to %s opens in the frame", target, u)
				}
			case u.Path != "":
				t.Errorf("%s: a link to %s", target, u)
			}
		}
	}
	if len(seen) < 10 {
		t.Errorf("only %d pages", len(seen))
	}
}

func TestFrameOffersWhatIsAsked(t *testing.T) {
	h := newHub(t)
	names := func(target string) map[string]bool {
		out := map[string]bool{}
		for _, input := range elements(tree(t, h.get(target, 200)), "input") {
			if attr(input, "type") != "hidden" {
				out[attr(input, "name")] = true
			}
		}
		return out
	}
	all := names("/embed/frame")
	for _, name := range []string{"q", "age", "free", "max_price", "from", "to", "kind", "category"} {
		if !all[name] {
			t.Errorf("%s is not offered", name)
		}
	}
	if some := names("/embed/frame?filters=age,kind"); len(some) != 3 || !some["q"] || !some["age"] || !some["kind"] {
		t.Errorf("offers %v", some)
	}
	if none := names("/embed/frame?filters="); len(none) != 1 || !none["q"] {
		t.Errorf("offers %v", none)
	}
	for _, target := range []string{"/embed/frame?when=month", "/embed/frame?from=2026-12-01"} {
		if fixed := names(target); fixed["from"] || fixed["to"] || strings.Contains(h.get(target, 200), "I helga") {
			t.Errorf("%s: another time can be chosen", target)
		}
	}
	if free := names("/embed/frame?kind=activity&fixed=none"); !free["kind"] {
		t.Error("what is not fixed cannot be chosen")
	}
}

func TestFramedList(t *testing.T) {
	h := newHub(t)
	doc := tree(t, h.get("/embed/frame?view=list&limit=3&kind=event&kind=activity&kind=course&kind=facility", 200))
	if n := len(elements(doc, "h3")); n != 3 || len(elements(doc, "form")) != 0 {
		t.Errorf("%d listings, %d forms", n, len(elements(doc, "form")))
	}
	all := elements(doc, "a")[3]
	if attr(all, "href") != "/?kind=event&kind=activity&kind=course&kind=facility" || attr(all, "target") != "_blank" || text(all) != "Se alle 5 treff" {
		t.Errorf("%s %s", text(all), attr(all, "href"))
	}
	var days []string
	for _, heading := range elements(doc, "h2") {
		days = append(days, text(heading))
	}
	if strings.Join(days, ", ") != "I dag, Tirsdag 24. november, Onsdag 25. november" {
		t.Errorf("days %q", days)
	}
	if standing := elements(tree(t, h.get("/embed/frame?view=list&kind=equipment", 200)), "h2"); text(standing[0]) != "Når som helst" {
		t.Error(text(standing[0]))
	}
	one := tree(t, h.get("/embed/frame?listing=sammen&target=_top", 200))
	if links := hrefs(one); len(links) != 2 || links[0] != "/l/"+h.store.listings[0].ID || text(elements(one, "h3")[0]) != "Jentefotball for nybegynnere" {
		t.Errorf("one listing: %q", links)
	}
	for target, status := range map[string]int{"/embed/frame?listing=" + h.store.listings[7].ID: http.StatusGone, "/embed/frame?listing=finnesikke": http.StatusNotFound, "/embed/frame?view=kart": http.StatusBadRequest,
		"/embed/frame?limit=0": http.StatusBadRequest, "/embed/frame?origin=https://kommunen.example/": http.StatusBadRequest, "/embed/frame?origin=javascript:alert(1)": http.StatusBadRequest,
		"/embed/frame?filters=alder": http.StatusBadRequest, "/embed/frame?target=fritid": http.StatusBadRequest, "/embed/frame?age=x": http.StatusBadRequest, "/embed/frame?theme=rosa": http.StatusBadRequest} {
		doc := tree(t, h.get(target, status))
		if !framedTree(doc) || len(elements(doc, "header")) != 0 {
			t.Errorf("%s: the page does not fit a frame", target)
		}
		for _, link := range hrefs(doc) {
			if u, err := url.Parse(link); err == nil && u.Path == framePath {
				h.get(link, 200)
			}
		}
	}
	h.engine.err = quietError("gone")
	if doc := tree(t, h.get("/embed/frame?kind=event", http.StatusServiceUnavailable)); !framedTree(doc) || !strings.HasPrefix(hrefs(doc)[0], framePath+"?") {
		t.Error("a hub that is down does not fit a frame")
	}
}
