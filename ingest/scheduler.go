package ingest

import (
	"context"
	"hash/fnv"
	"maps"
	"slices"
	"sync"
	"time"

	"fritidshub/config"
	"fritidshub/store"
)

// Bounds of the scheduler.
const (
	Parallel   = 8 // runs at once
	MinBackOff = 5 * time.Minute
	MaxBackOff = 6 * time.Hour
	MaxJitter  = 5 * time.Minute
	HeldRest   = time.Hour       // how long a source rests at least while an editor is waited for
	MaxAhead   = time.Hour       // a last run further ahead was made by a clock that was wrong
	NewsRest   = 3 * time.Second // how long a source rests at least, though it says that it has something new
	tick       = time.Second
)

// BackOff is how long a source rests after so many failures in a row: 5 minutes doubling to 6 hours.
func BackOff(failures int) time.Duration {
	if failures <= 0 {
		return 0
	}
	return min(MinBackOff<<min(failures-1, 10), MaxBackOff)
}

// Due is when a source runs next: at once when it never ran or was stopped in the middle, after its back-off when it fails, else by its
// schedule, the latter two up to a tenth later so that sources do not all start on the minute. The zero time means never.
func Due(s config.Source, state store.SourceState) time.Time {
	var at time.Time
	switch {
	case !s.Enabled:
		return time.Time{}
	case state.LastRun.IsZero():
		return time.Unix(1, 0)
	case state.Failures > 0:
		at = state.LastRun.Add(BackOff(state.Failures))
	case state.LastStatus == store.RunInterrupted:
		return state.LastRun
	default:
		if at = s.Schedule.Next(state.LastRun); at.IsZero() {
			return at
		}
		if rested := state.LastRun.Add(HeldRest); state.Held != nil && at.Before(rested) {
			at = rested
		}
	}
	h := fnv.New32a()
	h.Write([]byte(s.ID))
	window := min(at.Sub(state.LastRun)/10, MaxJitter)
	return at.Add(time.Duration(float64(window) * float64(h.Sum32()%1000) / 1000))
}

// Scheduler runs every source when it is due, at most Parallel at once, one source never twice at a time. One bad source neither delays
// nor harms another: each waits for nothing but its own turn.
type Scheduler struct {
	in *Ingester

	mu      sync.Mutex
	sources []config.Source
	running map[string]bool
	changed map[string]bool // due at once, since their settings have changed
	news    map[string]bool // due soon, since they have said that there is something new
	heard   chan struct{}   // there are news
	slots   chan struct{}
	group   sync.WaitGroup
}

// NewScheduler makes a Scheduler for sources.
func NewScheduler(in *Ingester, sources []config.Source) *Scheduler {
	return &Scheduler{in: in, sources: sources, running: map[string]bool{}, changed: map[string]bool{}, news: map[string]bool{}, heard: make(chan struct{}, 1), slots: make(chan struct{}, Parallel)}
}

// Update replaces the sources. One that is to be read in another way than before is due at once. Runs under way end as they began.
func (s *Scheduler) Update(sources []config.Source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, source := range sources {
		before := slices.IndexFunc(s.sources, func(old config.Source) bool { return old.ID == source.ID })
		if before >= 0 && s.in.readsOtherwise(s.sources[before], source) {
			s.changed[source.ID] = true
		}
	}
	s.sources = sources
}

// News says that a source has something new: it runs before its time, as soon as its last run has ended and lies NewsRest back. One that fails, or that an
// editor must decide about, keeps its own time.
func (s *Scheduler) News(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.news[id] = true
	select {
	case s.heard <- struct{}{}:
	default:
	}
}

// hears reports whether a source runs before its time when it has something new.
func hears(state store.SourceState, now time.Time) bool {
	return state.Failures == 0 && state.Held == nil && now.Sub(state.LastRun) >= NewsRest
}

// Sources are those that it runs.
func (s *Scheduler) Sources() []config.Source {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sources
}

// Run runs sources until ctx is done, and returns when the runs under way have ended.
func (s *Scheduler) Run(ctx context.Context) {
	defer s.group.Wait()
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		s.launch(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-s.heard:
		}
	}
}

func (s *Scheduler) launch(ctx context.Context) {
	// A run that ends while the states are read is not seen in them: it counts as running until the next time.
	s.mu.Lock()
	before := maps.Clone(s.running)
	s.mu.Unlock()
	states, err := s.in.Store.SourceStates(ctx)
	if err != nil {
		if ctx.Err() == nil {
			s.in.Logger.Error("scheduler cannot read the ledger", "error", err)
		}
		return
	}
	byID := make(map[string]store.SourceState, len(states))
	for _, state := range states {
		byID[state.ID] = state
	}
	now := s.in.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, source := range s.sources {
		state := byID[source.ID]
		due := Due(source, state)
		if state.LastRun.Sub(now) > MaxAhead && !due.IsZero() {
			due = now
		}
		early := s.changed[source.ID] || s.news[source.ID] && hears(state, now)
		if s.running[source.ID] || before[source.ID] || due.IsZero() || due.After(now) && !early {
			continue
		}
		delete(s.changed, source.ID)
		delete(s.news, source.ID)
		trigger := TriggerSchedule
		if !state.LastRun.IsZero() && now.Sub(due) > MinBackOff {
			trigger = TriggerCatchUp
		}
		s.running[source.ID] = true
		s.group.Add(1)
		go s.run(ctx, source, trigger)
	}
}

func (s *Scheduler) run(ctx context.Context, source config.Source, trigger string) {
	defer s.group.Done()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.running, source.ID)
	}()
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		return
	}
	result := s.in.Run(ctx, source, trigger)
	<-s.slots
	if result.Status == store.RunFailed && result.Step == "store" {
		// Nothing of it stands in the ledger, so the ledger cannot hold it back.
		select {
		case <-time.After(time.Minute):
		case <-ctx.Done():
		}
	}
}
