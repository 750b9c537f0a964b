package indextest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"fritidshub/catalog"
	"fritidshub/index"
	"fritidshub/index/analysis"
)

// oracle answers queries by looking at every document, as package index says it, with no thought of speed.
type oracle struct {
	docs  map[string]index.Document
	words map[string]spelt // of the documents that have been asked for theirs
	found map[string]idSet // what has been found, by text and time

}

func newOracle() *oracle {
	return &oracle{map[string]index.Document{}, map[string]spelt{}, map[string]idSet{}}
}

func (o *oracle) apply(b index.Batch) {
	clear(o.found)
	for _, d := range b.Upserts {
		o.docs[d.ID] = d
		delete(o.words, d.ID)
	}
	for _, id := range b.Deletes {
		delete(o.docs, id)
	}
}

// answer is everything that matches, in order. When the order is by relevance, which is each engine's own, it is by title.
type answer struct {
	hits     []index.Document
	facets   map[index.Facet][]index.Count
	none     map[index.Facet]int
	without  map[string]int
	unstated map[string]int
}

func (o *oracle) search(q index.Query) answer {
	a := answer{hits: o.matching(q), facets: map[index.Facet][]index.Count{}, none: map[index.Facet]int{}}
	slices.SortFunc(a.hits, func(x, y index.Document) int {
		return cmp.Or(
			cmp.Compare(sortKey(q, x), sortKey(q, y)),
			strings.Compare(analysis.SortKey(x.Title), analysis.SortKey(y.Title)),
			strings.Compare(x.ID, y.ID))
	})
	for _, f := range q.Facets {
		others := q
		others.Filters = map[index.Facet][]string{}
		for name, values := range q.Filters {
			if name != f {
				others.Filters[name] = values
			}
		}
		docs := o.matching(others)
		a.facets[f] = counts(others, f, docs, q.Filters[f])
		for _, d := range docs {
			if len(facetValues(others, f, d)) == 0 {
				a.none[f]++
			}
		}
	}
	if q.Without && len(a.hits) == 0 {
		a.without = map[string]int{}
		for name, drop := range index.Drops(&q) {
			less := q
			drop(&less)
			a.without[name] = len(o.matching(less))
		}
	}
	if q.Unstated {
		a.unstated = map[string]int{}
		for name, only := range index.Silences(&q) {
			less := q
			only(&less)
			a.unstated[name] = len(o.matching(less))
		}
	}
	return a
}

func counts(others index.Query, f index.Facet, docs []index.Document, selected []string) []index.Count {
	tally := map[string]int{}
	for _, v := range selected {
		tally[v] = 0
	}
	for _, d := range docs {
		for _, v := range facetValues(others, f, d) {
			tally[v]++
		}
	}
	list := []index.Count{}
	for v, n := range tally {
		list = append(list, index.Count{Value: v, Count: n, Selected: slices.Contains(selected, v)})
	}
	slices.SortFunc(list, func(a, b index.Count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	})
	return list
}

// facetValues are the values of a facet that d has in answer to q.
func facetValues(q index.Query, f index.Facet, d index.Document) []string {
	fact := map[catalog.Fact][]string{catalog.Yes: {"true"}, catalog.No: {"false"}}
	values := map[index.Facet][]string{
		index.FacetKind: {d.Kind}, index.FacetCategory: d.Categories, index.FacetMunicipality: {d.Municipality},
		index.FacetOrganizer: {d.OrganizerID}, index.FacetPlace: {d.PlaceID}, index.FacetSource: d.Sources, index.FacetScheme: d.Schemes,
		index.FacetAccessibility: d.Accessibility, index.FacetLanguage: {d.Language}, index.FacetWeekday: slotValues(q, f, d),
		index.FacetTime: slotValues(q, f, d), index.FacetStatus: {d.Status}, index.FacetNeighbourhood: {d.Neighbourhood}, index.FacetLowThreshold: fact[d.LowThreshold],
		index.FacetEquipmentLoan: fact[d.EquipmentLoan],
	}[f]
	values = slices.Clone(values)
	slices.Sort(values)
	return slices.DeleteFunc(slices.Compact(values), func(v string) bool { return v == "" })
}

// slotValues are the weekdays or times of the day of the occurrences that are in the range and pass the filter of the other of the two.
func slotValues(q index.Query, f index.Facet, d index.Document) (values []string) {
	other := index.FacetTime
	if f == other {
		other = index.FacetWeekday
	}
	for slot := range index.NumSlots {
		is := func(f index.Facet) []string { return (index.Slots(1) << slot).Values(f) }
		if inRange(q, d)&(1<<slot) == 0 || len(q.Filters[other]) > 0 && !slices.ContainsFunc(is(other), func(v string) bool { return slices.Contains(q.Filters[other], v) }) {
			continue
		}
		values = append(values, is(f)...)
	}
	return values
}

// inRange are the slots of the occurrences that the range of q asks for.
func inRange(q index.Query, d index.Document) (slots index.Slots) {
	if q.To.IsZero() {
		return d.Slots
	}
	if d.Standing {
		return 0
	}
	running := slices.IndexFunc(d.Spans, func(s index.Span) bool { return goesOn(s, from(q)) })
	for i, s := range d.Spans {
		if s.Start < q.To.Unix() && (s.Start >= from(q) || i == running) {
			slots |= 1 << s.Slot
		}
	}
	return slots
}

