package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"fritidshub/api/console"
	"fritidshub/catalog"
	"fritidshub/index"
	"fritidshub/store"
)

// Find implements console.Listings.
func (d *desk) Find(ctx context.Context, words string, limit int) ([]console.Hit, error) {
	engine := d.ingester.Engine
	if engine == nil {
		return nil, &console.Fault{Status: http.StatusServiceUnavailable, Text: "Søket er ikke i gang ennå. Prøv igjen om litt."}
	}
	result, err := engine.Search(ctx, index.Query{Text: words, From: time.Unix(0, 0), Now: d.now(), Sort: index.SortRelevance, Limit: limit})
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(result.Hits))
	for i, hit := range result.Hits {
		ids[i] = hit.ID
	}
	listings, err := d.hub.store.ListingsByID(ctx, ids)
	found, names := make([]console.Hit, len(listings)), d.sourceNames()
	for i := range listings {
		l := &listings[i]
		found[i] = console.Hit{ID: l.ID, Title: l.Title, Text: d.line(&l.Record), From: fromOf(l, names)}
	}
	return found, err
}

// sourceNames are the names of the sources in use, by id.
func (d *desk) sourceNames() map[string]string {
	names := map[string]string{}
	for _, s := range d.config.Load().Sources {
		names[s.ID] = cmp.Or(s.Name, s.ID)
	}
	return names
}

// fromOf names the sources of a listing.
func fromOf(l *catalog.ListingState, names map[string]string) string {
	var from []string
	for _, m := range l.Members {
		if name := cmp.Or(names[m.Source], m.Source); !slices.Contains(from, name) {
			from = append(from, name)
		}
	}
	return strings.Join(from, ", ")
}

// survivor is a listing, or the one that it was merged into.
func (d *desk) survivor(ctx context.Context, id string) (catalog.ListingState, error) {
	l, err := d.hub.store.Listing(ctx, id)
	for n := 0; err == nil && l.MergedInto != "" && n < mostMerges; n++ {
		l, err = d.hub.store.Listing(ctx, l.MergedInto)
	}
	if errors.Is(err, store.ErrNotFound) {
		err = console.ErrNoListing
	}
	return l, err
}

// mostMerges is how far a listing that was merged away is followed.
const mostMerges = 100

// refsOf are the items of a listing.
func refsOf(l *catalog.ListingState) []store.Ref {
	var refs []store.Ref
	for _, m := range append(slices.Clip(l.Members), l.Spares...) {
		refs = append(refs, store.Ref{Source: m.Source, NativeID: m.NativeID})
	}
	return refs
}

// Listing implements console.Listings.
func (d *desk) Listing(ctx context.Context, id string) (*console.ListingPage, error) {
	l, err := d.survivor(ctx, id)
	if err != nil {
		return nil, err
	}
	names := d.sourceNames()
	p := &console.ListingPage{ID: l.ID, Name: l.Title, Text: d.line(&l.Record), Shown: l.Live(), Why: l.Why}
	rulings, err := d.hub.store.Rulings(ctx)
	if err != nil {
		return nil, err
	}
	refs := refsOf(&l)
	hidden := false
	for _, r := range slices.Backward(rulings) {
		if slices.ContainsFunc(subjectsOf(r), func(ref store.Ref) bool { return slices.Contains(refs, ref) }) {
			p.Decisions = append(p.Decisions, d.decision(r))
			hidden = hidden || r.Verb == store.RuleHide
		}
	}
	switch {
	case p.Shown:
		p.State = "Innbyggerne ser den."
	case !l.DeletedAt.IsZero():
		p.State = "Den er fjernet hos kilden, og innbyggerne ser den ikke."
	case hidden:
		p.State = "En redaktør har skjult den for innbyggerne."
	default:
		p.State = "Kilden er på pause, og innbyggerne ser den ikke."
	}
	var own []*catalog.Record
	for i, ref := range refs {
		item := console.ListingItem{Source: ref.Source, SourceName: cmp.Or(names[ref.Source], ref.Source), NativeID: ref.NativeID, Spare: i >= len(l.Members)}
		records, err := d.hub.store.Records(ctx, ref.Source, []string{ref.NativeID})
		if err != nil {
			return nil, err
		}
		record := &catalog.Record{}
		if len(records) > 0 {
			record = &records[0]
			item.URL, item.Text = record.URL, d.line(record)
		}
		own = append(own, record)
		p.Items = append(p.Items, item)
	}
	p.Fields, err = d.sideBySide(&l, own, names)
	return p, err
}

// shownBeside is how many items of a listing stand side by side.
const shownBeside = 4

// sideBySide tells field by field what residents see, whom that is from, and what each of the first items says.
func (d *desk) sideBySide(l *catalog.ListingState, own []*catalog.Record, names map[string]string) ([]console.Compared, error) {
	sees, err := members(&l.Record)
	if err != nil {
		return nil, err
	}
	says := make([]func(field string) string, min(len(own), shownBeside))
	differ := d.differ()
	for i := range says {
		m, err := members(own[i])
		if err != nil {
			return nil, err
		}
		says[i] = func(field string) string {
			if m[field] == nil {
				return ""
			}
			return oneLine(plain(differ.field(field, m[field])), 200)
		}
	}
	var list []console.Compared
	for _, field := range shownFields {
		one := console.Compared{Field: field, Name: fieldNames[field]}
		some := sees[field] != nil
		for _, say := range says {
			text := say(field)
			some = some || text != ""
			one.Own = append(one.Own, text)
		}
		if sees[field] != nil {
			one.Shown = oneLine(plain(differ.field(field, sees[field])), 400)
			one.From = d.origin(field, l, names)
		}
		if some || slices.Contains(offered, field) {
			list = append(list, one)
		}
	}
	return list, nil
}

