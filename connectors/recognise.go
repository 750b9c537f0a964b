package connectors

import (
	"cmp"
	"encoding/json"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"fritidshub/catalog"
	"fritidshub/fetch"
)

// Reading is one way in which a kind can read what is at an address: what the entry in sources.yaml would say.
type Reading struct {
	URL     string            // the url of the entry; empty means the address that was asked about
	Options any               // the kind's own options; nil when it needs none
	Headers map[string]string // secrets by the names of their environment: {"Authorization": "Bearer ${PLAKAT_KEY}"}
	Certain Certainty
	// Card is where the service says what it calls itself, see Kind.Introduce; empty when it does not.
	Card string
	// DefaultKind is what defaults.kind must be for the items to be usable; empty when nothing must.
	DefaultKind catalog.Kind
	// Secret says in Norwegian who gives the secrets in Headers and URL; such a reading cannot be tried.
	Secret string
	// Note is what the editor should know or do, a sentence in Norwegian.
	Note string
	// Pages is how many pages it takes to see that the reading works; 0 means one.
	Pages int
}

// Certainty is how sure a kind is that what it sees is its own.
type Certainty int

// The degrees of certainty.
const (
	Guess    Certainty = iota // found by looking at the data; only what it gives can show that it is right
	Format                    // the bytes are in a format that the kind reads
	Platform                  // the address or the bytes are those of the one service that the kind is made for
)

// Answer is what an address gave when it was asked what it is.
type Answer struct {
	URL          *url.URL     // where it came from, after redirects; never nil
	Body         []byte       // as sent; nil when nothing came
	Text         string       // the body without what goes before its first letter; "" when it is no text
	JSON         gjson.Result // the body as JSON; does not exist when it is none
	Links        []Link       // of a page, in its order, absolute
	Municipality string       // the hub's own, four digits; "" when it has none
}

// Link is what a page or a response's header links to.
type Link struct {
	Rel  string // lower case, as written
	Type string // media type, lower case
	URL  string
}

// The links of one page that are looked at, and the bytes of an answer that are looked through for a licence.
const (
	maxLinks   = 5_000
	maxLicence = 2 << 20
)

// NewAnswer makes the answer of an address; resp is nil when nothing came.
func NewAnswer(address string, resp *fetch.Response, municipality string) Answer {
	a := Answer{URL: &url.URL{}, Municipality: municipality}
	if resp != nil {
		address = cmp.Or(resp.URL, address)
	}
	if u, err := url.Parse(address); err == nil {
		a.URL = u
	}
	if resp == nil {
		return a
	}
	a.Body = resp.Body
	if text, err := resp.Text(); err == nil {
		a.Text = strings.TrimLeft(text, "\uFEFF \t\r\n")
	}
	for _, header := range resp.Header.Values("Link") {
		for _, m := range linkHeader.FindAllStringSubmatch(header, 20) {
			a.link(a.URL, m[1], m[2], "")
		}
	}
	switch {
	case strings.HasPrefix(a.Text, "{"), strings.HasPrefix(a.Text, "["):
		if json.Valid([]byte(a.Text)) { // not gjson's own, which has no limit of depth
			a.JSON = gjson.Parse(a.Text)
		}
	case strings.HasPrefix(a.Text, "<"):
		a.readLinks()
	}
	return a
}

var linkHeader = regexp.MustCompile(`<([^<>]{1,1000})>[^,]*?;\s*rel="?([^",;]{1,200})`)

var otherRoot = regexp.MustCompile(`(?i)^(?:<\?xml[^>]*>\s*|<!--[^>]*>\s*)*<(?:rss|feed|\w+:|urlset|sitemapindex)`)

// IsPage reports whether the answer is a page for people, and no feed or map of a site.
func (a *Answer) IsPage() bool {
	return strings.HasPrefix(a.Text, "<") && !otherRoot.MatchString(a.Text[:min(len(a.Text), 2_000)])
}

// Host reports whether the answer is of the named host or one below it.
func (a *Answer) Host(name string) bool {
	host := strings.ToLower(a.URL.Hostname())
	return host == name || strings.HasSuffix(host, "."+name)
}

