package markup

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"

	"fritidshub/catalog"
	"fritidshub/connectors/when"
)

// Page is what one page or JSON document says.
type Page struct {
	Title  string  // of the HTML page
	Events []Event // in the order of the page, those of JSON-LD first
	Next   string  // rel=next, absolute; "" when there is none
	Empty  bool    // it says itself that its list of events is empty
	Broken []Note  // blocks about events that could not be read
	Notes  []Note  // what an editor should know and that lost nothing
}

// Note is a remark about one place of the page, in Norwegian.
type Note struct{ Where, Text string }

// Event is one event of a page.
type Event struct {
	Where string // locator for an editor
	node  *Node
	parts []*Node // its own dates, when the page gives them as sub-events
	base  string
}

// The blocks of one page that are read, and the bytes of its title.
const (
	maxBlocks = 5_000
	maxTitle  = 200
)

// ReadHTML reads a page or a piece of one: JSON-LD and microdata, else microformats. Address is where it came from, absolute;
// language (BCP 47, may be empty) chooses among texts in several languages. It never fails: what is broken is in Broken and Notes.
func ReadHTML(text, address, language string) *Page {
	p := &Page{}
	scan := scanHTML(text)
	p.Title = catalog.CleanText(scan.title, maxTitle)
	base := p.baseOf(scan.base, address)
	p.Next = Resolve(scan.next, base)
	var roots []*Node
	where := map[*Node]string{}
	parts := 0
	for i, b := range scan.blocks {
		_, weight := weigh(b.text)
		if parts += weight; parts > MaxParts {
			p.Broken = append(p.Broken, Note{fmt.Sprintf("JSON-LD-blokk %d (linje %d)", i+1, b.line), fmt.Sprintf("Siden har mer enn %d deler JSON-LD; resten er ikke lest", MaxParts)})
			break
		}
		at := fmt.Sprintf("JSON-LD-blokk %d (linje %d)", i+1, b.line)
		nodes, repaired, err := readBlock(b.text, language)
		switch {
		case errors.Is(err, errNothing):
		case err != nil && strings.Contains(b.text, "Event") || err != nil && strings.Contains(b.text, "Course"):
			p.Broken = append(p.Broken, Note{at, "JSON-LD-en kan ikke leses: " + explain(err, b.text)})
		case err != nil:
			p.Notes = append(p.Notes, Note{at, "JSON-LD-en kan ikke leses og er hoppet over: " + explain(err, b.text)})
		case repaired:
			p.Notes = append(p.Notes, Note{at, "JSON-LD-en har skrivefeil som er rettet i lesingen; be leverandøren rette dem"})
		}
		for _, n := range nodes {
			where[n] = at
		}
		roots = append(roots, nodes...)
	}
	p.Events = p.collect(roots, where, base)
	if scan.marked {
		p.readDOM(text, base)
	}
	return p
}

// ReadJSON reads a document that is JSON or JSON-LD all through. It is not mended: an error says where it is broken.
func ReadJSON(text, address, language string) (*Page, error) {
	v, err := decodeJSON(text)
	if err != nil {
		return nil, errors.New(explain(err, text))
	}
	p := &Page{}
	list := v
	if m, ok := v.(map[string]any); ok {
		list = m["@graph"]
	}
	items, isList := list.([]any)
	p.Empty = isList && len(items) == 0
	roots := nodesOf(v, language)
	where := map[*Node]string{}
	for i, n := range roots {
		if isList && len(roots) > 1 {
			where[n] = fmt.Sprintf("[%d]", i)
		}
	}
	p.Events = p.collect(roots, where, address)
	return p, nil
}

// baseOf is the address that relative ones are resolved against. A <base> that leads to another host is not followed.
func (p *Page) baseOf(ref, address string) string {
	if ref == "" {
		return address
	}
	base := Resolve(ref, address)
	if base == "" || !SameOrigin(base, address) {
		p.Notes = append(p.Notes, Note{"<base>", "Siden vil at lenkene skal gå til et annet nettsted; det er ikke fulgt"})
		return address
	}
	return base
}

func (p *Page) readDOM(text, base string) {
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		p.Notes = append(p.Notes, Note{"HTML", "Siden er for dypt nøstet til at mikrodata kan leses; bare JSON-LD er lest"})
		return
	}
	known := map[string]*Node{}
	for _, e := range p.Events {
		for _, key := range e.node.keys() {
			known[key] = e.node
		}
	}
	for _, e := range p.collect(microdata(doc), nil, base) {
		twin := (*Node)(nil)
		for _, key := range e.node.keys() {
			if known[key] != nil {
				twin = known[key]
			}
		}
		if twin == nil {
			e.Where = fmt.Sprintf("mikrodata %d", len(p.Events)+1)
			p.Events = append(p.Events, e)
		}
		twin.fill(e.node)
	}
	if len(p.Events) > 0 {
		return
	}
	for i, n := range microformats(doc) {
		p.Events = append(p.Events, Event{Where: fmt.Sprintf("h-event %d", i+1), node: n, base: base})
	}
}

// keys are what two notations of the same event have in common: title or address, and the day as written.
func (n *Node) keys() []string {
	t, err := when.Parse(n.plain("startDate"), time.UTC)
	if err != nil {
		return nil
	}
	day := " " + t.Time.Format(time.DateOnly)
	keys := []string{"title " + catalog.Fold(catalog.PlainText(n.text("name"))) + day}
	if u := n.plain("url"); u != "" {
		keys = append(keys, "url "+u+day)
	}
	return keys
}

