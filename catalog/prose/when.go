package prose

import (
	"slices"
	"time"
)

// shortInterval is the most days of an interval that is one event, not the season of a series.
const shortInterval = 9

// when reads days, recurrence, times, dates and the deadline.
func (r *reader) when(f *Facts) {
	r.joinDates()
	r.dropCancelled()
	r.rests(f)
	f.Months = r.season()
	r.dates(f)
	single, season, began := false, false, false
	for i := range r.items {
		switch it := &r.items[i]; {
		case it.kind != aDate || it.role == ignored || it.role == joined || it.role == deadline:
		case it.role == opening:
			began = true
		case it.role == closing:
		case it.single, it.hi-it.lo < shortInterval:
			single = true
		default:
			season = true
		}
	}
	named, standing := uint8(0), uint8(0)
	r.titleDays()
	var nth, without []int
	step, back := 0, false
	parity, mixed := r.parity(f) // mixed: "hver tirsdag og annenhver torsdag" is no single rule
	for i := range r.items {
		it := &r.items[i]
		if it.kind != someDays || it.role == ignored {
			continue
		}
		d := r.dateOf(i)
		if it.nth != nil && standing&it.mask == it.mask && r.leavesOut(it.from) { // "hver onsdag, unntatt første onsdag i måneden"
			without = append(without, it.nth...)
			it.role = ignored
			continue
		}
		if d != nil && (d.role == deadline || d.role == ignored) || r.unused(it) {
			if d == nil && standing != it.mask && it.mask&^standing == 0 && r.closed(i) { // "hver dag unntatt søndag", "man-fre 10-15, stengt tirsdag"
				named, standing = named&^it.mask, standing&^it.mask
				for p := range i {
					if r.items[p].kind == someDays {
						r.items[p].mask &^= it.mask
					}
				}
			}
			it.role = ignored
			continue
		}
		if it.week && (single || season) { // "hver dag" of an interval
			if !season {
				it.role = ignored
				continue
			}
		}
		if it.mask == 0x7f && r.any(it.to, it.to+8, besides) && r.anyWord(it.to, it.to+8, "helg", "helga", "helger", "helgar", "helgene", "helgane") {
			it.mask = 0x1f // "hver dag unntatt helg"
		}
		named |= it.mask
		r.note("weekday", it.from, it.to)
		if d != nil && d.single && d.role == plain {
			continue
		}
		if it.plural || it.nth != nil {
			back = true
		}
		if standing != 0 && (it.plural || it.nth != nil) && (it.step != step || (it.nth == nil) != (nth == nil) || it.week) {
			mixed = true
		}
		if it.role == opening { // "førstkommende lørdag"
			single = true
			continue
		}
		standing |= it.mask
		step = max(step, it.step)
		for _, n := range it.nth {
			if !slices.Contains(nth, n) {
				nth = append(nth, n)
			}
		}
		if it.plural || it.nth != nil || !single {
			r.note("recurrence", it.from, it.to)
		}
	}
	if r.long && r.countItems(someDays) > 3 {
		named, standing = 0, 0 // a programme, not a standing time
	}
	f.Weekdays = daysOf(named)
	if step == 0 {
		step = r.weeksApart()
	}
	if parity {
		step = 2
		back = true
	}
	if len(without) > 0 || r.exceptsWeek() {
		if mixed = mixed || step > 0 || nth != nil || len(without) == 0 || r.exceptsWeek(); !mixed {
			nth, mixed = others(without)
		}
	}
	if standing != 0 && !mixed && (back || !single || began && !single) {
		f.Every = back
		n := r.meetings(began)
		f.Rule = rule(standing, nth, step, n)
		f.Limited = n == 0 && r.limits()
	}
	f.SchoolYear = r.schoolYear()
	r.times(f)
}

// leavesOut reports whether "unntatt", "bortsett fra" or "med unntak av" ends before token i.
func (r *reader) leavesOut(i int) bool {
	j := i - 1
	for j > i-4 && r.one(j, "fra", "frå", "av", "den", "på") {
		j--
	}
	return r.is(j, besides)
}

// others are the weeks of the month that are not in without; false when the last, of which the number is not known, is.
func others(without []int) (nth []int, unknown bool) {
	for n := 1; n <= 5; n++ {
		if !slices.Contains(without, n) {
			nth = append(nth, n)
		}
	}
	return nth, slices.ContainsFunc(without, func(n int) bool { return n < 1 }) || nth == nil
}

