package edit

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// pair is a key and its value. A mapping is a list of them, in their order, a list is one of values, and all else a leaf.
type pair struct {
	key   string
	value any
}

type leaf struct{ tag, text string }

const mostDeep = 100

// meaning is what a node says, without how it is written.
func meaning(n *yaml.Node) (any, error) { return meant(n, 0) }

func meant(n *yaml.Node, deep int) (any, error) {
	if deep > mostDeep {
		return nil, ErrForm
	}
	switch n.Kind {
	case yaml.MappingNode:
		pairs := make([]pair, 0, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, err := meant(n.Content[i+1], deep+1)
			if err != nil {
				return nil, err
			}
			pairs = append(pairs, pair{n.Content[i].ShortTag() + " " + n.Content[i].Value, v})
		}
		return pairs, nil
	case yaml.SequenceNode:
		items := make([]any, 0, len(n.Content))
		for _, item := range n.Content {
			v, err := meant(item, deep+1)
			if err != nil {
				return nil, err
			}
			items = append(items, v)
		}
		return items, nil
	case yaml.AliasNode:
		return leaf{"alias", n.Value}, nil
	}
	return leaf{n.ShortTag(), n.Value}, nil
}

func same(a, b any) bool {
	switch a := a.(type) {
	case []pair:
		b, ok := b.([]pair)
		return ok && slices.EqualFunc(a, b, func(x, y pair) bool { return x.key == y.key && same(x.value, y.value) })
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, same)
	}
	switch b.(type) {
	case []pair, []any:
		return false
	}
	return a == b
}

// change makes another value of the one that path leads to, and of all above it. What is not there is nil.
func change(v any, path []any, f func(old any) (any, error)) (any, error) {
	if len(path) == 0 {
		return f(v)
	}
	switch step := path[0].(type) {
	case string:
		pairs, ok := v.([]pair)
		if !ok && v != nil && v != (leaf{"!!null", ""}) {
			return nil, ErrNoPlace
		}
		pairs = slices.Clone(pairs)
		name := "!!str " + step
		for i, p := range pairs {
			if p.key == name {
				inner, err := change(p.value, path[1:], f)
				pairs[i].value = inner
				return pairs, err
			}
		}
		inner, err := change(nil, path[1:], f)
		return append(pairs, pair{name, inner}), err
	case int:
		items, ok := v.([]any)
		if !ok || step < 0 || step >= len(items) {
			return nil, ErrNoPlace
		}
		items = slices.Clone(items)
		inner, err := change(items[step], path[1:], f)
		items[step] = inner
		return items, err
	}
	return nil, ErrNoPlace
}

// set is the change that gives the place of path a value.
func set(path []any, to any) func(any) (any, error) {
	return func(root any) (any, error) {
		return change(root, path, func(any) (any, error) { return to, nil })
	}
}

func without(v any, step any) (any, error) {
	switch step := step.(type) {
	case string:
		if pairs, ok := v.([]pair); ok {
			return slices.DeleteFunc(slices.Clone(pairs), func(p pair) bool { return p.key == "!!str "+step }), nil
		}
	case int:
		if items, ok := v.([]any); ok && step < len(items) {
			return slices.Delete(slices.Clone(items), step, step+1), nil
		}
	}
	return nil, ErrNoPlace
}

// parseList reads the text of a list of one item.
func parseList(text string) ([]any, error) {
	v, err := parseValue(text)
	if err != nil {
		return nil, err
	}
	items, ok := v.([]any)
	if !ok || len(items) != 1 {
		return nil, fmt.Errorf("the text is not one item of a list: %w", ErrForm)
	}
	return items, nil
}

func parseValue(text string) (any, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) != 1 {
		return nil, ErrForm
	}
	return meaning(doc.Content[0])
}

// bare are texts that need no quotes wherever they stand. Words that YAML 1.1 takes for something else are not among them.
var (
	bare = regexp.MustCompile(`^(https?://[A-Za-z0-9._~/?=&%+-]*[A-Za-z0-9/]|[A-Za-zÆØÅæøå][A-Za-zÆØÅæøå0-9_./-]*( [A-Za-zÆØÅæøå0-9_./-]+)*)$`)
	// unseen are the characters that JSON leaves as they are and YAML does not.
	unseen  = regexp.MustCompile(`[\x{7f}-\x{9f}\x{feff}\x{fffe}\x{ffff}]`)
	notText = regexp.MustCompile(`(?i)^(y|n|yes|no|on|off|true|false|null|nan|inf|~)$`)
)

// scalar writes one string, bool or number.
func scalar(v any) (string, error) {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v), nil
	case int:
		return strconv.Itoa(v), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case string:
		if bare.MatchString(v) && !notText.MatchString(v) {
			return v, nil
		}
		var b strings.Builder
		enc := json.NewEncoder(&b) // what JSON quotes, YAML reads
		enc.SetEscapeHTML(false)
		if err := enc.Encode(v); err != nil {
			return "", err
		}
		return unseen.ReplaceAllStringFunc(strings.TrimSuffix(b.String(), "\n"), func(c string) string { return fmt.Sprintf(`\u%04x`, []rune(c)[0]) }), nil
	}
	return "", fmt.Errorf("a %T cannot be written", v)
}

// encode writes a value on one line.
func encode(v any) (string, error) {
	switch v := v.(type) {
	case []string:
		parts := make([]string, len(v))
		for i, s := range v {
			text, err := scalar(s)
			if err != nil {
				return "", err
			}
			parts[i] = text
		}
		return "[" + strings.Join(parts, ", ") + "]", nil
	case map[string]string:
		all := make(map[string]any, len(v))
		for k, s := range v {
			all[k] = s
		}
		return encode(all)
	case map[string]any:
		parts := make([]string, 0, len(v))
		for _, k := range slices.Sorted(maps.Keys(v)) {
			text, err := pairText(k, v[k])
			if err != nil {
				return "", err
			}
			parts = append(parts, text)
		}
		return "{" + strings.Join(parts, ", ") + "}", nil
	case Fields:
		parts := make([]string, 0, len(v))
		for _, f := range v {
			if nothing(f.Value) {
				continue
			}
			text, err := pairText(f.Key, f.Value)
			if err != nil {
				return "", err
			}
			parts = append(parts, text)
		}
		return "{" + strings.Join(parts, ", ") + "}", nil
	case Rows:
		parts := make([]string, 0, len(v))
		for _, row := range v {
			text, err := encode(row)
			if err != nil {
				return "", err
			}
			parts = append(parts, text)
		}
		return "[" + strings.Join(parts, ", ") + "]", nil
	}
	return scalar(v)
}

func pairText(key string, v any) (string, error) {
	name, err := scalar(key)
	if err != nil {
		return "", err
	}
	text, err := encode(v)
	return name + ": " + text, err
}
