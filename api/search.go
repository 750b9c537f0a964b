package api

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/params"
	"fritidshub/catalog"
	"fritidshub/index"
)

// answer is what a search gives.
type answer struct {
	Total  int                           `json:"total"`
	Items  []catalog.Item                `json:"items"`
	Facets map[index.Facet][]facetAnswer `json:"facets"`
	besides

	next   *index.Cursor
	read   interpretation
	engine string // who answered
}

// besides is what an answer says besides what was found.
type besides struct {
	// NotStated says for each facet how many of what it is counted over state nothing about it.
	NotStated map[index.Facet]int `json:"not_stated,omitempty"`

	// Interpreted is what of the text was read as filters. Searched is the text that was searched for then, Fallback what the answer
	// had to fall back to, and Note says it to the resident.
	Interpreted []interpreted `json:"interpreted,omitempty"`
	Searched    *string       `json:"searched,omitempty"`
	Fallback    string        `json:"fallback,omitzero"`
	Note        string        `json:"note,omitzero"`

	Next    string         `json:"next,omitzero"`
	Without map[string]int `json:"without,omitempty"`
	// Unstated says for filters how many listings would be hits but state nothing about it; those of age are among the hits.
	Unstated map[string]int `json:"unstated,omitempty"`
	// UnstatedText says that to residents, a sentence for each filter.
	UnstatedText []string `json:"unstated_text,omitempty"`
	advice
}

// engineHeader names the search engine that answered, and says so when it stands in for another one: "embedded; fallback".
const engineHeader = "X-Search-Engine"

type facetAnswer struct {
	Value    string `json:"value"`
	Label    string `json:"label"`
	Count    int    `json:"count"`
	Selected bool   `json:"selected"`
}

// maxFacetValues is how many values of a facet an answer gives that did not ask for that facet by name.
const maxFacetValues = 100

func (s *server) getSearch(c *gin.Context) error {
	key := s.answerKey(c)
	if key != "" {
		if w := s.answered.get(key, s.Clock()); w != nil {
			s.tookSearching(c, s.Clock())
			w.deliver(c)
			s.counted(c.Request, w.asked, false)
			return nil
		}
	}
	search, err := s.parse(c.Request.URL.RawQuery)
	if err != nil {
		return err
	}
	w, err := s.answer(c, &search)
	if err != nil {
		return err
	}
	if key != "" && !w.known(c) {
		w.at = s.Clock()
		s.answered.put(key, w)
	}
	w.deliver(c)
	s.counted(c.Request, w.asked, false)
	return nil
}

// answer makes the answer to a search, in its turn.
func (s *server) answer(c *gin.Context, search *params.Search) (*wire, error) {
	leave, err := s.searching.enter(c.Request.Context())
	if err != nil {
		return nil, err
	}
	defer leave()
	begun := s.Clock()
	ctx, cancel := context.WithTimeout(c.Request.Context(), searchTime)
	defer cancel()
	a, asked, hits, err := s.look(ctx, search)
	if err != nil {
		return nil, err
	}
	items, err := s.print(ctx, asked, hits)
	if err != nil {
		return nil, err
	}
	s.tookSearching(c, begun)
	if a.next != nil {
		next := a.read.further(search)
		a.Next = "/api/v1/search?" + change(next.Values, func(v url.Values) { v.Set("cursor", next.Cursor(*a.next)) }).Encode()
	}
	body, err := a.appendJSON(make([]byte, 0, 64<<10), items, hits)
	if err != nil {
		return nil, err
	}
	w := pack(c, http.StatusOK, typeJSON, cacheShort, append(body, '\n'))
	w.header = append(w.header, [2]string{engineHeader, a.engine})
	w.links = s.searchLinks(a.Next, c.Request.URL.RawQuery, search.Values.Encode())
	w.asked = askedIn(search, a)
	return w, nil
}

func (s *server) parse(rawQuery string) (params.Search, error) {
	search, err := params.Parse(rawQuery, s.rules)
	var faults params.Errors
	if errors.As(err, &faults) {
		return search, badParameters(faults)
	}
	return search, err
}

// search asks the engine and reads the listings that it found.
func (s *server) search(ctx context.Context, search *params.Search) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	a, asked, hits, err := s.look(ctx, search)
	if err != nil {
		return nil, err
	}
	a.Items, err = s.items(ctx, asked, hits)
	return a, err
}

