// Package intent reads what a resident types for what the search can filter by: gratis, weekdays and days, ages, municipalities,
// adaptation and kinds of listings.
//
// It claims only whole words that plainly say it: "søndagsskole" is no weekday, "Barneteater" no age, and "barn", "ungdom" and "pensjonist"
// stay words, because a filter by age would lose what states none. What stands in quotation marks is never claimed. A filter that it
// finds is a proposal: whoever applies it shows it, and lets it be taken back.
package intent

import (
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/prose"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index/analysis"
)

// MaxText is how many bytes of a text are read; a longer one is left as it is.
const MaxText = 1000

// Param is a parameter of the search with its value, as /api/v1/search takes it.
type Param struct{ Name, Value string }

// Found is a part of the text that says a filter.
type Found struct {
	Text       string // text[Start:End], small words in front included: "for 5-åringer"
	Core       string // the words that say it: "5-åringer"
	Start, End int
	Params     []Param
	Age        *catalog.Age // the ages that are said; the parameter is one of them
}

// Name is the parameter that the found part says first; days say "from", or "to" when they have no beginning.
func (f Found) Name() string { return f.Params[0].Name }

// Reading is what a text is read for.
type Reading struct {
	Rest  string // what is left to search for
	Found []Found
	// Said is set when there is no Rest: words of what was found that listings may say too. Those that do are what was meant: of all that
	// goes on in "vinterferien" what is made for it, and of all for the age of "5.-7. trinn", asked for alone, what is said to be.
	Said string
}

// Context is what a reading depends on.
type Context struct {
	Now    time.Time                // in the hub's zone
	School *calendar.SchoolCalendar // of the hub; nil: no holidays are known
	// Towns are the municipalities that there are listings in: number by Key of the name.
	Towns map[string]string
	// Named reports whether two words, as Key gives them, follow each other in the name of an organizer or place: "larvik", "bibliotek".
	Named func(a, b string) bool
	// Keep reports whether a found part is to stay text.
	Keep func(Found) bool
}

// Reader reads texts. It is read-only and may be shared.
type Reader struct {
	phrases  map[string]meaning
	longest  int // words of a phrase
	weekdays map[string]time.Weekday
	months   map[string]time.Month
}

// Key brings a name into the form in which words are compared: without marks, separated by one space.
func Key(name string) string {
	var words []string
	for _, t := range tokenise(name) {
		words = append(words, t.folded)
	}
	return strings.Join(words, " ")
}

// New makes a reader that knows the labels of tax.
func New(tax *taxonomy.Taxonomy) *Reader {
	r := &Reader{phrases: map[string]meaning{}, weekdays: map[string]time.Weekday{}, months: map[string]time.Month{}}
	r.learn(tax)
	return r
}

type claim struct {
	from, to  int // tokens
	core      int // the first token of the core
	params    []Param
	age       *catalog.Age
	connector words // small words that belong to it when they stand in front
	said      bool  // listings say it in the same words
}

type reading struct {
	*Reader
	Context
	text   string
	t      []token
	today  time.Time // as catalog.Date
	prose  []claim
	claims []claim
}

// Read reads text. The parts that it finds do not overlap and are in the order of the text. Whatever it takes out of the text is in one of them.
func (r *Reader) Read(text string, c Context) Reading {
	if len(text) > MaxText {
		return Reading{Rest: text}
	}
	in := &reading{Reader: r, Context: c, text: text, t: tokenise(text), today: catalog.Date(c.Now.Date())}
	in.readProse()
	for i := 0; i < len(in.t); {
		found, ok := in.at(i)
		if !ok || !in.allowed(&found) {
			i++
			continue
		}
		in.claims = append(in.claims, found)
		i = found.to
	}
	return in.result()
}

// at gives the claim that begins at token i.
func (r *reading) at(i int) (claim, bool) {
	if r.t[i].quoted {
		return claim{}, false
	}
	for _, rule := range []func(*reading, int) (claim, bool){(*reading).proseAt, (*reading).phrase, (*reading).monthDay, (*reading).inMonth,
		(*reading).price, (*reading).weekday, (*reading).agesAt, (*reading).town} {
		if c, ok := rule(r, i); ok {
			return c, true
		}
	}
	return claim{}, false
}

// allowed widens a claim by the small words before it, and reports whether it holds.
func (r *reading) allowed(c *claim) bool {
	least := 0
	if n := len(r.claims); n > 0 {
		least = r.claims[n-1].to
	}
	if c.from < least || slices.ContainsFunc(r.t[c.from:c.to], func(t token) bool { return t.quoted }) || r.hyphened(c.from, c.to) {
		return false
	}
	if single := c.params[0].Name; single == "age" || single == "from" || single == "to" {
		if slices.ContainsFunc(r.claims, func(o claim) bool {
			name := o.params[0].Name
			return name == single || single != "age" && (name == "from" || name == "to")
		}) {
			return false
		}
	}
	c.core = c.from
	for c.from > least && !r.t[c.from-1].quoted && (c.connector[r.t[c.from-1].folded] || joining[r.t[c.from-1].folded] && least > 0) {
		c.from--
	}
	return r.Keep == nil || !r.Keep(r.found(*c))
}

// hyphened reports whether tokens [from, to) are part of a longer word: "Larvik-løpet".
func (r *reading) hyphened(from, to int) bool {
	return from > 0 && r.between(from-1) == "-" || to < len(r.t) && r.between(to-1) == "-"
}

