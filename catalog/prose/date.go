package prose

import "time"

// atom is one day as it is written: "18.", "16. sept.", "3/10", "25.08.2026".
type atom struct {
	day, month, year int  // 0: not written
	to               int  // the token after it
	dot              bool // "18."
	join             byte
	weekday          int // named before it, -1: none
}

// atom reads a day at token i.
func (r *reader) atom(i int) (a atom, ok bool) {
	t := r.at(i)
	if t.kind != number || t.n < 1 {
		return a, false
	}
	if t.digits == 4 && t.n >= 2000 && t.n < 2100 && r.word(i+1) == "-" && r.at(i+2).digits == 2 && r.word(i+3) == "-" && r.at(i+4).digits == 2 && r.touching(i+1) {
		return valid(atom{day: r.at(i + 4).n, month: r.at(i + 2).n, year: t.n, to: i + 5})
	}
	if t.digits > 2 || t.n > 31 {
		return a, false
	}
	a.day = t.n
	sep := r.word(i + 1)
	if n := r.at(i + 2); (in(sep, "/", ".")) && n.kind == number && n.digits <= 2 && r.touching(i+1) && r.touching(i+2) {
		a.month, a.to = n.n, i+3
		if sep == "/" && a.month > 12 && r.word(i+3) == "." && r.is(i+4, month) { // 19/20. september
			return atom{day: t.n, to: i + 1}, true
		}
		if a.month < 1 || a.month > 12 || !r.dotted(i, sep) {
			return a, false
		}
		end := r.word(a.to)
		y := r.at(a.to + 1)
		switch {
		case (end == sep || end == "-" && sep == "/") && y.kind == number && r.touching(a.to) && r.touching(a.to+1) && (y.digits == 4 && y.n >= 2000 && y.n < 2100 ||
			y.digits == 2 && y.n >= 20 && y.n < 50 && r.word(a.to+2) != "/" && !(r.word(a.to+2) == "." && r.touching(a.to+3) && r.at(a.to+3).kind == number)):
			a.year, a.to = y.n%100+2000, a.to+2
		case end == "." && sep == "." && r.touching(a.to):
			a.to++
			if y := r.at(a.to); y.digits == 4 && y.n >= 2020 && y.n < 2100 {
				a.year, a.to = y.n, a.to+1
			}
		case r.at(a.to).digits == 4 && r.at(a.to).n >= 2020 && r.at(a.to).n < 2050:
			a.year, a.to = r.at(a.to).n, a.to+1
		}
		return valid(a)
	}
	a.to = i + 1
	if sep == "." && r.touching(i+1) {
		a.to, a.dot = i+2, true
	}
	if m := r.at(a.to); m.is(month) && m.kind == word && !(m.text == "mar" && !a.dot) {
		if m.text == "jul" && !a.dot {
			return a, false
		}
		a.month, a.to = m.value, a.to+1
		if r.word(a.to) == "." && r.touching(a.to) && (len(m.text) <= 4 || r.at(a.to+1).digits == 4) {
			a.to++
		}
		if y := r.at(a.to); y.digits == 4 && y.n >= 2020 && y.n < 2100 && !r.is(a.to+1, krone) {
			a.year, a.to = y.n, a.to+1
		}
		return valid(a)
	}
	return a, true
}

// dotted reports whether the numbers at i and i+2, parted by sep, can be a day and a month: not a clock, a fraction or a measure.
func (r *reader) dotted(i int, sep string) bool {
	if r.is(i-1, clock) || r.word(i-1) == "." && r.is(i-2, clock) {
		return false
	}
	if r.at(i+3).class&(measure) != 0 && r.word(i+3) != "x" {
		return false
	}
	cued := r.is(i-1, weekday|from|until|by|begins|limit|ends) || r.one(i-1, "den", "før") || r.word(i-1) == "." && r.is(i-2, weekday)
	d, m := r.at(i), r.at(i+2)
	if sep == "/" {
		return cued || !(d.n == 24 && m.n == 7 || d.n <= 3 && m.n <= 4 && d.n < m.n && !r.is(i+3, clock))
	}
	if (r.is(i-1, weekday|plural) && r.is(i-1, plural) || r.is(i-2, every)) && r.word(i+3) == "-" && m.digits == 2 {
		return false // "tirsdager 17.10-18.10" is a clock
	}
	if m.digits == 2 && r.word(i+3) == "-" && r.at(i+4).kind == number && r.word(i+5) == "." && r.at(i+6).digits == 2 && (r.at(i+6).n > 12 || r.at(i+6).n == 0) {
		return false // "10.10-11.30" too
	}
	return r.word(i+3) != "-" || m.digits < 2 || !r.is(i-1, krone)
}

