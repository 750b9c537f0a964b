package memory

import (
	"context"
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
	nothing bool // the text has no words, or the time is empty: nothing is found
	filters [numFacets]*filter
	from    uint32
	to      uint32 // never: no bound
	centre  [3]float64
	after   *position
	skip    int
	limit   int
	jointly bool
}

type filter struct{ codes []uint32 }

// part is what a query finds in one segment.
type part struct {
	seg    *segment
	base   bitset // what passes all but the facets' filters
	sets   [numFacets]bitset
	hits   selection
	words  []answer     // by word of the query
	slots  *slotSets    // what plan.slotsIn gives, when the plan is joint
	scores *[256]uint32 // by weight, when there is one word
}

func (sn *snapshot) plan(q *index.Query) (*plan, error) {
	p := &plan{Query: q, to: never, limit: max(q.Limit, 0)}
	if strings.TrimSpace(q.Text) != "" {
		p.words = analysis.Query(q.Text)
		p.nothing = len(p.words) == 0
	}
	var err error
	if p.sort, err = q.Order(len(p.words) > 0); err != nil {
		return nil, err
	}
	for name, values := range q.Filters {
		f := slices.Index(facets, name)
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
	from := q.From
	if from.IsZero() {
		from = q.Now
	}
	p.from = second(from.Unix())
	if !q.To.IsZero() {
		p.to = second(q.To.Unix())
		p.nothing = p.nothing || p.to <= p.from
	}
	if q.Near != nil {
		p.centre = onSphere(*q.Near)
	}
	if p.after, err = p.position(q.After); err != nil {
		return nil, err
	}
	if p.after == nil {
		p.skip = max(q.Offset, 0)
	}
	p.jointly = p.joint() && !p.nothing
	return p, nil
}

// unfiltered reports whether the query finds everything that is not over.
func (p *plan) unfiltered() bool {
	q := p.Query
	return len(p.words) == 0 && !p.nothing && q.Silent == "" && p.filters == [numFacets]*filter{} && q.Age == nil && !q.Free && q.MaxPrice == nil &&
		p.to == never && !(q.Near != nil && q.Radius > 0) && q.BBox == nil
}

func (sn *snapshot) search(ctx context.Context, q *index.Query, book *wordbook) (index.Result, error) {
	p, err := sn.plan(q)
	if err != nil {
		return index.Result{}, err
	}
	lent := scratches.Get().(*scratch)
	defer lent.release()
	parts := make([]part, len(sn.views))
	result := index.Result{Change: sn.change}
	for i := range sn.views {
		if err := ctx.Err(); err != nil {
			return index.Result{}, err
		}
		pt := &parts[i]
		*pt = part{seg: sn.views[i].seg, base: lent.set(sn.views[i].seg.n)}
		pt.seg.notOver(p.from, pt.base)
		if dead := sn.views[i].dead; dead != nil {
			pt.base.andNot(dead)
		}
	}
	if len(p.words) > 0 {
		newFinder(sn, p, parts, lent, book).read()
	}
	for i := range parts {
		if err := ctx.Err(); err != nil {
			return index.Result{}, err
		}
		p.run(&parts[i], lent)
		result.Total += parts[i].hits.count
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
		if result.Without, err = sn.totals(ctx, q, index.Drops(q), book); err != nil {
			return index.Result{}, err
		}
	}
	if q.Unstated {
		if result.Unstated, err = sn.totals(ctx, q, index.Silences(q), book); err != nil {
			return index.Result{}, err
		}
	}
	return result, nil
}

// run finds the query's documents in one segment, of which base holds those that are not over and have the words.
func (p *plan) run(pt *part, lent *scratch) {
	s, set, q := pt.seg, pt.base, p.Query
	if p.nothing {
		clear(set)
		pt.hits.set = set
		return
	}
	if q.Free {
		set.and(s.free)
	}
	if q.Age != nil {
		s.admit(set, *q.Age)
	}
	if q.MaxPrice != nil {
		most := int32(min(max(int64(*q.MaxPrice), -1), notStated-1))
		set.keep(func(d uint32) bool { return s.price[d] <= most })
	}
	if q.BBox != nil {
		s.inBox(set, q.BBox, lent)
	}
	if q.Near != nil && q.Radius > 0 {
		s.within(set, *q.Near, p.centre, q.Radius, lent)
	}
	if p.to != never {
		s.between(set, p.from, p.to, lent)
	}
	if p.jointly {
		pt.slots = p.slotsIn(s, set, lent)
	}
	if q.Silent != "" {
		p.keepSilent(pt, set, lent)
	}
	pt.hits.set = set
	if p.filters != [numFacets]*filter{} {
		pt.hits.set = lent.set(s.n)
		copy(pt.hits.set, set)
	}
	if mask, filtered := q.Slots(""); p.jointly && filtered {
		pt.sets[weekdayFacet] = pt.slots.union(mask, lent.set(s.n)) // stands for both
		pt.hits.set.and(pt.sets[weekdayFacet])
	}
	for f, filter := range p.filters {
		if filter == nil || ofSlots(f) {
			continue
		}
		pt.sets[f] = lent.set(s.n)
		s.facets[f].find(filter.codes, pt.sets[f])
		pt.hits.set.and(pt.sets[f])
	}
	pt.hits.count = pt.hits.set.count()
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

// totals counts what each change of a query would find.
func (sn *snapshot) totals(ctx context.Context, q *index.Query, changes map[string]func(*index.Query), book *wordbook) (map[string]int, error) {
	counts := make(map[string]int, len(changes))
	for name, change := range changes {
		other := q.Bare()
		change(&other)
		r, err := sn.search(ctx, &other, book)
		if err != nil {
			return nil, err
		}
		counts[name] = r.Total
	}
	return counts, nil
}
