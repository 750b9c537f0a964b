package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// maxRule is the longest recurrence rule in bytes.
const maxRule = 1_000

// believed reports whether t is in the years that are believed, where it was written and in UTC.
func believed(t time.Time) bool {
	return min(t.Year(), t.UTC().Year()) >= FirstYear && max(t.Year(), t.UTC().Year()) <= LastYear
}

// stored gives a time in the form in which it is stored: a calendar day as Date gives it, an instant in whole seconds with an offset
// that RFC 3339 can hold; the zero time for one that is not believed.
func stored(t time.Time, day bool) time.Time {
	if !believed(t) {
		return time.Time{}
	}
	if day {
		return Date(t.Date())
	}
	if _, offset := t.Zone(); offset%60 != 0 || max(offset, -offset) >= 24*60*60 {
		t = t.UTC()
	}
	return t.Truncate(time.Second)
}

// schedule sorts and bounds the times; it returns why a record without any believable date cannot be used.
func (n *normaliser) schedule() string {
	s := &n.r.Schedule
	had := s.Dated()
	s.Zone = CleanText(s.Zone, 64)
	s.Dates = slices.DeleteFunc(s.Dates, func(o Occurrence) bool { return n.unbelievable(o.Start) })
	for i := range s.Dates {
		n.occurrence(&s.Dates[i])
	}
	slices.SortFunc(s.Dates, compareOccurrences)
	s.Dates = newest(n, "datoer", slices.CompactFunc(s.Dates, sameTime))
	s.Series = slices.DeleteFunc(s.Series, func(x Series) bool { return n.unbelievable(x.Start) })
	if len(s.Series) > MaxRules {
		n.warn("%d gjentakelser, bare %d er med", len(s.Series), MaxRules)
		s.Series = s.Series[:MaxRules]
	}
	for i := range s.Series {
		n.series(&s.Series[i])
	}
	s.ValidFrom, s.ValidThrough = stored(s.ValidFrom, true), stored(s.ValidThrough, true)
	if !s.ValidFrom.IsZero() && !s.ValidThrough.IsZero() && s.ValidThrough.Before(s.ValidFrom) {
		n.warn("første dag er etter siste dag og er utelatt")
		s.ValidFrom = time.Time{}
	}
	if len(s.Dates) == 0 {
		s.Dates = nil
	}
	if len(s.Series) == 0 {
		s.Series = nil
	}
	switch {
	case s.Dated():
		return ""
	case had:
		return fmt.Sprintf("datoen er utenfor %d–%d", FirstYear, LastYear)
	case n.r.Kind.NeedsDate():
		return "oppføringen har ingen dato"
	}
	return ""
}

func (n *normaliser) unbelievable(start time.Time) bool {
	if believed(start) {
		return false
	}
	n.warn("en dato utenfor %d–%d er utelatt", FirstYear, LastYear)
	return true
}

func (n *normaliser) occurrence(o *Occurrence) {
	o.Start, o.End = stored(o.Start, o.AllDay), n.end(o.Start, o.End, o.AllDay)
	if !o.PreviousStart.IsZero() {
		if o.PreviousStart = stored(o.PreviousStart, o.AllDay); o.PreviousStart.Equal(o.Start) {
			o.PreviousStart = time.Time{}
		}
	}
	o.Status = storedStatus(o.Status)
	n.address("occurrences.url", &o.URL)
	o.Title, o.Place = CleanText(o.Title, MaxTitle), CleanText(o.Place, MaxTitle)
}

// end is the stored form of the end of what begins at start, zero when it cannot be right.
func (n *normaliser) end(start, end time.Time, day bool) time.Time {
	if end.IsZero() {
		return end
	}
	if !believed(end) || stored(end, day).Before(stored(start, day)) {
		n.warn("slutten er før starten eller utenfor %d–%d og er utelatt", FirstYear, LastYear)
		return time.Time{}
	}
	return stored(end, day)
}

func storedStatus(s Status) Status {
	if s == StatusScheduled || !s.Valid() {
		return ""
	}
	return s
}

func (n *normaliser) series(x *Series) {
	x.Start, x.End = stored(x.Start, x.AllDay), n.end(x.Start, x.End, x.AllDay)
	x.Status = storedStatus(x.Status)
	var rules []string
	for _, rule := range x.Rules {
		switch rule = CleanText(rule, 0); {
		case rule == "" || slices.Contains(rules, rule):
		case len(rule) > maxRule || len(rules) == MaxRules:
			n.warn("en regel for gjentakelse er for lang, eller det er flere enn %d; den er utelatt", MaxRules)
		default:
			rules = append(rules, rule)
		}
	}
	x.Rules = rules
	if x.WeekParity != OddWeeks && x.WeekParity != EvenWeeks {
		x.WeekParity = ""
	}
	x.ExceptWeeks, x.ExceptBreaks = storedWeeks(x.ExceptWeeks), storedBreaks(x.ExceptBreaks)
	x.Added, x.Except = n.times(x.Added, x.AllDay), n.times(x.Except, x.AllDay)
	x.Overrides = slices.DeleteFunc(x.Overrides, func(o Override) bool { return n.unbelievable(o.ID) || n.unbelievable(o.Occurrence.Start) })
	for i := range x.Overrides {
		o := &x.Overrides[i]
		o.ID = stored(o.ID, x.AllDay)
		n.occurrence(&o.Occurrence)
	}
	slices.SortStableFunc(x.Overrides, func(a, b Override) int { return a.ID.Compare(b.ID) })
	x.Overrides = newest(n, "endrede datoer", x.Overrides)
}

// storedWeeks keeps the numbers that a week can have, sorted, each once.
func storedWeeks(weeks []int) []int {
	weeks = slices.DeleteFunc(slices.Clone(weeks), func(n int) bool { return n < 1 || n > 53 })
	slices.Sort(weeks)
	if weeks = slices.Compact(weeks); len(weeks) == 0 {
		return nil
	}
	return weeks
}

// storedBreaks keeps the school holidays that are known, sorted, each once.
func storedBreaks(names []string) (out []string) {
	for _, name := range SchoolBreaks() {
		if slices.Contains(names, name) {
			out = append(out, name)
		}
	}
	return out
}

// times cleans, sorts and bounds single times of a series.
func (n *normaliser) times(in []time.Time, day bool) []time.Time {
	var out []time.Time
	for _, t := range in {
		if !n.unbelievable(t) {
			out = append(out, stored(t, day))
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	out = slices.CompactFunc(out, time.Time.Equal)
	return newest(n, "enkeltdatoer", out)
}

// newest keeps the last MaxDates of a sorted list.
func newest[T any](n *normaliser, what string, list []T) []T {
	if len(list) <= MaxDates {
		return list
	}
	n.warn("%d %s, bare de siste %d er med", len(list), what, MaxDates)
	return list[len(list)-MaxDates:]
}

// compareOccurrences orders by time, and what says more about the same time before what says less.
func compareOccurrences(a, b Occurrence) int {
	allDay := func(o Occurrence) int {
		if o.AllDay {
			return 0
		}
		return 1
	}
	return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End), cmp.Compare(allDay(a), allDay(b)), cmp.Compare(b.Status, a.Status), cmp.Compare(b.URL, a.URL), b.PreviousStart.Compare(a.PreviousStart))
}

func sameTime(a, b Occurrence) bool {
	return a.Start.Equal(b.Start) && a.End.Equal(b.End) && a.AllDay == b.AllDay
}
