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
	idle     bool // a soft word that no listing has
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
				tests = append(tests, together(nil, a.Words))
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
	if counts[last] < few && !analysis.IsNumber(p.words[last].Term) {
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

// together holds for documents that have all of several words, or what is the same by synonyms.
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

// widen looks further for the words that nothing has been found for: as something near, in parts, as an end, mistyped, and in parts of which one
// is no known word.
func (r *reading) widen(base string, meant []meaning, counts []int, alternatives []analysis.Alternative) error {
	synonyms := r.synonyms.Load()
	tries := make([][]test, len(meant)) // until the word is taken for mistyped
	later := make([][]test, len(meant))
	var asks []ask
	for i, m := range meant {
		if counts[i] > 0 {
			continue
		}
		tries[i], later[i] = further(synonyms, m.word, slices.DeleteFunc(slices.Clone(alternatives), func(a analysis.Alternative) bool {
			return a.Same || a.From != i || a.To != i+1
		}))
		for _, t := range slices.Concat(tries[i], later[i]) {
			asks = append(asks, ask{filter: and(base, t(anywhere...))})
		}
		asks = append(asks, propose(m.word, base)...)
	}
	answers, err := r.ask(asks...)
	if err != nil {
		return err
	}
	for i := range meant {
		m := &meant[i]
		if counts[i] > 0 {
			continue
		}
		early, rest := answers[:len(tries[i])], answers[len(tries[i]):]
		late, rest := rest[:len(later[i])], rest[len(later[i]):]
		proposed := rest[:proposals]
		answers = rest[proposals:]
		m.any, m.mistyped = firstFound(tries[i], early), true
		if m.any == nil && !m.word.Soft {
			if m.any, err = corrected(synonyms, m.word, proposed, i == len(meant)-1); err != nil {
				return err
			}
		}
		if m.any == nil {
			m.any = firstFound(later[i], late)
		}
		if m.any == nil {
			m.any, m.idle = noDocument, m.word.Soft
		}
	}
	return nil
}

// noDocument holds for nothing.
func noDocument(...string) string { return nothing }

// further is what else a word may be, before and after it is taken for mistyped.
func further(synonyms *analysis.Synonyms, w analysis.Token, near []analysis.Alternative) (before, after []test) {
	var related []test
	for _, a := range near {
		related = append(related, together(nil, a.Words))
	}
	if len(related) > 0 {
		before = append(before, either(related...))
	}
	pieces, known := analysis.Pieces(w.Folded)
	if known {
		before = append(before, together(synonyms, pieces))
	}
	if len([]rune(w.Folded)) >= minEnd && !isNumber(w.Folded) {
		before = append(before, ending(w))
	}
	if w.Soft {
		return before, nil
	}
	if len(pieces) > 0 && !known {
		after = append(after, together(synonyms, pieces))
	}
	if last := len(pieces) - 1; last > 0 && pieces[last].Soft {
		form := together(synonyms, pieces[:last])
		if known {
			return append(before, form), nil
		}
		after = append(after, form)
	}
	return before, after
}

// firstFound is the first test that something has been found by, nil when none has.
func firstFound(tests []test, answers []answer) test {
	for i, a := range answers {
		if a.total > 0 {
			return tests[i]
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
	used := func(i int) bool { return !meant[i].idle }
	if !slices.ContainsFunc(meant, func(m meaning) bool { return !m.idle }) {
		used = func(int) bool { return true }
	}
	ways := []string{all(used)}
	hard := func(i int) bool { return !meant[i].word.Soft }
	needed := len(slices.DeleteFunc(slices.Clone(meant), func(m meaning) bool { return m.word.Soft }))
	softened := needed > 0 && needed < len(meant)
	if softened {
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
	wishes := softened && answers[1].total > 0
	if answers[0].total == 0 && !wishes && slices.ContainsFunc(meant, correctable) {
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

// correctable reports whether a word may yet be taken for mistyped.
func correctable(m meaning) bool { return !m.mistyped && !m.word.Soft }

// again looks for all words as mistyped ones too, since one of them may be mistyped and yet a word.
func (r *reading) again(base string, meant []meaning) error {
	var asks []ask
	for _, m := range meant {
		if correctable(m) {
			asks = append(asks, propose(m.word, base)...)
		}
	}
	answers, err := r.ask(asks...)
	if err != nil {
		return err
	}
	for i := range meant {
		m := &meant[i]
		if !correctable(*m) {
			continue
		}
		m.mistyped = true
		more, err := corrected(r.synonyms.Load(), m.word, answers[:proposals], i == len(meant)-1)
		if err != nil {
			return err
		}
		if answers = answers[proposals:]; more != nil {
			m.any = either(m.any, more)
		}
	}
	return nil
}
