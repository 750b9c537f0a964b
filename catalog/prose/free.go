package prose

var (
	freeWords = set("gratis vederlagsfritt kostnadsfritt kostnadsfri gratistilbud gratistilbod fribillett fribillettar fribilletter vederlagsfri " +
		"gratisarrangement avgiftsfritt gratiskonsert gratisbilletter gratiskurs")
	// chargeWords are what "ingen" and "uten" deny when nothing is paid.
	chargeWords = set("betaling kostnad kostnader kostnadar avgift egenandel eigendel eigenandel inngangspenger inngangspengar deltakeravgift " +
		"deltakaravgift deltageravgift billettpris kontingent kursavgift medlemsavgift treningsavgift inngangsbillett entré påmeldingsavgift")
	// occasions are what a free first one is of.
	occasions = set("gang gangen gong gongen gonger ganger gangene gongene time timen trening treningen treninga treningene treningane kveld kvelden " +
		"måned måneden månad månaden besøk uke uka veka år året økt økta økten semester semesteret halvår halvåret sesong sesongen øving " +
		"øvelse øvinga samling dansetime")
)

// free finds the words that say that nothing is paid: "gratis", "fri inngang", "koster ingenting", "kollekt".
func (r *reader) free(i int) item {
	t, next := r.word(i), r.word(i+1)
	out := func(n int) item { return item{kind: aFree, from: i, to: i + n} }
	if freeWords[t] {
		return out(1)
	}
	switch t {
	case "fri", "fritt":
		switch next {
		case "entré", "entre", "inngang", "adgang", "entrè", "entreé", "tilgang", "tilgjenge", "deltakelse", "deltaking":
			return out(2)
		}
	case "koster", "kostar", "koste", "kosta":
		switch {
		case (in(next, "ingen", "null")) && (r.one(i+2, "ting", "verdens", "niks")):
			return out(3)
		case in(next, "ingenting", "inkje", "null", "gratis"):
			return out(2)
		case (in(next, "ikke", "ikkje")) && (r.one(i+2, "noe", "noko")):
			return out(3)
		case in(next, "ikke", "ikkje"):
			if r.one(i+2, "en", "ei") {
				return out(4)
			}
		}
	case "ingen", "inga", "uten", "utan", "ikke", "ikkje":
		if chargeWords[next] {
			return out(2)
		}
	case "kollekt":
		return item{kind: aFree, from: i, to: i + 1, plural: true}
	case "frivillig", "frivillige":
		switch next {
		case "gave", "bidrag", "betaling", "kollekt", "gåve":
			return item{kind: aFree, from: i, to: i + 2, plural: true}
		}
	case "betal", "gi":
		if r.word(i+1) == "det" && (r.one(i+2, "du", "dere")) && (r.one(i+3, "vil", "kan")) || r.word(i+1) == "hva" && r.word(i+2) == "du" {
			return item{kind: aFree, from: i, to: i + 4, plural: true}
		}
	}
	return item{}
}

// freedom sums up what the words for free say: that all take part free, that some do, or that it is denied.
type freedom struct {
	all, some, denied bool
	entry             bool // it is the entrance that is free
	spans             []int
}

// plainlyFree reports whether the words say what is free, so that they count deep in a long text too: "gratis å delta", "fri inngang".
func (r *reader) plainlyFree(it *item) bool {
	return it.to-it.from > 1 || r.anyWord(it.to, it.to+2, "delta", "inngang", "adgang", "alle", "deltakelse", "deltaking")
}

type scope uint8

const (
	wholeScope scope = iota
	someScope
	groupScope // "gratis for barn": those it is for, or some of them
	sideScope
	deniedScope
)

func (r *reader) freedom() (f freedom) {
	amounts := false
	for k := range r.items {
		if r.items[k].kind == anAmount && (r.charged(k) == ordinary) {
			amounts = true
		}
	}
	group := false
	for k := range r.items {
		it := &r.items[k]
		if it.kind != aFree {
			continue
		}
		if it.plural { // a gift: free when no price is given
			if !amounts {
				f.all = true
				f.spans = append(f.spans, k)
			}
			continue
		}
		s := r.scopeOf(k)
		if s == sideScope || r.long && r.t[it.from].start > 2*headBytes && !r.plainlyFree(it) {
			it.role = ignored
			continue
		}
		f.spans = append(f.spans, k)
		switch s {
		case wholeScope:
			f.all = true
			f.entry = f.entry || r.anyWord(max(0, it.from-4), it.from, "ellers", "elles", "alt") || r.anyWord(it.from, it.to+1, "inngang", "adgang", "entré", "entre", "entrè")
		case someScope:
			f.some = true
		case groupScope:
			group = true
		case deniedScope:
			f.denied = true
		}
	}
	if group {
		if amounts {
			f.some = true
		} else if !f.some {
			f.all = true
		}
	}
	if f.denied {
		f.all = false
	}
	return f
}