// offered are fields that are shown though nobody says anything, so that an editor can.
var offered = []string{"price", "age", "categories", "place"}

func subjectsOf(r store.Ruling) []store.Ref {
	refs := append([]store.Ref{r.A}, r.Also...)
	if r.B != (store.Ref{}) {
		refs = append(refs, r.B)
	}
	return refs
}

// decision says a ruling to editors.
func (d *desk) decision(r store.Ruling) console.Decision {
	name := func(ref store.Ref) string { return ref.Source + "/" + ref.NativeID }
	others := []string{name(r.B)}
	for _, ref := range r.Also {
		others = append(others, name(ref))
	}
	out := console.Decision{ID: r.ID, At: r.At, Note: r.Note}
	switch r.Verb {
	case store.RuleJoin:
		out.Text = fmt.Sprintf("%s er det samme som %s.", name(r.A), inRow(others))
	case store.RulePart:
		out.Text = fmt.Sprintf("%s er ikke det samme som %s.", name(r.A), inRow(others))
	case store.RuleHide:
		out.Text = name(r.A) + " vises ikke."
	case store.RuleSet:
		said := "vises ikke"
		if string(r.Value) != "null" {
			said = oneLine(plain(d.differ().field(r.Field, r.Value)), 200)
		}
		out.Text = fmt.Sprintf("%s for %s: %s.", cmp.Or(fieldNames[r.Field], r.Field), name(r.A), said)
	}
	return out
}

// inRow says names in a row: "a, b og c".
func inRow(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " og " + names[n-1]
	}
	return strings.Join(names, "")
}

// Decisions implements console.Listings.
func (d *desk) Decisions(ctx context.Context) ([]console.Decision, error) {
	rulings, err := d.hub.store.Rulings(ctx)
	if err != nil {
		return nil, err
	}
	var list []console.Decision
	for _, r := range slices.Backward(rulings) {
		one := d.decision(r)
		if len(list) < shownLeads {
			err := d.hub.store.HeadsOf(ctx, r.A.Source, []string{r.A.NativeID}, func(h store.Head) error { one.Listing = h.Listing; return nil })
			if err != nil {
				return nil, err
			}
			if l, err := d.hub.store.Listing(ctx, one.Listing); err == nil {
				one.Title = l.Title
			}
		}
		list = append(list, one)
	}
	return list, nil
}

// shownLeads is of how many decisions it is told which listing they are about.
const shownLeads = 100

// decide takes a ruling into use.
func (d *desk) decide(ctx context.Context, r store.Ruling) error {
	r.At = d.hub.in.now()
	_, err := d.ingester.Rule(ctx, r)
	return err
}

// Hide implements console.Listings.
func (d *desk) Hide(ctx context.Context, id, note string) error {
	l, err := d.survivor(ctx, id)
	if err != nil {
		return err
	}
	if !l.Live() {
		return &console.Fault{Status: http.StatusConflict, Text: "Innbyggerne ser den ikke nå heller."}
	}
	refs := refsOf(&l)
	return d.decide(ctx, store.Ruling{Verb: store.RuleHide, A: refs[0], Also: refs[1:], Note: note})
}

// Join implements console.Listings.
func (d *desk) Join(ctx context.Context, id, other, note string) (string, error) {
	a, err := d.survivor(ctx, id)
	if err != nil {
		return "", err
	}
	b, err := d.survivor(ctx, other)
	if err != nil {
		return "", err
	}
	switch {
	case a.ID == b.ID:
		return "", &console.Fault{Status: http.StatusConflict, Text: "De er alt slått sammen."}
	case !a.DeletedAt.IsZero() || !b.DeletedAt.IsZero():
		return "", console.ErrNoListing
	}
	to, with := refsOf(&a), refsOf(&b)
	if err := d.decide(ctx, store.Ruling{Verb: store.RuleJoin, A: to[0], B: with[0], Also: append(slices.Clone(to[1:]), with[1:]...), Note: note}); err != nil {
		return "", err
	}
	return d.leadsTo(ctx, to[0])
}

// leadsTo is the listing of an item.
func (d *desk) leadsTo(ctx context.Context, ref store.Ref) (id string, err error) {
	err = d.hub.store.HeadsOf(ctx, ref.Source, []string{ref.NativeID}, func(h store.Head) error { id = h.Listing; return nil })
	if err == nil && id == "" {
		err = console.ErrNoListing
	}
	return id, err
}

// Part implements console.Listings.
func (d *desk) Part(ctx context.Context, id, source, nativeID, note string) (string, error) {
	l, err := d.survivor(ctx, id)
	if err != nil {
		return "", err
	}
	own, refs := store.Ref{Source: source, NativeID: nativeID}, refsOf(&l)
	others := slices.DeleteFunc(slices.Clone(refs), func(ref store.Ref) bool { return ref == own })
	if len(others) == len(refs) || len(others) == 0 {
		return "", &console.Fault{Status: http.StatusConflict, Text: "Den er ikke lenger slått sammen med noe. Last siden på nytt."}
	}
	if err := d.decide(ctx, store.Ruling{Verb: store.RulePart, A: own, B: others[0], Also: others[1:], Note: note}); err != nil {
		return "", err
	}
	return d.leadsTo(ctx, own)
}

// Undo implements console.Listings.
func (d *desk) Undo(ctx context.Context, decision int64) error {
	err := d.ingester.Unrule(ctx, decision)
	if errors.Is(err, store.ErrNotFound) {
		return console.ErrNoDecision
	}
	return err
}
