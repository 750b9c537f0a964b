package merge

import (
	"slices"
	"strings"
)

// A run is a production that a source lists one performance at a time: an evening of a play, a showing of a film. To residents it is one
// thing with several dates. A group that meets, a course and its next round are not: there one signs up for the one or the other.

// The bounds of a run, in days between two of its performances.
const (
	runDays  = 3 // when the source says no more of it than title, place and price, and the title is a name
	textDays = 8 // when it says the same of both in its description
)

// performed reports whether a may be one performance of many: a single hour of what one does not take part in.
func (it *Item) performed() bool {
	if len(it.starts) != 1 || it.allDay || it.was != 0 || class(it.kind) != 0 || it.kind == "course" || it.kind == "activity" || it.bare == 0 ||
		it.marks.copy || it.marks.moved || it.marks.extra || it.marks.part > 0 || len(it.place) == 0 {
		return false
	}
	for i := range it.title {
		w := &it.title[i]
		switch {
		case stageWords[w.text]:
		case everywhere[w.text], endsIn(w.text, partaken) || endsIn(w.full, partaken):
			return false
		}
	}
	return true
}

// staged reports whether a price or a word of the title says that one watches it.
func (it *Item) staged() bool {
	return it.price > 0 || slices.ContainsFunc(it.title, func(w word) bool { return stageWords[w.text] })
}

var (
	stageWords = set("konsert julekonsert forestilling barneforestilling familieforestilling teater barneteater familieteater teaterforestilling revy musikal show opera operaen barneopera ballett danseforestilling kino film barnefilm sirkus standup julespill")
	general    = stems("møte", "kveld", "quiz", "foredrag", "samtale", "fest", "aften", "konsert", "kafe", "dag", "natt", "stund", "show", "festival", "scene", "bad", "bingo", "marked", "messe", "utstilling")
	partaken   = stems("kurs", "verksted", "workshop", "trening", "skole", "gruppe", "klubb", "trim", "leir", "tur", "time", "treff", "lag")
)

// named reports whether the title holds a word that is neither where it is, nor who has it, nor what many things are called: "Forfattermøte"
// is another every time.
func (it *Item) named() bool {
	for i := range it.title {
		w := &it.title[i]
		if w.sort == plain && !stageWords[w.text] && !endsIn(w.text, general) && !endsIn(w.full, general) && !explains(it.place, w) && !explains(it.org, w) {
			return true
		}
	}
	return false
}

func endsIn(w string, endings []string) bool {
	for _, e := range endings {
		if strings.HasSuffix(w, e) {
			return true
		}
	}
	return false
}

// sameRun reports whether two records of one source are performances of the same production: nothing but the hour is another, they are
// close in time, and it is something that one watches or that has a name and one page for all of them.
func sameRun(a, b *Item) bool {
	if a.feed != b.feed || a.line != b.line || a.starts == nil || b.starts == nil {
		return false
	}
	apart := dayOf(a.starts[0]) - dayOf(b.starts[0])
	if apart = max(apart, -apart); apart > textDays || a.starts[0] == b.starts[0] {
		return false
	}
	return a.text == b.text && (a.text != 0 || apart <= runDays && a.named()) && a.price == b.price && a.kind == b.kind &&
		max(a.length-b.length, b.length-a.length) <= 15 && alikeButTimes(a, b) && a.performed() && b.performed() && (a.staged() || shared(a.links, b.links) && a.named())
}

// alikeButTimes reports whether two records of one source say the same of all that sets things of a name apart, but for the time.
func alikeButTimes(a, b *Item) bool {
	x, y := &a.marks, &b.marks
	return a.line == b.line && x.ages == y.ages && x.level == y.level && x.team == y.team && x.gender == y.gender && x.adapted == y.adapted &&
		sameWords(a.place, b.place) && sameWords(a.org, b.org)
}

// run notes that two are performances of the same production, whatever their times have said against it.
func (v *Verdict) run() {
	v.reasons &^= 1<<OtherDate | 1<<OtherTime | 1<<NearStart
	v.parts &^= 1 << OtherTime
	v.Apart = v.parts != 0
	v.Score = 0
	v.add(Run, 2)
}

// datesOf reports whether series has the hours of two single records, each as a date of its own: it joins them, though they would be two
// things without it.
func (series *Item) datesOf(a, b *Item) bool {
	if len(series.starts) < 2 || series.allDay {
		return false
	}
	i, j := series.nearestTo(a.starts[0]), series.nearestTo(b.starts[0])
	return i >= 0 && j >= 0 && i != j
}

// nearestTo is the index of the start nearest to t, no further off than doors; -1 when there is none.
func (it *Item) nearestTo(t int32) int {
	at, least := -1, int32(doors+1)
	for i, s := range it.starts {
		if gap := max(s-t, t-s); gap < least {
			at, least = i, gap
		}
	}
	return at
}

// timesAlone reports whether nothing but their times makes two single records two things.
func (v *Verdict) timesAlone(a, b *Item) bool {
	return v.parts&^(1<<OtherTime|1<<SameSource) == 0 && len(a.starts) == 1 && len(b.starts) == 1 && !a.allDay && !b.allDay && a.starts[0] != b.starts[0]
}
