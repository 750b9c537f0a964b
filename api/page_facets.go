package api

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"fritidshub/api/pages"
	"fritidshub/api/params"
	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/index"
)

// quick gives the searches that most people want, each a link that also takes itself back.
func (p *searchPage) quick() []pages.Link {
	type choice struct {
		key string
		set url.Values
	}
	var choices []choice
	for _, when := range params.Whens() {
		choices = append(choices, choice{when, url.Values{"when": {when}}})
	}
	choices = append(choices, choice{"free", url.Values{"free": {"true"}}}, choice{"low_threshold", url.Values{"low_threshold": {"true"}}},
		choice{"adapted", url.Values{"accessibility": {"wheelchair"}}}, choice{"equipment", url.Values{"kind": {string(catalog.KindEquipment)}}})
	var out []pages.Link
	for _, c := range choices {
		if slices.ContainsFunc(slices.Collect(maps.Keys(c.set)), func(name string) bool { return !p.framed.offers(name) }) {
			continue
		}
		chosen := true
		for name, vs := range c.set {
			chosen = chosen && slices.Equal(p.search.Values[name], vs)
		}
		out = append(out, pages.Link{Text: p.words.T("quick." + c.key), Current: chosen, URL: p.with(func(q url.Values) {
			for name, vs := range c.set {
				if q[name] = vs; chosen {
					q.Del(name)
				}
				if name == "when" {
					q.Del("from")
					q.Del("to")
				}
			}
		})})
	}
	return out
}

// told is one thing that a search asks for, as people say it.
type told struct{ name, value, text string }

// told says what the search asks for: its words, then its filters.
func (p *searchPage) told(ctx context.Context) []told {
	var out []told
	given, t := p.search.Values, p.words.T
	add := func(name, text string) { out = append(out, told{name, given.Get(name), text}) }
	if text := p.search.Query.Text; text != "" {
		add("q", "«"+text+"»")
	}
	for _, c := range []struct{ name, text string }{{"free", t("filter.free")}, {"age", t("age.exact", given.Get("age"))}, {"max_price", t("price.upto", given.Get("max_price")+" kr")}} {
		if given.Has(c.name) {
			add(c.name, c.text)
		}
	}
	for _, name := range []string{"from", "to"} {
		if day, err := time.Parse(time.DateOnly, p.date(given.Get(name))); err == nil {
			add(name, p.name(name)+": "+p.words.Day(day, p.now))
		}
	}
	if when := given.Get("when"); when != "" {
		add("when", t("quick."+when))
	}
	for _, name := range []string{"near", "bbox"} {
		if given.Has(name) {
			add(name, p.name(name))
		}
	}
	for _, f := range index.Facets() {
		values := given[string(f)]
		if len(values) == 0 {
			continue
		}
		label, err := p.labels(ctx, f, p.search.Lang)
		if err != nil {
			label = func(v string) string { return v }
		}
		for _, v := range values {
			out = append(out, told{string(f), v, p.valueName(f, v, label(v))})
		}
	}
	return out
}

// chips names every filter that is on and may be taken off, as a link that does so.
func (p *searchPage) chips(a *answer, told []told) []pages.Link {
	out := p.readChips(&a.read)
	for _, c := range told {
		if c.name != "q" && !p.framed.keeps(c.name) {
			out = append(out, pages.Link{Text: c.text, URL: p.without(c.name, c.value)})
		}
	}
	return out
}

// valueName is what a value of a facet is called; what is only yes or no is called by what it is about.
func (p *searchPage) valueName(f index.Facet, value, label string) string {
	switch name := p.name(string(f)); {
	case f != index.FacetLowThreshold && f != index.FacetEquipmentLoan:
		return label
	case value == "true":
		return p.words.T("listing." + string(f))
	default:
		return p.words.T("filter.not", name)
	}
}

