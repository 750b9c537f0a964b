package memory

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"fritidshub/index"
	"fritidshub/index/analysis"
)

// plan is a query brought into the engine's terms.
type plan struct {
	*index.Query
	sort    index.Sort
	words   []analysis.Token
	nothing bool // the text has no words: nothing is found
	filters [numFacets]*filter
	from    uint32
	to      uint32 // never: no bound
	centre  [3]float64
	after   *position
	skip    int
	limit   int
}

type filter struct{ codes []uint32 }

// part is what a query finds in one segment.
type part struct {
	seg   *segment
	base  bitset // what passes all but the facets' filters
	sets  [numFacets]bitset
	hits  bitset
	count int
	words []match
}

type match struct {
	weights []byte
	rarity  uint32
}

func (p *part) score(d uint32) uint32 {
	sum := uint32(0)
	for _, w := range p.words {
		sum += uint32(w.weights[d]) * w.rarity
	}
	return sum
}

func (sn *snapshot) plan(q *index.Query) (*plan, error) {
	p := &plan{Query: q, sort: q.Sort, to: never, limit: max(q.Limit, 0)}
	if strings.TrimSpace(q.Text) != "" {
		p.words = analysis.Query(q.Text)
		p.nothing = len(p.words) == 0
	}
	if p.sort == "" || p.sort == index.SortRelevance {
		p.sort = index.SortRelevance
		if len(p.words) == 0 {
			p.sort = index.SortStart
		}
	}
	switch p.sort {
	case index.SortRelevance, index.SortStart, index.SortUpdated, index.SortPrice, index.SortTitle:
	case index.SortDistance:
		if q.Near == nil {
			return nil, fmt.Errorf("index: sorting by distance needs a position")
		}
	default:
		return nil, fmt.Errorf("index: unknown order %q", p.sort)
	}
	for name, values := range q.Filters {
		f := slices.Index(facets, name)
		if f < 0 {
			return nil, fmt.Errorf("index: unknown facet %q", name)
		}
		if len(values) == 0 {
			continue
		}
		p.filters[f] = &filter{}
		for _, v := range values {
			if code := sn.values[f].code(v); code != 0 {
				p.filters[f].codes = append(p.filters[f].codes, code)
			}
		}
	}
	for _, name := range q.Facets {
		if !slices.Contains(facets, name) {
			return nil, fmt.Errorf("index: unknown facet %q", name)
		}
	}
	from := q.From
	if from.IsZero() {
		from = q.Now
	}
	p.from = second(from.Unix())
	if !q.To.IsZero() {
		p.to = second(q.To.Unix())
	}
	if q.Near != nil {
		p.centre = onSphere(*q.Near)
	}
	var err error
	if p.after, err = p.position(q.After); err != nil {
		return nil, err
	}
	if p.after == nil {
		p.skip = max(q.Offset, 0)
	}
	return p, nil
}

// unfiltered reports whether the query finds everything that is not over.
func (p *plan) unfiltered() bool {
	q := p.Query
	return len(p.words) == 0 && !p.nothing && p.filters == [numFacets]*filter{} && q.Age == nil && !q.Free && q.MaxPrice == nil &&
		p.to == never && !(q.Near != nil && q.Radius > 0) && q.BBox == nil
}

func (sn *snapshot) search(ctx context.Context, q *index.Query) (index.Result, error) {
	p, err := sn.plan(q)
	if err != nil {
		return index.Result{}, err
	}
	lent := scratches.Get().(*scratch)
	defer lent.release()
	parts := make([]part, len(sn.views))
	rarities, candidates := sn.words(p)
	result := index.Result{Change: sn.change}
	for i := range sn.views {
		if err := ctx.Err(); err != nil {
			return index.Result{}, err
		}
		pt := &parts[i]
		*pt = part{seg: sn.views[i].seg, base: lent.set(sn.views[i].seg.n)}
		for w := range p.words {
			pt.words = append(pt.words, match{lent.zeros(pt.seg.n), rarities[w]})
		}
		p.run(pt, sn.views[i].dead, candidates[i], lent)
		result.Total += pt.count
	}
	if len(q.Facets) > 0 {
		result.Facets, result.NotStated = sn.facetCounts(p, parts, lent)
	}
	if p.limit > 0 {
		hits := p.collect(parts, lent)
		if len(hits) > p.limit {
			hits = hits[:p.limit]
			last := hits[p.limit-1]
			result.Next = p.cursor(last.entry, last.part.seg)
		}
		for _, h := range hits {
			result.Hits = append(result.Hits, p.hit(h))
		}
	}
	if q.Without && result.Total == 0 {
		if result.Without, err = sn.without(ctx, q); err != nil {
			return index.Result{}, err
		}
	}
	return result, nil
}

