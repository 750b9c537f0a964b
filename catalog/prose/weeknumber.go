package prose

import "time"

// week reads "uke 41", "uke 36-45" and "uke 32 og 33" as intervals from Monday to Sunday.
func (r *reader) week(i int) item {
	switch r.word(i) {
	case "uke", "veke", "uka", "uken", "veka", "uker", "ukene", "veker", "vekene", "u":
	default:
		return item{}
	}
	j := i + 1
	if r.word(j) == "nr" {
		j++
	}
	if r.word(j) == "." {
		j++
	}
	if n := r.at(j); n.kind != number || n.n < 1 || n.n > 53 || r.word(i) == "u" && (r.word(i+1) == "." || r.touching(j) && n.n <= 23) {
		return item{} // "U13" is a team
	}
	first := r.at(j).n
	what := r.dateRole(i)
	numberOf := func(k int) (int, bool) {
		n := r.at(k)
		return n.n, n.kind == number && n.n >= 1 && n.n <= 53 && !r.is(k+1, measure) && r.word(k+1) != "-" && !r.decimal(k+1) &&
			!(r.word(k+1) == "." && r.is(k+2, month))
	}
	last := j + 2
	if isWeek(r.word(last)) {
		last++
	}
	if n, ok := numberOf(last); ok && (r.one(j+1, "-", "til")) && n != first {
		hi := r.weekStart(n, what)
		lo := hi - 7*day(((n-first)%52+52)%52)
		it := item{kind: aDate, from: i, to: last + 1, lo: int(lo), hi: int(hi) + 6, week: true, role: what}
		if what == opening || what == closing {
			it.role = plain
		}
		return it
	}
	monday := r.weekStart(first, what)
	out := item{kind: aDate, from: i, to: j + 1, lo: int(monday), hi: int(monday) + 6, week: true, role: what}
	for out.to-i < 20 {
		n, ok := numberOf(out.to + 1)
		if sep := r.word(out.to); !ok || !in(sep, ",", "og", "eller", "samt", "&") || r.is(out.to+1, krone) {
			break
		}
		r.items = append(r.items, out)
		monday = r.weekStart(n, what)
		out = item{kind: aDate, from: i, to: out.to + 2, lo: int(monday), hi: int(monday) + 6, week: true, role: what}
	}
	return out
}

// weekStart gives the Monday of the first ISO week n that is not over on ref.
func (r *reader) weekStart(n int, what role) day {
	from := r.ref
	if what == opening {
		from -= 14
	}
	for y := from.time().Year(); ; y++ {
		jan4 := civil(y, time.January, 4)
		monday := jan4 - day(jan4.weekday()) + day(7*(n-1))
		if n == 53 && (monday+3).time().Year() != y { // a year without a week 53
			continue
		}
		if monday+6 >= from {
			return monday
		}
	}
}
