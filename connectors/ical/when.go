package ical

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
)

// clock is a DATE or DATE-TIME value as it is written, before its zone is known.
type clock struct {
	wall   time.Time // held as UTC
	day    bool      // no time of day
	offset *int      // seconds from UTC, when the value says it: 0 for Z
}

var clockForm = regexp.MustCompile(`^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$`)

// The years that a date can be in; others are placeholders or errors.
const (
	firstYear = 1600
	lastYear  = catalog.LastYear
)

var errYear = errors.New("årstallet er ikke til å tro på")

// parseClock reads the forms of RFC 5545 sections 3.3.4 and 3.3.5, and those of ISO 8601 that some writers use.
func parseClock(s string) (clock, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	m := clockForm.FindStringSubmatch(s)
	if m == nil {
		return clock{}, fmt.Errorf("«%.40s» er ikke en dato eller et tidspunkt", s)
	}
	var n [6]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1])
	}
	n[5] = min(n[5], 59) // a leap second
	c := clock{wall: time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC), day: m[4] == ""}
	date := time.Date(n[0], time.Month(n[1]), n[2], 0, 0, 0, 0, time.UTC)
	midnight := n[3] == 24 && n[4] == 0 && n[5] == 0
	switch {
	case n[0] < firstYear || n[0] > lastYear:
		return clock{}, fmt.Errorf("«%.40s»: %w", s, errYear)
	case int(date.Month()) != n[1] || date.Day() != n[2], n[3] > 23 && !midnight, n[4] > 59:
		return clock{}, fmt.Errorf("«%.40s» finnes ikke i kalenderen", s)
	case m[7] == "Z":
		c.offset = new(int)
	case m[7] != "":
		offset, ok := utcOffset(strings.ReplaceAll(m[7], ":", ""))
		if !ok {
			return clock{}, fmt.Errorf("«%.40s» er ikke et tidspunkt", s)
		}
		c.offset = &offset
	}
	return c, nil
}

// stamp is a moment: a calendar day, or an instant in a zone.
type stamp struct {
	at   time.Time // catalog.Date when day, else the instant
	day  bool
	zone *time.Location // nil when the value is in UTC, and for a day
}

// wallIn gives the wall clock, as UTC, that s shows in zone; a day is its midnight.
func (s stamp) wallIn(zone *time.Location) time.Time {
	if s.day {
		return s.at
	}
	t := s.at.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// stamp reads one value of a property with times.
func (z *zones) stamp(p property, value string) (stamp, error) {
	c, err := parseClock(value)
	switch {
	case err != nil:
		return stamp{}, err
	case c.day: // whatever VALUE says
		y, m, d := c.wall.Date()
		return stamp{at: catalog.Date(y, m, d), day: true}, nil
	case c.offset != nil:
		return stamp{at: c.wall.Add(-time.Duration(*c.offset) * time.Second)}, nil
	}
	zone := z.find(p.param("TZID"), c.wall, p.line)
	if zone == time.UTC {
		return stamp{at: c.wall}, nil
	}
	return stamp{at: catalog.LocalTime(zone, c.wall), zone: zone}, nil
}

// span is a DURATION: days by the calendar and time by the clock (RFC 5545 section 3.3.6).
type span struct {
	days int
	time time.Duration
}

var spanForm = regexp.MustCompile(`^([+-]?)P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?$`)

func parseSpan(s string) (span, error) {
	m := spanForm.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(s)))
	if m == nil || strings.HasSuffix(m[0], "P") {
		return span{}, fmt.Errorf("«%.40s» er ikke en varighet", s)
	}
	n := func(i int) int { v, _ := strconv.Atoi(m[i]); return v }
	d := span{7*n(2) + n(3), time.Duration(n(4))*time.Hour + time.Duration(n(5))*time.Minute + time.Duration(n(6))*time.Second}
	if m[1] == "-" && (d.days > 0 || d.time > 0) {
		return span{}, fmt.Errorf("varigheten «%.40s» er negativ", s)
	}
	return d, nil
}

// after gives the end of what begins at start and lasts d: of a day the last one, inclusive.
func (d span) after(start stamp) time.Time {
	if start.day {
		days := d.days + int(math.Ceil(d.time.Hours()/24))
		return start.at.AddDate(0, 0, max(0, days-1))
	}
	zone := start.zone
	if zone == nil {
		zone = time.UTC
	}
	end := start.at
	if d.days > 0 {
		end = catalog.LocalTime(zone, start.wallIn(zone).AddDate(0, 0, d.days))
	}
	return end.Add(d.time)
}
