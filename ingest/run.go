package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/connectors"
	"fritidshub/fetch"
	"fritidshub/store"
)

// What sets a run off.
const (
	TriggerSchedule = "schedule"
	TriggerHand     = "hand"
	TriggerCatchUp  = "catch-up"
	// TriggerReplay reads what the source answered last once more, without asking it: after a change of the mapping, or offline.
	TriggerReplay = "replay"
)

// Result is how one run of one source ended; its JSON form is the contract of `sync -json`.
type Result struct {
	Source    string          `json:"source"`
	Run       int64           `json:"run,omitzero"` // its number in the ledger
	Status    store.RunStatus `json:"status"`
	Error     string          `json:"error"`
	Step      string          `json:"step,omitzero"`
	Added     int             `json:"added"`
	Updated   int             `json:"updated"`
	Unchanged int             `json:"unchanged"`
	Missing   int             `json:"missing"`
	Removed   int             `json:"removed"`
	Rejected  int             `json:"rejected"`
	Dropped   int             `json:"dropped,omitzero"` // taken away by the source's drop rules
	Live      int             `json:"live"`
	Requests  int             `json:"requests"`
	Seconds   float64         `json:"seconds"`

	Held     *store.Held      `json:"held,omitempty"`
	Rejects  []catalog.Reject `json:"rejects,omitempty"`
	Warnings []string         `json:"warnings,omitempty"`
	Written  int              `json:"written"` // rows of records written
	Indexed  int              `json:"indexed"` // documents sent to the search engine
}

func resultOf(p *store.Plan) Result {
	r := p.Run
	if r.Status == store.RunInterrupted {
		r.Status = store.RunFailed
	}
	return Result{Source: r.Source, Run: r.ID, Status: r.Status, Error: r.Error, Step: r.Step, Added: r.Added, Updated: r.Updated, Unchanged: r.Unchanged,
		Missing: r.Missing, Removed: r.Removed, Rejected: r.Rejected, Dropped: r.Dropped, Live: r.Live, Requests: r.Requests, Seconds: r.Seconds,
		Held: p.Held, Rejects: r.Rejects, Warnings: r.Warnings, Written: len(p.Write) + len(p.Back) + len(p.Missing) + len(p.Remove)}
}

// Run pulls one source once: fetch, parse, plan, apply in one transaction, index. Whatever goes wrong is in the result and in the
// ledger, and removes nothing. It waits for nobody: a source that runs elsewhere is a failed result. A source that has much is pulled
// in chunks, each a run of its own, so that little is held in memory and lost when the process ends; the result is of all of them.
func (in *Ingester) Run(ctx context.Context, source config.Source, trigger string) Result {
	chunks, began := cmp.Or(in.Chunks, MaxChunks), in.Now()
	result, more := in.chunk(ctx, source, trigger, nil, chunks == 1)
	for n := 2; more != nil && ctx.Err() == nil; n++ {
		var next Result
		next, more = in.chunk(ctx, source, trigger, more, n >= chunks || in.Now().Sub(began) >= cmp.Or(in.Chunking, MaxChunking))
		result = result.and(next)
	}
	return result
}

// progress is what a chunk leaves to the next one of the same request.
type progress struct {
	state []byte
	seen  map[string]bool // native ids that the source gave; nil when nothing was known of it, so that nothing can be gone
	held  *store.Held     // what waited for an editor before the first chunk
}

// and is the result of two chunks after each other.
func (r Result) and(next Result) Result {
	worst := []store.RunStatus{store.RunUnchanged, store.RunOK, store.RunPartial, store.RunHeld, store.RunFailed}
	sum := next
	if slices.Index(worst, r.Status) > slices.Index(worst, next.Status) {
		sum.Status = r.Status
	}
	sum.Added, sum.Updated, sum.Unchanged, sum.Removed = r.Added+next.Added, r.Updated+next.Updated, r.Unchanged+next.Unchanged, r.Removed+next.Removed
	sum.Rejected, sum.Dropped, sum.Requests, sum.Seconds = r.Rejected+next.Rejected, r.Dropped+next.Dropped, r.Requests+next.Requests, r.Seconds+next.Seconds
	sum.Held = cmp.Or(next.Held, r.Held)
	sum.Written, sum.Indexed = r.Written+next.Written, r.Indexed+next.Indexed
	sum.Rejects, sum.Warnings = append(slices.Clip(r.Rejects), next.Rejects...), slices.Clip(r.Warnings)
	sum.Rejects = sum.Rejects[:min(len(sum.Rejects), store.MaxRejects)]
	for _, w := range next.Warnings {
		if len(sum.Warnings) < store.MaxWarnings && !slices.Contains(sum.Warnings, w) {
			sum.Warnings = append(sum.Warnings, w)
		}
	}
	return sum
}

