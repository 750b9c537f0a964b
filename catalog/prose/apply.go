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
// A scheme has no price: the sums in its text are what it gives.
//
// A standing time becomes a series, between the days that the text says, only when nothing more is needed to know its days: it comes back every week or month,
// or in odd or in even weeks; in every other week, or a number of times, only from a first day that is known. A course or an event has an end too.
// The dates of what has none become those that the text says. A year that is not written is known by the weekday beside the day, or counted from r.Modified;
// without that the day would become another one on a later import, and gives nothing.
func Apply(r *catalog.Record, f Facts, zone *time.Location) {
	derived := func(field string) {
		if !slices.Contains(r.Derived, field) {
			r.Derived = append(r.Derived, field)
		}
	}
	if p := f.Price; p != nil && r.Kind != catalog.KindScheme && len(r.Offers) == 0 && (r.Price == nil || r.Price.Min == nil && r.Price.Max == nil && r.Price.Free == catalog.NotStated) {
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
	if r.LowThreshold == catalog.NotStated && f.LowThreshold != catalog.NotStated {
		r.LowThreshold = f.LowThreshold
		derived("low_threshold")
	}
	if r.EquipmentLoan == catalog.NotStated && f.EquipmentLoan != catalog.NotStated {
		r.EquipmentLoan = f.EquipmentLoan
		derived("equipment_loan")
	}
	published := !r.Modified.IsZero()
	if !r.Schedule.Dated() {
		if dates := f.dated(r.Kind, published, zone); len(dates) > 0 {
			r.Schedule.Dates = dates
			derived("schedule")
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
	if !r.Schedule.Dated() {
		if series := f.standing(r.Kind, published, zone); len(series) > 0 {
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
func (f Facts) standing(kind catalog.Kind, published bool, zone *time.Location) []catalog.Series {
	rule := f.Rule
	if f.Odd != f.Even {
		rule = strings.Replace(rule, ";INTERVAL=2", "", 1) // the parity says it
	}
	if rule == "" || f.Odd && f.Even || f.Long || f.Months || !f.Every && f.Start == NoClock && len(f.Slots) == 0 {
		return nil
	}
	between, ok := f.bounds(published)
	ends := !between.last.IsZero() || strings.Contains(rule, "COUNT")
	if !ok || !between.anchored(rule, f.Weekdays) || f.Limited && !ends || kind.NeedsDate() && (between.first.IsZero() || !ends) {
		return nil
	}
	out := f.series(rule, between.first, zone)
	for i := range out {
		if !limited(&out[i], between.last, zone) {
			return nil
		}
	}
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

// series gives one series for each clock time of a plain rule, from first on, or from long ago when that is zero.
func (f Facts) series(plain string, first time.Time, zone *time.Location) []catalog.Series {
	if len(f.Slots) == 0 {
		if f.Start == NoClock && f.End != NoClock {
			return nil
		}
		return []catalog.Series{at(plain, f.Weekdays, first, f.Start, f.End, zone)}
	}
	if !strings.HasPrefix(plain, "FREQ=WEEKLY;BYDAY") {
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
			out = append(out, at(rule(mask, nil, 0, 0), days, first, s.Start, s.End, zone))
		}
	}
	return out
}

// at is the series that begins on the first day that rule gives from first on, or from sinceLong on when that is zero.
func at(rule string, days []time.Weekday, first time.Time, start, end int, zone *time.Location) catalog.Series {
	if first.IsZero() {
		first = sinceLong
	}
	for !onRule(rule, days, first) {
		first = first.AddDate(0, 0, 1)
	}
	o := occurrence(first, start, end, zone)
	return catalog.Series{Start: o.Start, End: o.End, AllDay: o.AllDay, Rules: []string{rule}}
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
	list, _, _ = strings.Cut(list, ";")
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
