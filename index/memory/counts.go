package memory

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"fritidshub/index"
)

// plainCounts are the facet counts of everything that is not over, for as long as nothing else ends: from before until.
type plainCounts struct {
	from, until uint32
	limit       int // as in index.Query.FacetLimit
	facets      [numFacets][]index.Count
	none        [numFacets]int // documents without a value
}

// counted are the facet counts of a set of one segment's documents.
type counted struct {
	set    bitset
	facets [numFacets][]uint32
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
		if plain == nil || p.from < plain.from || p.from >= plain.until || plain.limit != p.FacetLimit {
			plain = sn.countPlain(p, parts)
		}
		for _, name := range p.Facets {
			f := slices.Index(facets, name)
			state(name, plain.none[f])
			result[name] = slices.Clone(plain.facets[f])
		}
		return result, none
	}
	for _, name := range p.Facets {
		f := slices.Index(facets, name)
		counts := lent.counts(len(sn.values[f].names))
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
	plain := &plainCounts{until: never, limit: p.FacetLimit}
	var sums [numFacets][]uint32
	for f := range facets {
		sums[f] = make([]uint32, len(sn.values[f].names))
	}
	for i := range parts {
		s := parts[i].seg
		ended := s.ended(p.from)
		if ended > 0 {
			plain.from = max(plain.from, s.ends[s.byEnd[ended-1]])
		}
		if ended < len(s.byEnd) {
			plain.until = min(plain.until, s.ends[s.byEnd[ended]])
		}
		for f, counts := range s.countAll(parts[i].hits, parts[i].count).facets {
			for code, n := range counts {
				sums[f][code] += n
			}
		}
	}
	for f := range facets {
		plain.none[f] = int(sums[f][0])
		plain.facets[f] = ordered(&sn.values[f], sums[f], nil, p.FacetLimit)
	}
	sn.plain.Store(plain)
	return plain
}

// recount: when more than this part of a segment has come or gone since its documents were counted, they are counted anew.
const recount = 8

// countAll counts all facets of a set of hits documents. What is known of the set that was counted last is gone on from.
func (s *segment) countAll(set bitset, hits int) *counted {
	known, now := s.counted.Load(), &counted{}
	differ := 0
	if known != nil {
		for i, w := range set {
			differ += bits.OnesCount64(w ^ known.set[i])
		}
		if differ == 0 {
			return known
		}
	}
	if known == nil || differ > s.n/recount {
		for f := range s.facets {
			now.facets[f] = make([]uint32, s.facets[f].top+1)
			s.facets[f].count(set, hits, now.facets[f])
		}
	} else {
		come, gone := newBitset(s.n), newBitset(s.n)
		for i, w := range set {
			come[i], gone[i] = w&^known.set[i], known.set[i]&^w
		}
		for f := range s.facets {
			now.facets[f] = slices.Clone(known.facets[f])
			s.facets[f].add(come, now.facets[f], 1)
			s.facets[f].add(gone, now.facets[f], ^uint32(0)) // one less
		}
	}
	now.set = slices.Clone(set)
	s.counted.Store(now)
	return now
}

// ordered lists the values that were counted and those that are selected, at most limit (0: all) of the others. It changes counts.
func ordered(v *values, counts []uint32, selected []string, limit int) []index.Count {
	var list []index.Count
	for _, value := range selected {
		if !slices.ContainsFunc(list, func(c index.Count) bool { return c.Value == value }) {
			n := uint32(0)
			if code := v.code(value); code != 0 {
				n, counts[code] = counts[code], 0
			}
			list = append(list, index.Count{Value: value, Count: int(n), Selected: true})
		}
	}
	counts[0] = 0
	b, least := best[tally]{most: cmp.Or(max(limit, 0), len(counts))}, uint32(1)
	for code, n := range counts {
		if n >= least {
			if b.add(tally{n, uint32(code), v}); len(b.heap) == limit {
				least = b.heap[0].count
			}
		}
	}
	slices.SortFunc(b.heap, tally.compare)
	list = slices.Grow(list, len(b.heap))
	chosen := len(list)
	for _, t := range b.heap {
		list = append(list, index.Count{Value: v.names[t.code], Count: int(t.count)})
	}
	if chosen > 0 {
		slices.SortFunc(list, func(a, b index.Count) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
		})
	}
	return list
}

// tally is a value and its count; the most frequent comes first.
type tally struct {
	count, code uint32
	values      *values
}

func (t tally) before(o tally) bool { return t.compare(o) < 0 } //nolint:unused // best asks it

func (t tally) compare(o tally) int {
	if t.count != o.count {
		return cmp.Compare(o.count, t.count)
	}
	if a, b := t.values.begins[t.code], o.values.begins[o.code]; a != b {
		return cmp.Compare(a, b)
	}
	return strings.Compare(t.values.names[t.code], o.values.names[o.code])
}
