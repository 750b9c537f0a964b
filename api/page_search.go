package api

import (
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/pages"
	"fritidshub/api/params"
	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/index"
)

// pageFacets are the facets that the search page shows, in its order. Source and status come too when something in them is chosen.
func pageFacets() []index.Facet {
	return []index.Facet{index.FacetKind, index.FacetCategory, index.FacetWeekday, index.FacetMunicipality, index.FacetAccessibility,
		index.FacetScheme, index.FacetLanguage, index.FacetPlace, index.FacetOrganizer}
}

const (
	maxPage    = 500
	maxChoices = 12 // of a facet on the page, chosen ones beyond
)

// searchPage is one request for the search page.
type searchPage struct {
	*server
	search params.Search
	words  *words.Language
	now    time.Time // in the hub's zone
	number int       // of the page, from 1
}

func (s *server) getSearchPage(c *gin.Context) error {
	c.Writer.Header().Add("Vary", "Accept")
	if asksForJSON(c.GetHeader("Accept")) && c.Request.URL.RawQuery == "" {
		return s.getLanding(c)
	}
	query, number := forgive(c.Request.URL.Query())
	if !slices.Contains(words.Tags(), query.Get("lang")) {
		query.Del("lang") // there are no texts for the page
	}
	search, err := params.ParseValues(query, s.rules)
	p := &searchPage{server: s, search: search, words: s.words.For(search.Lang), now: s.Now().In(s.Hub.Zone), number: number}
	var faults params.Errors
	if errors.As(err, &faults) {
		return p.sendFaults(c, query, faults)
	}
	q := &p.search.Query
	q.Facets = pageFacets()
	for _, f := range []index.Facet{index.FacetSource, index.FacetStatus} {
		if len(q.Filters[f]) > 0 {
			q.Facets = append(q.Facets, f)
		}
	}
	q.Limit, q.Offset = params.DefaultLimit, (number-1)*params.DefaultLimit
	body, err := p.draw(c)
	if err != nil {
		return err
	}
	s.send(c, http.StatusOK, typeHTML, cacheShort, body)
	return nil
}

// draw makes the page, in its turn.
func (p *searchPage) draw(c *gin.Context) ([]byte, error) {
	leave, err := p.drawing.enter(c.Request.Context())
	if err != nil {
		return nil, err
	}
	defer leave()
	a, err := p.server.search(c.Request.Context(), &p.search)
	if err != nil {
		return nil, err
	}
	c.Header(engineHeader, a.engine)
	return p.pages.Draw(p.view(a))
}

// forgive takes out of an address what a form leaves empty and what others have hung on to it, and the page's number.
func forgive(query url.Values) (url.Values, int) {
	number := 1
	if n, ok := params.Whole(query.Get("page"), 1, maxPage); ok {
		number = n
	}
	kept := url.Values{}
	for _, name := range params.Names() {
		if name == "cursor" || name == "limit" || name == "facets" {
			continue
		}
		if vs := slices.DeleteFunc(slices.Clone(query[name]), func(v string) bool { return v == "" }); len(vs) > 0 {
			kept[name] = vs
		}
	}
	return kept, number
}

func (p *searchPage) sendFaults(c *gin.Context, query url.Values, faults params.Errors) error {
	view := pages.Message{Frame: p.frame(p.words, "/"), Heading: p.words.T("bad.title"), Text: p.words.T("bad.text")}
	for _, f := range faults {
		name := strings.TrimSuffix(f.Parameter, `"`)
		query.Del(name)
		view.Points = append(view.Points, pages.Fact{Name: p.name(name), Text: p.hint(name)})
	}
	view.Title, view.NoIndex = view.Heading+" - "+p.Hub.Name, true
	view.Next = pages.Link{Text: p.words.T("to.search"), URL: address(query)}
	body, err := p.pages.Draw(view)
	if err != nil {
		return err
	}
	p.send(c, http.StatusBadRequest, typeHTML, cacheNever, body)
	return nil
}

