package analysis

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold gives a word in plain letters: æ and ä as ae, ø and ö as o, å as a, other letters without their marks.
func Fold(word string) string { return fold(word, "o", "a") }

// SpellOut gives a word as it is written where there are no Norwegian letters: æ as ae, ø as oe, å as aa. It is Fold's for a word that has
// neither ø nor å.
func SpellOut(word string) string { return fold(word, "oe", "aa") }

func fold(word, oe, aa string) string {
	if isASCII(word) {
		return word
	}
	var b strings.Builder
	b.Grow(len(word) + 4)
	for _, r := range word {
		switch r {
		case 'æ', 'ä':
			b.WriteString("ae")
		case 'ø', 'ö':
			b.WriteString(oe)
		case 'å':
			b.WriteString(aa)
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
				b.WriteRune(r)
				continue
			}
			for _, part := range norm.NFD.String(string(r)) {
				if !unicode.Is(unicode.Mn, part) {
					b.WriteRune(part)
				}
			}
		}
	}
	if b.Len() == 0 {
		return word
	}
	return b.String()
}

func isASCII(word string) bool {
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

var undoubled = strings.NewReplacer("oe", "o", "aa", "a")

// Spellings gives the Folded forms, its own first, that a word spelt like t may have. What has one of them is to be asked for with SpeltAlike.
func (t Token) Spellings() []string {
	list := []string{t.Folded}
	for _, other := range []string{SpellOut(t.Term), undoubled.Replace(t.Folded)} {
		if other != t.Folded {
			list = append(list, other)
		}
	}
	return list
}

// SpeltAlike reports whether two words, by their terms, are spellings or inflections of the same.
func SpeltAlike(a, b string) bool {
	return Stem(Fold(a)) == Stem(Fold(b)) || Stem(SpellOut(a)) == Stem(SpellOut(b))
}

// Begins reports whether word begins with what is written in beginning, however its letters are spelt. Both are terms.
func Begins(word, beginning string) bool {
	return strings.HasPrefix(Fold(word), Fold(beginning)) || strings.HasPrefix(SpellOut(word), SpellOut(beginning))
}
