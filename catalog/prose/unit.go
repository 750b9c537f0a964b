package prose

import (
	"slices"
	"strings"
	"time"
)

// priceUnit is the unit that the text names, or the one that goes without saying.
func (r *reader) priceUnit(paid []int, what charge, f *Facts) string {
	named := 0
	for _, k := range paid {
		u := r.items[k].unit
		if u == 0 {
			from, to := r.clause(k)
			u = r.unitOfWord(from, to)
		}
		switch {
		case u == 0:
		case named == 0:
			named = u
		case named != u:
			return ""
		}
	}
	if named == otherUnit {
		return ""
	}
	if named > 0 {
		return units[named]
	}
	in := func(c class) bool {
		for _, k := range paid {
			if from, to := r.clause(k); r.any(from, to, c) {
				return true
			}
			from, to := r.sentence(r.items[k].from)
			if r.word(from-1) == ":" { // a heading
				from, _ = r.sentence(from - 1)
			}
			if c == admission && r.any(from, min(to, r.items[k].from), c) {
				return true
			}
		}
		return false
	}
	if u := r.unitOfAll(); u > 0 {
		return units[u]
	}
	single := len(f.Dates) > 0 && f.Rule == ""
	switch {
	case what == mealCharge:
		return "meal"
	case what == materialCharge:
		return "material"
	case what == hireCharge:
		return "item"
	case in(yearly), what == member:
		return "year"
	case in(courseFee):
		return "course"
	case in(admission):
		return "ticket"
	case single && r.started(paid):
		return "ticket"
	case r.any(0, len(r.t), course), strings.Contains(f.Rule, "COUNT"), r.hyphenSchool():
		return "course"
	case single && len(f.Dates) >= 3 && !r.any(0, len(r.t), show):
		if r.adultPays() {
			return "ticket"
		}
		return "course"
	case single && (r.any(0, len(r.t), trip) || f.Dates[0].Through.Sub(f.Dates[0].From) >= 48*time.Hour && !f.Dates[0].From.IsZero() && !r.any(0, len(r.t), show)):
		return "event"
	case f.Rule != "":
		for _, k := range paid {
			if r.items[k].hi > 300_00 {
				return ""
			}
		}
		return "time"
	case single && len(f.Dates) == 1 && f.Dates[0].From.IsZero():
		return "season"
	case single, r.any(0, len(r.t), show):
		return "ticket"
	}
	return ""
}

// started reports whether what is paid is for taking part in a race.
func (r *reader) started(paid []int) bool {
	return slices.ContainsFunc(paid, func(k int) bool {
		from, to := r.clause(k)
		return r.anyWord(from, to, "startavgift", "startkontingent", "startavgifta", "startavgiften")
	})
}

// unitOfAll reads the unit of every price of the text: "Prisene gjelder for hele semesteret".
func (r *reader) unitOfAll() int {
	for i := range r.t {
		if !hasPrefix(r.word(i), "pris") || !r.one(i+1, "gjelder", "gjeld", "er") {
			continue
		}
		for j := i + 2; j < i+6 && !r.stop(j); j++ {
			if name, ok := unitNouns[r.word(j)]; ok && (r.is(j-1, per) || definiteUnits[r.word(j)]) {
				return slices.Index(units, name)
			}
		}
	}
	return 0
}

// hyphenSchool reports whether the text has a "ski-skole".
func (r *reader) hyphenSchool() bool {
	for i := range r.t {
		if r.one(i, "skole", "skolen", "skule", "skulen") && r.touching(i) && r.word(i-1) == "-" {
			return true
		}
	}
	return false
}

// unitStems are the beginnings of such words, each with its unit's place in units.
var unitStems = [...]struct {
	stem string
	unit int
}{{"enkeltbillett", 2}, {"semester", 3}, {"halvår", 3}, {"sesong", 4}, {"års", 5}, {"helårs", 5}, {"måned", 6}, {"månad", 6}, {"kurs", 7}, {"dags", 15}, {"klippe", otherUnit}}

// chargeEndings are what a word ends in that names a unit by its beginning: "semesteravgift".
var chargeEndings = []string{"avgift", "avgiften", "avgifta", "pris", "prisen", "kort", "kortet", "kontingent", "kontingenten", "medlemskap", "medlemskapet",
	"billett", "pengar", "penger"}

// unitOfWord reads the unit out of a word such as "semesteravgift", "sesongkort", "årsavgift".
func (r *reader) unitOfWord(from, to int) int {
	for j := from; j < to && j < len(r.t); j++ {
		if r.is(j, per) && r.at(j).kind == word {
			if name, ok := unitNouns[r.word(j+1)]; ok {
				return slices.Index(units, name)
			}
		}
		w := r.t[j].text
		if r.t[j].kind != word || len(w) < 7 || !hasSuffix(w, chargeEndings...) {
			continue
		}
		for _, u := range unitStems {
			if hasPrefix(w, u.stem) {
				return u.unit
			}
		}
	}
	return 0
}
