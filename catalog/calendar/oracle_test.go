package calendar_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/teambition/rrule-go"
	"pgregory.net/rapid"
)

// oracle gives the wall clocks, as UTC, that rrule-go derives, and start.
func oracle(t interface{ Fatal(...any) }, rule string, start, from, to time.Time) []time.Time {
	o, err := rrule.StrToROption(rule)
	if err != nil {
		t.Fatal(err)
	}
	o.Dtstart = start
	if o.Until.IsZero() || o.Until.After(to) {
		o.Until = to // else it looks for more until the year 9999
	}
	r, err := rrule.NewRRule(*o)
	if err != nil {
		t.Fatal(err)
	}
	out := r.Between(from, to, true)
	if !start.Before(from) && !start.After(to) && !slices.ContainsFunc(out, start.Equal) {
		out = append([]time.Time{start}, out...)
	}
	return out
}

func list(t *rapid.T, name string, from []string) string {
	n := rapid.IntRange(1, 3).Draw(t, name+" count")
	var out []string
	for range n {
		if v := rapid.SampledFrom(from).Draw(t, name); !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return ";" + name + "=" + strings.Join(out, ",")
}

func drawRule(t *rapid.T) string {
	freq := rapid.SampledFrom([]string{"DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "YEARLY"}).Draw(t, "FREQ")
	b := "FREQ=" + freq
	some := func(name string, oneIn int) bool { return rapid.IntRange(1, oneIn).Draw(t, "has "+name) == 1 }
	if some("INTERVAL", 2) {
		b += fmt.Sprintf(";INTERVAL=%d", rapid.IntRange(1, 5).Draw(t, "INTERVAL"))
	}
	days := []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}
	week := false
	if freq == "YEARLY" && some("BYWEEKNO", 5) {
		week = true
		b += list(t, "BYWEEKNO", []string{"2", "10", "20", "51", "-3"})
	}
	if week || some("BYDAY", 2) {
		if !week && (freq == "MONTHLY" || freq == "YEARLY") && some("nth BYDAY", 2) {
			days = []string{"1MO", "2TU", "-1SU", "-2FR", "3WE", "5TH"} // rrule-go wants 2TU,WE to be both at once
		}
		b += list(t, "BYDAY", days)
	}
	if some("BYMONTH", 5) {
		b += list(t, "BYMONTH", []string{"1", "2", "5", "6", "9", "12"})
	}
	if freq != "WEEKLY" && !week && some("BYMONTHDAY", 4) {
		b += list(t, "BYMONTHDAY", []string{"1", "13", "29", "30", "31", "-1", "-7"})
	}
	if freq == "YEARLY" && !week && some("BYYEARDAY", 6) {
		b += list(t, "BYYEARDAY", []string{"1", "60", "100", "366", "-1"})
	}
	if some("BYHOUR", 6) {
		b += list(t, "BYHOUR", []string{"9", "12", "18"})
	}
	// In WEEKLY, rrule-go counts positions from the start within the first week; the RFC counts in the whole week.
	if freq != "WEEKLY" && strings.Contains(b, "BY") && some("BYSETPOS", 5) {
		b += list(t, "BYSETPOS", []string{"1", "2", "-1", "-2"})
	}
	if some("WKST", 4) {
		b += ";WKST=SU"
	}
	return b
}

// TestAgainstOracle compares with rrule-go, an independent implementation, in UTC, where it is right.
func TestAgainstOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := drawRule(t)
		start := time.Date(2024, 1, 1, 18, 30, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 1500).Draw(t, "start"))
		from := start.AddDate(0, 0, rapid.IntRange(-100, 900).Draw(t, "from"))
		to := from.AddDate(0, 0, rapid.IntRange(1, 900).Draw(t, "days"))
		count := 0
		switch rapid.IntRange(0, 2).Draw(t, "bound") {
		case 1:
			rule += ";UNTIL=" + start.AddDate(0, 0, rapid.IntRange(0, 1200).Draw(t, "until")).Format("20060102T150405Z")
		case 2:
			if first := oracle(t, rule, start, start, start.AddDate(12, 0, 0)); len(first) > 1 {
				start = first[1] // what COUNT counts is agreed upon only when the rule gives the start
			} else {
				t.Skip("the rule gives nothing")
			}
			count = rapid.IntRange(1, 60).Draw(t, "COUNT")
			rule += fmt.Sprintf(";COUNT=%d", count)
		}
		want := oracle(t, rule, start, from, to.Add(-1))
		series := []catalog.Series{{Start: start, Rules: []string{rule}}}
		got, more := calendar.Expand(catalog.Schedule{Series: series}, time.UTC, from, to, 0)
		if more && len(got) >= calendar.MaxPerRule {
			want = want[:min(len(want), len(got))]
		}
		if diff := cmp.Diff(want, starts(got), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("DTSTART %v\nRRULE %s\nwindow %v to %v (-rrule-go +ours):\n%s", start, rule, from, to, diff)
		}
		if strings.Contains(rule, "COUNT") || strings.Contains(rule, "UNTIL") {
			all := oracle(t, rule, start, start, start.AddDate(60, 0, 0))
			if count > len(all) {
				t.Skip("goes on for longer than rrule-go was asked for")
			}
			if end := calendar.Ends(catalog.Schedule{Series: series}, time.UTC); !end.Equal(all[len(all)-1]) {
				t.Fatalf("DTSTART %v\nRRULE %s\nEnds = %v, want %v", start, rule, end, all[len(all)-1])
			}
		}
	})
}

