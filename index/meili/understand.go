package meili

import (
	"slices"

	"fritidshub/index/analysis"
)

// meaning is what answers one word of a query.
type meaning struct {
	word  analysis.Token
	whole test // the word itself, in any spelling, inflection and compound
	any   test // that and all else that answers it

	mistyped bool // it has been looked for as a mistyped word
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
		if pieces, known := analysis.Pieces(m.word.Folded); known {
			tries[i] = append(tries[i], together(synonyms, pieces))
		}
		if len([]rune(m.word.Folded)) >= minEnd && !isNumber(m.word.Folded) {
			tries[i] = append(tries[i], ending(m.word))
		}
		for _, t := range tries[i] {
			asks = append(asks, ask{filter: and(base, t(anywhere...))})
		}
		asks = append(asks, propose(m.word, base)...)
	}
	answers, err := r.ask(asks...)
	if err != nil {
		return err
	}
	for i := range meant {
		if counts[i] > 0 {
			continue
		}
		mine := answers[:len(tries[i])+proposals]
		answers = answers[len(mine):]
		meant[i].mistyped = true
		for k, t := range tries[i] {
			if counts[i] = mine[k].total; counts[i] > 0 {
				meant[i].any = t
				break
			}
		}
		if counts[i] == 0 {
			meant[i].any, err = corrected(synonyms, meant[i].word, mine[len(tries[i]):], i == len(meant)-1)
			if err != nil {
				return err
			}
		}
	}
	return nil
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
	if len(meant) == 1 {
		return nil
	}
	var asks []ask
	for _, w := range ways {
		asks = append(asks, ask{filter: and(base, w)})
	}
	answers, err := r.ask(asks...)
	if err != nil {
		return err
	}
	if answers[0].total == 0 && slices.ContainsFunc(meant, func(m meaning) bool { return !m.mistyped }) {
		if err := r.again(base, meant); err != nil {
			return err
		}
		return r.settleText(p, base, meant)
	}
	for i, a := range answers {
		if a.total > 0 {
			p.text, p.lacking = ways[i], i > 0
			break
		}
	}
	return nil
}

// again looks for all words as mistyped ones too, since one of them may be mistyped and yet a word.
func (r *reading) again(base string, meant []meaning) error {
	var asks []ask
	for _, m := range meant {
		if !m.mistyped {
			asks = append(asks, propose(m.word, base)...)
		}
	}
	answers, err := r.ask(asks...)
	if err != nil {
		return err
	}
	for i := range meant {
		m := &meant[i]
		if m.mistyped {
			continue
		}
		m.mistyped = true
		more, err := corrected(r.synonyms.Load(), m.word, answers[:proposals], i == len(meant)-1)
		if err != nil {
			return err
		}
		m.any, answers = either(m.any, more), answers[proposals:]
	}
	return nil
}
