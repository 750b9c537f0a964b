package memory

import (
	"math/bits"
	"sort"
)

// aliveAt is the documents that are not over after the first ended ones of byEnd have ended.
type aliveAt struct {
	ended int
	docs  bitset
}

// aliveReuse is how many documents may have ended since for an aliveAt to be worth going on from.
const aliveReuse = 4096

// ended is how many documents of byEnd are over at t.
func (s *segment) ended(t uint32) int {
	return sort.Search(len(s.byEnd), func(i int) bool { return s.ends[s.byEnd[i]] > t })
}

// notOver makes set the documents that are not over at t.
func (s *segment) notOver(t uint32, set bitset) {
	ended := s.ended(t)
	from := 0
	if known := s.alive.Load(); known != nil && known.ended <= ended && ended-known.ended < aliveReuse {
		copy(set, known.docs)
		from = known.ended
	} else {
		set.fill(s.n)
	}
	for _, d := range s.byEnd[from:ended] {
		set.clear(d)
	}
	if ended-from >= aliveReuse/16 {
		s.alive.Store(&aliveAt{ended, append(bitset(nil), set...)})
	}
}

// clock knows for every document the first span that goes on after the beginning of an hour: never, never when there is none, and for
// standing ones. For a later time it still holds where that span goes on.
type clock struct {
	hour         uint32 // Unix time / 3600
	start, until []uint32
}

// minClock is the least number of documents for which a clock is worth its making.
const minClock = 1024

// clockAt gives the clock of t's hour, made when wanted; nil when there is none. The last four are kept.
func (s *segment) clockAt(t uint32, wanted bool) *clock {
	if s.n < minClock {
		return nil
	}
	hour := t / 3600
	kept := s.clocks.Load()
	if kept != nil {
		for _, c := range kept {
			if c != nil && c.hour == hour {
				return c
			}
		}
	}
	if !wanted {
		return nil
	}
	c := &clock{hour: hour, start: make([]uint32, s.n), until: make([]uint32, s.n)}
	for d := range c.start {
		c.start[d], c.until[d] = s.search(uint32(d), hour*3600)
	}
	next := &[4]*clock{c}
	if kept != nil {
		copy(next[1:], kept[:3])
	}
	s.clocks.Store(next)
	return c
}

// search finds the first span of d that goes on after t; never, never when there is none, and for standing ones.
func (s *segment) search(d, t uint32) (start, until uint32) {
	if s.standing.has(d) {
		return never, never
	}
	lo, hi := s.spanOff[d], s.spanOff[d+1]
	end := hi
	for lo < hi {
		if m := (lo + hi) / 2; s.spanUntil[m] > t {
			hi = m
		} else {
			lo = m + 1
		}
	}
	if lo == end {
		return never, never
	}
	return s.spanStart[lo], s.spanUntil[lo]
}

// next is the start of the first span of d that goes on after t, never when there is none, and for standing ones. The clock is
// one of t's hour, or nil.
func (s *segment) next(d, t uint32, c *clock) uint32 {
	if c != nil && c.until[d] > t {
		return c.start[d]
	}
	start, _ := s.search(d, t)
	return start
}

// between removes from set what has no occurrence or validity in [from, to). All of set are not over at from.
func (s *segment) between(set bitset, from, to uint32) {
	c := s.clockAt(from, set.count() > s.n/32)
	for i, w := range set {
		kept := uint64(0)
		for standing := w & s.standing[i]; standing != 0; standing &= standing - 1 {
			t := bits.TrailingZeros64(standing)
			if v := s.valid[i<<6+t]; v.from < to && v.through > from {
				kept |= 1 << t
			}
		}
		for dated := w &^ s.standing[i]; dated != 0; dated &= dated - 1 {
			t := bits.TrailingZeros64(dated)
			start := s.next(uint32(i<<6+t), from, c)
			kept |= (uint64(start) - uint64(to)) >> 63 << t // start < to, without a branch
		}
		set[i] = kept
	}
}
