package catalog_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fritidshub/catalog"
)

// TestStatements: every field of a record is either one that can be unsaid or one of those that make the item what it is.
func TestStatements(t *testing.T) {
	essential := []string{"source", "native_id", "id_derived", "origin", "kind", "title", "schedule", "derived"}
	var all []string
	for field := range reflect.TypeFor[catalog.Record]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !slices.Contains(essential, name) {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	if diff := cmp.Diff(all, catalog.Statements()); diff != "" {
		t.Errorf("-fields of a record +statements:\n%s", diff)
	}
}

func TestUnsay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := record(t)
		field := rapid.SampledFrom(append(catalog.Statements(), "title", "native_id", "")).Draw(t, "field")
		before, after := reflect.ValueOf(r), r
		after.Unsay(field)
		for i := range before.NumField() {
			name, _, _ := strings.Cut(before.Type().Field(i).Tag.Get("json"), ",")
			got := reflect.ValueOf(after).Field(i)
			if name == field && slices.Contains(catalog.Statements(), field) {
				if !got.IsZero() {
					t.Errorf("%s is still stated", field)
				}
			} else if name == "summary" && field == "description" {
				continue // made of the description, or not
			} else if !reflect.DeepEqual(got.Interface(), before.Field(i).Interface()) {
				t.Errorf("unsaying %s changed %s", field, name)
			}
		}
	})
}
