package config

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

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
			c.describe(bad, v)
		}
		return
	}
	var bad *yaml.LoadError
	if errors.As(err, &bad) {
		c.describe(bad, v)
		return
	}
	c.problem(node.Line, node.Column, err.Error(), "rett det")
}

// unique reports keys that stand twice in one mapping and drops the later ones, so that the rest can be checked too.
func (c *checker) unique(node *yaml.Node) {
	if node.Kind == yaml.MappingNode {
		seen := map[string]int{}
		var kept []*yaml.Node
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := node.Content[i]
			if line, twice := seen[key.Value]; twice {
				c.problem(key.Line, key.Column, fmt.Sprintf("nøkkelen %q står to ganger, også på linje %d", key.Value, line), "behold bare den ene")
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

var (
	unknownField = regexp.MustCompile(`^field (.+?) not found in type`)
	wrongType    = regexp.MustCompile("(?s)^cannot construct !!(\\w+)(?: `(.*)`)? into (.+)$")
)

func (c *checker) describe(bad *yaml.LoadError, v any) {
	line, column := bad.Mark.Line, bad.Mark.Column
	if m := unknownField.FindStringSubmatch(bad.Message); m != nil {
		do := "fjern den"
		if near := nearest(m[1], fieldNames(reflect.TypeOf(v), map[reflect.Type]bool{})); near != "" {
			do = fmt.Sprintf("mente du %q?", near)
		}
		c.problem(line, column, fmt.Sprintf("ukjent nøkkel %q", m[1]), do)
		return
	}
	if m := wrongType.FindStringSubmatch(bad.Message); m != nil {
		what := "fant " + yamlType(m[1])
		if m[2] != "" {
			what = fmt.Sprintf("fant %q", m[2])
		}
		c.problem(line, column, fmt.Sprintf("%s der det skal stå %s", what, goType(m[3])), "skriv "+goType(m[3]))
		return
	}
	c.problem(line, column, bad.Message, "rett det")
}

func yamlType(t string) string {
	switch t {
	case "map":
		return "nøkler med verdier"
	case "seq":
		return "en liste"
	case "null":
		return "ingenting"
	}
	return "en verdi"
}

func goType(t string) string {
	t = strings.TrimPrefix(t, "*")
	switch {
	case t == "bool":
		return "true eller false"
	case strings.HasPrefix(t, "int"), strings.HasPrefix(t, "uint"):
		return "et heltall"
	case strings.HasPrefix(t, "float"):
		return "et tall"
	case t == "string":
		return "en tekst"
	case strings.HasPrefix(t, "[]"):
		return "en liste"
	}
	return "nøkler med verdier"
}

func fieldNames(t reflect.Type, seen map[reflect.Type]bool) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] || t == reflect.TypeFor[yaml.Node]() {
		return nil
	}
	seen[t] = true
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		if name != "-" && f.IsExported() {
			out = append(out, name)
		}
		out = append(out, fieldNames(f.Type, seen)...)
	}
	return out
}

// nearest gives the candidate within two edits of word that shares a letter with it, "" when there is none.
func nearest(word string, candidates []string) string {
	best, at := "", 3
	for _, candidate := range candidates {
		if d := distance(word, candidate); d < at && d < min(len(word), len(candidate)) {
			best, at = candidate, d
		}
	}
	return best
}

// distance is the Levenshtein distance, a swap of neighbours counting as one edit (optimal string alignment).
func distance(a, b string) int {
	prev2, prev, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], prev2[j-2]+1)
			}
		}
		prev2, prev, row = prev, row, prev2
	}
	return prev[len(b)]
}
