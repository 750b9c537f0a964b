package prose

import "fritidshub/catalog"

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
	bound, j := r.bound(i)
	a, k, n := r.number(j)
	if n == 0 || a < 0 || a > maxAge || r.is(i-1, krone) || r.text_(i-1) == "#" {
		return item{}
	}
	out := item{kind: anAge, from: i, lo: a, hi: a}
	// The other end of a range, "6-12", "6 til 12", "6 og 7", "6/7".
	ranged := false
	mid := k
	yearBetween := r.year(mid)
	if yearBetween {
		mid++
	}
	if r.text_(mid) == "-" && r.text_(mid+1) == "og" { // 5- og 6-åringer
		mid++
	}
	switch s := r.text_(mid); {
	case s == "-", s == "til", s == "og" && (r.is(i-1, person) || r.anyWord(i-2, i+1, "mellom", "mellan") || bound == "mellom" || true), s == "/", s == "t" && r.text_(mid+1) == ".":
		m := mid + 1
		if s == "til" && r.text_(m) == "og" && r.text_(m+1) == "med" {
			m += 2
		}
		if s == "t" {
			for r.text_(m) == "." || r.text_(m) == "o" || r.text_(m) == "m" {
				m++
			}
		}
		if b, to, c := r.number(m); c > 0 && b > a && b <= maxAge && (r.year(to) || r.mnd(to) || r.child(to)) {
			out.hi, k, ranged = b, to, true
		}
	}
	if !ranged && r.text_(k) == "-" && r.touching(k) && hasPrefix(r.text_(k+1), "års") && r.touching(k+1) { // 16-års grense
		k++
	}
	if !ranged && yearBetween {
		k = mid
		k--
	}
	switch {
	case r.mnd(k) && (ranged || bound != ""):
		k++
		out.lo, out.hi = out.lo/12, out.hi/12
	case r.year(k):
		k++
	case r.child(k): // 6-åringer
		k++
		if r.text_(k-1) == "-" {
			k++
		}
		ranged = true
	default:
		return r.bareAge(i, j, k, bound, a)
	}
	out.to = k
	return r.bounded(out, bound, ranged, i)
}

// number reads a number of years at token i, in digits or words. How many tokens are read is n.
func (r *reader) number(i int) (value, to, n int) {
	t := r.at(i)
	switch {
	case t.kind == number && t.digits <= 3:
		if t.digits == 3 && t.n > maxAge {
			return 0, 0, 0
		}
		return t.n, i + 1, 1
	case t.kind == word && t.is(numeral) && t.value > 0 && t.value < 100:
		return t.value, i + 1, 1
	}
	return 0, 0, 0
}

func (r *reader) year(i int) bool {
	switch r.text_(i) {
	case "år", "års", "åra", "åring", "årsgrense", "årsgrensa":
		return true
	}
	return false
}

func (r *reader) mnd(i int) bool {
	switch r.text_(i) {
	case "mnd", "måneder", "månader", "mndr", "måned", "månad":
		return true
	}
	return false
}

func (r *reader) child(i int) bool {
	if r.text_(i) == "-" {
		i++
	}
	switch r.text_(i) {
	case "åringer", "åringar", "åring", "åringene", "åringane":
		return true
	}
	return false
}

