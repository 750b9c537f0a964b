// Package edit changes one place of a YAML file that people keep by hand, and leaves every other byte of it as it is: comments, order, quotes,
// blank lines. Each change is read back and compared with what it was to be, so that a text which is written in an uncommon way is refused
// rather than damaged.
package edit

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// ErrForm is a place that cannot be changed without touching what stands around it; it is left to whoever keeps the file.
var ErrForm = errors.New("stedet er skrevet på en måte som ikke kan endres automatisk; gjør endringen i filen selv")

// ErrNoPlace is a path that leads nowhere.
var ErrNoPlace = errors.New("stedet finnes ikke i filen")

// Doc is the text of a file and what it says. A change that fails leaves it as it was.
type Doc struct {
	text []byte
	root *yaml.Node
}

// Open reads a text of one YAML document whose root is a mapping.
func Open(text []byte) (*Doc, error) {
	root, err := parse(text)
	if err != nil {
		return nil, err
	}
	return &Doc{bytes.Clone(text), root}, nil
}

func parse(text []byte) (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("the file is not a list of keys: %w", ErrForm)
	}
	return doc.Content[0], nil
}

// Text is the file as it is now.
func (d *Doc) Text() []byte { return bytes.Clone(d.text) }

// Index finds the first item of the list at path whose key has that value, -1 when there is none.
func (d *Doc) Index(key, value string, path ...any) int {
	list := d.find(path)
	if list == nil || list.Kind != yaml.SequenceNode {
		return -1
	}
	return slices.IndexFunc(list.Content, func(item *yaml.Node) bool {
		_, v := member(item, key)
		return v != nil && v.Kind == yaml.ScalarNode && v.Value == value
	})
}

// Append adds an item at the end of the list at path. Item is YAML as it would stand in a list of its own: "- id: a\n  name: b\n".
func (d *Doc) Append(item string, path ...any) error {
	added, err := parseList(item)
	if err != nil {
		return err
	}
	list := d.find(path)
	switch {
	case list == nil && len(path) == 1:
		name, err := scalar(path[0])
		if err != nil {
			return err
		}
		end := len(d.text)
		lead := ""
		if end > 0 && d.text[end-1] != '\n' {
			lead = "\n"
		}
		return d.put(end, end, lead+"\n"+name+":\n"+indented(item, 2), set(path, added))
	case list == nil:
		return ErrNoPlace
	case list.Kind == yaml.ScalarNode && list.Tag == "!!null", list.Kind == yaml.SequenceNode && len(list.Content) == 0:
		key := d.keyOf(path)
		if key == nil {
			return ErrForm
		}
		start := d.afterColon(key)
		stop := max(start, d.end(list))
		return d.put(start, stop, "\n"+strings.TrimSuffix(indented(item, key.Column-1+2), "\n"), set(path, added))
	case list.Kind != yaml.SequenceNode || list.Style&yaml.FlowStyle != 0:
		return ErrForm
	}
	last := list.Content[len(list.Content)-1]
	dash := d.dash(last)
	if dash < 0 {
		return ErrForm
	}
	indent := dash - d.lineStart(dash)
	at := d.afterComments(d.lineEnd(d.end(last)), indent)
	lead := ""
	if at > 0 && d.text[at-1] != '\n' {
		lead = "\n"
	}
	if d.spaced(list, indent) {
		lead += "\n"
	}
	return d.put(at, at, lead+indented(item, indent), func(root any) (any, error) {
		return change(root, path, func(old any) (any, error) {
			items, ok := old.([]any)
			if !ok {
				return nil, ErrForm
			}
			return append(slices.Clip(items), added[0]), nil
		})
	})
}

// Set gives the key at the end of path a value: a string, bool, number, list of strings, mapping of strings to strings, Fields, or Rows. What is not
// there yet is added after its neighbours; of a mapping that is not there yet it becomes the only key.
func (d *Doc) Set(value any, path ...any) error {
	if len(path) == 0 {
		return ErrNoPlace
	}
	text, err := encode(value)
	if err != nil {
		return err
	}
	says, err := parseValue(text)
	if err != nil {
		return err
	}
	if parent := d.find(path[:len(path)-1]); parent != nil && parent.Kind == yaml.MappingNode && len(parent.Content) > 0 {
		if s, ok := value.(string); ok && canBlock(s) && d.write(block(s, parent.Content[0].Column+1), says, value, path) == nil {
			return nil
		}
	}
	return d.write(text, says, value, path)
}

