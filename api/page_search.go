package api

import (
	"cmp"
	"context"
	"errors"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"fritidshub/api/pages"
	"fritidshub/api/params"
	"fritidshub/api/words"
	"fritidshub/index"
)

// pageFacets are the facets that the search page shows, in its order. Source and status come too when something in them is chosen.
func pageFacets() []index.Facet {
	return []index.Facet{index.FacetKind, index.FacetCategory, index.FacetWeekday, index.FacetTime, index.FacetMunicipality, index.FacetNeighbourhood,
		index.FacetAccessibility, index.FacetLowThreshold, index.FacetEquipmentLoan, index.FacetScheme, index.FacetLanguage, index.FacetPlace, index.FacetOrganizer}
}

const (
	maxPage    = 500
	maxChoices = 12 // of a facet on the page, chosen ones beyond
)

// searchPage is one request for the search page, or for the same in a frame.
type searchPage struct {
	*server
	search params.Search
	words  *words.Language
	now    time.Time // in the hub's zone
	number int       // of the page, from 1
	framed *framed   // nil: the page stands by itself
}

func (s *server) getSearchPage(c *gin.Context) error {
	c.Writer.Header().Add("Vary", "Accept")
	if asksForJSON(c.GetHeader("Accept")) && c.Request.URL.RawQuery == "" {
		return s.getLanding(c)
	}
	p, query, err := s.newSearchPage(c, nil)
	if faults, ok := asFaults(err); ok {
		return p.sendFaults(c, query, faults)
	} else if err != nil {
		return err
	}
	if c.Query("print") == "1" {
		return p.sendPrint(c)
	}
	return p.sendSearch(c)
}

// newSearchPage reads the parameters of a search page; query is what it understands of them. The page can say what is wrong with them.
func (s *server) newSearchPage(c *gin.Context, f *framed) (p *searchPage, query url.Values, err error) {
	query, number := forgive(c.Request.URL.Query())
	if !s.words.Has(query.Get("lang")) {
		query.Del("lang") // there are no texts for the page
	}
	search, err := params.ParseValues(query, s.rules)
	return &searchPage{server: s, search: search, words: s.words.For(search.Lang), now: s.Now().In(s.Hub.Zone), number: number, framed: f}, query, err
}

// asFaults gives the parameters at fault when an error is about them.
func asFaults(err error) (faults params.Errors, ok bool) {
	ok = errors.As(err, &faults)
	return faults, ok
}

func (p *searchPage) sendSearch(c *gin.Context) error {
	q := &p.search.Query
	q.Facets = p.framed.facets(pageFacets())
	for _, f := range []index.Facet{index.FacetSource, index.FacetStatus} {
		if len(q.Filters[f]) > 0 && p.framed.offers(string(f)) {
			q.Facets = append(q.Facets, f)
		}
	}
	q.Limit, q.Offset = p.size(), (p.number-1)*p.size()
	body, err := p.draw(c)
	if err != nil {
		return err
	}
	p.send(c, http.StatusOK, typeHTML, cacheShort, body)
	return nil
}

// size is how many hits a page has.
func (p *searchPage) size() int {
	if p.framed != nil && p.framed.limit > 0 {
		return p.framed.limit
	}
	return params.DefaultLimit
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
	p.counted(c.Request, askedIn(&p.search, a), p.framed != nil)
	return p.pages.Draw(p.view(c.Request.Context(), a))
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
	if kept.Has("from") || kept.Has("to") {
		kept.Del("when") // the form has dates of its own
	}
	return kept, number
}

