package calendar_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
)

func schools(t testing.TB, own string) *calendar.Schools {
	t.Helper()
	fsys := fstest.MapFS{}
	if own != "" {
		fsys[calendar.SchoolFile] = &fstest.MapFile{Data: []byte(own)}
	}
	s, err := calendar.LoadSchools(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSchoolCalendar(t *testing.T) {
	s := schools(t, "")
	for _, test := range []struct{ municipality, day, want string }{
		{"3909", "2026-08-16", "sommerferie"},
		{"3909", "2026-08-17", ""},
		{"3909", "2026-10-02", ""},
		{"3909", "2026-10-03", ""}, // the Saturday before: not said to be a holiday
		{"3909", "2026-10-05", "høstferie"},
		{"3909", "2026-10-09", "høstferie"},
		{"3909", "2026-10-11", "høstferie"}, // the week lasts to its Sunday
		{"3909", "2026-10-12", ""},
		{"3909", "2026-12-18", ""},
		{"3909", "2026-12-19", "juleferie"},
		{"3909", "2027-01-01", "juleferie"},
		{"3909", "2027-01-04", "juleferie"},
		{"3909", "2027-01-05", ""},
		{"3909", "2027-02-28", "vinterferie"},
		{"3909", "2027-03-22", "påskeferie"},
		{"3909", "2027-03-29", "påskeferie"},
		{"3909", "2027-03-30", ""},
		{"3909", "2027-05-01", "1. mai"},
		{"3909", "2027-05-06", "fridager"},
		{"3909", "2027-05-08", ""}, // two days do not make it a holiday of a week
		{"3909", "2027-05-17", "17. mai"},
		{"3909", "2027-06-18", ""},
		{"3909", "2027-06-19", "sommerferie"},
		{"3909", "2027-07-31", "sommerferie"},
		{"3909", "2027-08-02", ""}, // the next school year is not known
		{"3909", "2027-12-25", "1. juledag"},
		{"3909", "2028-04-13", "skjærtorsdag"},
		{"3909", "2028-04-14", "langfredag"},
		{"3909", "2028-05-25", "Kristi himmelfartsdag"},
		{"3909", "2028-06-05", "2. pinsedag"},
		{"3907", "2026-02-18", "vinterferie"},
		{"3907", "2026-06-20", "sommerferie"},
		{"4001", "2026-10-05", ""}, // Telemark is not known
		{"4001", "2026-12-25", ""},
		{"", "2026-10-05", ""},
	} {
		if got := s.In(test.municipality).Break(at(t, test.day)); got != test.want {
			t.Errorf("%s %s: %q, want %q", test.municipality, test.day, got, test.want)
		}
		if closed := s.In(test.municipality).Closed(at(t, test.day)); closed != (test.want != "") {
			t.Errorf("%s %s: Closed is %v", test.municipality, test.day, closed)
		}
	}
}

// TestEaster compares with Easter Sundays of the almanac.
func TestEaster(t *testing.T) {
	s := schools(t, "").In("3909")
	for _, day := range []string{"2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01", "2030-04-21", "2038-04-25", "1999-04-04"} {
		next := at(t, day).AddDate(0, 0, 49)
		if got := s.Break(next); got != "1. pinsedag" {
			t.Errorf("49 days after %s: %q", day, got)
		}
	}
}

func TestOwnSchools(t *testing.T) {
	s := schools(t, `
- area: "4001"
  name: Porsgrunn
  years:
    - year: 2026/2027
      breaks: [{name: høstferie, from: 2026-09-28, to: 2026-10-02}]
- area: "3907"
  years:
    - year: 2026/27
      first: 2026-08-19
      breaks: [{name: planleggingsdag, from: 2026-11-13, to: 2026-11-13}]
`)
	for _, test := range []struct{ municipality, day, want string }{
		{"4001", "2026-10-04", "høstferie"},
		{"4001", "2026-08-02", ""}, // the first day of school is not stated
		{"4012", "2026-10-01", ""}, // its neighbour's calendar is not its own
		{"3907", "2026-08-18", "sommerferie"},
		{"3907", "2026-11-13", "planleggingsdag"},
		{"3907", "2026-10-05", ""},          // its own year stands instead of the county's
		{"3907", "2025-10-06", "høstferie"}, // the year that it leaves to the county
		{"3909", "2026-10-05", "høstferie"}, // the county's other municipalities
		{"3909", "2026-11-13", ""},
	} {
		if got := s.In(test.municipality).Break(at(t, test.day)); got != test.want {
			t.Errorf("%s %s: %q, want %q", test.municipality, test.day, got, test.want)
		}
	}
}

func TestSchoolErrors(t *testing.T) {
	const year = "- area: \"39\"\n  years:\n    - year: 2026/27\n"
	for _, test := range []struct {
		name, text string
		line       int
		part       string
	}{
		{"no list", "hei: du", 1, "liste over områder"},
		{"not YAML", "- area: [", 2, "liste over områder"},
		{"unknown field", "- area: \"39\"\n  skoleår: 1", 2, "feltet skoleår finnes ikke"},
		{"area", "- area: Vestfold", 0, "fylkesnummer"},
		{"year", "- area: \"39\"\n  years: [{year: 2026/28}]", 2, "ikke et skoleår"},
		{"no year", "- area: \"39\"\n  years: [{first: 2026-08-17}]", 2, "ikke et skoleår"},
		{"date", year + "      first: 17.08.2026", 4, "ikke en dato"},
		{"date of another year", year + "      last: 2026-06-18", 4, "ikke i skoleåret"},
		{"last before first", year + "      first: 2027-01-01\n      last: 2026-12-01", 5, "etter den første"},
		{"break backwards", year + "      breaks:\n        - {name: jul, from: 2027-01-03, to: 2026-12-20}", 5, "slutter før"},
		{"break without a name", year + "      breaks:\n        - {from: 2026-12-20, to: 2027-01-03}", 5, "mangler name"},
		{"too large", strings.Repeat("#", 300_000), 0, "større enn"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := calendar.LoadSchools(fstest.MapFS{calendar.SchoolFile: {Data: []byte(test.text)}})
			var wrong calendar.SchoolError
			if !errors.As(err, &wrong) || wrong.File != calendar.SchoolFile || wrong.Line != test.line || !strings.Contains(wrong.What, test.part) {
				t.Errorf("%v (%+v)", err, wrong)
			}
		})
	}
	if _, err := calendar.LoadSchools(nil); err != nil {
		t.Error(err)
	}
}

func FuzzLoadSchools(f *testing.F) {
	f.Add([]byte("- area: \"39\"\n  years:\n    - year: 2026/27\n      first: 2026-08-17\n      breaks: [{name: jul, from: 2026-12-20, to: 2027-01-03}]"))
	f.Add([]byte("- area: \"3909\"\n  years: [{year: 9999/10000}]"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := calendar.LoadSchools(fstest.MapFS{calendar.SchoolFile: {Data: text}})
		if err == nil {
			s.In("3909").Closed(catalog.Date(2026, time.October, 5))
		}
	})
}

// TestExpandRests is what parity, weeks and the schools leave out.
func TestExpandRests(t *testing.T) {
	vestfold := calendar.Hub{Zone: oslo(t), Municipality: "3909", Schools: schools(t, "")}
	tuesday := catalog.Series{Start: at(t, "2026-09-01 18:00"), Rules: []string{"FREQ=WEEKLY"}}
	with := func(change func(*catalog.Series)) catalog.Series { s := tuesday; change(&s); return s }
	tests := []struct {
		name     string
		series   catalog.Series
		place    string
		from, to string
		want     string
	}{
		{"odd weeks over a year of 53 weeks", with(func(s *catalog.Series) { s.WeekParity = catalog.OddWeeks }), "", "2026-12-01", "2027-02-01",
			"2026-12-01 2026-12-15 2026-12-29 2027-01-05 2027-01-19"},
		{"a fortnight's rule beside the parity says nothing more", with(func(s *catalog.Series) {
			s.WeekParity, s.Rules = catalog.EvenWeeks, []string{"FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"}
		}), "", "2026-12-01", "2027-02-01", "2026-12-08 2026-12-22 2027-01-12 2027-01-26"},
		{"a start in the other weeks is none", with(func(s *catalog.Series) { s.WeekParity = catalog.OddWeeks }), "", "2026-09-01", "2026-09-30", "2026-09-08 2026-09-22"},
		{"the number counts only the weeks of the parity", with(func(s *catalog.Series) {
			s.WeekParity, s.Rules = catalog.OddWeeks, []string{"FREQ=WEEKLY;COUNT=3"}
		}), "", "2026-09-01", "2027-09-01", "2026-09-08 2026-09-22 2026-10-06"},
		{"not week 41", with(func(s *catalog.Series) { s.ExceptWeeks = []int{41, 43} }), "", "2026-09-29", "2026-11-01", "2026-09-29 2026-10-13 2026-10-27"},
		{"not week 53 and 1", with(func(s *catalog.Series) { s.ExceptWeeks = []int{1, 53} }), "", "2026-12-15", "2027-01-20", "2026-12-15 2026-12-22 2027-01-12 2027-01-19"},
		{"with the schools", with(func(s *catalog.Series) { s.SchoolCalendar = true }), "", "2026-09-29", "2026-10-20", "2026-09-29 2026-10-13"},
		{"with the schools over Christmas", with(func(s *catalog.Series) { s.SchoolCalendar = true }), "", "2026-12-15", "2027-01-13", "2026-12-15 2027-01-05 2027-01-12"},
		{"with the schools over the summer", with(func(s *catalog.Series) { s.SchoolCalendar = true }), "", "2026-05-26", "2027-01-01",
			"2026-09-01 2026-09-08 2026-09-15 2026-09-22 2026-09-29 2026-10-13 2026-10-20 2026-10-27 2026-11-03 2026-11-10 2026-11-17 2026-11-24 2026-12-01 2026-12-08 2026-12-15"},
		{"without the flag the schools do not matter", tuesday, "", "2026-09-29", "2026-10-20", "2026-09-29 2026-10-06 2026-10-13"},
		{"where the school calendar is not known, nothing is left out", with(func(s *catalog.Series) { s.SchoolCalendar = true }), "4001", "2026-09-29", "2026-10-20", "2026-09-29 2026-10-06 2026-10-13"},
		{"a day that is added counts in a holiday", with(func(s *catalog.Series) { s.SchoolCalendar, s.Added = true, times(t, "2026-10-07 18:00") }), "", "2026-09-29", "2026-10-20",
			"2026-09-29 2026-10-07 2026-10-13"},
		{"an override counts in a week left out", with(func(s *catalog.Series) {
			s.ExceptWeeks = []int{41}
			s.Overrides = []catalog.Override{{ID: at(t, "2026-10-06 18:00"), Occurrence: catalog.Occurrence{Start: at(t, "2026-10-08 18:00")}}}
		}), "", "2026-09-29", "2026-10-20", "2026-09-29 2026-10-08 2026-10-13"},
		{"days as a whole", catalog.Series{Start: at(t, "2026-10-05"), AllDay: true, Rules: []string{"FREQ=DAILY;COUNT=10"}, SchoolCalendar: true}, "", "2026-10-01", "2026-11-01",
			"2026-10-12 2026-10-13 2026-10-14"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			occ, more := vestfold.In(test.place).Expand(catalog.Schedule{Series: []catalog.Series{test.series}}, at(t, test.from+" 00:00"), at(t, test.to+" 00:00"), 0)
			var days []string
			for _, o := range occ {
				days = append(days, o.Start.Format(time.DateOnly))
			}
			if got := strings.Join(days, " "); got != test.want || more {
				t.Errorf("%s, more %v\nwant %s", got, more, test.want)
			}
		})
	}
	ends := with(func(s *catalog.Series) { s.SchoolCalendar, s.Rules = true, []string{"FREQ=WEEKLY;UNTIL=20261012"} })
	if got := vestfold.In("").Ends(catalog.Schedule{Series: []catalog.Series{ends}}); !got.Equal(at(t, "2026-09-29 18:00")) {
		t.Errorf("Ends = %v", got)
	}
}
