package cell

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/lexicon"
)

// Clock is a time of day in minutes after midnight, 0 to 1440; NoClock when none is stated.
type Clock int

// NoClock is the Clock that is not stated.
const NoClock Clock = -1

// String prints the clock as 18:00, NoClock as nothing.
func (c Clock) String() string {
	if c == NoClock {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", c/60, c%60)
}

// on gives the wall clock c of a day.
func (c Clock) on(day time.Time) time.Time { return day.Add(time.Duration(c) * time.Minute) }

var clockForm = regexp.MustCompile(`^(?:kl\.? ?|klokka |klokken )?(\d{1,2})(?:[.:,]?(\d{2}))?(?::\d{2})?$`)

// ParseClock reads "18", "18.00", "18:00", "18:00:00", "1800" and "kl. 18".
func ParseClock(s string) (Clock, error) {
	m := clockForm.FindStringSubmatch(tidy(s))
	if m == nil {
		return NoClock, unreadable(s, "et klokkeslett (skriv 18:00)")
	}
	h, _ := strconv.Atoi(m[1])
	min, _ := strconv.Atoi(m[2])
	if c := Clock(h*60 + min); h <= 24 && min < 60 && c <= 1440 {
		return c, nil
	}
	return NoClock, unreadable(s, "et klokkeslett (skriv 18:00)")
}

// ParseClocks reads "18:00-19:30" and "kl. 18 til 19.30", or a single clock with to as NoClock.
func ParseClocks(s string) (from, to Clock, err error) {
	a, b, two := strings.Cut(strings.Replace(tidy(s), " til ", "-", 1), "-")
	if from, err = ParseClock(a); err != nil || !two {
		return from, NoClock, err
	}
	to, err = ParseClock(b)
	return from, to, err
}

// Moment is a day, or a day and a clock. When Zoned, the clock stands with an offset from UTC and Wall is that instant.
type Moment struct {
	Wall  time.Time
	Timed bool
	Zoned bool
}

// Day is the calendar day of m as catalog.Date gives it, seen in zone when m is an instant.
func (m Moment) Day(zone *time.Location) time.Time {
	t := m.Wall
	if m.Zoned {
		t = t.In(zone)
	}
	y, mo, d := t.Date()
	return catalog.Date(y, mo, d)
}

// In is the instant of m, its wall clock read in zone unless it brings its own offset.
func (m Moment) In(zone *time.Location) time.Time {
	if m.Zoned {
		return m.Wall.In(zone)
	}
	return catalog.LocalTime(zone, m.Wall)
}

var (
	isoForm  = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})(?:[t ,]+(?:kl\.? ?)?(\d{1,2}[.:]\d{2}(?::\d{2})?(?:\.\d+)?))?(z|[+-]\d{2}:?\d{2})?$`)
	dayForm  = regexp.MustCompile(`^(?:[a-zæøå]+\.? )?(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:[ ,]+(.+))?$`)
	wordForm = regexp.MustCompile(`^(?:[a-zæøå]+\.? )?(\d{1,2})\.? ?([a-zæøå]+)\.? (\d{4})(?:[ ,]+(.+))?$`)
	months   = lexicon.Months()
)

// ParseMoment reads 2026-12-03, 3.12.2026, 3/12/2026 and 3. desember 2026, each with or without a clock, and RFC 3339.
// Day comes before month, and a year of two digits is of this century.
func ParseMoment(s string) (Moment, error) {
	t := tidy(s)
	if m := isoForm.FindStringSubmatch(t); m != nil {
		day, err := time.Parse(time.DateOnly, m[1])
		switch {
		case err != nil || m[2] == "" && m[3] != "":
			return Moment{}, notDay(s)
		case m[2] == "":
			return Moment{Wall: day}, nil
		}
		clock, _, _ := strings.Cut(m[2], ".")
		if strings.Count(m[2], ":") == 0 { // 18.00
			clock = m[2]
		}
		c, err := ParseClock(clock)
		if err != nil {
			return Moment{}, err
		}
		if m[3] == "" {
			return Moment{Wall: c.on(day), Timed: true}, nil
		}
		offset, err := offset(m[3])
		if err != nil {
			return Moment{}, notDay(s)
		}
		return Moment{Wall: c.on(day).Add(-offset), Timed: true, Zoned: true}, nil
	}
	m := dayForm.FindStringSubmatch(t)
	month := time.Month(0)
	if m != nil {
		n, _ := strconv.Atoi(m[2])
		month = time.Month(n)
	} else if m = wordForm.FindStringSubmatch(t); m != nil && len(m[2]) >= 3 {
		month = months[m[2][:3]]
	}
	if m == nil {
		return Moment{}, notDay(s)
	}
	d, _ := strconv.Atoi(m[1])
	y, _ := strconv.Atoi(m[3])
	if y < 100 {
		y += 2000
	}
	day := catalog.Date(y, month, d)
	if day.Day() != d || day.Month() != month {
		return Moment{}, notDay(s)
	}
	if m[4] == "" {
		return Moment{Wall: day}, nil
	}
	c, err := ParseClock(m[4])
	if err != nil {
		return Moment{}, err
	}
	return Moment{Wall: c.on(day), Timed: true}, nil
}

var yearless = regexp.MustCompile(`^(?:[a-zæøå]+\.? )?\d{1,2}(?:\. ?[a-zæøå]{3,}\.?|[./]\d{1,2}\.?)(?:[ ,]+(?:kl.*|\d{1,2}[.:]\d{2}.*))?$`)

func notDay(s string) error {
	if yearless.MatchString(tidy(s)) {
		return fmt.Errorf("«%s» mangler årstall (skriv 2026-12-03 eller 3.12.2026)", short(s))
	}
	return unreadable(s, "en dato (skriv 2026-12-03 eller 3.12.2026)")
}

func offset(s string) (time.Duration, error) {
	if s == "z" {
		return 0, nil
	}
	t, err := time.Parse("-0700", strings.Replace(s, ":", "", 1))
	if err != nil {
		return 0, err
	}
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second, nil
}