func (p *searchPage) sendFaults(c *gin.Context, query url.Values, faults params.Errors) error {
	view := pages.Message{Frame: p.around("/", nil), Heading: p.words.T("bad.title"), Text: p.words.T("bad.text")}
	for _, f := range faults {
		name := strings.TrimSuffix(f.Parameter, `"`)
		query.Del(name)
		if p.framed != nil && slices.Contains(frameNames, name) { // whoever pasted the frame made the mistake
			p.framed.given.Del(name)
			view.Points = append(view.Points, pages.Fact{Name: name, Text: p.words.T("filter.hint")})
			continue
		}
		view.Points = append(view.Points, pages.Fact{Name: p.name(name), Text: p.hint(name)})
	}
	view.Title, view.NoIndex, view.Forms = view.Heading+" - "+p.Hub.Name, true, nil
	view.Next = pages.Link{Text: p.words.T("to.search"), URL: p.address(query)}
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

// around is what stands around the page.
func (p *searchPage) around(path string, given url.Values) pages.Frame {
	f := p.frame(p.words, path, given)
	if p.framed != nil {
		f.Framed, f.Canonical, f.NoIndex, f.Forms = p.frameLook(p.framed), "", true, nil
		f.Home = address(given)
	}
	return f
}

// address is the search page with these parameters, where it stands.
func (p *searchPage) address(query url.Values) string {
	if p.framed != nil {
		return p.framed.address(query)
	}
	return address(query)
}

// address is the search page of the hub with these parameters.
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
	return p.address(query)
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

func (p *searchPage) view(ctx context.Context, a *answer) pages.Search {
	q, t, given := p.search.Query, p.words.T, p.search.Values
	told := p.told(ctx)
	v := pages.Search{
		Frame: p.around("/", given), Q: given.Get("q"), Age: given.Get("age"), From: p.date(given.Get("from")), To: p.date(given.Get("to")),
		MaxPrice: given.Get("max_price"), Free: q.Free, Quick: p.quick(), Chips: p.chips(a, told), Groups: p.groups(a), Sorts: p.sorts(),
		Hits: t("hits", words.Number(int64(a.Total))), Empty: a.Total == 0, Advice: p.advice(a), Heading: t("search.title"), Action: "/",
		Clear: p.with(p.clear), Offered: map[string]bool{},
	}
	if p.framed != nil {
		v.Heading, v.Action = cmp.Or(p.framed.heading, v.Heading), framePath
	}
	for _, name := range []string{"age", "free", "max_price", "from", "to"} {
		v.Offered[name] = p.framed.offers(name)
	}
	v.Title, v.Description = p.title(v.Hits, told), t("search.lead")
	if v.Empty {
		v.Title = p.title(t("empty.title"), told)
	}
	v.Note, v.Literal, v.Unstated = a.Note, p.literal(&a.read), unstated(p.words, a.Unstated, p.framed.keeps)
	v.Spelling, v.Ways = p.waysOn(a)
	name, reached := a.guide()
	v.GuideName, v.Guide = name, contact(reached)
	v.NoIndex = v.NoIndex || len(given) > 0 && (len(given) > 1 || !given.Has("lang"))
	v.Kept = p.kept(v.Groups, v.Offered)
	if n := len(v.Chips); n > 0 {
		v.Active = t("filters.active", n)
	}
	for i := range a.Items {
		v.Cards = append(v.Cards, p.cardOf(&a.Items[i]))
	}
	p.addForms(&v)
	size := p.size()
	first := (p.number-1)*size + 1
	if n := len(a.Items); n > 0 && a.Total > n {
		v.Range = t("hits.range", first, first+n-1)
		v.Here = t("pager.here", p.number, min((a.Total+size-1)/size, maxPage))
	}
	if p.number > 1 {
		v.Prev = p.page(p.number - 1)
	}
	if p.number < maxPage && a.Total > p.number*size {
		v.Next = p.page(p.number + 1)
	}
	return v
}

// title names a search in the window's title: what was found, by what, and on which page.
func (p *searchPage) title(hits string, told []told) string {
	title := p.words.T("search.title") + " - " + p.Hub.Name
	if len(told) == 0 && p.number == 1 {
		return title
	}
	said := texts(told)
	if p.number > 1 {
		said = append(said, p.words.T("pager.page", p.number))
	}
	return hits + ": " + strings.Join(said, ", ") + " - " + title
}

func texts(told []told) []string {
	out := make([]string, len(told))
	for i, c := range told {
		out[i] = c.text
	}
	return out
}

// kept are the parameters that the form has no control for.
func (p *searchPage) kept(groups []pages.Group, offered map[string]bool) []pages.Field {
	var out []pages.Field
	controls := []string{"q", "sort"}
	for _, g := range groups {
		controls = append(controls, g.Name)
	}
	add := func(values url.Values) {
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if slices.Contains(controls, name) || offered[name] {
				continue
			}
			for _, value := range values[name] {
				out = append(out, pages.Field{Name: name, Value: value})
			}
		}
	}
	add(p.search.Values)
	if p.framed != nil {
		controls, offered = nil, nil
		add(p.framed.given)
	}
	return out
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
	if p.framed == nil {
		v.Forms = append(v.Forms, pages.Form{Type: "application/rss+xml", Title: "RSS", URL: v.News}, pages.Form{Type: "application/atom+xml", Title: "Atom", URL: form("atom")},
			pages.Form{Type: "text/calendar", Title: "iCalendar", URL: form("ics")})
	}
	v.ICS, v.Print, v.Share = form("ics"), change(p.search.Values, func(q url.Values) { q.Set("print", "1") }).Encode(), p.Hub.PublicURL+address(p.search.Values)
	v.Print, v.Mail = "/?"+v.Print, mailed("", v.Title, v.Share)
	if _, rest, ok := strings.Cut(p.base(), "://"); ok && !v.Empty {
		v.Calendar = template.URL("webcal://" + rest + form("ics"))
	}
}

// mailed is the address of a letter to somebody, or to whom the reader likes.
func mailed(to, subject, text string) template.URL {
	query := url.Values{"subject": {subject}, "body": {text}}.Encode()
	return template.URL("mailto:" + to + "?" + strings.ReplaceAll(query, "+", "%20"))
}

// clear takes off every filter, but those that the page around has set.
func (p *searchPage) clear(q url.Values) {
	for name := range q {
		if name != "lang" && !p.framed.keeps(name) {
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
