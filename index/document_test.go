package index_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index"
)

var now = time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC) // a Sunday

func oslo(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func document(t testing.TB, r catalog.Record) index.Document {
	t.Helper()
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	l := catalog.Single("larvik", &r)
	return index.NewDocument(&catalog.ListingState{Listing: l, Change: 7, UpdatedAt: now}, tax, calendar.Hub{Zone: oslo(t)}, now)
}

func at(t testing.TB, text string) time.Time {
	t.Helper()
	instant, err := time.ParseInLocation("2006-01-02 15:04", text, oslo(t))
	if err != nil {
		t.Fatal(err)
	}
	return instant
}

func TestDocument(t *testing.T) {
	six, price := 6, catalog.Kroner(150)
	got := document(t, catalog.Record{
		Source: "klubb", NativeID: "1", Kind: catalog.KindActivity, Title: "Symjetrening", Categories: []string{"swimming", "made_up"}, Language: "nn",
		Organizer: &catalog.Organizer{Name: "Larvik symjeklubb"},
		Place:     &catalog.Place{Name: "Farrishallen", Address: "Badegata 1", PostalCode: "3256", Municipality: "3909", Geo: &catalog.Point{Lat: 59.05, Lon: 10.03}},
		Age:       &catalog.Age{Min: &six}, Price: &catalog.Price{Min: &price, Free: catalog.No}, Accessibility: []string{"wheelchair"},
	})
	tax, _ := taxonomy.Load()
	labels := slices.Concat(tax.Names("swimming"))
	want := index.Document{
		ID: catalog.ID("listing", "larvik", "klubb", "1"), Change: 7, Updated: now.Unix(), Title: "Symjetrening", Language: "nn",
		Categories: []string{"swimming", "sport", "made_up"}, Labels: labels,
		Synonyms:  slices.Concat([]string{"children"}, tax.Names("sport"), tax.FacetNames("accessibility", "wheelchair")),
		Organizer: "Larvik symjeklubb", OrganizerID: catalog.ID("organizer", "name", "larvik symjeklubb"),
		Place: "Farrishallen, Badegata 1, 3256, Larvik", PlaceID: catalog.ID("place", "farrishallen", "3909"),
		Kind: "activity", Municipality: "3909", Sources: []string{"klubb"}, Accessibility: []string{"wheelchair"}, Status: "scheduled",
		AgeMin: &six, PriceMin: &price, Free: catalog.No, Geo: &catalog.Point{Lat: 59.05, Lon: 10.03}, Standing: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	euro := document(t, catalog.Record{Price: &catalog.Price{Min: &price, Currency: "EUR"}})
	if euro.PriceMin != nil {
		t.Error("a price in euro is no price in kroner")
	}
}

// TestDocumentRestsWithSchools: a resident who looks for Tuesdays in the holidays finds nothing that rests then.
func TestDocumentRestsWithSchools(t *testing.T) {
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	schools, err := calendar.LoadSchools(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := catalog.Record{Source: "s", NativeID: "1", Kind: catalog.KindActivity, Title: "Kor", Schedule: catalog.Schedule{Series: []catalog.Series{
		{Start: at(t, "2026-09-01 18:00"), Rules: []string{"FREQ=WEEKLY;UNTIL=20270110"}, SchoolCalendar: true}}}}
	l := catalog.Single("larvik", &r)
	has := func(hub calendar.Hub, day string) bool {
		d := index.NewDocument(&catalog.ListingState{Listing: l, Change: 7, UpdatedAt: now}, tax, hub, now)
		return slices.ContainsFunc(d.Spans, func(s index.Span) bool { return s.Start == at(t, day+" 18:00").Unix() })
	}
	vestfold := calendar.Hub{Zone: oslo(t), Municipality: "3909", Schools: schools}
	if has(vestfold, "2026-12-22") || !has(vestfold, "2026-12-15") || !has(vestfold, "2027-01-05") || !has(calendar.Hub{Zone: oslo(t)}, "2026-12-22") {
		t.Error("the holidays are not left out, or more than they are")
	}
}

func TestDocumentTimes(t *testing.T) {
	dates := func(occurrences ...catalog.Occurrence) catalog.Schedule { return catalog.Schedule{Dates: occurrences} }
	day := func(y int, m time.Month, d int) catalog.Occurrence {
		return catalog.Occurrence{Start: catalog.Date(y, m, d), AllDay: true}
	}
	cancelled := func(o catalog.Occurrence) catalog.Occurrence { o.Status = catalog.StatusCancelled; return o }
	for name, c := range map[string]struct {
		schedule catalog.Schedule
		spans    int
		first    string // start and end of the first span
		until    string
		weekdays []string
		ends     string
	}{
		"evening without an end":         {dates(catalog.Occurrence{Start: at(t, "2026-12-01 18:00")}), 1, "2026-12-01 18:00", "2026-12-01 18:00", []string{"tu"}, "2026-12-01 18:00"},
		"past midnight":                  {dates(catalog.Occurrence{Start: at(t, "2026-11-28 22:00"), End: at(t, "2026-11-29 02:00")}), 1, "2026-11-28 22:00", "2026-11-29 02:00", []string{"sa"}, "2026-11-29 02:00"},
		"all day when clocks change":     {dates(day(2027, 3, 28)), 1, "2027-03-28 00:00", "2027-03-29 00:00", []string{"su"}, "2027-03-29 00:00"},
		"a cancelled one of two":         {dates(cancelled(day(2026, 11, 24)), day(2026, 11, 25)), 1, "2026-11-25 00:00", "2026-11-26 00:00", []string{"we"}, "2026-11-26 00:00"},
		"all cancelled":                  {dates(cancelled(day(2026, 11, 24))), 1, "2026-11-24 00:00", "2026-11-25 00:00", []string{"tu"}, "2026-11-25 00:00"},
		"yesterday's weekday is no more": {dates(day(2026, 11, 20), day(2026, 11, 23)), 2, "2026-11-20 00:00", "2026-11-21 00:00", []string{"mo"}, "2026-11-24 00:00"},
		"over":                           {dates(day(2026, 11, 20)), 1, "2026-11-20 00:00", "2026-11-21 00:00", []string{"fr"}, "2026-11-21 00:00"},
		"far ahead":                      {dates(day(2028, 7, 1), day(2028, 7, 2)), 1, "2028-07-01 00:00", "2028-07-02 00:00", []string{"sa"}, "2028-07-03 00:00"},
		"yearly, the next time beyond the horizon too": {catalog.Schedule{Series: []catalog.Series{{Start: catalog.Date(2020, 1, 2), AllDay: true, Rules: []string{"FREQ=YEARLY"}}}},
			2, "2027-01-02 00:00", "2027-01-03 00:00", []string{"sa"}, ""},
		"a season beyond the horizon": {dates(day(2026, 11, 24), day(2027, 5, 5), day(2028, 5, 6)), 3, "2026-11-24 00:00", "2026-11-25 00:00", []string{"tu", "we"}, "2028-05-07 00:00"},
		"weekly without end": {catalog.Schedule{Series: []catalog.Series{{Start: at(t, "2026-09-01 18:00"), End: at(t, "2026-09-01 19:30"), Rules: []string{"FREQ=WEEKLY"}}}},
			62, "2026-10-27 18:00", "2026-10-27 19:30", []string{"tu"}, ""},
	} {
		d := document(t, catalog.Record{Schedule: c.schedule})
		if d.Standing || len(d.Spans) != c.spans {
			t.Errorf("%s: standing %v, %d spans, want %d", name, d.Standing, len(d.Spans), c.spans)
			continue
		}
		if s := d.Spans[0]; s.Start != at(t, c.first).Unix() || s.End != at(t, c.until).Unix() {
			t.Errorf("%s: first span %v, want from %s to %s", name, s, c.first, c.until)
		}
		ends := int64(0)
		if c.ends != "" {
			ends = at(t, c.ends).Unix()
		}
		if d.Ends != ends {
			t.Errorf("%s: ends %v, want %q", name, time.Unix(d.Ends, 0).In(oslo(t)), c.ends)
		}
		if diff := cmp.Diff(c.weekdays, d.Slots.Values(index.FacetWeekday)); diff != "" {
			t.Errorf("%s: weekdays (-want +got):\n%s", name, diff)
		}
	}
	both := document(t, catalog.Record{Schedule: dates(catalog.Occurrence{Start: at(t, "2026-11-23 11:59")}, catalog.Occurrence{Start: at(t, "2026-11-24 17:00")}, day(2026, 11, 25))})
	want := index.Slots(1<<index.Slot(time.Monday, index.Morning) | 1<<index.Slot(time.Tuesday, index.Evening) | 1<<index.Slot(time.Wednesday, index.WholeDay))
	if both.Slots != want || both.Spans[1].Slot != index.Slot(time.Tuesday, index.Evening) {
		t.Errorf("slots %b, want %b; of the second %d", both.Slots, want, both.Spans[1].Slot)
	}
	for record, lends := range map[*catalog.Record]catalog.Fact{{Kind: catalog.KindEquipment}: catalog.Yes, {Kind: catalog.KindFacility, Categories: []string{"equipment_loan"}}: catalog.Yes,
		{Kind: catalog.KindActivity, EquipmentLoan: catalog.No}: catalog.No, {Kind: catalog.KindActivity}: catalog.NotStated} {
		if d := document(t, *record); d.EquipmentLoan != lends {
			t.Errorf("%s %v lends: %v, want %v", record.Kind, record.Categories, d.EquipmentLoan, lends)
		}
	}
	for name, place := range map[string]*catalog.Place{"3909-ostre-halsen": {Neighbourhood: "Østre  Halsen", Municipality: "3909"}, "tagtvedt": {Neighbourhood: "Tagtvedt"}, "": {Name: "Hallen", Municipality: "3909"}} {
		if got := index.NeighbourhoodID(place); got != name {
			t.Errorf("neighbourhood %q, want %q", got, name)
		}
	}
	d := document(t, catalog.Record{Schedule: catalog.Schedule{ValidFrom: catalog.Date(2026, 6, 1), ValidThrough: catalog.Date(2026, 12, 31)}})
	if !d.Standing || d.ValidFrom != at(t, "2026-06-01 00:00").Unix() || d.ValidThrough != at(t, "2027-01-01 00:00").Unix() || d.Ends != d.ValidThrough {
		t.Errorf("standing %v from %d through %d, ends %d", d.Standing, d.ValidFrom, d.ValidThrough, d.Ends)
	}
}
