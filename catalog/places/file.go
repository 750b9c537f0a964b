package places

import (
	"fmt"
	"strings"

	"fritidshub/catalog"
)

// File is an editor's own places.yaml: neighbourhoods and houses. Faults tells what is wrong in it.
type File struct {
	Areas  []Area  `yaml:"areas"`
	Places []Venue `yaml:"places"`
}

// Venue is a house as an editor knows it. What a source states of it comes before what stands here.
type Venue struct {
	Name         string   `yaml:"name"`
	Also         []string `yaml:"also"`         // other names that it goes by
	Municipality string   `yaml:"municipality"` // four digits
	Address      string   `yaml:"address"`      // street and number
	PostalCode   string   `yaml:"postal_code"`
	Locality     string   `yaml:"locality"`
	Lat          *float64 `yaml:"lat"` // degrees, WGS 84
	Lon          *float64 `yaml:"lon"`
}

// MaxVenues bounds the houses of a File.
const MaxVenues = 5000

// Fault is something in a File that an editor has to mend, in Norwegian.
type Fault struct {
	Path []any // where: keys, and indexes of lists
	What string
	Do   string
}

// Faults tells everything that is wrong in a file, nil when nothing is.
func (d *Data) Faults(f File) []Fault {
	var faults []Fault
	add := func(what, do string, path ...any) { faults = append(faults, Fault{path, what, do}) }
	if n := len(f.Areas); n > MaxAreas {
		add(fmt.Sprintf("%d nærmiljøer er for mange", n), fmt.Sprintf("det er plass til %d", MaxAreas), "areas")
	}
	if n := len(f.Places); n > MaxVenues {
		add(fmt.Sprintf("%d steder er for mange", n), fmt.Sprintf("det er plass til %d", MaxVenues), "places")
	}
	if len(faults) > 0 {
		return faults
	}
	for i, a := range f.Areas {
		at := func(key ...any) []any { return append([]any{"areas", i}, key...) }
		if catalog.Fold(a.Name) == "" {
			add("nærmiljøet mangler name", "skriv navnet slik innbyggerne skal se det", at("name")...)
		}
		d.checkMunicipality(a.Municipality, add, at("municipality"))
		for j, code := range a.PostalCodes {
			checkCode(code, add, at("postal_codes", j))
		}
		if c := a.Circle; c != nil {
			checkPoint(c.Lat, c.Lon, add, at("circle"))
			if !(c.KM > 0 && c.KM <= 100) {
				add("circle trenger km, over 0 og høyst 100", "skriv for eksempel km: 1.5", at("circle", "km")...)
			}
		}
	}
	at := map[string]int{} // the house that has a key
	for i, v := range f.Places {
		of := func(key ...any) []any { return append([]any{"places", i}, key...) }
		d.checkMunicipality(v.Municipality, add, of("municipality"))
		for j, p := range v.places() {
			path := of("name")
			if j > 0 {
				path = of("also", j-1)
			}
			house, key := d.House(p), d.Key(p)
			other, taken := at[key]
			switch {
			case !house.which():
				add(fmt.Sprintf("navnet %q sier ikke hvilket hus det er", p.Name), "skriv et navn som bare dette huset har, for eksempel Stavern bibliotek, eller før opp locality", path...)
			case taken && other != i:
				add(fmt.Sprintf("%s er det samme huset som sted nr. %d (%s)", p.Name, other+1, f.Places[other].Name), "slå dem sammen; andre navn på huset skrives i also", path...)
			default:
				at[key] = i
			}
		}
		if v.PostalCode != "" {
			checkCode(v.PostalCode, add, of("postal_code"))
		}
		if street, _ := StreetKey(v.Address); v.Address != "" && street == "" {
			add(fmt.Sprintf("%q er ikke gate og nummer", v.Address), "skriv for eksempel Kongegata 5; postnummeret hører til i postal_code", of("address")...)
		}
		switch {
		case (v.Lat == nil) != (v.Lon == nil):
			add("lat og lon må stå sammen", "skriv begge, eller ingen av dem", of()...)
		case v.Lat != nil:
			checkPoint(*v.Lat, *v.Lon, add, of("lat"))
		case v.Address == "":
			add("stedet har verken address eller lat og lon", "skriv det dere vet, ellers er det ingenting å fylle ut med", of()...)
		}
	}
	return faults
}

func (d *Data) checkMunicipality(number string, add func(what, do string, path ...any), path []any) {
	const form = `skriv kommunenummeret i anførselstegn, for eksempel "3909"`
	current, known := d.Current(number)
	switch {
	case number == "":
		add("municipality mangler", form, path...)
	case !digits(number, 4):
		add(fmt.Sprintf("municipality %q er ikke fire sifre", number), form, path...)
	case !known:
		add(fmt.Sprintf("det er ingen kommune med nummer %s", number), form, path...)
	case current != number:
		add(fmt.Sprintf("kommunenummeret %s er ikke i bruk lenger", number), fmt.Sprintf("skriv %q (%s)", current, d.names[current]), path...)
	}
}

func checkCode(code string, add func(what, do string, path ...any), path []any) {
	if !digits(code, 4) {
		add(fmt.Sprintf("%q er ikke et postnummer", code), `skriv fire sifre i anførselstegn, for eksempel "3256"`, path...)
	}
}

func checkPoint(lat, lon float64, add func(what, do string, path ...any), path []any) {
	const do = "lat (bredde) er 57 til 72 og lon (lengde) 4 til 32 i Norge"
	switch {
	case inNorway(catalog.Point{Lat: lat, Lon: lon}):
	case inNorway(catalog.Point{Lat: lon, Lon: lat}):
		add("lat og lon er byttet om", do, path...)
	default:
		add(fmt.Sprintf("%v, %v er ikke i Norge", lat, lon), do, path...)
	}
}

// places are what a venue states, under each of its names.
func (v Venue) places() []catalog.Place {
	p := catalog.Place{Municipality: v.Municipality, Address: v.Address, PostalCode: v.PostalCode, Locality: v.Locality}
	if v.Lat != nil && v.Lon != nil {
		p.Geo = &catalog.Point{Lat: *v.Lat, Lon: *v.Lon}
	}
	var all []catalog.Place
	for _, name := range append([]string{v.Name}, v.Also...) {
		p.Name = name
		all = append(all, p)
	}
	return all
}

// With returns a copy of d that knows what a file without Faults tells: its areas replace those of the municipalities that they lie
// in, and its houses are the register.
func (d *Data) With(f File) *Data {
	var told []catalog.Place
	for _, v := range f.Places {
		told = append(told, v.places()...)
	}
	next := d.WithAreas(f.Areas)
	return next.WithRegister(next.Learn(Once(told)))
}

// describe says a fault in one line, for a file that is not the editor's.
func (f Fault) describe() string {
	where := make([]string, len(f.Path))
	for i, step := range f.Path {
		where[i] = fmt.Sprint(step)
	}
	return strings.Join(where, ".") + ": " + f.What + ": " + f.Do
}
