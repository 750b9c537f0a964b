package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"fritidshub/api/console"
	"fritidshub/catalog"
	"fritidshub/catalog/merge"
	"fritidshub/config"
	"fritidshub/index"
	"fritidshub/index/memory"
	"fritidshub/store"
)

// How far a trace looks.
const (
	tracedTrails  = 5
	tracedAlike   = 20  // records that share an address
	tracedSources = 3   // whose last answers are read
	tracedPages   = 20  // of sampled records of each of them
	tracedPartial = 200 // sources whose rejects are looked through
	tracedRuns    = 3   // of each of them that were not unchanged
)

// tracing follows one item through the hub.
type tracing struct {
	*desk
	what, folded string
	seen         *index.Query // nil: nobody asks where it is seen
	names        map[string]string
	trails       []console.Trail
	alike        []string        // listings whose title has it as a part
	followed     map[string]bool // listings
	alone        *memory.Engine  // holds the listing that is followed and nothing else; nil at first
}

// Trace implements console.Tracer.
func (d *desk) Trace(ctx context.Context, what, seen string) (*console.Trace, error) {
	t := &tracing{desk: d, what: what, folded: catalog.Fold(what), names: map[string]string{}, followed: map[string]bool{}}
	for _, s := range d.config.Load().Sources {
		t.names[s.ID] = cmp.Or(s.Name, s.ID)
	}
	var err error
	if t.seen, err = d.readSeen(seen); err != nil {
		return nil, err
	}
	defer func() {
		if t.alone != nil {
			t.alone.Close()
		}
	}()
	for _, look := range []func(context.Context) error{t.listed, t.addressed, t.titled, t.hidden, t.rejected, t.gone, t.similar} {
		if err := look(ctx); err != nil {
			return nil, err
		}
		if len(t.trails) > 0 {
			return &console.Trace{Trails: t.trails}, nil
		}
	}
	steps, err := t.answered(ctx)
	return &console.Trace{Steps: steps}, err
}

// listed takes what was asked for as a listing of this hub: its address, or its id alone.
func (t *tracing) listed(ctx context.Context) error {
	id := t.what
	if u, err := url.Parse(t.what); err == nil {
		path := strings.Trim(u.Path, "/")
		for _, before := range []string{"api/v1/listings/", "collections/listings/items/", "l/"} {
			if _, after, ok := strings.Cut("/"+path, "/"+before); ok {
				id, _, _ = strings.Cut(after, "/")
			}
		}
	}
	return t.follow(ctx, id)
}

