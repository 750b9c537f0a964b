package export

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
)

// ics writes the listings that have a date as an iCalendar (RFC 5545, with NAME, SOURCE and REFRESH-INTERVAL of RFC 7986). What a source gave
// as a rule stays a rule. An event keeps its UID while its SEQUENCE grows, so that those who subscribe see what changes.
func ics(w io.Writer, hub Hub, entries Entries) error {
	c := &icsWriter{w: w, hub: hub}
	c.line("BEGIN:VCALENDAR")
	c.line("VERSION:2.0")
	c.line("PRODID:-//fritidshub//" + hub.ID + "//NO")
	c.line("CALSCALE:GREGORIAN")
	c.text("NAME", hub.Name)
	c.text("X-WR-CALNAME", hub.Name)
	c.line("REFRESH-INTERVAL;VALUE=DURATION:PT1H")
	c.line("X-PUBLISHED-TTL:PT1H")
	if hub.Self != "" {
		c.address("SOURCE;VALUE=URI", hub.Self)
	}
	c.text("X-WR-TIMEZONE", hub.Zone.String())
	if likeBrussels(hub.Zone) {
		c.line(fmt.Sprintf(timezone, hub.Zone))
	}
	for e, err := range entries {
		if err != nil {
			return err
		}
		c.listing(&e)
	}
	c.line("END:VCALENDAR")
	return c.err
}

// timezone is central European time since 1996, in the words of RFC 5545 section 3.6.5.
const timezone = "BEGIN:VTIMEZONE\r\nTZID:%s\r\n" +
	"BEGIN:DAYLIGHT\r\nDTSTART:19960331T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\nEND:DAYLIGHT\r\n" +
	"BEGIN:STANDARD\r\nDTSTART:19961027T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET\r\nEND:STANDARD\r\n" +
	"END:VTIMEZONE"

// likeBrussels reports whether zone keeps central European time.
func likeBrussels(zone *time.Location) bool {
	for instant, want := range map[time.Time]int{
		time.Date(2027, 3, 28, 0, 59, 59, 0, time.UTC): 3600, time.Date(2027, 3, 28, 1, 0, 0, 0, time.UTC): 7200,
		time.Date(2027, 10, 31, 0, 59, 59, 0, time.UTC): 7200, time.Date(2027, 10, 31, 1, 0, 0, 0, time.UTC): 3600,
	} {
		if _, offset := instant.In(zone).Zone(); offset != want {
			return false
		}
	}
	return true
}

type icsWriter struct {
	w   io.Writer
	hub Hub
	err error
}

// line writes one content line, folded at 75 bytes between characters.
func (c *icsWriter) line(s string) {
	if c.err != nil {
		return
	}
	for room := 75; len(s) > room && !strings.Contains(s, "\r\n"); room = 74 {
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		if _, c.err = io.WriteString(c.w, s[:cut]+"\r\n "); c.err != nil {
			return
		}
		s = s[cut:]
	}
	_, c.err = io.WriteString(c.w, s+"\r\n")
}

var icsEscape = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

func (c *icsWriter) text(name, value string) {
	if value != "" {
		c.line(name + ":" + icsEscape.Replace(value))
	}
}

func (c *icsWriter) listing(e *Entry) {
	s := e.Schedule
	zone, foreign := c.hub.Zone, !likeBrussels(c.hub.Zone)
	if s.Zone != "" && s.Zone != zone.String() {
		own, err := time.LoadLocation(s.Zone)
		if err != nil {
			return
		}
		zone, foreign = own, true
	}
	dates, series := s.Dates, s.Series
	var written []catalog.Series
	if foreign { // the rules of another zone would need its own history: their occurrences are written out, in UTC
		written, series = series, nil
	} else { // so are those of series that RFC 5545 cannot say
		standard := func(x catalog.Series) bool { return x.Standard() }
		written, series = slices.DeleteFunc(slices.Clone(series), standard), slices.DeleteFunc(slices.Clone(series), func(x catalog.Series) bool { return !standard(x) })
	}
	if len(written) > 0 {
		known := c.hub.Places.In("")
		if e.Place != nil {
			known = c.hub.Places.In(e.Place.Municipality)
		}
		known.Zone = zone
		occ, _ := known.Expand(catalog.Schedule{Zone: s.Zone, Series: written}, c.hub.Now.Add(-calendar.HorizonBack), c.hub.Now.Add(calendar.HorizonAhead), 0)
		dates = slices.Concat(dates, occ)
	}
	if foreign {
		zone = time.UTC
	}
	uid := func(suffix string) string {
		if len(dates)+len(series) == 1 {
			suffix = ""
		}
		return e.ID + suffix + "@" + c.hub.ID
	}
	for _, o := range dates {
		c.event(e, uid("-"+o.Start.UTC().Format("20060102T150405")), o, zone)
	}
	for i := range series {
		c.series(e, uid(fmt.Sprintf("-s%d", i+1)), &series[i], zone)
	}
}

