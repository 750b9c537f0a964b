package api

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"fritidshub/api/params"
	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/index"
	"fritidshub/index/intent"
)

// interpreted is a part of the typed text that is read as a filter.
type interpreted struct {
	Text      string `json:"text"`
	Parameter string `json:"parameter"`
	Value     string `json:"value"`
	// Parameters are all that it says: days have a from and a to.
	Parameters url.Values `json:"parameters"`
	Label      string     `json:"label"`
	// Applied is false when the answer does without it: the resident set that filter, or nothing was found with it.
	Applied bool   `json:"applied"`
	Remove  string `json:"remove"`  // the address of the search without it
	AsText  string `json:"as_text"` // the address of the search in which its words are words

	found           intent.Found
	without, asText url.Values
}

// What an answer falls back to when too little is found with the filters that were read.
const (
	fallbackText = "text" // all words that were typed
	fallbackRest = "rest" // the words that say no filter
)

// interpretation is how the text of a search is read.
type interpretation struct {
	parts    []interpreted
	rest     string
	said     string // of what was read, what listings may say too; see intent.Reading
	fallback string
}

// With fewer hits than fewHits, and a share of less than one in fewShare of what the words alone find, the filters that were read are
// taken to be misread.
const (
	fewHits  = 3
	fewShare = 10
)

// interpret reads the text of a search. What the resident set says more than what is read.
func (s *server) interpret(ctx context.Context, search *params.Search) interpretation {
	text := search.Query.Text
	if text == "" || search.Literal {
		return interpretation{rest: text}
	}
	now := search.Query.Now.In(s.Hub.Zone)
	towns, err := s.towns.get(ctx, s.Clock())
	if err != nil {
		towns = nil // the search itself will say so
	}
	reading := s.reader.Read(text, intent.Context{Now: now, School: s.Hub.Schools.In(s.Hub.Municipality), Towns: towns,
		Named: func(a, b string) bool {
			known, _ := s.names.get(ctx, s.Clock())
			return known.pairs[a+" "+b]
		},
		Keep: func(f intent.Found) bool {
			return slices.ContainsFunc(search.Keep, func(k string) bool {
				key := intent.Key(k)
				return key == intent.Key(f.Core) || key == intent.Key(f.Text)
			})
		}})
	in := interpretation{rest: reading.Rest, said: reading.Said}
	l := s.words.For(search.Lang)
	for _, f := range reading.Found {
		p := interpreted{Text: f.Text, Parameter: f.Params[0].Name, Value: f.Params[0].Value, Parameters: url.Values{}, Applied: true, found: f,
			Label: s.foundLabel(f, l, search.Lang, now)}
		for _, param := range f.Params {
			if param.Name == p.Parameter || !search.Values.Has(param.Name) {
				p.Parameters.Add(param.Name, param.Value)
			}
		}
		if has := search.Values.Has; has(p.Parameter) || p.Parameters.Has("to") && (has("from") || has("to") || has("when")) {
			p.Applied = false
		}
		p.without = change(search.Values, func(v url.Values) { setOrDrop(v, "q", f.Without(text)) })
		p.asText = change(search.Values, func(v url.Values) { v.Add("keep", f.Core) })
		p.Remove, p.AsText = "/api/v1/search?"+p.without.Encode(), "/api/v1/search?"+p.asText.Encode()
		in.parts = append(in.parts, p)
	}
	return in
}

func change(values url.Values, how func(url.Values)) url.Values {
	next := make(url.Values, len(values))
	for name, vs := range values {
		next[name] = slices.Clone(vs)
	}
	how(next)
	return next
}

func setOrDrop(v url.Values, name, value string) {
	if v.Set(name, value); value == "" {
		v.Del(name)
	}
}

func (s *server) foundLabel(f intent.Found, l *words.Language, lang string, now time.Time) string {
	switch name := f.Params[0].Name; name {
	case "free":
		return l.T("filter.free")
	case "age":
		said := l.Age(f.Age)
		if f.Age.Min != nil && f.Age.Max != nil && *f.Age.Min != *f.Age.Max {
			return l.T("interpreted.age", said, f.Params[0].Value)
		}
		return said
	case "max_price":
		return l.T("price.upto", f.Params[0].Value+" kr")
	case "from", "to":
		core, days := words.Upper(strings.TrimRight(f.Core, ".")), daysLabel(f.Params, l, now)
		if strings.EqualFold(core, days) {
			return core
		}
		return core + " (" + days + ")"
	default:
		var labels []string
		for _, p := range f.Params {
			labels = append(labels, s.Taxonomy.FacetLabel(p.Name, p.Value, lang))
		}
		return strings.Join(labels, ", ")
	}
}

