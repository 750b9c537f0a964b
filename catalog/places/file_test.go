package places

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"fritidshub/catalog"
)

// TestFaults: every fault of a file is told at once, with where it stands.
func TestFaults(t *testing.T) {
	var f File
	if err := yaml.Unmarshal([]byte(`
areas:
  - {name: X}
  - {municipality: "390"}
  - {name: X, municipality: "9999", postal_codes: ["3256", "325"]}
  - {name: X, municipality: "0709"}
  - {name: X, municipality: "3909", circle: {lat: 10, lon: 59, km: 1}}
  - {name: X, municipality: "3909", circle: {lat: 59, lon: 10, km: .nan}}
places:
  - {name: Bølgen kulturhus, also: [Biblioteket, Kulturhuset Bølgen], municipality: "3909", address: Sanden 2, lat: 59.05, lon: 10.03}
  - {name: Bølgen, municipality: "3909", address: Sanden}
  - {municipality: "3909", lat: 10.03, lon: 59.05, postal_code: "32"}
  - {name: Farrishallen, municipality: "3909", lat: 59.05}
  - {name: Fabrikken, municipality: "3909", lat: 59.05, lon: 0}
`), &f); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, fault := range load(t).Faults(f) {
		if fault.What == "" || fault.Do == "" {
			t.Errorf("%v says nothing", fault)
		}
		got = append(got, strings.Trim(fmt.Sprint(fault.Path), "[]")+": "+fault.What)
	}
	want := []string{
		"areas 0 municipality: municipality mangler",
		"areas 1 name: nærmiljøet mangler name",
		`areas 1 municipality: municipality "390" er ikke fire sifre`,
		"areas 2 municipality: det er ingen kommune med nummer 9999",
		`areas 2 postal_codes 1: "325" er ikke et postnummer`,
		"areas 3 municipality: kommunenummeret 0709 er ikke i bruk lenger",
		"areas 4 circle: lat og lon er byttet om",
		"areas 5 circle km: circle trenger km, over 0 og høyst 100",
		`places 0 also 0: navnet "Biblioteket" sier ikke hvilket hus det er`,
		"places 1 name: Bølgen er det samme huset som sted nr. 1 (Bølgen kulturhus)",
		`places 1 address: "Sanden" er ikke gate og nummer`,
		`places 2 name: navnet "" sier ikke hvilket hus det er`,
		`places 2 postal_code: "32" er ikke et postnummer`,
		"places 2 lat: lat og lon er byttet om",
		"places 3: lat og lon må stå sammen",
		"places 4 lat: 59.05, 0 er ikke i Norge",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	d := load(t)
	if faults := d.Faults(File{Areas: make([]Area, MaxAreas+1), Places: make([]Venue, MaxVenues+1)}); len(faults) != 2 {
		t.Errorf("too many of both: %v", faults)
	}
}

// TestWith: what an editor knows of a house is filled in under each of its names, and never over what is stated.
func TestWith(t *testing.T) {
	lat, lon := 59.0486, 10.0345
	file := File{Places: []Venue{{Name: "Bølgen kulturhus", Also: []string{"Sandenhuset"}, Municipality: "3909", Address: "Sanden 2", PostalCode: "3264", Lat: &lat, Lon: &lon}}}
	d := load(t)
	if faults := d.Faults(file); faults != nil {
		t.Fatal(faults)
	}
	d = d.With(file)
	for _, c := range []struct {
		in   catalog.Place
		want *catalog.Point
	}{
		{catalog.Place{Name: "Bølgen, Lillesalen", Municipality: "3909"}, at(lat, lon)},
		{catalog.Place{Name: "Sandenhuset", Municipality: "3909"}, at(lat, lon)},
		{catalog.Place{Name: "Kulturhuset Bølgen", PostalCode: "3264"}, at(lat, lon)},
		{catalog.Place{Name: "Sandenhuset", Municipality: "3907"}, nil},
		{catalog.Place{Name: "Sandenhuset", Municipality: "3909", Address: "Torget 1"}, nil},
		{catalog.Place{Name: "Sandenhuset", Municipality: "3909", Geo: at(59.06, 10.05)}, at(59.06, 10.05)},
		{catalog.Place{Name: "Sandenhuset", Municipality: "3909", Online: true}, nil},
	} {
		p := c.in
		Complete(&p, d)
		if diff := cmp.Diff(c.want, p.Geo); diff != "" {
			t.Errorf("%+v: %s", c.in, diff)
		}
	}
	if names := slices.Collect(func(yield func(string) bool) {
		for _, a := range d.areas {
			yield(a.Name)
		}
	}); len(names) == 0 {
		t.Error("a file without areas took the built-in ones away")
	}
}
