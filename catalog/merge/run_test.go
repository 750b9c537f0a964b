package merge_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fritidshub/catalog"
	"fritidshub/catalog/merge"
)

// drawRun is records of a production and of what is like it: its performances one by one, all of them in one record, called off and moved.
func drawRun(t *rapid.T, zone *time.Location) world {
	w := world{records: make(map[merge.Ref]*catalog.Record)}
	title := rapid.SampledFrom([]string{"Vildanden", "Vildanden", "Barneteater: Vildanden", "AVLYST: Vildanden", "Vildanden (ny dato)", "UTSATT: Vildanden", "Vildanden – ekstraforestilling", "Forfattermøte"})
	for n := range rapid.IntRange(1, 12).Draw(t, "records") {
		at := func() time.Time {
			return time.Date(2027, 3, rapid.SampledFrom([]int{5, 6, 6, 7, 14}).Draw(t, "day"), rapid.SampledFrom([]int{13, 16, 17}).Draw(t, "hour"), 0, 0, 0, zone)
		}
		r := &catalog.Record{Source: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "source"), NativeID: fmt.Sprint(n), Title: title.Draw(t, "title"), Kind: catalog.KindEvent,
			Place: &catalog.Place{Name: rapid.SampledFrom([]string{"Ibsenhuset", "Ibsenhuset, Storsalen", "Hjertnes"}).Draw(t, "place")}}
		price := catalog.Kroner(rapid.SampledFrom([]int64{300, 300, 325}).Draw(t, "price"))
		r.Price = &catalog.Price{Min: &price}
		r.Status = rapid.SampledFrom([]catalog.Status{"", "", catalog.StatusCancelled, catalog.StatusFull, catalog.StatusPostponed}).Draw(t, "status")
		for range rapid.SampledFrom([]int{1, 1, 1, 3}).Draw(t, "dates") {
			r.Schedule.Dates = append(r.Schedule.Dates, catalog.Occurrence{Start: at()})
		}
		if rapid.IntRange(0, 4).Draw(t, "moved") == 0 {
			r.Schedule.Dates[0].PreviousStart = at()
		}
		if _, bad := r.Normalise(""); bad != nil {
			t.Fatal(bad)
		}
		it := describe(zone, r)
		w.records[it.Ref] = r
		w.items = append(w.items, it)
	}
	return w
}

// TestRuns: order, the part of the whole that is looked at, and what is kept of a record change nothing, and no date is lost that nobody says
// has been moved.
func TestRuns(t *testing.T) {
	zone := oslo(t)
	rapid.Check(t, func(t *rapid.T) {
		w := drawRun(t, zone)
		groups := merge.Groups(w.items, nil)
		want := w.listings(zone, groups)
		if diff := cmp.Diff(want, w.listings(zone, merge.Groups(shuffled(t, w.items), nil))); diff != "" {
			t.Fatal(diff)
		}
		near, pairs, err := merge.Around(w.items[:1], nil, nil, sharing(w.items))
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range merge.Grouped(near, pairs, nil) {
			if !slices.ContainsFunc(groups, func(x merge.Group) bool { return slices.Equal(x.Items, g.Items) }) {
				t.Fatalf("around one record, %v is a group; in all there is none", g.Items)
			}
		}
		for _, it := range w.items {
			sameFeatures(t, it)
		}
		for i, l := range want {
			for _, it := range groups[i].Items {
				for _, o := range w.records[it.Ref].Schedule.Dates {
					has := func(x catalog.Occurrence) bool {
						gap := x.Start.Sub(o.Start).Abs()
						return gap <= 75*time.Minute || x.PreviousStart.Equal(o.Start)
					}
					if !slices.ContainsFunc(l.Schedule.Dates, has) && !movedFrom(w, groups[i], o) {
						t.Fatalf("%v begins at %v, which its listing has lost: %v", it.Ref, o.Start, l.Schedule.Dates)
					}
				}
			}
		}
	})
}

// movedFrom reports whether a record of the group says that a date has been moved from there, or that one is put off or new where there are
// but two hours (two of which may be doors and start).
func movedFrom(w world, g merge.Group, o catalog.Occurrence) bool {
	days, news := make(map[int]bool), false
	for _, it := range g.Items {
		r := w.records[it.Ref]
		news = news || r.Title == "Vildanden (ny dato)" || r.Status == catalog.StatusPostponed
		for _, x := range r.Schedule.Dates {
			days[x.Start.YearDay()] = true
			if x.PreviousStart.Equal(o.Start) {
				return true
			}
		}
	}
	return news && len(days) <= 2
}

