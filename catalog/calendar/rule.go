package calendar

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
)

// Bounds of a rule; what lies beyond is refused by CheckRule.
const (
	// MaxPerDay is how many times a day a rule may give by BYHOUR, BYMINUTE and BYSECOND together.
	MaxPerDay   = 24
	maxInterval = 10_000
	maxCount    = 1_000_000
	maxList     = 400 // values of one rule part
)

type frequency int

const (
	daily frequency = iota
	weekly
	monthly
	yearly
)

// nthDay is one value of BYDAY: weekday counts from Monday = 0; n is 0 for every such day.
type nthDay struct{ n, weekday int }

type rule struct {
	freq       frequency
	interval   int
	count      int       // 0: no bound
	until      time.Time // wall clock or instant, see untilForm; zero: no bound
	untilForm  untilForm
	weekStart  int // Monday = 0
	byDay      []nthDay
	byMonth    []int
	byMonthDay []int
	byYearDay  []int
	byWeekNo   []int
	byHour     []int
	byMinute   []int
	bySecond   []int
	bySetPos   []int
	parity     catalog.WeekParity // of the series
}

type untilForm int

const (
	untilDate untilForm = iota
	untilLocal
	untilUTC
)

// CheckRule says in Norwegian what is wrong with an RRULE value (RFC 5545 section 3.3.10, without the name): sub-daily
// frequencies, numbers out of range, and rules that never give a date, such as 30 February. Case and spaces do not matter, words that
// are no part of a rule are skipped, and both UNTIL and COUNT may be there.
func CheckRule(s string) error {
	r, err := parseRule(s)
	if err != nil {
		return err
	}
	r.until, r.count, r.interval = time.Time{}, 0, 1
	first := dayNumber(2000, time.January, 1)
	for range r.walk(moment{day: first}, first, dayNumber(2028, time.January, 1)) { // 29 February has been on every weekday by then
		return nil
	}
	return errors.New("regelen gir ingen datoer, for eksempel fordi dagen ikke finnes i måneden")
}

func parseRule(s string) (rule, error) {
	r := rule{interval: 1, freq: -1}
	s = strings.ToUpper(strings.Join(strings.Fields(s), ""))
	for strings.HasPrefix(s, "RRULE:") {
		s = s[len("RRULE:"):]
	}
	for part := range strings.SplitSeq(s, ";") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		if value == "" && !slices.Contains(bounding, name) {
			continue
		}
		if err := r.set(name, value); err != nil {
			return r, err
		}
	}
	if r.freq < 0 {
		return r, errors.New("regelen mangler FREQ")
	}
	if max(1, len(r.byHour))*max(1, len(r.byMinute))*max(1, len(r.bySecond)) > MaxPerDay {
		return r, fmt.Errorf("regelen gir mer enn %d tidspunkter om dagen", MaxPerDay)
	}
	for _, d := range r.byDay {
		if r.freq == monthly && (d.n > 5 || d.n < -5) {
			return r, fmt.Errorf("BYDAY: måneden har ingen ukedag nummer %d", d.n)
		}
	}
	return r, nil
}

// bounding are the parts without whose value a rule would give more than it should.
var bounding = []string{"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYSETPOS"}

func (r *rule) set(name, value string) (err error) {
	switch name {
	case "FREQ":
		i := slices.Index([]string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}, value)
		switch {
		case i >= 0:
			r.freq = frequency(i)
		case slices.Contains([]string{"SECONDLY", "MINUTELY", "HOURLY"}, value):
			return fmt.Errorf("FREQ=%s er oftere enn daglig", value)
		default:
			return fmt.Errorf("FREQ=%.20s finnes ikke", value)
		}
	case "INTERVAL":
		r.interval, err = number(name, value, 1, maxInterval)
	case "COUNT":
		r.count, err = number(name, value, 1, maxCount)
	case "UNTIL":
		err = r.setUntil(value)
	case "WKST":
		if r.weekStart = slices.Index(weekdays, value); r.weekStart < 0 {
			return fmt.Errorf("WKST=%.20s er ikke en ukedag", value)
		}
	case "BYDAY":
		r.byDay, err = nthDays(value)
	case "BYMONTH":
		r.byMonth, err = numbers(name, value, 1, 12, false)
	case "BYMONTHDAY":
		r.byMonthDay, err = numbers(name, value, 1, 31, true)
	case "BYYEARDAY":
		r.byYearDay, err = numbers(name, value, 1, 366, true)
	case "BYWEEKNO":
		r.byWeekNo, err = numbers(name, value, 1, 53, true)
	case "BYHOUR":
		r.byHour, err = numbers(name, value, 0, 23, false)
	case "BYMINUTE":
		r.byMinute, err = numbers(name, value, 0, 59, false)
	case "BYSECOND":
		r.bySecond, err = numbers(name, value, 0, 59, false)
	case "BYSETPOS":
		r.bySetPos, err = numbers(name, value, 1, 366, true)
	case "RSCALE":
		if value != "GREGORIAN" {
			return fmt.Errorf("kalenderen %.20s støttes ikke", value)
		}
	case "SKIP":
		if value != "OMIT" {
			return fmt.Errorf("SKIP=%.20s støttes ikke", value)
		}
	default:
		if !strings.HasPrefix(name, "X-") {
			return fmt.Errorf("regelen har en ukjent del, %.20s", name)
		}
	}
	return err
}

var plainTime = strings.NewReplacer("-", "", ":", "")

func (r *rule) setUntil(value string) error {
	v := plainTime.Replace(value)
	layout := "20060102"
	switch {
	case strings.HasSuffix(v, "Z"):
		layout, r.untilForm = "20060102T150405Z", untilUTC
	case strings.Contains(v, "T"):
		layout, r.untilForm = "20060102T150405", untilLocal
	}
	t, err := time.Parse(layout, v)
	if err != nil || t.Year() < 1 {
		return fmt.Errorf("UNTIL=%.30s er ikke en dato", value)
	}
	r.until = t
	return nil
}

var weekdays = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

func nthDays(value string) ([]nthDay, error) {
	var out []nthDay
	for s := range strings.SplitSeq(value, ",") {
		if s == "" {
			continue
		}
		var d nthDay
		var err error
		cut := max(0, len(s)-2)
		if d.weekday = slices.Index(weekdays, s[cut:]); d.weekday < 0 {
			return nil, fmt.Errorf("BYDAY=%.20s er ikke en ukedag", s)
		}
		if s[:cut] != "" {
			if d.n, err = strconv.Atoi(s[:cut]); err != nil || d.n == 0 || d.n > 53 || d.n < -53 {
				return nil, fmt.Errorf("BYDAY=%.20s har et ugyldig nummer", s)
			}
		}
		if out = append(out, d); len(out) > maxList {
			return nil, errors.New("BYDAY har for mange verdier")
		}
	}
	return out, nil
}

func numbers(name, value string, low, high int, negative bool) ([]int, error) {
	var out []int
	for s := range strings.SplitSeq(value, ",") {
		if s == "" {
			continue
		}
		n, err := number(name, strings.TrimPrefix(s, "-"), low, high)
		if err != nil || s[0] == '-' && !negative {
			return nil, fmt.Errorf("%s=%.20s er utenfor det tillatte", name, s)
		}
		if s[0] == '-' {
			n = -n
		}
		if out = append(out, n); len(out) > maxList {
			return nil, fmt.Errorf("%s har for mange verdier", name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func number(name, value string, low, high int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%s=%.20s må være et tall fra %d til %d", name, value, low, high)
	}
	return n, nil
}
