package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index"
)

func oslo(t testing.TB) *time.Location {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func instant(t testing.TB, s string) time.Time {
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// fakeStore holds listings in memory.
type fakeStore struct {
	mu       sync.Mutex
	listings []catalog.ListingState
	sources  []Source
	// organizers are those of a register of its own, when there is one.
	organizers []Named[catalog.Organizer]
	err        error
}

func (f *fakeStore) Listing(_ context.Context, id string) (catalog.ListingState, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.listings {
		if l.ID == id {
			return l, f.err
		}
	}
	return catalog.ListingState{}, cmp.Or(f.err, ErrNotFound)
}

func (f *fakeStore) ListingsByID(ctx context.Context, ids []string) ([]catalog.ListingState, error) {
	var out []catalog.ListingState
	for _, id := range ids {
		if l, err := f.Listing(ctx, id); err == nil && l.Live() {
			out = append(out, l)
		}
	}
	return out, f.err
}

func (f *fakeStore) Changes(_ context.Context, after int64, limit int, each func(catalog.ListingState) error) error {
	for i, l := range f.listings {
		if l.Change > after && (limit == 0 || i < limit) {
			if err := each(l); err != nil {
				return err
			}
		}
	}
	return f.err
}

func (f *fakeStore) Changed(_ context.Context, after int64, most int) (ids []string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.listings {
		if l.Change > after && len(ids) < most {
			ids = append(ids, l.ID)
		}
	}
	return ids, f.err
}

func (f *fakeStore) Change(context.Context) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	last := int64(0)
	for _, l := range f.listings {
		last = max(last, l.Change)
	}
	return last, f.err
}

func (f *fakeStore) Organizers(context.Context) ([]Named[catalog.Organizer], error) {
	if f.organizers != nil {
		return f.organizers, f.err
	}
	return register(f.listings, func(l *catalog.ListingState) (string, *catalog.Organizer) {
		return catalog.OrganizerID(l.Organizer), l.Organizer
	}), f.err
}

func (f *fakeStore) Places(context.Context) ([]Named[catalog.Place], error) {
	return register(f.listings, func(l *catalog.ListingState) (string, *catalog.Place) { return catalog.PlaceID(l.Place), l.Place }), f.err
}

func register[T any](listings []catalog.ListingState, of func(*catalog.ListingState) (string, *T)) []Named[T] {
	var out []Named[T]
	for i := range listings {
		id, v := of(&listings[i])
		if id == "" || !listings[i].Live() {
			continue
		}
		if at := slices.IndexFunc(out, func(n Named[T]) bool { return n.ID == id }); at >= 0 {
			out[at].Listings++
		} else {
			out = append(out, Named[T]{id, *v, 1})
		}
	}
	return out
}

func (f *fakeStore) Sources(context.Context) ([]Source, error) { return slices.Clone(f.sources), f.err }

// fakeEngine answers by looking at every document.
type fakeEngine struct {
	index.Engine // the methods that the API has no business with
	docs         []index.Document
	err          error
	asked        []index.Query
	mu           sync.Mutex
}

func (f *fakeEngine) Change(context.Context) (int64, error) { return int64(len(f.docs)), f.err }
func (f *fakeEngine) Count(context.Context) (int, error)    { return len(f.docs), f.err }

func (f *fakeEngine) Search(ctx context.Context, q index.Query) (index.Result, error) {
	f.mu.Lock()
	f.asked = append(f.asked, q)
	f.mu.Unlock()
	if f.err != nil {
		return index.Result{}, f.err
	}
	found := f.matching(q, "")
	r := index.Result{Total: len(found), Change: int64(len(f.docs)), Facets: map[index.Facet][]index.Count{}}
	slices.SortStableFunc(found, func(a, b index.Document) int {
		if q.Sort == index.SortTitle {
			return strings.Compare(a.Title, b.Title)
		}
		return cmp.Compare(next(a, q), next(b, q))
	})
	skip := q.Offset
	if q.After != nil {
		if q.After.Key != "fake" {
			return r, index.ErrCursor
		}
		skip = q.After.Offset
	}
	rest := found[min(skip, len(found)):]
	for _, d := range rest[:min(q.Limit, len(rest))] {
		r.Hits = append(r.Hits, index.Hit{ID: d.ID})
	}
	if q.Limit > 0 && len(rest) > q.Limit {
		r.Next = &index.Cursor{Key: "fake", ID: r.Hits[len(r.Hits)-1].ID, Offset: skip + q.Limit}
	}
	for _, facet := range q.Facets {
		r.Facets[facet] = counts(f.matching(q, string(facet)), facet, q.Filters[facet])
	}
	if q.Without && r.Total == 0 {
		r.Without = map[string]int{}
		for facet := range q.Filters {
			r.Without[string(facet)] = len(f.matching(q, string(facet)))
		}
		for _, name := range []string{"q", "age", "free"} {
			if n := len(f.matching(q, name)); n > 0 {
				r.Without[name] = n
			}
		}
	}
	return r, nil
}

func next(d index.Document, q index.Query) int64 {
	from := q.From
	if from.IsZero() {
		from = q.Now
	}
	for _, s := range d.Spans {
		if s.End > from.Unix() {
			return s.Start
		}
	}
	return 1 << 60
}

func (f *fakeEngine) matching(q index.Query, but string) []index.Document {
	from, to := q.From.Unix(), q.To.Unix()
	if q.From.IsZero() {
		from = q.Now.Unix()
	}
	if q.To.IsZero() {
		to = 1 << 60
	}
	return slices.DeleteFunc(slices.Clone(f.docs), func(d index.Document) bool {
		text := strings.ToLower(strings.Join([]string{d.Title, d.Summary, d.Organizer, d.Place, strings.Join(d.Labels, " ")}, " "))
		for _, w := range strings.Fields(strings.ToLower(q.Text)) {
			if but != "q" && !strings.Contains(text, w) {
				return true
			}
		}
		for facet, values := range q.Filters {
			if string(facet) != but && !slices.ContainsFunc(values, func(v string) bool { return slices.Contains(valuesOf(d, facet), v) }) {
				return true
			}
		}
		if q.Age != nil && but != "age" && (d.AgeMin != nil && *q.Age < *d.AgeMin || d.AgeMax != nil && *q.Age > *d.AgeMax) {
			return true
		}
		if q.Free && but != "free" && d.Free != catalog.Yes {
			return true
		}
		if d.Standing {
			return d.Ends != 0 && d.Ends <= from
		}
		return !slices.ContainsFunc(d.Spans, func(s index.Span) bool { return s.Start < to && (s.End > from || s.Start >= from) })
	})
}

func valuesOf(d index.Document, f index.Facet) []string {
	switch f {
	case index.FacetCategory:
		return d.Categories
	case index.FacetSource:
		return d.Sources
	case index.FacetScheme:
		return d.Schemes
	case index.FacetAccessibility:
		return d.Accessibility
	case index.FacetWeekday, index.FacetTime:
		return d.Slots.Values(f)
	case index.FacetLowThreshold:
		return factValues(d.LowThreshold)
	case index.FacetEquipmentLoan:
		return factValues(d.EquipmentLoan)
	}
	one := map[index.Facet]string{index.FacetKind: d.Kind, index.FacetMunicipality: d.Municipality, index.FacetOrganizer: d.OrganizerID,
		index.FacetPlace: d.PlaceID, index.FacetNeighbourhood: d.Neighbourhood, index.FacetLanguage: d.Language, index.FacetStatus: d.Status}[f]
	if one == "" {
		return nil
	}
	return []string{one}
}

func factValues(f catalog.Fact) []string {
	return map[catalog.Fact][]string{catalog.Yes: {"true"}, catalog.No: {"false"}}[f]
}

func counts(docs []index.Document, f index.Facet, selected []string) []index.Count {
	n := map[string]int{}
	for _, v := range selected {
		n[v] = 0
	}
	for _, d := range docs {
		for _, v := range valuesOf(d, f) {
			n[v]++
		}
	}
	var out []index.Count
	for v, c := range n {
		out = append(out, index.Count{Value: v, Count: c, Selected: slices.Contains(selected, v)})
	}
	slices.SortFunc(out, func(a, b index.Count) int { return cmp.Or(b.Count-a.Count, strings.Compare(a.Value, b.Value)) })
	return out
}

// hub is an API over fakes.
type hub struct {
	t      testing.TB
	store  *fakeStore
	engine *fakeEngine
	now    time.Time
	logged *strings.Builder
	http.Handler
}

func newHub(t testing.TB, change ...func(*Options)) *hub {
	t.Helper()
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	h := &hub{t: t, store: &fakeStore{listings: sample(t), sources: sampleSources(t)}, engine: &fakeEngine{},
		now: instant(t, "2026-11-22T12:00:00+01:00"), logged: &strings.Builder{}}
	for i := range h.store.listings {
		l := &h.store.listings[i]
		if l.Change = int64(i + 1); l.Live() {
			h.engine.docs = append(h.engine.docs, index.NewDocument(l, tax, calendar.Hub{Zone: oslo(t)}, h.now))
		}
	}
	o := Options{
		Hub: HubInfo{ID: "larvik", Name: "Aktiviteter i Larvik", Municipality: "3909", Languages: []string{"nb", "nn", "en", "uk"}, Zone: oslo(t),
			PublicURL: "https://aktiviteter.example"},
		Listings: h.store, Sources: h.store, Engine: func() index.Engine { return h.engine }, Taxonomy: tax,
		Now: func() time.Time { return h.now }, Version: "test", Logger: slog.New(slog.NewTextHandler(h.logged, nil)),
	}
	for _, f := range change {
		f(&o)
	}
	if h.Handler, err = New(o); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *hub) do(method, target string, headers ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if r.Header.Get("Accept-Encoding") == "" {
		contract(h.t).Check(h.t, method, r.URL, w.Code, w.Header(), w.Body.Bytes())
	}
	return w
}

func (h *hub) get(target string, want int) string {
	h.t.Helper()
	w := h.do("GET", target)
	if w.Code != want {
		h.t.Fatalf("GET %s: %d, want %d\n%s", target, w.Code, want, w.Body)
	}
	return w.Body.String()
}

func (h *hub) getJSON(target string, v any) {
	h.t.Helper()
	d := json.NewDecoder(strings.NewReader(h.get(target, 200)))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		h.t.Fatalf("GET %s: %v", target, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		h.t.Fatalf("GET %s: more than one document", target)
	}
}

func wordsFor(lang string) *words.Language { return words.Load().For(lang) }

func jsonInto(s string, v any) error { return json.Unmarshal([]byte(s), v) }
