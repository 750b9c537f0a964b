package prose

import (
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
)

// maxOff is how many days of one interval are looked at in which a series rests.
const maxOff = 400

// except takes out of s the weeks, days and school holidays in which the text says that it rests, of the days those that are one of its
// dates. It reports whether there were any.
func (f Facts) except(s *catalog.Series, on func(day time.Time) bool) (any bool) {
	for _, o := range f.Off {
		if o.Week > 0 {
			if !slices.Contains(s.ExceptWeeks, o.Week) {
				s.ExceptWeeks, any = append(slices.Clip(s.ExceptWeeks), o.Week), true
			}
			continue
		}
		for d, n := o.From, 0; !d.After(o.Through) && n < maxOff; d, n = d.AddDate(0, 0, 1), n+1 {
			if on(d) && !slices.ContainsFunc(s.Except, d.Equal) {
				s.Except, any = append(slices.Clip(s.Except), d), true
			}
		}
	}
	if !s.SchoolCalendar {
		for _, name := range f.Breaks {
			if !slices.Contains(s.ExceptBreaks, name) {
				s.ExceptBreaks, any = append(slices.Clip(s.ExceptBreaks), name), true
			}
		}
	}
	slices.Sort(s.ExceptWeeks)
	slices.SortFunc(s.Except, time.Time.Compare)
	return any
}

// onWeekly reports whether a weekly series has a date on day, by its weekdays, its start and its end.
func onWeekly(s *catalog.Series, day time.Time, zone *time.Location) bool {
	start := s.Start
	if !s.AllDay {
		start = start.In(zone)
	}
	if day.Before(catalog.Date(start.Date())) {
		return false
	}
	on := day.Weekday() == start.Weekday()
	for part := range strings.SplitSeq(s.Rules[0], ";") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "BYDAY":
			on = slices.Contains(strings.Split(value, ","), codes[(int(day.Weekday())+6)%7])
		case "UNTIL":
			if last, err := time.Parse("20060102", value[:min(8, len(value))]); err != nil || day.After(last) {
				return false
			}
		}
	}
	return on
}

// mark gives the dates of r the state that the text says of their day alone, where it can be only one of them. It reports whether any got one;
// that of an only date is the state of r.
func (f Facts) mark(r *catalog.Record, zone *time.Location) (dates, whole bool) {
	s := &r.Schedule
	if len(s.Series) > 0 {
		return false, false
	}
	for _, d := range f.Days {
		at := -1
		for i, o := range s.Dates {
			switch same := d.is(o, zone); {
			case same && at >= 0:
				at = len(s.Dates) // one of several
			case same:
				at = i
			}
		}
		switch {
		case at < 0 || at == len(s.Dates):
		case len(s.Dates) == 1:
			if r.Status == "" && !d.Date.IsZero() {
				r.Status, whole = d.Status, true
			}
		case s.Dates[at].Status == "":
			if !dates {
				s.Dates = slices.Clone(s.Dates)
			}
			s.Dates[at].Status, dates = d.Status, true
		}
	}
	return dates, whole
}

// is reports whether o is on the day of d; the year may be another, since it is seldom written.
func (d DayStatus) is(o catalog.Occurrence, zone *time.Location) bool {
	start := o.Start
	if !o.AllDay {
		start = start.In(zone)
	}
	if d.Date.IsZero() {
		return start.Weekday() == d.Weekday
	}
	return start.Month() == d.Date.Month() && start.Day() == d.Date.Day()
}
