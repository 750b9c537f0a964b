package meilitest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// catalogue is one index.
type catalogue struct {
	primary  string
	settings settings
	docs     map[string]*document
	next     int // internal number of the next document
	words    map[string]map[*document]places

	slots       []*document // what filters work on; nil: to be made
	byAttribute map[string]*values
}

// values are those of an attribute: which documents have a text, and whether any has a number.
type values struct {
	slots   map[string][]int32
	sorted  []string
	numbers bool
}

// index makes the slots.
func (x *catalogue) index() {
	if x.slots != nil {
		return
	}
	x.slots, x.byAttribute = []*document{}, map[string]*values{}
	for _, d := range x.docs {
		d.slot = len(x.slots)
		x.slots = append(x.slots, d)
	}
}

func (x *catalogue) values(attribute string) *values {
	v := x.byAttribute[attribute]
	if v != nil {
		return v
	}
	v = &values{slots: map[string][]int32{}}
	for slot, d := range x.slots {
		f := d.facets[attribute]
		v.numbers = v.numbers || len(f.numbers) > 0
		for _, text := range f.texts {
			if had := v.slots[text]; len(had) == 0 || had[len(had)-1] != int32(slot) {
				v.slots[text] = append(had, int32(slot))
			}
		}
	}
	v.sorted = slices.Sorted(maps.Keys(v.slots))
	x.byAttribute[attribute] = v
	return v
}

// changed forgets what was made of the documents.
func (x *catalogue) changed() { x.words, x.slots, x.byAttribute = nil, nil, nil }

// document is one document with what is made of it.
type document struct {
	number int
	slot   int // among the documents as they are
	fields map[string]any
	facets map[string]*facet // by filterable or sortable attribute
	geo    *[2]float64       // lat, lng
}

// facet is the values of an attribute: arrays are laid flat, truth values are texts.
type facet struct {
	texts    []string // normalised
	original []string
	numbers  []float64
}

func (f *facet) some(from, to float64) bool {
	return slices.ContainsFunc(f.numbers, func(n float64) bool { return from <= n && n <= to })
}

// places are where a document has a word: the searchable attribute and the position in it.
type places []struct{ attribute, position int }

func newCatalogue() *catalogue {
	return &catalogue{settings: defaults(), docs: map[string]*document{}}
}

func (x *catalogue) stats() any {
	return map[string]any{"numberOfDocuments": len(x.docs), "isIndexing": false, "fieldDistribution": map[string]int{}}
}

func (s *Server) stats() (int, any, *fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]any{}
	for uid, x := range s.indexes {
		all[uid] = x.stats()
	}
	return 200, map[string]any{"databaseSize": 0, "usedDatabaseSize": 0, "lastUpdate": epoch, "indexes": all}, nil
}

// add takes all documents or, when one is wrong, none.
func (x *catalogue) add(docs []map[string]any, replace bool) *fault {
	if x.primary == "" {
		return bad("index_primary_key_no_candidate_found", "this stand-in needs the primary key said when the index is made")
	}
	ids := make([]string, len(docs))
	points := make([]*[2]float64, len(docs))
	for i, d := range docs {
		switch id := d[x.primary].(type) {
		case nil:
			return bad("missing_document_id", "Document doesn't have a `%s` attribute.", x.primary)
		case string:
			ids[i] = id
		case float64:
			ids[i] = strconv.FormatFloat(id, 'f', -1, 64)
		}
		if !documentID.MatchString(ids[i]) {
			return bad("invalid_document_id", "Document identifier `%v` is invalid. A document identifier can be of type integer or string, only composed of alphanumeric characters (a-z A-Z 0-9), hyphens (-) and underscores (_), and can not be more than 511 bytes.", d[x.primary])
		}
		point, f := geoOf(d, ids[i])
		if f != nil {
			return f
		}
		points[i] = point
	}
	for i, fields := range docs {
		old := x.docs[ids[i]]
		d := &document{fields: fields, geo: points[i], number: x.next}
		if old != nil {
			d.number = old.number
			if !replace {
				d.fields = maps.Clone(old.fields)
				maps.Copy(d.fields, fields)
				d.geo, _ = geoOf(d.fields, ids[i])
			}
		} else {
			x.next++
		}
		x.docs[ids[i]] = d
		x.facetsOf(d)
	}
	x.changed()
	return nil
}

