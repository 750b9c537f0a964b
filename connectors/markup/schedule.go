package markup

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors/when"
)

// schedule: eventSchedule gives series, sub-events give dates, else startDate and endDate give one date.
func (a *adapter) schedule(n *Node, parts []*Node) catalog.Schedule {
	s := catalog.Schedule{Zone: a.Zone.String()}
	for _, rule := range n.nodes("eventSchedule", "courseSchedule") {
		if len(s.Series) >= catalog.MaxRules {
			break
		}
		series, zone, err := a.series(n, rule)
		if err != nil {
			a.badDate = err.Error()
			a.note("eventSchedule kan ikke brukes: %v", err)
			continue
		}
		s.Zone = zone.String()
		s.Series = append(s.Series, series)
	}
	if len(s.Series) > 0 {
		return s
	}
	for _, part := range parts {
		if o, ok := a.occurrence(part); ok && len(s.Dates) < catalog.MaxDates {
			o.Status, o.URL = status(part), a.url(part.plain("url"))
			s.Dates = append(s.Dates, o)
		}
	}
	if o, ok := a.occurrence(n); ok && len(s.Dates) == 0 {
		s.Dates = []catalog.Occurrence{o}
	}
	slices.SortStableFunc(s.Dates, func(x, y catalog.Occurrence) int { return x.Start.Compare(y.Start) })
	return s
}

// occurrence reads startDate with endDate or duration.
func (a *adapter) occurrence(n *Node) (catalog.Occurrence, bool) {
	text := n.plain("startDate")
	start, ok := a.time(text, "startDate")
	if !ok {
		return catalog.Occurrence{}, false
	}
	o := catalog.Occurrence{Start: start.Time, AllDay: start.Day}
	endText := n.plain("endDate")
	end, ended := a.time(endText, "endDate")
	if d := duration(n.plain("duration")); !ended && d > 0 && !start.Day {
		end, ended = when.Time{Time: start.Time.Add(d)}, true
	}
	switch {
	case !ended:
	case wholeDay(text, endText):
		// A calendar that must give a clock writes a whole day as 00:00 to 23:59.
		o.AllDay, o.Start, o.End = true, dayOf(start.Time), dayOf(end.Time)
	case start.Day && end.Day:
		o.End = end.Time
	case start.Day:
		o.End = dayOf(end.Time.In(a.Zone))
	case end.Day && dayOf(start.Time.In(a.Zone)).Equal(end.Time):
		// The day it starts on: no end is stated.
	case end.Day:
		o.End = a.instant(end, true)
	default:
		o.End = end.Time
	}
	if !o.End.IsZero() && o.End.Before(o.Start) {
		a.note("Slutten (%s) er før starten (%s) og er utelatt", endText, text)
		o.End = time.Time{}
	}
	if before, ok := a.time(n.plain("previousStartDate"), "previousStartDate"); ok && before.Day == o.AllDay && !before.Time.Equal(o.Start) {
		o.PreviousStart = before.Time
	}
	return o, true
}

var midnight = regexp.MustCompile(`[Tt ]00:00(?::00)?(?:[.]0+)?([Zz]|[+-]\d{2}:?\d{2})?$`)
var lastMinute = regexp.MustCompile(`[Tt ]23:59(?::\d\d)?(?:[.]\d+)?([Zz]|[+-]\d{2}:?\d{2})?$`)

func wholeDay(start, end string) bool {
	return midnight.MatchString(start) && lastMinute.MatchString(end)
}

// dayOf is t's calendar day as its own clock shows it.
func dayOf(t time.Time) time.Time { return catalog.Date(t.Date()) }

// time reads one moment of a property; a bad one is noted.
func (a *adapter) time(s, field string) (when.Time, bool) {
	if s == "" {
		return when.Time{}, false
	}
	t, err := when.Parse(s, a.Zone)
	if err == nil {
		return t, true
	}
	if field == "startDate" {
		a.badDate = err.Error()
	} else {
		a.note("%s er utelatt: %v", field, err)
	}
	return when.Time{}, false
}

