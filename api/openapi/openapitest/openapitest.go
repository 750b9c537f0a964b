// Package openapitest holds a hub's answers against its contract.
package openapitest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"fritidshub/api/openapi"
)

// document is the name under which the schemas of the contract are compiled.
const document = "openapi.json"

// Contract is the document with schemas that refuse members which it does not name.
type Contract struct {
	paths    map[string]any
	root     map[string]any
	compiler *jsonschema.Compiler

	mu      sync.Mutex
	schemas map[string]*jsonschema.Schema
	seen    map[string]bool
}

// New reads the contract.
func New(tb testing.TB) *Contract {
	tb.Helper()
	raw, err := openapi.JSON()
	if err != nil {
		tb.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		tb.Fatal(err)
	}
	c := &Contract{root: v.(map[string]any), compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}, seen: map[string]bool{}}
	c.paths = c.root["paths"].(map[string]any)
	tighten(c.root)
	c.compiler.DefaultDraft(jsonschema.Draft2020)
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource(document, c.root); err != nil {
		tb.Fatal(err)
	}
	return c
}

// usual are the headers of HTTP that any answer may have; those of the hub's own are in the contract.
var usual = []string{"Accept-Ranges", "Cache-Control", "Content-Encoding", "Content-Length", "Content-Security-Policy", "Content-Type", "Date",
	"Cross-Origin-Resource-Policy", "Last-Modified", "Referrer-Policy", "Vary", "X-Accel-Buffering", "X-Content-Type-Options"}

// tighten makes every schema below a part of the document refuse unknown members.
func tighten(v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			tighten(item)
		}
	case map[string]any:
		for name, below := range v {
			switch name {
			case "schema", "x-line":
				strict(below, true)
			case "schemas":
				for _, s := range below.(map[string]any) {
					strict(s, false) // where it is used it is tightened
				}
			case "example", "examples":
			default:
				tighten(below)
			}
		}
	}
}

func strict(schema any, used bool) {
	s, ok := schema.(map[string]any)
	if !ok {
		return
	}
	for name, below := range s {
		switch name {
		case "properties":
			for _, p := range below.(map[string]any) {
				strict(p, true)
			}
		case "items", "additionalProperties", "contentSchema":
			strict(below, true)
		case "allOf", "anyOf", "oneOf":
			for _, part := range below.([]any) {
				strict(part, false)
			}
		}
	}
	if _, open := s["additionalProperties"]; used && !open {
		s["unevaluatedProperties"] = false
	}
}

// Paths gives the operations as "GET /api/v1/listings/{id}".
func (c *Contract) Paths() []string {
	var out []string
	for path, item := range c.paths {
		for method := range item.(map[string]any) {
			if method != "parameters" {
				out = append(out, strings.ToUpper(method)+" "+path)
			}
		}
	}
	slices.Sort(out)
	return out
}

