package prose

import (
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
)

// sinceLong is the first Monday of 2025. A standing time is counted from there, so that what is stored does not depend on the day
// of the import.
var sinceLong = catalog.Date(2025, time.January, 6)

// Apply fills the fields of r that its source does not state with what its text says, and names them in r.Derived. What the source
// states in a field is never changed, but for a weekly series that the text keeps to odd or even weeks or to the school year. Clock times
// are in zone.
//
// A standing time becomes a series only when nothing more is needed to know its days: it comes back every week or month, or in odd or in even
// weeks, with rests in the schools' holidays or without; not in every other week, nor a number of times. Dates are left alone, since a day without a year would
// become another day on a later import.
func Apply(r *catalog.Record, f Facts, zone *time.Location) {
	derived := func(field string) {
		if !slices.Contains(r.Derived, field) {
			r.Derived = append(r.Derived, field)
		}
	}
	if p := f.Price; p != nil && len(r.Offers) == 0 && (r.Price == nil || r.Price.Min == nil && r.Price.Max == nil && r.Price.Free == catalog.NotStated) {
		price := *p
		if r.Price != nil {
			price.Text, price.Currency = r.Price.Text, r.Price.Currency
		}
		r.Price = &price
		derived("price")
	}
	if f.Age != nil && (r.Age == nil || r.Age.Min == nil && r.Age.Max == nil) {
		age := *f.Age
		r.Age = &age
		derived("age")
	}
	if len(r.Accessibility) == 0 && len(r.Inaccessible) == 0 {
		for _, t := range f.Tags {
			if t.Has {
				r.Accessibility = append(r.Accessibility, t.Code)
				derived("accessibility")
			} else {
				r.Inaccessible = append(r.Inaccessible, t.Code)
				derived("inaccessible")
			}
		}
	}
	if r.Status == "" && f.Status != "" && !(f.StatusDay && (len(r.Schedule.Series) > 0 || len(r.Schedule.Dates) > 1)) {
		r.Status = f.Status
		derived("status")
	}
	dates, whole := f.mark(r, zone)
	if dates {
		derived("schedule")
	}
	if whole {
		derived("status")
	}
	if !r.Schedule.Dated() && r.Kind != catalog.KindEvent && r.Kind != catalog.KindCourse {
		if series := f.standing(zone); len(series) > 0 {
			r.Schedule.Series = series
			derived("schedule")
		}
	} else if f.narrow(r.Schedule.Series, zone) {
		derived("schedule")
	}
}

// narrow keeps the one weekly series that a source states to the weeks in which the text says that it is: odd or even ones, those of the
// school year, and not those in which it rests. It reports whether the text says so.
func (f Facts) narrow(series []catalog.Series, zone *time.Location) bool {
	if len(series) != 1 || f.Long {
		return false
	}
	s := &series[0]
	if len(s.Rules) != 1 || !strings.HasPrefix(s.Rules[0], "FREQ=WEEKLY") || strings.Contains(s.Rules[0], "INTERVAL") {
		return false
	}
	rests := f.except(s, func(d time.Time) bool { return onWeekly(s, d, zone) })
	if s.WeekParity != "" || s.SchoolCalendar || !f.SchoolYear && f.Odd == f.Even {
		return rests
	}
	s.SchoolCalendar = f.SchoolYear
	switch {
	case f.Odd && !f.Even:
		s.WeekParity = catalog.OddWeeks
	case f.Even && !f.Odd:
		s.WeekParity = catalog.EvenWeeks
	}
	return true
}

// standing gives the weekly or monthly series that f says, one for each clock time; none when more than the text is needed.
func (f Facts) standing(zone *time.Location) []catalog.Series {
	rule := f.Rule
	if f.Odd != f.Even {
		rule = strings.Replace(rule, ";INTERVAL=2", "", 1) // the parity says it
	}
	if rule == "" || strings.Contains(rule, "INTERVAL") || strings.Contains(rule, "COUNT") || f.Odd && f.Even || len(f.Dates) > 0 || f.Long || f.Months ||
		!f.Every && f.Start == NoClock && len(f.Slots) == 0 {
		return nil
	}
	out := f.series(rule, zone)
	for i := range out {
		s := &out[i]
		s.SchoolCalendar = f.SchoolYear
		f.except(s, func(d time.Time) bool {
			if strings.HasPrefix(s.Rules[0], "FREQ=MONTHLY") {
				return onRule(s.Rules[0], f.Weekdays, d)
			}
			return onWeekly(s, d, zone)
		})
		switch {
		case f.Odd:
			out[i].WeekParity = catalog.OddWeeks
		case f.Even:
			out[i].WeekParity = catalog.EvenWeeks
		}
	}
	return out
}

// series gives one series for each clock time of a plain rule.
func (f Facts) series(plain string, zone *time.Location) []catalog.Series {
	if len(f.Slots) == 0 {
		if f.Start == NoClock && f.End != NoClock {
			return nil
		}
		return []catalog.Series{at(plain, f.Weekdays, f.Start, f.End, zone)}
	}
	if !strings.HasPrefix(plain, "FREQ=WEEKLY") {
		return nil
	}
	var out []catalog.Series
	done := make([]bool, len(f.Slots))
	for i, s := range f.Slots {
		if done[i] {
			continue
		}
		var mask uint8
		var days []time.Weekday
		for j := i; j < len(f.Slots); j++ {
			if o := f.Slots[j]; o.Start == s.Start && o.End == s.End && o.Date.IsZero() {
				done[j] = true
				mask |= 1 << ((int(o.Weekday) + 6) % 7)
				days = append(days, o.Weekday)
			}
		}
		if mask != 0 {
			out = append(out, at(rule(mask, nil, 0, 0), days, s.Start, s.End, zone))
		}
	}
	return out
}

// at is the series that begins on the first day that rule gives from sinceLong on.
func at(rule string, days []time.Weekday, start, end int, zone *time.Location) catalog.Series {
	first := sinceLong
	for !onRule(rule, days, first) {
		first = first.AddDate(0, 0, 1)
	}
	if start == NoClock {
		return catalog.Series{Start: first, AllDay: true, Rules: []string{rule}}
	}
	clock := func(minutes int) time.Time {
		return catalog.LocalTime(zone, first.Add(time.Duration(minutes)*time.Minute))
	}
	s := catalog.Series{Start: clock(start), Rules: []string{rule}}
	if end != NoClock {
		if end <= start {
			end += 24 * 60
		}
		s.End = clock(end)
	}
	return s
}

// onRule reports whether day is one of the days of a rule that this package wrote.
func onRule(rule string, days []time.Weekday, day time.Time) bool {
	if !slices.Contains(days, day.Weekday()) {
		return false
	}
	_, list, monthly := strings.Cut(rule, "FREQ=MONTHLY;BYDAY=")
	if !monthly {
		return true
	}
	code := codes[(int(day.Weekday())+6)%7]
	left := day.AddDate(0, 1, -day.Day()).Day() - day.Day() // days after it in the month
	for by := range strings.SplitSeq(list, ",") {
		n, ok := strings.CutSuffix(by, code)
		if ok && (n == string(rune('0'+(day.Day()+6)/7)) || n == "-"+string(rune('1'+left/7))) {
			return true
		}
	}
	return false
}