// chunk is one pull of a source that goes on from another of the same request, or is the first. It gives what the next one goes on from, nil
// when there is no more, as after the final one.
func (in *Ingester) chunk(ctx context.Context, source config.Source, trigger string, before *progress, final bool) (Result, *progress) {
	started, clock := in.Now(), time.Now()
	fail := func(step string, err error) Result {
		in.Logger.Error("run failed", "source", source.ID, "step", step, "error", err)
		state, _ := in.Store.SourceState(context.WithoutCancel(ctx), source.ID) // what cannot be read shows nothing
		return Result{Source: source.ID, Status: store.RunFailed, Step: step, Error: explain(err), Live: state.Live, Seconds: time.Since(clock).Seconds()}
	}
	run, err := in.begin(ctx, source.ID, trigger, started)
	if err != nil {
		return fail("store", err), nil
	}
	hub := ctx
	ctx, cancel := context.WithTimeoutCause(ctx, RunTimeout, fmt.Errorf("kjøringen tok mer enn %s og ble avbrutt", RunTimeout))
	defer cancel()
	renewed := in.renew(ctx, run.ID)
	defer renewed()

	state, err := in.Store.SourceState(ctx, source.ID)
	if err != nil {
		return fail("store", err), nil
	}
	pl := &pull{in: in, source: source, run: &run, replay: trigger == TriggerReplay, before: before, final: final}
	defer pl.endTurn()
	if pl.replay {
		if pl.asOf, err = in.Store.LastKept(ctx, source.ID); err != nil {
			return fail("store", err), nil
		}
	}
	p := in.attempt(ctx, pl, state)
	if err := in.shifted(ctx, p); err != nil {
		in.Logger.Warn("times are not compared", "source", source.ID, "error", err)
	}
	if p.Held != nil && p.KeepState { // what comes after it would pass it over
		pl.after = nil
	}
	p.Pages, p.PageURLs, p.Replay = pl.pages, pl.asked, pl.replay
	if len(p.Write)+len(p.Remove) > 0 || p.Peer != state.Peer && p.Peer != "" {
		p.Match = in.match(pl.batch, p)
	}
	p.KeepState = p.KeepState || pl.replay
	if p.KeepState && p.Run.Status.Good() {
		// What it wrote is not what the kept answers say: the next run reads those too, unchanged or not.
		p.Fingerprint = state.Fingerprint
		if p.Fingerprint != "" && len(p.Write)+len(p.Back)+len(p.Missing)+len(p.Remove) > 0 && !strings.HasSuffix(p.Fingerprint, withRejects) {
			p.Fingerprint += withRejects
		}
	}
	if p.Run.Status == store.RunFailed && hub.Err() != nil {
		p.Run.Status, p.Run.Error = store.RunInterrupted, explain(context.Canceled)
	}
	p.Run.Finished = in.Now()
	p.Run.Seconds = time.Since(clock).Seconds()

	in.Progress(Progress{Source: source.ID, Step: "store", Requests: p.Run.Requests, Records: len(p.Write), Rejects: p.Run.Rejected})
	// A run that was cancelled is still written down; its own time limit must not keep it from the ledger.
	finish, done := context.WithTimeout(context.WithoutCancel(ctx), RunTimeout) // others may be writing
	defer done()
	write := courtesy(finish, in.Answering)
	if err := in.work(func() error { _, err := in.Store.Finish(write, p); return err }); err != nil {
		b := newBatch(in.Hub, source, nil, started)
		bad := failed(b, state, p.Run, "store", err)
		if _, again := in.Store.Finish(finish, bad); again != nil {
			return fail("store", err), nil
		}
		p, pl.after = bad, nil
	}
	result := resultOf(p)
	if in.indexer != nil && pl.after == nil { // meanwhile it follows in its own time
		in.Progress(Progress{Source: source.ID, Step: "index", Requests: p.Run.Requests, Records: len(p.Write), Rejects: p.Run.Rejected})
		if err := in.work(func() error { result.Indexed, err = in.indexer.CatchUp(finish); return err }); err != nil {
			in.Logger.Error("index is behind", "source", source.ID, "error", err)
			result.Warnings = append(result.Warnings, "lagret, men søket er ikke oppdatert ennå: "+err.Error())
		}
	}
	result.Seconds = time.Since(clock).Seconds()
	in.log(result, state.LastStatus)
	return result, pl.after
}

