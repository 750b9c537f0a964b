package prose

// clockAtom reads a time of day at token i in minutes. Explicit tells that it can be nothing else: 18:00, 16.30, kl. 18, halv åtte.
// Marked tells that "kl" stands before it.
func (r *reader) clockAtom(i int, marked bool) (minutes, to int, explicit bool) {
	t := r.at(i)
	if t.kind == word {
		return r.wordClock(i, marked)
	}
	if t.kind != number || t.n < 0 {
		return 0, 0, false
	}
	sep, m := r.word(i+1), r.at(i+2)
	colon := sep == ":" || sep == "." || sep == "," && marked
	switch {
	case t.digits <= 2 && t.n <= 24 && colon && r.touching(i+1) && r.touching(i+2) && m.kind == number && m.digits == 2 && m.n < 60 && t.n*60+m.n <= 1440:
		if r.word(i+3) == ":" && r.touching(i+3) && r.touching(i+4) && r.at(i+4).digits == 2 {
			return t.n*60 + m.n, i + 5, true
		}
		return t.n*60 + m.n, i + 3, true
	case t.digits >= 3 && t.digits <= 4 && t.n/100 <= 24 && t.n%100 < 60 && t.n <= 2400 && (t.digits == 4 || marked):
		return t.n/100*60 + t.n%100, i + 1, marked
	case t.digits <= 2 && t.n <= 24:
		return t.n * 60, i + 1, marked
	}
	return 0, 0, false
}

// wordClock reads "halv seks", "kvart på åtte" and, after kl, "seks". Hours from one to eight are of the afternoon, unless the text
// says morning; those from nine of the morning, unless it says evening.
func (r *reader) wordClock(i int, marked bool) (minutes, to int, explicit bool) {
	hour := func(j int) int {
		switch t := r.at(j); {
		case t.is(numeral) && t.kind == word && t.value <= 12:
			return t.value
		case t.kind == number && t.n >= 1 && t.n <= 12:
			return t.n
		}
		return -1
	}
	if r.word(i) == "midnatt" && marked {
		return 0, i + 1, true
	}
	h, shift := -1, 0
	switch t := r.word(i); {
	case t == "halv":
		h, shift, to = hour(i+1), -30, i+2
	case (in(t, "kvart", "kvarter")) && (r.one(i+1, "på", "over")):
		if h, shift, to = hour(i+2), 15, i+3; r.word(i+1) == "på" {
			shift = -15
		}
	case marked && hour(i) >= 0:
		h, to = hour(i), i+1
	}
	if h < 0 || r.is(to, measure) && !r.is(to, clock) {
		return 0, 0, false
	}
	lo, hi := r.sentence(i)
	morning := r.anyWord(max(lo, i-4), min(hi, to+4), "morgenen", "morgen", "morgon", "morgonen", "formiddag", "formiddagen", "føremiddag", "føremiddagen")
	evening := r.anyWord(max(lo, i-6), min(hi, to+4), "kveld", "kvelden", "kvelder", "kveldar", "ettermiddag", "ettermiddagen") || r.eveningDay(i)
	if h < 9 && !morning || h < 12 && evening {
		h += 12
	}
	return h*60 + shift, to, true
}

// eveningDay reports whether a "tirsdagskveld" stands shortly before token i.
func (r *reader) eveningDay(i int) bool {
	for j := max(0, i-4); j < i; j++ {
		if t := r.at(j); t.is(weekday) && len(t.text) > 10 && t.text[len(t.text)-5:] == "kveld" {
			return true
		}
	}
	return false
}

