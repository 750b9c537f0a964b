package edit

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// find gives the node that a path of keys and indexes leads to, nil when there is none.
func (d *Doc) find(path []any) *yaml.Node {
	node := d.root
	for _, step := range path {
		switch step := step.(type) {
		case string:
			_, node = member(node, step)
		case int:
			if node.Kind != yaml.SequenceNode || step < 0 || step >= len(node.Content) {
				return nil
			}
			node = node.Content[step]
		}
		if node == nil {
			return nil
		}
	}
	return node
}

// member gives a key of a mapping and its value, nil when it has none.
func member(node *yaml.Node, key string) (k, v *yaml.Node) {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if k := node.Content[i]; k.Value == key && k.ShortTag() == "!!str" {
			return node.Content[i], node.Content[i+1]
		}
	}
	return nil, nil
}

// keyOf gives the key that a path ends with.
func (d *Doc) keyOf(path []any) *yaml.Node {
	if len(path) == 0 {
		return nil
	}
	name, _ := path[len(path)-1].(string)
	k, _ := member(d.find(path[:len(path)-1]), name)
	return k
}

// offset is where a node begins.
func (d *Doc) offset(n *yaml.Node) int {
	at := 0
	for range n.Line - 1 {
		next := bytes.IndexByte(d.text[at:], '\n')
		if next < 0 {
			return len(d.text)
		}
		at += next + 1
	}
	for range n.Column - 1 {
		_, size := utf8.DecodeRune(d.text[at:])
		at += size
	}
	return min(at, len(d.text))
}

// end is where a node ends: right behind its last character.
func (d *Doc) end(n *yaml.Node) int {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null" && n.Value == "":
		return d.offset(n)
	case n.Style&yaml.FlowStyle != 0 && n.Kind != yaml.ScalarNode:
		return d.closing(d.offset(n))
	case len(n.Content) > 0:
		return d.end(n.Content[len(n.Content)-1])
	}
	at := d.offset(n)
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return d.quoted(at, '"')
	case n.Style&yaml.SingleQuotedStyle != 0:
		return d.quoted(at, '\'')
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return d.block(at)
	}
	length := len(n.Value)
	if n.Kind == yaml.AliasNode {
		length++ // the star
	}
	return min(at+length, len(d.text)) // of a plain text over several lines this is wrong, which put finds out
}

// quoted is where a quoted text that begins at at ends.
func (d *Doc) quoted(at int, quote byte) int {
	for i := at + 1; i < len(d.text); i++ {
		switch d.text[i] {
		case '\\':
			if quote == '"' {
				i++
			}
		case quote:
			if quote == '\'' && i+1 < len(d.text) && d.text[i+1] == quote {
				i++
				continue
			}
			return i + 1
		}
	}
	return len(d.text)
}

// closing is where the brackets that open at at close.
func (d *Doc) closing(at int) int {
	depth := 0
	for i := at; i < len(d.text); i++ {
		switch c := d.text[i]; c {
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"', '\'':
			if before := d.text[i-1]; before == ' ' || before == '[' || before == '{' || before == ',' || before == ':' || before == '\n' {
				i = d.quoted(i, c) - 1
			}
		case '#':
			if d.text[i-1] == ' ' {
				i = d.lineEnd(i) - 1
			}
		}
	}
	return len(d.text)
}

// block is where a block of text whose mark (| or >) stands at at ends: before the first line that is not further in than the line of the mark.
func (d *Doc) block(at int) int {
	own := indentOf(d.text[d.lineStart(at):])
	end := d.lineEnd(at)
	for next := end; next < len(d.text); next = d.lineEnd(next) {
		line := d.text[next:d.lineEnd(next)]
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if indentOf(line) <= own {
			break
		}
		end = d.lineEnd(next)
	}
	return len(bytes.TrimRight(d.text[:end], "\r\n"))
}

func (d *Doc) lineStart(at int) int { return bytes.LastIndexByte(d.text[:at], '\n') + 1 }

// lineEnd is behind the line break of the line that at stands in.
func (d *Doc) lineEnd(at int) int {
	if next := bytes.IndexByte(d.text[at:], '\n'); next >= 0 {
		return at + next + 1
	}
	return len(d.text)
}

// afterColon is behind the colon of a key, -1 when it does not stand right behind the key.
func (d *Doc) afterColon(key *yaml.Node) int {
	at := d.end(key)
	for at < len(d.text) && d.text[at] == ' ' {
		at++
	}
	if at >= len(d.text) || d.text[at] != ':' {
		return -1
	}
	return at + 1
}

// dash is where the dash of an item stands, -1 when it does not stand before it on its line.
func (d *Doc) dash(item *yaml.Node) int {
	at := d.offset(item)
	before := d.text[d.lineStart(at):at]
	mark := bytes.LastIndexByte(before, '-')
	if mark < 0 || len(bytes.TrimSpace(before)) != 1 {
		return -1
	}
	return d.lineStart(at) + mark
}

// afterComments passes the comments that follow at and stand further in than indent: they belong to what is before them.
func (d *Doc) afterComments(at, indent int) int {
	for next := at; next < len(d.text); {
		line := d.text[next:d.lineEnd(next)]
		text := bytes.TrimSpace(line)
		if len(text) > 0 && (text[0] != '#' || indentOf(line) <= indent) {
			break
		}
		next = d.lineEnd(next)
		if len(text) > 0 {
			at = next
		}
	}
	return at
}

// spaced reports whether the items of a list have blank lines between them; one alone does not tell, and gets one.
func (d *Doc) spaced(list *yaml.Node, indent int) bool {
	if len(list.Content) < 2 {
		last := list.Content[0]
		return bytes.Count(d.text[d.offset(last):d.end(last)], []byte("\n")) > 0
	}
	n := len(list.Content)
	between := d.text[d.lineEnd(d.end(list.Content[n-2])):d.lineStart(d.offset(list.Content[n-1]))]
	for line := range bytes.Lines(between) {
		if len(bytes.TrimSpace(line)) == 0 {
			return true
		}
	}
	return false
}

func indentOf(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " ")) }

// indented moves every line of a text so far in, and ends it with a line break.
func indented(text string, by int) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimRight(text, "\n") + "\n") {
		if strings.TrimSpace(line) != "" {
			b.WriteString(strings.Repeat(" ", by))
		}
		b.WriteString(line)
	}
	return b.String()
}
