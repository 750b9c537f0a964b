package merge_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fritidshub/catalog"
	"fritidshub/catalog/merge"
)

// world is some records that are easily confused, with an editor's decisions about them.
type world struct {
	records map[merge.Ref]*catalog.Record
	items   []*merge.Item
	rulings merge.Rulings
}

func drawWorld(t *rapid.T, zone *time.Location) world {
	w := world{records: make(map[merge.Ref]*catalog.Record)}
	word := rapid.SampledFrom([]string{"Lesestund", "Håndball", "Jazz i kjelleren", "Vårkonsert", "Akvarellkurs", "Jazz", "Lesestund på biblioteket", "Håndball J10", "Håndball G10", "Loppemarked (Kopi)", "Loppemarked", "Akvarellkurs del 2"})
	place := rapid.SampledFrom([]string{"", "", "Hjertnes", "Hjertnes kulturhus", "Stokke filial", "Larvik bibliotek", "Biblioteket", "Bølgen, Storsalen"})
	org := rapid.SampledFrom([]string{"", "", "Stokke bibliotek", "Larvik bibliotek", "Sandeåsen IL", "Hjertnes kulturhus", "Sandar leikarring"})
	for n := range rapid.IntRange(1, 14).Draw(t, "records") {
		r := &catalog.Record{Source: rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "source"), NativeID: fmt.Sprint(n),
			Title: word.Draw(t, "title"), Kind: catalog.KindEvent, Status: rapid.SampledFrom([]catalog.Status{"", "", catalog.StatusCancelled, catalog.StatusFull}).Draw(t, "status")}
		if s := place.Draw(t, "place"); s != "" {
			r.Place = &catalog.Place{Name: s}
		}
		if s := org.Draw(t, "organizer"); s != "" {
			r.Organizer = &catalog.Organizer{Name: s}
		}
		start := time.Date(2027, 3, rapid.IntRange(1, 3).Draw(t, "day"), rapid.SampledFrom([]int{18, 18, 19}).Draw(t, "hour"), 0, 0, 0, zone)
		switch rapid.IntRange(0, 5).Draw(t, "times") {
		case 0:
			r.Kind = catalog.KindActivity
		case 1:
			r.Schedule.Series = []catalog.Series{{Start: start, End: start.Add(time.Hour), Rules: []string{"FREQ=WEEKLY;COUNT=5"}}}
		case 2:
			r.Schedule.Dates = []catalog.Occurrence{{AllDay: true, Start: catalog.Date(2027, 3, start.Day()), End: catalog.Date(2027, 3, start.Day()+1)}}
		case 3:
			r.Schedule.Dates = []catalog.Occurrence{{Start: start}, {Start: start.AddDate(0, 0, 7)}}
		default:
			r.Schedule.Dates = []catalog.Occurrence{{Start: start, End: start.Add(time.Hour)}}
		}
		if rapid.IntRange(0, 5).Draw(t, "peer") == 0 {
			r.Origin = &catalog.Origin{Hub: "larvik", Source: "a", NativeID: fmt.Sprint(rapid.IntRange(0, 5).Draw(t, "origin"))}
		}
		if _, bad := r.Normalise(""); bad != nil {
			t.Fatal(bad)
		}
		it := describe(zone, r)
		w.records[it.Ref] = r
		w.items = append(w.items, it)
	}
	for range rapid.IntRange(0, 3).Draw(t, "rulings") {
		i := rapid.SampledFrom(w.items)
		w.rulings = append(w.rulings, merge.Ruling{A: i.Draw(t, "A").Ref, B: i.Draw(t, "B").Ref, Apart: rapid.Bool().Draw(t, "apart")})
	}
	return w
}

func (w *world) listings(zone *time.Location, groups []merge.Group) (out []catalog.Listing) {
	for _, g := range groups {
		var members []merge.Member
		for _, it := range slices.Backward(g.Items) {
			members = append(members, merge.Member{Record: w.records[it.Ref], Item: it, Priority: int(it.Source[0]) % 3 * 10})
		}
		out = append(out, merge.Fuse("larvik", zone, members, g.Links))
	}
	return out
}

func refs(groups []merge.Group) (out [][]merge.Ref) {
	for _, g := range groups {
		var one []merge.Ref
		for _, it := range g.Items {
			one = append(one, it.Ref)
		}
		out = append(out, one)
	}
	return out
}

func shuffled(t *rapid.T, items []*merge.Item) []*merge.Item {
	return rapid.Permutation(items).Draw(t, "order")
}

