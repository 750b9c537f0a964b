package prose

import (
	"slices"
	"strings"
)

// yearAhead is how many days ahead a day without a year is looked for on which a series rests; the rest of the year lies behind, so that
// yesterday's exception is not taken for next year's.
const yearAhead = 245

var (
	// resting are words that say of the days or the holiday after them that nothing goes on.
	resting = set("unntatt unnateke utenom utanom stengt stengd feriestengt fri pause pauser ferie ferier utgår bortfaller bortfell minus")
	// doing are verbs that "ikke" denies for a time: "vi trener ikke i uke 8".
	doing = set("trener trenar øver øvar møtes møtest treffes treffest spiller spelar danser dansar synger syng er går blir vert har holder held svømmer sym klatrer klatrar løper spring samles samlast men og obs nb husk merk hugs")
	// activities are what "ingen" denies when nothing goes on; others are known by the text that names them.
	activities = []string{"trening", "treninger", "treningar", "øvelse", "øvelser", "øving", "øvingar", "møte", "møter", "aktivitet", "aktiviteter", "aktivitetar", "undervisning", "opplæring", "klubb", "kafé", "samling", "åpent", "ope", "time", "timer", "timar", "kurs", "kveld", "tur", "dans", "barnehage", "tilbud", "tilbod", "noe", "noko"}
	// demands are words of which a text says "ingen" in passing.
	demands = signup | limit | fee | membership | admission | meal | snack | person | numeral
)

// breaks are the names of the schools' holidays by how a word begins that names one.
var breaks = [...]struct{ stem, name string }{
	{"høstferie", "høstferie"}, {"haustferie", "høstferie"}, {"juleferie", "juleferie"}, {"joleferie", "juleferie"}, {"vinterferie", "vinterferie"},
	{"påskeferie", "påskeferie"}, {"sommerferie", "sommerferie"}, {"sommarferie", "sommerferie"},
}

// rests finds the days, weeks and school holidays in which nothing goes on.
func (r *reader) rests(f *Facts) {
	standing := r.standing()
	for k := range r.items {
		it := &r.items[k]
		if it.kind != aDate || slices.Contains([]role{deadline, opening, closing, joined}, it.role) {
			continue
		}
		if it.off = r.restsBefore(it.from) || r.restsAfter(r.listEnd(k)) || r.afterOff(it.from, k); !it.off {
			continue
		}
		if standing || it.week {
			it.role = ignored
		}
		from, through := day(it.lo), day(it.hi)
		switch {
		case it.week:
			for d := from; d < through; d += 7 {
				_, week := d.time().ISOWeek()
				f.Off = append(f.Off, Off{Week: week})
			}
		case !it.exact && it.single:
			d, ok := r.nearest(k, from)
			if !ok {
				continue
			}
			f.Off = append(f.Off, Off{Dates: Dates{From: d.time(), Through: d.time()}})
		default:
			f.Off = append(f.Off, Off{Dates: Dates{From: from.time(), Through: through.time()}})
		}
		r.note("recurrence", it.from, it.to)
	}
	r.holidays(f)
}

// nearest gives the day that item k is, in the year before when that is nearer, or when the weekday before it is so then; false when the
// weekday is that of neither.
func (r *reader) nearest(k int, d day) (day, bool) {
	before := dayOf(d.time().AddDate(-1, 0, 0))
	w := lowest(r.items[k].mask)
	if w < 0 && (k == 0 || r.items[k-1].kind != aDate || r.items[k-1].from < r.items[k].from) {
		w = r.weekdayOf(r.items[k].from)
	}
	if w >= 0 {
		if d.weekday() == w && d <= r.ref+yearAhead {
			return d, true
		}
		return before, before.weekday() == w && before >= r.ref-365+yearAhead
	}
	if d > r.ref+yearAhead {
		return before, true
	}
	return d, true
}

// weekdayOf is the one weekday named right before the date at token i, -1 when there is none.
func (r *reader) weekdayOf(i int) int {
	j := i - 1
	for r.one(j, "den", ".", ",") && j > i-3 {
		j--
	}
	if t := r.at(j); t.kind == word && t.is(weekday) && !t.is(plural|tiny) {
		return t.day
	}
	return -1
}

