package prose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
)

// Label is Facts as `fritidshub extract` prints them, in the form of the label rules (README.md). A nil field is not stated.
type Label struct {
	PriceMin       *catalog.Money `json:"price_min"`
	PriceMax       *catalog.Money `json:"price_max"`
	PriceUnit      *string        `json:"price_unit"`
	IsFree         catalog.Fact   `json:"is_free"`
	AgeMin         *int           `json:"age_min"`
	AgeMax         *int           `json:"age_max"`
	Adapted        catalog.Fact   `json:"adapted"`
	AdaptedTags    []string       `json:"adapted_tags"`
	Weekday        []string       `json:"weekday"`
	Recurrence     *string        `json:"recurrence"`
	WeekParity     *string        `json:"week_parity"`
	SchoolCalendar bool           `json:"school_calendar"`
	TimeStart      *string        `json:"time_start"`
	TimeEnd        *string        `json:"time_end"`
	Slots          [][3]*string   `json:"slots"`            // a weekday or a date, start, end
	Dates          []string       `json:"dates"`            // a day, "a/b", "a/" or "/b"
	Except         []string       `json:"except,omitempty"` // when the series rests: a day, "a/b", an ISO week of every year as "W08", a name of catalog.SchoolBreaks
	Deadline       *string        `json:"deadline"`
	Status         *string        `json:"status"` // cancelled or full
}

// Label gives the facts in the form of the label rules.
func (f Facts) Label() Label {
	l := Label{Adapted: f.Adapted, AdaptedTags: []string{}, Weekday: []string{}, SchoolCalendar: f.SchoolYear, Slots: [][3]*string{}, Dates: []string{}}
	text := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	if p := f.Price; p != nil {
		l.PriceMin, l.PriceMax, l.PriceUnit, l.IsFree = p.Min, p.Max, text(p.Unit), p.Free
	}
	if f.Age != nil {
		l.AgeMin, l.AgeMax = f.Age.Min, f.Age.Max
	}
	for _, t := range f.Tags {
		if f.Adapted == catalog.Yes && !t.Has {
			continue
		}
		l.AdaptedTags = append(l.AdaptedTags, t.Code)
	}
	for _, d := range f.Weekdays {
		l.Weekday = append(l.Weekday, dayCode(d))
	}
	l.Recurrence = text(f.Rule)
	switch {
	case f.Odd:
		l.WeekParity = text("odd")
	case f.Even:
		l.WeekParity = text("even")
	}
	l.TimeStart, l.TimeEnd = text(clockText(f.Start)), text(clockText(f.End))
	for _, s := range f.Slots {
		on := dayCode(s.Weekday)
		if !s.Date.IsZero() {
			on = s.Date.Format(time.DateOnly)
		}
		l.Slots = append(l.Slots, [3]*string{&on, text(clockText(s.Start)), text(clockText(s.End))})
	}
	for _, d := range f.Dates {
		l.Dates = append(l.Dates, d.String())
	}
	for _, o := range f.Off {
		text := o.Dates.String()
		if o.Week > 0 {
			text = fmt.Sprintf("W%02d", o.Week)
		}
		if !slices.Contains(l.Except, text) {
			l.Except = append(l.Except, text)
		}
	}
	l.Except = append(l.Except, f.Breaks...)
	if !f.Deadline.IsZero() {
		l.Deadline = text(f.Deadline.Format(time.DateOnly))
	}
	if f.Status == catalog.StatusCancelled || f.Status == catalog.StatusFull {
		l.Status = text(string(f.Status))
	}
	return l
}

// String is the dates as the label rules write them: 2026-10-05, 2026-10-05/2026-10-11, 2026-10-05/ or /2026-10-11.
func (d Dates) String() string {
	switch {
	case d.From.Equal(d.Through):
		return d.From.Format(time.DateOnly)
	case d.Through.IsZero():
		return d.From.Format(time.DateOnly) + "/"
	case d.From.IsZero():
		return "/" + d.Through.Format(time.DateOnly)
	}
	return d.From.Format(time.DateOnly) + "/" + d.Through.Format(time.DateOnly)
}

func dayCode(d time.Weekday) string { return strings.ToLower(d.String()[:2]) }

func clockText(minutes int) string {
	if minutes < 0 {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
}
