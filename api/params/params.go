// Package params reads the parameters of a search strictly: what it does not understand it refuses, by name.
package params

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"fritidshub/catalog"
	"fritidshub/index"
)

// The limits of one search.
const (
	DefaultLimit = 20
	MaxLimit     = 100
	MaxText      = 200 // characters of q
	MaxValues    = 50  // values of one facet
	MaxAge       = 120 // years
	MaxRadius    = 2000
)

// Rules is what parsing depends on.
type Rules struct {
	Zone      *time.Location         // days begin and end here
	Languages []string               // accepted by lang; the first is the default
	Spoken    func(lang string) bool // nil: no other languages, else those for which it is true are accepted too
	Category  func(id string) bool   // whether the taxonomy has it
	Only      func(name string) bool // nil: every parameter is accepted, else those for which it is true
}

// Search is a parsed search.
type Search struct {
	Query index.Query // Now is zero, or that of the first page when there is a cursor
	Lang  string      // one of Rules.Languages
	When  string      // one of Whens or empty; Resolve makes it a range
	// Limited and Named say that limit and facets were given rather than defaulted.
	Limited, Named bool
	// Literal keeps the whole text as words; Keep holds the parts of it that are not to be read as filters.
	Literal bool
	Keep    []string
	// Values holds the parameters as given, without cursor.
	Values url.Values
}

// Error is one parameter that cannot be used.
type Error struct {
	Parameter string `json:"parameter"`
	Detail    string `json:"detail"`
}

// Errors is every fault of one search, in the order of the parameters' names.
type Errors []Error

// Error implements error.
func (e Errors) Error() string {
	parts := make([]string, len(e))
	for i, f := range e {
		parts[i] = f.Detail
	}
	return strings.Join(parts, "; ")
}

type param struct {
	many bool
	// read takes the values; it returns what is allowed when one of them is not.
	read func(s *Search, r *Rules, values []string) (allowed string)
}

func one(read func(s *Search, r *Rules, v string) string) param {
	return param{read: func(s *Search, r *Rules, values []string) string { return read(s, r, values[0]) }}
}

func known() map[string]param {
	table := map[string]param{
		"q":         one(readText),
		"age":       one(readAge),
		"free":      one(readFree),
		"max_price": one(readMaxPrice),
		"from":      one(func(s *Search, r *Rules, v string) string { return readTime(&s.Query.From, r.Zone, v, 0) }),
		"to":        one(func(s *Search, r *Rules, v string) string { return readTime(&s.Query.To, r.Zone, v, 1) }),
		"when":      one(readWhen),
		"near":      one(readNear),
		"radius":    one(readRadius),
		"bbox":      one(readBBox),
		"sort":      one(readSort),
		"limit":     one(readLimit),
		"lang":      one(readLang),
		"cursor":    one(func(*Search, *Rules, string) string { return "" }), // read last, when the rest is known
		"facets":    {many: true, read: readFacets},
		"interpret": one(readInterpret),
		"keep":      {many: true, read: readKeep},
	}
	for _, f := range index.Facets() {
		table[string(f)] = param{many: true, read: func(s *Search, r *Rules, values []string) string { return readFilter(s, r, f, values) }}
	}
	return table
}

// Names gives the names of all parameters, sorted.
func Names() []string { return slices.Sorted(maps.Keys(known())) }

// Parse reads the query part of an address. The error is Errors and names every fault at once.
func Parse(raw string, rules Rules) (Search, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return Search{}, Errors{{Parameter: "", Detail: "the query string is not well formed: " + err.Error()}}
	}
	return ParseValues(values, rules)
}