// write is Set by a text that says the value.
func (d *Doc) write(text string, says, value any, path []any) error {
	effect := set(path, says)
	key, isKey := path[len(path)-1].(string)
	if !isKey {
		return ErrNoPlace
	}
	parent := d.find(path[:len(path)-1])
	if parent == nil || parent.Kind == yaml.ScalarNode && parent.Tag == "!!null" {
		return d.Set(map[string]any{key: value}, path[:len(path)-1]...)
	}
	if parent.Kind != yaml.MappingNode {
		return ErrForm
	}
	name, err := scalar(key)
	if err != nil {
		return err
	}
	if k, v := member(parent, key); k != nil {
		start := d.afterColon(k)
		if start < 0 {
			return ErrForm
		}
		if from := d.offset(v); v.Line == k.Line && from > start && v.Kind != yaml.AliasNode && v.Anchor == "" {
			return d.put(from, d.end(v), text, effect)
		}
		return d.put(start, max(start, d.end(v)), " "+text, effect)
	}
	if parent.Style&yaml.FlowStyle != 0 {
		at := d.end(parent) - 1
		for at > 0 && (d.text[at-1] == ' ' || d.text[at-1] == '\n' || d.text[at-1] == '\r') {
			at--
		}
		lead := ", "
		if len(parent.Content) == 0 {
			lead = ""
		}
		return d.put(at, at, lead+name+": "+text, effect)
	}
	first, last := parent.Content[0], parent.Content[len(parent.Content)-1]
	line := strings.Repeat(" ", first.Column-1) + name + ": " + text
	at := d.lineEnd(d.end(last))
	if at > 0 && d.text[at-1] == '\n' {
		return d.put(at, at, line+"\n", effect)
	}
	return d.put(at, at, "\n"+line, effect)
}

// Remove takes the key or the item that path leads to away, with its lines. Comments above it stay.
func (d *Doc) Remove(path ...any) error {
	node := d.find(path)
	if node == nil || len(path) == 0 {
		return ErrNoPlace
	}
	parent := d.find(path[:len(path)-1])
	if parent.Style&yaml.FlowStyle != 0 {
		return ErrForm
	}
	at := d.dash(node)
	if parent.Kind == yaml.MappingNode {
		at = d.offset(d.keyOf(path))
	}
	if at < 0 {
		return ErrForm
	}
	effect := func(root any) (any, error) {
		return change(root, path[:len(path)-1], func(old any) (any, error) { return without(old, path[len(path)-1]) })
	}
	start, stop := d.lineStart(at), d.lineEnd(d.end(node))
	if strings.TrimSpace(string(d.text[start:at])) != "" { // the first key of an item stands behind its dash
		return ErrForm
	}
	alone := len(parent.Content) == 1 || parent.Kind == yaml.MappingNode && len(parent.Content) == 2
	if !alone {
		return d.put(start, stop, "", effect)
	}
	if len(path) < 2 {
		return ErrForm
	}
	key := d.keyOf(path[:len(path)-1])
	if key == nil {
		return ErrForm
	}
	empty := " []"
	if parent.Kind == yaml.MappingNode {
		empty = " {}"
	}
	after := d.afterColon(key)
	return d.put(after, d.end(parent), empty, effect)
}

// put replaces the bytes from start to stop, if what then stands there is what effect makes of what stood there.
func (d *Doc) put(start, stop int, text string, effect func(any) (any, error)) error {
	if start < 0 || stop < start || stop > len(d.text) {
		return ErrForm
	}
	if bytes.Contains(d.text, []byte("\r\n")) {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	changed := slices.Concat(d.text[:start], []byte(text), d.text[stop:])
	root, err := parse(changed)
	if err != nil {
		return fmt.Errorf("%w (%w)", ErrForm, err)
	}
	before, err := meaning(d.root)
	if err != nil {
		return err
	}
	want, err := effect(before)
	if err != nil {
		return err
	}
	got, err := meaning(root)
	if err != nil {
		return err
	}
	if !same(got, want) {
		return ErrForm
	}
	d.text, d.root = changed, root
	return nil
}
