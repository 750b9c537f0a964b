package ingest

import (
	"sync"

	"fritidshub/catalog/merge"
)

// maxDescribed is how many records' descriptions are kept between runs, some half a kilobyte each.
const maxDescribed = 20_000

// described remembers what matching made of records lately, by their content: describing one costs as much as a hundred comparisons.
// The zero value is empty and ready.
type described struct {
	mu    sync.Mutex
	items map[merge.Ref]description
}

type description struct {
	hash string
	item *merge.Item
}

func (d *described) get(ref merge.Ref, hash string) *merge.Item {
	d.mu.Lock()
	defer d.mu.Unlock()
	if known := d.items[ref]; known.hash == hash {
		return known.item
	}
	return nil
}

// put remembers an item; where there is no room, another one is forgotten, whichever comes first.
func (d *described) put(it *merge.Item, hash string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.items == nil {
		d.items = map[merge.Ref]description{}
	}
	if _, known := d.items[it.Ref]; !known && len(d.items) >= maxDescribed {
		for other := range d.items {
			delete(d.items, other)
			break
		}
	}
	d.items[it.Ref] = description{hash, it}
}