// Root is the address of the site: its scheme and host.
func (a *Answer) Root() string { return a.URL.Scheme + "://" + a.URL.Host + "/" }

func (a *Answer) link(base *url.URL, href, rel, mediaType string) {
	href = strings.TrimSpace(href)
	if strings.HasPrefix(strings.ToLower(href), "webcal:") {
		href, mediaType = "https:"+href[len("webcal:"):], "text/calendar"
	}
	target, err := base.Parse(href)
	if err != nil || target.Scheme != "http" && target.Scheme != "https" || len(a.Links) >= maxLinks {
		return
	}
	target.Fragment = ""
	mediaType, _, _ = strings.Cut(strings.ToLower(mediaType), ";")
	l := Link{Rel: strings.ToLower(rel), Type: strings.TrimSpace(mediaType), URL: target.String()}
	if !slices.Contains(a.Links, l) {
		a.Links = append(a.Links, l)
	}
}

func (a *Answer) readLinks() {
	base := a.URL
	for z := html.NewTokenizer(strings.NewReader(a.Text)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			tag := z.Token()
			attr := map[string]string{}
			for _, at := range tag.Attr {
				attr[at.Key] = at.Val
			}
			switch tag.DataAtom {
			case atom.Base:
				if u, err := a.URL.Parse(attr["href"]); err == nil {
					base = u
				}
			case atom.Link, atom.A:
				a.link(base, attr["href"], attr["rel"], attr["type"])
			}
		}
	}
}

// Feeds are the addresses that the page links to with one of the media types, or, in ordinary links, with one of the endings (".ics").
func (a *Answer) Feeds(endings []string, types ...string) []string {
	var out []string
	for _, l := range a.Links {
		u, err := url.Parse(l.URL)
		feed := err == nil && (slices.Contains(types, l.Type) || slices.Contains(endings, strings.ToLower(path.Ext(u.Path))))
		if feed && l.URL != a.URL.String() && !slices.Contains(out, l.URL) {
			out = append(out, l.URL)
		}
	}
	return out
}

// licences finds what an answer says of its licence: JSON members and JSON-LD, elements of feeds, and metadata.
var licences = []*regexp.Regexp{
	regexp.MustCompile(`(?i)"licen[cs]e"\s*:\s*"((?:[^"\\]|\\/){2,300})"`),
	regexp.MustCompile(`(?i)"licen[cs]e"\s*:\s*\{[^{}]{0,300}?"(?:url|@id|href|name)"\s*:\s*"((?:[^"\\]|\\/){2,300})"`),
	regexp.MustCompile(`(?is)<(?:copyright|(?:dc|atom):rights|rights|(?:cc|creativecommons):licen[cs]e)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<>]{2,300}?)(?:\]\]>)?\s*</`),
	regexp.MustCompile(`(?i)<cc:license\s[^<>]*rdf:resource="([^"]{2,300})"`),
	regexp.MustCompile(`(?i)<meta\s[^<>]*(?:name|property)="(?:dc\.rights|dcterms\.(?:rights|license)|copyright|og:license)"[^<>]*content="([^"]{2,300})"`),
	regexp.MustCompile(`(?i)itemprop="license"[^<>]*(?:href|content)="([^"]{2,300})"`),
}

// Licences are the texts in which the answer itself says something of its licence or rights, at most five. They are hints for an editor
// who is to ask: nobody has granted anything.
func (a *Answer) Licences() []string {
	var out []string
	add := func(s string) {
		s = catalog.CleanText(html.UnescapeString(strings.ReplaceAll(s, `\/`, `/`)), 200)
		if s != "" && !slices.Contains(out, s) && len(out) < 5 {
			out = append(out, s)
		}
	}
	for _, l := range a.Links {
		if slices.Contains(strings.Fields(l.Rel), "license") {
			add(l.URL)
		}
	}
	for _, re := range licences {
		for _, m := range re.FindAllStringSubmatch(a.Text[:min(len(a.Text), maxLicence)], 5) {
			add(m[1])
		}
	}
	return out
}
