package meili

import (
	"cmp"
	"slices"
	"strings"
)

const (
	// narrow is how many documents of a part of an axis are few enough to be fetched and ordered here.
	narrow = 400
	// parts is into how many a part with too many is divided at once.
	parts = 16
)

// along gives the page's hits in the order of an axis. Counting finds the parts of the axis in which the page lies, dividing makes them
// small, and what is in them is fetched and ordered here.
func (r *reading) along(p *plan, total int, counted []answer) ([]hit, error) {
	x, filter := p.axis(), p.filter("")
	first, end := p.skip, min(p.skip+p.Limit, total)
	bounds := slices.Clone(x.first)
	known := map[int64]int{} // how many come before a bound
	for i, t := range x.first {
		known[t] = counted[i].total
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
		if err := r.countBelow(filter, x, finer, known); err != nil {
			return nil, err
		}
		bounds = append(bounds, finer...)
		slices.Sort(bounds)
	}
	var pages []page
	add := func(lo, hi int, conditions ...string) {
		if hi > first && lo < end && hi > lo {
			pages = append(pages, page{lo, hi, and(append([]string{filter}, conditions...)...)})
		}
	}
	add(0, known[bounds[0]], x.below(bounds[0]))
	for i := 1; i < len(bounds); i++ {
		add(known[bounds[i-1]], known[bounds[i]], x.below(bounds[i]), not(x.below(bounds[i-1])))
	}
	last := bounds[len(bounds)-1]
	add(known[last], total, not(x.below(last)))
	return r.fetch(pages, x, first, end, known[bounds[0]], known[last])
}

// page is a part of an axis: what comes at [lo, hi) of the order.
type page struct {
	lo, hi int
	filter string
}

// fetch gets the hits from first to end. Those of a part with many, which then have all the same value or none, are ordered by the
// server, save those before began, which cannot be divided.
func (r *reading) fetch(pages []page, x axis, first, end, began, last int) ([]hit, error) {
	asks := make([]ask, len(pages))
	whole := make([]bool, len(pages))
	for i, pg := range pages {
		a := ask{filter: pg.filter, fields: slices.Concat(hitFields, []string{fieldOrder}, x.fields), sort: []string{fieldOrder + ":asc"}}
		if whole[i] = pg.hi <= began || pg.hi-pg.lo <= narrow && pg.lo < last; whole[i] {
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
		if whole[i] {
			if found, err = inOrder(found, x); err != nil {
				return nil, err
			}
			found = found[min(max(first-pg.lo, 0), len(found)):min(max(end-pg.lo, 0), len(found))]
		}
		hits = append(hits, found...)
	}
	return hits, nil
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
