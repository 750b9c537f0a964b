package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"fritidshub/api/console"
	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/ingest"
	"fritidshub/store"
)

// How much of a source one page shows.
const (
	shownRuns    = 20
	shownItems   = 20
	pageItems    = 200
	shownRejects = 50 // causes

	previewWithin = 20 * time.Second
	runWithin     = 2 * time.Second // an action waits so long for its run
)

// Source implements console.Desk.
func (d *desk) Source(ctx context.Context, id string) (*console.SourcePage, error) {
	declared, err := d.declared(id)
	if err != nil {
		return nil, err
	}
	state, err := d.hub.store.SourceState(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, console.ErrNoSource
	}
	if err != nil {
		return nil, err
	}
	p := &console.SourcePage{Source: d.glance(&state, d.now()), URL: state.URL, Schedule: scheduleWords(state.Schedule), Licence: state.Licence, Attribution: state.Attribution,
		Language: state.Language, Enabled: declared.Enabled, PassOn: state.PassOn, Contact: declared.Contact, Waits: state.Held != nil}
	if p.Waits {
		p.Gone, p.Of = state.Held.Removals, state.Held.Of
	}
	if p.Merged, err = d.hub.store.Merged(ctx, id); err != nil {
		return nil, err
	}
	runs, err := d.hub.store.RunHistory(ctx, id, shownRuns)
	if err != nil {
		return nil, err
	}
	for _, r := range runs {
		p.Runs = append(p.Runs, console.Run{ID: r.ID, Started: r.Started, Trigger: r.Trigger, Status: string(r.Status), Step: r.Step, Error: r.Error, Moved: r.Moved, HTTP: r.HTTP,
			Requests: r.Requests, Bytes: r.Bytes, Seconds: r.Seconds, Added: r.Added, Updated: r.Updated, Unchanged: r.Unchanged, Missing: r.Missing, Removed: r.Removed,
			Rejected: r.Rejected, Dropped: r.Dropped, Records: r.Live})
	}
	if i := slices.IndexFunc(runs, func(r store.Run) bool { return r.Status.Good() && r.Status != store.RunUnchanged || len(r.Rejects) > 0 }); i >= 0 {
		p.Rejects, p.RejectsAt, p.Warnings = grouped(runs[i].Rejects), runs[i].Started, runs[i].Warnings
		p.Unlisted = runs[i].Rejected - len(runs[i].Rejects)
	}
	if p.Items, p.More, err = d.items(ctx, id, "", shownItems); err != nil {
		return nil, err
	}
	p.Fields, err = d.completeness(ctx, id)
	return p, err
}

var cronWords = map[string]string{"@hourly": "hver time", "@daily": "hver natt kl. 0.00", "@midnight": "hver natt kl. 0.00", "@weekly": "hver uke, natt til søndag", "@monthly": "den første i hver måned",
	"@yearly": "1. januar hvert år"}

var clock = regexp.MustCompile(`^(\d{1,2}) (\d{1,2}) \* \* ([*]|1-5)$`)

// scheduleWords says when a source is fetched; what there are no words for, as it is written.
func scheduleWords(spec string) string {
	if said, ok := cronWords[spec]; ok {
		return said
	}
	if every, ok := strings.CutPrefix(spec, "@every "); ok {
		if d, err := time.ParseDuration(strings.TrimSpace(every)); err == nil {
			switch {
			case d == time.Hour:
				return "hver time"
			case d%time.Hour == 0:
				return fmt.Sprintf("hver %d. time", int(d.Hours()))
			case d == time.Minute:
				return "hvert minutt"
			}
			return fmt.Sprintf("hvert %d. minutt", int(d.Minutes()))
		}
	}
	if m := clock.FindStringSubmatch(spec); m != nil {
		minute, _ := strconv.Atoi(m[1])
		hour, _ := strconv.Atoi(m[2])
		day := map[string]string{"*": "hver dag", "1-5": "mandag til fredag"}[m[3]]
		return fmt.Sprintf("%s kl. %d.%02d", day, hour, minute)
	}
	return spec
}

var (
	digits = regexp.MustCompile(`\d+`)
	quotes = regexp.MustCompile(`«[^»]*»|"[^"]*"|'[^']*'`)
)

