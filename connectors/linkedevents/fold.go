package linkedevents

import (
	"slices"
	"time"

	"fritidshub/catalog"
)

// fold makes the dates of a recurring event of its sub-events, which are then no events of their own. One whose sub-events are not
// in the list is a standing offer from its first day to its last: its start and end span the whole row of dates.
func (w *walk) fold() []*catalog.Record {
	at := map[string]int{}
	for i, f := range w.found {
		if f.recurring {
			at[f.NativeID] = i
		}
	}
	dates := map[int][]catalog.Occurrence{}
	rest := make([]int, 0, len(w.found))
	for i, f := range w.found {
		parent, ok := at[f.parent]
		if !ok || f.recurring || len(f.Schedule.Dates) == 0 {
			rest = append(rest, i)
			continue
		}
		dates[parent] = append(dates[parent], occurrence(f.Record, w.found[parent].Record))
	}
	records := make([]*catalog.Record, 0, len(rest))
	for _, i := range rest {
		f := w.found[i]
		if !f.recurring {
			records = append(records, &f.Record)
			continue
		}
		span := f.Schedule.Dates
		f.Schedule.Dates = dates[i]
		slices.SortStableFunc(f.Schedule.Dates, func(x, y catalog.Occurrence) int { return x.Start.Compare(y.Start) })
		if len(f.Schedule.Dates) == 0 {
			f.Kind = catalog.KindActivity
			if len(span) == 1 {
				f.Schedule.ValidFrom, f.Schedule.ValidThrough = w.days(span[0], f.Schedule)
			}
		} else {
			f.Schedule.ValidThrough = time.Time{}
		}
		records = append(records, &f.Record)
	}
	return records
}

// days are the first and last day of a span; the last is zero when it is not known.
func (w *walk) days(o catalog.Occurrence, s catalog.Schedule) (from, through time.Time) {
	if o.AllDay {
		return o.Start, o.End
	}
	from, through = day(o.Start.In(w.a.zone)), s.ValidThrough
	if !o.End.IsZero() {
		through = day(o.End.In(w.a.zone))
	}
	return from, through
}

// occurrence is a sub-event as one date of its super event; it says what is its own.
func occurrence(sub, of catalog.Record) catalog.Occurrence {
	o := sub.Schedule.Dates[0]
	o.Status = sub.Status
	if sub.Title != of.Title {
		o.Title = sub.Title
	}
	if sub.URL != of.URL {
		o.URL = sub.URL
	}
	if p := sub.Place; p != nil && p.Name != "" && (of.Place == nil || of.Place.Name != p.Name) {
		o.Place = p.Name
	}
	return o
}
