package index_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fritidshub/index"
)

// What a set of slots says of days and times is what its slots say.
func TestSlots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slots := index.Slots(rapid.Uint32Range(0, uint32(index.AllSlots)).Draw(t, "slots"))
		var days, times uint8
		for day := range 7 {
			for part := range 4 {
				if slots&(1<<index.Slot(time.Weekday((day+1)%7), index.Daytime(part))) == 0 {
					continue
				}
				days |= 1 << day
				if part > 0 {
					times |= 1 << (part - 1)
				}
			}
		}
		if slots.Days() != days || slots.Times() != times {
			t.Fatalf("%028b: days %07b and times %03b, want %07b and %03b", slots, slots.Days(), slots.Times(), days, times)
		}
		for _, f := range []index.Facet{index.FacetWeekday, index.FacetTime} {
			for _, v := range index.AllSlots.Values(f) {
				if has := slots&index.SlotsWith(f, v) != 0; has != slices.Contains(slots.Values(f), v) {
					t.Fatalf("%028b: %s %v", slots, v, has)
				}
			}
		}
	})
	for hour, want := range map[int]index.Daytime{0: index.Morning, 11: index.Morning, 12: index.Afternoon, 16: index.Afternoon, 17: index.Evening, 23: index.Evening} {
		if got := index.DaytimeAt(hour); got != want {
			t.Errorf("%d: %d, want %d", hour, got, want)
		}
	}
}