func silent(q index.Query, d index.Document) bool {
	switch q.Silent {
	case "":
		return true
	case index.AspectAge:
		return d.AgeMin == nil && d.AgeMax == nil
	case index.AspectPrice:
		return d.PriceMin == nil && d.Free == catalog.NotStated
	}
	return len(facetValues(q, q.Silent, d)) == 0
}

func (o *oracle) matching(q index.Query) []index.Document {
	var found []index.Document
	answers := o.answers(q)
	for _, d := range o.docs {
		if answers != nil && !answers[d.ID] {
			continue
		}
		if inTime(q, d) && forPeople(q, d) && inPlace(q, d) && passes(q, d) && silent(q, d) {
			found = append(found, d)
		}
	}
	return found
}

// answers gives the documents that answer the text, nil when there is none.
func (o *oracle) answers(q index.Query) idSet {
	if strings.TrimSpace(q.Text) == "" {
		return nil
	}
	key := fmt.Sprint(from(q), " ", q.Text)
	if o.found[key] == nil {
		current := map[string]spelt{}
		for id, d := range o.docs {
			if d.Ends == 0 || d.Ends > from(q) {
				current[id] = o.wordsOf(d)
			}
		}
		o.found[key] = answering(current, analysis.Query(q.Text))
	}
	return o.found[key]
}

func passes(q index.Query, d index.Document) bool {
	for f, accepted := range q.Filters {
		if len(accepted) > 0 && !slices.ContainsFunc(facetValues(q, f, d), func(v string) bool { return slices.Contains(accepted, v) }) {
			return false
		}
	}
	return true
}

func forPeople(q index.Query, d index.Document) bool {
	if q.Age != nil && (d.AgeMin != nil && *q.Age < *d.AgeMin || d.AgeMax != nil && *q.Age > *d.AgeMax) {
		return false
	}
	if q.Free && d.Free != catalog.Yes {
		return false
	}
	if q.MaxPrice != nil {
		price, stated := lowestPrice(d)
		return stated && price <= *q.MaxPrice
	}
	return true
}

func lowestPrice(d index.Document) (catalog.Money, bool) {
	switch {
	case d.Free == catalog.Yes:
		return 0, true
	case d.PriceMin != nil:
		return *d.PriceMin, true
	}
	return 0, false
}

func from(q index.Query) int64 {
	if q.From.IsZero() {
		return q.Now.Unix()
	}
	return q.From.Unix()
}

func inTime(q index.Query, d index.Document) bool {
	from := from(q)
	if d.Ends != 0 && d.Ends <= from {
		return false
	}
	if q.To.IsZero() {
		return true
	}
	to := q.To.Unix()
	if to <= from {
		return false
	}
	if d.Standing {
		return d.ValidFrom < to && (d.ValidThrough == 0 || d.ValidThrough > from)
	}
	return slices.ContainsFunc(d.Spans, func(s index.Span) bool { return s.Start < to && goesOn(s, from) })
}

// goesOn: a span is half-open, a moment goes on at its own time.
func goesOn(s index.Span, t int64) bool { return s.End > t || s.End == s.Start && s.Start == t }

func inPlace(q index.Query, d index.Document) bool {
	if q.Near != nil && q.Radius > 0 && (d.Geo == nil || haversine(*q.Near, *d.Geo) > q.Radius) {
		return false
	}
	if b := q.BBox; b != nil {
		if d.Geo == nil || d.Geo.Lat < b.South || d.Geo.Lat > b.North {
			return false
		}
		if b.West <= b.East {
			return d.Geo.Lon >= b.West && d.Geo.Lon <= b.East
		}
		return d.Geo.Lon >= b.West || d.Geo.Lon <= b.East
	}
	return true
}

// haversine is the great-circle distance in km.
func haversine(a, b catalog.Point) float64 {
	rad := math.Pi / 180
	dLat, dLon := (b.Lat-a.Lat)*rad, (b.Lon-a.Lon)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * 6371.0088 * math.Asin(math.Min(1, math.Sqrt(h)))
}

// order is the order that a query asks for, said or not.
func order(q index.Query) index.Sort {
	switch {
	case q.Sort != "" && q.Sort != index.SortRelevance:
		return q.Sort
	case strings.TrimSpace(q.Text) == "":
		return index.SortStart
	}
	return index.SortRelevance
}

func sortKey(q index.Query, d index.Document) float64 {
	switch order(q) {
	case index.SortStart:
		for _, s := range d.Spans {
			if !d.Standing && goesOn(s, from(q)) {
				return float64(s.Start)
			}
		}
		return math.Inf(1)
	case index.SortDistance:
		if d.Geo == nil {
			return math.Inf(1)
		}
		return haversine(*q.Near, *d.Geo)
	case index.SortUpdated:
		return -float64(d.Updated)
	case index.SortPrice:
		if price, stated := lowestPrice(d); stated {
			return float64(price)
		}
		return math.Inf(1)
	}
	return 0
}
