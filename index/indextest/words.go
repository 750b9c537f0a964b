package indextest

import (
	"slices"
	"strings"

	"fritidshub/index"
	"fritidshub/index/analysis"
)

// few, minEnd, minBefore and minMost are what package memory calls so: how far a query widens.
const (
	few       = 20
	minEnd    = 4
	minBefore = 3
	minMost   = 3
)

// spelt is the words of a document.
type spelt struct {
	tokens []analysis.Token
	parts  [][]analysis.Part // by token
}

func (o *oracle) wordsOf(d index.Document) spelt {
	w, known := o.words[d.ID]
	if !known {
		texts := slices.Concat([]string{d.Title, d.Organizer, d.Place, d.Summary, d.Description}, d.Keywords, d.Labels, d.Synonyms)
		w.tokens = analysis.Tokens(strings.Join(texts, " | "))
		for _, t := range w.tokens {
			w.parts = append(w.parts, analysis.Parts(t.Folded))
		}
		o.words[d.ID] = w
	}
	return w
}

// ids is a set of documents.
type idSet map[string]bool

func (s idSet) add(others idSet) {
	for id := range others {
		s[id] = true
	}
}

// having gives the documents with a word or compound of which ok says so.
func having(docs map[string]spelt, ok func(t analysis.Token, parts []analysis.Part) bool) idSet {
	found, known := idSet{}, map[string]bool{}
	for id, w := range docs {
		for i, t := range w.tokens {
			fits, seen := known[t.Term]
			if !seen {
				fits = ok(t, w.parts[i])
				known[t.Term] = fits
			}
			if fits {
				found[id] = true
				break
			}
		}
	}
	return found
}

// whole gives the documents with a word in some inflection or spelling, or in a compound.
func whole(docs map[string]spelt, word analysis.Token) idSet {
	return having(docs, func(t analysis.Token, parts []analysis.Part) bool {
		return analysis.SpeltAlike(t.Term, word.Term) || t.Stem == word.Stem || slices.ContainsFunc(parts, func(p analysis.Part) bool {
			for i, form := range word.Spellings() {
				if p.Stem == analysis.Stem(form) && i == 0 || p.Stem == word.Stem {
					return true
				}
			}
			return false
		})
	})
}

// together gives the documents that have all of several words, or what is the same by synonyms.
func together(docs map[string]spelt, synonyms *analysis.Synonyms, words []analysis.Token) idSet {
	var all idSet
	for i, word := range words {
		one := whole(docs, word)
		if len(words) > 1 {
			for _, a := range synonyms.Alternatives([]analysis.Token{word}) {
				if a.Same && len(a.Words) == 1 {
					one.add(whole(docs, a.Words[0]))
				}
			}
		}
		if i == 0 {
			all = one
			continue
		}
		for id := range all {
			if !one[id] {
				delete(all, id)
			}
		}
	}
	return all
}

// answering gives the documents among docs that answer words. It knows no typing errors: the words that are asked for here are none of
// each other's.
func answering(docs map[string]spelt, words []analysis.Token) idSet {
	answers := make([]idSet, len(words))
	for i, word := range words {
		answers[i] = whole(docs, word)
	}
	alternatives := analysis.BuiltInSynonyms().Alternatives(words)
	for _, a := range alternatives {
		if a.Same {
			for i := a.From; i < a.To; i++ {
				answers[i].add(together(docs, nil, a.Words))
			}
		}
	}
	for i := 1; i < len(words); i++ {
		joined := analysis.Analyse(words[i-1].Term + words[i].Term)
		if len(having(docs, func(t analysis.Token, _ []analysis.Part) bool { return t.Stem == joined.Stem })) > 0 {
			answers[i-1].add(whole(docs, joined))
			answers[i].add(whole(docs, joined))
		}
	}
	for i, word := range words {
		if i == len(words)-1 && len(answers[i]) < few && !analysis.IsNumber(word.Term) {
			answers[i].add(having(docs, func(t analysis.Token, _ []analysis.Part) bool { return analysis.Begins(t.Term, word.Term) }))
			if len(answers[i]) == 0 {
				answers[i].add(having(docs, func(_ analysis.Token, parts []analysis.Part) bool {
					return slices.ContainsFunc(parts, func(p analysis.Part) bool { return strings.HasPrefix(p.Stem, word.Folded) })
				}))
			}
		}
		if len(answers[i]) == 0 {
			for _, a := range alternatives {
				if !a.Same && a.From == i && a.To == i+1 {
					answers[i].add(together(docs, nil, a.Words))
				}
			}
		}
		pieces, known := analysis.Pieces(word.Folded)
		if len(answers[i]) == 0 && known {
			answers[i].add(together(docs, analysis.BuiltInSynonyms(), pieces))
		}
		if len(answers[i]) == 0 && len([]rune(word.Folded)) >= minEnd {
			answers[i].add(having(docs, func(t analysis.Token, _ []analysis.Part) bool {
				return strings.HasSuffix(t.Stem, word.Stem) && len(t.Stem) >= len(word.Stem)+minBefore
			}))
		}
		if len(answers[i]) == 0 && len(pieces) > 0 && !known && !word.Soft {
			answers[i].add(together(docs, analysis.BuiltInSynonyms(), pieces))
		}
		if last := len(pieces) - 1; len(answers[i]) == 0 && !word.Soft && last > 0 && pieces[last].Soft {
			answers[i].add(together(docs, analysis.BuiltInSynonyms(), pieces[:last]))
		}
	}
	counts, hard := map[string]int{}, map[string]int{}
	needed, used := 0, 0
	for i, a := range answers {
		if !words[i].Soft || len(a) > 0 {
			used++
		}
		if !words[i].Soft {
			needed++
		}
		for id := range a {
			counts[id]++
			if !words[i].Soft {
				hard[id]++
			}
		}
	}
	atLeast := func(counts map[string]int, n int) idSet {
		found := idSet{}
		for id, c := range counts {
			if c >= n {
				found[id] = true
			}
		}
		return found
	}
	found := atLeast(counts, used)
	if len(found) == 0 && needed > 0 {
		found = atLeast(hard, needed)
	}
	if len(found) == 0 && len(words) >= minMost {
		found = atLeast(counts, len(words)-1)
	}
	return found
}
