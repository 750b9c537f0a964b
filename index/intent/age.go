package intent

import (
	"slices"
	"strconv"
	"strings"

	"fritidshub/catalog"
)

const maxAge = 120 // years, as the parameter takes it

// numerals are the numbers that are written as words before "åring", from two years on.
var numerals = strings.Fields("to tre fire fem seks sju atte ni ti elleve tolv tretten fjorten femten seksten sytten")

// ages makes the claim of ages from low to high, of which one end may be open. The search takes one age: of both ends the middle.
func (r *reading) ages(from, to int, low, high *int) (claim, bool) {
	c := claim{from: from, to: to, connector: beforeAge, age: &catalog.Age{Min: low, Max: high}}
	age := -1
	switch {
	case low != nil && high != nil:
		age = (*low + *high) / 2
	case low != nil:
		age = *low
	case high != nil:
		age = *high
	}
	c.params = []Param{{"age", strconv.Itoa(age)}}
	return c, age >= 0 && age <= maxAge
}

// agesAt reads what package prose leaves: "8 år", "8-åring", "toåring", "8 years old", "aged 6-12".
func (r *reading) agesAt(i int) (claim, bool) {
	for n, numeral := range numerals {
		if rest, ok := strings.CutPrefix(r.word(i), numeral); ok && years[rest] && rest != "ar" {
			age := n + 2
			c, ok := r.ages(i, i+1, &age, &age)
			c.said = true
			return c, ok
		}
	}
	low, ok := number(r.word(i), 99)
	if !ok {
		return claim{}, false
	}
	before := r.word(i - 1)
	if i > 0 && (r.between(i-1) == "," || r.between(i-1) == ".") {
		if _, decimal := number(before, 99); decimal {
			return claim{}, false
		}
	}
	stated := before == "age" || before == "aged" || before == "ages"
	high, to := low, i+1
	if m, after := r.upper(i); after > 0 && m > low {
		high, to = m, after
	}
	switch unit := r.word(to); {
	case years[unit]:
		to++
		if olds[r.word(to)] {
			to++
		}
	case !stated:
		return claim{}, false
	}
	if notAgeAfter[r.word(to)] || notAge[before] {
		return claim{}, false
	}
	return r.ages(i, to, &low, &high)
}

// upper reads the other end of a range of ages that begins at token i.
func (r *reading) upper(i int) (n, to int) {
	if i+1 >= len(r.t) {
		return 0, 0
	}
	at := i + 1
	if sep := strings.Trim(r.between(i), " "); sep != "-" && sep != "–" {
		if w := r.word(at); w != "to" && w != "til" && w != "and" && w != "og" {
			return 0, 0
		}
		at++
	}
	n, ok := number(r.word(at), 99)
	if !ok {
		return 0, 0
	}
	return n, at + 1
}

// spoken reports whether an age is said with a grade or in one word, as listings do.
func (r *reading) spoken(from, to int) bool {
	return slices.ContainsFunc(r.t[from:to], func(t token) bool {
		numeral, _, one := strings.Cut(t.folded, "aring")
		return strings.HasPrefix(t.folded, "trinn") || strings.HasPrefix(t.folded, "klass") || one && slices.Contains(numerals, numeral)
	})
}

var (
	years = set("år åring åringer åringar åringen åringane åringene year years yr yrs yo рік роки років річна річний lat lata latek latka latki latków roku سنة سنوات عام أعوام sano jir ዓመት jahkásaš jahki")
	olds  = set("gammel gamle gamal old olds gamall")
)
