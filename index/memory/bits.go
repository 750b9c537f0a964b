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
	b = b[:len(o)]
	for len(o) >= 4 {
		x, y := b[:4], o[:4]
		n += bits.OnesCount64(x[0]&y[0]) + bits.OnesCount64(x[1]&y[1]) + bits.OnesCount64(x[2]&y[2]) + bits.OnesCount64(x[3]&y[3])
		b, o = b[4:], o[4:]
	}
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

// list writes the documents in order into docs, which has room for them.
func (b bitset) list(docs []uint32) {
	n := 0
	for i, w := range b {
		for ; w != 0; w &= w - 1 {
			docs[n] = uint32(i<<6 + bits.TrailingZeros64(w))
			n++
		}
	}
}

// selection is a set of count documents. Going through all of them is faster by the list, which is made when it is first asked for.
type selection struct {
	set   bitset
	count int
	docs  []uint32
	apart *delta // from what was counted last
}

func (s *selection) list(lent *scratch) []uint32 {
	if s.docs == nil {
		s.docs = lent.numbers.lend(s.count)
		s.set.list(s.docs)
	}
	return s.docs
}

// scratch lends slices to one search, so that searches leave no garbage behind.
type scratch struct {
	words   pool[uint64]
	bytes   pool[byte]
	numbers pool[uint32]
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func (s *scratch) release() {
	s.words.lent, s.bytes.lent, s.numbers.lent = 0, 0, 0
	scratches.Put(s)
}

// set lends a bitset for n documents; what it holds is undefined.
func (s *scratch) set(n int) bitset { return s.words.lend((n + 63) / 64) }

// zeros lends n bytes that are 0.
func (s *scratch) zeros(n int) []byte {
	b := s.bytes.lend(n)
	clear(b)
	return b
}

// pool lends the slices that it has, in turn.
type pool[T any] struct {
	slices [][]T
	lent   int
}

// lend gives a slice of n; what it holds is undefined.
func (p *pool[T]) lend(n int) []T {
	if p.lent == len(p.slices) {
		p.slices = append(p.slices, nil)
	}
	if cap(p.slices[p.lent]) < n {
		p.slices[p.lent] = make([]T, n+n/8)
	}
	p.lent++
	return p.slices[p.lent-1][:n]
}