// restsBefore reports whether the words before the date or holiday at token i say that nothing goes on then.
func (r *reader) restsBefore(i int) bool {
	j := i - 1
	for j > i-9 && (r.is(j, weekday) || r.one(j, "den", ":", "i", "er", "blir", "hele", "heile", "skolens", "skulen", "skolenes", "vår", "påfølgende") ||
		r.word(j) == "." && r.touching(j) && r.is(j-1, weekday) || r.word(j) == "-" && !r.at(j).gap) {
		j--
	}
	t := r.at(j)
	switch {
	case r.one(j, "fra", "frå") && r.one(j-1, "bortsett", "bortsatt", "unntatt", "unnateke", "sett"), t.text == "av" && r.one(j-1, "unntak", "unnatak"):
		return true
	case r.one(j, "over") && r.one(j-1, "hopper", "hoppar"):
		return true
	case t.is(cancelled), resting[t.text]:
		return !r.any(j-2, j, never) && !r.anyWord(j-2, j, "i")
	case r.one(j, "ikke", "ikkje"):
		return r.denies(j)
	}
	for n := j; n > j-3; n-- {
		if r.one(n, "ingen", "inga", "ikke", "ikkje") && j > n {
			return r.activity(n+1, j+1) && r.denies(n)
		}
		if r.edge(n) || r.stop(n) {
			break
		}
	}
	return false
}

// denies reports whether "ikke" at token j says that something does not take place: it begins what is said, or follows what is done or a time.
func (r *reader) denies(j int) bool {
	p := r.at(j - 1)
	if r.word(j-1) == "det" || r.one(j-1, "vi", "me") {
		return !r.is(j-2, never)
	}
	return j == 0 || r.at(j).line || r.stop(j-1) || r.edge(j-1) || p.kind != word || doing[p.text] || p.is(weekday|clock|grade|month|cancelled)
}

// activity reports whether tokens [from, to) are what the text is about, or a usual word for it.
func (r *reader) activity(from, to int) bool {
	if to-from > 2 || from >= to {
		return false
	}
	w := r.word(to - 1)
	if r.at(to-1).kind != word || r.is(to-1, demands) && !slices.Contains(activities, w) {
		return false
	}
	if slices.ContainsFunc(activities, func(a string) bool { return w == a || len(a) > 4 && strings.HasSuffix(w, a) }) || r.is(to-1, course|meeting) {
		return true
	}
	if len(w) < 5 {
		return false
	}
	for k := range r.t {
		if t := &r.t[k]; (k < from || k >= to) && t.kind == word && strings.HasPrefix(t.text, w[:5]) {
			return true
		}
	}
	return false
}

// restsAfter reports whether the words from token i, right after a date or a holiday, say that nothing goes on then.
func (r *reader) restsAfter(i int) bool {
	j := i
	for j < i+6 && r.one(j, ":", ")", "(", "-", "er", "blir", "vert", "har", "holder", "held", "tar", "tek", "det", "vi", "me", "også", "og", "dessverre", "diverre", "da", "då", "hallen", "huset") && !r.stop(j) {
		j++
	}
	t := r.at(j)
	switch {
	case t.kind != word || t.line && j > i && r.word(j-1) != ":":
		return false
	case t.is(cancelled):
		return !r.conditionally(j)
	case t.text == "utgår":
		return !r.one(j+1, "fra", "frå")
	case r.one(j, "fri", "pause", "stengt", "stengd", "feriestengt"):
		n := r.at(j + 1)
		return n.kind != word || n.line || n.one("på", "pga", "grunnet", "for", "i")
	case r.one(j, "ingen", "inga", "ikke", "ikkje"):
		return r.activity(j+1, j+2) || !r.edge(j+1) && r.activity(j+1, j+3)
	case j == i && breakName(t.text) != "": // "uke 8 vinterferie, ingen trening"
		return r.stop(j+1) || r.word(j+1) == ")" || r.word(j+1) == "," && (resting[r.word(j+2)] || r.one(j+2, "ingen", "inga", "ikke", "ikkje"))
	case j > i && breakName(t.text) != "":
		return r.word(j-1) == ":" || r.word(j-1) == "(" || r.one(j-1, "har", "er")
	}
	return false
}

