package meili

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

const (
	// narrow is how many documents of a part of an order are few enough to be fetched and ordered here.
	narrow = 400
	// parts is into how many a part with too many is divided at once.
	parts = 16
)

// page is a part of an order: what comes at [lo, hi).
type page struct {
	lo, hi int
	filter string
	whole  bool // it is fetched as a whole and ordered here; else all of it has the same key or none, and the server orders it by title
	score  int
}

// stretch is a row of documents that are ordered along one axis, from the place at in the whole order on.
type stretch struct {
	filter    string
	at, total int
	score     int
	counted   []answer // how many come before the first bounds, when that has been asked
}

// divide gives the pages of a stretch that have something of [first, end). Counting finds the parts of the axis in which that lies, dividing
// makes them small.
func (r *reading) divide(s stretch, x axis, first, end int) ([]page, error) {
	if s.total <= narrow {
		return []page{{s.at, s.at + s.total, s.filter, true, s.score}}, nil
	}
	first, end = first-s.at, end-s.at
	bounds := slices.Clone(x.first)
	known := map[int64]int{} // how many come before a bound
	for i, a := range s.counted {
		known[bounds[i]] = a.total
	}
	if s.counted == nil {
		if err := r.countBelow(s.filter, x, bounds, known); err != nil {
			return nil, err
		}
	}
	for {
		var finer []int64
		for i := 1; i < len(bounds); i++ {
			lo, hi := bounds[i-1], bounds[i]
			if n := known[hi] - known[lo]; n > narrow && hi-lo > 1 && known[lo] < end && known[hi] > first {
				step := max((hi-lo)/parts, 1)
				for t := lo + step; t < hi; t += step {
					finer = append(finer, t)
				}
			}
		}
		if len(finer) == 0 {
			break
		}
		if err := r.countBelow(s.filter, x, finer, known); err != nil {
			return nil, err
		}
		bounds = append(bounds, finer...)
		slices.Sort(bounds)
	}
	var pages []page
	add := func(lo, hi int, whole bool, conditions ...string) {
		if hi > first && lo < end && hi > lo {
			pages = append(pages, page{s.at + lo, s.at + hi, and(append([]string{s.filter}, conditions...)...), whole, s.score})
		}
	}
	add(0, known[bounds[0]], true, x.below(bounds[0]))
	for i := 1; i < len(bounds); i++ {
		lo, hi := known[bounds[i-1]], known[bounds[i]]
		add(lo, hi, hi-lo <= narrow, x.below(bounds[i]), not(x.below(bounds[i-1])))
	}
	last := bounds[len(bounds)-1]
	add(known[last], s.total, false, not(x.below(last)))
	return pages, nil
}

// countBelow fills known with the counts of the bounds.
func (r *reading) countBelow(filter string, x axis, bounds []int64, known map[int64]int) error {
	var asks []ask
	for _, t := range bounds {
		asks = append(asks, ask{filter: and(filter, x.below(t))})
	}
	answers, err := r.ask(asks...)
	for i := range answers {
		known[bounds[i]] = answers[i].total
	}
	return err
}

// fetch gets the hits from first to end.
func (r *reading) fetch(pages []page, x axis, first, end int) ([]hit, error) {
	asks := make([]ask, len(pages))
	for i, pg := range pages {
		a := ask{filter: pg.filter, fields: slices.Concat(hitFields, []string{fieldOrder}, x.fields), sort: []string{fieldOrder + ":asc"}}
		if pg.whole {
			a.limit = pg.hi - pg.lo
		} else {
			a.offset = max(first-pg.lo, 0)
			a.limit = min(end, pg.hi) - pg.lo - a.offset
		}
		asks[i] = a
	}
	answers, err := r.ask(asks...)
	if err != nil {
		return nil, err
	}
	var hits []hit
	for i, pg := range pages {
		found := answers[i].hits
		if pg.whole {
			if found, err = inOrder(found, x); err != nil {
				return nil, err
			}
			found = found[min(max(first-pg.lo, 0), len(found)):min(max(end-pg.lo, 0), len(found))]
		}
		for _, h := range found {
			h[hitScore] = fmt.Append(nil, pg.score)
		}
		hits = append(hits, found...)
	}
	return hits, nil
}

func inOrder(hits []hit, x axis) ([]hit, error) {
	type keyed struct {
		hit
		key   float64
		order string
	}
	list := make([]keyed, len(hits))
	for i, h := range hits {
		key, err := x.key(h)
		if err != nil {
			return nil, err
		}
		order, err := field[string](h, fieldOrder)
		if err != nil {
			return nil, err
		}
		list[i] = keyed{h, key, order}
	}
	slices.SortFunc(list, func(a, b keyed) int { return cmp.Or(cmp.Compare(a.key, b.key), strings.Compare(a.order, b.order)) })
	for i := range list {
		hits[i] = list[i].hit
	}
	return hits, nil
}
