package ingest

import (
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
}

func readRulings(list []store.Ruling) rulings {
	r := rulings{hidden: map[merge.Ref]bool{}, sets: map[merge.Ref][]store.Ruling{}}
	for _, x := range list {
		a := merge.Ref(x.A)
		switch x.Verb {
		case store.RuleJoin, store.RulePart:
			r.pairs = append(r.pairs, merge.Ruling{A: a, B: merge.Ref(x.B), Apart: x.Verb == store.RulePart})
		case store.RuleHide:
			r.hidden[a] = true
		case store.RuleSet:
			r.sets[a] = append(r.sets[a], x)
		}
	}
	return r
}

// about reports whether a decision changes what a listing with this record says, or whether it is shown.
func (r *rulings) about(ref merge.Ref) bool { return r.hidden[ref] || len(r.sets[ref]) > 0 }

// apply sets the fields of a listing that editors have decided. They stay the editor's whatever the sources say. A decision that no longer
// fits is passed over: it was checked when it was made.
func (r *rulings) apply(l *catalog.Listing) {
	var sets []store.Ruling
	for _, member := range l.Members {
		sets = append(sets, r.sets[merge.Ref{Source: member.Source, NativeID: member.NativeID}]...)
	}
	slices.SortFunc(sets, func(a, b store.Ruling) int { return int(a.ID - b.ID) })
	for _, set := range sets {
		if Override(&l.Record, set.Field, set.Value) != nil {
			continue
		}
		if !slices.Contains(l.Edited, set.Field) {
			l.Edited = append(l.Edited, set.Field)
		}
		l.Derived = slices.DeleteFunc(l.Derived, func(field string) bool { return field == set.Field })
	}
	slices.Sort(l.Edited)
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
	refs := []store.Ref{r.A}
	if r.B != (store.Ref{}) {
		refs = append(refs, r.B)
	}
	return in.Reconsider(ctx, refs...)
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
		if r.A == r.B {
			return errors.New("en oppføring kan ikke slås sammen med eller skilles fra seg selv")
		}
		_, err = find(r.B)
		return err
	case store.RuleHide:
		return nil
	case store.RuleSet:
		return Override(&a, r.Field, r.Value)
	}
	return fmt.Errorf("%q er ingen avgjørelse; en av: join, part, hide, set", r.Verb)
}

// editable are the fields that an editor may set; see catalog.Statements for the rest of them.
func editable(field string) bool {
	return field == "title" || slices.Contains(catalog.Statements(), field)
}

// Override sets one field of a record to a value as JSON, null to unsay it. The error says in Norwegian why it cannot be.
func Override(r *catalog.Record, field string, value json.RawMessage) error {
	if !editable(field) {
		return fmt.Errorf("feltet %q kan ikke settes", field)
	}
	if field == "title" && strings.TrimSpace(string(value)) == "null" {
		return errors.New("tittelen kan ikke tas bort, bare byttes")
	}
	doc, err := json.Marshal(map[string]json.RawMessage{field: value})
	if err != nil {
		return fmt.Errorf("verdien av %s er ikke JSON: %w", field, err)
	}
	changed := *r
	if field != "title" {
		changed.Unsay(field)
	}
	if err := json.Unmarshal(doc, &changed); err != nil {
		return fmt.Errorf("verdien passer ikke i %s: %w", field, err)
	}
	if _, bad := changed.Normalise(""); bad != nil {
		return fmt.Errorf("verdien av %s kan ikke brukes: %s", field, bad.Reason)
	}
	*r = changed
	return nil
}
