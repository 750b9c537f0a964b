package intent

import (
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/index"
)

const (
	evening = index.EveningHour
	ahead   = 500 // days that holidays are looked for
)

func dayValue(d time.Weekday) string { return index.WeekdayNames()[(int(d)+6)%7] }

// days makes the claim of the days first to last, which may be open at one end. What is over is none.
func (r *reading) days(from, to int, first, last time.Time) (claim, bool) {
	c := claim{from: from, to: to, connector: beforeDay}
	if !first.IsZero() {
		c.params = append(c.params, Param{"from", first.Format(time.DateOnly)})
	}
	if !last.IsZero() {
		if last.Before(r.today) || last.Before(first) {
			return c, false
		}
		c.params = append(c.params, Param{"to", last.Format(time.DateOnly)})
	}
	return c, len(c.params) > 0
}

// bounded is days for a date that words before it may make a bound: "etter 1. januar", "før 24. desember", "innen 1. desember", "fra 3. mai".
func (r *reading) bounded(from, to int, first, last time.Time) (claim, bool) {
	if from == 0 {
		return r.days(from, to, first, last)
	}
	switch word := strings.ToLower(r.text[r.t[from-1].start:r.t[from-1].end]); word {
	case "etter", "after":
		from, first, last = from-1, later(first, last).AddDate(0, 0, 1), time.Time{}
	case "før", "before":
		if first.IsZero() {
			first = last
		}
		from, first, last = from-1, time.Time{}, first.AddDate(0, 0, -1)
	case "innen", "innan":
		from, first, last = from-1, time.Time{}, later(first, last)
	case "fra", "frå", "from":
		if last.IsZero() {
			from--
		}
	}
	return r.days(from, to, first, last)
}

