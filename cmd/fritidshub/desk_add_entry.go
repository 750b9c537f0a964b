package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"fritidshub/api/console"
	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/config/edit"
	"fritidshub/store"
)

const (
	mostTimings    = 3 // times that are told of a schedule
	mostHints      = 5 // of the licence
	maxHint        = 200
	firstRunWithin = 3 * time.Second
	firstRunLook   = 50 * time.Millisecond
)

// trialOf is a trial of the editor who asks that has come to its end. The inquiries are locked meanwhile.
func (d *desk) trialOf(ctx context.Context, id string, way int) (*inquiry, *trial, error) {
	s, err := d.inquiryOf(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	t := s.trials[way]
	if t == nil || !t.read.done() {
		return nil, nil, console.ErrNoSearch
	}
	return s, t, nil
}

// Trial implements console.Adding.
func (d *desk) Trial(ctx context.Context, id string, way int) (*console.Trial, error) {
	d.inquiries.mu.Lock()
	s, err := d.inquiryOf(ctx, id)
	var t *trial
	if err == nil {
		t = s.trials[way]
	}
	d.inquiries.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, console.ErrNoSearch
	}
	out := &console.Trial{}
	var fault string
	if out.Work, fault = t.read.state(ctx); out.On {
		return out, nil
	}
	d.inquiries.mu.Lock()
	defer d.inquiries.mu.Unlock()
	c := s.found[way]
	out.Way, out.Source = d.way(c), newSource(t.entry)
	for _, hint := range c.Licences[:min(len(c.Licences), mostHints)] {
		out.Hints = append(out.Hints, catalog.CleanText(hint, maxHint))
	}
	source, _, err := d.sourceOf(t.entry, d.hub.program.env)
	if err != nil {
		return nil, err
	}
	out.Unset = source.Unset()
	switch {
	case fault != "":
		out.Preview.Fault = fault
	case t.preview.Status == "": // it could not be asked
		out.Preview.Notes = []string{"Kilden kan ikke prøves før nøkkelen er på plass. " + c.Secret}
	default:
		out.Preview, out.Twins, out.Fields = *d.previewed(t.preview), t.twins, t.fields
		if out.Preview.Fault == "" {
			out.Preview.Sum = fmt.Sprintf("%s kan brukes.", d.words.T("verdict.listings", t.preview.Usable))
		}
	}
	if out.Ready = out.Preview.Fault == ""; out.Ready {
		out.Timings = d.timings(t.entry.Kind, t.entry.Schedule)
	}
	return out, nil
}

func newSource(w written) console.NewSource {
	return console.NewSource{ID: w.ID, Name: w.Name, Schedule: w.Schedule, Licence: w.Licence, Attribution: w.Attribution, Contact: w.Contact, Off: w.Enabled != nil}
}

// timings are schedules that a source of a kind can have, with the one it has first among those that are usual.
func (d *desk) timings(name, own string) []console.Timing {
	kind, _ := d.hub.registry.Kind(name)
	now, zone := d.now(), d.config.Load().Hub.Zone
	var all []console.Timing
	for _, spec := range []string{own, "@hourly", "@every 6h", "@daily", "@weekly"} {
		schedule, err := config.ParseSchedule(spec, zone, cmp.Or(kind.Least, config.MinInterval))
		if err != nil || slices.ContainsFunc(all, func(t console.Timing) bool { return t.Schedule == spec }) {
			continue
		}
		t := console.Timing{Schedule: spec, Words: scheduleWords(spec)}
		for at := schedule.Next(now); len(t.Next) < mostTimings && !at.IsZero(); at = schedule.Next(at) {
			t.Next = append(t.Next, at)
		}
		all = append(all, t)
	}
	slices.SortStableFunc(all, func(a, b console.Timing) int { return a.Next[len(a.Next)-1].Compare(b.Next[len(b.Next)-1]) })
	return all
}

// wrongEntry is what is wrong with one key of an entry.
type wrongEntry struct{ key, text string }

var entryKey = regexp.MustCompile(`^(?:- |  )([a-z]+):`)

// sourceOf is the source that an entry declares, not in use, or what is wrong with it.
func (d *desk) sourceOf(w written, lookup func(string) (string, bool)) (config.Source, []wrongEntry, error) {
	w.Enabled = new(bool)
	item, err := w.item()
	if err != nil {
		return config.Source{}, nil, err
	}
	hub := d.config.Load().Hub
	text := fmt.Sprintf("hub: {id: %q, timezone: %q}\nsources:\n%s", hub.ID, hub.Zone, item)
	env := d.environment()
	env.Lookup = lookup
	cfg, err := config.Parse(d.hub.in.sources, []byte(text), env)
	var problems config.Problems
	if errors.As(err, &problems) {
		lines, wrong := strings.Split(text, "\n"), []wrongEntry(nil)
		for _, p := range problems {
			key := ""
			for at := min(p.Line, len(lines)) - 1; at >= 0 && key == ""; at-- {
				if m := entryKey.FindStringSubmatch(lines[at]); m != nil {
					key = m[1]
				}
			}
			wrong = append(wrong, wrongEntry{key, sentenced(p.What + ": " + p.Do)})
		}
		return config.Source{}, wrong, nil
	}
	if err != nil {
		return config.Source{}, nil, err
	}
	return cfg.Sources[0], nil, nil
}

