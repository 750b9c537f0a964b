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
	return strings.Join(out, p.or("semicolon", "; "))
}

func (p *speaker) head(f *phrase) string { return p.at(p.days(f), f.spans) }

func (p *speaker) days(f *phrase) string {
	interval := strconv.Itoa(f.interval)
	switch f.kind {
	case byDays:
		return p.t("every."+interval, p.t("day"))
	case byMonth:
		return p.t("months."+interval, p.inMonth(f))
	case byYear:
		month := p.word("months", f.month-1)
		if len(f.nth) > 0 {
			return p.t("year.nth", p.nths(f.nth), month)
		}
		return p.t("year.date", p.t("date", strconv.Itoa(f.days[0]), month))
	}
	one := bits.OnesCount8(f.weekdays) == 1
	day := bits.TrailingZeros8(f.weekdays)
	switch {
	case f.count > 0:
		return p.t("count", strconv.Itoa(f.count), p.word("weekdays", day), p.date(f.start))
	case f.parity != "" && one && p.has("every."+string(f.parity)):
		return p.t("every."+string(f.parity), p.word("weekday", day))
	case f.parity != "":
		return p.t("weeks."+string(f.parity), p.weekly(f.weekdays))
	case f.interval == 1:
		return p.weekly(f.weekdays)
	case one && p.Lists["every."+interval] != nil:
		return p.word("every."+interval, day)
	case one:
		return p.t("every."+interval, p.word("weekday", day))
	case f.weekdays == allWeek:
		return p.t("weeks."+interval, p.t("daily"))
	}
	if text := p.neighbours(f.weekdays); text != "" {
		return p.t("weeks."+interval, text)
	}
	return p.t("weeks."+interval, p.list(p.names(f.weekdays, "weekday")))
}

// weekly says the weekdays of a plain weekly series.
func (p *speaker) weekly(mask uint8) string {
	if mask == allWeek {
		return p.t("daily")
	}
	if text := p.neighbours(mask); text != "" {
		return text
	}
	text := p.list(p.names(mask, "weekdays"))
	if p.has("weekly") {
		text = p.t("weekly", text)
	}
	return text
}

// neighbours says three weekdays or more that follow each other: "hverdager", "mandag til lørdag"; empty for others.
func (p *speaker) neighbours(mask uint8) string {
	first, days := bits.TrailingZeros8(mask), bits.OnesCount8(mask)
	switch {
	case mask == workWeek && p.has("workdays"):
		return p.t("workdays")
	case days >= 3 && mask>>first == 1<<days-1 && p.has("weekly.to"):
		return p.t("weekly.to", p.word("weekday", first), p.word("weekday", first+days-1))
	}
	return ""
}

func (p *speaker) names(mask uint8, list string) (out []string) {
	for i := range 7 {
		if mask&(1<<i) != 0 {
			out = append(out, p.word(list, i))
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
		switch {
		case d < 0:
			return p.t("last.day")
		case p.Lists["ordinals"] != nil:
			numbers = append(numbers, p.word("ordinals", d-1))
		default:
			numbers = append(numbers, p.t("day.number", strconv.Itoa(d)))
		}
	}
	return p.t("the.day", p.list(numbers))
}

// nths says "første og tredje tirsdag", "første mandag og tredje torsdag".
func (p *speaker) nths(list []nthDay) string {
	var parts, same []string
	for i, d := range list {
		if d.n > 0 {
			same = append(same, p.word("nth", d.n-1))
		} else {
			same = append(same, p.word("last", -d.n-1))
		}
		if i+1 < len(list) && list[i+1].weekday == d.weekday {
			continue
		}
		name := p.or("workday", "")
		if d.weekday != workday {
			name = p.word("weekday", d.weekday)
		} else if name == "" {
			p.lacks = true
		}
		parts, same = append(parts, p.list(same)+" "+name), nil
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
	if len(f.weeks) > 0 {
		key, _, forms := strings.Cut(p.Texts["not.week"], "|")
		if forms && len(f.weeks) > 1 {
			_, key, _ = strings.Cut(p.Texts["not.week"], "|")
		}
		p.lacks = p.lacks || key == ""
		out = append(out, strings.ReplaceAll(key, "{0}", p.list(weekNumbers(f.weeks))))
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
	var runs []string
	single := true
	begin := 1
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
		run := p.word("months", (m+11)%12)
		if last > m {
			single = false
			run = p.t("season", run, p.word("months", (last+11)%12))
		}
		runs = append(runs, run)
	}
	if single {
		return p.t("season.one", p.list(runs))
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
	if f.wholeMonth && p.has("until.month") {
		t := moment{day: f.until}.wall()
		key, until = "until.month", p.month(t)
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
