package hsds

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/cell"
)

// times makes a schedule of the entries of one service or place. notes say what could not be used; its words are kept all the same.
func times(list []schedule, zone *time.Location) (out catalog.Schedule, notes []string) {
	var words []string
	for _, x := range list {
		if about := catalog.CleanText(catalog.PlainText(string(x.About)), catalog.MaxText); about != "" && !slices.Contains(words, about) {
			words = append(words, about)
		}
		from, _ := day(x.From)
		through, _ := day(x.To)
		if len(list) == 1 {
			out.ValidFrom, out.ValidThrough = from, through
		}
		if x.Freq == "" && x.ByDay == "" && x.ByMonthDay == "" && x.Start == "" {
			continue // words alone
		}
		one, name, err := x.read(zone)
		if err == nil && out.Zone != "" && out.Zone != name {
			err = fmt.Errorf("den står i en annen tidssone enn de andre tidene")
		}
		if err != nil {
			notes = append(notes, "en tid (schedule) er utelatt: "+err.Error())
			continue
		}
		out.Zone = name
		if len(one.Rules) == 0 {
			out.Dates = append(out.Dates, catalog.Occurrence{Start: one.Start, End: one.End, AllDay: one.AllDay})
		} else if len(out.Series) < catalog.MaxRules {
			out.Series = append(out.Series, one)
		}
	}
	if !out.ValidThrough.IsZero() && out.ValidThrough.Before(out.ValidFrom) {
		out.ValidFrom, out.ValidThrough = time.Time{}, time.Time{}
	}
	out.Text = catalog.CleanText(strings.Join(words, " "), catalog.MaxText)
	return out, notes
}

// day reads a date; ok is false for anything else than a date or nothing.
func day(t text) (d time.Time, ok bool) {
	if t == "" {
		return time.Time{}, true
	}
	m, err := cell.ParseMoment(string(t))
	if err != nil {
		return time.Time{}, false
	}
	return m.Day(time.UTC), true
}

// read makes a rule of one entry, or one date: a series without rules. name is its time zone.
func (x schedule) read(zone *time.Location) (s catalog.Series, name string, err error) {
	slot := cell.Slot{From: cell.NoClock, To: cell.NoClock}
	for _, d := range []struct {
		name  string
		texts []text
		to    *time.Time
	}{{"dtstart", []text{x.Start, x.From}, &slot.First}, {"until", []text{x.Until, x.To}, &slot.Last}} {
		value := cmp.Or(d.texts...)
		found, ok := day(value)
		if !ok {
			return s, "", fmt.Errorf("%s «%s» er ingen dato", d.name, catalog.CleanText(string(value), 40))
		}
		*d.to = found
	}
	opens, offset, err := clock(x.Opens)
	if err != nil {
		return s, "", fmt.Errorf("opens_at: %w", err)
	}
	closes, _, err := clock(x.Closes)
	if err != nil {
		return s, "", fmt.Errorf("closes_at: %w", err)
	}
	if slot.From = opens; opens != cell.NoClock && closes != opens {
		slot.To = closes
	}
	if zone, name, err = zoneOf(cmp.Or(offset, string(x.Zone)), zone, slot.First); err != nil {
		return s, "", err
	}
	switch {
	case x.ByWeek != "" || x.ByYearDay != "":
		return s, "", fmt.Errorf("byweekno og byyearday kan ikke uttrykkes")
	case x.Freq == "" && x.ByDay == "" && x.ByMonthDay == "":
		return x.single(slot, zone), name, nil
	case x.Freq != "" && x.Freq != "WEEKLY" && x.Freq != "MONTHLY":
		return s, "", fmt.Errorf("freq «%s» er verken WEEKLY eller MONTHLY", catalog.CleanText(string(x.Freq), 20))
	}
	interval, count := 1, 0
	for _, n := range []struct {
		name string
		text text
		to   *int
	}{{"interval", x.Interval, &interval}, {"count", x.Count, &count}} {
		if n.text == "" {
			continue
		}
		if *n.to, err = strconv.Atoi(string(n.text)); err != nil || *n.to < 1 || *n.to > 1000 {
			return s, "", fmt.Errorf("%s «%s» er ikke et tall fra 1 til 1000", n.name, catalog.CleanText(string(n.text), 20))
		}
	}
	if count > 0 && x.Until == "" {
		slot.Last = time.Time{} // it may not have both
	} else {
		count = 0
	}
	if interval > 1 {
		slot.Every = interval
	}
	switch {
	case x.ByMonthDay != "" && x.ByDay == "":
		s, err = x.monthly(slot, interval, zone)
	default:
		if err = x.weekdays(&slot); err == nil {
			s, err = slot.Series(zone)
		}
	}
	if err == nil && count > 0 {
		s.Rules[0] += fmt.Sprintf(";COUNT=%d", count)
	}
	return s, name, err
}

// single is the one date of an entry that does not repeat.
func (x schedule) single(slot cell.Slot, zone *time.Location) catalog.Series {
	s := catalog.Series{Start: slot.First, AllDay: slot.From == cell.NoClock}
	if !s.AllDay {
		s.Start = catalog.LocalTime(zone, slot.First.Add(time.Duration(slot.From)*time.Minute))
		if to := slot.To; to != cell.NoClock {
			if to < slot.From {
				to += 24 * 60
			}
			s.End = catalog.LocalTime(zone, slot.First.Add(time.Duration(to)*time.Minute))
		}
	}
	return s
}

