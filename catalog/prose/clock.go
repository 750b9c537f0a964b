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
	j, marked := r.clockMark(i)
	lo, k, explicit := r.clockAtom(j, marked)
	if k == 0 {
		return item{}
	}
	out := item{kind: aClock, from: i, to: k, lo: lo, hi: -1}
	if marked && r.word(k) == "." && r.touching(k) && r.word(k+1) == "-" { // kl. 18.-20.
		k++
	}
	if m, ok := r.clockJoin(k, i); ok {
		hi, to, sure := r.clockAtom(m, marked || explicit || r.is(m-1, clock))
		switch {
		case to == 0 || r.counted(to) || r.word(to) == "/" || r.decimal(to):
			if !explicit {
				return item{}
			}
		case hi > lo || lo >= 17*60 && hi <= 6*60: // past midnight
			out.hi, out.to = hi, to
			explicit = explicit || sure
		case !marked:
			return item{}
		}
	} else if r.word(k) == "-" && r.at(k+1).kind == number && !marked {
		return item{}
	}
	if !marked && (r.counted(out.to) || !explicit && !r.hours(i, out)) || r.dated(out.to) {
		return item{}
	}
	out.role = r.clockRole(i)
	return out
}

// clockMark passes over "kl.", and reports whether it or an earlier clock of the same list makes the number at j a clock.
func (r *reader) clockMark(i int) (j int, marked bool) {
	j = i
	if r.is(i, clock) {
		for j++; r.one(j, ".", ":", "ca", "fra", "frå", "mellom"); j++ {
		}
		return j, true
	}
	l := r.last()
	return j, l != nil && l.kind == aClock && l.to == i-1 && l.lo >= 0 && r.one(i-1, "og", ",") && r.at(i).kind == number && r.listed(i) // kl 16 og 19
}

// counted reports whether the number before token i counts or prices something.
func (r *reader) counted(i int) bool {
	return r.is(i, measure|krone) && !r.is(i, clock) || r.word(i) == "%" || r.word(i) == "," && r.word(i+1) == "-"
}

// decimal reports whether a point and more digits follow the number before token i.
func (r *reader) decimal(i int) bool {
	return r.word(i) == "." && r.touching(i) && r.touching(i+1) && r.at(i+1).kind == number
}

// dated reports whether the number before token i is an ordinal of a date or a grade: "5. mai", "7. trinn".
func (r *reader) dated(i int) bool {
	return r.word(i) == "." && r.touching(i) && r.is(i+1, grade|month) && r.at(i+1).kind == word && r.word(i+1) != "kl"
}

// hours reports whether what stands round a bare number, or two, makes them hours.
func (r *reader) hours(i int, it item) bool {
	if it.lo < 6*60 && r.at(i).digits <= 2 {
		return false
	}
	if it.hi >= 0 {
		return r.daily(i, it.to)
	}
	n := r.at(it.to)
	return r.hourAfter(i) && (n.kind == mark || it.to >= len(r.t)) && !n.one("-", "/", "+")
}

// listed reports whether the number at i can be one more clock of a list: nothing is counted by it.
func (r *reader) listed(i int) bool {
	_, to, _ := r.clockAtom(i, true)
	n := r.at(to)
	switch {
	case to == 0 || n.one("%", "/") || r.dated(to) || r.counted(to):
		return false
	case n.text == "-":
		return !(r.at(to+1).kind == word && r.touching(to+1)) // "16-års grense"
	}
	return n.kind == mark || to >= len(r.t) || n.is(weekday|clock) || n.one("og", "på", "i", "hver")
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
