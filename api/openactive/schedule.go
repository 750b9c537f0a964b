package openactive

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
)

// plan is a Schedule, or a PartialSchedule where OpenActive cannot say all that the hub knows.
type plan struct {
	Type       string   `json:"@type"`
	Scheduled  string   `json:"scheduledEventType,omitzero"`
	StartDate  string   `json:"startDate,omitzero"`
	EndDate    string   `json:"endDate,omitzero"`
	StartTime  string   `json:"startTime,omitzero"`
	EndTime    string   `json:"endTime,omitzero"`
	Duration   string   `json:"duration,omitzero"`
	Zone       string   `json:"scheduleTimezone"`
	Frequency  string   `json:"repeatFrequency,omitzero"`
	Count      int      `json:"repeatCount,omitzero"`
	ByDay      []string `json:"byDay,omitempty"`
	ByMonth    []int    `json:"byMonth,omitempty"`
	ByMonthDay []int    `json:"byMonthDay,omitempty"`
	Except     []string `json:"exceptDate,omitempty"`
}

const clock = "15:04"

// plans are the recurring parts of a schedule, as parts of an event of that type.
func plans(s catalog.Schedule, zone *time.Location, eventType string) []plan {
	if own, err := time.LoadLocation(s.Zone); err == nil && s.Zone != "" {
		zone = own
	}
	var out []plan
	for _, series := range s.Series {
		for _, text := range series.Rules {
			out = append(out, planOf(&series, text, zone, eventType))
		}
	}
	return out
}

func planOf(s *catalog.Series, text string, zone *time.Location, eventType string) plan {
	start, end := s.Start, s.End
	if !s.AllDay {
		start, end = start.In(zone), end.In(zone)
	}
	p := plan{Type: "Schedule", Scheduled: eventType, Zone: zone.String(), StartDate: start.Format(time.DateOnly)}
	exact := s.Standard() && len(s.Rules) == 1 && len(s.Added)+len(s.Overrides) == 0 && !s.AllDay && s.End.Sub(s.Start) >= time.Minute
	if !s.AllDay {
		p.StartTime = start.Format(clock)
		if s.End.Sub(s.Start) >= time.Minute {
			p.EndTime, p.Duration = end.Format(clock), duration(s.End.Sub(s.Start))
		}
	}
	for _, t := range s.Except {
		if !s.AllDay {
			p.Except = append(p.Except, t.In(zone).Format(time.RFC3339))
		}
	}
	if !p.repeat(text, start, zone) || !exact {
		p.Type, p.Scheduled = "PartialSchedule", ""
	}
	return p
}

// days are those of RFC 5545 in the words of schema.org.
var days = map[string]string{"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday", "SU": "Sunday"}

// repeat fills in what a rule says, and reports whether that is all of it.
func (p *plan) repeat(text string, start time.Time, zone *time.Location) (whole bool) {
	parts := map[string]string{}
	for part := range strings.SplitSeq(strings.ToUpper(text), ";") {
		name, value, _ := strings.Cut(part, "=")
		parts[name] = value
	}
	unit, ok := map[string]string{"DAILY": "D", "WEEKLY": "W", "MONTHLY": "M", "YEARLY": "Y"}[parts["FREQ"]]
	if !ok {
		return false
	}
	interval := 1
	if n, err := strconv.Atoi(parts["INTERVAL"]); err == nil && n > 0 {
		interval = n
	}
	p.Frequency = fmt.Sprintf("P%d%s", interval, unit)
	whole = unit != "Y"
	for name, value := range parts {
		switch name {
		case "FREQ", "INTERVAL":
		case "WKST":
			whole = whole && (interval == 1 || value == "MO")
		case "COUNT":
			p.Count, _ = strconv.Atoi(value)
			whole = whole && p.Count > 0
		case "UNTIL":
			until, ok := untilOf(value, zone)
			p.EndDate = until
			whole = whole && ok
		case "BYDAY":
			for day := range strings.SplitSeq(value, ",") {
				if name, plain := days[day]; plain {
					day = "https://schema.org/" + name
				} else if whole = whole && unit == "M"; len(day) < 3 {
					continue
				}
				p.ByDay = append(p.ByDay, day)
			}
		case "BYMONTH":
			p.ByMonth, ok = numbers(value, 1, 12)
			whole = whole && ok
		case "BYMONTHDAY":
			p.ByMonthDay, ok = numbers(value, 1, 31)
			whole = whole && ok
		default:
			whole = false
		}
	}
	switch { // what the rule takes from its first occurrence
	case unit == "W" && parts["BYDAY"] == "":
		p.ByDay = []string{"https://schema.org/" + start.Weekday().String()}
	case unit == "M" && parts["BYDAY"]+parts["BYMONTHDAY"] == "":
		p.ByMonthDay = []int{start.Day()}
	}
	return whole
}

func untilOf(value string, zone *time.Location) (day string, ok bool) {
	for _, layout := range []string{"20060102T150405Z", "20060102T150405", "20060102"} {
		if t, err := time.Parse(layout, value); err == nil {
			if strings.HasSuffix(layout, "Z") {
				t = t.In(zone)
			}
			return t.Format(time.DateOnly), true
		}
	}
	return "", false
}

func numbers(list string, least, most int) (out []int, ok bool) {
	for text := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < least || n > most {
			return out, false
		}
		out = append(out, n)
	}
	return out, true
}

// duration prints d, at least a minute, as ISO 8601 has it in days, hours and minutes.
func duration(d time.Duration) string {
	minutes := int(d / time.Minute)
	out := "P"
	if n := minutes / (24 * 60); n > 0 {
		out += strconv.Itoa(n) + "D"
	}
	if minutes %= 24 * 60; minutes > 0 {
		out += "T"
		if n := minutes / 60; n > 0 {
			out += strconv.Itoa(n) + "H"
		}
		if n := minutes % 60; n > 0 {
			out += strconv.Itoa(n) + "M"
		}
	}
	return out
}
