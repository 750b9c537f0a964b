package calendar

import (
	"cmp"
	"math/bits"
	"slices"
	"time"

	"fritidshub/catalog"
)

// The kinds of phrase.
const (
	byWeek = iota
	byDays
	byMonth
	byYear
)

const (
	allWeek  = 1<<7 - 1
	workWeek = 1<<5 - 1
	// workday is the weekday of an nthDay that means any of Monday to Friday.
	workday = 7
	// mostTimes is how many times of a day are said, mostNamed how many single days a series is said to leave out or to have beside.
	mostTimes = 4
	mostNamed = 4
	// mostCounted is how many dates a series may have for their number to be said.
	mostCounted = 20
	// mostToEnd is how many dates a rule may count for its last one to be said; it takes years to get there.
	mostToEnd = 2000
)

// phrase is one rule of a series without its language. Days are day numbers.
type phrase struct {
	kind     int
	interval int
	weekdays uint8 // byWeek: bit 0 for Monday
	parity   catalog.WeekParity
	nth      []nthDay // byMonth, byYear
	days     []int    // of the month, -1 for its last
	month    int      // byYear
	season   uint16   // months, see season
	spans    []clocks
	count    int // of its dates, when it is to be said; 0: not
	tail
}

// tail is what bounds a series.
type tail struct {
	start        int // its first day
	first, until int // the first day that is not over; until 0: no end
	wholeMonth   bool
	school       bool
	weeks        []int
	breaks       []int // places in catalog.SchoolBreaks
	not          []int
	but          []catalog.Occurrence // moved on their day
	also         []catalog.Occurrence
	vague        bool // there are more exceptions than can be named
}

// phrases gives the rules of a series, false when one cannot be said rightly.
func (x *expansion) phrases(hubZone *time.Location, today int) (out []phrase, ok bool) {
	if len(x.rules) == 0 || len(x.rules) != len(x.Rules) || len(x.following) > 0 || x.Status.Or() != catalog.StatusScheduled || !sameWall(x, hubZone) {
		return nil, false
	}
	given := x.start.day < today || x.rests(x.start.day) || x.isOut(x.Start, x.start)
	for i := range x.rules {
		r := &x.rules[i]
		c := r.complete(x.start)
		p, ok := c.phrase()
		if !ok {
			return nil, false
		}
		if p.spans, ok = x.spans(&c); !ok {
			return nil, false
		}
		if n := int(x.length / (24 * time.Hour)); x.AllDay && n > 0 {
			if p.kind != byWeek || p.interval > 1 || bits.OnesCount8(p.weekdays) > 1 || n > 6 {
				return nil, false
			}
			for d := range n {
				p.weekdays |= 1 << ((weekdayOf(x.start.day) + d + 1) % 7)
			}
		}
		given = given || c.match(x.start.day, weekdayOf(x.start.day)) && slices.Contains(c.times(x.start), x.start.second)
		p.tail = x.tailOf(r, &c, today)
		p.count = x.counted(r, &p)
		out = append(out, p)
	}
	return out, given
}

// phrase says on which days c falls.
func (c *completed) phrase() (p phrase, ok bool) {
	p = phrase{interval: c.interval, parity: c.parity, season: season(c.byMonth)}
	if len(c.byYearDay)+len(c.byWeekNo) > 0 {
		return p, false
	}
	plain := len(c.nth)+len(c.byMonthDay)+len(c.bySetPos) == 0
	switch {
	case plain && (c.freq == weekly || c.interval == 1):
		p.kind, p.weekdays = byWeek, c.mask
		return p, p.interval == 1 || p.parity == ""
	case c.parity != "":
		return p, false
	case plain && c.freq == daily && c.mask == allWeek:
		p.kind = byDays
		return p, true
	case c.freq == yearly:
		p.kind, p.season = byYear, 0
		if c.interval > 1 || len(c.byMonth) != 1 {
			return p, false
		}
		p.month = c.byMonth[0]
	case c.freq == monthly:
		p.kind = byMonth
	default:
		return p, false
	}
	if len(c.byDay) == 0 && len(c.bySetPos) == 0 {
		p.days = c.byMonthDay
		last := len(p.days) == 1 && p.days[0] == -1 && p.kind == byMonth
		leapDay := p.month == 2 && slices.Contains(p.days, 29)
		return p, last || !leapDay && p.days[0] > 0 && (p.kind == byYear && len(p.days) == 1 || p.days[len(p.days)-1] <= 28)
	}
	p.nth = slices.Clone(c.nth)
	switch {
	case len(c.byMonthDay) > 0:
		return p, false
	case len(c.bySetPos) > 0:
		weekday := bits.TrailingZeros8(c.mask)
		if c.mask == workWeek {
			weekday = workday
		} else if bits.OnesCount8(c.mask) != 1 {
			return p, false
		}
		if len(p.nth) > 0 {
			return p, false
		}
		for _, n := range c.bySetPos {
			p.nth = append(p.nth, nthDay{n, weekday})
		}
	case c.mask != 0:
		return p, false
	}
	fromEnd := func(d nthDay) int { // the last ones come last
		if d.n < 0 {
			return 100 + d.n
		}
		return d.n
	}
	slices.SortFunc(p.nth, func(a, b nthDay) int {
		return cmp.Or(cmp.Compare(fromEnd(a), fromEnd(b)), cmp.Compare(a.weekday, b.weekday))
	})
	return p, true
}

// season gives months as a mask, bit 1 for January; 0 for none and for all.
func season(months []int) (mask uint16) {
	if len(months) == 12 {
		return 0
	}
	for _, m := range months {
		mask |= 1 << m
	}
	return mask
}

