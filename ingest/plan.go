package ingest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/store"
)

// heads is what the store has of a source.
type heads struct {
	byID      map[string]store.Head
	byContent map[string][]string // content key -> native ids
}

func newHeads() *heads {
	return &heads{byID: map[string]store.Head{}, byContent: map[string][]string{}}
}

func (h *heads) add(head store.Head) error {
	h.byID[head.NativeID] = head
	h.byContent[head.ContentKey] = append(h.byContent[head.ContentKey], head.NativeID)
	return nil
}

// makePlan compares what was emitted with what is stored. It decides what is written, what goes missing, what is removed and what is
// held; it changes nothing. An error means that the run fails and everything known stays. held is what waits for an editor already.
func makePlan(b *batch, outcome connectors.Outcome, run store.Run, held *store.Held) (*store.Plan, error) {
	known, err := b.compared(outcome.Changes && !outcome.Unchanged)
	if err != nil {
		return nil, err
	}
	p := &planning{batch: b, known: known, absenceCounts: outcome.Complete && !outcome.Changes && !b.nameless,
		Plan: store.Plan{Run: run, Now: b.now, State: outcome.State}}
	p.Run.Complete, p.Run.Rejected, p.Run.Dropped = outcome.Complete, b.rejected, len(b.dropped)
	if outcome.Unchanged {
		for _, head := range known.byID {
			if head.MissingSince.IsZero() {
				p.Run.Unchanged++
			}
		}
	} else {
		if items := len(b.items) + b.rejected + b.expired + b.own + b.direct + len(b.dropped); !outcome.Changes && float64(b.rejected) > RejectShare*float64(items) {
			return nil, fmt.Errorf("%d av %d oppføringer kunne ikke brukes, derfor er ingenting endret. Den første: %s", b.rejected, items, b.rejects[0].Reason)
		}
		if err := p.rekey(); err != nil {
			return nil, err
		}
		p.writes()
	}
	p.removals(outcome)
	if p.Held != nil && held != nil {
		p.Held.Since = held.Since
		p.Held.Kept = held.Kept && p.Held.Removals == held.Removals && slices.Equal(p.Held.IDs, held.IDs)
	}
	p.notices(outcome)
	p.Peer = outcome.Hub
	p.KeepState = p.waits(outcome) || !outcome.Complete && !outcome.Changes
	p.Run.Status = p.status(outcome)
	p.Run.Rejects, p.Run.Warnings = b.rejects, b.warnings
	return &p.Plan, nil
}

// waits reports whether the next pull must come back to what is held. What an editor has decided about is passed over where only changes are read, and at a
// peer: else it would come no further once there are more since than one pull reads, or be read whole for ever.
func (p *planning) waits(outcome connectors.Outcome) bool {
	return p.Held != nil && !(p.Held.Kept && (outcome.Changes || outcome.Hub != ""))
}

type planning struct {
	store.Plan
	batch *batch
	known *heads
	// absenceCounts says that what was not seen is no longer in the source.
	absenceCounts bool
}

// rekey gives items their old ids back when the source has given them new ones. An unknown id is a new id for old content when as many
// records of that content are gone as items of it are new. Where absence proves nothing, that must hold for most of what the source gave.
func (p *planning) rekey() error {
	if len(p.known.byID) == 0 || p.batch.travelled { // what came through a peer has ids for ever
		return nil
	}
	b, total := p.batch, 0
	fresh := map[string][]int{} // content key -> items with an unknown id
	for i, it := range b.items {
		if it.id == "" { // taken away again
			continue
		}
		if _, known := p.known.byID[it.id]; !known {
			fresh[it.write.ContentKey] = append(fresh[it.write.ContentKey], i)
			total++
		}
	}
	old := map[int]string{} // item -> the id that the store knows it by
	for key, items := range fresh {
		gone := slices.DeleteFunc(slices.Clone(p.known.byContent[key]), func(id string) bool {
			_, seen := b.position[id]
			return seen || b.badIDs[id]
		})
		if len(gone) != len(items) {
			continue
		}
		slices.SortFunc(gone, func(x, y string) int { return cmp.Or(len(x)-len(y), cmp.Compare(x, y)) }) // counters in their order
		for n, i := range items {
			old[i] = gone[n]
		}
	}
	churned := float64(total) > ChurnShare*float64(len(b.items)) && float64(len(old)) > ChurnShare*float64(total)
	if len(old) == 0 || !p.absenceCounts && !churned {
		return nil
	}
	for i, id := range old {
		it := &b.items[i]
		var r catalog.Record
		if err := json.Unmarshal(it.write.Record, &r); err != nil {
			return err
		}
		r.NativeID = id
		w, err := b.encode(&r)
		if err != nil {
			return err
		}
		it.id, it.write = id, &w
		b.describe(&r, &w)
		if p.known.byID[id].Hash == w.Hash {
			it.write = nil
		}
		b.position[id] = i
	}
	b.warn("", fmt.Sprintf("%d av %d oppføringer har fått ny id hos kilden og er kjent igjen på innholdet. Be kilden beholde id-ene.", len(old), len(b.items)))
	return nil
}

func (p *planning) writes() {
	changed := 0
	for i := range p.batch.items {
		if p.batch.items[i].write != nil {
			changed++
		}
	}
	p.Write = make([]store.Write, 0, changed)
	for i, it := range p.batch.items {
		head, had := p.known.byID[it.id]
		switch {
		case it.id == "": // taken away again
		case it.write == nil && !head.MissingSince.IsZero():
			p.Back = append(p.Back, it.id)
			p.Run.Unchanged++
		case it.write == nil:
			p.Run.Unchanged++
		default:
			it.write.New = !had
			if had {
				p.Run.Updated++
			} else {
				p.Run.Added++
			}
			p.Write = append(p.Write, *it.write)
			p.batch.items[i].write = nil // a run may wait long for its turn to write
		}
	}
}

