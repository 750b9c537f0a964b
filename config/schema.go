package config

import (
	"encoding/json"
	"reflect"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"
)

// KindSchema is a kind of source for the JSON Schema: Options is a pointer to the struct its options decode into, nil for none.
type KindSchema struct {
	Name    string
	Summary string
	Options any
}

// Schema is the JSON Schema (2020-12) of sources.yaml, for editors that complete and check while one types.
func Schema(kinds []KindSchema) ([]byte, error) {
	reflector := jsonschema.Reflector{DoNotReference: true, ExpandedStruct: true, RequiredFromJSONSchemaTags: false, Anonymous: true}
	root := reflector.Reflect(&wireFile{})
	root.Title = "sources.yaml"
	root.Description = "Kildene til en fritidshub"
	sources, _ := root.Properties.Get("sources")
	source := sources.Items
	kind, _ := source.Properties.Get("kind")
	source.Properties.Set("options", &jsonschema.Schema{Type: "object", Description: "Valg for denne typen kilde, se connectors/<kind>/README.md"})
	options := jsonschema.Reflector{DoNotReference: true, ExpandedStruct: true, Anonymous: true, RequiredFromJSONSchemaTags: true,
		KeyNamer: func(name string) string { return name }, FieldNameTag: "yaml", Mapper: func(t reflect.Type) *jsonschema.Schema {
			if t == reflect.TypeFor[yaml.Node]() {
				return &jsonschema.Schema{}
			}
			return nil
		}}
	for _, k := range kinds {
		kind.Enum = append(kind.Enum, k.Name)
		then := &jsonschema.Schema{Type: "object", Description: k.Summary, AdditionalProperties: jsonschema.FalseSchema}
		if k.Options != nil {
			then = options.Reflect(k.Options)
			then.Version, then.Description = "", k.Summary
		}
		condition := jsonschema.NewProperties()
		condition.Set("kind", &jsonschema.Schema{Const: k.Name})
		consequence := jsonschema.NewProperties()
		consequence.Set("options", then)
		source.AllOf = append(source.AllOf, &jsonschema.Schema{If: &jsonschema.Schema{Properties: condition}, Then: &jsonschema.Schema{Properties: consequence}})
	}
	return json.MarshalIndent(root, "", "  ")
}
