// Package prose reads what Norwegian free text, bokmål and nynorsk, says about price, ages, adaptation, days, times, dates and status.
//
// A text is cut into tokens once. One pass over them finds items (an amount, a clock, a date, weekdays, an age), each a small
// grammar of its own; then a reader per field decides, from the items and the words around them, what they say. Nothing is guessed:
// what is not plainly said stays absent. The rules that decide cases are those of README.md.
package prose

import (
	"time"

	"fritidshub/catalog"
)

// The bounds of one reading; text beyond them is not read.
const (
	MaxBytes  = 80_000
	maxTokens = 20_000
	maxItems  = 2_000
	// longText is the length in bytes from which a text is taken to speak of several things at once.
	longText = 700
)

// Facts are what a text says. A zero field is not stated.
type Facts struct {
	Price   *catalog.Price // Text is empty; Min and Max in kroner, Free only Yes when everyone takes part free
	Age     *catalog.Age
	Adapted catalog.Fact // No: the text says that it is not accessible
	Tags    []Tag
	// LowThreshold and EquipmentLoan are Yes or not stated: no skill or performance is demanded, equipment can be borrowed.
	LowThreshold, EquipmentLoan catalog.Fact

	Weekdays []time.Weekday // Monday first, each once
	// Rule is the RFC 5545 recurrence rule without a start; empty for single dates.
	Rule string
	// Every tells that the text says that it comes back ("hver", "tirsdager"), and does not only name a day.
	Every bool
	// Odd and Even tell in which ISO weeks, when the text says so.
	Odd, Even bool
	// SchoolYear tells that the series rests in the schools' holidays.
	SchoolYear bool
	// Start and End are wall clocks in minutes after midnight when one time holds for all days; NoClock: not stated.
	Start, End int
	Slots      []Slot // when different times hold for different days
	Dates      []Dates
	Off        []Off
	Breaks     []string  // of catalog.SchoolBreaks, in which the series rests
	Deadline   time.Time // the last day to sign up, as catalog.Date
	Status     catalog.Status
	// StatusDay tells that Status is said of one day, not of all of a series.
	StatusDay bool
	// Days are the days of which the text says that they alone are called off, put off or full.
	Days []DayStatus
	// Long tells that the text is so long that it may speak of several things; then what is said twice, and differently, is left out.
	Long bool
	// Months tells that the text names months in which it goes on, which no date says.
	Months bool
	// Limited tells that the text says how many times or weeks it goes on, or until when ("fram til påske"), and neither Rule nor Dates do.
	Limited bool
	// Read is the day on which the text was read, as catalog.Date.
	Read time.Time
	// Spans say where in the text each fact was read, in the order of the text.
	Spans []Span
}

// NoClock is the clock that is not stated.
const NoClock = -1

// Tag is one way of being adapted (catalog.Accessibilities), or of plainly not being it.
type Tag struct {
	Code string
	Has  bool
}

// Slot is a clock on a weekday, or on a date when Date is not zero.
type Slot struct {
	Weekday    time.Weekday
	Date       time.Time
	Start, End int // minutes after midnight; NoClock
}

// Off is when a series rests: in an ISO week of every year, or when Week is 0 on days. A day without a year is one of the last four months or of
// the eight that follow.
type Off struct {
	Dates
	Week int // 1 to 53
}

// DayStatus is the state of one day: of Date, or when that is zero of the day that is a Weekday.
type DayStatus struct {
	Date    time.Time
	Weekday time.Weekday
	Status  catalog.Status
}

// Dates are calendar days as catalog.Date gives them, inclusive: From alone begins, Through alone ends, both equal is one day.
type Dates struct {
	From, Through time.Time
	Year          Year
}

// Year is how the year of a day is known.
type Year uint8

const (
	YearNext  Year = iota // it is not written: the first such day from the day of reading
	YearKnown             // it is written, or the weekday beside the day is so in no other near year
	YearOdd               // the weekday beside the day is that of another day
)

// Span is a part of the text, text[Start:End], that a field was read from. Field is a JSON name of the label rules: price, age,
// adapted, weekday, recurrence, time, dates, deadline, status; beside them low_threshold and equipment_loan.
type Span struct {
	Field      string
	Start, End int
}

// Read reads text, which is NFC as catalog.CleanLines gives it, on the day ref: a date without a year is the first such day from
// ref on. Lang is a hint, nb or nn; both written forms are understood whatever it says. It looks at no clock and is safe for concurrent use.
func Read(text, lang string, ref time.Time) Facts { return new(Reader).Read(text, lang, ref) }

// Reader reads many texts, one at a time, with the memory that it took for the first.
type Reader struct{ scratch reader }

// Read is like the function of that name.
func (x *Reader) Read(text, _ string, ref time.Time) Facts {
	if len(text) > MaxBytes {
		text = text[:MaxBytes]
	}
	r := &x.scratch
	*r = reader{text: text, t: tokenise(r.t[:0], text, maxTokens), ref: dayOf(ref), items: r.items[:0], spans: r.spans[:0]}
	r.long = len(text) > longText
	r.scan()
	facts := Facts{Start: NoClock, End: NoClock, Long: r.long, Read: r.ref.time()}
	r.when(&facts)
	r.price(&facts)
	r.age(&facts)
	r.access(&facts)
	r.open(&facts)
	r.status(&facts)
	facts.Spans = append([]Span{}, r.sortedSpans()...)
	return facts
}
