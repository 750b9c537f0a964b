package merge

import "strings"

// audience is whom a title says that it is for, a bit each; 0 when it does not say. A word may mean more than one of them.
type audience uint8

const (
	babies audience = 1 << iota
	children
	youths
	adults
	elders
	expecting
)

// audiences are the words, in bokmål spelling. In sports, senior is whoever is grown up; who speaks of parents often means their children too.
var audiences = func() map[string]audience {
	m := make(map[string]audience)
	for of, words := range map[audience]string{
		babies: "baby babyer spedbarn småbarn småbarna minste toddlers", babies | children: "barn barna barnas kids children småttiser småttisar",
		children | youths: "juniorer tweens", youths: "ungdom ungdommer ungdommen ungdomar ungdommar unge ung tenåring tenåringer tenåringar teens teenagers youth",
		adults: "voksne voksen vaksne vaksen adults", elders: "eldre pensjonist pensjonister pensjonistar", adults | elders: "senior seniorer seniorar seniors",
		expecting: "gravid gravide", babies | children | adults: "foreldre mødre fedre",
	} {
		for w := range exactly(words) {
			m[w] = of
		}
	}
	return m
}()

// audienceParts begin words that are for some: "barneyoga".
var audienceParts = []struct {
	part string
	of   audience
}{
	{"småbarn", babies}, {"baby", babies}, {"barne", babies | children}, {"ungdoms", youths}, {"tenårings", youths}, {"voksen", adults}, {"vaksen", adults},
	{"eldre", elders}, {"pensjonist", elders}, {"senior", adults | elders}, {"gravid", expecting},
}

// notFor end words that begin so and are the name of a house or an organisation.
var notFor = stems("hage", "skole", "hus", "senter", "lag", "forening", "forbund", "hjem", "heim", "bibliotek", "lokale", "råd", "ombud", "bok", "bøker", "film")

// audienceOf reads a word of a title as it stands, in lower case; whole reports that it says nothing else.
func audienceOf(w string) (of audience, whole bool) {
	if of = audiences[w]; of != 0 {
		return of, true
	}
	for _, p := range audienceParts {
		if rest, ok := strings.CutPrefix(w, p.part); ok && len(rest) >= 3 {
			if endsIn(stem(rest), notFor) {
				return 0, false
			}
			return p.of, false
		}
	}
	return 0, false
}

// spans are the years of age that someone of each audience may have, from the lowest bit on.
var spans = [...]ages{{0, 6}, {0, 15}, {10, 30}, {16, 120}, {50, 120}, {0, 120}}

// admits reports whether some of those whom it is for may be of these ages.
func (of audience) admits(a ages) bool {
	for i, s := range spans {
		if of>>i&1 == 1 && a.min <= s.max && s.min <= a.max {
			return true
		}
	}
	return false
}

// audiences compares whom two titles are for, and with the ages that the other states.
func (v *Verdict) audiences(x, y *marks) {
	switch {
	case x.audience != 0 && y.audience != 0 && x.audience&y.audience == 0,
		x.audience != 0 && y.ages.stated() && !x.audience.admits(y.ages), y.audience != 0 && x.ages.stated() && !y.audience.admits(x.ages),
		x.audience == expecting && y.audience == 0 && y.gender > 0, y.audience == expecting && x.audience == 0 && x.gender > 0:
		v.part(OtherAges)
	}
}

// variants are words of which a thing has one of each row: two that have another of a row are two things.
var variants = [...]map[string]uint16{
	bitOf("2d 3d imax"), bitOf("a1 a2 b1 b2 c1 c2"), bitOf("rød blå grønn gul oransje lilla hvit svart rosa"),
}

func bitOf(words string) map[string]uint16 {
	m := make(map[string]uint16)
	for i, w := range strings.Fields(words) {
		m[w] = 1 << i
	}
	for old, w := range pairs("raud=rød rødt=rød raudt=rød grøn=grønn grønt=grønn gult=gul blått=blå hvitt=hvit kvit=hvit kvitt=hvit") {
		if m[w] != 0 {
			m[old] = m[w]
		}
	}
	return m
}

// variantsOf are the bits of each row.
type variantsOf [len(variants)]uint16

func (v *variantsOf) read(w string) {
	for i, row := range variants {
		v[i] |= row[w]
	}
}

func (v variantsOf) contradict(o variantsOf) bool {
	for i := range v {
		if v[i] != 0 && o[i] != 0 && v[i]&o[i] == 0 {
			return true
		}
	}
	return false
}