// name is what a parameter is called on the page.
func (p *searchPage) name(parameter string) string {
	if key := "filter." + parameter; p.words.Has(key) {
		return p.words.T(key)
	}
	return p.words.T("filter.q")
}

func (p *searchPage) hint(parameter string) string {
	if parameter == "from" || parameter == "to" {
		parameter = "time"
	}
	if key := "filter." + parameter + ".hint"; p.words.Has(key) {
		return p.words.T(key)
	}
	return p.words.T("filter.hint")
}

// address is the search page with these parameters.
func address(query url.Values) string {
	if len(query) == 0 {
		return "/"
	}
	return "/?" + query.Encode()
}

// with gives the address of this search with a change, from its first page. Radius and distance go where the position goes.
func (p *searchPage) with(change func(url.Values)) string {
	query := url.Values{}
	for name, vs := range p.search.Values {
		query[name] = slices.Clone(vs)
	}
	change(query)
	if !query.Has("near") {
		query.Del("radius")
		if query.Get("sort") == string(index.SortDistance) {
			query.Del("sort")
		}
	}
	return address(query)
}

func (p *searchPage) without(name string, value string) string {
	return p.with(func(q url.Values) {
		q[name] = slices.DeleteFunc(q[name], func(v string) bool { return v == value })
		if len(q[name]) == 0 {
			q.Del(name)
		}
	})
}

func (p *searchPage) page(n int) string {
	return p.with(func(q url.Values) {
		if n > 1 {
			q.Set("page", strconv.Itoa(n))
		}
	})
}

func (p *searchPage) view(a *answer) pages.Search {
	q, t, given := p.search.Query, p.words.T, p.search.Values
	v := pages.Search{
		Frame: p.frame(p.words, "/", given), Q: given.Get("q"), Age: given.Get("age"), From: p.date(given.Get("from")), To: p.date(given.Get("to")),
		MaxPrice: given.Get("max_price"), Free: q.Free, Quick: p.quick(), Chips: p.chips(a), Groups: p.groups(a), Sorts: p.sorts(),
		Hits: t("hits", words.Number(int64(a.Total))), Empty: a.Total == 0, Advice: p.advice(a),
		Clear: p.with(func(q url.Values) { clearAll(q) }),
	}
	v.Title, v.Description = t("search.title")+" - "+p.Hub.Name, t("search.lead")
	if text := q.Text; text != "" {
		v.Title = text + " - " + v.Title
	}
	v.Note, v.Literal = a.Note, p.literal(&a.read)
	v.NoIndex = len(given) > 0 && (len(given) > 1 || !given.Has("lang"))
	for _, name := range []string{"near", "radius", "bbox", "lang", "interpret", "keep"} {
		for _, value := range given[name] {
			v.Kept = append(v.Kept, pages.Field{Name: name, Value: value})
		}
	}
	if n := len(v.Chips); n > 0 {
		v.Active = t("filters.active", n)
	}
	for i := range a.Items {
		v.Cards = append(v.Cards, p.card(&a.Items[i], p.words, p.now))
	}
	p.addForms(&v)
	first := (p.number-1)*params.DefaultLimit + 1
	if n := len(a.Items); n > 0 && a.Total > n {
		v.Range = t("hits.range", first, first+n-1)
		v.Here = t("pager.here", p.number, min((a.Total+params.DefaultLimit-1)/params.DefaultLimit, maxPage))
	}
	if p.number > 1 {
		v.Prev = p.page(p.number - 1)
	}
	if p.number < maxPage && a.Total > p.number*params.DefaultLimit {
		v.Next = p.page(p.number + 1)
	}
	return v
}