// grouped puts together what could not be used for one reason, the most frequent first.
func grouped(rejects []catalog.Reject) []console.RejectGroup {
	at := map[string]int{}
	var groups []console.RejectGroup
	for _, r := range rejects {
		key := string(r.Fixer) + "|" + r.Field + "|" + digits.ReplaceAllString(quotes.ReplaceAllString(r.Reason, "«»"), "0")
		i, known := at[key]
		if !known {
			at[key] = len(groups)
			groups = append(groups, console.RejectGroup{Reason: sentenced(r.Reason), Field: r.Field, Count: 1, Title: catalog.CleanText(r.Title, 100), Locator: r.Locator,
				Fixer: string(r.Fixer), FixerText: fixerOf(r.Fixer)})
			continue
		}
		groups[i].Count++
		if len(groups[i].More) < shownItems {
			groups[i].More = append(groups[i].More, console.Place{Title: catalog.CleanText(r.Title, 100), Locator: r.Locator})
		}
	}
	slices.SortStableFunc(groups, func(a, b console.RejectGroup) int { return b.Count - a.Count })
	return groups[:min(len(groups), shownRejects)]
}

func (d *desk) differ() *differ {
	return &differ{d.words, d.hub.taxonomy, d.config.Load().Hub.Zone, d.now()}
}

