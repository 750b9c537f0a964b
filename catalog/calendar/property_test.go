package calendar_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"

	"pgregory.net/rapid"
)

// drawSchedule draws what sources and texts give: mostly plain rules, with everything that a series can have beside them.
func drawSchedule(t *rapid.T, zone *time.Location) catalog.Schedule {
	instant := func(name string) time.Time {
		day := catalog.Date(2025, time.June, 1).AddDate(0, 0, rapid.IntRange(0, 900).Draw(t, name))
		return catalog.LocalTime(zone, day.Add(time.Duration(rapid.SampledFrom([]int{0, 2*60 + 30, 9 * 60, 18 * 60, 18*60 + 30, 23*60 + 45}).Draw(t, name+" clock"))*time.Minute))
	}
	day := func(name string) time.Time { x := instant(name); return catalog.Date(x.Date()) }
	var s catalog.Schedule
	for range rapid.IntRange(0, 3).Draw(t, "series") {
		x := catalog.Series{Start: instant("start"), WeekParity: rapid.SampledFrom([]catalog.WeekParity{"", "", catalog.OddWeeks, catalog.EvenWeeks}).Draw(t, "parity"),
			SchoolCalendar: rapid.Bool().Draw(t, "school"), ExceptWeeks: rapid.SliceOfN(rapid.IntRange(1, 53), 0, 3).Draw(t, "weeks")}
		slices.Sort(x.ExceptWeeks)
		x.ExceptWeeks = slices.Compact(x.ExceptWeeks)
		if rapid.IntRange(1, 5).Draw(t, "all day") == 1 {
			x.Start, x.AllDay = catalog.Date(x.Start.Date()), true
		} else if rapid.Bool().Draw(t, "has end") {
			x.End = x.Start.Add(time.Duration(rapid.SampledFrom([]int{45, 90, 240, 60 * 30}).Draw(t, "minutes")) * time.Minute)
		}
		rule := rapid.SampledFrom([]string{"FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=DAILY", "FREQ=DAILY;INTERVAL=2",
			"FREQ=MONTHLY;BYDAY=1TU", "FREQ=MONTHLY;BYDAY=-1SU,2SA", "FREQ=MONTHLY", "FREQ=YEARLY", "FREQ=WEEKLY;BYMONTH=9,10,11", "FREQ=YEARLY;BYMONTH=10;BYDAY=1SA", "FREQ=WEEKLY;BYHOUR=10,12"}).Draw(t, "rule")
		rule += rapid.SampledFrom([]string{"", ";COUNT=5", ";COUNT=1", ";UNTIL=20270531", ";UNTIL=20261212T170000Z"}).Draw(t, "until")
		x.Rules = []string{rule}
		for range rapid.IntRange(0, 2).Draw(t, "excepted") {
			x.Except = append(x.Except, day("except"))
		}
		if !x.AllDay && rapid.IntRange(1, 4).Draw(t, "added") == 1 {
			x.Added = append(x.Added, instant("added on"))
		}
		if !x.AllDay && rapid.IntRange(1, 4).Draw(t, "override") == 1 {
			x.Overrides = append(x.Overrides, catalog.Override{ID: instant("id"), Occurrence: catalog.Occurrence{Start: instant("moved to"),
				Status: rapid.SampledFrom([]catalog.Status{"", catalog.StatusCancelled}).Draw(t, "status")}})
		}
		s.Series = append(s.Series, x)
	}
	for range rapid.IntRange(0, 6).Draw(t, "dates") {
		o := catalog.Occurrence{Start: instant("date")}
		switch rapid.IntRange(0, 3).Draw(t, "kind of date") {
		case 0:
			o.End = o.Start.Add(2 * time.Hour)
		case 1:
			o.End = o.Start.Add(50 * time.Hour)
		case 2:
			o.Start, o.AllDay = catalog.Date(o.Start.Date()), true
			o.End = o.Start.AddDate(0, 0, rapid.IntRange(0, 3).Draw(t, "more days"))
		}
		s.Dates = append(s.Dates, o)
	}
	return s
}

