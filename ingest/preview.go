package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/store"
)

// Preview is what a run would do, and what residents would see of it; its JSON form is that of `preview -json`.
type Preview struct {
	Result
	Complete   bool             `json:"complete"`    // the whole source was read
	Usable     int              `json:"usable"`      // items that can be used
	DerivedIDs int              `json:"derived_ids"` // of those: made an id of, since the source gives none
	Items      []catalog.Record `json:"items"`       // the first ones
}

// Preview fetches, parses, normalises and plans as Run does, with at most max items to show. It writes nothing and takes no lease.
func (in *Ingester) Preview(ctx context.Context, source config.Source, max int) Preview {
	clock := time.Now()
	ctx, cancel := context.WithTimeoutCause(ctx, RunTimeout, fmt.Errorf("kjøringen tok mer enn %s og ble avbrutt", RunTimeout))
	defer cancel()
	out := Preview{Items: []catalog.Record{}}
	state, err := in.Store.SourceState(ctx, source.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		out.Result = Result{Source: source.ID, Status: store.RunFailed, Step: "store", Error: explain(err)}
		return out
	}
	state.Fingerprint = "" // everything is read, also what has not changed
	pl := &pull{in: in, source: source, run: &store.Run{Source: source.ID, Started: in.Now()}, seen: func(r catalog.Record) {
		out.Usable++
		if r.IDDerived {
			out.DerivedIDs++
		}
		if len(out.Items) < max {
			out.Items = append(out.Items, r)
		}
	}}
	defer pl.endTurn()
	p := in.attempt(ctx, pl, state)
	out.Result, out.Complete = resultOf(p), p.Run.Complete
	out.Live, out.Written, out.Seconds = state.Live, 0, time.Since(clock).Seconds()
	return out
}