// line says of a record when and where it is, and what it costs.
func (d *desk) line(r *catalog.Record) string {
	say := d.differ()
	parts := []string{when(r.Schedule, say.words, say.zone, say.now), where(r.Place), "", say.words.Price(r.Price), ""}
	if r.Organizer != nil {
		parts[2] = r.Organizer.Name
	}
	if r.Age != nil {
		parts[4] = say.words.Age(r.Age)
	}
	if r.Status.Or() != catalog.StatusScheduled {
		parts = append(parts, say.words.T("status."+string(r.Status)))
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

func (d *desk) items(ctx context.Context, id, after string, limit int) (items []console.Item, more bool, err error) {
	records, err := d.hub.store.Sample(ctx, id, after, limit+1)
	if err != nil {
		return nil, false, err
	}
	more = len(records) > limit
	for i := range records[:min(len(records), limit)] {
		r := &records[i]
		items = append(items, console.Item{ID: r.NativeID, Title: r.Title, Text: d.line(r)})
	}
	return items, more, nil
}

// Items implements console.Desk.
func (d *desk) Items(ctx context.Context, id, after string) ([]console.Item, bool, error) {
	if _, err := d.declared(id); err != nil {
		return nil, false, err
	}
	return d.items(ctx, id, after, pageItems)
}

var fieldNames = map[string]string{"title": "Navn", "kind": "Slag", "summary": "Sammendrag", "description": "Beskrivelse", "language": "Språk", "url": "Nettside", "image": "Bilde",
	"categories": "Kategorier", "keywords": "Kildens egne ord", "organizer": "Arrangør", "place": "Sted", "schedule": "Tid", "status": "Status", "age": "Alder", "price": "Pris",
	"offers": "Billetter", "accessibility": "Tilrettelagt", "inaccessible": "Ikke tilrettelagt", "schemes": "Støtteordninger", "low_threshold": "Lavterskel",
	"equipment_loan": "Utlån av utstyr", "scheme": "Ordning", "contact": "Kontakt", "modified": "Endret hos kilden"}

// shownFields are those that are told of an item, in order.
var shownFields = []string{"title", "kind", "schedule", "place", "organizer", "price", "age", "categories", "keywords", "summary", "description", "url", "image", "offers", "status",
	"accessibility", "inaccessible", "schemes", "low_threshold", "equipment_loan", "scheme", "contact", "language", "modified"}

// Item implements console.Desk.
func (d *desk) Item(ctx context.Context, id, nativeID string) (*console.ItemPage, error) {
	source, err := d.declared(id)
	if err != nil {
		return nil, err
	}
	records, err := d.hub.store.Records(ctx, id, []string{nativeID})
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, &console.Fault{Status: http.StatusNotFound, Text: "Kilden har ingen slik oppføring nå. Kanskje er den fjernet."}
	}
	own := &records[0]
	p := &console.ItemPage{Item: console.Item{ID: own.NativeID, Title: own.Title}, SourceName: cmp.Or(source.Name, id)}
	if p.Raw, err = d.ingester.Raw(ctx, source, own); err != nil {
		return nil, err
	}
	if err := d.hub.store.HeadsOf(ctx, id, []string{nativeID}, func(h store.Head) error { p.Listing = h.Listing; return nil }); err != nil {
		return nil, err
	}
	shown, err := d.hub.store.Listing(ctx, p.Listing)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	p.Fields, err = d.said(own, &shown)
	if !shown.Live() || shown.ID == "" {
		p.Listing = ""
	}
	return p, err
}

// said tells field by field what a source says of an item, what residents see, and whom that is from.
func (d *desk) said(own *catalog.Record, shown *catalog.ListingState) ([]console.Said, error) {
	says, err := members(own)
	if err != nil {
		return nil, err
	}
	sees, err := members(&shown.Record)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, s := range d.config.Load().Sources {
		names[s.ID] = cmp.Or(s.Name, s.ID)
	}
	differ, list := d.differ(), []console.Said(nil)
	for _, field := range shownFields {
		mine, theirs := says[field], sees[field]
		if mine == nil && theirs == nil {
			continue
		}
		one := console.Said{Name: fieldNames[field]}
		if mine != nil {
			one.Own = oneLine(plain(differ.field(field, mine)), 400)
		}
		if theirs != nil {
			one.Shown = oneLine(plain(differ.field(field, theirs)), 400)
		}
		one.From = d.origin(field, shown, names)
		list = append(list, one)
	}
	return list, nil
}

// plain takes the quotes of a JSON text away.
func plain(text string) string {
	var s string
	if json.Unmarshal([]byte(text), &s) == nil {
		return s
	}
	return text
}

// origin says whom a field of a listing is from.
func (d *desk) origin(field string, l *catalog.ListingState, names map[string]string) string {
	if slices.Contains(l.Edited, field) {
		return "rettet av en redaktør"
	}
	if len(l.Members) == 0 {
		return ""
	}
	from := names[l.Members[min(l.Provenance[field], len(l.Members)-1)].Source]
	for _, derived := range l.Derived {
		name, whose, _ := strings.Cut(derived, ":")
		if name != field && !strings.HasPrefix(name, field+".") {
			continue
		}
		switch {
		case whose != "":
			return from + ", utfylt fra " + whose
		case strings.Contains(name, "."):
			return from + ", utfylt av huben"
		}
		return from + ", lest ut av teksten"
	}
	return from
}

func members(r *catalog.Record) (m map[string]json.RawMessage, err error) {
	doc, err := json.Marshal(r)
	if err == nil {
		err = json.Unmarshal(doc, &m)
	}
	return m, err
}

// Preview implements console.Desk.
func (d *desk) Preview(ctx context.Context, id string, replay bool) (*console.Preview, error) {
	source, err := d.declared(id)
	if err != nil {
		return nil, err
	}
	if unset := source.Unset(); len(unset) > 0 && !replay {
		return nil, &console.Fault{Status: http.StatusConflict, Text: fmt.Sprintf("Kilden trenger %s, som ikke er satt der huben kjører.", strings.Join(unset, ", "))}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, previewWithin, fmt.Errorf("kilden svarte ikke ferdig innen %d sekunder", int(previewWithin.Seconds())))
	defer cancel()
	found := d.ingester.Preview(ctx, source, ingest.PreviewOptions{Items: previewItems, Replay: replay})
	return d.previewed(found), nil
}

// previewed says in words what a preview found.
func (d *desk) previewed(v ingest.Preview) *console.Preview {
	p := &console.Preview{}
	if v.Status == store.RunFailed {
		p.Fault = "Kan ikke leses: " + sentenced(v.Error)
		return p
	}
	p.Sum = fmt.Sprintf("%s kan brukes: %d nye, %d endrede, %d uendrede, %d savnede, %d fjernede.", d.words.T("verdict.listings", v.Usable), v.Added, v.Updated, v.Unchanged, v.Missing, v.Removed)
	if v.Held != nil {
		p.Notes = append(p.Notes, fmt.Sprintf("%d av %d oppføringer ville forsvinne, og ville ventet på at en redaktør sier ja eller nei.", v.Held.Removals, v.Held.Of))
	}
	if v.Dropped > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("%s er utelatt av reglene i drop.", d.words.T("verdict.listings", v.Dropped)))
	}
	if v.DerivedIDs > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("%d av dem har ingen id hos kilden. Id-en er laget av navn, sted og første start, og endrer seg når noe av det endrer seg.", v.DerivedIDs))
	}
	for _, g := range grouped(v.Rejects) {
		p.Notes = append(p.Notes, fmt.Sprintf("%d kan ikke brukes: %s %s", g.Count, g.Reason, g.FixerText))
	}
	p.Notes = append(p.Notes, v.Warnings...)
	for i := range v.Items {
		item := &v.Items[i]
		one := console.PreviewItem{Title: item.Title, Text: d.line(&item.Record), Raw: item.Raw}
		var with []string
		for _, m := range item.MergesWith {
			with = append(with, fmt.Sprintf("«%s» fra %s", m.Title, m.Source))
		}
		if one.Merges = strings.Join(with, ", "); item.Why != "" && one.Merges != "" {
			one.Merges += ", fordi: " + item.Why
		}
		p.Items = append(p.Items, one)
	}
	say := d.differ()
	for _, c := range v.Changes {
		one := console.Changed{Title: c.Title}
		for _, f := range c.Fields {
			before, after := say.field(f.Field, f.Before), say.field(f.Field, f.After)
			if before == after {
				before, after = apart(string(f.Before), string(f.After))
			}
			one.Lines = append(one.Lines, fmt.Sprintf("%s: %s → %s", cmp.Or(fieldNames[f.Field], f.Field), oneLine(plain(before), 100), oneLine(plain(after), 100)))
		}
		p.Changes = append(p.Changes, one)
	}
	for _, g := range v.Gone {
		p.Gone = append(p.Gone, console.Gone{Title: g.Title, Why: goneWords[g.Why]})
	}
	return p
}