// TestRestsProperties: with the schools there are no more occurrences than without, in order, each in a week that the series has, at its
// clock, and none that rests.
func TestRestsProperties(t *testing.T) {
	zone := oslo(t)
	known := calendar.Hub{Zone: zone, Municipality: "3909", Schools: schools(t, "")}.In("")
	from := catalog.LocalTime(zone, catalog.Date(2026, time.January, 1))
	to := from.AddDate(1, 6, 0)
	rapid.Check(t, func(t *rapid.T) {
		s := drawSchedule(t, zone)
		without, _ := calendar.Expand(s, zone, from, to, 0)
		with, _ := known.Expand(s, from, to, 0)
		for i, o := range with {
			if !slices.ContainsFunc(without, func(w catalog.Occurrence) bool {
				return w.Start.Equal(o.Start) && w.End.Equal(o.End) && w.AllDay == o.AllDay
			}) {
				t.Errorf("%v only with the school calendar", o.Start)
			}
			if i > 0 {
				a, _ := with[i-1].Span(zone)
				if b, _ := o.Span(zone); b.Before(a) {
					t.Errorf("%v comes after %v", o.Start, with[i-1].Start)
				}
			}
		}
		for _, x := range s.Series {
			explicit := func(o catalog.Occurrence) bool {
				return slices.ContainsFunc(x.Added, o.Start.Equal) || slices.ContainsFunc(x.Overrides, func(v catalog.Override) bool { return v.Occurrence.Start.Equal(o.Start) })
			}
			one, _ := known.Expand(catalog.Schedule{Series: []catalog.Series{x}}, from, to, 0)
			for _, o := range one {
				if explicit(o) {
					continue
				}
				_, week := o.Start.ISOWeek()
				if !x.WeekParity.Has(week) || slices.Contains(x.ExceptWeeks, week) {
					t.Errorf("%v is in week %d; %q, not %v", o.Start, week, x.WeekParity, x.ExceptWeeks)
				}
				if x.SchoolCalendar && known.School.Closed(o.Start) {
					t.Errorf("%v is in %s", o.Start, known.School.Break(o.Start))
				}
				wall := x.Start.In(zone).Format("15.04")
				if got := o.Start.Format("15.04"); !x.AllDay && !strings.Contains(x.Rules[0], "BYHOUR") && got != wall && wall != "02.30" {
					t.Errorf("%v is not at %s", o.Start, wall)
				}
			}
			if end := known.Ends(catalog.Schedule{Series: []catalog.Series{x}}); !end.IsZero() && len(one) > 0 {
				if _, b := one[len(one)-1].Span(zone); end.Before(b) {
					t.Errorf("Ends = %v, the last is over at %v", end, b)
				}
			}
		}
	})
}

// TestTextProperties: what has a date of a sort that can be said is said, in every language, in bokmål for one without words, and never
// with a place that was not filled.
func TestTextProperties(t *testing.T) {
	zone := oslo(t)
	now := at(t, "2026-11-22 12:00")
	rapid.Check(t, func(t *rapid.T) {
		s := drawSchedule(t, zone)
		texts := map[string]string{}
		for _, lang := range []string{"nb", "nn", "en", "se", "uk", "pl", "ar", "so", "ti", "xx", ""} {
			text := calendar.Text(s, zone, now, lang)
			texts[lang] = text
			if strings.ContainsAny(text, "{}|%") || strings.Contains(text, "  ") || strings.TrimSpace(text) != text || strings.Contains(text, ", ,") || strings.HasSuffix(text, ",") {
				t.Errorf("%s: %q", lang, text)
			}
		}
		if texts["xx"] != texts["nb"] || texts[""] != texts["nb"] {
			t.Errorf("an unknown language has %q, bokmål %q", texts["xx"], texts["nb"])
		}
		for lang, text := range texts {
			if (text == "") != (texts["nb"] == "") {
				t.Errorf("%s says %q, bokmål %q", lang, text, texts["nb"])
			}
		}
		if len(s.Series) == 0 && (texts["nb"] == "") != (len(s.Dates) == 0) {
			t.Errorf("%d dates: %q", len(s.Dates), texts["nb"])
		}
		if len(s.Series) > 1 { // the order in which series stand does not matter
			turned := catalog.Schedule{Dates: s.Dates, Series: slices.Clone(s.Series)}
			slices.Reverse(turned.Series)
			if got := calendar.Text(turned, zone, now, "nb"); len(got) != len(texts["nb"]) {
				t.Errorf("turned: %q, %q", got, texts["nb"])
			}
		}
	})
}

func FuzzText(f *testing.F) {
	for _, rule := range []string{"FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20270531", "FREQ=MONTHLY;BYDAY=-1SU", "FREQ=YEARLY", "FREQ=DAILY;BYHOUR=9,18;COUNT=9", "FREQ=MONTHLY;BYDAY=-5MO;BYSETPOS=1"} {
		f.Add(rule, int64(1_800_000_000), uint16(90), int64(1_790_000_000), byte(0), byte(41))
	}
	zone := oslo(f)
	f.Fuzz(func(t *testing.T, rule string, start int64, minutes uint16, now int64, flags, week byte) {
		const span = 200_000_000_000
		begin := time.Unix(start%span, 0)
		x := catalog.Series{Start: begin, End: begin.Add(time.Duration(minutes) * time.Minute), Rules: []string{rule}, ExceptWeeks: []int{int(week)}, SchoolCalendar: flags&1 != 0, Except: []time.Time{begin}}
		if flags&2 != 0 {
			x.WeekParity = catalog.OddWeeks
		}
		if flags&4 != 0 {
			x.Start, x.End, x.AllDay = catalog.Date(begin.Date()), catalog.Date(begin.AddDate(0, 0, int(minutes%9)).Date()), true
		}
		s := catalog.Schedule{Series: []catalog.Series{x}}
		for _, lang := range spoken {
			if text := calendar.Text(s, zone, time.Unix(now%span, 0), lang); strings.ContainsAny(text, "{}|") {
				t.Errorf("%q", text)
			}
		}
	})
}
