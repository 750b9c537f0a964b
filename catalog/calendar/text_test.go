package calendar_test

import (
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
)

func TestText(t *testing.T) {
	zone := oslo(t)
	tuesday := func(minutes int, rules ...string) catalog.Series {
		start := time.Date(2026, 9, 1, 18, 0, 0, 0, zone) // a Tuesday
		s := catalog.Series{Start: start, Rules: rules}
		if minutes > 0 {
			s.End = start.Add(time.Duration(minutes) * time.Minute)
		}
		return s
	}
	at := func(s catalog.Series, day, hour int) catalog.Series {
		length := s.End.Sub(s.Start)
		s.Start = time.Date(2026, 9, day, hour, 0, 0, 0, zone)
		if !s.End.IsZero() {
			s.End = s.Start.Add(length)
		}
		return s
	}
	allDay := catalog.Series{Start: catalog.Date(2026, 9, 1), AllDay: true, Rules: []string{"FREQ=WEEKLY"}}
	cancelled := tuesday(90, "FREQ=WEEKLY")
	cancelled.Status = catalog.StatusCancelled
	added := tuesday(90, "FREQ=WEEKLY")
	added.Added = []time.Time{time.Date(2026, 9, 3, 18, 0, 0, 0, zone)}
	excepted := tuesday(90, "FREQ=WEEKLY")
	excepted.Except = []time.Time{time.Date(2026, 9, 8, 18, 0, 0, 0, zone)}

	tests := []struct {
		name   string
		series []catalog.Series
		nb, nn string
	}{
		{"weekly", []catalog.Series{tuesday(90, "FREQ=WEEKLY")}, "tirsdager kl. 18-19.30", "tysdagar kl. 18-19.30"},
		{"weekly by day", []catalog.Series{tuesday(90, "FREQ=WEEKLY;BYDAY=TH,TU")}, "tirsdager og torsdager kl. 18-19.30", "tysdagar og torsdagar kl. 18-19.30"},
		{"three days", []catalog.Series{tuesday(0, "FREQ=WEEKLY;BYDAY=TU,FR,SU")}, "tirsdager, fredager og søndager kl. 18", "tysdagar, fredagar og søndagar kl. 18"},
		{"second week", []catalog.Series{tuesday(0, "FREQ=WEEKLY;INTERVAL=2")}, "annenhver tirsdag kl. 18", "annankvar tysdag kl. 18"},
		{"third week", []catalog.Series{tuesday(0, "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,TH")}, "hver tredje tirsdag og torsdag kl. 18", "kvar tredje tysdag og torsdag kl. 18"},
		{"daily", []catalog.Series{tuesday(60, "FREQ=DAILY")}, "daglig kl. 18-19", "dagleg kl. 18-19"},
		{"all weekdays", []catalog.Series{tuesday(60, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU")}, "daglig kl. 18-19", "dagleg kl. 18-19"},
		{"three neighbours", []catalog.Series{tuesday(60, "FREQ=WEEKLY;BYDAY=TU,WE,TH")}, "tirsdag til torsdag kl. 18-19", "tysdag til torsdag kl. 18-19"},
		{"three with a gap", []catalog.Series{tuesday(60, "FREQ=WEEKLY;BYDAY=TU,WE,FR")}, "tirsdager, onsdager og fredager kl. 18-19", "tysdagar, onsdagar og fredagar kl. 18-19"},
		{"work week", []catalog.Series{tuesday(60, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")}, "mandag til fredag kl. 18-19", "måndag til fredag kl. 18-19"},
		{"second day", []catalog.Series{tuesday(60, "FREQ=DAILY;INTERVAL=2")}, "annenhver dag kl. 18-19", "annankvar dag kl. 18-19"},
		{"first of month", []catalog.Series{tuesday(0, "FREQ=MONTHLY;BYDAY=1TU")}, "første tirsdag i måneden kl. 18", "første tysdag i månaden kl. 18"},
		{"first and third", []catalog.Series{tuesday(0, "FREQ=MONTHLY;BYDAY=1TU,3TU")}, "første og tredje tirsdag i måneden kl. 18", "første og tredje tysdag i månaden kl. 18"},
		{"last Sunday", []catalog.Series{at(tuesday(0, "FREQ=MONTHLY;BYDAY=-1SU"), 27, 12)}, "siste søndag i måneden kl. 12", "siste søndag i månaden kl. 12"},
		{"last Sunday by position", []catalog.Series{at(tuesday(0, "FREQ=MONTHLY;BYDAY=SU;BYSETPOS=-1"), 27, 12)}, "siste søndag i måneden kl. 12", "siste søndag i månaden kl. 12"},
		{"day of month", []catalog.Series{tuesday(0, "FREQ=MONTHLY")}, "den 1. i måneden kl. 18", "den 1. i månaden kl. 18"},
		{"yearly", []catalog.Series{tuesday(0, "FREQ=YEARLY")}, "hvert år 1. september kl. 18", "kvart år 1. september kl. 18"},
		{"until a day", []catalog.Series{tuesday(90, "FREQ=WEEKLY;UNTIL=20270531")}, "tirsdager kl. 18-19.30, til 31. mai 2027", "tysdagar kl. 18-19.30, til 31. mai 2027"},
		{"until midnight", []catalog.Series{tuesday(90, "FREQ=WEEKLY;UNTIL=20261215T230000Z")}, "tirsdager kl. 18-19.30, til 15. desember", "tysdagar kl. 18-19.30, til 15. desember"},
		{"count", []catalog.Series{tuesday(90, "FREQ=WEEKLY;COUNT=10")}, "tirsdager kl. 18-19.30, til 3. november", "tysdagar kl. 18-19.30, til 3. november"},
		{"two series, one time", []catalog.Series{tuesday(90, "FREQ=WEEKLY"), at(tuesday(90, "FREQ=WEEKLY"), 3, 18)}, "tirsdager og torsdager kl. 18-19.30", "tysdagar og torsdagar kl. 18-19.30"},
		{"two series, two times", []catalog.Series{tuesday(90, "FREQ=WEEKLY"), at(tuesday(60, "FREQ=WEEKLY"), 3, 19)}, "tirsdager kl. 18-19.30 og torsdager kl. 19-20", "tysdagar kl. 18-19.30 og torsdagar kl. 19-20"},
		{"past midnight", []catalog.Series{at(tuesday(240, "FREQ=WEEKLY"), 5, 22)}, "lørdager kl. 22-2", "laurdagar kl. 22-2"},
		{"all day", []catalog.Series{allDay}, "tirsdager", "tysdagar"},
		{"exceptions", []catalog.Series{excepted}, "tirsdager kl. 18-19.30", "tysdagar kl. 18-19.30"},

		{"start not in the rule", []catalog.Series{tuesday(90, "FREQ=WEEKLY;BYDAY=WE")}, "", ""},
		{"months of the year", []catalog.Series{tuesday(90, "FREQ=WEEKLY;BYMONTH=9,10,11")}, "", ""},
		{"two rules", []catalog.Series{tuesday(90, "FREQ=WEEKLY", "FREQ=MONTHLY")}, "", ""},
		{"a day more", []catalog.Series{added}, "", ""},
		{"cancelled", []catalog.Series{cancelled}, "", ""},
		{"several hours", []catalog.Series{tuesday(90, "FREQ=WEEKLY;BYHOUR=18,20")}, "", ""},
		{"longer than a day", []catalog.Series{tuesday(60*48, "FREQ=WEEKLY")}, "", ""},
		{"a bad rule", []catalog.Series{tuesday(90, "FREQ=HOURLY")}, "", ""},
		{"31st", []catalog.Series{at(tuesday(0, "FREQ=MONTHLY;BYMONTHDAY=31"), 30, 12)}, "", ""},
		{"other ends", []catalog.Series{tuesday(90, "FREQ=WEEKLY"), at(tuesday(90, "FREQ=WEEKLY;COUNT=3"), 3, 18)}, "", ""},
		{"no series", nil, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := catalog.Schedule{Series: test.series}
			if got := calendar.Text(s, zone, "nb"); got != test.nb {
				t.Errorf("nb: %q, want %q", got, test.nb)
			}
			if got := calendar.Text(s, zone, "nn"); got != test.nn {
				t.Errorf("nn: %q, want %q", got, test.nn)
			}
			if got := calendar.Text(s, zone, "en"); got != "" {
				t.Errorf("en: %q, want nothing", got)
			}
		})
	}
	own := catalog.Schedule{Text: "etter avtale", Series: []catalog.Series{tuesday(90, "FREQ=WEEKLY")}}
	if got := calendar.Text(own, zone, "en"); got != "etter avtale" {
		t.Errorf("the source's own words: %q", got)
	}
	utc := catalog.Schedule{Zone: "UTC", Series: []catalog.Series{tuesday(90, "FREQ=WEEKLY")}}
	if got := calendar.Text(utc, zone, "nb"); got != "" {
		t.Errorf("a series that follows UTC: %q, want nothing", got)
	}
	berlin := catalog.Schedule{Zone: "Europe/Berlin", Series: []catalog.Series{tuesday(90, "FREQ=WEEKLY")}}
	if got := calendar.Text(berlin, zone, "nb"); got != "tirsdager kl. 18-19.30" {
		t.Errorf("a series in Europe/Berlin: %q", got)
	}
}
