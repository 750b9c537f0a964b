// Package fallback answers searches with one engine and, while that one cannot, with another.
package fallback

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"fritidshub/index"
)

// How long things may take, where Options do not say.
const (
	Timeout = 700 * time.Millisecond
	MaxLag  = 3 * time.Second

	firstRest = time.Second
	maxRest   = 10 * time.Second
)

// ErrBehind says that the primary engine lacks what the standby has had for a while.
var ErrBehind = errors.New("fallback: the engine has not caught up")

// ErrUntried says that the primary engine has not been probed yet.
var ErrUntried = errors.New("fallback: the engine has not answered yet")

// Named is an engine and how it is called.
type Named struct {
	Name string
	index.Engine
}

// Options are what an Engine is made of.
type Options struct {
	Primary Named
	// Standby is always there, and kept in step with the database before all else.
	Standby Named
	// Timeout is the longest that a search waits for the primary before the standby answers it; 0: Timeout.
	Timeout time.Duration
	// MaxLag is how old what the primary knows may be compared with what the standby knows; 0: MaxLag.
	MaxLag time.Duration
	// Clock measures rests and lags.
	Clock func() time.Time
}

// State is who answers.
type State struct {
	Engine string    // its name
	Since  time.Time // by the Clock; zero: since the start
	Err    error     // why it is the standby; nil when the primary answers
}

// Engine is the standby engine, whose searches the primary answers as long as it can. Apply, Rebuild and Close are the standby's: the primary
// has a writer of its own. The primary answers when it was in step at the last Probe; its first failure, a cut-off answer included, ends that
// until a Probe finds it well again, so that no search waits for a dead server after the first.
type Engine struct {
	index.Engine
	o Options

	mu       sync.Mutex
	state    State
	failures int       // in a row
	until    time.Time // the primary is left alone before
	inStep   time.Time // what the primary knows is no older than this
	owed     int64     // what the standby knew at owedAt, and the primary did not yet
	owedAt   time.Time
}

// New makes an Engine. The standby answers until the first Probe.
func New(o Options) *Engine {
	if o.Timeout == 0 {
		o.Timeout = Timeout
	}
	if o.MaxLag == 0 {
		o.MaxLag = MaxLag
	}
	return &Engine{Engine: o.Standby.Engine, o: o, state: State{Engine: o.Standby.Name, Err: ErrUntried}}
}

// State tells who answers.
func (e *Engine) State() State {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state
}

func (e *Engine) primaryAnswers() bool { return e.State().Err == nil }

// Search implements index.Engine. The answer names its engine. A cursor that one engine made goes on in the other by how many hits there
// were before, so that a page may then repeat or lack a hit.
func (e *Engine) Search(ctx context.Context, q index.Query) (index.Result, error) {
	if q.After != nil {
		if by, _, _ := strings.Cut(q.After.Key, " "); by != e.o.Primary.Name && by != e.o.Standby.Name {
			return index.Result{}, fmt.Errorf("%w: neither engine made it", index.ErrCursor)
		}
	}
	var failure error
	if e.primaryAnswers() {
		r, err := e.ask(ctx, q)
		if err == nil || ctx.Err() != nil || errors.Is(err, index.ErrCursor) {
			e.succeeded(err)
			return r, err
		}
		failure = err
	}
	own, done := offered(q, e.o.Standby.Name)
	r, err := e.Engine.Search(ctx, own)
	if err != nil {
		return r, err // neither can: that says nothing of the primary
	}
	if failure != nil {
		e.failed(failure)
	}
	r.Engine = e.o.Standby.Name + "; fallback"
	return signed(r, e.o.Standby.Name, done), nil
}

// ask lets the primary answer within the time that it has.
func (e *Engine) ask(ctx context.Context, q index.Query) (index.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, e.o.Timeout)
	defer cancel()
	own, done := offered(q, e.o.Primary.Name)
	r, err := e.o.Primary.Search(ctx, own)
	if err != nil {
		return r, err
	}
	r.Engine = e.o.Primary.Name
	return signed(r, e.o.Primary.Name, done), nil
}

