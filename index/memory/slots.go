package memory

import (
	"math/bits"
	"slices"
	"sort"

	"fritidshub/index"
)

var (
	weekdayFacet = slices.Index(facets, index.FacetWeekday)
	timeFacet    = slices.Index(facets, index.FacetTime)
)

func ofSlots(f int) bool { return f == weekdayFacet || f == timeFacet }

// joint reports whether weekdays and times of the day are to be looked up occurrence by occurrence: when one of them and the other, or the range,
// are to hold of the same one.
func (p *plan) joint() bool {
	filtered := p.filters[weekdayFacet] != nil || p.filters[timeFacet] != nil
	if !filtered && p.to == never {
		return false
	}
	asked := func(f index.Facet) bool { return f == index.FacetWeekday || f == index.FacetTime }
	return filtered || asked(p.Silent) || slices.ContainsFunc(p.Facets, asked)
}

// keepSlots removes from set what has none of mask.
func (pt *part) keepSlots(set bitset, mask index.Slots) {
	slots := pt.slots
	set.keep(func(d uint32) bool { return slots[d]&uint32(mask) != 0 })
}

// countSlots adds to counts the weekdays or times of the documents of base that pass all other filters.
func (p *plan) countSlots(pt *part, f int, counts []uint32, lent *scratch) {
	set := lent.set(pt.seg.n)
	copy(set, pt.base)
	for other, theirs := range pt.sets {
		if theirs != nil && !ofSlots(other) {
			set.and(theirs)
		}
	}
	mask, filtered := p.Slots(facets[f])
	values := index.Slots.Days
	if f == timeFacet {
		values = index.Slots.Times
	}
	var by [1 << 7]uint32 // by values
	set.each(func(d uint32) bool {
		if slots := index.Slots(pt.slots[d]) & mask; slots != 0 || !filtered {
			by[values(slots)]++
		}
		return true
	})
	counts[0] += by[0]
	for some, n := range by {
		for ; n > 0 && some > 0; some &= some - 1 {
			counts[bits.TrailingZeros(uint(some))+1] += n // newDictionary gives these codes
		}
	}
}

// several stands for the slot of a document that has more than one on a day.
const several = index.NumSlots

// slotsIn gives by document the slots of the occurrences that begin in the range, and of the first of those that go on when it begins. It looks at the
// documents of base at least.
func (p *plan) slotsIn(s *segment, base bitset, lent *scratch) []uint32 {
	if p.to == never {
		return s.slots
	}
	slots, d := lent.numbers.lend(s.n), s.days
	if d == nil || p.from < d.starts[0] || p.to > d.end() {
		base.each(func(doc uint32) bool {
			slots[doc] = 0
			s.addSlots(slots, doc, s.nextSpan(doc, p.from), p.from, p.to)
			return true
		})
		return slots
	}
	clear(slots)
	day := d.at(p.from)
	for _, o := range s.earlyAt(p.from, day).next {
		if i := s.nextSpan(o.doc, p.from); i < s.spanOff[o.doc+1] && s.spanStart[i] < p.from {
			slots[o.doc] |= 1 << s.spanSlot[i]
		}
	}
	for ; day < len(d.sets) && d.starts[day] < p.to; day++ {
		first, end := d.off[day], d.off[day+1]
		begin, until := max(p.from, d.starts[day]), min(p.to, d.starts[day+1])
		from, to := d.place(s, day, begin), d.place(s, day, until)
		for i := first; i < end; i++ {
			doc, slot := d.agenda[i], d.slots[i]
			switch {
			case slot == several:
				s.addSlots(slots, doc, s.spanFrom(doc, begin), begin, until)
			case i >= from && i < to:
				slots[doc] |= 1 << slot
			}
		}
	}
	return slots
}

// place is where in the agenda of a day comes what first begins at t or after it.
func (d *days) place(s *segment, day int, t uint32) uint32 {
	switch {
	case t <= d.starts[day]:
		return d.off[day]
	case t >= d.starts[day+1]:
		return d.off[day+1]
	}
	today := d.agenda[d.off[day]:d.off[day+1]]
	return d.off[day] + uint32(sort.Search(len(today), func(i int) bool { return s.firstFrom(today[i], d.starts[day]) >= t }))
}

// addSlots adds those of the span at i and of those after it that begin from from on, all before to.
func (s *segment) addSlots(slots []uint32, doc, i, from, to uint32) {
	for n := i; n < s.spanOff[doc+1] && s.spanStart[n] < to; n++ {
		if n == i || s.spanStart[n] >= from {
			slots[doc] |= 1 << s.spanSlot[n]
		}
	}
}

// spanFrom is the place of the first span of d that begins at t or after it; where those of d end when there is none.
func (s *segment) spanFrom(d, t uint32) uint32 {
	lo, hi := s.spanOff[d], s.spanOff[d+1]
	return lo + uint32(sort.Search(int(hi-lo), func(i int) bool { return s.spanStart[lo+uint32(i)] >= t }))
}

// keepSilent removes what states something about p.Silent.
func (p *plan) keepSilent(pt *part, set bitset) {
	s := pt.seg
	switch f := slices.Index(facets, p.Silent); {
	case p.Silent == index.AspectAge:
		set.keep(func(d uint32) bool { return s.ageMin[d] == openFrom && s.ageMax[d] == openTo })
	case p.Silent == index.AspectPrice:
		set.and(s.unpriced)
	case ofSlots(f) && pt.slots != nil:
		mask, _ := p.Slots(p.Silent)
		if f == timeFacet {
			mask &^= index.WholeDays
		}
		set.keep(func(d uint32) bool { return pt.slots[d]&uint32(mask) == 0 })
	default:
		set.and(s.facets[f].dense[0])
	}
}