// collect finds the events among roots and everything in them. Sub-events that bear their parent's name, or none, become its dates.
func (p *Page) collect(roots []*Node, where map[*Node]string, base string) []Event {
	link(roots)
	var found []*Node
	parent := map[*Node]*Node{}
	at := map[*Node]string{}
	seen := map[*Node]bool{}
	var walk func(n *Node, place string, depth int)
	walk = func(n *Node, place string, depth int) {
		if seen[n] || depth > 4*MaxDepth { // references may chain without end
			return
		}
		seen[n] = true
		event := n.is(isEvent) && len(n.Props) > 0
		if event {
			found = append(found, n)
			at[n] = place
			for _, sub := range n.nodes("subEvent", "subEvents", "hasCourseInstance") {
				if parent[sub] == nil && sub != n {
					parent[sub] = n
				}
			}
		}
		if slices.Contains(n.Types, "ItemList") && n.Props["itemListElement"] == nil {
			p.Empty = true
		}
		for _, prop := range order(n) {
			if prop == "superEvent" {
				continue
			}
			for _, inner := range n.nodes(prop) {
				walk(inner, place, depth+1)
			}
		}
	}
	for _, n := range roots {
		walk(n, where[n], 0)
	}
	parts := map[*Node][]*Node{}
	var own []*Node
	for _, n := range found {
		up := parent[n]
		switch {
		case up == nil || !up.is(isEvent):
			own = append(own, n)
		case up.is(isCourse) || n.text("name") != "" && catalog.Fold(n.text("name")) != catalog.Fold(up.text("name")):
			n.inherit(up)
			own = append(own, n)
		default:
			parts[up] = append(parts[up], n)
		}
	}
	var events []Event
	number := map[string]int{}
	for _, n := range own {
		if slices.Contains(n.Types, "Course") && len(n.nodes("hasCourseInstance")) > 0 {
			continue
		}
		n.inherit(n.node("superEvent"))
		number[at[n]]++
		place := strings.TrimPrefix(fmt.Sprintf("%s, arrangement %d", at[n], number[at[n]]), ", ")
		events = append(events, Event{Where: place, node: n, parts: parts[n], base: base})
	}
	return events
}

// inherit takes from the whole what the part leaves out. A part with a name of its own has its own price and description too.
func (n *Node) inherit(whole *Node) {
	if whole == nil {
		return
	}
	if n.text("name") == "" || whole.is(isCourse) {
		n.fill(whole, "name", "description", "url", "image", "offers", "keywords", "category", "genre", "typicalAgeRange", "ageRange",
			"isAccessibleForFree", "inLanguage", "provider", "about", "activity", "audience")
	}
	n.fill(whole, "location", "organizer", "provider")
}

var errNothing = errors.New("nothing")

// readBlock reads the JSON-LD of one script element, first strictly and then leniently.
func readBlock(text, language string) (nodes []*Node, repaired bool, err error) {
	if strings.TrimSpace(text) == "" {
		return nil, false, errNothing
	}
	v, err := decodeJSON(text)
	if err != nil {
		mended, second := decodeJSON(repair(text))
		switch {
		case second != nil && cutOff(second):
			return nil, false, second
		case second != nil:
			return nil, false, err
		}
		v, repaired = mended, true
	}
	return nodesOf(v, language), repaired, nil
}

func nodesOf(v any, language string) []*Node {
	var out []*Node
	for _, v := range (builder{language}).values(v) {
		if n, ok := v.(*Node); ok {
			out = append(out, n)
		}
	}
	return out
}

// SameOrigin reports whether two absolute addresses have the same scheme and host; https is as good as http.
func SameOrigin(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	if errX != nil || errY != nil || !strings.EqualFold(x.Host, y.Host) {
		return false
	}
	return x.Scheme == y.Scheme || x.Scheme == "https" && y.Scheme == "http"
}

// Numbered is an address with the number of a page in its parameter name; "" for what is no address.
func Numbered(address, name string, page int) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set(name, strconv.Itoa(page))
	u.RawQuery = q.Encode()
	return u.String()
}

// Resolve makes a link absolute; "" for what is no http, https or file link. The fragment is dropped.
func Resolve(ref, base string) string {
	ref = strings.TrimSpace(ref)
	if ref == "" || len(ref) > catalog.MaxURL {
		return ""
	}
	b, err := url.Parse(base)
	if err != nil {
		return ""
	}
	if r, err := url.Parse(ref); err == nil && b.Scheme == "file" && b.Opaque != "" && r.Scheme == "" && r.Host == "" && r.Path != "" { // file:folder/page.html
		return b.Scheme + ":" + path.Join(path.Dir(b.Opaque), r.Path)
	}
	u, err := b.Parse(ref)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "file" {
		return ""
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	return u.String()
}

var linkHeader = regexp.MustCompile(`<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^",;\s]+))*)`)
var relParam = regexp.MustCompile(`(?i);\s*rel\s*=\s*"?([^";]*)`)

// NextLink is the address of rel=next in Link headers (RFC 8288), absolute; "" when there is none.
func NextLink(headers []string, base string) string {
	for _, h := range headers {
		for _, m := range linkHeader.FindAllStringSubmatch(h, 50) {
			if rel := relParam.FindStringSubmatch(m[2]); rel != nil && hasWord(rel[1], "next") {
				return Resolve(m[1], base)
			}
		}
	}
	return ""
}
