package calendar

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
)

// Text says in words when s takes place ("tirsdager kl. 18-19.30"), in nb (also as no) or nn. It is s.Text when the source has
// words of its own. It is empty when s cannot be said rightly in few words, and for every other language.
func Text(s catalog.Schedule, hubZone *time.Location, lang string) string {
	if s.Text != "" {
		return s.Text
	}
	w, ok := wordings[lang]
	if !ok || len(s.Series) == 0 || len(s.Dates) > 0 {
		return ""
	}
	zone := zoneOf(s, hubZone)
	var phrases []phrase
	for i := range s.Series {
		p, ok := w.phrase(newExpansion(&s.Series[i], zone), hubZone)
		if !ok || i > 0 && p.until != phrases[0].until {
			return ""
		}
		if j := slices.IndexFunc(phrases, func(q phrase) bool { return q.weekdays != 0 && p.weekdays != 0 && q.clock == p.clock }); j >= 0 {
			phrases[j].weekdays |= p.weekdays
			continue
		}
		phrases = append(phrases, p)
	}
	parts := make([]string, len(phrases))
	for i, p := range phrases {
		parts[i] = p.days
		if p.weekdays != 0 {
			parts[i] = w.everyWeek(p.weekdays)
		}
		parts[i] += p.clock
	}
	return w.list(parts) + phrases[0].until
}

// phrase is one series in words: on which days, at what time, and until when.
type phrase struct {
	weekdays uint8  // of a plain weekly series, bit 0 for Monday; said last, so that series of the same time can be joined
	days     string // of every other one
	clock    string
	until    string
}

// wording is what the phrases are made of in one language.
type wording struct {
	every      [7]string // "mandager"
	day        [7]string // "mandag"
	months     [12]string
	and, to    string
	daily      string
	interval   [5]string // "annenhver" for every second, and so on
	eachDay    string    // "dag", after interval
	nth        map[int]string
	ofMonth    string // after "siste søndag"
	lastDay    string
	dayOfMonth string // of a day number
	eachYear   string // of a day number and month
}

var wordings = map[string]*wording{"nb": &bokmal, "no": &bokmal, "nn": &nynorsk}

var bokmal = wording{
	every:      [7]string{"mandager", "tirsdager", "onsdager", "torsdager", "fredager", "lørdager", "søndager"},
	day:        [7]string{"mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"},
	months:     [12]string{"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"},
	and:        " og ",
	to:         " til ",
	daily:      "daglig",
	interval:   [5]string{2: "annenhver", 3: "hver tredje", 4: "hver fjerde"},
	eachDay:    "dag",
	nth:        map[int]string{1: "første", 2: "andre", 3: "tredje", 4: "fjerde", -1: "siste", -2: "nest siste"},
	ofMonth:    "i måneden",
	lastDay:    "siste dag i måneden",
	dayOfMonth: "den %d. i måneden",
	eachYear:   "hvert år %d. %s",
}

var nynorsk = wording{
	every:      [7]string{"måndagar", "tysdagar", "onsdagar", "torsdagar", "fredagar", "laurdagar", "søndagar"},
	day:        [7]string{"måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag", "søndag"},
	months:     bokmal.months,
	and:        " og ",
	to:         " til ",
	daily:      "dagleg",
	interval:   [5]string{2: "annankvar", 3: "kvar tredje", 4: "kvar fjerde"},
	eachDay:    "dag",
	nth:        map[int]string{1: "første", 2: "andre", 3: "tredje", 4: "fjerde", -1: "siste", -2: "nest siste"},
	ofMonth:    "i månaden",
	lastDay:    "siste dag i månaden",
	dayOfMonth: "den %d. i månaden",
	eachYear:   "kvart år %d. %s",
}

const allWeek = 1<<7 - 1

func (w *wording) phrase(x *expansion, hubZone *time.Location) (p phrase, ok bool) {
	if len(x.rules) != 1 || len(x.Rules) != 1 || len(x.Added) > 0 || len(x.following) > 0 || x.Status.Or() != catalog.StatusScheduled ||
		!sameWall(x, hubZone) {
		return p, false
	}
	r := &x.rules[0]
	if len(r.byYearDay)+len(r.byWeekNo)+len(r.byHour)+len(r.byMinute)+len(r.bySecond) > 0 || r.interval >= len(w.interval) {
		return p, false
	}
	c := r.complete(x.start)
	if !c.match(x.start.day, weekdayOf(x.start.day)) {
		return p, false
	}
	if p.clock, ok = clockText(x); !ok {
		return p, false
	}
	switch {
	case r.freq > weekly && r.interval > 1:
		return p, false
	case r.freq == monthly:
		p.days = w.monthly(&c)
	case r.freq == yearly && len(c.byDay)+len(c.bySetPos) == 0 && len(c.byMonth) == 1 && len(c.byMonthDay) == 1 && c.byMonthDay[0] > 0:
		if c.byMonth[0] == 2 && c.byMonthDay[0] == 29 {
			return p, false
		}
		p.days = fmt.Sprintf(w.eachYear, c.byMonthDay[0], w.months[c.byMonth[0]-1])
	case r.freq == yearly || c.calendar || len(c.bySetPos) > 0:
		return p, false
	case r.interval == 1:
		p.weekdays = c.mask
	case r.freq == weekly:
		p.days = w.interval[r.interval] + " " + w.list(w.names(c.mask, &w.day))
	case c.mask == allWeek:
		p.days = w.interval[r.interval] + " " + w.eachDay
	}
	p.until = w.until(x, r)
	return p, p.days != "" || p.weekdays != 0
}

