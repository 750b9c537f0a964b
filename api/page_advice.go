package api

import (
	"maps"
	"slices"
	"strings"

	"fritidshub/api/pages"
	"fritidshub/api/words"
	"fritidshub/catalog"
)

// unstated says of the filters that are on how many listings state nothing about them.
func (p *searchPage) unstated(a *answer) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(a.Unstated)) {
		if key := "unstated." + name; p.words.Has(key) && !p.framed.keeps(name) {
			out = append(out, p.words.T(key, words.Number(int64(a.Unstated[name]))))
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
