package catalog

import (
	"encoding/json"
	"fmt"
	"time"
)

// Schedule says when something takes place. What a source gave as a rule is kept as a rule; occurrences are derived from it
// (see package calendar), so nothing that is stored depends on the day of the import.
type Schedule struct {
	Zone         string       `json:"zone,omitzero"` // IANA name; empty means the hub's zone
	Dates        []Occurrence `json:"dates,omitempty"`
	Series       []Series     `json:"series,omitempty"`
	ValidFrom    time.Time    `json:"valid_from,omitzero"`    // standing offers: first day, as Date
	ValidThrough time.Time    `json:"valid_through,omitzero"` // standing offers: last day, inclusive, as Date
	Text         string       `json:"text,omitzero"`          // the source's own words
}

// Dated reports whether s holds any date or rule.
func (s Schedule) Dated() bool { return len(s.Dates) > 0 || len(s.Series) > 0 }

// Occurrence is one dated start and end.
//
// When AllDay, Start and End are calendar days as Date gives them, End the last day inclusive; a zero End means one day.
// Otherwise they are instants, and a zero End means that no end is stated. In JSON an all-day time is a date, others RFC 3339.
type Occurrence struct {
	Start  time.Time
	End    time.Time
	AllDay bool
	// PreviousStart is when it was to begin before it was moved (schema.org previousStartDate), in the form of Start; zero when it has not
	// been, or the source does not say from when.
	PreviousStart time.Time
	Status        Status
	URL           string // the occurrence's own page or ticket address, if it has one
	Title         string // its own name, when it is another than the listing's
	Place         string // the name of its own place, when it is another than the listing's
}

// Span gives the occurrence as a half-open interval of instants, all-day ones from midnight to midnight in zone.
// An occurrence without an end spans nothing: to equals from.
func (o Occurrence) Span(zone *time.Location) (from, to time.Time) {
	if !o.AllDay {
		if o.End.Before(o.Start) {
			return o.Start, o.Start
		}
		return o.Start, o.End
	}
	last := o.End
	if last.Before(o.Start) {
		last = o.Start
	}
	return LocalTime(zone, o.Start), LocalTime(zone, last.AddDate(0, 0, 1))
}

type wireOccurrence struct {
	Start  string `json:"start"`
	End    string `json:"end,omitzero"`
	AllDay bool   `json:"all_day,omitzero"`
	Before string `json:"previous_start,omitzero"`
	Status Status `json:"status,omitzero"`
	URL    string `json:"url,omitzero"`
	Title  string `json:"title,omitzero"`
	Place  string `json:"place,omitzero"`
}

// MarshalJSON implements json.Marshaler.
func (o Occurrence) MarshalJSON() ([]byte, error) {
	w := wireOccurrence{Start: formatTime(o.Start, o.AllDay), AllDay: o.AllDay, Status: o.Status, URL: o.URL, Title: o.Title, Place: o.Place}
	if !o.End.IsZero() {
		w.End = formatTime(o.End, o.AllDay)
	}
	if !o.PreviousStart.IsZero() {
		w.Before = formatTime(o.PreviousStart, o.AllDay)
	}
	return json.Marshal(w)
}

// UnmarshalJSON implements json.Unmarshaler.
func (o *Occurrence) UnmarshalJSON(b []byte) error {
	var w wireOccurrence
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*o = Occurrence{AllDay: w.AllDay, Status: w.Status, URL: w.URL, Title: w.Title, Place: w.Place}
	layout := time.RFC3339
	if w.AllDay {
		layout = time.DateOnly
	}
	var err error
	if o.Start, err = time.Parse(layout, w.Start); err != nil {
		return fmt.Errorf("catalog: occurrence start: %w", err)
	}
	if w.End != "" {
		if o.End, err = time.Parse(layout, w.End); err != nil {
			return fmt.Errorf("catalog: occurrence end: %w", err)
		}
	}
	if w.Before != "" {
		if o.PreviousStart, err = time.Parse(layout, w.Before); err != nil {
			return fmt.Errorf("catalog: occurrence previous start: %w", err)
		}
	}
	return nil
}

func formatTime(t time.Time, allDay bool) string {
	if allDay {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339)
}

// Series is a recurring set: a first occurrence, rules and exceptions, as in RFC 5545 section 3.8.5.
//
// When AllDay, every time in it is a calendar day as Date gives it and Last of the first occurrence is inclusive.
// Start itself counts also when no rule would give it, but not in a week or on a day that WeekParity, ExceptWeeks, ExceptBreaks
// or SchoolCalendar leave out. Added and Overrides name single days and count on each.
type Series struct {
	Start     time.Time   `json:"start"`
	End       time.Time   `json:"end,omitzero"` // end of the first occurrence; every other one is as long
	AllDay    bool        `json:"all_day,omitzero"`
	Rules     []string    `json:"rules,omitempty"`  // RRULE values without the name, DAILY or slower
	Added     []time.Time `json:"added,omitempty"`  // RDATE
	Except    []time.Time `json:"except,omitempty"` // EXDATE
	Overrides []Override  `json:"overrides,omitempty"`
	Status    Status      `json:"status,omitzero"`

	// WeekParity keeps a series to the odd or the even weeks of ISO 8601. The rule of a fortnight says the same less well: after a year of 53
	// weeks it is in the wrong ones. A weekly rule beside it may have INTERVAL=2, which then means nothing more.
	WeekParity WeekParity `json:"week_parity,omitzero"`
	// ExceptWeeks are numbers of ISO weeks (1 to 53), of every year, in which it rests ("ikke uke 41").
	ExceptWeeks []int `json:"except_weeks,omitempty"`
	// ExceptBreaks are those of SchoolBreaks in which it rests ("fri i vinterferien").
	ExceptBreaks []string `json:"except_breaks,omitempty"`
	// SchoolCalendar says that it rests when the schools do ("følger skoleruta", "ikke i skoleferier").
	SchoolCalendar bool `json:"school_calendar,omitzero"`
}

// Standard reports whether RFC 5545 can say s: nothing but its times, rules and exceptions decides when it takes place.
func (s *Series) Standard() bool {
	return s.WeekParity == "" && len(s.ExceptWeeks)+len(s.ExceptBreaks) == 0 && !s.SchoolCalendar
}

// SchoolBreaks are the schools' holidays that a series can rest in alone, by the names that school calendars give them.
func SchoolBreaks() []string {
	return []string{"høstferie", "juleferie", "påskeferie", "sommerferie", "vinterferie"}
}

// WeekParity is every week, or only those with an odd or an even number in ISO 8601 ("oddetallsuker", "partallsuker").
type WeekParity string

// The week parities; the zero value is every week.
const (
	OddWeeks  WeekParity = "odd"
	EvenWeeks WeekParity = "even"
)

// Has reports whether p has the ISO week of that number.
func (p WeekParity) Has(week int) bool {
	switch p {
	case OddWeeks:
		return week%2 == 1
	case EvenWeeks:
		return week%2 == 0
	}
	return true
}

// Override replaces the occurrence that would have started at ID, wherever it has moved to (RECURRENCE-ID).
type Override struct {
	ID         time.Time  `json:"id"`
	Following  bool       `json:"following,omitzero"` // RANGE=THISANDFUTURE
	Occurrence Occurrence `json:"occurrence"`
}
