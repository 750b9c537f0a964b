package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"

	"fritidshub/catalog"
	"fritidshub/catalog/places"
	"fritidshub/config"
	"fritidshub/store"
)

// Geocoder knows where some addresses are; see package geocode.
type Geocoder interface {
	// Known fills the position of a place with a street and number, and remembers what it has no answer for.
	Known(p *catalog.Place) bool
}

// parts are the texts of a place that can be filled in, by the names under which they are derived.
var parts = []struct {
	name string
	of   func(*catalog.Place) *string
}{
	{"place.address", func(p *catalog.Place) *string { return &p.Address }},
	{"place.postal_code", func(p *catalog.Place) *string { return &p.PostalCode }},
	{"place.locality", func(p *catalog.Place) *string { return &p.Locality }},
	{"place.municipality", func(p *catalog.Place) *string { return &p.Municipality }},
	{"place.neighbourhood", func(p *catalog.Place) *string { return &p.Neighbourhood }},
}

// derivedGeo is a position that was filled in; registerGeo says beside it that the register of addresses gave it.
const (
	derivedGeo  = "place.geo"
	registerGeo = "place.geo:Kartverket"
)

// locator fills in what records do not state of their places: from places.yaml, then from the register of addresses, then from what
// other records state of the same house. What it fills in is derived.
type locator struct {
	bare      *places.Data // knows no houses
	venues    *places.Data // those of places.yaml
	learnt    *places.Data // those that records tell of
	addresses Geocoder     // may be nil
}

// order brings the place in order as its source states it.
func (l *locator) order(r *catalog.Record) (warnings []string) {
	if l == nil || r.Place == nil || r.Origin != nil {
		return nil
	}
	place := *r.Place
	warnings = places.Order(&place, l.bare)
	r.Place = &place
	return warnings
}

// fill fills what an ordered place does not state.
func (l *locator) fill(r *catalog.Record) {
	if l == nil || r.Place == nil || r.Origin != nil {
		return
	}
	stated, p := *r.Place, *r.Place
	l.venues.Fill(&p)
	looked := l.lookUp(&p)
	l.learnt.Fill(&p)
	looked = l.lookUp(&p) || looked // the address may be new
	r.Derived = slices.DeleteFunc(slices.Clone(r.Derived), func(field string) bool { return strings.HasPrefix(field, "place.") })
	for _, part := range parts {
		if *part.of(&stated) != *part.of(&p) {
			r.Derived = append(r.Derived, part.name)
		}
	}
	if stated.Geo == nil && p.Geo != nil {
		r.Derived = append(r.Derived, derivedGeo)
		if looked {
			r.Derived = append(r.Derived, registerGeo)
		}
	}
	r.Place = &p
}

// maxPlaces is how many places one run remembers to have completed.
const maxPlaces = 5_000

// completed remembers what a locator made of the places of one run: most records of a source are at few places. The zero value completes
// nothing.
type completed struct {
	by      *locator
	ordered map[placeKey]ordered
	filled  map[placeKey]filled
}

// placeKey is all that a place states; its own Geo is nil.
type placeKey struct {
	place      catalog.Place
	geo        catalog.Point
	positioned bool
}

type ordered struct {
	place    catalog.Place
	warnings []string
}

type filled struct {
	place   catalog.Place
	derived []string // of the place
}

func keyOf(p catalog.Place) (k placeKey) {
	if p.Geo != nil {
		k.geo, k.positioned = *p.Geo, true
	}
	p.Geo = nil
	k.place = p
	return k
}

// fresh is p with a position of its own.
func fresh(p catalog.Place) *catalog.Place {
	if p.Geo != nil {
		geo := *p.Geo
		p.Geo = &geo
	}
	return &p
}

// of is for the places that l completes.
func (c *completed) of(l *locator) *completed {
	if c.by != l || len(c.ordered) > maxPlaces || len(c.filled) > maxPlaces {
		*c = completed{l, map[placeKey]ordered{}, map[placeKey]filled{}}
	}
	return c
}

