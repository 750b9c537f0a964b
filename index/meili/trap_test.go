package meili_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fritidshub/index"
	"fritidshub/index/indextest"
	"fritidshub/index/meili"
	"fritidshub/index/meili/meilitest"
)

func apply(t testing.TB, e index.Engine, change int64, docs ...index.Document) {
	t.Helper()
	if err := e.Apply(ctx, index.Batch{Upserts: docs, Change: change}); err != nil {
		t.Fatal(err)
	}
}

func stands(t testing.TB, e index.Engine, count int, change int64) {
	t.Helper()
	n, err1 := e.Count(ctx)
	c, err2 := e.Change(ctx)
	if err := errors.Join(err1, err2); err != nil || n != count || c != change {
		t.Errorf("%d documents at change %d, want %d at %d (%v)", n, c, count, change, err)
	}
}

func feed(docs ...index.Document) func() (index.Document, bool, error) {
	return func() (index.Document, bool, error) {
		if len(docs) == 0 {
			return index.Document{}, false, nil
		}
		d := docs[0]
		docs = docs[1:]
		return d, true, nil
	}
}

func many(n int) []index.Document {
	docs := make([]index.Document, n)
	for i := range docs {
		docs[i] = doc(fmt.Sprintf("id%05d", i), fmt.Sprintf("Kor %d", i))
	}
	return docs
}

