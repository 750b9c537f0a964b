package prose

import (
	"cmp"
	"slices"
	"time"

	"fritidshub/catalog"
)

// day is a calendar day, counted from 1 January 1970.
type day int

func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return civil(y, m, d)
}

func civil(y int, m time.Month, d int) day { return day(catalog.Date(y, m, d).Unix() / 86400) }

func (d day) time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// weekday is 0 for Monday.
func (d day) weekday() int { return (int(d)%7 + 7 + 3) % 7 }

type itemKind uint8

const (
	aDate itemKind = iota + 1
	aClock
	anAmount
	anAge
	someDays
	aCount
	aFree
)

// item is one thing found in the text: tokens [from, to).
type item struct {
	kind     itemKind
	from, to int
	lo, hi   int   // a date's days, a clock's minutes, an amount's øre, an age's years, a count; -1: open
	mask     uint8 // weekdays, bit 0 for Monday; weeks of the month for ordinals in nth
	nth      []int // first, third … of the month
	role     role
	step     int  // weekdays: 2 for every other week
	plural   bool // weekdays that come back: hver, -er
	single   bool // a date of one day
	week     bool // a date that is a whole ISO week
	exact    bool // a date with its year
	off      bool // a date on which nothing goes on
	unit     int  // of an amount
	bare     bool // an amount without a mark; counts only beside others
	upper    bool // an age "under n", "over n": may be a price class
	strong   bool // an age limit that is said to be one
}

// role is what a date or a clock is for.
type role uint8

const (
	plain role = iota
	opening
	closing
	deadline
	ignored
	joined // a date that ends the interval of another
	beside // a clock that is not the start itself: doors, breaks
)

type reader struct {
	text  string
	t     []token
	ref   day
	long  bool
	items []item
	spans []Span
}

// at gives the token i, or none outside the text.
func (r *reader) at(i int) *token {
	if i < 0 || i >= len(r.t) {
		return &none
	}
	return &r.t[i]
}

func (r *reader) is(i int, c class) bool { return r.at(i).class&c != 0 }

// word is the text of token i in lower case.
func (r *reader) word(i int) string { return r.at(i).text }

// one reports whether token i is one of words.
func (r *reader) one(i int, words ...string) bool { return r.at(i).one(words...) }

// touching reports whether token i stands right after the one before.
func (r *reader) touching(i int) bool { return i > 0 && i < len(r.t) && !r.t[i].gap }

// last is the item that ends at token i, not counting small words and signs between; nil when there is none.
func (r *reader) last() *item {
	if len(r.items) == 0 {
		return nil
	}
	return &r.items[len(r.items)-1]
}

// scan finds the items. Each grammar gives the item that begins at token i, or one whose to is 0.
func (r *reader) scan() {
	grammars := [...]func(*reader, int) item{(*reader).numberless, (*reader).amount, (*reader).years, (*reader).week, (*reader).date, (*reader).clock, (*reader).weekdays, (*reader).count, (*reader).free, (*reader).bareAmount}
next:
	for i := 0; i < len(r.t) && len(r.items) < maxItems; {
		for _, g := range grammars {
			if it := g(r, i); it.to > i {
				if it.kind != 0 {
					it.from = max(it.from, 0)
					r.items = append(r.items, it)
				}
				i = it.to
				continue next
			}
		}
		i++
	}
}

