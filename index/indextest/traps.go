package indextest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
	"fritidshub/index"
)

// Traps checks what search engines are known to get wrong at the edges: research has a list of them.
func Traps(t *testing.T, open func(t testing.TB) index.Engine) {
	for name, trap := range map[string]func(*testing.T, index.Engine){
		"ids of odd alphabets":             oddIDs,
		"hits beyond the thousandth":       manyHits,
		"long queries":                     longQueries,
		"the last word of a long text":     longText,
		"letters at the beginning":         firstLetters,
		"signs in facet values":            oddValues,
		"two dates are not one that fits":  arrayDates,
		"bad positions":                    badPositions,
		"filters of nothing":               emptyFilters,
		"no answer in part":                cutOff,
		"an id that was deleted and again": again,
	} {
		t.Run(name, func(t *testing.T) { trap(t, open(t)) })
	}
}

// oddIDs: an id is any text, and two that differ in case are two.
func oddIDs(t *testing.T, e index.Engine) {
	list := []string{"a", "A", "source:123", "https://example.org/a?b=c&d=%20#e", "čáhci", "كرة-1", "ø/å\\æ", "with blank", "tab\tand\nline", `"quoted"`,
		"'single'", "😀", "-", "_", "--", "1", "01", "null", "true", "*", "{}", strings.Repeat("x", 511), strings.Repeat("å", 600)}
	var docs []index.Document
	for _, id := range list {
		docs = append(docs, doc(id, "Orgelkveld"))
	}
	apply(t, e, index.Batch{Upserts: docs, Change: 1})
	stands(t, e, len(list), 1)
	sorted := slices.Sorted(slices.Values(list))
	want(t, e, index.Query{Sort: index.SortTitle}, sorted...)
	var paged []string
	for q := (index.Query{Text: "orgelkveld", Sort: index.SortTitle, Limit: 4}); ; {
		r := search(t, e, q)
		paged = append(paged, ids(r)...)
		if q.After = r.Next; r.Next == nil {
			break
		}
	}
	if diff := cmp.Diff(sorted, paged); diff != "" {
		t.Errorf("page by page (-want +got):\n%s", diff)
	}
	apply(t, e, index.Batch{Deletes: sorted[1:], Change: 2})
	want(t, e, index.Query{}, sorted[0])
}

// manyHits: totals, facet counts and pages are exact beyond 1,000 hits, and a facet has more than 100 values.
func manyHits(t *testing.T, e index.Engine) {
	const n = 1501
	var docs []index.Document
	for i := range n {
		d := doc(fmt.Sprintf("id%04d", i), fmt.Sprintf("Dugnad %04d", i))
		d.OrganizerID = fmt.Sprintf("o%04d", i%700)
		docs = append(docs, d)
	}
	apply(t, e, index.Batch{Upserts: docs, Change: 1})
	for _, q := range []index.Query{{}, {Text: "dugnad"}, {Text: "dug"}, {Text: "dugnad", Filters: map[index.Facet][]string{index.FacetKind: {"activity"}}}} {
		q.Sort, q.Limit, q.Facets = index.SortTitle, 20, []index.Facet{index.FacetOrganizer, index.FacetKind}
		r := search(t, e, q)
		if r.Total != n || len(r.Facets[index.FacetOrganizer]) != 700 || r.Facets[index.FacetKind][0].Count != n {
			t.Errorf("%q: %d found, %d organizers, %v; want %d and 700", q.Text, r.Total, len(r.Facets[index.FacetOrganizer]), r.Facets[index.FacetKind], n)
		}
		q.Facets = nil
		for _, at := range []int{999, 1000, 1001, 1500} {
			q.Offset, q.Limit = at, 1
			if r := search(t, e, q); r.Total != n || fmt.Sprint(ids(r)) != fmt.Sprintf("[id%04d]", at) {
				t.Errorf("%q: hit %d of %d is %v", q.Text, at+1, r.Total, ids(r))
			}
		}
		seen := 0
		for q.Offset, q.Limit = 0, 100; ; {
			r := search(t, e, q)
			seen += len(r.Hits)
			if q.After = r.Next; r.Next == nil {
				break
			}
		}
		if seen != n {
			t.Errorf("%q: %d hits page by page, want %d", q.Text, seen, n)
		}
	}
}

