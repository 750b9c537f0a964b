// Package manual is the table of what the elements have: attributes, events, methods, custom properties, parts and states.
package manual

import (
	_ "embed"

	"go.yaml.in/yaml/v4"
)

//go:embed manual.yaml
var table []byte

// Manual is the table. Its texts are in bokmål.
type Manual struct {
	Elements                                               []Element
	Attributes, Events, Methods, States, Properties, Parts []Entry
	Privacy                                                []string // paragraphs for the privacy statement of a page with an element
}

// Element is one custom element.
type Element struct {
	Tag, Script, What string
}

// Entry is one thing that elements have, or several that are alike.
type Entry struct {
	Names         []string
	On            []string // tags
	What, Without string
}

// Load reads the embedded table.
func Load() (*Manual, error) {
	m := new(Manual)
	return m, yaml.Unmarshal(table, m)
}
