package calendar

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/grammar"
)

// Text says when s takes place as a person would write it: "tirsdager kl. 18-19.30, ut mai, ikke i skoleferier", "lørdag 3., 10. og
// 17. oktober kl. 12". It is s.Text when the source has words of its own. Lang is a BCP 47 tag. For a sentence that the words of a
// language (folder words) do not suffice for, the next dates are named in figures; a language without words gets bokmål. What is over on the day of now is not said, unless everything is over, nor the years
// that go without saying then.
//
// It is empty when s has no date, and when s cannot be said rightly in few words: a series whose clocks are not those of hubZone, whose
// later dates have all been moved, which is cancelled or postponed, or whose rules are of the rare sorts.
func Text(s catalog.Schedule, hubZone *time.Location, now time.Time, lang string) string {
	if s.Text != "" {
		return s.Text
	}
	zone := zoneOf(s, hubZone)
	today := momentOf(now.In(hubZone)).day
	single := slices.Clone(s.Dates)
	var phrases []phrase
	for i := range s.Series {
		x := newExpansion(&s.Series[i], zone)
		if dates, ok := x.single(); ok {
			single = append(single, dates...)
			continue
		}
		own, ok := x.phrases(hubZone, today)
		if !ok {
			return ""
		}
		phrases = append(phrases, own...)
	}
	phrases = merge(coming(phrases, func(p phrase) bool { return p.until == 0 || p.until >= today }))
	beside := also(phrases)
	if len(phrases) > 0 { // beside a series, single dates that are over are not worth a word
		single = slices.DeleteFunc(single, func(o catalog.Occurrence) bool { return lastOf(o, hubZone) < today })
	}
	single = coming(slices.Concat(single, beside), func(o catalog.Occurrence) bool { return lastOf(o, hubZone) >= today })
	single = coming(single, func(o catalog.Occurrence) bool { return o.Status != catalog.StatusCancelled })
	for i := range single {
		single[i] = local(single[i], hubZone)
	}
	order := func(o catalog.Occurrence) int { // a whole day before its midnight
		if o.AllDay {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(single, func(a, b catalog.Occurrence) int {
		return cmp.Or(instant(a, hubZone).Compare(instant(b, hubZone)), order(a)-order(b), a.End.Compare(b.End))
	})
	own := wordings.For(lang)
	p := &speaker{Language: own, today: today, ahead: seasonAhead}
	text := p.schedule(phrases, entries(single))
	if !p.lacks {
		return text
	}
	if p = (&speaker{Language: wordings[grammar.Fallback], today: today, ahead: seasonAhead}); p.schedule(phrases, entries(single)) == "" || p.lacks {
		return ""
	}
	return inFigures(s, hubZone, today, own)
}

// mostNext is how many dates are said in figures, mostSought how many are enough to find so many, some of them called off or on the same day.
const (
	mostNext   = 3
	mostSought = 12
)

// inFigures names the next dates of s, or the last one when it is over, in the words that every language has: "Talaado 1.12., 15.12.,
// 29.12. (18:00) …". What follows the schools is said to do so, as when they are closed is not known here.
func inFigures(s catalog.Schedule, zone *time.Location, today int, own *grammar.Language) string {
	p := &speaker{Language: figures(own), today: today, ahead: singleAhead}
	begin := catalog.LocalTime(zone, moment{day: today}.wall())
	var list []catalog.Occurrence
	for months := 2; len(list) <= mostSought && months <= 128; months *= 4 {
		list, _ = Expand(s, zone, begin, begin.AddDate(0, months, 0), 0)
	}
	if len(list) == 0 {
		if list, _ = Expand(s, zone, time.Time{}, begin, 0); len(list) > 1 {
			list = list[len(list)-1:]
		}
	}
	list = coming(list, func(o catalog.Occurrence) bool { return o.Status != catalog.StatusCancelled })
	for i := range list {
		list[i] = local(list[i], zone)
	}
	dates := entries(list)
	text := p.occurrences(dates[:min(len(dates), mostNext)], true)
	if len(dates) > mostNext {
		text += " …"
	}
	if slices.ContainsFunc(s.Series, func(x catalog.Series) bool { return x.SchoolCalendar || len(x.ExceptBreaks) > 0 }) {
		note, _ := own.Text("not.school", grammar.Other)
		text = p.commas([]string{text, note})
	}
	return text
}

func (p *speaker) schedule(phrases []phrase, dates []entry) string {
	var parts []string
	if len(phrases) > 0 {
		parts = append(parts, p.series(phrases))
	}
	if len(dates) > 0 {
		p.ahead = singleAhead
		text := p.occurrences(dates, true)
		if len(phrases) > 0 {
			text = p.t("also", text)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, p.t("semicolon"))
}

// coming keeps what is yes, or everything when nothing is.
func coming[T any](list []T, yes func(T) bool) []T {
	if !slices.ContainsFunc(list, yes) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(t T) bool { return !yes(t) })
}

// lastOf gives the day on which o ends, for a night the evening before.
func lastOf(o catalog.Occurrence, zone *time.Location) int {
	list := entries([]catalog.Occurrence{local(o, zone)})
	return list[0].last
}
