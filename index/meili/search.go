package meili

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fritidshub/index"
)

// place is where the index stands: what the document of fieldMeta says.
type place struct {
	change, build int64
	part          int64 // of a batch that has begun to come; 0: all of it is there
	model         string
}

// errMoved says that a change came between two parts of one answer.
var errMoved = errors.New("meilisearch: the index changes too fast for a whole answer")

// attempts is how often an answer is begun anew because of a change.
const attempts = 25

// Search implements index.Engine. Any error, ErrPartial too, means that the answer is to come from elsewhere.
func (e *Engine) Search(ctx context.Context, q index.Query) (index.Result, error) {
	if err := ctx.Err(); err != nil {
		return index.Result{}, err
	}
	p, err := newPlan(&q)
	if err != nil {
		return index.Result{}, err
	}
	for range attempts {
		var r index.Result
		again := *p // what its words mean may change with the index
		r, err = (&reading{Engine: e, ctx: ctx}).result(&again)
		if !errors.Is(err, errMoved) {
			return r, err
		}
	}
	return index.Result{}, err
}

// reading is one answer in the making. All its parts are of the same state of the index: each request asks for the position before
// and after everything else.
type reading struct {
	*Engine
	ctx context.Context
	at  *place
}

var askPlace = ask{filter: fieldMeta + ` = "position"`, fields: []string{fieldChange, fieldBuild, fieldPart, fieldModel}, limit: 1}

func (r *reading) ask(asks ...ask) ([]answer, error) {
	answers, err := r.server.search(r.ctx, r.uid, slices.Concat([]ask{askPlace}, asks, []ask{askPlace}))
	if err != nil {
		return nil, err
	}
	for _, a := range []answer{answers[0], answers[len(answers)-1]} {
		at, err := placeOf(a)
		switch {
		case err != nil:
			return nil, err
		case at == nil || at.model != r.model:
			return nil, ErrOutdated
		case r.at == nil:
			r.at = at
		case *at != *r.at:
			return nil, errMoved
		}
	}
	return answers[1 : len(answers)-1], nil
}

func placeOf(a answer) (*place, error) {
	if len(a.hits) == 0 {
		return nil, nil
	}
	change, err1 := field[int64](a.hits[0], fieldChange)
	build, err2 := field[int64](a.hits[0], fieldBuild)
	part, err3 := field[int64](a.hits[0], fieldPart)
	model, err4 := field[string](a.hits[0], fieldModel)
	return &place{change, build, part, model}, errors.Join(err1, err2, err3, err4)
}

// result puts an answer together. When the text is understood, one request counts, and brings the hits where the server can order them.
func (r *reading) result(p *plan) (index.Result, error) {
	if err := r.understand(p); err != nil {
		return index.Result{}, err
	}
	singly := func(f index.Facet) bool { return ofSlots(f) && p.joint() }
	asks := []ask{{filter: p.filter(""), facets: p.counted(func(f index.Facet) bool { return p.facets[f] == "" && !singly(f) })}}
	apart := map[index.Facet]int{} // those that are filtered by are counted without their own filter
	for _, f := range p.Facets {
		switch {
		case singly(f):
			apart[f] = len(asks)
			asks = append(asks, p.slotAsks(f)...)
		case p.facets[f] != "":
			apart[f] = len(asks)
			asks = append(asks, ask{filter: p.filter(f), facets: []string{string(f), fieldNone}})
		}
	}
	ordered := len(asks)
	asks = append(asks, p.served()...)
	answers, err := r.ask(asks...)
	if err != nil {
		return index.Result{}, err
	}
	total := answers[0].total
	result := index.Result{Total: total, Change: r.at.change}
	if len(p.Facets) > 0 {
		result.Facets, result.NotStated = map[index.Facet][]index.Count{}, map[index.Facet]int{}
		for _, f := range p.Facets {
			from := answers[apart[f]]
			counted, none := from.facets[string(f)], from.facets[fieldNone][string(f)]
			if singly(f) {
				counted, none = slotCounts(f, answers[apart[f]:])
			}
			result.Facets[f] = counts(counted, p.Filters[f], p.FacetLimit)
			if none > 0 {
				result.NotStated[f] = none
			}
		}
	}
	if p.Limit > 0 && total > p.skip {
		hits, err := r.hits(p, total, answers[ordered:])
		if err != nil {
			return index.Result{}, err
		}
		if err := p.finish(&result, hits); err != nil {
			return index.Result{}, err
		}
	}
	if p.Without && total == 0 {
		if result.Without, err = r.totals(p, index.Drops(p.Query)); err != nil {
			return index.Result{}, err
		}
	}
	if p.Unstated {
		result.Unstated, err = r.totals(p, index.Silences(p.Query))
	}
	return result, err
}

func (p *plan) counted(wanted func(index.Facet) bool) []string {
	var names []string
	for _, f := range p.Facets {
		if wanted(f) {
			names = append(names, string(f))
		}
	}
	if len(names) > 0 {
		names = append(names, fieldNone)
	}
	return names
}