// addForms offers the search to calendars, readers of news and spreadsheets. The address of a calendar begins so that a phone subscribes to
// it rather than adding its dates once.
func (p *searchPage) addForms(v *pages.Search) {
	form := func(name string, more ...string) string {
		query := url.Values{}
		for key, vs := range p.search.Values {
			query[key] = vs
		}
		for i := 0; i+1 < len(more); i += 2 {
			query.Set(more[i], more[i+1])
		}
		return strings.TrimSuffix("/api/v1/search."+name+"?"+query.Encode(), "?")
	}
	v.News, v.Table = form("rss"), form("csv", "headers", "nb")
	if p.words.Tag == "en" {
		v.Table = form("csv")
	}
	v.Forms = []pages.Form{{Type: "application/rss+xml", Title: "RSS", URL: v.News}, {Type: "application/atom+xml", Title: "Atom", URL: form("atom")},
		{Type: "text/calendar", Title: "iCalendar", URL: form("ics")}}
	if _, rest, ok := strings.Cut(p.Hub.PublicURL, "://"); ok && !v.Empty {
		v.Calendar = template.URL("webcal://" + rest + form("ics"))
	}
}

func clearAll(q url.Values) {
	for name := range q {
		if name != "lang" {
			q.Del(name)
		}
	}
}

// date is what a date control can show of a parameter: the day of an instant.
func (p *searchPage) date(v string) string {
	if t, err := time.Parse(time.RFC3339, strings.Replace(v, " ", "+", 1)); err == nil {
		return t.In(p.Hub.Zone).Format(time.DateOnly)
	}
	return v
}

// quick gives the searches that most people want, each a link that also takes itself back.
func (p *searchPage) quick() []pages.Link {
	day := func(n int) string { return p.now.AddDate(0, 0, n).Format(time.DateOnly) }
	toSaturday := (int(time.Saturday) - int(p.now.Weekday()) + 7) % 7
	weekend := [2]string{day(toSaturday), day(toSaturday + 1)}
	if p.now.Weekday() == time.Sunday {
		weekend = [2]string{day(0), day(0)}
	}
	choices := []struct {
		key string
		set url.Values
	}{
		{"today", url.Values{"from": {day(0)}, "to": {day(0)}}},
		{"tomorrow", url.Values{"from": {day(1)}, "to": {day(1)}}},
		{"weekend", url.Values{"from": {weekend[0]}, "to": {weekend[1]}}},
		{"week", url.Values{"from": {day(0)}, "to": {day(6)}}},
		{"free", url.Values{"free": {"true"}}},
		{"adapted", url.Values{"accessibility": {"wheelchair"}}},
		{"equipment", url.Values{"kind": {string(catalog.KindEquipment)}}},
	}
	var out []pages.Link
	for _, c := range choices {
		chosen := true
		for name, vs := range c.set {
			chosen = chosen && slices.Equal(p.search.Values[name], vs)
		}
		out = append(out, pages.Link{Text: p.words.T("quick." + c.key), Current: chosen, URL: p.with(func(q url.Values) {
			for name, vs := range c.set {
				if q[name] = vs; chosen {
					q.Del(name)
				}
			}
		})})
	}
	return out
}

// chips names every filter that is on, as a link that takes it off.
func (p *searchPage) chips(a *answer) []pages.Link {
	var out []pages.Link
	given := p.search.Values
	add := func(name, text string) {
		for _, v := range given[name] {
			out = append(out, pages.Link{Text: text, URL: p.without(name, v)})
		}
	}
	t := p.words.T
	out = p.readChips(&a.read)
	add("free", t("filter.free"))
	add("age", t("age.exact", given.Get("age")))
	add("max_price", t("price.upto", given.Get("max_price")+" kr"))
	for _, name := range []string{"from", "to"} {
		if day, err := time.Parse(time.DateOnly, p.date(given.Get(name))); err == nil {
			add(name, p.name(name)+": "+p.words.Day(day, p.now))
		}
	}
	for _, name := range []string{"near", "bbox"} {
		add(name, p.name(name))
	}
	for _, f := range p.search.Query.Facets {
		for _, v := range a.Facets[f] {
			if slices.Contains(given[string(f)], v.Value) {
				out = append(out, pages.Link{Text: v.Label, URL: p.without(string(f), v.Value)})
			}
		}
	}
	return out
}

