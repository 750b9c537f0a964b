package memory

import (
	"slices"

	"fritidshub/index/analysis"
)

const (
	// few is how many documents with a word are so few that those in which a word only begins with the query's last are shown too.
	few = 20
	// minBegun and minEnd are the letters from which on a beginning may be mistyped, and an unknown word is looked for as an end.
	minBegun = 5
	minEnd   = 4
)

// answer is the documents of one segment that answer something, and how well each does.
type answer struct {
	set     bitset
	weights []byte
	rarity  uint32
}

// finder finds out which documents answer the words of a query. What is looked for widens only as far as it must: a word that stands in no document as
// it was typed, in any spelling, inflection, compound or synonym, is looked for as something near, then in its parts, then as an end, then mistyped.
type finder struct {
	sn       *snapshot
	p        *plan
	parts    []part
	lent     *scratch
	synonyms *wordbook
	found    []candidate
	typos    []bool // by word: it has been looked for mistyped
}

func newFinder(sn *snapshot, p *plan, parts []part, lent *scratch, book *wordbook) *finder {
	r := &finder{sn: sn, p: p, parts: parts, lent: lent, synonyms: book, typos: make([]bool, len(p.words))}
	for i := range parts {
		parts[i].words = make([]answer, len(p.words))
		for w := range p.words {
			parts[i].words[w] = r.blank(i)
		}
	}
	return r
}

func (r *finder) blank(part int) answer {
	n := r.parts[part].seg.n
	a := answer{set: r.lent.set(n), weights: r.lent.zeros(n)}
	clear(a.set)
	return a
}

// blanks gives an empty answer of each part, and what gives them back.
func (r *finder) blanks() (list []answer, done func()) {
	sets, bytes := r.lent.words.lent, r.lent.bytes.lent
	list = make([]answer, len(r.parts))
	for i := range r.parts {
		list[i] = r.blank(i)
	}
	return list, func() { r.lent.words.lent, r.lent.bytes.lent = sets, bytes }
}

// of gives the answers to word w by part.
func (r *finder) of(w int) []answer {
	list := make([]answer, len(r.parts))
	for i := range r.parts {
		list[i] = r.parts[i].words[w]
	}
	return list
}

// live counts the documents of answers that are alive and not over.
func (r *finder) live(list []answer) int {
	n := 0
	for i, a := range list {
		n += a.set.countAnd(r.parts[i].base)
	}
	return n
}

func (r *finder) known(list []answer) bool {
	for i, a := range list {
		if a.set.meets(r.parts[i].base) {
			return true
		}
	}
	return false
}

// read leaves in each part's base the documents that have the words.
func (r *finder) read() {
	words := r.p.words
	for w, word := range words {
		r.addWord(r.of(w), word, asked)
	}
	alternatives := r.synonyms.of(words)
	for _, a := range alternatives {
		if a.Same {
			r.addPhrase(a, grade{nearSame, fitSynonym})
		}
	}
	r.addJoined()
	last := len(words) - 1
	idle := make([]bool, len(words)) // soft words that no document has
	for w := range words {
		answers := r.of(w)
		n := r.live(answers)
		if w == last && n < few && !analysis.IsNumber(words[w].Term) {
			n = r.addBegun(answers, words[w])
		}
		if n == 0 {
			n = r.widen(w, alternatives)
		}
		idle[w] = n == 0 && words[w].Soft
		for i := range r.parts {
			r.parts[i].words[w].rarity = rarity(r.sn.live, n)
		}
	}
	if len(words) == 1 {
		for i := range r.parts {
			r.parts[i].scores = scores(r.parts[i].words[0].rarity)
		}
	}
	none := func(int) bool { return false }
	soft := func(w int) bool { return words[w].Soft }
	if slices.Contains(idle, false) && r.all(func(w int) bool { return idle[w] }) {
		return
	}
	if slices.ContainsFunc(words, func(t analysis.Token) bool { return !t.Soft }) && r.all(soft) {
		return // the others tell for whom, when or on what terms
	}
	if r.again(); !r.all(none) {
		r.most()
	}
}

// addWord adds the documents that have a word.
func (r *finder) addWord(list []answer, word analysis.Token, g grade) {
	for i, a := range list {
		r.found = r.parts[i].seg.words.find(word, g, a, r.found)
	}
}

// addPhrase adds the documents that have all words of an alternative to the words that it stands for.
func (r *finder) addPhrase(a analysis.Alternative, g grade) {
	if len(a.Words) == 1 && a.To == a.From+1 {
		r.addWord(r.of(a.From), a.Words[0], g)
		return
	}
	list, done := r.blanks()
	defer done()
	r.addAll(list, a.Words, g, nil)
	for w := a.From; w < a.To; w++ {
		r.merge(r.of(w), list)
	}
}

// addAll adds the documents that have all of several words, or what is the same by synonyms, each worth what the worst of them is.
func (r *finder) addAll(list []answer, words []analysis.Token, g grade, synonyms *wordbook) {
	if len(words) == 1 {
		r.addWord(list, words[0], g)
		return
	}
	all, done := r.blanks()
	defer done()
	for n, word := range words {
		one, done := r.blanks()
		r.addWord(one, word, g)
		for _, a := range synonyms.of([]analysis.Token{word}) {
			if a.Same && len(a.Words) == 1 {
				r.addWord(one, a.Words[0], grade{g.near, min(g.fit, fitSynonym)})
			}
		}
		for i, a := range one {
			if n == 0 {
				copy(all[i].set, a.set)
				copy(all[i].weights, a.weights)
				continue
			}
			all[i].set.and(a.set)
			all[i].set.each(func(d uint32) bool {
				all[i].weights[d] = min(all[i].weights[d], a.weights[d])
				return true
			})
		}
		done()
		if !r.known(all) {
			return
		}
	}
	r.merge(list, all)
}

