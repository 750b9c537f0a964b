package calendar_test

import (
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
)

func oslo(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestWeeklyAcrossDST(t *testing.T) {
	zone := oslo(t)
	s := catalog.Schedule{Series: []catalog.Series{{
		Start: time.Date(2026, 10, 14, 18, 0, 0, 0, zone), End: time.Date(2026, 10, 14, 19, 30, 0, 0, zone),
		Rules: []string{"FREQ=WEEKLY;COUNT=5"},
	}}}
	from := time.Date(2026, 10, 1, 0, 0, 0, 0, zone)
	occ, more := calendar.Expand(s, zone, from, from.Add(calendar.HorizonAhead), 0)
	if len(occ) != 5 || more {
		t.Fatalf("got %d occurrences, more %v; want 5, false", len(occ), more)
	}
	for _, o := range occ {
		if o.Start.Hour() != 18 || o.End.Sub(o.Start) != 90*time.Minute {
			t.Errorf("got %v to %v, want 18:00 to 19:30", o.Start, o.End)
		}
	}
	if got, want := calendar.Ends(s, zone), time.Date(2026, 11, 11, 19, 30, 0, 0, zone); !got.Equal(want) {
		t.Errorf("Ends = %v, want %v", got, want)
	}
}
