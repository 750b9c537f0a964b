// Package analysis turns text into the words that are searched for, in the same way for listings and for queries.
//
// A word has several forms. Its Term is what was written, in lower case. Its Folded form has no Norwegian letters but the nearest
// plain ones: skoyter for skøyter, apen for åpen, faerder for færder. Its Spelt form writes them out: skoeyter, aapen. Two words are
// spelt alike when either form is the same, so that skøyter, skoyter and skoeyter find each other where one of them has the letter, and poeng never finds pong.
// Its Stem is shared by the inflections, in bokmål and nynorsk, of a Folded form. Two words with the same Term have the same Folded
// form, and two with the same Folded form the same Stem, so a search matches by Stem and ranks by how much more is the same.
// Parts are what a compound is made of.
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
	Folded string // without marks: å as a, ø as o, æ as ae
	Stem   string // of Folded
	Stop   bool   // so common that a query can do without it
	Soft   bool   // tells for whom, when or on what terms: better a listing that does not say so than none
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
	return Token{Term: word, Folded: folded, Stem: Stem(folded), Stop: stopWords[word], Soft: softStems[Stem(undoubled.Replace(folded))] || IsNumber(word)}
}

// IsNumber reports whether a word is made of digits alone: it has no inflections, beginnings or typing errors.
func IsNumber(word string) bool { return strings.Trim(word, "0123456789") == "" }

// isLetter reports whether text begins with a letter.
func isLetter(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsLetter(r)
}

// Words calls use with each word of text: a run of letters, digits and marks, in lower case and NFC. A letter alone goes with what a hyphen or an
// ampersand ties to it: E-sport is esport, and D&D is dnd. The bytes are only valid during the call.
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
	for i, r := range text {
		switch {
		case (r == '-' || r == '&') && len(word) == 1 && 'a' <= word[0] && word[0] <= 'z' && isLetter(text[i+1:]):
			if r == '-' {
				continue
			}
			r = 'n'
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
