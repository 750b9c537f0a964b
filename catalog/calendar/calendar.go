// Package calendar derives the occurrences of a schedule from its dates and recurrence rules (RFC 5545), and says it in words.
package calendar

import (
	"slices"
	"time"

	"fritidshub/catalog"
)

// The horizon within which occurrences are derived, from now.
const (
	HorizonAhead = 400 * 24 * time.Hour
	HorizonBack  = 31 * 24 * time.Hour
)

// MaxPerRule is how many occurrences one rule gives in one call.
const MaxPerRule = 1000

// maxPad is the longest occurrence, in days, that is found when it began before the window.
const maxPad = 3660

// Calendar is what occurrences are derived by at one place. A Hub makes it.
type Calendar struct {
	Zone   *time.Location  // the hub's
	School *SchoolCalendar // nil: when the schools are closed is not known, and nothing is left out for it
}

// Expand is Calendar.Expand where no school calendar is known.
func Expand(s catalog.Schedule, hubZone *time.Location, from, to time.Time, max int) (occ []catalog.Occurrence, more bool) {
	return Calendar{Zone: hubZone}.Expand(s, from, to, max)
}

// Ends is Calendar.Ends where no school calendar is known.
func Ends(s catalog.Schedule, hubZone *time.Location) time.Time {
	return Calendar{Zone: hubZone}.Ends(s)
}

// Expand gives the occurrences of s that overlap [from, to), sorted by start, without duplicates: at most max of them
// (0: no bound) and at most MaxPerRule of one rule. More says that a bound cut some off. Times are in the zone of s, or in
// c.Zone when it names none; all-day ones are days as catalog.Date gives them.
//
// A series' own start counts, and what its rules give, unless it is excepted, in a week that the series leaves out, or on a day on which
// it rests with the schools; COUNT counts what is excepted so, but not the weeks of the other parity. In a series with clock times an Except or an Override.ID that is a
// catalog.Date means that day. Overrides replace the occurrence that they name and count also when no rule gives it. Rules that
// CheckRule refuses give nothing.
func (c Calendar) Expand(s catalog.Schedule, from, to time.Time, max int) (occ []catalog.Occurrence, more bool) {
	zone := zoneOf(s, c.Zone)
	keep := func(o catalog.Occurrence) bool {
		a, b := o.Span(zone)
		if !a.Before(to) || !b.After(from) && (b.After(a) || a.Before(from)) {
			return false
		}
		occ = append(occ, o)
		return true
	}
	for _, o := range s.Dates {
		keep(local(o, zone))
	}
	for i := range s.Series {
		x := c.expansion(&s.Series[i], zone)
		occ = slices.Grow(occ, 64)
		lo, hi := momentOf(from.In(zone)).day-x.before, momentOf(to.In(zone)).day+x.after
		more = x.each(lo, hi, MaxPerRule, keep) || more
	}
	byStart := func(a, b catalog.Occurrence) int {
		if d := instant(a, zone).Compare(instant(b, zone)); d != 0 {
			return d
		}
		return a.End.Compare(b.End)
	}
	if !slices.IsSortedFunc(occ, byStart) {
		slices.SortStableFunc(occ, byStart)
	}
	occ = slices.CompactFunc(occ, func(a, b catalog.Occurrence) bool {
		return a.AllDay == b.AllDay && a.Start.Equal(b.Start) && a.End.Equal(b.End)
	})
	if max > 0 && len(occ) > max {
		return occ[:max:max], true
	}
	return occ, more
}

// Ends gives the end of the last occurrence of s, its start when no end is stated, midnight after the last day when it is an
// all-day one. When every occurrence is excepted, it is the start of the last series. It is zero when s has no date and when a rule
// goes on without end. ValidThrough does not matter to it.
func (c Calendar) Ends(s catalog.Schedule) time.Time {
	zone := zoneOf(s, c.Zone)
	var end time.Time
	keep := func(o catalog.Occurrence) bool {
		if _, b := o.Span(zone); b.After(end) {
			end = b
		}
		return true
	}
	for _, o := range s.Dates {
		keep(local(o, zone))
	}
	for i := range s.Series {
		if !c.expansion(&s.Series[i], zone).tail(keep) {
			return time.Time{}
		}
	}
	if end.IsZero() {
		for i := range s.Series {
			if start := s.Series[i].Start; start.After(end) {
				end = start
			}
		}
	}
	return end
}

func zoneOf(s catalog.Schedule, hubZone *time.Location) *time.Location {
	if s.Zone == "" || s.Zone == hubZone.String() {
		return hubZone
	}
	if zone, err := time.LoadLocation(s.Zone); err == nil {
		return zone
	}
	return hubZone
}

func local(o catalog.Occurrence, zone *time.Location) catalog.Occurrence {
	if o.AllDay {
		return o
	}
	o.Start = o.Start.In(zone)
	if !o.End.IsZero() {
		o.End = o.End.In(zone)
	}
	return o
}

func instant(o catalog.Occurrence, zone *time.Location) time.Time {
	if o.AllDay {
		return catalog.LocalTime(zone, o.Start)
	}
	return o.Start
}
