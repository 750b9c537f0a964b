package api

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/net/html"

	"fritidshub/api/csp"
	"fritidshub/api/pages"
)

const (
	tryPath       = "/embed/test"
	maxPolicy     = 10_000 // bytes of a policy that is pasted
	visitTime     = 15 * time.Second
	visitsAtOnce  = 2
	policyHeader  = "Content-Security-Policy"
	strangersPage = "https://siden.example/" // of whom a policy is, when nobody says
)

// visitRate is how often one client may have a page looked at.
var visitRate = RateLimit{PerSecond: 0.1, Burst: 6}

// Visited is somebody's page as anybody gets it.
type Visited struct {
	URL    string // where it is, after redirects
	Header http.Header
	Body   []byte
}

// seen is what of the hub stands on a page, and what the page allows.
type seen struct {
	policies []csp.Policy
	script   bool // one of the elements' is asked for
	element  string
	frame    bool
}

// look reads a page, of which as much as there is may be nonsense.
func look(page *Visited, hub string) seen {
	var out seen
	for _, value := range page.Header.Values(policyHeader) {
		out.policies = append(out.policies, csp.Parse(value)...)
	}
	for z := html.NewTokenizer(bytes.NewReader(page.Body)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return out
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		t := z.Token()
		attributes := map[string]string{}
		for _, a := range t.Attr {
			attributes[a.Key] = a.Val
		}
		switch stands := attributes["data-fh"]; {
		case t.Data == "meta" && strings.EqualFold(attributes["http-equiv"], policyHeader):
			out.policies = append(out.policies, csp.Parse(attributes["content"])...)
		case t.Data == "script" && strings.HasPrefix(attributes["src"], hub+"/embed/v1/"):
			out.script = true
		case t.Data == "iframe" && strings.HasPrefix(attributes["src"], hub+framePath):
			out.frame = true
		case strings.HasPrefix(t.Data, "fh-"):
			out.element = t.Data
		case stands != "":
			out.element = t.Data + " data-fh=" + stands
		}
	}
}

// told says in sentences what stands on a page.
func (s *seen) told() []string {
	switch {
	case s.element != "" && s.script:
		return []string{"Elementet <" + s.element + "> og skriptet står på siden."}
	case s.element != "":
		return []string{"Elementet <" + s.element + "> står på siden, men skriptet gjør det ikke. Publiseringssystemet kan ha tatt det bort: bruk rammen, eller spør den som driver nettstedet."}
	case s.script:
		return []string{"Skriptet står på siden, men elementet gjør det ikke. Publiseringssystemet kan ha tatt det bort: prøv koden med <div>."}
	case s.frame:
		return []string{"Rammen står på siden."}
	}
	return []string{"Verken elementet eller rammen står på siden slik den er uten skript."}
}

// getTried says what a page's policy would block of an element.
func (s *server) getTried(c *gin.Context) error {
	query := c.Request.URL.Query()
	b, _ := s.readBuilt(query)
	typed, policy := strings.TrimSpace(query.Get("page")), strings.TrimSpace(query.Get("policy"))
	v := pages.Tried{Frame: s.frame(s.language(c), tryPath), Page: typed, Policy: policy, Builder: builderPath + "?" + b.state().Encode(), CanVisit: s.Visit != nil}
	v.Title, v.NoIndex = "Prøv siden din - "+s.Hub.Name, true
	for name, values := range b.state() {
		v.Carried = append(v.Carried, pages.Field{Name: name, Value: values[0]})
	}
	fault, err := s.examine(c.Request.Context(), &v, b, c.Request)
	if err != nil {
		return err
	}
	v.Fault = fault
	return s.sendForEditors(c, v)
}

// examine fills in what is found; the fault says what keeps it from that.
func (s *server) examine(ctx context.Context, v *pages.Tried, b *built, r *http.Request) (fault string, err error) {
	address := v.Page
	if address != "" && !strings.Contains(address, "://") {
		address = "https://" + address
	}
	if address != "" && webAddress(address) == "" {
		return "«" + shortened(v.Page) + "» er ikke adressen til en side. Skriv den som https://kommunen.no/fritid.", nil
	}
	var found seen
	switch {
	case len(v.Policy) > maxPolicy:
		v.Policy = ""
		return "Policyen er for lang til å leses her.", nil
	case v.Policy != "":
		text := v.Policy
		if name, rest, ok := strings.Cut(text, ":"); ok && strings.EqualFold(strings.TrimSpace(name), policyHeader) {
			text = rest
		}
		found.policies = csp.Parse(text)
		if address == "" {
			address = strangersPage
		}
	case address == "":
		return "", nil
	case s.Visit == nil:
		return "Denne huben henter ikke sider. Lim inn sidens Content-Security-Policy i stedet.", nil
	default:
		page, sentence, err := s.visit(ctx, r, address)
		if err != nil || sentence != "" {
			return sentence, err
		}
		address, found = page.URL, look(page, s.base())
		v.Found = found.told()
	}
	page, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	v.Needs = s.needs(b, found.policies, page)
	v.Verdict = verdictOf(v.Needs, len(found.policies))
	if page.Scheme == "https" && strings.HasPrefix(s.base(), "http:") {
		v.Verdict = "Siden er på https og huben på http. Da henter nettleseren ingenting fra huben, hva enn siden tillater: huben må ha et sertifikat."
	}
	return "", nil
}

