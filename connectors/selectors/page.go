package selectors

import (
	"fmt"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/fetch"
)

// Bounds of one page and of one item.
const (
	maxElements = 100_000
	maxSiblings = 20_000 // of one parent: selectors that count or compare siblings take their square
	maxMatches  = 200    // of one field in one item
	maxLine     = 1_000  // characters of a value
	maxText     = 20_000
)

// Item is what the selectors found of one thing.
type Item struct {
	Where  string              // locator for an editor
	Values map[string][]string // by field, addresses absolute; never an empty list
	Faults map[string]error    // fields whose words are not in their layout
	link   string              // its own page
	part   bool                // one of several things on that page
	ownURL bool                // a part with an address of its own
}

// page is a page that has been parsed.
type page struct {
	root  *goquery.Document
	title string
	at    string // without query values
	base  string
}

// open parses a page. One that is too large or too deep to read safely is a connectors.PayloadError.
func open(text, address string) (*page, error) {
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil, &connectors.PayloadError{URL: fetch.Redact(address), Expected: "en nettside som kan leses", Found: "for mange elementer inne i hverandre", Advice: "Be leverandøren lukke elementene, eller bruk en annen side"}
	}
	elements, siblings := 0, map[*html.Node]int{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		elements++
		if siblings[n.Parent]++; elements > maxElements || siblings[n.Parent] > maxSiblings {
			return nil, &connectors.PayloadError{URL: fetch.Redact(address), Expected: fmt.Sprintf("høyst %d elementer på en side og %d på rad", maxElements, maxSiblings), Found: "flere", Advice: "Bruk en side med færre treff"}
		}
	}
	doc := goquery.NewDocumentFromNode(root)
	p := &page{root: doc, at: fetch.Redact(address), base: address, title: catalog.CleanText(doc.Find("title").First().Text(), 200)}
	if ref, ok := doc.Find("base[href]").First().Attr("href"); ok {
		if base := markup.Resolve(ref, address); base != "" && markup.SameOrigin(base, address) {
			p.base = base
		}
	}
	return p, nil
}

// matches are the matches of sel below in that do not lie in one another, so that no text is read twice; inside is how many do.
func matches(in *goquery.Selection, sel Selector) (out []*goquery.Selection, inside int) {
	if !sel.set() {
		return nil, 0
	}
	found := in.FindMatcher(sel)
	known := make(map[*html.Node]bool, found.Length())
	for _, n := range found.Nodes {
		known[n] = true
	}
	found.Each(func(_ int, s *goquery.Selection) {
		for n := range s.Nodes[0].Ancestors() {
			if known[n] {
				inside++
				return
			}
		}
		out = append(out, s)
	})
	return out, inside
}

// link is the address of the first match of sel in a selection, or of the link inside it; "" when there is none.
func (p *page) link(in *goquery.Selection, sel Selector) string {
	found, _ := matches(in, sel)
	if len(found) == 0 {
		return ""
	}
	return p.href(found[0])
}

func (p *page) href(s *goquery.Selection) string {
	ref, ok := s.Attr("href")
	if !ok {
		ref = s.Find("a[href]").First().AttrOr("href", "")
	}
	return markup.Resolve(ref, p.base)
}

// read fills the values of an item from a selection, and counts in hits the selectors that found something.
func (p *page) read(it *Item, in *goquery.Selection, fields []Value, hits map[string]int) {
	for _, v := range fields {
		found := []*goquery.Selection{in}
		if v.sel.set() {
			found, _ = matches(in, v.sel)
		}
		form := shapes[v.name]
		var values []string
		var fault error
		for _, s := range found[:min(len(found), maxMatches)] {
			text := p.value(v, form, s)
			if text == "" {
				continue
			}
			if v.layout != nil {
				plain, err := v.layout.plain(text)
				if err != nil {
					fault = err
				} else {
					text = plain
				}
			}
			if values = append(values, text); !form.many {
				break
			}
		}
		if len(values) == 0 {
			continue
		}
		hits[v.sel.Path]++
		it.Values[v.name] = values
		delete(it.Faults, v.name)
		if fault != nil {
			it.Faults[v.name] = fault
		}
	}
}

