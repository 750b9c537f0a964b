package meilitest

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// set is documents, a bit for each by its slot.
type set []uint64

func (s set) has(slot int) bool { return s[slot>>6]&(1<<(slot&63)) != 0 }
func (s set) add(slot int)      { s[slot>>6] |= 1 << (slot & 63) }

// maxFilterValue is in bytes.
const maxFilterValue = 468

// normalize brings a string value into the form in which they are compared.
func normalize(value string) string {
	value = strings.ToLower(norm.NFKD.String(strings.TrimSpace(value)))
	for len(value) > maxFilterValue {
		_, size := utf8.DecodeLastRuneInString(value)
		value = value[:len(value)-size]
	}
	return value
}

// parser reads the documented filter grammar: NOT binds closer than AND, AND closer than OR.
type parser struct {
	text  string
	at    int
	depth int
	x     *catalogue
}

// filtered gives the documents that pass a filter, or says what is wrong with it.
func (x *catalogue) filtered(filter string) (c set, f *fault) {
	p := &parser{text: filter, x: x}
	x.index()
	defer func() {
		if r := recover(); r != nil {
			refused, ours := r.(*fault)
			if !ours {
				panic(r)
			}
			c, f = nil, refused
		}
	}()
	c = p.or()
	if p.space(); p.at < len(p.text) {
		p.fail("found unexpected characters at the end: `%s`", p.text[p.at:])
	}
	return c, nil
}

func (p *parser) fail(format string, args ...any) {
	panic(bad("invalid_search_filter", "at %d of `%s`: %s", p.at, p.text, fmt.Sprintf(format, args...)))
}

func (p *parser) space() {
	for p.at < len(p.text) && strings.ContainsRune(" \t\r\n", rune(p.text[p.at])) {
		p.at++
	}
}

// take moves past a symbol when it comes next.
func (p *parser) take(symbol string) bool {
	p.space()
	if !strings.HasPrefix(p.text[p.at:], symbol) {
		return false
	}
	p.at += len(symbol)
	return true
}

// keyword moves past a word of the grammar when it comes next.
func (p *parser) keyword(word string) bool {
	p.space()
	rest, found := strings.CutPrefix(p.text[p.at:], word)
	if r, _ := utf8.DecodeRuneInString(rest); !found || rest != "" && inWord(r) {
		return false
	}
	p.at += len(word)
	return true
}

func (p *parser) need(symbol string) {
	if !p.take(symbol) {
		p.fail("`%s` is missing", symbol)
	}
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-' || r == '.'
}

var keywords = []string{"AND", "OR", "IN", "NOT", "TO", "EXISTS", "IS", "NULL", "EMPTY", "CONTAINS", "STARTS", "WITH", "_geoRadius", "_geoBoundingBox"}

func (p *parser) value() string {
	p.space()
	if p.at == len(p.text) {
		p.fail("a value is missing")
	}
	var value string
	if quote := p.text[p.at]; quote == '"' || quote == '\'' {
		value = p.quoted(quote)
	} else {
		from := p.at
		for p.at < len(p.text) {
			r, size := utf8.DecodeRuneInString(p.text[p.at:])
			if !inWord(r) {
				break
			}
			p.at += size
		}
		value = p.text[from:p.at]
		if value == "" || slices.Contains(keywords, value) {
			p.fail("`%s` is no value", value)
		}
	}
	return value
}

func (p *parser) quoted(quote byte) string {
	var b strings.Builder
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == quote:
			p.at++
			return b.String()
		case c == '\\':
			if p.at++; p.at == len(p.text) || !strings.ContainsRune(`\"'`, rune(p.text[p.at])) {
				p.fail("a backslash before something that needs none")
			}
			b.WriteByte(p.text[p.at])
		default:
			b.WriteByte(c)
		}
	}
	p.fail("the closing %c is missing", quote)
	return ""
}

func (p *parser) none() set { return make(set, len(p.x.slots)/64+1) }

// where gives the documents of which ok says so.
func (p *parser) where(ok func(d *document) bool) set {
	s := p.none()
	for slot, d := range p.x.slots {
		if ok(d) {
			s.add(slot)
		}
	}
	return s
}

// valued adds the documents that have a text as a value of an attribute.
func (p *parser) valued(s set, attribute, text string) {
	for _, slot := range p.x.values(attribute).slots[text] {
		s.add(int(slot))
	}
}

func (p *parser) complement(s set) set {
	out := p.none()
	for slot := range p.x.slots {
		if !s.has(slot) {
			out.add(slot)
		}
	}
	return out
}

func (p *parser) or() set {
	if p.depth++; p.depth > 200 {
		p.fail("too many nested conditions")
	}
	defer func() { p.depth-- }()
	s := p.and()
	for p.keyword("OR") {
		for i, w := range p.and() {
			s[i] |= w
		}
	}
	return s
}

func (p *parser) and() set {
	s := p.not()
	for p.keyword("AND") {
		for i, w := range p.not() {
			s[i] &= w
		}
	}
	return s
}

func (p *parser) not() set {
	if p.keyword("NOT") {
		return p.complement(p.not())
	}
	if p.take("(") {
		s := p.or()
		p.need(")")
		return s
	}
	return p.single()
}

