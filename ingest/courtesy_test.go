package ingest

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// Long work waits between two steps while somebody is being answered, not for ever, and not once it shall stop.
func TestWorkStandsBack(t *testing.T) { synctest.Test(t, workStandsBack) }

func workStandsBack(t *testing.T) {
	asked := 0
	left := func(after int) func() bool {
		asked = 0
		return func() bool { asked++; return asked <= after }
	}
	const always = 1 << 30
	for _, c := range []struct {
		name             string
		answering        func() bool
		fewest, mostAsks int
	}{
		{"nobody", left(0), 1, 1},
		{"somebody for a while", left(3), 4, 4},
		{"always somebody", left(always), int(courtesyMost / courtesyStep), int(courtesyMost/courtesyStep) + 1},
	} {
		asked = 0
		began := time.Now()
		if err := courtesy(t.Context(), c.answering).Err(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if asked < c.fewest || asked > c.mostAsks {
			t.Errorf("%s: looked %d times, not %d to %d", c.name, asked, c.fewest, c.mostAsks)
		}
		if waited := time.Since(began); waited > courtesyMost {
			t.Errorf("%s: waited %v", c.name, waited)
		}
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := courtesy(stopped, left(0)).Err(); !errors.Is(err, context.Canceled) {
		t.Errorf("the error of work that shall stop is %v", err)
	}
	if ctx := t.Context(); courtesy(ctx, nil) != ctx {
		t.Error("where nobody is answered, the context is another")
	}
}
