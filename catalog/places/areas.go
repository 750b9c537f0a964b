package places

import (
	"bytes"
	"errors"
	"fmt"
	"io"
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

// ReadAreas reads a list of areas in the form of areas.yaml (places.yaml has the same). An error says in Norwegian what is wrong and where.
func ReadAreas(text []byte) ([]Area, error) {
	var list struct {
		Areas []Area `yaml:"areas"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&list); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("lista over nærmiljøer kan ikke leses: %w", err)
	}
	if len(list.Areas) > MaxAreas {
		return nil, fmt.Errorf("lista har %d nærmiljøer; det er plass til %d", len(list.Areas), MaxAreas)
	}
	for i, a := range list.Areas {
		if wrong := a.wrong(); wrong != "" {
			return nil, fmt.Errorf("nærmiljø nr. %d (%q): %s", i+1, a.Name, wrong)
		}
	}
	return list.Areas, nil
}

// wrong says what an editor has to mend, "" when nothing.
func (a Area) wrong() string {
	switch {
	case catalog.Fold(a.Name) == "":
		return "name mangler"
	case !digits(a.Municipality, 4):
		return "municipality skal være kommunenummeret, fire sifre i anførselstegn, for eksempel \"3909\""
	case slices.ContainsFunc(a.PostalCodes, func(c string) bool { return !digits(c, 4) }):
		return "postal_codes skal være postnumre med fire sifre i anførselstegn"
	}
	if c := a.Circle; c != nil {
		_, warning, ok := Repair(catalog.Point{Lat: c.Lat, Lon: c.Lon})
		switch {
		case !ok || warning != "":
			return "circle har koordinater som ikke er i Norge; lat er 57 til 72, lon er 4 til 32"
		case !(c.KM > 0 && c.KM <= 100):
			return "circle trenger km, over 0 og høyst 100"
		}
	}
	return ""
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
