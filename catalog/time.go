package catalog

import "time"

// LocalTime turns a wall clock into the instant it means in zone; only wall's date and clock fields count, not its location.
// In the hour that autumn doubles it gives the first of the two, in the gap of spring it goes forward by the gap's length
// (RFC 5545 section 3.3.5): 02:30 becomes 03:30 summer time in Europe/Oslo.
func LocalTime(zone *time.Location, wall time.Time) time.Time {
	y, mo, d := wall.Date()
	h, mi, s := wall.Clock()
	utc := time.Date(y, mo, d, h, mi, s, wall.Nanosecond(), time.UTC)
	_, before := utc.Add(-24 * time.Hour).In(zone).Zone()
	_, after := utc.Add(24 * time.Hour).In(zone).Zone()
	first := utc.Add(-time.Duration(before) * time.Second).In(zone)
	if before == after || sameClock(first, utc) {
		return first
	}
	if second := utc.Add(-time.Duration(after) * time.Second).In(zone); sameClock(second, utc) {
		return second
	}
	return first
}

func sameClock(a, b time.Time) bool {
	ah, am, as := a.Clock()
	bh, bm, bs := b.Clock()
	return a.Day() == b.Day() && ah == bh && am == bm && as == bs
}

// DayStart is the first instant of t's calendar day in zone.
func DayStart(zone *time.Location, t time.Time) time.Time {
	y, m, d := t.In(zone).Date()
	return LocalTime(zone, time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

// Date is a calendar day held as midnight UTC; it stays the same day in every zone.
func Date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
