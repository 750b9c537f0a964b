package prose

import "strings"

const maxAge = 120

// years reads ages at token i: "6-12 år", "fra 13 år", "under 18", "60+", "5.-7. trinn", "f. 2014-2015", "0-12 mnd".
func (r *reader) years(i int) item {
	if it := r.birth(i); it.to > 0 {
		return it
	}
	if it := r.school(i); it.to > 0 {
		return it
	}
	if it := r.allAges(i); it.to > 0 {
		return it
	}
	if n := spelledChild(r.at(i)); n > 0 {
		return r.bounded(item{kind: anAge, from: i, to: i + 1, lo: n, hi: n}, "", true, i)
	}
	bound, j := r.bound(i)
	a, k, n := r.number(j)
	if n == 0 || a < 0 || a > maxAge || r.is(i-1, krone) || r.word(i-1) == "#" {
		return item{}
	}
	out := item{kind: anAge, from: i, lo: a, hi: a}
	ranged := false
	if b, to := r.rangeEnd(k, a); to > 0 {
		out.hi, k, ranged = b, to, true
	} else if r.word(k) == "-" && r.touching(k) && r.touching(k+1) && hasPrefix(r.word(k+1), "års") { // 16-års grense
		k++
	}
	for p := i; ranged && r.word(j+1) == "og" && p > 1 && r.word(p-1) == "," && r.at(p-2).n == out.lo-1 && out.lo > 1; p -= 2 { // "10, 11 og 12 år"
		out.lo--
		out.from = p - 2
	}
	switch {
	case r.mnd(k) && (ranged || bound != ""):
		out.lo, out.hi, out.to = out.lo/12, out.hi/12, k+1
	case r.year(k):
		out.to = k + 1
	case ranged && spelledChild(r.at(k)) > 0: // seks- til niåringer
		out.to = k + 1
	case r.child(k): // 6-åringer
		if out.to = k + 1; r.word(k) == "-" {
			out.to++
		}
		ranged = true
	default:
		return r.bareAge(i, j, k, bound, a)
	}
	return r.bounded(out, bound, ranged, i)
}

// spelledChild is the age of "åtteåringer", 0 for another word.
func spelledChild(t *token) int {
	if t.kind != word {
		return 0
	}
	stem, ending, ok := strings.Cut(t.text, "åring")
	if !ok || !in(ending, "er", "ar", "ene", "ane") {
		return 0
	}
	if n := wordNumber(stem); n < 100 {
		return n
	}
	return 0
}

// rangeEnd reads the other end of a range of ages that begins with a, before token k: "6-12 år", "6 år til 12 år", "5- og 6-åringer".
// It gives the token of the word for years; 0: there is no range.
func (r *reader) rangeEnd(k, a int) (b, to int) {
	if r.year(k) {
		k++
	}
	if r.word(k) == "-" && r.one(k+1, "og", "til") {
		k++
	}
	m := r.upTo(k)
	if m == 0 && !r.one(k, "og", "/") {
		return 0, 0
	}
	if m == 0 {
		m = k + 1
	}
	if b := spelledChild(r.at(m)); b > a {
		return b, m
	}
	b, to, n := r.number(m)
	if n == 0 || b <= a || b > maxAge || !r.year(to) && !r.mnd(to) && !r.child(to) {
		return 0, 0
	}
	return b, to
}

// upTo reads "-", "til", "til og med" or "t.o.m." at token k, and gives the token after it; 0: there is none.
func (r *reader) upTo(k int) int {
	m := k + 1
	switch s := r.word(k); {
	case s == "til" && r.word(m) == "og" && r.word(m+1) == "med":
		return m + 2
	case s == "t" && r.word(m) == ".":
		for r.one(m, ".", "o", "m") {
			m++
		}
		return m
	case in(s, "-", "til", "tom"):
		return m
	}
	return 0
}

// number reads a number of years at token i, in digits or words. How many tokens are read is n.
func (r *reader) number(i int) (value, to, n int) {
	t := r.at(i)
	switch {
	case t.kind == number && t.digits <= 3:
		if t.digits == 3 && (t.n > maxAge || t.text[0] == '0' || r.at(i-1).kind == number || r.at(i-2).kind == number && r.touching(i)) {
			return 0, 0, 0
		}
		return t.n, i + 1, 1
	case t.kind == word && t.is(numeral) && t.value > 0 && t.value < 100:
		return t.value, i + 1, 1
	}
	return 0, 0, 0
}

func (r *reader) year(i int) bool {
	switch r.word(i) {
	case "år", "års", "åra", "åring", "årsgrense", "årsgrensa":
		return true
	}
	return false
}

func (r *reader) mnd(i int) bool {
	switch r.word(i) {
	case "mnd", "måneder", "månader", "mndr", "måned", "månad":
		return true
	}
	return false
}

