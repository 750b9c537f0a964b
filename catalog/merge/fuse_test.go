package merge_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/merge"
)

// fuse makes one listing of lines, in the order in which they stand and in the opposite one, which must be the same.
func fuse(t *testing.T, lines ...line) catalog.Listing {
	t.Helper()
	zone := oslo(t)
	var members []merge.Member
	for _, l := range lines {
		r := l.record(t, zone)
		members = append(members, merge.Member{Record: &r, Item: describe(zone, &r), Priority: l.Priority})
	}
	return merge.Fuse("larvik", zone, members, nil)
}

func starts(t *testing.T, l catalog.Listing) (out []string) {
	from := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	occurrences, _ := calendar.Expand(l.Schedule, oslo(t), from, from.AddDate(1, 0, 0), 0)
	for _, o := range occurrences {
		s := o.Start.Format("02.01 15:04")
		if o.AllDay {
			s = o.Start.Format("02.01")
		}
		if o.Status != "" {
			s += " " + string(o.Status)
		}
		out = append(out, s)
	}
	return out
}

func number(n int) *int { return &n }

// TestFuse is what a listing says when its records do not say the same.
func TestFuse(t *testing.T) {
	house := line{Source: "hus", ID: "h", Priority: 80, Title: "Vinterkonsert", Org: "Bølgen kulturhus", Place: "Bølgen", Start: "2027-02-20T19:00", End: "2027-02-20T21:00", Price: number(300)}
	seller := line{Source: "billett", ID: "s", Priority: 60, Title: "Vinterkonsert – få billetter", Place: "Bølgen, Storsalen", Locality: "Larvik", Start: "2027-02-20T18:00", Price: number(325)}
	town := line{Source: "kommune", ID: "k", Priority: 70, Title: "AVLYST: Vinterkonsert", Municipality: "3909", Start: "2027-02-20T19:00", Status: catalog.StatusCancelled}
	weekly := line{Source: "friskus", ID: "w", Priority: 40, Title: "Strikkekafé", Org: "Husflidslaget", Start: "2027-01-14T17:00", End: "2027-01-14T19:00", Weekly: "2027-02-04"}
	date := func(id, start string, status catalog.Status) line {
		return line{Source: "kommune", ID: id, Priority: 70, Title: "Strikkekafé", Place: "Biblioteket", Start: start, Status: status}
	}
	play := func(id, start string, status catalog.Status) line {
		return line{Source: "billett", ID: id, Priority: 60, Title: "Ola og Kari", Place: "Bølgen", Start: start, Price: number(150), Status: status, Tickets: "https://billett.example/" + id}
	}
	with := func(l line, change func(*line)) line {
		change(&l)
		return l
	}
	for name, c := range map[string]struct {
		lines  []line
		title  string
		status catalog.Status
		starts string // of the occurrences, by comma
		price  int64
		place  string
		why    string // a part of it
	}{
		"priority, and the start rather than the doors": {lines: []line{seller, house}, title: "Vinterkonsert", starts: "20.02 19:00", price: 300, place: "Bølgen", why: "dører eller start"},
		"the title is the one without news, also against priority": {lines: []line{with(seller, func(l *line) { l.Priority = 90 }), house}, title: "Vinterkonsert",
			starts: "20.02 18:00", price: 325, place: "Bølgen, Storsalen"},
		"cancelled in one": {lines: []line{house, town, seller}, title: "Vinterkonsert", status: catalog.StatusCancelled, starts: "20.02 19:00", price: 300, place: "Bølgen",
			why: "Uenighet: avlyst ifølge kommune, ikke ifølge billett og hus; vises som avlyst."},
		"cancelled, but the house has changed its page since": {lines: []line{with(house, func(l *line) { l.Modified = "2027-02-02T12:00" }), with(town, func(l *line) { l.Modified = "2027-02-01T12:00" })},
			title: "Vinterkonsert", starts: "20.02 19:00", price: 300, place: "Bølgen", why: "vises ikke som avlyst"},
		"cancelled since the house changed its page": {lines: []line{with(house, func(l *line) { l.Modified = "2027-02-01T12:00" }), with(town, func(l *line) { l.Modified = "2027-02-02T12:00" })},
			title: "Vinterkonsert", status: catalog.StatusCancelled, starts: "20.02 19:00", price: 300, place: "Bølgen"},
		"sold out at the seller": {lines: []line{house, with(seller, func(l *line) { l.Status = catalog.StatusFull })}, title: "Vinterkonsert", status: catalog.StatusFull, starts: "20.02 19:00", price: 300, place: "Bølgen"},
		"a place that is no more than the source's municipality": {lines: []line{with(town, func(l *line) { l.Priority, l.Status = 99, "" }), seller}, title: "AVLYST: Vinterkonsert",
			starts: "20.02 19:00", price: 325, place: "Bølgen, Storsalen"},
		"single dates fold into a series": {lines: []line{weekly, date("1", "2027-01-14T17:00", ""), date("2", "2027-01-21T17:00", "")}, title: "Strikkekafé",
			starts: "14.01 17:00,21.01 17:00,28.01 17:00,04.02 17:00", place: "Biblioteket", why: "datoen er en av datoene i rekka"},
		"one cancelled date of a series": {lines: []line{weekly, date("1", "2027-01-21T17:00", catalog.StatusCancelled)}, title: "Strikkekafé",
			starts: "14.01 17:00,21.01 17:00 cancelled,28.01 17:00,04.02 17:00", place: "Biblioteket"},
		"one date of a series at another hour, according to who knows better": {lines: []line{weekly, date("1", "2027-01-21T17:30", "")}, title: "Strikkekafé",
			starts: "14.01 17:00,21.01 17:30,28.01 17:00,04.02 17:00", place: "Biblioteket"},
		"one date of a series at another hour, according to who knows less": {lines: []line{weekly, with(date("1", "2027-01-21T17:30", ""), func(l *line) { l.Priority = 10 })}, title: "Strikkekafé",
			starts: "14.01 17:00,21.01 17:00,28.01 17:00,04.02 17:00", place: "Biblioteket"},
		"performances of a run": {lines: []line{{Source: "hus", ID: "r", Title: "Ola og Kari", Dates: []string{"2027-03-06T12:00", "2027-03-07T12:00"}, Minutes: 50},
			{Source: "billett", ID: "1", Title: "Ola og Kari", Start: "2027-03-06T12:00"}, {Source: "billett", ID: "2", Title: "Ola og Kari", Start: "2027-03-07T12:00", Status: catalog.StatusFull}},
			title: "Ola og Kari", starts: "06.03 12:00,07.03 12:00 full"},
		"doors are not the start, also against priority": {lines: []line{with(house, func(l *line) { l.Priority = 50 }), with(seller, func(l *line) { l.Desc = "Dørene åpner kl. 18." })}, title: "Vinterkonsert",
			starts: "20.02 19:00", price: 325, place: "Bølgen, Storsalen"},
		"a new date takes the place of the old": {lines: []line{with(house, func(l *line) { l.Title, l.Start, l.End = "Vinterkonsert – ny dato", "2027-03-20T19:00", "" }), with(seller, func(l *line) { l.Status = catalog.StatusPostponed })},
			title: "Vinterkonsert – ny dato", starts: "20.03 19:00", price: 300, place: "Bølgen"},
		"postponed, and nobody knows to when": {lines: []line{house, with(town, func(l *line) { l.Title, l.Status = "UTSATT: Vinterkonsert", catalog.StatusPostponed })}, title: "Vinterkonsert",
			status: catalog.StatusPostponed, starts: "20.02 19:00", price: 300, place: "Bølgen"},
		"hours are better than days": {lines: []line{{Source: "kommune", ID: "d", Priority: 70, Title: "Bruktmarked", Allday: "2027-04-24/2027-04-25"},
			{Source: "friskus", ID: "h", Title: "Bruktmarked", Dates: []string{"2027-04-24T10:00", "2027-04-25T10:00"}, Minutes: 300}}, title: "Bruktmarked", starts: "24.04 10:00,25.04 10:00"},
		"tickets of a run that no record joins, one of them sold out": {lines: []line{play("1", "2027-03-06T12:00", ""), play("2", "2027-03-06T15:00", catalog.StatusFull), play("3", "2027-03-07T12:00", catalog.StatusCancelled)},
			title: "Ola og Kari", price: 150, starts: "06.03 12:00,06.03 15:00 full,07.03 12:00 cancelled"},
		"a run that is called off, one by one": {lines: []line{play("1", "2027-03-06T12:00", catalog.StatusCancelled), play("2", "2027-03-07T12:00", catalog.StatusCancelled)},
			title: "Ola og Kari", status: catalog.StatusCancelled, starts: "06.03 12:00 cancelled,07.03 12:00 cancelled"},
		"two performances an hour apart": {lines: []line{{Source: "hus", ID: "r", Priority: 80, Title: "Ola og Kari", Dates: []string{"2027-03-06T12:00", "2027-03-06T13:00"}, Minutes: 40},
			play("1", "2027-03-06T12:00", ""), play("2", "2027-03-06T13:00", catalog.StatusFull)}, title: "Ola og Kari", starts: "06.03 12:00,06.03 13:00 full"},
		"one of many dates is called off in one of three": {lines: []line{{Source: "hus", ID: "r", Priority: 80, Title: "Ola og Kari", Dates: []string{"2027-03-06T12:00", "2027-03-07T12:00"}, Minutes: 40},
			play("1", "2027-03-06T12:00", ""), {Source: "kommune", ID: "1", Title: "Ola og Kari", Start: "2027-03-06T12:00", Status: catalog.StatusCancelled}},
			title: "Ola og Kari", starts: "06.03 12:00 cancelled,07.03 12:00", why: "Uenighet om 06.03.2027 kl. 12.00: avlyst ifølge kommune, ikke ifølge billett og hus."},
		"called off outweighs full": {lines: []line{{Source: "hus", ID: "r", Title: "Ola og Kari", Dates: []string{"2027-03-06T12:00", "2027-03-07T12:00"}}, play("1", "2027-03-06T12:00", catalog.StatusFull),
			{Source: "kommune", ID: "1", Title: "Ola og Kari", Start: "2027-03-06T12:00", Status: catalog.StatusCancelled}}, title: "Ola og Kari", starts: "06.03 12:00 cancelled,07.03 12:00"},
		"other prices are told": {lines: []line{house, seller, {Source: "kommune", ID: "1", Title: "Vinterkonsert", Start: "2027-02-20T19:00", Free: true}}, title: "Vinterkonsert", starts: "20.02 19:00", price: 300,
			why: " Uenighet om prisen: 300 kr ifølge hus, 325 kr ifølge billett og gratis ifølge kommune; vises som 300 kr."},
		"a date that says when it was to begin takes the place of that": {lines: []line{with(house, func(l *line) { l.Start, l.End = "2027-03-20T18:30", "" }), with(seller, func(l *line) { l.Start, l.Previous = "2027-03-20T18:00", "2027-03-20T18:30" })},
			title: "Vinterkonsert", starts: "20.03 18:00", price: 300, place: "Bølgen"},
		"one of many dates has been moved": {lines: []line{{Source: "hus", ID: "r", Priority: 80, Title: "Ola og Kari", Dates: []string{"2027-03-06T12:00", "2027-03-07T12:00"}, Minutes: 40},
			with(play("1", "2027-03-14T12:00", ""), func(l *line) { l.Previous = "2027-03-07T12:00" })}, title: "Ola og Kari", starts: "06.03 12:00,14.03 12:00"},
		"two rules for the same hours are one": {lines: []line{weekly, with(weekly, func(l *line) { l.Source, l.Priority, l.Weekly = "forening", 50, "2027-01-28" })}, title: "Strikkekafé",
			starts: "14.01 17:00,21.01 17:00,28.01 17:00"},
	} {
		t.Run(name, func(t *testing.T) {
			l := fuse(t, c.lines...)
			if l.Title != c.title || l.Status != c.status || strings.Join(starts(t, l), ",") != c.starts {
				t.Errorf("%q %q %q", l.Title, l.Status, starts(t, l))
			}
			if c.price != 0 && *l.Price.Min != catalog.Kroner(c.price) || c.place != "" && l.Place.Name != c.place {
				t.Errorf("price %+v, place %+v", l.Price, l.Place)
			}
			if !strings.Contains(l.Why, c.why) {
				t.Errorf("why: %s", l.Why)
			}
			for field, i := range l.Provenance {
				if i <= 0 || i >= len(l.Members) {
					t.Errorf("%s came from member %d of %d", field, i, len(l.Members))
				}
			}
		})
	}
}