// scopeOf tells what is free at item k.
func (r *reader) scopeOf(k int) scope {
	it := &r.items[k]
	from, to := it.from, it.to
	for from > 0 && it.from-from < 8 && !r.edge(from-1) && r.word(from-1) != ":" && !r.at(from).line {
		if p := k - 1; p >= 0 && r.items[p].kind == anAmount && r.items[p].to >= from {
			break
		}
		from--
	}
	for to < len(r.t) && to-it.to < 8 && !r.edge(to) && !r.at(to).line {
		if p := k + 1; p < len(r.items) && r.items[p].kind == anAmount && r.items[p].from <= to {
			break
		}
		to++
	}
	left := func(c class) bool { return r.any(from, it.from, c) }
	right := func(c class) bool { return r.any(it.to, to, c) }
	word := r.word(it.from)
	next := r.word(it.to)
	switch {
	case word == "fribillett" || word == "fribilletter" || word == "fribillettar":
		return wholeScope
	case word == "gratis" && (r.anyWord(max(from, it.from-3), it.from, "ikke", "ikkje", "aldri")):
		return deniedScope
	case left(trial) || right(trial) || r.firstTime(from, it.from) || r.firstTime(it.to, to) || r.bonus(from, it.from):
		return sideScope
	case left(companion) || right(companion):
		return sideScope
	case r.anyWord(from, it.from, "fleste", "noen", "nokre", "mange", "enkelte", "delvis", "halvparten"):
		return sideScope // "de fleste er gratis"
	case r.anyWord(it.to, it.to+3, "med", "ved", "mot") && right(card) || left(card) && r.anyWord(from, it.from, "med", "har", "ved", "kort", "viser", "medlemskort"):
		return sideScope
	}
	// "gratis kaffe", "gratis lån av", "gratis og god mat"
	for j := it.to; j < min(to, it.to+3); j++ {
		t := r.at(j)
		if t.one("å", "for", "med", "til", "på", "i", "hver", "kvar") {
			if t.text == "å" && (r.one(j+1, "låne", "leie", "parkere")) {
				return r.headScope(it, sideScope)
			}
			break
		}
		if t.is(snack | meal | aside | material | hire | sale) {
			return r.headScope(it, sideScope)
		}
	}
	if in(next, "for", "til") {
		j := it.to + 1
		switch {
		case r.is(j, companion):
			return sideScope
		case r.word(j) == "alle" && !(r.one(j+1, "under", "over")), r.one(j, "deltakere", "deltakarar", "deltakerne", "deg", "dere", "dykk", "besøkende"):
			return wholeScope
		case hasPrefix(r.word(j), "medlem"):
			return someScope
		case next == "for":
			return groupScope
		}
	}
	if from == it.from {
		return wholeScope
	}
	// what stands before: "sko og lunsj gratis", "barn gratis", "barn under 6 år går gratis", "det er gratis"
	if left(snack|meal|aside|material|hire) && !r.anyWord(from, it.from, "delta", "deltakelse", "deltaking", "deltagelse", "inngang", "kurset", "tilbudet", "tilbodet") && !r.sureWhole(from, it.from) {
		return r.headScope(it, sideScope)
	}
	if left(who) && r.word(it.from-1) != "er" && r.word(it.from-1) != "helt" && !r.anyWord(from, it.from, "for", "med") || r.anyWord(from, it.from, "første", "fyrste") && left(numeral) || r.payersBefore(from, it.from) {
		return someScope
	}
	return wholeScope
}

// sureWhole reports whether the words of [from, to) speak of the activity: "kurset er", "Det er".
func (r *reader) sureWhole(from, to int) bool {
	return r.word(to-1) == "er" && (r.one(to-2, "det", "alt", "alle")) || r.word(to-1) == "helt" || r.word(from) == "alt" && !r.any(from, to, aside|hire)
}

// payersBefore reads "barn under 6 år", "de 50 første kommer inn", "medlemmer går" before token to.
func (r *reader) payersBefore(from, to int) bool {
	for j := from; j < to; j++ {
		t := r.at(j)
		if t.kind == word && t.is(who) && (j == from || r.one(j-1, "for", "og")) && t.text != "andre" && !r.anyWord(from, j, "kurs", "tur", "til") {
			return r.word(to-1) != "er" || j == from
		}
		if (t.text == "første" || t.text == "fyrste") && j > from && (r.at(j-1).kind == number || r.at(j-1).is(numeral)) {
			return true
		}
	}
	return false
}

// firstTime reports whether [from, to) speaks of a first, free time only.
func (r *reader) firstTime(from, to int) bool {
	for j := from; j < to; j++ {
		s, next := r.word(j), r.word(j+1)
		if (s == "første" || s == "fyrste" || s == "1" && next == ".") && j+1 < to+1 {
			for k := j + 1; k <= j+2; k++ {
				if k == j+2 && !r.is(j+1, numeral) && r.at(j+1).kind != number {
					break
				}
				if occasions[r.word(k)] {
					return true
				}
			}
		}
	}
	return false
}

// bonus reports whether [from, to), before a word for free, speaks of one time among others that are paid, or of some to try: "få den tiende gratis",
// "ellevte gang gratis", "tre ganger gratis".
func (r *reader) bonus(from, to int) bool {
	j := to - 1
	timed := j >= from && hasPrefix(r.word(j), "gang", "gong", "time", "trening", "besøk", "økt")
	if timed {
		j--
	}
	if r.word(j) == "." {
		j--
	}
	t := r.at(j)
	if j < from || !t.is(numeral|ordinal) && t.kind != number && !(t.kind == word && hasSuffix(t.text, "ende", "ande", "te")) {
		return false
	}
	return timed && (!r.is(j-1, every) || t.kind == number || t.value > 1) || r.one(j-1, "den", "de", "dei") && t.kind == word && !t.is(numeral)
}

// headScope makes a side thing the whole when it is what the text is about: "Gratis utlån av ski", "Leksehjelp: gratis".
func (r *reader) headScope(it *item, otherwise scope) scope {
	head := min(len(r.t), 4)
	for j := range head {
		if s := r.word(j); in(s, "leksehjelp", "utlån", "bua", "utstyrsutlån", "utstyrssentral", "utstyrssentralen", "skattkista") {
			return wholeScope
		}
	}
	return otherwise
}