// instant is the beginning of a day, or its last moment.
func (a *adapter) instant(t when.Time, last bool) time.Time {
	switch {
	case !t.Day:
		return t.Time
	case last:
		return catalog.LocalTime(a.Zone, t.Time.AddDate(0, 0, 1))
	}
	return catalog.LocalTime(a.Zone, t.Time)
}

var isoDuration = regexp.MustCompile(`^P(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,5})S)?)?$`)

func duration(s string) time.Duration {
	m := isoDuration.FindStringSubmatch(s)
	if m == nil {
		return 0
	}
	n := func(i int) time.Duration { v, _ := strconv.Atoi(m[i]); return time.Duration(v) }
	return n(1)*24*time.Hour + n(2)*time.Hour + n(3)*time.Minute + n(4)*time.Second
}

var (
	frequencies = map[string]string{"D": "DAILY", "W": "WEEKLY", "M": "MONTHLY", "Y": "YEARLY", "DAILY": "DAILY", "WEEKLY": "WEEKLY", "MONTHLY": "MONTHLY", "YEARLY": "YEARLY", "ANNUALLY": "YEARLY"}
	isoPeriod   = regexp.MustCompile(`^P(\d{1,3})([DWMY])$`)
	clockOnly   = regexp.MustCompile(`^T?(\d{1,2}):(\d{2})(?::\d{2})?(?:[.]\d+)?([Zz]|[+-]\d{2}:?\d{2})?$`)
	byDays      = map[string]time.Weekday{"su": 0, "mo": 1, "tu": 2, "we": 3, "th": 4, "fr": 5, "sa": 6}
	ruleDays    = [...]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}
)

// series makes a series of a Schedule (schema.org, OpenActive Modelling Opportunity Data 2.0 section 4.9). The first occurrence is
// the first day of the rule from startDate on, so that nothing depends on the day of reading.
func (a *adapter) series(n, rule *Node) (catalog.Series, *time.Location, error) {
	var s catalog.Series
	zone := a.Zone
	if name := rule.plain("scheduleTimezone"); name != "" && name != zone.String() {
		named, err := time.LoadLocation(name)
		if err != nil || name == "Local" {
			return s, zone, fmt.Errorf("tidssonen «%s» finnes ikke", name)
		}
		zone = named
	}
	firstText := cmp.Or(rule.plain("startDate"), n.plain("startDate"))
	if firstText == "" {
		return s, zone, fmt.Errorf("startDate mangler")
	}
	first, err := when.Parse(firstText, zone)
	if err != nil {
		return s, zone, err
	}
	day := first.Time
	minute, end := -1, -1
	if !first.Day {
		local := first.Time.In(zone)
		day, minute = dayOf(local), local.Hour()*60+local.Minute()
	}
	if m, ok := clockOf(rule.plain("startTime")); ok {
		minute = m
	}
	if m, ok := clockOf(rule.plain("endTime")); ok {
		end = m
	}
	days, err := weekdaysOf(rule)
	if err != nil {
		return s, zone, err
	}
	for len(days) > 0 && !slices.Contains(days, day.Weekday()) {
		day = day.AddDate(0, 0, 1)
	}
	s.AllDay = minute < 0
	s.Start = day
	if minute >= 0 {
		s.Start = when.Clock(day, minute, zone)
		switch length := duration(rule.plain("duration")); {
		case end > minute:
			s.End = when.Clock(day, end, zone)
		case end >= 0 && end < minute:
			s.End = when.Clock(day.AddDate(0, 0, 1), end, zone)
		case length > 0:
			s.End = s.Start.Add(length)
		}
	}
	text, err := ruleText(rule, days, s.AllDay, zone)
	if err != nil {
		return s, zone, err
	}
	if text != "" {
		s.Rules = []string{text}
	}
	for _, x := range rule.texts("exceptDate") {
		t, err := when.Parse(x, zone)
		switch {
		case err != nil || len(s.Except) >= catalog.MaxDates:
			a.note("exceptDate er utelatt: %v", err)
		case s.AllDay:
			s.Except = append(s.Except, dayOf(t.Time))
		case t.Day:
			s.Except = append(s.Except, when.Clock(t.Time, minute, zone))
		default:
			s.Except = append(s.Except, t.Time)
		}
	}
	return s, zone, nil
}

