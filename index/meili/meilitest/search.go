package meilitest

import (
	"cmp"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// query is one search of a multi-search.
type query struct {
	IndexUID             string           `json:"indexUid"`
	Q                    string           `json:"q"`
	Filter               any              `json:"filter"`
	Facets               []string         `json:"facets"`
	Sort                 []string         `json:"sort"`
	AttributesToRetrieve []string         `json:"attributesToRetrieve"`
	MatchingStrategy     string           `json:"matchingStrategy"`
	Offset               *int             `json:"offset"`
	Limit                *int             `json:"limit"`
	Page                 *int             `json:"page"`
	HitsPerPage          *int             `json:"hitsPerPage"`
	ShowRankingScore     bool             `json:"showRankingScore"`
	Hybrid               *json.RawMessage `json:"hybrid"`
}

func (s *Server) multiSearch(body []byte) (int, any, *fault) {
	var in struct {
		Queries []query `json:"queries"`
	}
	if f := strict(body, &in); f != nil {
		return 0, nil, f
	}
	results := []any{}
	for _, q := range in.Queries {
		s.mu.Lock() // for each of its own: what is written meanwhile is seen by the rest
		x := s.indexes[q.IndexUID]
		var out map[string]any
		f := noIndex(q.IndexUID)
		if x != nil {
			out, f = x.search(&q)
		}
		s.mu.Unlock()
		if f != nil {
			return 0, nil, f
		}
		out["indexUid"], out["query"], out["processingTimeMs"] = q.IndexUID, q.Q, s.SearchMs
		results = append(results, out)
	}
	return 200, map[string]any{"results": results}, nil
}

// match is a document that a query finds, and how well.
type match struct {
	*document
	typos, attribute, inexact int
}

func (x *catalogue) search(q *query) (map[string]any, *fault) {
	pass, f := x.filterOf(q.Filter)
	if f != nil {
		return nil, f
	}
	found, f := x.matching(q, pass)
	if f != nil {
		return nil, f
	}
	if f := x.order(found, q.Sort, q.HitsPerPage == nil || *q.HitsPerPage > 0); f != nil {
		return nil, f
	}
	facets, f := x.distribution(found, q.Facets)
	if f != nil {
		return nil, f
	}
	out := map[string]any{}
	total := min(len(found), x.settings.Pagination.MaxTotalHits)
	offset, limit := 0, 20
	if q.Page != nil || q.HitsPerPage != nil {
		page := 1
		if q.HitsPerPage != nil {
			limit = *q.HitsPerPage
		}
		if q.Page != nil {
			page = *q.Page
		}
		pages := 0
		if limit > 0 {
			pages = (total + limit - 1) / limit
		}
		if offset = (page - 1) * limit; page == 0 {
			limit = 0
		}
		out["page"], out["hitsPerPage"], out["totalPages"], out["totalHits"] = page, limit, pages, total
	} else {
		if q.Offset != nil {
			offset = *q.Offset
		}
		if q.Limit != nil {
			limit = *q.Limit
		}
		out["offset"], out["limit"], out["estimatedTotalHits"] = offset, limit, total
	}
	if offset < 0 || limit < 0 {
		return nil, bad("invalid_search_offset", "negative")
	}
	hits := []any{}
	for _, m := range found[min(offset, total):min(offset+limit, total)] {
		hits = append(hits, x.show(m, q))
	}
	out["hits"] = hits
	if q.Facets != nil {
		out["facetDistribution"], out["facetStats"] = facets, map[string]any{}
	}
	return out, nil
}

// show gives the attributes of a hit that are asked for and may be seen.
func (x *catalogue) show(m match, q *query) map[string]any {
	all := func(list []string) bool { return list == nil || slices.Contains(list, "*") }
	hit := map[string]any{}
	for name, value := range m.fields {
		if (all(x.settings.DisplayedAttributes) || slices.Contains(x.settings.DisplayedAttributes, name)) &&
			(all(q.AttributesToRetrieve) || slices.Contains(q.AttributesToRetrieve, name)) {
			hit[name] = value
		}
	}
	if q.ShowRankingScore {
		score := 1 - (float64(m.typos)*1e4+float64(m.attribute)*1e2+float64(m.inexact))/1e7
		hit["_rankingScore"] = max(score, 0)
	}
	return hit
}

// maxWords is how many words of a query count.
const maxWords = 10

// matching finds the documents that have every word, the last one also as a beginning, with typing errors as the settings allow.
func (x *catalogue) matching(q *query, pass set) ([]match, *fault) {
	switch q.MatchingStrategy {
	case "all":
	default:
		return nil, bad("invalid_search_matching_strategy", "this stand-in knows only the strategy all, not `%s`", q.MatchingStrategy)
	}
	if strings.Contains(q.Q, `"`) {
		return nil, bad("bad_request", "this stand-in knows no phrases")
	}
	words := split(q.Q)
	if len(words) == 0 {
		var all []match
		for slot, d := range x.slots {
			if pass == nil || pass.has(slot) {
				all = append(all, match{document: d})
			}
		}
		return all, nil
	}
	words = words[:min(len(words), maxWords)]
	var found map[*document]match
	for i, w := range words {
		having := x.having(w, i == len(words)-1 && !strings.HasSuffix(q.Q, " "))
		if found == nil {
			found = having
			continue
		}
		for d, m := range found {
			if more, both := having[d]; both {
				found[d] = match{d, m.typos + more.typos, m.attribute + more.attribute, m.inexact + more.inexact}
			} else {
				delete(found, d)
			}
		}
	}
	maps.DeleteFunc(found, func(d *document, _ match) bool { return pass != nil && !pass.has(d.slot) })
	return slices.Collect(maps.Values(found)), nil
}

// having finds the documents with a word.
func (x *catalogue) having(word string, begun bool) map[*document]match {
	budget := x.budget(word)
	found := map[*document]match{}
	for w, in := range x.vocabulary() {
		typos, inexact := 0, 0
		switch {
		case w == word:
		case begun && strings.HasPrefix(w, word):
			inexact = 1
		case budget > 0:
			if typos = distance(word, w, budget+1); typos > budget {
				continue
			}
			inexact = 1
		default:
			continue
		}
		for d, at := range in {
			m := match{d, typos, at[0].attribute, inexact}
			for _, place := range at {
				m.attribute = min(m.attribute, place.attribute)
			}
			if old, has := found[d]; !has || better(m, old) < 0 {
				found[d] = m
			}
		}
	}
	return found
}

// budget is how many typing errors a word may have.
func (x *catalogue) budget(word string) int {
	t := x.settings.TypoTolerance
	letters := utf8.RuneCountInString(word)
	switch {
	case !t.Enabled || slices.Contains(t.DisableOnWords, word) || t.DisableOnNumbers && strings.Trim(word, "0123456789") == "":
		return 0
	case letters >= t.MinWordSize["twoTypos"]:
		return 2
	case letters >= t.MinWordSize["oneTypo"]:
		return 1
	}
	return 0
}

func better(a, b match) int {
	return cmp.Or(cmp.Compare(a.typos, b.typos), cmp.Compare(a.attribute, b.attribute), cmp.Compare(a.inexact, b.inexact))
}

// order sorts by the ranking rules. Words and proximity do not tell matches apart here, as all have all words.
func (x *catalogue) order(found []match, sort []string, shown bool) *fault {
	var rules []func(a, b match) int
	for _, s := range sort {
		name, way, ok := strings.Cut(s, ":")
		if !ok || way != "asc" && way != "desc" {
			return bad("invalid_search_sort", "Invalid syntax for the sort parameter: `%s`.", s)
		}
		if !slices.Contains(x.settings.SortableAttributes, name) {
			return bad("invalid_search_sort", "Attribute `%s` is not sortable.", name)
		}
		rules = append(rules, byAttribute(name, way))
	}
	sorting := rules
	rules = nil
	for _, rule := range x.settings.RankingRules {
		switch rule {
		case "words", "proximity":
		case "sort":
			rules = append(rules, sorting...)
		case "typo":
			rules = append(rules, func(a, b match) int { return cmp.Compare(a.typos, b.typos) })
		case "attribute":
			rules = append(rules, func(a, b match) int { return cmp.Compare(a.attribute, b.attribute) })
		case "exactness":
			rules = append(rules, func(a, b match) int { return cmp.Compare(a.inexact, b.inexact) })
		default:
			name, way, _ := strings.Cut(rule, ":")
			rules = append(rules, byAttribute(name, way))
		}
	}
	if !shown {
		return nil
	}
	slices.SortFunc(found, func(a, b match) int {
		for _, rule := range rules {
			if c := rule(a, b); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.number, b.number)
	})
	return nil
}

// byAttribute orders numbers before texts, the least value of an array counts for asc and the greatest for desc, and documents without
// a value come last either way.
func byAttribute(name, way string) func(a, b match) int {
	sign := 1
	if way == "desc" {
		sign = -1
	}
	rank := func(m match) (int, float64, string) {
		f := m.facets[name]
		switch {
		case len(f.numbers) > 0 && sign > 0:
			return 0, slices.Min(f.numbers), ""
		case len(f.numbers) > 0:
			return 0, slices.Max(f.numbers), ""
		case len(f.texts) > 0 && sign > 0:
			return 1, 0, slices.Min(f.texts)
		case len(f.texts) > 0:
			return 1, 0, slices.Max(f.texts)
		}
		return 2, 0, ""
	}
	return func(a, b match) int {
		ka, na, ta := rank(a)
		kb, nb, tb := rank(b)
		return cmp.Or(cmp.Compare(ka, kb), sign*cmp.Compare(na, nb), sign*strings.Compare(ta, tb))
	}
}

// distribution counts the values of facets, at most as many as the settings say.
func (x *catalogue) distribution(found []match, names []string) (map[string]map[string]int, *fault) {
	all := map[string]map[string]int{}
	for _, name := range names {
		if !slices.Contains(x.settings.FilterableAttributes, name) {
			return nil, bad("invalid_search_facets", "Invalid facet distribution: Attribute `%s` is not filterable.", name)
		}
		counts, spelt := map[string]int{}, map[string]string{}
		for _, m := range found {
			f := m.facets[name]
			seen := map[string]bool{}
			for i, v := range f.texts {
				if !seen[v] {
					seen[v] = true
					counts[v]++
					spelt[v] = f.original[i]
				}
			}
		}
		values := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
			if x.settings.Faceting.SortFacetValuesBy["*"] == "count" && counts[a] != counts[b] {
				return cmp.Compare(counts[b], counts[a])
			}
			return -strings.Compare(a, b)
		})
		all[name] = map[string]int{}
		for _, v := range values[:min(len(values), x.settings.Faceting.MaxValuesPerFacet)] {
			all[name][spelt[v]] = counts[v]
		}
	}
	return all, nil
}

// distance counts typing errors, one in the first letter twice; what is more than most is told as most.
func distance(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if math.Abs(float64(len(x)-len(y))) >= float64(most) {
		return most
	}
	grid := make([][]int, len(x)+1)
	for i := range grid {
		grid[i] = make([]int, len(y)+1)
		grid[i][0] = i
	}
	for j := range grid[0] {
		grid[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			grid[i][j] = min(grid[i-1][j]+1, grid[i][j-1]+1, grid[i-1][j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				grid[i][j] = min(grid[i][j], grid[i-2][j-2]+1)
			}
		}
	}
	n := grid[len(x)][len(y)]
	if n > 0 && x[0] != y[0] {
		n++
	}
	return min(n, most)
}
