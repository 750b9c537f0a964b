package prose

import (
	"slices"

	"fritidshub/catalog"
)

// charge is what an amount is for.
type charge uint8

const (
	ordinary charge = iota
	member
	mealCharge
	materialCharge
	hireCharge
	extra // what comes on top of another price
	noPrice
)

// clause gives the tokens that belong to the item: back to the last comma, stop or other amount, and forward to the next.
func (r *reader) clause(k int) (from, to int) {
	it := &r.items[k]
	from, to = it.from, it.to
	floor, ceiling := 0, len(r.t)
	for p := k - 1; p >= 0; p-- {
		if o := &r.items[p]; o.kind == anAmount || o.kind == aFree {
			floor = o.to
			break
		}
	}
	for p := k + 1; p < len(r.items); p++ {
		if o := &r.items[p]; o.kind == anAmount || o.kind == aFree {
			ceiling = o.from
			break
		}
	}
	for from > floor && it.from-from < 14 && !r.edge(from-1) && !r.at(from).line {
		from--
	}
	// "(ca. 200 kr)": the words are before the bracket.
	if r.word(from-1) == "(" && !r.any(from, it.from, ^class(0)) {
		for from--; from > floor && it.from-from < 10 && !r.edge(from-1); from-- {
		}
	}
	for to < ceiling && to-it.to < 8 && !r.edge(to) && !r.at(to).line && !included(r.word(to)) {
		to++
	}
	return from, to
}

func included(s string) bool {
	return in(s, "inkl", "inkludert", "inklusive", "medregnet", "pluss", "ekskl")
}

// edge reports whether token i parts two clauses.
func (r *reader) edge(i int) bool {
	switch r.word(i) {
	case "+":
		return r.at(i).gap // not the one of "13+"
	case ",", ";", "!", "?", "(", ")", "/", "men", "deretter", "•", "|":
		return true
	case ".":
		return r.stop(i)
	case "-":
		return r.at(i).gap && r.at(i+1).gap || r.stop(i)
	}
	return false
}

// charged tells what the amount k is for.
func (r *reader) charged(k int) charge {
	it := &r.items[k]
	from, to := r.clause(k)
	left := func(c class) bool {
		for j := it.from - 1; j >= from; j-- {
			if r.is(j, c) && r.at(j).kind == word {
				if c == snack && (j+1 == it.from || j+2 == it.from && r.one(j+1, "til", "fra", "frå", ":")) {
					return true // "med vafler til 25 kr"
				}
				if included(r.word(j+1)) || r.word(j+1) == "er" && included(r.word(j+2)) {
					return false
				}
				for p := j - 1; p >= max(from, j-4); p-- {
					if included(r.word(p)) && r.word(p) != "pluss" || r.word(p) == "med" && c&(meal|snack) != 0 {
						return false
					}
				}
				return true
			}
		}
		return false
	}
	crowded := k+1 < len(r.items) && to == r.items[k+1].from && r.word(it.to) != "til" && r.word(it.to) != "for"
	right := func(c class) bool {
		if crowded && r.items[k+1].kind != aClock { // the words belong to the amount that follows
			return false
		}
		for j := it.to; j < to; j++ {
			if s := r.word(j); s == "med" || s == "og" && j > it.to+2 {
				return false
			}
			if r.is(j, c) && r.at(j).kind == word {
				return true
			}
		}
		return false
	}
	purpose := r.one(it.to, "til", "for", "i")
	switch {
	case left(companion) || right(companion), r.reduced(it.from):
		return noPrice
	case left(notPrice) || right(notPrice) && !left(fee|courseFee|admission|membership), r.anyWord(max(from, it.from-4), it.from, "sammen", "saman", "totalt", "tilsammen") && r.word(it.from-1) != "(":
		return noPrice
	case it.lo < 0 && units[it.unit] == "family":
		return extra // the most that a family pays of another price
	case it.lo < 0 && r.anyWord(it.from-3, it.from, "inntil", "opptil", "opp") && !left(admission|fee|courseFee|membership):
		return noPrice // up to so much is given, not paid
	case left(sale) || right(sale) || from >= it.from-1 && r.word(from-1) == "," && r.any(from-6, from, sale):
		return noPrice
	case (left(buying) || right(buying)) && !r.any(from-6, to, admission):
		return noPrice
	case r.unitIsWay(it), k+1 < len(r.items) && r.items[k+1].kind == aFree && r.items[k+1].plural && r.items[k+1].from-it.to <= 2:
		return noPrice
	case k > 0 && r.items[k-1].kind == aFree && r.items[k-1].plural && it.from-r.items[k-1].to <= 2:
		return noPrice // a voluntary sum
	case left(trial) || right(trial):
		return noPrice
	case left(hire) || purpose && right(hire):
		return hireCharge
	case left(material) || purpose && right(material):
		return materialCharge
	case left(meal) && r.anyWord(from, it.from, "dagens"):
		return noPrice
	case left(meal) || purpose && right(meal):
		return mealCharge
	case left(snack) || r.is(it.to, snack) || from == it.from && r.word(from-1) == "," && r.is(from-2, snack):
		return noPrice
	case left(membership) || purpose && right(membership):
		return member
	case purpose && r.snackFirst(it.to+1):
		return mealCharge
	case r.one(from-1, "+", "pluss") || r.anyWord(from, to, "pluss", "tillegg", "tillegget", "ekstra", "tilleggskostnad"):
		return extra
	}
	return ordinary
}

