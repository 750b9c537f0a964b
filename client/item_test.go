package client_test

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"fritidshub/client"
)

// TestItemIsTheContract: an item has every member that the contract has, and no other.
func TestItemIsTheContract(t *testing.T) {
	raw, err := os.ReadFile("../api/openapi/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var contract struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]any `yaml:"properties"`
			} `yaml:"schemas"`
		} `yaml:"components"`
	}
	if err := yaml.Unmarshal(raw, &contract); err != nil {
		t.Fatal(err)
	}
	for schema, of := range map[string]any{"Listing": client.Item{}, "Image": client.Image{}, "Organizer": client.Organizer{}, "Place": client.Venue{}, "Occurrence": client.Occurrence{},
		"Age": client.Age{}, "Price": client.Price{}, "Offer": client.Offer{}, "Scheme": client.Scheme{}, "Contact": client.Contact{}, "ListingSource": client.Source{}} {
		var want, got []string
		for name := range contract.Components.Schemas[schema].Properties {
			want = append(want, name)
		}
		for _, f := range reflect.VisibleFields(reflect.TypeOf(of)) {
			if name := f.Tag.Get("json"); name != "-" {
				got = append(got, name)
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
			t.Errorf("%s (-contract +client):\n%s", schema, diff)
		}
	}
}

// TestItem: what a hub answers is there, and what it does not state is not.
func TestItem(t *testing.T) {
	raw, err := os.ReadFile("../api/testdata/listing-merged.json")
	if err != nil {
		t.Fatal(err)
	}
	var item client.Item
	if err := json.Unmarshal(raw, &item); err != nil {
		t.Fatal(err)
	}
	if len(item.Sources) < 2 || item.Sources[0].Hub == "" || item.Price == nil || item.Place == nil || len(item.Occurrences) == 0 || item.Occurrences[0].Status != "scheduled" || !strings.Contains(string(item.Raw), "provenance") {
		t.Errorf("%+v", item)
	}
	now := time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)
	if age, ok := item.Sources[0].Age(now); !ok || age != now.Sub(item.Sources[0].FetchedAt) || age <= 0 {
		t.Errorf("the source said so %v ago, %v", age, ok)
	}
	if _, ok := (client.Source{}).Age(now); ok {
		t.Error("an age is made up")
	}
}
