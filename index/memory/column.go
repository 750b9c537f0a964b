package memory

import (
	"math/bits"
	"slices"
)

// column holds the values of one facet by document, and by value the documents of the frequent ones and of those that state none, value 0.
type column struct {
	off   []uint32 // document d has codes[off[d]:off[d+1]]; nil when each has exactly one, which may be 0
	codes []uint32
	dense map[uint32]bitset
	// rare says that some values are not in dense.
	rare bool
	top  uint32 // the highest code
}

// denseShare is the share of documents from which on a value has a bitset.
const denseShare = 256

type columnBuilder struct {
	off      []uint32
	codes    []uint32
	multiple bool
	start    int
}

// value adds a value to the document that next closes; a second time it is the same.
func (b *columnBuilder) value(code uint32) {
	if !slices.Contains(b.codes[b.start:], code) {
		b.codes = append(b.codes, code)
	}
}

func (b *columnBuilder) next() {
	if n := len(b.codes) - b.start; n == 0 {
		b.codes = append(b.codes, 0)
	} else if n > 1 {
		b.multiple = true
	}
	b.start = len(b.codes)
	b.off = append(b.off, uint32(b.start))
}

func (b *columnBuilder) column() column {
	n := len(b.off)
	c := column{codes: slices.Clip(b.codes)}
	if b.multiple {
		c.off = append(make([]uint32, 1, n+1), b.off...)
	}
	return c
}

// derive makes what searches need of the codes of n documents.
func (c *column) derive(n int) {
	counts := map[uint32]int{}
	for _, code := range c.codes {
		counts[code]++
	}
	c.dense = map[uint32]bitset{}
	for code, count := range counts {
		c.top = max(c.top, code)
		if code == 0 || n >= 1024 && count >= n/denseShare {
			c.dense[code] = newBitset(n)
		} else {
			c.rare = true
		}
	}
	for d := range uint32(n) {
		for _, code := range c.of(d) {
			if set := c.dense[code]; set != nil {
				set.set(d)
			}
		}
	}
}

// of gives the values of a document; 0 stands for none.
func (c *column) of(d uint32) []uint32 {
	if c.off == nil {
		return c.codes[d : d+1]
	}
	return c.codes[c.off[d]:c.off[d+1]]
}

// find makes set the documents that have one of codes.
func (c *column) find(codes []uint32, set bitset) {
	clear(set)
	var rare []uint32
	for _, code := range codes {
		if code == 0 {
			continue
		}
		if docs := c.dense[code]; docs != nil {
			set.or(docs)
		} else {
			rare = append(rare, code)
		}
	}
	if len(rare) == 0 {
		return
	}
	if c.off == nil {
		for d, code := range c.codes {
			if slices.Contains(rare, code) {
				set.set(uint32(d))
			}
		}
		return
	}
	for d := range len(c.off) - 1 {
		for _, code := range c.codes[c.off[d]:c.off[d+1]] {
			if slices.Contains(rare, code) {
				set.set(uint32(d))
			}
		}
	}
}

// scanStep is what one document costs to look at, in words of a bitset.
const scanStep = 3

// count adds to counts, by code, the documents of set, of which there are hits.
func (c *column) count(set bitset, hits int, counts []uint32) {
	if !c.rare && hits*scanStep > len(c.dense)*len(set) {
		for code, docs := range c.dense {
			counts[code] += uint32(docs.countAnd(set))
		}
		return
	}
	c.add(set, counts, 1)
}

// add adds by to the counts of the values of each document of set.
func (c *column) add(set bitset, counts []uint32, by uint32) {
	for i, w := range set {
		for ; w != 0; w &= w - 1 {
			d := i<<6 + bits.TrailingZeros64(w)
			if c.off == nil {
				counts[c.codes[d]] += by
				continue
			}
			for _, code := range c.codes[c.off[d]:c.off[d+1]] {
				counts[code] += by
			}
		}
	}
}
