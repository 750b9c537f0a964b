package prose

// nightBefore reports whether the date at i is named as the day that a night leads to: "natt til 17. mai".
func (r *reader) nightBefore(i int) bool {
	j := i - 1
	for j > i-4 && (r.is(j, weekday) || r.one(j, "den", ".")) {
		j--
	}
	return r.word(j) == "til" && r.is(j-1, night)
}

// dateRole tells what the date, or the week, at token i is for, from the words before it.
func (r *reader) dateRole(i int) role {
	j := r.leadIn(i)
	t := r.at(j)
	if l := r.last(); l != nil && l.kind == anAmount && l.to >= j && (t.text == "før" || t.is(by|from|until)) {
		return ignored // "300 kr før 1. september"
	}
	lo, _ := r.sentence(i)
	lo = max(lo, i-12)
	opens, closes := r.opening(j), r.closing(j)
	switch {
	case r.inClause(max(lo, i-6), i, limit), t.is(by), t.is(signup) && r.word(j+1) == ":":
		return deadline
	case r.idle(lo, i), r.is(j, cancelled) && r.standing(), t.text == "av" && r.anyWord(j-2, j, "unntak", "unnatak"):
		return ignored
	case t.is(besides) && !r.is(j-1, limit) && !(t.is(never) && r.is(j-1, begins)):
		return ignored
	case r.at(i).kind == word && !r.is(i, ordinal) && r.startsWeek(max(lo, i-6), i):
		return opening
	case r.onSale(j, lo), t.is(from) && r.any(max(lo, j-4), j, signup):
		return ignored
	case closes && !t.is(ends) && r.signsUp(max(lo, i-8), i):
		if t.text == "før" && r.anyWord(lo, i, "registrer") {
			return closing // what is registered has been done
		}
		return deadline
	case opens:
		return opening
	case t.is(until) && hasPrefix(r.word(j-1), "flytt", "utsatt", "utsett", "omgjort"):
		for k := len(r.items) - 1; k >= 0 && r.items[k].to > lo; k-- {
			if it := &r.items[k]; it.kind == aDate && it.single && it.role == plain {
				it.role = ignored // it was to be then
			}
		}
		return plain
	case r.nightBefore(i), t.is(until) && hasPrefix(r.word(j-1), "velkommen", "velkomen", "inviter", "endre", "billett", "plass", "ledig"), t.is(until) && r.one(j-1, "att", "igjen"):
		return plain
	case closes:
		return closing
	}
	return plain
}

// leadIn gives the token before a date, past the day's name and small words: "innen" of "innen fredag den 4. september".
func (r *reader) leadIn(i int) int {
	j := i - 1
	for ; j >= 0 && i-j < 7; j-- {
		switch t := r.at(j); {
		case t.is(weekday), t.one("den", ":", "er", "blir", "vert", "opp", "igjen", "att", "i", "kveld", "allerede", "ca"):
		case t.text == "," && r.is(j-1, weekday):
		case t.text == "med" && !r.is(j-1, from|until) && r.word(j-1) != "og":
		case t.text == "." && r.touching(j) && (r.is(j-1, weekday) || r.word(j-1) == "m"):
		default:
			return j
		}
	}
	return j
}

// opening reports whether what ends at token j makes the date after it a beginning: "fra", "f.o.m.", "oppstart", "første gang".
func (r *reader) opening(j int) bool {
	return r.is(j, from|begins) || r.abbreviated(j, "f") || r.word(j) == "med" && r.word(j-1) == "og" && r.is(j-2, from) || r.firstOf(j)
}

// closing is the same for an end: "til", "t.o.m.", "før", "siste gang", "avslutning".
func (r *reader) closing(j int) bool {
	return r.is(j, until|ends) || r.word(j) == "før" || r.abbreviated(j, "t") || r.tom(j) || r.lastOf(j)
}

// abbreviated reports whether "f.o.m" or "t.o.m" ends at token j.
func (r *reader) abbreviated(j int, first string) bool {
	return r.word(j) == "m" && r.word(j-2) == "o" && r.word(j-4) == first
}

// onSale reports whether token j ends words that tell when one can sign up or buy, not when it is.
func (r *reader) onSale(j, lo int) bool {
	return r.is(j, opens) && r.any(max(lo, j-4), j, signup) || r.word(j) == "ute" && r.any(max(lo, j-3), j, admission)
}

