package storetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fritidshub/catalog"
	"fritidshub/store"
)

// passedOn is a source of this hub whose records may be passed on.
func passedOn(id string) store.Source {
	s := Source(id)
	s.Hub, s.PassOn = "larvik", true
	return s
}

// passing is the plan's entry for a record that may be passed on.
func passing(r catalog.Record) store.Write {
	w := WriteOf(r)
	w.Passing = store.PassingOf("larvik", &r)
	return w
}

// from gives a record an origin.
func from(r catalog.Record, hub string, via ...string) catalog.Record {
	r.Origin = &catalog.Origin{Hub: hub, Source: "bibliotek", NativeID: "x-" + r.Title, Name: "Biblioteket", Licence: "CC0-1.0", Via: via}
	return r
}

// pass runs a plan that writes records.
func (r *rig) pass(source string, records ...catalog.Record) {
	r.Helper()
	r.run(source, func(p *store.Plan) {
		for _, rec := range records {
			p.Write = append(p.Write, passing(rec))
		}
	})
}

// passed gives the changes of records above a number as id -> native id of what is passed on, "" for what is not any more.
func (r *rig) passed(municipality string, after int64) (got map[string]string, last int64) {
	r.Helper()
	got = map[string]string{}
	for {
		page, err := r.RecordChanges(r.Context(), municipality, after, 3)
		r.must(err)
		for _, p := range page {
			if p.Change <= after {
				r.Errorf("change %d of %s is not above %d", p.Change, p.ID, after)
			}
			after = p.Change
			var rec catalog.Record
			if p.Record != nil {
				r.must(json.Unmarshal(p.Record, &rec))
				if rec.Origin == nil || catalog.ListingID("", &rec) != p.ID {
					r.Errorf("%s has the origin %+v", p.ID, rec.Origin)
				}
			}
			got[p.ID] = rec.NativeID
		}
		if len(page) < 3 {
			return got, after
		}
	}
}