var (
	dayCode  = regexp.MustCompile(`^([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)$`)
	weekdays = map[string]time.Weekday{"SU": 0, "MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6}
)

// weekdays reads byday into slot; a weekly entry without it repeats on the day it starts.
func (x schedule) weekdays(slot *cell.Slot) error {
	if x.ByDay == "" {
		if slot.First.IsZero() || x.Freq == "MONTHLY" {
			return fmt.Errorf("byday mangler")
		}
		slot.Days = []time.Weekday{slot.First.Weekday()}
		return nil
	}
	plain := false
	for part := range strings.SplitSeq(string(x.ByDay[:min(len(x.ByDay), 200)]), ",") {
		m := dayCode.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(part)))
		if m == nil {
			return fmt.Errorf("byday «%s» er ingen ukedag (MO, TU, … eller 2MO)", catalog.CleanText(part, 20))
		}
		n, _ := strconv.Atoi(m[1])
		if plain = plain || n == 0; n != 0 && !slices.Contains(slot.Nth, n) {
			slot.Nth = append(slot.Nth, n)
		}
		if d := weekdays[m[2]]; !slices.Contains(slot.Days, d) {
			slot.Days = append(slot.Days, d)
		}
	}
	switch {
	case len(slot.Nth) > 0 && (plain || x.Freq == "WEEKLY" || len(slot.Nth) > 1 && len(slot.Days) > 1):
		return fmt.Errorf("byday «%s» kan ikke leses sikkert", catalog.CleanText(string(x.ByDay), 40))
	case len(slot.Nth) == 0 && x.Freq == "MONTHLY":
		return fmt.Errorf("byday sier ikke hvilken uke i måneden (2MO)")
	case slices.ContainsFunc(slot.Nth, func(n int) bool { return n < -1 }):
		return fmt.Errorf("byday «%s» kan ikke uttrykkes", catalog.CleanText(string(x.ByDay), 40))
	}
	return nil
}

// monthly is a rule by days of the month.
func (x schedule) monthly(slot cell.Slot, interval int, zone *time.Location) (s catalog.Series, err error) {
	if slot.First.IsZero() {
		return s, fmt.Errorf("dtstart mangler")
	}
	var days []string
	var figures []int
	for part := range strings.SplitSeq(string(x.ByMonthDay[:min(len(x.ByMonthDay), 200)]), ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 || n > 31 {
			return s, fmt.Errorf("bymonthday «%s» er ikke et tall fra 1 til 31", catalog.CleanText(part, 20))
		}
		days, figures = append(days, strconv.Itoa(n)), append(figures, n)
	}
	for n := 0; !slices.Contains(figures, slot.First.Day()); n++ {
		slot.First = slot.First.AddDate(0, 0, 1)
	}
	if !slot.Last.IsZero() && slot.Last.Before(slot.First) {
		return s, fmt.Errorf("sluttdatoen er før første gang")
	}
	s = x.single(slot, zone)
	rule := "FREQ=MONTHLY"
	if interval > 1 {
		rule += fmt.Sprintf(";INTERVAL=%d", interval)
	}
	rule += ";BYMONTHDAY=" + strings.Join(days, ",")
	switch {
	case slot.Last.IsZero():
	case s.AllDay:
		rule += ";UNTIL=" + slot.Last.Format("20060102")
	default:
		rule += ";UNTIL=" + catalog.LocalTime(zone, slot.Last.AddDate(0, 0, 1)).Add(-time.Second).UTC().Format("20060102T150405Z")
	}
	s.Rules = []string{rule}
	return s, nil
}

var clockForm = regexp.MustCompile(`^(\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$`)

// clock reads 18:00, 18:00:00 and 18:00+01:00; offset is in hours, "" when it is not stated.
func clock(t text) (c cell.Clock, offset string, err error) {
	if t == "" {
		return cell.NoClock, "", nil
	}
	m := clockForm.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(string(t[:min(len(t), 40)]))))
	if m == nil {
		return cell.NoClock, "", fmt.Errorf("«%s» er ikke et klokkeslett (18:00)", catalog.CleanText(string(t), 40))
	}
	c, err = cell.ParseClock(m[1])
	switch {
	case m[2] == "Z":
		offset = "0"
	case m[2] != "":
		h, _ := strconv.Atoi(m[2][:3])
		if minutes := strings.TrimPrefix(m[2][3:], ":"); minutes != "" && minutes != "00" {
			return c, "", fmt.Errorf("forskyvningen %s er ikke hele timer", m[2])
		}
		offset = strconv.Itoa(h)
	}
	return c, offset, err
}

// zoneOf is the time zone that an offset from UTC in hours means: that of the source when it is one of the source's own, since an
// offset cannot say that clocks are changed in summer.
func zoneOf(offset string, zone *time.Location, first time.Time) (*time.Location, string, error) {
	if offset == "" {
		return zone, zone.String(), nil
	}
	hours, err := strconv.ParseFloat(offset, 64)
	if err != nil || hours != float64(int(hours)) || hours < -12 || hours > 14 {
		return nil, "", fmt.Errorf("tidssonen «%s» er ikke hele timer fra UTC", catalog.CleanText(offset, 20))
	}
	year := first.Year()
	if first.IsZero() {
		year = 2025
	}
	for _, month := range []time.Month{time.January, time.July} {
		if _, own := time.Date(year, month, 1, 12, 0, 0, 0, zone).Zone(); own == int(hours)*3600 {
			return zone, zone.String(), nil
		}
	}
	name := "Etc/GMT"
	if hours != 0 {
		name += fmt.Sprintf("%+d", -int(hours)) // the sign of these names is turned round
	}
	fixed, err := time.LoadLocation(name)
	return fixed, name, err
}
