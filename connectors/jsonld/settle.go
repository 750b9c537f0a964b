package jsonld

import (
	"slices"

	"fritidshub/catalog"
	"fritidshub/connectors/markup"
)

// settle makes native ids unique, whatever the order of the page. Events that share an id, a title and a place are one event on
// several dates; events that share an id but are different things get ids derived of title, place and start.
func settle(records []catalog.Record) []catalog.Record {
	what := func(r *catalog.Record) string {
		place := catalog.Place{}
		if r.Place != nil {
			place = *r.Place
		}
		return catalog.Fold(r.Title) + "\x00" + catalog.Fold(place.Name+" "+place.Address)
	}
	first := map[string]string{}
	shared := map[string]bool{}
	for i := range records {
		r := &records[i]
		if w, ok := first[r.NativeID]; ok && w != what(r) {
			shared[r.NativeID] = true
		}
		first[r.NativeID] = what(r)
	}
	var out []catalog.Record
	at := map[string]int{}
	for _, r := range records {
		if shared[r.NativeID] {
			r.NativeID, r.IDDerived = markup.DerivedID(&r), true
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
