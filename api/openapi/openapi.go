// Package openapi holds the contract of the open API: one document, written by hand, that is served as JSON, drawn as a page and held
// against the hub's answers in tests.
package openapi

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

//go:embed openapi.yaml
var written []byte

//go:embed CHANGELOG.md
var changes string

// Changes is the change log of the contract, in Markdown.
func Changes() string { return changes }

// placeholder stands for the hub's address in the document.
const placeholder = "https://hub.example"

// JSON gives the document as JSON, in the order in which it is written.
func JSON() ([]byte, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(written, &root); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	var b bytes.Buffer
	if err := encode(&b, &root); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	return b.Bytes(), nil
}

// At gives the document of JSON for the hub at publicURL (without a slash at its end).
func At(document []byte, publicURL string) ([]byte, error) {
	address, err := json.Marshal(publicURL)
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	return bytes.ReplaceAll(document, []byte(placeholder), address[1:len(address)-1]), nil
}

// encode writes a node of YAML as JSON.
func encode(b *bytes.Buffer, n *yaml.Node) error {
	switch n.Kind {
	case yaml.DocumentNode:
		return encode(b, n.Content[0])
	case yaml.AliasNode:
		return encode(b, n.Alias)
	case yaml.SequenceNode:
		b.WriteByte('[')
		for i, item := range n.Content {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := encode(b, item); err != nil {
				return err
			}
		}
		b.WriteByte(']')
		return nil
	case yaml.MappingNode:
		b.WriteByte('{')
		for i := 0; i < len(n.Content); i += 2 {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := scalar(b, n.Content[i].Value); err != nil {
				return err
			}
			b.WriteByte(':')
			if err := encode(b, n.Content[i+1]); err != nil {
				return err
			}
		}
		b.WriteByte('}')
		return nil
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	if err := scalar(b, v); err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	return nil
}

func scalar(b *bytes.Buffer, v any) error {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the encoder's line break
	return nil
}

// Document is what is drawn of the contract.
type Document struct {
	Info struct {
		Title, Version, Summary, Description string
	}
	Tags []struct {
		Name, Description string
	}
	Paths      Ordered[Path]
	Components struct {
		Parameters Ordered[Parameter]
		Responses  Ordered[Response]
		Schemas    Ordered[Schema]
	}
}

// Path is an address with what can be done there.
type Path struct {
	Get, Post  *Operation
	Parameters []Parameter // of all operations
}

// Operation is one thing that can be asked for.
type Operation struct {
	ID                   string `yaml:"operationId"`
	Tags                 []string
	Summary, Description string
	Parameters           []Parameter
	Body                 *Response `yaml:"requestBody"` // its Content alone
	Responses            Ordered[Response]
	Deprecated           bool
	Retirement           *Retirement `yaml:"x-retirement"` // of what is deprecated
}

// Retirement tells of an operation that it is to be used no more.
type Retirement struct {
	Since     time.Time // from when on; it may lie ahead
	Sunset    time.Time // when it goes; zero: not settled
	Successor string    // path of what to use instead; empty: nothing
}

// Parameter is one that an operation takes.
type Parameter struct {
	Ref                   string `yaml:"$ref"`
	Name, In, Description string
	Required              bool
	Schema                Schema
	Example               any
}

// Response is one way to answer.
type Response struct {
	Ref         string `yaml:"$ref"`
	Description string
	Content     Ordered[struct {
		Schema  Schema
		Line    Schema `yaml:"x-line"` // of answers that are many documents, one a line
		Example any
	}]
}

// Schema says what a value looks like.
type Schema struct {
	Ref                       string `yaml:"$ref"`
	Type, Format, Description string
	Enum                      []any
	Known                     []any `yaml:"x-extensible-enum"` // the values that there are now, of a list that grows
	Minimum, Maximum          *float64
	MaxLength                 *int `yaml:"maxLength"`
	MaxItems                  *int `yaml:"maxItems"`
	Const, Default            any
	Items                     *Schema
	Properties                Ordered[Schema]
	Required                  []string
	AllOf                     []Schema `yaml:"allOf"`
	Examples                  []any
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (s *Schema) UnmarshalYAML(n *yaml.Node) error {
	type plain Schema
	return n.Decode((*plain)(s))
}

// Ordered is a mapping in the order in which it is written.
type Ordered[T any] []Entry[T]

// Entry is one entry of a mapping.
type Entry[T any] struct {
	Name  string
	Value T
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (o *Ordered[T]) UnmarshalYAML(n *yaml.Node) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		e := Entry[T]{Name: n.Content[i].Value}
		if err := n.Content[i+1].Decode(&e.Value); err != nil {
			return fmt.Errorf("%s: %w", e.Name, err)
		}
		*o = append(*o, e)
	}
	return nil
}

// Get gives the entry of a name, the zero value when there is none.
func (o Ordered[T]) Get(name string) (v T) {
	for _, e := range o {
		if e.Name == name {
			return e.Value
		}
	}
	return v
}

// Name is the last part of a reference: what it refers to.
func Name(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// Read reads the document. References of parameters and responses are followed, those of schemas are left.
func Read() (*Document, error) { return Parse(written) }

// Parse is Read of another document.
func Parse(text []byte) (*Document, error) {
	var d Document
	if err := yaml.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	for _, p := range d.Paths {
		for _, o := range []*Operation{p.Value.Get, p.Value.Post} {
			if o == nil {
				continue
			}
			o.Parameters = append(o.Parameters, p.Value.Parameters...)
			for i, param := range o.Parameters {
				if param.Ref != "" {
					o.Parameters[i] = d.Components.Parameters.Get(Name(param.Ref))
				}
			}
			for i, r := range o.Responses {
				if ref := r.Value.Ref; ref != "" {
					o.Responses[i].Value = d.Components.Responses.Get(Name(ref))
					o.Responses[i].Value.Ref = ref
				}
			}
		}
	}
	return &d, nil
}
