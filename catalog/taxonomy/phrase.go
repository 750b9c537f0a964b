package taxonomy

import (
	"strings"
	"unicode"

	"fritidshub/catalog"
)

// maxTokens bounds how many words of a text are read.
const maxTokens = 40

// zone is a stretch of a text up to the next preposition; the first of a segment has none before it.
type zone struct {
	preposition string
	hits        []sense
	words       int  // in all that are not neutral
	unknown     int  // of them
	list        bool // some stand side by side: "kor og korps"
}

// What a preposition makes of the words that follow it, as far as this package cares.
var prepositions = map[string]string{
	"i": "i", "innen": "i", "innan": "i", "in": "i", "å": "å", "om": "om", "about": "om", "med": "med", "with": "med",
	"for": "for", "på": "på", "ved": "på", "hos": "på", "hjå": "på", "at": "på",
	"fra": "av", "frå": "av", "from": "av", "til": "av", "to": "av", "av": "av", "of": "av", "by": "av", "under": "av", "mot": "av",
	"uten": "av", "utan": "av", "etter": "av", "før": "av", "mellom": "av", "rundt": "av", "over": "av", "du": "av", "vs": "av", "langs": "av", "gjennom": "av", "nær": "av",
}

// phrase finds what a text of several words is about. What stands before its first preposition says what it is ("konsert med
// skolekorpset"); only when that says no more than how ("kurs i rosemaling"), or nothing, is the rest asked. Of the parts of a text
// between colons, dashes and the like the first that says something counts. Where words of the same rank disagree, what they have
// above them is the answer if they are a list ("kor og korps"), and nothing otherwise.
func (t *Taxonomy) phrase(text string) (sense, bool) {
	var out sense
	found, unknown := false, 0
	segments := t.segments(text)
	for i, segment := range segments {
		s, ok := t.segment(segment)
		if s.alone {
			unknown += segment[0].unknown
		}
		if only := segment[0]; s.alone && i == 0 && len(segments) > 1 && len(segment) == 1 && only.words == 1 { // "Film: Bestemors dans"
			s.alone, s.match.Confidence = false, sureBoth
		}
		switch {
		case !ok:
			continue
		case s.match.Category == "": // its words disagree
			return sense{}, false
		case !found:
			out, found = s, true
			if i > 0 {
				out.match.Confidence = min(out.match.Confidence, sureBoth)
			}
		case s.match.Category == out.match.Category || s.rank == rankFrame:
		case out.rank == rankFrame:
			out = s
		case s.rank == rankForm && out.rank != rankForm: // the name of a club, or that of a book?
			return sense{}, false
		}
	}
	out.match.How = ByCompound
	if out.alone && unknown > 0 {
		return sense{}, false
	}
	return out, found
}

// verbs make a sentence of a text, which then says something about what it names: "stallen er åpen", "musikken som aldri dør".
var verbs = map[string]bool{"er": true, "som": true, "var": true, "blir": true, "vart": true}

// segment tells what one part of a text is about; an answer without a category says that its words disagree.
func (t *Taxonomy) segment(zones []zone) (sense, bool) {
	first := zones[0]
	var formats []sense
	var plain []sense
	for i, h := range first.hits {
		if h.how && !(first.list && i == 0 && h.match.Category != "") {
			formats = append(formats, h)
		} else {
			plain = append(plain, h)
		}
	}
	if len(plain) > 0 {
		s, ok := t.agree(plain, first.list)
		if ok && s.rank == rankFrame {
			if inner, ok := t.after(zones, "i", "å"); ok && !inner.alone {
				return inner, true
			}
		}
		return s, true
	}
	if len(formats) > 0 || first.words == 0 {
		for _, p := range []struct {
			preposition string
			sure        float64
		}{{"i", sureTitle}, {"å", sureTitle}, {"med", 0.85}, {"om", sureFrame}} {
			if s, ok := t.after(zones, p.preposition); ok && s.match.Category != "" {
				s.match.Confidence = min(s.match.Confidence, p.sure)
				return s, true
			}
		}
	} else if s, ok := t.after(zones, "å"); ok {
		return s, true
	} else if s, ok := t.after(zones, "i"); ok && s.rank != rankFrame {
		s.match.Confidence = min(s.match.Confidence, sureBoth)
		return s, true
	}
	if s, ok := t.how(formats); ok {
		return s, true
	}
	if s, ok := t.after(zones, "på"); ok && s.rank == rankFrame && len(formats) > 0 { // "klubbkveld på ungdomshuset"
		s.match.Confidence = min(s.match.Confidence, sureFrame)
		return s, true
	}
	return sense{}, false
}

// how is the category that words tell which otherwise only tell how something is done: a tournament is a sports event.
func (t *Taxonomy) how(formats []sense) (sense, bool) {
	var telling []sense
	for _, h := range formats {
		if h.match.Category != "" {
			telling = append(telling, h)
		}
	}
	if len(telling) == 0 {
		return sense{}, false
	}
	s, ok := t.agree(telling, false)
	s.rank = rankFrame // so that what another part of the text says counts
	return s, ok && !s.top
}

// after agrees on the words that follow the first of the prepositions that some follow.
func (t *Taxonomy) after(zones []zone, prepositions ...string) (sense, bool) {
	for _, p := range prepositions {
		for _, z := range zones[1:] {
			if z.preposition != p {
				continue
			}
			var plain []sense
			for _, h := range z.hits {
				if !h.how {
					plain = append(plain, h)
				}
			}
			if len(plain) > 0 {
				return t.agree(plain, z.list)
			}
		}
	}
	return sense{}, false
}