func geoOf(d map[string]any, id string) (*[2]float64, *fault) {
	raw, has := d["_geo"]
	if !has || raw == nil {
		return nil, nil
	}
	at, ok := raw.(map[string]any)
	lat, ok1 := at["lat"].(float64)
	lng, ok2 := at["lng"].(float64)
	if !ok || !ok1 || !ok2 || len(at) != 2 || lat < -90 || lat > 90 || lng < -180 || lng > 180 {
		return nil, bad("invalid_document_geo_field", "Could not parse latitude or longitude in the document with the id: `%q`. Was expecting finite numbers in `lat` and `lng` but instead got `%v`.", id, raw)
	}
	return &[2]float64{lat, lng}, nil
}

func (x *catalogue) remove(id string) {
	delete(x.docs, id)
	x.changed()
}

// settled makes anew what depends on the settings.
func (x *catalogue) settled() {
	for _, d := range x.docs {
		x.facetsOf(d)
	}
	x.changed()
}

func (x *catalogue) facetsOf(d *document) {
	d.facets = map[string]*facet{}
	for _, name := range slices.Concat(x.settings.FilterableAttributes, x.settings.SortableAttributes, x.custom()) {
		f := &facet{}
		f.add(d.fields[name])
		d.facets[name] = f
	}
}

// custom are the attributes of the ranking rules.
func (x *catalogue) custom() []string {
	var names []string
	for _, rule := range x.settings.RankingRules {
		if name, _, custom := strings.Cut(rule, ":"); custom {
			names = append(names, name)
		}
	}
	return names
}

func (f *facet) add(value any) {
	switch v := value.(type) {
	case string:
		f.texts, f.original = append(f.texts, normalize(v)), append(f.original, v)
	case bool:
		f.texts, f.original = append(f.texts, fmt.Sprint(v)), append(f.original, fmt.Sprint(v))
	case float64:
		f.numbers = append(f.numbers, v)
	case []any:
		for _, one := range v {
			f.add(one)
		}
	}
}

// vocabulary gives where each word stands.
func (x *catalogue) vocabulary() map[string]map[*document]places {
	if x.words != nil {
		return x.words
	}
	x.words = map[string]map[*document]places{}
	for _, d := range x.docs {
		for a, name := range x.settings.SearchableAttributes {
			text, _ := d.fields[name].(string)
			for position, w := range split(text) {
				if position >= maxPositions {
					break
				}
				in := x.words[w]
				if in == nil {
					in = map[*document]places{}
					x.words[w] = in
				}
				in[d] = append(in[d], struct{ attribute, position int }{a, position})
			}
		}
	}
	return x.words
}

// maxPositions is how many words of an attribute are known.
const maxPositions = 65535

