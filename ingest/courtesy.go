package ingest

import (
	"context"
	"time"
)

const (
	courtesyStep = 200 * time.Microsecond
	courtesyMost = 4 * time.Millisecond
)

// courteous is the context of long work in a process that answers residents too. Between two steps, where the work asks it whether to stop, it
// waits while somebody is being answered, for courtesyMost at most: the answer is given at once, and the work still gets on when there is always
// somebody. A context that is derived from it does not wait, so it is made where the steps are.
type courteous struct {
	context.Context
	answering func() bool
}

// courtesy makes ctx courteous, when it is known whether somebody is being answered.
func courtesy(ctx context.Context, answering func() bool) context.Context {
	if answering == nil {
		return ctx
	}
	return courteous{ctx, answering}
}

// Err implements context.Context.
func (c courteous) Err() error {
	StandBack(c.answering)
	return c.Context.Err()
}

// StandBack waits while somebody is being answered, for a few milliseconds at most: between two steps of long work. It does not wait when answering
// is nil.
func StandBack(answering func() bool) {
	for waited := time.Duration(0); waited < courtesyMost && answering != nil && answering(); waited += courtesyStep {
		time.Sleep(courtesyStep)
	}
}