// TestWallClockKept expects in Europe/Oslo the same wall clocks as in UTC, whatever the season.
func TestWallClockKept(t *testing.T) {
	zone := oslo(t)
	rapid.Check(t, func(t *rapid.T) {
		rule := drawRule(t)
		wall := time.Date(2025, 1, 1, rapid.IntRange(0, 23).Draw(t, "hour"), 30, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 365).Draw(t, "start"))
		var want []time.Time
		for _, w := range oracle(t, rule, wall, wall, wall.AddDate(0, 0, 330)) {
			want = append(want, catalog.LocalTime(zone, w))
		}
		start := catalog.LocalTime(zone, wall)
		if start.In(zone).Hour() != wall.Hour() {
			t.Skip("an hour that spring skips: the series keeps the hour that its start became")
		}
		s := catalog.Schedule{Zone: "Europe/Oslo", Series: []catalog.Series{{Start: start, Rules: []string{rule}}}}
		got, _ := calendar.Expand(s, time.UTC, start, catalog.LocalTime(zone, wall.AddDate(0, 0, 330)).Add(1), 0)
		if diff := cmp.Diff(want, starts(got), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("DTSTART %v\nRRULE %s (-want +got):\n%s", start, rule, diff)
		}
	})
}

func starts(occ []catalog.Occurrence) (out []time.Time) {
	for _, o := range occ {
		out = append(out, o.Start)
	}
	return out
}

func BenchmarkWeekly(b *testing.B) {
	zone := oslo(b)
	start := time.Date(2026, 9, 1, 18, 0, 0, 0, zone)
	from := time.Date(2026, 11, 22, 12, 0, 0, 0, zone)
	to := from.Add(calendar.HorizonAhead)
	const rule = "FREQ=WEEKLY;BYDAY=TU"
	b.Run("calendar", func(b *testing.B) {
		s := catalog.Schedule{Series: []catalog.Series{{Start: start, End: start.Add(time.Hour), Rules: []string{rule}}}}
		for b.Loop() {
			if occ, _ := calendar.Expand(s, zone, from, to, 0); len(occ) != 57 {
				b.Fatal(len(occ))
			}
		}
	})
	b.Run("rrule-go", func(b *testing.B) {
		for b.Loop() {
			o, _ := rrule.StrToROption(rule)
			o.Dtstart = start
			r, _ := rrule.NewRRule(*o)
			if occ := r.Between(from, to, true); len(occ) != 57 {
				b.Fatal(len(occ))
			}
		}
	})
}
