package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"fritidshub/api"
	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/ingest"
	"fritidshub/store"
)

// listings lets the API read the store without knowing it.
type listings struct{ store.Listings }

func (l listings) Listing(ctx context.Context, id string) (catalog.ListingState, error) {
	found, err := l.Listings.Listing(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		err = api.ErrNotFound
	}
	return found, err
}

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

// sources gives the API the state of the declared sources.
type sources struct {
	store store.Sources
	zone  *time.Location // of schedules

	parsed sync.Map // schedule as written -> config.Schedule: to read one is to try it over a day
}

// schedule reads a schedule once.
func (s *sources) schedule(text string) (config.Schedule, bool) {
	if known, ok := s.parsed.Load(text); ok {
		return known.(config.Schedule), true
	}
	spec, err := config.ParseSchedule(text, s.zone, 0)
	if err == nil {
		s.parsed.Store(text, spec)
	}
	return spec, err == nil
}

func (s *sources) Sources(ctx context.Context) ([]api.Source, error) {
	states, err := s.store.SourceStates(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]api.Source, 0, len(states))
	for i := range states {
		if states[i].Declared {
			out = append(out, s.source(&states[i]))
		}
	}
	return out, nil
}

// source is what the API tells of a source.
func (s *sources) source(state *store.SourceState) api.Source {
	a := api.Source{ID: state.ID, Name: state.Name, Kind: state.Kind, URL: state.URL, Licence: state.Licence, Attribution: state.Attribution,
		Language: state.Language, Schedule: state.Schedule, Enabled: state.Enabled, Share: state.PassOn, Status: string(state.LastStatus), LastRun: state.LastRun,
		LastGood: state.LastGood, FailingFrom: state.FailingFrom, Failures: state.Failures, Error: state.LastError, Live: state.Live, Missing: state.Missing}
	if spec, ok := s.schedule(state.Schedule); ok && state.Enabled {
		due := ingest.Due(config.Source{ID: state.ID, Enabled: true, Schedule: spec}, *state)
		if due.Year() > 1970 {
			a.NextRun = due
		}
	}
	switch h := state.Held; {
	case h == nil:
	case h.Kept: // nobody is waited for, but it is not what the source says
		a.Status = string(store.RunPartial)
	default:
		a.Held = &api.Held{Since: h.Since, Removals: h.Removals, Of: h.Of, Reason: h.Reason}
	}
	return a
}
