package export

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ical "github.com/arran4/golang-ical"
	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
)

func ptr[T any](v T) *T { return &v }

func at(t testing.TB, s string) time.Time {
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func hubOf(t testing.TB, zone string) Hub {
	z, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return Hub{ID: "larvik", Name: "Aktiviteter i Larvik", URL: "https://aktiviteter.example", Zone: z, Now: at(t, "2026-11-22T12:00:00+01:00")}
}

func entries(t testing.TB) []Entry {
	sources := []catalog.ItemSource{{ID: "klubber", NativeID: "1", Name: "Klubblista", Licence: "CC-BY-4.0", Attribution: "Klubbene; i Larvik", Hub: "larvik"}}
	updated := at(t, "2026-11-22T09:15:00+01:00")
	return []Entry{
		{Item: catalog.Item{ID: "aaa", Kind: catalog.KindActivity, Title: "Øving, for alle; med \\ strek", Description: "Første linje.\nAndre linje, som er lang nok til at den må brettes over flere linjer i kalenderen, også midt i ørret.",
			Place: &catalog.ItemPlace{Name: "Hallen", Address: "Furuveien 3", PostalCode: "3262", Locality: "Larvik", Municipality: "3909", Lat: ptr(59.0664), Lon: ptr(10.0331)},
			Start: &catalog.ItemTime{Time: at(t, "2026-11-24T18:00:00+01:00")}, End: &catalog.ItemTime{Time: at(t, "2026-11-24T19:30:00+01:00")},
			Age: &catalog.Age{Min: ptr(6)}, Price: &catalog.ItemPrice{Min: ptr(catalog.Kroner(0)), Max: ptr(catalog.Money(149_50)), Currency: "NOK", Free: catalog.No, Text: "0-149,50 kr"},
			Organizer: &catalog.ItemOrganizer{ID: "o", Name: "Furulund IL", OrgNumber: "999999999"}, Categories: []string{"football"}, Status: "scheduled", Sources: sources, UpdatedAt: updated},
			Records: []Record{{Source: "klubber", NativeID: "1"}},
			Schedule: catalog.Schedule{Series: []catalog.Series{{Start: at(t, "2026-08-18T18:00:00+02:00"), End: at(t, "2026-08-18T19:30:00+02:00"),
				Rules: []string{"FREQ=WEEKLY;UNTIL=20270601"}, Except: []time.Time{catalog.Date(2026, time.December, 22), at(t, "2026-12-29T18:00:00+01:00")},
				Overrides: []catalog.Override{{ID: at(t, "2027-01-05T18:00:00+01:00"), Occurrence: catalog.Occurrence{Start: at(t, "2027-01-06T18:00:00+01:00"), Status: catalog.StatusCancelled}}}}}}},
		{Item: catalog.Item{ID: "bbb", Kind: catalog.KindEvent, Title: "=HYPERLINK(\"http://evil.example\")", Summary: "-1+1", Status: "cancelled", Sources: sources, UpdatedAt: updated,
			Start: &catalog.ItemTime{Time: catalog.Date(2026, time.December, 12), Day: true}, End: &catalog.ItemTime{Time: catalog.Date(2026, time.December, 13), Day: true}},
			Records:  []Record{{Source: "klubber", NativeID: "2", URL: "https://klubber.example/2"}},
			Schedule: catalog.Schedule{Dates: []catalog.Occurrence{{Start: catalog.Date(2026, time.December, 12), End: catalog.Date(2026, time.December, 13), AllDay: true}}}},
		{Item: catalog.Item{ID: "ccc", Kind: catalog.KindScheme, Title: "＠Kortet", Status: "scheduled", Sources: sources, UpdatedAt: updated}},
	}
}

func stream(list []Entry, end error) Entries {
	return func(yield func(Entry, error) bool) {
		for _, e := range list {
			if !yield(e, nil) {
				return
			}
		}
		if end != nil {
			yield(Entry{}, end)
		}
	}
}

func write(t *testing.T, format string, list []Entry) string {
	t.Helper()
	var b strings.Builder
	if err := Write(&b, format, hubOf(t, "Europe/Oslo"), stream(list, nil)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriteFaults(t *testing.T) {
	broken := errors.New("the database went away")
	for _, format := range slices.Sorted(maps.Keys(Formats())) {
		if err := Write(&strings.Builder{}, format, hubOf(t, "Europe/Oslo"), stream(entries(t), broken)); !errors.Is(err, broken) {
			t.Errorf("%s hides that it is not whole: %v", format, err)
		}
	}
	if err := Write(&strings.Builder{}, "xls", hubOf(t, "Europe/Oslo"), stream(nil, nil)); err == nil || !strings.Contains(err.Error(), "ndjson") {
		t.Errorf("unknown format: %v", err)
	}
}

func TestNDJSON(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(write(t, "ndjson", entries(t))), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, want := range entries(t) {
		var got struct {
			catalog.Item
			Records []Record `json:"records"`
		}
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.Item, got.Item, cmp.Comparer(time.Time.Equal)); diff != "" || !cmp.Equal(want.Records, got.Records) {
			t.Error(diff, got.Records)
		}
	}
}

func TestCSV(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(write(t, "csv", entries(t)))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%v %d rows", err, len(rows))
	}
	cell := func(row int, column string) string { return rows[row][slices.Index(rows[0], column)] }
	for _, c := range []struct {
		row          int
		column, want string
	}{
		{1, "title", "Øving, for alle; med \\ strek"}, {1, "age_min", "6"}, {1, "age_max", ""}, {1, "price_max", "149.50"}, {1, "free", "false"}, {1, "lat", "59.0664"},
		{1, "start", "2026-11-24T18:00:00+01:00"}, {1, "page", "https://aktiviteter.example/l/aaa"}, {1, "org_number", "999999999"},
		{2, "title", "'=HYPERLINK(\"http://evil.example\")"}, {2, "summary", "'-1+1"}, {2, "start", "2026-12-12"}, {2, "free", ""}, {3, "title", "'＠Kortet"}, {3, "lat", ""},
	} {
		if got := cell(c.row, c.column); got != c.want {
			t.Errorf("row %d %s: %q, want %q", c.row, c.column, got, c.want)
		}
	}
}

func TestCell(t *testing.T) {
	for in, want := range map[string]string{"": "", "tur": "tur", "-12.5": "-12.5", "+47": "+47", "=1": "'=1", "+1+1": "'+1+1", "-a": "'-a", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx",
		"＝1": "'＝1", "＋1+": "'＋1+", "a=b": "a=b", "|cmd": "'|cmd"} {
		if got := cell(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestGeoJSON(t *testing.T) {
	var got struct {
		Type     string
		Features []struct {
			Type, ID string
			Geometry struct {
				Type        string
				Coordinates []float64
			}
			Properties map[string]any
		}
	}
	if err := json.Unmarshal([]byte(write(t, "geojson", entries(t))), &got); err != nil {
		t.Fatal(err)
	}
	if got.Type != "FeatureCollection" || len(got.Features) != 1 || got.Features[0].ID != "aaa" || got.Features[0].Properties["kind"] != "activity" ||
		!cmp.Equal(got.Features[0].Geometry.Coordinates, []float64{10.0331, 59.0664}) {
		t.Errorf("%+v", got)
	}
	if err := json.Unmarshal([]byte(write(t, "geojson", nil)), &got); err != nil {
		t.Errorf("nothing is not written as JSON: %v", err)
	}
}

func TestJSONLD(t *testing.T) {
	var got struct {
		Context string           `json:"@context"`
		Graph   []map[string]any `json:"@graph"`
	}
	if err := json.Unmarshal([]byte(write(t, "jsonld", entries(t))), &got); err != nil {
		t.Fatal(err)
	}
	if got.Context != "https://schema.org" || len(got.Graph) != 3 {
		t.Fatalf("%+v", got)
	}
	for i, wants := range []map[string]any{
		{"@type": "Event", "startDate": "2026-11-24T18:00:00+01:00", "eventStatus": "https://schema.org/EventScheduled", "typicalAgeRange": "6-", "isAccessibleForFree": false,
			"url": "https://aktiviteter.example/l/aaa", "offers": []any{map[string]any{"@type": "AggregateOffer", "lowPrice": "0", "highPrice": "149.50", "priceCurrency": "NOK"}}},
		{"@type": "Event", "startDate": "2026-12-12", "endDate": "2026-12-13", "eventStatus": "https://schema.org/EventCancelled", "location": nil},
		{"@type": "GovernmentService", "startDate": nil, "offers": nil},
	} {
		for name, want := range wants {
			if diff := cmp.Diff(want, got.Graph[i][name]); diff != "" {
				t.Errorf("%d %s: %s", i, name, diff)
			}
		}
	}
}

// TestRescheduled: a date that says from when it was moved says so in the words of schema.org.
func TestRescheduled(t *testing.T) {
	item := entries(t)[0].Item
	item.Occurrences = []catalog.Occurrence{{Start: item.Start.Time, PreviousStart: at(t, "2026-11-17T18:00:00+01:00")}}
	text, err := json.Marshal(SchemaOrg(hubOf(t, "Europe/Oslo"), item))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"eventStatus":"https://schema.org/EventRescheduled"`, `"previousStartDate":"2026-11-17T18:00:00+01:00"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	if item.Status = catalog.StatusCancelled; SchemaOrg(hubOf(t, "Europe/Oslo"), item)["eventStatus"] != "https://schema.org/EventCancelled" {
		t.Error("what is called off is not called rescheduled")
	}
}

func TestICS(t *testing.T) {
	out := write(t, "ics", entries(t))
	for line := range strings.SplitSeq(strings.TrimSuffix(out, "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a bad line: %q", line)
		}
	}
	cal, err := ical.ParseCalendar(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	events := cal.Events()
	if len(events) != 3 || events[0].Id() != "aaa@larvik" || events[1].Id() != "aaa@larvik" || events[2].Id() != "bbb@larvik" {
		t.Fatalf("%d events", len(events))
	}
	if got := events[0].GetProperty(ical.ComponentPropertySummary).Value; got != `Øving, for alle; med \ strek` && got != `Øving\, for alle\; med \\ strek` {
		t.Errorf("summary %q", got)
	}
	plain := strings.ReplaceAll(out, "\r\n ", "")
	for _, want := range []string{"DTSTART;TZID=Europe/Oslo:20260818T180000\r\n", "DTEND;TZID=Europe/Oslo:20260818T193000\r\n", "RRULE:FREQ=WEEKLY;UNTIL=20270601T215959Z\r\n",
		"EXDATE;TZID=Europe/Oslo:20261222T180000\r\n", "EXDATE;TZID=Europe/Oslo:20261229T180000\r\n", "RECURRENCE-ID;TZID=Europe/Oslo:20270105T180000\r\n",
		"DTSTART;VALUE=DATE:20261212\r\n", "DTEND;VALUE=DATE:20261214\r\n", "STATUS:CANCELLED\r\n", "GEO:59.0664;10.0331\r\n", `LOCATION:Hallen\, Furuveien 3\, 3262 Larvik`,
		`Første linje.\nAndre linje\, som`, `Klubbene\; i Larvik (CC-BY-4.0)`, "BEGIN:VTIMEZONE\r\nTZID:Europe/Oslo\r\n"} {
		if !strings.Contains(plain, want) {
			t.Errorf("lacks %q", want)
		}
	}
}

func TestICSOfAnotherZone(t *testing.T) {
	e := entries(t)[0]
	e.Schedule.Zone = "Europe/London"
	out := write(t, "ics", []Entry{e})
	if strings.Contains(out, "RRULE:FREQ=WEEKLY") || strings.Contains(out, "TZID=Europe/London") || !strings.Contains(out, "DTSTART:20261124T170000Z") {
		t.Error(out)
	}
	var b strings.Builder
	if err := Write(&b, "ics", hubOf(t, "America/New_York"), stream(entries(t)[:1], nil)); err != nil || strings.Contains(b.String(), "VTIMEZONE") {
		t.Errorf("%v %s", err, b.String())
	}
}

// TestICSOfOddWeeks: what RFC 5545 has no rule for is written out, date by date.
func TestICSOfOddWeeks(t *testing.T) {
	e := entries(t)[0]
	s := e.Schedule.Series[0]
	s.WeekParity, s.ExceptWeeks, s.Except, s.Overrides = catalog.OddWeeks, []int{51}, nil, nil
	e.Schedule.Series = []catalog.Series{s, {Start: at(t, "2026-08-20T18:00:00+02:00"), Rules: []string{"FREQ=WEEKLY"}}}
	out := write(t, "ics", []Entry{e})
	if strings.Count(out, "RRULE:FREQ=WEEKLY\r\n") != 1 || strings.Contains(out, "UNTIL") {
		t.Error("the rule of the odd weeks is there, or the other one is not")
	}
	for day, want := range map[string]bool{"20261201": true, "20261208": false, "20261215": false, "20261229": true, "20270105": true, "20270112": false} {
		if strings.Contains(out, "DTSTART;TZID=Europe/Oslo:"+day+"T180000\r\n") != want {
			t.Errorf("%s: want %v", day, want)
		}
	}
}

func TestUntil(t *testing.T) {
	zone := hubOf(t, "Europe/Oslo").Zone
	for _, c := range []struct {
		rule   string
		allDay bool
		want   string
	}{
		{"FREQ=WEEKLY;UNTIL=20270601;BYDAY=TU", false, "FREQ=WEEKLY;UNTIL=20270601T215959Z;BYDAY=TU"}, {"FREQ=DAILY;UNTIL=20270101T120000", false, "FREQ=DAILY;UNTIL=20270101T110000Z"},
		{"FREQ=DAILY;UNTIL=20270101T120000Z", false, "FREQ=DAILY;UNTIL=20270101T120000Z"}, {"FREQ=DAILY;UNTIL=20270101T120000Z", true, "FREQ=DAILY;UNTIL=20270101"},
		{"FREQ=DAILY;COUNT=3", false, "FREQ=DAILY;COUNT=3"},
	} {
		if got := until(c.rule, c.allDay, zone); got != c.want {
			t.Errorf("%s becomes %s", c.rule, got)
		}
	}
}

// TestSchemaOrgDates: of what takes place again there is one Event for each date, each whole and with an id of its own.
func TestSchemaOrgDates(t *testing.T) {
	hub := hubOf(t, "Europe/Oslo")
	hub.Region = func(number string) string { return map[string]string{"3909": "Larvik"}[number] }
	item := entries(t)[0].Item
	item.Place.Address, item.Place.PostalCode, item.Place.Locality = "", "", ""
	item.Occurrences = []catalog.Occurrence{{Start: at(t, "2026-11-24T18:00:00+01:00"), End: at(t, "2026-11-24T19:30:00+01:00")},
		{Start: at(t, "2026-12-01T18:00:00+01:00"), Status: catalog.StatusCancelled, Title: "Juleøving"}, {Start: catalog.Date(2026, time.December, 8), AllDay: true}}
	nodes := SchemaOrgDates(hub, item)
	if len(nodes) != 3 {
		t.Fatalf("%d nodes", len(nodes))
	}
	for i, wants := range []map[string]any{
		{"@id": "https://aktiviteter.example/l/aaa#2026-11-24T18:00:00+01:00", "startDate": "2026-11-24T18:00:00+01:00", "endDate": "2026-11-24T19:30:00+01:00", "eventStatus": "https://schema.org/EventScheduled"},
		{"@id": "https://aktiviteter.example/l/aaa#2026-12-01T18:00:00+01:00", "endDate": nil, "eventStatus": "https://schema.org/EventCancelled", "name": "Juleøving"},
		{"@id": "https://aktiviteter.example/l/aaa#2026-12-08", "startDate": "2026-12-08", "name": item.Title, "url": "https://aktiviteter.example/l/aaa"},
	} {
		for name, want := range wants {
			if got := nodes[i][name]; got != want {
				t.Errorf("%d %s: %v, want %v", i, name, got, want)
			}
		}
		if address := nodes[i]["location"].(node)["address"].(node); address["addressRegion"] != "Larvik" || address["addressCountry"] != "NO" {
			t.Errorf("%d: %v", i, address)
		}
	}
	item.Occurrences = item.Occurrences[:1]
	if nodes := SchemaOrgDates(hub, item); len(nodes) != 1 || nodes[0]["@id"] != "https://aktiviteter.example/l/aaa" {
		t.Errorf("%v", nodes)
	}
}
