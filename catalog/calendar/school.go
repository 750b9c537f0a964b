package calendar

import (
	"cmp"
	"slices"
	"time"

	"fritidshub/catalog"
)

// SchoolCalendar is when the schools of one county or municipality are closed. Of the school years that it does not have it knows no
// more than the public holidays. It is read-only and may be shared; nil is a calendar that is not known, on which nothing is closed.
type SchoolCalendar struct {
	Area string // county number (two digits) or municipality number (four)
	Name string

	closed []closedDays // by first day; they may overlap
}

// closedDays are the days first to last, last inclusive, as day numbers.
type closedDays struct {
	first, last int
	name        string
}

// Closed reports whether the schools are closed on day, of which only the date counts, not its zone.
func (c *SchoolCalendar) Closed(day time.Time) bool { return c.Break(day) != "" }

// Break names why the schools are closed on day ("høstferie"), empty when they are open or when it is not known. Saturdays and Sundays
// outside the holidays are no break.
func (c *SchoolCalendar) Break(day time.Time) string {
	if c == nil {
		return ""
	}
	return c.at(dayNumber(day.Date()))
}

func (c *SchoolCalendar) at(day int) string {
	after, _ := slices.BinarySearchFunc(c.closed, day+1, func(d closedDays, day int) int { return cmp.Compare(d.first, day) })
	for _, d := range c.closed[:after] {
		if d.last >= day {
			return d.name
		}
	}
	return publicHoliday(day)
}

// schoolYear gives what is closed in the school year that begins in the autumn of begins: before the first day of school and after the
// last one, when they are stated, and in the breaks. A school year is 1 August to 31 July.
func schoolYear(begins int, first, last time.Time, breaks []closedDays) []closedDays {
	const summer = "sommerferie"
	out := slices.Clone(breaks)
	for i, b := range out {
		if b.last-b.first >= 4 && weekdayOf(b.last) == 4 {
			out[i].last += 2
		}
	}
	if !first.IsZero() {
		out = append(out, closedDays{dayNumber(begins, time.August, 1), dayNumber(first.Date()) - 1, summer})
	}
	if !last.IsZero() {
		out = append(out, closedDays{dayNumber(last.Date()) + 1, dayNumber(begins+1, time.July, 31), summer})
	}
	return out
}

// Schools are the school calendars that are known, by area. They are read-only and may be shared; nil knows none.
type Schools struct{ areas map[string]*SchoolCalendar }

// In gives the calendar of a municipality (four digits), its own years before those of its county; nil when none is known.
func (s *Schools) In(municipality string) *SchoolCalendar {
	if s == nil || len(municipality) != 4 {
		return nil
	}
	if own := s.areas[municipality]; own != nil {
		return own
	}
	return s.areas[municipality[:2]]
}

// Hub makes the calendars of the places of one hub.
type Hub struct {
	Zone         *time.Location
	Municipality string // four digits, where a place names none
	Schools      *Schools
}

// At gives the calendar at a place, which may be nil.
func (h Hub) At(p *catalog.Place) Calendar {
	if p == nil {
		return h.In("")
	}
	return h.In(p.Municipality)
}

// In gives the calendar of a municipality, the hub's own when it is empty.
func (h Hub) In(municipality string) Calendar {
	return Calendar{Zone: h.Zone, School: h.Schools.In(cmp.Or(municipality, h.Municipality))}
}
