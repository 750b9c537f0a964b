package memory

import (
	"math/bits"

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
	stems  map[string]answer
	begins map[string]begins
}

// begins are the documents with words that begin with some letters, and those that have them in the title.
type begins struct{ any, title bitset }

// coarse is the rank of a field for a short beginning.
func coarse(fields uint8) uint8 {
	if fields&inTitle != 0 {
		return fieldRank[inTitle]
	}
	return 1
}

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
	l.openings.stems = map[string]answer{}
	for stem, docs := range counts {
		if docs < many {
			continue
		}
		a := answer{set: newBitset(n), weights: make([]byte, n)}
		found := l.stemmed(nil, analysis.Token{Stem: stem}, asked)
		l.match(l.inCompounds(found, stem, asked), a.set, a.weights)
		l.openings.stems[stem] = a
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
	a.set.or(ready.set)
	if g == asked {
		raise(a.weights, ready.weights)
		return true
	}
	var worth [256]byte
	for b := range worth {
		worth[b] = g.of(uint8(b)&fits) | uint8(b)&(1<<nearShift-1)&^fits
	}
	worth[0] = 0
	to := a.weights[:len(ready.weights)]
	for d, b := range ready.weights {
		to[d] = max(to[d], worth[b])
	}
	return true
}

func raise(to, from []byte) {
	to = to[:len(from)]
	for d, b := range from {
		to[d] = max(to[d], b)
	}
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