// afterOff reports whether the date k at token i is listed after one on which nothing goes on, or in brackets after a holiday in which nothing does.
func (r *reader) afterOff(i, k int) bool {
	h := i - 1
	if r.word(h) == "i" {
		h--
	}
	if r.one(h, "(", ",", "og", "eller") && breakName(r.word(h-1)) != "" && r.restsBefore(h-1) {
		return true
	}
	for p := k - 1; p >= 0; p-- {
		o := &r.items[p]
		switch {
		case o.kind == someDays:
		case o.kind == aDate && o.off && (o.from == i || o.to <= i && i-o.to <= 4 && r.list(o.to, i)):
			return true
		default:
			return false
		}
	}
	return false
}

// list reports whether only what parts the days of a list stands in tokens [from, to).
func (r *reader) list(from, to int) bool {
	for j := from; j < to; j++ {
		if !r.one(j, ",", "og", "eller", "samt", "&", "i", "den", ".", ")") && !r.is(j, weekday) && !(r.word(j) == "(") && breakName(r.word(j)) == "" {
			return false
		}
	}
	return true
}

// breakName is the school holiday that a word names, empty when it names none.
func breakName(w string) string {
	if len(w) < 4 || strings.IndexByte("hjpsv", w[0]) < 0 {
		return ""
	}
	switch w {
	case "påsken", "påska", "påske":
		return "påskeferie"
	case "jula", "julen", "jola":
		return "juleferie"
	}
	if tail, ok := strings.CutPrefix(w, "påske"); ok && in(tail, "uka", "uken", "uke", "veka", "veke") {
		return "påskeferie"
	}
	for _, b := range breaks {
		if tail, ok := strings.CutPrefix(w, b.stem); ok && in(tail, "", "n", "a", "ne", "en") {
			return b.name
		}
	}
	return ""
}

// holidays finds the school holidays in which the series rests.
func (r *reader) holidays(f *Facts) {
	off := false // the holiday before it in a list is one
	last := -9
	for i := range r.t {
		if r.t[i].kind != word || r.t[i].class != 0 && r.t[i].class&meal == 0 {
			continue
		}
		name, to := breakName(r.t[i].text), i+1
		if name == "" && r.word(i+1) == "-" && r.touching(i+1) && (r.one(i+2, "og", "eller", ",")) { // "jule- og påskeferien"
			name, to = breakName(r.word(i)+"ferie"), i+2
		}
		if name == "" {
			continue
		}
		listed := i-last <= 3 && off && r.list(last, i)
		off = listed || r.restsBefore(i) || r.restsAfter(to) || r.afterOff(i, r.itemsBefore(i))
		last = to
		if !off || r.inBrackets(i) || r.one(to, "(", ",") && r.dateAt(to+1) {
			continue
		}
		if !slices.Contains(f.Breaks, name) {
			f.Breaks = append(f.Breaks, name)
			r.note("recurrence", i, to)
		}
	}
	slices.Sort(f.Breaks)
}

// listEnd is the token after the list of dates that item k is in.
func (r *reader) listEnd(k int) int {
	to := r.items[k].to
	for n := k + 1; n < len(r.items) && r.items[n].from == r.items[k].from; n++ {
		to = max(to, r.items[n].to)
	}
	return to
}

// itemsBefore is how many items there are before the first that begins at token i or later.
func (r *reader) itemsBefore(i int) int {
	if n := slices.IndexFunc(r.items, func(it item) bool { return it.from >= i }); n >= 0 {
		return n
	}
	return len(r.items)
}

// inBrackets reports whether the holiday at token i explains the week or day before it: "uke 40 (høstferie)".
func (r *reader) inBrackets(i int) bool {
	for k := range r.items {
		if it := &r.items[k]; it.kind == aDate && (it.to == i-1 && r.one(i-1, "(", ":") || it.to == i) {
			return true
		}
	}
	return false
}

func (r *reader) dateAt(i int) bool {
	for k := range r.items {
		if it := &r.items[k]; it.kind == aDate && it.from == i {
			return true
		}
	}
	return false
}