func (p *searchPage) groups(a *answer) []pages.Group {
	var out []pages.Group
	easy := pages.Group{Title: p.words.T("filter.easy")}
	for _, f := range p.search.Query.Facets {
		g := pages.Group{Name: string(f), Title: p.words.T("filter." + string(f)), Open: len(p.search.Query.Filters[f]) > 0 || f == index.FacetKind || f == index.FacetCategory}
		fact := f == index.FacetLowThreshold || f == index.FacetEquipmentLoan
		for i, v := range p.arrange(f, a.Facets[f]) {
			v.Selected = slices.Contains(p.search.Values[g.Name], v.Value) // what is read is a chip
			if v.Selected || i < maxChoices && v.Count > 0 && (!fact || v.Value == "true") {
				g.Choices = append(g.Choices, pages.Choice{Name: g.Name, Value: v.Value, Label: p.valueName(f, v.Value, v.Label), Count: words.Number(int64(v.Count)), Checked: v.Selected,
					Below: f == index.FacetCategory && len(p.Taxonomy.Ancestors(v.Value)) > 0})
			}
		}
		if fact {
			easy.Choices, easy.Open = append(easy.Choices, g.Choices...), easy.Open || g.Open
			if f == index.FacetEquipmentLoan && len(easy.Choices) > 0 {
				out = append(out, easy)
			}
		} else if len(g.Choices) > 1 || len(g.Choices) == 1 && g.Choices[0].Checked {
			out = append(out, g)
		}
	}
	return out
}

// arrange brings a facet's values into the order in which people read them: weekdays as in the week, kinds as the catalog has them,
// wide categories by count with the narrow ones only below one that is chosen. What is chosen is always there.
func (p *searchPage) arrange(f index.Facet, values []facetAnswer) []facetAnswer {
	byPlace := func(order []string) []facetAnswer {
		out := slices.Clone(values)
		slices.SortStableFunc(out, func(a, b facetAnswer) int {
			return cmp.Compare(slices.Index(order, a.Value), slices.Index(order, b.Value))
		})
		return out
	}
	switch f {
	case index.FacetKind:
		return byPlace(kindNames())
	case index.FacetWeekday:
		return byPlace(params.Weekdays())
	case index.FacetTime:
		return byPlace(index.TimeNames())
	case index.FacetCategory:
		return p.arrangeCategories(values)
	}
	return values
}

func kindNames() []string {
	var out []string
	for _, k := range catalog.Kinds() {
		out = append(out, string(k))
	}
	return out
}

func (p *searchPage) arrangeCategories(values []facetAnswer) []facetAnswer {
	below := map[string][]facetAnswer{}
	open := map[string]bool{}
	for _, v := range values {
		above := p.Taxonomy.Ancestors(v.Value)
		parent := ""
		if len(above) > 0 {
			parent = above[0]
		}
		below[parent] = append(below[parent], v)
		if v.Selected {
			open[v.Value], open[parent] = true, true
		}
	}
	var out []facetAnswer
	for _, v := range below[""] {
		out = append(out, v)
		if open[v.Value] {
			out = append(out, below[v.Value]...)
		}
	}
	for _, v := range values {
		if v.Selected && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

func (p *searchPage) sorts() []pages.Choice {
	out := []pages.Choice{{Value: "", Label: p.words.T("sort.default"), Checked: p.search.Query.Sort == ""}}
	for _, sort := range params.Sorts() {
		if sort == index.SortDistance && p.search.Query.Near == nil || sort == index.SortRelevance && p.search.Query.Text == "" {
			continue
		}
		out = append(out, pages.Choice{Value: string(sort), Label: p.words.T("sort." + string(sort)), Checked: p.search.Query.Sort == sort})
	}
	return out
}

// advice says which filter to leave out when nothing is found, the most rewarding first.
func (p *searchPage) advice(a *answer) []pages.Link {
	type gain struct {
		name string
		hits int
	}
	var gains []gain
	for name, hits := range a.Without {
		if hits > 0 && !p.framed.keeps(name) {
			gains = append(gains, gain{name, hits})
		}
	}
	slices.SortFunc(gains, func(a, b gain) int { return cmp.Or(b.hits-a.hits, strings.Compare(a.name, b.name)) })
	var out []pages.Link
	for _, g := range gains {
		label, drop := p.name(g.name), func(q url.Values) { q.Del(g.name) }
		if g.name == "q" {
			label, drop = a.read.rest, func(q url.Values) { setOrDrop(q, "q", a.read.filtersOnly()) }
		} else if !p.search.Values.Has(g.name) {
			drop = func(q url.Values) { setOrDrop(q, "q", a.read.withoutFilter(p.search.Query.Text, g.name)) }
		}
		out = append(out, pages.Link{Text: p.words.T("empty.without", g.hits, label), URL: p.with(drop)})
	}
	return out
}
