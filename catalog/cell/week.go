package cell

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/lexicon"
)

// Weekdays is when in the week, and in which weeks, something comes back.
type Weekdays struct {
	Days  []time.Weekday // Monday first, each once
	Every int            // 2: every other week; 0 and 1: every week
	Nth   []int          // in which of the month: 1 to 4, -1 the last; empty: every week
	Weeks catalog.WeekParity
}

var (
	weekend  = []time.Weekday{time.Saturday, time.Sunday}
	workdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	groups   = map[string][]time.Weekday{
		"hverdager": workdays, "hverdag": workdays, "kvardagar": workdays, "kvardag": workdays, "ukedager": workdays, "vekedagar": workdays, "weekdays": workdays,
		"helg": weekend, "helger": weekend, "helgen": weekend, "helgar": weekend, "weekend": weekend, "weekends": weekend,
		"daglig": append(workdays[:5:5], weekend...), "dagleg": append(workdays[:5:5], weekend...), "daily": append(workdays[:5:5], weekend...),
		"dager": append(workdays[:5:5], weekend...), "dagar": append(workdays[:5:5], weekend...), "dag": append(workdays[:5:5], weekend...),
	}
	dayWords = lexicon.Weekdays()
	ordinals = lexicon.Ordinals()
	fillers  = map[string]bool{"hver": true, "kvar": true, "every": true, "og": true, "and": true, "på": true, "i": true, "of": true, "the": true, "alle": true,
		"måneden": true, "månaden": true, "måned": true, "månad": true, "month": true, "uke": true, "veke": true, "week": true, "samt": true,
		"mnd": true, "per": true, "pr": true, "uker": true, "veker": true, "ukene": true, "vekene": true, "weeks": true}
	each     = map[string]bool{"hver": true, "kvar": true, "every": true}
	of       = map[string]bool{"måneden": true, "månaden": true, "måned": true, "månad": true, "month": true, "mnd": true}
	parities = []struct {
		stem  string
		weeks catalog.WeekParity
	}{{"oddetal", catalog.OddWeeks}, {"ulike", catalog.OddWeeks}, {"odde", catalog.OddWeeks}, {"odd", catalog.OddWeeks}, {"partal", catalog.EvenWeeks}, {"jamtal", catalog.EvenWeeks},
		{"jevntal", catalog.EvenWeeks}, {"jevne", catalog.EvenWeeks}, {"jamne", catalog.EvenWeeks}, {"like", catalog.EvenWeeks}, {"even", catalog.EvenWeeks}}
	apart = strings.NewReplacer(",", " ", ";", " ", "/", " ", "+", " ", "&", " ", "-", " - ", ".", " ", "(", " ", ")", " ")
)

// ParseWeekdays reads "tirsdag", "man-fre", "mandag og onsdag", "tysdag/torsdag", "hverdager", "annenhver onsdag", "hver 3. torsdag",
// "siste søndag i måneden" and "tirsdag i oddetallsuker".
func ParseWeekdays(s string) (Weekdays, error) {
	var w Weekdays
	upTo, monthly, before := false, false, ""
	for word := range strings.FieldsSeq(apart.Replace(tidy(s))) {
		day, isDay := dayWords[word]
		monthly = monthly || of[word]
		switch n, isOrdinal := ordinals[word]; {
		case isOrdinal && n > 1 && each[before]:
			w.Every, w.Nth = n, append(w.Nth, n) // or of the month, as is seen below
		case isDay && upTo:
			last := w.Days[len(w.Days)-1]
			for last != day {
				last = (last + 1) % 7
				w.Days = append(w.Days, last)
			}
			upTo = false
		case isDay:
			w.Days = append(w.Days, day)
		case groups[word] != nil:
			w.Days = append(w.Days, groups[word]...)
		case (word == "-" || word == "til") && len(w.Days) > 0 && !upTo:
			upTo = true
		case word == "annenhver" || word == "annankvar" || word == "annen" || word == "annan":
			w.Every = 2
		case isOrdinal:
			w.Nth = append(w.Nth, n)
		case parity(word) != "" && w.Weeks == "":
			w.Weeks = parity(word)
		case !fillers[word]:
			return Weekdays{}, unreadable(s, "ukedager (skriv tirsdag, man-fre eller mandag og onsdag)")
		}
		before = word
	}
	switch {
	case len(w.Nth) == 1 && w.Every == w.Nth[0] && monthly:
		w.Every = 0 // "hver 2. tirsdag i måneden"
	case len(w.Nth) == 1 && w.Every == w.Nth[0]:
		w.Nth = nil
	}
	if w.Weeks != "" && w.Every == 2 {
		w.Every = 0 // the parity says it
	}
	if len(w.Days) == 0 || upTo || len(w.Nth) > 0 && (w.Every > 0 || w.Weeks != "") || w.Weeks != "" && w.Every > 0 {
		return Weekdays{}, unreadable(s, "ukedager (skriv tirsdag, man-fre eller mandag og onsdag)")
	}
	slices.SortFunc(w.Days, func(a, b time.Weekday) int { return cmp.Compare((a+6)%7, (b+6)%7) })
	w.Days = slices.Compact(w.Days)
	slices.Sort(w.Nth)
	w.Nth = slices.Compact(w.Nth)
	return w, nil
}

