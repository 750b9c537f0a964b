package memory

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"fritidshub/index"
)

// entry is a hit in the making. The lowest key comes first, then the lowest document.
type entry struct {
	key uint64
	doc uint32
}

func (e entry) before(o entry) bool { return e.key < o.key || e.key == o.key && e.doc < o.doc }

// best keeps the first entries of an order: a heap with the last of them on top.
type best[T interface{ before(T) bool }] struct {
	most int
	heap []T
}

func (b *best[T]) add(e T) {
	if len(b.heap) < b.most {
		b.heap = append(b.heap, e)
		for i := len(b.heap) - 1; i > 0; {
			up := (i - 1) / 2
			if !b.heap[up].before(b.heap[i]) {
				return
			}
			b.heap[up], b.heap[i] = b.heap[i], b.heap[up]
			i = up
		}
		return
	}
	if b.most == 0 || !e.before(b.heap[0]) {
		return
	}
	b.heap[0] = e
	for i := 0; ; {
		down := 2*i + 1
		if down >= len(b.heap) {
			return
		}
		if down+1 < len(b.heap) && b.heap[down].before(b.heap[down+1]) {
			down++
		}
		if !b.heap[i].before(b.heap[down]) {
			return
		}
		b.heap[i], b.heap[down] = b.heap[down], b.heap[i]
		i = down
	}
}

// sortKey gives the key of each document of a segment in the query's order.
func (p *plan) sortKey(s *segment, score func(d uint32) uint32) func(d uint32) uint64 {
	switch p.sort {
	case index.SortRelevance:
		return func(d uint32) uint64 { return scoreKey(score(d)) | uint64(s.next(d, p.from)) }
	case index.SortStart:
		return func(d uint32) uint64 { return uint64(s.next(d, p.from)) } // never, the highest, for standing ones
	case index.SortDistance:
		return func(d uint32) uint64 { return p.distanceKey(s, d) }
	case index.SortUpdated:
		return func(d uint32) uint64 { return ^(uint64(s.updated[d]) ^ 1<<63) }
	case index.SortPrice:
		return func(d uint32) uint64 { return uint64(s.price[d]) }
	}
	return func(uint32) uint64 { return 0 }
}

// position is a place in an order, as a cursor tells it.
type position struct {
	key       uint64
	title, id string
}

// A cursor's key is the order's name, the entry's key in hex and the title's sort key.
func (p *plan) cursor(e entry, s *segment) *index.Cursor {
	return &index.Cursor{
		Key: string(p.sort) + " " + strconv.FormatUint(e.key, 16) + " " + string(s.titles.at(e.doc)),
		ID:  string(s.ids.at(e.doc)),
	}
}

func (p *plan) position(c *index.Cursor) (*position, error) {
	if c == nil {
		return nil, nil
	}
	parts := strings.SplitN(c.Key, " ", 3)
	if len(parts) != 3 || parts[0] != string(p.sort) || c.ID == "" {
		return nil, fmt.Errorf("%w: it is not of the order %s", index.ErrCursor, p.sort)
	}
	key, err := strconv.ParseUint(parts[1], 16, 64)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", index.ErrCursor, err)
	}
	return &position{key, parts[2], c.ID}, nil
}

// found is an entry with its segment.
type found struct {
	entry
	part *part
}

// collect puts the first hits of all parts in order.
func (p *plan) collect(parts []part, lent *scratch) []found {
	most := p.skip + p.limit + 1
	var all []found
	for i := range parts {
		pt := &parts[i]
		b := best[entry]{most: most}
		after, first := uint64(0), uint32(0)
		if p.after != nil {
			after, first = p.after.key, pt.seg.after(p.after.title, p.after.id)
		}
		worst := uint64(math.MaxUint64)
		offer := func(d uint32, k uint64) {
			if k > worst || k < after || k == after && d < first {
				return
			}
			if b.add(entry{k, d}); len(b.heap) == most {
				worst = b.heap[0].key
			}
		}
		p.offerAll(pt, offer, &b, lent)
		for _, e := range b.heap {
			all = append(all, found{e, pt})
		}
	}
	slices.SortFunc(all, func(a, b found) int {
		if c := cmp.Compare(a.key, b.key); c != 0 || a.part == b.part {
			return cmp.Or(c, cmp.Compare(a.doc, b.doc))
		}
		return cmp.Or(
			bytes.Compare(a.part.seg.titles.at(a.doc), b.part.seg.titles.at(b.doc)),
			bytes.Compare(a.part.seg.ids.at(a.doc), b.part.seg.ids.at(b.doc)))
	})
	return all[min(p.skip, len(all)):min(most, len(all))]
}

