package prose

// weekdays reads the days named at token i: "tirsdag", "man-tors", "mandag og onsdag", "første tirsdag i måneden", "hverdager".
func (r *reader) weekdays(i int) item {
	j, out := i, item{kind: someDays, from: i}
	if n, to := r.nth(i); to > 0 {
		out.nth, j = n, to
	}
	switch t := r.at(j); {
	case t.one("hverdager", "hverdag", "kvardagar", "kvardag", "hverdagene", "vekedagar", "ukedager", "kvardagane", "ukedagene"):
		out.mask, out.plural, out.to = 0x1f, true, j+1
	case t.text == "daglig" || t.text == "dagleg", (t.is(every) || t.text == "alle") && (r.one(j+1, "dag", "dager", "dagar")) && r.word(j+2) != "i":
		if r.long {
			return item{} // it may be about anything
		}
		out.mask, out.plural, out.week, out.to = 0x7f, true, true, j+1
		if t.text != "daglig" && t.text != "dagleg" {
			out.to++
		}
		if r.one(out.to, "hele", "unntatt", "unnateke") {
			out.to++
			if r.is(out.to, weekday) {
				out.mask &^= 1 << r.at(out.to).day
				out.to++
			}
		}
	case t.is(every) && (r.one(j+1, "helg", "helge")):
		out.mask, out.plural, out.to = 0x60, true, j+2
	case t.one("helg", "helger", "helgar", "helgene", "helgane", "helga", "helgen") && r.hoursOf(j+1):
		out.mask, out.plural, out.to = 0x60, true, j+1
	case r.names(j):
		out.mask, out.to, out.plural = r.dayList(j)
	default:
		return item{}
	}
	if out.nth == nil {
		r.frequency(i, &out)
	}
	if out.nth == nil && r.one(i-1, "en", "én", "ein", "éin") && r.one(out.to, "i", "hver", "kvar") && monthWord(r.word(out.to+1)) {
		out.role = opening // one in the month, but not which
	}
	if r.anyWord(i-1, i, "neste", "denne", "førstkommende", "fyrstkomande", "førstkomande", "kommende", "komande") && !out.plural {
		out.role = opening
	}
	if r.nightBefore(out.to) && !out.plural {
		out.mask = out.mask>>1 | out.mask<<6&0x7f
	}
	return out
}

// hoursOf reports whether token i begins a clock, and no date: "helg 11-19", "helger: kl. 12-16".
func (r *reader) hoursOf(i int) bool {
	for r.one(i, ":", "fra", "frå", "mellom") {
		i++
	}
	if r.is(i, clock) {
		return true
	}
	if r.at(i).kind != number {
		return false
	}
	for j := i; j < i+6 && (r.at(j).kind == number || r.one(j, ".", "-", ":", "og", "til")); j++ {
		if r.is(j+1, month) || r.word(j+1) == "/" {
			return false
		}
	}
	_, to, explicit := r.clockAtom(i, false)
	return explicit || to > 0 && r.one(to, "-", "til") && r.at(to+1).kind == number
}

// names reports whether token i is a weekday's name there: the short ones only beside another day, a number or a point.
func (r *reader) names(i int) bool {
	t := r.at(i)
	if t.kind != word || !t.is(weekday) {
		return false
	}
	if !t.is(short | tiny) {
		return true
	}
	if r.word(i-1) == "-" && r.touching(i) && r.touching(i-1) && !r.is(i-2, weekday) {
		return false // "Spider-Man"
	}
	next := i + 1
	point := r.word(next) == "." && r.touching(next)
	if point {
		next++
	}
	sep := r.word(next)
	beside := func(a, b int) bool {
		s := r.word(a)
		return (s == "-" || s == "/" || s == "," || s == "og" && !t.is(tiny) || in(s, "+", "&")) && r.at(b).kind == word && r.is(b, weekday)
	}
	if beside(next, next+1) || beside(i-1, i-2) || beside(i-1, i-3) && r.word(i-2) == "." {
		return true
	}
	if r.word(next) == "-" && r.touching(next) && r.one(next+1, ",", "og") { // "man-, ons- og fredager"
		return true
	}
	if t.is(tiny) {
		a, ok := r.atom(next)
		return ok && a.month > 0
	}
	after := r.at(next)
	switch {
	case !ambiguous[t.text], after.is(clock), after.text == "kveld", r.is(i-1, every|alternate):
		return true
	case after.kind == number:
		return point || !r.is(next+1, measure)
	}
	return sep == ":" && (r.at(next+1).kind == number || r.is(next+1, clock))
}

// ambiguous are short names of weekdays that are other words too.
var ambiguous = set("man tor fre mån mand tir tys fred sun sund lau må sø laur")