// look asks the engine. It gives the answer without its items, the search as it was read, and the hits.
func (s *server) look(ctx context.Context, search *params.Search) (*answer, *params.Search, []index.Hit, error) {
	s.setNow(search)
	search.Query.Unstated = search.Query.After == nil
	q, result, read, err := s.find(ctx, search)
	if err != nil {
		return nil, nil, nil, err
	}
	maps.DeleteFunc(result.Unstated, func(_ string, n int) bool { return n == 0 })
	var more advice
	if result.Total == 0 && search.Query.Without {
		if more, err = s.advise(ctx, search, &q, result.Without); err != nil {
			return nil, nil, nil, err
		}
	}
	asked := *search
	asked.Query = q
	facets, err := s.facets(ctx, search, result.Facets)
	if err != nil {
		return nil, nil, nil, err
	}
	a := &answer{Total: result.Total, Facets: facets, next: result.Next, engine: cmp.Or(result.Engine, s.Status().Engine), read: read,
		besides: besides{NotStated: result.NotStated, Without: result.Without, Unstated: result.Unstated, Interpreted: read.parts, Fallback: read.fallback,
			advice: more}}
	a.UnstatedText = unstated(s.words.For(search.Lang), result.Unstated, func(string) bool { return false })
	if len(read.parts) > 0 {
		a.Searched, a.Note = &q.Text, read.note(s.words.For(search.Lang))
	}
	return a, &asked, result.Hits, nil
}

// walkTime is the longest that the pages of one search are answered as of the first.
const walkTime = time.Hour

// setNow gives a search its time: now, or when its first page was asked for.
func (s *server) setNow(search *params.Search) {
	now := s.Now()
	if age := now.Sub(search.Query.Now); age < 0 || age > walkTime {
		search.Query.Now = now
	}
	search.Resolve(s.Hub.Zone)
}

func (s *server) ask(ctx context.Context, q index.Query) (index.Result, error) {
	engine := s.Engine()
	if engine == nil {
		return index.Result{}, unavailable("The search index is not ready yet.", 5)
	}
	result, err := engine.Search(ctx, q)
	switch {
	case errors.Is(err, index.ErrCursor):
		return result, badParameters(params.Errors{{Parameter: "cursor", Detail: "cursor must be the one that the answer before gave in next, with the same parameters"}})
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return result, err
	case err != nil:
		s.Logger.Error("the search engine failed", "error", err)
		return result, unavailable("The search does not answer. What is known is not lost; try again shortly.", 5)
	}
	return result, nil
}

func (s *server) items(ctx context.Context, search *params.Search, hits []index.Hit) ([]catalog.Item, error) {
	ids := make([]string, len(hits))
	distance := make(map[string]*float64, len(hits))
	for i, h := range hits {
		ids[i], distance[h.ID] = h.ID, h.Distance
	}
	listings, err := s.Listings.ListingsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	p, err := s.printer(ctx, search.Lang)
	if err != nil {
		return nil, err
	}
	p.now, p.from, p.to = search.Query.Now, search.Query.From, search.Query.To
	items := make([]catalog.Item, len(listings))
	for i := range listings {
		items[i] = p.item(&listings[i], false)
		items[i].Distance = distance[items[i].ID]
	}
	return items, nil
}

func (s *server) printer(ctx context.Context, lang string) (*printer, error) {
	sources, err := s.sources.get(ctx, s.Clock())
	if err != nil {
		return nil, err
	}
	return &printer{hub: s.Hub, now: s.Now(), words: s.words.For(lang), lang: lang, sources: sources}, nil
}

func (s *server) facets(ctx context.Context, search *params.Search, counts map[index.Facet][]index.Count) (map[index.Facet][]facetAnswer, error) {
	out := make(map[index.Facet][]facetAnswer, len(counts))
	for _, f := range search.Query.Facets {
		label, err := s.labels(ctx, f, search.Lang)
		if err != nil {
			return nil, err
		}
		values := []facetAnswer{}
		for i, n := range counts[f] {
			if search.Named || i < maxFacetValues || n.Selected {
				values = append(values, facetAnswer{Value: n.Value, Label: label(n.Value), Count: n.Count, Selected: n.Selected})
			}
		}
		out[f] = values
	}
	return out, nil
}

// listing reads one listing that residents may see. The error is a Problem: 404, or 410 with what is left of it.
func (s *server) listing(ctx context.Context, id string) (catalog.ListingState, error) {
	l, err := s.Listings.Listing(ctx, id)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && l.Hidden && l.DeletedAt.IsZero() && l.MergedInto == "":
		return l, problem(http.StatusNotFound, "no-such-listing", "There is no such listing", "No listing of this hub has that id.")
	case err != nil:
		return l, err
	case !l.DeletedAt.IsZero() && l.MergedInto == "":
		p := problem(http.StatusGone, "gone", "The listing is gone", "Its source does not offer it any more.")
		p.Tombstone = &Tombstone{ID: l.ID, DeletedAt: l.DeletedAt.In(s.Hub.Zone)}
		if l.GoneWhy != catalog.WhyLeave {
			p.Tombstone.Title, p.Tombstone.Records = l.Title, recordsOf(&l)
		}
		return l, p
	}
	return l, nil
}
