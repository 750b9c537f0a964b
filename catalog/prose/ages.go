package prose

import "fritidshub/catalog"

// exactly reports whether a lone "10 år" is the age of those it is for: after a word for people or for age, and not of something else.
func (r *reader) exactly(i, k int) bool {
	j := i - 1
	for r.one(j, ":", "på", "(") {
		j--
	}
	t := r.at(j)
	if t.text == "fyller" {
		return r.anyWord(j-3, j, "barn", "som", "året", "born")
	}
	return t.kind == word && t.is(person) && !t.one("de", "dei", "dere", "alle", "medlemmer") && r.word(k) != "med"
}

// since reports whether what follows tells of time gone: "for 20 år siden".
func (r *reader) since(k int) bool {
	if r.word(k-1) == "års" && r.at(k).kind == word && !hasPrefix(r.word(k), "grense", "aldersgrense", "alder", "leg") {
		return true // "40 års erfaring"
	}
	switch r.word(k) {
	case "siden", "sidan", "gammel", "gammal", "gammelt", "gammalt", "jubileum", "garanti", "erfaring", "på", "avtale", "historie":
		return r.word(k) != "på"
	}
	return false
}

// ofOthers reports whether an age is that of the children of those it is for, or of one of several starts: "for foresatte med barn på 4. trinn",
// "10 km kl 12, 5 km kl 12.30 og barneløp (0–12 år) kl 11".
func (r *reader) ofOthers(it *item) bool {
	lo, hi := r.sentence(it.from)
	for j := max(lo, it.from-6); j < it.from; j++ {
		if r.one(j, "foresatte", "føresette") && r.one(j+1, "med", "til") && r.is(j+2, person) {
			return true
		}
	}
	if r.word(it.from-1) != "(" || r.word(it.to) != ")" || r.countItems(anAge) > 1 {
		return false
	}
	clocks := 0
	for k := range r.items {
		if o := &r.items[k]; o.kind == aClock && o.from >= lo && o.from < hi {
			clocks++
		}
	}
	return clocks > 2
}

// notPeople reports whether the age is that of an animal, a house or an anniversary.
func (r *reader) notPeople(i int) bool {
	lo, _ := r.sentence(i)
	if r.any(max(lo, i-5), i, beast) {
		return true
	}
	for j := max(lo+1, i-6); j < i; j++ { // "180 medlemmer i alderen 10 til 82 år" counts them
		if r.one(j, "medlemmer", "medlemer", "medlemmar", "ansatte", "tilsette", "aktive") && r.at(j-1).kind == number {
			return true
		}
	}
	if r.one(i, "eldre", "yngre") && r.at(i-1).kind == word { // "hus eldre enn 30 år"
		subject := r.is(i-1, person) || r.word(i-1) == "for" || r.word(i-1) == "er" && r.is(i-2, person) || r.one(i-2, "du", "som")
		if !subject {
			return true
		}
	}
	switch r.word(i - 1) {
	case "feirer", "feirar", "feire", "jubilerer", "gjennom", "etter", "siste", "hvert", "neste", "i", "om", "på", "langt", "godt", "enn":
		return true
	case "fyller":
		return !r.anyWord(max(lo, i-6), i, "som", "barn", "born", "du", "året", "dei", "de")
	}
	return false
}

