package api

import (
	"context"
	"errors"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// siteAt is a page of somebody's with policies in its header.
func siteAt(body string, policies ...string) func(context.Context, string) (*Visited, error) {
	return func(_ context.Context, address string) (*Visited, error) {
		if strings.Contains(address, "privat") {
			return nil, errors.New("Adressen leder til et privat nett.")
		}
		return &Visited{URL: address, Header: http.Header{"Content-Security-Policy": policies}, Body: []byte(body)}, nil
	}
}

func TestTried(t *testing.T) {
	const allowed = "default-src 'self'; script-src 'self' https://aktiviteter.example; connect-src https://aktiviteter.example; img-src https://kart.example; style-src 'self' 'unsafe-inline'; frame-src *"
	whole := `<fh-search hub="https://aktiviteter.example"></fh-search><script type="module" src="https://aktiviteter.example/embed/v1/search.js"></script>`
	for name, test := range map[string]struct {
		body     string
		policies []string
		query    url.Values
		want     []string
		never    []string
	}{
		"nothing asked":  {query: url.Values{}, want: []string{`name="page" value=""`}, never: []string{`id="verdict"`, `role="alert"`}},
		"no policy":      {body: whole, query: url.Values{"page": {"kommunen.example/fritid"}}, want: []string{"Siden har ingen Content-Security-Policy. Ingenting stoppes.", "Elementet <fh-search> og skriptet står på siden."}, never: []string{"Stoppes"}},
		"all let in":     {body: whole, policies: []string{allowed}, query: url.Values{"page": {"https://kommunen.example/"}}, want: []string{"Elementet virker på denne siden. Ingenting"}, never: []string{"<strong>Stoppes"}},
		"script stopped": {policies: []string{"default-src 'self'; frame-src https:"}, query: url.Values{"page": {"https://kommunen.example/"}}, want: []string{"Skriptet stoppes på denne siden. Rammen virker.", "script-src 'self' https://aktiviteter.example", "connect-src 'self' https://aktiviteter.example", "img-src 'self' https://kart.example", "Verken elementet eller rammen"}},
		"all stopped":    {policies: []string{"default-src 'none'"}, query: url.Values{"page": {"https://kommunen.example/"}}, want: []string{"Både skriptet og rammen stoppes", "frame-src https://aktiviteter.example"}},
		"a second policy in the page": {body: `<meta http-equiv="content-security-policy" content="script-src 'nonce-x' 'strict-dynamic'">` + whole, policies: []string{allowed}, query: url.Values{"page": {"https://kommunen.example/"}},
			want: []string{"Skriptet stoppes på denne siden. Rammen virker.", "nonce"}},
		"the system took the script away":  {body: `<FH-LIST></FH-LIST>`, query: url.Values{"page": {"https://kommunen.example/"}, "element": {"list"}}, want: []string{"<fh-list> står på siden, men skriptet gjør det ikke", `name="element" value="list"`}, never: []string{"Kartet"}},
		"the system took the element away": {body: `<script src="https://aktiviteter.example/embed/v1/list.js"></script>`, query: url.Values{"page": {"https://kommunen.example/"}}, want: []string{"prøv koden med <div>"}},
		"a div":                            {body: `<div data-fh="offers"></div><script src="https://aktiviteter.example/embed/v1/list.js"></script>`, query: url.Values{"page": {"https://kommunen.example/"}}, want: []string{"<div data-fh=offers> og skriptet står"}},
		"a frame":                          {body: `<iframe src="https://aktiviteter.example/embed/frame?x"></iframe>`, query: url.Values{"page": {"https://kommunen.example/"}}, want: []string{"Rammen står på siden."}},
		"the style alone":                  {policies: []string{"style-src 'self'"}, query: url.Values{"page": {"https://kommunen.example/"}}, want: []string{"virker på denne siden, men ikke alt", "Sett inn stilarket"}},
		"a policy":                         {query: url.Values{"policy": {"Content-Security-Policy: script-src 'self'; sandbox"}}, want: []string{"Siden kjører ingen skript", "Rammen virker"}},
		"no page":                          {query: url.Values{"page": {"ftp://kommunen.example"}}, want: []string{"er ikke adressen til en side"}, never: []string{`id="verdict"`}},
		"a page that cannot be seen":       {query: url.Values{"page": {"https://privat.example"}}, want: []string{"Adressen leder til et privat nett. Du kan lime inn"}, never: []string{`id="verdict"`}},
		"a policy without end":             {query: url.Values{"policy": {strings.Repeat("x ", maxPolicy)}}, want: []string{"for lang"}},
		"markup":                           {query: url.Values{"policy": {"script-src <b>"}, "page": {"https://kommunen.example/\"><b>"}}, want: []string{"script-src <b> https://aktiviteter.example"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHub(t, withWidgets, func(o *Options) { o.Visit = siteAt(test.body, test.policies...) })
			raw := h.get("/embed/test?"+test.query.Encode(), 200)
			page := html.UnescapeString(raw)
			for _, want := range test.want {
				if !strings.Contains(page, want) {
					t.Errorf("the page lacks %q:\n%s", want, page)
				}
			}
			for _, never := range test.never {
				if strings.Contains(page, never) {
					t.Errorf("the page has %q", never)
				}
			}
			if strings.Contains(raw, "<b>") {
				t.Error("what is typed is markup")
			}
		})
	}
}

// Pictures are offered where the hub shows any, and then the page has to let them in.
func TestBuilderOffersPictures(t *testing.T) {
	if page := newHub(t, withWidgets).get("/embed/?images=lazy", 200); strings.Contains(page, "images") {
		t.Error("pictures are offered by a hub that shows none")
	}
	h := newHub(t, withWidgets, func(o *Options) { o.Pictures = gallery{} })
	page := h.get("/embed/?images=lazy", 200)
	if code := codesOf(page)["script"]; !strings.Contains(code, ` images="lazy"`) || !strings.Contains(page, "img-src https://kart.example https://aktiviteter.example") || !strings.Contains(page, `name="images" value="lazy" checked`) {
		t.Errorf("%s\n%s", code, page)
	}
	if tried := h.get("/embed/test?images=lazy&tiles=off&policy=img-src", 200); !strings.Contains(tried, "Bildene") || strings.Contains(tried, "Kartet") {
		t.Error(tried)
	}
}

// Nobody can make the hub ask pages without end, and a hub that looks at none reads policies.
func TestTriedIsBounded(t *testing.T) {
	h := newHub(t, func(o *Options) { o.Visit = siteAt("") })
	for range visitRate.Burst {
		h.get("/embed/test?page=https://kommunen.example", 200)
	}
	if w := h.do("GET", "/embed/test?page=https://kommunen.example"); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("after %d pages: %d, %v", visitRate.Burst, w.Code, w.Header())
	}
	h.get("/embed/test?policy=default-src", 200)
	none := newHub(t)
	if page := none.get("/embed/test?page=https://kommunen.example", 200); !strings.Contains(page, "henter ikke sider") || strings.Contains(page, `id="page"`) {
		t.Error(page)
	}
	none = newHub(t, func(o *Options) { o.Hub.PublicURL = "http://aktiviteter.example"; o.Visit = siteAt("") })
	if page := none.get("/embed/test?page=https://kommunen.example", 200); !strings.Contains(page, "må ha et sertifikat") {
		t.Error(page)
	}
}
