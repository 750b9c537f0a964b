package memory

import (
	"math/bits"
	"slices"

	"fritidshub/index/analysis"
)

const (
	// denseFrom is from how many documents on a segment has its frequent words ready, and denseWords which part of the documents a word must be in.
	denseFrom  = 4096
	denseWords = 8
	// shortBegins is the longest beginning, in bytes, that is kept ready, and of which no more is told than whether it stands in the title.
	shortBegins = 3
)

// openings are the answers to the most frequent stems and to short beginnings, which would take long to gather.
type openings struct {
	stems  map[string]ready
	begins map[string]begins
}

// ready is the documents of a stem, and how well each of them answers it, in their order.
type ready struct {
	set     bitset
	weights []byte
}

// begins are the documents with words that begin with some letters, and those that have them in the title.
type begins struct{ any, title bitset }

// coarseRank is fieldRank for a short beginning.
var coarseRank = func() (ranks ranks) {
	for fields := range ranks {
		ranks[fields] = 1
		if fields&inTitle != 0 {
			ranks[fields] = fieldRank[inTitle]
		}
	}
	return ranks
}()

func (l *lexicon) prepareOpenings(n int) {
	if n < denseFrom {
		return
	}
	many := n / denseWords
	counts := map[string]int{}
	for term, docs := range l.docs {
		counts[string(l.stems.at(uint32(term)))] += int(docs)
	}
	for part, term := range l.parts.terms {
		counts[string(l.parts.stems.at(uint32(part)))] += int(l.docs[term])
	}
	l.openings.stems = map[string]ready{}
	a := answer{set: newBitset(n), weights: make([]byte, n)}
	for stem, docs := range counts {
		if docs < many {
			continue
		}
		clear(a.set)
		clear(a.weights)
		found := l.stemmed(nil, analysis.Token{Stem: stem}, asked)
		l.match(l.inCompounds(found, stem, asked), &fieldRank, a)
		r := ready{slices.Clone(a.set), make([]byte, 0, a.set.count())}
		a.set.each(func(d uint32) bool {
			r.weights = append(r.weights, a.weights[d])
			return true
		})
		l.openings.stems[stem] = r
	}
	l.openings.begins = map[string]begins{}
	for size := 1; size <= shortBegins; size++ {
		for from := 0; from < len(l.byFolded); {
			first := l.folded.at(l.byFolded[from])
			to, docs := from, 0
			for ; to < len(l.byFolded); to++ {
				word := l.folded.at(l.byFolded[to])
				if len(word) < size || len(first) < size || string(word[:size]) != string(first[:size]) {
					break
				}
				docs += int(l.docs[l.byFolded[to]])
			}
			if to > from && docs >= many {
				b := begins{newBitset(n), newBitset(n)}
				for _, term := range l.byFolded[from:to] {
					l.each(term, func(d uint32, fields uint8) {
						b.any.set(d)
						if fields&inTitle != 0 {
							b.title.set(d)
						}
					})
				}
				l.openings.begins[string(first[:size])] = b
			}
			from = max(to, from+1)
		}
	}
}

// readyStem adds the documents of a frequent stem, and reports whether it is one.
func (l *lexicon) readyStem(stem string, a answer, g grade) bool {
	ready, known := l.openings.stems[stem]
	if !known {
		return false
	}
	var worth [256]byte
	for b := range worth {
		worth[b] = g.of(uint8(b)&fits) | uint8(b)&(1<<nearShift-1)&^fits
	}
	a.set.or(ready.set)
	weights := ready.weights
	for i, w := range ready.set {
		for ; w != 0; w &= w - 1 {
			d := i<<6 + bits.TrailingZeros64(w)
			a.weights[d] = max(a.weights[d], worth[weights[0]])
			weights = weights[1:]
		}
	}
	return true
}

// readyBegins adds the documents with words that begin with a few letters, and reports whether they were ready.
func (l *lexicon) readyBegins(beginning string, a answer) bool {
	ready, known := l.openings.begins[beginning]
	if !known {
		return false
	}
	a.set.or(ready.any)
	low, high := asked.of(fitBegun)|1<<fieldShift, asked.of(fitBegun)|fieldRank[inTitle]<<fieldShift
	for i, word := range ready.any {
		title := ready.title[i]
		for w := word; w != 0; w &= w - 1 {
			bit := bits.TrailingZeros64(w)
			b := low
			if title>>bit&1 != 0 {
				b = high
			}
			if d := i<<6 + bit; b > a.weights[d] {
				a.weights[d] = b
			}
		}
	}
	return true
}