// begin opens a run, waiting up to LeaseWait for another one of the same source.
func (in *Ingester) begin(ctx context.Context, source, trigger string, now time.Time) (store.Run, error) {
	deadline := time.Now().Add(in.LeaseWait)
	for {
		run, err := in.Store.Begin(ctx, source, trigger, now, LeaseTTL)
		if !errors.Is(err, store.ErrLeased) || time.Now().After(deadline) {
			return run, err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return run, ctx.Err()
		}
	}
}

// log tells of a run, of one that found nothing new after another such one in a whisper.
func (in *Ingester) log(r Result, before store.RunStatus) {
	level := slog.LevelInfo
	switch {
	case r.Status == store.RunFailed || r.Status == store.RunHeld:
		level = slog.LevelWarn
	case r.Status == store.RunUnchanged && before == store.RunUnchanged:
		level = slog.LevelDebug
	}
	in.Logger.Log(context.Background(), level, "run", "source", r.Source, "status", r.Status, "error", r.Error, "added", r.Added, "updated", r.Updated,
		"unchanged", r.Unchanged, "missing", r.Missing, "removed", r.Removed, "rejected", r.Rejected, "live", r.Live, "requests", r.Requests, "seconds", r.Seconds)
}

// renew keeps the lease of a run until the returned function is called.
func (in *Ingester) renew(ctx context.Context, run int64) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(LeaseTTL / 4)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if err := in.Store.Renew(ctx, run, in.Now(), LeaseTTL); err != nil {
					in.Logger.Warn("lease not renewed", "run", run, "error", err)
				}
			}
		}
	}()
	return func() { cancel(); <-ended }
}

// attempt pulls and plans. It never panics and always gives a plan, if only that of a failed run.
func (in *Ingester) attempt(ctx context.Context, pl *pull, state store.SourceState) (p *store.Plan) {
	source, run := pl.source, *pl.run
	b := newBatch(in.Hub, source, in.headsOf(ctx, source.ID), run.Started)
	step := "config"
	defer func() {
		if r := recover(); r != nil {
			in.Logger.Error("connector panicked", "source", source.ID, "panic", r, "stack", string(debug.Stack()))
			p = failed(b, state, run, "parse", fmt.Errorf("innlesingen av kind %s stoppet på grunn av en feil i fritidshub; meld den til dem som lager fritidshub", source.Kind))
		}
	}()
	kind, ok := in.Registry.Kind(source.Kind)
	if !ok {
		return failed(b, state, run, step, fmt.Errorf("kind %q finnes ikke", source.Kind))
	}
	connector, err := kind.New(source.Options.Decode)
	if err != nil {
		return failed(b, state, run, step, err)
	}
	b.live = state.Live
	b.look = func(ids []string, f func(store.Head) error) error { return in.Store.HeadsOf(ctx, source.ID, ids, f) }
	b.places = func() (*locator, error) { return in.locator(ctx) }
	fingerprint := in.fingerprint(source, kind)
	pl.run, pl.batch, b.seen, b.tax = &run, b, pl.seen, in.Taxonomy
	pl.spacing = kind.Spacing
	var cursor []byte
	if kind.Remembers {
		cursor = state.State
	}
	if last, had := strings.CutSuffix(state.Fingerprint, withRejects); last == fingerprint && !pl.replay {
		cursor, pl.again = state.State, had
		age := run.Started.Sub(state.LastPull)
		pl.conditional = age >= 0 && age < ForcePullAfter
		err = pl.remember(ctx)
	} else if pl.replay {
		err = pl.remember(ctx)
	}
	if err != nil {
		return failed(b, state, run, "store", err)
	}
	if pl.before != nil {
		cursor, b.earlier, state.Held = pl.before.state, pl.before.seen, pl.before.held
	}
	if b.peers, err = in.peers(ctx); err != nil {
		return failed(b, state, run, "store", err)
	}
	outcome, err := connector.Pull(ctx, pl.session(cursor))
	pl.hear()
	if err == nil {
		outcome.Changes = outcome.Changes || pl.before != nil && pl.before.seen == nil
		err = in.isPeer(ctx, source, state, outcome.Hub, b.peers)
	}
	if pl.final && outcome.More {
		outcome.More = false
		outcome.Why = cmp.Or(outcome.Why, "Kilden har mer enn det som hentes på én gang. Det som er lest, er tatt inn, og neste kjøring går videre der denne slapp. Tar den aldri slutt, så spør den som driver den, eller slå den av.")
	}
	if err == nil && pl.gaps > 0 {
		outcome.Complete = false
		outcome.Why = fmt.Sprintf("%d svar er ikke tatt vare på, derfor er ingenting regnet som borte", pl.gaps)
	}
	if err != nil {
		step = stepOf(err)
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return failed(b, state, run, step, err)
	}
	in.Failpoint("after_fetch")
	in.Progress(Progress{Source: source.ID, Step: "parse", Requests: run.Requests, Records: len(b.items), Rejects: b.rejected})
	if outcome.Unchanged && state.Missing == 0 && state.Held == nil {
		run.Status, run.Complete, run.Unchanged, run.Warnings = store.RunUnchanged, true, state.Live, b.warnings
		p = &store.Plan{Run: run, Now: run.Started, State: state.State}
		if outcome.State != nil {
			p.State = outcome.State
		}
	} else if p, err = makePlan(b, outcome, run, state.Held); err != nil {
		return failed(b, state, run, "guard", err)
	}
	if b.rejected > 0 {
		fingerprint += withRejects
	}
	p.Fingerprint, p.Grows, p.Pulled = fingerprint, outcome.Changes, !pl.conditional
	pl.after = pl.progress(outcome, state)
	return p
}

