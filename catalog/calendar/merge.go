package calendar

import (
	"cmp"
	"math/bits"
	"reflect"
	"slices"

	"fritidshub/catalog"
)

// merge joins phrases that people say as one: the same time on several weekdays, and several times on the same days.
func merge(list []phrase) (out []phrase) {
	for _, p := range list {
		if i := slices.IndexFunc(out, func(q phrase) bool { return q.joinsDays(&p) }); i >= 0 {
			out[i].weekdays |= p.weekdays
			out[i].join(&p)
		} else {
			out = append(out, p)
		}
	}
	list, out = out, nil
	for _, p := range list {
		if i := slices.IndexFunc(out, func(q phrase) bool { return q.joinsTimes(&p) }); i >= 0 {
			out[i].spans = append(slices.Clone(out[i].spans), p.spans...)
			slices.SortFunc(out[i].spans, func(a, b clocks) int { return cmp.Or(a.from-b.from, a.to-b.to) })
			out[i].spans = slices.Compact(out[i].spans)
			out[i].join(&p)
		} else {
			out = append(out, p)
		}
	}
	weekday := func(p phrase) int {
		if p.kind != byWeek {
			return 7
		}
		return bits.TrailingZeros8(p.weekdays)
	}
	slices.SortStableFunc(out, func(a, b phrase) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.interval, b.interval), cmp.Compare(weekday(a), weekday(b)), cmp.Compare(a.first, b.first),
			slices.CompareFunc(a.spans, b.spans, func(a, b clocks) int { return cmp.Or(a.from-b.from, a.to-b.to) }), cmp.Compare(a.until, b.until))
	})
	return out
}

func (p *phrase) joinsDays(q *phrase) bool {
	return p.kind == byWeek && q.kind == byWeek && p.interval == q.interval && p.inStep(q) && p.parity == q.parity && p.season == q.season &&
		slices.Equal(p.spans, q.spans) && p.weekdays&q.weekdays == 0 && p.tail.joins(&q.tail)
}

func (p *phrase) joinsTimes(q *phrase) bool {
	a, b := *p, *q
	a.spans, b.spans, a.tail, b.tail, a.count, b.count = nil, nil, tail{}, tail{}, 0, 0
	return reflect.DeepEqual(a, b) && (len(p.spans) == 0) == (len(q.spans) == 0) && slices.Equal(p.not, q.not) && len(p.but)+len(q.but) == 0 &&
		len(p.spans)+len(q.spans) <= mostTimes && p.tail.joins(&q.tail) && p.inStep(q)
}

// inStep reports whether two series with the same interval of weeks have the same weeks.
func (p *phrase) inStep(q *phrase) bool {
	return p.interval == 1 || p.kind == byWeek && (monday(p.start)-monday(q.start))%(7*p.interval) == 0
}

// join takes over the tail of another phrase that joins.
func (p *phrase) join(q *phrase) {
	p.count = 0
	p.start, p.first, p.until = min(p.start, q.start), min(p.first, q.first), max(p.until, q.until)
	p.not = slices.Concat(p.not, q.not)
	slices.Sort(p.not)
	p.not = slices.Compact(p.not)
	p.but, p.also = slices.Concat(p.but, q.but), slices.Concat(p.also, q.also)
	if p.vague = p.vague || q.vague || len(p.not) > mostNamed || len(p.but) > mostNamed; p.vague {
		p.not, p.but = nil, nil
	}
}

// joins reports whether two series begin and end together, in the same week or month, and rest alike.
func (t *tail) joins(u *tail) bool {
	return sameWeek(t.first, u.first) && t.ends(u) && t.school == u.school && slices.Equal(t.weeks, u.weeks) && slices.Equal(t.breaks, u.breaks)
}

func (t *tail) ends(u *tail) bool {
	if t.until == 0 || u.until == 0 {
		return t.until == u.until
	}
	return t.wholeMonth && u.wholeMonth && sameMonth(t.until, u.until) || !t.wholeMonth && !u.wholeMonth && sameWeek(t.until, u.until)
}

func monday(day int) int { return day - weekdayOf(day) }

func sameWeek(a, b int) bool { return monday(a) == monday(b) }

func sameMonth(a, b int) bool {
	y1, m1, _ := moment{day: a}.wall().Date()
	y2, m2, _ := moment{day: b}.wall().Date()
	return y1 == y2 && m1 == m2
}

// shares reports whether one tail can be said of both phrases: what one leaves out the other does not have on that day.
func (p *phrase) shares(q *phrase) bool {
	clear := func(a, b *phrase) bool {
		return !slices.ContainsFunc(a.not, func(day int) bool {
			return !slices.Contains(b.not, day) && (b.kind != byWeek || b.weekdays&(1<<weekdayOf(day)) != 0)
		})
	}
	return p.count == 0 && q.count == 0 && p.tail.joins(&q.tail) && p.season == q.season && p.vague == q.vague && len(p.but)+len(q.but) == 0 && clear(p, q) && clear(q, p)
}

// shortSeries is how many dates are named one by one although they are a rule's.
const shortSeries = 3

// single gives the occurrences of a series that is no more than single dates: one without rules, or whose rules give no more than shortSeries.
func (x *expansion) single() (out []catalog.Occurrence, ok bool) {
	hi := x.start.day + 1
	for i := range x.rules {
		until := x.lastDayOf(&x.rules[i])
		if until == 0 {
			return nil, false
		}
		hi = max(hi, min(until+1, lastDay))
	}
	n, most := 0, shortSeries
	if x.school != nil || x.SchoolCalendar || x.WeekParity != "" {
		most = 1
	}
	if !x.rests(x.start.day) && !x.isOut(x.Start, x.start) {
		n++
	}
	for i := range x.rules {
		x.eachOf(&x.rules[i], x.start.day, hi, most+1, func(catalog.Occurrence) bool { n++; return true })
	}
	if len(x.Rules) > 0 && n > most {
		return nil, false
	}
	x.each(x.start.day, hi, most, func(o catalog.Occurrence) bool { out = append(out, o); return true })
	return out, true
}