func (r *reader) child(i int) bool {
	if r.word(i) == "-" {
		i++
	}
	switch r.word(i) {
	case "åringer", "åringar", "åringene", "åringane":
		return true
	}
	return false
}

// bound reads the word before an age that makes it a least or a highest one, and gives the token of the number.
func (r *reader) bound(i int) (string, int) {
	skip := func(j int) int {
		for r.one(j, ".", "de", "dei", ":", "ca", "fylte", "fylt", "er", "alder") {
			j++
		}
		return j
	}
	switch r.word(i) {
	case "fra", "frå", "minst", "minimum", "min", "fom", "fylt", "fylte", "minstealder", "nedre", "minste", "passert":
		if r.word(i+1) == "og" && r.word(i+2) == "med" {
			return "from", skip(i + 3)
		}
		if r.word(i+1) == "aldersgrense" {
			return "from", skip(i + 2)
		}
		return "from", skip(i + 1)
	case "over":
		return "over", skip(i + 1)
	case "eldre", "elder":
		if r.word(i+1) == "enn" {
			return "over", skip(i + 2)
		}
	case "yngre", "yngere":
		if r.word(i+1) == "enn" {
			return "under", skip(i + 2)
		}
	case "under", "u":
		j := i + 1
		for r.one(j, ".", "/") {
			j++
		}
		return "under", skip(j)
	case "t":
		if r.word(i+1) == "." && r.word(i+2) == "o" {
			return "to", skip(i + 5)
		}
	case "f":
		if r.word(i+1) == "." && r.word(i+2) == "o" {
			return "from", skip(i + 5)
		}
	case "til", "tom", "maks", "maksimum", "max", "inntil", "opptil", "opp", "fram":
		j := i + 1
		if r.one(i, "opp", "fram") {
			if r.word(j) != "til" {
				return "", i
			}
			j++
		}
		if r.word(j) == "og" && r.word(j+1) == "med" {
			return "to", skip(j + 2)
		}
		if r.one(j, "fylte", "fylt") {
			return "under", skip(j)
		}
		if r.word(j) == "du" && r.word(j+1) == "fyller" {
			return "under", j + 2
		}
		return "to", skip(j)
	case "aldersgrense", "aldersgrensa", "aldersgrensen", "aldersgr":
		j := i + 1
		for r.one(j, ":", "er", "på", ".", "-") {
			j++
		}
		if b, k := r.bound(j); b != "" && k > j {
			return "limit", k
		}
		return "limit", j
	}
	return "", i
}

// bareAge is an age without "år": only with a bound and a word for people, or with a plus.
func (r *reader) bareAge(i, j, k int, bound string, a int) item {
	out := item{kind: anAge, from: i, to: k, lo: a, hi: a}
	if r.at(j).kind != number {
		return item{}
	}
	if r.word(k) == "+" && bound != "under" && bound != "to" && r.at(k+1).kind != number && (r.touching(k) || r.year(k+1) || r.is(i-1, person)) && !r.is(k+1, krone) {
		out.to, out.hi = k+1, -1
		if r.year(k + 1) {
			out.to++
		}
		return out
	}
	// Ranges after a word for the age: "alder 6-12", "barn 6-12", "aldersgruppe: 13-18", "i alderen 10 til 14".
	before := i - 1
	for r.one(before, ":", "(", "mellom", "mellan", "fra") {
		before--
	}
	name := r.word(before)
	isAge := in(name, "alder", "alderen", "aldersgruppe", "aldersgruppa", "aldersgruppen", "målgruppe", "aldersgruppene")
	if s, m := r.word(k), max(r.upTo(k), k+1); m > k+1 || in(s, "-", "til", "tom", "/") || s == "og" && r.at(m).kind == number {
		if b, to, n := r.number(m); n > 0 && r.at(m).kind == number && b > a && b <= maxAge && bound == "" || n > 0 && bound == "from" && s == "til" && b > a {
			after := r.at(to)
			people := r.is(before, person) && (b <= 25 || r.word(i-1) == "(" && r.word(to) == ")")
			ends := after.one(".", ",") && r.word(to+1) != "-" && !(r.touching(to+1) && r.at(to+1).kind == number)
			open := !after.is(measure|krone) && !after.one(".", ":", ",")
			if ends && (isAge || people && s == "-") || open && (isAge || people && in(s, "-", "til")) {
				out.hi, out.to = b, to
				return out
			}
		}
		return item{}
	}
	after := r.at(k)
	switch {
	case after.is(measure | krone | month | clock), after.one("%", ":"), after.text == "," && r.word(k+1) == "-":
		return item{}
	case after.text == "." && (r.is(k+1, month|grade) || r.touching(k+1)):
		return item{}
	}
	switch {
	case bound == "" && r.word(i-1) == "fyller" && r.anyWord(i-5, i, "året") && a >= 2:
		out.hi = -1 // "frå det året dei fyller 11"
		return out
	case bound == "limit":
	case isAge && bound == "":
	case (bound == "over" || bound == "under") && a >= 1 && a <= 100 && (r.is(before, person) || isAge || r.inPrice(i, k)):
	case (bound == "from" || bound == "to") && (r.is(before, person) || isAge) && a >= 2 && a <= 99 && after.kind != word:
	case bound == "over" && a >= 50 && a <= 80 && after.kind != word:
	case (bound == "from") && a >= 50 && a <= 80 && (after.kind != word || after.text == "og" && r.word(k+1) == "oppover"):
	default:
		return item{}
	}
	return r.bounded(out, bound, false, i)
}