func (p *searchPage) groups(a *answer) []pages.Group {
	var out []pages.Group
	for _, f := range p.search.Query.Facets {
		g := pages.Group{Name: string(f), Title: p.words.T("filter." + string(f)), Open: len(p.search.Query.Filters[f]) > 0 || f == index.FacetKind || f == index.FacetCategory}
		for i, v := range p.arrange(f, a.Facets[f]) {
			v.Selected = slices.Contains(p.search.Values[g.Name], v.Value) // what is read is a chip
			if v.Selected || i < maxChoices && v.Count > 0 {
				g.Choices = append(g.Choices, pages.Choice{Value: v.Value, Label: v.Label, Count: words.Number(int64(v.Count)), Checked: v.Selected,
					Below: f == index.FacetCategory && len(p.Taxonomy.Ancestors(v.Value)) > 0})
			}
		}
		if len(g.Choices) > 1 || len(g.Choices) == 1 && g.Choices[0].Checked {
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
		if hits > 0 {
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

// card is a hit in short.
func (s *server) card(item *catalog.Item, l *words.Language, now time.Time) pages.Card {
	c := pages.Card{URL: s.localPath("/l/"+item.ID, l), Name: item.Title, Summary: item.Summary, Age: l.Age(item.Age),
		Kind: s.Taxonomy.FacetLabel(string(index.FacetKind), string(item.Kind), l.Tag)}
	if item.Language != "" && item.Language != l.Tag && item.Language != "no" {
		c.TextLang = item.Language
	}
	if item.Status != catalog.StatusScheduled {
		c.Status = l.T("status." + string(item.Status))
	}
	if item.Price != nil {
		c.Price, c.Free = dashed(item.Price.Text), item.Price.Free == catalog.Yes
	}
	s.cardTimes(&c, item, l, now)
	if item.Organizer != nil {
		c.Organizer = item.Organizer.Name
	}
	if pl := item.Place; pl != nil {
		c.Place = strings.Join(distinct(cmp.Or(pl.Name, pl.Address), cmp.Or(pl.Neighbourhood, pl.Locality)), ", ")
		if pl.Online {
			c.Place = l.T("item.online")
		}
	}
	if item.Distance != nil {
		c.Distance = l.T("item.distance", strings.Replace(fmt.Sprintf("%.1f", *item.Distance), ".", ",", 1))
	}
	for _, a := range item.Accessibility {
		c.Marks = append(c.Marks, s.Taxonomy.FacetLabel(string(index.FacetAccessibility), a, l.Tag))
	}
	if item.LowThreshold == catalog.Yes {
		c.Marks = append(c.Marks, l.T("listing.low_threshold"))
	}
	if item.EquipmentLoan == catalog.Yes {
		c.Marks = append(c.Marks, l.T("listing.equipment_loan"))
	}
	if len(item.Sources) > 0 {
		src := item.Sources[0]
		c.Source = l.T("item.source", cmp.Or(src.Attribution, src.Name, src.ID))
		if !src.FetchedAt.IsZero() {
			c.Source += ", " + l.T("item.fetched", l.Ago(src.FetchedAt, now))
		}
	}
	return c
}

func (s *server) cardTimes(c *pages.Card, item *catalog.Item, l *words.Language, now time.Time) {
	if item.Start == nil {
		c.When = dashed(item.ScheduleText)
		return
	}
	first := catalog.Occurrence{Start: item.Start.Time, AllDay: item.Start.Day}
	if item.End != nil {
		first.End = item.End.Time
	}
	c.When, c.Machine = l.When(first, now, s.Hub.Zone), words.Machine(first, s.Hub.Zone)
	if item.OccurrenceCount > 1 {
		c.More = cmp.Or(dashed(item.ScheduleText), l.T("item.more", item.OccurrenceCount-1))
	}
}

// distinct leaves out what is empty and what repeats.
func distinct(parts ...string) []string {
	var out []string
	for _, p := range parts {
		if p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

var numberRange = regexp.MustCompile(`(\d)-(\d)`)

// dashed writes the ranges of a text of the API ("kl. 18-19.30") as pages do, with an en dash.
func dashed(text string) string { return numberRange.ReplaceAllString(text, "$1–$2") }
