package ingest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/merge"
	"fritidshub/config"
	"fritidshub/fetch"
	"fritidshub/store"
)

// describe makes what matching needs of a record.
func describe(hub config.Hub, r *catalog.Record) *merge.Item {
	from, to := merge.Window(r.Schedule)
	occurrences, _ := calendar.Expand(r.Schedule, hub.Zone, from, to, merge.MaxStarts)
	return merge.Describe(hub.ID, hub.Zone, r, occurrences)
}

// Declared is what the store is told of a source of a hub.
func Declared(hub config.Hub, s config.Source) store.Source {
	return store.Source{ID: s.ID, Name: s.Name, Kind: s.Kind, URL: fetch.Redact(s.URL), Licence: s.Licence, Attribution: s.Attribution,
		Language: s.Language, Schedule: s.Schedule.Spec, Priority: s.Priority, Enabled: s.Enabled, Hub: hub.ID, PassOn: s.PassOn()}
}

// match leads the records of a plan to listings, with what other sources have, inside the plan's transaction.
func (in *Ingester) match(b *batch, p *store.Plan) func(store.View) error {
	return func(v store.View) error {
		m, err := in.newMatching(v)
		if err != nil {
			return err
		}
		source := p.Run.Source
		m.weights[source] = store.Weight{Priority: b.source.Priority, PassOn: b.source.PassOn()} // of a preview the store may know nothing
		if err := m.speakers(b, p); err != nil {
			return err
		}
		for _, ref := range p.Displaced {
			m.gone[merge.Ref(ref)] = true
		}
		for _, id := range p.Remove {
			m.gone[merge.Ref{Source: source, NativeID: id}] = true
		}
		for i := range p.Write {
			w := &p.Write[i]
			if err := m.pend(merge.Ref{Source: source, NativeID: w.NativeID}, w); err != nil {
				return err
			}
		}
		for ref := range m.gone {
			if err := m.companions(ref); err != nil {
				return err
			}
		}
		for i := range p.Write {
			if w := &p.Write[i]; !w.New {
				if err := m.companions(merge.Ref{Source: source, NativeID: w.NativeID}); err != nil {
					return err
				}
			}
		}
		if err := m.crowd(); err != nil {
			return err
		}
		p.Relist, err = m.regroup()
		slices.SortFunc(p.Write, func(a, b store.Write) int { // so that what is next to each other in the store is written one after the other
			return cmp.Or(cmp.Compare(a.ListingID, b.ListingID), cmp.Compare(a.NativeID, b.NativeID))
		})
		return err
	}
}

// Settle leads the records of sources anew whose visibility or priority is another than when that was last done, and of those that
// editors' decisions name. It is called after the sources have been declared.
func (in *Ingester) Settle(ctx context.Context) error {
	states, err := in.Store.SourceStates(ctx)
	if err != nil {
		return err
	}
	for _, s := range states {
		seen := s.Declared && s.Enabled
		settings := fmt.Sprintf("%d|%v|%v", s.Priority, seen, s.PassOn)
		if s.Grouped == settings {
			continue
		}
		if s.Grouped != "" {
			err := in.regroup(ctx, func(m *matching) error {
				if was := strings.Split(s.Grouped, "|"); len(was) > 1 && was[1] != strconv.FormatBool(seen) {
					if err := m.turned(s.ID, seen); err != nil {
						return err
					}
				}
				return m.touchSource(s.ID)
			})
			if err != nil {
				return fmt.Errorf("%s: %w", s.ID, err)
			}
		}
		if err := in.Store.SetGrouped(ctx, s.ID, settings); err != nil {
			return err
		}
	}
	return nil
}

