package merge

import (
	"strings"

	"fritidshub/catalog"
)

// Threshold is the score from which two records are the same thing. The scores of the reasons were set by hand on cases of our own, so
// that two that say the same of title and time are the same when nothing speaks against it, and neither of them alone is enough.
const Threshold = 3

// Compare says whether two records are about the same thing, and why. It does not matter which comes first.
func Compare(a, b *Item) Verdict { return compare(a, b, false) }

// joins reports whether two records are the same thing; it costs less than Compare when they are not.
func joins(a, b *Item) bool { return compare(a, b, true).Same }

// compare is Compare; when it is hasty it stops as soon as the two cannot be the same.
func compare(a, b *Item, hasty bool) Verdict {
	var v Verdict
	if a.origin == b.origin {
		v.add(Echo, 100)
		v.Same = true
		return v
	}
	v.kinds(a, b)
	kindApart := v.Apart
	time := v.times(a, b)
	rescheduled := rescheduled(a, b)
	run := !kindApart && (time == timeOther || time == timeNear) && sameRun(a, b)
	if moved := a.marks.moved || b.marks.moved || rescheduled || run; hasty && (v.Apart && !moved || time == timeOther && !moved) {
		return v
	}
	if hasty && a.feed == b.feed && !run && time != timeOther && !alikeButTimes(a, b) { // see oneSource
		return v
	}
	t := titles(a, b)
	if hasty && t.score == 0 {
		return v
	}
	switch {
	case kindApart:
	case run:
		v.run()
	case rescheduled && t.score >= 0.3:
		v.rescheduled(time)
	case time == timeOther:
		v.moved(a, b, &t)
	}
	link := a.feed != b.feed && shared(a.links, b.links)
	v.markers(a, b, time)
	v.places(a, b, &t, link)
	if hasty && v.Apart {
		return v
	}
	v.titled(&t)
	refused := !link && !v.Apart && time != timeOther && v.contrary(a, b, &t)
	series := max(len(a.starts), len(b.starts)) >= 3
	switch {
	case link:
		v.add(SameLink, 5)
	case v.placed:
	case t.everywhere && t.hinted:
		v.add(Unplaced, -1.5)
	case t.everywhere && v.hinted && series:
		v.add(Unplaced, -4.2)
	case t.everywhere && v.hinted:
		v.add(Unplaced, -1.5)
	case t.everywhere:
		v.add(Unplaced, -5)
	case v.hinted || t.hinted:
	case t.matched <= 1 && series: // in a town there are only so many hours of the week
		v.add(Unplaced, -4)
	case t.matched <= 1:
		v.add(Unplaced, -1.3)
	default:
		v.Score -= 0.5
	}
	if a.price >= 0 && b.price >= 0 {
		if lo, hi := min(a.price, b.price), max(a.price, b.price); lo > 0 && hi-lo <= max(50_00, hi/4) {
			v.add(NearPrice, 0.3)
		} else if lo > 0 {
			v.add(OtherPrice, -0.5)
		}
	}
	if a.feed == b.feed && !run {
		v.oneSource(a, b, time)
	}
	enough := t.score >= 0.3 && t.matched >= 0.34 || link && t.score > 0 ||
		t.score >= 0.75 && t.aloneA+t.aloneB == 0 && v.Has(SameStart) && v.Has(SamePlace) ||
		t.score > 0 && (t.aloneA == 0 || t.aloneB == 0) && v.Has(SameTimes) && (v.Has(SamePlace) || v.Has(SameOrganizer) || v.Has(PlaceIsOrganizer))
	v.Same = !v.Apart && !refused && enough && v.Score >= Threshold && (time != timeOther || v.Has(Moved) || run)
	return v
}

// kinds: a voucher is not what it is a voucher for, loan of equipment is not an activity, a scheme is neither, and a call for volunteers is not what
// they are for, unless that is common work.
func (v *Verdict) kinds(a, b *Item) {
	x, y := &a.marks, &b.marks
	if x.club != y.club || class(a.kind) != class(b.kind) || x.call != y.call && !(x.work && y.work) {
		v.part(OtherKind)
	}
}