// bound reads the word before an age that makes it a least or a highest one, and gives the token of the number.
func (r *reader) bound(i int) (string, int) {
	skip := func(j int) int {
		for r.text_(j) == "." || r.text_(j) == "de" || r.text_(j) == "dei" || r.text_(j) == ":" || r.text_(j) == "ca" || r.text_(j) == "fylte" || r.text_(j) == "fylt" || r.text_(j) == "er" || r.text_(j) == "alder" || r.text_(j) == "med" && false {
			j++
		}
		return j
	}
	switch r.text_(i) {
	case "fra", "frå", "minst", "minimum", "min", "fom", "fylt", "fylte", "minstealder", "nedre", "minste", "passert":
		if r.text_(i+1) == "og" && r.text_(i+2) == "med" {
			return "from", skip(i + 3)
		}
		if r.text_(i+1) == "aldersgrense" {
			return "from", skip(i + 2)
		}
		return "from", skip(i + 1)
	case "over":
		return "over", skip(i + 1)
	case "eldre", "elder":
		if r.text_(i+1) == "enn" {
			return "over", skip(i + 2)
		}
	case "yngre", "yngere":
		if r.text_(i+1) == "enn" {
			return "under", skip(i + 2)
		}
	case "under", "u":
		j := i + 1
		for r.text_(j) == "." || r.text_(j) == "/" {
			j++
		}
		return "under", skip(j)
	case "t":
		if r.text_(i+1) == "." && r.text_(i+2) == "o" {
			return "to", skip(i + 5)
		}
	case "f":
		if r.text_(i+1) == "." && r.text_(i+2) == "o" {
			return "from", skip(i + 5)
		}
	case "til", "tom", "maks", "maksimum", "max", "inntil", "opptil", "opp", "fram":
		j := i + 1
		if r.text_(i) == "opp" || r.text_(i) == "fram" {
			if r.text_(j) != "til" {
				return "", i
			}
			j++
		}
		if r.text_(j) == "og" && r.text_(j+1) == "med" {
			return "to", skip(j + 2)
		}
		if r.text_(j) == "fylte" || r.text_(j) == "fylt" {
			return "under", skip(j)
		}
		if r.text_(j) == "du" && r.text_(j+1) == "fyller" {
			return "under", j + 2
		}
		return "to", skip(j)
	case "aldersgrense", "aldersgrensa", "aldersgrensen", "aldersgr":
		j := i + 1
		for r.text_(j) == ":" || r.text_(j) == "er" || r.text_(j) == "på" || r.text_(j) == "." || r.text_(j) == "-" {
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
	if r.text_(k) == "+" && bound != "under" && bound != "to" && r.at(k+1).kind != number && (r.touching(k) || r.year(k+1) || r.is(i-1, person)) && !r.is(k+1, krone) {
		out.to, out.hi = k+1, -1
		if r.year(k + 1) {
			out.to++
		}
		return out
	}
	// Ranges after a word for the age: "alder 6-12", "barn 6-12", "aldersgruppe: 13-18", "i alderen 10 til 14".
	before := i - 1
	for r.text_(before) == ":" || r.text_(before) == "(" || r.text_(before) == "mellom" || r.text_(before) == "mellan" || r.text_(before) == "fra" {
		before--
	}
	name := r.text_(before)
	isAge := name == "alder" || name == "alderen" || name == "aldersgruppe" || name == "aldersgruppa" || name == "aldersgruppen" || name == "målgruppe" || name == "aldersgruppene"
	if s := r.text_(k); s == "-" || s == "til" || s == "og" || s == "/" {
		if b, to, n := r.number(k + 1); n > 0 && r.at(k+1).kind == number && b > a && b <= maxAge && bound == "" || n > 0 && bound == "from" && s == "til" && b > a {
			after := r.at(to)
			people := r.is(before, person) && b <= 25
			if (isAge || people && (s == "-" || s == "til")) && !after.is(measure|krone) && after.text != "." && after.text != ":" && after.text != "," || (isAge || people && s == "-") && (after.text == "." || after.text == ",") && r.at(to+1).text != "-" && !(r.touching(to+1) && r.at(to+1).kind == number) {
				out.hi, out.to = b, to
				return out
			}
		}
		return item{}
	}
	after := r.at(k)
	if after.is(measure|krone|month|clock) || after.text == "%" || after.text == "." && (r.is(k+1, month|grade) || r.touching(k+1)) || after.text == ":" || after.text == "," && r.text_(k+1) == "-" {
		return item{}
	}
	switch {
	case bound == "limit":
	case isAge && bound == "":
	case (bound == "over" || bound == "under") && a >= 1 && a <= 100 && (r.is(before, person) || isAge || r.inPrice(i, k)):
	case (bound == "from" || bound == "to") && (r.is(before, person) || isAge) && a >= 2 && a <= 99 && after.kind != word:
	case bound == "over" && a >= 50 && a <= 80 && after.kind != word:
	case (bound == "from") && a >= 50 && a <= 80 && (after.kind != word || after.text == "og" && r.text_(k+1) == "oppover"):
	default:
		return item{}
	}
	return r.bounded(out, bound, false, i)
}

// inPrice reports whether tokens [i, k) are a bracket after an amount: "110,- (under 20)".
func (r *reader) inPrice(i, k int) bool {
	l := r.last()
	return r.text_(i-1) == "(" && l != nil && l.kind == anAmount && l.to >= i-2
}

// bounded makes the least and highest age of what was read.
func (r *reader) bounded(out item, bound string, ranged bool, i int) item {
	upwards := func(k int) int { // "og oppover", "og eldre", "+"
		switch s := r.text_(k); {
		case s == "+":
			return k + 1
		case (s == "og" || s == "eller" || s == "&") && (r.text_(k+1) == "oppover" || r.text_(k+1) == "eldre" || r.text_(k+1) == "over" || r.text_(k+1) == "opp" || r.text_(k+1) == "uppover"):
			return k + 2
		case s == "oppover" || s == "uppover" || s == "pluss":
			return k + 1
		}
		return 0
	}
	downwards := func(k int) int {
		if s := r.text_(k); (s == "og" || s == "eller") && (r.text_(k+1) == "yngre" || r.text_(k+1) == "nedover" || r.text_(k+1) == "under") {
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
		if r.text_(i-1) == "siste" || r.since(out.to) {
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
	case r.text_(k) == "leg" || r.text_(k) == "legitimasjon" || r.text_(k) == "aldersgrense" || r.text_(k) == "grense" || hasPrefix(r.text_(k-1), "årsgrens") || r.text_(k) == "aldersgrensa" || r.text_(k) == "," && r.text_(k+1) == "leg" || r.text_(k) == "-" && r.text_(k+1) == "aldersgrense" || r.text_(k) == "/" && r.text_(k+1) == "leg":
		out.hi, out.strong = -1, true
	case !r.exactly(i, k):
		return item{from: i, to: out.to}
	}
	if out.hi >= 0 && out.lo > out.hi || r.since(out.to) || r.notPeople(i) {
		return item{from: i, to: out.to}
	}
	return out
}

// exactly reports whether a lone "10 år" is the age of those it is for: after a word for people or for age, and not of something else.
func (r *reader) exactly(i, k int) bool {
	j := i - 1
	for r.text_(j) == ":" || r.text_(j) == "på" || r.text_(j) == "(" {
		j--
	}
	t := r.at(j)
	return t.kind == word && t.is(person) && t.text != "de" && t.text != "dei" && t.text != "dere" && t.text != "alle" && t.text != "medlemmer" && r.text_(k) != "med" || t.text == "fyller" && r.anyWord(j-3, j, "barn", "som", "året", "born")
}

// since reports whether what follows tells of time gone: "for 20 år siden".
func (r *reader) since(k int) bool {
	switch r.text_(k) {
	case "siden", "sidan", "gammel", "gammal", "gammelt", "gammalt", "jubileum", "garanti", "erfaring", "på", "avtale", "historie":
		return r.text_(k) != "på"
	}
	return false
}

// notPeople reports whether the age is that of an animal, a house or an anniversary.
func (r *reader) notPeople(i int) bool {
	lo, _ := r.sentence(i)
	if r.any(max(lo, i-5), i, beast) {
		return true
	}
	if t := r.at(i); (t.text == "eldre" || t.text == "yngre") && r.at(i-1).kind == word && !r.is(i-1, person) && r.text_(i-1) != "er" && r.text_(i-1) != "for" {
		return true
	}
	switch r.text_(i - 1) {
	case "feirer", "feirar", "feire", "jubilerer", "gjennom", "etter", "siste", "hvert", "neste", "i", "om", "på":
		return true
	case "fyller":
		return !r.anyWord(max(lo, i-6), i, "som", "barn", "born", "du", "året", "dei", "de")
	}
	return false
}

// allAges reads "alle aldre" and "tillatt for alle".
func (r *reader) allAges(i int) item {
	switch t := r.text_(i); {
	case t == "alle" && (r.text_(i+1) == "aldre" || r.text_(i+1) == "aldrer" || r.text_(i+1) == "aldrar" || r.text_(i+1) == "aldersgrupper" || r.text_(i+1) == "aldersgruppar"):
		return item{kind: anAge, from: i, to: i + 2, lo: 0, hi: -1}
	case (t == "tillatt" || t == "tillate") && r.text_(i+1) == "for" && r.text_(i+2) == "alle":
		return item{kind: anAge, from: i, to: i + 3, lo: 0, hi: -1}
	case (t == "ingen" || t == "inga" || t == "uten" || t == "utan") && (r.text_(i+1) == "aldersgrense" || r.text_(i+1) == "nedre" && r.text_(i+2) == "aldersgrense") && r.at(i+2).kind != number:
		return item{kind: anAge, from: i, to: i + 2, lo: 0, hi: -1}
	}
	return item{}
}

// age decides which of the ages found are those that the activity is for.
func (r *reader) age(f *Facts) {
	lo, hi, n, distinct := -1, -1, 0, 0
	openLow, openHigh := false, false
	strong := false
	for i := range r.items {
		strong = strong || r.items[i].kind == anAge && r.items[i].strong
	}
	for i := range r.items {
		it := &r.items[i]
		if it.kind != anAge || strong && !it.strong || r.priceClass(i) || r.escorted(it) {
			continue
		}
		if n == 0 || it.lo != lo || it.hi != hi {
			distinct++
		}
		if n == 0 {
			lo, hi = it.lo, it.hi
		} else {
			switch {
			case openLow || it.lo < 0:
			case it.lo < lo:
				lo = it.lo
			}
			if it.hi > hi {
				hi = it.hi
			}
		}
		openLow, openHigh = openLow || it.lo < 0, openHigh || it.hi < 0
		n++
		r.note("age", it.from, it.to)
	}
	if n == 0 {
		return
	}
	// "8. klasse til og med 18" comes as two ages that each leave one end open.
	if n == 2 && openLow && openHigh {
		lo, hi = r.closeAges(&openLow, &openHigh)
	}
	if r.long && distinct > 1 {
		return
	}
	age := catalog.Age{}
	if !openLow && lo >= 0 {
		age.Min = &lo
	}
	if !openHigh && hi >= 0 {
		age.Max = &hi
	}
	if age.Min != nil || age.Max != nil {
		f.Age = &age
	}
}

// closeAges joins a least age and a highest age given apart.
func (r *reader) closeAges(openLow, openHigh *bool) (lo, hi int) {
	lo, hi = -1, -1
	for i := range r.items {
		if it := &r.items[i]; it.kind == anAge && !r.priceClass(i) && !r.escorted(it) {
			if it.lo >= 0 {
				lo = it.lo
			}
			if it.hi >= 0 {
				hi = it.hi
			}
		}
	}
	*openLow, *openHigh = lo < 0, hi < 0 || hi < lo
	return lo, hi
}

// escorted reports whether an age only tells who must bring a grown-up, or needs a ticket.
func (r *reader) escorted(it *item) bool {
	if it.strong || it.lo > 0 && it.hi >= 0 {
		return false
	}
	from, to := r.sentence(it.from)
	if r.anyWord(it.to, min(to, it.to+6), "billett", "betaler", "betalar", "hjelm", "redningsvest", "vest", "samtykke") && r.anyWord(it.to, min(to, it.to+6), "må", "skal", "trenger", "treng", "betaler", "betalar") {
		return true
	}
	escort := r.any(it.to, min(to, it.to+12), adult)
	if escort && it.lo < 0 {
		return r.anyWord(it.to, min(to, it.to+12), "må", "skal", "følge", "følgje", "med", "sammen", "saman", "ledsages", "ledsaget", "følges")
	}
	return escort && it.upper && r.anyWord(it.to, min(to, it.to+6), "må") || it.lo < 0 && r.any(from, it.from, adult) && r.anyWord(from, it.from, "må", "følge", "følgje") && !r.item(from, it.from, anAmount)
}
