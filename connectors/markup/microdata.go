package markup

import (
	"strings"

	"golang.org/x/net/html"
)

// microdata reads the items of schema.org in a parsed page, those that are no property of another (HTML Living Standard, 5 Microdata).
func microdata(doc *html.Node) []*Node {
	m := &microdataReader{byID: map[string]*html.Node{}, left: maxVisits}
	eachElement(doc, func(e *html.Node) {
		if id := attr(e, "id"); id != "" && m.byID[id] == nil {
			m.byID[id] = e
		}
	})
	var roots []*Node
	eachElement(doc, func(e *html.Node) {
		if hasAttr(e, "itemscope") && !hasAttr(e, "itemprop") {
			roots = append(roots, m.item(e, 0))
		}
	})
	return roots
}

// maxVisits bounds the elements that are visited: an itemref may lead back to where it came from, many times over.
const maxVisits = 500_000

type microdataReader struct {
	byID map[string]*html.Node
	left int // visits
}

func (m *microdataReader) item(e *html.Node, depth int) *Node {
	n := &Node{ID: strings.TrimSpace(attr(e, "itemid")), Props: map[string][]any{}}
	for _, t := range strings.Fields(attr(e, "itemtype")) {
		n.Types = append(n.Types, local(t))
	}
	if depth < MaxDepth {
		m.props(n, e, depth)
		for _, id := range strings.Fields(attr(e, "itemref")) {
			if other := m.byID[id]; other != nil && other != e {
				m.prop(n, other, depth)
			}
		}
	}
	return n
}

func (m *microdataReader) props(n *Node, e *html.Node, depth int) {
	for c := e.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			m.prop(n, c, depth)
		}
	}
}

func (m *microdataReader) prop(n *Node, e *html.Node, depth int) {
	if m.left--; m.left < 0 {
		return
	}
	names := strings.Fields(attr(e, "itemprop"))
	scoped := hasAttr(e, "itemscope")
	if len(names) > 0 {
		var v any = propertyValue(e)
		if scoped {
			v = m.item(e, depth+1)
		}
		for _, name := range names {
			if v != "" {
				n.Props[local(name)] = append(n.Props[local(name)], v)
			}
		}
	}
	if !scoped {
		m.props(n, e, depth)
	}
}

// propertyValue is the value of an element as microdata defines it; a content attribute counts on every element, as authors expect.
func propertyValue(e *html.Node) string {
	names := []string{"content"}
	switch e.Data {
	case "a", "area", "link":
		names = append(names, "href")
	case "img", "audio", "embed", "iframe", "source", "track", "video":
		names = append(names, "src")
	case "object":
		names = append(names, "data")
	case "data", "meter":
		names = append(names, "value")
	case "time", "ins", "del":
		names = append(names, "datetime")
	}
	for _, name := range names {
		if v := strings.TrimSpace(attr(e, name)); v != "" {
			return v
		}
	}
	if e.Data == "meta" || e.Data == "img" {
		return ""
	}
	return innerText(e)
}

// innerText is the text that a reader of e sees, line breaks where a block or a <br> makes them, at most about maxText bytes.
func innerText(e *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if b.Len() > maxText {
			return
		}
		if n.Type == html.TextNode {
			b.WriteString(strings.Join(strings.FieldsFunc(n.Data[:min(len(n.Data), maxText)], func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' }), " "))
			return
		}
		switch n.Data {
		case "script", "style", "template", "noscript":
			return
		case "br":
			b.WriteByte('\n')
		case "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "table", "tr":
			b.WriteString("\n\n")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	for c := e.FirstChild; c != nil; c = c.NextSibling {
		walk(c)
	}
	return strings.TrimSpace(b.String())
}

func eachElement(n *html.Node, visit func(*html.Node)) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode {
			visit(d)
		}
	}
}

func attr(e *html.Node, name string) string {
	for _, a := range e.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(e *html.Node, name string) bool {
	for _, a := range e.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
