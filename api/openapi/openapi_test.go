package openapi_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"fritidshub/api/openapi"
)

// TestRetirements: what is deprecated says since when, and goes six months later at the earliest; nothing else goes.
func TestRetirements(t *testing.T) {
	d, err := openapi.Read()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range d.Paths {
		for _, o := range []*openapi.Operation{p.Value.Get, p.Value.Post} {
			if o == nil {
				continue
			}
			if r := o.Retirement; o.Deprecated != (r != nil) || r != nil && (r.Since.IsZero() || !r.Sunset.IsZero() && r.Sunset.Before(r.Since.AddDate(0, 6, 0))) {
				t.Errorf("%s is deprecated: %v, %+v", p.Name, o.Deprecated, r)
			}
		}
	}
}

// The document is one that a reader can follow: everything has a name, a sentence and an answer for what goes wrong, and nothing is unused.
func TestDocument(t *testing.T) {
	d, err := openapi.Read()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := openapi.JSON()
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, p := range d.Paths {
		for _, o := range []*openapi.Operation{p.Value.Get, p.Value.Post} {
			if o == nil {
				continue
			}
			if o.ID == "" || slices.Contains(ids, o.ID) || o.Summary == "" || o.Description == "" || len(o.Tags) != 1 {
				t.Errorf("%s: %+v", p.Name, o)
			}
			ids = append(ids, o.ID)
			errors := 0
			for _, r := range o.Responses {
				if r.Value.Description == "" {
					t.Errorf("%s: %s says nothing", p.Name, r.Name)
				}
				if r.Name[0] == '4' || r.Name == "default" {
					if errors++; r.Value.Content.Get("application/problem+json").Schema.Ref == "" {
						t.Errorf("%s: %s is no problem+json", p.Name, r.Name)
					}
				}
			}
			if errors < 2 {
				t.Errorf("%s: says not what goes wrong", p.Name)
			}
			for _, param := range o.Parameters {
				if param.Name == "" || param.Description == "" || param.Example == nil && param.Name != "cursor" {
					t.Errorf("%s: parameter %+v", p.Name, param)
				}
			}
		}
	}
	for _, s := range d.Components.Schemas {
		if s.Value.Description == "" {
			t.Errorf("%s says nothing", s.Name)
		}
		for _, p := range s.Value.Properties {
			if p.Value.Description == "" && p.Value.Ref == "" {
				t.Errorf("%s.%s says nothing", s.Name, p.Name)
			}
		}
		if !bytes.Contains(raw, []byte(`"#/components/schemas/`+s.Name+`"`)) {
			t.Errorf("%s is used nowhere", s.Name)
		}
	}
	for _, p := range d.Components.Parameters {
		if !bytes.Contains(raw, []byte(`"#/components/parameters/`+p.Name+`"`)) {
			t.Errorf("parameter %s is used nowhere", p.Name)
		}
	}
}

// The JSON is in the order in which the document is written, with the hub's address wherever an address stands.
func TestJSON(t *testing.T) {
	document, err := openapi.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if raw, err := openapi.At(document, `https://a.example/"`); err != nil || !json.Valid(raw) {
		t.Fatalf("not JSON: %v", err)
	}
	raw, err := openapi.At(document, "https://aktiviteter.example")
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	if !strings.HasPrefix(text, `{"openapi":"3.1.0","info":{"title"`) || strings.Index(text, `"/api/v1/search"`) > strings.Index(text, `"/api/v1/suggest"`) ||
		strings.Contains(text, "hub.example") || strings.Contains(text, `\u003c`) {
		t.Errorf("%.300s", text)
	}
}
