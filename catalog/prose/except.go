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

// mark gives the dates of s the state that the text says of their day alone, where it can be only one of them. It reports whether any got one.
func (f Facts) mark(s *catalog.Schedule, zone *time.Location) (any bool) {
	if len(s.Series) > 0 || len(s.Dates) < 2 {
		return false
	}
	for _, d := range f.Days {
		at := -1
		for i, o := range s.Dates {
			start := o.Start
			if !o.AllDay {
				start = start.In(zone)
			}
			same := start.Weekday() == d.Weekday
			if !d.Date.IsZero() { // the year may be another: it was not written
				same = start.Month() == d.Date.Month() && start.Day() == d.Date.Day()
			}
			switch {
			case same && at >= 0:
				at = len(s.Dates) // one of several
			case same:
				at = i
			}
		}
		if at >= 0 && at < len(s.Dates) && s.Dates[at].Status == "" {
			if !any {
				s.Dates = slices.Clone(s.Dates)
			}
			s.Dates[at].Status, any = d.Status, true
		}
	}
	return any
}
