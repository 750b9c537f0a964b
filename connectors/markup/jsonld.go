package markup

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// decodeJSON reads one JSON document with numbers as text, exact names and a bound on depth.
func decodeJSON(s string) (any, error) {
	switch depth, parts := weigh(s); {
	case depth > MaxDepth:
		return nil, fmt.Errorf("mer enn %d nivåer i hverandre", MaxDepth)
	case parts > MaxParts:
		return nil, fmt.Errorf("mer enn %d deler", MaxParts)
	}
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("mer innhold etter slutten på JSON-en")
	}
	return v, nil
}

// weigh says how deep brackets nest and how many objects, lists and members there are, also when the text is no good JSON.
func weigh(s string) (deepest, parts int) {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			parts++
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		case c == ',':
			parts++
		}
	}
	return deepest, parts
}

// builder turns decoded JSON into nodes. Of a text in several languages the source's own comes first.
type builder struct{ language string }

// values flattens one JSON value: lists, @list and @set give their members, an object with the keys "0", "1", … too.
func (b builder) values(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case string, bool:
		return []any{v}
	case json.Number:
		return []any{v.String()}
	case []any:
		var out []any
		for _, m := range b.byLanguage(v) {
			out = append(out, b.values(m)...)
		}
		return out
	case map[string]any:
		for _, k := range []string{"@value", "@list", "@set"} {
			if inner, ok := v[k]; ok {
				return b.values(inner)
			}
		}
		if list := numbered(v); list != nil {
			return b.values(list)
		}
		return []any{b.node(v)}
	}
	return nil
}

func (b builder) node(m map[string]any) *Node {
	n := &Node{Props: map[string][]any{}}
	for key, v := range m {
		switch key {
		case "@id", "id":
			if id := b.values(v); len(id) > 0 {
				if s, ok := id[0].(string); ok && (key == "@id" || n.ID == "") {
					n.ID = strings.TrimSpace(s)
				}
			}
		case "@type", "type":
			for _, t := range b.values(v) {
				if s, ok := t.(string); ok && !slices.Contains(n.Types, local(s)) {
					n.Types = append(n.Types, local(s))
				}
			}
		case "@context":
		default:
			if values := b.values(v); len(values) > 0 {
				if name := local(key); n.Props[name] == nil || name == key {
					n.Props[name] = values
				}
			}
		}
	}
	return n
}

// numbered gives the members of an object that is a list in disguise, its keys being "0", "1", …; nil for any other.
func numbered(m map[string]any) []any {
	keys := make([]int, 0, len(m))
	for k := range m {
		n, err := strconv.Atoi(k)
		if err != nil || n < 0 || strconv.Itoa(n) != k {
			return nil
		}
		keys = append(keys, n)
	}
	slices.Sort(keys)
	out := []any{} // an empty object is an empty list
	for _, k := range keys {
		out = append(out, m[strconv.Itoa(k)])
	}
	return out
}

func (b builder) byLanguage(list []any) []any {
	return slices.SortedStableFunc(slices.Values(list), func(x, y any) int { return cmp.Compare(b.rank(x), b.rank(y)) })
}

func (b builder) rank(v any) int {
	m, _ := v.(map[string]any)
	tag, ok := m["@language"].(string)
	if !ok || b.language == "" || strings.HasPrefix(strings.ToLower(tag), strings.ToLower(b.language)) {
		return 0
	}
	return 1
}

// link puts the described thing in the place of every reference to it within the page.
func link(roots []*Node) {
	var all []*Node
	byID := map[string]*Node{}
	seen := map[*Node]bool{}
	var walk func(*Node)
	walk = func(n *Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		all = append(all, n)
		if n.ID != "" && !n.isReference() && byID[n.ID] == nil {
			byID[n.ID] = n
		}
		for _, p := range order(n) {
			for _, inner := range n.nodes(p) {
				walk(inner)
			}
		}
	}
	for _, n := range roots {
		walk(n)
	}
	for _, n := range all {
		for _, values := range n.Props {
			for i, v := range values {
				if ref, ok := v.(*Node); ok && ref.isReference() && byID[ref.ID] != nil {
					values[i] = byID[ref.ID]
				}
			}
		}
	}
}

// order is n's property names in a fixed order.
func order(n *Node) []string {
	names := make([]string, 0, len(n.Props))
	for p := range n.Props {
		names = append(names, p)
	}
	slices.Sort(names)
	return names
}
