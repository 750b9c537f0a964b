package listfile

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/cell"
)

func (e *entry) schedule(v *listing) catalog.Schedule {
	s := catalog.Schedule{Text: v.When, ValidFrom: e.day("valid_from", v.ValidFrom), ValidThrough: e.day("valid_through", v.ValidThrough)}
	for i, w := range v.Weekly {
		if series, ok := e.series(fmt.Sprintf("weekly[%d]", i), w); ok {
			s.Series = append(s.Series, series)
		}
	}
	for i, d := range v.Dates {
		s.Dates = append(s.Dates, e.date(fmt.Sprintf("dates[%d]", i), d))
	}
	if s.Dated() {
		s.Zone = e.Source.Zone.String()
	}
	return s
}

func (e *entry) day(field, s string) time.Time {
	m := read(e, field, s, cell.ParseMoment)
	if m.Wall.IsZero() {
		return time.Time{}
	}
	return m.Day(e.Source.Zone)
}

func (e *entry) clock(field, s string) cell.Clock {
	if strings.TrimSpace(s) == "" {
		return cell.NoClock
	}
	return read(e, field, s, cell.ParseClock)
}

func (e *entry) series(field string, w weekly) (catalog.Series, bool) {
	slot := cell.Slot{Weekdays: read(e, field+".weekdays", w.Weekdays, cell.ParseWeekdays),
		From: e.clock(field+".from", w.From), To: e.clock(field+".to", w.To),
		First: e.day(field+".first", w.First), Last: e.day(field+".last", w.Last)}
	for _, x := range w.Except {
		slot.Except = append(slot.Except, e.span(field+".except", x)...)
	}
	if e.err != nil {
		return catalog.Series{}, false
	}
	series, err := slot.Series(e.Source.Zone)
	if err != nil {
		e.fail(field, err)
	}
	return series, err == nil
}

// maxSpan is the most days that one exception may cover.
const maxSpan = 200

// span reads a day, or "2026-12-21/2027-01-03" with both ends.
func (e *entry) span(field, s string) (days []time.Time) {
	a, b, two := strings.Cut(strings.Replace(s, " til ", "/", 1), "/")
	if strings.Count(s, "/") > 1 { // 24/12/2026
		a, two = s, false
	}
	first := e.day(field, a)
	last := first
	if two {
		last = e.day(field, b)
	}
	if e.err == nil && (first.IsZero() || last.Before(first) || last.Sub(first) > maxSpan*24*time.Hour) {
		e.fail(field, fmt.Errorf("«%s» er ikke en dag, eller en første og siste dag med høyst %d dager mellom", catalog.CleanText(s, 60), maxSpan))
	}
	for ; e.err == nil && !first.After(last); first = first.AddDate(0, 0, 1) {
		days = append(days, first)
	}
	return days
}

// date reads one occurrence. An end may be a clock alone; without clocks it is whole days, the last one included.
func (e *entry) date(field string, d date) catalog.Occurrence {
	zone := e.Source.Zone
	start := read(e, field+".start", d.Start, cell.ParseMoment)
	out := catalog.Occurrence{Status: read(e, field+".status", d.Status, cell.Status), URL: read(e, field+".url", d.URL, e.link)}
	if start.Wall.IsZero() {
		e.fail(field+".start", errors.New("datoen mangler start"))
		return out
	}
	end := cell.Moment{}
	if c, err := cell.ParseClock(d.End); err == nil && start.Timed && !start.Zoned {
		day := start.Day(zone)
		if end = (cell.Moment{Wall: day.Add(time.Duration(c) * time.Minute), Timed: true}); !end.Wall.After(start.Wall) {
			end.Wall = end.Wall.AddDate(0, 0, 1)
		}
	} else {
		end = read(e, field+".end", d.End, cell.ParseMoment)
	}
	switch {
	case !start.Timed:
		out.AllDay, out.Start = true, start.Day(zone)
		if !end.Wall.IsZero() {
			out.End = end.Day(zone)
		}
	default:
		out.Start = start.In(zone)
		if !end.Wall.IsZero() {
			if out.End = end.In(zone); !end.Timed {
				out.End = catalog.LocalTime(zone, end.Wall.AddDate(0, 0, 1))
			}
		}
	}
	if !out.End.IsZero() && out.End.Before(out.Start) {
		e.fail(field, errors.New("slutten er før starten"))
	}
	return out
}
