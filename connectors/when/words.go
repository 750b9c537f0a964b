package when

import (
	"regexp"
	"strings"
	"time"

	"fritidshub/catalog"
)

// Span is a range of days with a clock, as titles give it: "mandag 17. aug 2026 - mandag 21. des 2026, 17:30 - 18:30".
type Span struct {
	From, To   time.Time // calendar days as catalog.Date; the same one for a single day
	Start, End int       // minutes after midnight, -1 when not stated; End below Start is past midnight
	// Odd says in Norwegian that the text contradicts itself (the weekday is not that date's); "" when it does not.
	Odd string
}

// Weekly reports whether the span can be a weekly series: more than a week from one weekday to the same one, with a clock.
func (s Span) Weekly() bool {
	return s.Start >= 0 && s.To.Sub(s.From) >= 7*24*time.Hour && s.From.Weekday() == s.To.Weekday()
}

const (
	weekdays = `(?:man|mån|tirs|tys|ons|tors|fre|lør|lau|laur|søn|sun)dag|(?:mon|tues|wednes|thurs|fri|satur|sun)day|` +
		`man|mån|tirs?|tys|ons|tors?|fre|lør|lau|søn|mon|tues?|wed|thu|fri|sat|sun`
	months = `jan(?:uary?)?|feb(?:ruary?)?|mars|march|mar|april|apr|mai|may|juni|june|jun|juli|july|jul|august|aug|` +
		`september|sept|sep|oktober|october|okt|oct|november|nov|desember|december|des|dec`
	dash = `\s*(?:[-–—]|til|to)\s*`
)

var (
	// Groups: weekday, then day month year | month day year | day mark month (mark year | dash year) | year month day.
	dateRE = regexp.MustCompile(`(?i)(?:\b(` + weekdays + `)\b\.?,?\s+(?:den\s+)?)?(?:` +
		`\b(\d{1,2})(?:\.|st|nd|rd|th)?\s*(?:of\s+)?(` + months + `)\.?,?\s+(\d{4})\b|` +
		`\b(` + months + `)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b|` +
		`\b(\d{1,2})([./])(\d{1,2})(?:([./])(\d{4}|\d{2})|-(\d{4}))\b|` +
		`\b(\d{4})-(\d{2})-(\d{2})\b)`)
	// Groups: weekday, then day month | day mark month; or weekday month day.
	yearlessRE = regexp.MustCompile(`(?i)(?:\b(` + weekdays + `)\b\.?,?\s+(?:den\s+)?)?(?:` +
		`\b(\d{1,2})(?:\.|st|nd|rd|th)?\s*(?:of\s+)?(` + months + `)\b|` +
		`\b(\d{1,2})([./])(\d{1,2})\b\.?)|` +
		`\b(` + weekdays + `)\b\.?,?\s+(` + months + `)\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b`)
	// What shows that figures belong to a telephone number, a clock, a measure or a name, and are no date.
	notBefore  = regexp.MustCompile(`(?i)\d[./:]?$|[.,]$`)
	notAfter   = regexp.MustCompile(`(?i)^[./:]?\d|^,[\d-]|^\s*(?:%|(?:km|mil|kr|år)\b)`)
	clockRE    = regexp.MustCompile(`(?i)(?:\bkl(?:okka|okken)?\b\.?|[-–—])\s*$`)
	compoundRE = regexp.MustCompile(`^-\p{L}`)
	// The hours 18-20 after a date; what comes after them must not be what makes them ages or grades.
	hoursRE = regexp.MustCompile(`^\s*[,;:|@]?\s*\d{1,2}\s*[-–—]\s*\d{1,2}(?:[:.]\d{2})?(?:\s*$|\s*[,;:|()–—-]|\.?\s+\p{Lu}|\s+(?:i|på|ved|hos|at|in)\s)`)
	// "12.-" or "12. juli til " before a date that has month and year. Groups: weekday, day, month.
	beforeRE = regexp.MustCompile(`(?i)(?:\b(` + weekdays + `)\.?\s+)?\b(\d{1,2})\.?(?:\s*(` + months + `)\.?)?` + dash + `$`)
	dashRE   = regexp.MustCompile(`(?i)^` + dash)
	lastRE   = regexp.MustCompile(`(?i)^` + dash + `\d{1,2}\.?\s*(?:` + months + `)\b`)
	// One time or a range of times; a bare hour only after "kl" or with am or pm.
	timeRE = regexp.MustCompile(`(?i)^(?:\s*[,;:|@]\s*|\s+)(?:(?:kl(?:okka)?\b\.?|at\b|fra kl\.?|frå kl\.?)\s*(\d{1,2})(?:[:.](\d{2})(?::\d{2})?)?|(\d{1,2})[:.](\d{2})(?::\d{2})?|(\d{1,2}))(?:\s*([ap])\.?m\b\.?)?`)
	endRE  = regexp.MustCompile(`(?i)^(` + dash + `(?:kl\.?\s*)?(\d{1,2})(?:[:.](\d{2})(?::\d{2})?)?(?:\s*([ap])\.?m\b\.?)?)(?:\D|$)`)
)

