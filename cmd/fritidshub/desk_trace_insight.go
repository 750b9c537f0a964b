package main

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"fritidshub/api"
	"fritidshub/api/console"
	"fritidshub/store"
)

// shownAsked is how many of each thing that was asked for a page shows.
const shownAsked = 30

// Insight implements console.Insights.
func (d *desk) Insight(ctx context.Context, days int) (*console.Insight, error) {
	today := d.now()
	first := today.AddDate(0, 0, 1-days)
	read := func(name string) ([]store.Sum, error) {
		return d.hub.store.DailySums(ctx, name, first.Format(time.DateOnly), today.Format(time.DateOnly))
	}
	in := &console.Insight{}
	searches, err := read(api.AskedSearch)
	if err != nil {
		return nil, err
	}
	byDay := map[string]int64{}
	for _, s := range searches {
		byDay[s.Day] += s.N
	}
	for day := first; !day.After(today); day = day.AddDate(0, 0, 1) {
		in.Days = append(in.Days, console.DayCount{Day: day, N: byDay[day.Format(time.DateOnly)]})
	}
	in.Ways = d.summed(searches, 1, func(way string) string { return wayWords[way] })
	vain, err := read(api.AskedInVain)
	if err != nil {
		return nil, err
	}
	in.Vain = d.summed(vain, enough, func(words string) string { return words })
	filters, err := read(api.AskedFilter)
	if err != nil {
		return nil, err
	}
	in.Filters = d.summed(filters, 1, d.filterWords)
	from, err := read(api.AskedFrom)
	in.From = d.summed(from, enough, func(host string) string { return host })
	return in, err
}

var wayWords = map[string]string{"page": "Hubens egne sider", "element": "Elementer på nettsider", "program": "Programmer (det åpne API-et)"}

// summed puts the days together: what was asked for at least least times, the most frequent first.
func (d *desk) summed(sums []store.Sum, least int64, text func(value string) string) []console.Count {
	n := map[string]int64{}
	for _, s := range sums {
		n[s.Value] += s.N
	}
	var list []console.Count
	for value, n := range n {
		if n >= least {
			list = append(list, console.Count{Text: cmp.Or(text(value), value), Value: value, N: n})
		}
	}
	slices.SortFunc(list, func(a, b console.Count) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Text, b.Text)) })
	return list[:min(len(list), shownAsked)]
}

// filterWords says which filter was used, and with which value.
func (d *desk) filterWords(asked string) string {
	name, value, one := strings.Cut(asked, "=")
	switch words := d.filterName(name); {
	case !one:
		return words
	case name == "when" && d.words.Has("quick."+value):
		return words + ": " + strings.ToLower(d.words.T("quick."+value))
	default:
		return words + ": " + d.hub.taxonomy.FacetLabel(name, value, "nb")
	}
}
