package params

import (
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/index"
)

// Whens are the values of `when`.
func Whens() []string { return []string{"today", "tomorrow", "weekend", "week", "next_week", "month"} }

func readWhen(s *Search, _ *Rules, v string) string {
	if !slices.Contains(Whens(), v) {
		return "one of " + strings.Join(Whens(), ", ")
	}
	s.When = v
	return ""
}

// Resolve gives the query the range that `when` says on the clock of a zone at Query.Now. What has begun goes on from now. Weeks begin on Monday, and
// on a Sunday the week is what is left of that day; the weekend begins when Friday's evening does.
func (s *Search) Resolve(zone *time.Location) {
	if s.When == "" {
		return
	}
	now := s.Query.Now.In(zone)
	today := catalog.Date(now.Date())
	day := func(n, hour int) time.Time {
		return catalog.LocalTime(zone, today.AddDate(0, 0, n).Add(time.Duration(hour)*time.Hour))
	}
	weekday := (int(now.Weekday()) + 6) % 7 // Monday 0
	from, to := now, day(1, 0)
	switch s.When {
	case "tomorrow":
		from, to = day(1, 0), day(2, 0)
	case "weekend":
		from, to = day(4-weekday, index.EveningHour), day(7-weekday, 0)
	case "week":
		to = day(7-weekday, 0)
	case "next_week":
		from, to = day(7-weekday, 0), day(14-weekday, 0)
	case "month":
		to = catalog.LocalTime(zone, catalog.Date(now.Year(), now.Month()+1, 1))
	}
	if !from.After(now) {
		from = time.Time{}
	}
	s.Query.From, s.Query.To = from, to
}