// dayList reads a list of weekdays from token i.
func (r *reader) dayList(i int) (mask uint8, to int, back bool) {
	first := r.at(i).day
	mask, to = 1<<first, i+1
	back = r.is(i, plural)
	last, hyphens := first, 0
	for to-i < 40 {
		j := to
		if r.word(j) == "." && r.touching(j) && r.is(j-1, short|tiny) {
			j++
		}
		if r.one(j, "kveld", "ettermiddag", "formiddag", "morgen", "føremiddag", "kveldar", "kvelder") {
			back = back || r.one(j, "kveldar", "kvelder")
			j++
		}
		to = j
		sep := r.word(j)
		switch sep {
		case "-", "til", "og", ",", "/", "+", "&", "samt", "eller":
		default:
			return mask, to, back
		}
		j++
		if sep == "," && r.word(j) == "og" {
			j++
		}
		if sep == "til" && r.word(j) == "og" && r.word(j+1) == "med" {
			j += 2
		}
		if r.is(j, every) {
			j++
		}
		if !r.names(j) && !(r.at(j).kind == word && r.is(j, weekday) && (sep == "-" || sep == "og" && r.is(j, tiny) && r.is(j-2, tiny))) {
			return mask, to, back
		}
		d := r.at(j).day
		if sep == "-" && r.names(j) && (hyphens > 0 || r.word(j+1) == "-" && r.names(j+2)) {
			mask |= 1 << d // "mandag-onsdag-fredag" names three days
			hyphens++
		} else if in(sep, "-", "til") {
			mask |= span(last, d)
		} else {
			mask |= 1 << d
		}
		back = back || r.is(j, plural)
		last, to = d, j+1
	}
	return mask, to, back
}

// nth reads the "første", "1. og 3." or "siste" before a weekday "i måneden", and gives the token of the weekday.
func (r *reader) nth(i int) (nth []int, to int) {
	j := i
	for j-i < 12 {
		t := r.at(j)
		n := 0
		switch {
		case t.is(ordinal) && t.kind == word:
			n = t.value
			j++
			if t.text == "nest" {
				j++
			}
		case t.kind == number && t.n >= 1 && t.n <= 5 && r.word(j+1) == "." && r.touching(j+1):
			n = t.n
			j += 2
		case t.text == "nest" && r.word(j+1) == "siste":
			n = -2
			j += 2
		default:
			return nil, 0
		}
		if n > 5 {
			return nil, 0
		}
		nth = append(nth, n)
		if s := r.word(j); in(s, "og", ",", "/", "+", "&") {
			j++
			if r.word(j) == "og" {
				j++
			}
			continue
		}
		break
	}
	if !r.names(j) {
		return nil, 0
	}
	// i måneden, hver måned, i kvar månad, i mnd; it may stand before the words too
	end := j + 1
	for end-j < 8 && (r.is(end, weekday|every) || r.one(end, "og", "kveld", "ettermiddag", "i") || r.word(end) == "." && r.is(end-1, short)) {
		end++
	}
	monthly := func(k int) bool { return monthWord(r.word(k)) }
	if monthly(end) || monthly(i-1) && r.is(i-2, every) || monthly(i-2) && (r.one(i-1, ":", "den", ",")) ||
		r.is(i-1, every) && len(nth) == 1 && (nth[0] == 1 || nth[0] == -1) { // "hver første onsdag" is of the month
		return nth, j
	}
	return nil, 0
}

func monthWord(w string) bool {
	switch w {
	case "måneden", "måned", "månaden", "månad", "mnd":
		return true
	}
	return false
}

// frequency reads the words before and after the days at token i that tell how often they come back.
func (r *reader) frequency(i int, out *item) {
	for j := i - 1; j >= max(0, i-4); j-- {
		t := r.at(j)
		switch {
		case t.is(alternate):
			out.plural, out.step = true, 2
			return
		case (t.one("annen", "annan", "andre", "anna")) && r.is(j-1, every):
			out.plural, out.step = true, 2
			return
		case t.text == "." && r.at(j-1).n >= 2 && r.at(j-1).n <= 12 && r.is(j-2, every):
			out.plural, out.step = true, r.at(j-1).n
			return
		case (t.one("tredje", "fjerde")) && r.is(j-1, every):
			out.plural, out.step = true, t.value
			return
		case (t.one("annen", "annan", "anna")) && r.is(j+1, every):
			out.plural, out.step = true, 2
			return
		case t.is(every) && j == i-1, t.text == "alle" && j == i-1, t.text == "fast" || t.text == "faste":
			out.plural = true
		case t.one("på", ",", ":", "den") || t.is(every) || t.text == "eneste" || t.text == "einaste":
		case isWeek(t.text) && r.nthWeek(j) > 0:
			out.plural, out.step = true, r.nthWeek(j)
			return
		default:
			return
		}
	}
}

// count reads "5 mandager", "8 ganger", "ti kvelder".
func (r *reader) count(i int) item {
	n := r.at(i)
	v := n.n
	if n.kind == word && n.is(numeral) && !n.is(per) && n.text != "en" && n.text != "ei" && n.text != "et" {
		v = n.value
	}
	if next := r.word(i + 2); in(next, "gratis", "fritt", "uforpliktende", "uforpliktande") || r.one(i-1, "prøv", "prøve", "kom", "kjøp") || r.word(i-1) == "for" && r.one(i-2, "betal", "betaler", "betalar") {
		return item{} // a trial, or a card
	}
	if v < 2 || v > 60 || n.digits > 2 || r.one(i-1, "-", "til") || r.is(i-1, krone) {
		return item{}
	}
	next := r.at(i + 1)
	if r.anyWord(i-3, i, "klippekort", "klipp", "klippekortet") {
		return item{}
	}
	switch {
	case next.is(weekday) && next.is(plural) && next.kind == word:
		return item{kind: aCount, from: i, to: i + 1, lo: v, plural: true}
	case next.is(meeting) && next.text != "uker" && next.text != "veker" && next.text != "timer" && next.text != "timar":
		if a := r.word(i + 2); a == "i" || a == "per" || a == "pr" || a == "årlig" || a == "om" {
			return item{}
		}
		return item{kind: aCount, from: i, to: i + 2, lo: v}
	}
	return item{}
}
