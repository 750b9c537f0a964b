package merge

import "slices"

// wave is how many items' neighbours are asked for at once.
const wave = 256

// Around gathers what has to be grouped anew when the touched items are new, changed, or were members of a listing that changed: the
// items, and all that hang together with them by pairs that are the same thing or that an editor has joined. Sharing gives, for each of some
// sets of keys, the items that share a strong key or two weak ones with it, without those that more than MaxBlock items have. Items come in the order
// of their refs, each once; of two with the same ref the touched one counts. Those beyond MaxAround are left out, and stay in the listings in which they are.
func Around(touched []*Item, rulings Rulings, sharing func(keys [][]uint64) ([][]*Item, error)) ([]*Item, error) {
	seen := make(map[Ref]bool, 2*len(touched))
	queue := make([]*Item, 0, len(touched))
	for _, it := range touched {
		if !seen[it.Ref] {
			seen[it.Ref] = true
			queue = append(queue, it)
		}
	}
	joined := rulings.joined()
	for at := 0; at < len(queue); {
		items := queue[at:min(at+wave, len(queue))]
		at += len(items)
		keys := make([][]uint64, len(items))
		for i, it := range items {
			keys[i] = it.Keys()
			for _, ref := range joined[it.Ref] {
				keys[i] = append(keys[i], ref.Key())
			}
		}
		near, err := sharing(keys)
		if err != nil {
			return nil, err
		}
		for i, it := range items {
			for _, n := range near[i] {
				if !seen[n.Ref] && len(seen) < 5*len(touched)+MaxAround && (slices.Contains(joined[it.Ref], n.Ref) || joins(it, n)) {
					seen[n.Ref] = true
					queue = append(queue, n)
				}
			}
		}
	}
	slices.SortFunc(queue, func(a, b *Item) int { return a.Ref.Compare(b.Ref) })
	return queue, nil
}
