package index

import (
	"slices"
	"time"
)

// Slots is a set of weekdays with a time of the day: bit Slot(day, daytime) stands for occurrences that begin so by the hub's clock.
type Slots uint32

// Daytime is a time of the day.
type Daytime uint8

// The times of the day at which something begins.
const (
	WholeDay  Daytime = iota // all day: no time is stated
	Morning                  // before 12
	Afternoon                // from 12, before 17
	Evening                  // from 17
)

// Where Afternoon and Evening begin, in hours.
const (
	Noon        = 12
	EveningHour = 17
)

const (
	daytimes = 4
	// WholeDays is the set of those without a time.
	WholeDays Slots = 0x1111111
	// AllSlots is the set of all of them; there are NumSlots.
	AllSlots Slots = 1<<NumSlots - 1
	NumSlots       = 7 * daytimes
)

var (
	weekdayNames = []string{"mo", "tu", "we", "th", "fr", "sa", "su"}
	timeNames    = []string{"morning", "afternoon", "evening"}
)

// WeekdayNames are the values of FacetWeekday, Monday first.
func WeekdayNames() []string { return slices.Clone(weekdayNames) }

// TimeNames are the values of FacetTime in their order.
func TimeNames() []string { return slices.Clone(timeNames) }

// DaytimeAt is the time of the day of a wall clock.
func DaytimeAt(hour int) Daytime {
	switch {
	case hour < Noon:
		return Morning
	case hour < EveningHour:
		return Afternoon
	}
	return Evening
}

// Slot is the number of a weekday with a time of the day, below NumSlots.
func Slot(day time.Weekday, t Daytime) uint8 { return uint8((int(day)+6)%7)*daytimes + uint8(t) }

// Days are bits of the weekdays of s, Monday is bit 0.
func (s Slots) Days() uint8 {
	s |= s >> 2
	s = (s | s>>1) & WholeDays
	s = (s | s>>3) & 0x3030303
	s = (s | s>>6) & 0xf000f
	return uint8(s|s>>12) & 0x7f
}

// Times are bits of the times of the day of s, Morning is bit 0.
func (s Slots) Times() uint8 {
	s |= s >> 16
	s |= s >> 8
	return uint8(s|s>>4) >> 1 & 7
}

func named(bits uint8, names []string) []string {
	var list []string
	for i, name := range names {
		if bits&(1<<i) != 0 {
			list = append(list, name)
		}
	}
	return list
}

// Values are the values of FacetWeekday or FacetTime that s has.
func (s Slots) Values(f Facet) []string {
	if f == FacetTime {
		return named(s.Times(), timeNames)
	}
	return named(s.Days(), weekdayNames)
}

// Slots are those that pass the filters of weekdays and of times, without the filter of except. Without any filter it is AllSlots, and
// filtered is false.
func (q *Query) Slots(except Facet) (accepted Slots, filtered bool) {
	accepted = AllSlots
	for f, names := range map[Facet][]string{FacetWeekday: weekdayNames, FacetTime: timeNames} {
		if f == except || len(q.Filters[f]) == 0 {
			continue
		}
		filtered = true
		var own Slots
		for i, name := range names {
			if slices.Contains(q.Filters[f], name) {
				own |= slotsOf(f, i)
			}
		}
		accepted &= own
	}
	return accepted, filtered
}

// slotsOf are the slots that have value i of FacetWeekday or FacetTime.
func slotsOf(f Facet, i int) Slots {
	if f == FacetTime {
		return WholeDays << (i + 1)
	}
	return (1<<daytimes - 1) << (i * daytimes)
}

// SlotsWith are the slots that have a value of FacetWeekday or FacetTime; none for another value.
func SlotsWith(f Facet, value string) Slots {
	names := weekdayNames
	if f == FacetTime {
		names = timeNames
	}
	if i := slices.Index(names, value); i >= 0 {
		return slotsOf(f, i)
	}
	return 0
}
