package calendar

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// maxSteps bounds the work on one rule, counted in days examined and moments found, so that the same rule gives the same answer on every
// machine: 684 years of daily examination, some milliseconds.
const maxSteps = 250_000

// moment is a wall clock: a day number (days since 1 January 1970) and the second of that day.
type moment struct{ day, second int }

func (m moment) compare(o moment) int {
	return cmp.Or(cmp.Compare(m.day, o.day), cmp.Compare(m.second, o.second))
}

func (m moment) wall() time.Time { return time.Unix(int64(m.day)*86400+int64(m.second), 0).UTC() }

func momentOf(t time.Time) moment {
	y, mo, d := t.Date()
	h, mi, s := t.Clock()
	return moment{dayNumber(y, mo, d), h*3600 + mi*60 + s}
}

var lastDay = dayNumber(9999, time.December, 31)

func dayNumber(y int, m time.Month, d int) int {
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func floorMod(a, b int) int { return (a%b + b) % b }

// weekdayOf counts from Monday = 0; 1 January 1970 was a Thursday.
func weekdayOf(day int) int { return floorMod(day+3, 7) }

// walk gives the moments of r after start, in order, on the days lo to hi (hi excluded), as RFC 5545 section 3.3.10 defines
// them for a series that begins at start, in the weeks of its parity. COUNT counts start as the first; UNTIL is left to the caller.
func (r *rule) walk(start moment, lo, hi int) iter.Seq[moment] {
	return func(yield func(moment) bool) {
		r := r.complete(start)
		times := r.times(start)
		left := r.count
		if r.parity.Has(isoWeek(start.day)) {
			left--
		}
		k := 0
		if r.count == 0 {
			k = r.firstPeriod(start.day, lo)
		}
		var set []moment
		for steps := 0; steps < maxSteps; k++ {
			a, b := r.period(start.day, k)
			if a >= hi || a > lastDay {
				return
			}
			steps += b - a + len(set)
			if len(r.bySetPos) == 0 {
				a = max(a, start.day)
				if r.count == 0 {
					a = max(a, lo)
				}
			}
			set = set[:0]
			weekday := weekdayOf(a)
			for day := a; day < b; day++ {
				matches := r.match(day, weekday)
				if weekday++; weekday == 7 {
					weekday = 0
				}
				if matches {
					for _, second := range times {
						set = append(set, moment{day, second})
					}
				}
			}
			for _, m := range r.pick(set) {
				if m.compare(start) <= 0 {
					continue
				}
				if r.count > 0 {
					if left == 0 {
						return
					}
					left--
				}
				if m.day >= hi {
					return
				}
				if m.day >= lo && !yield(m) {
					return
				}
			}
		}
	}
}

// completed is a rule with what it left to the start of its series filled in, made ready for matching days.
type completed struct {
	rule
	mask     uint8 // weekdays, bit 0 for Monday; nth days aside
	nthMask  uint8 // weekdays of nth
	nth      []nthDay
	calendar bool // where the day lies in its month or year matters
}

func (r *rule) complete(start moment) completed {
	c := completed{rule: *r}
	if r.parity != "" && r.freq == weekly && r.interval == 2 {
		c.interval = 1
	}
	if len(r.byMonthDay) == 0 && len(r.byYearDay) == 0 && len(r.byDay) == 0 {
		_, m, d := start.wall().Date()
		switch {
		case r.freq == weekly, r.freq == yearly && len(r.byWeekNo) > 0:
			c.byDay = []nthDay{{weekday: weekdayOf(start.day)}}
		case r.freq == yearly && len(r.byMonth) == 0:
			c.byMonth, c.byMonthDay = []int{int(m)}, []int{d}
		case r.freq == yearly, r.freq == monthly:
			c.byMonthDay = []int{d}
		}
	}
	for _, d := range c.byDay {
		if d.n == 0 || r.freq < monthly || len(r.byWeekNo) > 0 {
			c.mask |= 1 << d.weekday
		} else {
			c.nthMask |= 1 << d.weekday
			c.nth = append(c.nth, d)
		}
	}
	if len(c.byDay) == 0 {
		c.mask = 1<<7 - 1
	}
	c.calendar = c.dated() || c.parity != ""
	return c
}

// dated reports whether c names months, or days or weeks of the month or year.
func (c *completed) dated() bool {
	return len(c.byMonth)+len(c.byMonthDay)+len(c.byYearDay)+len(c.byWeekNo)+len(c.nth) > 0
}

// times gives the seconds of the day, ascending.
func (c *completed) times(start moment) []int {
	or := func(list []int, one int) []int {
		if len(list) == 0 {
			return []int{one}
		}
		return list
	}
	var out []int
	for _, h := range or(c.byHour, start.second/3600) {
		for _, m := range or(c.byMinute, start.second/60%60) {
			for _, s := range or(c.bySecond, start.second%60) {
				out = append(out, h*3600+m*60+s)
			}
		}
	}
	return out
}

// period gives the days of the k-th period, the one of start being number 0.
func (c *completed) period(start, k int) (a, b int) {
	switch c.freq {
	case daily:
		a = start + k*c.interval
		return a, a + 1
	case weekly:
		a = start - floorMod(weekdayOf(start)-c.weekStart, 7) + 7*k*c.interval
		return a, a + 7
	}
	y, m, _ := moment{day: start}.wall().Date()
	if c.freq == monthly {
		m += time.Month(k * c.interval)
		return dayNumber(y, m, 1), dayNumber(y, m+1, 1)
	}
	y += k * c.interval
	return dayNumber(y, 1, 1), dayNumber(y+1, 1, 1)
}

// firstPeriod gives the number of a period that is not after day, as near to it as can be told at once.
func (c *completed) firstPeriod(start, day int) int {
	if day <= start {
		return 0
	}
	switch c.freq {
	case daily:
		return (day - start) / c.interval
	case weekly:
		return (day - start) / (7 * c.interval)
	}
	y0, m0, _ := moment{day: start}.wall().Date()
	y1, m1, _ := moment{day: day}.wall().Date()
	if c.freq == monthly {
		return ((y1-y0)*12 + int(m1-m0)) / c.interval
	}
	return (y1 - y0) / c.interval
}

// match tells whether c gives day, which is that weekday.
func (c *completed) match(day, weekday int) bool {
	if (c.mask|c.nthMask)&(1<<weekday) == 0 {
		return false
	}
	if !c.calendar {
		return true
	}
	if c.parity != "" && !c.parity.Has(isoWeek(day)) {
		return false
	}
	t := moment{day: day}.wall()
	y, m, d := t.Date()
	if len(c.byMonth) > 0 && !slices.Contains(c.byMonth, int(m)) {
		return false
	}
	monthLen, yearLen := lengths(y, m)
	if len(c.byMonthDay) > 0 && !slices.Contains(c.byMonthDay, d) && !slices.Contains(c.byMonthDay, d-monthLen-1) {
		return false
	}
	if n := t.YearDay(); len(c.byYearDay) > 0 && !slices.Contains(c.byYearDay, n) && !slices.Contains(c.byYearDay, n-yearLen-1) {
		return false
	}
	if len(c.byWeekNo) > 0 {
		week, weeks := weekNumber(day, y, c.weekStart)
		if !slices.Contains(c.byWeekNo, week) && !slices.Contains(c.byWeekNo, week-weeks-1) {
			return false
		}
	}
	if c.mask&(1<<weekday) != 0 {
		return true
	}
	pos, length := d, monthLen
	if c.freq == yearly && len(c.byMonth) == 0 {
		pos, length = t.YearDay(), yearLen
	}
	return slices.Contains(c.nth, nthDay{(pos-1)/7 + 1, weekday}) || slices.Contains(c.nth, nthDay{-((length-pos)/7 + 1), weekday})
}

// lengths gives the days of a month and of its year.
func lengths(y int, m time.Month) (month, year int) {
	leap := 0
	if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
		leap = 1
	}
	if m == time.February {
		return 28 + leap, 365 + leap
	}
	return 30 + int(m+m/8)%2, 365 + leap
}

