package memory

import (
	"cmp"
	"math"
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
			plain = sn.countPlain(p, parts, lent)
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
		jointly := p.jointly && ofSlots(f)
		counts := lent.numbers.lend(len(sn.values[f].names))
		clear(counts)
		for i := range parts {
			if jointly {
				p.countSlots(&parts[i], f, counts, lent)
				continue
			}
			hits := &parts[i].hits
			if p.filters[f] != nil {
				set := lent.set(parts[i].seg.n)
				copy(set, parts[i].base)
				for other, theirs := range parts[i].sets {
					if other != f && theirs != nil {
						set.and(theirs)
					}
				}
				hits = &selection{set: set, count: set.count()}
			}
			if hits.count > 0 {
				parts[i].seg.facets[f].count(hits, counts, lent)
			}
		}
		state(name, int(counts[0]))
		result[name] = ordered(&sn.values[f], counts, p.Filters[name], p.FacetLimit)
	}
	return result, none
}

// countPlain makes the counts of an unfiltered query and keeps them.
func (sn *snapshot) countPlain(p *plan, parts []part, lent *scratch) *plainCounts {
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
		for f, counts := range s.countAll(&parts[i].hits, lent).facets {
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

// countAll counts all facets of a selection. What is known of the set that was counted last is gone on from.
func (s *segment) countAll(hits *selection, lent *scratch) *counted {
	known, now := s.counted.Load(), &counted{}
	if known != nil {
		come, gone := selection{set: lent.set(s.n)}, selection{set: lent.set(s.n)}
		for i, w := range hits.set {
			come.set[i], gone.set[i] = w&^known.set[i], known.set[i]&^w
		}
		come.count, gone.count = come.set.count(), gone.set.count()
		if come.count+gone.count == 0 {
			return known
		}
		if come.count+gone.count > s.n/recount {
			known = nil
		} else {
			for f := range s.facets {
				now.facets[f] = slices.Clone(known.facets[f])
				s.facets[f].add(come.list(lent), now.facets[f], 1, lent)
				s.facets[f].add(gone.list(lent), now.facets[f], ^uint32(0), lent) // one less
			}
		}
	}
	if known == nil {
		for f := range s.facets {
			now.facets[f] = make([]uint32, s.facets[f].top+1)
			s.facets[f].count(hits, now.facets[f], lent)
		}
	}
	now.set = slices.Clone(hits.set)
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
	b, least := best[tally]{most: cmp.Or(max(limit, 0), len(counts))}, tally{count: leastOf(counts, limit), begin: math.MaxUint64}
	for code, n := range counts {
		if n < least.count || n == least.count && v.begins[code] > least.begin {
			continue
		}
		if b.add(tally{n, v.begins[code], v.names[code]}); len(b.heap) == limit {
			least = b.heap[0]
		}
	}
	slices.SortFunc(b.heap, tally.compare)
	list = slices.Grow(list, len(b.heap))
	chosen := len(list)
	for _, t := range b.heap {
		list = append(list, index.Count{Value: t.name, Count: int(t.count)})
	}
	if chosen > 0 {
		slices.SortFunc(list, func(a, b index.Count) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
		})
	}
	return list
}

// leastOf is a count, at least 1, that the limit highest have surely.
func leastOf(counts []uint32, limit int) uint32 {
	if limit <= 0 || len(counts) < 4*limit {
		return 1
	}
	var having [256]int // as many, or more
	for _, n := range counts {
		if n > 1 {
			having[min(n, uint32(len(having)-1))]++
		}
	}
	least := uint32(len(having) - 1)
	for enough := having[least]; enough < limit && least > 1; enough += having[least] {
		least--
	}
	return least
}

// tally is a value and its count; the most frequent comes first.
type tally struct {
	count uint32
	begin uint64 // as in values
	name  string
}

func (t tally) before(o tally) bool { return t.compare(o) < 0 } //nolint:unused // best asks it

func (t tally) compare(o tally) int {
	if t.count != o.count {
		return cmp.Compare(o.count, t.count)
	}
	if t.begin != o.begin {
		return cmp.Compare(t.begin, o.begin)
	}
	return strings.Compare(t.name, o.name)
}