// removals decides about what is stored and was not seen, and about what the source has deleted explicitly.
func (p *planning) removals(outcome connectors.Outcome) {
	b, current := p.batch, 0
	var gone []store.Head // would go, in the end
	for id, head := range p.known.byID {
		if b.dropped[id] { // the editor has decided, so no guard is asked
			p.Remove = append(p.Remove, id)
			p.Run.Removed++
			continue
		}
		if b.withdrawn[id] { // nor here: whatever else is right, it may not be shown
			p.Remove, p.Withdrawn = append(p.Remove, id), append(p.Withdrawn, id)
			p.Run.Removed++
			continue
		}
		if !head.Ends.IsZero() && !head.Ends.After(b.now) && !b.deleted[id] {
			continue // it has ended by itself, which removes nothing
		}
		current++
		_, seen := b.position[id]
		seen = seen || b.badIDs[id] || b.earlier[id] || outcome.Unchanged && head.MissingSince.IsZero()
		if b.deleted[id] || p.absenceCounts && !seen {
			gone = append(gone, head)
		}
	}
	if p.known == b.met { // not all that it has was looked at
		current = max(current, b.live-len(p.Remove))
	}
	guard := b.source.Guard
	tooMany := len(gone) > guard.Count && float64(len(gone)) > guard.Share*float64(current)
	all := len(gone) == current && guard.Share < 1
	if len(gone) > 0 && (tooMany || all) {
		p.Held = &store.Held{Run: p.Run.ID, Since: b.now, Removals: len(gone), Of: current,
			Reason: fmt.Sprintf("%d av %d oppføringer ville forsvinne. De blir stående. Er endringen riktig, så sett guard: {percent: 100} på kilden i sources.yaml, og ta det bort igjen etter neste henting.", len(gone), current)}
		for _, head := range gone {
			p.Held.IDs = append(p.Held.IDs, head.NativeID)
			if !head.MissingSince.IsZero() {
				p.Run.Missing++
			}
		}
		slices.Sort(p.Held.IDs)
		p.Held.IDs = p.Held.IDs[:min(len(p.Held.IDs), store.MaxHeldIDs)]
		return
	}
	for _, head := range gone {
		switch {
		case b.deleted[head.NativeID], !head.MissingSince.IsZero() && !b.now.Before(head.MissingSince.Add(guard.Grace)), guard.Grace == 0:
			p.Remove = append(p.Remove, head.NativeID)
			p.Run.Removed++
		default:
			p.Run.Missing++
			if head.MissingSince.IsZero() {
				p.Missing = append(p.Missing, head.NativeID)
			}
		}
	}
}

func (p *planning) notices(outcome connectors.Outcome) {
	b, had := p.batch, max(len(p.known.byID), p.batch.live)
	if outcome.Why != "" {
		b.warn("", outcome.Why)
	}
	if b.twice > 0 && !outcome.Changes && !b.travelled {
		b.warn("", fmt.Sprintf("%d oppføringer har en id som er brukt før i samme kilde; den siste gjelder", b.twice))
	}
	if b.expired > 0 {
		b.warn("", fmt.Sprintf("%d oppføringer som var over for mer enn to år siden er ikke tatt med", b.expired))
	}
	if b.own > 0 {
		b.warn("", fmt.Sprintf("%d oppføringer kommer herfra, og er ikke tatt inn igjen", b.own))
	}
	if b.direct > 0 {
		b.warn("", fmt.Sprintf("%d oppføringer er fra huber som hentes direkte, og er ikke tatt inn herfra", b.direct))
	}
	if b.nameless && outcome.Complete {
		b.warn("", "noen oppføringer kunne ikke brukes og har ingen id, derfor er ingenting regnet som borte denne gangen")
	}
	if outcome.Complete && !outcome.Unchanged && !outcome.Changes && len(b.items)+b.expired+b.own+b.direct+len(b.dropped) == 0 && had == 0 {
		b.warn("", "kilden er tom")
	}
	if added := p.Run.Added; had > 0 && added > GrowthCount && added > GrowthFactor*had {
		b.warn("", fmt.Sprintf("kilden vokste fra %d til %d oppføringer på én gang", had, had+added))
	}
}

func (p *planning) status(outcome connectors.Outcome) store.RunStatus {
	switch {
	case p.Held != nil:
		return store.RunHeld
	case p.batch.rejected > 0, !outcome.Complete && !outcome.More:
		return store.RunPartial
	case len(p.Write)+len(p.Back)+len(p.Missing)+len(p.Remove) == 0:
		return store.RunUnchanged
	}
	return store.RunOK
}

// failed is the plan of a run that changes nothing.
func failed(b *batch, state store.SourceState, run store.Run, step string, err error) *store.Plan {
	run.Status, run.Step, run.Error = store.RunFailed, step, b.told(explain(err), catalog.MaxText)
	run.Rejected, run.Rejects, run.Warnings = b.rejected, b.rejects, b.warnings
	run.Added, run.Updated, run.Unchanged, run.Missing, run.Removed = 0, 0, 0, 0, 0
	return &store.Plan{Run: run, Now: b.now, Held: state.Held, KeepState: true}
}