// TestFuseID: the id is that of the member of highest priority, whatever the others are.
func TestFuseID(t *testing.T) {
	a, b := line{Source: "a", ID: "1", Title: "Fest", Start: "2027-02-20T19:00"}, line{Source: "b", ID: "1", Priority: 10, Title: "Fest", Start: "2027-02-20T19:00"}
	if got, want := fuse(t, a, b).ID, catalog.ListingID("larvik", &catalog.Record{Source: "b", NativeID: "1"}); got != want {
		t.Errorf("id %s, want %s", got, want)
	}
	if got, want := fuse(t, b, a).Provenance["title"], 0; got != want {
		t.Errorf("title from member %d", got)
	}
}

// TestRuled: an editor's decision joins what the records do not, and the listing says so.
func TestRuled(t *testing.T) {
	zone := oslo(t)
	x, y := line{Source: "a", ID: "1", Title: "Fest", Start: "2027-02-20T19:00"}, line{Source: "b", ID: "1", Title: "Gresk aften", Start: "2027-02-21T19:00"}
	a, b := x.record(t, zone), y.record(t, zone)
	items := []*merge.Item{describe(zone, &a), describe(zone, &b)}
	rulings := merge.Rulings{{A: items[0].Ref, B: items[1].Ref}}
	near, pairs, err := merge.Around(items[:1], nil, rulings, sharing(items))
	if err != nil || len(near) != 2 {
		t.Fatalf("%d around, error %v", len(near), err)
	}
	groups := merge.Grouped(near, pairs, rulings)
	if len(groups) != 1 {
		t.Fatalf("%d groups", len(groups))
	}
	l := merge.Fuse("larvik", zone, []merge.Member{{Record: &a, Item: items[0]}, {Record: &b, Item: items[1]}}, groups[0].Links)
	if !strings.Contains(l.Why, "en redaktør har slått dem sammen") || len(l.Schedule.Dates) != 2 {
		t.Errorf("%+v", l)
	}
	if got := merge.Groups(near, append(rulings, merge.Ruling{A: items[0].Ref, B: items[1].Ref, Apart: true})); len(got) != 2 {
		t.Errorf("a later decision gives %d groups", len(got))
	}
}

