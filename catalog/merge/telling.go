package merge

import (
	"strings"

	"fritidshub/catalog"
)

// Two titles at one hour and place that share no more than a general word, and each have a word of their own that tells what it is, are two
// things: "Filmklubb: Parasitt" and "Filmklubb: Oppenheimer".

var (
	// broad are endings of words, beside wrapping and partaken, that many things have.
	broad = stems("kamp", "turnering", "cup", "løp", "marsj", "vandring", "utflukt", "forskning", "nettverk", "vaksine", "frokost", "lunsj", "middag", "forum", "konkurranse",
		"stevne", "aktivitet", "dans", "trim", "yoga", "prat", "demonstrasjon", "gudstjeneste", "parti", "idrett", "skule", "liga", "serie", "leker", "lek", "omvisning", "vern", "bursdag",
		"åpen", "ferie", "temakveld", "seminar", "konferanse", "webinar", "introduksjon", "svømming", "ball", "kor", "korps", "matlaging", "data")
	// arts are words of the stage that tell one thing from another.
	arts = set("ballett sirkus danseforestilling")
	// doing are what one does with many things.
	doing = set("bli kjent lag lage bygg bygge prøv prøve opplev oppleve smak smake spill spille syng synge les lese strikk strikke hekle hekling mal male tegn tegne skap skape bak bake møt møte besøk besøke bursdag mekk mekke egen eget egne")
	// occasions are words beside those of the stage that say in which form something comes.
	occasions = set("helgetur dagstur topptur kveldstur fellestur familietur søndagstur lørdagstur fottur rundtur lansering boklansering bokslipp bokslepp roman romanen kortfilm premiere turne sommerturne akustisk solo live")
)

// wraps reports whether a word says what sort of occasion it is, and not what it is about.
func (x *word) wraps() bool {
	return stageWords[x.text] && !arts[x.text] || occasions[x.text] || endsIn(x.text, general) || endsIn(x.full, general)
}

// vague reports whether many things share the word.
func (x *word) vague() bool {
	return x.sort != plain || x.wraps() || everywhere[x.text] || doing[x.text] || endsIn(x.text, partaken) || endsIn(x.full, partaken) || endsIn(x.text, broad) || endsIn(x.full, broad)
}

// own counts the words of it that tell what its title is about, found no match in that of o, and are explained by nothing else there.
func (it *Item) own(o *Item, used uint16) (n int) {
	for i := range it.title {
		x := &it.title[i]
		switch {
		case used>>i&1 == 1, x.sort != plain && (x.sort != town || has(o.towns, x.text)):
		case explains(it.place, x), explains(o.place, x), !it.guess && explains(it.org, x), !o.guess && explains(o.org, x):
		case ends(o.title, x), x.endsIn(o.title), explains(o.title, x), explains(o.marks.topic, x), x.wraps():
		default:
			n++
		}
	}
	return n
}

// told counts the words of it that tell what its title is about and that o has as well.
func (it *Item) told(o *Item) (n int) {
	for i := range it.title {
		if x := &it.title[i]; !x.vague() && explains(o.title, x) && !explains(it.place, x) && !explains(it.org, x) && !explains(o.place, x) && !explains(o.org, x) {
			n++
		}
	}
	return n
}

// endsIn reports whether x ends in one of the words.
func (x *word) endsIn(words []word) bool {
	for i := range words {
		if w := &words[i]; len(w.text) >= 3 && strings.HasSuffix(x.text, w.text) || len(w.full) >= 3 && strings.HasSuffix(x.full, w.full) {
			return true
		}
	}
	return false
}

// narrower counts what x states of those whom it is for and y does not.
func (x *marks) narrower(y *marks) (n int) {
	for _, only := range [...]bool{x.level > 0 && y.level == 0, x.gender > 0 && y.gender == 0, x.audience > 0 && y.audience == 0} {
		if only {
			n++
		}
	}
	return n
}

// contrary weighs that each of two titles has words of its own. Groups and courses of a place often have most of a name in common, and differ
// in whom they are for.
func (v *Verdict) contrary(a, b *Item, t *likeness) (refused bool) {
	if t.equal || t.matched == 0 {
		return false
	}
	single := len(a.starts) == 1 && len(b.starts) == 1 && a.kind != catalog.KindCourse && b.kind != catalog.KindCourse
	ownA, ownB := a.own(b, t.usedA), 0
	if ownA > 0 || !single {
		ownB = b.own(a, t.usedB)
	}
	if !single && ownA+ownB > 0 {
		ownA, ownB = ownA+a.marks.narrower(&b.marks), ownB+b.marks.narrower(&a.marks)
	}
	if ownA == 0 || ownB == 0 {
		return false
	}
	told := min(a.told(b), b.told(a))
	switch {
	case told == 0, a.marks.head != 0 && a.marks.head == b.marks.head:
		v.part(OtherTopic)
	case told >= 2 && (single && told >= min(ownA, ownB) || told > ownA+ownB):
		return false
	default:
		v.add(OtherTopic, -1.5)
	}
	return true
}
