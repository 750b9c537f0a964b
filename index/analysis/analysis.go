// Package analysis turns text into the words that are searched for, in the same way for listings and for queries.
//
// A word has three forms. Its Term is what was written, in lower case. Its Folded form is shared by the ways in which the same
// word is spelt with and without Norwegian letters: skøyter, skoyter and skoeyter; åpen, aapen and apen; færder and faerder.
// Its Stem is shared by the inflections, in bokmål and nynorsk, of a Folded form. Two words with the same Term have the same Folded
// form, and two with the same Folded form the same Stem, so a search matches by Stem and ranks by how much more is the same.
package analysis

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxWord is the longest word in bytes; what is longer is cut there.
const MaxWord = 64

// MaxQuery is how many words of a query count.
const MaxQuery = 10

// Token is one word of a text.
type Token struct {
	Term   string // lower case, NFC
	Folded string
	Stem   string
	Stop   bool // so common that a query can do without it
}

// Tokens gives the words of a text in order, repeated ones too.
func Tokens(text string) []Token {
	var tokens []Token
	Words(text, func(word []byte) { tokens = append(tokens, Analyse(string(word))) })
	return tokens
}

// Analyse makes the token of one word as Words gives it.
func Analyse(word string) Token {
	folded := Fold(word)
	return Token{Term: word, Folded: folded, Stem: Stem(folded), Stop: stopWords[word]}
}

// Query gives the words of a query that a listing must have: each once, and without stop words unless there is nothing else.
// At most MaxQuery words count; the last of them is the one that may still be being typed.
func Query(text string) []Token {
	var all, kept []Token
	seen := map[string]bool{}
	for _, t := range Tokens(text) {
		if seen[t.Term] {
			continue
		}
		seen[t.Term] = true
		all = append(all, t)
		if !t.Stop {
			kept = append(kept, t)
		}
	}
	if len(kept) == 0 {
		kept = all
	}
	return kept[:min(MaxQuery, len(kept))]
}

// Words calls use with each word of text: a run of letters, digits and marks, in lower case and NFC. The bytes are only valid
// during the call.
func Words(text string, use func(word []byte)) {
	if !norm.NFC.IsNormalString(text) {
		text = norm.NFC.String(text)
	}
	word := make([]byte, 0, MaxWord+utf8.UTFMax)
	flush := func() {
		if len(word) > 0 {
			use(word)
			word = word[:0]
		}
	}
	for _, r := range text {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		case 'A' <= r && r <= 'Z':
			r += 'a' - 'A'
		case r < utf8.RuneSelf:
			flush()
			continue
		case r == '\u00AD', r == '\u200B', r == '\u200C', r == '\u200D': // soft hyphen and joiners are no letters but no end either
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) && len(word) > 0:
			r = unicode.ToLower(r)
		default:
			flush()
			continue
		}
		if len(word) < MaxWord {
			word = utf8.AppendRune(word, r)
		}
	}
	flush()
}

// Fold gives the form that a word's spellings share: æ and ä as ae, ø, ö and oe as o, å and aa as a, other letters without
// their marks.
func Fold(word string) string {
	if isPlain(word) {
		return word
	}
	var b strings.Builder
	b.Grow(len(word) + 4)
	add := func(r rune) {
		s := b.String()
		last := byte(0)
		if len(s) > 0 {
			last = s[len(s)-1]
		}
		if r == 'a' && last == 'a' || r == 'e' && last == 'o' {
			return
		}
		b.WriteRune(r)
	}
	for _, r := range word {
		switch r {
		case 'æ', 'ä':
			add('a')
			b.WriteByte('e')
		case 'ø', 'ö':
			b.WriteByte('o')
		case 'å':
			add('a')
		case 'đ', 'ð':
			b.WriteByte('d')
		case 'ŋ':
			b.WriteByte('n')
		case 'ŧ':
			b.WriteByte('t')
		case 'ł':
			b.WriteByte('l')
		case 'ß':
			b.WriteString("ss")
		default:
			if r < utf8.RuneSelf {
				add(r)
				continue
			}
			for _, part := range norm.NFD.String(string(r)) {
				if !unicode.Is(unicode.Mn, part) {
					add(part)
				}
			}
		}
	}
	if b.Len() == 0 {
		return word
	}
	return b.String()
}

// isPlain reports whether folding leaves the word as it is.
func isPlain(word string) bool {
	for i := range len(word) {
		c := word[i]
		if c >= utf8.RuneSelf || i > 0 && (c == 'a' && word[i-1] == 'a' || c == 'e' && word[i-1] == 'o') {
			return false
		}
	}
	return true
}