// patch changes the settings behind the engine's back.
func patch(t testing.TB, s *meilitest.Server, body string) {
	t.Helper()
	r, err := http.NewRequest("PATCH", s.URL+"/indexes/hub/settings", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if text, _ := io.ReadAll(response.Body); response.StatusCode != 202 {
		t.Fatalf("%s: %s", response.Status, text)
	}
	s.Step()
}

func changesSettings(s *meilitest.Server) int {
	n := 0
	for _, r := range s.Requests() {
		if strings.Contains(r, "/settings") && !strings.HasPrefix(r, "GET") {
			n++
		}
	}
	return n
}

// Settings are set once, left alone while they are right, and set right when someone has changed them.
func TestSettings(t *testing.T) {
	s := meilitest.Start(t)
	apply(t, standIn(t, s, nil), 1, doc("a", "Kor"))
	if changesSettings(s) == 0 {
		t.Error("a new index is given no settings")
	}
	apply(t, standIn(t, s, nil), 2, doc("b", "Korps"))
	if n := changesSettings(s); n != 0 {
		t.Errorf("%d changes of settings that are right", n)
	}
	for _, drift := range []string{`{"pagination":{"maxTotalHits":1000}}`, `{"localizedAttributes":[{"locales":["swe"],"attributePatterns":["*"]}]}`, `{"facetSearch":true}`, `{"distinctAttribute":"organizer"}`, `{"stopWords":["kor"]}`, `{"synonyms":{"kor":["korps"]}}`,
		`{"typoTolerance":{"enabled":true,"minWordSizeForTypos":{"oneTypo":5,"twoTypos":9}}}`, `{"filterableAttributes":["kind"]}`} {
		patch(t, s, drift)
		s.Requests()
		e := standIn(t, s, nil)
		apply(t, e, 3, doc("c", "Korskole"))
		if n := changesSettings(s); n != 1 {
			t.Errorf("after %s there are %d changes, want 1", drift, n)
		}
		if r := search(t, e, index.Query{Limit: 5, Sort: index.SortTitle, Facets: index.Facets()}); r.Total == 0 {
			t.Errorf("after %s nothing is found", drift)
		}
	}
}

// A server that is not there, refuses, or fails tasks is an error, and nothing that was there is lost.
func TestFailures(t *testing.T) {
	gone := meili.New(meili.Options{URL: "http://127.0.0.1:1", Key: "hemmelig"})
	_, err := gone.Change(ctx)
	var told *meili.Error
	if !errors.As(err, &told) || told.Status != 0 || told.Err == nil {
		t.Errorf("a server that is down: %v", err)
	}
	s := meilitest.Start(t)
	e := standIn(t, s, nil)
	apply(t, e, 1, doc("a", "Kor"))

	s.FailTask = func(kind, _ string) bool { return kind == "documentAdditionOrUpdate" }
	err = e.Apply(ctx, index.Batch{Upserts: []index.Document{doc("b", "Kor")}, Change: 2})
	if !errors.As(err, &told) || told.Code != "internal" || !strings.Contains(told.Doing, "documentAdditionOrUpdate") {
		t.Errorf("a failed task: %v", err)
	}
	if err := e.Rebuild(ctx, 2, feed(doc("b", "Kor"))); err == nil {
		t.Error("a rebuild whose tasks fail succeeds")
	}
	s.FailTask = nil
	stands(t, e, 1, 1)
	if got := fmt.Sprint(s.Indexes()); got != "[hub]" {
		t.Errorf("a failed rebuild leaves %v", got)
	}

	var looks atomic.Int32
	s.Refuse = func(r *http.Request) (int, string) {
		if strings.HasPrefix(r.URL.Path, "/tasks/") && looks.Add(1) == 1 {
			return 500, "internal"
		}
		return 0, ""
	}
	if err := e.Apply(ctx, index.Batch{Upserts: []index.Document{doc("c", "Korps")}, Deletes: []string{"a"}, Change: 3}); err == nil {
		t.Error("a task whose end is not known succeeds")
	}
	s.Refuse = nil
	for s.Step() {
	}
	for range 2 { // sent again, it does no harm
		if err := e.Apply(ctx, index.Batch{Upserts: []index.Document{doc("c", "Korps")}, Deletes: []string{"a"}, Change: 3}); err != nil {
			t.Fatal(err)
		}
	}
	stands(t, e, 1, 3)
	if s.Documents("hub") != 2 { // the listing and the position
		t.Errorf("%d documents in the index", s.Documents("hub"))
	}
	if err := e.Drop(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Search(ctx, index.Query{Now: indextest.Now}); err == nil {
		t.Error("an index that is lost finds nothing without a word")
	}
	stands(t, e, 0, 0)
	apply(t, e, 4, doc("d", "Kor"))
	stands(t, e, 1, 4)
}

// One document that Meilisearch refuses costs itself only, and is told.
func TestBadDocuments(t *testing.T) {
	s := meilitest.Start(t)
	s.RefuseDocument = func(fields map[string]any) string {
		if fields["listing"] == "id00017" || fields["listing"] == "id00311" {
			return "invalid_document_geo_field"
		}
		return ""
	}
	var told []string
	e := standIn(t, s, func(o *meili.Options) {
		o.Rejected = func(id string, reason error) {
			told = append(told, fmt.Sprint(id, " ", strings.Contains(reason.Error(), "geo")))
		}
	})
	want := "[id00017 true id00311 true]"
	docs := many(400)
	apply(t, e, 5, docs...)
	stands(t, e, 398, 5)
	if slices.Sort(told); fmt.Sprint(told) != want {
		t.Errorf("told %v, want %v", told, want)
	}
	told = nil
	if err := e.Rebuild(ctx, 6, feed(many(2300)...)); err != nil {
		t.Fatal(err)
	}
	stands(t, e, 2298, 6)
	if slices.Sort(told); fmt.Sprint(told) != want {
		t.Errorf("the rebuild told %v, want %v", told, want)
	}
}

// A rebuild that Meilisearch loses something of is no rebuild.
func TestCounted(t *testing.T) {
	s := meilitest.Start(t)
	e := standIn(t, s, nil)
	apply(t, e, 1, doc("a", "Kor"))
	s.RefuseDocument = func(fields map[string]any) string {
		if fields["listing"] == "id00001" {
			return "lost"
		}
		return ""
	}
	if err := e.Rebuild(ctx, 2, feed(many(10)...)); err == nil || !strings.Contains(err.Error(), "holds 9 listings of 10") {
		t.Errorf("error %v", err)
	}
	stands(t, e, 1, 1)
}

// Chunks are sent without waiting for each, and what a killed rebuild has left is no hindrance.
func TestChunks(t *testing.T) {
	s := meilitest.Start(t)
	e := standIn(t, s, nil)
	apply(t, e, 1, doc("a", "Kor"))
	r, err := http.Post(s.URL+"/indexes", "application/json", strings.NewReader(`{"uid":"hub_new","primaryKey":"other"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	s.Step()
	s.Requests()
	docs := append(many(4500), doc("id00007", "Sist"))
	if err := e.Rebuild(ctx, 2, feed(docs...)); err != nil {
		t.Fatal(err)
	}
	stands(t, e, 4500, 2)
	if got := found(search(t, e, index.Query{Text: "sist", Limit: 5})); got != "id00007" {
		t.Errorf("of two with the same id %q is found", got)
	}
	unwaited(t, s, "POST /indexes/hub_new/documents")
	apply(t, e, 3, many(4500)...)
	unwaited(t, s, "POST /indexes/hub/documents")
	stands(t, e, 4500, 3)
}

// unwaited: no task has been looked at between the first two chunks.
func unwaited(t testing.TB, s *meilitest.Server, send string) {
	t.Helper()
	var seen []string
	for _, r := range s.Requests() {
		if r == send || len(seen) > 0 && strings.HasPrefix(r, "GET /tasks/") {
			seen = append(seen, strings.SplitN(r, "/", 3)[0]+strings.SplitN(r, "/", 3)[1])
		}
	}
	if len(seen) < 2 || seen[0] != seen[1] {
		t.Errorf("sent and waited: %v", seen[:min(6, len(seen))])
	}
}

// A change that comes while a rebuild goes on waits for the swap, and is in the new index.
func TestWriteDuringSwap(t *testing.T) {
	s := meilitest.Start(t)
	e := standIn(t, s, nil)
	apply(t, e, 1, doc("old", "Kor"))
	var wg sync.WaitGroup
	docs, begun := many(20), false
	if err := e.Rebuild(ctx, 2, func() (index.Document, bool, error) {
		if !begun {
			begun = true
			wg.Go(func() { apply(t, e, 3, doc("late", "Orgel")) })
		}
		if len(docs) == 0 {
			return index.Document{}, false, nil
		}
		d := docs[0]
		docs = docs[1:]
		return d, true, nil
	}); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	stands(t, e, 21, 3)
	if got := found(search(t, e, index.Query{Text: "orgel", Limit: 5})); got != "late" {
		t.Errorf("what came during the rebuild: %q", got)
	}
	if got := fmt.Sprint(s.Indexes()); got != "[hub]" {
		t.Errorf("indexes %v", got)
	}
}

// The position outlives the process, an index of another make is none, and two writers notice each other.
func TestPosition(t *testing.T) {
	s := meilitest.Start(t)
	first := standIn(t, s, nil)
	apply(t, first, 42, doc("a", "Kor"))
	second := standIn(t, s, nil)
	stands(t, second, 1, 42)
	other := standIn(t, s, func(o *meili.Options) { o.Fingerprint = "synonyms 2" })
	if c, err := other.Change(ctx); c != 0 || err != nil {
		t.Errorf("an index of another make stands at %d (%v)", c, err)
	}
	if _, err := other.Search(ctx, index.Query{Now: indextest.Now}); !errors.Is(err, meili.ErrOutdated) {
		t.Errorf("an index of another make answers: %v", err)
	}
	apply(t, second, 43, doc("b", "Korps"))
	if err := first.Apply(ctx, index.Batch{Change: 44}); !errors.Is(err, meili.ErrWriter) {
		t.Errorf("two writers: %v", err)
	}
	stands(t, first, 2, 43)
	apply(t, first, 44)
	stands(t, first, 2, 44)
}

// A busy server is asked again for a write, and not for a search.
func TestBusy(t *testing.T) {
	s := meilitest.Start(t)
	e := standIn(t, s, nil)
	apply(t, e, 1, doc("a", "Kor"))
	var refused atomic.Int32
	s.Refuse = func(r *http.Request) (int, string) {
		if strings.HasSuffix(r.URL.Path, "/documents") && refused.Add(1) <= 2 {
			return 503, "too_many_search_requests"
		}
		return 0, ""
	}
	apply(t, e, 2, doc("b", "Kor"))
	stands(t, e, 2, 2)
	s.Refuse = func(*http.Request) (int, string) { return 503, "too_many_search_requests" }
	s.Requests()
	var told *meili.Error
	if _, err := e.Search(ctx, index.Query{Now: indextest.Now}); !errors.As(err, &told) || told.Status != 503 {
		t.Errorf("a busy server: %v", err)
	}
	if n := len(s.Requests()); n != 1 {
		t.Errorf("%d requests of one search that is refused", n)
	}
	if err := e.Apply(ctx, index.Batch{Change: 3}); err == nil {
		t.Error("a server that stays busy takes a change")
	}
}

// An answer that was cut off is none.
func TestPartial(t *testing.T) {
	s := meilitest.Start(t)
	e := standIn(t, s, nil)
	apply(t, e, 1, doc("a", "Kor"))
	s.SearchMs = 1500
	if r, err := e.Search(ctx, index.Query{Now: indextest.Now, Limit: 5}); !errors.Is(err, meili.ErrPartial) || len(r.Hits) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// No error repeats the key, a password in the address, or what was searched for.
func TestSecrets(t *testing.T) {
	s := meilitest.Start(t)
	s.Key = "riktig"
	var all []error
	for _, url := range []string{s.URL, "http://user:hemmelig@127.0.0.1:1", strings.Replace(s.URL, "http://", "http://user:hemmelig@", 1)} {
		e := standIn(t, s, func(o *meili.Options) { o.URL, o.Key = url, "hemmelig" })
		_, err1 := e.Search(ctx, index.Query{Text: "rusomsorg", Now: indextest.Now})
		_, err2 := e.Change(ctx)
		err3 := e.Apply(ctx, index.Batch{Upserts: many(2), Change: 1})
		err4 := e.Rebuild(ctx, 1, feed())
		all = append(all, err1, err2, err3, err4)
	}
	right := standIn(t, s, nil)
	apply(t, right, 1, doc("a", "Kor"))
	s.Refuse = func(r *http.Request) (int, string) { return 400, "said " + r.Header.Get("Authorization") }
	_, err1 := right.Search(ctx, index.Query{Text: "rusomsorg", Now: indextest.Now})
	err2 := right.Apply(ctx, index.Batch{Change: 2})
	for _, err := range append(all, err1, err2) {
		if err == nil {
			t.Error("no error")
			continue
		}
		text := fmt.Sprintf("%v %+v %#v", err, err, err)
		for _, secret := range []string{"hemmelig", "riktig", "rusomsorg"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s is told: %s", secret, text)
			}
		}
	}
}

// A page of results is few requests, whatever the order.
func TestRequests(t *testing.T) {
	s := meilitest.Start(t)
	e := standIn(t, s, nil)
	docs := indextest.Generate(900, 5)
	apply(t, e, 1, docs...)
	for name, c := range map[string]struct {
		q    index.Query
		most int
	}{
		"counts":    {index.Query{Facets: index.Facets()}, 1},
		"title":     {index.Query{Sort: index.SortTitle, Limit: 20, Facets: index.Facets(), Filters: map[index.Facet][]string{index.FacetKind: {"event"}, index.FacetStatus: {"scheduled"}}}, 1},
		"start":     {index.Query{Limit: 20, Facets: index.Facets()}, 3},
		"word":      {index.Query{Text: "korps", Limit: 20, Facets: index.Facets()}, 3},
		"mistyped":  {index.Query{Text: "sjakkk", Limit: 20, Facets: index.Facets()}, 4},
		"two words": {index.Query{Text: strings.Join(strings.Fields(docs[0].Title)[:2], " "), Limit: 20, Facets: index.Facets()}, 4},
	} {
		s.Requests()
		r := search(t, e, c.q)
		if asked := s.Requests(); len(asked) > c.most || r.Total == 0 {
			t.Errorf("%s: %d found by %v", name, r.Total, asked)
		}
	}
}

// Mistyped words are corrected, also in the first letter when it is spelt without its marks, and only when they are no words.
func TestMistyped(t *testing.T) {
	s := meilitest.Start(t)
	e := standIn(t, s, nil)
	apply(t, e, 1, doc("swim", "Svømming i Farrishallen"), doc("chess", "Sjakk for barn"), doc("trout", "Ørretfiske"), doc("dance", "Dans"), doc("hand", "Hansa"))
	for text, want := range map[string]string{
		"svøming": "swim", "svmming": "swim", "svømmign": "swim", "sjkak": "chess", "sjakk bran": "chess", "oretfiske": "trout", "orretfiksing": "",
		"dans": "dance", "fotballl": "", "svømming sjakk": "", "2026": "",
	} {
		r := search(t, e, index.Query{Text: text, Limit: 5, Facets: []index.Facet{index.FacetKind}})
		if got := found(r); got != want || r.Total != len(strings.Fields(want)) {
			t.Errorf("%q finds %q (%d), want %q", text, got, r.Total, want)
		}
	}
}

// Of listings with all words those with them in the title come first, then labels, then texts; the same are ordered by who is next.
func TestBuckets(t *testing.T) {
	s := meilitest.Start(t)
	e := standIn(t, s, nil)
	at := indextest.Now.Add(time.Hour).Unix()
	text, label, title, soon, exact := doc("text", "Kveld"), doc("label", "Samling"), doc("title", "Koret øver"), doc("soon", "Koret synger"), doc("exact", "Kor")
	text.Description, label.Labels = "Vi har kor.", []string{"Kor"}
	soon.Standing, soon.Spans = false, []index.Span{{Start: at, End: at + 60}}
	apply(t, e, 1, text, label, title, soon, exact)
	r := search(t, e, index.Query{Text: "kor", Limit: 10})
	if got := found(r); got != "exact soon title label text" {
		t.Errorf("found %q", got)
	}
	if r.Hits[0].Score <= r.Hits[1].Score || r.Hits[1].Score != r.Hits[2].Score {
		t.Errorf("scores %v", r.Hits)
	}
}
