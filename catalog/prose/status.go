package prose

import "fritidshub/catalog"

// headBytes is how far into a long text it may say that all of it is called off or full.
const headBytes = 200

// status reads whether it is called off, put off, or full.
func (r *reader) status(f *Facts) {
	for i := range r.t {
		t := &r.t[i]
		if r.long && t.start > headBytes {
			return
		}
		if t.kind != word || !t.is(cancelled|full|postponed) {
			if t.one("plasser", "plassar", "plassene", "plassane") && r.full(i) || t.text == "tomt" && r.word(i+1) == "for" && r.is(i+2, admission) {
				r.set(f, catalog.StatusFull, i)
			}
			continue
		}
		if r.any(max(0, i-2), i, never|nearly) || r.anyWord(max(0, i-3), i, "betyr", "alltid", "raskt", "fort", "ofte", "sjelden", "tidligere", "%") || r.conditionally(i) || r.anyWord(i+1, i+4, "fjor") {
			continue
		}
		switch {
		case t.is(cancelled):
			if t.text == "innstilt" && r.word(i+1) == "på" || hasPrefix(t.text, "avlysning", "avlysing") && !t.line || r.partly(i, f) {
				continue
			}
			r.set(f, catalog.StatusCancelled, i)
		case t.is(postponed):
			if r.word(i+1) != "for" {
				r.set(f, catalog.StatusPostponed, i)
			}
		default:
			if r.isFull(i) {
				r.set(f, catalog.StatusFull, i)
			}
		}
	}
}

// set keeps the gravest state: cancelled before postponed before full.
func (r *reader) set(f *Facts, s catalog.Status, i int) {
	if f.Status == catalog.StatusCancelled || f.Status == catalog.StatusPostponed && s == catalog.StatusFull {
		return
	}
	f.Status, f.StatusDay = s, r.beside(i)
	r.note("status", i, i+1)
}

// conditionally reports whether the word at i tells what may happen: "avlyses ved regn", "kan bli avlyst".
func (r *reader) conditionally(i int) bool {
	lo, hi := r.sentence(i)
	return r.anyWord(max(lo, i-7), i, "kan", "hvis", "dersom", "om", "viss", "eventuelt", "eventuell", "ved", "når", "ble", "blei", "vart") ||
		r.anyWord(i+1, min(hi, i+3), "ved", "hvis", "dersom", "viss", "når") || r.word(i+1) == "om" && r.word(i+2) == "det"
}

// partly reports whether only some days of a series are called off.
func (r *reader) partly(i int, f *Facts) bool {
	if f.Rule == "" {
		return false
	}
	for k := range r.items {
		if it := &r.items[k]; it.kind == aDate && (it.from > i && (it.from-i <= 4 || it.role == ignored && it.from-i <= 8) || it.to <= i && i-it.to <= 3) && (it.role == ignored || it.single || it.week) {
			return true
		}
	}
	return false
}

// beside reports whether a single day stands right before or after the word at i: "avlyst 1. desember".
func (r *reader) beside(i int) bool {
	for k := range r.items {
		if it := &r.items[k]; it.kind == aDate && it.single && (it.from > i && it.from-i <= 4 || it.to <= i && i-it.to <= 3) {
			return true
		}
	}
	return false
}

// full reports whether the "plasser" at i are all taken.
func (r *reader) full(i int) bool {
	return r.anyWord(i-2, i, "alle") && r.anyWord(i+1, i+5, "opptatt", "tatt", "tekne", "opptekne", "fylt", "utsolgt", "besatt", "borte") ||
		r.anyWord(i-3, i, "ingen", "inga") && r.anyWord(i-2, i, "ledige", "flere", "fleire", "ledig") || r.anyWord(i-3, i, "tomt") && r.word(i-1) == "for"
}

// isFull reports whether the word at i says that no place is left.
func (r *reader) isFull(i int) bool {
	switch t := r.at(i); t.text {
	case "fullt", "full":
		next := r.at(i + 1)
		return (r.one(i-1, "er", "blitt", "vorte", "helt", "heilt") || r.at(i-1).line && t.text == "fullt" || i == 0 || r.at(i-1).kind == mark && r.word(i-1) != "-") &&
			(next.kind == mark || next == &none || i+1 >= len(r.t) || next.one("på", "men", "nå", "no"))
	case "venteliste", "ventelista", "ventelisten":
		lo, _ := r.sentence(i)
		return !r.anyWord(max(lo, i-5), i, "ved", "eventuell", "evt", "satt", "settes", "automatisk")
	}
	return true
}
