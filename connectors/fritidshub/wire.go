package fritidshub

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors/tolerant"
)

// prefix is what the members that schema.org has no word for begin with.
const prefix = "fritidshub:"

// listing is the members of a listing that schema.org has no word for. README.md, "Formatet", is their contract.
type listing struct {
	Kind          tolerant.Field[catalog.Kind]          `json:"fritidshub:kind"`
	Hub           tolerant.Field[string]                `json:"fritidshub:hub"` // the id of the hub that publishes it
	Sources       tolerant.Field[tolerant.List[source]] `json:"fritidshub:sources"`
	Summary       tolerant.Field[string]                `json:"fritidshub:summary"`
	Categories    tolerant.Field[tolerant.List[string]] `json:"fritidshub:categories"`
	Schedule      tolerant.Field[*catalog.Schedule]     `json:"fritidshub:schedule"`
	Status        tolerant.Field[catalog.Status]        `json:"fritidshub:status"`
	Price         tolerant.Field[*catalog.Price]        `json:"fritidshub:price"`
	Accessibility tolerant.Field[tolerant.List[string]] `json:"fritidshub:accessibility"`
	Inaccessible  tolerant.Field[tolerant.List[string]] `json:"fritidshub:inaccessible"`
	Schemes       tolerant.Field[tolerant.List[string]] `json:"fritidshub:schemes"`
	LowThreshold  tolerant.Field[catalog.Fact]          `json:"fritidshub:lowThreshold"`
	EquipmentLoan tolerant.Field[catalog.Fact]          `json:"fritidshub:equipmentLoan"`
	Scheme        tolerant.Field[*catalog.Scheme]       `json:"fritidshub:scheme"`
	Derived       tolerant.Field[tolerant.List[string]] `json:"fritidshub:derived"`

	Organizer tolerant.Field[struct {
		Kind       tolerant.Field[string] `json:"fritidshub:kind"`
		Identifier tolerant.Field[struct {
			Value tolerant.Field[string] `json:"value"`
		}] `json:"identifier"`
	}] `json:"organizer"`
	Location tolerant.Field[struct {
		Name          tolerant.Field[string] `json:"name"`
		Municipality  tolerant.Field[string] `json:"fritidshub:municipality"`
		Neighbourhood tolerant.Field[string] `json:"fritidshub:neighbourhood"`
		Online        tolerant.Field[bool]   `json:"fritidshub:online"`
	}] `json:"location"`
	Offers tolerant.Field[tolerant.List[offer]] `json:"offers"`
}

type offer struct {
	Availability tolerant.Field[string]    `json:"availability"`
	RemainingAt  tolerant.Field[time.Time] `json:"fritidshub:remainingAt"`
}

// source is where a listing comes from, as catalog.ItemSource with the hubs that it has passed.
type source struct {
	ID          tolerant.Field[string]                `json:"id"`
	NativeID    tolerant.Field[string]                `json:"native_id"`
	Name        tolerant.Field[string]                `json:"name"`
	URL         tolerant.Field[string]                `json:"url"`
	Licence     tolerant.Field[string]                `json:"licence"`
	Attribution tolerant.Field[string]                `json:"attribution"`
	FetchedAt   tolerant.Field[time.Time]             `json:"fetched_at"`
	Hub         tolerant.Field[string]                `json:"hub"`
	Via         tolerant.Field[tolerant.List[string]] `json:"via"`
}

// bad names the members whose value is of the wrong sort.
func (l *listing) bad() (names []string) {
	for _, m := range []struct{ name, bad string }{{"categories", l.Categories.Bad}, {"schedule", l.Schedule.Bad}, {"status", l.Status.Bad}, {"price", l.Price.Bad},
		{"accessibility", l.Accessibility.Bad}, {"inaccessible", l.Inaccessible.Bad}, {"schemes", l.Schemes.Bad}, {"lowThreshold", l.LowThreshold.Bad},
		{"equipmentLoan", l.EquipmentLoan.Bad}, {"scheme", l.Scheme.Bad}, {"derived", l.Derived.Bad}, {"summary", l.Summary.Bad}} {
		if m.bad != "" {
			names = append(names, prefix+m.name+" («"+m.bad+"»)")
		}
	}
	return names
}

// parts are the data of an item in two: what schema.org has words for, in those that package markup reads, and the rest.
func parts(data []byte) (schema map[string]any, ours *listing, err error) {
	ours = &listing{}
	if err := json.Unmarshal(data, ours); err != nil {
		return nil, nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(&schema); err != nil {
		return nil, nil, err
	}
	for name := range schema {
		if strings.HasPrefix(name, prefix) {
			delete(schema, name)
		}
	}
	if schema["location"] == nil {
		if channel, ok := schema["availableChannel"].(map[string]any); ok {
			schema["location"] = channel["serviceLocation"]
		}
	}
	if schema["sameAs"] != nil { // the provider's own page; url is the peer's page about it
		schema["url"] = schema["sameAs"]
	}
	delete(schema, "type")
	schema["@type"] = "SessionSeries" // a type of which nothing follows
	return schema, ours, nil
}