// TestRunOfOneSource: what is one production and what is not, when a source lists it date by date.
func TestRunOfOneSource(t *testing.T) {
	zone := oslo(t)
	show := line{Source: "hus", Title: "Skipperens datter", Place: "Bølgen", Start: "2027-03-05T19:00", Price: number(250)}
	for name, c := range map[string]struct {
		change func(*line)
		both   func(*line)
		same   bool
	}{
		"the evening after":              {change: func(l *line) { l.Start = "2027-03-06T19:00" }, same: true},
		"the same day":                   {change: func(l *line) { l.Start = "2027-03-05T21:00" }, same: true},
		"a week later, nothing else":     {change: func(l *line) { l.Start = "2027-03-12T19:00" }},
		"a week later, the same text":    {change: func(l *line) { l.Start = "2027-03-12T19:00" }, both: func(l *line) { l.Desc = "En forestilling om havet." }, same: true},
		"a month later, the same text":   {change: func(l *line) { l.Start = "2027-04-05T19:00" }, both: func(l *line) { l.Desc = "En forestilling om havet." }},
		"another text":                   {change: func(l *line) { l.Start, l.Desc = "2027-03-06T19:00", "Med innledning." }},
		"another price":                  {change: func(l *line) { l.Start, l.Price = "2027-03-06T14:00", number(200) }},
		"another house":                  {change: func(l *line) { l.Start, l.Place = "2027-03-06T19:00", "Munken" }},
		"an extra performance":           {change: func(l *line) { l.Start, l.Title = "2027-03-06T19:00", "Skipperens datter – ekstraforestilling" }},
		"a course":                       {change: func(l *line) { l.Start = "2027-03-06T19:00" }, both: func(l *line) { l.Kind = "course" }},
		"a course that says it is event": {change: func(l *line) { l.Start = "2027-03-06T19:00" }, both: func(l *line) { l.Title = "Surdeigskurs" }},
		"a title that many things have":  {change: func(l *line) { l.Start = "2027-03-06T19:00" }, both: func(l *line) { l.Title = "Forfattermøte" }},
		"nothing says that one watches":  {change: func(l *line) { l.Start = "2027-03-06T19:00" }, both: func(l *line) { l.Price = nil }},
		"a page of their own, the same text": {change: func(l *line) { l.Start = "2027-03-06T19:00" }, both: func(l *line) {
			l.Price, l.URL, l.Desc = nil, "https://bolgen.example/skipperens-datter", "En fortelling om havet."
		}, same: true},
		"a page of their own": {change: func(l *line) { l.Start = "2027-03-06T19:00" }, both: func(l *line) { l.Price, l.URL = nil, "https://bolgen.example/program/skipperens-datter" }, same: true},
		"pages of their own": {change: func(l *line) { l.Start, l.URL = "2027-03-06T19:00", "https://bolgen.example/program/2" }, both: func(l *line) {
			l.Price, l.URL, l.Desc = nil, "https://bolgen.example/program/1", "En fortelling om havet."
		}},
		"a page for the open café": {change: func(l *line) { l.Start = "2027-03-06T19:00" }, both: func(l *line) {
			l.Price, l.URL, l.Title, l.Desc = nil, "https://bolgen.example/kafe", "Åpen kafé", "Kaffe og vafler."
		}},
		"a page for a group": {change: func(l *line) { l.Start = "2027-03-06T19:00" }, both: func(l *line) {
			l.Price, l.URL, l.Title, l.Desc = nil, "https://bolgen.example/turgruppa", "Turgruppa Sprek", "Vi går sammen."
		}},
		"a page for a course": {change: func(l *line) { l.Start = "2027-03-06T19:00" }, both: func(l *line) {
			l.Price, l.URL, l.Kind = nil, "https://bolgen.example/skipper", "course"
		}},
		"free, but a play": {change: func(l *line) { l.Start = "2027-03-06T19:00" }, both: func(l *line) { l.Price, l.Title = nil, "Teater: Skipperens datter" }, same: true},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := show, show
			a.ID, b.ID = "1", "2"
			if c.both != nil {
				c.both(&a)
				c.both(&b)
			}
			c.change(&b)
			x, y := a.record(t, zone), b.record(t, zone)
			if groups := merge.Groups([]*merge.Item{describe(zone, &x), describe(zone, &y)}, nil); (len(groups) == 1) != c.same {
				t.Errorf("%d groups: %s", len(groups), merge.Compare(describe(zone, &x), describe(zone, &y)).Text())
			}
		})
	}
}

// TestRunWithoutPrice: three evenings with one page and one text are one listing, also when nothing says that they are of the stage.
func TestRunWithoutPrice(t *testing.T) {
	zone := oslo(t)
	var items []*merge.Item
	for i, day := range []string{"10", "11", "12"} {
		l := line{Source: "hus", ID: fmt.Sprint(i), Title: "Peer Gynt", Place: "Bølgen", Start: "2026-12-" + day + "T19:00", URL: "https://bolgen.example/peer-gynt", Desc: "Ibsens dramatiske dikt."}
		r := l.record(t, zone)
		items = append(items, describe(zone, &r))
	}
	if groups := merge.Groups(items, nil); len(groups) != 1 {
		t.Errorf("%d groups", len(groups))
	}
}
