package ical

import (
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
)

//go:embed windowszones.txt
var windowsZones string

// Bounds of the work on time zones of one file.
const (
	maxZones = 100 // TZIDs that are looked up; further ones are taken as unknown
	maxParts = 32  // STANDARD and DAYLIGHT parts of a VTIMEZONE
)

// zones finds the time zone that a TZID of one VCALENDAR means.
type zones struct {
	source   *time.Location // when nothing else helps
	floating *time.Location // for times without zone: that of the event's start, else source
	fallback *time.Location // X-WR-TIMEZONE, or nil
	rules    map[string]*vtimezone
	known    map[string]*time.Location
	left     *int // of maxZones, shared by the calendars of a file
	warn     func(line int, text string)
}

func newZones(cal *component, source *time.Location, left *int, warn func(int, string)) *zones {
	z := &zones{source: source, floating: source, rules: map[string]*vtimezone{}, known: map[string]*time.Location{}, left: left, warn: warn}
	for _, c := range cal.children {
		if id := cleanTZID(c.text("TZID")); c.name == "VTIMEZONE" && id != "" && len(z.rules) < maxZones {
			z.rules[id] = newVTimezone(c)
		}
	}
	if name := cleanTZID(cal.text("X-WR-TIMEZONE")); name != "" {
		z.fallback = named(name)
	}
	return z
}

func cleanTZID(s string) string { return strings.TrimSpace(strings.Trim(unescape(s), `" `)) }

// find gives the zone of a TZID by the first of: IANA name, the IANA name after a vendor's prefix, the name or places that Windows
// uses, the file's own rules, X-WR-TIMEZONE, the zone of the source. A zone of the file's own rules is the known one that
// has the same clock through the year of wall. The last two give a warning, and so do rules that belie an IANA name.
func (z *zones) find(tzid string, wall time.Time, line int) *time.Location {
	tzid = cleanTZID(tzid)
	if tzid == "" {
		return z.floating
	}
	key := tzid
	if z.rules[tzid] != nil {
		key = fmt.Sprint(wall.Year(), " ", tzid) // rules change over the years, and may not fit the same known zone
	}
	if zone := z.known[key]; zone != nil {
		return zone
	}
	if *z.left--; *z.left < 0 {
		return z.unknown(tzid, line)
	}
	zone := named(tzid)
	switch rules := z.rules[tzid]; {
	case zone != nil:
		if rules != nil && !rules.agrees(zone, wall) {
			z.warn(line, fmt.Sprintf("VTIMEZONE for «%.60s» stemmer ikke med tidssonen som heter det. Den kjente tidssonen %s ble brukt", tzid, zone))
		}
	case rules != nil:
		if zone = rules.like(z.source, wall); zone == nil {
			zone = z.unknown(tzid, line)
		}
	default:
		zone = z.unknown(tzid, line)
	}
	z.known[key] = zone
	return zone
}

func (z *zones) unknown(tzid string, line int) *time.Location {
	zone := z.source
	if z.fallback != nil {
		zone = z.fallback
	}
	z.warn(line, fmt.Sprintf("Tidssonen «%.60s» er ukjent. Tidene ble lest i %s", tzid, zone))
	return zone
}

// named finds a zone by its name alone, nil when the name says nothing.
func named(name string) *time.Location {
	switch strings.ToUpper(name) {
	case "Z", "UTC", "GMT", "ETC/UTC", "ETC/GMT", "COORDINATED UNIVERSAL TIME":
		return time.UTC
	}
	if zone := iana(name); zone != nil {
		return zone
	}
	if zone := windows(name); zone != nil {
		return zone
	}
	return fixed(name)
}

// iana loads the longest ending of name that is an IANA name: "/mozilla.org/20070129_1/Europe/Berlin", "custom_Pacific/Fiji",
// and "Germany/Berlin" by its city.
func iana(name string) *time.Location {
	if len(name) > 200 {
		return nil
	}
	for rest := name; strings.Contains(rest, "/"); {
		if zone := load(rest); zone != nil {
			return zone
		}
		rest = rest[strings.IndexAny(rest, "/_")+1:]
	}
	if i := strings.LastIndexByte(name, '/'); i > 0 && !strings.Contains(name, "://") {
		for _, area := range []string{"Europe/", "America/", "Asia/", "Africa/", "Australia/", "Pacific/", "Atlantic/"} {
			if zone := load(area + name[i+1:]); zone != nil {
				return zone
			}
		}
	}
	return nil
}