// signsUp reports whether tokens [from, to) ask people to sign up, and name no other date.
func (r *reader) signsUp(from, to int) bool {
	return r.any(from, to, signup) && !r.any(from, to, never) && !r.item(from, to, aDate)
}

// inClause reports whether a token of [from, to) has a role of c, with neither a comma nor another date after it.
func (r *reader) inClause(from, to int, c class) bool {
	for j := to - 1; j >= from && !(r.edge(j) && r.word(j) != "/"); j-- {
		if r.is(j, c) {
			return true
		}
	}
	return false
}

// idle reports whether tokens [from, to) end by saying that nothing goes on: "ingen trening", "fri".
func (r *reader) idle(from, to int) bool {
	for j := to - 1; j >= max(from, to-4) && !r.edge(j); j-- {
		if r.one(j, "fri", "pause", "stengt", "stengd", "sommerstengt", "sommarstengt", "sommarstengd", "vinterstengt", "julestengt", "påskestengt", "sommerferie", "sommarferie", "juleferie", "sommerpause", "sommarpause", "julepause") || r.is(j, never) && (r.is(j+1, course|meeting) || hasSuffix(r.word(j+1), "trening", "øvelse", "øving", "møte", "aktivitet", "undervisning", "opplæring", "klubb", "kafé", "samling", "åpent", "ope")) {
			return true
		}
	}
	return false
}

// dropCancelled leaves out the days of a series that do not take place: "torsdag 26. november er avlyst. Ellers hver torsdag".
func (r *reader) dropCancelled() {
	for k := range r.items {
		it := &r.items[k]
		if it.kind == aDate && it.single && it.role == plain && (r.is(it.to, cancelled) || r.one(it.to, "er", "blir", "vert") && r.is(it.to+1, cancelled)) && r.standing() {
			it.role = ignored
		}
	}
}

// season reports whether months are named that are not of a day, or weeks when nothing goes on: a series is not known without them.
func (r *reader) season() bool {
	for i := range r.t {
		if t := &r.t[i]; t.kind == word && t.is(month) && (len(t.text) > 4 || t.one("mai", "mars", "juni", "juli")) && !r.inDate(i) {
			return true
		}
	}
	for k := range r.items {
		if it := &r.items[k]; it.kind == aDate && it.role == ignored && it.hi-it.lo >= 14 {
			return true
		}
	}
	return false
}

// inDate reports whether token i is of a date.
func (r *reader) inDate(i int) bool {
	for k := range r.items {
		if it := &r.items[k]; it.kind == aDate && it.from <= i && i < it.to {
			return true
		}
	}
	return false
}

// standing reports whether days that come back have been named.
func (r *reader) standing() bool {
	for k := range r.items {
		if it := &r.items[k]; it.kind == someDays && it.plural {
			return true
		}
	}
	return false
}

// startsWeek reports whether tokens [from, to) before a week say that something begins: "oppstart for nye medlemmer uke 35".
func (r *reader) startsWeek(from, to int) bool {
	for j := to - 1; j >= from && !r.edge(j); j-- {
		if r.at(j).kind == number {
			return false
		}
		if r.is(j, begins) {
			return true
		}
	}
	return false
}

// tom reports whether "til og med" ends at token j.
func (r *reader) tom(j int) bool {
	return r.word(j) == "med" && r.word(j-1) == "og" && r.word(j-2) == "til" || r.word(j) == "tom"
}

// firstOf reports whether "første gang", "første trening" ends at token j; lastOf the last.
func (r *reader) firstOf(j int) bool {
	if (r.one(j, "sommeren", "sommaren", "ferien", "jul", "nyttår", "påske") || hasSuffix(r.word(j), "ferien")) && r.word(j-1) == "etter" { // "første øving etter sommeren er 25. august"
		j -= 2
	}
	return (r.one(j-1, "første", "fyrste")) && r.at(j).kind == word
}

func (r *reader) lastOf(j int) bool { return r.word(j-1) == "siste" && r.at(j).kind == word }

// item reports whether an item of a kind begins in [from, to).
func (r *reader) item(from, to int, k itemKind) bool {
	for i := len(r.items) - 1; i >= 0 && r.items[i].to > from; i-- {
		if r.items[i].kind == k && r.items[i].from >= from && r.items[i].from < to {
			return true
		}
	}
	return false
}