// between is what stands between tokens i and i+1.
func (r *reading) between(i int) string { return r.text[r.t[i].end:r.t[i+1].start] }

func (r *reading) word(i int) string {
	if i < 0 || i >= len(r.t) {
		return ""
	}
	return r.t[i].folded
}

func (r *reading) found(c claim) Found {
	from, to := r.t[c.from].start, r.t[c.to-1].end
	for to < len(r.text) && (r.text[to] == '+' || r.text[to] == '.') { // 60+, 24.12.
		to++
	}
	if c.params[0].Name == "max_price" && strings.HasPrefix(r.text[to:], ",-") {
		to += len(",-")
	}
	return Found{Text: r.text[from:to], Core: r.text[r.t[c.core].start:to], Start: from, End: to, Params: c.params, Age: c.age}
}

func (r *reading) result() Reading {
	var out Reading
	end := 0
	var rest strings.Builder
	for _, c := range r.claims {
		f := r.found(c)
		rest.WriteString(r.text[end:f.Start])
		rest.WriteByte(' ')
		end = f.End
		out.Found = append(out.Found, f)
	}
	rest.WriteString(r.text[end:])
	out.Rest = tidy(rest.String())
	if len(out.Found) == 0 {
		out.Rest = r.text
	} else if words := analysis.Query(out.Rest + " " + anything); len(words) == 1 && words[0].Term == anything {
		out.Rest = "" // a listing need not have the words that are left
	}
	if len(out.Found) > 0 && out.Rest == "" {
		out.Said = r.said(out.Found)
	}
	return out
}

func (r *reading) said(found []Found) string {
	var parts []string
	for i, c := range r.claims {
		if c.said && (c.age == nil || len(found) == 1 && c.core == c.from) {
			parts = append(parts, found[i].Core)
		}
	}
	return strings.Join(parts, " ")
}

// Without is text without the found part: what is typed when it is not wanted.
func (f Found) Without(text string) string {
	if f.Start < 0 || f.End > len(text) || f.Start > f.End {
		return text
	}
	return tidy(text[:f.Start] + " " + text[f.End:])
}

// anything is a word that a listing would have to have: beside it those are dropped that it can do without.
const anything = "qzqzq"

// tidy takes away the blanks and commas that a part leaves behind.
func tidy(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	for _, mark := range []string{",", ";"} {
		s = strings.ReplaceAll(s, " "+mark, mark)
		for strings.Contains(s, mark+mark) {
			s = strings.ReplaceAll(s, mark+mark, mark)
		}
	}
	return strings.TrimRight(strings.Trim(s, " ,;"), " ?!")
}

// readProse takes what package prose reads plainly: one age, one day or span of days, and that it is free.
func (r *reading) readProse() {
	facts := prose.Read(r.text, "", r.Now)
	if a := facts.Age; a != nil {
		if from, to, ok := r.span(facts, "age"); ok {
			if len(r.word(from)) == 4 && r.word(from-1) == "born" {
				from--
			}
			c, ok := r.ages(from, to, a.Min, a.Max)
			c.said = r.spoken(from, to)
			r.addProse(c, ok)
		}
	}
	if p := facts.Price; p != nil && p.Free == catalog.Yes {
		if from, to, ok := r.span(facts, "price"); ok && !slices.ContainsFunc(r.t[from:to], func(t token) bool { return freeCompound(t.folded) }) {
			r.addProse(claim{from: from, to: to, params: []Param{{"free", "true"}}, connector: beforeFree}, true)
		}
	}
	if len(facts.Dates) > 0 {
		if from, to, ok := r.span(facts, "dates"); ok && strings.ContainsAny(r.text[r.t[from].start:r.t[to-1].end], "0123456789") {
			first, last := facts.Dates[0].From, facts.Dates[len(facts.Dates)-1].Through
			date := later(first, last)
			r.addProse(r.bounded(from, r.daytime(r.year(to, date)), first, last))
		}
	}
}

func (r *reading) addProse(c claim, ok bool) {
	if ok {
		r.prose = append(r.prose, c)
	}
}

// span gives the tokens of the only span of a field; false when there are more or it does not begin and end with words.
func (r *reading) span(facts prose.Facts, field string) (from, to int, ok bool) {
	for _, s := range facts.Spans {
		if s.Field != field {
			continue
		}
		if ok {
			return 0, 0, false
		}
		from = slices.IndexFunc(r.t, func(t token) bool { return t.start >= s.Start })
		to = from
		for to >= 0 && to < len(r.t) && r.t[to].end <= s.End {
			to++
		}
		cut := from > 0 && r.t[from-1].end > s.Start || to >= 0 && to < len(r.t) && r.t[to].start < s.End
		if ok = from >= 0 && to > from && !cut; !ok {
			return 0, 0, false
		}
	}
	return from, to, ok
}

// proseAt gives what prose has read at token i; a weekday in front of its date belongs to it.
func (r *reading) proseAt(i int) (claim, bool) {
	for _, c := range r.prose {
		name := c.params[0].Name
		if c.from == i {
			return c, true
		}
		if _, day := r.weekdays[r.word(i)]; day && (name == "from" || name == "to") && (c.from == i+1 || c.from == i+2 && beforeDay[r.word(i+1)]) {
			c.from = i
			return c, true
		}
	}
	return claim{}, false
}
