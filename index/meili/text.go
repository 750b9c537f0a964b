package meili

import (
	"encoding/hex"
	"strings"

	"fritidshub/index"
	"fritidshub/index/analysis"
)

// setText fills the hidden normalised attributes: those that are ranked by, and every word to filter by.
func setText(doc map[string]any, d *index.Document) {
	seen := map[string]bool{}
	words := []string{}
	for i, texts := range [][]string{{d.Title}, append(d.Labels[:len(d.Labels):len(d.Labels)], d.Keywords...), {d.Organizer}, {d.Place}, {d.Summary, d.Description}} {
		var b strings.Builder
		for _, t := range analysis.Tokens(strings.Join(texts, " | ")) {
			b.WriteString(t.Folded)
			b.WriteByte(' ')
			if t.Stem != t.Folded {
				b.WriteString(t.Stem)
				b.WriteByte(' ')
			}
			for _, w := range wordsOf(t) {
				if !seen[w] {
					seen[w] = true
					words = append(words, w)
				}
			}
		}
		if b.Len() > 0 {
			doc[searchFields[i]] = b.String()
		}
	}
	doc[fieldWords] = words
}

// wordsOf is how a word stands in fieldWords.
func wordsOf(t analysis.Token) []string {
	if t.Stem == t.Folded {
		return []string{encode(t.Folded)}
	}
	return []string{encode(t.Folded), stemmed(t.Stem)}
}

func stemmed(stem string) string { return "=" + encode(stem) }

// word is a word of a query with what may stand for it.
type word []analysis.Token

func wordsIn(text string) []word {
	var words []word
	for _, t := range analysis.Query(text) {
		words = append(words, word{t})
	}
	return words
}

// filter admits the listings that have the word in some inflection or spelling, or, when it may still be being typed, one that begins
// with it.
func (w word) filter(begun bool) string {
	var values []string
	var any []string
	for _, t := range w {
		values = append(values, stemmed(t.Stem))
		if analysis.Stem(t.Stem) == t.Stem {
			values = append(values, encode(t.Stem))
		}
		if begun {
			any = append(any, fieldWords+" STARTS WITH "+quote("~"+hex.EncodeToString([]byte(t.Folded))))
			if isPlain(t.Folded) {
				any = append(any, fieldWords+" STARTS WITH "+quote(t.Folded))
			}
		}
	}
	return or(append(any, in(fieldWords, values))...)
}

// ranked is the text by which Meilisearch ranks: stems, of which the last one is also looked for as a beginning.
func ranked(words []word) string {
	var stems []string
	for _, w := range words {
		stems = append(stems, w[0].Stem)
	}
	return strings.Join(stems, " ")
}

// nearest are the words of found, which are some listings' words, that differ from t by the fewest typing errors it may have.
func nearest(t analysis.Token, found []string) word {
	most := 0
	switch n := len([]rune(t.Folded)); {
	case n >= twoTypos:
		most = 2
	case n >= oneTypo:
		most = 1
	}
	if strings.ContainsAny(t.Folded, "0123456789") {
		most = 0
	}
	var best word
	seen := map[string]bool{}
	for _, f := range found {
		if strings.HasPrefix(f, "=") || seen[f] {
			continue
		}
		seen[f] = true
		candidate := decode(f)
		switch n := typos(t.Folded, candidate, most+1); {
		case n > most || n == 0:
		case n < most:
			most, best = n, word{analysis.Analyse(candidate)}
		default:
			best = append(best, analysis.Analyse(candidate))
		}
	}
	return best
}

// typos counts letters put in, left out, changed, or changed places with the next one; one in the first letter counts twice. What is
// more than most is told as most.
func typos(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > most || len(y)-len(x) > most {
		return most
	}
	var before, last, row []int
	for j := range len(y) + 1 {
		last = append(last, j)
	}
	for i := 1; i <= len(x); i++ {
		row = append(make([]int, 0, len(y)+1), i)
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			n := min(last[j-1]+change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				n = min(n, before[j-2]+1)
			}
			row = append(row, n)
		}
		before, last = last, row
	}
	n := last[len(y)]
	if n > 0 && len(x) > 0 && len(y) > 0 && x[0] != y[0] {
		n++
	}
	return min(n, most)
}
