package prose

import (
	"strconv"
	"strings"
)

var codes = [7]string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

func rule(mask uint8, nth []int, step, count int) string {
	var b strings.Builder
	if b.WriteString("FREQ=WEEKLY"); len(nth) > 0 {
		b.Reset()
		b.WriteString("FREQ=MONTHLY")
		step = 0
	}
	if step > 1 {
		b.WriteString(";INTERVAL=" + strconv.Itoa(step))
	}
	if count > 0 {
		b.WriteString(";COUNT=" + strconv.Itoa(count))
	}
	sep := ";BYDAY="
	for _, n := range append(nth, make([]int, 1-min(len(nth), 1))...) {
		for d, code := range codes {
			if mask&(1<<d) == 0 {
				continue
			}
			b.WriteString(sep)
			if sep = ","; n != 0 {
				b.WriteString(strconv.Itoa(n))
			}
			b.WriteString(code)
		}
	}
	return b.String()
}

// parity reads "oddetallsuker", "like veker" and their kin.
func (r *reader) parity(f *Facts) (found, both bool) {
	odd, even := -1, -1
	for i := range r.t {
		t := &r.t[i]
		if t.kind != word || len(t.text) < 4 {
			continue
		}
		w := t.text
		weeks := hasSuffix(w, "uke", "uker", "ukene", "uka", "veke", "veker", "vekene", "veka")
		next := r.word(i + 1)
		nextWeeks := strings.HasPrefix(next, "uke") || strings.HasPrefix(next, "veke")
		if next == "-" {
			nextWeeks = strings.HasPrefix(r.word(i+2), "uke") || strings.HasPrefix(r.word(i+2), "veke")
		}
		switch {
		case hasPrefix(w, "odde") && (weeks || nextWeeks), w == "ulike" && nextWeeks:
			odd = i
		case hasPrefix(w, "partal", "jamtal", "jevntal") && (weeks || nextWeeks), in(w, "like", "par") && nextWeeks:
			even = i
		case (in(w, "oddetall", "oddetal", "partall", "partal")) && strings.HasPrefix(r.word(i-1), "uke"):
			if w[0] == 'o' {
				odd = i
			} else {
				even = i
			}
		}
	}
	f.Odd, f.Even = odd >= 0 && even < 0, even >= 0 && odd < 0
	both = odd >= 0 && even >= 0
	if at := max(odd, even); f.Odd || f.Even {
		r.note("recurrence", at, at+1)
	}
	return f.Odd || f.Even, both
}

// weeksApart reads "annenhver uke", "hver 14. dag", "hver andre uke" and "hver 3. uke" standing apart from the days; 0: there is nothing of the kind.
func (r *reader) weeksApart() int {
	for i := range r.t {
		t := &r.t[i]
		next := r.word(i + 1)
		n := 0
		switch {
		case t.is(alternate) && (isWeek(next) || r.is(i+1, weekday)):
			n = 2
		case t.n == 14 && r.is(i-1, every) && (next == "dag" || next == "." && r.word(i+2) == "dag"):
			n = 2
		case isWeek(t.text):
			n = r.nthWeek(i)
		}
		if n > 0 {
			r.note("recurrence", i, i+1)
			return n
		}
	}
	return 0
}

func isWeek(s string) bool { return in(s, "uke", "veke") }

// nthWeek reads what stands before the "uke" at token i: "hver 3.", "kvar fjerde", "annen hver", "tredjehver". 0: it is not such a one.
func (r *reader) nthWeek(i int) int {
	j := i - 1
	t := r.at(j)
	switch {
	case t.is(alternate), t.is(every) && r.one(j-1, "annen", "annan", "anna"):
		return 2
	case t.is(every) && r.at(j-1).value > 2 && r.is(j-1, ordinal):
		return r.at(j - 1).value // "tredje hver uke"
	case t.text == "." && r.at(j-1).kind == number:
		j--
		t = r.at(j)
	case hasSuffix(t.text, "hver", "kvar"):
		if n := ordinals[t.text[:len(t.text)-4]]; n > 2 {
			return n
		}
	}
	n := t.n
	if t.kind == word && t.is(ordinal) {
		n = t.value
	}
	if t.one("annen", "annan", "anna") {
		n = 2
	}
	if n < 2 || n > 12 || !r.is(j-1, every) {
		return 0
	}
	return n
}