// merge adds what answers others to list.
func (r *finder) merge(list, others []answer) {
	for i, a := range list {
		o := others[i]
		a.set.or(o.set)
		o.set.each(func(d uint32) bool {
			a.weights[d] = max(a.weights[d], o.weights[d])
			return true
		})
	}
}

// addJoined looks for words that were written apart.
func (r *finder) addJoined() {
	for w := 1; w < len(r.p.words); w++ {
		joined := analysis.Analyse(r.p.words[w-1].Term + r.p.words[w].Term)
		list := []answer(nil)
		var done func()
		for i := range r.parts {
			l := &r.parts[i].seg.words
			if len((words{table: &l.stems, order: l.byStem}).from(joined.Stem, false)) > 0 {
				list, done = r.blanks()
				break
			}
		}
		if list == nil {
			continue
		}
		r.addWord(list, joined, grade{nearSame, fitHead})
		r.merge(r.of(w-1), list)
		r.merge(r.of(w), list)
		done()
	}
}

// addBegun adds the documents with words that begin with one, which may still be being typed; when there are none, those with a part that does.
func (r *finder) addBegun(list []answer, word analysis.Token) int {
	for i, a := range list {
		r.found = r.parts[i].seg.words.begun(word, a, r.found)
	}
	if n := r.live(list); n > 0 {
		return n
	}
	for i, a := range list {
		r.found = r.parts[i].seg.words.begunInParts(word, a, r.found)
	}
	return r.live(list)
}

// widen looks further for a word that nothing has been found for.
func (r *finder) widen(w int, alternatives []analysis.Alternative) int {
	list, word := r.of(w), r.p.words[w]
	for _, a := range alternatives {
		if !a.Same && a.From == w && a.To == w+1 {
			r.addPhrase(a, grade{nearRelated, fitSynonym})
		}
	}
	if n := r.live(list); n > 0 {
		return n
	}
	pieces, known := analysis.Pieces(word.Folded)
	if known {
		r.addAll(list, pieces, grade{nearRelated, fitModifier}, r.synonyms)
	}
	if n := r.live(list); n > 0 {
		return n
	}
	if n := r.addEnds(list, word); n > 0 {
		return n
	}
	if word.Soft {
		return 0
	}
	last := len(pieces) - 1
	form := last > 0 && pieces[last].Soft
	if form && known { // well spelt: a hestekurs is rather for horses than a helgekurs
		r.addAll(list, pieces[:last], grade{nearTypo, fitModifier}, r.synonyms)
	}
	if n := r.live(list); n > 0 {
		return n
	}
	if n := r.addMistyped(w); n > 0 || known {
		return n
	}
	if len(pieces) > 0 {
		r.addAll(list, pieces, grade{nearTypo, fitModifier}, r.synonyms)
	}
	if n := r.live(list); n > 0 {
		return n
	}
	if form {
		r.addAll(list, pieces[:last], grade{nearTypo, fitModifier}, r.synonyms)
	}
	return r.live(list)
}

// addEnds looks for words that end with one.
func (r *finder) addEnds(list []answer, word analysis.Token) int {
	if len([]rune(word.Folded)) < minEnd || isNumber(word.Folded) {
		return 0
	}
	for i, a := range list {
		l := &r.parts[i].seg.words
		r.found = l.ending(r.found[:0], word)
		l.match(r.found, &fieldRank, a)
	}
	return r.live(list)
}

// again looks further for all words when no document has them all, since one of them may be mistyped and yet a word.
func (r *finder) again() {
	for w := range r.p.words {
		if !r.typos[w] && !r.p.words[w].Soft {
			r.addMistyped(w)
		}
	}
}

// all leaves in the bases the documents that have all words but those without, if there are any.
func (r *finder) all(without func(w int) bool) bool {
	any, sets := false, make([]bitset, len(r.parts))
	for i := range r.parts {
		set := r.lent.set(r.parts[i].seg.n)
		copy(set, r.parts[i].base)
		for w, a := range r.parts[i].words {
			if !without(w) {
				set.and(a.set)
			}
		}
		any = any || !set.empty()
		sets[i] = set
	}
	if any {
		for i := range r.parts {
			r.parts[i].base = sets[i]
		}
	}
	return any
}

// minMost is how many words a query must have for documents that lack one of them to be found.
const minMost = 3

// most leaves in the bases the documents that lack one word of many; none when there are few.
func (r *finder) most() {
	for i := range r.parts {
		pt := &r.parts[i]
		if len(pt.words) < minMost {
			clear(pt.base)
			continue
		}
		whole, but := r.lent.set(pt.seg.n), r.lent.set(pt.seg.n) // all so far, and all but one
		copy(whole, pt.base)
		clear(but)
		for _, a := range pt.words {
			for k, word := range a.set {
				but[k] = but[k]&word | whole[k]
				whole[k] &= word
			}
		}
		pt.base = but
	}
}
