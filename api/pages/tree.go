package pages

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The elements and attributes that a script may make of a tree; of other elements there is what is in them.
var (
	treeElements   = strings.Fields("a article bdi button dd div dl dt h1 h2 h3 li ol p section strong table tbody td th thead time tr ul")
	treeAttributes = strings.Fields("aria-current aria-disabled aria-label aria-labelledby aria-selected class data-day data-hits data-id datetime dir href id lang part rel role tabindex value")
)

// Told is what the page of a listing says below its name, for a script that shows it elsewhere.
type Told struct{ Listing }

func (Told) template() string { return "told.html" }

// Advice is what the search page says when nothing is found, for a script that shows it elsewhere.
type Advice struct{ Search }

func (Advice) template() string { return "advice.html" }

// Month is a month of what a search finds, for a script that shows it as a calendar.
type Month struct {
	T          func(key string, args ...any) string
	Name       string
	Prev, Next string // other months, "2026-12"; empty: there is none
	Heads      []string
	Weeks      []MonthWeek
	Sum        string
}

// MonthWeek is a row of a month. The first begins with days that are none.
type MonthWeek struct {
	Number int // of ISO 8601
	Days   []MonthDay
}

// MonthDay is a day of a month, as a cell and as a list. Without a Day it is none of them.
type MonthDay struct {
	Day, Label         string // "2026-12-05"; "lørdag 5. desember: 3 treff"
	Number, Hits       int
	Today, Chosen, Tab bool // Tab: where the keyboard comes to
	Entries            []Entry
	Cut                string // that there are more than these
}

func (Month) template() string { return "month.html" }

// Tree draws a view for a script that builds it node by node, where a page lets nobody parse markup: as JSON, a list of nodes, of which a
// text is a string and an element a list of its name, its attributes and its own nodes. What is for paper alone is left out.
func (p *Pages) Tree(view View) ([]byte, error) {
	drawn, err := p.Draw(view)
	if err != nil {
		return nil, err
	}
	nodes, err := html.ParseFragment(bytes.NewReader(drawn), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return nil, err
	}
	tree := []any{}
	for _, n := range nodes {
		tree = graft(tree, n)
	}
	var b bytes.Buffer
	plain := json.NewEncoder(&b)
	plain.SetEscapeHTML(false)
	err = plain.Encode(tree)
	return b.Bytes(), err
}

// graft appends a node to those of its parent.
func graft(to []any, n *html.Node) []any {
	if n.Type == html.TextNode {
		if strings.TrimSpace(n.Data) == "" && strings.Contains(n.Data, "\n") {
			return to // between the lines of a template
		}
		return append(to, n.Data)
	}
	attributes := map[string]string{}
	for _, a := range n.Attr {
		if a.Key == "class" && slices.Contains(strings.Fields(a.Val), "only-print") {
			return to
		}
		if slices.Contains(treeAttributes, a.Key) {
			attributes[a.Key] = a.Val
		}
	}
	known := n.Type == html.ElementNode && slices.Contains(treeElements, n.Data)
	of := to
	if known {
		of = []any{n.Data, attributes}
	}
	for child := range n.ChildNodes() {
		of = graft(of, child)
	}
	if known {
		return append(to, of)
	}
	return of
}
