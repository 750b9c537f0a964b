package memory

import (
	"cmp"
	"slices"
	"strings"

	"fritidshub/index"
)

// plainCounts are the facet counts of everything that is not over, for as long as nothing else ends: from before until.
type plainCounts struct {
	from, until uint32
	facets      [numFacets][]index.Count
	none        [numFacets]int // documents without a value
}

// facetCounts counts the values of the wanted facets, each without its own filter, and the documents that have none.
func (sn *snapshot) facetCounts(p *plan, parts []part, lent *scratch) (result map[index.Facet][]index.Count, none map[index.Facet]int) {
	result, none = make(map[index.Facet][]index.Count, len(p.Facets)), map[index.Facet]int{}
	state := func(name index.Facet, n int) {
		if n > 0 {
			none[name] = n
		}
	}
	if p.unfiltered() {
		plain := sn.plain.Load()
		if plain == nil || p.from < plain.from || p.from >= plain.until {
			plain = sn.countPlain(p, parts)
		}
		for _, name := range p.Facets {
			f := slices.Index(facets, name)
			counts := plain.facets[f]
			state(name, plain.none[f])
			if p.FacetLimit > 0 && len(counts) > p.FacetLimit {
				counts = counts[:p.FacetLimit]
			}
			result[name] = slices.Clone(counts)
		}
		return result, none
	}
	for _, name := range p.Facets {
		f := slices.Index(facets, name)
		counts := make([]uint32, len(sn.values[f].names))
		for i := range parts {
			set, hits := parts[i].hits, parts[i].count
			if p.filters[f] != nil {
				set = lent.set(parts[i].seg.n)
				copy(set, parts[i].base)
				for other, theirs := range parts[i].sets {
					if other != f && theirs != nil {
						set.and(theirs)
					}
				}
				hits = set.count()
			}
			if hits > 0 {
				parts[i].seg.facets[f].count(set, hits, counts)
			}
		}
		state(name, int(counts[0]))
		result[name] = ordered(&sn.values[f], counts, p.Filters[name], p.FacetLimit)
	}
	return result, none
}

// countPlain makes the counts of an unfiltered query and keeps them.
func (sn *snapshot) countPlain(p *plan, parts []part) *plainCounts {
	plain := &plainCounts{until: never}
	for i := range parts {
		s := parts[i].seg
		ended := s.ended(p.from)
		if ended > 0 {
			plain.from = max(plain.from, s.ends[s.byEnd[ended-1]])
		}
		if ended < len(s.byEnd) {
			plain.until = min(plain.until, s.ends[s.byEnd[ended]])
		}
	}
	for f := range facets {
		counts := make([]uint32, len(sn.values[f].names))
		for i := range parts {
			parts[i].seg.facets[f].count(parts[i].hits, parts[i].count, counts)
		}
		plain.none[f] = int(counts[0])
		plain.facets[f] = ordered(&sn.values[f], counts, nil, 0)
	}
	sn.plain.Store(plain)
	return plain
}

// ordered lists the values that were counted and those that are selected, at most limit (0: all) of the others.
func ordered(v *values, counts []uint32, selected []string, limit int) []index.Count {
	var list []index.Count
	for _, value := range selected {
		if !slices.ContainsFunc(list, func(c index.Count) bool { return c.Value == value }) {
			n := uint32(0)
			if code, known := v.codes[value]; known && code != 0 {
				n, counts[code] = counts[code], 0
			}
			list = append(list, index.Count{Value: value, Count: int(n), Selected: true})
		}
	}
	counts[0] = 0
	least := uint32(1)
	if limit > 0 && len(counts) > 4*limit {
		least = nthLargest(counts, limit)
	}
	chosen := list
	for code, n := range counts {
		if n >= least {
			list = append(list, index.Count{Value: v.names[code], Count: int(n)})
		}
	}
	order := func(a, b index.Count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	}
	rest := list[len(chosen):]
	slices.SortFunc(rest, order)
	if limit > 0 && len(rest) > limit {
		list = list[:len(chosen)+limit]
	}
	slices.SortFunc(list, order)
	return list
}

// nthLargest is the nth largest count, at least 1.
func nthLargest(counts []uint32, n int) uint32 {
	sorted := slices.Clone(counts)
	slices.Sort(sorted)
	return max(sorted[max(len(sorted)-n, 0)], 1)
}
