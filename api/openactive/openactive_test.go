package openactive

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
	"fritidshub/catalog/taxonomy"
)

var update = flag.Bool("update", false, "write the wanted answers anew; read what changed before you keep it")

func ptr[T any](v T) *T { return &v }

func setUp(t testing.TB) (*Mapping, Hub) {
	t.Helper()
	m, err := New()
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	return m, Hub{URL: "https://larvik.example", Zone: zone}
}

// training is a listing that conforms; change makes another one of it.
func training(t testing.TB, change func(r *catalog.Record)) *catalog.Listing {
	_, h := setUp(t)
	at := func(day, hour int) time.Time { return time.Date(2026, 12, day, hour, 30, 0, 0, h.Zone) }
	r := catalog.Record{Source: "klubber", NativeID: "jenter-8", Kind: catalog.KindActivity, Title: "Jentefotball for nybegynnere", Summary: "Vi leker med ball.", Language: "nb",
		URL: "https://furulund.example/jenter", Image: &catalog.Image{URL: "https://furulund.example/a.jpg"}, Categories: []string{"football"},
		Organizer: &catalog.Organizer{Name: "Furulund IL (eksempel)", URL: "https://furulund.example"},
		Place: &catalog.Place{Name: "Furulund hall", Address: "Furuveien 3", PostalCode: "3262", Locality: "Larvik", Municipality: "3909",
			Geo: &catalog.Point{Lat: 59.0664, Lon: 10.0331}},
		Age: &catalog.Age{Min: ptr(6), Max: ptr(12)}, Price: &catalog.Price{Min: ptr(catalog.Kroner(100)), Max: ptr(catalog.Kroner(100)), Text: "100 kr"},
		Accessibility: []string{"wheelchair", "captions", "companion"},
		Schedule:      catalog.Schedule{Series: []catalog.Series{{Start: at(1, 17), End: at(1, 19), Rules: []string{"FREQ=WEEKLY;UNTIL=20270601T200000Z"}, Except: []time.Time{at(22, 17)}}}}}
	if change != nil {
		change(&r)
	}
	l := catalog.Single("larvik", &r)
	return &l
}

