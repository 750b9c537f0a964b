package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"fritidshub/api"
	"fritidshub/config"
	"fritidshub/ingest"
	"fritidshub/store"
	"fritidshub/widget"
)

// How often serve looks around.
const (
	followEvery = 500 * time.Millisecond // for changes that another process wrote
	reloadEvery = time.Second            // for a changed sources.yaml
	pruneEvery  = 24 * time.Hour
	stopWithin  = 10 * time.Second

	waitForLease = 10 * time.Second // to bring places in step holds a source for a moment
)

// serve runs the hub until ctx is done.
func (p *program) serve(ctx context.Context, in *invocation) error {
	log := slog.New(slog.NewTextHandler(p.err, nil))
	listener, err := listen(in.listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	seen := fileStamp(in.sources)
	h, err := p.open(ctx, in, log)
	if err != nil {
		return err
	}
	defer h.close()
	if in.publicURL == "" {
		in.assumedURL = true
		in.publicURL = "http://" + reachable(listener.Addr())
	}
	condition := &condition{starting: true, log: log, wrong: map[string]wrong{}}
	var undeclared *config.Config
	if err := h.take(ctx, h.config); errors.Is(err, store.ErrReadOnly) || errors.Is(err, store.ErrFull) {
		undeclared = h.config
		condition.fault("store", unwritable, err)
	} else if err != nil {
		return err
	}
	engines := h.openEngines(condition)
	defer engines.close()
	ingester := h.ingester(engines.embedded, nil)
	engines.kept[0].indexer = ingester.Indexer()
	condition.engines = engines.status
	ingester.LeaseWait = waitForLease
	scheduler := ingest.NewScheduler(ingester, h.config.Sources)
	desk := newDesk(ctx, h, ingester, scheduler)
	desk.engine = engines.answering
	editors, err := desk.handler()
	if err != nil {
		return err
	}

	counted := &tally{store: h.store, now: desk.now}
	texts := h.openTexts(condition)
	var current atomic.Pointer[http.Handler]
	kept := &dumps{dir: in.data}
	visit := visitor(in)
	use := func(cfg *config.Config) error {
		pictures, err := picturesOf(cfg, in)
		if err != nil {
			return err
		}
		handler, err := api.New(api.Options{
			Hub:      hubInfo(cfg, h.schools, in),
			Listings: listings{store.NewRecent(h.store, 5_000)}, Sources: &sources{store: h.store, zone: cfg.Hub.Zone}, Engine: engines.answering,
			Feeds: feedStore{h.store}, Dumps: kept, Changes: h.store, Acceptance: h.acceptance, Tally: counted, Stopping: ctx.Done(), StandBack: func() { ingest.StandBack(h.residents.somebody) },
			Taxonomy: h.taxonomy, Assets: widget.Asset, Demo: widget.Demo(), Map: mapOf(cfg, in), Visit: visit, Pictures: pictures, Texts: texts.languages, Status: condition.status, Now: in.now, Clock: time.Now,
			Logger: log, Version: version(), RateLimit: api.RateLimit{PerSecond: clientRate, Burst: 3 * clientRate}, Keys: in.keys, TrustedProxies: in.proxies,
		})
		if err == nil {
			current.Store(&handler)
		}
		return err
	}
	if err := use(h.config); err != nil {
		return err
	}
	server := api.NewServer(beside(editors, in.publicURL+deskPath, h.residents.notice(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*current.Load()).ServeHTTP(w, r) }))), in.listen)
	server.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	fmt.Fprintf(p.err, "fritidshub %s: %s\n", version(), in.publicURL)
	if tcp, ok := listener.Addr().(*net.TCPAddr); in.assumedURL && ok && !tcp.IP.IsLoopback() {
		log.Warn("FRITIDSHUB_PUBLIC_URL er ikke satt: feeder og kataloger sier at huben er på " + in.publicURL + ", som andre maskiner kanskje ikke når")
	}

	var group sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer func() { cancel(); group.Wait(); desk.work.Wait() }()
	desk.stopping = ctx
	background := func(f func(context.Context)) {
		group.Add(1)
		go func() { defer group.Done(); f(ctx) }()
	}
	background(func(ctx context.Context) {
		engines.wake(ctx)
		background(scheduler.Run) // not before the index knows where it stands
		engines.run(ctx)
	})
	listening := &peers{fetch: h.fetch, news: scheduler.News, spawn: background, log: log}
	listening.update(h.config.Sources)
	reloader := &reloader{hub: h, condition: condition, undeclared: undeclared, taken: seen, last: seen, asked: make(chan chan<- error), use: func(cfg *config.Config) error {
		scheduler.Update(cfg.Sources)
		listening.update(cfg.Sources)
		desk.config.Store(cfg)
		if reflect.DeepEqual(cfg.Hub, h.config.Hub) {
			return nil
		}
		return use(cfg)
	}}
	desk.reload = reloader.now
	background(reloader.run)
	background(texts.run)
	background(h.prune)
	background(desk.countMerged)
	background(desk.herald.run)
	background(func(ctx context.Context) { counted.run(ctx, log) })
	background(func(ctx context.Context) { h.keepLocating(ctx, ingester, scheduler.Sources) })

	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.Info("stopper")
	stop, done := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer done()
	if err := server.Shutdown(stop); err != nil {
		server.Close()
	}
	return nil
}

// reachable is the address of a listener as one would type it on this machine.
func reachable(a net.Addr) string {
	if tcp, ok := a.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return net.JoinHostPort("localhost", strconv.Itoa(tcp.Port))
	}
	return a.String()
}

func listen(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("adressen %s er i bruk av et annet program; stopp det, eller velg en annen med -listen, for eksempel -listen 127.0.0.1:8081", address)
	case err != nil:
		return nil, usage(fmt.Sprintf("fritidshub serve: kan ikke lytte på %q: %v; skriv for eksempel -listen 127.0.0.1:8080", address, err))
	}
	return listener, nil
}

// prune forgets old runs once a day.
func (h *hub) prune(ctx context.Context) {
	ticker := time.NewTicker(pruneEvery)
	defer ticker.Stop()
	for {
		if _, err := h.store.Prune(ctx, h.in.now().Add(-ingest.KeepRuns), h.in.now().Add(-ingest.KeepQuiet)); err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrReadOnly) {
			h.log.Error("pruning the ledger", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// condition is what /readyz says of the program as a whole.
type condition struct {
	log *slog.Logger

	// engines tells who answers and how each engine stands.
	engines func() (string, []api.EngineStatus)

	mu       sync.Mutex
	starting bool
	wrong    map[string]wrong // by part
}

type wrong struct{ text, cause string }

// fault notes what is wrong with a part and why, or with a nil error that it is well again. Each news is logged once.
func (c *condition) fault(part, text string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		if part == "index" {
			c.starting = false
		}
		if _, was := c.wrong[part]; was {
			c.log.Info("well again", "part", part)
		}
		delete(c.wrong, part)
		return
	}
	now := wrong{text, err.Error()}
	if c.wrong[part] != now {
		c.log.Error(text, "part", part, "error", err)
	}
	c.wrong[part] = now
}

func (c *condition) isStarting() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.starting
}

func (c *condition) status() api.Status {
	var s api.Status
	if c.engines != nil {
		s.Engine, s.Engines = c.engines()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s.Starting = c.starting
	for _, part := range slices.Sorted(maps.Keys(c.wrong)) {
		s.Degraded = append(s.Degraded, c.wrong[part].text)
	}
	return s
}
