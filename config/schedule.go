package config

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"fritidshub/catalog"
)

// MinInterval is the shortest time between two runs of a source of most kinds.
const MinInterval = 5 * time.Minute

// Schedule says when a source is pulled, in the hub's zone. The zero value never fires.
type Schedule struct {
	Spec string
	cron cron.Schedule
	zone *time.Location
}

// ParseSchedule reads five cron fields, @hourly, @daily, @weekly, @monthly, @yearly or @every DURATION. Its errors are Norwegian
// sentences. It refuses what would fire again before least has passed, what would never fire, and zones inside the text.
func ParseSchedule(spec string, zone *time.Location, least time.Duration) (s Schedule, err error) {
	defer func() {
		if recover() != nil { // cron.ParseStandard panics on some texts
			s, err = Schedule{}, fmt.Errorf("tidsplanen %q kan ikke leses", spec)
		}
	}()
	tooOften := fmt.Errorf("tidsplanen %q henter oftere enn hvert %d. minutt", spec, int(least.Minutes()))
	if least == time.Minute {
		tooOften = fmt.Errorf("tidsplanen %q henter oftere enn hvert minutt", spec)
	}
	trimmed := strings.TrimSpace(spec)
	if strings.Contains(trimmed, "TZ=") {
		return Schedule{}, fmt.Errorf("tidsplanen %q har en tidssone; den settes i hub.timezone", spec)
	}
	if every, ok := strings.CutPrefix(trimmed, "@every "); ok {
		d, err := time.ParseDuration(strings.TrimSpace(every))
		if err != nil {
			return Schedule{}, fmt.Errorf("%q er ikke en varighet (for eksempel 30m eller 6h)", every)
		}
		if d < max(least, time.Second) {
			return Schedule{}, tooOften
		}
	}
	parsed, err := cron.ParseStandard(trimmed)
	if err != nil {
		return Schedule{}, fmt.Errorf("tidsplanen %q kan ikke leses", spec)
	}
	s = Schedule{Spec: trimmed, cron: parsed, zone: zone}
	if _, constant := parsed.(cron.ConstantDelaySchedule); constant {
		return s, nil
	}
	// The shortest gap of five cron fields shows within the fires of one day that has any.
	at := parsed.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(-time.Second))
	if at.IsZero() {
		return Schedule{}, fmt.Errorf("tidsplanen %q slår aldri til", spec)
	}
	for range 24*60 + 1 {
		next := parsed.Next(at)
		if next.IsZero() {
			break
		}
		if next.Sub(at) < least {
			return Schedule{}, tooOften
		}
		at = next
	}
	return s, nil
}

// Next is the first time after t at which the source is due; the zero time when there is none. A wall clock that the change to
// summer time skips fires an hour later, one that the change back doubles fires once.
func (s Schedule) Next(t time.Time) time.Time {
	if s.cron == nil {
		return time.Time{}
	}
	if _, constant := s.cron.(cron.ConstantDelaySchedule); constant {
		return s.cron.Next(t)
	}
	local := t.In(s.zone)
	y, mo, d := local.Date()
	h, mi, sec := local.Clock()
	wall := time.Date(y, mo, d, h, mi, sec, 0, time.UTC)
	for range 200 {
		if wall = s.cron.Next(wall); wall.IsZero() {
			return time.Time{}
		}
		if at := catalog.LocalTime(s.zone, wall); at.After(t) {
			return at
		}
	}
	return time.Time{}
}

// touchesChange reports whether it fires between 02:00 and 03:00, the hour that daylight saving skips or doubles, and not also every hour.
func (s Schedule) touchesChange() bool {
	spec, ok := s.cron.(*cron.SpecSchedule)
	return ok && spec.Hour&(1<<2) != 0 && spec.Hour&(1<<3) == 0
}

var scheduleWords = map[string]string{
	"daglig": "@daily", "daily": "@daily", "hver dag": "@daily", "dag": "@daily", "ukentlig": "@weekly", "weekly": "@weekly", "hver uke": "@weekly", "uke": "@weekly",
	"hver time": "@hourly", "timevis": "@hourly", "time": "@hourly", "hourly": "@hourly", "månedlig": "@monthly", "monthly": "@monthly", "hver måned": "@monthly",
	"årlig": "@yearly", "yearly": "@yearly",
}

// scheduleMeant gives the schedule that a wrong one was probably meant to be; "" for none.
func scheduleMeant(spec string) string {
	word := strings.TrimPrefix(strings.ToLower(strings.TrimSpace(spec)), "@")
	if meant := scheduleWords[word]; meant != "" {
		return meant
	}
	if d, err := time.ParseDuration(strings.TrimPrefix(strings.ReplaceAll(word, " ", ""), "every")); err == nil && d >= MinInterval {
		return "@every " + strings.TrimPrefix(strings.ReplaceAll(word, " ", ""), "every")
	}
	return ""
}