// unitIsWay reports whether an amount is for each kilometre driven.
func (r *reader) unitIsWay(it *item) bool { return r.one(it.to-1, "km", "mil") }

// snackFirst reports whether one of the two words from token i is a snack: "20 kr til vafler".
func (r *reader) snackFirst(i int) bool { return r.any(i, i+2, snack) }

// sideOffer reports whether amount k is for something named right before it that is not a class of payers; beside a free entrance
// that is an extra: "Gratis inngang. Ponniridning 40 kr".
func (r *reader) sideOffer(k int) bool {
	it := &r.items[k]
	t := r.at(it.from - 1)
	if t.text == ":" {
		t = r.at(it.from - 2)
	}
	return t.kind == word && (t.class == 0 || t.is(aside)) && len(t.text) >= 4 && t.text != "ellers" && t.text != "elles" && t.text != "deretter" && t.text != "etterpå" && t.text != "etter"
}

// admits reports whether amount k is said to be for the entrance.
func (r *reader) admits(k int) bool {
	from, to := r.clause(k)
	return r.any(from, to, admission)
}

// alone reports whether amount k stands in a sentence that begins with what it is for: "Inngang 50 kr. Hesteriding 40 kr."
func (r *reader) alone(k int) bool {
	from, _ := r.sentence(r.items[k].from)
	return r.items[k].from-from <= 2 && !r.any(from, r.items[k].from, admission|fee|who)
}

// alike reports whether only the name of another class of payers stands in tokens [from, to), between two amounts.
func (r *reader) alike(from, to int) bool {
	payer := false
	for j := from; j < to; j++ {
		t := r.at(j)
		switch {
		case t.kind == word && t.is(who):
			payer = true
		case t.kind == mark && t.text != "." || t.text == "og" || t.text == "for" || t.is(krone):
		default:
			return false
		}
	}
	return payer
}