// exceptsWeek reports whether a week of the month is left out that no weekday is named of: "unntatt siste uke i måneden".
func (r *reader) exceptsWeek() bool {
	for i := range r.t {
		if r.is(i, besides) && r.is(i+1, ordinal) && isWeek(r.word(i+2)) && r.word(i+3) == "i" && monthWord(r.word(i+4)) {
			return true
		}
	}
	return false
}

// closed reports whether the weekdays of item i are said to be none of those that come back, every week and all day.
func (r *reader) closed(i int) bool {
	it := &r.items[i]
	if i+1 < len(r.items) {
		if next := &r.items[i+1]; next.from-it.to < 4 && (next.kind == aDate || next.kind == aClock) {
			return false
		}
	}
	return r.any(it.from-2, it.from, besides) && !r.one(it.from-1, "denne", "neste") || r.one(it.to, "stengt", "stengd") || r.one(it.to, "er", ":") && r.one(it.to+1, "stengt", "stengd")
}

// titleDays sets aside a day that only the title names, when the lines under it name the days that come back: "Lørdag på museet".
func (r *reader) titleDays() {
	end := 1
	for end < len(r.t) && !r.t[end].line {
		end++
	}
	var first []*item
	under, back := uint8(0), false
	for k := range r.items {
		switch it := &r.items[k]; {
		case it.from >= end:
			if it.kind == someDays && it.role != ignored && r.dateOf(k) == nil {
				under, back = under|it.mask, back || it.plural
			}
		case it.kind == someDays && !it.plural && it.nth == nil:
			first = append(first, it)
		case it.kind == someDays, it.kind == aClock, it.kind == aDate:
			return
		}
	}
	for _, it := range first {
		if back || it.mask&under == it.mask {
			it.role = ignored
		}
	}
}

func (r *reader) countItems(k itemKind) (n int) {
	for i := range r.items {
		if r.items[i].kind == k {
			n++
		}
	}
	return n
}

// unused reports whether the weekdays of it are not the activity's: opening hours of an office, when one can ring.
func (r *reader) unused(it *item) bool {
	lo, hi := r.sentence(it.from)
	return r.any(max(lo, it.from-3), it.from, limit|by) || r.rings(max(lo, it.from-6), it.from) || r.anyWord(it.to, min(hi, it.to+2), "stengt", "stengd") || r.any(max(lo, it.from-2), it.from, besides) && !r.anyWord(it.from-2, it.from, "født", "fødd")
}

// rings reports whether a word of [from, to) tells when one can ring; "mobil" alone is what a course may be about.
func (r *reader) rings(from, to int) bool {
	for j := max(from, 0); j < to; j++ {
		if r.is(j, phone) && !(r.word(j) == "mobil" && !r.one(j+1, ":", ".") && r.at(j+1).kind != number) {
			return true
		}
	}
	return false
}

// dateOf gives the date that the weekdays of item i stand with: right after them, or before them in brackets.
func (r *reader) dateOf(i int) *item {
	it := &r.items[i]
	for k := i + 1; k < len(r.items) && k <= i+2; k++ {
		d := &r.items[k]
		gap := d.from - it.to
		if d.kind == aDate && !d.week && (gap <= 0 || gap <= 2 && r.only(it.to, d.from, ".", ",", ":", "den", "d", "(", "kveld")) {
			return d
		}
		if d.kind != someDays {
			break
		}
	}
	if i > 0 {
		if d := &r.items[i-1]; d.kind == aDate && !d.week && it.from-d.to <= 1 && (it.from == d.to || r.word(it.from-1) == "(") && !it.plural {
			return d
		}
	}
	return nil
}

// only reports whether every token of [from, to) is one of words.
func (r *reader) only(from, to int, words ...string) bool {
	for j := from; j < to; j++ {
		if !slices.Contains(words, r.word(j)) {
			return false
		}
	}
	return true
}

func daysOf(mask uint8) (days []time.Weekday) {
	for d := range 7 {
		if mask&(1<<d) != 0 {
			days = append(days, time.Weekday((d+1)%7))
		}
	}
	return days
}

