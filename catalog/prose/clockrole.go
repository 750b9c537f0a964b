package prose

// daily reports whether the words round tokens [i, to) tell that numbers there are hours.
func (r *reader) daily(i, to int) bool {
	j := i - 1
	for j >= 0 && i-j < 6 {
		switch t := r.at(j); {
		case t.one(":", ",", "og", ";", ")", "(", "fra", "frå", "mellom", ".", "kveld", "ettermiddag", "formiddag", "kl"), t.text == "-" && t.gap:
			j--
			continue
		}
		break
	}
	if t := r.at(j); t.kind == word && (t.is(weekday) || opensWords[t.text] || t.is(clock)) {
		return true
	}
	if l := r.last(); l != nil && (l.kind == aDate && !l.week || l.kind == someDays || l.kind == aClock) && l.to >= j && l.to <= i {
		return true
	}
	if (i == 0 || r.stop(i-1)) && (to >= len(r.t) || r.stop(to)) && (r.item(0, i, someDays) || r.item(0, i, aDate)) {
		return true
	}
	if n := r.at(to); (r.one(i-1, ",", ":", "og")) && r.at(i).n >= 8 && r.at(i).digits <= 2 && (n.kind == mark || to >= len(r.t)) && n.text != "-" && r.dayBefore(i) {
		return true
	}
	if n := r.at(to); r.is(to, weekday) && n.kind == word || (n.one("på", "hver", "kvar", "alle")) && (r.is(to+1, weekday) || r.word(to+1) == "dag") {
		return true
	}
	return false
}

// metAt reports whether a meeting place stands in tokens [from, to), right before a clock: "oppmøte Bøkeskogen kl 17.45".
func (r *reader) metAt(from, to int) bool {
	for j := to - 1; j >= from && !r.edge(j) && r.at(j).kind != number; j-- {
		switch r.word(j) {
		case "oppmøte", "frammøte", "fremmøte", "avreise", "dørene", "dørane":
			return true
		}
		if r.is(j, weekday) {
			return false
		}
	}
	return false
}

// doorsAfter reports whether "dørene åpner" or "oppmøte" stands right after the clock that begins at token i: "kl 18.00: dørene åpner".
func (r *reader) doorsAfter(i int) bool {
	for j := i + 1; j < i+8; j++ {
		switch r.word(j) {
		case "oppmøte", "frammøte", "fremmøte", "dørene", "dørane":
			return true
		case ".", ":", "-", ")", "(", "kl":
			if r.stop(j) {
				return false
			}
		default:
			if r.at(j).kind != number {
				return false
			}
		}
	}
	return false
}

// hourAfter reports whether what stands before token i makes a lone number an hour: "torsdager 19", "hverdager fra 16", "dørene åpner 20".
func (r *reader) hourAfter(i int) bool {
	if r.one(i-1, "fra", "frå") {
		i--
	}
	l := r.last()
	if n := len(r.items) - 2; n >= 0 && r.word(i-1) == "til" && l.kind == someDays && l.to == i-1 {
		return r.items[n].kind == aClock && r.items[n].hi >= 0 // "man-fre 9-15, ons til 19"
	}
	return l != nil && l.kind == someDays && l.plural && l.to == i || r.one(i-1, "åpner", "opnar") && r.is(i-2, door)
}

// dayBefore reports whether days, or a clock with both ends, were named earlier in the sentence of token i.
func (r *reader) dayBefore(i int) bool {
	lo, _ := r.sentence(i)
	for k := len(r.items) - 1; k >= 0 && r.items[k].to > lo; k-- {
		switch it := &r.items[k]; {
		case it.kind == someDays, it.kind == aDate && !it.week && it.role != deadline:
			return true
		case it.kind == aClock:
			return it.hi >= 0 && r.word(i-1) == "og"
		}
	}
	return false
}

var opensWords = set("åpent åpen ope open opent åpningstid åpningstider opningstid opningstider tid tidspunkt kveld helg helger helgene hverdager " +
	"kvardagar dag dager dagar daglig dagleg oddetallsuker partallsuker oddetalsveker partalsveker helgar helgane måneden månaden måned månad mnd dagen " +
	"klokken trening")

// clockRole tells what the clock at token i is for, from the words right before it.
func (r *reader) clockRole(i int) role {
	if l := r.last(); l != nil && l.kind == aDate && (l.role == deadline || l.role == ignored && !l.week) && i-l.to < 3 {
		return ignored
	}
	lo, _ := r.sentence(i)
	if r.rings(max(lo, i-6), i) || r.anyWord(max(lo, i-12), i, "ring", "ringe", "ringje", "telefontid") {
		return ignored
	}
	switch r.word(i - 1) {
	case "før", "innen", "innan", "siden", "sidan":
		return ignored
	}
	j := i - 1
	for j > i-4 && (r.one(j, "opp", "åpner", "opnar", "er", "fra", "frå", "ca", ":", "åpnes") || r.word(j) == "." && r.word(j-1) == "ca") {
		j--
	}
	switch {
	case r.doorsAfter(i), r.is(j, door) && j >= lo, r.metAt(max(lo, i-5), i):
		return beside
	case r.is(i-1, until) || r.is(i-1, ends) || r.is(j, ends) || r.one(j, "tilbake", "attende", "retur", "returnerer", "returnerar", "hjemkomst", "heimkomst") || r.word(i-1) == "-":
		return closing
	case r.is(j, signup) && j >= lo, r.anyWord(i-3, i, "samme", "same") && r.any(max(lo, i-5), i, signup):
		return ignored
	}
	return plain
}