// Write implements console.Adding.
func (d *desk) Write(ctx context.Context, id string, way int, s console.NewSource) (map[string]string, error) {
	d.inquiries.mu.Lock()
	defer d.inquiries.mu.Unlock()
	_, t, err := d.trialOf(ctx, id, way)
	if err != nil {
		return nil, err
	}
	w := t.entry
	w.ID, w.Name, w.Schedule, w.Licence, w.Attribution, w.Contact = s.ID, s.Name, s.Schedule, s.Licence, s.Attribution, s.Contact
	source, problems, err := d.sourceOf(w, d.hub.program.env)
	if err != nil {
		return nil, err
	}
	wrong := map[string]string{}
	for _, p := range problems {
		if !slices.Contains([]string{"name", "id", "schedule", "licence", "attribution", "contact"}, p.key) {
			p.key = "entry"
		}
		wrong[p.key] = p.text
	}
	if _, err := d.declared(w.ID); err == nil {
		wrong["id"] = "En annen kilde har denne id-en: velg en annen."
	}
	for _, need := range []struct{ key, value, text string }{
		{"name", w.Name, "Skriv hva kilden heter."},
		{"licence", w.Licence, "Velg hva innholdet kan brukes til. Vet dere det ikke, så spør eieren først."},
		{"attribution", w.Attribution, "Skriv hvem som skal krediteres."},
		{"contact", w.Contact, "Skriv hvem dere kan kontakte når noe må rettes."},
	} {
		if need.value == "" {
			wrong[need.key] = need.text
		}
	}
	if len(wrong) > 0 {
		return wrong, nil
	}
	w.Enabled = nil
	if len(source.Unset()) > 0 {
		w.Enabled = new(bool)
	}
	t.entry = w
	return nil, nil
}

// Change implements console.Adding.
func (d *desk) Change(ctx context.Context, id string, way int) (*console.Change, error) {
	d.inquiries.mu.Lock()
	defer d.inquiries.mu.Unlock()
	_, t, err := d.trialOf(ctx, id, way)
	if err != nil {
		return nil, err
	}
	old, base, err := d.keeper.Read()
	if err != nil {
		return nil, err
	}
	source, _, err := d.sourceOf(t.entry, d.hub.program.env)
	if err != nil {
		return nil, err
	}
	c := &console.Change{Source: newSource(t.entry), Of: base, Unset: source.Unset()}
	item, text, err := d.withEntry(old, t.entry)
	if c.Entry = item; errors.Is(err, edit.ErrForm) {
		c.Fault = sentenced(edit.ErrForm.Error())
		return c, nil
	}
	if err == nil {
		err = d.mayTake(ctx, text)
	}
	if err != nil {
		return nil, editFault(err)
	}
	c.Lines = diffLines(old, text)
	return c, nil
}

// withEntry is sources.yaml with an entry at the end of its sources, and that entry alone as it stands there, which is given with an error of the file too.
func (d *desk) withEntry(old []byte, w written) (item string, text []byte, err error) {
	if w.Licence == "" {
		return "", nil, console.ErrNoSearch // nobody has written it yet
	}
	if item, err = w.item(); err != nil {
		return "", nil, err
	}
	var lines strings.Builder
	for line := range strings.Lines(item) {
		lines.WriteString("  " + line)
	}
	doc, err := edit.Open(old)
	if err == nil {
		err = doc.Append(item, "sources")
	}
	if err != nil {
		return lines.String(), nil, err
	}
	return lines.String(), doc.Text(), nil
}

// Add implements console.Adding.
func (d *desk) Add(ctx context.Context, id string, way int, base string) (console.NewSource, error) {
	d.inquiries.mu.Lock()
	_, t, err := d.trialOf(ctx, id, way)
	var w written
	if err == nil {
		w = t.entry
	}
	d.inquiries.mu.Unlock()
	if err != nil {
		return console.NewSource{}, err
	}
	old, now, err := d.keeper.Read()
	if err == nil && now != base {
		err = edit.ErrMeanwhile
	}
	var text []byte
	if err == nil {
		_, text, err = d.withEntry(old, w)
	}
	if err != nil {
		return console.NewSource{}, editFault(err)
	}
	err = d.saveSources(ctx, base, text, "la til "+w.ID, func(*config.Config) bool { _, err := d.declared(w.ID); return err == nil })
	if err == nil && w.Enabled == nil {
		err = d.awaitRun(ctx, w.ID)
	}
	return newSource(w), err
}

// awaitRun waits until a new source, which the scheduler fetches at once, has been fetched, but no more than a moment.
func (d *desk) awaitRun(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, firstRunWithin)
	defer cancel()
	tick := time.NewTicker(firstRunLook)
	defer tick.Stop()
	for {
		state, err := d.hub.store.SourceState(ctx, id)
		switch {
		case ctx.Err() != nil, errors.Is(err, store.ErrNotFound):
			return nil
		case err != nil:
			return err
		case !state.LastRun.IsZero() && state.RunningFrom.IsZero():
			return nil
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}
