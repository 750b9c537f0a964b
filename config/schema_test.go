package config_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"fritidshub/config"
)

// TestSchemaAgreesWithCheck: what check accepts the schema accepts, and an unknown key is refused by both.
func TestSchemaAgreesWithCheck(t *testing.T) {
	type options struct {
		Key string `yaml:"nøkkel"`
	}
	text, err := config.Schema([]config.KindSchema{{Name: "ical", Options: &options{}}, {Name: "csv"}, {Name: "list"}})
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("sources.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sources.json")
	if err != nil {
		t.Fatal(err)
	}
	validate := func(file string) error {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var v map[string]any
		if err := yaml.Unmarshal(bytes.ReplaceAll(text, []byte("municipality: 0301"), []byte(`municipality: "0301"`)), &v); err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(value)
	}
	for _, file := range []string{"testdata/good/full.yaml", "testdata/good/minimal.yaml"} {
		if err := validate(file); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	for _, file := range []string{"testdata/bad/unknown-key.yaml", "testdata/bad/several.yaml", "testdata/bad/guard.yaml"} {
		if validate(file) == nil {
			t.Errorf("%s: the schema accepts it", file)
		}
	}
}