// isoWeek gives the number of a day's week in ISO 8601, 1 to 53.
func isoWeek(day int) int {
	thursday := day - weekdayOf(day) + 3
	return (moment{day: thursday}.wall().YearDay()-1)/7 + 1
}

// weekNumber gives the number of day's week and how many weeks its week-year has. Week 1 is the first with four days or more
// in the year (RFC 5545 section 3.3.10, BYWEEKNO).
func weekNumber(day, year, weekStart int) (week, weeks int) {
	first := func(y int) int {
		jan4 := dayNumber(y, time.January, 4)
		return jan4 - floorMod(weekdayOf(jan4)-weekStart, 7)
	}
	a, b := first(year), first(year+1)
	switch {
	case day < a:
		a, b = first(year-1), a
	case day >= b:
		a, b = b, first(year+2)
	}
	return (day-a)/7 + 1, (b - a) / 7
}

// pick applies BYSETPOS to the moments of one period.
func (c *completed) pick(set []moment) []moment {
	if len(c.bySetPos) == 0 {
		return set
	}
	var out []moment
	for _, p := range c.bySetPos {
		if p < 0 {
			p += len(set) + 1
		}
		if p >= 1 && p <= len(set) {
			out = append(out, set[p-1])
		}
	}
	slices.SortFunc(out, moment.compare)
	return slices.Compact(out)
}
