package calendar

import (
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
)

// series says phrases, those that share their end together: "mandager kl. 17, fredager kl. 16, ut mai".
func (p *speaker) series(list []phrase) string {
	var out []string
	for len(list) > 0 {
		first, n := &list[0], 1
		joined := *first
		heads := []string{p.head(first)}
		for ; n < len(list) && joined.shares(&list[n]); n++ {
			heads = append(heads, p.head(&list[n]))
			joined.join(&list[n])
			joined.count = 0
		}
		if n == 1 {
			joined.count = first.count
		}
		out = append(out, p.commas(append(heads, p.tail(&joined)...)))
		list = list[n:]
	}
	return strings.Join(out, p.t("semicolon"))
}

func (p *speaker) head(f *phrase) string { return p.at(p.days(f), f.spans) }

func (p *speaker) days(f *phrase) string {
	interval := strconv.Itoa(f.interval)
	switch f.kind {
	case byDays:
		return p.t("days." + interval)
	case byMonth:
		return p.t("months."+interval, p.inMonth(f))
	case byYear:
		if len(f.nth) > 0 {
			return p.t("year.nth", p.nths(f.nth), p.month(f.month, "year.nth"))
		}
		return p.t("year.date", p.monthDay(f.month, f.days[0]))
	}
	one := bits.OnesCount8(f.weekdays) == 1
	day := bits.TrailingZeros8(f.weekdays)
	switch {
	case f.count > 0:
		return p.counted("count", f.count, p.weekday(day, "count", f.count), p.date(f.start))
	case f.parity != "" && one:
		return p.every(string(f.parity), day)
	case f.parity != "":
		return p.t("weeks."+string(f.parity), p.weekly(f.weekdays))
	case f.interval == 1:
		return p.weekly(f.weekdays)
	case one:
		return p.every(interval, day)
	case f.weekdays == allWeek:
		return p.t("weeks."+interval, p.t("daily"))
	}
	if text := p.neighbours(f.weekdays); text != "" {
		return p.t("weeks."+interval, text)
	}
	return p.t("weeks."+interval, p.list(p.names(f.weekdays, "weeks", 0)))
}

// every says a weekday of every so manieth week, or of the odd or even ones.
func (p *speaker) every(which string, weekday int) string {
	key := "every." + which
	return p.vary(key, p.Gender(weekday), p.weekday(weekday, key, 0))
}

// weekly says the weekdays of a plain weekly series.
func (p *speaker) weekly(mask uint8) string {
	if mask == allWeek {
		return p.t("daily")
	}
	if text := p.neighbours(mask); text != "" {
		return text
	}
	return p.t("weekly", p.list(p.names(mask, "weekly", 0)))
}

// neighbours says three weekdays or more that follow each other: "hverdager", "mandag til lørdag"; empty for others.
func (p *speaker) neighbours(mask uint8) string {
	first, days := bits.TrailingZeros8(mask), bits.OnesCount8(mask)
	switch {
	case mask == workWeek:
		return p.t("workdays")
	case days >= 3 && mask>>first == 1<<days-1:
		return p.t("weekly.to", p.weekday(first, "weekly.to", 0), p.weekday(first+days-1, "weekly.to", 0))
	}
	return ""
}

// names gives weekdays for the text with a key, and behind the number n (0: none).
func (p *speaker) names(mask uint8, key string, n int) (out []string) {
	for i := range 7 {
		if mask&(1<<i) != 0 {
			out = append(out, p.weekday(i, key, n))
		}
	}
	return out
}

func (p *speaker) inMonth(f *phrase) string {
	if len(f.nth) > 0 {
		return p.nths(f.nth)
	}
	var numbers []string
	for _, d := range f.days {
		if d < 0 {
			return p.t("last.day")
		}
		numbers = append(numbers, p.vary("month.day", p.Ordinal(d), strconv.Itoa(d)))
	}
	return p.t("the.day", p.list(numbers))
}

