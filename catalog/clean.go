package catalog

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
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
	return cut(strings.Join(strings.Fields(strip(s)), " "), max)
}

// CleanLines is CleanText for text of several paragraphs: line breaks stay, at most one blank line in a row.
func CleanLines(s string, max int) string {
	var out []string
	blank := 0
	for line := range strings.SplitSeq(strings.ReplaceAll(strip(s), "\r", "\n"), "\n") {
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

func strip(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			if r == '\t' {
				return ' '
			}
			return '\n'
		case unicode.IsControl(r),
			r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069,
			r == 0x200B, r == 0x2060, r == 0xFEFF, r == 0x00AD,
			r >= 0xE0000 && r <= 0xE007F:
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
// entities become letters. Text without markup comes back as it was, its entities resolved.
func PlainText(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	skip := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if skip == "" {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			switch tag := string(name); tag {
			case "script", "style", "template", "noscript", "iframe", "object":
				skip = tag
			case "br", "hr", "tr":
				b.WriteByte('\n')
			case "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section", "article", "blockquote":
				b.WriteString("\n\n")
			case "td", "th":
				b.WriteByte(' ')
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			switch tag := string(name); {
			case tag == skip:
				skip = ""
			case tag == "p" || tag == "div" || tag == "ul" || tag == "ol":
				b.WriteString("\n\n")
			}
		}
	}
}

// CleanURL gives ref as an absolute http or https address, resolved against base (which may be empty), without user
// information and tracking parameters. It reports false for everything else.
func CleanURL(ref, base string) (string, bool) {
	ref = strings.TrimSpace(strip(ref))
	if ref == "" || len(ref) > MaxURL {
		return "", false
	}
	u, err := url.Parse(ref)
	if err != nil {
		return "", false
	}
	if b, err := url.Parse(base); err == nil && base != "" {
		u = b.ResolveReference(u)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || strings.ContainsAny(u.Host, " <>\"'\\") {
		return "", false
	}
	u.User = nil
	if u.RawQuery != "" {
		kept := make([]string, 0, 4)
		for kv := range strings.SplitSeq(u.RawQuery, "&") {
			name, _, _ := strings.Cut(kv, "=")
			name = strings.ToLower(name)
			if strings.HasPrefix(name, "utm_") || name == "fbclid" || name == "gclid" || name == "mc_cid" || name == "mc_eid" {
				continue
			}
			kept = append(kept, kv)
		}
		u.RawQuery = strings.Join(kept, "&")
	}
	return u.String(), true
}
