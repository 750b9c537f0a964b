package merge

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
)

// called reads the title: its words, and the marks that set it apart. What a field of the record says wins over the title.
func (it *Item) called(r *catalog.Record) {
	m := &it.marks
	text := strings.TrimSpace(r.Title)
	if strings.ContainsAny(text, ":!–(|-") {
		for _, news := range []*regexp.Regexp{promotion, offered} {
			if rest := news.ReplaceAllString(text, ""); rest != "" && rest != text {
				text, m.notice = rest, true
			}
		}
	}
	if strings.Contains(text, "present") || strings.Contains(text, "inviter") {
		if rest := sponsor.ReplaceAllString(text, ""); rest != "" {
			text = rest
		}
	}
	text = m.readAges(text)
	if a := r.Age; a != nil {
		m.ages = ages{0, 120}
		if a.Min != nil {
			m.ages.min = int16(*a.Min)
		}
		if a.Max != nil {
			m.ages.max = int16(*a.Max)
		}
	} else if !m.ages.stated() {
		head := r.Description
		if len(head) > 80 {
			head = head[:80]
		}
		var of marks
		of.readAges(head)
		m.ages = of.ages
	}
	if strings.ContainsAny(text, "0123456789") {
		text = counted.ReplaceAllString(clock.ReplaceAllString(text, " "), " ")
	}
	in, segment, upper := split(text)
	m.call = r.Kind == catalog.KindVolunteering || call(in, segment)
	if stall(in) {
		m.role = roleStall
	}
	stems := make([]string, len(in))
	for i, w := range in {
		stems[i] = stem(w)
	}
	if head, _, ok := strings.Cut(text, ":"); ok && !strings.ContainsAny(head, ";,()[]|/–—!?") {
		n := 0
		for n < len(segment) && segment[n] == 0 {
			n++
		}
		m.head = hash(stems[:n]...)
	}
	m.club = r.Organizer != nil && !r.Schedule.Dated() && catalog.Fold(r.Title) == catalog.Fold(r.Organizer.Name)
	var lineWords []string
	for i := 0; i < len(in) && len(it.title) < maxWords; i++ {
		w := stems[i]
		next := at(stems, i+1)
		switch {
		case w == "kopi" || w == "copy":
			m.copy, m.notice = true, true
			continue
		case movedWords[w], w == "ny" && (next == "dato" || next == "dag") || w == "nytt" && next == "tidspunkt" || w == "ny" && next == "tidspunkt":
			if w == "ny" {
				i++
			}
			m.moved, m.notice, m.newDate = true, true, m.newDate || in[i] != "utsatt" && in[i] != "utsett"
			continue
		case noticeWords[w]:
			m.notice = true
			continue
		}
		lineWords = append(lineWords, w)
		switch {
		case len(w) == 4 && (strings.HasPrefix(w, "20") || strings.HasPrefix(w, "19")) && number(w) > 0:
			if it.born(number(w)) || len(it.starts) > 0 {
				continue
			}
		case languages[w] > 0:
			m.language = languages[w]
			continue
		}
		if rest, language := inLanguage(in[i]); language > 0 {
			m.language, in[i], w = language, rest, stem(rest)
		}
		if n, ok := teamNumber(stems, in, i); ok {
			m.team = n
			i++
			continue
		}
		if n, ok := partNumber(stems, i); ok {
			m.part = n
			i++
			continue
		}
		if g := teamClass.FindStringSubmatch(in[i]); g != nil {
			m.gender |= map[string]uint8{"j": 1, "g": 2}[g[1]]
			if age := number(g[2]); age > 100 && r.Age == nil {
				it.born(age)
			} else if r.Age == nil && age >= 4 && age <= 19 {
				m.ages = ages{int16(age), int16(age)}
			}
			continue
		}
		audience, forWhom := audienceOf(in[i])
		if audience == 0 {
			audience, forWhom = audienceOf(spell(in[i]))
		}
		m.audience |= audience
		m.variants.read(in[i])
		m.work = m.work || strings.Contains(w, "dugnad")
		if bit := genders[in[i]]; bit > 0 {
			m.gender |= bit
			continue
		}
		if rest, bit := genderOf(in[i]); bit > 0 {
			m.gender |= bit
			in[i], w = rest, stem(rest)
		}
		if l := levels[w]; l > 0 {
			m.level = l
			continue
		}
		if i == len(in)-1 && i > 0 && m.part == 0 && number(w) > 0 && number(w) < 40 {
			m.part = uint16(number(w))
			continue
		}
		if i == len(in)-1 && i > 0 && m.part == 0 && len(w) == 1 && w >= "a" && w <= "f" {
			m.part = lettered + uint16(w[0])
			continue
		}
		if i > 0 && m.team == 0 && len(w) == 1 && w >= "a" && w <= "h" && divided(stems[i-1]) {
			m.team = w[0] - 'a' + 101
			continue
		}
		if rest, ok := ofWeekday(in[i]); ok {
			in[i], w = rest, stem(rest)
		}
		if strings.HasPrefix(w, "åpnings") {
			m.role = roleOpening
		} else if strings.HasPrefix(w, "avslutnings") {
			m.role = roleAfter
		}
		if role := roles[w]; role > 0 && m.role == roleNone {
			m.role = role
			continue
		}
		if adaptedWords[w] {
			m.adapted = true
			continue
		}
		if extraWords[w] || w == "ekstra" {
			m.extra = true
			continue
		}
		if stopWords[w] && len(in[i]) < len(w)+3 || contains(it.title, w) || len(w) == 1 && number(w) < 0 {
			continue
		}
		full, sort := spell(in[i]), uint8(plain)
		if t, ok := townOf(full); ok {
			w, full, sort = t, t, town
		} else if forWhom || commonWords[w] || houseWords[w] || roomWords[w] || months[w] {
			sort = common
		}
		it.title = append(it.title, word{w, full, sort, false})
		if sort == town {
			it.town(word{text: w, sort: sort})
		}
		if len(it.org) == 0 && sort == plain && isSociety(w) && i > 0 {
			it.titleOrg(stems, segment, upper, i)
		}
	}
	it.line = hash(lineWords...)
	m.topic = topicOf(r.Description)
	m.moved = m.moved || r.Status == catalog.StatusPostponed
	m.readDescription(r.Description)
	sorted := make([]string, len(it.title))
	for i, w := range it.title {
		sorted[i] = w.text
		if !explains(it.place, &w) && !explains(it.org, &w) {
			it.bare++
		}
	}
	slices.Sort(sorted)
	it.whole = hash(sorted...)
}

