package openapi_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"fritidshub/api/openapi"
	"fritidshub/api/openapi/openapitest"
)

// released is the contract of the last release. It is written anew at a release: go test ./api/openapi -run TestReleased -release.
const released = "released/v1.json"

var release = flag.Bool("release", false, "write the contract as that of the last release")

func TestReleased(t *testing.T) {
	now, err := openapi.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if *release {
		if err := os.WriteFile(released, append(now, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	before, err := os.ReadFile(released)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range breaking(t, before, now) {
		t.Errorf("a client of the last release breaks: %s", fault)
	}
}

func TestExamples(t *testing.T) { openapitest.New(t).CheckExamples(t) }

// breaking tells what a client of the contract before could miss in the contract now.
func breaking(t *testing.T, before, now []byte) []string {
	t.Helper()
	var c comparison
	for raw, root := range map[*[]byte]*map[string]any{&before: &c.before, &now: &c.now} {
		if err := json.Unmarshal(*raw, root); err != nil {
			t.Fatal(err)
		}
	}
	c.operations()
	slices.Sort(c.faults)
	return slices.Compact(c.faults)
}

type comparison struct {
	before, now map[string]any
	faults      []string
	inside      []string // schemas that are being compared, against endless recursion
}

func (c *comparison) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

func at(v any, path ...string) map[string]any {
	m, _ := v.(map[string]any)
	for _, name := range path {
		m, _ = m[name].(map[string]any)
	}
	return m
}

func follow(root, m map[string]any) map[string]any {
	if ref, ok := m["$ref"].(string); ok {
		return at(root, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
	return m
}

func (c *comparison) operations() {
	for path, item := range at(c.before, "paths") {
		for method := range at(item) {
			if method == "parameters" {
				continue // told of each operation
			}
			name := strings.ToUpper(method) + " " + path
			old, now := at(item, method), at(c.now, "paths", path, method)
			if now == nil {
				c.fault("%s is gone", name)
				continue
			}
			c.parameters(name, with(item, old), with(at(c.now, "paths", path), now))
			for status := range at(old, "responses") {
				was, is := follow(c.before, at(old, "responses", status)), follow(c.now, at(now, "responses", status))
				if is == nil {
					c.fault("%s: %s is gone", name, status)
				}
				for media := range at(was, "content") {
					if at(is, "content", media) == nil {
						c.fault("%s: %s as %s is gone", name, status, media)
						continue
					}
					c.schema(name+" "+status, at(was, "content", media, "schema"), at(is, "content", media, "schema"))
				}
			}
		}
	}
}

// with gives an operation the parameters of its path too.
func with(path any, operation map[string]any) map[string]any {
	operation = maps.Clone(operation)
	own, _ := operation["parameters"].([]any)
	all, _ := at(path)["parameters"].([]any)
	operation["parameters"] = slices.Concat(own, all)
	return operation
}

func (c *comparison) parameters(name string, old, now map[string]any) {
	list := func(root, operation map[string]any) map[string]map[string]any {
		out := map[string]map[string]any{}
		all, _ := operation["parameters"].([]any)
		for _, p := range all {
			m := follow(root, at(p))
			out[fmt.Sprint(m["in"], " ", m["name"])] = m
		}
		return out
	}
	was, is := list(c.before, old), list(c.now, now)
	for key, p := range was {
		if is[key] == nil {
			c.fault("%s: parameter %s is gone", name, key)
			continue
		}
		c.accepts(name+" "+key, follow(c.before, at(p, "schema")), follow(c.now, at(is[key], "schema")))
	}
	for key, p := range is {
		if p["required"] == true && (was[key] == nil || was[key]["required"] != true) {
			c.fault("%s: parameter %s is needed now", name, key)
		}
	}
	if body := at(now, "requestBody"); body["required"] == true && at(old, "requestBody")["required"] != true {
		c.fault("%s: a body is needed now", name)
	}
}

// accepts compares what a parameter may be: it must not become less.
func (c *comparison) accepts(name string, old, now map[string]any) {
	if fmt.Sprint(old["type"]) != fmt.Sprint(now["type"]) {
		c.fault("%s: type was %v, is %v", name, old["type"], now["type"])
	}
	c.values(name, old, now)
	for limit, sign := range map[string]float64{"maximum": 1, "maxLength": 1, "maxItems": 1, "minimum": -1, "minLength": -1, "minItems": -1} {
		is, limited := now[limit].(float64)
		was, before := old[limit].(float64)
		if limited && (!before || is*sign < was*sign) {
			c.fault("%s: %s is %v now", name, limit, is)
		}
	}
	if items := at(old, "items"); items != nil {
		c.accepts(name+"[]", follow(c.before, items), follow(c.now, at(now, "items")))
	}
}

// values reports the values of a list that are gone, and a list where there was none.
func (c *comparison) values(name string, old, now map[string]any) {
	was, before := old["enum"].([]any)
	is, listed := now["enum"].([]any)
	if listed && !before {
		c.fault("%s: only %v are left", name, is)
	}
	for _, v := range was {
		if listed && !slices.Contains(is, v) {
			c.fault("%s: the value %v is gone", name, v)
		}
	}
}

// schema compares what an answer looks like: nothing may be gone, of another type or no longer certain.
func (c *comparison) schema(name string, old, now map[string]any) {
	if ref, ok := old["$ref"].(string); ok {
		key := ref + " " + fmt.Sprint(now["$ref"])
		if slices.Contains(c.inside, key) {
			return
		}
		c.inside = append(c.inside, key)
		name = openapi.Name(ref)
	}
	old, now = flat(c.before, old), flat(c.now, now)
	if old["type"] != now["type"] && old["type"] != nil {
		c.fault("%s: type was %v, is %v", name, old["type"], now["type"])
		return
	}
	c.values(name, old, now)
	required, _ := now["required"].([]any)
	if was, ok := old["required"].([]any); ok {
		for _, member := range was {
			if !slices.Contains(required, member) {
				c.fault("%s.%v is no longer certain to be there", name, member)
			}
		}
	}
	for member, p := range at(old, "properties") {
		if at(now, "properties", member) == nil {
			c.fault("%s.%s is gone", name, member)
			continue
		}
		c.schema(name+"."+member, at(p), at(now, "properties", member))
	}
	for _, below := range []string{"items", "additionalProperties"} {
		if at(old, below) != nil {
			c.schema(name+"[]", at(old, below), at(now, below))
		}
	}
}

// flat gives a schema with its references followed and the parts of allOf in one.
func flat(root, s map[string]any) map[string]any {
	s = maps.Clone(follow(root, s))
	parts, _ := s["allOf"].([]any)
	properties, required := map[string]any{}, []any{}
	for _, part := range append(parts, map[string]any{"properties": s["properties"], "required": s["required"]}) {
		m := at(part)
		if m["$ref"] != nil || m["allOf"] != nil {
			m = flat(root, m)
		}
		maps.Copy(properties, at(m, "properties"))
		more, _ := m["required"].([]any)
		required = append(required, more...)
		if m["type"] != nil && s["type"] == nil {
			s["type"] = m["type"]
		}
	}
	if s != nil {
		s["properties"], s["required"] = properties, required
	}
	return s
}

func TestBreaking(t *testing.T) {
	contract := func(parameter, member, required, more string) []byte {
		return []byte(`{"paths":{"/a":{"get":{"parameters":[` + parameter + `],"responses":{"200":{"content":{"application/json":{"schema":
			{"allOf":[{"$ref":"#/components/schemas/A"},{"type":"object","required":[` + required + `],"properties":{` + member + `}}]}}}}}}}` + more +
			`},"components":{"schemas":{"A":{"type":"object","properties":{"again":{"$ref":"#/components/schemas/A"}}}}}}`)
	}
	const parameter = `{"name":"p","in":"query","schema":{"type":"array","maxItems":9,"items":{"type":"string","enum":["a","b"]}}}`
	const member = `"m":{"type":"string","enum":["x","y"]}`
	before := contract(parameter, member, `"m"`, `,"/b":{"get":{}}`)
	for name, c := range map[string]struct {
		now  []byte
		want string
	}{
		"nothing":         {before, ""},
		"more":            {contract(parameter+`,{"name":"q","in":"query","schema":{}}`, member+`,"n":{}`, `"m"`, `,"/b":{"get":{}},"/c":{"get":{}}`), ""},
		"path":            {contract(parameter, member, `"m"`, ``), "GET /b is gone"},
		"method":          {contract(parameter, member, `"m"`, `,"/b":{"post":{}}`), "GET /b is gone"},
		"parameter":       {contract(``, member, `"m"`, `,"/b":{"get":{}}`), "GET /a: parameter query p is gone"},
		"needed":          {contract(parameter+`,{"name":"q","in":"query","required":true,"schema":{}}`, member, `"m"`, `,"/b":{"get":{}}`), "GET /a: parameter query q is needed now"},
		"parameter value": {contract(strings.Replace(parameter, `,"b"`, ``, 1), member, `"m"`, `,"/b":{"get":{}}`), "GET /a query p[]: the value b is gone"},
		"parameter type":  {contract(strings.Replace(parameter, `"array"`, `"string"`, 1), member, `"m"`, `,"/b":{"get":{}}`), "GET /a query p: type was array, is string"},
		"limit":           {contract(strings.Replace(parameter, `9`, `8`, 1), member, `"m"`, `,"/b":{"get":{}}`), "GET /a query p: maxItems is 8 now"},
		"member":          {contract(parameter, ``, `"m"`, `,"/b":{"get":{}}`), "GET /a 200.m is gone"},
		"member type":     {contract(parameter, `"m":{"type":"integer"}`, `"m"`, `,"/b":{"get":{}}`), "GET /a 200.m: type was string, is integer"},
		"member value":    {contract(parameter, `"m":{"type":"string","enum":["x"]}`, `"m"`, `,"/b":{"get":{}}`), "GET /a 200.m: the value y is gone"},
		"uncertain":       {contract(parameter, member, ``, `,"/b":{"get":{}}`), "GET /a 200.m is no longer certain to be there"},
		"media type":      {[]byte(strings.Replace(string(before), "application/json", "text/csv", 1)), "GET /a: 200 as application/json is gone"},
		"below":           {[]byte(strings.Replace(string(before), `"again"`, `"anew"`, 1)), "GET /a 200.again is gone"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(breaking(t, before, c.now), "\n"); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
