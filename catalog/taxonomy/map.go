package taxonomy

import (
	"slices"
	"strings"
	"unicode/utf8"

	"fritidshub/catalog"
)

// Version numbers the data of this package. Raise it whenever a word comes to mean another category, so that what was read before
// can be read again.
const Version = 2

// How sure Map has to be, from 0 to 1.
const (
	// Accept is the least confidence that Map answers with. What lies between Accept and Sure is a suggestion to an editor.
	Accept = 0.7
	// Sure is enough to give a record a category that no editor has asked for.
	Sure = 0.9
)

// How tells what a Match rests on.
type How string

// What a Match can rest on.
const (
	ByTable    How = "table"    // a type of schema.org, OpenActive's activity list, or a group of ICNPO
	ByLabel    How = "label"    // the category's name in some language, or an inflected form of it
	BySynonym  How = "synonym"  // a word that means the category, or an inflected form of it
	ByCompound How = "compound" // put together of words that are known: barne+teater, fotball+skole, "kurs i rosemaling"
)

// Match is the category that a word means.
type Match struct {
	Category   string
	How        How
	Confidence float64 // Accept to 1
}

// known is m with whether it says anything; a table may say that a word means none of the categories.
func (m Match) known() (Match, bool) {
	if m.Category == "" {
		return Match{}, false
	}
	return m, true
}

// Map finds the category that a source's word for one means: a name in any language, a synonym, an inflected form or compound of
// these, a short phrase, or a type of schema.org, OpenActive or ICNPO. Case, accents of é and punctuation do not matter.
// A word that it is not sure of, and one that could as well mean something else, has none.
func (t *Taxonomy) Map(word string) (Match, bool) {
	var buf [64]byte
	if key, ok := foldInto(buf[:0], word); ok {
		if m, ok := t.tables[string(key)]; ok {
			return m.known()
		}
		if number, ok := t.lexicon.forms[string(key)]; ok { // spelt out so that key is not copied
			return t.lexicon.senses[number].match.known()
		}
	} else if m, ok := t.tables[strings.ToLower(strings.TrimSpace(word))]; ok { // an address
		return m.known()
	}
	key := catalog.Fold(head(word))
	if m, ok := t.tables[key]; ok {
		return m.known()
	}
	if s, ok := t.lexicon.sense(key); ok {
		return s.match.known()
	}
	return t.read(word, key)
}

// MapTitle is Map for a title, which says what something is in running words and may be the name of a work: words that mean a
// category only when they stand alone as a source's word for it count less, and tables do not count.
func (t *Taxonomy) MapTitle(title string) (Match, bool) {
	key := catalog.Fold(head(title))
	if s, ok := t.lexicon.sense(key); ok {
		if s.alone || s.how && s.top {
			return Match{}, false
		}
		return s.match.known()
	}
	return t.read(title, key)
}

// MapRecord gives the categories that a record's words are sure to mean. Its title tells when they mean none, or where it is narrower
// than they are; so does standard, the category of a record of which nothing is known ("" for none). Without anything that is sure,
// and where nothing but standard would come of it, there are none.
func (t *Taxonomy) MapRecord(words []string, title, standard string) []string {
	var ids []string
	for _, w := range words {
		if m, ok := t.Map(w); ok && m.Confidence >= Sure {
			ids = t.narrow(ids, m.Category)
		}
	}
	if m, ok := t.MapTitle(title); ok && m.Confidence >= Sure && (len(ids) == 0 || slices.Contains(ids, t.parent(m.Category))) {
		ids = t.narrow(ids, m.Category)
	}
	if above := t.parent(standard); above != "" && slices.Contains(ids, above) {
		ids = t.narrow(ids, standard)
	}
	if len(ids) == 1 && ids[0] == standard {
		return nil
	}
	return ids
}

// narrow adds id to ids, unless it or one below it is there, and takes away what is above it.
func (t *Taxonomy) narrow(ids []string, id string) []string {
	var out []string
	for _, known := range ids {
		if known == id || t.parent(known) == id {
			return ids
		}
		if known != t.parent(id) {
			out = append(out, known)
		}
	}
	return append(out, id)
}

// parent is the id above id; "" at the top and for an unknown id.
func (t *Taxonomy) parent(id string) string {
	if i, ok := t.byID[id]; ok {
		return t.categories[i].Parent
	}
	return ""
}

// read reads text that is not known as a whole.
func (t *Taxonomy) read(text, key string) (Match, bool) {
	var s sense
	var ok bool
	if strings.IndexByte(key, ' ') < 0 {
		s, ok = t.lexicon.compound(key, 0)
	} else {
		s, ok = t.phrase(text)
	}
	if !ok || s.match.Confidence < Accept || s.match.Category == "" {
		return Match{}, false
	}
	return s.match, true
}

// longestText is how many bytes of a text are looked at: what something is stands at its beginning.
const longestText = 200

func head(s string) string {
	if len(s) <= longestText {
		return s
	}
	end := longestText
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// foldInto does what catalog.Fold does to short texts of Latin letters, without memory of its own. It reports false for others.
func foldInto(buf []byte, s string) ([]byte, bool) {
	if len(s) > cap(buf) {
		return nil, false
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			buf = append(buf, c)
		case c >= 'A' && c <= 'Z':
			buf = append(buf, c+'a'-'A')
		case c == ' ' && len(buf) > 0 && buf[len(buf)-1] != ' ' && i+1 < len(s):
			buf = append(buf, ' ')
		case c == 0xC3 && i+1 < len(s) && s[i+1] >= 0x80 && s[i+1] <= 0xBE && s[i+1] != 0x97 && s[i+1] != 0x9F && s[i+1] != 0xB7: // À to þ
			i++
			buf = append(buf, c, s[i]|0x20)
		default:
			return nil, false
		}
	}
	return buf, len(buf) > 0
}