// order is like that of the locator.
func (c *completed) order(r *catalog.Record) (warnings []string) {
	if c.by == nil || r.Place == nil || r.Origin != nil {
		return nil
	}
	key := keyOf(*r.Place)
	o, known := c.ordered[key]
	if !known {
		o.warnings = c.by.order(r)
		o.place = *fresh(*r.Place)
		c.ordered[key] = o
	}
	r.Place = fresh(o.place)
	return o.warnings
}

// fill is like that of the locator.
func (c *completed) fill(r *catalog.Record) {
	if c.by == nil || r.Place == nil || r.Origin != nil {
		return
	}
	key := keyOf(*r.Place)
	f, known := c.filled[key]
	if !known {
		c.by.fill(r)
		for _, field := range r.Derived {
			if strings.HasPrefix(field, "place.") {
				f.derived = append(f.derived, field)
			}
		}
		f.place = *fresh(*r.Place)
		c.filled[key] = f
		return
	}
	r.Derived = slices.DeleteFunc(slices.Clone(r.Derived), func(field string) bool { return strings.HasPrefix(field, "place.") })
	r.Derived = append(r.Derived, f.derived...)
	r.Place = fresh(f.place)
}

// lookUp takes a position from the register of addresses.
func (l *locator) lookUp(p *catalog.Place) bool {
	if l.addresses == nil || !l.addresses.Known(p) {
		return false
	}
	places.Complete(p, l.bare)
	return true
}

// statedPlace is the place of a stored record without what was derived; nil when there is none.
func statedPlace(r *catalog.Record) *catalog.Place {
	if r.Place == nil {
		return nil
	}
	p := *r.Place
	for _, part := range parts {
		if slices.Contains(r.Derived, part.name) {
			*part.of(&p) = ""
		}
	}
	if slices.Contains(r.Derived, derivedGeo) {
		p.Geo = nil
	}
	return &p
}

// known is what runs complete places with: the register of houses as it was when it was last learnt.
type known struct {
	mu sync.Mutex
	*locator
}

// locator is what runs complete places with; nil when places stay as they are. What records tell of houses is learnt when it is first
// asked for, and again by Locate.
func (in *Ingester) locator(ctx context.Context) (*locator, error) {
	if in.Places == nil {
		return nil, nil
	}
	in.known.mu.Lock()
	defer in.known.mu.Unlock()
	if in.known.locator == nil {
		told, err := in.told(ctx)
		if err != nil {
			return nil, err
		}
		in.known.locator = in.newLocator(told)
	}
	return in.known.locator, nil
}

// telling is what some records say of where they are.
type telling struct {
	place   *catalog.Place
	derived []string
	times   int
	own     []store.Ref // those of them that were read here, and are not missing
}

// told is what the records say that residents see, each place once.
func (in *Ingester) told(ctx context.Context) (list []*telling, err error) {
	type words struct{ place, derived string }
	of := map[words]*telling{}
	err = in.Store.Located(ctx, func(r store.Located) error {
		t := of[words{r.Place, r.Derived}]
		if t == nil {
			t = &telling{}
			if err := json.Unmarshal([]byte(r.Place), &t.place); err != nil {
				return err
			}
			if r.Derived != "" {
				if err := json.Unmarshal([]byte(r.Derived), &t.derived); err != nil {
					return err
				}
			}
			of[words{r.Place, r.Derived}] = t
			list = append(list, t)
		}
		t.times++
		if !r.Travelled && !r.Missing {
			t.own = append(t.own, r.Ref)
		}
		return nil
	})
	return list, err
}

// record is what places are about of such a record.
func (t *telling) record() catalog.Record { return catalog.Record{Place: t.place, Derived: t.derived} }

func (in *Ingester) newLocator(told []*telling) *locator {
	stated := func(yield func(catalog.Place, int) bool) {
		for _, t := range told {
			r := t.record()
			if !yield(*statedPlace(&r), t.times) {
				return
			}
		}
	}
	return &locator{bare: in.Places.WithRegister(nil), venues: in.Places, learnt: in.Places.WithRegister(in.Places.Learn(stated)), addresses: in.Addresses}
}

