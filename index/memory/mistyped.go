package memory

import (
	"cmp"
	"slices"

	"fritidshub/index/analysis"
)

// mistake is what may have been meant by a word that was mistyped: a stem, or a term that begins with it.
type mistake struct {
	begun  bool
	errors int
	stem   string
	part   int
	term   uint32
}

// addMistyped adds the documents with the words that were most likely meant.
func (r *finder) addMistyped(w int) int {
	r.typos[w] = true
	word, list := r.p.words[w], r.of(w)
	letters := len([]rune(word.Folded))
	before := r.live(list)
	for errors := oneError; errors <= errorsAllowed(letters); errors += oneError {
		begins := errors == oneError && letters >= minBegun && w == len(r.p.words)-1
		if r.addMistakes(list, r.mistakes(word, errors, begins), before); r.live(list) > before {
			break
		}
	}
	return r.live(list)
}

// mistakes gives what may have been meant by a word with so many errors, the likeliest first. A whole word comes before the beginning of one.
func (r *finder) mistakes(word analysis.Token, errors int, begins bool) []mistake {
	if isNumber(word.Folded) {
		return nil
	}
	var found []mistake
	stem := func(stem []byte, errors int) { found = append(found, mistake{errors: errors, stem: string(stem)}) }
	stems := errorsAllowed(len([]rune(word.Stem))) >= errors
	for i := range r.parts {
		l := &r.parts[i].seg.words
		words{&l.folded, l.byFolded, l.commonFolded}.misspelt(word.Folded, errors, begins, func(place, errors int, begun bool) {
			if term := l.byFolded[place]; begun {
				found = append(found, mistake{true, errors, "", i, term})
			} else {
				stem(l.stems.at(term), errors)
			}
		})
		if stems {
			words{&l.stems, l.byStem, l.commonStem}.misspelt(word.Stem, errors, false, func(place, errors int, _ bool) {
				stem(l.stems.at(l.byStem[place]), errors)
			})
			words{&l.parts.stems, l.parts.sorted, l.parts.common}.misspelt(word.Stem, errors, false, func(place, errors int, _ bool) {
				stem(l.parts.stems.at(l.parts.sorted[place]), errors)
			})
		}
	}
	if stems {
		r.synonyms.list().misspelt(word.Stem, errors, false, func(place, errors int, _ bool) {
			stem(r.synonyms.words.at(uint32(place)), errors)
		})
	}
	slices.SortFunc(found, func(a, b mistake) int {
		if a.begun != b.begun {
			if b.begun {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.errors, b.errors), cmp.Compare(a.stem, b.stem))
	})
	return found
}

// addMistakes adds the likeliest of them that any living document has, beside the documents that list has before.
func (r *finder) addMistakes(list []answer, found []mistake, before int) {
	for len(found) > 0 {
		n := 1
		for n < len(found) && found[n].begun == found[0].begun && found[n].errors == found[0].errors {
			n++
		}
		g := grade{nearTypo, fitStem}
		if found[0].errors <= oneError {
			g.near = nearSlip
		}
		for i, m := range found[:n] {
			switch {
			case m.begun:
				r.parts[m.part].seg.words.match([]candidate{{m.term, g.of(fitBegun)}}, &fieldRank, list[m.part])
			case i == 0 || m.stem != found[i-1].stem:
				meant := analysis.Token{Term: m.stem, Folded: m.stem, Stem: m.stem}
				r.addWord(list, meant, g)
				for _, a := range r.synonyms.of([]analysis.Token{meant}) {
					if a.Same {
						r.addAll(list, a.Words, grade{g.near, fitSynonym}, nil)
					}
				}
			}
		}
		if r.live(list) > before {
			return
		}
		found = found[n:]
	}
}
