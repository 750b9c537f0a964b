package ingest_test

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"fritidshub/config"
	"fritidshub/ingest"
	"fritidshub/store"
)

func TestBackOff(t *testing.T) {
	want := []time.Duration{0, 5, 10, 20, 40, 80, 160, 320, 360, 360}
	for failures, minutes := range want {
		if got := ingest.BackOff(failures); got != minutes*time.Minute {
			t.Errorf("%d failures: %s", failures, got)
		}
	}
	if got := ingest.BackOff(1_000_000); got != ingest.MaxBackOff {
		t.Errorf("a million failures: %s", got)
	}
}

func TestDue(t *testing.T) {
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	hourly, err := config.ParseSchedule("0 * * * *", oslo, config.MinInterval)
	if err != nil {
		t.Fatal(err)
	}
	source := config.Source{ID: "kilde", Enabled: true, Schedule: hourly}
	at := time.Date(2026, 11, 22, 11, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		name     string
		source   config.Source
		state    store.SourceState
		from, to time.Time // the due time lies between
	}{
		{"never ran: at once", source, store.SourceState{}, time.Time{}.Add(1), at},
		{"by its schedule, up to a tenth later", source, store.SourceState{LastRun: at}, at.Add(30 * time.Minute), at.Add(33 * time.Minute)},
		{"failing: after the back-off, sooner than its schedule", source, store.SourceState{LastRun: at, Failures: 2}, at.Add(10*time.Minute + 1), at.Add(11 * time.Minute)},
		{"failing for long: later than its schedule", source, store.SourceState{LastRun: at, Failures: 9}, at.Add(6*time.Hour + 1), at.Add(6*time.Hour + 5*time.Minute)},
		{"stopped in the middle: at once", source, store.SourceState{LastRun: at, LastStatus: store.RunInterrupted}, at, at},
		{"stopped in the middle while it fails: after the back-off", source, store.SourceState{LastRun: at, LastStatus: store.RunInterrupted, Failures: 1}, at.Add(5*time.Minute + 1), at.Add(5*time.Minute + 30*time.Second)},
		{"switched off: never", config.Source{ID: "av", Schedule: hourly}, store.SourceState{}, time.Time{}, time.Time{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := ingest.Due(c.source, c.state); got.Before(c.from) || got.After(c.to) {
				t.Errorf("due at %s, want %s to %s", got, c.from, c.to)
			}
		})
	}
}

// TestSchedulerKeepsSourcesApart: a source that hangs delays no other, and one that fails harms no other; a stop ends what hangs.
func TestSchedulerKeepsSourcesApart(t *testing.T) {
	b := newBench(t, "henger", "feiler", "a", "b")
	entered := make(chan struct{})
	b.provider.set("/henger", func(_ http.ResponseWriter, r *http.Request) {
		close(entered)
		<-r.Context().Done()
	})
	b.provider.set("/feiler", status(404, "borte"))
	b.provider.set("/a", list(some(3)...))
	b.provider.set("/b", list(some(3)...))
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	scheduler := ingest.NewScheduler(b.in, b.sources)
	go func() { scheduler.Run(ctx); close(stopped) }()
	<-entered
	for range 3 { // all but the one that hangs
		<-b.stored
	}
	cancel()
	<-stopped
	states, err := b.db.SourceStates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range states {
		want := store.RunOK
		switch s.ID {
		case "henger":
			want = store.RunInterrupted
		case "feiler":
			want = store.RunFailed
		}
		if s.LastStatus != want {
			t.Errorf("%s: %s %s", s.ID, s.LastStatus, s.LastError)
		}
	}
	if n := b.provider.requests("/a"); n != 1 {
		t.Errorf("a was asked %d times on a clock that stands still", n)
	}
}

// TestSchedulerTakesNewSources: a source that is new, or is to be read in another way, runs at once.
func TestSchedulerTakesNewSources(t *testing.T) {
	b := newBench(t, "a", "ny")
	b.provider.set("/a", list(some(1)...))
	b.provider.set("/ny", list(some(1)...))
	ctx, cancel := context.WithCancel(t.Context())
	scheduler := ingest.NewScheduler(b.in, b.sources[:1])
	stopped := make(chan struct{})
	go func() { scheduler.Run(ctx); close(stopped) }()
	if id := <-b.stored; id != "a" {
		t.Errorf("%s ran first", id)
	}
	scheduler.Update(b.sources)
	if id := <-b.stored; id != "ny" {
		t.Errorf("%s ran second", id)
	}
	mended := slices.Clone(b.sources)
	mended[0].Defaults.Category = "hiking"
	scheduler.Update(mended)
	if id := <-b.stored; id != "a" {
		t.Errorf("%s ran after the settings of a had changed", id)
	}
	cancel()
	<-stopped
}

// TestSchedulerHearsNews: a source that has something new runs at once, though its time has not come; on a clock that stands still it has not rested.
func TestSchedulerHearsNews(t *testing.T) {
	b := newBench(t, "a")
	b.provider.set("/a", list(some(1)...))
	var late atomic.Bool
	still := b.in.Now
	b.in.Now = func() time.Time {
		if late.Load() {
			return still().Add(ingest.NewsRest)
		}
		return still()
	}
	ctx, cancel := context.WithCancel(t.Context())
	scheduler := ingest.NewScheduler(b.in, b.sources)
	stopped := make(chan struct{})
	go func() { scheduler.Run(ctx); close(stopped) }()
	<-b.stored
	late.Store(true)
	scheduler.News("a")
	scheduler.News("annen")
	<-b.stored
	cancel()
	<-stopped
	if n := b.provider.requests("/a"); n != 2 {
		t.Errorf("a was asked %d times", n)
	}
}

// TestSchedulerAfterAWrongClock: a run that stands in the ledger as made years ahead keeps its source neither from running nor from
// being read in full.
func TestSchedulerAfterAWrongClock(t *testing.T) {
	b := newBench(t, "a")
	conditional := 0
	b.provider.set("/a", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != "" {
			conditional++
		}
		w.Header().Set("ETag", `"a"`)
		list(some(1)...)(w, r)
	})
	b.wait(9 * 365 * 24 * time.Hour)
	b.run("a")
	<-b.stored
	b.wait(-9 * 365 * 24 * time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() { ingest.NewScheduler(b.in, b.sources).Run(ctx); close(stopped) }()
	<-b.stored
	cancel()
	<-stopped
	if conditional > 0 {
		t.Errorf("%d conditional requests", conditional)
	}
}