// longQueries: the eleventh word neither fails nor makes more be found than the ten before it.
func longQueries(t *testing.T, e index.Engine) {
	list := strings.Fields("havseiling bordtennis kirkekonsert sjakkturnering strikkekveld nattorientering fluebinding hagevandring filmquiz bokbytte langrennsskole mattekurs")
	whole, ten := doc("whole", "Alt"), doc("ten", "Ti")
	whole.Description, ten.Description = strings.Join(list, " "), strings.Join(list[:10], " ")
	other := doc("other", "Annet")
	other.Description = strings.Join(list[10:], " ")
	apply(t, e, index.Batch{Upserts: []index.Document{whole, ten, other}, Change: 1})
	find := func(text string) []string {
		found := ids(search(t, e, index.Query{Text: text, Limit: 10}))
		slices.Sort(found)
		return found
	}
	if got := find(strings.Join(list[:10], " ")); !slices.Equal(got, []string{"ten", "whole"}) {
		t.Errorf("ten words find %v", got)
	}
	for n := 11; n <= len(list); n++ {
		if got := find(strings.Join(list[:n], " ")); !slices.Contains(got, "whole") || slices.Contains(got, "other") {
			t.Errorf("%d words find %v", n, got)
		}
	}
	if got := find(strings.Repeat("og til på ", 10) + strings.Join(list[8:], " ")); !slices.Equal(got, []string{"whole"}) {
		t.Errorf("four words behind thirty small ones find %v", got)
	}
	if got := find(strings.Repeat("strikkekveld ", 5000)); !slices.Equal(got, []string{"ten", "whole"}) {
		t.Errorf("a word 5,000 times finds %v", got)
	}
	if got := find(strings.Repeat("æ", 100_000)); len(got) != 0 {
		t.Errorf("a word of 100,000 letters finds %v", got)
	}
}

// longText: what stands at the end of a long text is found.
func longText(t *testing.T, e index.Engine) {
	long := doc("long", "Årbok")
	long.Description = strings.Repeat("fjord ", 20_000) + "hvalsafari"
	apply(t, e, index.Batch{Upserts: []index.Document{long, doc("short", "Fjord")}, Change: 1})
	want(t, e, index.Query{Text: "hvalsafari"}, "long")
}

// firstLetters: Norwegian letters are spelt in other ways at the beginning of a word too, where typos count double elsewhere.
func firstLetters(t *testing.T, e index.Engine) {
	apply(t, e, index.Batch{Change: 1, Upserts: []index.Document{doc("practice", "Øvelse"), doc("trout", "Ørretfiske"), doc("open", "Åpent hus"), doc("honour", "Ærefullt oppdrag"),
		doc("ring", "Ålesund rundt")}})
	for text, id := range map[string]string{
		"ovelse": "practice", "oevelse": "practice", "ØVELSE": "practice", "öv": "practice", "O\u0308velse": "practice",
		"orretfiske": "trout", "oerret": "trout", "ørr": "trout",
		"apent": "open", "aapent": "open", "A\u030Apent": "open",
		"aerefullt": "honour", "ære": "honour", "ärefullt": "honour",
		"alesund": "ring", "aalesund": "ring", "åle": "ring",
	} {
		if got := ids(search(t, e, index.Query{Text: text, Limit: 1})); !slices.Equal(got, []string{id}) {
			t.Errorf("%q finds %v first, want %s", text, got, id)
		}
	}
}