// offerAll offers the hits of a part, at least those that b wants.
func (p *plan) offerAll(pt *part, offer func(d uint32, key uint64), b *best[entry], lent *scratch) {
	if p.sort == index.SortStart && p.soonest(pt.seg, pt.hits.set, 0, offer, b, lent) {
		return
	}
	if p.sort == index.SortDistance && p.nearest(pt.seg, pt.hits.set, pt.hits.count, offer, b, lent) {
		return
	}
	if p.sort == index.SortRelevance && p.mostRelevant(pt, offer, b, lent) {
		return
	}
	key := p.sortKey(pt.seg, pt.score)
	for i, w := range pt.hits.set {
		for ; w != 0; w &= w - 1 {
			d := uint32(i<<6 + bits.TrailingZeros64(w))
			offer(d, key(d))
		}
		if p.sort == index.SortTitle && len(b.heap) == b.most {
			return
		}
	}
}

// scoreKey is the upper part of the key of a document with a score; below it stands when it begins.
func scoreKey(score uint32) uint64 { return uint64(^score) << 32 }

// worst is a score; the lowest comes last.
type worst uint32

func (w worst) before(o worst) bool { return w > o } //nolint:unused // best asks it

// fewHits are looked at one by one.
const fewHits = 128

// mostRelevant offers the best of many hits to b. When they begin is looked up for those alone whose score lets them be among these, and
// of those with the last such score for the soonest. It reports false, and has done nothing, when looking at all is as good.
func (p *plan) mostRelevant(pt *part, offer func(d uint32, key uint64), b *best[entry], lent *scratch) bool {
	if pt.seg.days == nil || pt.hits.count < fewHits {
		return false
	}
	passed := uint32(math.MaxUint32) // the score of the cursor
	if p.after != nil {
		passed = ^uint32(p.after.key >> 32)
	}
	at, last := lent.set(pt.seg.n), lent.set(pt.seg.n) // of the cursor's score, and of the last that may do
	clear(at)
	clear(last)
	least := uint32(0)
	place := func(d, score uint32) {
		switch {
		case score < least:
		case score == passed && p.after != nil:
			at.set(d)
		case score == least:
			last.set(d)
		case score < passed:
			offer(d, scoreKey(score)|uint64(pt.seg.next(d, p.from)))
		}
	}
	docs := pt.hits.list(lent)
	if pt.scores != nil {
		weights := pt.words[0].weights
		counts := having(weights, docs)
		least = leastScore(pt.scores, counts, passed, b.most)
		same := 0
		for weight, n := range counts {
			if pt.scores[weight] == least {
				same += n
			}
		}
		common := 2*same > len(docs) // then the others are taken out of all
		if common {
			copy(last, pt.hits.set)
		}
		var looked [256]bool
		for weight, score := range pt.scores {
			looked[weight] = score > least || (score == least) != common
		}
		for _, d := range docs {
			if looked[weights[d]] {
				last.clear(d)
				place(d, pt.scores[weights[d]])
			}
		}
	} else {
		scores := lent.numbers.lend(len(docs))
		top := best[worst]{most: b.most}
		for i, d := range docs {
			score := pt.score(d)
			scores[i] = score
			if score < passed && score > least {
				if top.add(worst(score)); len(top.heap) == top.most {
					least = uint32(top.heap[0])
				}
			}
		}
		for i, d := range docs {
			place(d, scores[i])
		}
	}
	for _, same := range []struct {
		set   bitset
		score uint32
	}{{at, passed}, {last, least}} {
		if !p.soonest(pt.seg, same.set, scoreKey(same.score), offer, b, lent) {
			same.set.each(func(d uint32) bool {
				offer(d, scoreKey(same.score)|uint64(pt.seg.next(d, p.from)))
				return true
			})
		}
	}
	return true
}

// having counts the documents of each weight: in two lots, since what was just counted is slow to count again.
func having(weights []byte, docs []uint32) *[256]int {
	var even, odd [256]int
	for len(docs) > 1 {
		even[weights[docs[0]]]++
		odd[weights[docs[1]]]++
		docs = docs[2:]
	}
	for _, d := range docs {
		even[weights[d]]++
	}
	for weight, n := range odd {
		even[weight] += n
	}
	return &even
}

// leastScore is the least of the highest `most` scores below passed, of documents of which so many have each weight.
func leastScore(scores *[256]uint32, having *[256]int, passed uint32, most int) uint32 {
	order := make([]int, 0, len(having))
	for weight, n := range having {
		if n > 0 && scores[weight] < passed {
			order = append(order, weight)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	for _, weight := range order {
		if most -= having[weight]; most <= 0 {
			return scores[weight]
		}
	}
	return 0
}
