package calendar

import (
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
)

// Text says when s takes place as a person would write it: "tirsdager kl. 18-19.30, ut mai, ikke i skoleferier", "lørdag 3., 10. og
// 17. oktober kl. 12". It is s.Text when the source has words of its own. Lang is a BCP 47 tag; a sentence that the words of a language
// (folder words) do not suffice for is in bokmål. What is over on the day of now is not said, unless everything is over, nor the years
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
	slices.SortStableFunc(single, func(a, b catalog.Occurrence) int { return instant(a, hubZone).Compare(instant(b, hubZone)) })
	for _, w := range wordingsOf(lang) {
		p := &speaker{wording: w, today: today, ahead: seasonAhead}
		if text := p.schedule(phrases, entries(single)); !p.lacks {
			return text
		}
	}
	return ""
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
	return strings.Join(parts, p.or("semicolon", "; "))
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
