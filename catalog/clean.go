package catalog

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Longest texts in characters; longer ones are cut at a word and end with an ellipsis.
const (
	MaxTitle       = 500
	MaxDescription = 20_000
	MaxText        = 1_000
	MaxURL         = 2_048 // bytes; a longer address is dropped
)

// CleanText makes text fit to store and show on one line: valid UTF-8 in NFC, without control, bidi-override, zero-width and tag
// characters, white space folded, at most max characters (0: no bound).
func CleanText(s string, max int) string {
	if tidy(s) {
		return cut(strings.Clone(s), max) // which does not keep the whole payload in memory that s was cut from
	}
	return cut(strings.Join(strings.Fields(strip(s)), " "), max)
}

// CleanLines is CleanText for text of several paragraphs: line breaks stay, at most one blank line in a row.
func CleanLines(s string, max int) string {
	if tidy(s) {
		return cut(s, max)
	}
	var out []string
	blank := 0
	for line := range strings.SplitSeq(strip(s), "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" {
			blank++
			continue
		}
		if blank > 0 && len(out) > 0 {
			out = append(out, "")
		}
		blank = 0
		out = append(out, line)
	}
	return cut(strings.Join(out, "\n"), max)
}

// tidy reports whether s is one line of Latin letters and signs, parted by single spaces: what nearly all texts are, and what needs no cleaning.
func tidy(s string) bool {
	before := ' '
	for _, r := range s {
		switch {
		case r > ' ' && r <= '~', r >= 0xA1 && r <= 0x24F && r != 0xAD:
		case r == ' ' && before != ' ':
		default:
			return false
		}
		before = r
	}
	return before != ' ' || s == ""
}

// strip makes s valid UTF-8 in NFC without invisible characters; every sort of line break becomes \n, a tab a space.
// The joiners and marks that Persian, Arabic, Hebrew and emoji need stay (U+200C to U+200F).
func strip(s string) string {
	if strings.Contains(s, "\r\n") {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= ' ' && r <= '~':
			return r
		case r == '\t':
			return ' '
		case r >= '\n' && r <= '\r', r == 0x85, r == 0x2028, r == 0x2029:
			return '\n'
		case unicode.IsControl(r),
			r == 0x00AD, r == 0x200B, r == 0xFEFF,
			r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F,
			r >= 0xFFF9 && r <= 0xFFFC, r >= 0xE0000 && r <= 0xE007F:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return norm.NFC.String(s)
}

func cut(s string, max int) string {
	if max <= 0 || utf8.RuneCountInString(s) <= max {
		return s
	}
	r := []rune(s)[:max-1]
	for i := len(r) - 1; i > len(r)-40 && i > 0; i-- {
		if unicode.IsSpace(r[i]) {
			r = r[:i]
			break
		}
	}
	return strings.TrimSpace(string(r)) + "…"
}

// PlainText turns HTML, or text that may hold some, into plain text: block elements become line breaks, scripts and styles vanish,
// entities become letters. Text without markup comes back as it was, its entities resolved. The result is text, not safe HTML:
// "&lt;b>" gives "<b>".
func PlainText(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	hidden := "" // the outermost element that is not shown
	for {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if hidden == "" {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			name, _ := z.TagName()
			switch {
			case hidden != "":
				if kind == html.EndTagToken && string(name) == hidden {
					hidden = ""
				}
			case isHidden(name):
				if kind == html.StartTagToken {
					hidden = string(name)
				}
			case isBlock(name):
				b.WriteString("\n\n")
			case kind != html.EndTagToken || string(name) == "br":
				b.WriteString(spaceBefore(name))
			}
		}
	}
}

func isHidden(tag []byte) bool {
	switch string(tag) {
	case "script", "style", "template", "noscript", "iframe", "object", "title":
		return true
	}
	return false
}

func isBlock(tag []byte) bool {
	switch string(tag) {
	case "address", "article", "aside", "blockquote", "details", "div", "dl", "fieldset", "figcaption", "figure", "footer", "form",
		"h1", "h2", "h3", "h4", "h5", "h6", "header", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "ul":
		return true
	}
	return false
}

func spaceBefore(tag []byte) string {
	switch string(tag) {
	case "br", "hr", "tr", "dt", "dd":
		return "\n"
	case "td", "th":
		return " "
	}
	return ""
}

// CleanURL gives ref as an absolute http or https address in ASCII, at most MaxURL bytes, resolved against base (which may be empty),
// without user information and tracking parameters; a host of other letters is given in Punycode (RFC 5891).
// It reports false for everything else. Doing it twice changes nothing.
func CleanURL(ref, base string) (string, bool) {
	ref = strings.TrimSpace(strip(ref))
	if ref == "" || len(ref) > MaxURL {
		return "", false
	}
	u, err := url.Parse(ref)
	if err != nil {
		return "", false
	}
	b, err := url.Parse(base)
	if err != nil {
		b = &url.URL{}
	}
	u = b.ResolveReference(u) // removes /../ also from an absolute one
	if u.Scheme != "http" && u.Scheme != "https" || !cleanHost(u) {
		return "", false
	}
	u.User = nil
	u.RawQuery = cleanQuery(u.RawQuery)
	if s := u.String(); len(s) <= MaxURL {
		return s, true
	}
	return "", false
}

// cleanHost brings u's host into lower case ASCII and reports whether it is one.
func cleanHost(u *url.URL) bool {
	name := u.Hostname()
	if name == "" || u.Opaque != "" || strings.ContainsAny(u.Host, " <>\"'\\%") {
		return false
	}
	if strings.IndexFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
		u.Host = strings.ToLower(u.Host)
		return true
	}
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil || ascii == "" {
		return false
	}
	if port := u.Port(); port != "" {
		ascii += ":" + port
	}
	u.Host = ascii
	return true
}

// cleanQuery drops tracking parameters and escapes what RFC 3986 does not allow in a query.
func cleanQuery(query string) string {
	if query == "" {
		return ""
	}
	kept := make([]string, 0, 4)
	for kv := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(kv, "=")
		name = strings.ToLower(name)
		if strings.HasPrefix(name, "utm_") || name == "fbclid" || name == "gclid" || name == "mc_cid" || name == "mc_eid" {
			continue
		}
		kept = append(kept, kv)
	}
	var b strings.Builder
	for _, c := range []byte(strings.Join(kept, "&")) {
		if c <= ' ' || c >= 0x7F || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
