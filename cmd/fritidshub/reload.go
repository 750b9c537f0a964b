package main

import (
	"context"
	"errors"
	"os"
	"time"

	"fritidshub/catalog"
	"fritidshub/config"
)

const unwritable = "databasen kan ikke skrives: søk virker, innhenting gjør det ikke"

// reloader takes a changed sources.yaml into use. A wrong one changes nothing, nor does one that would hide most of what is shown, and one
// that is still being written is let be.
type reloader struct {
	hub       *hub
	condition *condition
	// undeclared is what the store does not know yet.
	undeclared  *config.Config
	taken, last stamp
	// use puts a declared configuration to work.
	use func(*config.Config) error
	// asked are those who have written the file whole and wait until it is in use.
	asked chan chan<- error
}

func (r *reloader) run(ctx context.Context) {
	ticker := time.NewTicker(reloadEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case answer := <-r.asked:
			r.last = fileStamp(r.hub.in.sources)
			answer <- r.look(ctx)
		case <-ticker.C:
			_ = r.look(ctx) // what is wrong is told by condition
		}
	}
}

// now has a file that was written whole taken into use, and waits for that. The error says why it is not, or that of ctx that it took too long.
func (r *reloader) now(ctx context.Context) error {
	answer := make(chan error, 1)
	select {
	case r.asked <- answer:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// look takes the file into use if it is another one that stands still. The error says what keeps that one from it.
func (r *reloader) look(ctx context.Context) error {
	now := fileStamp(r.hub.in.sources)
	settled := now == r.last
	r.last = now
	if settled && now != r.taken {
		r.taken = now
		cfg, err := r.read(ctx)
		text := "sources.yaml er feil, den forrige gjelder fortsatt"
		var fewer *fewerSources
		if errors.As(err, &fewer) {
			text = fewer.summary() + "; den forrige sources.yaml gjelder fortsatt. Er det meningen: start huben på nytt, eller skriv sources: [] om alle skal bort"
		}
		r.condition.fault("config", text, err)
		if err != nil {
			return err
		}
		r.undeclared = cfg
	}
	if r.undeclared == nil {
		return nil
	}
	err := r.hub.take(ctx, r.undeclared)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r.condition.fault("store", unwritable, err)
	if err != nil {
		return err
	}
	if err = r.use(r.undeclared); err != nil {
		r.condition.fault("config", "sources.yaml er bare delvis tatt i bruk; start huben på nytt", err)
	}
	r.hub.log.Info("sources.yaml er tatt i bruk", "sources", len(r.undeclared.Sources))
	r.hub.config, r.undeclared = r.undeclared, nil
	return err
}

func (r *reloader) read(ctx context.Context) (*config.Config, error) {
	cfg, _, _, err := r.hub.program.load(r.hub.in.sources)
	if err == nil && (cfg.Hub.ID != r.hub.config.Hub.ID || cfg.Hub.Zone.String() != r.hub.config.Hub.Zone.String()) {
		err = errors.New("hub.id eller hub.timezone er endret; start huben på nytt for å ta det i bruk")
	}
	if err == nil {
		err = r.hub.keepsMost(ctx, cfg)
	}
	return cfg, err
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