// sharing looks items up by their keys, as the store does.
func sharing(items []*merge.Item) func([][]uint64) ([][]*merge.Item, error) {
	blocks := make(map[uint64][]*merge.Item)
	for _, it := range items {
		for _, k := range it.Keys() {
			blocks[k] = append(blocks[k], it)
		}
	}
	return func(keys [][]uint64) ([][]*merge.Item, error) {
		out := make([][]*merge.Item, len(keys))
		for i := range keys {
			shared := make(map[*merge.Item]int)
			for _, k := range keys[i] {
				for _, it := range blocks[k] {
					if shared[it]++; merge.Strong(k) {
						shared[it]++
					}
				}
			}
			for _, it := range items {
				if shared[it] > 1 {
					out[i] = append(out[i], it)
				}
			}
		}
		return out, nil
	}
}

// TestOrder: the order in which records come changes nothing, and doing it again gives the same.
func TestOrder(t *testing.T) {
	zone := oslo(t)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, zone)
		want := merge.Groups(w.items, w.rulings)
		got := merge.Groups(shuffled(t, w.items), w.rulings)
		if diff := cmp.Diff(refs(want), refs(got)); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(w.listings(zone, want), w.listings(zone, got)); diff != "" {
			t.Fatal(diff)
		}
		for i, l := range w.listings(zone, want) {
			var members []merge.Member
			for _, it := range want[i].Items {
				members = append(members, merge.Member{Record: w.records[it.Ref], Item: it, Priority: int(it.Source[0]) % 3 * 10})
			}
			if diff := cmp.Diff(l, merge.Fuse("larvik", zone, rapid.Permutation(members).Draw(t, "members"), want[i].Links)); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// TestCompareBothWays: it does not matter which record comes first, and a record is the same as itself.
func TestCompareBothWays(t *testing.T) {
	zone := oslo(t)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, zone)
		for _, a := range w.items {
			for _, b := range w.items {
				if x, y := merge.Compare(a, b), merge.Compare(b, a); x.Text() != y.Text() || x.Same != y.Same || x.Apart != y.Apart || max(x.Score-y.Score, y.Score-x.Score) > 0.001 {
					t.Fatalf("%v and %v: %+v, the other way %+v", a.Ref, b.Ref, x, y)
				}
			}
			if !merge.Compare(a, a).Same {
				t.Fatalf("%v is not itself", a.Ref)
			}
		}
	})
}

// TestAround: grouping what hangs together with some records gives the same as grouping everything.
func TestAround(t *testing.T) {
	zone := oslo(t)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, zone)
		touched := shuffled(t, w.items)[:rapid.IntRange(1, len(w.items)).Draw(t, "touched")]
		near, pairs, err := merge.Around(touched, nil, w.rulings, sharing(w.items))
		if err != nil {
			t.Fatal(err)
		}
		in := make(map[merge.Ref]bool)
		for _, it := range near {
			in[it.Ref] = true
		}
		var want []merge.Group
		for _, g := range merge.Groups(w.items, w.rulings) {
			if in[g.Items[0].Ref] {
				want = append(want, g)
			}
		}
		got := merge.Grouped(near, pairs, w.rulings)
		if diff := cmp.Diff(refs(want), refs(got)); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(w.listings(zone, want), w.listings(zone, got)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestRulings: what an editor has said last of two records holds, when no other decision stands against it, and a split stays split
// when everything is read again. Copies of one record cannot be split.
func TestRulings(t *testing.T) {
	zone := oslo(t)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, zone)
		if len(w.items) < 2 {
			return
		}
		pair := shuffled(t, w.items)
		a, b := pair[0].Ref, pair[1].Ref
		for _, apart := range []bool{true, false} {
			rulings := append(slices.Clone(w.rulings), merge.Ruling{A: a, B: b, Apart: apart})
			together := false
			for _, g := range refs(merge.Groups(w.items, rulings)) {
				together = together || slices.Contains(g, a) && slices.Contains(g, b)
			}
			if copies := merge.Compare(pair[0], pair[1]).Has(merge.Echo); together == apart && !copies || copies && !together {
				t.Fatalf("%v and %v: apart %v, but together %v", a, b, apart, together)
			}
		}
	})
}

// TestUnrelated: records that have nothing to do with them change no listing of the others.
func TestUnrelated(t *testing.T) {
	zone := oslo(t)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, zone)
		want := w.listings(zone, merge.Groups(w.items, w.rulings))
		other := &catalog.Record{Source: "z", NativeID: "z", Title: "Gresshoppejakt i fjæra", Kind: catalog.KindEvent,
			Schedule: catalog.Schedule{Dates: []catalog.Occurrence{{Start: time.Date(2027, 3, 1, 18, 0, 0, 0, zone)}}}}
		it := describe(zone, other)
		w.records[it.Ref] = other
		got := w.listings(zone, merge.Groups(append(slices.Clone(w.items), it), w.rulings))
		if got = slices.DeleteFunc(got, func(l catalog.Listing) bool { return l.Source == "z" }); !reflect.DeepEqual(got, want) {
			t.Fatal(cmp.Diff(want, got))
		}
	})
}