// inPrice reports whether tokens [i, k) are a bracket after an amount: "110,- (under 20)".
func (r *reader) inPrice(i, k int) bool {
	l := r.last()
	return r.word(i-1) == "(" && l != nil && l.kind == anAmount && l.to >= i-2
}

// bounded makes the least and highest age of what was read.
func (r *reader) bounded(out item, bound string, ranged bool, i int) item {
	upwards := func(k int) int { // "og oppover", "og eldre", "+"
		switch s := r.word(k); {
		case s == "+":
			return k + 1
		case (in(s, "og", "eller", "&")) && (r.one(k+1, "oppover", "eldre", "over", "opp", "uppover")):
			return k + 2
		case in(s, "oppover", "uppover", "pluss"):
			return k + 1
		}
		return 0
	}
	downwards := func(k int) int {
		if s := r.word(k); (in(s, "og", "eller")) && (r.one(k+1, "yngre", "nedover", "under")) {
			return k + 2
		}
		return 0
	}
	k := out.to
	switch {
	case upwards(k) > 0:
		out.to, out.hi = upwards(k), -1
	case downwards(k) > 0:
		out.to, out.lo = downwards(k), -1
	case ranged && (bound == "" || bound == "from" || bound == "limit"):
		if r.word(i-1) == "siste" || r.since(out.to) {
			return item{to: out.to, from: i}
		}
	case bound == "from", bound == "limit":
		out.hi = -1
		out.strong = bound == "limit"
	case bound == "over":
		out.hi, out.upper = -1, true
	case bound == "to":
		out.lo = -1
	case bound == "under":
		out.lo, out.hi, out.upper = -1, out.hi-1, true
		if out.hi <= 0 {
			out.lo, out.hi = 0, 0
		}
	case r.limited(k):
		out.hi, out.strong = -1, true
	case r.word(i-1) == "fyller" && r.anyWord(i-4, i, "året"):
		out.hi = -1 // "det året du fyller 15"
		out.strong = r.any(max(0, i-8), i, person) && r.anyWord(max(0, i-8), i, "aldersgrense", "aldersgrensa")
	case !r.exactly(i, k):
		return item{from: i, to: out.to}
	}
	if out.hi >= 0 && out.lo > out.hi || r.since(out.to) || r.notPeople(i) {
		return item{from: i, to: out.to}
	}
	if out.upper || out.lo < 0 {
		return r.barred(out)
	}
	return out
}

// limited reports whether the words from token k make the age before them a limit: "18 år leg", "16-års grense".
func (r *reader) limited(k int) bool {
	switch {
	case r.one(k, "leg", "legitimasjon", "aldersgrense", "aldersgrensa", "grense"), hasPrefix(r.word(k-1), "årsgrens"):
		return true
	case r.one(k, ",", "/"):
		return r.word(k+1) == "leg"
	}
	return r.word(k) == "-" && r.word(k+1) == "aldersgrense"
}

// allAges reads "alle aldre" and "tillatt for alle".
func (r *reader) allAges(i int) item {
	switch t := r.word(i); {
	case t == "alle" && (r.one(i+1, "aldre", "aldrer", "aldrar", "aldersgrupper", "aldersgruppar")):
		return item{kind: anAge, from: i, to: i + 2, lo: 0, hi: -1}
	case (in(t, "tillatt", "tillate", "tillaten")) && r.word(i+1) == "for" && r.word(i+2) == "alle":
		return item{kind: anAge, from: i, to: i + 3, lo: 0, hi: -1}
	case r.one(i, "ingen", "inga", "uten", "utan") && (r.word(i+1) == "aldersgrense" || r.word(i+1) == "nedre" && r.word(i+2) == "aldersgrense") && r.at(i+2).kind != number:
		return item{kind: anAge, from: i, to: i + 2, lo: 0, hi: -1}
	}
	return item{}
}
