package friskus

import (
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors/when"
)

// longest is how long a series may be; Friskus makes at most 300 occurrences of one.
const longest = 5 * 366

func moment(s string, zone *time.Location) (when.Time, error) {
	return when.Parse(s[:min(len(s), 100)], zone)
}

// recurring reports whether start_at and end_at span several occurrences.
func recurring(x Item) bool { return x.Repeats.Value || x.Count.Value > 1 }

// schedule makes a series of a recurrence when it is certain what it means, else the next occurrence and the last day; single says
// that it did the latter. The error is that of start_at.
func (c *connector) schedule(x Item, zone *time.Location) (s catalog.Schedule, single bool, err error) {
	s.Zone = zone.String()
	start, err := moment(x.Start.Value, zone)
	if err != nil {
		return s, false, err
	}
	first := catalog.Occurrence{Start: start.Time, AllDay: start.Day}
	end, err := moment(x.End.Value, zone)
	ended := err == nil && end.Day == start.Day && !end.Time.Before(start.Time)
	if !recurring(x) {
		if ended {
			first.End = end.Time
		}
		s.Dates = []catalog.Occurrence{first}
		return s, false, nil
	}
	if start.Day || !ended {
		s.Dates = []catalog.Occurrence{first}
		if ended {
			s.ValidThrough = end.Time
		}
		return s, true, nil
	}
	p := plan{zone: zone, count: x.Count.Value, start: start.Time.In(zone), last: end.Time.In(zone)}
	p.from, p.to = minutes(p.start), minutes(p.last)
	if p.to <= p.from { // past midnight
		p.lastDay = day(p.last).AddDate(0, 0, -1)
	} else {
		p.lastDay = day(p.last)
	}
	if series, ok := c.series(x.Rule.Value, p); ok {
		s.Series = []catalog.Series{series}
		return s, false, nil
	}
	days := []time.Time{day(p.start)}
	if r := x.Rule.Value; r != nil {
		if added, ok := p.days(r.Added); ok {
			days = append(days, slices.DeleteFunc(added, func(d time.Time) bool { return !d.After(days[0]) })...)
		}
	}
	for _, d := range days {
		from, to := p.at(d)
		s.Dates = append(s.Dates, catalog.Occurrence{Start: from, End: to})
	}
	if len(days) == p.count {
		return s, false, nil
	}
	s.ValidThrough = p.lastDay
	return s, true, nil
}

// plan is what an item says of a recurrence beside its rule.
type plan struct {
	zone        *time.Location
	start, last time.Time // start_at and end_at in zone
	lastDay     time.Time // on which the last occurrence begins
	from, to    int       // minutes after midnight of an occurrence's start and end
	count       int       // occurrences from start to last
}

func minutes(t time.Time) int { return t.Hour()*60 + t.Minute() }

func day(t time.Time) time.Time { return catalog.Date(t.Date()) }

// at is the occurrence that begins on day d; without an end when it would last no time or a whole day.
func (p plan) at(d time.Time) (from, to time.Time) {
	from = when.Clock(d, p.from, p.zone)
	switch {
	case p.to < p.from:
		to = when.Clock(d.AddDate(0, 0, 1), p.to, p.zone)
	case p.to > p.from:
		to = when.Clock(d, p.to, p.zone)
	}
	return from, to
}

