package calendar_test

import (
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
)

// TestExceptBreaks: a series rests in the holiday that it names and in no other; where the schools' calendar is not known it rests in none.
func TestExceptBreaks(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 9, 1, 18, 0, 0, 0, zone) // a Tuesday
	s := catalog.Schedule{Series: []catalog.Series{{Start: start, Rules: []string{"FREQ=WEEKLY"}, ExceptBreaks: []string{"vinterferie"}}}}
	hub := calendar.Hub{Zone: zone, Municipality: "3909", Schools: schools(t, "")}
	for _, test := range []struct {
		municipality, day string
		want              int
	}{{"3909", "2027-02-23", 0}, {"3909", "2026-10-06", 1}, {"3909", "2027-03-23", 1}, {"5501", "2027-02-23", 1}} {
		day, _ := time.ParseInLocation(time.DateOnly, test.day, zone)
		occ, _ := hub.In(test.municipality).Expand(s, day, day.AddDate(0, 0, 1), 0)
		if len(occ) != test.want {
			t.Errorf("%s in %s: %d occurrences, want %d", test.day, test.municipality, len(occ), test.want)
		}
	}
	x := s.Series[0]
	if x.Standard() {
		t.Error("RFC 5545 cannot say the schools' holidays")
	}
}
