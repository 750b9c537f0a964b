package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"fritidshub/api"
	"fritidshub/api/console"
	"fritidshub/catalog"
	"fritidshub/store"
)

// Overview implements console.Sources.
func (d *desk) Overview(ctx context.Context) ([]console.Source, error) {
	states, err := d.hub.store.SourceStates(ctx)
	if err != nil {
		return nil, err
	}
	var merged map[string]int
	if known := d.merged.Load(); known != nil {
		merged = *known
	}
	now := d.now()
	list := make([]console.Source, 0, len(states))
	for i := range states {
		if states[i].Declared {
			one := d.glance(&states[i], now)
			one.Merged = merged[one.ID]
			list = append(list, one)
		}
	}
	return list, nil
}

// glance is a source as the overview shows it.
func (d *desk) glance(state *store.SourceState, now time.Time) console.Source {
	src := d.sources.source(state)
	o := console.Source{ID: state.ID, Name: cmp.Or(state.Name, state.ID), Kind: state.Kind, State: string(src.State(now)), Verdict: src.Verdict(d.words, now),
		LastGood: state.LastGood, Next: src.NextRun, Live: state.Live, Strip: state.Strip, Running: !state.RunningFrom.IsZero(), Ends: state.Ends}
	last := store.Run{}
	if state.Last != nil {
		last = *state.Last
		o.Added, o.Updated, o.Removed, o.Rejected = last.Added, last.Updated, last.Removed, last.Rejected
	}
	if spec, ok := d.sources.schedule(state.Schedule); ok && !state.LastGood.IsZero() {
		if next := spec.Next(state.LastGood); !next.IsZero() {
			o.Promise = next.Sub(state.LastGood) + api.Overdue
		}
	}
	if o.State == string(api.StateHealthy) && len(last.Warnings) > 0 {
		o.State = "noted"
	}
	switch o.State {
	case "held":
		o.Since, o.Fixer = state.Held.Since, "En redaktør må si ja eller nei."
	case "failing":
		o.Since, o.Fixer = state.FailingFrom, fixerOfFailure(last)
	case "late":
		o.Since, o.Fixer = src.NextRun, "Den som driver huben, må se om den har for mye å gjøre."
	case "empty":
		o.Since, o.Fixer = state.Alike, "Spør kilden om den skal være tom."
	case "partial":
		o.Since = state.Alike
		o.Verdict, o.Fixer = d.partial(state, last, now)
	case "noted":
		o.Since = state.Alike
		o.Verdict, o.Fixer = sentenced(last.Warnings[0])+" "+d.seen(state, now), "Si fra til kilden om det ikke er meningen."
	}
	return o
}

// seen says what residents see of a source.
func (d *desk) seen(state *store.SourceState, now time.Time) string {
	return fmt.Sprintf("Innbyggerne ser %s, hentet %s.", d.words.T("verdict.listings", state.Live), d.words.Ago(state.LastGood, now))
}

// partial says what could not be used, what residents see meanwhile, and who can mend it.
func (d *desk) partial(state *store.SourceState, last store.Run, now time.Time) (verdict, fixer string) {
	seen := d.seen(state, now)
	switch {
	case state.Held != nil && state.Held.Kept:
		return fmt.Sprintf("Kilden gir ikke lenger %d av %d oppføringer. En redaktør har bestemt at de blir stående. %s", state.Held.Removals, state.Held.Of, seen), ""
	case last.Rejected > 0 && len(last.Rejects) > 0:
		first := last.Rejects[0]
		number := fmt.Sprintf("%d oppføringer kan ikke brukes, den første fordi: ", last.Rejected)
		if last.Rejected == 1 {
			number = "1 oppføring kan ikke brukes: "
		}
		return number + lower(sentenced(first.Reason)) + " " + seen, fixerOf(first.Fixer)
	case len(last.Warnings) > 0:
		return sentenced(last.Warnings[0]) + " " + seen, "Si fra til kilden om det ikke går over."
	}
	return "Ikke alt i kilden ble lest. " + seen, ""
}

// sentenced is a text as a sentence.
func sentenced(text string) string {
	text = strings.TrimRight(strings.TrimSpace(text), ".")
	if text == "" {
		return ""
	}
	first := []rune(text)[:1]
	return strings.ToUpper(string(first)) + text[len(string(first)):] + "."
}

// lower makes the first letter of a sentence small, unless its first word is written in capitals.
func lower(text string) string {
	runes := []rune(text)
	if len(runes) > 1 && strings.ToLower(string(runes[1])) == string(runes[1]) {
		return strings.ToLower(string(runes[:1])) + string(runes[1:])
	}
	return text
}

// fixerOf says who can mend what is wrong with an item.
func fixerOf(f catalog.Fixer) string {
	switch f {
	case catalog.FixSource:
		return "Kilden må rette det."
	case catalog.FixEditor:
		return "Dere kan rette det i oppsettet av kilden."
	case catalog.FixProject:
		return "De som lager fritidshub, må rette det. Si fra til dem."
	}
	return ""
}

// fixerOfFailure says who can mend what made a run fail.
func fixerOfFailure(run store.Run) string {
	switch status := run.HTTP; {
	case status == 401 || status == 403:
		return "Nettstedets eier må slippe oss inn, eller gi dere en nøkkel."
	case status == 404 || status == 410:
		return "Dere må finne den nye adressen, eller slå av kilden."
	case status == 429:
		return "Det går over av seg selv. Skjer det ofte, så hent sjeldnere."
	case status >= 500:
		return "Nettstedets eier må rette det."
	}
	switch run.Step {
	case "config":
		return "Dere kan rette det i oppsettet av kilden."
	case "store", "index":
		return "Den som driver huben, må rette det."
	case "guard":
		if len(run.Rejects) > 0 {
			return fixerOf(run.Rejects[0].Fixer)
		}
		return "Kilden må rette det."
	case "fetch":
		return "Nettstedets eier må rette det, eller dere må finne en ny adresse."
	}
	return "Kilden må rette det. Er formatet endret, kan dere måtte sette den opp på nytt."
}

// How often what is merged is counted anew at most, and how long the hub is left alone before the first time.
const (
	countEvery = 5 * time.Minute
	countAfter = 20 * time.Second
)

// countMerged keeps how much of each source shares its listing with others.
func (d *desk) countMerged(ctx context.Context) {
	wait, counted := time.NewTimer(countAfter), int64(-1)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
		}
		wait.Reset(countEvery)
		change, err := d.hub.store.Change(ctx)
		if err == nil && change != counted {
			if err = d.countMergedOnce(ctx); err == nil {
				counted = change
			}
		}
		if err != nil && ctx.Err() == nil {
			d.hub.log.Error("what is merged cannot be counted", "error", err)
		}
	}
}

// standBack lets residents be answered first, for a moment at most. The error says that the hub stops.
func (d *desk) standBack(ctx context.Context) error {
	for waited := time.Duration(0); waited < standBackMost && d.hub.residents.somebody(); waited += standBackStep {
		time.Sleep(standBackStep)
	}
	return ctx.Err()
}

const (
	standBackStep = 200 * time.Microsecond
	standBackMost = 4 * time.Millisecond
)

// countMergedOnce counts it now, and measures what the sources say.
func (d *desk) countMergedOnce(ctx context.Context) error {
	merged := map[string]int{}
	for _, source := range d.scheduler.Sources() {
		if err := d.standBack(ctx); err != nil {
			return err
		}
		n, err := d.hub.store.Merged(ctx, source.ID)
		if err != nil {
			return err
		}
		merged[source.ID] = n
	}
	d.merged.Store(&merged)
	return d.measureAll(ctx)
}