// testPassing: what is passed on follows the records, in every way in which they change.
func testPassing(t *testing.T, open Open) {
	r := newRig(t, open)
	r.declare(passedOn("bolgen"), passedOn("nabo"), passedOn("venn"))
	a, b := Activity("bolgen", "a", 1), Activity("bolgen", "b", 1)
	idA, idB := catalog.ListingID("larvik", &a), catalog.ListingID("larvik", &b)
	r.pass("bolgen", a, b)
	got, last := r.passed("", 0)
	same(t, "new", got, map[string]string{idA: "a", idB: "b"})
	r.pass("bolgen", a, b)
	got, last = r.passed("", last)
	same(t, "unchanged", got, map[string]string{})
	r.pass("bolgen", Activity("bolgen", "a", 2))
	r.remove("bolgen", "b")
	got, last = r.passed("", last)
	same(t, "changed and removed", got, map[string]string{idA: "a", idB: ""})
	state, err := r.Feed(t.Context())
	r.must(err)
	same(t, "last number", state.Records, last)

	// Two copies of one record: that with the shorter way counts.
	far, near := from(Activity("nabo", "x", 1), "sandefjord", "tonsberg"), from(Activity("venn", "x", 1), "sandefjord")
	id := catalog.ListingID("", &far)
	r.pass("nabo", far)
	got, last = r.passed("", last)
	same(t, "by a neighbour", got, map[string]string{id: "x"})
	r.pass("venn", near)
	page, err := r.RecordChanges(t.Context(), "", last, 10)
	r.must(err)
	if len(page) != 1 || page[0].Source != "venn" {
		t.Errorf("the nearer copy: %+v", page)
	}
	_, last = r.passed("", last)
	r.pass("nabo", from(Activity("nabo", "x", 2), "sandefjord", "tonsberg"))
	got, last = r.passed("", last)
	same(t, "a change of the spare", got, map[string]string{})
	quiet := passedOn("venn")
	quiet.Enabled = false
	r.declare(passedOn("bolgen"), passedOn("nabo"), quiet)
	page, err = r.RecordChanges(t.Context(), "", last, 10)
	r.must(err)
	if len(page) != 1 || page[0].Source != "nabo" {
		t.Errorf("when the nearer is switched off: %+v", page)
	}
	_, last = r.passed("", last)
	r.remove("nabo", "x")
	got, last = r.passed("", last)
	same(t, "when the other is gone too", got, map[string]string{id: ""})

	// Of two from afar the one that came first counts, however near the other says to be, until it goes.
	r.declare(passedOn("bolgen"), passedOn("nabo"), passedOn("venn"))
	r.pass("venn", from(Activity("venn", "w", 1), "horten", "tonsberg", "skien"))
	r.pass("nabo", from(Activity("nabo", "w", 1), "horten", "tonsberg"))
	r.pass("venn", from(Activity("venn", "w", 2), "horten", "tonsberg", "skien"))
	counts := func(what, want string) {
		t.Helper()
		page, err := r.RecordChanges(t.Context(), "", 0, 10)
		r.must(err)
		if got := page[len(page)-1]; got.Source != want {
			t.Errorf("%s: %+v", what, got)
		}
	}
	counts("the first", "venn")
	r.remove("venn", "w")
	counts("when it goes", "nabo")
	r.pass("venn", from(Activity("venn", "w", 2), "horten", "tonsberg", "skien"))
	counts("when it comes back", "nabo")
	r.remove("nabo", "w")
	r.remove("venn", "w")
	r.declare(passedOn("bolgen"), passedOn("nabo"), quiet)
	_, last = r.passed("", last)

	// What a source lets be passed on.
	closed := passedOn("bolgen")
	closed.PassOn = false
	r.declare(closed, passedOn("nabo"), passedOn("venn"))
	got, last = r.passed("", last)
	same(t, "no leave any more", got, map[string]string{idA: "", id: "x"})
	if l, err := r.Listing(t.Context(), idA); err != nil || l.GoneWhy != catalog.WhyLeave {
		t.Errorf("a listing that may be passed on no more is gone for %q (%v)", l.GoneWhy, err)
	}
	r.declare(passedOn("bolgen"), passedOn("nabo"), passedOn("venn"))
	got, last = r.passed("", last)
	same(t, "leave again", got, map[string]string{idA: "a"})
	r.declare(passedOn("bolgen"), passedOn("nabo"), passedOn("venn"))
	got, last = r.passed("", last)
	same(t, "declared the same", got, map[string]string{})
	named := passedOn("bolgen")
	named.Licence = "CC0-1.0"
	r.declare(named, passedOn("nabo"), passedOn("venn"))
	got, last = r.passed("", last)
	same(t, "another licence", got, map[string]string{idA: "a"})
	closedThere := from(Activity("nabo", "y", 1), "horten")
	closedThere.Origin.Licence = catalog.Permission
	r.pass("nabo", closedThere)
	got, last = r.passed("", last)
	same(t, "a permission for us alone", got, map[string]string{})
	closedThere.Origin.PassOn = true
	r.pass("nabo", closedThere)
	got, last = r.passed("", last)
	same(t, "a permission for all", len(got), 1)

	// What an editor says of it.
	fixed := Activity("bolgen", "a", 2)
	fixed.Title = "Åpen hall"
	l := WriteOf(fixed)
	_, _ = r.run("venn", func(p *store.Plan) {
		p.Relist = []store.Relist{{Source: "bolgen", NativeID: "a", ListingID: l.ListingID, Listing: l.Listing, Corrected: mustJSON(fixed)}}
	})
	page, err = r.RecordChanges(t.Context(), "", last, 10)
	r.must(err)
	var rec catalog.Record
	if len(page) == 1 {
		r.must(json.Unmarshal(page[0].Record, &rec))
	}
	same(t, "corrected", rec.Title, "Åpen hall")
	_, last = r.passed("", last)
	_, _ = r.run("venn", func(p *store.Plan) {
		p.Relist = []store.Relist{{Source: "bolgen", NativeID: "a", ListingID: l.ListingID, Listing: l.Listing, Hidden: true}}
	})
	got, _ = r.passed("", last)
	same(t, "hidden", got, map[string]string{idA: ""})
}

