package memory

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"fritidshub/index/analysis"
)

// What a word of a document is worth as an answer to a word of the query is a byte whose order is that of the buckets: in its highest bits how near it is to
// what was asked for, then the field in which it stands, then how exactly it is the same.
const (
	nearShift  = 6
	fieldShift = 3

	nearTypo    = 0 // two typing errors
	nearSlip    = 1 // one
	nearRelated = 2 // something near, or the parts of it
	nearSame    = 3 // what was asked for, or another word for it

	fitBegunPart = 0 // a part of it begins with the word
	fitBegun     = 1 // it begins with the word
	fitModifier  = 2 // a compound with the word
	fitHead      = 3 // a compound that ends with it
	fitSynonym   = 4
	fitStem      = 5 // another inflection
	fitSpelling  = 6
	fitExact     = 7

	fits = 1<<fieldShift - 1
)

// grade is the highest that the answers to something may be.
type grade struct{ near, fit uint8 }

func (g grade) of(fit uint8) uint8 { return g.near<<nearShift | min(fit, g.fit) }

var asked = grade{nearSame, fitExact}

type candidate struct {
	term  uint32
	grade uint8 // without a field
}

// stemmed adds the terms that are a word, in any spelling and inflection.
func (l *lexicon) stemmed(found []candidate, word analysis.Token, g grade) []candidate {
	for _, term := range (words{table: &l.stems, order: l.byStem}).from(word.Stem, false) {
		found = append(found, candidate{term, g.of(l.fit(term, word))})
	}
	return found
}

// fit is how exactly a term with the stem of a word is that word.
func (l *lexicon) fit(term uint32, word analysis.Token) uint8 {
	switch {
	case string(l.terms.at(term)) == word.Term:
		return fitExact
	case string(l.folded.at(term)) == word.Folded:
		return fitSpelling
	}
	return fitStem
}

// inCompounds adds the terms that have a part with a stem.
func (l *lexicon) inCompounds(found []candidate, stem string, g grade) []candidate {
	for _, part := range (words{table: &l.parts.stems, order: l.parts.sorted}).from(stem, false) {
		fit := uint8(fitModifier)
		if l.parts.heads[part] {
			fit = fitHead
		}
		found = append(found, candidate{l.parts.terms[part], g.of(fit)})
	}
	return found
}

// speltOtherwise adds the terms that are a word, or a compound with it, in a spelling that is not its own.
func (l *lexicon) speltOtherwise(found []candidate, word analysis.Token, g grade) []candidate {
	plain := !hasMarks([]byte(word.Term))
	for _, form := range word.Spellings()[1:] {
		stem := analysis.Stem(form)
		for _, term := range (words{table: &l.stems, order: l.byStem}).from(stem, false) {
			if analysis.SpeltAlike(string(l.terms.at(term)), word.Term) {
				found = append(found, candidate{term, g.of(fitSpelling)})
			}
		}
		before := len(found)
		found = l.inCompounds(found, stem, g)
		if plain {
			found = append(found[:before], slices.DeleteFunc(found[before:], func(c candidate) bool { return !hasMarks(l.terms.at(c.term)) })...)
		}
	}
	return found
}

// find adds the documents with a word, in any spelling and inflection, or with a compound of it.
func (l *lexicon) find(word analysis.Token, g grade, a answer, found []candidate) []candidate {
	if l.readyStem(word.Stem, a, g) {
		found = slices.DeleteFunc(l.stemmed(found[:0], word, g), func(c candidate) bool { return c.grade&fits == fitStem || g.fit <= fitStem })
	} else {
		found = l.inCompounds(l.stemmed(found[:0], word, g), word.Stem, g)
	}
	found = l.speltOtherwise(found, word, g)
	l.match(found, &fieldRank, a)
	return found
}

// begun adds the documents with words that begin with one.
func (l *lexicon) begun(word analysis.Token, a answer, found []candidate) []candidate {
	plain, short := !hasMarks([]byte(word.Term)), len(word.Folded) <= shortBegins
	found = found[:0]
	for i, form := range word.Spellings() {
		if i == 0 && short && l.readyBegins(form, a) {
			continue
		}
		for _, term := range (words{table: &l.folded, order: l.byFolded}).from(form, true) {
			if i == 0 || !(plain && !hasMarks(l.terms.at(term))) && analysis.Begins(string(l.terms.at(term)), word.Term) {
				found = append(found, candidate{term, asked.of(fitBegun)})
			}
		}
	}
	if short {
		l.match(found, &coarseRank, a)
	} else {
		l.match(found, &fieldRank, a)
	}
	return found
}

// begunInParts adds the documents with compounds of which a part begins with a word.
func (l *lexicon) begunInParts(word analysis.Token, a answer, found []candidate) []candidate {
	found = found[:0]
	for _, part := range (words{table: &l.parts.stems, order: l.parts.sorted}).from(word.Folded, true) {
		found = append(found, candidate{l.parts.terms[part], asked.of(fitBegunPart)})
	}
	l.match(found, &fieldRank, a)
	return found
}

// hasMarks reports whether a word has other letters than a to z.
func hasMarks(word []byte) bool {
	for _, c := range word {
		if c >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

// rarity weighs a word by how few of total documents have it: 1 for all of them, one more each time their number halves.
func rarity(total, docs int) uint32 {
	return uint32(1 + bits.Len(uint(total/max(docs, 1))>>1))
}

// match adds the documents that have one of the candidates, each weighed by the best of its own.
func (l *lexicon) match(found []candidate, ranks *ranks, a answer) {
	for _, c := range found {
		p, d := l.postings[l.off[c.term]:l.off[c.term+1]], uint32(0)
		for len(p) > 1 {
			step, size := uint32(p[0]), 1
			if step >= 0x80 {
				long, n := binary.Uvarint(p)
				step, size = uint32(long), n
			}
			d += step
			a.set[d>>6] |= 1 << (d & 63)
			if w := c.grade | ranks[p[size]]<<fieldShift; w > a.weights[d] {
				a.weights[d] = w
			}
			p = p[size+1:]
		}
	}
}

func isNumber(word string) bool { return strings.ContainsAny(word, "0123456789") }
