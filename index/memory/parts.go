package memory

import (
	"bytes"
	"math"
	"slices"
	"sort"

	"fritidshub/index/analysis"
)

// partIndex holds the words that the terms of a lexicon are made of.
type partIndex struct {
	stems  table
	terms  []uint32 // by part: the term that has it
	heads  []bool   // by part: the term ends with it
	sorted []uint32 // parts in the order of their stems
	common *common  // of sorted
	made   bool

	ends  table    // stems from their last letter to their first
	byEnd []uint32 // terms of ends in the order of those
	long  []uint32 // by place in ends: the term
}

// prepare derives what searches among n documents need and merging does not. It is called before readers see the segment.
func (l *lexicon) prepare(n int) {
	if l.parts.made {
		return
	}
	p := &l.parts
	p.made = true
	for term := range uint32(l.terms.len()) {
		for _, part := range analysis.Parts(string(l.folded.at(term))) {
			add(&p.stems, part.Stem)
			p.terms, p.heads = append(p.terms, term), append(p.heads, part.Head)
		}
	}
	p.sorted = make([]uint32, len(p.terms))
	for i := range p.sorted {
		p.sorted[i] = uint32(i)
	}
	slices.SortFunc(p.sorted, func(a, b uint32) int { return bytes.Compare(p.stems.at(a), p.stems.at(b)) })
	for term := range uint32(l.terms.len()) {
		if stem := l.stems.at(term); len(stem) >= minEnd+minBefore {
			turned := slices.Clone(stem)
			slices.Reverse(turned)
			add(&p.ends, turned)
			p.long = append(p.long, term)
		}
	}
	p.byEnd = make([]uint32, len(p.long))
	for i := range p.byEnd {
		p.byEnd[i] = uint32(i)
	}
	slices.SortFunc(p.byEnd, func(a, b uint32) int { return bytes.Compare(p.ends.at(a), p.ends.at(b)) })
	p.common, l.commonFolded, l.commonStem = newCommon(&p.stems, p.sorted), newCommon(&l.folded, l.byFolded), newCommon(&l.stems, l.byStem)
	p.stems.clip()
	p.ends.clip()
	p.terms, p.heads = slices.Clip(p.terms), slices.Clip(p.heads)
	l.prepareOpenings(n)
}

// minBefore is how many bytes stand at least before a word that is looked for as an end.
const minBefore = 3

// ending adds the terms that end with a word.
func (l *lexicon) ending(found []candidate, word analysis.Token) []candidate {
	turned := []byte(word.Stem)
	slices.Reverse(turned)
	for _, place := range (words{table: &l.parts.ends, order: l.parts.byEnd}).from(string(turned), true) {
		if len(l.parts.ends.at(place)) >= len(turned)+minBefore {
			found = append(found, candidate{l.parts.long[place], grade{nearRelated, fitHead}.of(fitHead)})
		}
	}
	return found
}

// words are a list of words in its order.
type words struct {
	table  *table
	order  []uint32
	common *common
}

// common is, by place in a list of words, how many bytes a word has in common with the one before it.
type common struct {
	bytes []uint8
	least []uint8 // of each block
}

const block = 64

func newCommon(t *table, order []uint32) *common {
	c := &common{make([]uint8, len(order)), make([]uint8, (len(order)+block-1)/block)}
	for i := range order {
		if i > 0 {
			c.bytes[i] = uint8(min(shared(t.at(order[i-1]), t.at(order[i])), math.MaxUint8))
		}
		if i%block == 0 {
			c.least[i/block] = math.MaxUint8
		}
		c.least[i/block] = min(c.least[i/block], c.bytes[i])
	}
	return c
}

// next is the first place after i whose word does not begin with the first n bytes of the word at i.
func (c *common) next(i, n int) int {
	for i++; i < len(c.bytes); {
		switch {
		case i%block == 0 && int(c.least[i/block]) >= n:
			i += block
		case int(c.bytes[i]) >= n:
			i++
		default:
			return i
		}
	}
	return len(c.bytes)
}

// from gives the places in the order of the words that are key, or begin with it.
func (l words) from(key string, begins bool) []uint32 {
	lo := l.table.lowerBound(l.order, key)
	rest := l.order[lo:]
	n := sort.Search(len(rest), func(i int) bool {
		w := l.table.at(rest[i])
		if begins && len(w) > len(key) {
			w = w[:len(key)]
		}
		return string(w) != key
	})
	return rest[:n]
}
