package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"fritidshub/api"
	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index"
	"fritidshub/index/analysis"
	"fritidshub/index/fallback"
	"fritidshub/index/memory"
	"fritidshub/ingest"
)

// The engines as answers and /readyz name them.
const (
	embeddedName = "embedded"
	meiliName    = "meilisearch"
)

const (
	probeEvery    = time.Second
	snapshotEvery = 10 * time.Minute
)

// engines are what a serving hub searches with: the embedded engine, and before it a Meilisearch when there is one. Each has an Indexer of
// its own, which is its one writer.
type engines struct {
	hub       *hub
	condition *condition
	embedded  *memory.Engine
	turns     *fallback.Engine // nil: the embedded one is alone
	snapshot  *snapshot
	kept      []*kept // the embedded one first

	dir              string // with synonyms.yaml
	words, lastWords stamp  // of it: taken into use, last seen
}

// kept is an engine that is kept in step.
type kept struct {
	name    string
	engine  index.Engine
	indexer *ingest.Indexer
	every   time.Duration
	fault   func(error) string // what to say when it cannot be
	mark    *buildMark         // where to note when it was built as a whole; nil: nowhere
	told    time.Time          // of the comparison that has been logged
}

// newEngine makes the embedded engine with the hub's synonyms.
func (h *hub) newEngine() *memory.Engine {
	e := memory.New()
	e.SetSynonyms(h.synonyms)
	return e
}

func (h *hub) indexer(e index.Engine) *ingest.Indexer {
	x := ingest.NewIndexer(h.store, e, h.taxonomy, h.calendars(), h.in.now, h.program.failpoint)
	x.Answering = h.residents.somebody
	return x
}

// calendars gives the calendars of the hub's places.
func (h *hub) calendars() calendar.Hub {
	return calendar.Hub{Zone: h.config.Hub.Zone, Municipality: h.config.Hub.Municipality, Schools: h.schools}
}

// fingerprint tells apart what documents are made by: an index that was made by something else is built anew. Synonyms are of queries.
func (h *hub) fingerprint() string {
	return catalog.Hash(fmt.Appendf(nil, "%s %d %s %s %s %s", version(), taxonomy.Version, analysis.Version,
		h.config.Hub.Zone, h.config.Hub.Municipality, fileStamp(filepath.Join(h.config.Dir, calendar.SchoolFile)).hash))
}

func (h *hub) openEngines(c *condition) *engines {
	e := &engines{hub: h, condition: c, embedded: h.newEngine(), dir: h.config.Dir, words: stamp{size: -1}}
	e.snapshot = &snapshot{file: filepath.Join(h.in.data, snapshotName), fingerprint: h.fingerprint()}
	e.kept = []*kept{{name: embeddedName, engine: e.embedded, every: followEvery, fault: func(error) string { return "søkeindeksen henger etter" }}}
	if far := h.openMeili(); far != nil {
		e.turns = fallback.New(fallback.Options{Primary: fallback.Named{Name: meiliName, Engine: far},
			Standby: fallback.Named{Name: embeddedName, Engine: e.embedded}, Clock: time.Now})
		e.kept = append(e.kept, &kept{name: meiliName, engine: far, indexer: h.indexer(far), every: probeEvery,
			fault: notTaken, mark: h.meiliMark()})
	}
	return e
}

// answering gives the engine that searches ask, nil as long as it knows nothing.
func (e *engines) answering() index.Engine {
	switch {
	case e.condition.isStarting():
		return nil
	case e.turns != nil:
		return e.turns
	}
	return e.embedded
}

// wake takes over what an earlier process has built, so that the hub answers at once.
func (e *engines) wake(ctx context.Context) {
	log := e.hub.log
	for _, k := range e.kept[1:] {
		k.indexer.Resume(k.mark.read())
	}
	began := time.Now()
	built, err := e.snapshot.load(e.embedded)
	if err != nil {
		log.Info("the search index is built anew", "reason", err)
	}
	if built.IsZero() {
		return
	}
	first := e.kept[0]
	first.indexer.Resume(built)
	sent, err := first.indexer.CatchUp(ctx)
	if ctx.Err() == nil {
		e.condition.fault("index", first.fault(err), err)
		log.Info("the search index is loaded", "built", built, "changes", sent, "seconds", time.Since(began).Seconds())
	}
}

