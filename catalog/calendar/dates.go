package calendar

import (
	"math/bits"
	"slices"
	"strconv"
	"time"

	"fritidshub/catalog"
)

// mostDates is how many single dates are named one by one, mostEntries how many when each has a time of its own.
const (
	mostDates   = 8
	mostEntries = 4
)

// midnight is the end of a day in its seconds.
const midnight = 24 * 3600

// entry is what takes place on one day, or from one day to another.
type entry struct {
	day, last int
	spans     []clocks // of a day; of several days, when it begins and ends
}

// entries gathers occurrences by their day. All of them are in the hub's zone, or all-day.
func entries(list []catalog.Occurrence) (out []entry) {
	for _, o := range list {
		at := momentIn(o.Start, o.AllDay, o.Start.Location())
		e := entry{day: at.day, last: at.day}
		switch {
		case o.AllDay:
			if o.End.After(o.Start) {
				e.last = momentOf(o.End.UTC()).day
			}
		case !o.End.After(o.Start):
			e.spans = []clocks{{at.second, -1}}
		default:
			end := momentOf(o.End)
			if end.second == 0 {
				end = moment{end.day - 1, midnight}
			}
			e.spans = []clocks{{at.second, end.second}}
			if night := o.End.Sub(o.Start) < 24*time.Hour && end.second < 6*3600; !night { // a night belongs to its evening
				e.last = end.day
			}
		}
		if n := len(out); n > 0 && e.day == e.last && out[n-1].day == e.day && out[n-1].last == e.day && len(out[n-1].spans) > 0 && len(e.spans) > 0 {
			if !slices.Contains(out[n-1].spans, e.spans[0]) {
				out[n-1].spans = append(out[n-1].spans, e.spans...)
			}
			continue
		}
		out = append(out, e)
	}
	return out
}

// occurrences says single dates: "lørdag 3., 10. og 17. oktober kl. 12". Named tells that weekdays are said.
func (p *speaker) occurrences(list []entry, named bool) string {
	var days []int
	same := true
	for _, e := range list {
		days = append(days, e.day)
		same = same && e.day == e.last && slices.Equal(e.spans, list[0].spans)
	}
	switch {
	case same:
		return p.at(p.dayList(days, named), list[0].spans)
	case len(list) > mostEntries:
		last := slices.MaxFunc(list, func(a, b entry) int { return a.last - b.last })
		return p.vary("and.more", p.Plural(len(list)-1), p.occurrences(list[:1], named), strconv.Itoa(len(list)-1), p.date(last.last))
	}
	var out []string
	for _, e := range list {
		switch {
		case e.day == e.last:
			out = append(out, p.at(p.dayList([]int{e.day}, named), e.spans))
		case len(e.spans) == 0:
			out = append(out, p.period(e.day, e.last))
		default:
			moment := func(day, second int, end bool) string {
				return p.t("moment", p.named("weekday.date", day, p.date(day), "range.moments"), p.clock(second, end))
			}
			out = append(out, p.t("range.moments", moment(e.day, e.spans[0].from, false), moment(e.last, e.spans[0].to, true)))
		}
	}
	return p.list(out)
}

// period says all days from one to another: "2.-4. oktober".
func (p *speaker) period(from, to int) string {
	if sameMonth(from, to) && p.Has("range.short") {
		return p.t("range.short", p.before(from, to), p.date(to))
	}
	return p.t("range", p.date(from), p.date(to))
}

// named puts a weekday before its date, in the form that the text with the key asks for.
func (p *speaker) named(text string, day int, date, key string) string {
	return p.t(text, p.weekday(weekdayOf(day), key, 0), date)
}

// dayList says days, which are in order.
func (p *speaker) dayList(days []int, named bool) string {
	n := len(days)
	var mask uint8
	for _, d := range days {
		mask |= 1 << weekdayOf(d)
	}
	oneWeekday := bits.OnesCount8(mask) == 1
	neighbours := n >= 3 && days[n-1]-days[0] == n-1
	switch {
	case n > mostDates && bits.OnesCount8(mask) <= 3 && 3*bits.OnesCount8(mask) <= n:
		return p.counted("weekday.count", n, p.list(p.names(mask, "weekday.count", n)), p.before(days[0], days[n-1]), p.date(days[n-1]))
	case neighbours && named && n <= 7:
		return p.t("range.days", p.named("weekday.day", days[0], p.token(days, 0), "range.days"), p.named("weekday.day", days[n-1], p.token(days, n-1), "range.days"))
	case neighbours:
		return p.period(days[0], days[n-1])
	case n > mostDates:
		return p.counted("dates.count", n, p.before(days[0], days[n-1]), p.date(days[n-1]))
	}
	if n > 3 && !oneWeekday {
		return p.list(p.runs(days))
	}
	var out []string
	for i, d := range days {
		token := p.token(days, i)
		if named && !oneWeekday {
			token = p.named("weekday.day", d, token, "weekday.day")
		}
		out = append(out, token)
	}
	switch {
	case named && n == 1:
		return p.named("weekday.date", days[0], out[0], "weekday.date")
	case named && oneWeekday:
		return p.named("weekday.dates", days[0], p.list(out), "weekday.dates")
	}
	return p.list(out)
}

// runs says days, those that follow each other as one: "3.-5. og 10.-11. desember".
func (p *speaker) runs(days []int) (out []string) {
	for i := 0; i < len(days); {
		j := i
		for j+1 < len(days) && days[j+1] == days[j]+1 {
			j++
		}
		switch {
		case j == i:
			out = append(out, p.token(days, i))
		case sameMonth(days[i], days[j]) && p.Has("range.short"):
			out = append(out, p.t("range.short", p.before(days[i], days[j]), p.token(days, j)))
		default:
			out = append(out, p.t("range", p.date(days[i]), p.date(days[j])))
		}
		i = j + 1
	}
	return out
}

// token says the i-th day.
func (p *speaker) token(days []int, i int) string {
	if i+1 < len(days) {
		return p.before(days[i], days[i+1])
	}
	return p.date(days[i])
}

// before says a day that is followed by another one, its month only when that is in another month.
func (p *speaker) before(day, next int) string {
	if sameMonth(day, next) && p.Has("day.number") {
		return p.t("day.number", strconv.Itoa(moment{day: day}.wall().Day()))
	}
	return p.date(day)
}
