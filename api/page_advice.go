package api

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"fritidshub/api/pages"
	"fritidshub/api/words"
	"fritidshub/catalog"
)

// unstated says of the filters that are on how many listings state nothing about them, but for those to leave out.
func unstated(l *words.Language, counts map[string]int, leave func(name string) bool) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if key := "unstated." + name; l.Has(key) && !leave(name) {
			out = append(out, l.T(key, words.Number(int64(counts[name]))))
		}
	}
	return out
}

// waysOn are searches that find something when this one does not: with the words as they are spelt, and wider ones.
func (p *searchPage) waysOn(a *answer) (spelling pages.Link, ways []pages.Link) {
	number := func(way wayOn) string { return words.Number(int64(way.Total)) }
	if s := a.Spelling; s != nil {
		spelling = pages.Link{Text: p.words.T("empty.spelling", number(*s), s.Text), URL: p.address(s.Parameters)}
	}
	for _, way := range a.Wider {
		key := way.Kind
		if key == wayWhen {
			key = way.Parameters.Get("when")
		}
		if key = "empty." + key; p.words.Has(key) && !p.drops(way) {
			ways = append(ways, pages.Link{Text: p.words.T(key, number(way)), URL: p.address(way.Parameters)})
		}
	}
	return spelling, ways
}

// part reads the search that a part of a widget is drawn of, in its turn; leave ends that.
func (s *server) part(c *gin.Context, f *framed) (p *searchPage, leave func(), err error) {
	p, _, err = s.newSearchPage(c, f)
	if faults, ok := asFaults(err); ok {
		return nil, nil, badParameters(faults)
	} else if err != nil {
		return nil, nil, err
	}
	leave, err = p.drawing.enter(c.Request.Context())
	return p, leave, err
}

// getAdvice gives the widgets what the search page says when nothing is found. The address is that of the search; its filters are
// those of residents, but for those named in fixed. Of neighbours, "true" says that a resident has taken them along, and numbers of
// municipalities that they may be. What can be pressed leads to "?" and the search that it makes.
func (s *server) getAdvice(c *gin.Context) error {
	given := c.Request.URL.Query()
	p, leave, err := s.part(c, &framed{part: true, fixed: strings.Split(given.Get("fixed"), ","), neighbours: given.Get("neighbours") == "true"})
	if err != nil {
		return err
	}
	defer leave()
	ctx := c.Request.Context()
	p.search.Query.Limit, p.search.Query.Facets = 1, nil
	a, err := p.server.search(ctx, &p.search)
	if err != nil {
		return err
	}
	v := p.view(ctx, a)
	if v.Literal.URL != "" {
		v.Ways = append(v.Ways, v.Literal)
	}
	if near := given.Get("neighbours"); near != "" && !p.framed.neighbours {
		total, err := s.count(ctx, &p.search, change(p.search.Values, func(v url.Values) {
			v["municipality"] = append(slices.Clone(v["municipality"]), strings.Split(near, ",")...)
		}))
		if err != nil {
			return err
		}
		if total > 0 {
			v.Ways = append([]pages.Link{{Text: p.words.T("empty.neighbours", words.Number(int64(total))), URL: p.with(func(q url.Values) { q.Set("neighbours", "true") })}}, v.Ways...)
		}
	}
	body, err := p.pages.Tree(pages.Advice{Search: v})
	if err != nil {
		return err
	}
	s.send(c, http.StatusOK, typeJSON, cacheShort, body)
	return nil
}

// drops reports whether a way on would change what the page around has set.
func (p *searchPage) drops(way wayOn) bool {
	for name, vs := range p.search.Values {
		if p.framed.keeps(name) && !slices.Equal(way.Parameters[name], vs) {
			return true
		}
	}
	return false
}

// guide is who can be asked when nothing is found.
func (a *answer) guide() (name string, c *catalog.Contact) {
	if g := a.Guide; g != nil {
		return g.Name, &catalog.Contact{Email: g.Email, Phone: g.Phone, URL: g.URL}
	}
	return "", nil
}

// dialled is a telephone number as a link has it; empty when it is none.
func dialled(phone string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
	if rest := strings.Trim(phone, "+0123456789 ()-.\u00a0"); rest != "" || len(digits) < 5 || len(digits) > 15 {
		return ""
	}
	if strings.HasPrefix(strings.TrimSpace(phone), "+") {
		digits = "+" + digits
	}
	return digits
}
