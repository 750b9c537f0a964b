package prose

// nightBefore reports whether the date at i is named as the day that a night leads to: "natt til 17. mai".
func (r *reader) nightBefore(i int) bool {
	j := i - 1
	for j > i-4 && (r.is(j, weekday) || r.one(j, "den", ".")) {
		j--
	}
	return r.word(j) == "til" && r.is(j-1, night)
}

// dateRole tells what the date at tokens [i, to) is for, from the words before it.
func (r *reader) dateRole(i, to int) role {
	j := i - 1
	for j >= 0 && i-j < 7 {
		t := r.at(j)
		if t.is(weekday) || t.one("den", ":", "er", "blir", "vert", "opp", "igjen", "att", "i", "kveld", "allerede", "ca") || t.text == "," && r.is(j-1, weekday) ||
			t.text == "med" && !r.is(j-1, from|until) && r.word(j-1) != "og" || t.text == "." && r.touching(j) && (r.is(j-1, weekday) || r.word(j-1) == "m") {
			j--
			continue
		}
		break
	}
	if l := r.last(); l != nil && l.kind == anAmount && l.to >= j && (r.word(j) == "før" || r.is(j, by|from|until)) {
		return ignored // "300 kr før 1. september"
	}
	lo, hi := r.sentence(i)
	lo, hi = max(lo, i-12), min(hi, to+10)
	t := r.at(j)
	switch {
	case r.inClause(max(lo, i-6), i, limit):
		return deadline
	case t.is(by):
		return deadline
	case r.idle(lo, i), r.is(j, cancelled) && r.standing():
		return ignored
	case t.is(besides) && !r.is(j-1, limit) && !(t.is(never) && r.is(j-1, begins)):
		return ignored
	case r.word(i) != "" && r.at(i).kind == word && !r.is(i, ordinal) && r.startsWeek(max(lo, i-6), i):
		return opening
	case t.text == "av" && r.anyWord(j-2, j, "unntak", "unnatak"):
		return ignored
	case t.is(opens) && r.any(max(lo, j-4), j, signup), t.text == "ute" && r.any(max(lo, j-3), j, admission):
		return ignored
	case (t.text == "før" || t.is(until) || t.text == "m" && r.word(j-2) == "o" && r.word(j-4) == "t" || r.tom(j)) && r.any(max(lo, i-8), i, signup) && !r.any(max(lo, i-8), i, never) && !r.item(max(lo, i-8), i, aDate):
		if t.text == "før" && r.anyWord(lo, i, "registrer") {
			return closing
		}
		return deadline
	case t.is(signup) && r.word(j+1) == ":":
		return deadline
	case t.is(from) && r.any(max(lo, j-4), j, signup):
		return ignored
	case t.is(from), r.word(j) == "m" && r.word(j-2) == "o" && r.word(j-4) == "f", r.word(j) == "med" && r.anyWord(j-2, j, "og") && r.is(j-2, from), t.is(begins), r.firstOf(j):
		return opening
	case r.nightBefore(i):
		return plain
	case t.is(until) && hasPrefix(r.word(j-1), "flytt", "velkommen", "velkomen", "inviter", "utsatt", "utsett", "endre", "omgjort"):
		return plain
	case t.text == "før", t.is(until), r.tom(j), t.is(ends), r.lastOf(j), t.text == "m" && r.word(j-4) == "t":
		return closing
	}
	return plain
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
		if r.one(j, "fri", "pause", "stengt", "stengd") || r.is(j, never) && (r.is(j+1, course|meeting) || hasSuffix(r.word(j+1), "trening", "øvelse", "øving", "møte", "aktivitet", "undervisning", "opplæring", "klubb", "kafé", "samling", "åpent", "ope")) {
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
