package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"fritidshub/api"
	"fritidshub/api/params"
	"fritidshub/catalog"
	"fritidshub/catalog/places"
	"fritidshub/catalog/taxonomy"
	"fritidshub/config"
	"fritidshub/connectors"
	csvfile "fritidshub/connectors/csv"
	"fritidshub/fetch"
	"fritidshub/index"
	"fritidshub/index/memory"
	"fritidshub/ingest"
	"fritidshub/store"
	"fritidshub/store/sqlite"
)

// hub is the parts of the product, wired as `fritidshub serve` wires them; only the clock stands still and nobody is turned away.
type hub struct {
	config   *config.Config
	taxonomy *taxonomy.Taxonomy
	store    *sqlite.DB
	fetch    *fetch.Client
	engine   index.Engine
	ingester *ingest.Ingester
}

func now() time.Time { return today }

// open makes a hub of the sources.yaml in dir, with an empty database beside it.
func open(ctx context.Context, dir string) (*hub, error) {
	tax, err := taxonomy.Load()
	if err != nil {
		return nil, err
	}
	registry := connectors.NewRegistry(csvfile.Kind)
	cfg, err := config.Load(filepath.Join(dir, "sources.yaml"), config.Environment{
		Lookup: func(string) (string, bool) { return "", false }, Kinds: []string{csvfile.Kind.Name}, Category: tax.Has})
	if err != nil {
		return nil, err
	}
	db, err := sqlite.Open(ctx, sqlite.Options{File: filepath.Join(dir, "data", "fritidshub.db")})
	if err != nil {
		return nil, err
	}
	h := &hub{config: cfg, taxonomy: tax, store: db, engine: memory.New()}
	h.fetch = fetch.New(fetch.Options{Version: "bench", FileRoot: cfg.Dir, Hosts: db, Now: now})
	known, err := places.Load()
	if err != nil {
		h.close()
		return nil, err
	}
	h.ingester = ingest.New(ingest.Options{Hub: cfg.Hub, Store: db, Registry: registry, Fetch: h.fetch, Engine: h.engine, Taxonomy: tax, Places: known, Now: now, Version: "bench"})
	declared := make([]store.Source, len(cfg.Sources))
	for i, s := range cfg.Sources {
		declared[i] = ingest.Declared(cfg.Hub, s)
	}
	if _, err := db.Declare(ctx, declared, now()); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

func (h *hub) close() {
	h.fetch.Close()
	h.engine.Close()
	h.store.Close()
}

// sync runs every source once, as many at once as the product does, and adds up the results.
func (h *hub) sync(ctx context.Context) (total ingest.Result, took time.Duration, err error) {
	results := make([]ingest.Result, len(h.config.Sources))
	var group sync.WaitGroup
	slots := make(chan struct{}, ingest.Parallel)
	begin := time.Now()
	for i, source := range h.config.Sources {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			results[i] = h.ingester.Run(ctx, source, ingest.TriggerHand)
		})
	}
	group.Wait()
	took = time.Since(begin)
	for _, r := range results {
		if r.Status != store.RunOK && r.Status != store.RunUnchanged || r.Rejected > 0 || len(r.Warnings) > 0 {
			err = errors.Join(err, fmt.Errorf("source %s: %s, %d rejected: %s %q %v", r.Source, r.Status, r.Rejected, r.Error, r.Warnings, r.Rejects))
		}
		total.Added, total.Live = total.Added+r.Added, total.Live+r.Live
		total.Written, total.Indexed = total.Written+r.Written, total.Indexed+r.Indexed
	}
	return total, took, err
}

func (h *hub) handler() (http.Handler, error) {
	return api.New(api.Options{
		Hub: api.HubInfo{ID: h.config.Hub.ID, Name: h.config.Hub.Name, Municipality: h.config.Hub.Municipality, Languages: h.config.Hub.Languages,
			Zone: h.config.Hub.Zone, PublicURL: "http://127.0.0.1"},
		Listings: listings{store.NewRecent(h.store, 5_000)}, Sources: sources{h.store}, Engine: func() index.Engine { return h.engine }, Taxonomy: h.taxonomy,
		Now: now, Clock: time.Now, Logger: slog.New(slog.DiscardHandler), Version: "bench",
	})
}

// query reads a search as the API does.
func (h *hub) query(rawQuery string) (index.Query, error) {
	s, err := params.Parse(rawQuery, params.Rules{Zone: h.config.Hub.Zone, Languages: h.config.Hub.Languages, Category: h.taxonomy.Has})
	s.Query.Now = now()
	return s.Query, err
}

// listings and sources let the API read the store without knowing it.
type listings struct{ store.Listings }

func (l listings) Organizers(ctx context.Context) ([]api.Named[catalog.Organizer], error) {
	return named(l.Listings.Organizers(ctx))
}

func (l listings) Places(ctx context.Context) ([]api.Named[catalog.Place], error) {
	return named(l.Listings.Places(ctx))
}

func named[T any](in []store.Named[T], err error) ([]api.Named[T], error) {
	out := make([]api.Named[T], len(in))
	for i, n := range in {
		out[i] = api.Named[T](n)
	}
	return out, err
}

type sources struct{ store store.Sources }

func (s sources) Sources(ctx context.Context) ([]api.Source, error) {
	states, err := s.store.SourceStates(ctx)
	out := make([]api.Source, len(states))
	for i, state := range states {
		out[i] = api.Source{ID: state.ID, Name: state.Name, Kind: state.Kind, URL: state.URL, Licence: state.Licence, Enabled: state.Enabled, Live: state.Live}
	}
	return out, err
}
