package jsonld

import (
	"slices"

	"fritidshub/catalog"
	"fritidshub/connectors/markup"
)

// settle makes native ids unique, whatever the order of the page. Events that share an id and a title, at one place as far as they say,
// are one event on several dates; events that share an id but are different things get ids derived of title, place and start.
// The records are overwritten.
func settle(records []*catalog.Record) []*catalog.Record {
	titles, places := map[string]string{}, map[string]string{}
	shared := map[string]bool{}
	for _, r := range records {
		differs(titles, shared, r.NativeID, catalog.Fold(r.Title))
		if p := r.Place; p != nil {
			differs(places, shared, r.NativeID, catalog.Fold(p.Name+" "+p.Address))
		}
	}
	out := records[:0]
	at := map[string]int{}
	for _, r := range records {
		if shared[r.NativeID] {
			r.NativeID, r.IDDerived = markup.DerivedID(r), true
		}
		if i, ok := at[r.NativeID]; ok {
			join(&out[i].Schedule, r.Schedule)
			continue
		}
		at[r.NativeID] = len(out)
		out = append(out, r)
	}
	return out
}

// differs marks an id as shared when a second value of it is not the first.
func differs(first map[string]string, shared map[string]bool, id, value string) {
	switch known, ok := first[id]; {
	case value == "":
	case !ok:
		first[id] = value
	case known != value:
		shared[id] = true
	}
}

// join adds the dates of another event of the same name, place and id.
func join(to *catalog.Schedule, from catalog.Schedule) {
	for _, o := range from.Dates {
		if !slices.ContainsFunc(to.Dates, func(x catalog.Occurrence) bool { return x.AllDay == o.AllDay && x.Start.Equal(o.Start) }) {
			to.Dates = append(to.Dates, o)
		}
	}
	slices.SortStableFunc(to.Dates, func(x, y catalog.Occurrence) int { return x.Start.Compare(y.Start) })
	for _, s := range from.Series {
		if !slices.ContainsFunc(to.Series, func(x catalog.Series) bool { return x.Start.Equal(s.Start) }) {
			to.Series = append(to.Series, s)
		}
	}
}
