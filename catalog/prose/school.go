package prose

// birth reads years of birth: "f. 2014-2015", "født 2012 og tidligere", "årgang 2014", "jenter 2014/2015".
func (r *reader) birth(i int) item {
	j := i
	said := r.is(i, born)
	switch {
	case said:
		for j++; r.one(j, ".", "i", ":", "mellom", "fra", "frå", "år", "året", "åra", "årene"); j++ {
		}
	case r.at(i).kind == number && r.at(i).digits == 4 && (r.is(i-1, person) || r.one(i-1, "g", "j")):
	default:
		return item{}
	}
	before, after := r.word(j) == "før", r.word(j) == "etter"
	if before || after {
		j++
	}
	this := r.ref.time().Year()
	birthYear := func(k int) bool {
		t := r.at(k)
		return t.kind == number && t.digits == 4 && t.n >= 1920 && t.n <= this
	}
	if n := r.at(j); said && n.kind == number && n.digits == 2 && n.n <= this%100 { // f. 09-10
		if s, m := r.word(j+1), r.at(j+2); (in(s, "-", "/")) && m.kind == number && m.digits == 2 && m.n > n.n && m.n <= this%100 && r.touching(j+1) && r.touching(j+2) {
			return item{kind: anAge, from: i, to: j + 3, lo: this%100 - m.n, hi: this%100 - n.n}
		}
	}
	if !birthYear(j) || !said && r.at(j).n > this-3 {
		return item{}
	}
	a, b, to := r.at(j).n, r.at(j).n, j+1
	for to-j < 12 {
		s := r.word(to)
		k := to + 1
		if s == "til" && r.word(k) == "og" && r.word(k+1) == "med" {
			k += 2
		}
		if (in(s, "-", "/", "og", "til", ",")) && birthYear(k) {
			a, b, to = min(a, r.at(k).n), max(b, r.at(k).n), k+1
			continue
		}
		if (in(s, "-", "/")) && r.at(k).kind == number && r.at(k).digits == 2 && r.at(k).n > a%100 && a%100+r.at(k).n < 200 && r.touching(k) {
			b, to = a/100*100+r.at(k).n, k+1
			continue
		}
		break
	}
	out := item{kind: anAge, from: i, to: to, lo: this - b, hi: this - a}
	s, next := r.word(to), r.word(to+1)
	switch {
	case before:
		out.lo, out.hi = this-a+1, -1
	case after:
		out.lo, out.hi = -1, this-b-1
	case (in(s, "og", "eller")) && (in(next, "tidligere", "tidlegare", "eldre", "før")):
		out.to, out.hi = to+2, -1
	case (in(s, "og", "eller")) && (in(next, "senere", "seinare", "yngre", "etter")):
		out.to, out.lo = to+2, -1
	}
	return out
}

// school reads grades: "3. trinn og oppover", "5.-7. trinn", "8. klasse til og med 18", and the two schools for the young.
// Grade n is n + 5 years.
func (r *reader) school(i int) item {
	if it := r.schoolName(i); it.to > 0 {
		return it
	}
	bound, j := "", i
	switch r.word(i) {
	case "fra", "frå":
		bound, j = "from", i+1
		if r.word(j) == "og" && r.word(j+1) == "med" {
			j += 2
		}
	case "til":
		bound, j = "to", i+1
		if r.word(j) == "og" && r.word(j+1) == "med" {
			j += 2
		}
	case "tom", "t":
		for j++; r.one(j, ".", "o", "m"); j++ {
		}
		bound = "to"
	case "trinn", "klassetrinn":
		a, b := r.at(i+1), r.at(i+3)
		if a.kind == number && r.word(i+2) == "-" && b.kind == number && a.n >= 1 && a.n < b.n && b.n <= 13 {
			return item{kind: anAge, from: i, to: i + 4, lo: a.n + 5, hi: b.n + 5}
		}
		return item{}
	case "vg":
		if n := r.at(i + 1); r.touching(i+1) && n.kind == number && n.n >= 1 && n.n <= 3 {
			out := item{kind: anAge, from: i, to: i + 2, lo: n.n + 15, hi: n.n + 15}
			if m := r.at(i + 4); r.word(i+2) == "-" && r.word(i+3) == "vg" && m.kind == number && m.n > n.n && m.n <= 3 {
				out.hi, out.to = m.n+15, i+5
			}
			return out
		}
	}
	a, k, dotted := r.gradeNumber(j)
	if a == 0 {
		return item{}
	}
	b, open := a, false
	named := r.gradeWord(k, dotted)
	ranged := r.at(j).kind == number && r.word(k) == "-" && r.at(k+1).kind == number // "1-4 trinn" needs no points
	if named {
		k++
	}
	switch s := r.word(k); {
	case in(s, "-", "og", "til", "/", ","):
		m := k + 1
		if s == "til" && r.word(m) == "og" && r.word(m+1) == "med" {
			m += 2
		}
		if hi := schoolEnd(r.word(m)); hi > a+5 && (named || bound == "from") && in(s, "-", "til") {
			return item{kind: anAge, from: i, to: m + 1, lo: a + 5, hi: hi}
		}
		if named && !r.is(m, ordinal) && r.at(m).kind == number && s != "-" && s != "og" && !(r.word(m+1) == ".") {
			// 8. klasse til og med 18 (år)
			if n := r.at(m).n; s == "til" && n > a+5 && n <= 25 {
				to := m + 1
				if r.year(to) {
					to++
				}
				return item{kind: anAge, from: i, to: to, lo: a + 5, hi: n}
			}
			break
		}
		c, to, d := r.gradeNumber(m)
		if c > a && (r.gradeWord(to, d) || ranged && r.one(to, "trinn", "klasse")) {
			b, k, named = c, to+1, true
		}
	}
	if !named {
		return item{}
	}
	if s, next := r.word(k), r.word(k+1); (in(s, "og", "eller")) && (in(next, "oppover", "eldre", "over", "opp", "uppover")) {
		k, open = k+2, true
	} else if in(s, "+", "oppover") {
		k, open = k+1, true
	}
	out := item{kind: anAge, from: i, to: k, lo: a + 5, hi: b + 5}
	if r.one(i-1, "og", "til", "-") && hasPrefix(r.word(i-2), "barnehage") { // "barnehage og 1.-2. klasse"
		out.lo = -1
	}
	switch {
	case open || bound == "from" && a == b:
		out.hi = -1
	case bound == "to":
		out.lo = -1
	}
	return out
}

