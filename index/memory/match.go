package memory

import (
	"bytes"
	"math/bits"

	"fritidshub/index/analysis"
)

// How well a word of a document fits one of the query. The product with a field's weight fits in a byte.
const (
	fitBegun  = 4 // it begins with the word
	fitStem   = 6 // another inflection
	fitFolded = 7 // another spelling
	fitExact  = 8
)

type candidate struct {
	term uint32
	fit  uint8
}

// candidates are the terms that fit a word; whole and begun are in how many documents those stand that fit as a whole and those
// that only begin with it.
func (l *lexicon) candidates(word analysis.Token, prefix bool) (found []candidate, whole, begun int) {
	for _, term := range l.byStem[l.stems.lowerBound(l.byStem, word.Stem):] {
		if string(l.stems.at(term)) != word.Stem {
			break
		}
		fit := uint8(fitStem)
		if string(l.terms.at(term)) == word.Term {
			fit = fitExact
		} else if string(l.folded.at(term)) == word.Folded {
			fit = fitFolded
		}
		found = append(found, candidate{term, fit})
		whole += int(l.docs[term])
	}
	if !prefix {
		return found, whole, 0
	}
	beginning := []byte(word.Folded)
	for _, term := range l.byFolded[l.folded.lowerBound(l.byFolded, word.Folded):] {
		if !bytes.HasPrefix(l.folded.at(term), beginning) {
			break
		}
		if string(l.stems.at(term)) != word.Stem {
			found = append(found, candidate{term, fitBegun})
			begun += int(l.docs[term])
		}
	}
	return found, whole, begun
}

// rarity weighs a word by how few of total documents have it: 1 for all of them, one more each time their number halves.
func rarity(total, docs int) uint32 {
	return uint32(1 + bits.Len(uint(total/max(docs, 1))>>1))
}

// match makes set the documents that have one of the candidates, and gives the weight of the best in each.
func (l *lexicon) match(found []candidate, set bitset, weights []byte) {
	clear(set)
	for _, c := range found {
		l.each(c.term, func(d uint32, fields uint8) {
			set.set(d)
			if w := c.fit * fieldWeight[fields]; w > weights[d] {
				weights[d] = w
			}
		})
	}
}
