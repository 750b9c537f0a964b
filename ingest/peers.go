package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/connectors"
	"fritidshub/store"
)

// peers are the hubs that sources in use have said to be, each with those sources.
func (in *Ingester) peers(ctx context.Context) (map[string][]string, error) {
	states, err := in.Store.SourceStates(ctx)
	if err != nil {
		return nil, err
	}
	of := map[string][]string{}
	for _, s := range states {
		if s.Peer != "" && s.Declared && s.Enabled {
			of[s.Peer] = append(of[s.Peer], s.ID)
		}
	}
	return of, nil
}

// isPeer refuses a source that says to be a hub which it cannot be: this one, another than it was, or one that is read at another site.
func (in *Ingester) isPeer(ctx context.Context, source config.Source, state store.SourceState, hub string, peers map[string][]string) error {
	name := catalog.CleanText(hub, 64)
	switch {
	case hub == "" || hub == state.Peer:
		return nil
	case hub == in.Hub.ID:
		return fmt.Errorf("huben der sier at den er %q, som er id-en til denne huben. Enten er url vår egen adresse, eller så må en av hubene få en annen hub.id", name)
	case state.Peer != "":
		return fmt.Errorf("huben der var %q, og sier nå at den er %q. Spør den som driver den. Er det riktig, så gi kilden en ny id i sources.yaml", state.Peer, name)
	}
	for _, other := range peers[hub] {
		s, err := in.Store.SourceState(ctx, other)
		if err != nil {
			return err
		}
		if !sameSite(s.URL, source.URL) {
			return fmt.Errorf("huben der sier at den er %q, men den hentes alt som kilden %s fra en annen adresse. Finn ut hvem av dem det er, og slå av den andre", name, other)
		}
	}
	return nil
}

func sameSite(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	return errX == nil && errY == nil && x.Host != "" && x.Host == y.Host
}

// progress is what the next chunk goes on from, when there is more. What was seen is kept only when absence may count in the end: when the source was
// known before.
func (p *pull) progress(outcome connectors.Outcome, state store.SourceState) *progress {
	if !outcome.More {
		return nil
	}
	next := &progress{state: outcome.State, seen: p.batch.earlier, held: state.Held}
	if p.before == nil && (state.Live > 0 || state.Missing > 0) {
		next.seen = map[string]bool{}
	}
	if next.seen != nil {
		for id := range maps.Keys(p.batch.position) {
			next.seen[id] = true
		}
		for id := range p.batch.badIDs {
			next.seen[id] = true
		}
	}
	return next
}

// speakers sees to it that only a hub itself speaks for it, as that stands when the plan is applied. A source that says for the first time which hub it
// is displaces what came of that hub by others; what came of a hub that another source has said to be meanwhile, is not taken in.
func (m *matching) speakers(b *batch, p *store.Plan) error {
	if !b.travelled && p.Peer == "" {
		return nil
	}
	peers, err := m.view.Peers()
	if err != nil {
		return err
	}
	source := p.Run.Source
	if hub := p.Peer; hub != "" && !p.Replay && !slices.Contains(peers[hub], source) {
		peers[hub] = append(peers[hub], source)
		if p.Displaced, err = m.view.Begun(hub); err != nil {
			return err
		}
		p.Displaced = slices.DeleteFunc(p.Displaced, func(ref store.Ref) bool { return ref.Source == source })
	}
	if maps.EqualFunc(peers, b.peers, slices.Equal) {
		return nil
	}
	p.Write = slices.DeleteFunc(p.Write, func(w store.Write) bool {
		var r struct{ Origin struct{ Hub string } }
		if err == nil {
			err = json.Unmarshal(w.Record, &r)
		}
		if err != nil || speaks(peers, r.Origin.Hub, source) {
			return false
		}
		if w.New {
			p.Run.Added--
		} else {
			p.Run.Updated--
			p.Run.Removed++
			p.Remove = append(p.Remove, w.NativeID)
		}
		return true
	})
	return err
}

// speaks reports whether a source may speak for a hub.
func speaks(peers map[string][]string, hub, source string) bool {
	return len(peers[hub]) == 0 || slices.Contains(peers[hub], source)
}
