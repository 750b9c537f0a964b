package prose

// counting are words by which a list of people with numbers counts them: "I fjor kom voksne 45 og barn 30".
var counting = set("deltok deltakere deltakarar deltager deltagere plass plasser plassar antall antal talet tal kom møtte personer rom kart fjor påmeldte påmelde oppmøte " +
	"gjester gjestar besøkende besøkande publikum fordelt fordelte medlemstall alder alderen gruppe størrelse storleik str uke veke side telte cm kg poeng lag")

// priceList reports whether the text has a list of payers with numbers alone, which can be nothing but what they pay: "Voksne 150, barn 75".
func (r *reader) priceList() bool {
	before := -1 // the payers' item before
	for k := range r.items {
		it := &r.items[k]
		if it.kind == aFree && before >= 0 && it.from-r.items[before].to <= 4 && r.any(r.items[before].to, it.from, who) {
			return true // "barn 100, voksne gratis"
		}
		if it.kind != anAmount || !it.bare {
			continue
		}
		lo, hi := r.sentence(it.from)
		for j := lo; j < hi; j++ {
			if counting[r.word(j)] {
				return false
			}
		}
		if it.lo < 20_00 || it.lo%5_00 != 0 || it.hi%5_00 != 0 {
			return false
		}
		if before >= 0 && it.from-r.items[before].to <= 8 {
			return true
		}
		before = k
	}
	return false
}

// reduced reports whether the amount at token i is one that is no longer asked for: "Ordinær pris 400, nå 200".
func (r *reader) reduced(i int) bool {
	j := i - 1
	for j > i-5 && (r.is(j, krone) || r.one(j, ":", ".", "pris", "prisen", "er", "var")) {
		j--
	}
	if !r.one(j, "ordinær", "ordinært", "ordinærpris", "før", "førpris", "tidligere", "tidlegare", "veiledende", "rettleiande", "vanlig", "vanleg", "vanligvis", "normalt", "normalpris", "opprinnelig", "opphaveleg") {
		return false
	}
	for r.is(i, krone) {
		i++
	}
	if _, to := r.sum(i, true); to > 0 {
		to = r.priced(to)
		for k := to; k < to+4; k++ {
			if t := r.at(k); t.kind == word && !t.one("men") {
				return r.nowPaid(k)
			}
		}
	}
	return false
}

// nowPaid reports whether an amount after "nå" or "hos oss" begins at token k.
func (r *reader) nowPaid(k int) bool {
	switch {
	case r.one(k, "nå", "no"):
		k++
	case r.word(k) == "hos" && r.one(k+1, "oss"):
		k += 2
	default:
		return false
	}
	for r.is(k, krone) || r.one(k, "kun", "bare", "berre", ":", ".") {
		k++
	}
	return r.at(k).kind == number
}

// reduces reports whether the number at i is what is paid now, after one that is no longer asked for.
func (r *reader) reduces(i int) bool {
	for j := i - 1; j > i-6; j-- {
		if !r.nowPaid(j) {
			continue
		}
		l := r.last()
		return l != nil && l.kind == anAmount && j-l.to < 3 && r.reduced(l.from)
	}
	return false
}

// payers is how many tokens from i on name a class of payers: 1 for "medlemmer", 3 for "ikke-medlemmer", 0 for none.
func (r *reader) payers(i int) int {
	switch {
	case r.is(i, who) && r.at(i).kind == word:
		return 1
	case r.one(i, "ikke", "ikkje") && r.is(i+1, who):
		return 2
	case r.one(i, "ikke", "ikkje") && r.word(i+1) == "-" && r.is(i+2, who):
		return 3
	}
	return 0
}

// paidFor reports whether the number at i is the first of two that are each for a class of payers: "600 for medlemmer og 750 for andre".
func (r *reader) paidFor(i int) bool {
	if r.at(i).n < 20 || r.word(i+1) != "for" {
		return false
	}
	j := i + 2 + r.payers(i+2)
	return j > i+2 && r.one(j, "og", ",", "/", "men") && r.at(j+1).n >= 20 && r.word(j+2) == "for" && r.payers(j+3) > 0
}

// familyBracket gives the token of the family that the bracket ending at token j counts, "familie (2+2)", else j.
func (r *reader) familyBracket(j int) int {
	for k := j - 1; k > j-10 && k > 0; k-- {
		if r.word(k) == "(" {
			if hasPrefix(r.word(k-1), "famili") && r.is(k-1, who) {
				return k - 1
			}
			return j
		}
	}
	return j
}
