package taxonomy

import (
	"unicode/utf8"
)

// Confidence of compounds, by what is known of their parts.
const (
	sureTitle    = 0.92 // a text names it, and nothing else of its rank
	sureNeutral  = 0.93 // barne+teater: the first part only tells for whom, when or where
	sureFormat   = 0.92 // fotball+skole: the last part only tells how
	sureBoth     = 0.9  // danse+festival: both mean a category, and the last one is what it is
	sureFrame    = 0.8  // bibliotek+kveld
	sureWide     = 0.85 // musikk+skole: the category is one of the widest
	sureUnknown  = 0.8  // lucia+konsert: the first part is unknown, the last one long enough to be no accident
	shortestHead = 3
	longHead     = 5 // letters that a head has at least when what stands before it is unknown
	tellingHead  = 7 // letters of a head that is sure, whatever stands before it
)

// compound finds what a compound of Norwegian words means: its head is its end. A head that means a category gives it; one that only
// tells how something is done leaves it to what stands before. Of several ways to part the word the surest is taken, and of those
// equally sure the one with the longest head.
func (l *lexicon) compound(word string, depth int) (sense, bool) {
	var best sense
	if of, ok := l.stems[word]; ok && depth > 0 {
		return l.sense(of)
	}
	for at := range word {
		first, head := word[:at], word[at:]
		letters := utf8.RuneCountInString(head)
		if at < 2 {
			continue
		}
		if letters < shortestHead {
			break
		}
		s, means := l.sense(head)
		means = means && s.match.Category != ""
		format := l.formats[head]
		if !means && !format {
			continue
		}
		if s = l.join(first, s, means, format, letters, head[0], depth); s.match.Confidence > best.match.Confidence {
			best = s
		}
	}
	return best, best.match.Category != ""
}

// join tells what first and a head that means or is a format mean together; nothing has no confidence.
func (l *lexicon) join(first string, head sense, means, format bool, letters int, next byte, depth int) sense {
	before, known := l.first(first, depth)
	if last := first[len(first)-1]; !known && last == next { // håndball+laget is written håndballaget
		before, known = l.first(first+string(last), depth)
	}
	out, sure := head, 0.0
	switch {
	case known && format && !(means && !head.top && (before.top || before.rank == rankFrame)):
		out, sure = before, sureFormat
		if before.rank == rankFrame {
			sure = sureFrame
		}
	case !means:
	case head.top && (head.alone || format): // a fellestrening may be of anything
	case l.neutral(first) && head.alone:
		sure = sureUnknown
	case l.neutral(first):
		sure = sureNeutral
	case known:
		sure = sureBoth
	case head.alone || head.top || len(first) < 3:
	case letters >= tellingHead && head.rank == rankForm:
		sure = sureBoth
	case letters >= longHead:
		sure = sureUnknown
	}
	if out.top {
		sure = min(sure, sureWide)
	}
	out.match.How, out.match.Confidence, out.alone = ByCompound, sure, false
	out.how = out.how && !(known && format)
	return out
}

// first finds the category of the first part of a compound, with or without the s or e that joins it to the rest.
func (l *lexicon) first(part string, depth int) (sense, bool) {
	for _, form := range [...]string{part, unlinked(part)} {
		if s, ok := l.sense(form); ok && s.match.Category != "" {
			return s, s.rank != rankFrame || !l.who[part] // jule+tur is no celebration
		}
		if of, ok := l.stems[form]; ok {
			return l.sense(of)
		}
	}
	if depth == 0 && len(part) > 5 {
		s, ok := l.compound(part, depth+1)
		if !ok {
			s, ok = l.compound(unlinked(part), depth+1)
		}
		return s, ok && s.match.Confidence >= sureFormat
	}
	return sense{}, false
}

func (l *lexicon) neutral(part string) bool {
	return l.who[part] || l.who[unlinked(part)] || l.formats[part] || l.formats[unlinked(part)]
}

// onlyHow reports whether a word tells how something is done, or for whom and how (sommerkurs), and no more.
func (l *lexicon) onlyHow(word string) bool {
	for at := range word {
		if l.formats[word[at:]] && (at == 0 || l.neutral(word[:at])) {
			return true
		}
	}
	return false
}

// unlinked is part without the s or e with which Norwegian joins compounds.
func unlinked(part string) string {
	if n := len(part); n > 3 && (part[n-1] == 's' || part[n-1] == 'e') {
		return part[:n-1]
	}
	return part
}
