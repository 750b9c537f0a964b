package meili

import (
	"slices"
	"strings"

	"fritidshub/index/analysis"
)

// meaning is what answers one word of a query.
type meaning struct {
	word  analysis.Token
	whole test // the word itself, in any spelling, inflection and compound
	any   test // that and all else that answers it
}

// few and minEnd are those of the embedded engine: with fewer listings than few the last word counts as a beginning too; from minEnd letters on
// an unknown word is looked for as an end; from minMost words on one may be lacking.
const (
	few     = 20
	minEnd  = 4
	minMost = 3
)

// understand finds out what answers each word: what is looked for widens only as far as it must, in the same steps as in the embedded engine.
// What it comes to is a filter, since a text of Meilisearch's can say neither "or" nor that a word is not to be mistyped.
func (r *reading) understand(p *plan) error {
	if p.meant != nil || len(p.words) == 0 {
		return nil
	}
	base := compare(fieldEnds, ">", p.from)
	synonyms := r.synonyms.Load()
	alternatives := synonyms.Alternatives(p.words)
	last := len(p.words) - 1
	var meant []meaning
	var asks []ask
	count := func(t test) int {
		asks = append(asks, ask{filter: and(base, t(anywhere...))})
		return len(asks) - 1
	}
	for i, w := range p.words {
		m := meaning{word: w, whole: whole(w)}
		tests := []test{m.whole}
		for _, a := range alternatives {
			if a.Same && a.From <= i && i < a.To {
				tests = append(tests, together(synonyms, a.Words))
			}
		}
		m.any = either(tests...)
		meant = append(meant, m)
	}
	var joined []analysis.Token
	for i := range last {
		joined = append(joined, analysis.Analyse(p.words[i].Term+p.words[i+1].Term))
	}
	for _, m := range meant {
		count(m.any)
	}
	for _, w := range joined {
		count(is(stemIs(w.Stem)...))
	}
	withJoined := meant[last].any
	if last > 0 {
		withJoined = either(withJoined, whole(joined[last-1]))
	}
	beginning, inParts := begun(p.words[last]), begins(markPart, p.words[last].Folded)
	both, b1, b2 := count(withJoined), count(beginning), count(inParts)
	answers, err := r.ask(asks...)
	if err != nil {
		return err
	}
	counts := make([]int, len(meant))
	for i := range meant {
		counts[i] = answers[i].total
	}
	for i, w := range joined {
		if n := answers[len(meant)+i].total; n > 0 {
			for _, k := range []int{i, i + 1} {
				meant[k].any, counts[k] = either(meant[k].any, whole(w)), max(counts[k], n)
				if k == last {
					counts[k] = answers[both].total
				}
			}
		}
	}
	if counts[last] < few {
		switch {
		case counts[last]+answers[b1].total > 0:
			meant[last].any, counts[last] = either(meant[last].any, beginning), max(counts[last], answers[b1].total)
		case answers[b2].total > 0:
			meant[last].any, counts[last] = inParts, answers[b2].total
		}
	}
	if slices.Contains(counts, 0) {
		if err := r.widen(base, meant, counts, alternatives); err != nil {
			return err
		}
	}
	return r.settleText(p, base, meant)
}

// together holds for documents that have all of several words, or what is the same.
func together(synonyms *analysis.Synonyms, words []analysis.Token) test {
	var all []test
	for _, w := range words {
		one := []test{whole(w)}
		if len(words) > 1 {
			for _, a := range synonyms.Alternatives([]analysis.Token{w}) {
				if a.Same && len(a.Words) == 1 {
					one = append(one, whole(a.Words[0]))
				}
			}
		}
		all = append(all, either(one...))
	}
	if len(all) == 1 {
		return all[0]
	}
	return every(all...)
}

// widen looks further for the words that nothing has been found for: as something near, in parts, as an end, and mistyped.
func (r *reading) widen(base string, meant []meaning, counts []int, alternatives []analysis.Alternative) error {
	synonyms := r.synonyms.Load()
	tries := make([][]test, len(meant))
	var asks []ask
	for i, m := range meant {
		if counts[i] > 0 {
			continue
		}
		var near []test
		for _, a := range alternatives {
			if !a.Same && a.From == i && a.To == i+1 {
				near = append(near, together(synonyms, a.Words))
			}
		}
		if len(near) > 0 {
			tries[i] = append(tries[i], either(near...))
		}
		if pieces := analysis.Pieces(m.word.Folded); len(pieces) > 1 {
			tries[i] = append(tries[i], together(synonyms, pieces))
		}
		if len([]rune(m.word.Folded)) >= minEnd && !isNumber(m.word.Folded) {
			tries[i] = append(tries[i], ending(m.word))
		}
		for _, t := range tries[i] {
			asks = append(asks, ask{filter: and(base, t(anywhere...))})
		}
		asks = append(asks, ask{text: m.word.Folded, filter: base, fields: []string{fieldWords}, limit: suggestions})
	}
	answers, err := r.ask(asks...)
	if err != nil {
		return err
	}
	for i := range meant {
		if counts[i] > 0 {
			continue
		}
		mine := answers[:len(tries[i])+1]
		answers = answers[len(tries[i])+1:]
		for k, t := range tries[i] {
			if counts[i] = mine[k].total; counts[i] > 0 {
				meant[i].any = t
				break
			}
		}
		if counts[i] == 0 {
			if meant[i].any, err = corrected(synonyms, meant[i].word, mine[len(mine)-1].hits); err != nil {
				return err
			}
		}
	}
	return nil
}

