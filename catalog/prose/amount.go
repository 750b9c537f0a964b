package prose

import (
	"slices"
	"strings"

	"fritidshub/catalog/lexicon"
)

var unitNouns = lexicon.PriceUnits()

// sum reads a number of kroner at token i in øre: "150", "1 700", "1.400", "49,50". Grouped says whether thousands may stand apart.
func (r *reader) sum(i int, grouped bool) (ore, to int) {
	t := r.at(i)
	if t.kind == word {
		return r.spelled(i)
	}
	if t.kind != number || t.n < 0 || t.digits > 7 || t.digits > 1 && t.text[0] == '0' {
		return 0, 0
	}
	v, k := t.n, i+1
	if grouped && t.digits <= 3 && t.n > 0 {
		for k-i < 6 {
			switch n := r.at(k); {
			case n.kind == number && n.gap && !n.line && n.digits == 3:
				v, k = v*1000+n.n, k+1
				continue
			case n.text == "." && r.touching(k) && r.touching(k+1) && r.at(k+1).kind == number && r.at(k+1).digits == 3:
				v, k = v*1000+r.at(k+1).n, k+2
				continue
			case n.text == "'" && r.touching(k) && r.touching(k+1) && r.at(k+1).kind == number && r.at(k+1).digits == 3:
				v, k = v*1000+r.at(k+1).n, k+2
				continue
			}
			break
		}
	}
	ore = v * 100
	if s := r.word(k); (in(s, ",", ".")) && r.touching(k) && r.touching(k+1) && r.at(k+1).kind == number && r.at(k+1).digits == 2 {
		if s == "." && !grouped {
			return 0, 0
		}
		ore, k = ore+r.at(k+1).n, k+2
	}
	if ore > 10_000_000_00 {
		return 0, 0
	}
	return ore, k
}

// spelled reads "hundre", "to hundre og femti", "femtilapp" in øre.
func (r *reader) spelled(i int) (ore, to int) {
	t := r.at(i)
	if t.is(banknote) {
		if v := wordNumber(strings.TrimSuffix(t.text, "lapp")); v > 0 {
			return v * 100, i + 1
		}
		return 0, 0
	}
	total, k := 0, i
	for k-i < 6 {
		w := r.word(k)
		v := 0
		if r.at(k).kind == word {
			v = wordNumber(w)
		}
		switch {
		case v == 100 || v == 1000:
			total = max(total, 1) * v
		case v > 0:
			total += v
		case w == "og" && k > i && wordNumber(r.word(k+1)) > 0:
		default:
			if total == 0 {
				return 0, 0
			}
			return total * 100, k
		}
		k++
	}
	return total * 100, k
}

// wordNumber reads a number written as one word: "femti", "tjuefem", "tohundre". 0: it is none.
func wordNumber(w string) int {
	if v, ok := numerals[w]; ok {
		return v
	}
	if len(w) > 24 || len(w) < 5 {
		return 0
	}
	for _, stem := range [...]string{"hundre", "tusen"} {
		if head, ok := strings.CutSuffix(w, stem); ok && numerals[head] > 0 {
			return numerals[head] * numerals[stem]
		}
	}
	for _, tens := range tensWords {
		if tail, ok := strings.CutPrefix(w, tens.word); ok && numerals[tail] > 0 && numerals[tail] < 10 {
			return tens.value + numerals[tail]
		}
	}
	return 0
}

var tensWords = [...]struct {
	word  string
	value int
}{{"tjue", 20}, {"tjuge", 20}, {"tretti", 30}, {"førti", 40}, {"femti", 50}, {"seksti", 60}, {"sytti", 70}, {"åtti", 80}, {"nitti", 90}, {"tredve", 30}}

// priced reads what marks the amount before token i as kroner: ",-", ".-", "kr". It gives the token after, or i.
func (r *reader) priced(i int) int {
	switch s := r.word(i); {
	case (in(s, ",", ":", ";")) && r.touching(i) && r.word(i+1) == "-" && r.touching(i+1):
		i += 2
		if r.is(i, krone) {
			i++
		}
	case s == "." && r.touching(i) && r.word(i+1) == "-" && r.touching(i+1) && r.at(i+2).kind != number && !(r.at(i+2).kind == word && r.touching(i+2)):
		i += 2
	case s == "-" && r.touching(i) && r.is(i+1, krone):
		i += 2
	case r.is(i, krone) && r.at(i).kind == word && !(r.word(i) == "kr" && r.at(i+1).kind == number && r.touching(i+1)):
		i++
	case s == "-" && r.touching(i) && r.word(i+1) == "lapp":
		i += 2
	}
	return i
}