// words gives how rare each word of the query is, and by segment and word the terms that fit it.
func (sn *snapshot) words(p *plan) (rarities []uint32, candidates [][][]candidate) {
	candidates = make([][][]candidate, len(sn.views))
	for w, word := range p.words {
		whole, begun := 0, 0
		for i := range sn.views {
			found, a, b := sn.views[i].seg.words.candidates(word, w == len(p.words)-1)
			candidates[i] = append(candidates[i], found)
			whole, begun = whole+a, begun+b
		}
		if whole == 0 {
			whole = begun
		}
		rarities = append(rarities, rarity(sn.live, whole))
	}
	return rarities, candidates
}

// run finds the query's documents in one segment.
func (p *plan) run(pt *part, dead bitset, candidates [][]candidate, lent *scratch) {
	s, set, q := pt.seg, pt.base, p.Query
	if p.nothing {
		clear(set)
		pt.hits = set
		return
	}
	s.notOver(p.from, set)
	if dead != nil {
		set.andNot(dead)
	}
	for w, found := range candidates {
		having := lent.set(s.n)
		s.words.match(found, having, pt.words[w].weights)
		set.and(having)
	}
	if q.Free {
		set.and(s.free)
	}
	if q.Age != nil {
		age := int16(min(max(*q.Age, 0), math.MaxInt16-1))
		set.keep(func(d uint32) bool { return s.ageMin[d] <= age && age <= s.ageMax[d] })
	}
	if q.MaxPrice != nil {
		most := int32(min(max(int64(*q.MaxPrice), -1), notStated-1))
		set.keep(func(d uint32) bool { return s.price[d] <= most })
	}
	if q.BBox != nil {
		s.inBox(set, q.BBox)
	}
	if q.Near != nil && q.Radius > 0 {
		s.within(set, p.centre, q.Radius)
	}
	if p.to != never {
		s.between(set, p.from, p.to, lent)
	}
	pt.hits = set
	if p.filters != [numFacets]*filter{} {
		pt.hits = lent.set(s.n)
		copy(pt.hits, set)
	}
	for f, filter := range p.filters {
		if filter == nil {
			continue
		}
		pt.sets[f] = lent.set(s.n)
		s.facets[f].find(filter.codes, pt.sets[f])
		pt.hits.and(pt.sets[f])
	}
	pt.count = pt.hits.count()
}

func (p *plan) hit(f found) index.Hit {
	h := index.Hit{ID: string(f.part.seg.ids.at(f.doc)), Score: float64(f.part.score(f.doc))}
	if p.Near != nil {
		if far := chord2(f.part.seg.pos[f.doc], p.centre); far >= 0 {
			km := kilometres(far)
			h.Distance = &km
		}
	}
	return h
}

// without counts what each filter alone keeps from being found.
func (sn *snapshot) without(ctx context.Context, q *index.Query) (map[string]int, error) {
	counts := map[string]int{}
	for name, drop := range index.Drops(q) {
		less := *q
		drop(&less)
		less.Limit, less.Facets, less.Without, less.After = 0, nil, false, nil
		if less.Sort == index.SortDistance {
			less.Sort = index.SortTitle
		}
		r, err := sn.search(ctx, &less)
		if err != nil {
			return nil, err
		}
		counts[name] = r.Total
	}
	return counts, nil
}