// clock reads a time of day or a span of it. A number that could be anything is one only after a day or with kl.
func (r *reader) clock(i int) item {
	j, marked := i, false
	if r.is(i, clock) {
		for j++; r.one(j, ".", ":", "ca", "fra", "frå", "mellom"); j++ {
		}
		marked = true
	}
	if l := r.last(); l != nil && l.kind == aClock && l.to == i-1 && (r.one(i-1, "og", ",")) && r.at(i).kind == number && r.listed(i) && l.lo >= 0 {
		marked = true // kl 16 og 19
	}
	lo, k, explicit := r.clockAtom(j, marked)
	if k == 0 {
		return item{}
	}
	out := item{kind: aClock, from: i, to: k, lo: lo, hi: -1}
	// kl. 18.-20.
	if r.word(k) == "." && r.touching(k) && r.word(k+1) == "-" && marked {
		k++
	}
	bareRange := false
	if m, ok := r.clockJoin(k, i); ok {
		if hi, to, sure := r.clockAtom(m, marked || explicit || r.is(m-1, clock)); to > 0 && !(r.is(to, measure) && !r.is(to, clock)) && r.word(to) != "/" && !(r.word(to) == "." && r.touching(to) && r.touching(to+1) && r.at(to+1).kind == number) {
			bareRange = !explicit && !sure && !marked
			explicit = explicit || sure
			if hi > lo || lo >= 17*60 && hi <= 6*60 {
				out.hi, out.to = hi, to
			} else if !marked {
				return item{}
			}
		} else if !explicit {
			return item{}
		}
	} else if r.word(k) == "-" && r.at(k+1).kind == number && !marked {
		return item{}
	}
	end := out.to
	if r.is(end, measure|krone) && !r.is(end, clock) || r.word(end) == "," && r.word(end+1) == "-" || r.word(end) == "%" {
		if !marked || r.is(end, krone) && out.hi < 0 && r.at(end-1).kind == number && !r.is(end-2, clock) && r.word(end-2) != "." {
			return item{}
		}
	}
	switch {
	case marked:
	case bareRange && !r.daily(i, end):
		return item{}
	case !explicit && out.hi < 0:
		if n := r.at(out.to); !(r.hourAfter(i) && lo >= 6*60 && (n.kind == mark || out.to >= len(r.t)) && n.text != "-" && n.text != "/" && n.text != "+") {
			return item{}
		}
	case bareRange && r.at(j).digits <= 2 && out.lo < 6*60:
		return item{}
	}
	if out.to < len(r.t) && r.word(out.to) == "." && r.touching(out.to) && r.is(out.to+1, grade|month) && r.at(out.to+1).kind == word && r.word(out.to+1) != "kl" {
		return item{}
	}
	out.role = r.clockRole(i)
	out.plural = marked
	return out
}

// listed reports whether the number at i can be one more clock of a list: nothing is counted by it.
func (r *reader) listed(i int) bool {
	if _, to, _ := r.clockAtom(i, true); to > 0 {
		n := r.at(to)
		return n.kind == mark && n.text != "%" && !(n.text == "-" && r.at(to+1).kind == word && r.touching(to+1)) && !(n.text == "," && r.word(to+1) == "-") && !(n.text == "." && r.is(to+1, month)) && n.text != "/" || n.kind == mark && n == &none || to >= len(r.t) || n.is(weekday|clock) || n.one("og", "på", "i", "hver")
	}
	return false
}

// clockJoin reads what parts the two ends of a span, from token k. It gives the token of the second.
func (r *reader) clockJoin(k, start int) (int, bool) {
	switch r.word(k) {
	case "-", "til":
		k++
	case "og":
		if !r.anyWord(start-2, start+3, "mellom") {
			return 0, false
		}
		k++
	default:
		return 0, false
	}
	for r.is(k, clock) || r.one(k, "ca", ".") {
		k++
	}
	t := r.at(k)
	return k, t.kind == number || t.text == "midnatt" || t.text == "halv" || t.text == "kvart" || t.is(numeral) && r.is(k-1, clock)
}

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

var opensWords = map[string]bool{"åpent": true, "åpen": true, "ope": true, "open": true, "opent": true, "åpningstid": true, "åpningstider": true, "opningstid": true, "opningstider": true, "tid": true,
	"tidspunkt": true, "kveld": true, "helg": true, "helger": true, "helgene": true, "hverdager": true, "kvardagar": true, "dag": true, "dager": true, "dagar": true, "daglig": true, "dagleg": true,
	"oddetallsuker": true, "partallsuker": true, "oddetalsveker": true, "partalsveker": true, "helgar": true, "helgane": true, "måneden": true, "månaden": true, "dagen": true, "klokken": true, "trening": true}

// clockRole tells what the clock at token i is for, from the words right before it.
func (r *reader) clockRole(i int) role {
	if l := r.last(); l != nil && l.kind == aDate && (l.role == deadline || l.role == ignored) && i-l.to < 3 {
		return ignored
	}
	lo, _ := r.sentence(i)
	if r.any(max(lo, i-6), i, phone) {
		return ignored
	}
	switch r.word(i - 1) {
	case "før", "innen", "innan", "siden", "sidan":
		return ignored
	}
	j := i - 1
	for j > i-4 && (r.one(j, "opp", "åpner", "opnar", "er", "fra", "frå", "ca", ":", "åpnes")) {
		j--
	}
	switch {
	case r.doorsAfter(i), r.is(j, door) && j >= lo, r.metAt(max(lo, i-5), i):
		return beside
	case r.is(i-1, until) || r.is(i-1, ends) || r.is(j, ends) || r.word(i-1) == "-":
		return closing
	case r.is(j, signup) && j >= lo:
		return ignored
	}
	return plain
}
