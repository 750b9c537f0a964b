package calendar_test

import (
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func oslo(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// at reads "2026-10-14" as a day and "2026-10-14 18:00", also with an offset, as an instant in Europe/Oslo.
func at(t testing.TB, s string) time.Time {
	t.Helper()
	for _, layout := range []string{"2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04-07:00"} {
		d, err := time.Parse(layout, s)
		switch {
		case err != nil:
		case layout == "2006-01-02 15:04":
			return catalog.LocalTime(oslo(t), d)
		default:
			return d
		}
	}
	t.Fatalf("bad time in test: %q", s)
	return time.Time{}
}

func times(t testing.TB, list ...string) (out []time.Time) {
	for _, s := range list {
		out = append(out, at(t, s))
	}
	return out
}

// show prints an occurrence as "2026-10-14 18:00+02:00 90m", the status after it when there is one.
func show(occ []catalog.Occurrence) (out []string) {
	for _, o := range occ {
		s := o.Start.Format("2006-01-02 15:04-07:00")
		if o.AllDay {
			s = o.Start.Format("2006-01-02")
		}
		if !o.End.IsZero() {
			s += " " + strings.Replace(strings.TrimSuffix(o.End.Sub(o.Start).String(), "0s"), "h0m", "h", 1)
		}
		if o.Status != "" {
			s += " " + string(o.Status)
		}
		out = append(out, s)
	}
	return out
}

func TestExpand(t *testing.T) {
	const year = "2026-01-01 00:00"
	weekly := func(start, end string, rules ...string) catalog.Series {
		s := catalog.Series{Start: at(t, start), Rules: rules, AllDay: len(start) == 10}
		if end != "" {
			s.End = at(t, end)
		}
		return s
	}
	with := func(s catalog.Series, change func(*catalog.Series)) catalog.Series { change(&s); return s }
	moved := func(id, start, end string, following bool) catalog.Override {
		o := catalog.Override{ID: at(t, id), Following: following}
		o.Occurrence = catalog.Occurrence{Start: at(t, start), AllDay: len(start) == 10}
		if end != "" {
			o.Occurrence.End = at(t, end)
		}
		return o
	}
	tests := []struct {
		name     string
		from, to string
		schedule catalog.Schedule
		series   catalog.Series
		want     []string
	}{
		{name: "weekly across the autumn change keeps the wall clock",
			series: weekly("2026-10-14 18:00", "2026-10-14 19:30", "FREQ=WEEKLY;COUNT=5"),
			want: []string{"2026-10-14 18:00+02:00 1h30m", "2026-10-21 18:00+02:00 1h30m", "2026-10-28 18:00+01:00 1h30m",
				"2026-11-04 18:00+01:00 1h30m", "2026-11-11 18:00+01:00 1h30m"}},
		{name: "an hour that autumn doubles is the first of the two",
			series: weekly("2026-10-18 02:30", "", "FREQ=WEEKLY;COUNT=3"),
			want:   []string{"2026-10-18 02:30+02:00", "2026-10-25 02:30+02:00", "2026-11-01 02:30+01:00"}},
		{name: "an hour that spring skips goes forward",
			series: weekly("2026-03-22 02:30", "", "FREQ=WEEKLY;COUNT=3"),
			want:   []string{"2026-03-22 02:30+01:00", "2026-03-29 03:30+02:00", "2026-04-05 02:30+02:00"}},
		{name: "a start in the second of two hours is given once",
			series: weekly("2026-10-25 02:30+01:00", "", "FREQ=DAILY;COUNT=2"),
			want:   []string{"2026-10-25 02:30+01:00", "2026-10-26 02:30+01:00"}},
		{name: "until as a date is the end of that local day",
			series: weekly("2026-05-05 23:30", "", "FREQ=DAILY;UNTIL=20260507"),
			want:   []string{"2026-05-05 23:30+02:00", "2026-05-06 23:30+02:00", "2026-05-07 23:30+02:00"}},
		{name: "until as local time",
			series: weekly("2026-05-05 18:00", "", "FREQ=DAILY;UNTIL=20260506T180000"),
			want:   []string{"2026-05-05 18:00+02:00", "2026-05-06 18:00+02:00"}},
		{name: "until in UTC",
			series: weekly("2026-05-05 18:00", "", "FREQ=DAILY;UNTIL=20260506T155959Z"),
			want:   []string{"2026-05-05 18:00+02:00"}},
		{name: "until in UTC of an all-day series is a local day",
			series: weekly("2026-05-05", "", "FREQ=DAILY;UNTIL=20260505T220000Z"),
			want:   []string{"2026-05-05", "2026-05-06"}},
		{name: "until before the start leaves the start",
			series: weekly("2026-05-05 18:00", "", "FREQ=DAILY;UNTIL=20200101"),
			want:   []string{"2026-05-05 18:00+02:00"}},
		{name: "a start outside the rule counts, and is the first of COUNT",
			series: weekly("2026-05-05 18:00", "", "FREQ=WEEKLY;BYDAY=WE;COUNT=3"),
			want:   []string{"2026-05-05 18:00+02:00", "2026-05-06 18:00+02:00", "2026-05-13 18:00+02:00"}},
		{name: "all days excepted",
			series: with(weekly("2026-05-05 18:00", "", "FREQ=WEEKLY;COUNT=2"), func(s *catalog.Series) {
				s.Except = times(t, "2026-05-05 18:00", "2026-05-12 18:00")
			})},
		{name: "except in UTC is the same instant",
			series: with(weekly("2026-05-05 18:00", "", "FREQ=WEEKLY;COUNT=3"), func(s *catalog.Series) {
				s.Except = times(t, "2026-05-12 16:00+00:00")
			}),
			want: []string{"2026-05-05 18:00+02:00", "2026-05-19 18:00+02:00"}},
		{name: "except as a day drops all of that day",
			series: with(weekly("2026-05-05 18:00", "", "FREQ=DAILY;BYHOUR=18,20;COUNT=6"), func(s *catalog.Series) {
				s.Except = times(t, "2026-05-06")
			}),
			want: []string{"2026-05-05 18:00+02:00", "2026-05-05 20:00+02:00", "2026-05-07 18:00+02:00", "2026-05-07 20:00+02:00"}},
		{name: "midnight UTC is an instant when that is the clock of the series",
			series: with(weekly("2026-05-05 02:00", "", "FREQ=DAILY;COUNT=3"), func(s *catalog.Series) {
				s.Except = times(t, "2026-05-06 00:00+00:00")
			}),
			want: []string{"2026-05-05 02:00+02:00", "2026-05-07 02:00+02:00"}},
		{name: "added days, one of them twice",
			series: with(weekly("2026-05-05 18:00", "2026-05-05 19:00"), func(s *catalog.Series) {
				s.Added = times(t, "2026-05-09 12:00", "2026-05-05 18:00", "2026-05-09 12:00")
			}),
			want: []string{"2026-05-05 18:00+02:00 1h", "2026-05-09 12:00+02:00 1h"}},
		{name: "overrides move and cancel, and are there only once",
			series: with(weekly("2026-05-05 18:00", "", "FREQ=WEEKLY;COUNT=4"), func(s *catalog.Series) {
				s.Overrides = []catalog.Override{moved("2026-05-12 18:00", "2026-05-13 19:00", "", false),
					{ID: at(t, "2026-05-19 18:00"), Occurrence: catalog.Occurrence{Start: at(t, "2026-05-19 18:00"), Status: catalog.StatusCancelled}}}
			}),
			want: []string{"2026-05-05 18:00+02:00", "2026-05-13 19:00+02:00", "2026-05-19 18:00+02:00 cancelled", "2026-05-26 18:00+02:00"}},
		{name: "an override moved into the window", from: "2026-05-20 00:00", to: "2026-05-24 00:00",
			series: with(weekly("2026-05-05 18:00", "", "FREQ=WEEKLY"), func(s *catalog.Series) {
				s.Overrides = []catalog.Override{moved("2026-08-04 18:00", "2026-05-21 18:00", "", false)}
			}),
			want: []string{"2026-05-21 18:00+02:00"}},
		{name: "an override moved out of the window", from: "2026-05-11 00:00", to: "2026-05-14 00:00",
			series: with(weekly("2026-05-05 18:00", "", "FREQ=WEEKLY"), func(s *catalog.Series) {
				s.Overrides = []catalog.Override{moved("2026-05-12 18:00", "2026-08-21 18:00", "", false)}
			})},
		{name: "an override of a day in a series with clock times",
			series: with(weekly("2026-05-05 18:00", "", "FREQ=WEEKLY;COUNT=3"), func(s *catalog.Series) {
				s.Overrides = []catalog.Override{moved("2026-05-12", "2026-05-12 20:00", "", false)}
			}),
			want: []string{"2026-05-05 18:00+02:00", "2026-05-12 20:00+02:00", "2026-05-19 18:00+02:00"}},
		{name: "an orphan override counts",
			series: with(weekly("2026-05-05 18:00", "", "FREQ=WEEKLY;COUNT=1"), func(s *catalog.Series) {
				s.Overrides = []catalog.Override{moved("2026-06-02 11:00", "2026-06-02 12:00", "", false)}
			}),
			want: []string{"2026-05-05 18:00+02:00", "2026-06-02 12:00+02:00"}},
		{name: "this and following, and one later by itself",
			series: with(weekly("2026-05-05 18:00", "2026-05-05 19:00", "FREQ=WEEKLY;COUNT=5"), func(s *catalog.Series) {
				s.Overrides = []catalog.Override{moved("2026-05-12 18:00", "2026-05-13 19:30", "2026-05-13 21:30", true),
					moved("2026-05-26 18:00", "2026-05-26 10:00", "", false)}
			}),
			want: []string{"2026-05-05 18:00+02:00 1h", "2026-05-13 19:30+02:00 2h", "2026-05-20 19:30+02:00 2h", "2026-05-26 10:00+02:00", "2026-06-03 19:30+02:00 2h"}},
		{name: "this and following over the change of clocks, seen from a later window", from: "2026-10-24 00:00", to: "2026-11-01 00:00",
			series: with(weekly("2026-10-06 18:00", "", "FREQ=WEEKLY"), func(s *catalog.Series) {
				s.Overrides = []catalog.Override{moved("2026-10-13 18:00", "2026-10-17 12:00", "", true)}
			}),
			want: []string{"2026-10-24 12:00+02:00", "2026-10-31 12:00+01:00"}},
		{name: "two rules that meet",
			series: weekly("2026-05-05 18:00", "", "FREQ=WEEKLY;COUNT=3", "FREQ=DAILY;INTERVAL=14;COUNT=2"),
			want:   []string{"2026-05-05 18:00+02:00", "2026-05-12 18:00+02:00", "2026-05-19 18:00+02:00"}},
		{name: "a bad rule beside a good one",
			series: weekly("2026-05-05 18:00", "", "FREQ=SECONDLY", "FREQ=WEEKLY;COUNT=2"),
			want:   []string{"2026-05-05 18:00+02:00", "2026-05-12 18:00+02:00"}},
		{name: "the 31st skips short months",
			series: weekly("2026-01-31", "", "FREQ=MONTHLY;COUNT=4"),
			want:   []string{"2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31"}},
		{name: "last weekday but one of the month",
			series: weekly("2026-09-29 09:00", "", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=3"),
			want:   []string{"2026-09-29 09:00+02:00", "2026-10-29 09:00+01:00", "2026-11-27 09:00+01:00"}},
		{name: "week 20 takes the weekday from the start",
			series: weekly("2026-05-13 09:00", "", "FREQ=YEARLY;BYWEEKNO=20;COUNT=2"), to: "2028-01-01 00:00",
			want: []string{"2026-05-13 09:00+02:00", "2027-05-19 09:00+02:00"}},
		{name: "week 1 belongs partly to the year before",
			series: weekly("2025-12-29", "", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;COUNT=2"), from: "2025-01-01 00:00", to: "2028-01-01 00:00",
			want: []string{"2025-12-29", "2027-01-04"}},
		{name: "all-day days that last three days, one begun before the window", from: "2026-05-07 00:00", to: "2026-05-15 00:00",
			series: weekly("2026-05-05", "2026-05-07", "FREQ=WEEKLY"),
			want:   []string{"2026-05-05 48h", "2026-05-12 48h"}},
		{name: "an all-day day is over at midnight of the zone", from: "2026-05-06 00:00", to: "2026-05-12 00:00",
			series: weekly("2026-05-05", "", "FREQ=WEEKLY")},
		{name: "an all-day override among clock times",
			series: with(weekly("2026-05-05 18:00", "", "FREQ=WEEKLY;COUNT=3"), func(s *catalog.Series) {
				s.Overrides = []catalog.Override{moved("2026-05-12 18:00", "2026-05-12", "", true)}
			}),
			want: []string{"2026-05-05 18:00+02:00", "2026-05-12", "2026-05-19"}},
		{name: "what ends as the window begins is not in it, what begins as it ends neither", from: "2026-05-05 19:00", to: "2026-05-12 18:00",
			series: weekly("2026-05-05 18:00", "2026-05-05 19:00", "FREQ=WEEKLY")},
		{name: "without an end it is in a window that begins with it", from: "2026-05-12 18:00", to: "2026-05-12 18:01",
			series: weekly("2026-05-05 18:00", "", "FREQ=WEEKLY"),
			want:   []string{"2026-05-12 18:00+02:00"}},
		{name: "a start four centuries ago", from: "2026-05-01 00:00", to: "2026-05-15 00:00",
			series: weekly("1601-01-01 12:00+00:43", "", "FREQ=WEEKLY;BYDAY=TU"),
			want:   []string{"2026-05-05 12:00+02:00", "2026-05-12 12:00+02:00"}},
		{name: "COUNT from long ago", from: "2026-01-01 00:00", to: "2027-01-01 00:00",
			series: weekly("1990-01-01 12:00", "", "FREQ=DAILY;COUNT=13151"),
			want:   []string{"2026-01-01 12:00+01:00", "2026-01-02 12:00+01:00"}},
		{name: "single dates, one twice, sorted with the series",
			schedule: catalog.Schedule{Dates: []catalog.Occurrence{
				{Start: at(t, "2026-06-01 10:00"), Status: catalog.StatusFull}, {Start: at(t, "2026-05-06"), AllDay: true}, {Start: at(t, "2026-06-01 08:00+00:00")}}},
			series: weekly("2026-05-05 18:00", "", "FREQ=WEEKLY;COUNT=2"),
			want:   []string{"2026-05-05 18:00+02:00", "2026-05-06", "2026-05-12 18:00+02:00", "2026-06-01 10:00+02:00 full"}},
		{name: "a series in another zone follows that zone", from: "2026-03-01 00:00", to: "2026-04-01 00:00",
			schedule: catalog.Schedule{Zone: "America/New_York"},
			series:   weekly("2026-03-04 18:00-05:00", "", "FREQ=WEEKLY;COUNT=2"),
			want:     []string{"2026-03-04 18:00-05:00", "2026-03-11 18:00-04:00"}},
		{name: "an unknown zone is the hub's",
			schedule: catalog.Schedule{Zone: "Larvik/Stavern"},
			series:   weekly("2026-05-05 18:00", ""),
			want:     []string{"2026-05-05 18:00+02:00"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			from, to := at(t, year), at(t, "2027-01-01 00:00")
			if test.from != "" {
				from = at(t, test.from)
			}
			if test.to != "" {
				to = at(t, test.to)
			}
			s := test.schedule
			if !test.series.Start.IsZero() {
				s.Series = append(s.Series, test.series)
			}
			got, more := calendar.Expand(s, oslo(t), from, to, 0)
			if diff := cmp.Diff(test.want, show(got), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if more {
				t.Error("more is true")
			}
		})
	}
}

func TestExpandBounds(t *testing.T) {
	zone := oslo(t)
	from := at(t, "2026-01-01 00:00")
	daily := catalog.Schedule{Series: []catalog.Series{{Start: at(t, "2020-01-01 10:00"), Rules: []string{"FREQ=DAILY;BYHOUR=10,12,14"}}}}
	if occ, more := calendar.Expand(daily, zone, from, from.AddDate(2, 0, 0), 0); len(occ) != calendar.MaxPerRule || !more {
		t.Errorf("a rule gave %d occurrences, more %v; want %d, true", len(occ), more, calendar.MaxPerRule)
	}
	if occ, more := calendar.Expand(daily, zone, from, from.AddDate(2, 0, 0), 7); len(occ) != 7 || !more || !occ[0].Start.Equal(at(t, "2026-01-01 10:00")) {
		t.Errorf("with max 7: %v, more %v", show(occ), more)
	}
	if occ, more := calendar.Expand(daily, zone, from, from.AddDate(0, 0, 2), 6); len(occ) != 6 || more {
		t.Errorf("max 6 of 6: %d, more %v", len(occ), more)
	}
}

// TestHostileRules expects an answer at once; a hang is caught by the deadline of the test run.
func TestHostileRules(t *testing.T) {
	zone := oslo(t)
	from := at(t, "2026-11-22 12:00")
	every := func(n int) string {
		var s []string
		for i := range n {
			s = append(s, string(rune('0'+i/10))+string(rune('0'+i%10)))
		}
		return strings.Join(s, ",")
	}
	rules := []string{
		"FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;COUNT=-1",
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2,4,6,9,11", "FREQ=MONTHLY;BYDAY=9MO",
		"FREQ=DAILY;BYHOUR=" + every(24) + ";BYMINUTE=" + every(60) + ";BYSECOND=" + every(60) + ";COUNT=1",
		"FREQ=YEARLY;BYYEARDAY=1;BYMONTH=2", "FREQ=WEEKLY;UNTIL=soon", "FREQ=WEEKLY;BYDAY=XX", "FREQ=FORTNIGHTLY", "INTERVAL=2", "", "FREQ=DAILY;COUNT",
		"FREQ=DAILY;BYMONTHDAY=32", "FREQ=DAILY;BYHOUR=24", "FREQ=DAILY;BYHOUR=-1", "FREQ=DAILY;INTERVAL=99999999999999999999", "FREQ=DAILY;WKST=XX",
		"FREQ=YEARLY;BYDAY=54MO", "RSCALE=CHINESE;FREQ=YEARLY", "FREQ=DAILY;BYEASTER=1", "FREQ=DAILY;SKIP=FORWARD",
	}
	for _, rule := range rules {
		if err := calendar.CheckRule(rule); err == nil {
			t.Errorf("CheckRule(%.60q) is nil", rule)
		}
		for _, start := range []string{"2026-12-01 18:00", "1700-01-01 18:00"} {
			s := catalog.Schedule{Series: []catalog.Series{{Start: at(t, start), Rules: []string{rule}}}}
			want := 0
			if start > "2026" {
				want = 1 // the start itself
			}
			occ, _ := calendar.Expand(s, zone, from, from.Add(calendar.HorizonAhead), 0)
			if len(occ) != want {
				t.Errorf("%.60q from %s gave %v", rule, start, show(occ))
			}
			if end := calendar.Ends(s, zone); !end.Equal(at(t, start)) {
				t.Errorf("%.60q from %s: Ends = %v", rule, start, end)
			}
		}
	}
}

func TestCheckRuleAccepts(t *testing.T) {
	for _, rule := range []string{
		"FREQ=WEEKLY", "freq=weekly;byday=mo", "RRULE:FREQ=WEEKLY;BYDAY=TU ", "FREQ=WEEKLY;WKST=MO;BYDAY=TU,TH;UNTIL=20270531T215959Z;", "FREQ=WEEKLY;BYDAY=;COUNT=3",
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29", "FREQ=MONTHLY;BYDAY=-1SU", "FREQ=YEARLY;BYWEEKNO=53", "FREQ=YEARLY;BYDAY=20MO", "FREQ=DAILY;UNTIL=2027-05-31",
		"RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=OMIT", "FREQ=DAILY;X-VENDOR=1", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "FREQ=DAILY;BYHOUR=10,11,12,13",
	} {
		if err := calendar.CheckRule(rule); err != nil {
			t.Errorf("CheckRule(%q): %v", rule, err)
		}
	}
}

func TestEnds(t *testing.T) {
	start := at(t, "2026-05-05 18:00")
	series := func(rules ...string) catalog.Schedule {
		return catalog.Schedule{Series: []catalog.Series{{Start: start, End: start.Add(time.Hour), Rules: rules}}}
	}
	excepted := series("FREQ=WEEKLY;UNTIL=20280101")
	for day := start; day.Before(at(t, "2028-01-01")); day = day.AddDate(0, 0, 1) {
		if day.After(at(t, "2026-06-10")) {
			excepted.Series[0].Except = append(excepted.Series[0].Except, catalog.Date(day.Date()))
		}
	}
	moved := series("FREQ=WEEKLY;COUNT=2")
	moved.Series[0].Overrides = []catalog.Override{{ID: start.AddDate(0, 0, 7), Occurrence: catalog.Occurrence{Start: at(t, "2026-09-01 12:00")}}}
	none := series("FREQ=WEEKLY;COUNT=2")
	none.Series[0].Except = times(t, "2026-05-05 18:00", "2026-05-12 18:00")
	tests := []struct {
		name string
		s    catalog.Schedule
		want string
	}{
		{"all excepted", none, "2026-05-05 18:00"},
		{"endless", series("FREQ=WEEKLY"), ""},
		{"one rule of two endless", series("FREQ=WEEKLY;COUNT=2", "FREQ=MONTHLY"), ""},
		{"undated", catalog.Schedule{ValidThrough: at(t, "2026-12-31")}, ""},
		{"until", series("FREQ=WEEKLY;UNTIL=20260531"), "2026-05-26 19:00"},
		{"until years away", series("FREQ=YEARLY;INTERVAL=3;UNTIL=20500101"), "2047-05-05 19:00"},
		{"count", series("FREQ=WEEKLY;COUNT=3"), "2026-05-19 19:00"},
		{"a year and a half excepted at the end", excepted, "2026-06-09 19:00"},
		{"last one moved", moved, "2026-09-01 12:00"},
		{"all-day", catalog.Schedule{Dates: []catalog.Occurrence{{Start: at(t, "2026-05-05"), End: at(t, "2026-05-07"), AllDay: true}}}, "2026-05-08 00:00"},
		{"no end stated", catalog.Schedule{Dates: []catalog.Occurrence{{Start: start}}}, "2026-05-05 18:00"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var want time.Time
			if test.want != "" {
				want = at(t, test.want)
			}
			if got := calendar.Ends(test.s, oslo(t)); !got.Equal(want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func FuzzExpand(f *testing.F) {
	for _, rule := range []string{"FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20270531", "FREQ=MONTHLY;BYDAY=-1SU;BYSETPOS=1", "FREQ=YEARLY;BYWEEKNO=53,-1", "FREQ=DAILY;BYHOUR=9,18;COUNT=9"} {
		f.Add(rule, int64(1_800_000_000), int64(1_800_000_000), uint16(400))
	}
	zone := oslo(f)
	f.Fuzz(func(t *testing.T, rule string, start, from int64, days uint16) {
		const span = 200_000_000_000 // years before 1 and after 8000
		begin, a := time.Unix(start%span, 0), time.Unix(from%span, 0)
		b := a.AddDate(0, 0, int(days))
		s := catalog.Schedule{Series: []catalog.Series{{Start: begin, End: begin.Add(time.Hour), Rules: []string{rule}}}}
		occ, _ := calendar.Expand(s, zone, a, b, 0)
		for i, o := range occ {
			if !o.Start.Before(b) || !o.End.After(a) {
				t.Errorf("%v is outside %v to %v", o.Start, a, b)
			}
			if i > 0 && !occ[i-1].Start.Before(o.Start) {
				t.Errorf("%v comes after %v", o.Start, occ[i-1].Start)
			}
			if o.Start.Before(begin) {
				t.Errorf("%v is before the start %v", o.Start, begin)
			}
		}
		if end := calendar.Ends(s, zone); !end.IsZero() && len(occ) > 0 && end.Before(occ[len(occ)-1].End) && len(occ) < calendar.MaxPerRule {
			t.Errorf("Ends = %v, before the last occurrence %v", end, occ[len(occ)-1].End)
		}
		calendar.Text(s, zone, a, "nb")
	})
}