// chunk is how many stored records are held at once.
const chunk = 500

// records calls f for some records of a source, in the order of their ids.
func (in *Ingester) records(ctx context.Context, source string, ids []string, f func(store.Head, *catalog.Record) error) error {
	heads := map[string]store.Head{}
	err := in.Store.Heads(ctx, source, func(h store.Head) error {
		heads[h.NativeID] = h
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(ids)
	for some := range slices.Chunk(ids, chunk) {
		records, err := in.Store.Records(ctx, source, some)
		if err != nil {
			return err
		}
		for i := range records {
			if err := f(heads[records[i].NativeID], &records[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// Locate brings the places of all stored records in step with what is known now: the areas and houses of places.yaml, the answers of the
// register of addresses, and what records tell of houses. The outcome is a function of what the records state, whatever order they
// came in. It asks no source; a source that is being run is left for the next time. It tells how many records it changed.
func (in *Ingester) Locate(ctx context.Context, sources []config.Source) (changed int, err error) {
	if in.Places == nil {
		return 0, nil
	}
	told, err := in.told(ctx)
	if err != nil {
		return 0, err
	}
	l := in.newLocator(told)
	in.known.mu.Lock()
	in.known.locator = l
	in.known.mu.Unlock()

	stale := map[string][]string{} // native ids by source
	for _, t := range told {
		if len(t.own) == 0 {
			continue
		}
		if now := l.relocated(t.record()); !samePlace(t.place, now.Place) || !slices.Equal(t.derived, now.Derived) {
			for _, ref := range t.own {
				stale[ref.Source] = append(stale[ref.Source], ref.NativeID)
			}
		}
	}
	var failures []error
	for _, source := range sources {
		n, err := in.relocate(ctx, source, stale[source.ID], l)
		changed += n
		failures = append(failures, err)
	}
	return changed, errors.Join(failures...)
}

// relocated is a stored record with its place as it is known now.
func (l *locator) relocated(r catalog.Record) catalog.Record {
	r.Place = statedPlace(&r)
	l.order(&r)
	l.fill(&r)
	return r
}

func samePlace(a, b *catalog.Place) bool {
	x, y := *a, *b
	x.Geo, y.Geo = nil, nil
	return x == y && (a.Geo == nil) == (b.Geo == nil) && (a.Geo == nil || *a.Geo == *b.Geo)
}

// relocate writes the records of a source whose places are to be brought in step, as a replay of what is stored.
func (in *Ingester) relocate(ctx context.Context, source config.Source, ids []string, l *locator) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	run, err := in.begin(ctx, source.ID, TriggerReplay, in.Now())
	if errors.Is(err, store.ErrLeased) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	stop := in.renew(ctx, run.ID)
	defer stop()
	b := newBatch(in.Hub, source, nil, run.Started)
	p := &store.Plan{Run: run, Now: run.Started, KeepState: true, Replay: true}
	p.Run.Status, p.Run.Complete = store.RunOK, true
	err = in.records(ctx, source.ID, ids, func(head store.Head, r *catalog.Record) error {
		now := l.relocated(*r)
		now.Normalise("")
		w, err := b.encode(&now)
		if err != nil || w.Hash == head.Hash || !head.MissingSince.IsZero() {
			return err
		}
		b.describe(&now, &w)
		p.Write = append(p.Write, w)
		return nil
	})
	p.Run.Updated = len(p.Write)
	if len(p.Write) > 0 {
		p.Match = in.match(b, p)
	}
	if err == nil {
		_, err = in.Store.Finish(ctx, p)
	}
	if err != nil {
		bad := failed(b, store.SourceState{}, run, "store", err)
		bad.Replay = true
		_, again := in.Store.Finish(context.WithoutCancel(ctx), bad)
		return 0, errors.Join(err, again)
	}
	if in.indexer != nil {
		_, err = in.indexer.CatchUp(ctx)
	}
	return len(p.Write), err
}