// value is what one element says of a field.
func (p *page) value(v Value, form shape, s *goquery.Selection) string {
	text, fromAttr := "", false
	switch {
	case v.attr != "":
		text, fromAttr = s.AttrOr(v.attr, ""), true
	case form.attr != "":
		text, fromAttr = s.Attr(form.attr)
		if !fromAttr && form.link {
			text, fromAttr = s.Find("[" + form.attr + "]").First().Attr(form.attr)
		}
	}
	if !fromAttr && goquery.NodeName(s) == "meta" {
		text, fromAttr = s.Attr("content")
	}
	if !fromAttr {
		inner, err := s.Html()
		if err != nil {
			return ""
		}
		text = catalog.PlainText(inner)
	}
	switch {
	case form.text:
		text = catalog.CleanLines(text, maxText)
	case form.link:
		text = catalog.CleanText(text, catalog.MaxURL)
	default:
		text = catalog.CleanText(text, maxLine)
	}
	if v.find != nil {
		m := v.find.FindStringSubmatch(text)
		switch {
		case m == nil:
			return ""
		case len(m) > 1:
			text = m[1]
		default:
			text = m[0]
		}
	}
	text = strings.TrimSpace(text)
	if form.link && text != "" {
		return markup.Resolve(text, p.base)
	}
	return text
}

// items reads the items of a list page.
func (r *Reader) items(p *page, hits map[string]int) (out []*Item, inside int) {
	found, inside := matches(p.root.Selection, r.Items)
	for i, s := range found {
		it := newItem(fmt.Sprintf("%s, treff %d", p.at, i+1))
		p.read(it, s, r.Fields, hits)
		if r.Self {
			it.link = p.href(s)
		} else if r.Link.set() {
			it.link = p.link(s, r.Link)
		}
		if it.link != "" {
			hits[r.Link.Path]++
		}
		out = append(out, it)
	}
	return out, inside
}

func newItem(where string) *Item {
	return &Item{Where: where, Values: map[string][]string{}, Faults: map[string]error{}}
}

// What a part takes over from its page when it does not say it itself. Times, ages and prices of the whole may not be those of a part,
// and a place is taken over whole or not at all.
var (
	ofWhole = []string{"organizer", "organizer_kind", "org_number", "categories", "description", "image", "language", "email", "phone", "url"}
	ofPlace = []string{"venue", "address", "postal_code", "locality", "neighbourhood", "lat", "lon"}
)

// over lays another item's values over a copy of it.
func (it *Item) over(other *Item) *Item {
	out := newItem(it.Where)
	out.link, out.part, out.ownURL = it.link, other.part, other.ownURL
	if other.part {
		out.Where = other.Where
	}
	placed := slices.ContainsFunc(ofPlace, func(name string) bool { return other.Values[name] != nil })
	for name, values := range it.Values {
		if other.part && !slices.Contains(ofWhole, name) && (placed || !slices.Contains(ofPlace, name)) {
			continue
		}
		out.Values[name] = values
		if fault := it.Faults[name]; fault != nil {
			out.Faults[name] = fault
		}
	}
	for name, values := range other.Values {
		out.Values[name] = values
		delete(out.Faults, name)
		if fault := other.Faults[name]; fault != nil {
			out.Faults[name] = fault
		}
	}
	return out
}

func (it *Item) size() int {
	n := 200
	for _, values := range it.Values {
		for _, v := range values {
			n += len(v) + 100
		}
	}
	return n
}

func (it *Item) get(field string) string {
	if v := it.Values[field]; len(v) > 0 {
		return v[0]
	}
	return ""
}
