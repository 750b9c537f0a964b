package relevance_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fritidshub/catalog"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index"
	"fritidshub/index/analysis"
	"fritidshub/index/indextest"
)

const (
	volume = 100_000 // documents
	walked = 5_000   // hits that are looked at
)

// crowd is an index of fixtures among generated documents.
type crowd struct {
	engine    index.Engine
	fixtures  map[string]index.Document
	generated map[string]*index.Document
	tax       *taxonomy.Taxonomy
}

// TestLargeVolume asks the same queries among 100,000 documents.
//
// Among the fixtures alone nothing may change: a vocabulary of tens of thousands of words must not lead typos, compounds and prefixes
// elsewhere. And a generated document may only come before a required one when it is an honest match itself: of the same category, or with every word
// of the query, or another word for the same thing, as it is written.
func TestLargeVolume(t *testing.T) {
	if testing.Short() || raceOn {
		t.Skip("skipped with -short and with -race: builds an index of 100,000 documents")
	}
	sets := map[string]suite{"seen": half(t, "seen"), "unseen": half(t, "unseen")}
	ours := documents(t, sets["seen"].Docs)
	generated := indextest.Generate(volume-len(ours), 5)
	t.Run("ours", func(t *testing.T) {
		c := newCrowd(t, ours, generated)
		t.Run("seen", func(t *testing.T) { c.measure(t, sets["seen"], true) })
		t.Run("unseen", func(t *testing.T) { c.measure(t, sets["unseen"], *showUnseen) })
	})
	t.Run("examples", func(t *testing.T) {
		s := shared(t)
		c := newCrowd(t, documents(t, s.Docs), generated)
		c.measure(t, s, true)
	})
}

func newCrowd(t *testing.T, fixtures, generated []index.Document) *crowd {
	c := &crowd{fixtures: map[string]index.Document{}, generated: make(map[string]*index.Document, len(generated)), tax: builtIn(t)}
	for _, d := range fixtures {
		c.fixtures[d.ID] = d
	}
	for i := range generated {
		c.generated[generated[i].ID] = &generated[i]
	}
	half := len(generated) / 2
	c.engine = open(t, slices.Concat(generated[:half], fixtures, generated[half:]))
	return c
}

// What must hold among many: the shares of the queries that pass alone that pass among the fixtures still, and that have nothing before what they want that
// is no match; and how much of everything that is found may be no match.
const (
	leastAlone = 0.97
	leastAmong = 0.88
	mostWrong  = 0.25
)

func (c *crowd) measure(t *testing.T, s suite, show bool) {
	docs := documents(t, s.Docs)
	small, r := open(t, docs), newResident(t, docs)
	passed, alone, among, plain, hits, misses := 0, 0, 0, 0, 0, 0
	for _, q := range s.Queries {
		if _, result := r.find(t, small, index.Query{Limit: 20}, q.Q); !judge(q, result).strict {
			continue
		}
		passed++
		_, result := r.find(t, c.engine, index.Query{Limit: 20, Filters: map[index.Facet][]string{index.FacetSource: {sourceID}}}, q.Q)
		if v := judge(q, result); v.strict {
			alone++
		} else if show {
			t.Logf("among many, of the fixtures: %v", v)
		}
		asked, result := r.find(t, c.engine, index.Query{Limit: walked}, q.Q)
		before, honest, first := c.before(q, asked, result)
		if before == 0 {
			among++
		} else if show {
			t.Logf("%s %q: %d generated documents come before without being matches, the first %q", q.ID, q.Q, before, first)
		}
		if before+honest == 0 {
			plain++
		}
		wrong := c.wrong(q, asked, result)
		hits, misses = hits+len(result.Hits), misses+wrong
		if limit := q.MaxTotal + volume/1000; wrong > limit && show {
			t.Logf("%s %q: %d of %d hits are no matches", q.ID, q.Q, wrong, len(result.Hits))
		}
	}
	t.Logf("%.1f %% of %d hits are no matches", 100*float64(misses)/float64(hits), hits)
	t.Logf("of %d queries that pass alone: %d pass among the fixtures of %d documents, %d have nothing dishonest before what they want, %d no generated document at all",
		passed, alone, volume, among, plain)
	if float64(alone) < leastAlone*float64(passed) || float64(among) < leastAmong*float64(passed) || float64(misses) > mostWrong*float64(hits) {
		t.Errorf("the bars are %.2f among the fixtures, %.2f with nothing dishonest before, %.0f %% of hits that are no matches", leastAlone, leastAmong, 100*mostWrong)
	}
}

// before counts the generated documents that come before the last required one, by whether they match honestly, and gives
// the title of the first that does not. Where only the first three are asked for, what comes after the third is not held against it.
func (c *crowd) before(q query, asked index.Query, result index.Result) (dishonest, honest int, first string) {
	if len(q.MustTop3) == 0 {
		return 0, 0, ""
	}
	left := len(q.MustTop3)
	for _, h := range result.Hits {
		if slices.Contains(q.MustTop3, h.ID) {
			if left--; left == 0 {
				return dishonest, honest, first
			}
			continue
		}
		d := c.generated[h.ID]
		switch {
		case d == nil:
		case c.matches(d, q, asked):
			honest++
		default:
			if dishonest++; first == "" {
				first = d.Title
			}
		}
	}
	return dishonest + 1, honest, fmt.Sprintf("%s (%d required ones are not among the first %d)", first, left, walked)
}

// wrong counts the generated documents among the hits that do not match honestly.
func (c *crowd) wrong(q query, asked index.Query, result index.Result) int {
	n := 0
	for _, h := range result.Hits {
		if d := c.generated[h.ID]; d != nil && !c.matches(d, q, asked) {
			n++
		}
	}
	return n
}

// neighbours are categories of which one is as good as the other for whoever searches.
var neighbours = map[string]string{"swimming": "waterpark"}

// matches reports whether a generated document is an honest match for a query.
func (c *crowd) matches(d *index.Document, q query, asked index.Query) bool {
	for _, id := range q.MustTop3 {
		for _, category := range c.fixtures[id].Categories {
			if len(c.tax.Ancestors(category)) > 0 && (slices.Contains(d.Categories, category) || slices.Contains(d.Categories, neighbours[category])) {
				return true
			}
		}
	}
	text := strings.ToLower(strings.Join([]string{d.Title, strings.Join(d.Keywords, " "), strings.Join(d.Labels, " "), strings.Join(d.Synonyms, " "), d.Organizer, d.Place, d.Summary,
		d.Description}, " "))
	if d.Free == catalog.Yes {
		text += " gratis free"
	}
	folded, spelt := analysis.Fold(text), analysis.SpellOut(text)
	in := func(word analysis.Token) bool {
		return strings.Contains(folded, word.Folded) || strings.Contains(spelt, word.Folded)
	}
	words := analysis.Query(asked.Text)
	has := make([]bool, len(words))
	for w, word := range words {
		has[w] = in(word)
	}
	for _, a := range analysis.BuiltInSynonyms().Alternatives(words) {
		if a.Same && !slices.ContainsFunc(a.Words, func(word analysis.Token) bool { return !in(word) }) {
			for w := a.From; w < a.To; w++ {
				has[w] = true
			}
		}
	}
	return !slices.Contains(has, false)
}
