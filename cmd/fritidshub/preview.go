package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/config"
	"fritidshub/ingest"
	"fritidshub/store"
	"fritidshub/store/sqlite"
)

// previewItems is how many items a preview shows.
const previewItems = 10

func previewFlags(f *flag.FlagSet, in *invocation) {
	f.BoolVar(&in.json, "json", false, "skriv JSON på standard ut")
	f.StringVar(&in.kind, "kind", "", "formatet til en adresse som ikke står i sources.yaml")
	f.BoolVar(&in.replay, "replay", false, "les det kilden svarte sist, uten å spørre den på nytt")
	f.Int64Var(&in.asOf, "run", 0, "med -replay: nummeret på kjøringen det skal leses som ved")
}

// preview shows what a source gives and what a sync would change. It writes nothing.
func (p *program) preview(ctx context.Context, in *invocation) error {
	if len(in.args) != 1 {
		return usage("fritidshub preview: oppgi én kilde fra sources.yaml, eller en adresse med -kind")
	}
	if in.asOf != 0 && !in.replay {
		return usage("fritidshub preview: -run gjelder bare sammen med -replay")
	}
	load := p.load
	if isAddress(in.args[0]) {
		load = p.loadOrNone
	}
	cfg, registry, tax, err := load(in.sources)
	if err != nil {
		return err
	}
	source, err := p.previewed(cfg, in, p.environment(registry, tax))
	if err != nil {
		return err
	}
	if unset := source.Unset(); len(unset) > 0 && !in.replay { // nobody is asked with a name for a key
		what := "miljøvariabelen " + unset[0] + " er ikke satt: sett den"
		if len(unset) > 1 {
			what = "miljøvariablene " + strings.Join(unset, ", ") + " er ikke satt: sett dem"
		}
		return usage(fmt.Sprintf("fritidshub preview: %s: %s der du kjører fritidshub", source.ID, what))
	}
	// The database is only read; where there is none, an empty one in a folder of its own stands for it.
	file, readOnly := filepath.Join(in.data, databaseName), true
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		dir, err := os.MkdirTemp("", "fritidshub-preview-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		file, readOnly = filepath.Join(dir, databaseName), false
	}
	known, err := loadPlaces(cfg.Dir)
	if err != nil {
		return err
	}
	log := slog.New(slog.DiscardHandler)
	db, err := sqlite.Open(ctx, sqlite.Options{File: file, ReadOnly: readOnly, Logger: log})
	if err != nil {
		return err
	}
	h := &hub{program: p, in: in, config: cfg, registry: registry, taxonomy: tax, places: known, store: db, log: log}
	h.fetch = newFetch(cfg, in, readHosts{db})
	defer h.close()
	if h.addresses, err = openAddresses(cfg, in, h.fetch); err != nil {
		return err
	}
	show := newProgress(p.err, in.json)
	result := h.ingester(nil, show.step).Preview(ctx, source, ingest.PreviewOptions{Items: previewItems, Replay: in.replay, AsOf: in.asOf})
	show.done(source.ID)
	if in.json {
		if err := json.NewEncoder(p.out).Encode(result); err != nil {
			return err
		}
	} else {
		describe(p.out, result, source, &differ{words.Load().For("nb"), tax, cfg.Hub.Zone, in.now()})
	}
	if result.Status == store.RunFailed {
		return silent(exitFailed)
	}
	return nil
}

// previewed is the source of that id, or one made up for an address.
func (p *program) previewed(cfg *config.Config, in *invocation, env config.Environment) (config.Source, error) {
	name := in.args[0]
	if i := slices.IndexFunc(cfg.Sources, func(s config.Source) bool { return s.ID == name }); i >= 0 {
		if in.kind != "" && in.kind != cfg.Sources[i].Kind {
			return config.Source{}, usage(fmt.Sprintf("fritidshub preview: kilden %s har kind: %s; la -kind stå borte", name, cfg.Sources[i].Kind))
		}
		return cfg.Sources[i], nil
	}
	if !isAddress(name) {
		_, err := choose(cfg.Sources, []string{name})
		return config.Source{}, err
	}
	if in.kind == "" {
		return config.Source{}, usage("fritidshub preview: oppgi formatet til adressen med -kind, for eksempel -kind ical")
	}
	const instead = "skriv kilden inn i sources.yaml først (fritidshub detect foreslår linjene), og kjør fritidshub preview med id-en dens"
	if slices.Contains(env.Kinds, in.kind) {
		if err := env.Options(in.kind, func(any) error { return nil }); err != nil {
			return config.Source{}, usage(fmt.Sprintf("fritidshub preview: kind %s trenger innstillinger: %v; %s", in.kind, err, instead))
		}
	}
	text := fmt.Sprintf("hub: {id: %q, timezone: %q}\nsources:\n  - {id: adressen, kind: %q, url: %q, licence: permission, enabled: false}\n", cfg.Hub.ID, cfg.Hub.Zone, in.kind, name)
	made, err := config.Parse(filepath.Join(cfg.Dir, "adressen"), []byte(text), env)
	var problems config.Problems
	switch {
	case errors.As(err, &problems): // where they stand in that text is of no use
		said := make([]string, len(problems))
		for i, problem := range problems {
			said[i] = "fritidshub preview: " + problem.What + ": " + problem.Do
		}
		return config.Source{}, usage(strings.Join(said, "\n"))
	case err != nil:
		return config.Source{}, err
	}
	return made.Sources[0], nil
}

