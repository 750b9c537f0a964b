package memory

import (
	"math/bits"
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

// whole adds the terms that are a word, in any spelling and inflection, or a compound with it.
func (l *lexicon) whole(found []candidate, word analysis.Token, g grade) []candidate {
	stems, parts := words{&l.stems, l.byStem}, words{&l.parts.stems, l.parts.sorted}
	isPlain := !hasMarks([]byte(word.Term))
	for i, form := range word.Spellings() {
		stem := analysis.Stem(form)
		for _, term := range stems.from(stem, false) {
			fit := uint8(fitStem)
			switch name := string(l.terms.at(term)); {
			case name == word.Term:
				fit = fitExact
			case i > 0:
				if !analysis.SpeltAlike(name, word.Term) {
					continue
				}
				fit = fitSpelling
			case string(l.folded.at(term)) == word.Folded:
				fit = fitSpelling
			}
			found = append(found, candidate{term, g.of(fit)})
		}
		for _, part := range parts.from(stem, false) {
			if i > 0 && !hasMarks(l.terms.at(l.parts.terms[part])) && isPlain {
				continue
			}
			fit := uint8(fitModifier)
			if l.parts.heads[part] {
				fit = fitHead
			}
			found = append(found, candidate{l.parts.terms[part], g.of(fit)})
		}
	}
	return found
}

// begun adds the terms that begin with a word, or have a part that does.
func (l *lexicon) begun(found []candidate, word analysis.Token, inParts bool) []candidate {
	isPlain := !hasMarks([]byte(word.Term))
	folded := words{&l.folded, l.byFolded}
	for i, form := range word.Spellings() {
		for _, term := range folded.from(form, true) {
			if i == 0 || !(isPlain && !hasMarks(l.terms.at(term))) && analysis.Begins(string(l.terms.at(term)), word.Term) {
				found = append(found, candidate{term, asked.of(fitBegun)})
			}
		}
		if inParts && i == 0 {
			parts := words{&l.parts.stems, l.parts.sorted}
			for _, part := range parts.from(form, true) {
				found = append(found, candidate{l.parts.terms[part], asked.of(fitBegunPart)})
			}
		}
	}
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

// match adds to set the documents that have one of the candidates, and to weights the best in each.
func (l *lexicon) match(found []candidate, set bitset, weights []byte) {
	for _, c := range found {
		l.each(c.term, func(d uint32, fields uint8) {
			set.set(d)
			if w := c.grade | fieldRank[fields]<<fieldShift; w > weights[d] {
				weights[d] = w
			}
		})
	}
}

func isNumber(word string) bool { return strings.ContainsAny(word, "0123456789") }
