package ingest

import (
	"cmp"
	"slices"

	"fritidshub/catalog/merge"
)

// neighbours finds pending records by their keys. The zero value is empty; what is added after the first question is not found.
type neighbours struct {
	items  []*merge.Item
	keys   []keyed // by key, once sorted
	sorted bool
	counts []uint8 // of items, for one question
}

type keyed struct {
	key  uint64
	item int32
}

func (n *neighbours) add(it *merge.Item, keys []uint64) {
	for _, key := range keys {
		n.keys = append(n.keys, keyed{key, int32(len(n.items))})
	}
	n.items = append(n.items, it)
}

// sort makes the keys ready to be asked for.
func (n *neighbours) sort() {
	if !n.sorted {
		slices.SortFunc(n.keys, func(a, b keyed) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.item, b.item)) })
		n.counts, n.sorted = make([]uint8, len(n.items)), true
	}
}

// block is the records that have a key.
func (n *neighbours) block(key uint64) []keyed {
	n.sort()
	from, _ := slices.BinarySearchFunc(n.keys, key, func(k keyed, key uint64) int { return cmp.Compare(k.key, key) })
	to := from
	for to < len(n.keys) && n.keys[to].key == key {
		to++
	}
	return n.keys[from:to]
}

// all gives every key once.
func (n *neighbours) all() []uint64 {
	n.sort()
	keys := make([]uint64, 0, len(n.keys))
	for i, k := range n.keys {
		if i == 0 || k.key != n.keys[i-1].key {
			keys = append(keys, k.key)
		}
	}
	return keys
}

// sharing appends to found the records that have one of the strong keys or two of the weak ones, once each, without keys that are mute.
func (n *neighbours) sharing(found []*merge.Item, keys []uint64, mute map[uint64]bool) []*merge.Item {
	var met []int32
	for _, key := range keys {
		if mute[key] {
			continue
		}
		for _, k := range n.block(key) {
			before := n.counts[k.item]
			if before == 0 {
				met = append(met, k.item)
			}
			if before >= 2 {
				continue
			}
			if n.counts[k.item]++; merge.Strong(key) {
				n.counts[k.item]++
			}
			if n.counts[k.item] >= 2 {
				found = append(found, n.items[k.item])
			}
		}
	}
	for _, item := range met {
		n.counts[item] = 0
	}
	return found
}