// oddValues: a facet's value is any text, is never read as part of a filter, and is counted by itself.
func oddValues(t *testing.T, e index.Engine) {
	list := []string{"plain", "Plain", `a"b`, `a'b`, `a\b`, `a\`, `\"`, `"`, "'", `a" OR kind = "activity`, `a' OR kind = 'activity`, "a AND b", "a, b", "[a]", "{a}", "a]b",
		"NOT a", "a = b", "a\nb", "a\tb", " a", "æøå", "спорт", "كرة", "😀", "NULL", "EXISTS", "*", "%", strings.Repeat("v", 460)}
	var docs []index.Document
	for i, v := range list {
		d := doc(fmt.Sprintf("id%02d", i), fmt.Sprintf("Kor %02d", i))
		d.OrganizerID, d.Sources = v, []string{v, "all"}
		docs = append(docs, d)
	}
	apply(t, e, index.Batch{Upserts: docs, Change: 1})
	for i, v := range list {
		for _, f := range []index.Facet{index.FacetOrganizer, index.FacetSource} {
			r := search(t, e, index.Query{Limit: 10, Filters: map[index.Facet][]string{f: {v}}, Facets: []index.Facet{index.FacetKind, f}})
			if r.Total != 1 || !slices.Equal(ids(r), []string{docs[i].ID}) {
				t.Errorf("%s %q finds %d, %v", f, v, r.Total, ids(r))
			}
			if !slices.Contains(r.Facets[f], index.Count{Value: v, Count: 1, Selected: true}) {
				t.Errorf("%s %q is not counted as selected", f, v)
			}
		}
		both := map[index.Facet][]string{index.FacetOrganizer: {v, list[(i+1)%len(list)]}}
		if r := search(t, e, index.Query{Filters: both}); r.Total != 2 {
			t.Errorf("%q or %q find %d", both[index.FacetOrganizer][0], both[index.FacetOrganizer][1], r.Total)
		}
	}
	r := search(t, e, index.Query{Facets: []index.Facet{index.FacetOrganizer}})
	counted := map[string]int{}
	for _, c := range r.Facets[index.FacetOrganizer] {
		counted[c.Value] = c.Count
	}
	for _, v := range list {
		if counted[v] != 1 {
			t.Errorf("%q is counted %d times", v, counted[v])
		}
	}
	if len(counted) != len(list) {
		t.Errorf("%d values, want %d", len(counted), len(list))
	}
}

// arrayDates: one occurrence before the window and one after it are none within it; the same with the bounds of ages.
func arrayDates(t *testing.T, e index.Engine) {
	at := func(days int) int64 { return Now.AddDate(0, 0, days).Unix() }
	weekly := doc("weekly", "Ukentlig")
	weekly.Standing = false
	for days := -28; days <= 280; days += 7 {
		weekly.Spans = append(weekly.Spans, index.Span{Start: at(days), End: at(days) + 3600})
	}
	two := doc("two", "To ganger")
	two.Standing = false
	two.Spans, two.Ends = []index.Span{{Start: at(1), End: at(1) + 3600}, {Start: at(30), End: at(30) + 3600}}, at(30)+3600
	long := doc("long", "Utstilling")
	long.Standing, long.Spans, long.Ends = false, []index.Span{{Start: at(-30), End: at(30)}}, at(30)
	low, high := 6, 12
	two.AgeMin, two.AgeMax = &low, &high
	apply(t, e, index.Batch{Upserts: []index.Document{weekly, two, long}, Change: 1})
	window := func(from, to int) index.Query {
		return index.Query{From: Now.AddDate(0, 0, from), To: Now.AddDate(0, 0, to), Sort: index.SortTitle}
	}
	want(t, e, window(2, 6), "long")
	want(t, e, window(8, 13), "long")
	want(t, e, window(7, 8), "weekly", "long")
	want(t, e, window(1, 2), "two", "long")
	want(t, e, window(29, 35), "two", "long")
	want(t, e, window(31, 34))
	for age, found := range map[int]bool{5: false, 6: true, 12: true, 13: false} {
		if got := slices.Contains(ids(search(t, e, index.Query{Age: &age, Limit: 10})), "two"); got != found {
			t.Errorf("from 6 to 12 admits %d: %v", age, got)
		}
	}
	bySpan := window(20, 31) // the occurrence within the range decides, not the first of all
	bySpan.Sort = index.SortStart
	want(t, e, bySpan, "long", "weekly", "two")
}

// badPositions: a position that is none does not lose the document, nor the others of its batch.
func badPositions(t *testing.T, e index.Engine) {
	var docs []index.Document
	for i := range 200 {
		d := doc(fmt.Sprintf("id%03d", i), "Turorientering")
		d.Geo = &catalog.Point{Lat: 59 + float64(i)/1000, Lon: 10}
		docs = append(docs, d)
	}
	bad := []catalog.Point{{Lat: math.NaN(), Lon: 10}, {Lat: 59, Lon: math.Inf(1)}, {Lat: 91, Lon: 10}, {Lat: -95, Lon: 10}, {Lat: 59, Lon: 181}, {Lat: 59, Lon: 1e300}}
	for i := range bad {
		docs[i*20].Geo = &bad[i]
	}
	good := len(docs) - len(bad)
	apply(t, e, index.Batch{Upserts: docs, Change: 1})
	stands(t, e, len(docs), 1)
	if r := search(t, e, index.Query{Text: "turorientering"}); r.Total != len(docs) {
		t.Errorf("%d found, want %d", r.Total, len(docs))
	}
	larvik := &catalog.Point{Lat: 59.05, Lon: 10}
	if r := search(t, e, index.Query{Near: larvik, Radius: 1000, Sort: index.SortDistance, Limit: 5}); r.Total != good {
		t.Errorf("%d within 1,000 km, want %d", r.Total, good)
	}
	if r := search(t, e, index.Query{BBox: &index.BBox{West: 9, South: 58, East: 11, North: 60}}); r.Total != good {
		t.Errorf("%d in the box, want %d", r.Total, good)
	}
	r := search(t, e, index.Query{Near: larvik, Sort: index.SortDistance, Limit: len(docs)})
	if r.Total != len(docs) || len(r.Hits) != len(docs) {
		t.Fatalf("%d by distance, want %d", r.Total, len(docs))
	}
	for i, h := range r.Hits {
		if (h.Distance != nil) != (i < good) || h.Distance != nil && (math.IsNaN(*h.Distance) || *h.Distance > 1000) {
			t.Errorf("hit %d, %s, has the distance %v", i, h.ID, h.Distance)
		}
	}
}

// emptyFilters: no values are no filter, an unknown value finds nothing.
func emptyFilters(t *testing.T, e index.Engine) {
	apply(t, e, index.Batch{Upserts: []index.Document{doc("a", "A"), doc("b", "B")}, Change: 1})
	for _, f := range index.Facets() {
		for _, none := range [][]string{nil, {}} {
			if r := search(t, e, index.Query{Filters: map[index.Facet][]string{f: none}}); r.Total != 2 {
				t.Errorf("%s filtered by %#v finds %d", f, none, r.Total)
			}
		}
		r := search(t, e, index.Query{Filters: map[index.Facet][]string{f: {"unknown"}}, Facets: []index.Facet{f}})
		if r.Total != 0 || !slices.Contains(r.Facets[f], index.Count{Value: "unknown", Selected: true}) {
			t.Errorf("an unknown %s finds %d, counted %v", f, r.Total, r.Facets[f])
		}
	}
}

// cutOff: a search that runs out of time is an error, not an answer with less.
func cutOff(t *testing.T, e index.Engine) {
	apply(t, e, index.Batch{Upserts: Generate(500, 4), Change: 1})
	late, cancel := context.WithDeadline(ctx, time.Unix(1, 0))
	defer cancel()
	r, err := e.Search(late, index.Query{Text: "barn", Now: Now, Limit: 20, Facets: index.Facets()})
	if !errors.Is(err, context.DeadlineExceeded) || r.Total != 0 || len(r.Hits) != 0 {
		t.Errorf("out of time it finds %d, error %v", r.Total, err)
	}
}

// again: what was deleted and comes again is found as it is now.
func again(t *testing.T, e index.Engine) {
	for i := range 5 {
		title := []string{"Bokbad", "Vevkurs", "Robåt", "Lydbok", "Gatefest"}[i]
		apply(t, e, index.Batch{Upserts: []index.Document{doc("a", title)}, Change: int64(2*i + 1)})
		want(t, e, index.Query{Text: title}, "a")
		if i > 0 {
			want(t, e, index.Query{Text: "bokbad"})
		}
		apply(t, e, index.Batch{Deletes: []string{"a"}, Change: int64(2*i + 2)})
		want(t, e, index.Query{})
		stands(t, e, 0, int64(2*i+2))
	}
}
