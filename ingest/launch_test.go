package ingest

import (
	"context"
	"testing"
	"time"

	"fritidshub/config"
	"fritidshub/store"
)

// stale is a store whose states are read while something else happens.
type stale struct {
	store.Store
	meanwhile func()
}

func (s stale) SourceStates(context.Context) ([]store.SourceState, error) {
	defer s.meanwhile()
	return []store.SourceState{{Source: store.Source{ID: "kilde"}}}, nil
}

// TestLaunchDistrustsStaleStates: a source whose run ends between the reading of the states and the look at them does not run twice.
func TestLaunchDistrustsStaleStates(t *testing.T) {
	var s *Scheduler
	ended := stale{meanwhile: func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.running, "kilde")
	}}
	s = NewScheduler(New(Options{Store: ended, Now: time.Now}), []config.Source{{ID: "kilde", Enabled: true}})
	s.running["kilde"] = true
	ctx, cancel := context.WithCancel(t.Context())
	for range Parallel { // no run gets a turn
		s.slots <- struct{}{}
	}
	s.launch(ctx)
	defer s.group.Wait()
	defer cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running["kilde"] {
		t.Error("it was set off again")
	}
}

// TestHears: a source that has news runs before its time, once it has rested; one that fails or waits for an editor keeps its own time.
func TestHears(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		state store.SourceState
		want  bool
	}{
		"never ran":        {store.SourceState{}, true},
		"rested":           {store.SourceState{LastRun: now.Add(-NewsRest)}, true},
		"ran just now":     {store.SourceState{LastRun: now.Add(-NewsRest + time.Millisecond)}, false},
		"fails":            {store.SourceState{LastRun: now.Add(-time.Hour), Failures: 1}, false},
		"is to be decided": {store.SourceState{LastRun: now.Add(-time.Hour), Held: &store.Held{}}, false},
	} {
		if hears(c.state, now) != c.want {
			t.Errorf("%s: hears %v", name, !c.want)
		}
	}
}
