package prose

import (
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
)

// maxDated is the most dates of one text that are taken as those of an event.
const maxDated = 12

// bounds are the days between which a series goes on, as catalog.Date; zero: not stated.
type bounds struct{ first, last time.Time }

// bounds reads the days that begin and end the series of f. It is false when the text has other days than one beside the series, or days that are not
// known: a year that is not written is counted from the day of publication, and is unknown when that is.
func (f Facts) bounds(published bool) (b bounds, ok bool) {
	others := 0
	for _, d := range f.Dates {
		if !d.Through.IsZero() && d.From.Equal(d.Through) {
			others++
			continue
		}
		if d.Year == YearOdd || d.Year == YearNext && !published {
			return b, false
		}
		if !d.From.IsZero() {
			if !b.first.IsZero() {
				return b, false
			}
			b.first = f.begun(d)
		}
		if !d.Through.IsZero() {
			if !b.last.IsZero() || d.Year == YearNext && f.far(d.first()) {
				return b, false
			}
			b.last = d.Through
		}
	}
	return b, others < 2 && (b.first.IsZero() || b.last.IsZero() || !b.last.Before(b.first))
}

// far reports whether a day without a year is so long after the text was read that it is rather one that has been.
func (f Facts) far(d time.Time) bool { return d.After(f.Read.AddDate(0, 0, yearAhead)) }

// begun is the day that d begins, in the year before when that is nearer.
func (f Facts) begun(d Dates) time.Time {
	if d.Year == YearNext && d.Through.IsZero() && f.far(d.From) {
		return d.From.AddDate(-1, 0, 0)
	}
	return d.From
}

// limited puts the end of a series into its rule; false when that is before its first date.
func limited(s *catalog.Series, last time.Time, zone *time.Location) bool {
	if last.IsZero() {
		return true
	}
	day := s.Start
	if !s.AllDay {
		day = s.Start.In(zone)
	}
	if last.Before(catalog.Date(day.Date())) {
		return false
	}
	until := last.Format("20060102")
	if !s.AllDay {
		until = catalog.LocalTime(zone, last.AddDate(0, 0, 1)).Add(-time.Second).UTC().Format("20060102T150405Z")
	}
	s.Rules[0] += ";UNTIL=" + until
	return true
}

// dated gives the dates of something that does not come back, when every one of them is known; that of an activity only when it is one, with a clock.
func (f Facts) dated(kind catalog.Kind, published bool, zone *time.Location) (out []catalog.Occurrence) {
	if f.Rule != "" || f.Every || f.Long || len(f.Dates) == 0 || len(f.Dates) > maxDated || kind != "" && kind != catalog.KindActivity && !kind.NeedsDate() {
		return nil
	}
	if !kind.NeedsDate() && (len(f.Dates) > 1 || f.Start == NoClock || !f.Dates[0].From.Equal(f.Dates[0].Through)) {
		return nil
	}
	for _, d := range f.Dates {
		switch {
		case d.From.IsZero() || d.Through.IsZero() || d.Through.Sub(d.From) >= shortInterval*24*time.Hour, d.Year == YearOdd,
			d.Year == YearNext && (!published || f.far(d.From)):
			return nil
		case !d.From.Equal(d.Through):
			out = append(out, catalog.Occurrence{Start: d.From, End: d.Through, AllDay: true})
			continue
		case len(f.Slots) == 0:
			out = append(out, occurrence(d.From, f.Start, f.End, zone))
			continue
		}
		n := len(out)
		for _, s := range f.Slots {
			if s.Date.Equal(d.From) {
				out = append(out, occurrence(d.From, s.Start, s.End, zone))
			}
		}
		if len(out) == n {
			return nil // its clock is not known
		}
	}
	if len(f.Slots) > 0 && len(out) != len(f.Slots) {
		return nil
	}
	return out
}

// occurrence is a day with clocks in minutes after midnight; one that ends at or before its start ends the next day.
func occurrence(day time.Time, start, end int, zone *time.Location) catalog.Occurrence {
	if start == NoClock {
		return catalog.Occurrence{Start: day, AllDay: true}
	}
	clock := func(minutes int) time.Time {
		return catalog.LocalTime(zone, day.Add(time.Duration(minutes)*time.Minute))
	}
	o := catalog.Occurrence{Start: clock(start)}
	if end != NoClock {
		if end <= start {
			end += 24 * 60
		}
		o.End = clock(end)
	}
	return o
}

// anchored reports whether a rule that needs its first date to be known (every other week, a number of times) has it: the text's own first day is one
// of its days.
func (b bounds) anchored(rule string, days []time.Weekday) bool {
	if !strings.Contains(rule, "INTERVAL") && !strings.Contains(rule, "COUNT") {
		return true
	}
	return !b.first.IsZero() && slices.Contains(days, b.first.Weekday())
}
