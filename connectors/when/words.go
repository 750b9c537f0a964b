package when

import (
	"regexp"
	"strings"
	"time"
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
	// Groups: weekday, then day month year | month day year | day month year in figures | year month day.
	dateRE = regexp.MustCompile(`(?i)(?:\b(` + weekdays + `)\b\.?,?\s+(?:den\s+)?)?(?:` +
		`\b(\d{1,2})(?:\.|st|nd|rd|th)?\s*(?:of\s+)?(` + months + `)\.?,?\s+(\d{4})\b|` +
		`\b(` + months + `)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b|` +
		`\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b|` +
		`\b(\d{4})-(\d{2})-(\d{2})\b)`)
	// "12.-" or "12. juli til " before a date that has month and year.
	beforeRE = regexp.MustCompile(`(?i)(?:\b(?:` + weekdays + `)\.?\s+)?\b(\d{1,2})\.?(?:\s*(` + months + `)\.?)?` + dash + `$`)
	dashRE   = regexp.MustCompile(`(?i)^` + dash)
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

// Find looks for the first date in text, in Norwegian (both forms) or English words, in Norwegian figures (12.7.2026) or ISO figures,
// with a second date and a clock if they follow. It gives the bytes text[from:to] that it read. A date needs a year of four digits.
func Find(text string) (s Span, from, to int, ok bool) {
	for start := 0; start < len(text); {
		m := dateRE.FindStringSubmatchIndex(text[start:])
		if m == nil {
			return Span{}, 0, 0, false
		}
		from, to = start+m[0], start+m[1]
		day, odd, ok := readDate(text[start:], m)
		if !ok {
			start = to
			continue
		}
		s = Span{From: day, To: day, Start: -1, End: -1, Odd: odd}
		if b := beforeRE.FindStringSubmatchIndex(text[:from]); b != nil {
			month := day.Month()
			if b[4] >= 0 {
				month = monthOf[prefix(text[b[4]:b[5]])]
			}
			if first, ok := date(day.Year(), month, atoi(text[b[2]:b[3]])); ok && first.Before(day) {
				s.From, from = first, b[0]
			}
		}
		to += s.clock(text[to:])
		if d := dashRE.FindString(text[to:]); d != "" && s.From.Equal(s.To) && s.End < 0 {
			next := text[to+len(d):]
			if m := dateRE.FindStringSubmatchIndex(next); m != nil && m[0] == 0 {
				if last, odd, ok := readDate(next, m); ok && !last.Before(day) {
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

// clock reads a time or a range of times at the beginning of rest and gives how many bytes it took. A time after the second date is
// the end when the first date had one.
func (s *Span) clock(rest string) int {
	m := timeRE.FindStringSubmatchIndex(rest)
	if m == nil {
		return 0
	}
	group := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return rest[m[2*i]:m[2*i+1]]
	}
	half := group(6)
	if group(5) != "" && half == "" {
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
	end, ok := minutes(group(2), group(3), group(4))
	// A figure after the dash may be the beginning of the next date: "18:00 - 12. desember 2026".
	if next := dateRE.FindStringIndex(rest); !ok || next != nil && next[0] <= m[4] {
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

func readDate(text string, m []int) (day time.Time, odd string, ok bool) {
	group := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return text[m[2*i]:m[2*i+1]]
	}
	switch {
	case group(3) != "":
		day, ok = date(atoi(group(4)), monthOf[prefix(group(3))], atoi(group(2)))
	case group(5) != "":
		day, ok = date(atoi(group(7)), monthOf[prefix(group(5))], atoi(group(6)))
	case group(8) != "":
		day, ok = date(atoi(group(10)), time.Month(atoi(group(9))), atoi(group(8)))
	default:
		day, ok = date(atoi(group(11)), time.Month(atoi(group(12))), atoi(group(13)))
	}
	if name := group(1); ok && name != "" && weekdayOf[prefix(name)] != day.Weekday() {
		odd = day.Format("2.1.2006") + " er en " + weekdayName[day.Weekday()] + ", ikke " + strings.ToLower(name) + ". "
	}
	return day, odd, ok
}

// prefix is the first three letters in lower case, by which the tables above know a name.
func prefix(name string) string {
	r := []rune(strings.ToLower(name))
	return string(r[:min(3, len(r))])
}
