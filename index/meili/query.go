package meili

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"fritidshub/index"
	"fritidshub/index/analysis"
)

// plan is a query brought into Meilisearch's terms.
type plan struct {
	*index.Query
	sort   index.Sort
	from   int64
	skip   int
	words  []analysis.Token
	filled []string // conditions that are always there, the text's apart
	facets map[index.Facet]string

	meant   []meaning // of the words, once they are understood
	text    string    // the filter that they come to
	lacking bool      // which admits listings that lack a word
}

// nothing is a filter that no document passes.
const nothing = fieldMeta + ` = "nothing"`

func newPlan(q *index.Query) (*plan, error) {
	p := &plan{Query: q, from: q.Now.Unix(), facets: map[index.Facet]string{}}
	if !q.From.IsZero() {
		p.from = q.From.Unix()
	}
	text := strings.TrimSpace(q.Text) != ""
	if text {
		if p.words = analysis.Query(q.Text); len(p.words) == 0 {
			p.filled = append(p.filled, nothing)
		}
	}
	var err error
	if p.sort, err = q.Order(len(p.words) > 0); err != nil {
		return nil, err
	}
	for f, values := range q.Filters {
		if len(values) > 0 && !ofSlots(f) {
			accepted := make([]string, len(values))
			for i, v := range values {
				accepted[i] = encode(v)
			}
			p.facets[f] = in(string(f), accepted)
		}
	}
	p.filled = append(p.filled, conditions(q, p.from)...)
	if q.Silent != "" {
		p.filled = append(p.filled, p.silent())
	}
	if c := q.After; c != nil {
		if c.Key != cursorKey(p.sort) || c.Offset <= 0 || c.ID == "" {
			return nil, fmt.Errorf("%w: it is not of the order %s", index.ErrCursor, p.sort)
		}
		p.skip = c.Offset
	} else {
		p.skip = max(q.Offset, 0)
	}
	return p, nil
}

func cursorKey(s index.Sort) string { return "meili " + string(s) }

// conditions are those of a query without its text and its facets.
func conditions(q *index.Query, from int64) []string {
	all := []string{compare(fieldEnds, ">", from)} // only listings have it
	if !q.To.IsZero() {
		all = append(all, during(from, q.To.Unix()))
	}
	if q.Age != nil {
		age := int64(min(max(*q.Age, 1-maxAge), maxAge-1))
		all = append(all, compare(fieldAgeMin, "<=", age), compare(fieldAgeMax, ">=", age))
	}
	if q.Free {
		all = append(all, fieldFree+" = true")
	}
	if q.MaxPrice != nil {
		all = append(all, compare(fieldPrice, "<=", min(max(int64(*q.MaxPrice), -never), never-1)))
	}
	if q.Near != nil && q.Radius > 0 {
		all = append(all, within(q, min(q.Radius*1000, farthest)))
	}
	if b := q.BBox; b != nil {
		if b.South > b.North {
			return append(all, nothing)
		}
		lat, lng := func(v float64) string { return number(min(max(v, -90), 90)) }, func(v float64) string { return number(min(max(v, -180), 180)) }
		all = append(all, fmt.Sprintf("_geoBoundingBox([%s, %s], [%s, %s])", lat(b.North), lng(b.East), lat(b.South), lng(b.West)))
	}
	return all
}

// during admits what has an occurrence or validity in [from, to). One comparison with an array holds for any of its values, two of them
// need not hold for the same one: so an occurrence either starts in the range, which is one comparison, or goes on when it begins.
func during(from, to int64) string {
	if to <= from {
		return nothing
	}
	return or(
		between(fieldStarts, from, to-1), running(from),
		"("+compare(fieldValidFrom, "<", to)+" AND "+compare(fieldValidThrough, ">", from)+")")
}

func running(t int64) string { return in(fieldRunning, cellsAt(t)) }

// farthest is in metres more than two places are apart.
const farthest = 20_100_000

func within(q *index.Query, metres float64) string {
	return fmt.Sprintf("_geoRadius(%s, %s, %s)", number(q.Near.Lat), number(q.Near.Lon), number(metres))
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func compare(field, operator string, value int64) string {
	return field + " " + operator + " " + strconv.FormatInt(value, 10)
}

// between includes both ends.
func between(field string, from, to int64) string {
	return fmt.Sprintf("%s %d TO %d", field, from, to)
}

// in takes values that encode has made.
func in(field string, values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	return field + " IN [" + strings.Join(quoted, ", ") + "]"
}

var escaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func quote(value string) string { return `"` + escaper.Replace(value) + `"` }

func or(conditions ...string) string { return "(" + strings.Join(conditions, " OR ") + ")" }

func and(conditions ...string) string { return strings.Join(conditions, " AND ") }

func not(condition string) string { return "NOT " + condition }

// filter is the whole filter of the query, without that of the facet except, unless it is "".
func (p *plan) filter(except index.Facet) string {
	all := slices.Clone(p.filled)
	if p.text != "" {
		all = append(all, p.text)
	}
	for _, f := range index.Facets() {
		if condition := p.facets[f]; condition != "" && f != except {
			all = append(all, condition)
		}
	}
	if slots, filtered := p.Slots(except); filtered {
		all = append(all, p.inSlots(slots))
	}
	return and(all...)
}

// axis is an order of which Meilisearch can only tell what comes before a value: it is answered by counting and narrowing.
type axis struct {
	below  func(t int64) string // admits what comes before t
	first  []int64              // where to count first, ascending; all that have a value at all come before the last
	key    func(h hit) (float64, error)
	fields []string // which key needs
}

func (p *plan) axis() axis {
	if p.sort == index.SortDistance {
		return p.byDistance()
	}
	return p.byStart()
}

// byStart orders by the start of the first occurrence that goes on at from. What goes on then comes first, and cannot be narrowed.
func (p *plan) byStart() axis {
	const hour = 3600
	x := axis{fields: []string{fieldStarts, fieldUntil}}
	for _, ahead := range []int64{0, hour, 3 * hour, 12 * hour, 24 * hour, 72 * hour, 168 * hour, 31 * 24 * hour, 400 * 24 * hour} {
		x.first = append(x.first, p.from+ahead)
	}
	x.first = append(x.first, never)
	x.below = func(t int64) string {
		if t <= p.from {
			return running(p.from)
		}
		return or(running(p.from), between(fieldStarts, p.from, t-1))
	}
	x.key = func(h hit) (float64, error) {
		starts, err := field[[]int64](h, fieldStarts)
		if err != nil {
			return 0, err
		}
		until, err := field[[]int64](h, fieldUntil)
		if err != nil || len(until) != len(starts) {
			return 0, fmt.Errorf("times of a document: %w", err)
		}
		for i := range starts {
			if until[i] > p.from {
				return float64(starts[i]), nil
			}
		}
		return math.Inf(1), nil
	}
	return x
}

// byDistance orders by the exact distance: Meilisearch's own order by it takes places less than a metre apart for the same.
func (p *plan) byDistance() axis {
	x := axis{fields: []string{"_geo"}}
	for _, km := range []int64{0, 1, 3, 10, 30, 100, 300, 1000, 5000} {
		x.first = append(x.first, km*1000*perMetre)
	}
	x.first = append(x.first, farthest*perMetre)
	x.below = func(t int64) string { return within(p.Query, float64(t)/perMetre) }
	x.key = func(h hit) (float64, error) {
		at, err := position(h)
		if err != nil || at == nil {
			return math.Inf(1), err
		}
		return distance(*p.Near, *at), nil
	}
	return x
}

// perMetre is how fine distances are told apart by counting.
const perMetre = 100