// monday is the first day of the week n weeks from now.
func (r *reading) monday(n int) time.Time {
	return r.today.AddDate(0, 0, 7*n-(int(r.today.Weekday())+6)%7)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// moment makes the claim of a phrase for a time that is seen from now.
func (r *reading) moment(m meaning, from, to int) (claim, bool) {
	day := r.today.AddDate(0, 0, m.n)
	switch m.sense {
	case isDay:
		return r.days(from, to, day, day)
	case isEvening:
		begins := catalog.LocalTime(r.Now.Location(), day.Add(evening*time.Hour))
		begins = later(begins, r.Now.Truncate(time.Minute))
		return claim{from: from, to: to, connector: noWords, params: []Param{{"from", begins.Format(time.RFC3339)}, {"to", day.Format(time.DateOnly)}}}, true
	case isWeekend:
		friday := r.monday(m.n).AddDate(0, 0, 4)
		c, ok := r.days(from, to, later(friday, r.today), friday.AddDate(0, 0, 2))
		if begins := catalog.LocalTime(r.Now.Location(), friday.Add(evening*time.Hour)); ok && !r.today.After(friday) {
			c.params[0].Value = later(begins, r.Now.Truncate(time.Minute)).Format(time.RFC3339)
		}
		return c, ok
	case isWeek:
		return r.days(from, to, later(r.monday(m.n), r.today), r.monday(m.n).AddDate(0, 0, 6))
	case isMonth:
		first := catalog.Date(r.today.Year(), r.today.Month()+time.Month(m.n), 1)
		return r.days(from, to, later(first, r.today), first.AddDate(0, 1, -1))
	case isSeason:
		return r.months3(m.n, from, to)
	}
	return claim{}, false
}

// months3 is the running or next season of three months that begins in month n.
func (r *reading) months3(n, from, to int) (claim, bool) {
	first := catalog.Date(r.today.Year()-1, time.Month(n), 1)
	for !first.AddDate(0, 3, 0).After(r.today) {
		first = first.AddDate(1, 0, 0)
	}
	return r.days(from, to, later(first, r.today), first.AddDate(0, 3, -1))
}

// holidays gives the first and last day of the schools' running or next holidays of a name; zero when none is known.
func (r *reading) holidays(name string) (first, last time.Time) {
	if r.School == nil {
		return first, last
	}
	for n := range ahead {
		day := r.today.AddDate(0, 0, n)
		if r.School.Break(day) == name {
			if first.IsZero() {
				first = day
			}
			last = day
		} else if !first.IsZero() {
			break
		}
	}
	return first, last
}

// weekday reads one weekday or a run of them, with what says which: "neste lørdag" is a day, "hver lørdag kveld" every one.
func (r *reading) weekday(i int) (claim, bool) {
	day, ok := r.weekdays[r.word(i)]
	if !ok {
		if !coming[r.word(i)] && !next[r.word(i)] {
			return claim{}, false
		}
		if day, ok = r.weekdays[r.word(i+1)]; !ok {
			return claim{}, false
		}
		date := r.today.AddDate(0, 0, (int(day)-int(r.today.Weekday())+7)%7)
		if next[r.word(i)] {
			date = r.monday(1).AddDate(0, 0, (int(day)+6)%7)
		}
		c, ok := r.days(i, i+2, date, date)
		return r.timed(c), ok
	}
	if before := r.word(i - 1); past[before] || performers[before] || bounds[before] || ordinals[before] {
		return claim{}, false
	}
	c := claim{from: i, to: i + 1, connector: beforeDay, params: []Param{{string(index.FacetWeekday), dayValue(day)}}}
	if last, to := r.lastDay(i); to > 0 {
		for day != last {
			day = (day + 1) % 7
			c.params = append(c.params, Param{string(index.FacetWeekday), dayValue(day)})
		}
		c.to = to
	}
	return r.timed(c), true
}

// timed adds to a claim of days the time of the day that follows.
func (r *reading) timed(c claim) claim {
	if time := daytimes[r.word(c.to)]; time != "" && time != anyTime {
		c.params = append(c.params, Param{string(index.FacetTime), time})
	}
	c.to = r.daytime(c.to)
	return c
}

// lastDay reads the other end of a run of weekdays that begins at token i: "mandag-fredag", "mandag til fredag".
func (r *reading) lastDay(i int) (last time.Weekday, to int) {
	if i+1 >= len(r.t) {
		return 0, 0
	}
	at := i + 1
	switch word := r.word(at); {
	case strings.Trim(r.between(i), " ") == "-", strings.Trim(r.between(i), " ") == "–":
	case word == "til" || word == "to" || word == "through":
		at++
	default:
		return 0, 0
	}
	last, ok := r.weekdays[r.word(at)]
	if !ok || r.t[at].quoted {
		return 0, 0
	}
	return last, at + 1
}

// daytime is the token after what says the time of the day: "kveld", and by which nothing can be filtered "kl. 18.30", "18:00".
func (r *reading) daytime(i int) int {
	if daytimes[r.word(i)] != "" {
		i++
	}
	at := i
	if clockWords[r.word(at)] {
		at++
	}
	to, plain := r.clock(at)
	if to == 0 {
		return i
	}
	if to < len(r.t) && (r.between(to-1) == "-" || r.between(to-1) == "–") {
		if end, _ := r.clock(to); end > 0 {
			to, plain = end, false
		}
	}
	if at == i && plain || years[r.word(to)] {
		return i
	}
	return to
}

// clock is the token after the time of the day at token i, 0 when there is none; a plain one is a number that may be something else.
func (r *reading) clock(i int) (to int, plain bool) {
	if _, ok := number(r.word(i), 24); !ok {
		return 0, false
	}
	if _, minutes := number(r.word(i+1), 59); minutes && len(r.word(i+1)) == 2 && (r.between(i) == ":" || r.between(i) == ".") {
		return i + 2, r.between(i) == "."
	}
	return i + 1, true
}

// year is the token after the year that says the same as a date, when one stands at token i.
func (r *reading) year(i int, date time.Time) int {
	if r.word(i) == date.Format("2006") {
		return i + 1
	}
	return i
}

// monthDay reads a day as English writes it: "December 24", "24th of December", and "week 8".
func (r *reading) monthDay(i int) (claim, bool) {
	if r.word(i) == "week" {
		if n, ok := number(r.word(i+1), 53); ok && n > 0 {
			for monday := r.monday(0); monday.Before(r.today.AddDate(0, 0, ahead)); monday = monday.AddDate(0, 0, 7) {
				if _, week := monday.ISOWeek(); week == n {
					return r.days(i, i+2, monday, monday.AddDate(0, 0, 6))
				}
			}
		}
		return claim{}, false
	}
	month, named := r.months[r.word(i)]
	day, numbered := ordinal(r.word(i + 1))
	to := i + 2
	if !named {
		day, numbered = ordinal(r.word(i))
		at := i + 1
		if r.word(at) == "of" {
			at++
		}
		month, named = r.months[r.word(at)]
		to = at + 1
	}
	if !named || !numbered || to > len(r.t) || day == 0 {
		return claim{}, false
	}
	if year := r.word(to); len(year) == 4 && strings.Trim(year, "0123456789") == "" {
		return claim{}, false // package prose reads those
	}
	for year := r.today.Year(); year < r.today.Year()+5; year++ {
		if date := catalog.Date(year, month, day); date.Day() == day && !date.Before(r.today) {
			return r.bounded(i, r.daytime(to), date, date)
		}
	}
	return claim{}, false
}

// inMonth reads "i desember": the month that is running or comes next. The month alone may be a name.
func (r *reading) inMonth(i int) (claim, bool) {
	if month, ok := r.months[r.word(i)]; ok && len(r.word(i+1)) == 4 {
		if _, day := number(r.word(i-1), 31); day {
			return claim{}, false
		}
		if first := catalog.Date(r.today.Year(), month, 1); r.word(i+1) >= first.Format("2006") {
			for r.word(i+1) > first.Format("2006") && first.Year() < r.today.Year()+5 {
				first = first.AddDate(1, 0, 0)
			}
			if to := r.year(i+1, first); to == i+2 {
				return r.days(i, to, later(first, r.today), first.AddDate(0, 1, -1))
			}
		}
		return claim{}, false
	}
	if !beforeTown[r.word(i)] || i+1 >= len(r.t) || len(r.word(i+1)) == 3 && r.word(i+1) != "mai" && r.word(i+1) != "may" {
		return claim{}, false
	}
	month, ok := r.months[r.word(i+1)]
	if !ok {
		return claim{}, false
	}
	if _, isDate := number(r.word(i+2), 31); isDate {
		return claim{}, false
	}
	first := catalog.Date(r.today.Year(), month, 1)
	for !first.AddDate(0, 1, 0).After(r.today) || len(r.word(i+2)) == 4 && r.word(i+2) > first.Format("2006") && first.Year() < r.today.Year()+5 {
		first = first.AddDate(1, 0, 0)
	}
	return r.days(i, r.year(i+2, first), later(first, r.today), first.AddDate(0, 1, -1))
}

// number reads a plain number of at most two digits, up to most.
func number(word string, most int) (int, bool) {
	n, err := strconv.Atoi(word)
	return n, err == nil && len(word) <= 2 && n >= 0 && n <= most
}

// ordinal reads "24" and "24th".
func ordinal(word string) (int, bool) {
	for _, ending := range []string{"st", "nd", "rd", "th"} {
		if rest, ok := strings.CutSuffix(word, ending); ok {
			word = rest
			break
		}
	}
	return number(word, 31)
}