func (p *parser) single() set {
	p.space()
	if strings.HasPrefix(p.text[p.at:], "_geoRadius(") {
		p.at += len("_geoRadius(")
		v := p.numbers(3, ")")
		p.geoable(v[0], v[1])
		return p.where(func(d *document) bool { return d.geo != nil && metres(*d.geo, [2]float64{v[0], v[1]}) <= v[2] })
	}
	if strings.HasPrefix(p.text[p.at:], "_geoBoundingBox(") {
		p.at += len("_geoBoundingBox(")
		return p.box()
	}
	attribute := p.value()
	if !slices.Contains(p.x.settings.FilterableAttributes, attribute) {
		panic(bad("invalid_search_filter", "Attribute `%s` is not filterable. Available filterable attributes patterns are: `%s`.", attribute, strings.Join(p.x.settings.FilterableAttributes, ", ")))
	}
	return p.operator(attribute)
}

func (p *parser) operator(attribute string) set {
	some := func(from, to float64) set {
		return p.where(func(d *document) bool { return d.facets[attribute].some(from, to) })
	}
	switch {
	case p.keyword("NOT"):
		return p.complement(p.operator(attribute))
	case p.keyword("EXISTS"):
		return p.where(func(d *document) bool { _, has := d.fields[attribute]; return has })
	case p.keyword("IN"):
		return p.in(attribute)
	case p.keyword("STARTS"):
		if !p.keyword("WITH") {
			p.fail("`WITH` is missing")
		}
		s, begin, values := p.none(), normalize(p.filterValue()), p.x.values(attribute).sorted
		from, _ := slices.BinarySearch(values, begin)
		for _, v := range values[from:] {
			if !strings.HasPrefix(v, begin) {
				break
			}
			p.valued(s, attribute, v)
		}
		return s
	case p.take("!="):
		return p.complement(p.equal(attribute, p.filterValue()))
	case p.take(">="):
		return some(p.number(), math.Inf(1))
	case p.take(">"):
		return some(math.Nextafter(p.number(), math.Inf(1)), math.Inf(1))
	case p.take("<="):
		return some(math.Inf(-1), p.number())
	case p.take("<"):
		return some(math.Inf(-1), math.Nextafter(p.number(), math.Inf(-1)))
	case p.take("="):
		return p.equal(attribute, p.filterValue())
	}
	from := p.number()
	if !p.keyword("TO") {
		p.fail("an operator is missing after `%s`", attribute)
	}
	return some(from, p.number())
}

func (p *parser) in(attribute string) set {
	p.need("[")
	s := p.none()
	for !p.take("]") {
		for i, w := range p.equal(attribute, p.filterValue()) {
			s[i] |= w
		}
		if !p.take(",") {
			p.need("]")
			break
		}
	}
	return s
}

func (p *parser) filterValue() string {
	v := p.value()
	if len(v) > maxFilterValue {
		p.fail("a value of more than %d bytes", maxFilterValue)
	}
	return v
}

// equal holds for strings and, when the value is one, for numbers.
func (p *parser) equal(attribute, value string) set {
	s := p.none()
	p.valued(s, attribute, normalize(value))
	if number, err := strconv.ParseFloat(value, 64); err == nil && p.x.values(attribute).numbers {
		for slot, d := range p.x.slots {
			if slices.Contains(d.facets[attribute].numbers, number) {
				s.add(slot)
			}
		}
	}
	return s
}

func (p *parser) number() float64 {
	text := p.value()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		p.fail("`%s` is no number; this stand-in compares only numbers", text)
	}
	return v
}

func (p *parser) numbers(n int, end string) []float64 {
	var list []float64
	for i := range n {
		if i > 0 {
			p.need(",")
		}
		list = append(list, p.number())
	}
	p.need(end)
	return list
}

func (p *parser) geoable(lat, lng float64) {
	if !slices.Contains(p.x.settings.FilterableAttributes, "_geo") {
		panic(bad("invalid_search_filter", "Attribute `_geo` is not filterable."))
	}
	if math.Abs(lat) > 90 {
		p.fail("Bad latitude `%v`. Latitude must be contained between -90 and 90 degrees.", lat)
	}
	if math.Abs(lng) > 180 {
		p.fail("Bad longitude `%v`. Longitude must be contained between -180 and 180 degrees.", lng)
	}
}

// box reads [top, right], [bottom, left]); right may be less than left across the date line.
func (p *parser) box() set {
	p.need("[")
	a := p.numbers(2, "]")
	p.need(",")
	p.need("[")
	b := p.numbers(2, "]")
	p.need(")")
	p.geoable(a[0], a[1])
	p.geoable(b[0], b[1])
	if a[0] < b[0] {
		p.fail("The top latitude `%v` is below the bottom latitude `%v`.", a[0], b[0])
	}
	return p.where(func(d *document) bool {
		if d.geo == nil || d.geo[0] > a[0] || d.geo[0] < b[0] {
			return false
		}
		if b[1] <= a[1] {
			return b[1] <= d.geo[1] && d.geo[1] <= a[1]
		}
		return d.geo[1] >= b[1] || d.geo[1] <= a[1]
	})
}

// metres is the great-circle distance.
func metres(a, b [2]float64) float64 {
	const rad = math.Pi / 180
	u, v := math.Sin((b[0]-a[0])*rad/2), math.Sin((b[1]-a[1])*rad/2)
	return 2 * 6371008.8 * math.Asin(min(1, math.Sqrt(u*u+math.Cos(a[0]*rad)*math.Cos(b[0]*rad)*v*v)))
}