func class(k catalog.Kind) uint8 {
	switch k {
	case catalog.KindTicket:
		return 1
	case catalog.KindEquipment:
		return 2
	case catalog.KindScheme:
		return 3
	}
	return 0
}

// markers compares what sets things of the same name apart. What only the one says matters more when times do not say that they are
// the same.
func (v *Verdict) markers(a, b *Item, time timing) {
	x, y := &a.marks, &b.marks
	doubt := float32(1)
	if time == timeUnknown {
		doubt = 2.5
	}
	if x.ages.stated() && y.ages.stated() {
		switch {
		case x.ages == y.ages || x.yearOf(y) || y.yearOf(x):
			v.add(SameAges, 0.5)
		case x.ages.max < y.ages.min || y.ages.max < x.ages.min || x.ages.max == y.ages.min || y.ages.max == x.ages.min:
			v.part(OtherAges)
		}
	} else if x.ages.stated() != y.ages.stated() {
		v.Score -= 0.4 * doubt
	}
	switch {
	case x.team == y.team && x.team > 0:
		v.add(SameTeam, 0.5)
	case x.team > 0 && y.team > 0:
		v.part(OtherTeam)
	case x.team != y.team:
		v.add(OtherTeam, -1.5*doubt)
	}
	if x.gender != y.gender {
		if x.gender > 0 && y.gender > 0 && x.gender&y.gender == 0 {
			v.part(OtherGender)
		} else if x.gender == 0 || y.gender == 0 {
			v.add(OtherGender, -doubt)
		}
	}
	if x.level != y.level {
		if x.level > 0 && y.level > 0 {
			v.part(OtherLevel)
		} else {
			v.add(OtherLevel, -0.7*doubt)
		}
	}
	v.audiences(x, y)
	if x.variants.contradict(y.variants) {
		v.part(OtherPart)
	}
	if x.part != y.part {
		if x.part > 0 && y.part > 0 {
			v.part(OtherPart)
		} else {
			v.add(OtherPart, -doubt)
		}
	}
	if x.language != y.language {
		v.part(OtherLanguage)
	}
	if x.role != y.role {
		v.part(OtherRole)
	}
	if x.adapted != y.adapted || x.extra != y.extra {
		v.add(OtherAdaptation, -0.7*doubt)
	}
	if len(x.topic) > 0 && len(y.topic) > 0 && !anyAlike(x.topic, y.topic) {
		v.add(OtherTopic, -1.5)
	}
}

func anyAlike(a, b []word) bool {
	for i := range a {
		if explains(b, &a[i]) {
			return true
		}
	}
	return false
}

// likeness is how two titles compare.
type likeness struct {
	score          float32 // 0 to 1
	matched        float32 // weight of the words that both have
	equal          bool
	named          bool   // the one title names the other's place or organiser
	hinted         bool   // the one title names a sort of house that the other is in
	everywhere     bool   // what they share is what is held in many places at once
	aloneA, aloneB int    // words that tell things apart and that only the one has
	usedA, usedB   uint16 // a bit for each word that found a match
}

// local is what a word of a title counts for that is the name of where it is or who has it: two things at one place share that.
const local = 0.15

