package edit

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// Field is a key of a mapping with what it is to say: a string, bool, int, float64, list of strings, Fields, or Rows; nil takes it away.
type Field struct {
	Key   string
	Value any
}

// Fields are keys of a mapping, in the order in which new ones are written. Keys that they do not name stay as they are.
type Fields []Field

// Rows are the items of a list of mappings: those that are there already by their position, then new ones. An item whose fields say
// nothing is taken away.
type Rows []Fields

// empty reports whether fields say nothing.
func (f Fields) empty() bool {
	return !slices.ContainsFunc(f, func(one Field) bool { return !nothing(one.Value) })
}

func nothing(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []string:
		return len(v) == 0
	case Fields:
		return v.empty()
	case Rows:
		return !slices.ContainsFunc(v, func(f Fields) bool { return !f.empty() })
	}
	return false
}

// Put makes the mapping at path say fields and changes as little of the text as it can.
func (d *Doc) Put(fields Fields, path ...any) error {
	for _, f := range fields {
		if err := d.put1(f.Value, append(slices.Clip(path), f.Key)); err != nil {
			return err
		}
	}
	return nil
}

func (d *Doc) put1(value any, path []any) error {
	node := d.find(path)
	switch v := value.(type) {
	case Fields:
		if node != nil && node.Kind == yaml.MappingNode && !(v.empty() && d.covered(node, v)) {
			return d.Put(v, path...)
		}
	case Rows:
		return d.putRows(v, node, path)
	}
	switch {
	case nothing(value):
		if node == nil {
			return nil
		}
		err := d.Remove(path...)
		if errors.Is(err, ErrForm) { // the first key of an item, or a key in brackets
			return d.Set("", path...)
		}
		return err
	case node != nil && says(node, value):
		return nil
	}
	return d.Set(value, path...)
}

// covered reports whether fields name all keys of a mapping.
func (d *Doc) covered(node *yaml.Node, fields Fields) bool {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if !slices.ContainsFunc(fields, func(f Field) bool { return f.Key == node.Content[i].Value }) {
			return false
		}
	}
	return true
}

// says reports whether a node says a value already, however it is written: a text that reads as a number is the same as that number.
func says(node *yaml.Node, value any) bool {
	switch v := value.(type) {
	case []string:
		if node.Kind == yaml.ScalarNode {
			return len(v) == 1 && node.Value == v[0]
		}
		return node.Kind == yaml.SequenceNode && slices.EqualFunc(node.Content, v, func(n *yaml.Node, s string) bool { return n.Kind == yaml.ScalarNode && n.Value == s })
	case float64:
		n, err := strconv.ParseFloat(node.Value, 64)
		return node.Kind == yaml.ScalarNode && err == nil && n == v
	case string, bool, int:
		return node.Kind == yaml.ScalarNode && strings.TrimRight(node.Value, "\n") == fmt.Sprint(v)
	}
	return false
}

// putRows changes a list of mappings item by item, and where that cannot be done as a whole.
func (d *Doc) putRows(rows Rows, node *yaml.Node, path []any) error {
	there := 0
	if node != nil && node.Kind == yaml.SequenceNode {
		there = len(node.Content)
	}
	if nothing(rows) && len(rows) >= there {
		return d.put1(nil, path)
	}
	if node == nil {
		return d.Set(slices.DeleteFunc(slices.Clone(rows), Fields.empty), path...)
	}
	trial := &Doc{d.text, d.root}
	if err := trial.eachRow(rows, there, path); err == nil {
		d.text, d.root = trial.text, trial.root
		return nil
	} else if !errors.Is(err, ErrForm) {
		return err
	}
	var whole Rows
	for i, row := range rows {
		switch {
		case row.empty():
		case i < there:
			whole = append(whole, merged(node.Content[i], row))
		default:
			whole = append(whole, row)
		}
	}
	for i := len(rows); i < there; i++ {
		whole = append(whole, merged(node.Content[i], nil))
	}
	return d.Set(whole, path...)
}

func (d *Doc) eachRow(rows Rows, there int, path []any) error {
	for i, row := range slices.Backward(rows) {
		at := append(slices.Clip(path), i)
		var err error
		switch {
		case i >= there:
			continue
		case row.empty():
			err = d.Remove(at...)
		default:
			err = d.Put(row, at...)
		}
		if err != nil {
			return err
		}
	}
	for i := there; i < len(rows); i++ {
		if rows[i].empty() {
			continue
		}
		text, err := Item(rows[i])
		if err == nil {
			err = d.Append(text, path...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// merged is what a mapping of texts says with some fields changed.
func merged(node *yaml.Node, fields Fields) Fields {
	var all Fields
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, v := node.Content[i].Value, node.Content[i+1]
		if slices.ContainsFunc(fields, func(f Field) bool { return f.Key == key }) {
			continue
		}
		if v.Kind == yaml.SequenceNode {
			var texts []string
			for _, item := range v.Content {
				texts = append(texts, item.Value)
			}
			all = append(all, Field{key, texts})
			continue
		}
		all = append(all, Field{key, v.Value})
	}
	return append(all, slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { return nothing(f.Value) })...)
}

// Item writes a mapping as the one item of a list, for Append.
func Item(fields Fields) (string, error) {
	var b strings.Builder
	for _, f := range fields {
		if nothing(f.Value) {
			continue
		}
		name, err := scalar(f.Key)
		if err != nil {
			return "", err
		}
		lead := "  "
		if b.Len() == 0 {
			lead = "- "
		}
		b.WriteString(lead + name + ":")
		if rows, ok := f.Value.(Rows); ok {
			b.WriteString("\n")
			for _, row := range rows {
				if row.empty() {
					continue
				}
				text, err := Item(row)
				if err != nil {
					return "", err
				}
				b.WriteString(indented(text, 4))
			}
			continue
		}
		text, err := encode(f.Value)
		if err != nil {
			return "", err
		}
		if s, ok := f.Value.(string); ok && canBlock(s) {
			text = block(s, 4)
		}
		b.WriteString(" " + text + "\n")
	}
	return b.String(), nil
}

// canBlock reports whether a text of several lines can stand as one in YAML as it is.
func canBlock(s string) bool {
	return strings.Contains(s, "\n") && s[0] != ' ' && s[0] != '\n' && !strings.Contains(s, "\n ") && !strings.HasSuffix(s, "\n") && !strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) })
}

func block(s string, indent int) string {
	return "|-\n" + strings.TrimSuffix(indented(s, indent), "\n")
}
