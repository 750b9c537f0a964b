package meili

import (
	"strconv"

	"fritidshub/index"
)

// slotRange is more than the times of all occurrences span; times a slot it is exact as a float.
const slotRange = int64(1) << 46

// slotStart is a number that orders first by slot and then by time, so that one comparison asks for both.
func slotStart(slot int, t int64) int64 {
	return int64(slot)*slotRange + min(max(t, 1-slotRange/2), slotRange/2-1)
}

func slotName(slot int) string { return strconv.FormatInt(int64(slot), 36) }

func slotCell(slot int, cell string) string { return slotName(slot) + "." + cell }

func slotNames(slots index.Slots) []string {
	names := []string{}
	for slot := range index.NumSlots {
		if slots&(1<<slot) != 0 {
			names = append(names, slotName(slot))
		}
	}
	return names
}

func ofSlots(f index.Facet) bool { return f == index.FacetWeekday || f == index.FacetTime }

// joint reports whether weekdays and times of the day are to be looked up occurrence by occurrence: when one of them and the other, or the range,
// are to hold of the same one.
func (p *plan) joint() bool {
	_, filtered := p.Slots("")
	return filtered || !p.To.IsZero()
}

// inSlots admits what has an occurrence in the range with one of slots: one that begins in it, or the first of those that go on when it begins.
func (p *plan) inSlots(slots index.Slots) string {
	switch {
	case slots == 0:
		return nothing
	case p.To.IsZero():
		return in(fieldSlots, slotNames(slots))
	}
	to := p.To.Unix()
	if to <= p.from {
		return nothing
	}
	var any, cells []string
	for slot := range index.NumSlots {
		if slots&(1<<slot) != 0 {
			any = append(any, between(fieldSlotStarts, slotStart(slot, p.from), slotStart(slot, to-1)))
			for _, c := range cellsAt(p.from) {
				cells = append(cells, slotCell(slot, c))
			}
		}
	}
	return or(append(any, in(fieldSlotRunning, cells))...)
}

// silent admits what states nothing about p.Silent.
func (p *plan) silent() string {
	if !ofSlots(p.Silent) || !p.joint() {
		return in(fieldNone, []string{string(p.Silent)})
	}
	slots, _ := p.Slots(p.Silent)
	return not(p.inSlots(stating(p.Silent, slots)))
}

// stating are those of slots that have a value of f.
func stating(f index.Facet, slots index.Slots) index.Slots {
	if f == index.FacetTime {
		return slots &^ index.WholeDays
	}
	return slots
}

// slotAsks counts the values of a facet of slots: first everything that passes all else, then what states it, then each value.
func (p *plan) slotAsks(f index.Facet) []ask {
	all := p.filter(f)
	if ofSlots(p.Silent) && p.Silent != f { // without the filter of f, silence is about all slots
		all = and(all, not(p.inSlots(stating(p.Silent, index.AllSlots))))
	}
	slots, _ := p.Slots(f)
	asks := []ask{{filter: all}, {filter: and(all, p.inSlots(stating(f, slots)))}}
	for _, v := range index.AllSlots.Values(f) {
		asks = append(asks, ask{filter: and(all, p.inSlots(slots&index.SlotsWith(f, v)))})
	}
	return asks
}

// slotCounts reads the answers to slotAsks.
func slotCounts(f index.Facet, answers []answer) (counted map[string]int, none int) {
	counted = map[string]int{}
	for i, v := range index.AllSlots.Values(f) {
		if n := answers[2+i].total; n > 0 {
			counted[v] = n
		}
	}
	return counted, answers[0].total - answers[1].total
}