// titles compares the words of the titles. A word of the one that the other has in its place, organiser or topic is not missing there.
func titles(a, b *Item) likeness {
	var t likeness
	t.everywhere = true
	weight := func(x *word) float32 {
		if a.whole != b.whole && a.bare > 0 && b.bare > 0 && (explains(a.place, x) || explains(a.org, x) || explains(b.place, x) || explains(b.org, x)) {
			return local
		}
		return x.weight()
	}
	var usedA, usedB uint16
	var match [maxWords][maxWords]float32
	for i := range a.title {
		for j := range b.title {
			match[i][j] = alike(&a.title[i], &b.title[j])
		}
	}
	for _, least := range [...]float32{1, 0.8, 0.5} { // the best matches first
		for i := range a.title {
			for j := range b.title {
				if usedA>>i&1 == 1 || usedB>>j&1 == 1 {
					continue
				}
				if m := match[i][j]; m >= least {
					x, y := &a.title[i], &b.title[j]
					usedA, usedB = usedA|1<<i, usedB|1<<j
					t.matched += m * min(weight(x), weight(y))
					t.everywhere = t.everywhere && (x.sort != plain || y.sort != plain || everywhere[x.text] || everywhere[y.text])
				}
			}
		}
		if a.whole == b.whole {
			break
		}
	}
	wa, wb := t.matched, t.matched
	t.usedA, t.usedB = usedA, usedB
	t.aloneA = t.rest(a, b, usedA, &wa)
	t.aloneB = t.rest(b, a, usedB, &wb)
	if t.matched == 0 {
		return t
	}
	inside, whole := t.matched/min(wa, wb), t.matched/(wa+wb-t.matched)
	t.score, t.equal = min(0.6*inside+0.4*whole, 1), a.whole == b.whole
	return t
}

// rest adds to sum the weight of a's words that found no match and that nothing in b explains, and counts those that tell things apart.
func (t *likeness) rest(a, b *Item, used uint16, sum *float32) (alone int) {
	for i := range a.title {
		x := &a.title[i]
		there := explains(b.place, x) || explains(b.org, x)
		switch {
		case there:
			t.named, t.hinted = t.named || x.sort != common, t.hinted || houseWords[x.text]
		case used>>i&1 == 1:
		case x.sort == town && has(b.towns, x.text):
			t.named = true
		case explains(a.place, x) || explains(a.org, x): // it says where it is
		case explains(b.marks.topic, x):
			t.everywhere = false
		case x.sort == common && ends(b.title, x): // "kurs" in "mobilkurs"
		default:
			if *sum += x.weight(); x.sort == plain || x.sort == town {
				alone++
			}
		}
	}
	return alone
}

func explains(names []word, x *word) bool {
	for i := range names {
		if alike(&names[i], x) >= 0.8 {
			return true
		}
	}
	return false
}

// ends reports whether x is the end of one of the words.
func ends(words []word, x *word) bool {
	for i := range words {
		if w := &words[i]; len(x.text) >= 3 && strings.HasSuffix(w.text, x.text) || strings.HasSuffix(w.full, x.full) {
			return true
		}
	}
	return false
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func (v *Verdict) titled(t *likeness) {
	score := -2.5 + 5.5*t.score
	if t.score > 0 && t.matched < 0.9 { // what they share is what many things are called
		score--
	}
	switch {
	case t.equal:
		v.add(SameTitle, score)
	case t.score >= 0.75:
		v.add(NearTitle, score)
	case t.score >= 0.3:
		v.add(PartTitle, score)
	default:
		v.add(OtherTitle, score)
	}
}

// oneSource: a source that has two entries means two things, unless the one is a copy of the other or a date of the other's series.
func (v *Verdict) oneSource(a, b *Item, time timing) {
	same := !v.Apart && alikeButTimes(a, b)
	switch {
	case same && v.Has(Moved):
	case same && time == timeEqual:
		v.add(Copy, 3)
	case same && time == timeCovered && (len(a.starts) == 1) != (len(b.starts) == 1):
	case time == timeOther && len(a.starts) == 1 && len(b.starts) == 1:
		v.add(SameSource, -3)
	default:
		v.part(SameSource)
	}
}

func sameWords(a, b []word) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].text != b[i].text {
			return false
		}
	}
	return true
}

// shared reports whether two sorted lists have a member in common.
func shared[T ~uint16 | ~int32 | ~uint64](a, b []T) bool {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			return true
		case a[0] < b[0]:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return false
}