var (
	weekdayOf = map[string]time.Weekday{
		"man": time.Monday, "mån": time.Monday, "mon": time.Monday, "tir": time.Tuesday, "tys": time.Tuesday, "tue": time.Tuesday,
		"ons": time.Wednesday, "wed": time.Wednesday, "tor": time.Thursday, "thu": time.Thursday, "fre": time.Friday, "fri": time.Friday,
		"lør": time.Saturday, "lau": time.Saturday, "sat": time.Saturday, "søn": time.Sunday, "sun": time.Sunday,
	}
	monthOf = map[string]time.Month{
		"jan": 1, "feb": 2, "mar": 3, "apr": 4, "mai": 5, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
		"okt": 10, "oct": 10, "nov": 11, "des": 12, "dec": 12,
	}
	weekdayName = [...]string{"søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"}
)

// Find looks for the first date in text, in Norwegian (both forms) or English words, in figures (12.7.2026, 12.7.26 and 12/7/2026, the day
// first; 2026-07-12), with a second date and a clock if they follow. It gives the bytes text[from:to] that it read. A date needs a year,
// of this century when it has two digits, or a weekday that fixes it: then it is the one from a month before to eleven months after near,
// the day on which the text was published. The zero near fixes none.
func Find(text string, near time.Time) (s Span, from, to int, ok bool) {
	if s, from, to, ok = find(text, dateRE, readDate); ok || near.IsZero() {
		return s, from, to, ok
	}
	near = catalog.Date(near.Date()).AddDate(0, -1, 0)
	return find(text, yearlessRE, func(text string, m []int, first time.Time) (time.Time, string, bool) {
		return readYearless(text, m, first, near)
	})
}

// Yearless gives the first words of text that are a day and a month without a year, "" when there are none. In figures alone they must
// look like a date (5/12, 5.9. and 5/9 kl. 10, not 24/7), and a name that a day is part of ("17. mai-komiteen") is none.
func Yearless(text string) string {
	for start := 0; start < len(text); {
		m := yearlessRE.FindStringSubmatchIndex(text[start:])
		if m == nil {
			return ""
		}
		from, to := start+m[0], start+m[1]
		day, month, weekday := yearless(text[start:], m)
		_, real := date(2024, month, day) // a leap year
		if figures := m[10] >= 0; figures && real && weekday < 0 {
			real = m[13]-m[12] == 2 || text[to-1] == '.' || timeRE.MatchString(text[to:])
			real = real && !clockRE.MatchString(text[:from]) && alone(text, from, to)
		}
		if real && !compoundRE.MatchString(text[to:]) {
			return text[from:to]
		}
		start = to
	}
	return ""
}

var monthFirstRE = regexp.MustCompile(`\b(?:0?[1-9]|1[0-2])/(?:1[3-9]|2\d|3[01])/(?:\d{4}|\d{2})\b`)