func (in *Ingester) headsOf(ctx context.Context, source string) func() (*heads, error) {
	var known *heads
	return func() (*heads, error) {
		if known != nil {
			return known, nil
		}
		h := newHeads()
		if err := in.Store.Heads(ctx, source, h.add); err != nil {
			return nil, err
		}
		known = h
		return known, nil
	}
}

// fingerprint changes when the same bytes would be read differently: other settings, another connector, another version.
func (in *Ingester) fingerprint(s config.Source, k connectors.Kind) string {
	return catalog.Hash(fmt.Appendf(nil, "%s|%s|%s|%d|%s|%s|%s|%+v|%q|%q|%q|%v|%s|%s|%s", in.Version, in.Hub.ID, k.Name, k.Version, s.URL, s.Language,
		s.Municipality, s.Defaults, s.Categories, s.Ignore, s.Volatile, s.Drop, s.Options.Text(), in.Hub.Zone, s.Name))
}

// readsOtherwise reports whether two settings of one source may give different listings.
func (in *Ingester) readsOtherwise(a, b config.Source) bool {
	kind, _ := in.Registry.Kind(b.Kind)
	return a.Kind != b.Kind || a.Guard != b.Guard || a.Limits != b.Limits || !maps.Equal(a.Headers, b.Headers) || in.fingerprint(a, kind) != in.fingerprint(b, kind)
}

func stepOf(err error) string {
	var fe *fetch.Error
	switch {
	case errors.As(err, &fe) && fe.Step == fetch.StepDecode:
		return "decode"
	case errors.As(err, &fe):
		return "fetch"
	case errors.Is(err, connectors.ErrUnreadable):
		return "parse"
	case errors.Is(err, store.ErrCorrupt), errors.Is(err, store.ErrFull), errors.Is(err, store.ErrReadOnly):
		return "store"
	}
	return "parse"
}

// explain turns an error into a sentence for an editor.
func explain(err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "kjøringen ble avbrutt fordi fritidshub ble stoppet; den tas på nytt når fritidshub starter igjen"
	case errors.Is(err, store.ErrLeased):
		return "kilden hentes allerede av en annen kjøring; vent til den er ferdig"
	case errors.Is(err, store.ErrFull):
		return "disken er full: frigjør plass, så fortsetter huben av seg selv. Ingenting er tapt."
	case errors.Is(err, store.ErrReadOnly):
		return "databasen kan ikke skrives: sjekk rettighetene til datamappen. Søk virker, innhenting gjør det ikke."
	}
	return err.Error()
}