// parity is the weeks that a word names, "oddetallsuker"; empty for another word.
func parity(word string) catalog.WeekParity {
	for _, p := range parities {
		tail, ok := strings.CutPrefix(word, p.stem)
		if tail = strings.TrimPrefix(strings.TrimPrefix(tail, "l"), "s"); ok && slices.Contains([]string{"", "uke", "uker", "ukene", "veke", "veker", "vekene"}, tail) {
			return p.weeks
		}
	}
	return ""
}

// Slot is a standing time: weekdays with a clock, between two days.
type Slot struct {
	Weekdays
	From, To    Clock     // NoClock: the hours are not stated; To at or before From is the next day
	First, Last time.Time // calendar days as catalog.Date gives them; zero: not stated
	Except      []time.Time
}

// sinceLong is the first Monday of 2025. A slot that does not say when it began is counted from there, so that what is stored
// does not depend on the day of the import.
var sinceLong = catalog.Date(2025, time.January, 6)

var ruleDays = [7]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

// Series gives the slot as a rule in zone. Without a clock the occurrences are whole days.
func (s Slot) Series(zone *time.Location) (catalog.Series, error) {
	switch {
	case len(s.Days) == 0:
		return catalog.Series{}, errors.New("ingen ukedag er oppgitt")
	case s.Every > 1 && s.First.IsZero():
		return catalog.Series{}, errors.New("annenhver uke trenger en startdato, ellers er det ukjent hvilke uker som gjelder")
	}
	first := s.First
	if first.IsZero() {
		first = sinceLong
	}
	for n := 0; !s.matches(first); n++ {
		if n > 62 {
			return catalog.Series{}, errors.New("ingen dag passer med ukedagene")
		}
		first = first.AddDate(0, 0, 1)
	}
	if !s.Last.IsZero() && s.Last.Before(first) {
		return catalog.Series{}, fmt.Errorf("sluttdatoen %s er før første gang %s", s.Last.Format(time.DateOnly), first.Format(time.DateOnly))
	}
	instant := func(day time.Time) time.Time {
		if s.From == NoClock {
			return day
		}
		return catalog.LocalTime(zone, s.From.on(day))
	}
	out := catalog.Series{Start: instant(first), AllDay: s.From == NoClock, Rules: []string{s.rule(zone)}, WeekParity: s.Weeks}
	if s.From != NoClock && s.To != NoClock {
		to := s.To
		if to <= s.From {
			to += 24 * 60
		}
		out.End = catalog.LocalTime(zone, to.on(first))
	}
	for _, day := range s.Except {
		if s.matches(day) && !day.Before(first) {
			out.Except = append(out.Except, instant(day))
		}
	}
	return out, nil
}

// matches reports whether day has one of the slot's weekdays, in one of its weeks of the month.
func (s Slot) matches(day time.Time) bool {
	if !slices.Contains(s.Days, day.Weekday()) {
		return false
	}
	last := day.AddDate(0, 0, 7).Month() != day.Month()
	return len(s.Nth) == 0 || slices.Contains(s.Nth, (day.Day()+6)/7) || last && slices.Contains(s.Nth, -1)
}

func (s Slot) rule(zone *time.Location) string {
	var b strings.Builder
	b.WriteString("FREQ=WEEKLY")
	nth := []string{""}
	if len(s.Nth) > 0 {
		b.Reset()
		b.WriteString("FREQ=MONTHLY")
		nth = nth[:0]
		for _, n := range s.Nth {
			nth = append(nth, strconv.Itoa(n))
		}
	}
	if s.Every > 1 {
		b.WriteString(";INTERVAL=" + strconv.Itoa(s.Every))
	}
	sep := ";BYDAY="
	for _, n := range nth {
		for _, d := range s.Days {
			b.WriteString(sep + n + ruleDays[d])
			sep = ","
		}
	}
	switch {
	case s.Last.IsZero():
	case s.From == NoClock:
		b.WriteString(";UNTIL=" + s.Last.Format("20060102"))
	default:
		until := catalog.LocalTime(zone, s.Last.AddDate(0, 0, 1)).Add(-time.Second)
		b.WriteString(";UNTIL=" + until.UTC().Format("20060102T150405Z"))
	}
	return b.String()
}