// run keeps all engines in step until ctx is done, and then saves the embedded one.
func (e *engines) run(ctx context.Context) {
	var group sync.WaitGroup
	for _, k := range e.kept {
		group.Go(func() { k.indexer.Follow(ctx, k.every, func(err error) { e.heard(k, err) }) })
	}
	if e.turns != nil {
		group.Go(func() { each(ctx, probeEvery, e.probe) })
	}
	group.Go(func() { each(ctx, snapshotEvery, e.save) })
	group.Go(func() { each(ctx, reloadEvery, e.reword) })
	group.Go(func() { e.obey(ctx) })
	group.Wait()
	e.save(context.WithoutCancel(ctx))
}

// each calls f at once and then every so often until ctx is done.
func each(ctx context.Context, every time.Duration, f func(context.Context)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		f(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// heard hears how an attempt to bring an engine in step has ended.
func (e *engines) heard(k *kept, err error) {
	part := "index"
	if k.name != embeddedName {
		part += " " + k.name
	}
	e.condition.fault(part, k.fault(err), err)
	if err == nil && k.mark != nil {
		if err := k.mark.write(k.indexer.Built()); err != nil {
			e.condition.fault("index mark", unwritable, err)
		}
	}
	found := k.indexer.Standing().Compared
	if found.At.Equal(k.told) {
		return
	}
	k.told = found.At
	level := slog.LevelInfo
	if found.Drift() > 0 || found.Rebuilt {
		level = slog.LevelWarn
	}
	e.hub.log.Log(context.Background(), level, "index and database compared", "engine", k.name, "documents", found.Documents, "missing", found.Missing,
		"stale", found.Stale, "surplus", found.Surplus, "rebuilt", found.Rebuilt, "first", found.IDs)
}

func (e *engines) probe(ctx context.Context) {
	e.turns.Probe(ctx)
	if ctx.Err() == nil {
		err := e.turns.State().Err
		e.condition.fault("search "+meiliName, standIn(err), err)
	}
}

// reword takes a changed synonyms.yaml into use. A wrong one changes nothing, and one that is still being written is let be.
func (e *engines) reword(context.Context) {
	now := fileStamp(filepath.Join(e.dir, synonymsFile))
	settled := now == e.lastWords
	if e.lastWords = now; !settled || now == e.words {
		return
	}
	e.words = now
	known, err := loadSynonyms(e.dir)
	e.condition.fault("synonyms", "synonyms.yaml er feil, den forrige gjelder fortsatt", err)
	if err != nil {
		return
	}
	for _, k := range e.kept {
		if engine, ok := k.engine.(interface{ SetSynonyms(*analysis.Synonyms) }); ok {
			engine.SetSynonyms(known)
		}
	}
}

func (e *engines) save(context.Context) {
	err := e.snapshot.save(e.embedded, e.kept[0].indexer)
	if err != nil {
		e.hub.log.Warn("the search index is not saved; the next start builds it anew", "error", err)
	}
}

// status tells who answers and how each engine stands.
func (e *engines) status() (string, []api.EngineStatus) {
	answers, last := embeddedName, int64(0)
	var turn fallback.State
	if e.turns != nil {
		if turn = e.turns.State(); turn.Err == nil {
			answers = meiliName
		}
	}
	for _, k := range e.kept {
		last = max(last, k.indexer.Standing().Last)
	}
	var all []api.EngineStatus
	for _, k := range e.kept {
		s := k.indexer.Standing()
		status := api.EngineStatus{Name: k.name, Answers: k.name == answers, Change: s.Change, Behind: max(0, last-s.Change), Since: s.Behind}
		if s.Err != nil {
			status.Fault = k.fault(s.Err)
		}
		if k.name == meiliName && turn.Err != nil && !errors.Is(turn.Err, fallback.ErrUntried) {
			status.Fault = standIn(turn.Err)
			if status.Since.IsZero() {
				status.Since = turn.Since
			}
		}
		if c := s.Compared; !c.At.IsZero() {
			status.Compared = &api.Comparison{At: c.At, Documents: c.Documents, Missing: c.Missing, Stale: c.Stale, Surplus: c.Surplus, IDs: c.IDs, Rebuilt: c.Rebuilt}
		}
		all = append(all, status)
	}
	if e.turns != nil && answers == embeddedName {
		answers += "; fallback"
	}
	return answers, all
}

func (e *engines) close() {
	for _, k := range e.kept {
		if err := k.engine.Close(); err != nil {
			e.hub.log.Error("closing an engine", "engine", k.name, "error", err)
		}
	}
}