func valid(a atom) (atom, bool) {
	y := a.year
	if y == 0 {
		y = 2024
	}
	last := time.Date(y, time.Month(a.month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return a, a.month >= 1 && a.month <= 12 && a.day >= 1 && a.day <= last
}

// after reports whether a comes later in the year than b.
func (a atom) after(b atom) bool { return a.month > b.month || a.month == b.month && a.day > b.day }

// longAgo is how many days back a date with its year still is one of the activity.
const longAgo = 90

// date reads one day, a list of days, or an interval: "18.-20. september", "1., 8. og 15. september", "fredag 18. til søndag 20. september".
func (r *reader) date(i int) item {
	if it := r.nthOf(i); it.to > 0 {
		return it
	}
	if it := r.namedDay(i); it.to > 0 {
		return it
	}
	if r.at(i).kind != number || r.is(i-1, krone) {
		return item{}
	}
	var atoms [12]atom
	n, j, wd := 0, i, -1
	for n < len(atoms) {
		a, ok := r.atom(j)
		if !ok {
			break
		}
		a.weekday = wd
		atoms[n] = a
		n++
		if a.join, j, wd = r.dateJoin(a.to); a.join == 0 || a.month == 0 && !a.dot && (r.word(a.to) == "," || r.word(a.to) == "/" && r.at(a.to).gap) {
			break
		}
		atoms[n-1].join = a.join
	}
	for n > 0 && atoms[n-1].month == 0 {
		n--
	}
	if n == 0 {
		return item{}
	}
	for k := 0; k+1 < n; k++ {
		// "12-16 til 18. oktober" begins with a clock, and so does "10-14 og 5. september".
		if b := atoms[k+1]; atoms[k].join == '-' && (b.join == '-' || b.month == 0 && !b.dot) {
			return item{}
		}
	}
	to := atoms[n-1].to
	atoms[n-1].join = 0
	for k := n - 2; k >= 0; k-- {
		if atoms[k].month == 0 {
			atoms[k].month = atoms[k+1].month
		}
		if atoms[k].year == 0 && atoms[k+1].year > 0 {
			atoms[k].year = atoms[k+1].year
			if atoms[k].month > atoms[k+1].month {
				atoms[k].year--
			}
		}
		if _, ok := valid(atoms[k]); !ok || atoms[k].join == '-' && atoms[k].year > 0 && atoms[k].year == atoms[k+1].year && atoms[k].after(atoms[k+1]) {
			return item{}
		}
	}
	what := r.dateRole(i)
	if last := atoms[n-1]; last.year > 0 && civil(last.year, time.Month(last.month), last.day) < r.ref-longAgo {
		what = ignored // a date that tells of the past
	}
	var out item
	for k := 0; k < n; k++ {
		it := item{kind: aDate, from: i, to: to, role: what, exact: atoms[k].year > 0}
		if atoms[k].join == '-' {
			it.hi = r.resolve(atoms[k+1], what)
			it.lo = r.before(atoms[k], day(it.hi))
			if what == opening || what == closing {
				it.role = plain
			}
			if r.is(i-1, from) && hasPrefix(r.word(i-2), "flytt", "utsatt", "utsett") {
				it.lo, it.single = it.hi, true // moved from the one to the other
				if v := atoms[k+1].weekday; v >= 0 {
					r.items = append(r.items, item{kind: someDays, from: i, to: to, mask: 1 << v})
				}
			}
			if w, v := atoms[k].weekday, atoms[k+1].weekday; k == 0 && v >= 0 {
				if l := r.last(); l != nil && l.kind == someDays && l.to >= i-1 {
					w = lowest(l.mask)
				}
				if w >= 0 {
					r.items = append(r.items, item{kind: someDays, from: i, to: to, mask: span(w, v)})
				}
			}
			k++
		} else {
			it.lo = r.resolve(atoms[k], what)
			it.hi, it.single = it.lo, true
			if w := atoms[k].weekday; w >= 0 {
				it.mask = 1 << w
				r.items = append(r.items, item{kind: someDays, from: i, to: to, mask: 1 << w})
			}
		}
		if out.kind != 0 {
			r.items = append(r.items, out)
		}
		out = it
	}
	if l := out; l.single && r.nightBefore(i) {
		out.lo--
		out.hi--
	}
	return out
}

// feasts are days with a name of their own, each as month and day.
var feasts = map[string][2]int{"julaften": {12, 24}, "julaftan": {12, 24}, "nyttårsaften": {12, 31}, "nyttårsaftan": {12, 31}, "sankthansaften": {6, 23}, "sankthansaftan": {6, 23}}

// namedDay reads "julaften", and "i dag" and "i morgen" before a clock.
func (r *reader) namedDay(i int) item {
	if f, ok := feasts[r.word(i)]; ok && !r.is(i-1, every) {
		d := r.resolve(atom{month: f[0], day: f[1]}, plain)
		return item{kind: aDate, from: i, to: i + 1, lo: d, hi: d, single: true, role: r.dateRole(i)}
	}
	if n := r.at(i); n.kind == number && (n.n == 1 || n.n == 2) && r.word(i+1) == "." && r.touching(i+1) && r.one(i+2, "juledag", "joledag") {
		d := r.resolve(atom{month: 12, day: 24 + n.n}, plain)
		return item{kind: aDate, from: i, to: i + 3, lo: d, hi: d, single: true, role: r.dateRole(i)}
	}
	if r.word(i) != "i" || !r.is(i+2, clock) {
		return item{}
	}
	d := int(r.ref)
	switch r.word(i + 1) {
	case "dag", "kveld", "ettermiddag":
	case "morgen", "morgon":
		d++
	default:
		return item{}
	}
	return item{kind: aDate, from: i, to: i + 2, lo: d, hi: d, single: true, role: r.dateRole(i)}
}

// nthOf reads "siste lørdag i august", the first such day from ref on.
func (r *reader) nthOf(i int) item {
	t := r.at(i)
	n, j := t.value, i+1
	switch {
	case t.kind == word && t.is(ordinal) && t.value >= -1 && t.value <= 4:
	case t.kind == number && t.n >= 1 && t.n <= 4 && r.word(j) == "." && r.touching(j):
		n, j = t.n, i+2
	default:
		return item{}
	}
	if !r.is(j, weekday) || r.is(j, tiny) || r.word(j+1) != "i" || !r.is(j+2, month) {
		return item{}
	}
	for y := r.ref.time().Year(); ; y++ {
		m := time.Month(r.at(j + 2).value)
		first := civil(y, m, 1)
		d := first + day((r.at(j).day-first.weekday()+7)%7) + day(7*(n-1))
		if n < 0 {
			last := civil(y, m+1, 0)
			d = last - day((last.weekday()-r.at(j).day+7)%7)
		}
		if d >= r.ref {
			r.items = append(r.items, item{kind: someDays, from: j, to: j + 1, mask: 1 << r.at(j).day})
			return item{kind: aDate, from: i, to: j + 3, lo: int(d), hi: int(d), single: true, role: r.dateRole(i)}
		}
	}
}

func lowest(mask uint8) int {
	for d := range 7 {
		if mask&(1<<d) != 0 {
			return d
		}
	}
	return -1
}

// span fills the weekdays from a to b.
func span(a, b int) (mask uint8) {
	for d := a; ; d = (d + 1) % 7 {
		mask |= 1 << d
		if d == b {
			return mask
		}
	}
}

// dateJoin reads what can stand between two days of one list: '-' for an interval, ',' for a list, 0 for nothing. It gives the
// token of the next day and the weekday named before it.
func (r *reader) dateJoin(i int) (join byte, next, wd int) {
	j := i
	switch t := r.at(i); t.text {
	case "-":
		join, j = '-', i+1
	case "til":
		join, j = '-', i+1
		if r.word(j) == "og" && r.word(j+1) == "med" {
			j += 2
		}
	case "tom":
		join, j = '-', i+1
	case "t":
		if r.word(i+1) == "." && r.word(i+2) == "o" {
			join, j = '-', i+5
			if r.word(j) == "." {
				j++
			}
		}
	case ",", "og", "&", "samt", "+", "/":
		join, j = ',', i+1
		if t.text == "," && r.word(j) == "og" {
			j++
		}
	default:
		return 0, i, -1
	}
	wd = -1
	if r.is(j, weekday) && r.at(j).kind == word {
		wd = r.at(j).day
		j++
		if r.word(j) == "." {
			j++
		}
	}
	if r.word(j) == "den" {
		j++
	}
	if r.at(j).kind != number {
		return 0, i, -1
	}
	// "1, 8" without points is no list of days, nor is "3/10, 50 kr".
	if join == ',' {
		a, ok := r.atom(j)
		if !ok || a.month == 0 && a.to == j+1 && r.word(i) != "og" || a.month == 0 && r.is(a.to, measure) {
			return 0, i, -1
		}
	}
	return join, j, wd
}

// resolve gives the day that a means when it is read on ref: the first from ref on, or for what has begun one a few weeks back.
func (r *reader) resolve(a atom, what role) int {
	if a.year > 0 {
		return int(civil(a.year, time.Month(a.month), a.day))
	}
	from := r.ref
	if what == opening {
		from -= 14
	}
	for y := from.time().Year(); ; y++ {
		if d := civil(y, time.Month(a.month), a.day); d >= from && d.time().Day() == a.day {
			return int(d)
		}
	}
}

// before gives the last day that a can mean which is not after end.
func (r *reader) before(a atom, end day) int {
	if a.year > 0 {
		return int(civil(a.year, time.Month(a.month), a.day))
	}
	for y := end.time().Year(); ; y-- {
		if d := civil(y, time.Month(a.month), a.day); d <= end && d.time().Day() == a.day {
			return int(d)
		}
	}
}