// monthly says which day of the month, empty when it is not one plain sort of day.
func (w *wording) monthly(c *completed) string {
	if len(c.byMonth) > 0 {
		return ""
	}
	if len(c.byDay) == 0 && len(c.byMonthDay) == 1 && len(c.bySetPos) == 0 {
		switch d := c.byMonthDay[0]; {
		case d == -1:
			return w.lastDay
		case d > 0 && d <= 28:
			return fmt.Sprintf(w.dayOfMonth, d)
		}
		return ""
	}
	nth := slices.Clone(c.nth)
	switch {
	case len(c.byMonthDay) > 0:
		return ""
	case len(c.bySetPos) > 0:
		if bits.OnesCount8(c.mask) != 1 || len(nth) > 0 {
			return ""
		}
		for _, n := range c.bySetPos {
			nth = append(nth, nthDay{n, bits.TrailingZeros8(c.mask)})
		}
	case c.mask != 0:
		return ""
	}
	var words []string
	for _, d := range nth {
		if w.nth[d.n] == "" || d.weekday != nth[0].weekday {
			return ""
		}
		words = append(words, w.nth[d.n])
	}
	return w.list(words) + " " + w.day[nth[0].weekday] + " " + w.ofMonth
}

// everyWeek says the weekdays of a plain weekly series.
func (w *wording) everyWeek(mask uint8) string {
	if mask == allWeek {
		return w.daily
	}
	first, days := bits.TrailingZeros8(mask), bits.OnesCount8(mask)
	if days >= 3 && mask>>first == 1<<days-1 { // neighbours
		return w.day[first] + w.to + w.day[first+days-1]
	}
	return w.list(w.names(mask, &w.every))
}

func (w *wording) names(mask uint8, names *[7]string) (out []string) {
	for i, name := range names {
		if mask&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

func (w *wording) list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + w.and + words[last]
}

// until says the last day, with the year when it is not that of the start.
func (w *wording) until(x *expansion, r *rule) string {
	var day time.Time
	switch last := x.until(r); {
	case r.count > 0:
		x.eachOf(r, x.start.day, lastDay, 0, func(o catalog.Occurrence) bool { day = o.Start; return true })
	case last.IsZero():
		return ""
	case x.AllDay:
		day = last
	default:
		m := momentOf(last.In(x.zone))
		if m.second < x.start.second {
			m.day--
		}
		day = m.wall()
	}
	if day.IsZero() {
		return ""
	}
	text := fmt.Sprintf(",%s%d. %s", w.to, day.Day(), w.months[day.Month()-1])
	if y := x.start.wall().Year(); day.Year() != y {
		text += fmt.Sprintf(" %d", day.Year())
	}
	return text
}

// clockText gives " kl. 18-19.30", nothing for an all-day series, and false for one that lasts a day or longer.
func clockText(x *expansion) (string, bool) {
	switch {
	case x.AllDay:
		return "", x.length == 0
	case x.length >= 24*time.Hour:
		return "", false
	case x.length == 0:
		return " kl. " + hourMinute(x.start.second), true
	}
	return " kl. " + hourMinute(x.start.second) + "-" + hourMinute(momentOf(x.End.In(x.zone)).second), true
}

func hourMinute(second int) string {
	if m := second / 60 % 60; m != 0 {
		return fmt.Sprintf("%d.%02d", second/3600, m)
	}
	return fmt.Sprint(second / 3600)
}

// sameWall tells whether the clocks of the hub show the same all year as those of the series.
func sameWall(x *expansion, hubZone *time.Location) bool {
	for _, t := range []time.Time{x.Start, x.Start.AddDate(0, 6, 0)} {
		_, a := t.In(x.zone).Zone()
		_, b := t.In(hubZone).Zone()
		if a != b && !x.AllDay {
			return false
		}
	}
	return true
}
