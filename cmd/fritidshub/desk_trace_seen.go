package main

import (
	"context"
	"errors"
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"fritidshub/api/console"
	"fritidshub/api/params"
	"fritidshub/catalog"
	"fritidshub/index"
	"fritidshub/index/intent"
)

var attribute = regexp.MustCompile(`([a-zA-Z][a-zA-Z_-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')`)

// notFilters are parameters of a search that hide nothing.
var notFilters = []string{"sort", "limit", "cursor", "facets", "lang", "interpret", "keep"}

// readSeen reads what an editor has pasted as where something should be seen: the address of a search, the code of an element or of a frame. Nil when it
// is empty.
func (d *desk) readSeen(text string) (*index.Query, error) {
	if text == "" {
		return nil, nil
	}
	given := url.Values{}
	if strings.Contains(text, "<") {
		for _, m := range attribute.FindAllStringSubmatch(text, -1) {
			name, value := strings.TrimPrefix(strings.ToLower(m[1]), "data-"), html.UnescapeString(m[2]+m[3])
			if u, err := url.Parse(value); name == "src" && err == nil && u.RawQuery != "" {
				maps.Copy(given, u.Query())
				continue
			}
			if name == "lang" { // that of the texts
				continue
			}
			given[name] = []string{value}
			if slices.Contains(index.Facets(), index.Facet(name)) {
				given[name] = strings.Split(value, ",")
			}
		}
	} else {
		u, err := url.Parse(text)
		if err != nil {
			return nil, errSeen
		}
		given = u.Query()
	}
	kept := url.Values{}
	for _, name := range params.Names() {
		for _, v := range given[name] {
			if v = strings.TrimSpace(v); v != "" && !slices.Contains(notFilters, name) {
				kept.Add(name, v)
			}
		}
	}
	if text := kept.Get("q"); given.Get("interpret") != "false" && len(given["keep"]) == 0 {
		d.readWords(kept, text)
	}
	zone := d.config.Load().Hub.Zone
	search, err := params.ParseValues(kept, params.Rules{Zone: zone, Languages: []string{"nb"}, Category: d.hub.taxonomy.Has})
	var faults params.Errors
	if errors.As(err, &faults) {
		return nil, &console.Fault{Status: http.StatusBadRequest, Text: "«" + oneLine(kept.Get(faults[0].Parameter), 60) + "» kan ikke brukes som " + strings.ToLower(d.filterName(faults[0].Parameter)) + ", så ingenting vises der."}
	}
	if err != nil {
		return nil, err
	}
	search.Query.Now = d.now()
	search.Resolve(zone)
	return &search.Query, nil
}

// readWords makes filters of the words of a search that are read as such, as the search itself does.
func (d *desk) readWords(kept url.Values, text string) {
	hub := d.config.Load().Hub
	read := intent.New(d.hub.taxonomy).Read(text, intent.Context{Now: d.now(), School: d.hub.schools.In(hub.Municipality), Named: func(string, string) bool { return false },
		Keep: func(intent.Found) bool { return false }})
	if kept.Set("q", read.Rest); read.Rest == "" {
		kept.Del("q")
	}
	for _, f := range read.Found {
		for _, p := range f.Params {
			if !kept.Has(p.Name) {
				kept.Set(p.Name, p.Value)
			}
		}
	}
}

var errSeen = &console.Fault{Status: http.StatusBadRequest, Text: "Huben forstår ikke hvor den skulle ha vist seg. Lim inn adressen til et søk, eller koden til elementet på nettsiden."}

func (d *desk) filterName(parameter string) string {
	if key := "filter." + parameter; d.words.Has(key) {
		return d.words.T(key)
	}
	return d.words.T("filter.q")
}

