package ingest

import (
	"encoding/json"
	"fmt"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/store"
)

// heads is what the store has of a source.
type heads struct {
	byID      map[string]store.Head
	byContent map[string]string // content key -> native id; "" when several share it
}

func newHeads() *heads {
	return &heads{byID: map[string]store.Head{}, byContent: map[string]string{}}
}

func (h *heads) add(head store.Head) error {
	h.byID[head.NativeID] = head
	if _, shared := h.byContent[head.ContentKey]; shared {
		h.byContent[head.ContentKey] = ""
	} else {
		h.byContent[head.ContentKey] = head.NativeID
	}
	return nil
}

// makePlan compares what was emitted with what is stored. It decides what is written, what goes missing, what is removed and what is
// held; it changes nothing. An error means that the run fails and everything known stays.
func makePlan(b *batch, outcome connectors.Outcome, run store.Run) (*store.Plan, error) {
	known, err := b.known()
	if err != nil {
		return nil, err
	}
	p := &planning{batch: b, known: known, Plan: store.Plan{Run: run, Now: b.now, State: outcome.State}}
	p.Run.Complete, p.Run.Rejected = outcome.Complete, b.rejected
	if !outcome.Unchanged {
		if items := len(b.items) + b.rejected + b.expired; float64(b.rejected) > RejectShare*float64(items) {
			return nil, fmt.Errorf("%d av %d oppføringer kunne ikke brukes, derfor er ingenting endret. Den første: %s", b.rejected, items, b.rejects[0].Reason)
		}
		if err := p.rekey(); err != nil {
			return nil, err
		}
		p.writes()
	}
	p.removals(outcome)
	p.notices(outcome)
	p.KeepState = p.Held != nil || !outcome.Complete && !outcome.Changes
	p.Run.Status = p.status(outcome)
	p.Run.Rejects, p.Run.Warnings = b.rejects, b.warnings
	return &p.Plan, nil
}

type planning struct {
	store.Plan
	batch *batch
	known *heads
}

// rekey gives items their old ids back when the source has given new ids to most of what it had.
func (p *planning) rekey() error {
	b := p.batch
	fresh, familiar := 0, 0
	for _, it := range b.items {
		if _, ok := p.known.byID[it.id]; ok {
			continue
		}
		fresh++
		if p.known.byContent[it.write.ContentKey] != "" {
			familiar++
		}
	}
	if len(p.known.byID) == 0 || float64(fresh) <= ChurnShare*float64(len(b.items)) || float64(familiar) <= ChurnShare*float64(fresh) {
		return nil
	}
	for i := range b.items {
		it := &b.items[i]
		if it.write == nil {
			continue
		}
		old := p.known.byContent[it.write.ContentKey]
		if _, known := p.known.byID[it.id]; known || old == "" {
			continue
		}
		if _, present := b.position[old]; present {
			continue
		}
		b.position[old] = i
		var r catalog.Record
		if err := json.Unmarshal(it.write.Record, &r); err != nil {
			return err
		}
		r.NativeID = old
		w, err := b.encode(&r)
		if err != nil {
			return err
		}
		it.id, it.write = old, &w
		if p.known.byID[old].Hash == w.Hash {
			it.write = nil
		}
	}
	b.warn("", fmt.Sprintf("%d av %d oppføringer har fått ny id hos kilden og er kjent igjen på innholdet. Be kilden beholde id-ene.", familiar, len(b.items)))
	return nil
}

func (p *planning) writes() {
	for _, it := range p.batch.items {
		head, had := p.known.byID[it.id]
		switch {
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
		}
	}
}

// removals decides about what is stored and was not seen, and about what the source has deleted explicitly.
func (p *planning) removals(outcome connectors.Outcome) {
	b, current := p.batch, 0
	var gone []store.Head // would go, in the end
	explicit := map[string]bool{}
	for _, id := range b.deleted {
		if _, again := b.position[id]; !again {
			explicit[id] = true
		}
	}
	absenceCounts := outcome.Complete && !outcome.Changes && !b.nameless
	for id, head := range p.known.byID {
		if !head.Ends.IsZero() && !head.Ends.After(b.now) && !explicit[id] {
			continue // it has ended by itself, which removes nothing
		}
		current++
		_, seen := b.position[id]
		seen = seen || b.badIDs[id] || outcome.Unchanged && head.MissingSince.IsZero()
		if explicit[id] || absenceCounts && !seen {
			gone = append(gone, head)
		}
	}
	guard := b.source.Guard
	tooMany := len(gone) > guard.Count && float64(len(gone)) > guard.Share*float64(current)
	all := len(gone) == current && guard.Share < 1
	if len(gone) > 0 && (tooMany || all) {
		p.Held = &store.Held{Run: p.Run.ID, Since: b.now, Removals: len(gone), Of: current,
			Reason: fmt.Sprintf("%d av %d oppføringer ville forsvinne. De blir stående til en redaktør slipper endringen gjennom.", len(gone), current)}
		for _, head := range gone {
			if !head.MissingSince.IsZero() {
				p.Run.Missing++
			}
		}
		return
	}
	for _, head := range gone {
		switch {
		case explicit[head.NativeID], !head.MissingSince.IsZero() && !b.now.Before(head.MissingSince.Add(guard.Grace)), guard.Grace == 0:
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
	b, had := p.batch, len(p.known.byID)
	if outcome.Why != "" {
		b.warn("", outcome.Why)
	}
	if b.twice > 0 {
		b.warn("", fmt.Sprintf("%d oppføringer har en id som er brukt før i samme kilde; den siste gjelder", b.twice))
	}
	if b.expired > 0 {
		b.warn("", fmt.Sprintf("%d oppføringer som var over for mer enn to år siden er ikke tatt med", b.expired))
	}
	if b.nameless && outcome.Complete {
		b.warn("", "noen oppføringer kunne ikke brukes og har ingen id, derfor er ingenting regnet som borte denne gangen")
	}
	if outcome.Complete && !outcome.Unchanged && !outcome.Changes && len(b.items)+b.expired == 0 && had == 0 {
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
	case p.batch.rejected > 0, !outcome.Complete && !outcome.Changes:
		return store.RunPartial
	case len(p.Write)+len(p.Back)+len(p.Missing)+len(p.Remove) == 0:
		return store.RunUnchanged
	}
	return store.RunOK
}

// failed is the plan of a run that changes nothing.
func failed(b *batch, state store.SourceState, run store.Run, step string, err error) *store.Plan {
	run.Status, run.Step, run.Error = store.RunFailed, step, catalog.CleanText(explain(err), catalog.MaxText)
	run.Rejected, run.Rejects, run.Warnings = b.rejected, b.rejects, b.warnings
	run.Added, run.Updated, run.Unchanged, run.Missing, run.Removed = 0, 0, 0, 0, 0
	return &store.Plan{Run: run, Now: b.now, Held: state.Held, KeepState: true}
}
