package catalog_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"fritidshub/catalog"
)

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestLocalTime(t *testing.T) {
	for _, c := range []struct{ zone, wall, want string }{
		{"Europe/Oslo", "2026-12-03T18:00:00", "2026-12-03T18:00:00+01:00"},
		{"Europe/Oslo", "2026-07-03T18:00:00", "2026-07-03T18:00:00+02:00"},
		{"Europe/Oslo", "2027-03-28T01:59:59", "2027-03-28T01:59:59+01:00"},
		{"Europe/Oslo", "2027-03-28T02:00:00", "2027-03-28T03:00:00+02:00"},
		{"Europe/Oslo", "2027-03-28T02:30:00", "2027-03-28T03:30:00+02:00"},
		{"Europe/Oslo", "2027-03-28T03:00:00", "2027-03-28T03:00:00+02:00"},
		{"Europe/Oslo", "2027-10-31T01:59:59", "2027-10-31T01:59:59+02:00"},
		{"Europe/Oslo", "2027-10-31T02:00:00", "2027-10-31T02:00:00+02:00"},
		{"Europe/Oslo", "2027-10-31T02:30:00", "2027-10-31T02:30:00+02:00"}, // the first of the two
		{"Europe/Oslo", "2027-10-31T03:00:00", "2027-10-31T03:00:00+01:00"},
		{"Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-04T02:45:00+11:00"}, // a gap of half an hour
		{"America/Sao_Paulo", "2018-11-04T00:00:00", "2018-11-04T01:00:00-02:00"},   // a gap at midnight
		{"America/Havana", "2026-11-01T00:30:00", "2026-11-01T00:30:00-04:00"},      // midnight comes twice
		{"Pacific/Apia", "2011-12-30T12:00:00", "2011-12-31T12:00:00+14:00"},        // a day that did not exist
		{"Pacific/Kiritimati", "2026-01-01T00:00:00", "2026-01-01T00:00:00+14:00"},
		{"Etc/GMT+12", "2026-01-01T23:59:59", "2026-01-01T23:59:59-12:00"},
		{"UTC", "2024-02-29T00:00:00", "2024-02-29T00:00:00Z"},
	} {
		wall, err := time.Parse("2006-01-02T15:04:05", c.wall)
		if err != nil {
			t.Fatal(err)
		}
		if got := catalog.LocalTime(zone(t, c.zone), wall).Format(time.RFC3339); got != c.want {
			t.Errorf("%s in %s is %s, want %s", c.wall, c.zone, got, c.want)
		}
	}
}

func TestLocalTimeIgnoresTheLocationOfWall(t *testing.T) {
	oslo := zone(t, "Europe/Oslo")
	want := catalog.LocalTime(oslo, time.Date(2026, 12, 3, 18, 0, 0, 7, time.UTC))
	if got := catalog.LocalTime(oslo, time.Date(2026, 12, 3, 18, 0, 0, 7, zone(t, "Asia/Tokyo"))); !got.Equal(want) || got.Nanosecond() != 7 {
		t.Errorf("%v, want %v", got, want)
	}
}

var zones = []string{"Europe/Oslo", "UTC", "America/New_York", "America/Havana", "America/Sao_Paulo", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati", "Asia/Kathmandu", "Africa/Casablanca"}

// The instant that LocalTime gives shows the asked wall clock, and no earlier instant does; or no instant shows it, and then it is
// the asked one moved on by the length of the gap that holds it.
func TestLocalTimeAlwaysMeansTheWallClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		wall := drawTime(t, 1970, 2060, time.UTC)
		if rapid.Bool().Draw(t, "near a change") {
			_, change := wall.In(z).ZoneBounds()
			if !change.IsZero() {
				_, offset := change.Add(-time.Second).Zone()
				wall = change.UTC().Add(time.Duration(offset)*time.Second + time.Duration(rapid.IntRange(-7200, 7200).Draw(t, "seconds"))*time.Second)
			}
		}
		got := catalog.LocalTime(z, wall)
		shown := asUTC(got)
		if shown.Equal(wall) {
			for _, earlier := range []time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour, 24 * time.Hour} {
				if asUTC(got.Add(-earlier)).Equal(wall) {
					t.Fatalf("%v in %v is %v, but %v shows it first", wall, z, got, got.Add(-earlier))
				}
			}
			return
		}
		change, _ := got.ZoneBounds()
		_, before := change.Add(-time.Second).Zone()
		_, after := change.Zone()
		gap := time.Duration(after-before) * time.Second
		if gap <= 0 || !shown.Equal(wall.Add(gap)) {
			t.Fatalf("%v in %v is %v; the gap there is %v", wall, z, got, gap)
		}
		if end := asUTC(change); !wall.Before(end) || wall.Before(end.Add(-gap)) {
			t.Fatalf("%v in %v was moved to %v, but the gap is from %v to %v", wall, z, got, end.Add(-gap), end)
		}
	})
}

