// Package ingest decides when and in what order: it runs sources, plans what changes, applies it, and keeps the index in step.
package ingest

import (
	"log/slog"
	"time"

	"fritidshub/config"
	"fritidshub/connectors"
	"fritidshub/fetch"
	"fritidshub/index"
	"fritidshub/store"

	"fritidshub/catalog/calendar"
	"fritidshub/catalog/places"
	"fritidshub/catalog/taxonomy"
)

// Limits of a run. Those of one response are in package fetch.
const (
	RunTimeout     = 10 * time.Minute
	MaxRecords     = 20_000    // of one source, unless its limits say more
	MaxStored      = 200_000   // of one source, in all its runs, unless its limits say less
	MaxChunks      = 60        // pulls of one request, when the source has more at once
	MaxChunking    = time.Hour // from the first of these until the last begins, at most
	MaxResponses   = 2_000     // requests of one run
	MaxBytes       = 128 << 20 // decoded bytes of one run, give or take its last response
	LeaseTTL       = 2 * time.Minute
	ForcePullAfter = 24 * time.Hour // a provider's "not modified" is believed this long
	PastWindow     = 2 * 365 * 24 * time.Hour
	FarWindow      = 5 * 365 * 24 * time.Hour // a start beyond it is worth a warning
	RejectShare    = 0.5                      // more bad items than this and the feed is bad
	ChurnShare     = 0.8                      // so many new ids over so much known content are new ids for the old items
	GrowthFactor   = 10                       // grown by more than this and GrowthCount is worth a warning
	GrowthCount    = 1_000
	KeepRuns       = 90 * 24 * time.Hour
	KeepQuiet      = 24 * time.Hour // of a run that found nothing new when the one before it had not either
	HeavyRun       = 4 << 20        // bytes read; such a run holds much in memory until it is indexed
	HeavyRuns      = 2              // of these at once
	maxRejectText  = 300

	// withRejects stands after the fingerprint of a run that had rejects: the same bytes are read again, so that an editor is told
	// until it is mended.
	withRejects = "+rejects"
)

// Options are what an Ingester works with.
type Options struct {
	Hub      config.Hub
	Store    store.Store
	Registry *connectors.Registry
	Fetch    *fetch.Client
	// Engine is the search engine to keep in step; nil when another process does.
	Engine   index.Engine
	Taxonomy *taxonomy.Taxonomy
	Places   *places.Data      // what completes places, with the houses of places.yaml; nil leaves them as they are
	Schools  *calendar.Schools // nil: none known
	Now      func() time.Time
	Logger   *slog.Logger
	// Version is part of every source's fingerprint: a new version reads unchanged sources again.
	Version string
	// LeaseWait is how long a run waits for another run of the same source to end.
	LeaseWait time.Duration
	// Chunks and Chunking are how many pulls of one request there are at most, and how long after the first the last may begin; 0: MaxChunks and MaxChunking.
	Chunks   int
	Chunking time.Duration
	// Busy is how many processors all runs together may keep busy with reading, matching and indexing records; 0: all of them. A process that
	// answers residents too keeps one free, so that they need not wait until a run gives way.
	Busy int
	// Answering, when set, tells whether somebody is being answered in this moment: the work of runs stands back for them.
	Answering func() bool
	// Progress, when set, hears what a run does.
	Progress func(Progress)
	// Failpoint, when set, is called at named points, so that a test can end the process there: after_fetch, before_index, mid_index.
	Failpoint func(name string)
	// Addresses, when set, knows where addresses are.
	Addresses Geocoder
}

// Progress is a step of a running source.
type Progress struct {
	Source   string
	Step     string // fetch, parse, store, index
	Requests int
	Records  int
	Rejects  int
}

// Ingester runs sources. It is safe for concurrent use; the store's lease sees to it that one source runs once at a time.
type Ingester struct {
	Options
	indexer *Indexer
	heavy   chan struct{} // the places of heavy runs
	busy    chan struct{} // the processors that runs may keep busy; nil: all
	known   known
}

// New makes an Ingester.
func New(o Options) *Ingester {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	if o.Failpoint == nil {
		o.Failpoint = func(string) {}
	}
	in := &Ingester{Options: o, heavy: make(chan struct{}, HeavyRuns)}
	if o.Busy > 0 {
		in.busy = make(chan struct{}, o.Busy)
	}
	if o.Engine != nil {
		in.indexer = NewIndexer(o.Store, o.Engine, o.Taxonomy, calendar.Hub{Zone: o.Hub.Zone, Municipality: o.Hub.Municipality, Schools: o.Schools}, o.Now, o.Failpoint)
		in.indexer.Answering = o.Answering
	}
	return in
}

// work does, in its turn, what keeps a processor busy. What it does must not call work.
func (in *Ingester) work(f func() error) error {
	StandBack(in.Answering)
	if in.busy != nil {
		in.busy <- struct{}{}
		defer func() { <-in.busy }()
	}
	return f()
}

// Indexer is what keeps the engine in step, nil when there is no engine.
func (in *Ingester) Indexer() *Indexer { return in.indexer }