// testMunicipalities: what leaves a filtered feed is a deletion in it.
func testMunicipalities(t *testing.T, open Open) {
	r := newRig(t, open)
	r.declare(passedOn("bolgen"))
	at := func(n int, municipality string) catalog.Record {
		a := Activity("bolgen", "a", n)
		a.Place.Municipality = municipality
		return a
	}
	a := at(1, "3909")
	id := catalog.ListingID("larvik", &a)
	listed := func(municipality string, after int64) map[string]bool {
		t.Helper()
		got := map[string]bool{}
		page, err := r.ListingChanges(t.Context(), municipality, after, 10)
		r.must(err)
		for _, l := range page {
			got[l.ID] = l.Live()
			if l.Live() == (l.Title == "") {
				t.Errorf("listing %s is live %v and has the title %q", l.ID, l.Live(), l.Title)
			}
		}
		return got
	}
	check := func(what string, after store.FeedState, municipality string, wanted string) {
		t.Helper()
		want, wantListed := map[string]string{}, map[string]bool{}
		switch wanted {
		case "there":
			want[id], wantListed[id] = "a", true
		case "gone":
			want[id], wantListed[id] = "", false
		}
		got, _ := r.passed(municipality, after.Records)
		same(t, what+": records of "+municipality, got, want)
		same(t, what+": listings of "+municipality, listed(municipality, after.Listings), wantListed)
	}
	state := func() store.FeedState {
		s, err := r.Feed(t.Context())
		r.must(err)
		return s
	}
	none := state()
	r.pass("bolgen", a)
	check("new", none, "3909", "there")
	check("new", none, "3907", "")
	first := state()
	r.pass("bolgen", at(1, "3907"))
	check("moved", first, "3909", "gone")
	check("moved", first, "3907", "there")
	check("moved", first, "", "there")
	second := state()
	r.pass("bolgen", at(1, "3909"))
	check("moved back", second, "3909", "there")
	check("moved back", second, "3907", "gone")
	check("moved back, from the beginning", none, "3909", "there")
	third := state()
	r.remove("bolgen", "a")
	check("removed", third, "3909", "gone")
	check("removed", third, "3907", "")
	if s := state(); s.ID != none.ID || s.ID == "" {
		t.Errorf("the feed %q became %q", none.ID, s.ID)
	}
}

// testSharing: of a listing no more is shared than may be passed on.
func testSharing(t *testing.T, open Open) {
	r := newRig(t, open)
	r.declare(passedOn("bolgen"))
	put := func(n int, s store.Shareable) {
		t.Helper()
		w := passing(Activity("bolgen", "a", n))
		w.Shareable = s
		r.run("bolgen", func(p *store.Plan) { p.Write = []store.Write{w} })
	}
	said := func() string {
		t.Helper()
		page, err := r.ListingChanges(t.Context(), "", 0, 10)
		r.must(err)
		if len(page) == 0 {
			return "nothing"
		}
		if !page[0].Live() {
			return "gone"
		}
		return page[0].Title
	}
	put(1, store.Shareable{Unshared: true})
	same(t, "never shared", said(), "nothing")
	put(1, store.Shareable{})
	same(t, "shared", said(), Activity("bolgen", "a", 1).Title)
	put(1, store.Shareable{Shared: mustJSON(catalog.Listing{Record: catalog.Record{Title: "Bare dette"}})})
	same(t, "a part", said(), "Bare dette")
	put(1, store.Shareable{Unshared: true})
	same(t, "no more", said(), "gone")
}

// testWalkers: two readers that walk the feeds of records, at their own pace, while sources change, move, are hidden, switched off and lose their leave,
// end with what stands in the database, in the whole feed and in that of a municipality.
func testWalkers(t *testing.T, open Open) {
	left := 10
	rapid.Check(t, func(rt *rapid.T) {
		if left--; left < 0 {
			return
		}
		r := &rig{TB: t, Store: open(t, t.TempDir()), now: Start}
		walk(t, r, func(n int, name string) int { return rapid.IntRange(0, n-1).Draw(rt, name) }, 40)
		r.must(r.Close())
	})
}