// ParseValues is Parse for parameters that are already split.
func ParseValues(values url.Values, rules Rules) (Search, error) {
	s := Search{Lang: rules.Languages[0], Values: url.Values{}}
	s.Query.Limit, s.Query.Facets, s.Query.Without = DefaultLimit, index.Facets(), true
	var faults Errors
	fault := func(name, format string, args ...any) {
		faults = append(faults, Error{Parameter: name, Detail: name + " " + fmt.Sprintf(format, args...)})
	}
	table := known()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		vs := values[name]
		p, ok := table[name]
		switch {
		case !ok || rules.Only != nil && !rules.Only(name):
			faults = append(faults, Unknown(name, accepted(table, rules)...))
		case !p.many && len(vs) > 1:
			fault(name, "is given %d times; it takes one value", len(vs))
		case slices.ContainsFunc(vs, func(v string) bool { return !utf8.ValidString(v) }):
			fault(name, "is not valid UTF-8")
		default:
			if allowed := p.read(&s, &rules, vs); allowed != "" {
				fault(name, "must be %s; got %s", allowed, quoted(strings.Join(vs, ", ")))
			}
			if name != "cursor" {
				s.Values[name] = vs
			}
		}
	}
	q := &s.Query
	if !q.From.IsZero() && !q.To.IsZero() && !q.From.Before(q.To) {
		fault("from", "must be before to")
	}
	if s.When != "" && (values.Has("from") || values.Has("to")) {
		fault("when", "says the time alone; leave out from and to, or when")
	}
	if q.Near == nil && values.Has("radius") {
		fault("radius", "needs near")
	}
	if q.Near == nil && q.Sort == index.SortDistance {
		fault("sort", "by distance needs near")
	}
	if c := values.Get("cursor"); values.Has("cursor") && len(values["cursor"]) == 1 && len(faults) == 0 {
		if !s.openCursor(c) {
			fault("cursor", "must be the one that the answer before gave in next, with the same parameters")
		}
	}
	if len(faults) > 0 {
		return s, faults
	}
	return s, nil
}

func accepted(table map[string]param, r Rules) []string {
	names := slices.Sorted(maps.Keys(table))
	if r.Only == nil {
		return names
	}
	return slices.DeleteFunc(names, func(n string) bool { return !r.Only(n) })
}

// Unknown is the error for a parameter that an address does not take; known are those that it does.
func Unknown(name string, known ...string) Error {
	e := Error{Parameter: shorten(name), Detail: quoted(name) + " is not a parameter here"}
	if len(known) > 0 {
		e.Detail += "; known are " + strings.Join(known, ", ")
	}
	return e
}

// shorten makes what somebody wrote fit to be told back.
func shorten(s string) string {
	s = catalog.CleanText(s, 0)
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return s
}

// quoted is shorten in quotation marks, with those inside it escaped.
func quoted(s string) string { return strconv.Quote(shorten(s)) }

func readText(s *Search, _ *Rules, v string) string {
	if utf8.RuneCountInString(v) > MaxText {
		return fmt.Sprintf("at most %d characters", MaxText)
	}
	s.Query.Text = catalog.CleanText(v, 0)
	return ""
}

func readInterpret(s *Search, _ *Rules, v string) string {
	s.Literal = v == "false"
	if v != "true" && v != "false" {
		return "true or false"
	}
	return ""
}

func readKeep(s *Search, _ *Rules, values []string) string {
	if len(values) > MaxValues || slices.ContainsFunc(values, func(v string) bool { return utf8.RuneCountInString(v) > MaxText }) {
		return fmt.Sprintf("words of q, at most %d times %d characters", MaxValues, MaxText)
	}
	s.Keep = values
	return ""
}

// With gives the query of a search with more parameters. A value that cannot be used is left out.
func (s *Search) With(more url.Values, rules Rules) index.Query {
	next := *s
	next.Query.Filters = maps.Clone(s.Query.Filters)
	table := known()
	for _, name := range slices.Sorted(maps.Keys(more)) {
		if p, ok := table[name]; ok {
			p.read(&next, &rules, more[name])
		}
	}
	return next.Query
}

// Whole reads a plain decimal number without sign and leading zeros, least to most.
func Whole(v string, least, most int) (int, bool) {
	n, err := strconv.Atoi(v)
	return n, err == nil && strconv.Itoa(n) == v && n >= least && n <= most
}

func readAge(s *Search, _ *Rules, v string) string {
	n, ok := Whole(v, 0, MaxAge)
	if !ok {
		return fmt.Sprintf("a whole number of years from 0 to %d", MaxAge)
	}
	s.Query.Age = &n
	return ""
}

func readLimit(s *Search, _ *Rules, v string) string {
	n, ok := Whole(v, 1, MaxLimit)
	if !ok {
		return fmt.Sprintf("a whole number from 1 to %d", MaxLimit)
	}
	s.Query.Limit, s.Limited = n, true
	return ""
}

func readFree(s *Search, _ *Rules, v string) string {
	if v != "true" {
		return "true (leave it out to see everything)"
	}
	s.Query.Free = true
	return ""
}

