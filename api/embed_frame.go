package api

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"fritidshub/api/pages"
	"fritidshub/api/params"
	"fritidshub/api/words"
	"fritidshub/catalog"
	"fritidshub/index"
)

// framePath is the only page that others may show in a frame.
const framePath = "/embed/frame"

const (
	maxHeading   = 100 // characters
	defaultList  = 5   // listings in a list
	defaultOpens = "_blank"
)

// framed is the search, or a list of what it finds, in a frame on somebody else's page.
type framed struct {
	list    bool
	listing string // the only listing in the list; empty: what is searched for
	limit   int    // listings on a page; 0: as many as are usual
	opens   string // where listings open: "_blank" or "_top"
	origin  string // of the page around it, as its address says; empty: not said
	theme   string // "light" or "dark"; empty: what the visitor's device asks for
	heading string
	filters []string // that are offered; nil: all of them
	fixed   []string // filters that the page around it sets: they can neither be seen nor taken off
	given   url.Values
	// part: not a frame but a part of a widget, which knows by itself what is fixed, and whether neighbours are taken along.
	part, neighbours bool
}

// frameNames are the parameters of a frame beside those of a search.
var frameNames = []string{"view", "listing", "limit", "target", "origin", "theme", "heading", "filters", "fixed"}

// filterNames are the parameters of a search that narrow it, its words excepted.
func filterNames() []string {
	return slices.DeleteFunc(params.Names(), func(name string) bool {
		return slices.Contains([]string{"q", "sort", "limit", "lang", "cursor", "facets", "interpret", "keep"}, name)
	})
}

// readFrame takes the parameters of a frame. Filters are fixed when they are named in fixed, and all that the address has when it does not say.
func readFrame(query url.Values) (*framed, params.Errors) {
	f := &framed{opens: defaultOpens, given: url.Values{}}
	var faults params.Errors
	one := func(name string, read func(v string) bool, allowed string) {
		v := strings.TrimSpace(query.Get(name))
		if v == "" && (name != "filters" || !query.Has(name)) {
			return
		}
		f.given.Set(name, v)
		if len(query[name]) > 1 || !utf8.ValidString(v) || !read(v) {
			faults = append(faults, params.Error{Parameter: name, Detail: name + " must be " + allowed})
		}
	}
	names := func(into *[]string, allowed []string) func(string) bool {
		return func(v string) bool {
			*into = []string{}
			for name := range strings.SplitSeq(v, ",") {
				if name = strings.TrimSpace(name); name == "" || name == "none" {
					continue
				}
				if !slices.Contains(allowed, name) {
					return false
				}
				*into = append(*into, name)
			}
			return true
		}
	}
	one("view", func(v string) bool { f.list = v == "list"; return f.list || v == "search" }, "search or list")
	one("listing", func(v string) bool { f.listing, f.list = v, true; return listingForm.MatchString(v) }, "the id of a listing")
	one("limit", func(v string) (ok bool) { f.limit, ok = params.Whole(v, 1, params.MaxLimit); return ok }, "a whole number from 1 to 100")
	one("target", func(v string) bool {
		f.opens = "_" + strings.TrimPrefix(v, "_")
		return f.opens == "_blank" || f.opens == "_top"
	}, "_blank or _top")
	one("origin", func(v string) bool { f.origin = v; return isOrigin(v) }, "an origin like https://kommunen.no")
	one("theme", func(v string) bool {
		f.theme = strings.TrimPrefix(v, "auto")
		return slices.Contains([]string{"", "light", "dark"}, f.theme)
	}, "light, dark or auto")
	one("heading", func(v string) bool {
		f.heading = catalog.CleanText(v, 0)
		return utf8.RuneCountInString(v) <= maxHeading
	}, "at most 100 characters")
	one("filters", names(&f.filters, filterNames()), "names of filters with commas between them")
	one("fixed", names(&f.fixed, filterNames()), "names of filters with commas between them")
	if f.fixed == nil {
		f.fixed = slices.DeleteFunc(filterNames(), func(name string) bool { return query.Get(name) == "" })
		f.given.Set("fixed", strings.Join(f.fixed, ","))
		if len(f.fixed) == 0 {
			f.given.Set("fixed", "none")
		}
	}
	return f, faults
}

var listingForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

// isOrigin reports whether v is the origin of a page on the web: scheme, host and perhaps a port, nothing more.
func isOrigin(v string) bool {
	u, err := url.Parse(v)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && v == u.Scheme+"://"+u.Host && len(v) <= 300 &&
		strings.Trim(u.Host, "abcdefghijklmnopqrstuvwxyz0123456789.-:[]") == ""
}

// address is the frame with other parameters of its search.
func (f *framed) address(query url.Values) string {
	if f.part {
		return f.chosen(query)
	}
	all := url.Values{}
	for _, from := range []url.Values{query, f.given} {
		for name, vs := range from {
			all[name] = vs
		}
	}
	return framePath + "?" + all.Encode()
}

// chosen is what of a search residents have chosen, as a mere query.
func (f *framed) chosen(query url.Values) string {
	all := maps.Clone(query)
	for _, name := range append(f.fixed, "lang") {
		all.Del(name)
	}
	if f.neighbours && len(all) > 0 {
		all.Set("neighbours", "true")
	}
	return "?" + all.Encode()
}