// walk makes changes, up to five records each, and lets walkers follow; draw gives a number below n.
func walk(t testing.TB, r *rig, draw func(n int, name string) int, changes int) {
	names := []string{"bolgen", "nabo", "venn"}
	type copies map[string]catalog.Record
	stored, open, visible := map[string]copies{}, map[string]bool{}, map[string]bool{}
	since := map[store.Ref]int{} // in which change it came
	declare := func() {
		var all []store.Source
		for _, name := range names {
			s := passedOn(name)
			s.PassOn, s.Enabled = open[name], visible[name]
			all = append(all, s)
		}
		r.declare(all...)
	}
	for _, name := range names {
		stored[name], open[name], visible[name] = copies{}, true, true
	}
	declare()
	type walker struct {
		municipality string
		after        int64
		has          map[string]string
	}
	walkers := []*walker{{"", 0, map[string]string{}}, {"", 0, map[string]string{}}, {"3909", 0, map[string]string{}}, {"3907", 0, map[string]string{}}}
	step := func(w *walker) bool {
		page, err := r.RecordChanges(r.Context(), w.municipality, w.after, 7)
		r.must(err)
		for _, p := range page {
			if p.Change <= w.after {
				t.Fatalf("change %d after %d", p.Change, w.after)
			}
			w.after = p.Change
			if delete(w.has, p.ID); p.Record != nil {
				var rec catalog.Record
				r.must(json.Unmarshal(p.Record, &rec))
				w.has[p.ID] = p.Source + " " + rec.Description
			}
		}
		return len(page) > 0
	}
	for n := range changes {
		name := names[draw(len(names), "source")]
		switch what := draw(12, "what"); {
		case what == 0:
			open[name] = !open[name]
			declare()
		case what == 1:
			visible[name] = !visible[name]
			declare()
		default:
			r.run(name, func(p *store.Plan) {
				for range 1 + draw(5, "records") {
					id := fmt.Sprint("n", draw(8, "record"))
					if slices.ContainsFunc(p.Write, func(w store.Write) bool { return w.NativeID == id }) || slices.Contains(p.Remove, id) {
						continue
					}
					if draw(4, "removed") == 0 {
						p.Remove = append(p.Remove, id)
						delete(stored[name], id)
						delete(since, store.Ref{Source: name, NativeID: id})
						continue
					}
					a := Activity(name, id, n)
					a.Place.Municipality = []string{"3909", "3907"}[draw(2, "municipality")]
					if name != "bolgen" { // neighbours have copies of the same
						a.Origin = &catalog.Origin{Hub: "sandefjord", Source: "bibliotek", NativeID: id, Licence: "CC0-1.0", Via: []string{"horten", "tonsberg"}[:draw(3, "way")]}
					}
					p.Write = append(p.Write, passing(a))
					if _, here := stored[name][id]; !here {
						since[store.Ref{Source: name, NativeID: id}] = n
					}
					stored[name][id] = a
				}
			})
		}
		step(walkers[draw(len(walkers), "walker")])
	}
	want := map[string]map[string]string{"": {}, "3909": {}, "3907": {}}
	best := map[string]catalog.Record{}
	for _, name := range names {
		for _, a := range stored[name] {
			id := catalog.ListingID("larvik", &a)
			b, ok := best[id]
			before := func() bool { // a counts rather than b
				nearA, nearB := len(a.Origin.Via) == 0, len(b.Origin.Via) == 0
				if nearA != nearB {
					return nearA
				}
				return since[store.Ref{Source: name, NativeID: a.NativeID}] < since[store.Ref{Source: b.Source, NativeID: b.NativeID}]
			}
			if visible[name] && (!ok || before()) {
				best[id] = a
			}
		}
	}
	for id, a := range best {
		if open[a.Source] {
			want[""][id] = a.Source + " " + a.Description
			want[a.Place.Municipality][id] = want[""][id]
		}
	}
	for _, w := range walkers {
		for step(w) {
		}
		same(t, "walked feed of "+w.municipality, w.has, want[w.municipality])
	}
	whole := &walker{"", 0, map[string]string{}}
	for step(whole) {
	}
	same(t, "walked feed from the beginning", whole.has, want[""])
}

// Walk is testWalkers with many changes; random decides what happens.
func Walk(t testing.TB, open Open, changes int, random func(n int) int) {
	r := &rig{TB: t, Store: open(t, t.TempDir()), now: Start}
	walk(t, r, func(n int, _ string) int { return random(n) }, changes)
}
