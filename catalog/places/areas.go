package places

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"

	"fritidshub/catalog"
)

// Area is one neighbourhood (nærmiljø) of a municipality, as an editor draws it.
type Area struct {
	Name         string   `yaml:"name"`
	Municipality string   `yaml:"municipality"` // four digits
	PostalCodes  []string `yaml:"postal_codes"`
	Localities   []string `yaml:"localities"` // beside Name
	Circle       *Circle  `yaml:"circle"`
}

// Circle is everything at most KM kilometres from a position.
type Circle struct {
	Lat float64 `yaml:"lat"`
	Lon float64 `yaml:"lon"`
	KM  float64 `yaml:"km"` // above 0, at most 100
}

// MaxAreas bounds a list of areas.
const MaxAreas = 1000

// readAreas reads the list that is built in.
func (d *Data) readAreas(text []byte) ([]Area, error) {
	var file File
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("areas.yaml: %w", err)
	}
	var faults []error
	for _, f := range d.Faults(file) {
		faults = append(faults, errors.New(f.describe()))
	}
	return file.Areas, errors.Join(faults...)
}

// neighbourhood finds the only area that a place lies in. A postal code counts before the locality, and that before the position,
// where the nearest centre wins; a place whose municipality is not known lies in none.
func (d *Data) neighbourhood(p *catalog.Place) string {
	only := func(fits func(Area) bool) string {
		found := ""
		for _, a := range d.areas {
			if a.Municipality == p.Municipality && fits(a) {
				if found != "" && found != a.Name {
					return ""
				}
				found = a.Name
			}
		}
		return found
	}
	if p.Municipality == "" {
		return ""
	}
	if name := only(func(a Area) bool { return p.PostalCode != "" && slices.Contains(a.PostalCodes, p.PostalCode) }); name != "" {
		return name
	}
	here := catalog.Fold(p.Locality)
	is := func(s string) bool { return catalog.Fold(s) == here }
	if name := only(func(a Area) bool { return here != "" && (is(a.Name) || slices.ContainsFunc(a.Localities, is)) }); name != "" {
		return name
	}
	if p.Geo == nil {
		return ""
	}
	nearest, name := 0.0, ""
	for _, a := range d.areas {
		if a.Municipality != p.Municipality || a.Circle == nil {
			continue
		}
		m := Metres(*p.Geo, catalog.Point{Lat: a.Circle.Lat, Lon: a.Circle.Lon})
		if m <= a.Circle.KM*1000 && (name == "" || m < nearest || m == nearest && a.Name < name) {
			nearest, name = m, a.Name
		}
	}
	return name
}

func digits(s string, n int) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) == n
}
