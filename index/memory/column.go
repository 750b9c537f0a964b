package memory

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

// column holds the values of one facet by document, and by value the documents of the frequent ones and of those that state none, value 0.
type column struct {
	ids ids    // by document: its value's code up to top; from there on, a list of several values that lists has
	top uint32 // the highest code
	// lists are the codes of lists[i] at codes[off[i]:off[i+1]]; there are few of them, since many documents have the same.
	off, codes []uint32

	dense map[uint32]bitset
	// rare are the documents with a value that is not in dense, rareDocs is their number.
	rare     bitset
	rareDocs int
}

// ids are numbers by document: short ones where all are short enough, else long ones.
type ids struct {
	short []uint16
	long  []uint32
}

func (x *ids) len() int { return len(x.short) + len(x.long) }

func (x *ids) at(d uint32) uint32 {
	if len(x.short) > 0 {
		return uint32(x.short[d])
	}
	return x.long[d]
}

// count adds by to the count of each document's number.
func (x *ids) count(docs, counts []uint32, by uint32) {
	if len(x.short) > 0 {
		countEach(x.short, docs, counts, by)
	} else {
		countEach(x.long, docs, counts, by)
	}
}

func countEach[T uint16 | uint32](ids []T, docs, counts []uint32, by uint32) {
	for _, d := range docs {
		counts[ids[d]] += by
	}
}

// denseShare is the share of documents from which on a value has a bitset.
const denseShare = 256

type columnBuilder struct {
	ids, off, codes []uint32
	lists           map[string]uint32
	values          []uint32 // of the document that next closes
	key             []byte
	top             uint32
}

// isList marks, while a column is built, what is no code.
const isList = 1 << 31

// value adds a value to the document that next closes; a second time it is the same.
func (b *columnBuilder) value(code uint32) {
	if !slices.Contains(b.values, code) {
		b.values = append(b.values, code)
		b.top = max(b.top, code)
	}
}

func (b *columnBuilder) next() {
	switch len(b.values) {
	case 0:
		b.ids = append(b.ids, 0)
	case 1:
		b.ids = append(b.ids, b.values[0])
	default:
		b.ids = append(b.ids, isList|b.list())
	}
	b.values = b.values[:0]
}

// list is the number of the list of the current values.
func (b *columnBuilder) list() uint32 {
	slices.Sort(b.values)
	b.key = b.key[:0]
	for _, code := range b.values {
		b.key = binary.NativeEndian.AppendUint32(b.key, code)
	}
	number, known := b.lists[string(b.key)]
	if !known {
		if b.lists == nil {
			b.lists, b.off = map[string]uint32{}, []uint32{0}
		}
		number = uint32(len(b.lists))
		b.lists[string(b.key)] = number
		b.codes = append(b.codes, b.values...)
		b.off = append(b.off, uint32(len(b.codes)))
	}
	return number
}

func (b *columnBuilder) column() column {
	for d, id := range b.ids {
		if id >= isList {
			b.ids[d] = id - isList + b.top + 1
		}
	}
	c := column{top: b.top, off: b.off, codes: b.codes}
	if int(c.top)+c.lists() > math.MaxUint16 {
		c.ids.long = slices.Clip(b.ids)
		return c
	}
	c.ids.short = make([]uint16, len(b.ids))
	for d, id := range b.ids {
		c.ids.short[d] = uint16(id)
	}
	return c
}

// derive makes what searches need of the values of n documents.
func (c *column) derive(n int) {
	counts := make([]uint32, c.top+1)
	all := make([]uint32, n)
	for d := range all {
		all[d] = uint32(d)
	}
	c.add(all, counts, 1, new(scratch))
	c.dense, c.rare = map[uint32]bitset{}, newBitset(n)
	for code, count := range counts {
		if code == 0 || n >= 1024 && int(count) >= n/denseShare {
			c.dense[uint32(code)] = newBitset(n)
		}
	}
	var own [1]uint32
	for d := range uint32(n) {
		for _, code := range c.of(d, &own) {
			if set := c.dense[code]; set != nil {
				set.set(d)
			} else {
				c.rare.set(d)
			}
		}
	}
	if c.rareDocs = c.rare.count(); c.rareDocs == 0 {
		c.rare = nil
	}
}

// of gives the values of a document, a single one in own; 0 stands for none.
func (c *column) of(d uint32, own *[1]uint32) []uint32 {
	id := c.ids.at(d)
	if id <= c.top {
		own[0] = id
		return own[:]
	}
	return c.list(id - c.top - 1)
}

func (c *column) list(i uint32) []uint32 { return c.codes[c.off[i]:c.off[i+1]] }

func (c *column) lists() int { return max(len(c.off)-1, 0) }

// find makes set the documents that have one of codes.
func (c *column) find(codes []uint32, set bitset) {
	clear(set)
	var rare bitset // of ids
	for _, code := range codes {
		if docs := c.dense[code]; docs != nil && code != 0 {
			set.or(docs)
		} else if code != 0 && code <= c.top {
			if rare == nil {
				rare = newBitset(int(c.top) + 1 + c.lists())
			}
			rare.set(code)
		}
	}
	if rare == nil {
		return
	}
	for i := range uint32(c.lists()) {
		if slices.ContainsFunc(c.list(i), rare.has) {
			rare.set(c.top + 1 + i)
		}
	}
	for d := range uint32(c.ids.len()) {
		if rare.has(c.ids.at(d)) {
			set.set(d)
		}
	}
}

// rareStep is what one document with a rare value costs to look at, in words of a bitset.
const rareStep = 20

// count adds to counts, by code, the documents of a selection: by the bitsets of the values or document by document, as is faster.
func (c *column) count(hits *selection, counts []uint32, lent *scratch) {
	byDocument := min(4*hits.count, hits.count+c.ids.len()/8) // what lies close together is read faster
	if byDocument < len(c.dense)*len(hits.set)+min(c.rareDocs, hits.count)*rareStep {
		c.add(hits.list(lent), counts, 1, lent)
		return
	}
	for code, docs := range c.dense {
		counts[code] += uint32(docs.countAnd(hits.set))
	}
	var own [1]uint32
	for i, w := range c.rare {
		for w &= hits.set[i]; w != 0; w &= w - 1 {
			for _, code := range c.of(uint32(i<<6+bits.TrailingZeros64(w)), &own) {
				if c.dense[code] == nil {
					counts[code]++
				}
			}
		}
	}
}

// add adds by to the counts of the values of each document.
func (c *column) add(docs []uint32, counts []uint32, by uint32, lent *scratch) {
	if c.lists() == 0 {
		c.ids.count(docs, counts, by)
		return
	}
	byID := lent.numbers.lend(int(c.top) + 1 + c.lists())
	clear(byID)
	c.ids.count(docs, byID, 1)
	for code, n := range byID[:c.top+1] {
		counts[code] += n * by
	}
	for i, n := range byID[c.top+1:] {
		for _, code := range c.list(uint32(i)) {
			counts[code] += n * by
		}
	}
}
