package analysis

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// endings are the inflections of bokmål and nynorsk nouns, adjectives and verbs in their folded form, and how many letters must
// be left. A longer one comes before one that it ends with.
var endings = []struct {
	text string
	left int
}{
	{"ingane", 3}, {"ingene", 3}, {"ingens", 3}, {"ingar", 3}, {"inger", 3}, {"ingen", 3}, {"inga", 3}, {"ing", 3},
	{"eren", 4}, {"eret", 4}, {"erne", 4}, {"arane", 4},
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
	"rugby": true, "judo": true, "karate": true, "ring": true, "lanes": true, "leire": true, "gospel": true,
	"manga": true, "market": true, "gitar": true, "seminar": true,
}

// irregular are inflections that change more than the end of a word, in their folded form, and the stems of their words.
var irregular = func() map[string]string {
	stems := map[string]string{}
	for line := range strings.Lines(`
		sykkel sykler syklar sykkelen sykkelens syklene syklane sykling syklinga sykle syklet sykla
		lan lant lante
		spill spilt spilte spelt spelte
		tren trent trente
		les leste lest
		skriv skrev skrevet skreve
		sy sydde sydd
		bok boka boken boker bokene bokane
		barn born borna barnas borns
		apen apent apne ope opne open opent
		teater teatret teateret teatre teatra teateren
		mann menn mannen mennene mennar
		natt netter natta natten nettene
		premiere premieren premierer premierene
		ballett balletten ballettar balletter ballet
		jeger jegere jegeren jegerne jegerane jegerar
		stemning stemninga stemningen stemninger stemningar
		tre tra trar traer traerne
		hand hender handa handen hendene
		and ender
		svomm svom svomt svomte
		symj symjar
		lage laging laga lagar lager
		eldre eldst
		vis visa visene viser vise visesang
		senter sentre senteret sentra sentrene
		sommer somre sommeren somrene
		sommar somrar sommaren
		vinter vintre vinteren vintrar
		venn venner venen vener venar
		kafe kafeen kafeer kafear
		museum museet museer museene musea
		ferie ferien feriane feriene ferier
		kino kinoen
		ung unge ungt yngre
		ungar ungane unger ungene
		bake baking bakinga bakte bakst
		male maling malinga malingen malte
		smabarn smabarna smaabarn`) {
		forms := strings.Fields(line)
		for _, form := range forms {
			stems[form] = forms[0]
		}
	}
	return stems
}()

// Stem takes one inflection off a folded word, so that the forms of a word meet: turar, turane and turen at tur, trening and trene
// at tren. It is light on purpose: what it does not know it leaves alone.
func Stem(folded string) string {
	if stem, known := irregular[folded]; known {
		return stem
	}
	if unstemmed[folded] {
		return folded
	}
	if folded != "" && folded[len(folded)-1] >= utf8.RuneSelf {
		return otherStem(folded)
	}
	stem := folded
	for _, e := range endings {
		if rest, ok := strings.CutSuffix(folded, e.text); ok && utf8.RuneCountInString(rest) >= e.left {
			stem = rest
			break
		}
	}
	for _, pair := range twins {
		if rest, ok := strings.CutSuffix(stem, pair[0]); ok {
			return rest + pair[1]
		}
	}
	return stem
}

// twins are stems that nynorsk and bokmål write differently, also at the end of a compound: trekkspel and trekkspill.
var twins = [][2]string{{"spel", "spill"}, {"skul", "skol"}, {"leik", "lek"}, {"verkstad", "verksted"}, {"marknad", "marked"}, {"kyrkj", "kirk"}, {"stemn", "stevn"}, {"forein", "foren"}}

// The inflections of languages with letters of their own: of Ukrainian the endings, longer ones first, of Arabic the article, alone or grown together
// with a preposition, and the endings of gender and number.
var (
	ukrainian     = foldedFields("ями ами ого ому ими ої ою ею ів ам ах ям ях их ий ій им ім ей ом ем а я и і у ю о е є ь")
	arabicBefore  = foldedFields("وال بال كال لل ال")
	arabicEndings = foldedFields("ات ون ين ة ه")
)

func foldedFields(list string) []string {
	fields := strings.Fields(list)
	for i, f := range fields {
		fields[i] = Fold(f)
	}
	return fields
}

const leftOfOther = 3 // letters

func otherStem(word string) string {
	last, _ := utf8.DecodeLastRuneInString(word)
	long := func(rest string) bool { return utf8.RuneCountInString(rest) >= leftOfOther }
	cut := func(endings []string) string {
		for _, e := range endings {
			if rest, ok := strings.CutSuffix(word, e); ok && long(rest) {
				return rest
			}
		}
		return word
	}
	switch {
	case unicode.Is(unicode.Cyrillic, last):
		return cut(ukrainian)
	case unicode.Is(unicode.Arabic, last):
		for _, before := range arabicBefore {
			if rest, ok := strings.CutPrefix(word, before); ok && long(rest) {
				word = rest
				break
			}
		}
		return cut(arabicEndings)
	}
	return word
}
