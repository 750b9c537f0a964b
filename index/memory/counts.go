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
				parts[i].seg.countFacet(f, hits, counts, lent)
			}
		}
		state(name, int(counts[0]))
		result[name] = ordered(&sn.values[f], counts, p.Filters[name], p.FacetLimit, lent)
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
		plain.facets[f] = ordered(&sn.values[f], sums[f], nil, p.FacetLimit, lent)
	}
	sn.plain.Store(plain)
	return plain
}

// delta is what a selection has beyond the set that was counted last, and what it lacks of it.
type delta struct {
	from       *counted
	come, gone selection
}

// since is nil when nothing has been counted yet.
func (s *segment) since(hits *selection, lent *scratch) *delta {
	from := s.counted.Load()
	if from == nil {
		return nil
	}
	d := &delta{from: from, come: selection{set: lent.set(s.n)}, gone: selection{set: lent.set(s.n)}}
	for i, w := range hits.set {
		d.come.set[i], d.gone.set[i] = w&^from.set[i], from.set[i]&^w
	}
	d.come.count, d.gone.count = d.come.set.count(), d.gone.set.count()
	return d
}

func (d *delta) size() int { return d.come.count + d.gone.count }

// count adds the values of one of the segment's facets to counts.
func (d *delta) count(s *segment, f int, counts []uint32, lent *scratch) {
	for code, n := range d.from.facets[f] {
		counts[code] += n
	}
	if d.come.count > 0 {
		s.facets[f].count(&d.come, counts, lent)
	}
	if d.gone.count > 0 {
		gone := lent.numbers.lend(int(s.facets[f].top) + 1)
		clear(gone)
		s.facets[f].count(&d.gone, gone, lent)
		for code, n := range gone {
			counts[code] -= n
		}
	}
}

// countFacet adds the values of a facet of a selection to counts. Of a selection that is most of what was counted last, what it lacks is counted.
func (s *segment) countFacet(f int, hits *selection, counts []uint32, lent *scratch) {
	if hits.apart == nil && hits.count > s.n/2 {
		hits.apart = s.since(hits, lent)
	}
	if hits.apart != nil && hits.apart.size() < hits.count {
		hits.apart.count(s, f, counts, lent)
		return
	}
	s.facets[f].count(hits, counts, lent)
}

// recount: when more than this part of a segment has come or gone since its documents were counted, they are counted anew.
const recount = 8

// countAll counts all facets of a selection. What is known of the set that was counted last is gone on from.
func (s *segment) countAll(hits *selection, lent *scratch) *counted {
	now, apart := &counted{}, s.since(hits, lent)
	if apart != nil && apart.size() == 0 {
		return apart.from
	}
	near := apart != nil && apart.size() <= s.n/recount
	for f := range s.facets {
		now.facets[f] = make([]uint32, s.facets[f].top+1)
		if near {
			apart.count(s, f, now.facets[f], lent)
		} else {
			s.facets[f].count(hits, now.facets[f], lent)
		}
	}
	now.set = slices.Clone(hits.set)
	s.counted.Store(now)
	return now
}

// ordered lists the values that were counted and those that are selected, at most limit (0: all) of the others. It changes counts.
func ordered(v *values, counts []uint32, selected []string, limit int, lent *scratch) []index.Count {
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
	least := leastOf(counts, limit)
	keys := lent.words.lend(len(counts))[:0] // a higher count, then a lower code
	for code, n := range counts {
		if n >= least {
			keys = append(keys, uint64(^n)<<32|uint64(code))
		}
	}
	slices.Sort(keys)
	most := len(keys)
	if limit > 0 {
		most = min(most, limit)
	}
	chosen := len(list)
	list = slices.Grow(list, most)
	first := best[name]{heap: make([]name, 0, most)}
	for from := 0; from < most; {
		n, to := uint32(keys[from]>>32), from+1
		for to < len(keys) && uint32(keys[to]>>32) == n {
			to++
		}
		if code := uint32(keys[from]); to == from+1 {
			list = append(list, index.Count{Value: v.names[code], Count: int(^n)})
			from = to
			continue
		}
		first.most, first.heap = min(to, most)-from, first.heap[:0]
		for _, key := range keys[from:to] {
			first.add(name{v.begins[uint32(key)], v.names[uint32(key)]})
		}
		slices.SortFunc(first.heap, name.compare)
		for _, value := range first.heap {
			list = append(list, index.Count{Value: value.whole, Count: int(^n)})
		}
		from = to
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

// name is a value with its first eight bytes, as in values.
type name struct {
	begin uint64
	whole string
}

func (n name) before(o name) bool { //nolint:unused // best asks it
	return n.begin < o.begin || n.begin == o.begin && n.whole < o.whole
}

func (n name) compare(o name) int {
	return cmp.Or(cmp.Compare(n.begin, o.begin), strings.Compare(n.whole, o.whole))
}
