package ingest

import (
	"context"
	"errors"
	"testing"

	"fritidshub/store"
)

// Two runs that have read much go on at once; a third waits until one of them is done, and those that have read little never wait.
func TestHeavyRunsTakeTurns(t *testing.T) {
	in := New(Options{})
	newPull := func(bytes int64) *pull { return &pull{in: in, run: &store.Run{Bytes: bytes}} }
	stopped := errors.New("stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)

	first, second, third := newPull(HeavyRun), newPull(HeavyRun), newPull(HeavyRun)
	for _, p := range []*pull{first, second, newPull(HeavyRun - 1)} {
		if err := p.waitTurn(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := first.waitTurn(ctx); err != nil {
		t.Errorf("a run that has its turn asks again: %v", err)
	}
	if err := third.waitTurn(ctx); !errors.Is(err, stopped) {
		t.Errorf("a third heavy run was not kept waiting: %v", err)
	}
	third.endTurn() // has none
	went := make(chan error)
	go func() { went <- third.waitTurn(t.Context()) }()
	first.endTurn()
	if err := <-went; err != nil {
		t.Error(err)
	}
}
