package words

import (
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
)

// Ago says how long before now something was: "nå nettopp", "for 14 minutter siden", "i går", "for 3 dager siden". Days are those of
// now's location.
func (l *Language) Ago(t, now time.Time) string {
	d := now.Sub(t)
	days := daysBetween(t.In(now.Location()), now)
	switch {
	case d < time.Minute:
		return l.T("ago.now")
	case d < time.Hour:
		return l.T("ago.minutes", int(d/time.Minute))
	case days == 0 || d < 6*time.Hour:
		return l.T("ago.hours", int(d/time.Hour))
	case days == 1:
		return l.T("ago.yesterday")
	case days < 60:
		return l.T("ago.days", days)
	}
	return l.T("ago.months", days/30)
}

// Since names the moment from which something seen now is: "i dag kl. 09.15", "i går", "20. november".
func (l *Language) Since(t, now time.Time) string {
	t = t.In(now.Location())
	switch daysBetween(t, now) {
	case 0:
		return l.T("day.today") + " " + l.T("time.at", l.Clock(t))
	case 1:
		return l.T("day.yesterday")
	}
	return l.Day(t, now)
}

// daysBetween counts the midnights from a to b on the calendar.
func daysBetween(a, b time.Time) int {
	day := func(t time.Time) time.Time { return catalog.Date(t.Year(), t.Month(), t.Day()) }
	return int(day(b).Sub(day(a)).Hours() / 24)
}

// Clock prints a time of the day: "8", "18.30", "00.15"; where a colon is usual "08:00".
func (l *Language) Clock(t time.Time) string {
	if !l.dotted {
		return t.Format("15:04")
	}
	clock := t.Format("15.04")
	if t.Hour() > 0 {
		clock = strings.TrimPrefix(clock, "0")
	}
	return strings.TrimSuffix(clock, ".00")
}

// Day prints a date: "3. desember", with the year when it is not now's.
func (l *Language) Day(t, now time.Time) string {
	s := strings.NewReplacer("{0}", strconv.Itoa(t.Day()), "{1}", l.lists["months"][t.Month()-1]).Replace(l.date)
	if t.Year() != now.Year() {
		s += " " + t.Format("2006")
	}
	return s
}

// DayNamed prints a date with its weekday, or the words for today and tomorrow: "torsdag 3. desember", "i morgen".
func (l *Language) DayNamed(t, now time.Time) string {
	switch daysBetween(now, t) {
	case 0:
		return l.T("day.today")
	case 1:
		return l.T("day.tomorrow")
	}
	return l.Weekday(t) + " " + l.Day(t, now)
}

// Month names t's month, as it is called without a day.
func (l *Language) Month(t time.Time) string { return l.lists["alone"][t.Month()-1] }

// Weekday names t's day of the week.
func (l *Language) Weekday(t time.Time) string { return l.lists["weekdays"][(int(t.Weekday())+6)%7] }

// When says an occurrence: "torsdag 3. desember kl. 18-20", "i dag kl. 18", "3. desember-5. januar 2027", and for one that began
// before now "pågår til …". Days are those of zone.
func (l *Language) When(o catalog.Occurrence, now time.Time, zone *time.Location) string {
	now = now.In(zone)
	start, end := o.Start, o.End
	if !o.AllDay {
		start, end = start.In(zone), end.In(zone)
	}
	from, to := o.Span(zone)
	running := from.Before(now) && now.Before(to)
	oneDay := o.End.IsZero() || daysBetween(start, end) <= 0 ||
		!o.AllDay && end.Sub(start) < 24*time.Hour && end.Hour() < 6 // a night belongs to its evening
	switch {
	case running && !oneDay:
		return l.T("when.running", l.DayNamed(end, now))
	case !oneDay:
		return l.DayNamed(start, now) + l.T("when.to") + l.DayNamed(end, now)
	case o.AllDay:
		return l.DayNamed(start, now)
	}
	clock := l.Clock(start)
	if !o.End.IsZero() && end.After(start) {
		clock = l.Clocks(clock, l.Clock(end))
	}
	return l.DayNamed(start, now) + " " + l.T("time.at", clock)
}

// Clocks prints two times of the day as a range, which goes from left to right also in a text that does not.
func (l *Language) Clocks(from, to string) string {
	if l.Dir == "rtl" {
		return "\u2066" + from + "–" + to + "\u2069"
	}
	return from + "–" + to
}

// Machine prints an occurrence's start for the datetime attribute of HTML.
func Machine(o catalog.Occurrence, zone *time.Location) string {
	if o.AllDay {
		return o.Start.Format(time.DateOnly)
	}
	return o.Start.In(zone).Format(time.RFC3339)
}
