package markup

import (
	"html"
	"strings"
	"unicode/utf8"
)

// repair mends the faults that JSON-LD on real pages has: an HTML comment or CDATA around it, entities for its quotes, raw control
// characters and bad escapes in strings, comments, and commas that are doubled, trailing or semicolons. It is used
// after a strict reading has failed; what it cannot mend stays unreadable.
func repair(s string) string {
	s = unwrap(s)
	if !strings.Contains(s, `"`) && strings.Contains(s, "&quot;") {
		s = html.UnescapeString(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	comma := false
	open := true // nothing but an opening bracket has come, so that a comma is out of place
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			b.WriteByte(c)
			i++
			continue
		case c == ',' || c == ';':
			comma = !open
			i++
			continue
		case strings.HasPrefix(s[i:], "//"):
			i += lengthTo(s[i:], "\n")
			continue
		case strings.HasPrefix(s[i:], "/*"):
			i += lengthTo(s[i:], "*/")
			continue
		case strings.HasPrefix(s[i:], "<!--"):
			i += lengthTo(s[i:], "-->")
			continue
		}
		if comma && c != '}' && c != ']' {
			b.WriteByte(',')
		}
		comma, open = false, c == '{' || c == '['
		switch {
		case c == '"':
			i += quoted(&b, s[i:])
		case c < ' ':
			i++
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
}

func lengthTo(s, end string) int {
	if i := strings.Index(s, end); i >= 0 {
		return i + len(end)
	}
	return len(s)
}

// unwrap takes off a comment or CDATA section around the whole block.
func unwrap(s string) string {
	s = strings.Trim(s, " \t\r\n\uFEFF;")
	for _, w := range [][2]string{{"//<![CDATA[", "//]]>"}, {"/*<![CDATA[*/", "/*]]>*/"}, {"/* <![CDATA[ */", "/* ]]> */"}, {"<![CDATA[", "]]>"}, {"<!--", "-->"}} {
		if rest, ok := strings.CutPrefix(s, w[0]); ok {
			rest = strings.TrimSpace(rest)
			return strings.Trim(strings.TrimSuffix(strings.TrimSuffix(rest, w[1]), "//"), " \t\r\n;")
		}
	}
	return s
}

// quoted writes the string literal at the beginning of s as good JSON and gives its length.
func quoted(b *strings.Builder, s string) int {
	b.WriteByte('"')
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			b.WriteByte('"')
			return i + 1
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteByte(' ')
		case c < ' ':
		case c != '\\':
			b.WriteByte(c)
		case i+1 == len(s):
		case c == '\\' && strings.IndexByte(`"\/bfnrt`, s[i+1]) >= 0:
			b.WriteString(s[i : i+2])
			i++
		case s[i+1] == 'u' && isHex(s[i+2:]):
			b.WriteString(s[i : i+6])
			i += 5
		case s[i+1] < utf8.RuneSelf:
			// A backslash before what needs none is dropped: \' and \& are ' and &.
		}
	}
	return len(s)
}

func isHex(s string) bool {
	return len(s) >= 4 && strings.Trim(s[:4], "0123456789abcdefABCDEF") == ""
}