// split gives the words of a text: å is a and æ is ae, while ø stays.
func split(text string) []string {
	text = strings.ReplaceAll(strings.ToLower(norm.NFKD.String(text)), "æ", "ae")
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, text)
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// settings are those of an index, as they are told and taken.
type settings struct {
	RankingRules         []string            `json:"rankingRules"`
	DistinctAttribute    *string             `json:"distinctAttribute"`
	SearchableAttributes []string            `json:"searchableAttributes"`
	DisplayedAttributes  []string            `json:"displayedAttributes"`
	FilterableAttributes []string            `json:"filterableAttributes"`
	SortableAttributes   []string            `json:"sortableAttributes"`
	StopWords            []string            `json:"stopWords"`
	Synonyms             map[string][]string `json:"synonyms"`
	Dictionary           []string            `json:"dictionary"`
	SeparatorTokens      []string            `json:"separatorTokens"`
	NonSeparatorTokens   []string            `json:"nonSeparatorTokens"`
	ProximityPrecision   string              `json:"proximityPrecision"`
	LocalizedAttributes  []json.RawMessage   `json:"localizedAttributes"`
	SearchCutoffMs       *int                `json:"searchCutoffMs"`
	PrefixSearch         string              `json:"prefixSearch"`
	FacetSearch          bool                `json:"facetSearch"`
	TypoTolerance        struct {
		Enabled             bool           `json:"enabled"`
		MinWordSize         map[string]int `json:"minWordSizeForTypos"`
		DisableOnWords      []string       `json:"disableOnWords"`
		DisableOnAttributes []string       `json:"disableOnAttributes"`
		DisableOnNumbers    bool           `json:"disableOnNumbers"`
	} `json:"typoTolerance"`
	Pagination struct {
		MaxTotalHits int `json:"maxTotalHits"`
	} `json:"pagination"`
	Faceting struct {
		MaxValuesPerFacet int               `json:"maxValuesPerFacet"`
		SortFacetValuesBy map[string]string `json:"sortFacetValuesBy"`
	} `json:"faceting"`
}

func defaults() settings {
	s := settings{
		RankingRules:         []string{"words", "typo", "proximity", "attribute", "sort", "exactness"},
		SearchableAttributes: []string{"*"}, DisplayedAttributes: []string{"*"}, FilterableAttributes: []string{}, SortableAttributes: []string{},
		StopWords: []string{}, Synonyms: map[string][]string{}, Dictionary: []string{}, SeparatorTokens: []string{}, NonSeparatorTokens: []string{},
		ProximityPrecision: "byWord", PrefixSearch: "indexingTime", FacetSearch: true,
	}
	s.TypoTolerance.Enabled = true
	s.TypoTolerance.MinWordSize = map[string]int{"oneTypo": 5, "twoTypos": 9}
	s.TypoTolerance.DisableOnWords, s.TypoTolerance.DisableOnAttributes = []string{}, []string{}
	s.Pagination.MaxTotalHits = 1000
	s.Faceting.MaxValuesPerFacet = 100
	s.Faceting.SortFacetValuesBy = map[string]string{"*": "alpha"}
	return s
}

var rankingRules = []string{"words", "typo", "proximity", "attribute", "sort", "exactness"}

func (s *Server) changeSettings(uid, which string, body []byte) (int, any, *fault) {
	change := func(to *settings) *fault { return strict(body, to) }
	switch which {
	case "/settings/facet-search":
		change = func(to *settings) *fault { return strict(body, &to.FacetSearch) }
	case "/settings/localized-attributes":
		change = func(to *settings) *fault { to.LocalizedAttributes = nil; return nil }
	case "/settings/distinct-attribute":
		change = func(to *settings) *fault { to.DistinctAttribute = nil; return nil }
	case "/settings/stop-words":
		change = func(to *settings) *fault { to.StopWords = []string{}; return nil }
	case "/settings/synonyms":
		change = func(to *settings) *fault { to.Synonyms = map[string][]string{}; return nil }
	}
	trial := defaults()
	if f := change(&trial); f != nil {
		return 0, nil, f
	}
	for _, rule := range trial.RankingRules {
		if name, way, custom := strings.Cut(rule, ":"); !slices.Contains(rankingRules, rule) && !(custom && name != "" && (way == "asc" || way == "desc")) {
			return 0, nil, bad("invalid_settings_ranking_rules", "`%s` ranking rule is invalid.", rule)
		}
	}
	if size := trial.TypoTolerance.MinWordSize; size["oneTypo"] > size["twoTypos"] {
		return 0, nil, bad("invalid_settings_typo_tolerance", "`minWordSizeForTypos` setting is invalid.")
	}
	return s.enqueue("settingsUpdate", uid, func() *fault {
		x := s.indexes[uid]
		if x == nil {
			x = newCatalogue()
			s.indexes[uid] = x
		}
		if f := change(&x.settings); f != nil {
			return f
		}
		x.settled()
		return nil
	})
}
