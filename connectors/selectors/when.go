package selectors

import (
	"fmt"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/cell"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/connectors/when"
)

// schedule reads weekdays as a weekly series from start to end, and otherwise each start as one date.
func (r *reading) schedule() catalog.Schedule {
	zone := r.source.Zone
	for _, field := range []string{"start", "end"} {
		if err := r.Faults[field]; err != nil {
			r.fail(field, err)
		}
	}
	var dates []catalog.Occurrence
	for _, s := range r.Values["start"] {
		o, odd, err := occurrence(s, r.source)
		if err != nil {
			r.fail("start", err)
			return catalog.Schedule{}
		}
		if odd != "" {
			r.notes = append(r.notes, markup.Note{Where: r.Where, Text: strings.TrimSpace(odd)})
		}
		dates = append(dates, o)
	}
	from, to := cell.NoClock, cell.NoClock
	if s := r.get("time"); s != "" {
		var err error
		if from, to, err = cell.ParseClocks(s); err != nil {
			r.fail("time", err)
		}
	}
	if len(dates) == 1 {
		r.end(&dates[0])
	}
	if r.err != nil {
		return catalog.Schedule{}
	}
	if s := r.get("weekday"); s != "" {
		return r.weekly(s, dates, from, to)
	}
	kind := r.source.Kind
	if len(dates) == 1 && dates[0].AllDay && !dates[0].End.IsZero() && kind != "" && !kind.NeedsDate() {
		return catalog.Schedule{ValidFrom: dates[0].Start, ValidThrough: dates[0].End, Text: r.get("time")} // open between two days
	}
	s := catalog.Schedule{Zone: zone.String()}
	for _, o := range dates {
		join(&s, catalog.Schedule{Dates: []catalog.Occurrence{clocked(o, from, to, zone)}})
	}
	if len(dates) == 0 {
		return catalog.Schedule{Text: r.get("time")}
	}
	return s
}

func (r *reading) weekly(s string, dates []catalog.Occurrence, from, to cell.Clock) catalog.Schedule {
	week, err := cell.ParseWeekdays(s)
	if err != nil {
		r.fail("weekday", err)
		return catalog.Schedule{}
	}
	slot := cell.Slot{Weekdays: week, From: from, To: to}
	if len(dates) > 0 {
		slot.First = calendarDay(dates[0].Start, dates[0].AllDay, r.source.Zone)
	}
	if len(dates) > 0 && !dates[0].AllDay && from == cell.NoClock {
		slot.From = minutesOf(dates[0].Start, r.source.Zone)
	}
	if len(dates) > 0 && !dates[0].End.IsZero() {
		last := dates[0].End
		if !dates[0].AllDay { // a moment just before midnight when only the day was written
			last = last.Add(-time.Second)
		}
		slot.Last = calendarDay(last, dates[0].AllDay, r.source.Zone)
	}
	series, err := slot.Series(r.source.Zone)
	if err != nil {
		r.fail("weekday", err)
		return catalog.Schedule{}
	}
	return catalog.Schedule{Zone: r.source.Zone.String(), Series: []catalog.Series{series}}
}

func calendarDay(t time.Time, allDay bool, zone *time.Location) time.Time {
	if allDay {
		return t
	}
	t = t.In(zone)
	return catalog.Date(t.Year(), t.Month(), t.Day())
}

// occurrence reads what one element says of when: a moment, or a day or a range of days with a clock. Words around a single date are
// passed over; a second date that does not belong to it is an error.
func occurrence(s string, source connectors.Source) (o catalog.Occurrence, odd string, err error) {
	zone := source.Zone
	if t, err := when.Parse(s, zone); err == nil {
		return catalog.Occurrence{Start: t.Time, AllDay: t.Day}, "", nil
	}
	span, from, rest, ok := when.Find(s, time.Time{})
	if ok && strings.Contains(s[from:rest], "/") && when.MonthFirst(source.Language, "") {
		return o, "", fmt.Errorf("«%s» kan være måneden først eller dagen først; skriv layout", catalog.CleanText(s, 80))
	}
	if y := when.Yearless(s); !ok && y != "" {
		return o, "", fmt.Errorf("«%s» mangler årstall; velg et element som har det", catalog.CleanText(y, 40))
	}
	if !ok {
		return o, "", fmt.Errorf("«%s» er ingen dato med dag, måned og år; velg et annet element, eller skriv regexp eller layout", catalog.CleanText(s, 80))
	}
	if _, _, _, more := when.Find(s[rest:], time.Time{}); more {
		return o, "", fmt.Errorf("«%s» har flere datoer; velg ut én med css eller regexp", catalog.CleanText(s, 80))
	}
	o = catalog.Occurrence{Start: span.From, AllDay: true}
	if span.To.After(span.From) {
		o.End = span.To
	}
	return clocked(o, clockOf(span.Start), clockOf(span.End), zone), span.Odd, nil
}

func clockOf(minutes int) cell.Clock {
	if minutes < 0 {
		return cell.NoClock
	}
	return cell.Clock(minutes)
}

// clocked gives whole days a clock. An end at or before the start of the same day is on the next one.
func clocked(o catalog.Occurrence, from, to cell.Clock, zone *time.Location) catalog.Occurrence {
	if !o.AllDay || from == cell.NoClock {
		return o
	}
	last := o.Start
	if !o.End.IsZero() {
		last = o.End
	}
	out := catalog.Occurrence{Start: when.Clock(o.Start, int(from), zone)}
	switch {
	case to != cell.NoClock:
		out.End = when.Clock(last, int(to), zone)
		if !out.End.After(out.Start) {
			out.End = when.Clock(last.AddDate(0, 0, 1), int(to), zone)
		}
	case last.After(o.Start):
		out.End = catalog.LocalTime(zone, last.AddDate(0, 0, 1))
	}
	return out
}

// end reads the field end: a moment, a date or a clock.
func (r *reading) end(o *catalog.Occurrence) {
	s, zone := r.get("end"), r.source.Zone
	if s == "" {
		return
	}
	if clock, err := cell.ParseClock(s); err == nil {
		if o.AllDay {
			r.skip("end", fmt.Errorf("«%s» er et klokkeslett, men starten har ikke noe", catalog.CleanText(s, 40)))
			return
		}
		*o = clocked(catalog.Occurrence{Start: calendarDay(o.Start, false, zone), AllDay: true}, minutesOf(o.Start, zone), clock, zone)
		return
	}
	e, _, err := occurrence(s, r.source)
	if err != nil {
		r.fail("end", err)
		return
	}
	day := calendarDay(e.Start, e.AllDay, zone)
	switch {
	case !e.AllDay && !o.AllDay:
		o.End = e.Start
	case o.AllDay:
		o.End = day
	case day.After(calendarDay(o.Start, false, zone)):
		o.End = catalog.LocalTime(zone, day.AddDate(0, 0, 1))
	}
	switch {
	case !o.End.IsZero() && o.End.Before(o.Start):
		r.fail("end", fmt.Errorf("slutten «%s» er før starten", catalog.CleanText(s, 40)))
	case o.End.Equal(o.Start):
		o.End = time.Time{}
	}
}

func minutesOf(t time.Time, zone *time.Location) cell.Clock {
	t = t.In(zone)
	return cell.Clock(t.Hour()*60 + t.Minute())
}