// daysLabel says the days of from and to.
func daysLabel(found []intent.Param, l *words.Language, now time.Time) string {
	var days, clocks []string
	for _, p := range found {
		day, err := time.Parse(time.DateOnly, p.Value[:min(len(time.DateOnly), len(p.Value))])
		if err != nil {
			continue
		}
		days = append(days, l.Day(day, now))
		if begins, err := time.Parse(time.RFC3339, p.Value); err == nil {
			clocks = append(clocks, l.T("time.at", l.Clock(begins.In(now.Location()))))
		}
	}
	if len(days) == 1 && found[0].Name == "from" {
		return l.T("listing.validity.from", days[0])
	}
	if len(days) == 1 {
		return l.T("listing.validity.through", days[0])
	}
	if days[0] == days[1] {
		return strings.Join(append(days[:1], clocks...), " ")
	}
	return strings.Join(append(days[:1:1], clocks...), " ") + l.T("when.to") + days[1]
}

// find asks the engine for a search as it is read, and gives the query that was answered. The later pages of a walk do as the first did.
func (s *server) find(ctx context.Context, search *params.Search) (index.Query, index.Result, interpretation, error) {
	in := s.interpret(ctx, search)
	more := url.Values{}
	for _, p := range in.parts {
		if p.Applied {
			for name, vs := range p.Parameters {
				more[name] = append(more[name], vs...)
			}
		}
	}
	q := search.With(more, s.rules)
	q.Text = in.rest
	if in.said != "" {
		same := q
		same.Text = in.said
		said, err := s.ask(ctx, same.Bare())
		if err != nil {
			return q, said, in, err
		}
		if said.Total > 0 {
			in.rest, q = in.said, same
		}
	}
	result, err := s.ask(ctx, q)
	if err != nil || len(more) == 0 || q.After != nil || result.Total >= fewHits {
		return q, result, in, err
	}
	for _, other := range []struct{ name, text string }{{fallbackText, search.Query.Text}, {fallbackRest, in.rest}} {
		if other.text == "" || other.name == fallbackRest && result.Total > 0 {
			continue
		}
		plain := search.Query
		plain.Text = other.text
		total, err := s.ask(ctx, plain.Bare())
		if err != nil {
			return q, result, in, err
		}
		if total.Total > 0 && total.Total >= result.Total*fewShare {
			in.fallback = other.name
			for i := range in.parts {
				in.parts[i].Applied = false
			}
			result, err = s.ask(ctx, plain)
			return plain, result, in, err
		}
	}
	return q, result, in, nil
}

// settle makes the search say itself what its text is read for, so that it can be walked through. It gives what was read.
func (s *server) settle(ctx context.Context, search *params.Search) (url.Values, error) {
	only := *search
	only.Query.Limit, only.Query.Facets, only.Query.Without = 0, nil, false
	q, _, in, err := s.find(ctx, &only)
	if err != nil {
		return nil, err
	}
	q.Limit, q.Facets, q.Without = search.Query.Limit, search.Query.Facets, search.Query.Without
	search.Query = q
	read := url.Values{}
	for _, p := range in.parts {
		if p.Applied {
			for name, vs := range p.Parameters {
				read[name] = append(read[name], vs...)
			}
		}
	}
	return read, nil
}

// further is the search whose next page follows: when the answer fell back, one that says so.
func (in *interpretation) further(search *params.Search) *params.Search {
	if in.fallback == "" {
		return search
	}
	next := *search
	next.Values = change(search.Values, func(v url.Values) {
		v.Set("interpret", "false")
		v.Del("keep")
		if in.fallback == fallbackRest {
			v.Set("q", in.rest)
		}
	})
	return &next
}

// loadTowns gives the numbers of the municipalities that there are listings in.
func (s *server) loadTowns(ctx context.Context) (map[string]string, error) {
	result, err := s.ask(ctx, index.Query{Facets: []index.Facet{index.FacetMunicipality}, Now: s.Now()})
	if err != nil {
		return nil, err
	}
	towns := map[string]string{}
	twice := map[string]bool{}
	for _, n := range result.Facets[index.FacetMunicipality] {
		key := intent.Key(s.Taxonomy.FacetLabel(string(index.FacetMunicipality), n.Value, "nb"))
		twice[key] = towns[key] != ""
		towns[key] = n.Value
	}
	for key, is := range twice {
		if is {
			delete(towns, key) // two bear the name
		}
	}
	return towns, nil
}

// pairs gives which words follow each other in names.
func pairs(tables ...map[string]string) map[string]bool {
	out := map[string]bool{}
	for _, table := range tables {
		for _, name := range table {
			ws := strings.Fields(intent.Key(catalog.CleanText(name, 0)))
			for i := 1; i < len(ws); i++ {
				out[ws[i-1]+" "+ws[i]] = true
			}
		}
	}
	return out
}
