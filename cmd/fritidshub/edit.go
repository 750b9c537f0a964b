package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"fritidshub/ingest"
	"fritidshub/store"
)

func editFlags(f *flag.FlagSet, in *invocation) {
	f.BoolVar(&in.json, "json", false, "skriv JSON på standard ut")
	f.StringVar(&in.note, "note", "", "hvorfor, til den neste redaktøren")
}

const editHelp = `fritidshub edit join A B     A og B er det samme
fritidshub edit part A       oppføringen A er noe annet enn det den er slått sammen med
fritidshub edit part A B     A og B er ikke det samme
fritidshub edit hide A       vis ikke det A handler om
fritidshub edit set A FELT VERDI   sett et felt (null tar det bort), for eksempel: price 150, price gratis, status avlyst
fritidshub edit undo N       ta tilbake avgjørelse nummer N
fritidshub edit              list alle avgjørelser
A og B er en oppføring (kilde/id, som i /api/v1/listings/… under records) eller id-en i adressen /l/….`

// edit makes, lists and takes back editors' decisions: what is the same, what is not, what is hidden, what a field says.
func (p *program) edit(ctx context.Context, in *invocation) error {
	h, err := p.open(ctx, in, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer h.close()
	e := &editing{program: p, in: in, store: h.store, ingester: h.ingester(nil, nil)}
	if len(in.args) == 0 {
		return e.list(ctx)
	}
	run, ok := map[string]func(context.Context, []string) error{"join": e.join, "part": e.part, "hide": e.hide, "set": e.set, "undo": e.undo}[in.args[0]]
	if !ok {
		return usage(fmt.Sprintf("fritidshub edit: ukjent avgjørelse %q\n%s", in.args[0], editHelp))
	}
	return run(ctx, in.args[1:])
}

type editing struct {
	*program
	in       *invocation
	store    store.Store
	ingester *ingest.Ingester
}

// refs are the records of what an argument names: one, or those of a listing.
func (e *editing) refs(ctx context.Context, name string) ([]store.Ref, error) {
	if source, id, ok := strings.Cut(name, "/"); ok {
		return []store.Ref{{Source: source, NativeID: id}}, nil
	}
	l, err := e.store.Listing(ctx, name)
	for err == nil && l.MergedInto != "" {
		l, err = e.store.Listing(ctx, l.MergedInto)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil, usage(fmt.Sprintf("fritidshub edit: det finnes ingen oppføring %q; skriv kilde/id eller id-en i adressen /l/…", name))
	}
	if err != nil {
		return nil, err
	}
	var refs []store.Ref
	for _, m := range append(slices.Clip(l.Members), l.Spares...) {
		refs = append(refs, store.Ref{Source: m.Source, NativeID: m.NativeID})
	}
	return refs, nil
}

func (e *editing) join(ctx context.Context, args []string) error {
	if len(args) != 2 {
		return usage("fritidshub edit join: oppgi to oppføringer\n" + editHelp)
	}
	a, err := e.together(ctx, args[0])
	if err != nil {
		return err
	}
	b, err := e.together(ctx, args[1])
	if err != nil {
		return err
	}
	if slices.ContainsFunc(b, func(ref store.Ref) bool { return slices.Contains(a, ref) }) {
		return usage(fmt.Sprintf("fritidshub edit join: %s og %s er alt det samme", args[0], args[1]))
	}
	return e.rule(ctx, store.Ruling{Verb: store.RuleJoin, A: a[0], B: b[0], Also: append(slices.Clone(a[1:]), b[1:]...)})
}

// together are all records of the listing of what an argument names, the named one first.
func (e *editing) together(ctx context.Context, name string) ([]store.Ref, error) {
	refs, err := e.refs(ctx, name)
	if err != nil || !strings.Contains(name, "/") {
		return refs, err
	}
	all, err := e.listed(ctx, refs[0])
	return append(refs, slices.DeleteFunc(all, func(ref store.Ref) bool { return ref == refs[0] })...), err // Rule says it when it does not exist
}

func (e *editing) part(ctx context.Context, args []string) error {
	if len(args) != 1 && len(args) != 2 {
		return usage("fritidshub edit part: oppgi en oppføring, eller to\n" + editHelp)
	}
	a, err := e.refs(ctx, args[0])
	if err != nil {
		return err
	}
	if len(a) > 1 {
		return usage(fmt.Sprintf("fritidshub edit part: %s er slått sammen av %d oppføringer; oppgi den som skal ut, som kilde/id", args[0], len(a)))
	}
	var others []store.Ref
	if len(args) == 2 {
		others, err = e.refs(ctx, args[1])
	} else {
		others, err = e.beside(ctx, a[0])
	}
	if err != nil {
		return err
	}
	others = slices.DeleteFunc(others, func(ref store.Ref) bool { return ref == a[0] })
	if len(others) == 0 {
		return usage("fritidshub edit part: en oppføring kan ikke skilles fra seg selv")
	}
	return e.rule(ctx, store.Ruling{Verb: store.RulePart, A: a[0], B: others[0], Also: others[1:]})
}

// listed are the records of the listing that one leads to.
func (e *editing) listed(ctx context.Context, ref store.Ref) (all []store.Ref, err error) {
	listing := ""
	err = e.store.Heads(ctx, ref.Source, func(h store.Head) error {
		if h.NativeID == ref.NativeID {
			listing = h.Listing
		}
		return nil
	})
	if err != nil || listing == "" {
		return nil, err
	}
	return e.refs(ctx, listing)
}

// beside are the records that share a listing with one.
func (e *editing) beside(ctx context.Context, ref store.Ref) ([]store.Ref, error) {
	others, err := e.listed(ctx, ref)
	if err == nil && len(others) < 2 {
		return nil, usage(fmt.Sprintf("fritidshub edit part: %s/%s er ikke slått sammen med noe", ref.Source, ref.NativeID))
	}
	return others, err
}

func (e *editing) hide(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return usage("fritidshub edit hide: oppgi én oppføring\n" + editHelp)
	}
	refs, err := e.together(ctx, args[0])
	if err != nil {
		return err
	}
	return e.rule(ctx, store.Ruling{Verb: store.RuleHide, A: refs[0], Also: refs[1:]})
}

