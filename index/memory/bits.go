package memory

import (
	"math/bits"
	"sync"
)

// bitset is a set of document numbers of one segment.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) set(d uint32)      { b[d>>6] |= 1 << (d & 63) }
func (b bitset) clear(d uint32)    { b[d>>6] &^= 1 << (d & 63) }
func (b bitset) has(d uint32) bool { return b[d>>6]&(1<<(d&63)) != 0 }

func (b bitset) fill(n int) {
	for i := range b {
		b[i] = ^uint64(0)
	}
	if n%64 != 0 {
		b[len(b)-1] = 1<<(n%64) - 1
	}
}

func (b bitset) and(o bitset) {
	for i, w := range o {
		b[i] &= w
	}
}

func (b bitset) andNot(o bitset) {
	for i, w := range o {
		b[i] &^= w
	}
}

func (b bitset) or(o bitset) {
	for i, w := range o {
		b[i] |= w
	}
}

func (b bitset) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

func (b bitset) countAnd(o bitset) int {
	n := 0
	for i, w := range o {
		n += bits.OnesCount64(b[i] & w)
	}
	return n
}

// meets reports whether the two have a document in common.
func (b bitset) meets(o bitset) bool {
	for i, w := range o {
		if b[i]&w != 0 {
			return true
		}
	}
	return false
}

func (b bitset) empty() bool {
	for _, w := range b {
		if w != 0 {
			return false
		}
	}
	return true
}

// keep removes the documents for which ok is false. It does not branch on the answer, which is often as good as random.
func (b bitset) keep(ok func(d uint32) bool) {
	for i, w := range b {
		kept := uint64(0)
		for ; w != 0; w &= w - 1 {
			t := bits.TrailingZeros64(w)
			bit := uint64(0)
			if ok(uint32(i<<6 + t)) {
				bit = 1
			}
			kept |= bit << t
		}
		b[i] = kept
	}
}

// each calls use with every document in order until it reports false.
func (b bitset) each(use func(d uint32) bool) {
	for i, w := range b {
		for ; w != 0; w &= w - 1 {
			if !use(uint32(i<<6 + bits.TrailingZeros64(w))) {
				return
			}
		}
	}
}

// scratch lends slices to one search, so that searches leave no garbage behind.
type scratch struct {
	bits  []bitset
	bytes [][]byte
	tally []uint32
	nb, n int // lent so far
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func (s *scratch) release() {
	s.nb, s.n = 0, 0
	scratches.Put(s)
}

// set lends a bitset for n documents; what it holds is undefined.
func (s *scratch) set(n int) bitset {
	words := (n + 63) / 64
	if s.nb == len(s.bits) {
		s.bits = append(s.bits, nil)
	}
	if cap(s.bits[s.nb]) < words {
		s.bits[s.nb] = make(bitset, words)
	}
	s.nb++
	return s.bits[s.nb-1][:words]
}

// zeros lends n bytes that are 0.
func (s *scratch) zeros(n int) []byte {
	if s.n == len(s.bytes) {
		s.bytes = append(s.bytes, nil)
	}
	if cap(s.bytes[s.n]) < n {
		s.bytes[s.n] = make([]byte, n)
	}
	s.n++
	b := s.bytes[s.n-1][:n]
	clear(b)
	return b
}

// counts lends n counts that are 0, until the next are lent.
func (s *scratch) counts(n int) []uint32 {
	if cap(s.tally) < n {
		s.tally = make([]uint32, n+n/8)
	}
	clear(s.tally[:n])
	return s.tally[:n]
}
