package indextest

import (
	cmpstd "cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"fritidshub/catalog"
	"fritidshub/index"
	"fritidshub/index/analysis"
)

// Run checks an engine. Open gives a new, empty one, and closes it at the end of the test.
func Run(t *testing.T, open func(t testing.TB) index.Engine) {
	t.Run("empty", func(t *testing.T) { empty(t, open(t)) })
	t.Run("changes", func(t *testing.T) { changes(t, open(t)) })
	t.Run("rebuild", func(t *testing.T) { rebuild(t, open(t)) })
	t.Run("over", func(t *testing.T) { over(t, open(t)) })
	t.Run("words", func(t *testing.T) { wordForms(t, open(t)) })
	t.Run("facet limit", func(t *testing.T) { facetLimit(t, open(t)) })
	t.Run("silence", func(t *testing.T) { silence(t, open(t)) })
	t.Run("each", func(t *testing.T) { each(t, open(t)) })
	t.Run("bad queries", func(t *testing.T) { badQueries(t, open(t)) })
	t.Run("readers beside the writer", func(t *testing.T) { readers(t, open(t)) })
	t.Run("generated", func(t *testing.T) { generated(t, open(t)) })
	t.Run("everything", func(t *testing.T) { rapid.Check(t, func(rt *rapid.T) { everything(rt, open(t)) }) })
}

var ctx = context.Background()

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func apply(t testing.TB, e index.Engine, b index.Batch) {
	t.Helper()
	must(t, e.Apply(ctx, b))
}

func search(t testing.TB, e index.Engine, q index.Query) index.Result {
	t.Helper()
	if q.Now.IsZero() {
		q.Now = Now
	}
	r, err := e.Search(ctx, q)
	must(t, err)
	return r
}

func ids(r index.Result) []string {
	list := []string{}
	for _, h := range r.Hits {
		list = append(list, h.ID)
	}
	return list
}

func want(t testing.TB, e index.Engine, q index.Query, wanted ...string) {
	t.Helper()
	q.Limit, q.Facets = 100, []index.Facet{index.FacetKind}
	r := search(t, e, q)
	counted := 0
	for _, c := range r.Facets[index.FacetKind] {
		counted += c.Count
	}
	if counted != r.Total {
		t.Errorf("%d found, but %d by kind", r.Total, counted)
	}
	if wanted == nil {
		wanted = []string{}
	}
	if diff := cmp.Diff(wanted, ids(r)); diff != "" || r.Total != len(wanted) {
		t.Errorf("%d found (-want +got):\n%s", r.Total, diff)
	}
}

func stands(t testing.TB, e index.Engine, count int, change int64) {
	t.Helper()
	n, err := e.Count(ctx)
	must(t, err)
	c, err := e.Change(ctx)
	must(t, err)
	if n != count || c != change {
		t.Errorf("%d documents at change %d, want %d at %d", n, c, count, change)
	}
}

func doc(id, title string) index.Document {
	return index.Document{ID: id, Title: title, Kind: "activity", Status: "scheduled", Standing: true}
}

