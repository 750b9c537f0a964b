package ingest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fritidshub/catalog"
	"fritidshub/catalog/merge"
	"fritidshub/store"
)

// rulings are editors' decisions, sorted by what they decide.
type rulings struct {
	pairs  merge.Rulings
	hidden map[merge.Ref]bool
	sets   map[merge.Ref][]store.Ruling // oldest first
	parted map[merge.Ref][]merge.Ref    // what each has been parted from, as decided last
}

func readRulings(list []store.Ruling) rulings {
	r := rulings{hidden: map[merge.Ref]bool{}, sets: map[merge.Ref][]store.Ruling{}, parted: map[merge.Ref][]merge.Ref{}}
	for _, x := range list {
		switch x.Verb {
		case store.RuleJoin, store.RulePart:
			a, apart := merge.Ref(x.A), x.Verb == store.RulePart
			for _, other := range append([]store.Ref{x.B}, x.Also...) {
				b := merge.Ref(other)
				r.pairs = append(r.pairs, merge.Ruling{A: a, B: b, Apart: apart})
				r.note(a, b, apart)
				r.note(b, a, apart)
			}
		case store.RuleHide:
			for _, ref := range subjects(x) {
				r.hidden[merge.Ref(ref)] = true
			}
		case store.RuleSet:
			for _, ref := range subjects(x) {
				r.sets[merge.Ref(ref)] = append(r.sets[merge.Ref(ref)], x)
			}
		}
	}
	return r
}

// subjects are the records that a decision is about.
func subjects(r store.Ruling) []store.Ref {
	refs := append([]store.Ref{r.A}, r.Also...)
	if r.B != (store.Ref{}) {
		refs = append(refs, r.B)
	}
	return refs
}

func (r *rulings) note(a, b merge.Ref, apart bool) {
	r.parted[a] = slices.DeleteFunc(r.parted[a], func(x merge.Ref) bool { return x == b })
	if apart {
		r.parted[a] = append(r.parted[a], b)
	}
}

// about reports whether a decision changes what a listing with this record says, or whether it is shown.
func (r *rulings) about(ref merge.Ref) bool {
	return r.hidden[ref] || len(r.sets[ref]) > 0 || len(r.parted[ref]) > 0
}

// apply sets the fields of a listing that editors have decided, and says in Why what they have. Those stay the editor's whatever the sources
// say. A decision that no longer fits is passed over: it was checked when it was made.
func (r *rulings) apply(l *catalog.Listing) {
	var sets []store.Ruling
	for _, member := range append(slices.Clip(l.Members), l.Spares...) {
		sets = append(sets, r.sets[merge.Ref{Source: member.Source, NativeID: member.NativeID}]...)
	}
	slices.SortFunc(sets, func(a, b store.Ruling) int { return cmp.Compare(a.ID, b.ID) })
	sets = slices.CompactFunc(sets, func(a, b store.Ruling) bool { return a.ID == b.ID })
	for _, set := range sets {
		if Override(&l.Record, set.Field, set.Value) != nil {
			continue
		}
		if !slices.Contains(l.Edited, set.Field) {
			l.Edited = append(l.Edited, set.Field)
		}
		l.Derived = slices.DeleteFunc(l.Derived, func(field string) bool { return field == set.Field || strings.HasPrefix(field, set.Field+".") })
	}
	slices.Sort(l.Edited)
	l.Why = strings.TrimSpace(l.Why + r.said(l))
}

// correct gives a record with the fields that editors have decided, nil when there are none.
func (r *rulings) correct(ref merge.Ref, record *catalog.Record) ([]byte, error) {
	if len(r.sets[ref]) == 0 {
		return nil, nil
	}
	corrected := *record
	for _, set := range r.sets[ref] {
		if Override(&corrected, set.Field, set.Value) == nil {
			corrected.Derived = slices.DeleteFunc(slices.Clone(corrected.Derived), func(field string) bool { return field == set.Field || strings.HasPrefix(field, set.Field+".") })
		}
	}
	return json.Marshal(corrected)
}