func readMaxPrice(s *Search, _ *Rules, v string) string {
	m, err := catalog.ParseMoney(v)
	if err != nil || strings.TrimLeft(v, "0123456789.,") != "" {
		return "an amount of kroner from 0 to " + catalog.MaxMoney.String() + " with at most two decimals"
	}
	s.Query.MaxPrice = &m
	return ""
}

// The years that a time may lie in.
const (
	minYear = 1990
	maxYear = 2100
)

// readTime reads a day, which stands for the first instant of the day that is plus days later, or an instant. A space before the
// offset is an unescaped plus sign: nothing else can stand there.
func readTime(t *time.Time, zone *time.Location, v string, plus int) string {
	allowed := fmt.Sprintf("a date like 2026-12-03 or a time like 2026-12-03T18:00:00Z, years %d to %d", minYear, maxYear)
	layout := time.RFC3339
	if len(v) == len(time.DateOnly) {
		layout = time.DateOnly
	}
	parsed, err := time.Parse(layout, strings.Replace(v, " ", "+", 1))
	if err != nil || parsed.Year() < minYear || parsed.Year() > maxYear {
		return allowed
	}
	if layout == time.DateOnly {
		parsed = catalog.LocalTime(zone, parsed.AddDate(0, 0, plus))
	}
	*t = parsed
	return ""
}

// decimals reads n plain decimal numbers separated by commas.
func decimals(v string, n int) []float64 {
	parts := strings.Split(v, ",")
	if len(parts) != n {
		return nil
	}
	out := make([]float64, n)
	for i, p := range parts {
		f, err := strconv.ParseFloat(p, 64)
		if err != nil || len(p) > 24 || strings.Trim(p, "-0123456789.") != "" {
			return nil
		}
		out[i] = f
	}
	return out
}

func within(f, most float64) bool { return f >= -most && f <= most }

func readNear(s *Search, _ *Rules, v string) string {
	f := decimals(v, 2)
	if f == nil || !within(f[0], 90) || !within(f[1], 180) {
		return "lat,lon in degrees, like 59.05,10.03"
	}
	s.Query.Near = &catalog.Point{Lat: f[0], Lon: f[1]}
	return ""
}

func readRadius(s *Search, _ *Rules, v string) string {
	f := decimals(v, 1)
	if f == nil || f[0] <= 0 || f[0] > MaxRadius {
		return fmt.Sprintf("a number of kilometres above 0 and at most %d", MaxRadius)
	}
	s.Query.Radius = f[0]
	return ""
}

func readBBox(s *Search, _ *Rules, v string) string {
	f := decimals(v, 4)
	if f == nil || !within(f[0], 180) || !within(f[1], 90) || !within(f[2], 180) || !within(f[3], 90) || f[1] > f[3] {
		return "west,south,east,north in degrees, south not above north"
	}
	s.Query.BBox = &index.BBox{West: f[0], South: f[1], East: f[2], North: f[3]}
	return ""
}

// Sorts gives the orders that sort accepts.
func Sorts() []index.Sort {
	return []index.Sort{index.SortRelevance, index.SortStart, index.SortDistance, index.SortUpdated, index.SortPrice, index.SortTitle}
}

func readSort(s *Search, _ *Rules, v string) string {
	if !slices.Contains(Sorts(), index.Sort(v)) {
		return "one of " + list(Sorts())
	}
	s.Query.Sort = index.Sort(v)
	return ""
}

func readLang(s *Search, r *Rules, v string) string {
	tag, _, _ := strings.Cut(strings.ToLower(v), "-")
	if tag == "no" {
		tag = "nb"
	}
	if !slices.Contains(r.Languages, tag) && (r.Spoken == nil || !r.Spoken(tag)) {
		return "one of " + list(r.Languages)
	}
	s.Lang = tag
	return ""
}

func readFacets(s *Search, _ *Rules, values []string) string {
	allowed := "none, or names among " + list(index.Facets())
	s.Query.Facets, s.Named = nil, true
	for _, v := range values {
		for name := range strings.SplitSeq(v, ",") {
			f := index.Facet(name)
			switch {
			case name == "none" && len(values) == 1 && v == name:
			case !slices.Contains(index.Facets(), f):
				return allowed
			case !slices.Contains(s.Query.Facets, f):
				s.Query.Facets = append(s.Query.Facets, f)
			}
		}
	}
	return ""
}

func list[T ~string](values []T) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = string(v)
	}
	return strings.Join(parts, ", ")
}
