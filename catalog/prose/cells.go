package prose

import (
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
)

// A lone age in a cell is that of a group of children up to limitFrom, the least age from adultFrom on, and between them either.
const (
	limitFrom = 15
	adultFrom = 18
)

// Cells reads the fields of r that hold no more than the source's own words, a price, an age or a schedule that is no plain value, as what the text says of
// that field, and names what it reads in r.Derived. The words of a price and a schedule are kept; a schedule goes on between the days for which it is valid. Years of
// birth are counted from the day ref, and clocks are in its zone.
func Cells(r *catalog.Record, ref time.Time) {
	derived := func(field string) {
		if !slices.Contains(r.Derived, field) {
			r.Derived = append(r.Derived, field)
		}
	}
	if p := r.Price; p != nil && p.Text != "" && p.Min == nil && p.Max == nil && p.Free == catalog.NotStated && (p.Currency == "" || p.Currency == "NOK") {
		if said := Read(headed("Pris: ", p.Text), "", ref).Price; said != nil {
			price := *said
			price.Text, price.Currency = p.Text, p.Currency
			r.Price = &price
			derived("price")
		}
	}
	if s := r.Schedule; !s.Dated() && s.Text != "" && schedule(&s, r.Kind, !r.Modified.IsZero(), ref) {
		s.ValidFrom, s.ValidThrough = time.Time{}, time.Time{}
		r.Schedule = s
		derived("schedule")
	}
	if a := r.Age; a != nil && a.Text != "" && a.Min == nil && a.Max == nil {
		if said := Read(headed("Alder: ", a.Text), "", ref).Age; said != nil {
			age := *said
			if age.Min != nil && age.Max != nil && *age.Min == *age.Max && *age.Min >= limitFrom {
				if age.Max = nil; *age.Min < adultFrom {
					return
				}
			}
			age.Text = a.Text
			r.Age = &age
			derived("age")
		}
	}
}

// schedule reads the words of a schedule without a date as a series or a date.
func schedule(s *catalog.Schedule, kind catalog.Kind, published bool, ref time.Time) bool {
	f := Read(catalog.CleanText(s.Text, 0), "", ref)
	if dates := f.dated(kind, published, ref.Location()); len(dates) > 0 {
		s.Dates = dates
		return true
	}
	if valid := (Dates{s.ValidFrom, s.ValidThrough, YearKnown}); valid != (Dates{Year: YearKnown}) {
		f.Dates = append(f.Dates, valid)
	}
	s.Series = f.standing(kind, published, ref.Location())
	return len(s.Series) > 0
}

// headed is the text of a cell with the name of its column before it, unless it begins with that itself.
func headed(name, text string) string {
	text = catalog.CleanText(text, 0)
	if len(text) >= len(name)-2 && strings.EqualFold(text[:len(name)-2], name[:len(name)-2]) {
		return text
	}
	return name + text
}