// days reads a list of days, or moments of which the day counts.
func (p plan) days(list []string) (out []time.Time, ok bool) {
	if len(list) > catalog.MaxDates {
		return nil, false
	}
	for _, s := range list {
		t, err := moment(s, p.zone)
		if err != nil {
			return nil, false
		}
		if !t.Day {
			t.Time = day(t.Time.In(p.zone))
		}
		if !slices.ContainsFunc(out, t.Time.Equal) {
			out = append(out, t.Time)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out, true
}

// series reads the rule when it is certain: its hours are those of the item, and its weekdays, counted from the one or the other first
// day, give the next occurrence and as many after it as the item counts. The options may name the first day instead.
func (c *connector) series(r *Rule, p plan) (catalog.Series, bool) {
	var none catalog.Series
	if r == nil || !slices.Contains(c.WeeklyCodes, r.Frequency) || len(r.Weekdays) == 0 || r.Zone != "" && r.Zone != p.zone.String() {
		return none, false
	}
	begin, err := moment(r.Start, p.zone)
	added, ok := p.days(r.Added)
	except, ok2 := p.days(r.Except)
	clock := func(t time.Time) string { return t.Format("15:04") }
	switch {
	case err != nil || !begin.Day || !ok || !ok2:
		return none, false
	case !strings.HasPrefix(r.StartTime, clock(p.start)) || !strings.HasPrefix(r.EndTime, clock(p.last)):
		return none, false
	case begin.Time.After(day(p.start)) || p.lastDay.Before(day(p.start)) || p.lastDay.Sub(begin.Time) > longest*24*time.Hour:
		return none, false
	}
	var fits []map[time.Weekday]bool
	for shift, name := range []string{"sunday", "monday"} { // the weekday that is written 0
		if c.FirstWeekday != "" && c.FirstWeekday != name {
			continue
		}
		set := map[time.Weekday]bool{}
		for _, d := range r.Weekdays {
			if d < 0 || d > 6 {
				return none, false
			}
			set[time.Weekday((d+shift)%7)] = true
		}
		if c.proves(set, added, except, p) {
			fits = append(fits, set)
		}
	}
	if len(fits) == 0 || len(fits) == 2 && !same(fits[0], fits[1]) {
		return none, false
	}
	return p.series(fits[0], begin.Time, added, except)
}

func same(a, b map[time.Weekday]bool) bool {
	for d := range a {
		if !b[d] {
			return false
		}
	}
	return len(a) == len(b)
}

// proves reports whether the weekdays fit what the item says: its next occurrence is on one of them, and, unless the options vouch
// for them, there are as many to the end as it counts.
func (c *connector) proves(set map[time.Weekday]bool, added, except []time.Time, p plan) bool {
	taken := func(d time.Time) bool {
		return slices.ContainsFunc(added, d.Equal) || set[d.Weekday()] && !slices.ContainsFunc(except, d.Equal)
	}
	first := day(p.start)
	if c.FirstWeekday != "" {
		return taken(first)
	}
	n := 0
	for d := first; !d.After(p.lastDay); d = d.AddDate(0, 0, 1) {
		if taken(d) {
			n++
		}
	}
	return taken(first) && n == p.count
}

// series begins at the first day of the rule, so that it stays the same from run to run, and ends where Friskus has made no more of it.
func (p plan) series(set map[time.Weekday]bool, begin time.Time, added, except []time.Time) (catalog.Series, bool) {
	for !set[begin.Weekday()] || slices.ContainsFunc(except, begin.Equal) {
		if begin = begin.AddDate(0, 0, 1); begin.After(p.lastDay) {
			return catalog.Series{}, false
		}
	}
	var names []string
	for _, d := range []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday} {
		if set[d] {
			names = append(names, strings.ToUpper(d.String()[:2]))
		}
	}
	until := catalog.LocalTime(p.zone, p.lastDay.AddDate(0, 0, 1)).Add(-time.Second).UTC()
	s := catalog.Series{Rules: []string{"FREQ=WEEKLY;BYDAY=" + strings.Join(names, ",") + ";UNTIL=" + until.Format("20060102T150405Z")}}
	s.Start, s.End = p.at(begin)
	for _, d := range added {
		if !set[d.Weekday()] && d.After(begin) {
			s.Added = append(s.Added, when.Clock(d, p.from, p.zone))
		}
	}
	for _, d := range except {
		if set[d.Weekday()] && d.After(begin) {
			s.Except = append(s.Except, when.Clock(d, p.from, p.zone))
		}
	}
	return s, true
}
