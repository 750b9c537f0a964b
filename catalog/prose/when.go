package prose

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// shortInterval is the most days of an interval that is one event, not the season of a series.
const shortInterval = 9

// when reads days, recurrence, times, dates and the deadline.
func (r *reader) when(f *Facts) {
	r.dates(f)
	single, season, began := false, false, false
	for i := range r.items {
		switch it := &r.items[i]; {
		case it.kind != aDate || it.role == ignored || it.role == deadline:
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
	var nth []int
	step, back, mixed := 0, false, false // mixed: "hver tirsdag og annenhver torsdag" is no single rule
	parity := r.parity(f)
	for i := range r.items {
		it := &r.items[i]
		if it.kind != someDays || it.role == ignored {
			continue
		}
		d := r.dateOf(i)
		if d != nil && (d.role == deadline || d.role == ignored) || r.unused(it) {
			it.role = ignored
			continue
		}
		if it.week && (single || season) { // "hver dag" of an interval
			if !season {
				it.role = ignored
				continue
			}
		}
		named |= it.mask
		r.note("weekday", it.from, it.to)
		if d != nil && d.single && d.role == plain {
			continue
		}
		if it.plural || it.nth != nil {
			back = true
		}
		if standing != 0 && (it.plural || it.nth != nil) && (it.step != step || (it.nth == nil) != (nth == nil)) {
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
	if step == 0 && r.biweekly() {
		step = 2
	}
	if parity {
		step = 2
		back = true
	}
	if standing != 0 && !mixed && (back || !single || began && !single) {
		f.Rule = rule(standing, nth, step, r.meetings(began))
	}
	f.SchoolYear = r.schoolYear()
	r.times(f)
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
	return r.any(max(lo, it.from-6), it.from, phone) || r.anyWord(it.to, min(hi, it.to+2), "stengt", "stengd") || r.any(max(lo, it.from-2), it.from, besides) && !r.anyWord(it.from-2, it.from, "født", "fødd")
}

// dateOf gives the date that the weekdays of item i stand with: right after them, or before them in brackets.
func (r *reader) dateOf(i int) *item {
	it := &r.items[i]
	for k := i + 1; k < len(r.items) && k <= i+2; k++ {
		d := &r.items[k]
		gap := d.from - it.to
		if d.kind == aDate && !d.week && (gap <= 0 || gap <= 2 && r.only(it.to, d.from, ".", ",", "den", "d", "(", "kveld")) {
			return d
		}
		if d.kind != someDays {
			break
		}
	}
	if i > 0 {
		if d := &r.items[i-1]; d.kind == aDate && !d.week && it.from-d.to <= 1 && (it.from == d.to || r.text_(it.from-1) == "(") && !it.plural {
			return d
		}
	}
	return nil
}

// only reports whether every token of [from, to) is one of words.
func (r *reader) only(from, to int, words ...string) bool {
	for j := from; j < to; j++ {
		if !slices.Contains(words, r.text_(j)) {
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

var codes = [7]string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

func rule(mask uint8, nth []int, step, count int) string {
	var b strings.Builder
	if b.WriteString("FREQ=WEEKLY"); len(nth) > 0 {
		b.Reset()
		b.WriteString("FREQ=MONTHLY")
		step = 0
	}
	if step > 1 {
		b.WriteString(";INTERVAL=" + strconv.Itoa(step))
	}
	if count > 0 {
		b.WriteString(";COUNT=" + strconv.Itoa(count))
	}
	sep := ";BYDAY="
	for _, n := range append(nth, make([]int, 1-min(len(nth), 1))...) {
		for d, code := range codes {
			if mask&(1<<d) == 0 {
				continue
			}
			b.WriteString(sep)
			if sep = ","; n != 0 {
				b.WriteString(strconv.Itoa(n))
			}
			b.WriteString(code)
		}
	}
	return b.String()
}

// parity reads "oddetallsuker", "like veker" and their kin.
func (r *reader) parity(f *Facts) bool {
	odd, even := -1, -1
	for i := range r.t {
		t := &r.t[i]
		if t.kind != word || len(t.text) < 4 {
			continue
		}
		w := t.text
		weeks := strings.HasSuffix(w, "uke") || strings.HasSuffix(w, "uker") || strings.HasSuffix(w, "ukene") || strings.HasSuffix(w, "uka") || strings.HasSuffix(w, "veke") || strings.HasSuffix(w, "veker") || strings.HasSuffix(w, "vekene") || strings.HasSuffix(w, "veka")
		next := r.text_(i + 1)
		nextWeeks := strings.HasPrefix(next, "uke") || strings.HasPrefix(next, "veke")
		if next == "-" {
			nextWeeks = strings.HasPrefix(r.text_(i+2), "uke") || strings.HasPrefix(r.text_(i+2), "veke")
		}
		switch {
		case strings.HasPrefix(w, "oddetal") && (weeks || nextWeeks), strings.HasPrefix(w, "odde") && (weeks || nextWeeks), w == "ulike" && nextWeeks:
			odd = i
		case strings.HasPrefix(w, "partal") && (weeks || nextWeeks), strings.HasPrefix(w, "jamtal") && (weeks || nextWeeks), strings.HasPrefix(w, "jevntal") && (weeks || nextWeeks), w == "like" && nextWeeks, w == "par" && nextWeeks:
			even = i
		case (w == "oddetall" || w == "oddetal" || w == "partall" || w == "partal") && strings.HasPrefix(r.text_(i-1), "uke"):
			if w[0] == 'o' {
				odd = i
			} else {
				even = i
			}
		}
	}
	f.Odd, f.Even = odd >= 0 && even < 0, even >= 0 && odd < 0
	if at := max(odd, even); f.Odd || f.Even {
		r.note("recurrence", at, at+1)
	}
	return f.Odd || f.Even
}

// biweekly reads "annenhver uke", "hver 14. dag" and "hver andre uke" standing apart from the days.
func (r *reader) biweekly() bool {
	for i := range r.t {
		t := &r.t[i]
		next := r.text_(i + 1)
		week := func(s string) bool { return s == "uke" || s == "veke" }
		switch {
		case t.is(alternate) && (week(next) || r.is(i+1, weekday)),
			(t.text == "annen" || t.text == "annan" || t.text == "andre" || t.text == "anna") && r.is(i-1, every) && week(next),
			t.n == 14 && r.is(i-1, every) && (next == "dag" || next == "." && r.text_(i+2) == "dag"),
			t.n == 2 && r.is(i-1, every) && next == "." && week(r.text_(i+2)):
			r.note("recurrence", i, i+2)
			return true
		}
	}
	return false
}

// meetings is how many times a series meets, when the text ties the number to the weekday.
func (r *reader) meetings(began bool) int {
	for i := range r.items {
		c := &r.items[i]
		if c.kind != aCount {
			continue
		}
		if c.plural || !began {
			r.note("recurrence", c.from, c.to)
			return c.lo
		}
		// Only clocks and small words between the days and the number, and no start between.
		for k := i - 1; k >= 0 && c.from-r.items[k].to < 12; k-- {
			if b := &r.items[k]; b.kind == someDays {
				if d := r.dateOf(k); b.plural && (d == nil) && !r.anyStop(b.to, c.from) {
					r.note("recurrence", c.from, c.to)
					return c.lo
				}
				break
			} else if b.kind == aDate {
				break
			}
		}
		if i+1 < len(r.items) {
			if b := &r.items[i+1]; b.kind == someDays && b.plural && b.from-c.to <= 3 && r.dateOf(i+1) == nil {
				r.note("recurrence", c.from, c.to)
				return c.lo
			}
		}
	}
	return 0
}

func (r *reader) anyStop(from, to int) bool {
	for j := from; j < to; j++ {
		if r.stop(j) {
			return true
		}
	}
	return false
}

// schoolYear reads "følger skoleruta" and "ikke i skoleferier".
func (r *reader) schoolYear() bool {
	for i := range r.t {
		w := r.t[i].text
		if r.t[i].kind != word || len(w) < 5 {
			continue
		}
		lo := max(0, i-6)
		school := strings.HasPrefix(w, "skole") || strings.HasPrefix(w, "skule")
		switch {
		case school && (strings.Contains(w, "rut") || strings.HasSuffix(w, "året") && r.anyWord(lo, i, "følger", "følgjer", "fylgjer")):
		case school && strings.Contains(w, "feri") && w != "skoleferie" && w != "skuleferie" || (w == "skoleferie" || w == "skuleferie") && r.any(lo, i, besides|never):
			if !r.resting(lo, i) {
				continue
			}
		case (w == "ferier" || w == "feriene" || w == "feriar" || w == "feriane" || w == "fridager" || w == "fridagar") && (r.resting(lo, i) || strings.HasPrefix(r.text_(i-1), "skole") || strings.HasPrefix(r.text_(i-1), "skule") || r.anyWord(lo, i, "følger", "følgjer")):
		default:
			continue
		}
		r.note("recurrence", i, i+1)
		return true
	}
	return false
}

// resting reports whether a word of [from, to) says that nothing goes on in what follows.
func (r *reader) resting(from, to int) bool {
	return r.any(from, to, never|besides) || r.anyWord(from, to, "fri", "pause", "følger", "følgjer", "fylgjer", "stengt", "unntatt", "hviler", "kviler", "ferie")
}

// dates collects the activity's days and the deadline.
func (r *reader) dates(f *Facts) {
	var starts, ends, seen []Dates
	for i := range r.items {
		it := &r.items[i]
		if it.kind != aDate {
			continue
		}
		lo, hi := day(it.lo).time(), day(it.hi).time()
		switch it.role {
		case deadline:
			if f.Deadline.IsZero() {
				f.Deadline = hi
				r.note("deadline", it.from, it.to)
			}
		case opening:
			starts = append(starts, Dates{From: lo})
			r.note("dates", it.from, it.to)
		case closing:
			ends = append(ends, Dates{Through: hi})
			r.note("dates", it.from, it.to)
		case plain:
			seen = append(seen, Dates{lo, hi})
			r.note("dates", it.from, it.to)
		}
	}
	switch {
	case len(starts) == 1 && len(ends) == 1:
		span := Dates{starts[0].From, ends[0].Through}
		for span.Through.Before(span.From) {
			span.Through = span.Through.AddDate(1, 0, 0)
		}
		seen = append(seen, span)
	default:
		seen = append(append(seen, starts...), ends...)
	}
	slices.SortStableFunc(seen, func(a, b Dates) int { return a.first().Compare(b.first()) })
	f.Dates = slices.Compact(seen)
}

func (d Dates) first() time.Time {
	if d.From.IsZero() {
		return d.Through
	}
	return d.From
}

// group is the days that clocks belong to.
type group struct {
	mask uint8
	date *item
}

// times puts the clocks on their days.
func (r *reader) times(f *Facts) {
	type timed struct {
		group
		lo, hi   int
		from, to int
	}
	var all []timed
	var groups []group
	var pending []int // in all: clocks before any day
	useBeside := true
	for _, it := range r.items {
		if it.kind == aClock && it.role == plain {
			useBeside = false
		}
	}
	open := false // the last item was a day that more days can join
	for i := range r.items {
		it := &r.items[i]
		switch {
		case it.kind == someDays && it.role != ignored:
			if d := r.dateOf(i); d != nil && d.single {
				continue // the date speaks for it
			}
			if open && groups[len(groups)-1].date == nil {
				groups[len(groups)-1].mask |= it.mask
			} else {
				groups = append(groups, group{mask: it.mask})
			}
			open = true
		case it.kind == aDate && it.role == plain && it.single:
			groups = append(groups, group{date: it})
			open = false
		case it.kind == aClock && it.role != ignored && (it.role != beside || useBeside):
			if it.role == closing && it.hi < 0 {
				if n := len(all); n > 0 && all[n-1].hi < 0 && all[n-1].lo >= 0 {
					all[n-1].hi = it.lo
					r.note("time", it.from, it.to)
					continue
				}
				t := timed{lo: -1, hi: it.lo, from: it.from, to: it.to}
				if len(groups) > 0 {
					t.group = groups[len(groups)-1]
				}
				all = append(all, t)
				continue
			}
			t := timed{lo: it.lo, hi: it.hi, from: it.from, to: it.to}
			if len(groups) > 0 {
				t.group = groups[len(groups)-1]
			} else {
				pending = append(pending, len(all))
			}
			all = append(all, t)
			open = false
		}
	}
	if len(groups) > 0 {
		for _, k := range pending {
			all[k].group = groups[0]
		}
	}
	if len(all) == 0 || r.long && len(all) > 2 {
		return
	}
	for _, t := range all {
		r.note("time", t.from, t.to)
	}
	same := true
	for _, t := range all[1:] {
		same = same && t.lo == all[0].lo && t.hi == all[0].hi
	}
	if same {
		f.Start, f.End = all[0].lo, all[0].hi
		return
	}
	// A clock without an end that repeats the start of another says nothing new.
	for _, t := range all {
		if t.lo < 0 {
			continue
		}
		switch {
		case t.date != nil:
			f.Slots = append(f.Slots, Slot{Date: day(t.date.lo).time(), Start: t.lo, End: t.hi})
		default:
			for _, d := range daysOf(t.mask) {
				f.Slots = append(f.Slots, Slot{Weekday: d, Start: t.lo, End: t.hi})
			}
		}
	}
	seen := f.Slots[:0]
	for _, s := range f.Slots {
		if !slices.Contains(seen, s) {
			seen = append(seen, s)
		}
	}
	f.Slots = seen
}
