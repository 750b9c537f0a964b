// Package places knows where things are in Norway: it reads addresses, knows postal codes and municipalities, tells whether two names
// are the same house, and completes what one source leaves out with what is known, without asking anyone.
//
// What it fills in are facts that follow from what is stated (3264 is Larvik, which is municipality 3909). Nothing is guessed: where
// two answers are possible there is none. It claims no boundaries: a position is never turned into a municipality.
package places

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"fritidshub/catalog"
)

//go:embed postal.csv municipalities.csv areas.yaml
var files embed.FS

// Post is one postal code of Bring's Postnummerregister.
type Post struct {
	Code         string // four digits
	Locality     string // the poststed, in ordinary letters: "Nes i Ådal"
	Municipality string // four digits, the numbers in force from 2024; "" when the code does not tell
}

// town is what a poststed's name tells.
type town struct {
	name         string
	municipality string // "" when its codes lie in several, or no one knows where
	several      bool   // municipalities that its codes lie in
	same         bool   // the municipality bears its name, as Larvik does
}

// Data is everything that is known beforehand. It is read-only and may be shared.
type Data struct {
	posts   map[string]Post
	towns   map[string]town   // by folded name of the poststed
	names   map[string]string // municipality's number -> name
	numbers map[string]string // folded name -> number; "" when several bear it
	current map[string]string // former number -> number
	areas   []Area
	known   *Register
}

// Load reads the data that is built into the program.
func Load() (*Data, error) {
	d := &Data{posts: map[string]Post{}, towns: map[string]town{}, names: map[string]string{}, numbers: map[string]string{}, current: map[string]string{}}
	of, err := d.loadMunicipalities()
	if err != nil {
		return nil, err
	}
	rows, err := readCSV("postal.csv")
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		p := Post{Code: row[0], Locality: properCase(row[1]), Municipality: of(row[0])}
		d.posts[p.Code] = p
		key := catalog.Fold(p.Locality)
		t, seen := d.towns[key]
		switch {
		case !seen:
			t = town{name: p.Locality, municipality: p.Municipality}
		case p.Municipality != "" && t.municipality != p.Municipality && !t.several:
			t.several, t.municipality = t.municipality != "", p.Municipality
		}
		d.towns[key] = t
	}
	for key, t := range d.towns {
		if t.several {
			t.municipality = ""
		}
		t.same = t.municipality != "" && t.municipality == d.numbers[key]
		d.towns[key] = t
	}
	text, err := files.ReadFile("areas.yaml")
	if err != nil {
		return nil, err
	}
	d.areas, err = d.readAreas(text)
	return d, err
}

// loadMunicipalities returns the function that tells a code's municipality.
func (d *Data) loadMunicipalities() (func(code string) string, error) {
	rows, err := readCSV("municipalities.csv")
	if err != nil {
		return nil, err
	}
	type span struct{ from, to, number string }
	var spans []span
	for _, row := range rows[1:] {
		number, name := row[0], row[1]
		d.names[number] = name
		if _, taken := d.numbers[catalog.Fold(name)]; taken {
			number = ""
		}
		d.numbers[catalog.Fold(name)] = number
		for _, former := range strings.Fields(row[2]) {
			d.current[former] = row[0]
		}
		for _, codes := range strings.Fields(row[3]) {
			from, to, isSpan := strings.Cut(codes, "-")
			if !isSpan {
				to = from
			}
			spans = append(spans, span{from, to, row[0]})
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return strings.Compare(a.from, b.from) })
	return func(code string) string {
		i, exact := slices.BinarySearchFunc(spans, code, func(s span, code string) int { return strings.Compare(s.from, code) })
		if !exact {
			i--
		}
		if i < 0 || spans[i].to < code {
			return ""
		}
		return spans[i].number
	}, nil
}

func readCSV(name string) ([][]string, error) {
	text, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("places: %s: %w", name, err)
	}
	return rows, nil
}

// WithAreas returns a copy of d in which areas replace those of the municipalities that they lie in.
func (d *Data) WithAreas(areas []Area) *Data {
	replaced := func(a Area) bool {
		return slices.ContainsFunc(areas, func(b Area) bool { return a.Municipality == b.Municipality })
	}
	next := *d
	next.areas = append(slices.DeleteFunc(slices.Clone(d.areas), replaced), areas...)
	return &next
}

// WithRegister returns a copy of d in which r is what is known of houses; nil is nothing.
func (d *Data) WithRegister(r *Register) *Data {
	next := *d
	next.known = r
	return &next
}

// Postal finds a postal code of four digits.
func (d *Data) Postal(code string) (Post, bool) { p, ok := d.posts[code]; return p, ok }

// Current gives the number that a municipality has from 2024, for that number itself or one that it or a part of it had before:
// 0709, 0712, 0728 and 3805 are all 3909. Municipalities that were divided have no single successor and are not found.
func (d *Data) Current(number string) (string, bool) {
	if _, ok := d.names[number]; ok {
		return number, true
	}
	n, ok := d.current[number]
	return n, ok
}

// MunicipalityName is what the municipality with a number in force is called, "" when there is none. Two pairs share a name: Herøy and Våler.
func (d *Data) MunicipalityName(number string) string { return d.names[number] }

// MunicipalityNumber finds the only municipality of that name; "Larvik kommune" is understood too.
func (d *Data) MunicipalityNumber(name string) (string, bool) {
	key := strings.TrimSuffix(catalog.Fold(name), " kommune")
	n := d.numbers[key]
	return n, n != ""
}

// locality finds a poststed by its name.
func (d *Data) locality(name string) (town, bool) {
	t, ok := d.towns[catalog.Fold(name)]
	return t, ok
}

// properCase gives a poststed's name in capitals as it is written: MO I RANA is Mo i Rana, KRISTIANSAND S keeps its S.
func properCase(s string) string {
	words := strings.Fields(strings.ToLower(s))
	for i, w := range words {
		if i > 0 && (w == "i" || w == "på" || w == "og" || w == "av") {
			continue
		}
		parts := strings.Split(w, "-")
		for j, p := range parts {
			if r := []rune(p); len(r) > 0 {
				parts[j] = strings.ToUpper(string(r[:1])) + string(r[1:])
			}
		}
		words[i] = strings.Join(parts, "-")
	}
	return strings.Join(words, " ")
}