// addressed takes it as the address of an item at its source.
func (t *tracing) addressed(ctx context.Context) error {
	u, err := url.Parse(t.what)
	if err != nil || u.Host == "" {
		return nil
	}
	bare := *u
	bare.RawQuery, bare.Fragment = "", ""
	strong := func(address string) []uint64 {
		return slices.DeleteFunc(merge.Describe("", time.UTC, &catalog.Record{URL: address}, nil).Keys(), func(k uint64) bool { return !merge.Strong(k) })
	}
	keys := strong(bare.String())
	if len(keys) == len(strong("")) {
		if err := t.short(ctx); err != nil || len(t.trails) > 0 {
			return err
		}
	}
	keys = append(keys, strong(t.what)...)
	var listings []string
	err = t.hub.store.Look(ctx, func(v store.View) error {
		blocks, err := v.Blocks(keys, func(uint64) int { return tracedAlike })
		if err != nil {
			return err
		}
		var numbers []int64
		for _, found := range blocks {
			numbers = append(numbers, found...)
		}
		known, err := v.Numbered(numbers)
		for _, k := range known {
			listings = append(listings, k.Listing)
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.Sort(listings)
	return t.follow(ctx, slices.Compact(listings)...)
}

// short takes it as an address that is too short to be a key, as that of /sjakk is: it looks through what the sources of its site have given.
func (t *tracing) short(ctx context.Context) error {
	bare := func(address string) string {
		address, _, _ = strings.Cut(address, "#")
		_, address, _ = strings.Cut(address, "://")
		return strings.TrimRight(strings.TrimPrefix(address, "www."), "/")
	}
	unasked, _, _ := strings.Cut(t.what, "?")
	wanted := []string{bare(t.what), bare(unasked)}
	looked := 0
	for _, source := range t.config.Load().Sources {
		if siteOf(source.URL) != siteOf(t.what) || looked == tracedSources {
			continue
		}
		looked++
		var found []string
		for page, after := 0, ""; page < tracedPages; page++ {
			records, err := t.hub.store.Sample(ctx, source.ID, after, sampled)
			if err != nil {
				return err
			}
			for i := range records {
				if after = records[i].NativeID; slices.Contains(wanted, bare(records[i].URL)) {
					found = append(found, after)
				}
			}
			if len(records) < sampled {
				break
			}
		}
		var listings []string
		err := t.hub.store.HeadsOf(ctx, source.ID, found[:min(len(found), tracedAlike)], func(h store.Head) error { listings = append(listings, h.Listing); return nil })
		if err == nil {
			err = t.follow(ctx, listings...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// siteOf is the host of an address as people say it; "" for what is no address.
func siteOf(address string) string {
	if u, err := url.Parse(address); err == nil {
		return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	}
	return ""
}

// titled takes it as a title: what the search finds best, whether it is over or not.
func (t *tracing) titled(ctx context.Context) error {
	if t.engine == nil || t.engine() == nil {
		return nil
	}
	result, err := t.engine().Search(ctx, index.Query{Text: t.what, From: time.Unix(1, 0), Now: t.now(), Limit: tracedTrails, Sort: index.SortRelevance})
	if err != nil {
		return err
	}
	var exact []string
	for _, hit := range result.Hits {
		l, err := t.hub.store.Listing(ctx, hit.ID)
		if err != nil {
			continue // it went meanwhile
		}
		if title := catalog.Fold(l.Title); title == t.folded {
			exact = append(exact, l.ID)
		} else if strings.Contains(title, t.folded) {
			t.alike = append(t.alike, l.ID)
		}
	}
	return t.follow(ctx, exact...)
}

// similar takes what is called nearly so.
func (t *tracing) similar(ctx context.Context) error { return t.follow(ctx, t.alike...) }

// hidden looks among what editors have hidden.
func (t *tracing) hidden(ctx context.Context) error {
	rulings, err := t.hub.store.Rulings(ctx)
	if err != nil {
		return err
	}
	for _, r := range rulings {
		if r.Verb != store.RuleHide {
			continue
		}
		records, err := t.hub.store.Records(ctx, r.A.Source, []string{r.A.NativeID})
		if err != nil {
			return err
		}
		if len(records) == 0 || catalog.Fold(records[0].Title) != t.folded && records[0].URL != t.what {
			continue
		}
		err = t.hub.store.HeadsOf(ctx, r.A.Source, []string{r.A.NativeID}, func(h store.Head) error { return t.follow(ctx, h.Listing) })
		if err != nil {
			return err
		}
	}
	return nil
}

// rejected looks among what sources gave and could not be used.
func (t *tracing) rejected(ctx context.Context) error {
	states, err := t.hub.store.SourceStates(ctx)
	if err != nil {
		return err
	}
	looked := 0
	for i := range states {
		s := &states[i]
		told := strings.TrimRight(s.Strip, "u") // what is unchanged has what could not be used before
		if !s.Declared || told == "" || !strings.Contains("pfh", told[len(told)-1:]) || looked >= tracedPartial {
			continue
		}
		looked++
		runs, err := t.hub.store.RunHistory(ctx, s.ID, len(s.Strip)-len(told)+tracedRuns)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(runs, func(r store.Run) bool { return len(r.Rejects) > 0 || r.Status == store.RunOK })
		if at < 0 {
			continue
		}
		for _, r := range runs[at].Rejects {
			if catalog.Fold(r.Title) != t.folded && r.Locator != t.what && r.NativeID != t.what || len(t.trails) >= tracedTrails {
				continue
			}
			where := r.Locator
			if r.Field != "" {
				where = strings.TrimPrefix(where+", feltet "+r.Field, ", ")
			}
			t.trails = append(t.trails, console.Trail{Title: cmp.Or(r.Title, r.Locator), Text: "Fra " + t.names[s.ID], Steps: []console.Step{
				t.fetched(s),
				{Name: "Lest", State: "good", Text: "Kilden gir den (" + where + ")."},
				{Name: "Kan brukes", State: "bad", At: runs[at].Started, Text: sentenced(r.Reason) + " " + fixerOf(r.Fixer), Path: "sources/" + s.ID, Link: "Alt som ikke kan brukes fra kilden"},
			}})
		}
	}
	return nil
}

// gone looks among what sources no longer offer.
func (t *tracing) gone(ctx context.Context) error {
	found, err := t.hub.store.Gone(ctx, t.what, tracedTrails)
	for _, l := range found {
		if err := t.follow(ctx, l.ID); err != nil {
			return err
		}
	}
	return err
}

// answered tells, of what is nowhere in the hub, what the sources of its site have answered.
func (t *tracing) answered(ctx context.Context) ([]console.Step, error) {
	u, err := url.Parse(t.what)
	if err != nil || u.Host == "" {
		return []console.Step{{Name: "Funnet", State: "bad", Text: "Ingen oppføring heter dette, verken blant dem innbyggerne ser, de skjulte eller de som ikke kan brukes. Lim inn adressen hos kilden, så sier huben hva den kilden svarte."}}, nil
	}
	var steps []console.Step
	for _, source := range t.config.Load().Sources {
		if siteOf(source.URL) != siteOf(t.what) || len(steps) >= 2*tracedSources {
			continue
		}
		state, err := t.hub.store.SourceState(ctx, source.ID)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		raw, err := t.ingester.Raw(ctx, source, &catalog.Record{URL: t.what, Title: strings.TrimRight(t.what, "/")})
		if err != nil {
			return nil, fmt.Errorf("what %s answered: %w", source.ID, err)
		}
		steps = append(steps, t.fetched(&state), t.read(source, &state, raw))
	}
	if len(steps) == 0 {
		return []console.Step{{Name: "Hentet", State: "bad", Text: "Ingen kilde er fra " + siteOf(t.what) + ".", Path: "add?" + url.Values{"url": {t.what}}.Encode(), Link: "Legg til kilden"}}, nil
	}
	return steps, nil
}

// read says of what stands in a source's last answer, or does not, why it is no listing.
func (t *tracing) read(source config.Source, state *store.SourceState, raw string) console.Step {
	step := console.Step{Name: "Lest", State: "bad", Raw: raw, Path: "sources/" + source.ID, Link: "Se på kilden"}
	switch {
	case raw == "":
		step.Text = "Adressen står ikke i det kilden svarte sist. Kilden må ta den med."
	case !source.Enabled:
		step.State, step.Text = "good", "Adressen står i det kilden svarte sist."
	case len(source.Drop) > 0 && state.Last != nil && state.Last.Dropped > 0:
		step.Text = fmt.Sprintf("Adressen står i det kilden svarte sist, men er ingen oppføring. Reglene i drop i oppsettet utelot %s, og den kan være blant dem.", t.words.T("verdict.listings", state.Last.Dropped))
	default:
		step.Text = "Adressen står i det kilden svarte sist, men er ingen oppføring. Den kan være en lenke i noe annet, eller kilden har ikke nok om den."
	}
	return step
}

// follow adds the ways of listings that have not been followed yet; what does not exist is passed over.
func (t *tracing) follow(ctx context.Context, ids ...string) error {
	for _, id := range ids {
		l, err := t.hub.store.Listing(ctx, id)
		var merged []console.Step
		for err == nil && l.MergedInto != "" && len(merged) < tracedAlike {
			merged = append(merged, console.Step{Name: "Slått sammen", State: "good", At: l.UpdatedAt, Text: "Oppføringen " + l.ID + " ble en del av en annen."})
			l, err = t.hub.store.Listing(ctx, l.MergedInto)
		}
		if errors.Is(err, store.ErrNotFound) || err == nil && (t.followed[l.ID] || len(t.trails) >= tracedTrails) {
			continue
		}
		if err != nil {
			return err
		}
		t.followed[l.ID] = true
		trail, err := t.trail(ctx, &l)
		if err != nil {
			return err
		}
		trail.Steps = append(merged, trail.Steps...)
		t.trails = append(t.trails, trail)
	}
	return nil
}

// trail is the way of a listing.
func (t *tracing) trail(ctx context.Context, l *catalog.ListingState) (console.Trail, error) {
	trail := console.Trail{Title: cmp.Or(l.Title, l.ID), Text: t.line(&l.Record)}
	add := func(steps ...console.Step) { trail.Steps = append(trail.Steps, steps...) }
	off := false
	for i, m := range l.Members {
		if i == tracedTrails {
			add(console.Step{Name: "Hentet", State: "good", Text: fmt.Sprintf("Og fra %d til.", len(l.Members)-i)})
			break
		}
		steps, hidden, err := t.given(ctx, m)
		if err != nil {
			return trail, err
		}
		off = off || hidden
		add(steps...)
	}
	if !l.DeletedAt.IsZero() {
		add(console.Step{Name: "Tilbys fortsatt", State: "bad", At: l.DeletedAt, Text: "Kilden tilbyr den ikke lenger, og innbyggerne ser den ikke."})
		return trail, nil
	}
	add(t.stated(l), t.together(l))
	switch {
	case l.Hidden && !off:
		add(console.Step{Name: "Tillatt av redaktør", State: "bad", Text: "En redaktør har skjult den.", Path: "listings/" + l.ID, Link: "Se hva som er bestemt"})
	case len(l.Edited) > 0:
		var fields []string
		for _, f := range l.Edited {
			fields = append(fields, strings.ToLower(cmp.Or(fieldNames[f], f)))
		}
		add(console.Step{Name: "Rettet av redaktør", State: "good", Text: "En redaktør har rettet " + strings.Join(fields, ", ") + "."})
	}
	if !l.Live() {
		return trail, nil
	}
	trail.Listing = l.ID
	step, err := t.indexed(ctx, l)
	if err != nil {
		return trail, err
	}
	add(step)
	steps, filters, err := t.visible(ctx, l)
	add(steps...)
	trail.Filters = filters
	return trail, err
}

// fetched is how a source was asked last.
func (t *tracing) fetched(s *store.SourceState) console.Step {
	glance := t.glance(s, t.now())
	step := console.Step{Name: "Hentet", State: "good", At: s.LastGood, Text: "Fra " + glance.Name + ".", Path: "sources/" + s.ID, Link: "Se på kilden"}
	switch glance.State {
	case "off":
		step.State, step.Text = "bad", glance.Name+" er på pause, og oppføringene derfra er skjult."
	case "failing", "late", "held", "new":
		step.State, step.Text = "warn", "Fra "+glance.Name+". "+strings.TrimSpace(glance.Verdict+" "+glance.Fixer)
	}
	return step
}

// given is how a record of a listing came from its source; off says that its source is hidden.
func (t *tracing) given(ctx context.Context, m catalog.Member) (steps []console.Step, off bool, err error) {
	state, err := t.hub.store.SourceState(ctx, m.Source)
	if errors.Is(err, store.ErrNotFound) || err == nil && !state.Declared {
		return []console.Step{{Name: "Hentet", State: "bad", Text: fmt.Sprintf("Kilden %s står ikke lenger i sources.yaml, så oppføringene derfra er skjult.", m.Source)}}, true, nil
	}
	if err != nil {
		return nil, false, err
	}
	read := console.Step{Name: "Lest", State: "bad", Text: fmt.Sprintf("Kilden kalte den %s, men tilbyr den ikke lenger.", m.NativeID)}
	err = t.hub.store.HeadsOf(ctx, m.Source, []string{m.NativeID}, func(h store.Head) error {
		read = console.Step{Name: "Lest", State: "good", Text: fmt.Sprintf("Kilden kaller den %s.", m.NativeID),
			Path: "sources/" + m.Source + "/item?" + url.Values{"id": {m.NativeID}}.Encode(), Link: "Kildens tekst og feltene"}
		if !h.MissingSince.IsZero() {
			read.State, read.At = "warn", h.MissingSince
			read.Text = fmt.Sprintf("Kilden kaller den %s, men har ikke hatt den med siden da. Den fjernes om den ikke kommer tilbake.", m.NativeID)
		}
		return nil
	})
	return []console.Step{t.fetched(&state), read}, !state.Enabled, err
}

// stated says whether a listing has what people look for.
func (t *tracing) stated(l *catalog.ListingState) console.Step {
	var lacks []string
	lack := func(absent bool, name string) {
		if absent {
			lacks = append(lacks, name)
		}
	}
	lack(l.Place == nil, "sted")
	lack(l.Place != nil && l.Place.Municipality == "" && !l.Place.Online, "kommune")
	lack(len(l.Categories) == 0, "kategori")
	lack(l.Age == nil, "alder")
	lack(l.Price == nil, "pris")
	step := console.Step{Name: "Kan brukes", State: "good", Text: "Alt som søket filtrerer på, er oppgitt."}
	if len(lacks) > 0 {
		step.Text = "Den kan brukes, men kilden oppgir ikke " + strings.Join(lacks, ", ") + ". Den som filtrerer på det, finner den kanskje ikke."
	}
	return step
}

// together says what a listing was merged of, and why.
func (t *tracing) together(l *catalog.ListingState) console.Step {
	step := console.Step{Name: "Alene", State: "good", Text: "Står for seg selv."}
	if n := len(l.Members) + len(l.Spares); n > 1 {
		step.Name, step.Text = "Slått sammen", fmt.Sprintf("%d oppføringer er slått sammen til denne.", n)
	}
	if l.Why != "" {
		step.Text += " " + l.Why
	}
	return step
}

// indexed says whether the search has a listing as it is now.
func (t *tracing) indexed(ctx context.Context, l *catalog.ListingState) (console.Step, error) {
	step := console.Step{Name: "I søkeindeksen", State: "good", At: l.UpdatedAt, Text: "Slik den ble da."}
	wait := console.Step{Name: "I søkeindeksen", State: "warn", Text: "Søkeindeksen har ikke tatt den inn ennå. Det går over av seg selv."}
	var engine index.Engine
	if t.engine != nil {
		engine = t.engine()
	}
	if engine == nil {
		return wait, nil
	}
	change, err := engine.Change(ctx)
	if err != nil || change < l.Change {
		return wait, nil
	}
	const most = 100
	q := index.Query{Text: l.Title, From: time.Unix(1, 0), Now: t.now(), Limit: most, Filters: map[index.Facet][]string{index.FacetKind: {string(l.Kind)}}}
	if len(l.Members) > 0 {
		q.Filters[index.FacetSource] = []string{l.Members[0].Source}
	}
	found, err := engine.Search(ctx, q)
	if err != nil {
		return step, err
	}
	if found.Total < most && !slices.ContainsFunc(found.Hits, func(h index.Hit) bool { return h.ID == l.ID }) {
		return console.Step{Name: "I søkeindeksen", State: "bad", Text: "Søkeindeksen mangler den. Den som driver huben, kan kjøre fritidshub reindex."}, nil
	}
	return step, nil
}