// TestReasons: every reason has a name of its own and words for an editor.
func TestReasons(t *testing.T) {
	seen := make(map[string]bool)
	for r := merge.Echo; r <= merge.SameSource; r++ {
		if r.String() == "" || r.Text() == "" || seen[r.String()] || seen[r.Text()] {
			t.Errorf("reason %d is called %q: %q", r, r, r.Text())
		}
		seen[r.String()], seen[r.Text()] = true, true
	}
}

// FuzzDescribe: whatever titles and names hold, they are read without harm, and a record is the same as another that says the same.
func FuzzDescribe(f *testing.F) {
	for _, s := range []string{"AVLYST: Julekonsert (Kopi)", "Håndball J12 – 2. lag", "Få billetter: Hulter & Bulter", "Keramikk 6-9 år, del 2", "«Ørnen» | 17. mai", "J2016", "\xff\xfe", "", "🎉🎉", "a-b_c'd",
		strings.Repeat("ord ", 400), "Spanskkurs på torsdagskvelden for 3.-4. trinn kl. 18-20", "Barnebanden presenterer: Banden"} {
		f.Add(s, "Bølgen, Storsalen", "Gjest: Kari.")
	}
	zone := oslo(f)
	f.Fuzz(func(t *testing.T, title, name, text string) {
		r := catalog.Record{Source: "a", NativeID: "1", Title: title, Description: text, Kind: catalog.KindEvent, Place: &catalog.Place{Name: name}, Organizer: &catalog.Organizer{Name: name},
			Schedule: catalog.Schedule{Dates: []catalog.Occurrence{{Start: time.Date(2027, 1, 1, 12, 0, 0, 0, zone)}}}}
		if _, bad := r.Normalise(""); bad != nil {
			return
		}
		other := r
		other.NativeID = "2"
		a, b := describe(zone, &r), describe(zone, &other)
		if v := merge.Compare(a, b); v.Apart {
			t.Errorf("%q is apart from itself: %s", title, v.Text())
		}
		if n := len(a.Keys()); n > 40 {
			t.Errorf("%d keys", n)
		}
	})
}