// numberless passes over addresses and telephone, account and organisation numbers.
func (r *reader) numberless(i int) item {
	t := r.at(i)
	if t.kind == link {
		return item{from: i, to: i + 1}
	}
	j := i
	switch {
	case t.text == "#" && r.at(i+1).kind == number:
		return item{from: i, to: i + 2}
	case t.kind == word && (t.is(phone) || t.text == "vipps"):
		j = i + 1
		for r.one(j, ".", ":", "nr", "+", "på") {
			j++
		}
	case t.kind != number || r.touching(i) && i > 0 && r.at(i-1).kind == mark && r.word(i-1) != "(":
		return item{}
	}
	if r.at(j).kind != number {
		return item{}
	}
	sum, groups, k := 0, 0, j
	for r.at(k).kind == number && (k == j || r.at(k).gap) && r.at(k).digits >= 2 && r.at(k).digits <= 3 {
		sum += int(r.at(k).digits)
		groups++
		k++
		if sum == 8 {
			break
		}
	}
	shape := sum == 8 && (groups == 3 || groups == 4) && !r.is(k, krone) && r.word(k) != ","
	switch {
	case t.kind == word && shape, t.kind == number && shape && (groups == 4 && r.at(j).digits == 2 || groups == 3 && r.at(j).digits == 3):
		return item{from: i, to: k}
	case r.at(j).digits >= 5 && t.kind == word, r.at(j).digits >= 8 && !r.is(j+1, krone):
		return item{from: i, to: j + 1}
	}
	return item{}
}

// note remembers that field was read from tokens [from, to).
func (r *reader) note(field string, from, to int) {
	if from < to && to <= len(r.t) {
		r.spans = append(r.spans, Span{field, r.t[from].start, r.t[to-1].end})
	}
}

func (r *reader) sortedSpans() []Span {
	slices.SortFunc(r.spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Field, b.Field))
	})
	return slices.Compact(r.spans)
}

// stop reports whether token i ends a sentence: a full stop that is not an abbreviation's or an ordinal's, an exclamation, a blank line.
func (r *reader) stop(i int) bool {
	t := r.at(i)
	if i < 0 || i >= len(r.t) {
		return true
	}
	switch t.text {
	case "!", "?":
		return true
	case "-": // "150,- Passer for …"
		return r.touching(i) && (r.one(i-1, ",", ".")) && r.at(i-2).kind == number && r.at(i+1).capital && r.at(i+1).gap
	case ".":
		next, before := r.at(i+1), r.at(i-1)
		if !next.gap {
			return false
		}
		if next.line || i+1 >= len(r.t) {
			return true
		}
		if before.is(krone) && before.kind == word {
			return next.capital
		}
		if before.is(clock|per|short|tiny|phone) && before.kind == word && before.text != "klokka" && !before.is(numeral) || before.kind == word && shortened[before.text] {
			return false
		}
		if before.is(month) && len(before.text) <= 4 {
			return next.capital
		}
		if before.kind == number {
			return next.capital && !next.is(weekday|month) || next.kind == number && !r.is(i+2, month)
		}
		return true
	}
	return false
}

var shortened = set("ca inkl evt mnd bl f o m t dvs jf nr min maks gj st gl u pga ekskl eks pers stk adr d kl obs int")

// sentence gives the bounds of the sentence that token i is in: [from, to). It looks at most 40 tokens each way.
func (r *reader) sentence(i int) (from, to int) {
	from, to = i, i+1
	for from > 0 && i-from < 40 && !r.stop(from-1) && !r.newLine(from) {
		from--
	}
	for to < len(r.t) && to-i < 40 && !r.stop(to) && !r.newLine(to) {
		to++
	}
	return from, to
}

// newLine reports whether token i begins a line that is a sentence of its own.
func (r *reader) newLine(i int) bool { return r.at(i).line }

// any reports whether a token of [from, to) has a role of c.
func (r *reader) any(from, to int, c class) bool {
	for j := max(from, 0); j < to && j < len(r.t); j++ {
		if r.t[j].class&c != 0 {
			return true
		}
	}
	return false
}

// anyWord reports whether a token of [from, to) is one of words.
func (r *reader) anyWord(from, to int, words ...string) bool {
	for j := max(from, 0); j < to && j < len(r.t); j++ {
		if slices.Contains(words, r.t[j].text) {
			return true
		}
	}
	return false
}

// in reports whether s is one of words.
func in(s string, words ...string) bool { return slices.Contains(words, s) }
