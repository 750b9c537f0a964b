package main

import (
	"cmp"
	"context"
	"strings"
	"time"

	"fritidshub/api"
	"fritidshub/api/console"
)

// shownAsked is how many of each thing that was asked for a page shows.
const shownAsked = 30

// Insight implements console.Insights.
func (d *desk) Insight(ctx context.Context, days int) (*console.Insight, error) {
	today := d.now()
	first := today.AddDate(0, 0, 1-days)
	from, to := first.Format(time.DateOnly), today.Format(time.DateOnly)
	searches, err := d.hub.store.DailySums(ctx, api.AskedSearch, from, to)
	if err != nil {
		return nil, err
	}
	in := &console.Insight{}
	byDay := map[string]int64{}
	for _, s := range searches {
		byDay[s.Day] += s.N
	}
	for day := first; !day.After(today); day = day.AddDate(0, 0, 1) {
		in.Days = append(in.Days, console.DayCount{Day: day, N: byDay[day.Format(time.DateOnly)]})
	}
	itself := func(value string) string { return value }
	for _, part := range []struct {
		list  *[]console.Count
		name  string
		least int64
		text  func(value string) string
	}{
		{&in.Ways, api.AskedSearch, 1, func(way string) string { return wayWords[way] }},
		{&in.Vain, api.AskedInVain, enough, itself},
		{&in.Filters, api.AskedFilter, 1, d.filterWords},
		{&in.From, api.AskedFrom, enough, itself},
	} {
		sums, err := d.hub.store.TotalDaily(ctx, part.name, from, to, part.least, shownAsked)
		if err != nil {
			return nil, err
		}
		for _, s := range sums {
			*part.list = append(*part.list, console.Count{Text: cmp.Or(part.text(s.Value), s.Value), Value: s.Value, N: s.N})
		}
	}
	return in, nil
}

var wayWords = map[string]string{"page": "Hubens egne sider", "element": "Elementer på nettsider", "program": "Programmer (det åpne API-et)"}

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
