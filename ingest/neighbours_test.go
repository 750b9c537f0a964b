package ingest

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fritidshub/catalog/merge"
)

// TestNeighbours: what the sorted keys find is what looking at every record finds.
func TestNeighbours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var n neighbours
		var all [][]uint64
		draw := func(label string) []uint64 {
			keys := rapid.SliceOfNDistinct(rapid.Uint64Range(0, 9), 0, 5, rapid.ID).Draw(t, label)
			if rapid.IntRange(0, 3).Draw(t, "common") == 0 && !slices.Contains(keys, 11) {
				keys = append(keys, 11) // in a large world, more have it than are compared
			}
			return keys
		}
		for i := range rapid.SampledFrom([]int{3, 20, 400}).Draw(t, "records") {
			keys := draw("keys")
			all = append(all, keys)
			n.add(&merge.Item{Ref: merge.Ref{NativeID: fmt.Sprint(i)}}, keys)
		}
		holders := func(key uint64) (count int) {
			for _, keys := range all {
				if slices.Contains(keys, key) {
					count++
				}
			}
			return count
		}
		mute := map[uint64]bool{}
		for _, key := range n.all() {
			mute[key] = holders(key) > merge.MaxBlock
			if got := len(n.block(key)); got != holders(key) {
				t.Fatalf("%d have %d, not %d", holders(key), key, got)
			}
		}
		for range 3 {
			asked, want, got := draw("asked"), []string{}, []string{}
			for i, keys := range all {
				shared := 0
				for _, key := range asked {
					if slices.Contains(keys, key) && holders(key) <= merge.MaxBlock {
						if shared++; merge.Strong(key) {
							shared++
						}
					}
				}
				if shared >= 2 {
					want = append(want, fmt.Sprint(i))
				}
			}
			for _, it := range n.sharing(nil, asked, mute) {
				got = append(got, it.NativeID)
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Fatalf("asked for %v: found %v, not %v", asked, got, want)
			}
		}
	})
}
