package config

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

var (
	unknownField = regexp.MustCompile(`^field (.+?) not found in type`)
	wrongType    = regexp.MustCompile("(?s)^cannot construct !!(\\w+)(?: `(.*)`)? into (.+)$")
)

// forms shows how the keys of the file are written.
var forms = map[string]string{
	"hub":          `hub: {id: larvik, name: Aktiviteter i Larvik, municipality: "3909"}`,
	"sources":      "en strek og et mellomrom foran id i hver kilde (- id: min-kilde), og resten av kilden rykket inn under id",
	"languages":    "languages: [nb, nn, en]",
	"geocode":      "geocode: true",
	"enabled":      "enabled: false",
	"priority":     "priority: 60",
	"defaults":     "defaults: {kind: event, category: concert}",
	"categories":   "categories: {Konsert: concert, Kor: choir}",
	"ignore":       "ignore: [image]",
	"volatile":     "volatile: [description]",
	"drop":         "drop: [{title: styremøte}]",
	"options":      "options: {…} med valgene som står i README-filen til slaget, eller ta bort linjen",
	"headers":      "headers: {Accept-Language: nb}",
	"guard":        "guard: {percent: 100}",
	"percent":      "percent: 30",
	"count":        "count: 5",
	"limits":       "limits: {mib: 40}",
	"mib":          "mib: 40",
	"records":      "records: 50000",
	"municipality": `municipality: "3909"`,
	"schedule":     `schedule: "@daily"`,
}

// spot is a place in the file.
type spot struct {
	node *yaml.Node
	key  string       // the nearest one that leads there
	into reflect.Type // what is read there: the struct whose key it is, or the type of the value
}

// find gives the spot of a key or value at a line and column below node, which is read into t.
func find(node *yaml.Node, t reflect.Type, line, column int, asKey bool, key string) (spot, bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if !asKey && node.Line == line && node.Column == column {
		return spot{node, key, t}, true
	}
	switch {
	case node.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		for _, item := range node.Content {
			if s, ok := find(item, t.Elem(), line, column, asKey, key); ok {
				return s, true
			}
		}
	case node.Kind == yaml.MappingNode && (t.Kind() == reflect.Struct || t.Kind() == reflect.Map):
		for i := 0; i+1 < len(node.Content); i += 2 {
			name := node.Content[i]
			if asKey && name.Line == line && name.Column == column {
				return spot{name, key, t}, true
			}
			of := t
			if name.Value != "<<" {
				if of = fieldType(t, name.Value); of == nil {
					continue
				}
			}
			if s, ok := find(node.Content[i+1], of, line, column, asKey, name.Value); ok {
				return s, true
			}
		}
	}
	return spot{}, false
}

// fields are the keys that a struct is read from, in its order, and what they are read into.
func fields(t reflect.Type) (names []string, types []reflect.Type) {
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[yaml.Node]() {
		return nil, nil
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, rest, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case name == "-" || !f.IsExported():
		case strings.Contains(rest, "inline"):
			n, of := fields(f.Type)
			names, types = append(names, n...), append(types, of...)
		default:
			if name == "" {
				name = strings.ToLower(f.Name)
			}
			names, types = append(names, name), append(types, f.Type)
		}
	}
	return names, types
}

func fieldType(t reflect.Type, name string) reflect.Type {
	if t.Kind() == reflect.Map {
		return t.Elem()
	}
	names, types := fields(t)
	for i := range names {
		if names[i] == name {
			return types[i]
		}
	}
	return nil
}

// below gives the key of t under which there is a key of that name; "" when there is none.
func below(t reflect.Type, name string) string {
	names, types := fields(t)
	for i, of := range types {
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
			of = of.Elem()
		}
		if of.Kind() == reflect.Struct && fieldType(of, name) != nil {
			return names[i]
		}
	}
	return ""
}

// describe turns what the reader found wrong with root, which it read into v, into a problem.
func (c *checker) describe(bad *yaml.LoadError, root *yaml.Node, v any) {
	line, column := bad.Mark.Line, bad.Mark.Column
	at := func(asKey bool) (spot, bool) { return find(root, reflect.TypeOf(v), line, column, asKey, "options") }
	if m := unknownField.FindStringSubmatch(bad.Message); m != nil {
		do := "fjern den"
		if s, ok := at(true); ok {
			names, _ := fields(s.into)
			if parent := below(s.into, m[1]); parent != "" {
				do = fmt.Sprintf("den skal stå under %s; her kan du velge blant: %s", parent, strings.Join(names, ", "))
			} else if len(names) > 0 {
				do = choose(m[1], names)
			}
		}
		c.problem(line, column, fmt.Sprintf("ukjent nøkkel %q", m[1]), do)
		return
	}
	if m := wrongType.FindStringSubmatch(bad.Message); m != nil {
		what, do := "fant "+yamlType(m[1]), "skriv "+goType(m[3])
		if m[2] != "" {
			what = fmt.Sprintf("fant %q", m[2])
		}
		if s, ok := at(false); ok {
			if m[2] != "" {
				what = fmt.Sprintf("fant %q", shorten(s.node.Value))
			}
			do = "skriv " + form(s, v)
		}
		c.problem(line, column, fmt.Sprintf("%s der det skal stå %s", what, goType(m[3])), do)
		return
	}
	if says, ok := inNorwegian(bad.Message); ok {
		c.problem(line, column, says, "rett det")
		return
	}
	c.problem(line, column, bad.Message, "rett det") // a kind of source says it
}

// form shows how the key of a spot is written.
func form(s spot, v any) string {
	if _, ours := v.(*wireFile); ours && forms[s.key] != "" {
		return forms[s.key]
	}
	names, _ := fields(s.into)
	switch {
	case s.into.Kind() == reflect.Slice:
		return s.key + ": [første, andre]"
	case len(names) > 0:
		return fmt.Sprintf("%s: {%s: …}; nøklene som finnes, er %s", s.key, names[0], strings.Join(names, ", "))
	}
	return goType(s.into.String())
}

func shorten(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:39]) + "…"
	}
	return text
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
