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

// slotSets are the documents by slot; nil: none.
type slotSets [index.NumSlots]bitset

// union makes set the documents that have one of slots.
func (x *slotSets) union(slots index.Slots, set bitset) bitset {
	clear(set)
	for ; slots != 0; slots &= slots - 1 {
		if docs := x[bits.TrailingZeros32(uint32(slots))]; docs != nil {
			set.or(docs)
		}
	}
	return set
}

func (s *segment) newSlotSets() {
	for d, slots := range s.slots {
		for ; slots != 0; slots &= slots - 1 {
			set := &s.bySlot[bits.TrailingZeros32(slots)]
			if *set == nil {
				*set = newBitset(s.n)
			}
			set.set(uint32(d))
		}
	}
}

// countSlots adds to counts the weekdays or times of the documents of base that pass all other filters.
func (p *plan) countSlots(pt *part, f int, counts []uint32, lent *scratch) {
	others, own := lent.set(pt.seg.n), lent.set(pt.seg.n)
	copy(others, pt.base)
	for other, theirs := range pt.sets {
		if theirs != nil && !ofSlots(other) {
			others.and(theirs)
		}
	}
	slots, filtered := p.Slots(facets[f])
	if filtered {
		others.and(pt.slots.union(slots, own))
	}
	if silent := slices.Index(facets, p.Silent); ofSlots(silent) && silent != f { // without the filter of f, silence is about all slots
		others.andNot(pt.slots.union(stating(silent, index.AllSlots), own))
	}
	any := lent.set(pt.seg.n)
	clear(any)
	for i, v := range index.AllSlots.Values(facets[f]) {
		any.or(pt.slots.union(slots&index.SlotsWith(facets[f], v), own))
		counts[i+1] += uint32(own.countAnd(others)) // newDictionary gives these codes
	}
	counts[0] += uint32(others.count() - any.countAnd(others))
}

// stating are those of slots that have a value of a facet.
func stating(f int, slots index.Slots) index.Slots {
	if f == timeFacet {
		return slots &^ index.WholeDays
	}
	return slots
}

// several stands for the slot of a document that has more than one on a day.
const several = index.NumSlots

// slotsIn gives the slots of the occurrences that begin in the range, and of the first of those that go on when it begins. It looks at the
// documents of base at least.
func (p *plan) slotsIn(s *segment, base bitset, lent *scratch) *slotSets {
	if p.to == never {
		return &s.bySlot
	}
	slots, d := new(slotSets), s.days
	for i := range slots {
		slots[i] = lent.set(s.n)
		clear(slots[i])
	}
	if d == nil || p.from < d.starts[0] || p.to > d.end() {
		base.each(func(doc uint32) bool {
			s.addSlots(slots, doc, s.nextSpan(doc, p.from), p.from, p.to)
			return true
		})
		return slots
	}
	day := d.at(p.from)
	for _, o := range s.earlyAt(p.from, day).next {
		if o.start >= p.from {
			break // nor does any after it go on
		}
		if i := s.nextSpan(o.doc, p.from); i < s.spanOff[o.doc+1] && s.spanStart[i] < p.from {
			slots[s.spanSlot[i]].set(o.doc)
		}
	}
	for ; day < len(d.sets) && d.starts[day] < p.to; day++ {
		begin, until := max(p.from, d.starts[day]), min(p.to, d.starts[day+1])
		from, to := d.place(s, day, begin), d.place(s, day, until)
		one := func(i uint32) {
			if d.slots[i] == several {
				s.addSlots(slots, d.agenda[i], s.spanFrom(d.agenda[i], begin), begin, until)
			}
		}
		for i := d.off[day]; i < from; i++ {
			one(i)
		}
		for i := from; i < to; {
			slot := d.slots[i]
			if slot == several {
				one(i)
				i++
				continue
			}
			for set := slots[slot]; i < to && d.slots[i] == slot; i++ {
				set.set(d.agenda[i])
			}
		}
		for i := to; i < d.off[day+1]; i++ {
			one(i)
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
func (s *segment) addSlots(slots *slotSets, doc, i, from, to uint32) {
	for n := i; n < s.spanOff[doc+1] && s.spanStart[n] < to; n++ {
		if n == i || s.spanStart[n] >= from {
			slots[s.spanSlot[n]].set(doc)
		}
	}
}

// spanFrom is the place of the first span of d that begins at t or after it; where those of d end when there is none.
func (s *segment) spanFrom(d, t uint32) uint32 {
	lo, hi := s.spanOff[d], s.spanOff[d+1]
	return lo + uint32(sort.Search(int(hi-lo), func(i int) bool { return s.spanStart[lo+uint32(i)] >= t }))
}

// keepSilent removes what states something about p.Silent.
func (p *plan) keepSilent(pt *part, set bitset, lent *scratch) {
	s := pt.seg
	switch f := slices.Index(facets, p.Silent); {
	case p.Silent == index.AspectAge:
		set.keep(func(d uint32) bool { return s.ageMin[d] == openFrom && s.ageMax[d] == openTo })
	case p.Silent == index.AspectPrice:
		set.and(s.unpriced)
	case ofSlots(f) && pt.slots != nil:
		slots, _ := p.Slots(p.Silent)
		set.andNot(pt.slots.union(stating(f, slots), lent.set(s.n)))
	default:
		set.and(s.facets[f].dense[0])
	}
}