// TestFuseCompletes: what only one knows of the same place is taken from it, and no record is changed by that.
func TestFuseCompletes(t *testing.T) {
	zone := oslo(t)
	x, y, z := line{Source: "a", ID: "1", Priority: 9, Title: "Fest", Place: "Bølgen", Start: "2027-02-20T19:00"}, line{Source: "b", ID: "1", Priority: 5, Title: "Fest", Place: "Munken", Start: "2027-02-20T19:00"},
		line{Source: "c", ID: "1", Title: "Fest", Place: "Bølgen kulturhus", Address: "Sanden 2", Start: "2027-02-20T19:00", Desc: "Kort."}
	a, b, c := x.record(t, zone), y.record(t, zone), z.record(t, zone)
	b.Place.Geo, c.Place.Geo = &catalog.Point{Lat: 1, Lon: 1}, &catalog.Point{Lat: 59.05, Lon: 10.03}
	var members []merge.Member
	for i, r := range []*catalog.Record{&a, &b, &c} {
		members = append(members, merge.Member{Record: r, Item: describe(zone, r), Priority: 9 - i})
	}
	l := merge.Fuse("larvik", zone, members, nil)
	if want := (catalog.Place{Name: "Bølgen", Address: "Sanden 2", Geo: c.Place.Geo}); *l.Place != want || l.Provenance["place.geo"] != 2 || l.Provenance["summary"] != 2 {
		t.Errorf("place %+v, provenance %v", l.Place, l.Provenance)
	}
	if a.Place.Geo != nil || a.Place.Address != "" {
		t.Errorf("the record is changed: %+v", a.Place)
	}
}