// amount reads a marked amount or several joined by a dash or strokes: "kr 150", "150,-", "100-200 kr", "kr 350/200", "hundre kroner", "3 x 400 kr".
func (r *reader) amount(i int) item {
	t := r.at(i)
	prefix := t.kind == word && t.is(krone)
	j := i
	if prefix {
		for j++; r.one(j, ".", ":"); j++ {
		}
	} else if t.kind == word && !t.is(numeral|banknote) && wordNumber(t.text) == 0 {
		return item{}
	}
	afterClock := r.is(i-1, clock) || r.word(i-1) == "." && r.is(i-2, clock)
	inside := i > 0 && r.touching(i) && r.at(i-1).kind != word && !r.one(i-1, "(", ":", "/") // of a longer number
	if !prefix && t.kind == number && (afterClock || inside) {
		return item{}
	}
	if x := r.word(j + 1); r.at(j).kind == number && (x == "x" || x == "×") && r.at(j).n >= 2 && r.at(j).n <= 60 {
		k := j + 2
		marked := prefix
		if r.is(k, krone) {
			marked = true
			k++
		}
		for _, grouped := range [...]bool{true, false} {
			v, to := r.sum(k, grouped)
			if end := r.priced(to); to > 0 && (marked || end > to || r.cued(i)) && v >= 20_00 {
				return r.finish(item{kind: anAmount, from: i, to: end, lo: v * r.at(j).n, hi: v * r.at(j).n})
			}
		}
	}
	for _, grouped := range [...]bool{true, false} {
		if it := r.amounts(i, j, prefix, grouped); it.to > 0 {
			return r.finish(it)
		}
	}
	return item{}
}

// amounts reads the joined amounts from token j.
func (r *reader) amounts(i, j int, prefix, grouped bool) item {
	v, k := r.sum(j, grouped)
	if k == 0 {
		return item{}
	}
	end := r.priced(k)
	marked := prefix || end > k || r.at(j).is(banknote)
	suffixed := end > k
	out := item{kind: anAmount, from: i, to: end, lo: v, hi: v}
	for n := 0; n < 6; n++ {
		k = out.to
		sep := r.word(k)
		switch sep {
		case "-", "til", "/":
			k++
			if sep == "/" && r.word(k) == "/" {
				k++
			}
		case "og":
			if !r.anyWord(i-3, i, "mellom", "mellan") {
				sep = ""
			}
			k++
		default:
			sep = ""
		}
		if sep == "" {
			break
		}
		if r.is(k, krone) {
			k++
			for r.word(k) == "." {
				k++
			}
			marked = marked || r.at(k).kind == number
		}
		if r.at(k).kind != number {
			break
		}
		w, to := r.sum(k, grouped && (v >= 1000_00 || prefix || sep == "/"))
		if to == 0 {
			break
		}
		end := r.priced(to)
		if end == to && (r.is(to, measure) || r.word(to) == "." && r.touching(to) && r.touching(to+1) || r.word(to) == ":" && r.touching(to+1)) {
			break
		}
		if sep != "/" && (w > out.hi*50 || suffixed && end == to) {
			break
		}
		if sep != "/" && w <= out.lo || w < 10_00 && end == to && !(sep == "/") {
			break
		}
		marked = marked || end > to
		out.lo, out.hi, out.to = min(out.lo, w), max(out.hi, w), end
	}
	if !marked {
		return item{}
	}
	return out
}

// finish adds what stands round an amount: "fra", "inntil", and the unit.
func (r *reader) finish(it item) item {
	b := it.from - 1
	if s := r.word(b); s == "kun" || s == "ca" || s == "." && r.word(b-1) == "ca" || r.word(b) == "berre" {
		b--
	}
	switch s := r.word(b); s {
	case "fra", "frå", "min", "minst", "over":
		if it.lo == it.hi && r.at(b-1).kind != number { // "45 min 100 kr"
			it.hi = -1
		}
	case "inntil", "opptil", "maks", "maksimalt", "max", "under", "høyst":
		it.lo = -1
	case "til":
		if r.one(b-1, "opp", "inn") {
			it.lo = -1
		}
	}
	it.unit, it.to = r.unitAfter(it.to)
	if u, to := r.unitAfter(it.to); it.unit > 0 && u > 0 {
		it.unit, it.to = u, to // "per barn i halvåret"
	}
	return it
}

// definiteUnits stand right after an amount, without "per".
var definiteUnits = set("året halvåret semesteret sesongen måneden månaden kurset gangen gongen leiren turen kvelden skoleåret skuleåret kalenderåret dagen " +
	"natta natten")

