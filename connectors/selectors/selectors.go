// Package selectors reads web pages by CSS selectors that an editor declares: lists, the pages they link to, and the values of each item.
package selectors

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
)

// Field says where one value of an item stands. Without CSS it is the item itself.
type Field struct {
	CSS    string `yaml:"css" json:"css,omitempty" jsonschema:"description=CSS-velger inne i treffet. Uten verdi: treffet selv."`
	Attr   string `yaml:"attr" json:"attr,omitempty" jsonschema:"description=Attributtet som holder verdien. Uten verdi: teksten\\, href for adresser\\, src for bilder og datetime for tider."`
	Regexp string `yaml:"regexp" json:"regexp,omitempty" jsonschema:"description=Regulært uttrykk (RE2). Verdien er den første gruppen\\, ellers hele treffet."`
	Layout string `yaml:"layout" json:"layout,omitempty" jsonschema:"description=Formen på en dato: d. MMMM yyyy HH:mm. Uten verdi leses vanlige norske former."`
}

// Fields are fields by their names, those of FieldNames.
type Fields map[string]Field

// shape says how the values of a field are taken.
type shape struct {
	many bool   // all matches count, not the first alone
	text bool   // paragraphs are kept
	attr string // the attribute that holds it when the element has one and the editor names none
	link bool   // an address, resolved against the page
	date bool   // may have a layout
}

var shapes = map[string]shape{
	"id": {}, "title": {}, "kind": {}, "language": {}, "status": {}, "organizer": {}, "organizer_kind": {}, "org_number": {},
	"venue": {}, "address": {}, "postal_code": {}, "locality": {}, "neighbourhood": {}, "lat": {}, "lon": {},
	"weekday": {}, "time": {}, "age": {}, "price": {}, "free": {}, "email": {}, "phone": {},
	"summary": {text: true}, "description": {many: true, text: true}, "categories": {many: true}, "accessibility": {many: true},
	"start": {many: true, attr: "datetime", date: true}, "end": {attr: "datetime", date: true},
	"url": {attr: "href", link: true}, "signup": {attr: "href", link: true}, "image": {attr: "src", link: true},
}

// FieldNames are the fields that an item may have.
func FieldNames() []string { return slices.Sorted(maps.Keys(shapes)) }

// Selector is a selector that has been checked; the zero Selector selects nothing.
type Selector struct {
	Path string // where it stands in the options
	CSS  string
	group
}

type group = cascadia.Selector

func (s Selector) set() bool { return s.group != nil }

// Value is a Field that has been checked.
type Value struct {
	name   string
	sel    Selector
	attr   string
	find   *regexp.Regexp
	layout *layout
}

// Checker checks what an editor has declared and collects what is wrong with it.
type Checker struct{ faults []error }

// Err is everything that was wrong, nil when nothing was.
func (c *Checker) Err() error { return errors.Join(c.faults...) }

// Fail adds a fault; format begins with the path of the option.
func (c *Checker) Fail(format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf(format, args...))
}

// maxSource is how long a selector, an expression or a layout may be, in bytes.
const maxSource = 1_000

// Selector checks the selector that stands at path in the options. An empty one selects nothing.
func (c *Checker) Selector(path, css string) Selector {
	if css == "" {
		return Selector{Path: path}
	}
	if len(css) > maxSource {
		c.Fail("%s er lengre enn %d tegn", path, maxSource)
		return Selector{Path: path}
	}
	g, err := cascadia.Compile(css)
	if err != nil {
		at, rest := faultIn(css)
		c.Fail("%s er ingen CSS-velger: %q har en feil ved tegn %d, %q (%w)", path, css, at, rest, err)
		return Selector{Path: path}
	}
	return Selector{Path: path, CSS: css, group: g}
}

// faultIn gives the number of the character after the longest beginning of css that is a selector, and what follows from there.
func faultIn(css string) (at int, rest string) {
	good := 0
	for i := range css {
		if _, err := cascadia.Compile(css[:i]); err == nil {
			good = i
		}
	}
	tail := []rune(css[good:])
	return len([]rune(css[:good])) + 1, string(tail[:min(len(tail), 20)])
}

// Need is Selector for one that must be there.
func (c *Checker) Need(path, css string) Selector {
	if strings.TrimSpace(css) == "" {
		c.Fail("%s mangler; skriv en CSS-velger", path)
		return Selector{Path: path}
	}
	return c.Selector(path, css)
}

// Fields checks the fields that stand at path in the options, in the order of their names.
func (c *Checker) Fields(path string, fields Fields) []Value {
	var out []Value
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		f, at := fields[name], path+"."+name
		form, known := shapes[name]
		switch {
		case !known:
			c.Fail("%s: feltet %q finnes ikke; feltene er %s", path, name, strings.Join(FieldNames(), ", "))
			continue
		case f == Field{}:
			c.Fail("%s er tomt; skriv css, attr eller regexp", at)
			continue
		case f.Layout != "" && !form.date:
			c.Fail("%s.layout: bare start og end har layout", at)
		}
		v := Value{name: name, sel: c.Selector(at+".css", f.CSS), attr: strings.ToLower(f.Attr)}
		if f.Regexp != "" {
			find, err := regexp.Compile(f.Regexp[:min(len(f.Regexp), maxSource)])
			switch {
			case len(f.Regexp) > maxSource:
				c.Fail("%s.regexp er lengre enn %d tegn", at, maxSource)
			case err != nil:
				c.Fail("%s.regexp er ikke noe regulært uttrykk: %q (%w)", at, f.Regexp, err)
			}
			v.find = find
		}
		if f.Layout != "" && form.date {
			l, err := newLayout(f.Layout)
			if err != nil {
				c.Fail("%s.layout: %w", at, err)
			}
			v.layout = l
		}
		out = append(out, v)
	}
	return out
}

// Pages checks max_pages and gives how many pages a run may read.
func (c *Checker) Pages(path string, n int) int {
	if n < 0 || n > mostPages {
		c.Fail("%s er %d; bruk et tall fra 1 til %d", path, n, mostPages)
	}
	if n <= 0 {
		return defaultPages
	}
	return n
}

// Reader is the connector of pages: a list, page after page, and what it links to. Its selectors come from a Checker.
type Reader struct {
	Items  Selector // the items of a list page
	Fields []Value  // of an item, on the list page
	Next   Selector // the link to the next list page
	Empty  Selector // what stands on a list page that is rightly empty
	Link   Selector // inside an item: the link to its own page, which is then read
	Self   bool     // an item is itself the link to its own page
	Page   []Value  // on an item's own page; they go before those of the list
	// Inner are the things on an item's own page that are each a record, with what the item says and InnerFields say.
	// A page without any is one record.
	Inner       Selector
	InnerFields []Value
	Organizers  bool // an item's own page is that of its organizer
	MaxPages    int
}

// Has reports whether one of the lists of values has the named field.
func Has(name string, lists ...[]Value) bool {
	return slices.ContainsFunc(slices.Concat(lists...), func(v Value) bool { return v.name == name })
}