// joinDates makes one interval of a beginning and an end that stand apart ("oppstart 1/9, siste gang 15/12", "fra lørdag 22. august kl 10
// til søndag 23. august kl 15"), and sets aside the days on which a series is called off.
func (r *reader) joinDates() {
	first, last, begins, ends := -1, -1, 0, 0
	standing := r.standing()
	for i := range r.items {
		it := &r.items[i]
		if it.kind != aDate {
			continue
		}
		if standing && it.role == plain && r.is(it.from-1, cancelled) {
			it.role = ignored
		}
		switch {
		case it.role == opening:
			first, begins = i, begins+1
		case it.role == closing:
			last, ends = i, ends+1
			if p := r.dateBefore(i); begins == 0 && p >= 0 && r.items[p].role == plain && r.items[p].single && r.word(r.leadIn(it.from)) == "til" {
				first, begins = p, begins+1
			}
		}
	}
	if begins != 1 || ends != 1 {
		return
	}
	a, b := &r.items[first], &r.items[last]
	switch {
	case b.hi < a.lo && (b.exact && a.exact || last < first):
		return // "siste gang før jul 10. desember, oppstart igjen 14. januar"
	case b.exact && !a.exact && !a.week:
		for lo := day(a.lo).time(); a.lo > b.hi; a.lo = int(dayOf(lo)) {
			lo = lo.AddDate(-1, 0, 0)
		}
	}
	if lo := day(a.lo).time(); !a.exact && !b.exact && !a.week && b.hi < a.lo {
		a.lo = int(dayOf(lo.AddDate(-1, 0, 0))) // it is under way
	}
	a.exact = a.exact || b.exact
	for hi := day(b.hi).time(); b.hi < a.lo; b.hi = int(dayOf(hi)) {
		hi = hi.AddDate(1, 0, 0)
	}
	a.hi, a.single, a.week, a.role = b.hi, false, false, plain
	b.role = joined
	r.note("dates", b.from, b.to)
}

// dateBefore gives the date before item i when only days and a clock stand between; -1: none.
func (r *reader) dateBefore(i int) int {
	for k := i - 1; k >= 0 && k >= i-3; k-- {
		switch r.items[k].kind {
		case aDate:
			return k
		case someDays, aClock:
		default:
			return -1
		}
	}
	return -1
}

// dates collects the activity's days and the deadline.
func (r *reader) dates(f *Facts) {
	var seen []Dates
	for i := range r.items {
		it := &r.items[i]
		if it.kind != aDate {
			continue
		}
		year := r.yearOf(it)
		lo, hi := day(it.lo).time(), day(it.hi).time()
		switch it.role {
		case deadline:
			if f.Deadline.IsZero() {
				f.Deadline = hi
				r.note("deadline", it.from, it.to)
			}
		case opening:
			seen = append(seen, Dates{From: lo, Year: year})
			r.note("dates", it.from, it.to)
		case closing:
			seen = append(seen, Dates{Through: hi, Year: year})
			r.note("dates", it.from, it.to)
		case plain:
			seen = append(seen, Dates{lo, hi, year})
			r.note("dates", it.from, it.to)
		}
	}
	slices.SortStableFunc(seen, func(a, b Dates) int { return a.first().Compare(b.first()) })
	f.Dates = slices.CompactFunc(seen, func(a, b Dates) bool { return a.From.Equal(b.From) && a.Through.Equal(b.Through) })
}

// justBegun is how many days back a beginning without a year is believed that only a weekday tells of.
const justBegun = 200

// yearOf tells how the year of a date is known. A beginning whose weekday is that of the year before, and not of this one, has been.
func (r *reader) yearOf(it *item) Year {
	w := lowest(it.mask)
	if w < 0 && !it.week {
		w = r.weekdayOf(it.from)
	}
	switch {
	case w < 0 && it.exact:
		return YearKnown
	case w < 0:
		return YearNext
	case day(it.lo).weekday() == w:
		return YearKnown
	}
	if before := dayOf(day(it.lo).time().AddDate(-1, 0, 0)); it.role == opening && !it.exact && before.weekday() == w && before >= r.ref-justBegun {
		it.lo, it.hi = int(before), int(before)
		return YearKnown
	}
	return YearOdd
}

func (d Dates) first() time.Time {
	if d.From.IsZero() {
		return d.Through
	}
	return d.From
}
