package relevance_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"fritidshub/index"
	"fritidshub/index/memory"
)

// showUnseen lists the failures of the unseen half too. Whoever changes the search must not use it.
var showUnseen = flag.Bool("show-unseen", false, "list failing queries of the unseen half")

// bars are the least shares of queries that pass, overall, and in each kind of query.
type bars struct{ strict, recall, kind float64 }

// open makes the embedded engine, filled.
func open(t testing.TB, docs []index.Document) index.Engine {
	t.Helper()
	e := memory.New()
	t.Cleanup(func() { e.Close() })
	fill(t, e, docs)
	return e
}

func fill(t testing.TB, e index.Engine, docs []index.Document) {
	t.Helper()
	if err := e.Rebuild(context.Background(), 1, func() (index.Document, bool, error) {
		if len(docs) == 0 {
			return index.Document{}, false, nil
		}
		d := docs[0]
		docs = docs[1:]
		return d, true, nil
	}); err != nil {
		t.Fatal(err)
	}
}

func search(t testing.TB, e index.Engine, q index.Query) index.Result {
	t.Helper()
	r, err := e.Search(context.Background(), q)
	if err != nil {
		t.Fatalf("%q: %v", q.Text, err)
	}
	return r
}

// verdict is what came of one query.
type verdict struct {
	query
	recall, strict bool
	total          int
	top            []string
}

func judge(q query, r index.Result) verdict {
	v := verdict{query: q, total: r.Total}
	for _, h := range r.Hits[:min(3, len(r.Hits))] {
		v.top = append(v.top, h.ID)
	}
	v.recall = true
	for _, id := range q.MustTop3 {
		v.recall = v.recall && slices.Contains(v.top, id)
	}
	v.strict = v.recall && v.total <= q.MaxTotal && v.total >= q.MinTotal && (!q.MustBeFirst || v.top[0] == q.MustTop3[0])
	return v
}

func (v verdict) String() string {
	wanted := strings.Join(v.MustTop3, " ")
	if v.MustBeFirst {
		wanted += " first"
	}
	return fmt.Sprintf("%s %s %q: %d found (%d to %d), %v, wanted %s", v.ID, v.Kind, v.Q, v.total, v.MinTotal, v.MaxTotal, v.top, wanted)
}

type tally struct{ queries, recall, strict int }

func (n *tally) count(v verdict) {
	n.queries++
	if v.recall {
		n.recall++
	}
	if v.strict {
		n.strict++
	}
}

func (n tally) shares() (recall, strict float64) {
	return float64(n.recall) / float64(n.queries), float64(n.strict) / float64(n.queries)
}

// report prints what came of queries by kind, and fails below the bars.
func report(t *testing.T, verdicts []verdict, least bars, show bool) {
	t.Helper()
	var all tally
	kinds := map[string]*tally{}
	for _, v := range verdicts {
		if kinds[v.Kind] == nil {
			kinds[v.Kind] = &tally{}
		}
		all.count(v)
		kinds[v.Kind].count(v)
		if show && !v.strict {
			t.Log(v)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-12s %7s %7s %7s\n", "kind", "queries", "recall", "strict")
	row := func(name string, n tally) {
		fmt.Fprintf(&b, "%-12s %7d %7d %7d\n", name, n.queries, n.recall, n.strict)
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		row(kind, *kinds[kind])
		if _, strict := kinds[kind].shares(); strict < least.kind {
			t.Errorf("%s: %.2f strict, the bar is %.2f", kind, strict, least.kind)
		}
	}
	row("all", all)
	t.Logf("\n%s", &b)
	recall, strict := all.shares()
	if recall < least.recall || strict < least.strict {
		t.Errorf("recall %.3f and strict %.3f, the bars are %.3f and %.3f", recall, strict, least.recall, least.strict)
	}
}

func TestExamples(t *testing.T) {
	measure(t, shared(t), bars{strict: 24.0 / 25}, true)
}

func TestSeen(t *testing.T) {
	measure(t, half(t, "seen"), bars{strict: 0.98, recall: 0.98, kind: 0.5}, true)
}

func TestUnseen(t *testing.T) {
	measure(t, half(t, "unseen"), bars{strict: 0.9, recall: 0.93, kind: 0.5}, *showUnseen)
}

func TestTyped(t *testing.T) {
	for name, least := range map[string]bars{"third": {strict: 0.93, recall: 0.95, kind: 0.5}, "fourth": {strict: 0.9, recall: 0.9, kind: 0.5}} {
		t.Run(name, func(t *testing.T) {
			s := typed(t, name)
			measure(t, s, least, true)
			reads(t, newResident(t, documents(t, s.Docs)), s.Queries)
		})
	}
}

// leastRead is the least share of queries of which all filters are read, and no others.
const leastRead = 0.95

// reads tells which queries are read as they should be.
func reads(t *testing.T, r *resident, queries []query) {
	asked, right := 0, 0
	for _, q := range queries {
		if q.Reads == nil {
			continue
		}
		asked++
		if got := r.filters(t, q.Q, q.Reads); !slices.Equal(got, slices.Sorted(slices.Values(q.Reads))) {
			t.Logf("%s %q is read as %v, not as %v", q.ID, q.Q, got, q.Reads)
			continue
		}
		right++
	}
	t.Logf("filters read right: %d of %d", right, asked)
	if float64(right) < leastRead*float64(asked) {
		t.Errorf("the bar is %.2f", leastRead)
	}
}

func measure(t *testing.T, s suite, least bars, show bool) {
	t.Helper()
	docs := documents(t, s.Docs)
	ask(t, open(t, docs), newResident(t, docs), s.Queries, least, show)
}

func ask(t *testing.T, e index.Engine, r *resident, queries []query, least bars, show bool) {
	t.Helper()
	var verdicts []verdict
	for _, q := range queries {
		_, result := r.find(t, e, index.Query{Limit: 20}, q.Q)
		verdicts = append(verdicts, judge(q, result))
	}
	report(t, verdicts, least, show)
}