// keeps reports whether the page around the frame has set a filter, so that visitors leave it as it is.
func (f *framed) keeps(name string) bool { return f != nil && slices.Contains(f.fixed, name) }

// timeNames are the filters of which one takes the place of another.
var timeNames = []string{"when", "from", "to"}

// offers reports whether visitors can choose a filter.
func (f *framed) offers(name string) bool {
	if f == nil {
		return true
	}
	if slices.Contains(timeNames, name) && slices.ContainsFunc(timeNames, f.keeps) {
		return false
	}
	return !f.keeps(name) && (f.filters == nil || slices.Contains(f.filters, name))
}

// frameLook is what the frame's page needs to know beside its content.
func (s *server) frameLook(f *framed) *pages.Framed {
	look := &pages.Framed{Opens: f.opens, Theme: f.theme, Known: s.Hub.Embeds}
	if f.origin != "" && (len(s.Hub.Embeds) == 0 || slices.Contains(s.Hub.Embeds, f.origin)) {
		look.Origin = f.origin
	}
	return look
}

// framePolicy is the policy of the page in a frame: those may show it whom the hub's editor names, everybody when that is nobody.
func (s *server) framePolicy() string {
	ancestors := "*"
	if len(s.Hub.Embeds) > 0 {
		ancestors = "'self' " + strings.Join(s.Hub.Embeds, " ")
	}
	return strings.Replace(policyPage, "frame-ancestors 'self'", "frame-ancestors "+ancestors, 1)
}

func (s *server) getFrame(c *gin.Context) error {
	f, wrong := readFrame(c.Request.URL.Query())
	p, query, err := s.newSearchPage(c, f)
	faults, ok := asFaults(err)
	if err != nil && !ok {
		return err
	}
	if faults = append(wrong, faults...); len(faults) > 0 {
		return p.sendFaults(c, query, faults)
	}
	if f.list {
		s.counted(c.Request, []Asked{}, true)
		return p.sendList(c)
	}
	return p.sendSearch(c)
}

// sendList answers with what a search finds, or one listing, without the search around it.
func (p *searchPage) sendList(c *gin.Context) error {
	f := p.framed
	p.search.Query.Limit = cmp.Or(f.limit, defaultList)
	p.search.Query.Facets, p.search.Query.Without = nil, false
	if p.search.Query.Sort == "" && p.search.Query.Text == "" {
		p.search.Query.Sort = index.SortStart
	}
	v := pages.List{Frame: p.around("/", p.search.Values), Heading: cmp.Or(f.heading, p.words.T("search.title")), HeadingShown: f.heading != "", Empty: p.words.T("empty.title")}
	v.Title = v.Heading + " - " + p.Hub.Name
	if f.listing != "" {
		state, err := p.listing(c.Request.Context(), f.listing)
		if err != nil {
			return err
		}
		if state.MergedInto != "" {
			if state, err = p.listing(c.Request.Context(), state.MergedInto); err != nil {
				return err
			}
		}
		print, err := p.printer(c.Request.Context(), p.search.Lang)
		if err != nil {
			return err
		}
		item := print.item(&state, false)
		v.Groups = []pages.CardGroup{{Cards: []pages.Card{p.cardOf(&item)}}}
		v.Heading, v.Title, v.HeadingShown = item.Title, item.Title+" - "+p.Hub.Name, false
	} else {
		leave, err := p.drawing.enter(c.Request.Context())
		if err != nil {
			return err
		}
		defer leave()
		a, err := p.server.search(c.Request.Context(), &p.search)
		if err != nil {
			return err
		}
		c.Header(engineHeader, a.engine)
		v.Groups = p.cardGroups(a.Items)
		if a.Total > len(a.Items) {
			v.More = pages.Link{Text: p.words.T("list.more", words.Number(int64(a.Total))), URL: address(p.search.Values)}
		}
	}
	body, err := p.pages.Draw(v)
	if err != nil {
		return err
	}
	p.send(c, http.StatusOK, typeHTML, cacheShort, body)
	return nil
}

// cardGroups puts hits that follow each other on one day under that day, and those that have none under none.
func (p *searchPage) cardGroups(items []catalog.Item) []pages.CardGroup {
	byDay := p.search.Query.Sort == index.SortStart
	var out []pages.CardGroup
	for i := range items {
		name, start := "", items[i].Start
		switch {
		case !byDay:
		case start == nil:
			name = p.words.T("print.always")
		default:
			at, _ := catalog.Occurrence{Start: start.Time, AllDay: start.Day}.Span(p.Hub.Zone)
			if at.Before(p.now) {
				at = p.now
			}
			name = words.Upper(p.words.DayNamed(at.In(p.Hub.Zone), p.now))
		}
		if len(out) == 0 || out[len(out)-1].Name != name {
			out = append(out, pages.CardGroup{Name: name})
		}
		last := &out[len(out)-1]
		last.Cards = append(last.Cards, p.cardOf(&items[i]))
	}
	return out
}

// facets are those that visitors can choose from.
func (f *framed) facets(all []index.Facet) []index.Facet {
	return slices.DeleteFunc(all, func(facet index.Facet) bool { return !f.offers(string(facet)) })
}
