package analysis

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxSortKey bounds a sort key in bytes; titles that are the same so far are ordered by id.
const MaxSortKey = 96

// SortKey gives a text whose byte order is the Norwegian alphabet's: digits, a to z, æ, ø, å, other scripts; case, accents and
// punctuation do not matter, aa sorts as å.
func SortKey(text string) string {
	if !norm.NFC.IsNormalString(text) {
		text = norm.NFC.String(text)
	}
	key := make([]byte, 0, min(len(text), MaxSortKey)+utf8.UTFMax)
	space := false
	add := func(r rune) {
		if space && len(key) > 0 {
			key = append(key, ' ')
		}
		space = false
		key = utf8.AppendRune(key, r)
	}
	for _, r := range text {
		if len(key) >= MaxSortKey {
			break
		}
		switch r = unicode.ToLower(r); {
		case r == 'a' && !space && len(key) > 0 && key[len(key)-1] == 'a':
			key[len(key)-1] = afterZ + 2
		case r == 'æ' || r == 'ä':
			add(afterZ)
		case r == 'ø' || r == 'ö':
			add(afterZ + 1)
		case r == 'å':
			add(afterZ + 2)
		case r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			add(r)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			for _, part := range norm.NFD.String(string(r)) {
				if !unicode.Is(unicode.Mn, part) {
					add(part)
				}
			}
		case unicode.IsSpace(r) || r == '-' || r == '/':
			space = true
		}
	}
	return string(key)
}

const afterZ = 'z' + 1
