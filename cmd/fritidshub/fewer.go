package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fritidshub/config"
)

// fewerHarmless is how many sources a file may leave out at once without being asked about.
const fewerHarmless = 2

// fewerSources is a file that leaves out most of the sources that show something: more often cut short, or another file, than meant.
type fewerSources struct {
	path string
	gone []string // ids
	of   int
}

func (f *fewerSources) summary() string {
	return fmt.Sprintf("%d av %d kilder som viser noe nå, står ikke i den nye fila", len(f.gone), f.of)
}

func (f *fewerSources) Error() string {
	return fmt.Sprintf("%s: %s: %s. Ingenting er endret. Vil du prøve en fil for seg, så bruk -data med en egen mappe også. Skal de bort: skriv enabled: false på dem, "+
		"eller start huben på nytt med denne fila (serve)", f.path, f.summary(), strings.Join(f.gone, ", "))
}

// keepsMost gives fewerSources when cfg leaves out more than half, and more than fewerHarmless, of the sources that show something now. A file
// that says sources: [] means it.
func (h *hub) keepsMost(ctx context.Context, cfg *config.Config) error {
	if len(cfg.Sources) == 0 {
		return nil
	}
	states, err := h.store.SourceStates(ctx)
	if err != nil {
		return err
	}
	f := &fewerSources{path: cfg.Path}
	for _, state := range states {
		if !state.Declared || !state.Enabled || state.Live == 0 {
			continue
		}
		f.of++
		if !slices.ContainsFunc(cfg.Sources, func(s config.Source) bool { return s.ID == state.ID }) {
			f.gone = append(f.gone, state.ID)
		}
	}
	if len(f.gone) > fewerHarmless && 2*len(f.gone) > f.of {
		return f
	}
	return nil
}
