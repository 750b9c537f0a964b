package ingest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"fritidshub/catalog"
	"fritidshub/store"
)

// merges tells of each item which other records it would share a listing with: the plan is matched as its run would do it, and not applied.
func (in *Ingester) merges(ctx context.Context, pl *pull, p *store.Plan, items []PreviewItem) error {
	if len(items) == 0 {
		return nil
	}
	return in.Store.Look(ctx, func(v store.View) error {
		if len(p.Write)+len(p.Remove) > 0 {
			if err := in.match(pl.batch, p)(v); err != nil {
				return err
			}
		}
		o := outcomeOf(v, p)
		for i := range items {
			listing, err := o.tell(&items[i])
			if err != nil {
				return err
			}
			if len(items[i].MergesWith) == 0 {
				continue
			}
			if items[i].Why, err = in.whyOf(ctx, listing, o.listings[listing]); err != nil {
				return err
			}
		}
		return nil
	})
}

// whyOf is what a listing says of why its records are together, as it would be written, else as it is stored.
func (in *Ingester) whyOf(ctx context.Context, id string, doc []byte) (string, error) {
	if doc == nil {
		l, err := in.Store.Listing(ctx, id)
		return l.Why, err
	}
	var l catalog.Listing
	err := json.Unmarshal(doc, &l)
	return l.Why, err
}

// outcome is which listings records lead to once a plan is applied.
type outcome struct {
	view     store.View
	leads    map[store.Ref]string // of the records that the plan writes or moves; "" for one that it removes
	members  map[string][]store.Ref
	listings map[string][]byte
	written  map[store.Ref][]byte
}

func outcomeOf(v store.View, p *store.Plan) *outcome {
	o := &outcome{view: v, leads: map[store.Ref]string{}, members: map[string][]store.Ref{}, listings: map[string][]byte{}, written: map[store.Ref][]byte{}}
	lead := func(ref store.Ref, listing string, doc []byte) {
		o.leads[ref] = listing
		o.members[listing] = append(o.members[listing], ref)
		if doc != nil {
			o.listings[listing] = doc
		}
	}
	for _, id := range p.Remove {
		o.leads[store.Ref{Source: p.Run.Source, NativeID: id}] = ""
	}
	for i := range p.Write {
		w := &p.Write[i]
		ref := store.Ref{Source: p.Run.Source, NativeID: w.NativeID}
		lead(ref, w.ListingID, w.Listing)
		o.written[ref] = w.Record
	}
	for i := range p.Relist {
		r := &p.Relist[i]
		lead(store.Ref{Source: r.Source, NativeID: r.NativeID}, r.ListingID, r.Listing)
	}
	return o
}

// tell fills in whom an item shares its listing with, and gives that listing.
func (o *outcome) tell(it *PreviewItem) (listing string, err error) {
	self := store.Ref{Source: it.Source, NativeID: it.NativeID}
	listing, planned := o.leads[self]
	if !planned {
		known, err := o.view.Known(self)
		if errors.Is(err, store.ErrNotFound) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		listing = known.Listing
	}
	stored, err := o.view.Together(listing)
	if err != nil {
		return "", err
	}
	refs := slices.Clone(o.members[listing])
	for _, k := range stored {
		if _, planned := o.leads[k.Ref]; !planned {
			refs = append(refs, k.Ref)
		}
	}
	for _, ref := range refs {
		if ref == self {
			continue
		}
		doc := o.written[ref]
		if doc == nil {
			if doc, err = o.view.Record(ref); err != nil {
				return "", err
			}
		}
		var r catalog.Record
		if err := json.Unmarshal(doc, &r); err != nil {
			return "", err
		}
		it.MergesWith = append(it.MergesWith, Companion{Ref: ref, Title: r.Title, Listing: listing})
	}
	slices.SortFunc(it.MergesWith, func(a, b Companion) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.NativeID, b.NativeID))
	})
	return listing, nil
}