// offered gives the query as the named engine understands it, and how many hits came before.
func offered(q index.Query, name string) (index.Query, int) {
	if q.After == nil {
		return q, q.Offset
	}
	by, key, _ := strings.Cut(q.After.Key, " ")
	done := max(q.After.Offset, 0)
	if by == name {
		after := *q.After
		after.Key = key
		q.After = &after
	} else {
		q.After, q.Offset = nil, done
	}
	return q, done
}

// signed makes the cursor of an answer tell whose it is, and how many hits come before it.
func signed(r index.Result, name string, done int) index.Result {
	if r.Next != nil {
		next := *r.Next
		next.Key, next.Offset = name+" "+next.Key, done+len(r.Hits)
		r.Next = &next
	}
	return r
}

// Change implements index.Engine: the position of the one that answers.
func (e *Engine) Change(ctx context.Context) (int64, error) {
	if e.primaryAnswers() {
		quick, cancel := context.WithTimeout(ctx, e.o.Timeout)
		defer cancel()
		if at, err := e.o.Primary.Change(quick); err == nil {
			return at, nil
		}
	}
	return e.Engine.Change(ctx)
}

// Count implements index.Engine: the documents of the one that answers.
func (e *Engine) Count(ctx context.Context) (int, error) {
	if e.primaryAnswers() {
		quick, cancel := context.WithTimeout(ctx, e.o.Timeout)
		defer cancel()
		if n, err := e.o.Primary.Count(quick); err == nil {
			return n, nil
		}
	}
	return e.Engine.Count(ctx)
}

// Probe asks the primary something small and compares how far both have come, unless it is being left alone. Call it every second or so,
// from one goroutine: it is what ends and begins the standby's turn.
func (e *Engine) Probe(ctx context.Context) {
	e.mu.Lock()
	resting := e.o.Clock().Before(e.until)
	e.mu.Unlock()
	if resting {
		return
	}
	err := e.probe(ctx)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		e.failed(err)
	default:
		e.turn(State{Engine: e.o.Primary.Name})
	}
}

func (e *Engine) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, e.o.Timeout)
	defer cancel()
	standby, err := e.Engine.Change(ctx)
	if err != nil {
		return err
	}
	if _, err := e.o.Primary.Search(ctx, index.Query{Limit: 1, Now: e.o.Clock()}); err != nil {
		return err
	}
	primary, err := e.o.Primary.Change(ctx)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.o.Clock()
	switch {
	case primary >= standby:
		e.inStep, e.owed, e.owedAt = now, standby, now
	case primary >= e.owed:
		e.inStep, e.owed, e.owedAt = e.owedAt, standby, now
	}
	if now.Sub(e.inStep) > e.o.MaxLag {
		return fmt.Errorf("%w: at change %d of %d", ErrBehind, primary, standby)
	}
	return nil
}

// succeeded forgets failures when the primary has answered a search.
func (e *Engine) succeeded(err error) {
	if err != nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.failures = 0
}

// failed gives the standby its turn and leaves the primary alone, ever longer while it goes on failing. Of many searches that fail at
// once the first counts. One that is only behind is not left alone for long.
func (e *Engine) failed(err error) {
	now := e.o.Clock()
	e.mu.Lock()
	if now.Before(e.until) {
		e.mu.Unlock()
		return
	}
	pause := min(firstRest<<min(e.failures, 10), maxRest)
	if errors.Is(err, ErrBehind) {
		pause = firstRest
	} else {
		e.failures++
	}
	e.until = now.Add(pause)
	e.mu.Unlock()
	e.turn(State{Engine: e.o.Standby.Name, Err: err})
}

// turn makes it another one's turn, or the reason another one.
func (e *Engine) turn(next State) {
	e.mu.Lock()
	defer e.mu.Unlock()
	next.Since = e.state.Since
	if e.state.Engine != next.Engine {
		next.Since = e.o.Clock()
	}
	e.state = next
}
