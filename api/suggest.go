package api

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/catalog"
	"fritidshub/index"
	"fritidshub/index/intent"
)

// The kinds of suggestions, in the order in which equals stand.
const (
	suggestCategory  = "category"
	suggestPlace     = "place"
	suggestOrganizer = "organizer"
	suggestListing   = "listing"
)

func suggestKinds() []string {
	return []string{suggestCategory, suggestPlace, suggestOrganizer, suggestListing}
}

const (
	usualSuggestions = 8
	maxSuggestions   = 20
)

// suggestion is one way to go on from what is being typed.
type suggestion struct {
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	Count int    `json:"count"` // listings that are not over
	// Parameters are those of the search that it leads to, URL its address.
	Parameters url.Values `json:"parameters"`
	URL        string     `json:"url"`
	ID         string     `json:"id,omitzero"` // of the listing, when it is the only one

	start bool // it begins with what is typed, otherwise words inside of it do
}

func (s *server) getSuggest(c *gin.Context) error {
	search, err := s.only(c, "q", "lang", "limit")
	if err != nil {
		return err
	}
	limit := min(search.Query.Limit, maxSuggestions)
	if !search.Limited {
		limit = usualSuggestions
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), searchTime)
	defer cancel()
	begun := s.Clock()
	found := []suggestion{}
	if typed := intent.Key(search.Query.Text); typed != "" {
		names, err := s.directory.get(ctx, s.Clock())
		if err != nil {
			return err
		}
		titles, err := s.titles(ctx, search.Query.Text, limit)
		if err != nil {
			return err
		}
		found = append(append(found, names.find(typed, search.Lang)...), titles...)
	}
	kinds := suggestKinds()
	slices.SortFunc(found, func(a, b suggestion) int {
		if a.start != b.start {
			if a.start {
				return -1
			}
			return 1
		}
		return cmp.Or(b.Count-a.Count, slices.Index(kinds, a.Kind)-slices.Index(kinds, b.Kind), strings.Compare(a.Text, b.Text), strings.Compare(a.URL, b.URL))
	})
	found = found[:min(len(found), limit)]
	for i := range found {
		found[i].URL = "/api/v1/search?" + found[i].Parameters.Encode()
	}
	s.tookSearching(c, begun)
	return s.sendJSON(c, map[string]any{"suggestions": found})
}

// titles gives the titles of listings.
func (s *server) titles(ctx context.Context, text string, limit int) ([]suggestion, error) {
	engine, ok := s.Engine().(index.Suggester)
	if !ok {
		return nil, nil
	}
	titles, err := engine.Suggest(ctx, index.SuggestQuery{Text: text, Limit: limit, Now: s.Now()})
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(titles))
	for i, t := range titles {
		ids[i] = t.ID
	}
	listings, err := s.Listings.ListingsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []suggestion
	for _, l := range listings {
		t := titles[slices.Index(ids, l.ID)]
		sg := suggestion{Kind: suggestListing, Text: l.Title, Count: t.Count, start: t.Start,
			Parameters: url.Values{"q": {l.Title}, "interpret": {"false"}}}
		if t.Count == 1 {
			sg.ID = l.ID
		}
		out = append(out, sg)
	}
	return out, nil
}

// directory is what can be suggested but titles.
type directory struct {
	entries []directoryEntry
	words   map[string]spelt // of all names, by intent.Key
}

type directoryEntry struct {
	kind, facet, value string
	count              int
	text               func(lang string) string
	keys               []string // of all names, see intent.Key; the first is that of the own name
}

// find gives the entries with a name in which what is typed begins a word.
func (d *directory) find(typed, lang string) []suggestion {
	var out []suggestion
	inside := " " + typed
	for _, e := range d.entries {
		start, within := false, false
		for _, key := range e.keys {
			start = start || strings.HasPrefix(key, typed)
			within = within || start || strings.Contains(key, inside)
		}
		if within {
			out = append(out, suggestion{Kind: e.kind, Text: e.text(lang), Count: e.count, Parameters: url.Values{e.facet: {e.value}}, start: start})
		}
	}
	return out
}

// loadDirectory reads the categories, places and organizers that listings have, municipalities among the places.
func (s *server) loadDirectory(ctx context.Context) (*directory, error) {
	known, err := s.names.get(ctx, s.Clock())
	if err != nil {
		return nil, err
	}
	result, err := s.ask(ctx, index.Query{Now: s.Now(),
		Facets: []index.Facet{index.FacetCategory, index.FacetMunicipality, index.FacetPlace, index.FacetOrganizer}})
	if err != nil {
		return nil, err
	}
	d := &directory{words: map[string]spelt{}}
	add := func(kind string, f index.Facet, n index.Count, text func(string) string, names ...string) {
		e := directoryEntry{kind: kind, facet: string(f), value: n.Value, count: n.Count, text: text}
		for _, name := range names {
			if key := intent.Key(name); key != "" {
				e.keys = append(e.keys, key)
			}
			for word := range strings.FieldsSeq(catalog.Fold(name)) {
				if key := intent.Key(word); n.Count > d.words[key].count {
					d.words[key] = spelt{word, n.Count}
				}
			}
		}
		if len(e.keys) > 0 && n.Count > 0 {
			d.entries = append(d.entries, e)
		}
	}
	labelled := func(f index.Facet, value string) func(string) string {
		return func(lang string) string { return s.Taxonomy.FacetLabel(string(f), value, lang) }
	}
	for _, n := range result.Facets[index.FacetCategory] {
		add(suggestCategory, index.FacetCategory, n, labelled(index.FacetCategory, n.Value), append(s.Taxonomy.Names(n.Value), s.Taxonomy.Synonyms(n.Value)...)...)
	}
	for _, n := range result.Facets[index.FacetMunicipality] {
		add(suggestPlace, index.FacetMunicipality, n, labelled(index.FacetMunicipality, n.Value), s.Taxonomy.FacetLabel("municipality", n.Value, "nb"))
	}
	for _, list := range []struct {
		kind  string
		facet index.Facet
		names map[string]string
	}{{suggestPlace, index.FacetPlace, known.places}, {suggestOrganizer, index.FacetOrganizer, known.organizers}} {
		for _, n := range result.Facets[list.facet] {
			if name := list.names[n.Value]; name != "" {
				add(list.kind, list.facet, n, func(string) string { return name }, name)
			}
		}
	}
	return d, nil
}

// aged keeps a reading for a while. When it is older it is still given while a new one is read beside it, so that nobody waits but the first.
type aged[T any] struct {
	load func(context.Context) (T, error)
	hold time.Duration

	mu      sync.Mutex
	value   T
	at      time.Time
	known   bool
	reading bool
}

func (a *aged[T]) get(ctx context.Context, now time.Time) (T, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case !a.known:
		v, err := a.load(ctx)
		if err != nil {
			return v, err
		}
		a.value, a.at, a.known = v, now, true
	case !a.reading && now.Sub(a.at) >= a.hold:
		a.reading = true
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), aheadTime)
		go func() {
			defer cancel()
			v, err := a.load(ctx)
			a.mu.Lock()
			defer a.mu.Unlock()
			if a.reading, a.at = false, now; err == nil {
				a.value = v
			}
		}()
	}
	return a.value, nil
}

const (
	aheadTime     = 30 * time.Second
	directoryTime = 10 * time.Second
)