func clockOf(s string) (int, bool) {
	m := clockOnly.FindStringSubmatch(s)
	if m == nil {
		if t, err := when.Parse(s, time.UTC); err == nil && !t.Day {
			return t.Time.Hour()*60 + t.Time.Minute(), true
		}
		return 0, false
	}
	h, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	return h*60 + minute, h < 24 && minute < 60
}

func weekdaysOf(rule *Node) ([]time.Weekday, error) {
	var out []time.Weekday
	for _, text := range rule.texts("byDay") {
		for part := range strings.SplitSeq(text, ",") {
			name := strings.ToLower(local(part))
			day, ok := byDays[name[:min(2, len(name))]]
			if !ok {
				return nil, fmt.Errorf("byDay «%s» er ingen ukedag som kan leses", part)
			}
			if !slices.Contains(out, day) {
				out = append(out, day)
			}
		}
	}
	return out, nil
}

// ruleText is the RRULE, "" for a Schedule that does not repeat.
func ruleText(rule *Node, days []time.Weekday, allDay bool, zone *time.Location) (string, error) {
	frequency := strings.ToUpper(strings.TrimSpace(local(rule.plain("repeatFrequency"))))
	interval := 1
	if m := isoPeriod.FindStringSubmatch(frequency); m != nil {
		interval, _ = strconv.Atoi(m[1])
		frequency = m[2]
	}
	switch {
	case frequency == "" && len(days) == 0:
		return "", nil
	case frequency == "":
		frequency = "WEEKLY"
	}
	freq := frequencies[frequency]
	if freq == "" || interval < 1 {
		return "", fmt.Errorf("repeatFrequency «%s» kan ikke leses", rule.plain("repeatFrequency"))
	}
	text := "FREQ=" + freq
	if interval > 1 {
		text += fmt.Sprintf(";INTERVAL=%d", interval)
	}
	if len(days) > 0 {
		names := make([]string, len(days))
		for i, d := range days {
			names[i] = ruleDays[d]
		}
		text += ";BYDAY=" + strings.Join(names, ",")
	}
	for _, prop := range []string{"byMonth", "byMonthDay"} {
		figures := rule.texts(prop)
		for _, x := range figures {
			if i, err := strconv.Atoi(x); err != nil || i == 0 || i < -31 || i > 31 {
				return "", fmt.Errorf("%s «%s» kan ikke leses", prop, x)
			}
		}
		if len(figures) > 0 {
			text += ";" + strings.ToUpper(prop) + "=" + strings.Join(figures, ",")
		}
	}
	if count, err := strconv.Atoi(rule.plain("repeatCount")); err == nil && count > 0 {
		return text + fmt.Sprintf(";COUNT=%d", count), nil
	}
	if last := rule.plain("endDate"); last != "" {
		t, err := when.Parse(last, zone)
		switch {
		case err != nil:
			return "", err
		case allDay:
			text += ";UNTIL=" + dayOf(t.Time).Format("20060102")
		case t.Day:
			text += ";UNTIL=" + catalog.LocalTime(zone, t.Time.AddDate(0, 0, 1)).Add(-time.Second).UTC().Format("20060102T150405Z")
		default:
			text += ";UNTIL=" + t.Time.UTC().Format("20060102T150405Z")
		}
	}
	return text, nil
}
