package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"fritidshub/api"
	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/index"
	"fritidshub/index/memory"
	"fritidshub/ingest"
	"fritidshub/store"
	"fritidshub/widget"
)

// How often serve looks around.
const (
	followEvery = 500 * time.Millisecond // for changes that another process wrote
	reloadEvery = 2 * time.Second        // for a changed sources.yaml
	pruneEvery  = 24 * time.Hour
	stopWithin  = 10 * time.Second
)

// serve runs the hub until ctx is done.
func (p *program) serve(ctx context.Context, in *invocation) error {
	log := slog.New(slog.NewTextHandler(p.err, nil))
	listener, err := listen(in.listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	h, err := p.open(ctx, in, log)
	if err != nil {
		return err
	}
	defer h.close()
	if in.publicURL == "" {
		in.publicURL = "http://" + listener.Addr().String()
	}
	condition := &condition{starting: true}
	if err := h.declare(ctx, h.config); err != nil {
		if !errors.Is(err, store.ErrReadOnly) && !errors.Is(err, store.ErrFull) {
			return err
		}
		condition.set("store", "databasen kan ikke skrives: søk virker, innhenting gjør det ikke")
	}
	engine := memory.New()
	defer engine.Close()
	ingester := h.ingester(engine, nil)
	scheduler := ingest.NewScheduler(ingester, h.config.Sources)

	handler, err := api.New(api.Options{
		Hub:      h.info(),
		Listings: listings{h.store}, Sources: &sources{store: h.store, config: h.config}, Engine: func() index.Engine { return engine },
		Taxonomy: h.taxonomy, Assets: widget.Asset, Demo: widget.Demo(), Status: condition.status, Now: in.now, Clock: time.Now,
		Logger: log, Version: version(), RateLimit: api.RateLimit{PerSecond: 20, Burst: 60},
	})
	if err != nil {
		return err
	}
	server := api.NewServer(handler, in.listen)
	server.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	fmt.Fprintf(p.err, "fritidshub %s: %s\n", version(), in.publicURL)

	var group sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer func() { cancel(); group.Wait() }()
	background := func(f func(context.Context)) {
		group.Add(1)
		go func() { defer group.Done(); f(ctx) }()
	}
	background(func(ctx context.Context) {
		ingester.Indexer().Follow(ctx, followEvery, func(err error) {
			condition.ready()
			condition.fault("index", "søkeindeksen henger etter", err)
		})
	})
	background(scheduler.Run)
	background(func(ctx context.Context) { h.reload(ctx, scheduler, condition) })
	background(h.prune)

	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping")
	stop, done := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer done()
	if err := server.Shutdown(stop); err != nil {
		server.Close()
	}
	return nil
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

// reload takes a changed sources.yaml into use. A wrong one changes nothing and is said once.
func (h *hub) reload(ctx context.Context, scheduler *ingest.Scheduler, condition *condition) {
	seen := fileStamp(h.in.sources)
	ticker := time.NewTicker(reloadEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		stamp := fileStamp(h.in.sources)
		if stamp == seen {
			continue
		}
		seen = stamp
		cfg, _, _, err := h.program.load(h.in.sources)
		if err == nil && (cfg.Hub.ID != h.config.Hub.ID || cfg.Hub.Zone.String() != h.config.Hub.Zone.String()) {
			err = errors.New("hub.id eller hub.timezone er endret; start huben på nytt for å ta det i bruk")
		}
		if err == nil {
			err = h.declare(ctx, cfg)
		}
		condition.fault("config", "sources.yaml er feil, den forrige gjelder fortsatt", err)
		if err != nil {
			h.log.Error("sources.yaml is not taken into use", "error", err)
			continue
		}
		scheduler.Update(cfg.Sources)
		h.log.Info("sources.yaml taken into use", "sources", len(cfg.Sources))
	}
}

type stamp struct {
	size int64
	hash string
}

func fileStamp(path string) stamp {
	info, err := os.Stat(path)
	if err != nil || info.Size() > config.MaxFile {
		return stamp{}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return stamp{}
	}
	return stamp{info.Size(), catalog.Hash(text)}
}

// prune forgets old runs once a day.
func (h *hub) prune(ctx context.Context) {
	ticker := time.NewTicker(pruneEvery)
	defer ticker.Stop()
	for {
		if _, err := h.store.Prune(ctx, h.in.now().Add(-ingest.KeepRuns)); err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrReadOnly) {
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
	mu       sync.Mutex
	starting bool
	wrong    map[string]string
}

func (c *condition) ready() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.starting = false
}

func (c *condition) set(part, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wrong == nil {
		c.wrong = map[string]string{}
	}
	if text == "" {
		delete(c.wrong, part)
		return
	}
	c.wrong[part] = text
}

func (c *condition) fault(part, text string, err error) {
	if err == nil {
		text = ""
	}
	c.set(part, text)
}

func (c *condition) status() api.Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := api.Status{Starting: c.starting, Engine: "memory"}
	for _, text := range c.wrong {
		s.Degraded = append(s.Degraded, text)
	}
	return s
}
