package calendar_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
)

// BenchmarkWorst is a rule that uses up the bound on the work of one rule.
func BenchmarkWorst(b *testing.B) {
	zone := oslo(b)
	for _, rule := range []string{"FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=2", "FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;COUNT=1000000",
		"FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=6;COUNT=9"} {
		b.Run(rule, func(b *testing.B) {
			s := catalog.Schedule{Series: []catalog.Series{{Start: time.Date(1990, 1, 1, 12, 0, 0, 0, zone), Rules: []string{rule}}}}
			for b.Loop() {
				calendar.Ends(s, zone)
			}
		})
	}
}

func BenchmarkMonthly(b *testing.B) {
	zone := oslo(b)
	from := time.Date(2026, 11, 22, 12, 0, 0, 0, zone)
	for _, rule := range []string{"FREQ=MONTHLY;BYDAY=-1SU", "FREQ=MONTHLY;BYMONTHDAY=15", "FREQ=YEARLY"} {
		b.Run(rule, func(b *testing.B) {
			s := catalog.Schedule{Series: []catalog.Series{{Start: time.Date(2020, 1, 1, 12, 0, 0, 0, zone), Rules: []string{rule}}}}
			for b.Loop() {
				calendar.Expand(s, zone, from, from.Add(calendar.HorizonAhead), 0)
			}
		})
	}
}

func BenchmarkText(b *testing.B) {
	zone := oslo(b)
	now := at(b, "2026-11-22 12:00")
	for file, cases := range textCases(b) {
		b.Run(filepath.Base(file), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				calendar.Text(cases[i%len(cases)].Schedule, zone, now, "nb")
			}
		})
	}
}

// BenchmarkRests compares a series that follows the schools with one that does not.
func BenchmarkRests(b *testing.B) {
	hub := calendar.Hub{Zone: oslo(b), Municipality: "3909", Schools: schools(b, "")}
	from := at(b, "2026-11-22 12:00")
	for _, school := range []bool{false, true} {
		b.Run(fmt.Sprintf("school=%v", school), func(b *testing.B) {
			s := catalog.Schedule{Series: []catalog.Series{{Start: at(b, "2025-01-07 18:00"), Rules: []string{"FREQ=WEEKLY"}, SchoolCalendar: school}}}
			if school {
				s.Series[0].WeekParity = catalog.OddWeeks
			}
			for b.Loop() {
				hub.In("").Expand(s, from, from.Add(calendar.HorizonAhead), 0)
			}
		})
	}
}