func (e *editing) set(ctx context.Context, args []string) error {
	if len(args) != 3 {
		return usage("fritidshub edit set: oppgi oppføring, felt og verdi\n" + editHelp)
	}
	refs, err := e.together(ctx, args[0])
	if err != nil {
		return err
	}
	value := json.RawMessage(args[2])
	if !json.Valid(value) {
		if value, err = json.Marshal(args[2]); err != nil {
			return err
		}
	}
	return e.rule(ctx, store.Ruling{Verb: store.RuleSet, A: refs[0], Also: refs[1:], Field: args[1], Value: value})
}

func (e *editing) rule(ctx context.Context, r store.Ruling) error {
	r.At, r.Note = e.in.now(), e.in.note
	id, err := e.ingester.Rule(ctx, r)
	if err != nil {
		return err
	}
	r.ID = id
	return e.tell(r)
}

func (e *editing) undo(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return usage("fritidshub edit undo: oppgi nummeret på avgjørelsen; `fritidshub edit` lister dem")
	}
	id, err := strconv.ParseInt(args[0], 10, 64)
	if err == nil {
		err = e.ingester.Unrule(ctx, id)
	}
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, strconv.ErrSyntax) || errors.Is(err, strconv.ErrRange) {
		return usage(fmt.Sprintf("fritidshub edit undo: det finnes ingen avgjørelse %q; `fritidshub edit` lister dem", args[0]))
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "Avgjørelse %d er tatt tilbake.\n", id)
	return nil
}

func (e *editing) list(ctx context.Context) error {
	rulings, err := e.store.Rulings(ctx)
	if err != nil {
		return err
	}
	for _, r := range rulings {
		if err := e.tell(r); err != nil {
			return err
		}
	}
	if len(rulings) == 0 && !e.in.json {
		fmt.Fprintln(e.out, "Ingen avgjørelser.\n"+editHelp)
	}
	return nil
}

// tell says one decision in a line.
func (e *editing) tell(r store.Ruling) error {
	if e.in.json {
		return json.NewEncoder(e.out).Encode(r)
	}
	name := func(ref store.Ref) string { return ref.Source + "/" + ref.NativeID }
	a, b, with := name(r.A), name(r.B), ""
	for i, ref := range r.Also {
		if r.Verb == store.RuleJoin || r.Verb == store.RulePart {
			b += ", " + name(ref)
		} else if with += map[bool]string{true: ", som er det samme som ", false: ", "}[i == 0] + name(ref); i == len(r.Also)-1 {
			with += ","
		}
	}
	text := map[string]string{
		store.RuleJoin: a + " og " + b + " er det samme", store.RulePart: a + " og " + b + " er ikke det samme", store.RuleHide: a + with + " vises ikke",
		store.RuleSet: fmt.Sprintf("%s%s: %s er %s", a, strings.TrimSuffix(with, ","), r.Field, r.Value),
	}[r.Verb]
	if r.Note != "" {
		text += " (" + r.Note + ")"
	}
	_, err := fmt.Fprintf(e.out, "%d. %s %s. Ta tilbake: fritidshub edit undo %d\n", r.ID, r.At.Format("2006-01-02"), text, r.ID)
	return err
}
