package prose

import "fritidshub/catalog"

// headBytes is how far into a long text it may say that all of it is called off or full.
const headBytes = 200

// status reads whether it is called off, put off, or full.
func (r *reader) status(f *Facts) {
	for i := range r.t {
		t := &r.t[i]
		if r.long && t.start > headBytes {
			return
		}
		if t.kind != word || !t.is(cancelled|full|postponed) {
			if t.one("plasser", "plassar", "plassene", "plassane") && r.full(i) || t.text == "tomt" && r.word(i+1) == "for" && r.is(i+2, admission) {
				r.set(f, catalog.StatusFull, i)
			}
			continue
		}
		if r.any(max(0, i-2), i, never|nearly) || r.anyWord(max(0, i-3), i, "betyr", "alltid", "raskt", "fort", "ofte", "sjelden", "tidligere", "%") || r.conditionally(i) || r.anyWord(i+1, i+4, "fjor") {
			continue
		}
		switch {
		case t.is(cancelled):
			if t.text == "innstilt" && r.word(i+1) == "på" || hasPrefix(t.text, "avlysning", "avlysing") && !t.line || r.partly(i, f) {
				continue
			}
			r.set(f, catalog.StatusCancelled, i)
		case t.is(postponed):
			if r.word(i+1) != "for" {
				r.set(f, catalog.StatusPostponed, i)
			}
		default:
			if r.isFull(i) {
				r.set(f, catalog.StatusFull, i)
			}
		}
	}
}

// set keeps the gravest state: cancelled before postponed before full. What is said of one of several days is kept beside it.
func (r *reader) set(f *Facts, s catalog.Status, i int) {
	days, part := r.partOf(i)
	for k := range r.items {
		it := &r.items[k]
		if it.from < days.from || it.from >= days.to {
			continue
		}
		switch {
		case it.kind == aDate && it.single && it.role == plain:
			f.Days = append(f.Days, DayStatus{Date: day(it.lo).time(), Status: s})
		case it.kind == someDays && part && r.dateOf(k) == nil:
			for _, d := range daysOf(it.mask) {
				f.Days = append(f.Days, DayStatus{Weekday: d, Status: s})
			}
		}
	}
	if part || s == catalog.StatusFull && r.roomBeside(days) || f.Status == catalog.StatusCancelled || f.Status == catalog.StatusPostponed && s == catalog.StatusFull {
		return
	}
	f.Status, f.StatusDay = s, r.beside(i)
	r.note("status", i, i+1)
}

// partOf gives the clause of the word at i, as an item, and reports whether that names some only of the days, times or tickets of the text:
// "lørdag er utsolgt", "forestillingen kl 17 er utsolgt", "premieren er utsolgt".
func (r *reader) partOf(i int) (clause item, part bool) {
	lo, hi := r.sentence(i)
	from, to := i, i+1
	for from > lo && !r.parts(from-1) {
		from--
	}
	for to < hi && !r.parts(to) {
		to++
	}
	clause = item{from: from, to: to}
	if r.anyWord(from, to, "alle", "begge", "alt", "samtlige", "hele", "heile") {
		return clause, false
	}
	type seen struct{ days, clocks int }
	var here, rest seen
	var mask, other uint8
	clocks := map[int]bool{}
	for k := range r.items {
		it := &r.items[k]
		n := &rest
		inside := it.from >= from && it.from < to
		days := it.mask
		if it.kind == someDays && it.from < from && it.to > from { // "igjen til fredag, lørdag er utsolgt"
			inside = true
			for j := it.from; j < from; j++ {
				if r.is(j, weekday) {
					days &^= 1 << r.at(j).day
					other |= 1 << r.at(j).day
				}
			}
		}
		if inside {
			n = &here
		}
		switch {
		case it.role == ignored || it.role == deadline:
		case it.kind == aDate && it.role != joined:
			n.days++
			if !it.single {
				n.days++
			}
		case it.kind == someDays && inside:
			mask |= days
		case it.kind == someDays:
			other |= days
		case it.kind == aClock && it.role == plain:
			n.clocks++
			if !inside {
				clocks[it.lo] = true
			} else {
				delete(clocks, it.lo)
			}
		}
	}
	switch {
	case here.days > 0:
		return clause, rest.days > 0 && !r.sameDays(clause) || r.standing() && rest.days == 0
	case mask != 0:
		return clause, rest.days > 1 || other&^mask != 0
	case here.clocks > 0 && len(clocks) > 0:
		return clause, true
	}
	for j := from; j < to; j++ {
		if w := r.word(j); hasPrefix(w, "tidligfugl", "early", "festivalpass", "dagspass", "sittepla", "ståpla", "balkong", "vip") || rest.days > 1 && ofDay(w) || rest.days > 1 && (hasPrefix(w, "premiere") || in(w, "første", "fyrste", "siste")) {
			return clause, true
		}
	}
	if rest.days > 1 { // one more is set up for those who got no ticket
		for j := range r.t {
			if hasPrefix(r.word(j), "ekstrakonsert", "ekstraforestilling", "ekstraframsyning", "ekstrakurs", "ekstradag") {
				return clause, true
			}
		}
	}
	return clause, false
}