func TestListing(t *testing.T) {
	m, h := setUp(t)
	at := func(day, hour int) time.Time { return time.Date(2026, 12, day, hour, 0, 0, 0, h.Zone) }
	for name, change := range map[string]func(r *catalog.Record){
		"series": nil,
		"event": func(r *catalog.Record) {
			r.Kind, r.Status = catalog.KindEvent, catalog.StatusFull
			r.Price = &catalog.Price{Free: catalog.Yes}
			r.Schedule = catalog.Schedule{Dates: []catalog.Occurrence{{Start: at(5, 10), End: at(5, 12)}}}
		},
		"sessions": func(r *catalog.Record) {
			r.Kind, r.Organizer.URL, r.Place.Geo = catalog.KindCourse, "", nil
			r.Price = &catalog.Price{Min: ptr(catalog.Kroner(0)), Max: ptr(catalog.Kroner(150))}
			r.Schedule = catalog.Schedule{Dates: []catalog.Occurrence{{Start: at(5, 10), End: at(5, 12)}, {Start: at(6, 10), Status: catalog.StatusCancelled},
				{Start: catalog.Date(2026, 12, 7), AllDay: true}}}
		},
		"partial": func(r *catalog.Record) {
			r.Schedule.Series[0].WeekParity, r.Schedule.Text = catalog.OddWeeks, "tirsdager i oddetallsuker"
		},
		"facility": func(r *catalog.Record) {
			r.Kind, r.Schedule, r.Price, r.Place.Locality = catalog.KindFacility, catalog.Schedule{}, nil, ""
		},
	} {
		kind, data, err := m.Listing(h, training(t, change))
		if err != nil || data == nil {
			t.Errorf("%s: %s, error %v", name, kind, err)
			continue
		}
		var got any
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		text, _ := json.MarshalIndent(got, "", "  ")
		file := filepath.Join("testdata", name+".json")
		if *update {
			if err := os.WriteFile(file, append(text, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.TrimSpace(string(want)), string(text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if got.(map[string]any)["@type"] != kind {
			t.Errorf("%s is said to be %s", name, kind)
		}
	}
}

// TestLacking: what lacks something that the model requires is not said at all.
func TestLacking(t *testing.T) {
	m, h := setUp(t)
	for name, change := range map[string]func(r *catalog.Record){
		"kind":       func(r *catalog.Record) { r.Kind = catalog.KindScheme },
		"activity":   func(r *catalog.Record) { r.Categories = []string{"chess_bridge"} },
		"no sport":   func(r *catalog.Record) { r.Categories, r.Title = []string{"racket"}, "Åpen hall" },
		"organizer":  func(r *catalog.Record) { r.Organizer = nil },
		"place":      func(r *catalog.Record) { r.Place = nil },
		"nowhere":    func(r *catalog.Record) { r.Place = &catalog.Place{Name: "Hallen", Municipality: "3909"} },
		"county":     func(r *catalog.Record) { r.Place.Geo, r.Place.Municipality = nil, "" },
		"online":     func(r *catalog.Record) { r.Place.Online = true },
		"price":      func(r *catalog.Record) { r.Price = nil },
		"only words": func(r *catalog.Record) { r.Price = &catalog.Price{Text: "etter avtale"} },
		"time":       func(r *catalog.Record) { r.Schedule = catalog.Schedule{Text: "tirsdager"} },
		"hour": func(r *catalog.Record) {
			r.Schedule = catalog.Schedule{Dates: []catalog.Occurrence{{Start: catalog.Date(2026, 12, 5), AllDay: true}}}
		},
	} {
		if kind, data, err := m.Listing(h, training(t, change)); err != nil || data != nil {
			t.Errorf("without %s it is %s, error %v", name, kind, err)
		}
	}
}

func TestActivities(t *testing.T) {
	m, _ := setUp(t)
	for _, c := range []struct{ categories, title, want string }{
		{"football", "Jentefotball", "Football"}, {"football", "Futsal i hallen", "Futsal"}, {"racket", "Bordtenniskveld", "Table Tennis"},
		{"racket", "Tennis for voksne", "Tennis"}, {"martial_arts", "Kickboxing", "Kickboxing"}, {"martial_arts", "Selvforsvar", "Martial Arts"},
		{"golf football", "Frisbeegolf", "Disc Golf, Football"}, {"fitness fitness", "Yoga", "Yoga"}, {"dance social_dance", "Dans", "Dance"}, {"sailing", "Båtpuss", ""},
		{"football handball swimming gymnastics", "Idrett", "Football, Handball, Swimming"},
	} {
		var got []string
		for _, a := range m.activities(&catalog.Listing{Record: catalog.Record{Title: c.title, Categories: strings.Fields(c.categories)}}) {
			got = append(got, a.Label)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s, %s: %v, want %s", c.categories, c.title, got, c.want)
		}
	}
}

// TestConcepts: the table leads from categories that there are to well-formed addresses, each address with one label.
func TestConcepts(t *testing.T) {
	m, _ := setUp(t)
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	address := regexp.MustCompile(`^https://openactive\.io/activity-list#[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	labels, ids := map[string]string{}, map[string]string{}
	for category := range m.concepts {
		if !tax.Has(category) {
			t.Errorf("there is no category %s", category)
		}
		for _, c := range m.Concepts(category) {
			if !address.MatchString(c.ID) || labels[c.ID] != "" && labels[c.ID] != c.Label || ids[c.Label] != "" && ids[c.Label] != c.ID {
				t.Errorf("%s: %+v", category, c)
			}
			labels[c.ID], ids[c.Label] = c.Label, c.ID
		}
	}
	if len(labels) < 70 {
		t.Errorf("%d concepts", len(labels))
	}
	for _, bad := range []string{"category,uri,prefLabel,words\na,b,C,\na,d,E,\n", "category,uri\n\"", "category,uri,prefLabel,words\na,b\n"} {
		if _, err := readConcepts(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestPlans(t *testing.T) {
	_, h := setUp(t)
	start := time.Date(2026, 9, 8, 18, 0, 0, 0, h.Zone) // a Tuesday
	for rule, want := range map[string]plan{
		"FREQ=WEEKLY":                         {Type: "Schedule", Frequency: "P1W", ByDay: []string{"https://schema.org/Tuesday"}},
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU":  {Type: "Schedule", Frequency: "P2W", ByDay: []string{"https://schema.org/Monday", "https://schema.org/Sunday"}},
		"FREQ=DAILY;COUNT=5":                  {Type: "Schedule", Frequency: "P1D", Count: 5},
		"FREQ=WEEKLY;UNTIL=20270101T225959Z":  {Type: "Schedule", Frequency: "P1W", ByDay: []string{"https://schema.org/Tuesday"}, EndDate: "2027-01-01"},
		"FREQ=WEEKLY;UNTIL=20270101T230000Z":  {Type: "Schedule", Frequency: "P1W", ByDay: []string{"https://schema.org/Tuesday"}, EndDate: "2027-01-02"},
		"FREQ=MONTHLY;BYDAY=1TU":              {Type: "Schedule", Frequency: "P1M", ByDay: []string{"1TU"}},
		"FREQ=MONTHLY":                        {Type: "Schedule", Frequency: "P1M", ByMonthDay: []int{8}},
		"FREQ=WEEKLY;BYMONTH=9,10":            {Type: "Schedule", Frequency: "P1W", ByDay: []string{"https://schema.org/Tuesday"}, ByMonth: []int{9, 10}},
		"FREQ=MONTHLY;BYDAY=TU;BYSETPOS=-1":   {Type: "PartialSchedule", Frequency: "P1M", ByDay: []string{"https://schema.org/Tuesday"}},
		"FREQ=MONTHLY;BYMONTHDAY=-1":          {Type: "PartialSchedule", Frequency: "P1M"},
		"FREQ=WEEKLY;INTERVAL=2;WKST=SU":      {Type: "PartialSchedule", Frequency: "P2W", ByDay: []string{"https://schema.org/Tuesday"}},
		"FREQ=HOURLY":                         {Type: "PartialSchedule"},
		"FREQ=YEARLY":                         {Type: "PartialSchedule", Frequency: "P1Y"},
		"FREQ=WEEKLY;UNTIL=snart;COUNT=mange": {Type: "PartialSchedule", Frequency: "P1W", ByDay: []string{"https://schema.org/Tuesday"}},
	} {
		got := plans(catalog.Schedule{Series: []catalog.Series{{Start: start, End: start.Add(90 * time.Minute), Rules: []string{rule}}}}, h.Zone, "ScheduledSession")
		want.StartDate, want.StartTime, want.EndTime, want.Duration, want.Zone = "2026-09-08", "18:00", "19:30", "PT1H30M", "Europe/Oslo"
		if want.Type == "Schedule" {
			want.Scheduled = "ScheduledSession"
		}
		if diff := cmp.Diff([]plan{want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
	}
	series := catalog.Series{Start: start, Rules: []string{"FREQ=WEEKLY"}}
	if got := plans(catalog.Schedule{Zone: "UTC", Series: []catalog.Series{series}}, h.Zone, "x"); got[0].Type != "PartialSchedule" || got[0].StartTime != "16:00" || got[0].Zone != "UTC" {
		t.Errorf("without an end, in another zone: %+v", got)
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{90 * time.Minute: "PT1H30M", 24 * time.Hour: "P1D", 26*time.Hour + time.Minute: "P1DT2H1M"} {
		if got := duration(d); got != want {
			t.Errorf("%s: %s", d, got)
		}
	}
}
