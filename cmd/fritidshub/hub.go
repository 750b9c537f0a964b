package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"fritidshub/api"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/places"
	"fritidshub/catalog/taxonomy"
	"fritidshub/config"
	"fritidshub/connectors"
	"fritidshub/connectors/all"
	"fritidshub/fetch"
	"fritidshub/geocode"
	"fritidshub/index"
	"fritidshub/index/analysis"
	"fritidshub/ingest"
	"fritidshub/store"
	"fritidshub/store/sqlite"
)

// databaseName is the database within the data folder.
const databaseName = "fritidshub.db"

// hub is the parts of one running program, wired.
type hub struct {
	program  *program
	in       *invocation
	config   *config.Config
	registry *connectors.Registry
	taxonomy *taxonomy.Taxonomy
	schools  *calendar.Schools
	places   *places.Data
	synonyms *analysis.Synonyms
	store    *sqlite.DB
	fetch    *fetch.Client
	// addresses asks where addresses are; nil when the hub does not.
	addresses *geocode.Client
	log       *slog.Logger
	// residents are those that this process answers.
	residents presence
}

// load reads and checks sources.yaml with everything that is known of kinds, options and categories.
func (p *program) load(path string) (*config.Config, *connectors.Registry, *taxonomy.Taxonomy, error) {
	registry := all.Registry()
	tax, err := taxonomy.Load()
	if err != nil {
		return nil, nil, nil, err
	}
	cfg, err := config.Load(path, p.environment(registry, tax))
	return cfg, registry, tax, err
}

// loadOrNone is load, but where there is no file it gives a hub without sources: what needs none works in any folder.
func (p *program) loadOrNone(path string) (*config.Config, *connectors.Registry, *taxonomy.Taxonomy, error) {
	cfg, registry, tax, err := p.load(path)
	if _, missing := os.Stat(path); errors.Is(missing, fs.ErrNotExist) && tax != nil {
		cfg, err = config.Parse(path, []byte("hub: {id: fritidshub}\nsources: []"), p.environment(registry, tax))
	}
	return cfg, registry, tax, err
}

// environment is what sources.yaml is checked with.
func (p *program) environment(registry *connectors.Registry, tax *taxonomy.Taxonomy) config.Environment {
	var kinds []string
	for _, k := range registry.Kinds() {
		kinds = append(kinds, k.Name)
	}
	options := func(name string, decode func(any) error) error {
		kind, _ := registry.Kind(name)
		_, err := kind.New(decode)
		return err
	}
	schedule := func(name string) (string, time.Duration) {
		kind, _ := registry.Kind(name)
		return kind.Schedule, kind.Least
	}
	licensed := func(name string) bool {
		kind, _ := registry.Kind(name)
		return kind.Licensed
	}
	private, _ := p.env("FRITIDSHUB_ALLOW_PRIVATE")
	return config.Environment{Lookup: p.env, Kinds: kinds, Options: options, Schedule: schedule, Licensed: licensed, Category: tax.Has, AllowPrivate: private,
		Meant: func(word string) string { return meantCategory(tax, word) }, Municipality: municipalities()}
}

// open reads the configuration and opens the database.
func (p *program) open(ctx context.Context, in *invocation, log *slog.Logger) (*hub, error) {
	cfg, registry, tax, err := p.load(in.sources)
	if err != nil {
		return nil, err
	}
	schools, err := loadSchools(cfg.Dir)
	if err != nil {
		return nil, err
	}
	known, err := loadPlaces(cfg.Dir)
	if err != nil {
		return nil, err
	}
	words, err := loadSynonyms(cfg.Dir)
	if err != nil {
		return nil, err
	}
	db, err := sqlite.Open(ctx, sqlite.Options{File: filepath.Join(in.data, databaseName), Logger: log, Failpoint: p.failpoint})
	if err != nil {
		return nil, err
	}
	h := &hub{program: p, in: in, config: cfg, registry: registry, taxonomy: tax, schools: schools, places: known, synonyms: words, store: db, log: log}
	h.fetch = newFetch(cfg, in, db)
	if h.addresses, err = openAddresses(cfg, in, h.fetch); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

func newFetch(cfg *config.Config, in *invocation, hosts fetch.HostMemory) *fetch.Client {
	return fetch.New(fetch.Options{Version: version(), PublicURL: in.publicURL, FileRoot: cfg.Dir, AllowPrivate: in.allowPrivate, Hosts: hosts, Now: in.now})
}

func (h *hub) close() {
	h.fetch.Close()
	if err := h.store.Close(); err != nil {
		h.log.Error("closing the database", "error", err)
	}
}

// declare is take for a file that has not been confirmed: it refuses one that would hide most of what is shown.
func (h *hub) declare(ctx context.Context, cfg *config.Config) error {
	if err := h.keepsMost(ctx, cfg); err != nil {
		return err
	}
	return h.take(ctx, cfg)
}

// take tells the store which sources there are, and leads records anew to listings where that makes a difference.
func (h *hub) take(ctx context.Context, cfg *config.Config) error {
	declared := make([]store.Source, len(cfg.Sources))
	for i, s := range cfg.Sources {
		declared[i] = ingest.Declared(cfg.Hub, s)
	}
	if _, err := h.store.Declare(ctx, declared, h.in.now()); err != nil {
		return err
	}
	return h.ingester(nil, nil).Settle(ctx)
}

// hubInfo is what the API says about the hub.
func hubInfo(cfg *config.Config, schools *calendar.Schools, in *invocation) api.HubInfo {
	c := cfg.Hub
	info := api.HubInfo{ID: c.ID, Name: c.Name, Municipality: c.Municipality, OrgNumber: c.OrgNumber, Contact: c.Contact, Languages: c.Languages, Zone: c.Zone, Schools: schools, PublicURL: in.publicURL, Assumed: in.assumedURL, Embeds: c.Embeds}
	if c.Guide != (config.Guide{}) {
		guide := api.Guide(c.Guide)
		info.Guide = &guide
	}
	if c.Geocode {
		info.Credits = append(info.Credits, kartverket)
	}
	return info
}

func (h *hub) ingester(engine index.Engine, progress func(ingest.Progress)) *ingest.Ingester {
	options := ingest.Options{Hub: h.config.Hub, Store: h.store, Registry: h.registry, Fetch: h.fetch, Engine: engine, Taxonomy: h.taxonomy, Schools: h.schools, Places: h.places,
		Now: h.in.now, Logger: h.log, Version: version(), Progress: progress, Failpoint: h.program.failpoint}
	if engine != nil { // residents are answered by this process too
		options.Busy, options.Answering = max(1, runtime.GOMAXPROCS(0)-1), h.residents.somebody
	}
	if h.addresses != nil {
		options.Addresses = h.addresses
	}
	return ingest.New(options)
}

// release is set by the linker for a release.
var release = ""

// version is the release, or what tells a build between releases from others: the commit, else the program itself. What sources gave is read
// anew by another version.
var version = sync.OnceValue(func() string {
	if release != "" {
		return release
	}
	commit, changed := "", false
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				commit = s.Value
			case "vcs.modified":
				changed = s.Value == "true"
			}
		}
	}
	if len(commit) >= 12 && !changed {
		return "dev-" + commit[:12]
	}
	if sum := programSum(); sum != "" {
		return "dev-" + sum[:12]
	}
	return "dev"
})

// programSum is the SHA-256 of this program's file, hex; "" when it cannot be read.
func programSum() string {
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}
