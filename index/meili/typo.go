package meili

import (
	"slices"
	"strings"

	"fritidshub/index/analysis"
)

const (
	// suggestions is how many listings are looked at for the word that was meant, and proposals in how many ways they are asked for.
	suggestions = 20
	proposals   = 2
	// minBegun is from how many letters on a mistyped word may be the beginning of the one that was meant.
	minBegun = 5
)

// propose asks for listings with words that are like one, as Meilisearch finds words in spite of typing errors: as it is, and without double letters, which
// Meilisearch counts as an error each.
func propose(w analysis.Token, base string) []ask {
	single := string(slices.Compact([]rune(w.Folded)))
	a := ask{text: w.Folded, filter: base, fields: []string{fieldWords}, limit: suggestions}
	b := a
	b.text = single
	return []ask{a, b}
}

// corrected holds for the words that are meant by a mistyped one and for what is the same as they. A corrected word counts as it is, so
// totals and facets stay exact. It is nil when nothing like it is known.
func corrected(synonyms *analysis.Synonyms, w analysis.Token, proposed []answer, last bool) (test, error) {
	var forms []string
	for _, a := range proposed {
		for _, h := range a.hits {
			words, err := field[[]string](h, fieldWords)
			if err != nil {
				return nil, err
			}
			forms = append(forms, words...)
		}
	}
	var tests []test
	for _, form := range nearest(w, forms, last) {
		var meant analysis.Token
		switch mark, text := form[:1], decode(form[1:]); mark {
		case markPart:
			tests = append(tests, is(form))
			continue
		case markStem:
			meant = analysis.Token{Term: text, Folded: text, Stem: text}
			tests = append(tests, is(stemIs(text)...))
		default:
			meant = analysis.Analyse(decode(form))
			tests = append(tests, whole(meant))
		}
		for _, a := range synonyms.Alternatives([]analysis.Token{meant}) {
			if a.Same {
				tests = append(tests, together(nil, a.Words))
			}
		}
	}
	if len(tests) == 0 {
		return nil, nil
	}
	return either(tests...), nil
}

// Typing errors are counted in halves, as by the embedded engine: a double letter for a single one, and letters that sound alike, are half an
// error, one in the first letter is two.
const (
	halfError = 1
	oneError  = 2
)

func errorsAllowed(word string) int {
	switch n := len([]rune(word)); {
	case n < 4 || isNumber(word):
		return 0
	case n < 8:
		return oneError
	}
	return 2 * oneError
}

// nearest are the forms among those of some listings' words that differ from w by the fewest errors it may have: whole words if there are any, else,
// for the last word, such that begin like it.
func nearest(w analysis.Token, forms []string, last bool) []string {
	var best []string
	least := 2*oneError + 1
	begun := false
	seen := map[string]bool{}
	for _, form := range forms {
		if form == "" || seen[form] {
			continue
		}
		seen[form] = true
		want, text, plain := w.Folded, form, true
		if strings.Contains(marks, form[:1]) {
			if want, text, plain = w.Stem, form[1:], false; form[:1] != markStem && form[:1] != markPart {
				continue
			}
		}
		errors, begins := typos(want, decode(text))
		fits := errors > 0 && errors <= errorsAllowed(want)
		begins = begins && plain && last && len([]rune(want)) >= minBegun && !isNumber(want) && !fits
		switch {
		case begins && (best == nil || begun):
			best, begun = append(best, form), true
		case !fits || errors > least && !begun:
		case errors < least || begun:
			best, begun, least = []string{form}, false, errors
		default:
			best = append(best, form)
		}
	}
	return best
}

var alike = []string{"oa", "iy", "ck", "cs", "sz", "vw", "dt", "uo", "ea", "gj", "xs", "qk"}

func change(a, b rune) int {
	if a == b {
		return 0
	}
	for _, pair := range alike {
		if rune(pair[0]) == a && rune(pair[1]) == b || rune(pair[0]) == b && rune(pair[1]) == a {
			return halfError
		}
	}
	return oneError
}

// typos counts the errors, in halves, by which a written word is another, and reports whether it is the beginning of it but for one error.
func typos(written, word string) (errors int, begins bool) {
	x, y := []rune(written), []rune(word)
	if len(x) == 0 || len(y) == 0 || len(x)-len(y) > 2 {
		return 100, false
	}
	grid := make([][]int, len(x)+1)
	for i := range grid {
		grid[i] = make([]int, len(y)+1)
		if i > 0 {
			grid[i][0] = 2*oneError + (i-1)*oneError
		}
	}
	for j := 1; j <= len(y); j++ {
		grid[0][j] = 2*oneError + (j-1)*oneError
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := change(x[i-1], y[j-1])
			if i == 1 && j == 1 && cost > 0 {
				cost = 2 * oneError
			}
			more, less := oneError, oneError
			if j > 1 && y[j-2] == y[j-1] {
				more = halfError
			}
			if i > 1 && x[i-2] == x[i-1] {
				less = halfError
			}
			n := min(grid[i-1][j-1]+cost, grid[i][j-1]+more, grid[i-1][j]+less)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] && x[i-1] != x[i-2] {
				n = min(n, grid[i-2][j-2]+oneError)
			}
			grid[i][j] = n
		}
	}
	end := grid[len(x)]
	return end[len(y)], slices.Min(end) <= oneError
}