// suggestions is how many listings are looked at for the word that was meant.
const suggestions = 20

// corrected holds for the words that are meant by a mistyped one, as Meilisearch finds words in spite of typing errors, and for what is the same
// as they. A corrected word counts as it is, so totals and facets stay exact.
func corrected(synonyms *analysis.Synonyms, w analysis.Token, hits []hit) (test, error) {
	var forms []string
	for _, h := range hits {
		words, err := field[[]string](h, fieldWords)
		if err != nil {
			return nil, err
		}
		forms = append(forms, words...)
	}
	var tests []test
	for _, meant := range nearest(w, forms) {
		tests = append(tests, whole(meant))
		for _, a := range synonyms.Alternatives([]analysis.Token{meant}) {
			if a.Same {
				tests = append(tests, together(synonyms, a.Words))
			}
		}
	}
	if len(tests) == 0 {
		return func(...string) string { return nothing }, nil
	}
	return either(tests...), nil
}

// settleText makes the filter of the meanings: all words or, when no listing has them all, those that are no mere wishes, or all but one
// of many.
func (r *reading) settleText(p *plan, base string, meant []meaning) error {
	p.meant = meant
	all := func(wanted func(i int) bool) string {
		var list []string
		for i, m := range meant {
			if wanted(i) {
				list = append(list, m.any(anywhere...))
			}
		}
		return "(" + and(list...) + ")"
	}
	ways := []string{all(func(int) bool { return true })}
	hard := func(i int) bool { return !meant[i].word.Soft }
	if n := len(slices.DeleteFunc(slices.Clone(meant), func(m meaning) bool { return m.word.Soft })); n > 0 && n < len(meant) {
		ways = append(ways, all(hard))
	}
	if len(meant) >= minMost {
		var most []string
		for but := range meant {
			most = append(most, all(func(i int) bool { return i != but }))
		}
		ways = append(ways, or(most...))
	}
	p.text = ways[0]
	if len(ways) == 1 {
		return nil
	}
	var asks []ask
	for _, w := range ways {
		asks = append(asks, ask{filter: and(base, w)})
	}
	answers, err := r.ask(asks...)
	for i, a := range answers {
		if a.total > 0 {
			p.text, p.lacking = ways[i], i > 0
			break
		}
	}
	return err
}

// nearest are the words of found, which are some listings' words, that differ from t by the fewest typing errors it may have.
func nearest(t analysis.Token, found []string) []analysis.Token {
	most := 0
	switch n := len([]rune(t.Folded)); {
	case isNumber(t.Folded):
	case n >= twoTypos:
		most = 2
	case n >= oneTypo:
		most = 1
	}
	var best []analysis.Token
	seen := map[string]bool{}
	for _, f := range found {
		if strings.ContainsAny(f[:min(1, len(f))], marks) || seen[f] {
			continue
		}
		seen[f] = true
		candidate := decode(f)
		switch n := typos(t.Folded, candidate, most+1); {
		case n > most || n == 0:
		case n < most:
			most, best = n, []analysis.Token{analysis.Analyse(candidate)}
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

// buckets are what is found from the best on: where all words stand decides, then how exactly. Each holds those before it too; the last
// one, which is everything, is left out.
func (p *plan) buckets() []string {
	if p.lacking {
		return nil
	}
	all := func(of func(m meaning) string) string {
		var list []string
		for _, m := range p.meant {
			list = append(list, of(m))
		}
		return "(" + and(list...) + ")"
	}
	any := func(of func(m meaning) string) string {
		var list []string
		for _, m := range p.meant {
			list = append(list, of(m))
		}
		return or(list...)
	}
	steps := []string{
		all(func(m meaning) string { return exactly(m.word)(inTitle...) }),
		all(func(m meaning) string { return m.whole(inTitle...) }),
		all(func(m meaning) string { return m.any(inTitle...) }),
		all(func(m meaning) string { return m.whole(inLabels...) }),
		all(func(m meaning) string { return m.any(inLabels...) }),
	}
	if len(p.meant) > 1 {
		steps = append(steps, any(func(m meaning) string { return m.any(inTitle...) }))
	}
	steps = append(steps, all(func(m meaning) string { return m.whole(anywhere...) }))
	for i := 1; i < len(steps); i++ {
		steps[i] = or(steps[i-1], steps[i])
	}
	return steps
}