// schoolEnd is the age of those in the last grade of a school for the young, 0 for another word.
func schoolEnd(w string) int {
	switch {
	case hasPrefix(w, "ungdomsskole", "ungdomsskule"):
		return 15
	case hasPrefix(w, "videregående", "vidaregåande", "vgs"):
		return 18
	}
	return 0
}

// gradeNumber reads "5", "5." or "femte".
func (r *reader) gradeNumber(i int) (n, to int, dotted bool) {
	switch t := r.at(i); {
	case t.kind == number && t.n >= 1 && t.n <= 13:
		if r.word(i+1) == "." && r.touching(i+1) {
			return t.n, i + 2, true
		}
		return t.n, i + 1, false
	case t.kind == word && t.is(ordinal) && t.value > 0:
		return t.value, i + 1, true
	}
	return 0, 0, false
}

// gradeWord reports whether token i is the word for a school year; "3 trinn" without a point is a stair, and "3. kl 18" a clock.
func (r *reader) gradeWord(i int, dotted bool) bool {
	if r.word(i) == "-" && r.touching(i) && (r.one(i+1, "klassinger", "klassingar")) {
		return true
	}
	t := r.at(i)
	return dotted && t.kind == word && t.is(grade) && (t.text != "kl" || r.at(i+1).kind != number && r.word(i+1) != "." && r.word(i+1) != ":" || r.word(i+1) == "." && r.at(i+2).kind != number)
}

// schoolName reads ungdomsskole (13 to 15) and videregående (16 to 18), when they tell whom it is for and not where it is.
func (r *reader) schoolName(i int) item {
	t := r.at(i)
	if l := r.last(); t.text == "vgs" && l != nil && l.kind == anAge && l.to == i-1 && r.one(i-1, "og", "/", "-") && hasPrefix(r.word(i-2), "ungdomss") {
		return item{kind: anAge, from: i, to: i + 1, lo: 16, hi: 18}
	}
	if t.kind != word || len(t.text) < 12 {
		return item{}
	}
	lo := 0
	pupils := false
	switch {
	case hasPrefix(t.text, "ungdomsskole", "ungdomsskule", "ungdomstrinn", "ungdomssteg"):
		lo = 13
		pupils = hasPrefix(t.text, "ungdomstrinn", "ungdomssteg") || hasSuffix(t.text, "elever", "elevar", "elev", "alder", "ungdom", "trinnet")
	case hasPrefix(t.text, "videregående", "vidaregåande", "vidregåande"):
		lo = 16
		pupils = hasSuffix(t.text, "elever", "elevar", "elev")
	default:
		return item{}
	}
	from := max(0, i-6)
	low := lo
	if !pupils {
		j := i - 1
		for j > from && (r.word(j) == "og" || hasPrefix(r.word(j), "ungdomsskole", "ungdomsskule") || r.one(j, "i", "på")) {
			j--
		}
		if r.word(j) == "-" && r.word(j-1) == "barne" {
			low, j = -1, j-2
		}
		pupils = r.word(j) == "for" || r.word(j) == ":" && r.one(j-1, "målgruppe", "målgruppa", "målgruppen", "alder", "aldersgruppe", "aldersgruppa", "aldersgruppen", "alderstrinn", "trinn", "klassetrinn", "hvem", "kven") || r.anyWord(from, i, "elever", "elevar", "elev", "går", "gjekk") || r.one(i+1, "elever", "elevar", "alder") || r.word(i+1) == "-" && r.is(i+2, person)
	}
	if !pupils || r.is(i+1, course) {
		return item{}
	}
	return item{kind: anAge, from: i, to: i + 1, lo: low, hi: lo + 2}
}

func hasPrefix(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if len(s) >= len(p) && s[:len(p)] == p {
			return true
		}
	}
	return false
}

func hasSuffix(s string, suffixes ...string) bool {
	for _, p := range suffixes {
		if len(s) >= len(p) && s[len(s)-len(p):] == p {
			return true
		}
	}
	return false
}
