package prose

import "fritidshub/catalog"

// open reads whether the text says that no skill or performance is demanded, and that equipment can be borrowed. It never reads that it is
// otherwise: what is said to demand something may do so of some only.
func (r *reader) open(f *Facts) {
	for i := range r.t {
		t := &r.t[i]
		switch {
		case hasPrefix(t.text, "lavterskel", "lågterskel"):
			if !r.negated(i) {
				f.LowThreshold = catalog.Yes
				r.note("low_threshold", i, i+1)
			}
		case t.one("utstyrslån", "utstyrsutlån"), t.one("lån", "utlån") && r.one(i+1, "av") && gear(r.word(i+2)),
			t.one("låne", "låner", "lånes", "lånast") && r.lends(i), t.one("låns") && r.one(i-1, "til") && gear(r.word(i-2)):
			if !r.negated(i) {
				f.EquipmentLoan = catalog.Yes
				r.note("equipment_loan", i, i+1)
			}
		}
	}
	for i := range r.t {
		if !r.one(i, "uten", "utan", "ingen") {
			continue
		}
		at := i + 1
		if r.one(at, "krav") && r.one(at+1, "til", "om") {
			at += 2
		} else if !hasPrefix(r.word(at), "prestasjonskrav", "prestasjonspress", "ferdighetskrav") {
			continue
		}
		if hasPrefix(r.word(at), "prestasjon", "ferdighet", "dugleik") {
			f.LowThreshold = catalog.Yes
			r.note("low_threshold", i, at+1)
		}
	}
}

// lends reports whether what is borrowed at token i is equipment: "låne utstyr", "vi låner ut ski", "sko kan lånes".
func (r *reader) lends(i int) bool {
	if r.one(i, "lånes", "lånast") {
		return r.one(i-1, "kan") && gear(r.word(i-2))
	}
	at := i + 1
	if r.one(at, "ut", "gratis") {
		at++
	}
	return gear(r.word(at))
}

// gear reports whether a word is something that one does an activity with.
func gear(w string) bool {
	return hasPrefix(w, "utstyr", "turutstyr", "sportsutstyr", "låneutstyr", "redningsvest", "hjelm", "kajakk", "skøyte", "racket", "truge", "fiskestang", "fiskestenger") ||
		(&token{text: w}).one("ski", "sko", "fotballsko", "klatresko", "sykkel", "sykler", "syklar", "boller", "staver", "stavar", "instrument", "instrumenter", "drakt", "drakter")
}