// Seen gives those of Paths that a good answer was checked of.
func (c *Contract) Seen() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for name := range c.seen {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// Check reports how an answer differs from the contract. What is at no address of the contract is only held to be an error as it has them.
func (c *Contract) Check(tb testing.TB, method string, address *url.URL, status int, header http.Header, body []byte) {
	tb.Helper()
	media, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	name := method + " " + address.String()
	path, operation := c.operation(method, address.Path)
	if operation == nil {
		if media == "application/problem+json" && method != http.MethodHead {
			c.validate(tb, name, pointer("components", "schemas", "Problem"), body)
		}
		return
	}
	for parameter := range address.Query() {
		if status < 300 && !c.takes(operation, parameter) && !c.takes(asMap(c.paths[path]), parameter) {
			tb.Errorf("%s: %q is taken but not in the contract", name, parameter)
		}
	}
	answers := operation["responses"].(map[string]any)
	key := strconv.Itoa(status)
	if answers[key] == nil {
		key = key[:1] + "XX"
	}
	if answers[key] == nil {
		key = "default"
	}
	if answers[key] == nil || key == "default" && status < 400 {
		tb.Errorf("%s: %d is no answer of the contract", name, status)
		return
	}
	at := []string{"paths", path, strings.ToLower(httpMethod(method)), "responses", key}
	if ref, ok := asMap(answers[key])["$ref"].(string); ok {
		at = strings.Split(strings.TrimPrefix(ref, "#/"), "/")
	}
	answer := c.follow(answers[key])
	for wanted, h := range asMap(answer["headers"]) {
		if c.follow(h)["required"] == true && header.Get(wanted) == "" {
			tb.Errorf("%s: %d without %s", name, status, wanted)
		}
	}
	named := map[string]bool{}
	for _, from := range []any{answer, c.root["x-any-answer"]} {
		for given := range asMap(asMap(from)["headers"]) {
			named[http.CanonicalHeaderKey(given)] = true
		}
	}
	for given := range header {
		if !slices.Contains(usual, given) && !strings.HasPrefix(given, "Access-Control-") && !named[given] && status != http.StatusNotModified {
			tb.Errorf("%s: %d with %s, which the contract does not have there", name, status, given)
		}
	}
	content := asMap(answer["content"])
	if method == http.MethodHead || len(content) == 0 {
		if len(body) > 0 {
			tb.Errorf("%s: %d with a body", name, status)
		}
		return
	}
	kind := asMap(content[media])
	if kind == nil {
		tb.Errorf("%s: %d as %s, which the contract does not have", name, status, media)
		return
	}
	if status < 300 {
		c.mu.Lock()
		c.seen[method+" "+path] = true
		c.mu.Unlock()
	}
	at = append(at, "content", media)
	switch {
	case kind["x-line"] != nil:
		if media == "application/gzip" {
			body = unzip(tb, name, body)
		}
		for line := range bytes.Lines(body) {
			c.validate(tb, name, pointer(append(at, "x-line")...), line)
		}
	case media == "text/event-stream":
		for line := range bytes.Lines(body) {
			if data, ok := bytes.CutPrefix(line, []byte("data: ")); ok {
				c.validate(tb, name, pointer(append(at, "schema", "contentSchema")...), data)
			}
		}
	case strings.HasSuffix(media, "json"):
		c.validate(tb, name, pointer(append(at, "schema")...), body)
	}
}

func unzip(tb testing.TB, name string, body []byte) []byte {
	tb.Helper()
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err == nil {
		body, err = io.ReadAll(r)
	}
	if err != nil {
		tb.Errorf("%s: %v", name, err)
	}
	return body
}

func httpMethod(method string) string {
	if method == http.MethodHead {
		return http.MethodGet
	}
	return method
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// follow gives what is referred to, or the thing itself.
func (c *Contract) follow(v any) map[string]any {
	m := asMap(v)
	ref, ok := m["$ref"].(string)
	if !ok {
		return m
	}
	m = c.root
	for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		m = asMap(m[part])
	}
	return m
}

// operation finds what answers a request.
func (c *Contract) operation(method, path string) (template string, operation map[string]any) {
	if item := asMap(c.paths[path]); item != nil {
		return path, asMap(item[strings.ToLower(httpMethod(method))])
	}
	parts := strings.Split(path, "/")
	for template, item := range c.paths {
		names := strings.Split(template, "/")
		if strings.Contains(template, "{") && len(names) == len(parts) && slices.EqualFunc(names, parts, func(name, part string) bool {
			return strings.HasPrefix(name, "{") && part != "" || name == part
		}) {
			return template, asMap(asMap(item)[strings.ToLower(httpMethod(method))])
		}
	}
	return "", nil
}

func (c *Contract) takes(operation map[string]any, name string) bool {
	list, _ := operation["parameters"].([]any)
	return slices.ContainsFunc(list, func(p any) bool {
		m := c.follow(p)
		return m["name"] == name && m["in"] == "query"
	})
}

func pointer(parts ...string) string {
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	var b strings.Builder
	b.WriteString(document + "#")
	for _, p := range parts {
		b.WriteString("/" + url.PathEscape(escape.Replace(p)))
	}
	return b.String()
}

// validate holds one JSON document against the schema at a pointer.
func (c *Contract) validate(tb testing.TB, name, at string, body []byte) {
	tb.Helper()
	c.mu.Lock()
	schema := c.schemas[at]
	if schema == nil {
		var err error
		if schema, err = c.compiler.Compile(at); err != nil {
			c.mu.Unlock()
			tb.Fatalf("%s: %v", at, err)
		}
		c.schemas[at] = schema
	}
	c.mu.Unlock()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		tb.Errorf("%s: not JSON: %v\n%.300s", name, err, body)
		return
	}
	if err := schema.Validate(v); err != nil {
		tb.Errorf("%s: not as the contract says:\n%s\n%.600s", name, reason(err.Error()), body)
	}
}

// reason leaves out of a report the members that seem unknown only because something beside them is wrong.
func reason(report string) string {
	lines := strings.Split(report, "\n")
	known := slices.DeleteFunc(slices.Clone(lines), func(line string) bool {
		return strings.HasSuffix(line, "false schema") || strings.HasSuffix(line, "failed") || strings.Contains(line, "failed with")
	})
	if len(known) > 0 {
		return strings.Join(known, "\n")
	}
	return report
}

// CheckExamples reports the examples of the contract that are not as their schemas say.
func (c *Contract) CheckExamples(tb testing.TB) {
	tb.Helper()
	c.examples(tb, nil, c.root)
}

func (c *Contract) examples(tb testing.TB, at []string, v any) {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			c.examples(tb, append(slices.Clone(at), strconv.Itoa(i)), item)
		}
	case map[string]any:
		name := "/" + strings.Join(at, "/")
		if list, ok := v["examples"].([]any); ok {
			for _, example := range list {
				c.holds(tb, name, pointer(at...), example)
			}
		}
		if example, ok := v["example"]; ok && v["schema"] != nil {
			c.holds(tb, name, pointer(append(slices.Clone(at), "schema")...), example)
		}
		for key, below := range v {
			if key != "example" && key != "examples" {
				c.examples(tb, append(slices.Clone(at), key), below)
			}
		}
	}
}

func (c *Contract) holds(tb testing.TB, name, at string, example any) {
	tb.Helper()
	body, err := json.Marshal(example)
	if err != nil {
		tb.Fatal(err)
	}
	c.validate(tb, "example of "+name, at, body)
}