// visit looks at a page, unless too much is asked.
func (s *server) visit(ctx context.Context, r *http.Request, address string) (page *Visited, sentence string, err error) {
	if wait := s.wait(s.visited, r); wait > 0 {
		p := problem(http.StatusTooManyRequests, "too-many", "Too many requests", "One client may not have so many pages looked at.")
		p.retry = int(wait/time.Second) + 1
		return nil, "", p
	}
	select {
	case s.visiting <- struct{}{}:
		defer func() { <-s.visiting }()
	default:
		return nil, "", unavailable("Others have their pages looked at. Try again shortly.", 5)
	}
	ctx, cancel := context.WithTimeout(ctx, visitTime)
	defer cancel()
	page, err = s.Visit(ctx, address)
	if err != nil {
		s.Logger.Debug("a page could not be looked at", "error", err)
		return nil, err.Error() + " Du kan lime inn sidens Content-Security-Policy i stedet.", nil
	}
	return page, "", nil
}

// needs is what the element asks of a page, each with what keeps it from that.
func (s *server) needs(b *built, policies []csp.Policy, page *url.URL) []pages.Need {
	base := s.base()
	asked := []struct{ what, directive, resource, otherwise string }{
		{"Skriptet", "script-src", base + "/embed/v1/" + b.script(), ""},
		{"Svarene på søket", "connect-src", base + "/api/v1/search", ""},
		{"Kartet", "img-src", strings.TrimSpace(s.Map.origin()), "Uten kartet viser elementet lista."},
		{"Bildene", "img-src", base, "Uten dem vises treffene som tekst."},
		{"Plassen, som style i koden", "style-src-attr", base, "Sett inn stilarket fra forrige side i nettstedets eget, så holdes plassen av likevel."},
		{"Ramme i stedet for skript", "frame-src", base + framePath, ""},
	}
	var out []pages.Need
	for _, a := range asked {
		if a.what == "Kartet" && !b.hasMap(s.Map) || a.what == "Bildene" && !b.hasPictures() {
			continue
		}
		if a.resource == "" {
			a.resource = base // the hub's own tiles
		}
		resource, err := url.Parse(a.resource)
		if err != nil {
			continue
		}
		n := pages.Need{What: a.what, Directive: a.directive}
		for _, p := range policies {
			if block := p.Blocks(a.directive, resource, page); block != nil {
				n.Blocked = true
				n.Ways = append(n.Ways, wayPast(block))
			}
		}
		if n.Blocked && a.otherwise != "" {
			n.Ways = append(n.Ways, pages.Way{Text: a.otherwise})
		}
		out = append(out, n)
	}
	return out
}

func wayPast(b *csp.Block) pages.Way {
	switch {
	case b.Sandbox:
		return pages.Way{Text: "Siden kjører ingen skript (sandbox). Bruk lenken."}
	case b.Nonce:
		return pages.Way{Text: "Siden slipper bare inn skript med nonce (" + b.Directive + " med 'strict-dynamic'). Den som driver nettstedet, må sette sidens nonce på script-elementet. Ellers: bruk rammen."}
	case b.Change == "":
		return pages.Way{Text: "Stoppes av " + b.Directive + "."}
	}
	return pages.Way{Text: "Stoppes av " + b.Directive + ". Det som må stå i policyen:", Code: b.Change}
}

// verdictOf sums up what is blocked.
func verdictOf(needs []pages.Need, policies int) string {
	blocked := map[string]bool{}
	for _, n := range needs {
		blocked[n.Directive] = n.Blocked
	}
	script := blocked["script-src"] || blocked["connect-src"]
	switch {
	case policies == 0:
		return "Siden har ingen Content-Security-Policy. Ingenting stoppes."
	case !script && (blocked["img-src"] || blocked["style-src-attr"]):
		return "Elementet virker på denne siden, men ikke alt det kan."
	case !script:
		return "Elementet virker på denne siden. Ingenting det trenger, stoppes."
	case !blocked["frame-src"]:
		return "Skriptet stoppes på denne siden. Rammen virker."
	}
	return "Både skriptet og rammen stoppes på denne siden. Lenken virker alltid."
}