// asUTC is t's wall clock, held in UTC.
func asUTC(t time.Time) time.Time {
	y, mo, d := t.Date()
	h, mi, s := t.Clock()
	return time.Date(y, mo, d, h, mi, s, t.Nanosecond(), time.UTC)
}

func drawTime(t *rapid.T, first, last int, z *time.Location) time.Time {
	from, to := time.Date(first, 1, 2, 0, 0, 0, 0, time.UTC).Unix(), time.Date(last, 12, 30, 0, 0, 0, 0, time.UTC).Unix()
	return time.Unix(rapid.Int64Range(from, to).Draw(t, "time"), 0).In(z)
}

func TestDayStart(t *testing.T) {
	oslo := zone(t, "Europe/Oslo")
	for in, want := range map[string]string{
		"2026-12-02T23:00:00Z": "2026-12-03T00:00:00+01:00",
		"2026-12-02T22:59:59Z": "2026-12-02T00:00:00+01:00",
		"2027-03-28T12:00:00Z": "2027-03-28T00:00:00+01:00",
		"2027-10-31T12:00:00Z": "2027-10-31T00:00:00+02:00",
	} {
		at, err := time.Parse(time.RFC3339, in)
		if err != nil {
			t.Fatal(err)
		}
		if got := catalog.DayStart(oslo, at).Format(time.RFC3339); got != want {
			t.Errorf("the day of %s begins %s, want %s", in, got, want)
		}
	}
}

func TestSpan(t *testing.T) {
	oslo := zone(t, "Europe/Oslo")
	at := func(h int) time.Time { return time.Date(2026, 12, 3, h, 0, 0, 0, oslo) }
	day := func(m time.Month, d int) time.Time { return catalog.Date(2027, m, d) }
	for _, c := range []struct {
		name     string
		o        catalog.Occurrence
		from, to string
	}{
		{"with an end", catalog.Occurrence{Start: at(18), End: at(20)}, "2026-12-03T17:00:00Z", "2026-12-03T19:00:00Z"},
		{"without", catalog.Occurrence{Start: at(18)}, "2026-12-03T17:00:00Z", "2026-12-03T17:00:00Z"},
		{"an end before the start", catalog.Occurrence{Start: at(18), End: at(17)}, "2026-12-03T17:00:00Z", "2026-12-03T17:00:00Z"},
		{"a day", catalog.Occurrence{Start: day(1, 5), AllDay: true}, "2027-01-04T23:00:00Z", "2027-01-05T23:00:00Z"},
		{"days, the last included", catalog.Occurrence{Start: day(1, 5), End: day(1, 7), AllDay: true}, "2027-01-04T23:00:00Z", "2027-01-07T23:00:00Z"},
		{"the day of 23 hours", catalog.Occurrence{Start: day(3, 28), AllDay: true}, "2027-03-27T23:00:00Z", "2027-03-28T22:00:00Z"},
		{"the day of 25 hours", catalog.Occurrence{Start: day(10, 31), AllDay: true}, "2027-10-30T22:00:00Z", "2027-10-31T23:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			from, to := c.o.Span(oslo)
			if f, u := from.UTC().Format(time.RFC3339), to.UTC().Format(time.RFC3339); f != c.from || u != c.to {
				t.Errorf("%s to %s, want %s to %s", f, u, c.from, c.to)
			}
		})
	}
}