// MonthFirst reports whether 3/12/2026 may be the twelfth of March: the language is English, or text has a date like 3/28/2026.
func MonthFirst(language, text string) bool {
	return strings.HasPrefix(strings.ToLower(language), "en") || monthFirstRE.MatchString(text)
}

// Mentioned gives the words of the first date in text, with a year or without; "" when there is none.
func Mentioned(text string) string {
	if !strings.ContainsAny(text, "0123456789") {
		return ""
	}
	if _, from, to, ok := Find(text, time.Time{}); ok {
		return text[from:to]
	}
	return Yearless(text)
}

// A dateReader reads what its expression matched. first is the beginning of a range that the match ends, else zero.
type dateReader func(text string, m []int, first time.Time) (day time.Time, odd string, ok bool)

func find(text string, re *regexp.Regexp, read dateReader) (s Span, from, to int, ok bool) {
	for start := 0; start < len(text); {
		m := re.FindStringSubmatchIndex(text[start:])
		if m == nil {
			return Span{}, 0, 0, false
		}
		from, to = start+m[0], start+m[1]
		day, odd, ok := read(text[start:], m, time.Time{})
		if !ok {
			start = to
			continue
		}
		s = Span{From: day, To: day, Start: -1, End: -1, Odd: odd}
		if b := beforeRE.FindStringSubmatchIndex(text[:from]); b != nil {
			month := day.Month()
			if b[6] >= 0 {
				month = monthOf[prefix(text[b[6]:b[7]])]
			}
			if first, ok := date(day.Year(), month, atoi(text[b[4]:b[5]])); ok && first.Before(day) && !notBefore.MatchString(text[:b[0]]) {
				s.From, from = first, b[0]
			}
		}
		to += s.clock(text[to:])
		if d := dashRE.FindString(text[to:]); d != "" && s.From.Equal(s.To) && s.End < 0 {
			next := text[to+len(d):]
			if m := re.FindStringSubmatchIndex(next); m != nil && m[0] == 0 {
				if last, odd, ok := read(next, m, day); ok && !last.Before(day) {
					s.To, s.Odd = last, s.Odd+odd
					to += len(d) + m[1]
					to += s.clock(text[to:])
				}
			}
		}
		return s, from, to, true
	}
	return Span{}, 0, 0, false
}

// alone reports whether the figures text[from:to] are no part of something else.
func alone(text string, from, to int) bool {
	return !notBefore.MatchString(text[:from]) && !notAfter.MatchString(text[to:])
}

// clock reads a time or a range of times at the beginning of rest and gives how many bytes it took. A time after the second date is
// the end when the first date had one.
func (s *Span) clock(rest string) int {
	m := timeRE.FindStringSubmatchIndex(rest)
	if m == nil {
		return 0
	}
	group := groups(rest, m)
	half := group(6)
	if group(5) != "" && half == "" && !hoursRE.MatchString(rest) {
		return 0
	}
	start, ok := minutes(group(1)+group(3)+group(5), group(2)+group(4), half)
	if !ok {
		return 0
	}
	if s.Start >= 0 {
		s.End = start
		return m[1]
	}
	s.Start = start
	e := endRE.FindStringSubmatchIndex(rest[m[1]:])
	if e == nil {
		return m[1]
	}
	m, rest, start = e, rest[m[1]:], m[1]
	group = groups(rest, m)
	end, ok := minutes(group(2), group(3), group(4))
	// A figure after the dash may be the beginning of the next date: "18:00 - 12. desember 2026".
	if next := dateRE.FindStringIndex(rest); !ok || next != nil && next[0] <= m[4] || lastRE.MatchString(rest) {
		return start
	}
	s.End = end
	return start + m[3]
}

func minutes(hour, minute, half string) (int, bool) {
	h, m := atoi(hour), atoi(minute)
	switch {
	case m > 59 || h > 24 || h == 24 && m > 0 || half != "" && (h < 1 || h > 12):
		return 0, false
	case strings.EqualFold(half, "p") && h < 12:
		h += 12
	case strings.EqualFold(half, "a") && h == 12:
		h = 0
	}
	return h*60 + m, true
}

