package analysis

import (
	"strings"
	"unicode/utf8"
)

// endings are the inflections of bokmål and nynorsk nouns, adjectives and verbs in their folded form, and how many letters must
// be left. A longer one comes before one that it ends with.
var endings = []struct {
	text string
	left int
}{
	{"ingane", 3}, {"ingene", 3}, {"ingens", 3}, {"ingar", 3}, {"inger", 3}, {"ingen", 3}, {"inga", 3}, {"ing", 3},
	{"anes", 3}, {"enes", 3}, {"ane", 3}, {"ene", 3},
	{"ens", 4}, {"ets", 4}, {"ers", 4}, {"ars", 4},
	{"ar", 3}, {"er", 3}, {"en", 3}, {"et", 3},
	{"a", 3}, {"e", 3},
}

// unstemmed are words, most of them names, that end like an inflection and are none.
var unstemmed = map[string]bool{
	"skien": true, "bergen": true, "horten": true, "moen": true, "teie": true, "tinn": true, "notodden": true, "risor": true,
	"halden": true, "asker": true, "oslo": true, "tjome": true, "ferie": true, "under": true, "etter": true, "over": true,
	"senter": true, "vinter": true, "sommer": true, "senior": true, "junior": true, "teater": true, "open": true, "apen": true,
	"barsel": true, "musikk": true, "volleyball": true, "theatre": true, "opera": true, "revy": true, "yoga": true, "data": true,
	"rugby": true, "judo": true, "karate": true, "ring": true, "lanes": true,
}

// Stem takes one inflection off a folded word, so that the forms of a word meet: turar, turane and turen at tur, trening and trene
// at tren. It is light on purpose: what it does not know it leaves alone.
func Stem(folded string) string {
	if unstemmed[folded] || folded != "" && folded[len(folded)-1] >= utf8.RuneSelf {
		return folded
	}
	for _, e := range endings {
		if rest, ok := strings.CutSuffix(folded, e.text); ok && utf8.RuneCountInString(rest) >= e.left {
			return rest
		}
	}
	return folded
}

// stopWords are the small words of bokmål, nynorsk and English in which people wrap a query.
var stopWords = words(`
	og i på til for med av en ei et eit den det de dei som er var å at fra frå om der her hvor kor hva kva når da så eller men ikke ikkje
	jeg eg du vi me oss dere dykk man seg sin si sitt sine min mi mitt mine kan skal vil må har hadde blir vert være vere
	hos ved under over mot inn ut opp ned the a an of and or in on at to for with by is are we you i my our from`,
	"kor") // is the nynorsk where, but first a choir

func words(list string, except ...string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	for _, w := range except {
		delete(set, w)
	}
	return set
}