// unitAfter reads "per gang", "/pers", "i halvåret", "året", "for sesongen", "for tre dager" from token i.
func (r *reader) unitAfter(i int) (u, to int) {
	index := func(name string) int { return slices.Index(units, name) }
	k := i
	strong := false
	switch t := r.at(k); {
	case t.is(per) && t.kind == word:
		k++
		strong = true
	case t.text == "/" && r.at(k+1).kind == word && (r.touching(k) || !r.is(k+1, who)):
		k++
		strong = true
	case t.is(every), t.text == "for" && r.is(k+1, every):
		k++
		if t.text == "for" {
			k++
		}
		strong = true
	case t.one("i", "for", "om"):
		k++
		if r.one(k, "hele", "heile") {
			k++
		} else if r.word(k) == "resten" && r.word(k+1) == "av" {
			k += 2
		}
		if n := r.at(k); (n.kind == number || n.is(numeral)) && t.text == "for" && (r.is(k+1, meeting) || r.one(k+1, "dager", "dagar")) {
			return index("course"), k + 2
		}
	case t.text == "årlig" || t.text == "årleg":
		return index("year"), k + 1
	case t.text == "månedlig" || t.text == "månadleg":
		return index("month"), k + 1
	case t.text == "halvårlig" || t.text == "halvårleg":
		return index("half_year"), k + 1
	}
	if r.word(k) == "." && k > i {
		k++
	}
	name, ok := unitNouns[r.word(k)]
	if w := r.word(k); (strong || k > i) && (in(w, "høsten", "våren", "hausten", "time", "uke", "uka", "uken", "veke", "veka", "helg", "helga", "helgen", "par", "timen")) {
		return otherUnit, k + 1
	}
	if !ok {
		if strong && k > i && !r.is(i, every) && r.at(k).kind == word && !r.is(k, who) {
			return otherUnit, k + 1 // "per runde"
		}
		return 0, i
	}
	if strong && r.is(k, who) && (r.at(k+1).kind == number || r.is(k+1, krone)) {
		return 0, i // "150,-/barn 75,-"
	}
	if !strong {
		w := r.word(k)
		if !definiteUnits[w] && !(k > i && (in(w, "måned", "mnd", "månad", "år", "halvår", "semester", "sesong", "kurs"))) {
			return 0, i
		}
		if r.word(i) == "i" && in(w, "kurset", "turen") {
			return 0, i
		}
	}
	return index(name), k + 1
}

// cued reports whether a word for a price stands right before token i: "Pris:", "CC", "inngang".
func (r *reader) cued(i int) bool {
	j := i - 1
	for j > i-5 && (r.one(j, ":", "er", "på", "fra", "frå", "kun", "=") || r.word(j) == "." && r.touching(j)) {
		j--
	}
	t := r.at(j)
	return t.kind == word && t.is(admission|fee|courseFee|membership|yearly) && t.text != "inngangen" && t.text != "døra"
}

// bareAmount reads a number without a mark that words round it make an amount: "Bill: 350/200", "born 60, vaksne 100 kr".
func (r *reader) bareAmount(i int) item {
	t := r.at(i)
	if t.digits == 4 && t.n >= 2020 && t.n < 2040 { // "Medlemskap 2027"
		return item{}
	}
	if t.kind != number || t.digits > 5 || t.text[0] == '0' || r.touching(i) && r.at(i-1).kind == word {
		return item{}
	}
	j := i - 1
	if r.one(j, ":", ".") {
		j--
	}
	cued := r.cued(i)
	if r.word(j) == ")" {
		j = r.familyBracket(j)
	}
	if r.paidFor(i) {
		cued = true
	}
	l := r.last()
	payer := r.at(j).kind == word && r.is(j, who) && (r.word(j) != "andre" || l != nil && l.kind == anAmount && j-l.to <= 1) && t.n >= 10 || l != nil && l.kind == anAge && (l.upper && l.to == j+1 || r.word(j) == ")" && l.to == j && r.is(l.from-2, who)) && t.n >= 10
	if r.reduced(i) || r.reduces(i) {
		cued = true
	}
	listed := l != nil && l.kind == anAmount && i-l.to <= 6 && t.n >= 10
	if !cued && !payer && !listed && (t.n >= 50 || t.digits == 1) && !r.one(i-1, "maks", "inntil", "opptil", "ca") {
		if _, k := r.sum(i, true); k > 0 && (r.is(k, per) && r.at(k).kind == word || r.word(k) == "/" && r.touching(k)) { // "1 650 pr. halvår"
			if u, _ := r.unitAfter(k); u > 0 && u != otherUnit {
				cued = true
			}
		}
	}
	if !cued && !payer && !listed {
		return item{}
	}
	for _, grouped := range [...]bool{true, false} {
		v, k := r.sum(i, grouped && (cued || listed))
		if k == 0 || v < 5_00 {
			continue
		}
		out := item{kind: anAmount, from: i, to: k, lo: v, hi: v, bare: !cued}
		for n := 0; n < 6 && (r.word(out.to) == "/" || cued && r.one(out.to, "-", "til")); n++ {
			m := out.to + 1
			if r.word(m) == "/" {
				m++
			}
			w, to := r.sum(m, false)
			if to == 0 || r.is(to, measure) {
				break
			}
			out.lo, out.hi, out.to = min(out.lo, w), max(out.hi, w), to
		}
		next := r.at(out.to)
		another := next.line || next.is(who) && r.at(out.to+1).kind == number // "voksne 100 barn 50"
		if next.is(measure|month|clock|grade) && next.kind == word && !another || next.text == "%" || (next.one("-", ":", ".")) && r.touching(out.to) && r.at(out.to+1).kind == number {
			continue
		}
		if !cued && !payer && !(listed && r.one(out.to, "i", "på", "ved") && r.is(out.to+1, admission)) && !(r.word(i-1) == "/" && next.is(per) && next.kind == word) && !(next.text == "for" && r.payers(out.to+1) > 0 || next.is(who) && next.kind == word) {
			continue
		}
		return r.finish(out)
	}
	return item{}
}
