package places

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"fritidshub/catalog"
)

var postalWritten = regexp.MustCompile(`^(?i:NO?R?)?\s*[-–]?\s*(\d{4})$`)

// Complete is Order and then Fill: all that d tells of a place. It asks no one and is deterministic; doing it twice changes nothing more.
// The warnings are Norwegian.
func Complete(p *catalog.Place, d *Data) (warnings []string) {
	warnings = Order(p, d)
	d.Fill(p)
	return warnings
}

// Order brings a place's fields in order and fills those that follow from what the others state: an address in one line is taken
// apart, a position is mended (see Repair), the postal code gives poststed and municipality, a former municipality's number the one in
// force. What a source states is never replaced by what is derived.
func Order(p *catalog.Place, d *Data) (warnings []string) {
	if p == nil {
		return nil
	}
	warn := func(format string, args ...any) { warnings = append(warnings, fmt.Sprintf(format, args...)) }
	if p.Geo != nil {
		g, warning, ok := Repair(*p.Geo)
		if warning != "" {
			warn("%s", warning)
		}
		if p.Geo = &g; !ok {
			p.Geo = nil
		}
	}
	if p.Municipality != "" {
		if number, ok := d.Current(p.Municipality); ok {
			p.Municipality = number
		} else if number, ok := d.MunicipalityNumber(p.Municipality); ok {
			p.Municipality = number
		}
	}
	if !p.Online {
		d.takeApart(p)
		d.postal(p, warn)
	}
	return warnings
}

// Fill fills what a place does not state: what the register of d has told of the house, and the neighbourhood by the areas of d.
func (d *Data) Fill(p *catalog.Place) {
	if p == nil {
		return
	}
	if !p.Online {
		d.fromRegister(p)
	}
	if p.Neighbourhood == "" {
		p.Neighbourhood = d.neighbourhood(p)
	}
}

// takeApart reads an address that came as one line in the field for the street, or in the name.
func (d *Data) takeApart(p *catalog.Place) {
	if p.Address != "" {
		q := d.Parse(p.Address)
		switch {
		case q.Online || q.Address == "" && q.PostalCode == "" && q.Locality == "":
		case q.Address == "" && q.Name != "" && q.PostalCode == "": // "Torget, Larvik": no street we know
		default:
			d.adopt(p, q)
			p.Address = q.Address
			if q.Name != "" && p.Name == "" {
				p.Name = q.Name
			} else if q.Name != "" && d.House(*p).core() != d.House(q).core() && !strings.Contains(catalog.Fold(p.Name), catalog.Fold(q.Name)) {
				p.Address = strings.Join(nonEmpty(q.Name, q.Address), ", ")
			}
		}
	}
	for before := "\x00"; p.Name != "" && p.Name != before; { // each turn makes the name shorter, or is the last
		before = p.Name
		d.takeNameApart(p)
	}
}

func (d *Data) takeNameApart(p *catalog.Place) {
	q := d.Parse(p.Name)
	streetP, numberP := StreetKey(p.Address)
	streetQ, numberQ := StreetKey(q.Address)
	switch {
	case p.PostalCode != "" && q.PostalCode != "" && p.PostalCode != q.PostalCode, // two addresses: both are kept as they are
		p.Address != "" && q.Address != "" && (streetP != streetQ || numberP != numberQ || streetP == ""):
	case q.Online && *p == catalog.Place{Name: p.Name}:
		p.Online = true
	case q.Online:
	case q.Geo != nil && p.Geo == nil && q.Name == "":
		p.Geo, p.Name = q.Geo, ""
	case q.PostalCode != "" || q.Address != "" && !strings.HasPrefix(strings.ToLower(q.Address), "v/"):
		d.adopt(p, q)
		p.Name, p.Address = q.Name, cmp.Or(p.Address, q.Address)
	case q.Name != "" && q.Locality != "" && q.Address == "": // "Bølgen, Larvik" stays as it is written
		d.adopt(p, q)
	case q.Name == "" && q.Locality != "" && p.Address == "":
		d.adopt(p, q)
	}
}

// adopt takes what a line told of postal code, poststed and municipality into the fields that are empty.
func (d *Data) adopt(p *catalog.Place, q catalog.Place) {
	if p.PostalCode == "" && (p.Locality == "" || catalog.Fold(p.Locality) == catalog.Fold(q.Locality)) {
		p.PostalCode = q.PostalCode
	}
	p.Locality = cmp.Or(p.Locality, q.Locality)
	if p.Municipality == "" && (q.PostalCode == "" || p.PostalCode == q.PostalCode) {
		p.Municipality = q.Municipality
	}
}

// postal puts the postal code in order, and fills poststed and municipality from it.
func (d *Data) postal(p *catalog.Place, warn func(string, ...any)) {
	p.Locality = asWritten(p.Locality)
	if p.PostalCode != "" {
		code := d.code(p)
		if code == "" {
			warn("postnummeret «%.20s» har ikke fire sifre og er utelatt", p.PostalCode)
		}
		p.PostalCode = code
	}
	post, known := d.Postal(p.PostalCode)
	if !known {
		if t, ok := d.locality(p.Locality); ok && p.Municipality == "" && d.tells(t) {
			p.Municipality = t.municipality
		}
		return
	}
	p.Locality = cmp.Or(p.Locality, post.Locality)
	if t, ok := d.locality(p.Locality); ok && t.municipality != "" && post.Municipality != "" && t.municipality != post.Municipality {
		warn("postnummeret %s hører til %s, men stedet er oppgitt som %s", p.PostalCode, post.Locality, p.Locality)
		return
	}
	if p.Municipality == "" {
		p.Municipality = post.Municipality
	} else if post.Municipality != "" && p.Municipality != post.Municipality {
		warn("postnummeret %s hører til %s (%s), men kommunen er oppgitt som %s", p.PostalCode, d.names[post.Municipality], post.Municipality, p.Municipality)
	}
}

// code is the four digits of a postal code as people and spreadsheets write it: "N-3256", "NO 3256", and 150 for 0150 Oslo where the
// poststed says the same. "" when it is none.
func (d *Data) code(p *catalog.Place) string {
	if m := postalWritten.FindStringSubmatch(p.PostalCode); m != nil {
		return m[1]
	}
	if code := "0" + p.PostalCode; digits(code, 4) {
		if post, ok := d.Postal(code); ok && catalog.Fold(post.Locality) == catalog.Fold(p.Locality) {
			return code
		}
	}
	return ""
}

// fromRegister fills what other records have told of the house.
func (d *Data) fromRegister(p *catalog.Place) {
	known, ok := d.known.find(p, d)
	if !ok {
		return
	}
	p.Address, p.PostalCode = cmp.Or(p.Address, known.Address), cmp.Or(p.PostalCode, known.PostalCode)
	p.Locality, p.Municipality = cmp.Or(p.Locality, known.Locality), cmp.Or(p.Municipality, known.Municipality)
	if p.Geo == nil && known.Geo != nil {
		g := *known.Geo
		p.Geo = &g
	}
}

func nonEmpty(texts ...string) []string {
	var kept []string
	for _, t := range texts {
		if t != "" {
			kept = append(kept, t)
		}
	}
	return kept
}