// TestEchoes: what peers bring back is the same thing, and the listing keeps the id of where it was first read.
func TestEchoes(t *testing.T) {
	zone := oslo(t)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, zone)
		r := rapid.SampledFrom(w.items).Draw(t, "record")
		echo := *w.records[r.Ref]
		if echo.Origin == nil {
			echo.Origin = &catalog.Origin{Hub: "larvik", Source: echo.Source, NativeID: echo.NativeID}
		}
		echo.Source, echo.NativeID, echo.Title = "peer", "e", rapid.SampledFrom([]string{echo.Title, "Noe helt annet"}).Draw(t, "title")
		it := describe(zone, &echo)
		w.records[it.Ref] = &echo
		for _, g := range merge.Groups(append(w.items, it), nil) {
			if slices.Contains(g.Items, it) {
				if !slices.Contains(g.Items, r) {
					t.Fatalf("%v is not with its echo", r.Ref)
				}
				for _, l := range w.listings(zone, []merge.Group{g}) {
					if len(g.Items) == 2 && l.ID != catalog.ListingID("larvik", w.records[r.Ref]) {
						t.Fatalf("the listing has the id %s", l.ID)
					}
				}
			}
		}
	})
}

// TestHubs: a hub that has the records from another, with preferences of its own, makes the same listings of them, under the same ids.
func TestHubs(t *testing.T) {
	zone := oslo(t)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, zone)
		w.rulings = nil
		there := world{records: make(map[merge.Ref]*catalog.Record)}
		for _, it := range w.items {
			r := *w.records[it.Ref]
			if r.Origin == nil {
				r.Origin = &catalog.Origin{Hub: "larvik", Source: r.Source, NativeID: r.NativeID}
			} else {
				r.Origin = &catalog.Origin{Hub: r.Origin.Hub, Source: r.Origin.Source, NativeID: r.Origin.NativeID, Via: []string{"larvik"}}
			}
			r.Source, r.NativeID = rapid.SampledFrom([]string{"b", "a", "z"}).Draw(t, "by"), it.NativeID
			other := describeAt("sandefjord", zone, &r)
			there.records[other.Ref] = &r
			there.items = append(there.items, other)
		}
		ids := func(w *world, hub string) map[string][]string {
			out := map[string][]string{}
			for _, l := range w.listings(zone, merge.Groups(shuffled(t, w.items), nil)) {
				for _, m := range append(slices.Clone(l.Members), l.Spares...) {
					out[l.ID] = append(out[l.ID], catalog.ListingID(hub, w.records[merge.Ref{Source: m.Source, NativeID: m.NativeID}]))
				}
				slices.Sort(out[l.ID])
			}
			return out
		}
		if diff := cmp.Diff(ids(&w, "larvik"), ids(&there, "sandefjord")); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestWays: a copy that came by a longer way is with the record and changes nothing of what its listing says.
func TestWays(t *testing.T) {
	zone := oslo(t)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, zone)
		var group []merge.Member
		for i, it := range w.items {
			r := *w.records[it.Ref]
			r.Origin = &catalog.Origin{Hub: "horten", Source: "bibliotek", NativeID: fmt.Sprint(i)}
			group = append(group, merge.Member{Record: &r, Item: it, Priority: rapid.IntRange(0, 2).Draw(t, "priority"), Local: rapid.Bool().Draw(t, "local")})
		}
		want := merge.Fuse("larvik", zone, group, nil)
		spares := 0
		for i := range group[:len(w.items)] {
			for n := range rapid.IntRange(0, 2).Draw(t, "spares") {
				r := *group[i].Record
				origin := *r.Origin
				origin.Via = []string{"porsgrunn", "skien"}[:n+1]
				r.Origin, r.Source, r.NativeID, r.Title = &origin, fmt.Sprint("way", n), r.Source+r.NativeID, "Noe helt annet"
				group = append(group, merge.Member{Record: &r, Item: describe(zone, &r), Priority: 100, Local: group[i].Local})
				spares++
			}
		}
		got := merge.Fuse("larvik", zone, rapid.Permutation(group).Draw(t, "order"), nil)
		if len(got.Spares) != spares {
			t.Fatalf("%d spares, not %d", len(got.Spares), spares)
		}
		if got.Spares = nil; !cmp.Equal(want, got) {
			t.Fatal(cmp.Diff(want, got))
		}
	})
}

// TestFuseOne: a listing of one record is that record.
func TestFuseOne(t *testing.T) {
	zone := oslo(t)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, zone)
		r := w.records[w.items[0].Ref]
		got := merge.Fuse("larvik", zone, []merge.Member{{Record: r, Item: w.items[0]}}, nil)
		if diff := cmp.Diff(catalog.Single("larvik", r), got); diff != "" {
			t.Fatal(diff)
		}
	})
}