// spans gives the times of a day, none for days as a whole; false for what lasts a day or longer, or has too many times.
func (x *expansion) spans(c *completed) (out []clocks, ok bool) {
	if x.AllDay {
		return nil, true
	}
	times := c.times(x.start)
	if x.length >= 24*time.Hour || len(times) > mostTimes {
		return nil, false
	}
	length := floorMod(momentOf(x.End.In(x.zone)).second-x.start.second, midnight)
	for _, second := range times {
		span := clocks{second, -1}
		if x.length > 0 {
			if span.to = (second + length) % midnight; span.to == 0 {
				span.to = midnight
			}
		}
		out = append(out, span)
	}
	return out, true
}

// tailOf bounds what r gives.
func (x *expansion) tailOf(r *rule, c *completed, today int) tail {
	out := tail{start: -1, school: x.SchoolCalendar, weeks: x.ExceptWeeks}
	for i, name := range catalog.SchoolBreaks() {
		if slices.Contains(x.ExceptBreaks, name) && !x.SchoolCalendar {
			out.breaks = append(out.breaks, i)
		}
	}
	x.eachOf(r, x.start.day, lastDay, 1, func(o catalog.Occurrence) bool {
		if out.start < 0 {
			out.start = momentIn(o.Start, o.AllDay, x.zone).day
		}
		return true
	})
	if !x.rests(x.start.day) && !x.isOut(x.Start, x.start) && (c.match(x.start.day, weekdayOf(x.start.day)) || out.start < 0) {
		out.start = x.start.day
	}
	out.first = max(out.start, today)
	out.until = x.lastDayOf(r)
	if out.until > 0 {
		out.wholeMonth = r.fillsMonth(x.start, out.until)
	}
	leave := func(day int) {
		if day >= out.first && (out.until == 0 || day <= out.until) && c.match(day, weekdayOf(day)) && !x.rests(day) && !slices.Contains(out.not, day) {
			out.not = append(out.not, day)
		}
	}
	dayOf := func(t time.Time) int {
		if x.isDay(t) {
			return momentOf(t.UTC()).day
		}
		return momentIn(t, x.AllDay, x.zone).day
	}
	for _, t := range x.Except {
		leave(dayOf(t))
	}
	for _, o := range x.Overrides {
		to, was := o.Occurrence, dayOf(o.ID)
		now := momentIn(to.Start, to.AllDay, x.zone)
		switch {
		case to.Status == catalog.StatusCancelled:
			leave(was)
		case now.day != was:
			leave(was)
			if now.day >= today {
				out.also = append(out.also, to)
			}
		case was >= today && (to.AllDay != x.AllDay || now.second != x.start.second || to.End.Sub(to.Start) != x.length && !to.End.IsZero()):
			out.but = append(out.but, local(to, x.zone))
		}
	}
	for _, t := range x.Added {
		m := momentIn(t, x.AllDay, x.zone)
		if m.day < today || x.isOut(t, m) {
			continue
		}
		o := catalog.Occurrence{Start: t, AllDay: x.AllDay}
		if x.length > 0 {
			o.End = t.Add(x.length)
		}
		out.also = append(out.also, o)
	}
	slices.Sort(out.not)
	if len(out.not) > mostNamed || len(out.but) > mostNamed {
		out.not, out.but, out.vague = nil, nil, true
	}
	return out
}

// lastDayOf gives the last day that r's source names or counts to, 0 when it goes on or counts to more than mostToEnd.
func (x *expansion) lastDayOf(r *rule) (day int) {
	last := x.until(r)
	switch {
	case r.count > mostToEnd:
		return 0
	case r.count > 0:
		x.eachOf(r, x.start.day, lastDay, 0, func(o catalog.Occurrence) bool {
			day = momentIn(o.Start, o.AllDay, x.zone).day
			return true
		})
		return max(day, x.start.day)
	case last.IsZero():
		return 0
	case x.AllDay:
		return momentOf(last).day
	}
	m := momentOf(last.In(x.zone))
	if m.second < x.start.second {
		m.day--
	}
	return m.day
}

// fillsMonth reports whether a series until day lasts as long as its month has a date for it: "ut mai".
func (r *rule) fillsMonth(start moment, day int) bool {
	y, m, d := moment{day: day}.wall().Date()
	length, _ := lengths(y, m)
	if r.freq < monthly && d <= length-7 || r.freq == yearly {
		return false
	}
	endless := *r
	endless.count = 0
	for range endless.walk(start, day+1, day+length-d+1) {
		return false
	}
	return true
}

// counted gives how many dates a plain weekly series has that was stated by their number, 0 for every other.
func (x *expansion) counted(r *rule, p *phrase) int {
	if r.count == 0 || r.count > 2*mostCounted || p.kind != byWeek || p.interval > 1 || bits.OnesCount8(p.weekdays) > 1 || p.parity != "" || p.season != 0 || p.school ||
		len(p.weeks)+len(p.breaks)+len(p.not)+len(p.but)+len(p.also)+len(p.spans) > max(1, len(p.spans)) || len(p.spans) > 1 || p.vague || len(x.rules) > 1 {
		return 0
	}
	n := 0
	x.each(x.start.day, min(p.until+1, lastDay), 0, func(catalog.Occurrence) bool { n++; return true })
	if n > mostCounted {
		return 0
	}
	return n
}

// sameWall tells whether the clocks of the hub show the same all year as those of the series.
func sameWall(x *expansion, hubZone *time.Location) bool {
	for _, t := range []time.Time{x.Start, x.Start.AddDate(0, 6, 0)} {
		_, a := t.In(x.zone).Zone()
		_, b := t.In(hubZone).Zone()
		if a != b && !x.AllDay {
			return false
		}
	}
	return true
}
