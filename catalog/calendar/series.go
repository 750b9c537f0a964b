package calendar

import (
	"slices"
	"time"

	"fritidshub/catalog"
)

// expansion is one series made ready for deriving occurrences.
type expansion struct {
	*catalog.Series
	zone   *time.Location
	clock  clock
	start  moment
	length time.Duration
	rules  []rule
	// out are the ids that the rules must not give: excepted, or replaced by an override.
	out       map[int64]bool // by Unix second
	outDays   map[int]bool
	following []shift // by id, ascending
	school    *SchoolCalendar
	// before and after are how many days an occurrence can begin outside a window and yet be seen in it.
	before, after int
}

// shift is an override of all occurrences from one on.
type shift struct {
	id       int64
	days     int
	seconds  int
	override catalog.Occurrence
}

func (c Calendar) expansion(s *catalog.Series, zone *time.Location) *expansion {
	x := newExpansion(s, zone)
	if s.SchoolCalendar || len(s.ExceptBreaks) > 0 {
		x.school = c.School
	}
	return x
}

func newExpansion(s *catalog.Series, zone *time.Location) *expansion {
	x := &expansion{Series: s, zone: zone, clock: clock{zone: zone}, start: momentIn(s.Start, s.AllDay, zone)}
	if s.End.After(s.Start) {
		x.length = s.End.Sub(s.Start)
	}
	for _, text := range s.Rules {
		if r, err := parseRule(text); err == nil {
			if s.AllDay {
				r.byHour, r.byMinute, r.bySecond = nil, nil, nil
			}
			r.parity = s.WeekParity
			x.rules = append(x.rules, r)
		}
	}
	longest, moved := x.length, 0
	if len(s.Except)+len(s.Overrides) > 0 {
		x.out, x.outDays = map[int64]bool{}, map[int]bool{}
	}
	for _, t := range s.Except {
		x.drop(t)
	}
	for _, o := range s.Overrides {
		id := x.drop(o.ID)
		if !o.Following {
			continue
		}
		to, at := momentIn(o.Occurrence.Start, o.Occurrence.AllDay, zone), momentIn(o.ID, s.AllDay || x.isDay(o.ID), zone)
		if x.isDay(o.ID) {
			at.second = x.start.second
		}
		x.following = append(x.following, shift{id, to.day - at.day, to.second - at.second, o.Occurrence})
		longest = max(longest, o.Occurrence.End.Sub(o.Occurrence.Start))
		moved = max(moved, to.day-at.day, at.day-to.day)
	}
	slices.SortFunc(x.following, func(a, b shift) int { return int(a.id - b.id) })
	x.before = min(int(longest/(24*time.Hour))+moved+2, maxPad)
	x.after = min(moved+2, maxPad)
	return x
}

// drop keeps the rules from giving the occurrence of that id, and returns the id as an instant.
func (x *expansion) drop(id time.Time) int64 {
	if x.isDay(id) {
		day := momentOf(id.UTC()).day
		x.outDays[day] = true
		return x.clock.at(moment{day, 0}).Unix()
	}
	x.out[id.Unix()] = true
	return id.Unix()
}

// isDay tells whether t, in a series with clock times, is a calendar day: midnight UTC, and not at the clock of the series.
func (x *expansion) isDay(t time.Time) bool {
	return !x.AllDay && momentOf(t.UTC()).second == 0 && momentIn(t, false, x.zone).second != x.start.second
}

func momentIn(t time.Time, allDay bool, zone *time.Location) moment {
	if allDay {
		return moment{day: momentOf(t.UTC()).day}
	}
	return momentOf(t.In(zone))
}

// each gives keep every occurrence that begins on the days lo to hi (hi excluded), and all added ones and overrides. It stops
// at most occurrences that keep wanted of one rule (0: no bound) and reports whether it did.
func (x *expansion) each(lo, hi, most int, keep func(catalog.Occurrence) bool) (more bool) {
	for _, o := range x.Overrides {
		keep(local(o.Occurrence, x.zone))
	}
	if !x.isOut(x.Start, x.start) && !x.rests(x.start.day) {
		keep(x.occurrence(x.Start, x.start))
	}
	for _, t := range x.Added {
		if m := momentIn(t, x.AllDay, x.zone); !x.isOut(t, m) {
			keep(x.occurrence(t, m))
		}
	}
	for i := range x.rules {
		more = x.eachOf(&x.rules[i], lo, hi, most, keep) || more
	}
	return more
}