func (c *icsWriter) event(e *Entry, uid string, o catalog.Occurrence, zone *time.Location, more ...string) {
	c.line("BEGIN:VEVENT")
	c.line("UID:" + uid)
	changed := e.UpdatedAt.UTC().Format("20060102T150405Z")
	c.line("DTSTAMP:" + changed)
	c.line("LAST-MODIFIED:" + changed)
	c.line("SEQUENCE:" + strconv.FormatInt(min(e.Change, math.MaxInt32), 10))
	c.time("DTSTART", o.Start, o.AllDay, zone)
	switch {
	case o.End.IsZero() || o.End.Before(o.Start):
	case o.AllDay:
		c.time("DTEND", o.End.AddDate(0, 0, 1), true, zone)
	case o.End.After(o.Start):
		c.time("DTEND", o.End, false, zone)
	}
	for _, l := range more {
		c.line(l)
	}
	c.about(e)
	switch status := o.Status; {
	case status == catalog.StatusCancelled || status == "" && e.Status == catalog.StatusCancelled:
		c.line("STATUS:CANCELLED")
	case status == catalog.StatusPostponed || status == "" && e.Status == catalog.StatusPostponed:
		c.line("STATUS:TENTATIVE")
	}
	c.line("TRANSP:TRANSPARENT") // what one could go to takes no time of one's own
	c.line("END:VEVENT")
}

func (c *icsWriter) about(e *Entry) {
	c.text("SUMMARY", e.Title)
	parts := []string{e.Description, price(e).Text}
	if e.Description == "" {
		parts[0] = e.Summary
	}
	parts = append(parts, credits(e)...)
	c.text("DESCRIPTION", strings.Join(nonEmpty(parts), "\n\n"))
	p := place(e)
	c.text("LOCATION", strings.Join(nonEmpty([]string{p.Name, p.Address, strings.TrimSpace(p.PostalCode + " " + p.Locality)}), ", "))
	if p.Lat != nil && p.Lon != nil {
		c.line("GEO:" + degrees(p.Lat) + ";" + degrees(p.Lon))
	}
	c.text("CONTACT", organizer(e).Name)
	if url := c.hub.link(e); url != "" {
		c.address("URL", url)
	}
	categories := make([]string, len(e.Categories))
	for i, v := range e.Categories {
		if c.hub.Theme != nil {
			v = c.hub.Theme(v)
		}
		categories[i] = icsEscape.Replace(v)
	}
	if len(categories) > 0 {
		c.line("CATEGORIES:" + strings.Join(categories, ","))
	}
}

func (c *icsWriter) address(name, url string) {
	c.line(name + ":" + strings.NewReplacer("\r", "", "\n", "").Replace(url))
}

// credits names the sources of a listing, with their licences.
func credits(e *Entry) []string {
	var out []string
	for _, s := range e.Sources {
		credit := s.Attribution
		if credit == "" {
			credit = s.Name
		}
		if s.Licence != "" {
			credit += " (" + s.Licence + ")"
		}
		out = append(out, credit)
	}
	return out
}

func nonEmpty(parts []string) []string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}

func (c *icsWriter) series(e *Entry, uid string, s *catalog.Series, zone *time.Location) {
	var rules []string
	for _, r := range s.Rules {
		rules = append(rules, "RRULE:"+until(r, s.AllDay, zone))
	}
	for _, t := range s.Added {
		rules = append(rules, property("RDATE", t, s.AllDay, zone))
	}
	for _, t := range s.Except {
		rules = append(rules, property("EXDATE", whole(t, s, zone), s.AllDay, zone))
	}
	c.event(e, uid, catalog.Occurrence{Start: s.Start, End: s.End, AllDay: s.AllDay, Status: s.Status}, zone, rules...)
	for _, o := range s.Overrides {
		id := property("RECURRENCE-ID", whole(o.ID, s, zone), s.AllDay, zone)
		if o.Following {
			id = strings.Replace(id, "RECURRENCE-ID", "RECURRENCE-ID;RANGE=THISANDFUTURE", 1)
		}
		c.event(e, uid, o.Occurrence, zone, id)
	}
}

// whole gives the instant that an exception names; one that is a mere day, as catalog.Date gives it, means the series' time of that day.
func whole(t time.Time, s *catalog.Series, zone *time.Location) time.Time {
	if s.AllDay || t.Location() != time.UTC || !t.Equal(t.Truncate(24*time.Hour)) {
		return t
	}
	h, m, sec := s.Start.In(zone).Clock()
	return catalog.LocalTime(zone, time.Date(t.Year(), t.Month(), t.Day(), h, m, sec, 0, time.UTC))
}

// until gives a rule with its UNTIL as RFC 5545 section 3.3.10 wants it beside a start with a zone: in UTC, or a day for days.
func until(rule string, allDay bool, zone *time.Location) string {
	parts := strings.Split(rule, ";")
	for i, p := range parts {
		name, v, _ := strings.Cut(p, "=")
		if !strings.EqualFold(name, "UNTIL") {
			continue
		}
		day, clock, timed := strings.Cut(strings.ToUpper(v), "T")
		switch {
		case allDay:
			parts[i] = "UNTIL=" + day
		case !timed:
			clock = "235959"
			fallthrough
		case !strings.HasSuffix(clock, "Z"):
			if wall, err := time.Parse("20060102T150405", day+"T"+clock); err == nil {
				parts[i] = "UNTIL=" + catalog.LocalTime(zone, wall).UTC().Format("20060102T150405Z")
			}
		}
	}
	return strings.Join(parts, ";")
}

func (c *icsWriter) time(name string, t time.Time, allDay bool, zone *time.Location) {
	c.line(property(name, t, allDay, zone))
}

func property(name string, t time.Time, allDay bool, zone *time.Location) string {
	switch {
	case allDay:
		return name + ";VALUE=DATE:" + t.Format("20060102")
	case likeBrussels(zone):
		return name + ";TZID=" + zone.String() + ":" + t.In(zone).Format("20060102T150405")
	}
	return name + ":" + t.UTC().Format("20060102T150405Z")
}