// readDate reads a match of dateRE.
func readDate(text string, m []int, _ time.Time) (day time.Time, odd string, ok bool) {
	g := groups(text, m)
	switch {
	case g(3) != "":
		day, ok = date(atoi(g(4)), monthOf[prefix(g(3))], atoi(g(2)))
	case g(5) != "":
		day, ok = date(atoi(g(7)), monthOf[prefix(g(5))], atoi(g(6)))
	case g(8) != "":
		year := atoi(g(12) + g(13))
		if year < 100 {
			year += 2000
		}
		day, ok = date(year, time.Month(atoi(g(10))), atoi(g(8)))
		marks := g(9) == g(11) || g(9) == "/" && g(13) != ""
		ok = ok && marks && alone(text, m[0], m[1])
	default:
		day, ok = date(atoi(g(14)), time.Month(atoi(g(15))), atoi(g(16)))
	}
	if name := g(1); ok && name != "" && weekdayOf[prefix(name)] != day.Weekday() {
		odd = day.Format("2.1.2006") + " er en " + weekdayName[day.Weekday()] + ", ikke " + strings.ToLower(name) + ". "
	}
	return day, odd, ok
}

// readPlain reads a match of dateRE as readDate does, but of figures only 12.7.2026, of which the order is known.
func readPlain(text string, m []int, first time.Time) (time.Time, string, bool) {
	if g := groups(text, m); g(8) != "" && (g(9) != "." || len(g(12)) != 4) {
		return time.Time{}, "", false
	}
	return readDate(text, m, first)
}

// readYearless reads a match of yearlessRE: the day within a year from near that is of the weekday stated, or the first one after the
// beginning of a range.
func readYearless(text string, m []int, first, near time.Time) (time.Time, string, bool) {
	day, month, weekday := yearless(text, m)
	if m[10] >= 0 && !alone(text, m[0], m[1]) {
		return time.Time{}, "", false
	}
	if !first.IsZero() {
		last, ok := within(first, day, month, weekday)
		return last, "", ok
	}
	if b := beforeRE.FindStringSubmatchIndex(text[:m[0]]); b != nil && b[2] >= 0 && weekday < 0 { // fredag 4.–6. desember
		g := groups(text, b)
		begins := month
		if g(3) != "" {
			begins = monthOf[prefix(g(3))]
		}
		first, ok := within(near, atoi(g(2)), begins, weekdayOf[prefix(g(1))])
		if !ok {
			return time.Time{}, "", false
		}
		last, ok := within(first, day, month, weekday)
		return last, "", ok
	}
	if weekday < 0 {
		return time.Time{}, "", false
	}
	d, ok := within(near, day, month, weekday)
	return d, "", ok
}

// within gives the day within a year from a first one, when it is of the weekday; -1 is any.
func within(first time.Time, day int, month time.Month, weekday time.Weekday) (time.Time, bool) {
	for y := first.Year(); y <= first.Year()+1; y++ {
		d, ok := date(y, month, day)
		if ok && !d.Before(first) && d.Before(first.AddDate(1, 0, 0)) {
			return d, weekday < 0 || d.Weekday() == weekday
		}
	}
	return time.Time{}, false
}

// yearless reads a match of yearlessRE; the weekday is -1 when there is none.
func yearless(text string, m []int) (day int, month time.Month, weekday time.Weekday) {
	g := groups(text, m)
	weekday = -1
	if name := g(1) + g(7); name != "" {
		weekday = weekdayOf[prefix(name)]
	}
	month = monthOf[prefix(g(3)+g(8))]
	if g(6) != "" {
		month = time.Month(atoi(g(6)))
	}
	return atoi(g(2) + g(4) + g(9)), month, weekday
}

// groups gives the text of a group of a match, "" when it took no part.
func groups(text string, m []int) func(int) string {
	return func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return text[m[2*i]:m[2*i+1]]
	}
}

// prefix is the first three letters in lower case, by which the tables above know a name.
func prefix(name string) string {
	r := []rune(strings.ToLower(name))
	return string(r[:min(3, len(r))])
}
