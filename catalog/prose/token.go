package prose

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	mark   kind = iota // one sign
	word               // letters
	number             // digits
	link               // an address of a page or a mailbox
)

// token is one word, number or sign of the text.
type token struct {
	kind       kind
	gap        bool  // white space, or the text's beginning, before it
	line       bool  // a line break before it
	capital    bool  // it begins with a capital letter
	digits     uint8 // of a number
	start, end int   // bytes of the text
	text       string
	n          int // value of a number of at most nine digits; -1: a longer one
	entry
}

// one reports whether t is one of words.
func (t *token) one(words ...string) bool { return slices.Contains(words, t.text) }

// entry is what the vocabulary knows about a word.
type entry struct {
	class class
	value int // of a number word, an ordinal, a month, a tag
	day   int // of a weekday, Monday is 0
}

func (e entry) is(c class) bool { return e.class&c != 0 }

// none stands for what is before the first token and after the last.
var none = token{gap: true, line: true, n: -1}

// tokenise appends to out the tokens of text, at most max.
func tokenise(out []token, text string, max int) []token {
	lower := fold(text)
	out = slices.Grow(out, min(len(text)/6+8, max))
	gap, line := true, true
	for i := 0; i < len(lower) && len(out) < max; {
		r, size := utf8.DecodeRuneInString(lower[i:])
		if unicode.IsSpace(r) || r == '*' || r == '_' || r == '\u00ad' || r == '\u200b' {
			gap, line = gap || r != '\u00ad' && r != '\u200b', line || r == '\n'
			i += size
			continue
		}
		t := token{gap: gap, line: line, start: i}
		switch {
		case r >= '0' && r <= '9':
			t.kind, t.end = number, i+run(lower[i:], func(r rune) bool { return r >= '0' && r <= '9' })
			t.value, t.digits = -1, uint8(min(t.end-i, 255))
			t.n = -1
			if t.digits <= 9 {
				t.n = 0
				for _, c := range lower[i:t.end] {
					t.n = t.n*10 + int(c-'0')
				}
			}
		case letter(r):
			t.kind, t.end, t.n = word, i+run(lower[i:], letter), -1
			if end := address(lower, i, t.end); end > 0 {
				t.kind, t.end = link, end
				break
			}
			t.entry = lookup(lower[i:t.end])
			if lower[i:t.end] == "nok" && text[i:t.end] != "NOK" {
				t.entry = entry{} // "nok en gang"
			}
			t.capital = text[i] != lower[i] || r >= utf8.RuneSelf && text[i:t.end] != lower[i:t.end]
		default:
			t.kind, t.end, t.n = mark, i+size, -1
		}
		t.text = lower[t.start:t.end]
		if t.kind == mark {
			t.text = plainMark(t.text)
		}
		out = append(out, t)
		gap, line, i = false, false, t.end
	}
	return out
}

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) }

func run(s string, in func(rune) bool) int {
	for i, r := range s {
		if !in(r) {
			return i
		}
	}
	return len(s)
}

// address gives the end of the page address or mailbox that begins with the word s[start:end], 0 when there is none.
func address(s string, start, end int) int {
	at := end
	switch rest := s[end:]; {
	case strings.HasPrefix(rest, "://"), s[start:end] == "www" && strings.HasPrefix(rest, "."):
	default:
		// A mailbox, or a host written bare: name@host, name.no
		for at < len(s) && (s[at] >= '0' && s[at] <= '9' || s[at] >= 'a' && s[at] <= 'z' || s[at] == '-' || s[at] == '_' || s[at] == '.' || s[at] >= utf8.RuneSelf) && at-start < 80 {
			at++
		}
		if at < len(s) && s[at] == '@' {
			break
		}
		host := strings.TrimRight(s[start:at], ".")
		if dot := strings.LastIndexByte(host, '.'); dot > 0 && (host[dot:] == ".no" || host[dot:] == ".com" || host[dot:] == ".org" || host[dot:] == ".net") {
			at = start + len(host)
			break
		}
		return 0
	}
	for at < len(s) && s[at] > ' ' && s[at] != '"' && s[at] != '<' && s[at] != ')' && s[at] != ']' {
		at++
	}
	for at > end && strings.IndexByte(".,;:!?", s[at-1]) >= 0 {
		at--
	}
	return at
}

func plainMark(s string) string {
	switch s {
	case "–", "—", "−", "‑", "‐":
		return "-"
	case "’", "´", "`":
		return "'"
	case "•", "·":
		return ";"
	}
	return s
}

// fold lowers case without moving a byte.
func fold(s string) string {
	if lower := strings.ToLower(s); len(lower) == len(s) {
		return lower
	}
	var b strings.Builder
	b.Grow(len(s))
	for i, r := range s {
		l := unicode.ToLower(r)
		if size := utf8.RuneLen(l); r != utf8.RuneError && i+size <= len(s) && utf8.RuneLen(r) == size {
			b.WriteRune(l)
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		b.WriteString(s[i : i+size])
	}
	return b.String()
}