// meetings is how many times a series meets, when the text ties the number to the weekday.
func (r *reader) meetings(began bool) int {
	for i := range r.items {
		c := &r.items[i]
		if c.kind != aCount {
			continue
		}
		if c.plural || !began {
			r.note("recurrence", c.from, c.to)
			return c.lo
		}
		// Only clocks and small words between the days and the number, and no start between.
		for k := i - 1; k >= 0 && c.from-r.items[k].to < 12; k-- {
			if b := &r.items[k]; b.kind == someDays {
				if d := r.dateOf(k); b.plural && (d == nil) && !r.anyStop(b.to, c.from) {
					r.note("recurrence", c.from, c.to)
					return c.lo
				}
				break
			} else if b.kind == aDate {
				break
			}
		}
		if i+1 < len(r.items) {
			if b := &r.items[i+1]; b.kind == someDays && b.plural && b.from-c.to <= 3 && r.dateOf(i+1) == nil {
				r.note("recurrence", c.from, c.to)
				return c.lo
			}
		}
	}
	return 0
}

var (
	feastOrTerm = set("jul jula julen jol jola påske påska påsken sommer sommeren sommar sommaren sommerferie sommerferien sommarferien juleferien påskeferien nyttår skoleslutt skuleslutt " +
		"året semesteret sesongen skoleåret skuleåret våren høsten hausten vårsemesteret høstsemesteret")
	halfYears = set("vår våren vårsemester vårsemesteret høst høsten høstsemester høstsemesteret haust hausten haustsemester haustsemesteret")
)

// limits reports whether the text says how many times or weeks it goes on, or until when, in words that no date gives.
func (r *reader) limits() bool {
	taught := r.any(0, len(r.t), course)
	for k := range r.items {
		it := &r.items[k]
		if it.kind == aCount || taught && it.kind == anAmount && r.is(it.to-1, meeting) && r.at(it.to-2).n > 1 { // "1 400 kr for 10 ganger"
			return true
		}
	}
	for i := range r.t {
		if r.one(i-1, "til", "inntil", "ut") && feastOrTerm[r.word(i)] || halfYears[r.word(i)] && r.at(i+1).n >= 2020 && r.at(i+1).n < 2050 {
			return true // "fram til påske", "ut semesteret", "våren 2027"
		}
		if r.one(i, "uker", "veker") && (r.at(i-1).kind == number || r.is(i-1, numeral)) && r.one(i-2, "over", "i", "går", "varer", "varar", "på", ",", "(", ".") && !r.one(i+1, "før", "siden", "sidan", "etter") {
			return true
		}
	}
	return false
}

func (r *reader) anyStop(from, to int) bool {
	for j := from; j < to; j++ {
		if r.stop(j) {
			return true
		}
	}
	return false
}

// schoolYear reads "følger skoleruta" and "ikke i skoleferier".
func (r *reader) schoolYear() bool {
	for i := range r.t {
		w := r.t[i].text
		if r.t[i].kind != word || len(w) < 5 {
			continue
		}
		lo := max(0, i-6)
		school := strings.HasPrefix(w, "skole") || strings.HasPrefix(w, "skule")
		switch {
		case school && (strings.Contains(w, "rut") || strings.HasSuffix(w, "året") && r.anyWord(lo, i, "følger", "følgjer", "fylgjer")):
		case school && strings.Contains(w, "feri") && w != "skoleferie" && w != "skuleferie" || (in(w, "skoleferie", "skuleferie")) && r.any(lo, i, besides|never):
			if !r.resting(lo, i) {
				continue
			}
		case (in(w, "ferier", "feriene", "feriar", "feriane", "fridager", "fridagar")) && (r.resting(lo, i) || hasPrefix(r.word(i-1), "skole", "skule") || r.anyWord(lo, i, "følger", "følgjer")):
		default:
			continue
		}
		r.note("recurrence", i, i+1)
		return true
	}
	return false
}

// resting reports whether a word of [from, to) says that nothing goes on in what follows.
func (r *reader) resting(from, to int) bool {
	return r.any(from, to, never|besides) || r.anyWord(from, to, "fri", "pause", "følger", "følgjer", "fylgjer", "stengt", "unntatt", "hviler", "kviler", "ferie")
}
