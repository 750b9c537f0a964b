package memory

import "math"

// mostAges: of ages from 0 to below it a large segment knows the documents that admit them.
const mostAges = 100

func (s *segment) newAges() {
	if s.n < fewDocuments {
		return
	}
	open := newBitset(s.n) // to all of them
	s.ages = make([]bitset, mostAges)
	for d := range s.n {
		if s.ageMin[d] <= 0 && s.ageMax[d] >= mostAges-1 {
			open.set(uint32(d))
		}
	}
	for age := range s.ages {
		s.ages[age] = append(bitset(nil), open...)
	}
	for d := range uint32(s.n) {
		if !open.has(d) {
			for age := max(s.ageMin[d], 0); age <= min(s.ageMax[d], mostAges-1); age++ {
				s.ages[age].set(d)
			}
		}
	}
}

// admit removes from set what does not admit an age.
func (s *segment) admit(set bitset, years int) {
	if years >= 0 && years < len(s.ages) {
		set.and(s.ages[years])
		return
	}
	age := int16(min(max(years, 0), math.MaxInt16-1))
	set.keep(func(d uint32) bool { return s.ageMin[d] <= age && age <= s.ageMax[d] })
}