// lettered is added to the letter of a part that has no number: "Turnparti A".
const lettered = 1 << 10

// born takes a year long before that of the first start as a year of birth, and reports whether it is one.
func (it *Item) born(year int) bool {
	if len(it.starts) == 0 {
		return false
	}
	age := int16(time.Unix(int64(it.starts[0])*60, 0).UTC().Year() - year)
	if age < 2 || age > 20 {
		return false
	}
	if m := &it.marks; !m.ages.stated() || !m.years {
		if !m.ages.stated() {
			m.ages, m.years = ages{age - 1, age}, true
		}
	} else {
		m.ages = ages{min(m.ages.min, age-1), max(m.ages.max, age)}
	}
	return true
}

// titleOrg takes the organisation that the title names at i: the segment that it stands in, or the name right before it.
func (it *Item) titleOrg(stems []string, segment []int, upper []bool, i int) {
	from := i
	for from > 0 && segment[from-1] == segment[i] && upper[from-1] && i-from < 3 && !(from-1 == 0 && segment[0] == segment[i]) {
		from--
	}
	if from == i && (segment[i] == segment[0] || !upper[i]) {
		return
	}
	for _, s := range stems[from : i+1] {
		it.org = append(it.org, name(s)...)
	}
	it.guess = true
}

// inLanguage takes the language from "spanskkurs" and its like.
func inLanguage(w string) (rest string, language uint8) {
	for _, l := range languageStems {
		if rest, ok := strings.CutPrefix(w, l); ok && len(rest) >= 4 && len(l) >= 4 && strings.HasSuffix(l, "sk") {
			return rest, languages[l]
		}
	}
	return w, 0
}

// ofWeekday takes the weekday from "torsdagsquiz" and its like.
func ofWeekday(w string) (rest string, ok bool) {
	if day, rest, ok := strings.Cut(w, "dags"); ok && len(rest) >= 4 && days[day] {
		return rest, true
	}
	return w, false
}

var days = map[string]bool{"man": true, "mån": true, "tirs": true, "tys": true, "ons": true, "tors": true, "fre": true, "lør": true, "laur": true, "søn": true, "sun": true}

// genderOf takes the first part of "jentefotball" and its like from a word.
func genderOf(w string) (rest string, bit uint8) {
	for _, part := range genderParts {
		if rest, ok := strings.CutPrefix(w, part); ok && len(rest) >= 5 && rest[0] != 'r' {
			return rest, genders[part+"lag"]
		}
	}
	return w, 0
}

func at(list []string, i int) string {
	if i < 0 || i >= len(list) {
		return ""
	}
	return list[i]
}

// number reads a small whole number, -1 when s is none.
func number(s string) int {
	if n, err := strconv.ParseUint(s, 10, 14); err == nil {
		return int(n)
	}
	return -1
}

// divided reports whether a word names something of which there are several, told apart by letters: "turgruppe B", "sal C".
func divided(w string) bool {
	return slices.ContainsFunc([]string{"grupp", "gruppe", "parti", "lag", "pulje", "hall", "sal", "bane"}, func(end string) bool { return strings.HasSuffix(w, end) })
}

// teamNumber reads "lag 2" and "2. lag" at i.
func teamNumber(stems, in []string, i int) (uint8, bool) {
	isTeam := func(w string) bool { return w == "lag" || w == "parti" || w == "team" || w == "grupp" || w == "gruppe" }
	if next := at(in, i+1); isTeam(stems[i]) {
		if n := number(next); n > 0 && n < 100 {
			return uint8(n), true
		}
		if len(next) == 1 && next >= "a" && next <= "e" {
			return next[0] - 'a' + 101, true
		}
	} else if n := number(stems[i]); n > 0 && n < 20 && isTeam(at(stems, i+1)) {
		return uint8(n), true
	}
	return 0, false
}
