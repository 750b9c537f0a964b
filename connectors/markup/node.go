// Package markup reads events that are marked up in web pages: JSON-LD, microdata and microformats, in the words of schema.org.
//
// The three notations become the same Node, and one adapter makes a catalog.Record of it. Nothing is ever fetched: a remote context,
// image or frame is only an address.
package markup

import (
	"slices"
	"strings"
)

// Bounds on one page. Parts are the objects, lists and members of its JSON, and cost some 200 bytes of memory each.
const (
	MaxDepth = 64
	MaxParts = 600_000
	maxText  = 100_000 // bytes of one text; a description is cut far below
)

// Node is one thing that a page describes, in whatever notation.
type Node struct {
	Types []string         // of schema.org, without its address: "MusicEvent"
	ID    string           // @id or itemid as written; "" when it has none
	Props map[string][]any // string, bool or *Node by property name, in the order of the page; never an empty list
}

// is reports whether any of n's types passes.
func (n *Node) is(pass func(string) bool) bool { return n != nil && slices.ContainsFunc(n.Types, pass) }

// isReference reports whether n only names a thing that is described elsewhere in the page.
func (n *Node) isReference() bool { return n.ID != "" && len(n.Props) == 0 }

// text is the first non-empty text of the first of the properties that has one; for a thing its name, else its address.
func (n *Node) text(props ...string) string {
	for _, t := range n.texts(props...) {
		return t
	}
	return ""
}

// texts is every non-empty text of the properties.
func (n *Node) texts(props ...string) []string {
	if n == nil {
		return nil
	}
	var out []string
	for _, p := range props {
		for _, v := range n.Props[p] {
			if t := strings.TrimSpace(textOf(v)); t != "" {
				out = append(out, t)
			}
		}
	}
	return out
}

func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		if v {
			return "true"
		}
		return "false"
	case *Node:
		for _, p := range []string{"name", "prefLabel", "value", "url"} {
			for _, inner := range v.Props[p] {
				if s, ok := inner.(string); ok && strings.TrimSpace(s) != "" {
					return s
				}
			}
		}
		return v.ID
	}
	return ""
}

// nodes is every thing among the values of the properties.
func (n *Node) nodes(props ...string) []*Node {
	if n == nil {
		return nil
	}
	var out []*Node
	for _, p := range props {
		for _, v := range n.Props[p] {
			if inner, ok := v.(*Node); ok {
				out = append(out, inner)
			}
		}
	}
	return out
}

// node is the first thing among the values of a property, nil when there is none.
func (n *Node) node(prop string) *Node {
	for _, inner := range n.nodes(prop) {
		return inner
	}
	return nil
}

// link is the first address among the properties: a text, or the id or url of a thing.
func (n *Node) link(props ...string) string {
	if n == nil {
		return ""
	}
	for _, p := range props {
		for _, v := range n.Props[p] {
			if ref := linkOf(v); ref != "" {
				return ref
			}
		}
	}
	return ""
}

func linkOf(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case *Node:
		if ref := v.plain("contentUrl", "url"); ref != "" {
			return ref
		}
		return v.ID
	}
	return ""
}

// plain is text with the value's own words only: not a thing's name.
func (n *Node) plain(props ...string) string {
	if n == nil {
		return ""
	}
	for _, p := range props {
		for _, v := range n.Props[p] {
			if s, ok := v.(string); ok && strings.TrimSpace(s) != "" {
				return strings.TrimSpace(s)
			}
		}
	}
	return ""
}

// fill takes from other the properties that n lacks; the named ones only, all when none is named.
func (n *Node) fill(other *Node, props ...string) {
	if n == nil || other == nil || n == other {
		return
	}
	for p, values := range other.Props {
		if _, has := n.Props[p]; !has && (len(props) == 0 || slices.Contains(props, p)) {
			n.Props[p] = values
		}
	}
}

// local is a name without the prefix or address of its vocabulary: "schema:Event" and "https://schema.org/Event" are "Event".
func local(name string) string {
	name = strings.TrimRight(strings.TrimSpace(name), "/#")
	return name[strings.LastIndexAny(name, "/#:")+1:]
}

// isEvent reports whether a type of schema.org or OpenActive is an event that a resident can go to.
func isEvent(t string) bool {
	switch t {
	case "EventSeries", "Festival", "Hackathon", "SessionSeries", "ScheduledSession", "Course", "CourseInstance":
		return true
	case "DeliveryEvent", "PublicationEvent", "BroadcastEvent", "OnDemandEvent":
		return false
	}
	return strings.HasSuffix(t, "Event")
}

func isCourse(t string) bool { return t == "Course" || t == "CourseInstance" }