// maxTold is how many records Why names that a listing has been parted from.
const maxTold = 10

// said is what editors have decided of a listing, in words; what has joined its records is said already.
func (r *rulings) said(l *catalog.Listing) string {
	in := make(map[merge.Ref]bool, len(l.Members))
	for _, m := range l.Members {
		in[merge.Ref{Source: m.Source, NativeID: m.NativeID}] = true
	}
	var from []merge.Ref
	for ref := range in {
		for _, other := range r.parted[ref] {
			if !in[other] && !slices.Contains(from, other) {
				from = append(from, other)
			}
		}
	}
	slices.SortFunc(from, merge.Ref.Compare)
	var names, fields []string
	for _, ref := range from[:min(len(from), maxTold)] {
		names = append(names, ref.Source+"/"+ref.NativeID)
	}
	if len(from) > maxTold {
		names = append(names, fmt.Sprintf("%d til", len(from)-maxTold))
	}
	for _, field := range l.Edited {
		fields = append(fields, cmp.Or(fieldNames[field], field))
	}
	text := ""
	if len(names) > 0 {
		text += " En redaktør har skilt dette fra " + inRow(names) + "."
	}
	if len(fields) > 0 {
		text += " En redaktør har bestemt " + inRow(fields) + "."
	}
	return text
}

// inRow says names in a row: "a, b og c".
func inRow(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " og " + names[n-1]
	}
	return strings.Join(names, "")
}

// Rule takes an editor's decision into use. The error says in Norwegian why it cannot be.
func (in *Ingester) Rule(ctx context.Context, r store.Ruling) (int64, error) {
	if err := in.checkRuling(ctx, &r); err != nil {
		return 0, err
	}
	id, err := in.Store.Rule(ctx, r)
	if err != nil {
		return 0, err
	}
	return id, in.reconsider(ctx, r)
}

// Unrule takes a decision back; store.ErrNotFound when there is none of that number.
func (in *Ingester) Unrule(ctx context.Context, id int64) error {
	list, err := in.Store.Rulings(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(r store.Ruling) bool { return r.ID == id })
	if i < 0 {
		return store.ErrNotFound
	}
	if err := in.Store.Unrule(ctx, id); err != nil {
		return err
	}
	return in.reconsider(ctx, list[i])
}

func (in *Ingester) reconsider(ctx context.Context, r store.Ruling) error {
	return in.Reconsider(ctx, subjects(r)...)
}

func (in *Ingester) checkRuling(ctx context.Context, r *store.Ruling) error {
	find := func(ref store.Ref) (catalog.Record, error) {
		found, err := in.Store.Records(ctx, ref.Source, []string{ref.NativeID})
		if err == nil && len(found) == 0 {
			err = fmt.Errorf("kilden %s har ingen oppføring %q", ref.Source, ref.NativeID)
		}
		if err != nil {
			return catalog.Record{}, err
		}
		return found[0], nil
	}
	a, err := find(r.A)
	if err != nil {
		return err
	}
	switch r.Verb {
	case store.RuleJoin, store.RulePart:
		if r.A == r.B || slices.Contains(r.Also, r.A) {
			return errors.New("en oppføring kan ikke slås sammen med eller skilles fra seg selv")
		}
		_, err = find(r.B)
		return err
	case store.RuleHide:
		return nil
	case store.RuleSet:
		if err := Override(&a, r.Field, r.Value); err != nil || r.Field != "categories" || in.Taxonomy == nil {
			return err
		}
		if i := slices.IndexFunc(a.Categories, func(id string) bool { return !in.Taxonomy.Has(id) }); i >= 0 {
			return fmt.Errorf("kategorien %q finnes ikke; `fritidshub categories` viser dem som finnes", a.Categories[i])
		}
		return nil
	}
	return fmt.Errorf("%q er ingen avgjørelse; en av: join, part, hide, set", r.Verb)
}
