package ingest

import (
	"maps"
	"slices"

	"fritidshub/catalog/merge"
)

// crowded is what a plan does to the keys of its records. A key that more than merge.MaxBlock records have says nothing; how many have it is told
// by all there is once the plan is applied, so that listings follow from the records, not from the order and the portions in which they came.
type crowded struct {
	fewer map[uint64]int  // how many more of the stored records that have a key are gone or written anew than are pending with it
	mute  map[uint64]bool // of the keys of pending records those that say nothing
}

// room is how many stored records may have a key that says something.
func (m *matching) room(key uint64) int { return merge.MaxBlock + m.fewer[key] }

// crowd counts who has the keys of the plan's records, before and after it. Where a key says something from now on, or no longer, those who have it are
// looked at again. What is pending, gone and former is known by then.
func (m *matching) crowd() error {
	m.fewer, m.mute = map[uint64]int{}, map[uint64]bool{}
	for _, it := range m.former {
		for _, key := range it.Keys() {
			m.fewer[key]++
		}
	}
	left := slices.Collect(maps.Keys(m.fewer))
	keys := m.near.all()
	for _, key := range keys {
		m.fewer[key] -= len(m.near.block(key))
	}
	return m.turn(append(keys, left...), func(key uint64, stored int) (before, after int) { return stored, stored - m.fewer[key] })
}

// turned looks again at those who share keys with a source that can be seen from now on, or no longer.
func (m *matching) turned(source string, seen bool) error {
	sets, err := m.view.Keys(source)
	if err != nil {
		return err
	}
	of := map[uint64]int{}
	for _, set := range sets {
		for _, key := range set {
			of[key]++
		}
	}
	return m.turn(slices.Collect(maps.Keys(of)), func(key uint64, stored int) (before, after int) {
		if seen {
			return stored - of[key], stored
		}
		return stored + of[key], stored
	})
}

// turn looks again at those who have keys of which there are too many now and were not before, or the other way about, as far as it may matter to them. Of
// many stored records no more are counted than tell that.
func (m *matching) turn(keys []uint64, count func(key uint64, stored int) (before, after int)) error {
	blocks, err := m.view.Blocks(keys, func(key uint64) int {
		before, after := count(key, 0)
		return merge.MaxBlock + 1 + max(0, -before, -after)
	})
	if err != nil {
		return err
	}
	var again [][]int64
	var muted []int64
	for _, key := range keys {
		before, after := count(key, len(blocks[key]))
		switch {
		case after > merge.MaxBlock && before <= merge.MaxBlock:
			muted = append(muted, blocks[key]...)
		case before > merge.MaxBlock && after <= merge.MaxBlock:
			again = append(again, blocks[key])
		}
		if after > merge.MaxBlock && m.mute != nil {
			m.mute[key] = true
		}
	}
	// What a key said that says nothing any more can only have joined two: nothing changes for a record that is alone.
	slices.Sort(muted)
	if muted, err = m.view.Joined(slices.Compact(muted)); err != nil {
		return err
	}
	again = append(again, muted)
	if err := m.read(again); err != nil {
		return err
	}
	for _, block := range again {
		for _, n := range block {
			if it := m.stored[n]; it != nil {
				m.look(it)
			}
		}
	}
	return nil
}