// nths says "første og tredje tirsdag", "første mandag og tredje torsdag".
func (p *speaker) nths(list []nthDay) string {
	var parts, same []string
	for i, d := range list {
		which, n := "nth", d.n-1
		if d.n < 0 {
			which, n = "last", -d.n-1
		}
		same = append(same, p.noun(which, n, p.Gender(d.weekday)))
		if i+1 < len(list) && list[i+1].weekday == d.weekday {
			continue
		}
		parts, same = append(parts, p.t("nth", p.list(same), p.weekday(d.weekday, "nth", 0))), nil
	}
	return p.list(parts)
}

// tail says when a series begins and ends, and when it rests.
func (p *speaker) tail(f *phrase) (out []string) {
	if f.season != 0 {
		out = append(out, p.season(f.season))
	}
	if text := p.bounds(f); text != "" {
		out = append(out, text)
	}
	if f.school {
		out = append(out, p.t("not.school"))
	}
	if len(f.breaks) > 0 {
		var names []string
		for _, i := range f.breaks {
			names = append(names, p.noun("break", i))
		}
		out = append(out, p.t("not.break", p.list(names)))
	}
	if len(f.weeks) > 0 {
		out = append(out, p.vary("not.week", p.Plural(min(len(f.weeks), 5)), p.list(weekNumbers(f.weeks)))) // the number is not said: 21 is as 5
	}
	if len(f.not) > 0 {
		out = append(out, p.t("not.date", p.dayList(f.not, false)))
	}
	if f.vague {
		out = append(out, p.t("some.not"))
	}
	if len(f.but) > 0 {
		out = append(out, p.t("but", p.occurrences(entries(f.but), false)))
	}
	return out
}

// season says months: "september-mai", "mai-juni og august-september", "bare i juli".
func (p *speaker) season(months uint16) string {
	has := func(m int) bool { return months&(1<<((m+11)%12+1)) != 0 }
	key, begin := "season.one", 1
	for m := 1; m <= 12; m++ {
		if has(m) && has(m+1) {
			key = "season"
		}
	}
	var runs []string
	for has(begin) && has(begin-1) { // not in the middle of a run over the new year
		begin++
	}
	for m := begin; m < begin+12; m++ {
		if !has(m) || has(m-1) {
			continue
		}
		last := m
		for has(last + 1) {
			last++
		}
		run := p.month(m, key)
		if last > m {
			run = p.t(key, run, p.month(last, key))
		}
		runs = append(runs, run)
	}
	if key == "season.one" {
		return p.t(key, p.list(runs))
	}
	return p.list(runs)
}

func (p *speaker) bounds(f *phrase) string {
	if f.count > 0 {
		return ""
	}
	begins := f.first > p.today && f.kind != byYear && !f.opensSeason(p.today)
	if f.until == 0 {
		if begins {
			return p.t("from", p.date(f.first))
		}
		return ""
	}
	key, until := "until", p.date(f.until)
	if f.wholeMonth {
		t := moment{day: f.until}.wall()
		key, until = "until.month", p.month(int(t.Month()), "until.month")
		if !p.soon(f.until) {
			until = p.t("date.year", until, strconv.Itoa(t.Year()))
		}
	}
	switch {
	case begins && key == "until":
		return p.t("from.until", p.before(f.first, f.until), until)
	case begins:
		return p.t("from."+key, p.date(f.first), until)
	}
	return p.t(key, until)
}

// opensSeason reports whether f begins with its next season, so that its first day goes without saying.
func (f *phrase) opensSeason(today int) bool {
	if f.season == 0 || f.first > today+300 {
		return false
	}
	t := moment{day: today}.wall()
	for month := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC); !sameMonth(dayNumber(month.Date()), f.first); month = month.AddDate(0, 1, 0) {
		if f.season&(1<<month.Month()) != 0 {
			return false
		}
	}
	return moment{day: f.first}.wall().Day() <= 7
}

// weekNumbers gives the weeks in the order of a school year.
func weekNumbers(weeks []int) (out []string) {
	const autumn = 27
	i, _ := slices.BinarySearch(weeks, autumn)
	for _, w := range slices.Concat(weeks[i:], weeks[:i]) {
		out = append(out, strconv.Itoa(w))
	}
	return out
}

// also gives what phrases have beside their rules.
func also(list []phrase) (out []catalog.Occurrence) {
	for _, f := range list {
		out = append(out, f.also...)
	}
	return out
}