func load(name string) *time.Location {
	if name == "" || name == "Local" || strings.HasPrefix(name, "/") {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return zone
}

var offsetPrefix = regexp.MustCompile(`^\((?:UTC|GMT)\s*(?:[+-]\d{1,2}(?::?\d{2})?)?\)\s*`)

// windows finds a zone by the name that Windows gives it ("W. Europe Standard Time"), or by the places that Outlook shows
// ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna").
func windows(name string) *time.Location {
	fold := func(s string) string { return strings.ReplaceAll(" "+catalog.Fold(s), " and ", " ") }
	want := fold(offsetPrefix.ReplaceAllString(name, ""))
	if want == " " {
		return nil
	}
	for line := range strings.Lines(windowsZones) {
		fields := strings.Split(strings.TrimSpace(line), "|")
		if len(fields) != 3 {
			continue
		}
		if want == fold(fields[0]) || fields[2] != "" && strings.HasSuffix(want, fold(fields[2])) {
			return load(fields[1])
		}
	}
	return nil
}

var offsetName = regexp.MustCompile(`^\(?(?:UTC|GMT)\s*([+-])(\d{1,2})(?::?00)?\)?$`)

// fixed finds a zone that is named by nothing but a whole number of hours from UTC.
func fixed(name string) *time.Location {
	m := offsetName.FindStringSubmatch(strings.ToUpper(name))
	if m == nil {
		return nil
	}
	hours, _ := strconv.Atoi(m[2])
	if hours == 0 {
		return time.UTC
	}
	return load(fmt.Sprintf("Etc/GMT%s%d", map[string]string{"+": "-", "-": "+"}[m[1]], hours)) // POSIX counts west of Greenwich
}

// vtimezone is the file's own rules for a zone.
type vtimezone struct{ parts []observance }

// observance is a STANDARD or DAYLIGHT part: since when, as a wall clock held as UTC, which offset in seconds holds.
type observance struct {
	onsets catalog.Schedule
	offset int
}

func newVTimezone(c *component) *vtimezone {
	v := &vtimezone{}
	for _, part := range c.children {
		start, err := parseClock(part.text("DTSTART"))
		to, ok := utcOffset(part.text("TZOFFSETTO"))
		if err != nil || !ok || len(v.parts) == maxParts {
			continue
		}
		series := catalog.Series{Start: start.wall}
		for _, p := range part.props {
			switch p.name {
			case "RRULE":
				series.Rules = []string{p.value}
			case "RDATE":
				for _, value := range list(p.value) {
					if d, err := parseClock(value); err == nil {
						series.Added = append(series.Added, d.wall)
					}
				}
			}
		}
		v.parts = append(v.parts, observance{catalog.Schedule{Series: []catalog.Series{series}}, to})
	}
	return v
}

// utcOffset reads "+0100" or "-003000" in seconds; a day or more is refused.
func utcOffset(s string) (seconds int, ok bool) {
	sign := 1
	if strings.HasPrefix(s, "-") {
		sign = -1
	}
	digits := strings.TrimLeft(s, "+-")
	n, err := strconv.Atoi(digits)
	switch {
	case err != nil || len(digits) != 4 && len(digits) != 6:
		return 0, false
	case len(digits) == 4:
		n *= 100
	}
	seconds = n/10000*3600 + n/100%100*60 + n%100
	return sign * seconds, seconds < 24*3600
}

// offset gives the offset from UTC in seconds at a wall clock, and false when the rules do not say.
func (v *vtimezone) offset(wall time.Time) (seconds int, ok bool) {
	var since time.Time
	for _, part := range v.parts {
		// A rule gives at least one onset in four years; one without a rule has only its start.
		onsets, _ := calendar.Expand(part.onsets, time.UTC, wall.AddDate(-4, 0, -1), wall.Add(1), 0)
		if len(onsets) == 0 && !part.onsets.Series[0].Start.After(wall) {
			onsets = []catalog.Occurrence{{Start: calendar.Ends(part.onsets, time.UTC)}}
		}
		if n := len(onsets); n > 0 && (!ok || !onsets[n-1].Start.Before(since)) {
			since, seconds, ok = onsets[n-1].Start, part.offset, true
		}
	}
	return seconds, ok
}

// agrees tells whether v has the offset of zone at wall, and half a year later.
func (v *vtimezone) agrees(zone *time.Location, wall time.Time) bool {
	for _, at := range []time.Time{wall, wall.AddDate(0, 6, 0)} {
		offset, ok := v.offset(at)
		if _, want := catalog.LocalTime(zone, at).Zone(); !ok || offset != want {
			return !ok
		}
	}
	return true
}

// like finds a zone whose clock is that of v at wall and, as nearly as can be, through the year from then: the source's when it is as
// near as any, else one of those that Windows knows. It gives nil when none comes near.
func (v *vtimezone) like(source *time.Location, wall time.Time) *time.Location {
	var offsets [24]int
	at := func(i int) time.Time { return wall.AddDate(0, 0, i*365/len(offsets)) }
	for i := range offsets {
		offset, ok := v.offset(at(i))
		if !ok {
			return nil
		}
		offsets[i] = offset
	}
	var best *time.Location
	most := len(offsets) * 3 / 4
	try := func(zone *time.Location) {
		same := 0
		for i, want := range offsets {
			if _, got := catalog.LocalTime(zone, at(i)).Zone(); got == want {
				same++
			} else if i == 0 {
				return
			}
		}
		if same > most {
			best, most = zone, same
		}
	}
	try(source)
	for line := range strings.Lines(windowsZones) {
		if most == len(offsets) {
			break
		}
		if fields := strings.Split(strings.TrimSpace(line), "|"); len(fields) == 3 {
			if zone := load(fields[1]); zone != nil {
				try(zone)
			}
		}
	}
	return best
}
