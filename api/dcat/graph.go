// Package dcat describes the hub's data for data catalogues, in the words of DCAT-AP-NO.
package dcat

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// vocabularies are those that names are shortened by.
func vocabularies() map[string]string {
	return map[string]string{
		"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/", "vcard": "http://www.w3.org/2006/vcard/ns#",
		"skos": "http://www.w3.org/2004/02/skos/core#", "xsd": "http://www.w3.org/2001/XMLSchema#", "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
	}
}

// term is an address or a literal.
type term struct {
	iri             string // an address; empty: a literal
	text, lang, typ string // typ is shortened, empty for plain text
}

func iri(address string) term          { return term{iri: address} }
func nb(text string) term              { return term{text: text, lang: "nb"} }
func plain(text string) term           { return term{text: text} }
func typed(text, datatype string) term { return term{text: text, typ: datatype} }

// node is a thing with what is said of it.
type node struct {
	id    string
	types []string
	said  []statement
}

type statement struct {
	name   string // shortened
	values []term
}

// say adds values that are not empty.
func (n *node) say(name string, values ...term) {
	values = slices.DeleteFunc(values, func(t term) bool { return t.iri == "" && t.text == "" })
	if len(values) > 0 {
		n.said = append(n.said, statement{name, values})
	}
}

// Graph is a description, ready to be written.
type Graph struct{ nodes []*node }

// add gives a new thing; one that is there already gets more types and sayings.
func (g *Graph) add(id string, types ...string) *node {
	for _, n := range g.nodes {
		if n.id == id {
			return n
		}
	}
	n := &node{id: id, types: types}
	g.nodes = append(g.nodes, n)
	return n
}

// Turtle writes the graph as Turtle (https://www.w3.org/TR/turtle/).
func (g *Graph) Turtle(w io.Writer) error {
	var b strings.Builder
	names := vocabularies()
	for _, short := range sorted(names) {
		fmt.Fprintf(&b, "@prefix %s: <%s> .\n", short, names[short])
	}
	for _, n := range g.nodes {
		fmt.Fprintf(&b, "\n%s a %s", address(n.id), strings.Join(n.types, ", "))
		for _, s := range n.said {
			values := make([]string, len(s.values))
			for i, v := range s.values {
				values[i] = v.turtle()
			}
			fmt.Fprintf(&b, " ;\n  %s %s", s.name, strings.Join(values, ", "))
		}
		b.WriteString(" .\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func sorted(m map[string]string) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (t term) turtle() string {
	if t.iri != "" {
		return address(t.iri)
	}
	text := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(t.text) + `"`
	switch {
	case t.lang != "":
		return text + "@" + t.lang
	case t.typ != "":
		return text + "^^" + t.typ
	}
	return text
}

// address writes an IRI. What may not be in one is written in per cent.
func address(s string) string { return "<" + whole(s) + ">" }

func whole(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r <= ' ' || strings.ContainsRune("<>\"{}|^`\\", r) {
			fmt.Fprintf(&b, "%%%02X", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// JSONLD writes the graph as JSON-LD, with its context in it.
func (g *Graph) JSONLD(w io.Writer) error {
	nodes := make([]map[string]any, len(g.nodes))
	for i, n := range g.nodes {
		nodes[i] = map[string]any{"@id": whole(n.id), "@type": n.types}
		for _, s := range n.said {
			values := make([]map[string]string, len(s.values))
			for j, v := range s.values {
				values[j] = v.jsonld()
			}
			nodes[i][s.name] = values
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(map[string]any{"@context": vocabularies(), "@graph": nodes})
}

func (t term) jsonld() map[string]string {
	switch {
	case t.iri != "":
		return map[string]string{"@id": whole(t.iri)}
	case t.lang != "":
		return map[string]string{"@value": t.text, "@language": t.lang}
	case t.typ != "":
		return map[string]string{"@value": t.text, "@type": t.typ}
	}
	return map[string]string{"@value": t.text}
}