// Run implements console.Desk.
func (d *desk) Run(ctx context.Context, id string, replay bool) error {
	source, err := d.declared(id)
	if err != nil {
		return err
	}
	if !source.Enabled {
		return &console.Fault{Status: http.StatusConflict, Text: "Kilden er på pause. Slå den på igjen først."}
	}
	trigger := ingest.TriggerHand
	if replay {
		trigger = ingest.TriggerReplay
	}
	return d.run(ctx, source, trigger)
}

// run runs a source beside what editors wait for. It waits a moment, so that what is quick is done when the next page is drawn.
func (d *desk) run(ctx context.Context, source config.Source, trigger string) error {
	state, err := d.hub.store.SourceState(ctx, source.ID)
	if err != nil {
		return err
	}
	if !state.RunningFrom.IsZero() {
		return &console.Fault{Status: http.StatusConflict, Text: "Kilden hentes allerede. Prøv igjen om litt."}
	}
	d.runBeside(ctx, source, trigger)
	return nil
}

// runBeside is run for a source that is perhaps being run: then it comes after that.
func (d *desk) runBeside(ctx context.Context, source config.Source, trigger string) {
	ended := make(chan struct{})
	d.begin(func(ctx context.Context) {
		defer close(ended)
		d.ingester.Run(ctx, source, trigger)
	})
	wait := time.NewTimer(runWithin)
	defer wait.Stop()
	select {
	case <-ended:
	case <-wait.C:
	case <-ctx.Done():
	}
}

// Held implements console.Desk.
func (d *desk) Held(ctx context.Context, id string) (*console.Held, error) {
	source, err := d.declared(id)
	if err != nil {
		return nil, err
	}
	state, err := d.hub.store.SourceState(ctx, id)
	if err != nil {
		return nil, err
	}
	h := state.Held
	if h == nil {
		return nil, console.ErrNotHeld
	}
	held := &console.Held{Source: cmp.Or(source.Name, id), Run: h.Run, Since: h.Since, Removals: h.Removals, Of: h.Of, Reason: h.Reason, Kept: h.Kept}
	records, err := d.hub.store.Records(ctx, id, h.IDs)
	for i := range records {
		held.Items = append(held.Items, console.Item{ID: records[i].NativeID, Title: records[i].Title, Text: d.line(&records[i])})
	}
	return held, err
}

// Release implements console.Desk.
func (d *desk) Release(ctx context.Context, id string, run int64) error {
	source, err := d.declared(id)
	if err != nil {
		return err
	}
	state, err := d.hub.store.SourceState(ctx, id)
	if err != nil {
		return err
	}
	h := state.Held
	if h == nil || h.Run != run {
		return console.ErrNotHeld
	}
	// As many as the editor has seen may go, and at once; more are held again.
	source.Guard = config.Guard{Count: h.Removals}
	if h.Removals >= h.Of {
		source.Guard.Share = 1
	}
	return d.run(ctx, source, ingest.TriggerHand)
}

// Keep implements console.Desk.
func (d *desk) Keep(ctx context.Context, id string, run int64) error {
	if _, err := d.declared(id); err != nil {
		return err
	}
	err := d.hub.store.KeepHeld(ctx, id, run)
	if errors.Is(err, store.ErrNotFound) {
		return console.ErrNotHeld
	}
	return err
}