func empty(t *testing.T, e index.Engine) {
	stands(t, e, 0, 0)
	r := search(t, e, index.Query{Text: "fotball", Limit: 10, Facets: index.Facets(), Without: true,
		Filters: map[index.Facet][]string{index.FacetKind: {"event"}}})
	if r.Total != 0 || len(r.Hits) != 0 || r.Next != nil {
		t.Errorf("an empty engine finds %+v", r)
	}
	if diff := cmp.Diff([]index.Count{{Value: "event", Selected: true}}, r.Facets[index.FacetKind]); diff != "" {
		t.Errorf("the selected value is missing:\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"q": 0, "kind": 0}, r.Without); diff != "" {
		t.Error(diff)
	}
}

func changes(t *testing.T, e index.Engine) {
	first := index.Batch{Upserts: []index.Document{doc("a", "Åpen hall"), doc("b", "Bridge"), doc("c", "Zumba")}, Change: 3}
	for range 2 { // twice does no harm
		apply(t, e, first)
		stands(t, e, 3, 3)
		want(t, e, index.Query{Sort: index.SortTitle}, "b", "c", "a")
	}
	apply(t, e, index.Batch{Upserts: []index.Document{doc("b", "Ørretfiske")}, Deletes: []string{"c", "unknown"}, Change: 5})
	stands(t, e, 2, 5)
	want(t, e, index.Query{Sort: index.SortTitle}, "b", "a")
	want(t, e, index.Query{Text: "bridge"})
	want(t, e, index.Query{Text: "zumba"})
	apply(t, e, index.Batch{Upserts: []index.Document{doc("c", "Ny"), doc("c", "Nyere")}, Change: 6})
	want(t, e, index.Query{Text: "nyere"}, "c")
	stands(t, e, 3, 6)
	apply(t, e, index.Batch{Deletes: []string{"a", "b", "c"}, Change: 7})
	stands(t, e, 0, 7)
	apply(t, e, index.Batch{Change: 8})
	stands(t, e, 0, 8)
	if r := search(t, e, index.Query{}); r.Change != 8 {
		t.Errorf("the result stands at %d, want 8", r.Change)
	}
}

func rebuild(t *testing.T, e index.Engine) {
	apply(t, e, index.Batch{Upserts: []index.Document{doc("old", "Gammel")}, Change: 1})
	feed := func(docs []index.Document, end error) func() (index.Document, bool, error) {
		return func() (index.Document, bool, error) {
			if len(docs) == 0 {
				return index.Document{}, false, end
			}
			if r := search(t, e, index.Query{Limit: 10, Sort: index.SortTitle}); r.Total != 1 || r.Change != 1 {
				t.Errorf("during the rebuild readers see %d documents at %d", r.Total, r.Change)
			}
			d := docs[0]
			docs = docs[1:]
			return d, true, nil
		}
	}
	broken := errors.New("broken")
	if err := e.Rebuild(ctx, 9, feed([]index.Document{doc("x", "X")}, broken)); !errors.Is(err, broken) {
		t.Errorf("error %v, want the one of the feed", err)
	}
	stands(t, e, 1, 1)
	want(t, e, index.Query{Text: "gammel"}, "old")

	must(t, e.Rebuild(ctx, 12, feed([]index.Document{doc("n", "Ny"), doc("m", "Morgen"), doc("n", "Natt")}, nil)))
	stands(t, e, 2, 12)
	want(t, e, index.Query{Sort: index.SortTitle}, "m", "n")
	want(t, e, index.Query{Text: "natt"}, "n")
	apply(t, e, index.Batch{Upserts: []index.Document{doc("o", "Orgel")}, Change: 13})
	want(t, e, index.Query{Sort: index.SortTitle}, "m", "n", "o")
	must(t, e.Rebuild(ctx, 14, feed(nil, nil)))
	stands(t, e, 0, 14)
}

// over: what ends is found until it ends, at any Now, without a change to the index.
func over(t *testing.T, e index.Engine) {
	at := func(minutes int) int64 { return Now.Add(time.Duration(minutes) * time.Minute).Unix() }
	dated := func(id string, ends int64, spans ...index.Span) index.Document {
		return index.Document{ID: id, Title: id, Kind: "event", Spans: spans, Ends: ends}
	}
	apply(t, e, index.Batch{Change: 1, Upserts: []index.Document{
		dated("concert", at(60), index.Span{Start: at(0), End: at(60)}),
		dated("exhibition", at(120), index.Span{Start: at(-900), End: at(120)}),
		dated("weekly", 0, index.Span{Start: at(-10080), End: at(-10020)}, index.Span{Start: at(30), End: at(90)}),
		dated("far", at(1_000_000), index.Span{Start: at(999_900), End: at(1_000_000)}),
		{ID: "hall", Title: "hall", Kind: "facility", Standing: true},
		{ID: "summer", Title: "summer", Kind: "facility", Standing: true, ValidFrom: at(200), ValidThrough: at(300), Ends: at(300)},
	}})
	query := func(now int) index.Query { return index.Query{Now: Now.Add(time.Duration(now) * time.Minute)} }
	want(t, e, query(0), "exhibition", "concert", "weekly", "far", "hall", "summer")
	want(t, e, query(59), "exhibition", "concert", "weekly", "far", "hall", "summer")
	want(t, e, query(60), "exhibition", "weekly", "far", "hall", "summer")
	want(t, e, query(120), "far", "hall", "summer", "weekly")
	want(t, e, query(300), "far", "hall", "weekly")
	between := func(from, to int) index.Query {
		q := query(0)
		q.From, q.To = Now.Add(time.Duration(from)*time.Minute), Now.Add(time.Duration(to)*time.Minute)
		return q
	}
	want(t, e, between(0, 30), "exhibition", "concert", "hall")
	want(t, e, between(0, 31), "exhibition", "concert", "weekly", "hall")
	want(t, e, between(130, 400), "hall", "summer")
	want(t, e, between(300, 400), "hall")
	want(t, e, between(-20000, -10000), "weekly", "hall")
	want(t, e, between(999_000, 2_000_000), "far", "hall")
}

func wordForms(t *testing.T, e index.Engine) {
	apply(t, e, index.Batch{Change: 1, Upserts: []index.Document{
		{ID: "skating", Title: "Skøyter på Færder", Kind: "activity"},
		{ID: "hall", Title: "Åpen svømmehall", Description: "Med turar til stranda.", Kind: "facility"},
		{ID: "trip", Title: "Tur for barn", Labels: []string{"Hiking"}, Synonyms: []string{"Outdoor life"}, Organizer: "Larvik turlag", Kind: "activity"},
	}})
	for text, found := range map[string][]string{
		"skøyter": {"skating"}, "SKOYTER": {"skating"}, "skoeyter": {"skating"}, "faerder": {"skating"}, "sko": {"skating"},
		"aapen": {"hall"}, "A\u030Apen": {"hall"}, "svommehall åp": {"hall"}, "hall": {"hall"},
		"hiking": {"trip", "hall"}, "turlag larv": {"trip"}, "larv turlag": {}, "turen": {"trip", "hall"}, "tur for": {"trip", "hall"},
		"barnet": {"trip"}, "outdoor": {"trip"}, "billig barn": {"trip"}, "billig": {}, "?!": {}, "tur kajakk": {},
	} {
		r := search(t, e, index.Query{Text: text, Limit: 10})
		if diff := cmp.Diff(found, ids(r)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	want(t, e, index.Query{Text: " \t", Sort: index.SortTitle}, "skating", "trip", "hall")
}

func facetLimit(t *testing.T, e index.Engine) {
	var docs []index.Document
	for i := range 60 {
		for n := range 1 + i%7 {
			d := doc(fmt.Sprintf("d%d-%d", i, n), "Tur")
			d.OrganizerID = fmt.Sprintf("o%02d", i)
			docs = append(docs, d)
		}
	}
	apply(t, e, index.Batch{Upserts: docs, Change: 1})
	all := search(t, e, index.Query{Facets: []index.Facet{index.FacetOrganizer}}).Facets[index.FacetOrganizer]
	if len(all) != 60 || all[0] != (index.Count{Value: "o06", Count: 7}) {
		t.Fatalf("%d values, the first %+v", len(all), all[0])
	}
	for _, text := range []string{"", "tur"} {
		some := search(t, e, index.Query{Text: text, Facets: []index.Facet{index.FacetOrganizer}, FacetLimit: 10}).Facets[index.FacetOrganizer]
		if diff := cmp.Diff(all[:10], some); diff != "" {
			t.Errorf("the first ten (-want +got):\n%s", diff)
		}
	}
	some := search(t, e, index.Query{Facets: []index.Facet{index.FacetOrganizer}, FacetLimit: 10,
		Filters: map[index.Facet][]string{index.FacetOrganizer: {"o00"}}}).Facets[index.FacetOrganizer]
	if diff := cmp.Diff(append(slices.Clone(all[:10]), index.Count{Value: "o00", Count: 1, Selected: true}), some); diff != "" {
		t.Errorf("the first ten and the selected one (-want +got):\n%s", diff)
	}
}

func badQueries(t *testing.T, e index.Engine) {
	apply(t, e, index.Batch{Change: 1, Upserts: []index.Document{doc("a", "A"), doc("b", "B")}})
	page := search(t, e, index.Query{Limit: 1, Sort: index.SortTitle})
	if page.Next == nil {
		t.Fatal("no cursor to the second hit")
	}
	for name, q := range map[string]index.Query{
		"another order": {Limit: 1, Sort: index.SortUpdated, After: page.Next},
		"junk":          {Limit: 1, After: &index.Cursor{Key: "junk", ID: "a"}},
		"nothing":       {Limit: 1, After: &index.Cursor{}},
	} {
		if _, err := e.Search(ctx, q); !errors.Is(err, index.ErrCursor) {
			t.Errorf("a cursor of %s gives error %v", name, err)
		}
	}
	for name, q := range map[string]index.Query{
		"order":    {Sort: "colour"},
		"distance": {Sort: index.SortDistance},
		"filter":   {Filters: map[index.Facet][]string{"colour": {"red"}}},
		"facet":    {Facets: []index.Facet{"colour"}},
	} {
		if r, err := e.Search(ctx, q); err == nil {
			t.Errorf("a bad %s gives no error but %+v", name, r)
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := e.Search(cancelled, index.Query{Now: Now}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled search gives error %v", err)
	}
}

// readers see whole states: each batch replaces all documents, so one search never finds those of two batches.
func readers(t *testing.T, e index.Engine) {
	const documents, batches = 20, 40
	state := func(n int) []index.Document {
		docs := make([]index.Document, documents)
		for i := range docs {
			docs[i] = doc(fmt.Sprint("id", i), fmt.Sprintf("Runde %d nummer %d", n, i))
			docs[i].Sources = []string{fmt.Sprint("s", n)}
		}
		return docs
	}
	apply(t, e, index.Batch{Upserts: state(0), Change: 1})
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			last := int64(0)
			for {
				r, err := e.Search(ctx, index.Query{Now: Now, Text: "runde", Limit: 5, Facets: []index.Facet{index.FacetSource}})
				if err != nil {
					t.Error(err)
					return
				}
				sources := r.Facets[index.FacetSource]
				if r.Total != documents || len(sources) != 1 || sources[0].Value != fmt.Sprint("s", r.Change-1) || r.Change < last {
					t.Errorf("at change %d after %d: %d found, %+v", r.Change, last, r.Total, sources)
					return
				}
				last = r.Change
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for n := 1; n <= batches; n++ {
		if n%10 == 0 {
			docs := state(n)
			must(t, e.Rebuild(ctx, int64(n+1), func() (index.Document, bool, error) {
				if len(docs) == 0 {
					return index.Document{}, false, nil
				}
				d := docs[0]
				docs = docs[1:]
				return d, true, nil
			}))
			continue
		}
		apply(t, e, index.Batch{Upserts: state(n), Change: int64(n + 1)})
	}
	close(done)
	wg.Wait()
}

// generated compares with the oracle on a corpus that is large enough for an engine's faster ways.
func generated(t *testing.T, e index.Engine) {
	docs := Generate(3000, 1)
	truth := newOracle()
	rest := docs[:2400]
	must(t, e.Rebuild(ctx, 2400, func() (index.Document, bool, error) {
		if len(rest) == 0 {
			return index.Document{}, false, nil
		}
		d := rest[0]
		rest = rest[1:]
		return d, true, nil
	}))
	truth.apply(index.Batch{Upserts: docs[:2400]})
	for i, b := range []index.Batch{{Upserts: docs[2400:2990]}, {Upserts: docs[2990:2991]}, {Deletes: []string{docs[7].ID, docs[2500].ID}},
		{Upserts: docs[2991:]}, {Upserts: Generate(50, 2)}} {
		b.Change = int64(2401 + i)
		apply(t, e, b)
		truth.apply(b)
	}
	day := func(n int) time.Time { return Now.AddDate(0, 0, n) }
	age, price := 10, catalog.Kroner(200)
	larvik := &catalog.Point{Lat: 59.053, Lon: 10.035}
	for name, q := range map[string]index.Query{
		"all":      {},
		"updated":  {Sort: index.SortUpdated},
		"title":    {Sort: index.SortTitle},
		"word":     {Text: "svømming"},
		"words":    {Text: "barn sommerleir"},
		"prefix":   {Text: "ba"},
		"letter":   {Text: "s"},
		"filters":  {Filters: map[index.Facet][]string{index.FacetCategory: {"sport", "music"}, index.FacetWeekday: {"sa", "su"}, index.FacetMunicipality: {"3909", "9999"}}, Age: &age},
		"free":     {Free: true, Sort: index.SortPrice},
		"price":    {MaxPrice: &price, Sort: index.SortPrice},
		"week":     {From: day(3), To: day(10)},
		"later":    {From: day(40), To: day(41), Filters: map[index.Facet][]string{index.FacetKind: {"event"}}},
		"soon":     {Now: Now.Add(50 * time.Minute)},
		"evening":  {Now: Now.Add(50 * time.Minute), To: day(1)},
		"past":     {From: day(-10), To: day(-9)},
		"month on": {Now: day(30)},
		"near":     {Near: larvik, Radius: 10, Sort: index.SortDistance},
		"nearest":  {Near: larvik, Sort: index.SortDistance, Text: "kor"},
		"box":      {BBox: &index.BBox{West: 9.5, South: 59, East: 10, North: 59.2}},
		"nothing":  {Text: "kor", Filters: map[index.Facet][]string{index.FacetStatus: {"full"}, index.FacetLanguage: {"uk"}, index.FacetKind: {"scheme"}}, Age: &age, Free: true},
	} {
		q.Facets, q.Without, q.Limit = index.Facets(), true, 700
		if q.Now.IsZero() {
			q.Now = Now
		}
		t.Run(name, func(t *testing.T) { agree(t, e, truth, q) })
	}
}

// agree walks the whole of an answer and compares it with the oracle's.
func agree(t rapid.TB, e index.Engine, truth *oracle, q index.Query) {
	t.Helper()
	answer := truth.search(q)
	var walked []index.Hit
	for page := 0; ; page++ {
		r, err := e.Search(ctx, q)
		if err != nil {
			t.Fatalf("page %d of %+v: %v", page, q, err)
		}
		if r.Total != len(answer.hits) {
			t.Fatalf("page %d: %d found, want %d", page, r.Total, len(answer.hits))
		}
		if diff := cmp.Diff(answer.facets, r.Facets, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("facets (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(answer.none, r.NotStated, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("documents without a value (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(answer.without, r.Without); diff != "" {
			t.Fatalf("without (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(answer.unstated, r.Unstated); diff != "" {
			t.Fatalf("unstated (-want +got):\n%s", diff)
		}
		if len(r.Hits) > q.Limit || r.Next != nil && len(r.Hits) < q.Limit {
			t.Fatalf("page %d has %d hits of at most %d, more to come: %v", page, len(r.Hits), q.Limit, r.Next != nil)
		}
		walked = append(walked, r.Hits...)
		if r.Next == nil || len(walked) > len(answer.hits) {
			break
		}
		q.After = r.Next
	}
	jump(t, e, q, answer, walked)
	var wanted, got []string
	for _, d := range answer.hits {
		wanted = append(wanted, d.ID)
	}
	for _, h := range walked {
		got = append(got, h.ID)
	}
	if order(q) == index.SortRelevance {
		relevance(t, truth, q, walked)
		slices.Sort(wanted)
		slices.Sort(got)
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Fatalf("hits of %+v (-want +got):\n%s", q, diff)
	}
	for _, h := range walked {
		d := truth.docs[h.ID]
		if (h.Distance != nil) != (q.Near != nil && d.Geo != nil) {
			t.Fatalf("distance of %s: %v", h.ID, h.Distance)
		}
		if h.Distance != nil && math.Abs(*h.Distance-haversine(*q.Near, *d.Geo)) > 1e-6 {
			t.Fatalf("distance of %s: %v km, want %v", h.ID, *h.Distance, haversine(*q.Near, *d.Geo))
		}
	}
}

// jump asks for a page by its offset, with the most frequent values of facets only: it is what walking there has given.
func jump(t rapid.TB, e index.Engine, q index.Query, answer answer, walked []index.Hit) {
	t.Helper()
	q.After, q.Offset, q.FacetLimit = nil, len(walked)/2, 1
	r, err := e.Search(ctx, q)
	if err != nil {
		t.Fatalf("from %d of %+v: %v", q.Offset, q, err)
	}
	want := walked[q.Offset:min(q.Offset+q.Limit, len(walked))]
	if diff := cmp.Diff(want, r.Hits, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("from %d of %+v (-walked +got):\n%s", q.Offset, q, diff)
	}
	for f, all := range answer.facets {
		others := 0
		few := slices.DeleteFunc(slices.Clone(all), func(c index.Count) bool {
			if !c.Selected {
				others++
			}
			return !c.Selected && others > q.FacetLimit
		})
		if diff := cmp.Diff(few, r.Facets[f], cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("the most frequent values of %s of %+v (-want +got):\n%s", f, q, diff)
		}
	}
}

// relevance: of the same score the one that begins sooner comes first, then by title and id.
func relevance(t rapid.TB, truth *oracle, q index.Query, hits []index.Hit) {
	t.Helper()
	for i := 1; i < len(hits); i++ {
		a, b := hits[i-1], hits[i]
		x, y := analysis.SortKey(truth.docs[a.ID].Title), analysis.SortKey(truth.docs[b.ID].Title)
		q.Sort = index.SortStart
		soon := cmpstd.Compare(sortKey(q, truth.docs[a.ID]), sortKey(q, truth.docs[b.ID]))
		if a.Score < b.Score || a.Score == b.Score && (soon > 0 || soon == 0 && (x > y || x == y && a.ID > b.ID)) {
			t.Fatalf("%q (%v) comes before %q (%v)", truth.docs[a.ID].Title, a.Score, strings.TrimSpace(truth.docs[b.ID].Title), b.Score)
		}
	}
}
