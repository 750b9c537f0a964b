package memory

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// Frequent and rare values, alone and several together, are counted alike by bitsets and document by document.
func TestColumnCounts(t *testing.T) {
	const n, values = 5000, 400
	r := rand.New(rand.NewPCG(1, 2))
	b, want := columnBuilder{}, make([][]uint32, n)
	for d := range n {
		for range r.IntN(4) {
			code := uint32(1 + r.IntN(5))
			if r.IntN(20) == 0 {
				code = uint32(1 + r.IntN(values))
			}
			b.value(code)
			if !slices.Contains(want[d], code) {
				want[d] = append(want[d], code)
			}
		}
		if b.next(); want[d] == nil {
			want[d] = []uint32{0}
		}
	}
	c := b.column()
	c.derive(n)
	if c.rareDocs == 0 || c.rareDocs > n/4 || c.lists() == 0 || len(c.dense) < 6 {
		t.Fatalf("%d documents with rare values, %d lists, %d frequent values", c.rareDocs, c.lists(), len(c.dense))
	}
	for _, share := range []int{1, 2, 10, 100, 1000} {
		hits := selection{set: newBitset(n)}
		counts := make([]uint32, values+1)
		for d := range want {
			if d%share == 0 {
				hits.set.set(uint32(d))
				hits.count++
				for _, code := range want[d] {
					counts[code]++
				}
			}
		}
		got := make([]uint32, values+1)
		if c.count(&hits, got, new(scratch)); !slices.Equal(got, counts) {
			t.Errorf("one of %d documents: %v, want %v", share, got, counts)
		}
	}
	for _, codes := range [][]uint32{{3}, {77}, {3, 77, 120}, {0}, {values + 9}} {
		set := newBitset(n)
		c.find(codes, set)
		for d := range want {
			has := slices.ContainsFunc(want[d], func(code uint32) bool { return code != 0 && slices.Contains(codes, code) })
			if set.has(uint32(d)) != has {
				t.Fatalf("document %d with %v is found for %v: %t", d, want[d], codes, !has)
			}
		}
	}
}

func TestLeastOf(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		counts := make([]uint32, 1+r.IntN(200))
		for i := range counts {
			counts[i] = r.Uint32N(1 + r.Uint32N(600))
		}
		limit := 1 + r.IntN(20)
		least := leastOf(counts, limit)
		having := 0
		for _, n := range counts {
			if n >= least {
				having++
			}
		}
		if least < 1 || least > 1 && having < limit {
			t.Fatalf("%d of %v are at least %d, wanted are %d", having, counts, least, limit)
		}
	}
}

// Passing over words ends at the first with another beginning, over whole blocks too.
func TestCommonNext(t *testing.T) {
	var list table
	var names []string
	for i := range 1000 {
		names = append(names, fmt.Sprintf("%c%03d", "aabc"[i%4], i/3*i%700))
	}
	slices.Sort(names)
	var order []uint32
	for i, name := range names {
		add(&list, name)
		order = append(order, uint32(i))
	}
	c := newCommon(&list, order)
	for i := range names {
		for n := 1; n <= 4; n++ {
			want := i + 1
			for want < len(names) && bytes.HasPrefix([]byte(names[want]), []byte(names[i][:n])) {
				want++
			}
			if got := c.next(i, n); got != want {
				t.Fatalf("after %d words with %q comes place %d, want %d", i, names[i][:n], got, want)
			}
		}
	}
}