func isAddress(name string) bool {
	return strings.Contains(name, "://") || strings.HasPrefix(name, "file:")
}

// readHosts remembers only what the database knows: a preview writes nothing.
type readHosts struct{ store.Sources }

func (readHosts) Block(context.Context, string, time.Time, string) error { return nil }

// describe says in words what a preview found.
func describe(w io.Writer, v ingest.Preview, source config.Source, d *differ) {
	if v.Status == store.RunFailed {
		fmt.Fprintf(w, "%s kan ikke leses: %s\n", source.ID, v.Error)
	} else {
		items := "oppføringer"
		if v.Usable == 1 {
			items = "oppføring"
		}
		fmt.Fprintf(w, "%s (%s): %d %s kan brukes. En sync ville gitt %d nye, %d endrede, %d uendrede, %d savnede, %d fjernede.\n",
			source.ID, source.Kind, v.Usable, items, v.Added, v.Updated, v.Unchanged, v.Missing, v.Removed)
	}
	if v.Dropped > 0 {
		fmt.Fprintf(w, "%d oppføringer er utelatt av reglene i drop.\n", v.Dropped)
	}
	if v.Held != nil {
		fmt.Fprintf(w, "Holdes tilbake: %s\n", v.Held.Reason)
	}
	if v.DerivedIDs > 0 {
		fmt.Fprintf(w, "%d av dem har ingen id hos kilden; id-en er laget av navn, sted og første start og endrer seg når noe av det endrer seg.\n", v.DerivedIDs)
	}
	l := d.words
	for i, r := range v.Items {
		fmt.Fprintf(w, "%3d. %s\n", i+1, r.Title)
		parts := []string{"", when(r.Schedule, l, d.zone, d.now), where(r.Place), "", l.Price(r.Price), "", d.categories(r.Categories)}
		if r.Status.Or() != catalog.StatusScheduled {
			parts[0] = l.T("status." + string(r.Status))
		}
		if r.Organizer != nil {
			parts[3] = r.Organizer.Name
		}
		if r.Age != nil {
			parts[5] = l.Age(r.Age)
		}
		parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
		fmt.Fprintf(w, "     %s\n", strings.Join(parts, " · "))
		if r.Raw != "" {
			fmt.Fprintf(w, "     hos kilden: %s\n", oneLine(r.Raw, 200))
		}
		for _, m := range r.MergesWith {
			fmt.Fprintf(w, "     slås sammen med «%s» fra %s (%s)\n", m.Title, m.Source, m.NativeID)
		}
		if r.Why != "" {
			fmt.Fprintf(w, "     fordi: %s\n", r.Why)
		}
	}
	if rest := v.Usable - len(v.Items); rest > 0 {
		fmt.Fprintf(w, "     … og %d til\n", rest)
	}
	d.describe(w, v)
	if len(v.Unmapped) > 0 {
		fmt.Fprintln(w, "Ord fra kilden uten kategori:")
		describeWords(w, v.Unmapped, 10)
	}
	fmt.Fprint(w, notes(v.Result))
}

// oneLine is text on one line, cut to some letters.
func oneLine(text string, most int) string {
	letters := []rune(strings.Join(strings.Fields(text), " "))
	if len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return string(letters)
}

func when(s catalog.Schedule, l *words.Language, zone *time.Location, now time.Time) string {
	if text := calendar.Text(s, zone, now, "nb"); text != "" {
		return text
	}
	occurrences, more := calendar.Expand(s, zone, now, now.Add(calendar.HorizonAhead), 2)
	if len(occurrences) == 0 {
		if s.Dated() {
			return "over"
		}
		return ""
	}
	text := l.When(occurrences[0], now, zone)
	if more || len(occurrences) > 1 {
		text += " og flere ganger"
	}
	return text
}

func where(p *catalog.Place) string {
	if p == nil {
		return ""
	}
	parts := []string{p.Name, p.Address, strings.TrimSpace(p.PostalCode + " " + p.Locality)}
	if p.PostalCode == "" && p.Locality == p.Name {
		parts[2] = ""
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}