// TestProseStaysTold: a status that is known from prose alone says so, and one that a source has a field for does not, whichever ranks first.
func TestProseStaysTold(t *testing.T) {
	zone := oslo(t)
	full := func(source string, derived ...string) catalog.Record {
		l := line{Source: source, ID: "1", Title: "Ølsmaking på Sanden", Place: "Sanden", Start: "2027-02-20T19:00", Status: catalog.StatusFull}
		r := l.record(t, zone)
		r.Derived = derived
		return r
	}
	open := full("c")
	open.Status = ""
	prose, field := full("a", "status"), full("b")
	second := func(r catalog.Record) catalog.Record {
		r.NativeID, r.Schedule.Dates = "2", []catalog.Occurrence{{Start: r.Schedule.Dates[0].Start.AddDate(0, 0, 1)}}
		return r
	}
	cancelled := prose
	cancelled.Status = catalog.StatusCancelled
	for name, c := range map[string]struct {
		records []catalog.Record
		derived []string
		from    int
	}{
		"prose alone":                {[]catalog.Record{prose, open}, []string{"status"}, 0},
		"prose of the second":        {[]catalog.Record{open, prose}, []string{"status"}, 1},
		"prose, and a field":         {[]catalog.Record{prose, field}, nil, 1},
		"a field, and prose":         {[]catalog.Record{field, prose}, nil, 0},
		"prose of one of two dates":  {[]catalog.Record{prose, second(open)}, []string{"schedule"}, 0},
		"a field of one of two":      {[]catalog.Record{field, second(open)}, nil, 0},
		"prose of all dates":         {[]catalog.Record{cancelled, second(cancelled)}, []string{"status", "schedule"}, 0},
		"times read out of prose":    {[]catalog.Record{full("a", "schedule"), open}, []string{"schedule"}, 0},
		"times of the second, prose": {[]catalog.Record{field, full("d", "schedule")}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var members []merge.Member
			for i := range c.records {
				members = append(members, merge.Member{Record: &c.records[i], Item: describe(zone, &c.records[i]), Priority: 90 - i})
			}
			l := merge.Fuse("larvik", zone, members, nil)
			if !slices.Equal(l.Derived, c.derived) || l.Provenance["status"] != c.from {
				t.Errorf("status %q, derived %v, from %v, want %v from %d", l.Status, l.Derived, l.Provenance, c.derived, c.from)
			}
		})
	}
}