// roomBeside reports whether the text says outside a clause that there is room: "Gruppe 2 er full, men det er ledige plasser i gruppe 1".
func (r *reader) roomBeside(clause item) bool {
	for i := range r.t {
		if i >= clause.from && i < clause.to || !r.one(i, "ledig", "ledige") || !hasPrefix(r.word(i+1), "plass", "billett") {
			continue
		}
		lo, _ := r.sentence(i)
		if !r.any(max(lo, i-4), i, never|full) && !r.conditionally(i) && !r.anyWord(i+2, i+4, "venteliste", "ventelista", "ventelisten") {
			return true
		}
	}
	return false
}

// ofDay reports whether w is something of one weekday: "torsdagsforestillingen".
func ofDay(w string) bool {
	for _, d := range fullDays {
		if len(w) > len(d.name)+6 && hasPrefix(w, d.name) {
			return true
		}
	}
	return false
}

// parts reports whether token i parts what is said of one day from what is said of another.
func (r *reader) parts(i int) bool {
	next := r.at(i + 1)
	switch r.word(i) {
	case ",", ";", "men", "(", ")", "mens", "medan":
	case "-":
		if !r.at(i).gap || !next.gap {
			return false
		}
	case ".":
		if !next.gap || !next.capital {
			return false
		}
	default:
		return false
	}
	return !r.inDate(i)
}

// sameDays reports whether every day of the text is one of those in the clause.
func (r *reader) sameDays(clause item) bool {
	for k := range r.items {
		it := &r.items[k]
		if it.kind != aDate || it.role != plain || it.from >= clause.from && it.from < clause.to {
			continue
		}
		found := false
		for p := range r.items {
			o := &r.items[p]
			found = found || o.kind == aDate && o.from >= clause.from && o.from < clause.to && o.lo <= it.lo && it.hi <= o.hi
		}
		if !found {
			return false
		}
	}
	return true
}

// conditionally reports whether the word at i tells what may happen: "avlyses ved regn", "kan bli avlyst".
func (r *reader) conditionally(i int) bool {
	lo, hi := r.sentence(i)
	return r.anyWord(max(lo, i-7), i, "kan", "hvis", "dersom", "om", "viss", "eventuelt", "eventuell", "ved", "når", "ble", "blei", "vart") ||
		r.anyWord(i+1, min(hi, i+3), "ved", "hvis", "dersom", "viss", "når") || r.word(i+1) == "om" && r.word(i+2) == "det"
}

// partly reports whether only some days of a series are called off.
func (r *reader) partly(i int, f *Facts) bool {
	if f.Rule == "" {
		return false
	}
	for k := range r.items {
		if it := &r.items[k]; it.kind == aDate && (it.from > i && (it.from-i <= 4 || it.role == ignored && it.from-i <= 8) || it.to <= i && i-it.to <= 3) && (it.role == ignored || it.single || it.week) {
			return true
		}
	}
	return false
}

// beside reports whether a single day stands right before or after the word at i: "avlyst 1. desember".
func (r *reader) beside(i int) bool {
	for k := range r.items {
		if it := &r.items[k]; it.kind == aDate && it.single && (it.from > i && it.from-i <= 4 || it.to <= i && i-it.to <= 3) {
			return true
		}
	}
	return false
}

// full reports whether the "plasser" at i are all taken.
func (r *reader) full(i int) bool {
	return r.anyWord(i-2, i, "alle") && r.anyWord(i+1, i+5, "opptatt", "tatt", "tekne", "opptekne", "fylt", "utsolgt", "besatt", "borte") ||
		r.anyWord(i-3, i, "ingen", "inga") && r.anyWord(i-2, i, "ledige", "flere", "fleire", "ledig") || r.anyWord(i-3, i, "tomt") && r.word(i-1) == "for"
}

// isFull reports whether the word at i says that no place is left.
func (r *reader) isFull(i int) bool {
	switch t := r.at(i); t.text {
	case "fullt", "full":
		next := r.at(i + 1)
		return (r.one(i-1, "er", "blitt", "vorte", "helt", "heilt") || r.at(i-1).line && t.text == "fullt" || i == 0 || r.at(i-1).kind == mark && r.word(i-1) != "-") &&
			(next.kind == mark || next == &none || i+1 >= len(r.t) || next.one("på", "men", "nå", "no"))
	case "venteliste", "ventelista", "ventelisten":
		lo, _ := r.sentence(i)
		if n := r.at(i + 2); r.word(i+1) == "på" && n.capital && n.kind == word && r.countItems(anAge)+r.countItems(someDays) > 1 {
			return false // on one of several groups
		}
		return !r.anyWord(max(lo, i-5), i, "ved", "eventuell", "evt", "satt", "settes", "automatisk")
	}
	return true
}