// served asks for the hits in an order that Meilisearch knows; of the others, for how many come before the first bounds.
func (p *plan) served() []ask {
	if p.Limit <= 0 {
		return nil
	}
	a := ask{filter: p.filter(""), fields: hitFields, offset: p.skip, limit: p.Limit}
	switch p.sort {
	case index.SortTitle:
		a.sort = []string{fieldOrder + ":asc"}
	case index.SortPrice:
		a.sort = []string{fieldPrice + ":asc", fieldOrder + ":asc"}
	case index.SortUpdated:
		a.sort = []string{fieldUpdated + ":desc", fieldOrder + ":asc"}
	case index.SortRelevance:
		var asks []ask
		for _, bucket := range p.buckets() {
			asks = append(asks, ask{filter: and(a.filter, bucket)})
		}
		return asks
	case index.SortStart, index.SortDistance:
		x := p.axis()
		var asks []ask
		for _, t := range x.first {
			asks = append(asks, ask{filter: and(a.filter, x.below(t))})
		}
		return asks
	}
	return []ask{a}
}

// hitScore is the attribute under which the score of a hit is noted, highest first.
const hitScore = "_bucket"

var hitFields = []string{fieldListing, "_geo"}

// hits are the page's.
func (r *reading) hits(p *plan, total int, served []answer) ([]hit, error) {
	if p.sort != index.SortStart && p.sort != index.SortDistance && p.sort != index.SortRelevance {
		return served[0].hits, nil
	}
	first, end := p.skip, min(p.skip+p.Limit, total)
	row := []stretch{{filter: p.filter(""), total: total, counted: served}}
	if p.sort == index.SortRelevance {
		row = p.ranked(total, served)
	}
	x := p.axis()
	var all []page
	for _, s := range row {
		if s.total > 0 && s.at < end && s.at+s.total > first {
			pages, err := r.divide(s, x, first, end)
			if err != nil {
				return nil, err
			}
			all = append(all, pages...)
		}
	}
	return r.fetch(all, x, first, end)
}

// ranked gives the buckets as stretches, each ordered by who starts soonest.
func (p *plan) ranked(total int, served []answer) []stretch {
	filter, before, at := p.filter(""), "", 0
	var row []stretch
	add := func(bucket string, end int) {
		s := stretch{filter: filter, at: at, total: end - at, score: len(served) + 1 - len(row)}
		if bucket != "" {
			s.filter = and(s.filter, bucket)
		}
		if before != "" {
			s.filter = and(s.filter, not(before))
		}
		row, before, at = append(row, s), bucket, end
	}
	for i, bucket := range p.buckets() {
		add(bucket, served[i].total)
	}
	add("", total)
	return row
}

// finish turns the hits into those of the result.
func (p *plan) finish(result *index.Result, hits []hit) error {
	for _, h := range hits {
		id, err := field[string](h, fieldListing)
		if err != nil || id == "" {
			return fmt.Errorf("meilisearch: a hit without its listing: %w", err)
		}
		out := index.Hit{ID: id}
		if out.Score, err = field[float64](h, hitScore); err != nil {
			return err
		}
		if p.Near != nil {
			at, err := position(h)
			if err != nil {
				return err
			}
			if at != nil {
				km := distance(*p.Near, *at)
				out.Distance = &km
			}
		}
		result.Hits = append(result.Hits, out)
	}
	if end := p.skip + len(hits); len(hits) > 0 && end < result.Total {
		result.Next = &index.Cursor{Key: cursorKey(p.sort), ID: result.Hits[len(hits)-1].ID, Offset: end}
	}
	return nil
}

// counts lists the values that were counted and those that are selected, at most limit (0: all) of the others.
func counts(counted map[string]int, selected []string, limit int) []index.Count {
	order := func(a, b index.Count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	}
	var chosen, rest []index.Count
	for _, v := range selected {
		if !slices.ContainsFunc(chosen, func(c index.Count) bool { return c.Value == v }) {
			chosen = append(chosen, index.Count{Value: v, Count: counted[encode(v)], Selected: true})
		}
	}
	for v, n := range counted {
		if value := decode(v); !slices.Contains(selected, value) {
			rest = append(rest, index.Count{Value: value, Count: n})
		}
	}
	slices.SortFunc(rest, order)
	if limit > 0 {
		rest = rest[:min(limit, len(rest))]
	}
	list := append(chosen, rest...)
	slices.SortFunc(list, order)
	return list
}

// totals counts what each change of a query would find.
func (r *reading) totals(p *plan, changes map[string]func(*index.Query)) (map[string]int, error) {
	var names []string
	var asks []ask
	for name, change := range changes {
		other := p.Bare()
		change(&other)
		lp, err := newPlan(&other)
		if err != nil {
			return nil, err
		}
		if len(lp.words) > 0 && lp.from == p.from {
			lp.meant, lp.text, lp.lacking = p.meant, p.text, p.lacking
		}
		if err := r.understand(lp); err != nil {
			return nil, err
		}
		names, asks = append(names, name), append(asks, ask{filter: lp.filter("")})
	}
	out := map[string]int{}
	if len(asks) == 0 {
		return out, nil
	}
	answers, err := r.ask(asks...)
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		out[name] = answers[i].total
	}
	return out, nil
}