// barred turns an age round when the text says that those below or above it may not come: "ikke for barn under 16 år" is from 16 on,
// "under 13 år slipper ikke inn" from 13. Said of anything else about them, it is left out.
func (r *reader) barred(it item) item {
	lo, hi := r.sentence(it.from)
	j := it.from - 1
	for j >= lo && (r.is(j, person) || r.one(j, "de", "dei", "som", "er", "alle", "noen", "nokon", "deltakere", "deltakarar", "personer", "personar")) {
		j--
	}
	of := r.one(j, "for", "til")
	if k := j - 1; r.one(k, "bare", "berre", "kun") && r.is(k-1, never) {
		return item{from: it.from, to: it.to}
	}
	if of {
		j--
	}
	for j >= lo && r.one(j, "egnet", "egna", "eigna", "anbefalt", "anbefales", "tilrådd", "tilrådeleg", "tilrådelig", "tillatt", "tillate", "beregnet", "rekna", "laget", "adgang", "tilgang", "tilgjenge", "passende", "høveleg", "høvelig", "høver", "lov", "tilbud", "tilbod", "plass") {
		j, of = j-1, true
	}
	switch {
	case j >= lo && r.is(j, never) && (of || j == lo):
		if j > lo && r.at(j-1).kind == word && !r.one(j-1, "passer", "passar", "anbefales", "egner", "eignar", "seg", "høver", "er", "har", "men", "og", "tilrås", "tilrådast", "dessverre", "filmen", "forestillingen") {
			return item{from: it.from, to: it.to}
		}
	case r.one(it.to, "har", "får", "slipper", "slepp", "kan", "kommer", "kjem", "må", "skal") && r.any(it.to+1, min(hi, it.to+3), never):
		if !r.anyWord(it.to+1, min(hi, it.to+5), "adgang", "tilgang", "inn", "delta", "med") || !r.one(it.to, "har", "får", "slipper", "slepp", "kommer", "kjem", "kan") || r.any(it.to+1, min(hi, it.to+9), adult) {
			return item{from: it.from, to: it.to}
		}
	default:
		return it
	}
	if it.lo < 0 {
		it.lo, it.hi = it.hi+1, -1
	} else {
		it.lo, it.hi = -1, it.lo
	}
	return it
}

// age decides which of the ages found are those that the activity is for.
func (r *reader) age(f *Facts) {
	lo, hi, n, distinct := -1, -1, 0, 0
	openLow, openHigh := false, false
	strong := false
	for i := range r.items {
		strong = strong || r.items[i].kind == anAge && r.items[i].strong
	}
	for i := range r.items {
		it := &r.items[i]
		if it.kind != anAge || strong && !it.strong || r.priceClass(i) || r.escorted(it) || r.ofOthers(it) {
			continue
		}
		if n == 0 || it.lo != lo || it.hi != hi {
			distinct++
		}
		if n == 0 {
			lo, hi = it.lo, it.hi
		} else {
			switch {
			case openLow || it.lo < 0:
			case it.lo < lo:
				lo = it.lo
			}
			if it.hi > hi {
				hi = it.hi
			}
		}
		openLow, openHigh = openLow || it.lo < 0, openHigh || it.hi < 0
		n++
		r.note("age", it.from, it.to)
	}
	if n == 0 {
		return
	}
	// "8. klasse til og med 18" comes as two ages that each leave one end open.
	if n == 2 && openLow && openHigh {
		lo, hi = r.closeAges(&openLow, &openHigh)
	}
	if r.long && distinct > 1 {
		return
	}
	age := catalog.Age{}
	if !openLow && lo >= 0 {
		age.Min = &lo
	}
	if !openHigh && hi >= 0 {
		age.Max = &hi
	}
	if age.Min != nil || age.Max != nil {
		f.Age = &age
	}
}

// closeAges joins a least age and a highest age given apart.
func (r *reader) closeAges(openLow, openHigh *bool) (lo, hi int) {
	lo, hi = -1, -1
	for i := range r.items {
		if it := &r.items[i]; it.kind == anAge && !r.priceClass(i) && !r.escorted(it) {
			if it.lo >= 0 {
				lo = it.lo
			}
			if it.hi >= 0 {
				hi = it.hi
			}
		}
	}
	*openLow, *openHigh = lo < 0, hi < 0 || hi < lo
	return lo, hi
}

// escorted reports whether an age only tells who must bring a grown-up, or needs a ticket.
func (r *reader) escorted(it *item) bool {
	if it.strong || it.lo > 0 && it.hi >= 0 {
		return false
	}
	from, to := r.sentence(it.from)
	near, far := min(to, it.to+6), min(to, it.to+12)
	must := r.anyWord(it.to, near, "må", "skal", "trenger", "treng", "betaler", "betalar")
	if must && r.anyWord(it.to, near, "billett", "betaler", "betalar", "hjelm", "redningsvest", "vest", "samtykke") {
		return true
	}
	escort := r.any(it.to, far, adult)
	switch {
	case it.lo < 0 && escort:
		return r.anyWord(it.to, far, "må", "skal", "følge", "følgje", "med", "sammen", "saman", "ledsages", "ledsaget", "følges")
	case it.lo < 0: // "en voksen må følge barn under 10 år"
		return r.any(from, it.from, adult) && r.anyWord(from, it.from, "må", "følge", "følgje") && !r.item(from, it.from, anAmount)
	}
	return escort && it.upper && r.anyWord(it.to, near, "må")
}