// Reconsider leads the records that editors' decisions name, and what hangs together with them, to listings anew.
func (in *Ingester) Reconsider(ctx context.Context, refs ...store.Ref) error {
	return in.regroup(ctx, func(m *matching) error {
		for _, ref := range refs {
			if err := m.companions(merge.Ref(ref)); err != nil {
				return err
			}
			if err := m.touch(merge.Ref(ref)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Rematch leads all records to listings anew, as they would be from scratch.
func (in *Ingester) Rematch(ctx context.Context) error {
	states, err := in.Store.SourceStates(ctx)
	if err != nil {
		return err
	}
	return in.regroup(ctx, func(m *matching) error {
		m.whole = true
		for _, s := range states {
			if err := m.touchSource(s.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func (in *Ingester) regroup(ctx context.Context, touch func(*matching) error) error {
	_, err := in.Store.Regroup(ctx, in.Now(), func(v store.View) ([]store.Relist, error) {
		m, err := in.newMatching(v)
		if err == nil {
			err = touch(m)
		}
		if err != nil {
			return nil, err
		}
		return m.regroup()
	})
	if err == nil && in.indexer != nil {
		_, err = in.indexer.CatchUp(ctx)
	}
	return err
}

// matching is one grouping inside a transaction: what stands, what is about to be written, and what is gone.
type matching struct {
	hub     config.Hub
	view    store.View
	weights map[string]store.Weight
	rulings rulings

	whole bool // everything there is has been marked

	listing map[merge.Ref]string  // what a stored record leads to
	since   map[merge.Ref]int64   // store.Known.Since; a record that is not here comes now
	stored  map[int64]*merge.Item // by number; nil for what cannot be seen, is gone or about to be written. Most records are found by several others
	pending map[merge.Ref]*store.Write
	near    neighbours // of pending
	gone    map[merge.Ref]bool
	former  []*merge.Item // what is gone or about to be written, as it stands
	touched []*merge.Item
	marked  map[merge.Ref]bool // in touched: whether its listing is to be made anew in any case
	crowded
}

func (in *Ingester) newMatching(v store.View) (*matching, error) {
	weights, err := v.Weights()
	if err != nil {
		return nil, err
	}
	list, err := v.Rulings()
	if err != nil {
		return nil, err
	}
	return &matching{hub: in.Hub, view: v, weights: weights, rulings: readRulings(list), listing: map[merge.Ref]string{}, since: map[merge.Ref]int64{}, stored: map[int64]*merge.Item{},
		pending: map[merge.Ref]*store.Write{}, gone: map[merge.Ref]bool{}, marked: map[merge.Ref]bool{}}, nil
}

// pend adds a record that is about to be written.
func (m *matching) pend(ref merge.Ref, w *store.Write) error {
	it, err := merge.ReadFeatures(ref, w.Features)
	if err != nil {
		return err
	}
	m.pending[ref] = w
	m.near.add(it, w.Keys)
	m.mark(it)
	return nil
}

func (m *matching) mark(it *merge.Item) {
	m.look(it)
	m.marked[it.Ref] = true
}

// look has a record grouped anew; its listing is made anew when it shares one.
func (m *matching) look(it *merge.Item) {
	if _, touched := m.marked[it.Ref]; !touched {
		m.marked[it.Ref] = false
		m.touched = append(m.touched, it)
	}
}

// touch marks a stored record; one that cannot be seen is passed over.
func (m *matching) touch(ref merge.Ref) error {
	k, err := m.view.Known(store.Ref(ref))
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return m.touchAll([]store.Known{k})
}

// touchSource marks all records of a source, and those that share a listing with one of them.
func (m *matching) touchSource(source string) error {
	known, err := m.view.Of(source)
	if err != nil {
		return err
	}
	if err := m.touchAll(known); err != nil || m.whole {
		return err
	}
	listings, err := m.view.Listings(source)
	if err != nil {
		return err
	}
	for _, id := range listings {
		if err := m.touchListing(id); err != nil {
			return err
		}
	}
	return nil
}

func (m *matching) touchListing(id string) error {
	known, err := m.view.Together(id)
	if err != nil {
		return err
	}
	return m.touchAll(known)
}

func (m *matching) touchAll(known []store.Known) error {
	for _, k := range known {
		it, err := m.find(k)
		if err != nil {
			return err
		}
		if it != nil {
			m.mark(it)
		}
	}
	return nil
}

// companions marks the records that share a listing with one that is about to change or to go.
func (m *matching) companions(ref merge.Ref) error {
	k, err := m.view.Known(store.Ref(ref))
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	m.listing[ref], m.since[ref] = k.Listing, k.Since
	if m.gone[ref] || m.pending[ref] != nil {
		was, err := m.item(k)
		if err != nil {
			return err
		}
		m.former = append(m.former, was)
	}
	return m.touchListing(k.Listing)
}

// find gives a stored record as matching knows it; nil when it is gone or about to be written.
func (m *matching) find(k store.Known) (*merge.Item, error) {
	ref := merge.Ref(k.Ref)
	if m.gone[ref] || m.pending[ref] != nil {
		return nil, nil
	}
	m.listing[ref], m.since[ref] = k.Listing, k.Since
	return m.item(k)
}

// item is a stored record as matching knows it.
func (m *matching) item(k store.Known) (*merge.Item, error) {
	it, err := merge.ReadFeatures(merge.Ref(k.Ref), k.Features)
	if !errors.Is(err, merge.ErrFeatures) {
		return it, err
	}
	doc, err := m.view.Record(k.Ref)
	if err != nil {
		return nil, err
	}
	var r catalog.Record
	if err := json.Unmarshal(doc, &r); err != nil {
		return nil, err
	}
	return describe(m.hub, &r), nil
}

// read reads the records of numbers that have not been read yet.
func (m *matching) read(numbers [][]int64) error {
	var fresh []int64
	for _, list := range numbers {
		for _, n := range list {
			if _, read := m.stored[n]; !read {
				m.stored[n] = nil
				fresh = append(fresh, n)
			}
		}
	}
	known, err := m.view.Numbered(fresh)
	for _, n := range fresh {
		if k, seen := known[n]; seen && err == nil {
			m.stored[n], err = m.find(k)
		}
	}
	return err
}

// sharing gives for each set of keys the stored and pending records that share enough of them.
func (m *matching) sharing(keys [][]uint64) ([][]*merge.Item, error) {
	numbers, err := m.view.Sharing(keys, m.room)
	if err != nil {
		return nil, err
	}
	if err := m.read(numbers); err != nil {
		return nil, err
	}
	found := make([][]*merge.Item, len(keys))
	for i := range keys {
		for _, n := range numbers[i] {
			if it := m.stored[n]; it != nil {
				found[i] = append(found[i], it)
			}
		}
		found[i] = m.near.sharing(found[i], keys[i], m.mute)
	}
	return found, nil
}

// regroup groups what was marked and all that hangs together with it. Pending records get their listings; the others that are led
// elsewhere, or whose listing says something else now, are given.
func (m *matching) regroup() ([]store.Relist, error) {
	groups, err := m.groups()
	if err != nil {
		return nil, err
	}
	spread := map[string]int{} // how many groups the records of a listing are in
	for _, g := range groups {
		seen := map[string]bool{}
		for _, it := range g.Items {
			if id := m.listing[it.Ref]; id != "" && !seen[id] {
				seen[id] = true
				spread[id]++
			}
		}
	}
	var relist []store.Relist
	for i := range groups {
		g := &groups[i]
		if !m.concerned(g, spread) {
			continue
		}
		moved, err := m.lead(g)
		if err != nil {
			return nil, err
		}
		relist = append(relist, moved...)
	}
	return relist, nil
}

func (m *matching) groups() ([]merge.Group, error) {
	if m.whole {
		return merge.Groups(m.touched, m.rulings.pairs), nil
	}
	items, pairs, err := merge.Around(m.touched, m.former, m.rulings.pairs, m.sharing)
	return merge.Grouped(items, pairs, m.rulings.pairs), err
}

// concerned reports whether a group's listing may be another than the stored one.
func (m *matching) concerned(g *merge.Group, spread map[string]int) bool {
	first := m.listing[g.Items[0].Ref]
	return slices.ContainsFunc(g.Items, func(it *merge.Item) bool {
		id := m.listing[it.Ref]
		marked, touched := m.marked[it.Ref]
		return marked || touched && len(g.Items) > 1 || id != first || spread[id] > 1
	})
}

// lead makes the listing of a group and leads its records to it.
func (m *matching) lead(g *merge.Group) ([]store.Relist, error) {
	if w := m.pending[g.Items[0].Ref]; len(g.Items) == 1 && w != nil && !m.rulings.about(g.Items[0].Ref) {
		return nil, nil // it has its own listing already
	}
	members := make([]merge.Member, len(g.Items))
	hidden := false
	for i, it := range g.Items {
		r, err := m.record(it.Ref)
		if err != nil {
			return nil, err
		}
		members[i] = m.member(r, it)
		hidden = hidden || m.rulings.hidden[it.Ref]
	}
	l := merge.Fuse(m.hub.ID, m.hub.Zone, members, g.Links)
	m.rulings.apply(&l)
	doc, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	share, err := m.share(l.ID, members, g.Links)
	if err != nil {
		return nil, err
	}
	var relist []store.Relist
	for i, it := range g.Items {
		var corrected []byte
		if r := members[i].Record; r.Origin == nil {
			if corrected, err = m.rulings.correct(it.Ref, r); err != nil {
				return nil, err
			}
		}
		if w := m.pending[it.Ref]; w != nil {
			w.ListingID, w.Listing, w.Members, w.Organizer, w.Place, w.Hidden = l.ID, doc, nil, l.Organizer, l.Place, hidden
			w.Corrected, w.Shareable = corrected, share
			continue
		}
		relist = append(relist, store.Relist{Source: it.Source, NativeID: it.NativeID, ListingID: l.ID, Listing: doc, Organizer: l.Organizer, Place: l.Place, Hidden: hidden,
			Corrected: corrected, Shareable: share})
	}
	return relist, nil
}

// member is a record as it is fused. What its origin lets go out has an id that other hubs may know, whether or not this hub passes it on.
func (m *matching) member(r *catalog.Record, it *merge.Item) merge.Member {
	w := m.weights[it.Source]
	local := !w.PassOn
	if r.Origin != nil {
		local = !r.Origin.Leave()
	}
	since, here := m.since[it.Ref]
	if !here {
		since = math.MaxInt64
	}
	return merge.Member{Record: r, Item: it, Priority: w.Priority, Since: since, Local: local}
}

// share makes what of a listing may be passed on.
func (m *matching) share(id string, members []merge.Member, links []merge.Link) (s store.Shareable, err error) {
	open := slices.DeleteFunc(slices.Clone(members), func(x merge.Member) bool { return x.Local || !m.weights[x.Record.Source].PassOn })
	if len(open) == 0 || len(open) == len(members) {
		return store.Shareable{Unshared: len(open) == 0}, nil
	}
	in := make(map[merge.Ref]bool, len(open))
	for i := range open {
		in[open[i].Item.Ref] = true
	}
	l := merge.Fuse(m.hub.ID, m.hub.Zone, open, slices.DeleteFunc(slices.Clone(links), func(x merge.Link) bool { return !in[x.A] || !in[x.B] }))
	l.ID = id
	m.rulings.apply(&l)
	s.Shared, err = json.Marshal(l)
	return s, err
}

func (m *matching) record(ref merge.Ref) (*catalog.Record, error) {
	var doc []byte
	if w := m.pending[ref]; w != nil {
		doc = w.Record
	} else {
		var err error
		if doc, err = m.view.Record(store.Ref(ref)); err != nil {
			return nil, err
		}
	}
	var r catalog.Record
	return &r, json.Unmarshal(doc, &r)
}
