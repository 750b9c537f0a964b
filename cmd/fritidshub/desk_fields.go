package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"fritidshub/api/console"
	"fritidshub/catalog"
)

// sampled is how many records of a source its completeness is measured on.
const sampled = 500

// measures are what it is measured in: what a record may state, and whether it does.
var measures = []struct {
	name   string
	stated func(*catalog.Record) bool
}{
	{"Beskrivelse", func(r *catalog.Record) bool { return r.Description != "" }},
	{"Tid", func(r *catalog.Record) bool { return r.Schedule.Dated() }},
	{"Sted", func(r *catalog.Record) bool { return r.Place != nil && (r.Place.Name != "" || r.Place.Address != "") }},
	{"Posisjon på kartet", func(r *catalog.Record) bool { return r.Place != nil && r.Place.Geo != nil }},
	{"Pris", func(r *catalog.Record) bool { return r.Price != nil }},
	{"Alder", func(r *catalog.Record) bool { return r.Age != nil }},
	{"Arrangør", func(r *catalog.Record) bool { return r.Organizer != nil }},
	{"Kategori", func(r *catalog.Record) bool { return len(r.Categories) > 0 }},
	{"Bilde", func(r *catalog.Record) bool { return r.Image != nil }},
	{"Nettside", func(r *catalog.Record) bool { return r.URL != "" }},
	{"Tilrettelegging", func(r *catalog.Record) bool { return len(r.Accessibility)+len(r.Inaccessible) > 0 }},
	{"Kontakt", func(r *catalog.Record) bool { return r.Contact != nil }},
}

// stated remembers how many of a hundred records of each source state each of measures.
type stated struct {
	mu    sync.Mutex
	known map[string]shares
}

type shares struct {
	at    time.Time // the last good run when it was measured
	share []int     // nil: the source has no records
}

func (d *desk) measure(ctx context.Context, id string) ([]int, error) {
	records, err := d.hub.store.Sample(ctx, id, "", sampled)
	if err != nil {
		return nil, err
	}
	return shareOf(len(records), func(i int) *catalog.Record { return &records[i] }), nil
}

// shareOf is how many of a hundred of n records state each of measures; nil when there are none.
func shareOf(n int, at func(int) *catalog.Record) []int {
	if n == 0 {
		return nil
	}
	share := make([]int, len(measures))
	for i, m := range measures {
		stated := 0
		for j := range n {
			if m.stated(at(j)) {
				stated++
			}
		}
		share[i] = stated * 100 / n
	}
	return share
}

// completeness is how much the items of a source state.
func (d *desk) completeness(ctx context.Context, id string) ([]console.Field, error) {
	own, err := d.measure(ctx, id)
	return d.compared(id, own), err
}

// compared compares what the items of a source state with the median of the others, as far as those are measured.
func (d *desk) compared(id string, own []int) []console.Field {
	if own == nil {
		return nil
	}
	d.stated.mu.Lock()
	defer d.stated.mu.Unlock()
	fields := make([]console.Field, len(measures))
	for i, m := range measures {
		var others []int
		for other, s := range d.stated.known {
			if other != id && s.share != nil {
				others = append(others, s.share[i])
			}
		}
		fields[i] = console.Field{Name: m.name, Share: own[i], Median: -1}
		if len(others) > 0 {
			slices.Sort(others)
			fields[i].Median = others[len(others)/2]
		}
	}
	return fields
}

// measureAll measures those sources that have been read since they were last measured.
func (d *desk) measureAll(ctx context.Context) error {
	states, err := d.hub.store.SourceStates(ctx)
	if err != nil {
		return err
	}
	known := map[string]shares{}
	for _, state := range states {
		if !state.Declared || !state.Enabled {
			continue
		}
		d.stated.mu.Lock()
		s, have := d.stated.known[state.ID]
		d.stated.mu.Unlock()
		if !have || !s.at.Equal(state.LastGood) {
			if err := d.standBack(ctx); err != nil {
				return err
			}
			s.at = state.LastGood
			if s.share, err = d.measure(ctx, state.ID); err != nil {
				return err
			}
		}
		known[state.ID] = s
	}
	d.stated.mu.Lock()
	defer d.stated.mu.Unlock()
	d.stated.known = known
	return nil
}
