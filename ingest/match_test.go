package ingest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/store"
)

// concert is the same concert as each of several sources tells it.
func concert(id, title string, day int) wireItem {
	return wireItem{ID: id, Title: title, Day: day, Place: "Bølgen kulturhus", Organizer: "Larvik bluesklubb"}
}

// together gives the live listings as sorted lists of source/id.
func (b *bench) together() []string {
	b.t.Helper()
	var out []string
	err := b.db.Changes(b.t.Context(), 0, 0, func(l catalog.ListingState) error {
		if l.Live() {
			var refs []string
			for _, m := range l.Members {
				refs = append(refs, m.Source+"/"+m.NativeID)
			}
			slices.Sort(refs)
			out = append(out, strings.Join(refs, "+"))
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// live gives the live listings by id.
func (b *bench) live() map[string]string {
	b.t.Helper()
	out := map[string]string{}
	err := b.db.Changes(b.t.Context(), 0, 0, func(l catalog.ListingState) error {
		if l.Live() {
			doc, _ := json.Marshal(l.Listing)
			out[l.ID] = string(doc)
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func (b *bench) listingOf(source, id string) catalog.ListingState {
	b.t.Helper()
	var found catalog.ListingState
	err := b.db.Changes(b.t.Context(), 0, 0, func(l catalog.ListingState) error {
		if l.Live() && slices.ContainsFunc(l.Members, func(m catalog.Member) bool { return m.Source == source && m.NativeID == id }) {
			found = l
		}
		return nil
	})
	if err != nil || found.ID == "" {
		b.t.Fatalf("no live listing of %s/%s: %v", source, id, err)
	}
	return found
}

func TestOneListingOfManyRecords(t *testing.T) {
	b := newBench(t, "hus", "kommune", "billett")
	blues, jazz := concert("1", "Bluesnatt med Tor Eikeland", 20), concert("2", "Jazzkafé i foajeen", 21)
	b.provider.set("/hus", list(blues, jazz))
	b.provider.set("/kommune", list(concert("k7", "Bluesnatt med Tor Eikeland", 20), concert("k8", "Barnas juleverksted", 22)))
	b.provider.set("/billett", list(concert("b1", "BLUESNATT MED TOR EIKELAND", 20)))
	expect := func(what string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, b.together()); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", what, diff)
		}
		b.agree()
	}
	all := func() {
		t.Helper()
		for _, id := range []string{"hus", "kommune", "billett"} {
			if got := b.run(id); !got.Status.Good() {
				t.Fatalf("%+v", got)
			}
		}
	}
	all()
	three := []string{"billett/b1+hus/1+kommune/k7", "hus/2", "kommune/k8"}
	expect("three sources", three...)
	l := b.listingOf("hus", "1")
	if l.Why == "" {
		t.Error("the listing does not say why")
	}
	single, err := b.db.Listing(t.Context(), catalog.Single("prove", &catalog.Record{Source: "hus", NativeID: "1"}).ID)
	if err == nil && single.ID != l.ID && single.MergedInto != l.ID {
		t.Errorf("the id of a record that went into another listing leads to %q", single.MergedInto)
	}
	b.wait(time.Hour)
	for _, id := range []string{"hus", "kommune", "billett"} {
		if got := b.run(id); got.Status != store.RunUnchanged || got.Written != 0 || got.Indexed != 0 {
			t.Errorf("again: %+v", got)
		}
	}

	// One source stops telling it; the others stay together.
	b.provider.set("/hus", list(jazz))
	b.run("hus")
	b.wait(49 * time.Hour)
	b.run("hus")
	expect("one gone", "billett/b1+kommune/k7", "hus/2", "kommune/k8")
	b.provider.set("/hus", list(blues, jazz))
	b.wait(time.Hour)
	b.run("hus")
	expect("back", three...)
	if again := b.listingOf("hus", "1"); again.ID != l.ID {
		t.Errorf("the listing came back as %s, not %s", again.ID, l.ID)
	}

	// A change that makes it another thing takes it out.
	b.provider.set("/kommune", list(concert("k7", "Foredrag om sopp", 20), concert("k8", "Barnas juleverksted", 22)))
	b.wait(time.Hour)
	b.run("kommune")
	expect("another thing", "billett/b1+hus/1", "hus/2", "kommune/k7", "kommune/k8")
	b.provider.set("/kommune", list(concert("k7", "Bluesnatt med Tor Eikeland", 20), concert("k8", "Barnas juleverksted", 22)))
	b.wait(time.Hour)
	b.run("kommune")
	expect("the same thing again", three...)

	// A source that is switched off takes its part with it, and brings it back.
	off := slices.Clone(b.sources)
	off[1].Enabled = false
	b.declare(off...)
	if l := b.listingOf("hus", "1"); len(l.Members) != 2 {
		t.Errorf("members %+v", l.Members)
	}
	b.declare(b.sources...)
	expect("switched on again", three...)

	// When it is the one that led the listing, its address leads to what is left.
	led := b.listingOf("hus", "1")
	at := slices.IndexFunc(b.sources, func(s config.Source) bool { return s.ID == led.Members[0].Source })
	off = slices.Clone(b.sources)
	off[at].Enabled = false
	b.declare(off...)
	rest := b.listingOf(led.Members[1].Source, led.Members[1].NativeID)
	if old, err := b.db.Listing(t.Context(), led.ID); err != nil || rest.ID == led.ID || old.MergedInto != rest.ID {
		t.Errorf("the listing %s leads to %q, not to %s (%v)", led.ID, old.MergedInto, rest.ID, err)
	}
	b.declare(b.sources...)
	expect("the leading source is on again", three...)
	if again := b.listingOf("hus", "1"); again.ID != led.ID {
		t.Errorf("it came back as %s, not %s", again.ID, led.ID)
	}
}

// TestRulings: what editors decide holds through every import, and can be taken back.
func TestRulings(t *testing.T) {
	b := newBench(t, "hus", "kommune")
	b.provider.set("/hus", list(concert("1", "Bluesnatt med Tor Eikeland", 20), concert("2", "Jazzkafé i foajeen", 21)))
	b.provider.set("/kommune", list(concert("k7", "Bluesnatt med Tor Eikeland", 20), concert("k8", "Barnas juleverksted", 22)))
	b.run("hus")
	b.run("kommune")
	ref := func(s string) store.Ref {
		source, id, _ := strings.Cut(s, "/")
		return store.Ref{Source: source, NativeID: id}
	}
	rule := func(r store.Ruling) int64 {
		t.Helper()
		r.At = b.clock()
		id, err := b.in.Rule(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		b.agree()
		return id
	}
	undo := func(id int64) {
		t.Helper()
		if err := b.in.Unrule(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		b.agree()
	}
	revision := 0
	reimport := func() { // everything is written anew
		t.Helper()
		revision++
		for _, id := range []string{"hus", "kommune"} {
			i := slices.IndexFunc(b.sources, func(s config.Source) bool { return s.ID == id })
			b.sources[i].Defaults.Organizer = fmt.Sprintf("Utgave %d", revision)
			b.sources[i].Language = []string{"nb", "nn"}[revision%2]
			b.wait(time.Hour)
			if got := b.run(id); !got.Status.Good() {
				t.Fatalf("%+v", got)
			}
		}
	}
	expect := func(what string, want ...string) {
		t.Helper()
		for range 2 {
			if diff := cmp.Diff(want, b.together()); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", what, diff)
			}
			reimport()
		}
	}
	expect("no decision", "hus/1+kommune/k7", "hus/2", "kommune/k8")
	part := rule(store.Ruling{Verb: store.RulePart, A: ref("hus/1"), B: ref("kommune/k7")})
	expect("split", "hus/1", "hus/2", "kommune/k7", "kommune/k8")
	if a, b := b.listingOf("hus", "1").Why, b.listingOf("kommune", "k7").Why; a != "En redaktør har skilt dette fra kommune/k7." || b != "En redaktør har skilt dette fra hus/1." {
		t.Errorf("why after a split: %q and %q", a, b)
	}
	undo(part)
	if why := b.listingOf("hus", "1").Why; strings.Contains(why, "skilt") {
		t.Errorf("why after the split is undone: %q", why)
	}
	expect("split undone", "hus/1+kommune/k7", "hus/2", "kommune/k8")
	join := rule(store.Ruling{Verb: store.RuleJoin, A: ref("hus/2"), B: ref("kommune/k8")})
	expect("joined", "hus/1+kommune/k7", "hus/2+kommune/k8")
	undo(join)
	expect("joined undone", "hus/1+kommune/k7", "hus/2", "kommune/k8")
	hide := rule(store.Ruling{Verb: store.RuleHide, A: ref("kommune/k7")})
	expect("hidden", "hus/2", "kommune/k8")
	undo(hide)
	expect("shown again", "hus/1+kommune/k7", "hus/2", "kommune/k8")
	set := rule(store.Ruling{Verb: store.RuleSet, A: ref("kommune/k7"), Field: "title", Value: json.RawMessage(`"Blues i Bølgen"`)})
	for range 2 {
		if l := b.listingOf("hus", "1"); l.Title != "Blues i Bølgen" || !slices.Equal(l.Edited, []string{"title"}) || !strings.HasSuffix(l.Why, "En redaktør har bestemt tittelen.") {
			t.Errorf("title %q, edited %v", l.Title, l.Edited)
		}
		reimport()
	}
	undo(set)
	if l := b.listingOf("hus", "1"); l.Title == "Blues i Bølgen" || len(l.Edited) > 0 {
		t.Errorf("title %q, edited %v after undoing", l.Title, l.Edited)
	}
	for what, r := range map[string]store.Ruling{
		"an unknown verb":         {Verb: "glem", A: ref("hus/1")},
		"a record with itself":    {Verb: store.RuleJoin, A: ref("hus/1"), B: ref("hus/1")},
		"one that does not exist": {Verb: store.RuleHide, A: ref("hus/99")},
		"a field that is none":    {Verb: store.RuleSet, A: ref("hus/1"), Field: "native_id", Value: json.RawMessage(`"x"`)},
		"a value that fits not":   {Verb: store.RuleSet, A: ref("hus/1"), Field: "age", Value: json.RawMessage(`"voksne"`)},
		"no title":                {Verb: store.RuleSet, A: ref("hus/1"), Field: "title", Value: json.RawMessage(`null`)},
		"an empty title":          {Verb: store.RuleSet, A: ref("hus/1"), Field: "title", Value: json.RawMessage(`" "`)},
	} {
		if _, err := b.in.Rule(t.Context(), r); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	if err := b.in.Unrule(t.Context(), 999); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("undoing what was never decided: %v", err)
	}
}

// TestOrderOfImport: whatever the order in which sources tell the same things, the listings are the same, ids included.
func TestOrderOfImport(t *testing.T) {
	titles := []string{"Bluesnatt med Tor Eikeland", "Jazzkafé i foajeen", "Barnas juleverksted", "Foredrag om sopp", "Strikkekafé"}
	left := 40 // each opens two databases
	rapid.Check(t, func(rt *rapid.T) {
		if left--; left < 0 {
			return
		}
		sources := []string{"a", "b", "c"}
		items := map[string][]wireItem{}
		for _, s := range sources {
			for i := range rapid.IntRange(0, 5).Draw(rt, "n") {
				items[s] = append(items[s], concert(fmt.Sprint(i), rapid.SampledFrom(titles).Draw(rt, "title"), rapid.IntRange(10, 12).Draw(rt, "day")))
			}
		}
		shape := func(order []string, steps int) map[string]string {
			b := newBench(t, sources...)
			for step := 1; step <= steps; step++ {
				for _, s := range order {
					b.provider.set("/"+s, list(items[s][:len(items[s])*step/steps]...))
					b.wait(time.Hour)
					b.run(s)
				}
			}
			return b.live()
		}
		first := shape(sources, 1)
		order := rapid.Permutation(sources).Draw(rt, "order")
		if other := shape(order, rapid.IntRange(1, 3).Draw(rt, "steps")); !maps.Equal(first, other) {
			rt.Fatalf("in the order %v:\n%s", order, cmp.Diff(first, other))
		}
	})
}

// TestCrowds: where so many records share words and hours that these say nothing, the listings are still the same in whatever order and
// portions the records come, change and go, and whether or not a source is seen in between.
func TestCrowds(t *testing.T) {
	left := 8 // each opens two databases
	rapid.Check(t, func(rt *rapid.T) {
		if left--; left < 0 {
			return
		}
		sources, some := []string{"a", "b", "c"}, rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1)) // rapid's own draws are much alike
		pick := func(list []string) string { return list[some.IntN(len(list))] }
		titles := []string{"Klubblørdag for alle på Heistad", "Klubblørdag for familier på Heistad", "Klubblørdag for ungdom på Heistad", "Klubblørdagstur på Heistad", "Frivillighetturnering for ungdom på Heistad"}
		places, organizers := []string{"", "Heistad kulturhus", "Heistad bibliotek", "Heistad grendehus", "Heistad skole"}, []string{"Heistad padleklubb", "Heistad padleklubb", "Heistad padleklubb", "Heistad sangkor"}
		item := func(id int) wireItem {
			it := wireItem{ID: fmt.Sprint(id), Title: pick(titles), Place: pick(places), Organizer: pick(organizers)}
			it.Day = 7 * max(0, some.IntN(40)-20)
			return it
		}
		wanted := map[string][]wireItem{}
		for _, s := range sources {
			for i := range rapid.SampledFrom([]int{30, 40, 50}).Draw(rt, "n") {
				wanted[s] = append(wanted[s], item(i))
			}
		}
		open := func() *bench {
			b := newBench(t, sources...)
			for i := range b.sources {
				b.sources[i].Guard = config.Guard{Share: 1, Count: 1000, Grace: 0}
			}
			b.declare(b.sources...)
			return b
		}
		step := func(b *bench, source string, items []wireItem) {
			b.wait(time.Hour)
			b.provider.set("/"+source, list(items...))
			if got := b.run(source); !got.Status.Good() {
				t.Fatalf("%+v", got)
			}
		}
		first := open()
		for _, s := range sources {
			step(first, s, wanted[s])
		}
		want := first.live()

		other := open()
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			s := rapid.SampledFrom(sources).Draw(rt, "source")
			switch rapid.IntRange(0, 3).Draw(rt, "what") {
			case 0: // a part
				n := rapid.IntRange(1, len(wanted[s])).Draw(rt, "most")
				step(other, s, wanted[s][len(wanted[s])-n:])
			case 1: // others of the same names
				var items []wireItem
				for i := range 40 {
					items = append(items, item(i))
				}
				step(other, s, items)
			case 2: // out of sight
				off := slices.Clone(other.sources)
				off[slices.Index(sources, s)].Enabled = false
				other.declare(off...)
				if rapid.Bool().Draw(rt, "between") {
					at := (slices.Index(sources, s) + 1) % 3
					step(other, sources[at], wanted[sources[at]])
				}
				other.declare(other.sources...)
			default:
				step(other, s, wanted[s])
			}
		}
		for _, s := range rapid.Permutation(sources).Draw(rt, "order") {
			step(other, s, wanted[s])
		}
		if got := other.live(); !maps.Equal(want, got) {
			rt.Fatal(cmp.Diff(want, got))
		}
		for what, b := range map[string]*bench{"first": first, "other": other} {
			if err := b.in.Rematch(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := b.live(); !maps.Equal(want, got) {
				rt.Fatal(what+", from scratch: ", cmp.Diff(want, got))
			}
		}
	})
}
