package config

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v4"
)

// Options are the options of one source as they stand in the file; the kind decodes them into its own struct.
type Options struct {
	node *yaml.Node
	path string
}

// Decode fills a pointer to a struct strictly. The error is Problems with file, line and column.
func (o Options) Decode(v any) error {
	if o.node == nil || o.node.IsZero() {
		return nil
	}
	c := &checker{path: o.path}
	c.load(o.node, v)
	if len(c.problems) > 0 {
		return c.sorted()
	}
	return nil
}

// Text is the options as YAML, for fingerprints; "" when there are none.
func (o Options) Text() string {
	if o.node == nil || o.node.IsZero() {
		return ""
	}
	b, err := yaml.Marshal(o.node)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// load decodes a node strictly and turns what is wrong into problems.
func (c *checker) load(node *yaml.Node, v any) {
	c.unique(node)
	err := node.Load(v, yaml.WithKnownFields())
	if err == nil {
		return
	}
	var all *yaml.LoadErrors
	if errors.As(err, &all) {
		for _, bad := range all.Errors {
			c.describe(bad, node, v)
		}
		return
	}
	var bad *yaml.LoadError
	if errors.As(err, &bad) {
		c.describe(bad, node, v)
		return
	}
	says, ok := inNorwegian(err.Error())
	if !ok {
		says = err.Error()
	}
	c.problem(node.Line, node.Column, says, "rett det")
}

// unique reports keys that stand twice in one mapping and drops the later ones, so that the rest can be checked too.
func (c *checker) unique(node *yaml.Node) {
	if node.Kind == yaml.MappingNode {
		seen, another := map[string]int{}, false // whether what follows seems to be another source
		var kept []*yaml.Node
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := node.Content[i]
			if line, twice := seen[key.Value]; twice {
				do := "behold bare den ene"
				if another {
					continue
				}
				if another = key.Value == "id"; another {
					do = "begynner en ny kilde her, mangler streken foran: - id: …; ellers " + do
				}
				c.problem(key.Line, key.Column, fmt.Sprintf("nøkkelen %q står to ganger, også på linje %d", key.Value, line), do)
				continue
			}
			seen[key.Value] = key.Line
			kept = append(kept, key, node.Content[i+1])
		}
		node.Content = kept
	}
	for _, child := range node.Content {
		c.unique(child)
	}
}