// visible says whether residents find a listing, where it was asked for too, and with which filters they do. It asks an engine that holds nothing else.
func (t *tracing) visible(ctx context.Context, l *catalog.ListingState) (steps []console.Step, filters []console.Filter, err error) {
	given := false
	doc := index.NewDocument(l, t.hub.taxonomy, t.hub.calendars(), t.now())
	if t.alone == nil {
		t.alone = t.hub.newEngine()
	}
	err = t.alone.Rebuild(ctx, 1, func() (index.Document, bool, error) { more := !given; given = true; return doc, more, nil })
	if err != nil {
		return nil, nil, err
	}
	finds := func(q index.Query) (index.Result, bool, error) {
		q.Now, q.Limit, q.Offset, q.After, q.Facets, q.Sort, q.Unstated = t.now(), 0, 0, nil, nil, "", true
		r, err := t.alone.Search(ctx, q)
		return r, r.Total > 0, err
	}
	_, now, err := finds(index.Query{})
	if err != nil {
		return nil, nil, err
	}
	step := console.Step{Name: "Synlig i søket", State: "good", Text: "Den vises i et søk uten filtre."}
	if !now {
		step.State, step.Text = "bad", "Den er over, og vises ikke i søk."
		if doc.Ends != 0 {
			step.At = time.Unix(doc.Ends, 0)
		}
	}
	steps = append(steps, step)
	if t.seen != nil {
		hides, err := t.hides(finds)
		if err != nil {
			return nil, nil, err
		}
		there := console.Step{Name: "Synlig der du spør om", State: "good", Text: "Ingen av filtrene der skjuler den."}
		if len(hides) > 0 {
			there.State, there.Text = "bad", strings.Join(hides, " ")
		} else if !now {
			there.State, there.Text = "bad", "Ingen av filtrene der skjuler den, men den er over."
		}
		steps = append(steps, there)
	}
	return steps, t.filters(&doc), nil
}

// hides says in sentences which filters of what was asked for keep it from being found, each tried by itself.
func (t *tracing) hides(finds func(index.Query) (index.Result, bool, error)) (sentences []string, err error) {
	drops := index.Drops(t.seen)
	for _, name := range slices.Sorted(maps.Keys(drops)) {
		alone := *t.seen
		for _, other := range slices.Sorted(maps.Keys(drops)) {
			if other != name && (name != "from" && name != "to" || other != "from" && other != "to") { // a range is one filter
				drops[other](&alone)
			}
		}
		result, found, err := finds(alone)
		if err != nil {
			return nil, err
		}
		silent := result.Unstated[name] > 0 || (name == "free" || name == "max_price") && result.Unstated[string(index.AspectPrice)] > 0
		switch {
		case found || name == "to" && drops["from"] != nil:
		case silent:
			sentences = append(sentences, "Filteret «"+t.filterName(name)+"» skjuler den, fordi kilden ikke sier noe om det.")
		case name == "q":
			sentences = append(sentences, "Ordene «"+oneLine(alone.Text, 60)+"» finner den ikke.")
		default:
			sentences = append(sentences, "Filteret «"+t.filterName(name)+"» skjuler den.")
		}
	}
	return sentences, nil
}

// traceFacets are the filters that a trace tells the values of.
var traceFacets = []index.Facet{index.FacetKind, index.FacetCategory, index.FacetMunicipality, index.FacetWeekday, index.FacetTime, index.FacetAccessibility, index.FacetScheme, index.FacetLanguage,
	index.FacetSource}

// filters are those with which a listing is found.
func (t *tracing) filters(doc *index.Document) (list []console.Filter) {
	for _, f := range traceFacets {
		one := console.Filter{Name: t.filterName(string(f))}
		for _, v := range doc.Values(f) {
			if v == "" {
				continue
			}
			text := t.hub.taxonomy.FacetLabel(string(f), v, "nb")
			if f == index.FacetSource {
				text = t.names[v]
			}
			one.Values = append(one.Values, console.FilterValue{Text: text, Parameter: string(f), Value: v})
		}
		if len(one.Values) > 0 {
			list = append(list, one)
		}
	}
	return list
}
