package analysis

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// Part is one word, or several words that stand together, in a compound.
type Part struct {
	Stem string // of its folded form, without a linking s or e
	// Head says that the compound ends with it and so is a kind of it: teater in barneteater, but not barn.
	Head bool
}

const (
	minCompound = 6
	minUnknown  = 4 // letters of a part that no list knows
	minKnown    = 4 // letters of a known part beside it
	maxWords    = 5 // of one compound
	maxSplit    = 40
)

//go:embed words.txt
var wordList string

// vocabulary is the words that compounds are made of.
type vocabulary struct {
	whole map[string]bool   // stems and folded forms that are not split
	last  map[string]bool   // stems that may end a compound
	first map[string]string // forms that may begin one, with their linking letter -> stem
	short map[string]bool   // stems below minKnown that end a compound also when its beginning is unknown
}

var compounds = sync.OnceValue(func() *vocabulary {
	v := &vocabulary{map[string]bool{}, map[string]bool{}, map[string]string{}, map[string]bool{}}
	for line := range strings.Lines(wordList) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, word := range strings.Fields(line) {
			v.learn(word)
		}
	}
	return v
})

func (v *vocabulary) learn(word string) {
	word, first := strings.CutSuffix(word, "-")
	word, short := strings.CutSuffix(word, "!")
	word = Fold(word)
	stem := Stem(word)
	for _, form := range []string{word, word + "s", word + "e"} {
		if _, known := v.first[form]; !known || form == word {
			v.first[form] = stem
		}
	}
	if first {
		return
	}
	v.whole[word], v.whole[stem], v.last[stem] = true, true, true
	if short {
		v.short[stem] = true
	}
}

// Parts gives the words that a compound in its folded form is made of, those of several words before their own: ungdomskulturhuset has
// kulturhus, hus, ungdom, kultur. A word that is none has no parts.
func Parts(folded string) []Part {
	if len(folded) < minCompound || len(folded) > maxSplit || !isASCII(folded) {
		return nil
	}
	v := compounds()
	if v.whole[folded] || v.whole[Stem(folded)] {
		return nil
	}
	cuts := v.split(folded)
	if len(cuts) < 3 {
		return nil
	}
	var parts []Part
	add := func(stem string, head bool) {
		p := Part{stem, head}
		if len(stem) > 1 && !slices.Contains(parts, p) {
			parts = append(parts, p)
		}
	}
	end := len(cuts) - 1
	for i := 1; i < end; i++ {
		add(Stem(folded[cuts[i]:]), true)
	}
	for i := range end {
		for j := i + 1; j < end; j++ {
			add(v.firstStem(folded[cuts[i]:cuts[j]], folded[cuts[j-1]:cuts[j]]), false)
		}
	}
	return parts
}

// formStems are of the words that end a compound and say in what form something is done, but not what.
var formStems = func() map[string]bool {
	stems := map[string]bool{}
	for word := range words(`kurs time timer undervisning opplæring trening øving gruppe klubb lag treff kveld tilbud tilbod skole skule verksted verkstad dag
		forening foreining samling parti aktivitet leir kafé stund stevne arrangement program hjelp senter`) {
		stems[Stem(Fold(word))] = true
	}
	return stems
}()

// Pieces gives the single words that a compound in its folded form is made of, in order; none when it is no compound. The last is Soft
// when it only says in what form something is done: a listing for piano is better than none for a pianotime. Known
// says that all of them are words of the list.
func Pieces(folded string) (list []Token, known bool) {
	if len(folded) < minCompound || len(folded) > maxSplit || !isASCII(folded) || compounds().whole[folded] {
		return nil, false
	}
	v := compounds()
	cuts := v.split(folded)
	if len(cuts) < 3 {
		return nil, false
	}
	known = true
	for i := 1; i < len(cuts); i++ {
		piece := folded[cuts[i-1]:cuts[i]]
		stem, here := Stem(piece), v.last[Stem(piece)]
		if i < len(cuts)-1 {
			stem = v.firstStem(piece, piece)
			_, here = v.first[piece]
		}
		known = known && here
		list = append(list, Token{Term: piece, Folded: piece, Stem: stem, Soft: i == len(cuts)-1 && formStems[stem]})
	}
	return list, known
}

// linked are the ends of words that take an s when another follows.
var linked = []string{"ing", "het", "tet", "sjon", "skap", "dom", "ment", "else", "ling", "nad"}

// firstStem is the stem of words that stand first, of which the last is given too.
func (v *vocabulary) firstStem(words, last string) string {
	if stem, known := v.first[words]; known {
		return stem
	}
	if rest, s := strings.CutSuffix(words, "s"); s {
		_, known := v.first[strings.TrimSuffix(last, "s")]
		if known || slices.ContainsFunc(linked, func(end string) bool { return strings.HasSuffix(rest, end) }) {
			return Stem(rest)
		}
	}
	return Stem(words)
}

// split gives the places where a word is cut, its two ends among them: of the ways in which all is known the one with the fewest words and the longest
// last, else a long known end after an unknown beginning, or the other way round.
func (v *vocabulary) split(word string) []int {
	n := len(word)
	var words [maxSplit + 1]int // of word[i:], 0: not known
	var next [maxSplit + 1]int
	for i := n - 2; i >= 0; i-- {
		if i <= n-3 && v.last[Stem(word[i:])] {
			words[i], next[i] = 1, n
			continue
		}
		for j := i + 2; j < n-2; j++ {
			if words[j] == 0 || words[j] >= maxWords || words[i] != 0 && words[j]+1 > words[i] {
				continue
			}
			if _, known := v.first[word[i:j]]; known {
				if words[i] == 0 || words[j]+1 < words[i] {
					words[i], next[i] = words[j]+1, j
				}
			}
		}
	}
	follow := func(cuts []int, i int) []int {
		for ; i < n; i = next[i] {
			cuts = append(cuts, i)
		}
		return append(cuts, n)
	}
	if words[0] > 0 {
		return follow(nil, 0)
	}
	for i := minUnknown - 1; i < n-2; i++ {
		if i < minUnknown && n-i <= minKnown {
			continue // a short beginning needs a longer end
		}
		if words[i] > 0 && (n-i >= minKnown && len(Stem(word[i:])) >= minKnown-1 || v.short[Stem(word[i:])]) && hasVowel(word[:i]) {
			if _, short := v.first[word[i:next[i]]]; next[i] == n || short && next[i]-i >= minKnown {
				return follow([]int{0}, i)
			}
		}
	}
	cuts := v.beginning(word)
	if end := cuts[len(cuts)-1]; end >= minKnown && n-end >= minUnknown && hasVowel(word[end:]) {
		return append(cuts, n)
	}
	return nil
}

// beginning cuts the longest known words off the front of a word.
func (v *vocabulary) beginning(word string) []int {
	cuts := []int{0}
	for at := 0; len(cuts) < maxWords; {
		end := 0
		for j := len(word) - minUnknown; j >= at+minKnown; j-- {
			if _, known := v.first[word[at:j]]; known {
				end = j
				break
			}
		}
		if end == 0 {
			break
		}
		cuts, at = append(cuts, end), end
	}
	return cuts
}

func hasVowel(s string) bool { return strings.ContainsAny(s, "aeiouy") }
