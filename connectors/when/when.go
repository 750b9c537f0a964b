// Package when reads dates and times as web pages and feeds write them.
package when

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
)

// Time is a moment as a source wrote it.
type Time struct {
	Time time.Time // an instant; for a Day, midnight UTC as catalog.Date gives it
	Day  bool      // the source wrote a date without a clock
}

// Years outside these are faults of the source, not dates.
const (
	minYear = 1900
	maxYear = 2200
)

var (
	dashed  = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|\s+)(\S.*))?$`)
	compact = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:[Tt](\S.*))?$`)
	clock   = regexp.MustCompile(`^(\d{1,2})(?::?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9})?)?)?\s*([Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?(?:\[[\w/+-]+\])?$`)
	doubled = regexp.MustCompile(`^(\d{2})-(\d{2})-(\d{2})-\d{2}$`)
	offset  = regexp.MustCompile(`^\s*([Zz]|UTC|GMT|UT|[+-]\d{2}:?\d{2})$`)
)

// Parse reads one moment: ISO 8601 (RFC 3339, also without a colon in the offset, without seconds, with a space for the T, and
// the compact form), the dates of RFC 5322, and dates in words or figures (12.7.2026) with a four-digit year.
// A time without an offset is the wall clock in zone (catalog.LocalTime). A WordPress calendar (EventON) repeats the hour,
// "2019-9-13T10-10-00-00" is 10:00.
// The error says in Norwegian what is wrong; a year is never guessed, nor which of 3/4 is the month, nor a count of seconds.
func Parse(s string, zone *time.Location) (Time, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Time{}, fmt.Errorf("datoen er tom")
	}
	if len(s) > 200 {
		return Time{}, fmt.Errorf("«%.40s…» er ingen dato", s)
	}
	m := dashed.FindStringSubmatch(s)
	if m == nil {
		m = compact.FindStringSubmatch(s)
	}
	if m == nil {
		return words(s, zone)
	}
	day, ok := date(atoi(m[1]), time.Month(atoi(m[2])), atoi(m[3]))
	if !ok {
		return Time{}, fmt.Errorf("«%s» er ingen dag i kalenderen", s)
	}
	if m[4] == "" {
		return Time{Time: day, Day: true}, nil
	}
	rest := m[4]
	if d := doubled.FindStringSubmatch(rest); d != nil && d[1] == d[2] {
		rest = d[1] + ":" + d[3]
	}
	c := clock.FindStringSubmatch(rest)
	if c == nil {
		return Time{}, fmt.Errorf("klokkeslettet i «%s» kan ikke leses", s)
	}
	t, ok := at(day, atoi(c[1]), atoi(c[2]), atoi(c[3]), c[4], zone)
	if !ok {
		return Time{}, fmt.Errorf("klokkeslettet i «%s» finnes ikke", s)
	}
	return Time{Time: t}, nil
}

func words(s string, zone *time.Location) (Time, error) {
	span, from, to, ok := find(s, dateRE, readPlain)
	if !ok || from > 0 || !span.From.Equal(span.To) || span.End >= 0 {
		return Time{}, fmt.Errorf("«%s» er ingen dato som kan leses sikkert; skriv den som 2026-12-03T18:00:00+01:00", s)
	}
	zoned := offset.FindStringSubmatch(s[to:])
	switch {
	case s[to:] != "" && zoned == nil:
		return Time{}, fmt.Errorf("«%s» har noe etter datoen som ikke kan leses", s)
	case span.Start < 0:
		return Time{Time: span.From, Day: true}, nil
	case zoned == nil:
		return Time{Time: Clock(span.From, span.Start, zone)}, nil
	}
	t, ok := at(span.From, span.Start/60, span.Start%60, 0, zoned[1], zone)
	if !ok {
		return Time{}, fmt.Errorf("klokkeslettet i «%s» finnes ikke", s)
	}
	return Time{Time: t}, nil
}

// Clock is the instant at so many minutes after midnight of a calendar day in zone.
func Clock(day time.Time, minutes int, zone *time.Location) time.Time {
	return catalog.LocalTime(zone, day.Add(time.Duration(minutes)*time.Minute))
}

// at puts a clock on a calendar day; off is the offset as written, "" for the wall clock in zone.
func at(day time.Time, h, m, s int, off string, zone *time.Location) (time.Time, bool) {
	if h > 24 || m > 59 || s > 60 || h == 24 && m+s > 0 {
		return time.Time{}, false
	}
	wall := day.Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second)
	switch {
	case off == "":
		return catalog.LocalTime(zone, wall), true
	case off[0] != '+' && off[0] != '-':
		return wall, true
	}
	digits := strings.ReplaceAll(off[1:], ":", "")
	minutes := atoi(digits[:2]) * 60
	if len(digits) == 4 {
		minutes += atoi(digits[2:])
	}
	if minutes > 18*60 {
		return time.Time{}, false
	}
	if off[0] == '-' {
		minutes = -minutes
	}
	fixed := time.FixedZone("", minutes*60)
	return time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, fixed), true
}

// date is a calendar day, if there is such a day.
func date(y int, m time.Month, d int) (time.Time, bool) {
	t := catalog.Date(y, m, d)
	return t, y >= minYear && y <= maxYear && t.Month() == m && t.Day() == d
}

// atoi reads digits that a regular expression has found; "" is 0.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