// price reads what an ordinary participant pays.
func (r *reader) price(f *Facts) {
	free := r.freedom()
	var by [noPrice + 1][]int
	marked := false
	for k := range r.items {
		if it := &r.items[k]; it.kind == anAmount && !it.bare {
			marked = true
		}
	}
	marked = marked || r.any(0, len(r.t), admission|fee) && r.countItems(anAmount) > 1 || r.priceList() // "Billettpriser: voksen 250, barn 150"
	before, at := ordinary, -1                                                                          // the charge of the amount before, and where it ends
	for k := range r.items {
		if it := &r.items[k]; it.kind == anAmount && (marked || !it.bare) {
			c := r.charged(k)
			if c == ordinary && before != ordinary && before != noPrice && r.alike(at, it.from) {
				c = before // "Kontingent: barn 300 kr, voksne 600 kr"
			}
			by[c] = append(by[c], k)
			before, at = c, it.to
		}
	}
	what := ordinary
	switch {
	case len(by[ordinary]) > 0:
	case len(by[member]) > 0 && !free.all:
		what = member
	case len(by[materialCharge]) > 0:
		what = materialCharge
	case free.all:
	case len(by[mealCharge]) > 0:
		what = mealCharge
	case len(by[hireCharge]) > 0:
		what = hireCharge
	case len(by[extra]) > 0:
		what = extra
	}
	if what == materialCharge {
		free.all = false
	}
	paid := by[what]
	if free.entry && what == ordinary {
		paid = slices.DeleteFunc(paid, r.sideOffer)
	}
	if what == ordinary && slices.ContainsFunc(paid, r.admits) {
		paid = slices.DeleteFunc(paid, func(k int) bool { return r.sideOffer(k) && r.alone(k) })
	}
	lo, hi, open := -1, -1, false
	var sums []int
	for _, k := range paid {
		it := &r.items[k]
		if it.lo >= 0 && (lo < 0 || it.lo < lo) {
			lo = it.lo
		}
		if it.hi > hi {
			hi = it.hi
		}
		open = open || it.hi < 0
		sums = append(sums, it.lo, it.hi)
	}
	slices.Sort(sums)
	if sums = slices.Compact(sums); r.long && (len(sums) > 3 || len(sums) > 0 && (free.all || free.some)) {
		return
	}
	for _, k := range paid {
		r.note("price", r.items[k].from, r.items[k].to)
	}
	p := catalog.Price{}
	money := func(ore int) *catalog.Money { m := catalog.Money(ore); return &m }
	switch {
	case len(paid) == 0 && free.all, len(paid) > 0 && hi == 0:
		p = catalog.Price{Min: money(0), Max: money(0), Free: catalog.Yes}
	case len(paid) == 0 && free.some:
		p = catalog.Price{Min: money(0), Free: catalog.No}
	case len(paid) == 0 && free.denied:
		p = catalog.Price{Free: catalog.No}
	case len(paid) == 0:
		return
	default:
		if free.all || free.some {
			lo = 0
		}
		p.Free = catalog.No
		if lo >= 0 {
			p.Min = money(lo)
		}
		if hi >= 0 && (!open || hi > lo && len(paid) > 1) {
			p.Max = money(hi)
		}
		p.Unit = r.priceUnit(paid, what, f)
	}
	for _, k := range free.spans {
		r.note("price", r.items[k].from, r.items[k].to)
	}
	f.Price = &p
}

// priceClass reports whether the age item k only tells who pays what: "barn under 12 år 100 kr", "(under 20)", "under 16 gratis".
func (r *reader) priceClass(k int) bool {
	it := &r.items[k]
	if it.strong {
		return false
	}
	from, to := it.from, it.to
	for from > 0 && it.from-from < 6 && (!r.edge(from-1) || r.word(from-1) == "/") && r.word(from-1) != ":" && !r.at(from).line {
		from--
	}
	for to < len(r.t) && to-it.to < 6 && !r.edge(to) && !r.at(to).line {
		to++
	}
	payers, amounts, ages := 0, 0, 0
	for p := range r.items {
		o := &r.items[p]
		if o.kind == anAmount {
			amounts++
		}
		if n := p + 1; o.kind == anAge && n < len(r.items) && (r.items[n].kind == anAmount || r.items[n].kind == aFree) && r.items[n].from-o.to <= 2 && !r.edge(o.to) {
			ages++
		}
		if (o.kind == anAmount || o.kind == aFree) && o.from < to && o.to > from {
			payers++
		}
	}
	bracket := r.word(from-1) == "("
	if bracket {
		for p := range r.items {
			if o := &r.items[p]; (o.kind == anAmount || o.kind == aFree) && (o.to >= from-3 && o.to <= from || o.from >= to && o.from <= to+2 && r.is(from-2, who)) {
				payers++
			}
		}
	}
	if payers == 0 {
		return false
	}
	others, free := amounts >= 2, false
	for p := range r.items {
		if o := &r.items[p]; o.kind == aFree && amounts >= 1 {
			others, free = true, true
		}
	}
	if it.upper || it.lo < 0 || it.hi < 0 {
		return amounts > 0 || others
	}
	return others && (ages >= 2 && free || r.any(0, len(r.t), who) && r.adultPays())
}

// adultPays reports whether the text has a price class for grown-ups.
func (r *reader) adultPays() bool {
	for k := range r.items {
		if it := &r.items[k]; it.kind == anAmount || it.kind == aFree {
			from, to := r.clause(k)
			for j := from; j < to; j++ {
				switch r.word(j) {
				case "voksen", "voksne", "vaksen", "vaksne", "ordinær", "ordinært", "honnør":
					return true
				}
			}
		}
	}
	return false
}
