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

// sharing appends to found the records that have one of the strong keys or two of the weak ones, once each, without keys that more than
// merge.MaxBlock have.
func (n *neighbours) sharing(found []*merge.Item, keys []uint64) []*merge.Item {
	if !n.sorted {
		slices.SortFunc(n.keys, func(a, b keyed) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.item, b.item)) })
		n.counts, n.sorted = make([]uint8, len(n.items)), true
	}
	var met []int32
	for _, key := range keys {
		at, _ := slices.BinarySearchFunc(n.keys, key, func(k keyed, key uint64) int { return cmp.Compare(k.key, key) })
		block := n.keys[at:]
		most := block[:min(len(block), merge.MaxBlock+1)]
		size := 0
		for size < len(most) && most[size].key == key {
			size++
		}
		if size > merge.MaxBlock {
			continue
		}
		for _, k := range block[:size] {
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