// agree finds what all hits of the highest rank have in common, or, of a list, all that mean a category in a text.
func (t *Taxonomy) agree(hits []sense, list bool) (sense, bool) {
	order := func(s sense) int {
		switch {
		case s.rank == rankForm:
			return 2
		case s.rank == rankFrame, s.top:
			return 0
		}
		return 1
	}
	best := hits[0]
	for _, h := range hits[1:] {
		a, b := best.match.Category, h.match.Category
		if a == b {
			best.match.Confidence = max(best.match.Confidence, h.match.Confidence)
			best.alone = best.alone && h.alone
			continue
		}
		switch {
		case list && h.alone && !best.alone && !best.top:
		case !list && order(h) != order(best):
			if order(h) > order(best) {
				best = h
			}
		case t.parent(b) == a:
			best = h
		case t.parent(a) == b:
		case list && t.parent(a) != "" && t.parent(a) == t.parent(b):
			best = sense{match: Match{Category: t.parent(a), Confidence: sureFrame}, top: true}
		default:
			return sense{}, false
		}
	}
	best.match.Confidence = min(best.match.Confidence, sureTitle)
	if best.top {
		best.match.Confidence = min(best.match.Confidence, sureWide)
	}
	if best.alone {
		best.match.Confidence = min(best.match.Confidence, sureFrame)
	}
	return best, true
}

// segments parts a text at colons, dashes, brackets and ends of sentences, and reads the words between.
func (t *Taxonomy) segments(text string) [][]zone {
	var out [][]zone
	var tokens []string
	total := 0
	flush := func() {
		if len(tokens) > 0 {
			out = append(out, t.zones(tokens))
		}
		tokens = nil
	}
	text = strings.ToLower(catalog.CleanText(head(text), 0))
	begin := -1
	for at, r := range text + "\n" {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			if begin < 0 {
				begin = at
			}
			continue
		}
		if begin >= 0 {
			truncated := r == '-' && at+1 < len(text) && text[at+1] == ' ' // barne- og ungdomsteater
			if !truncated && total < maxTokens {
				tokens = append(tokens, text[begin:at])
				total++
			}
			begin = -1
		}
		switch {
		case at < len(text) && ends(r, text, at, tokens):
			flush()
		case r == '&' || r == '+' || r == '/':
			tokens = append(tokens, "og")
		}
	}
	flush()
	return out
}

// ends reports whether the character r of text, at that byte, ends a segment of which tokens are read.
func ends(r rune, text string, at int, tokens []string) bool {
	switch r {
	case ':', ';', '|', '–', '—', '(', ')', '[', ']', '«', '»', '"', '“', '”', '!', '?', '•', '·', '*':
		return true
	case '-':
		return at > 0 && text[at-1] == ' ' && at+1 < len(text) && text[at+1] == ' '
	case '/':
		return at+1 < len(text) && text[at+1] == '/'
	case '.': // not that of an abbreviation or a date
		last := ""
		if len(tokens) > 0 {
			last = tokens[len(tokens)-1]
		}
		return at+1 < len(text) && text[at+1] == ' ' && len(last) > 2 && last[0] > '9'
	}
	return false
}

// zones finds the words and phrases of a segment that are known, the longest first.
func (t *Taxonomy) zones(tokens []string) []zone {
	l := t.lexicon
	out := []zone{{}}
	invited := true // nothing but the words of an invitation so far
	before := ""    // the token before, "" for a word or phrase that is known
	for i := 0; i < len(tokens); {
		z := &out[len(out)-1]
		word := tokens[i]
		if s, n := t.at(tokens[i:], before == "å" || invited && before != ""); n > 0 {
			z.list = z.list || before == "og" && i > 1 && len(z.hits) > 0
			z.hits = append(z.hits, s)
			z.words += n
			i += n
			before, invited = "", false
			continue
		}
		i++
		switch p := prepositions[word]; {
		case invited && l.invites[word]:
		case verbs[word]:
			z.unknown++
			out = append(out, zone{preposition: "av"})
		case p != "":
			out = append(out, zone{preposition: p})
		case word == "og" || word == "and":
			word = "og"
		case l.who[word], len(word) < 3, strings.ContainsAny(word, "0123456789"):
		default:
			z.unknown++
			z.words++
			invited = false
		}
		before = word
	}
	return out
}

// at finds the longest phrase or word that tokens begin with, and of how many tokens it is. A verb counts where it is asked for.
func (t *Taxonomy) at(tokens []string, verb bool) (sense, int) {
	l := t.lexicon
	for n := min(len(tokens), l.longest); n > 0; n-- {
		key := tokens[0]
		if n > 1 {
			key = strings.Join(tokens[:n], " ")
		}
		s, ok := l.sense(key)
		switch {
		case ok:
		case n == 2:
			s, ok = l.joined(tokens[0], tokens[1])
		case n == 1 && len(key) > 5 && key[len(key)-1] == 's': // the genitive
			s, ok = l.sense(key[:len(key)-1])
		}
		if ok && s.match.Category != "" && (n > 1 || prepositions[key] == "") {
			return s, n
		}
		if ok && n == 1 {
			return sense{how: true}, 1
		}
	}
	word := tokens[0]
	if of := l.stems[word]; verb && of != "" {
		s, _ := l.sense(of)
		return s, 1
	}
	if s, ok := l.compound(word, 0); ok {
		return s, 1
	}
	if l.onlyHow(word) {
		return sense{how: true}, 1
	}
	return sense{}, 0
}
