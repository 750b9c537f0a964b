package merge

import "slices"

// wave is how many items' neighbours are asked for at once.
const wave = 256

// Pair is two items that share keys enough and are the same thing, as far as they themselves say.
type Pair struct{ A, B *Item }

// Around gathers what has to be grouped anew when the touched items are new, changed, lost or won a key that says something, or were members of a listing
// that changed, and when the former ones are gone or have been something else: the touched, and all that hang together with them, or did with the former, by pairs
// that are the same thing or that an editor has joined. It gives those pairs too: Grouped makes of both what Groups would make of all there is. Sharing gives, for
// each of some sets of keys, the items that share a strong key or two weak ones with it, without those that more than MaxBlock items have; the former are not
// among them. Items come in the order of their refs, each once; of two with the same ref the touched one counts. Those beyond MaxAround are left out, and
// stay in the listings in which they are.
func Around(touched, former []*Item, rulings Rulings, sharing func(keys [][]uint64) ([][]*Item, error)) ([]*Item, []Pair, error) {
	a := around{at: make(map[Ref]int, 2*len(touched)), joined: rulings.joined(), most: 5*len(touched) + MaxAround, sharing: sharing}
	for _, it := range touched {
		a.queued(it, true)
	}
	for some := range slices.Chunk(former, wave) {
		err := a.each(some, func(it, n *Item) {
			if n.Ref != it.Ref && (a.ruled(it, n) || joins(it, n)) {
				a.queued(n, false)
			}
		})
		if err != nil {
			return nil, nil, err
		}
	}
	for at := 0; at < len(a.queue); {
		items := a.queue[at:min(at+wave, len(a.queue))]
		at += len(items)
		err := a.each(items, func(it, n *Item) {
			if i, seen := a.at[n.Ref]; seen && i <= a.at[it.Ref] { // the pair has been looked at
				return
			}
			if a.ruled(it, n) {
				a.queued(n, false)
			} else if joins(it, n) && a.queued(n, false) {
				a.pairs = append(a.pairs, Pair{it, n})
			}
		})
		if err != nil {
			return nil, nil, err
		}
	}
	slices.SortFunc(a.queue, func(a, b *Item) int { return a.Ref.Compare(b.Ref) })
	return a.queue, a.pairs, nil
}

type around struct {
	queue   []*Item
	at      map[Ref]int // place in queue
	joined  map[Ref][]Ref
	pairs   []Pair
	most    int // that are gathered
	sharing func(keys [][]uint64) ([][]*Item, error)
}

// queued reports whether an item is in the queue, in which it is put when there is room or it must be.
func (a *around) queued(it *Item, must bool) bool {
	_, seen := a.at[it.Ref]
	if !seen && (must || len(a.at) < a.most) {
		a.at[it.Ref] = len(a.queue)
		a.queue = append(a.queue, it)
		return true
	}
	return seen
}

func (a *around) ruled(it, n *Item) bool { return slices.Contains(a.joined[it.Ref], n.Ref) }

// each calls f with all that share keys with some items.
func (a *around) each(items []*Item, f func(it, near *Item)) error {
	keys := make([][]uint64, len(items))
	for i, it := range items {
		keys[i] = it.Keys()
		for _, ref := range a.joined[it.Ref] {
			keys[i] = append(keys[i], ref.Key())
		}
	}
	near, err := a.sharing(keys)
	if err != nil {
		return err
	}
	for i, it := range items {
		for _, n := range near[i] {
			f(it, n)
		}
	}
	return nil
}