func (x *expansion) eachOf(r *rule, lo, hi, most int, keep func(catalog.Occurrence) bool) (more bool) {
	until := x.until(r)
	if !until.IsZero() {
		hi = min(hi, momentOf(until.In(x.zone)).day+2)
	}
	n := 0
	for m := range r.walk(x.start, lo, hi) {
		id := m.wall()
		if x.AllDay {
			id = catalog.Date(id.Date())
		} else if id = x.clock.at(m); !id.After(x.Start) {
			continue
		}
		if !until.IsZero() && id.After(until) {
			return false
		}
		if x.isOut(id, m) || x.rests(m.day) {
			continue
		}
		if most > 0 && n == most {
			return true
		}
		if keep(x.occurrence(id, m)) {
			n++
		}
	}
	return false
}

// until gives the last instant (or the last day) at which r may give an occurrence.
func (x *expansion) until(r *rule) time.Time {
	t := r.until
	switch {
	case t.IsZero():
		return t
	case x.AllDay && r.untilForm == untilUTC:
		return catalog.Date(t.In(x.zone).Date())
	case x.AllDay:
		return catalog.Date(t.Date())
	case r.untilForm == untilUTC:
		return t
	case r.untilForm == untilLocal:
		return catalog.LocalTime(x.zone, t)
	}
	return catalog.LocalTime(x.zone, t.AddDate(0, 0, 1)).Add(-1)
}

func (x *expansion) isOut(id time.Time, m moment) bool {
	return x.out != nil && (x.out[id.Unix()] || x.outDays[m.day])
}

// rests tells whether the series as a whole leaves out that day.
func (x *expansion) rests(day int) bool {
	if x.WeekParity != "" || len(x.ExceptWeeks) > 0 {
		if week := isoWeek(day); !x.WeekParity.Has(week) || slices.Contains(x.ExceptWeeks, week) {
			return true
		}
	}
	if x.school == nil {
		return false
	}
	name := x.school.at(day)
	return name != "" && (x.SchoolCalendar || slices.Contains(x.ExceptBreaks, name))
}

func (x *expansion) occurrence(id time.Time, m moment) catalog.Occurrence {
	o := catalog.Occurrence{Start: id, AllDay: x.AllDay, Status: x.Status}
	if !x.AllDay {
		o.Start = id.In(x.zone)
	}
	if x.length > 0 {
		o.End = o.Start.Add(x.length)
	}
	unix := id.Unix()
	for i := len(x.following) - 1; i >= 0; i-- {
		if s := &x.following[i]; s.id <= unix {
			return s.move(o, m, x)
		}
	}
	return o
}

// move gives the occurrence as the override of an earlier one says: moved as far and as long as that.
func (s *shift) move(o catalog.Occurrence, m moment, x *expansion) catalog.Occurrence {
	to := s.override
	o.AllDay, o.Status, o.URL, o.Title, o.Place, o.End = to.AllDay, to.Status, to.URL, to.Title, to.Place, time.Time{}
	wall := moment{m.day + s.days, m.second + s.seconds}.wall()
	if o.AllDay {
		o.Start = catalog.Date(wall.Date())
	} else {
		o.Start = x.clock.at(momentOf(wall))
	}
	if to.End.After(to.Start) {
		o.End = o.Start.Add(to.End.Sub(to.Start))
	}
	return o
}

// tail gives keep the last occurrences, and reports false when there is no last one.
func (x *expansion) tail(keep func(catalog.Occurrence) bool) bool {
	x.each(0, 0, 0, keep)
	for i := range x.rules {
		r := &x.rules[i]
		until := x.until(r)
		switch {
		case r.count > 0:
			x.eachOf(r, x.start.day, lastDay, 0, keep)
		case until.IsZero():
			for range r.walk(x.start, x.start.day, lastDay) {
				return false
			}
		default:
			hi, found := min(momentOf(until.In(x.zone)).day+2, lastDay), false
			for lo, back := hi, 64; !found && lo > x.start.day; back *= 4 {
				lo = hi - back
				x.eachOf(r, lo, hi, 0, func(o catalog.Occurrence) bool {
					found = true
					return keep(o)
				})
			}
		}
	}
	return true
}

// clock turns moments into instants as catalog.LocalTime does, and remembers the offset of the zone while it holds.
type clock struct {
	zone   *time.Location
	offset int64
	lo, hi int64 // the wall clock, as seconds, between which offset is certain
}

func (c *clock) at(m moment) time.Time {
	wall := int64(m.day)*86400 + int64(m.second)
	if wall >= c.lo && wall < c.hi {
		return time.Unix(wall-c.offset, 0).In(c.zone)
	}
	t := catalog.LocalTime(c.zone, m.wall())
	_, offset := t.Zone()
	const margin = 26 * 3600
	c.offset, c.lo, c.hi = int64(offset), -1<<62, 1<<62
	from, to := t.ZoneBounds()
	if !from.IsZero() {
		c.lo = from.Unix() + c.offset + margin
	}
	if !to.IsZero() {
		c.hi = to.Unix() + c.offset - margin
	}
	return t
}
