package ingest

import (
	"encoding/json"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxExcerpt is how much of the provider's bytes is shown beside an item, in bytes.
const maxExcerpt = 2_000

// excerpt finds where an item stands in what the source answered: the smallest JSON object, VEVENT, XML item or line that holds its id
// and title, else the title alone. The score is higher the surer it is; 0 and "" when it is not found.
func excerpt(text, id, title string) (found string, score int) {
	var parts func(string) []string
	switch start := strings.TrimLeft(text, "\uFEFF \t\r\n"); {
	case strings.HasPrefix(start, "{"), strings.HasPrefix(start, "["):
		parts = jsonObjects
	case strings.HasPrefix(start, "BEGIN:"):
		parts = func(s string) []string { return between(s, "BEGIN:VEVENT", "END:VEVENT") }
	case strings.HasPrefix(start, "<"):
		parts = func(s string) []string {
			pieces := slices.Concat(between(s, "<item", "</item>"), between(s, "<entry", "</entry>"))
			for _, script := range between(s, "<script", "</script>") {
				pieces = append(pieces, jsonObjects(script)...)
			}
			return append(pieces, near(s, title)...)
		}
	default:
		parts = func(s string) []string { return strings.SplitAfter(s, "\n") }
	}
	best := ""
	for _, part := range parts(text) {
		n := 0
		if title != "" && holds(part, title) {
			n += 2
		}
		if id != "" && holdsWord(part, id) {
			n++
		}
		if n > score || n == score && n > 0 && len(part) < len(best) {
			best, score = part, n
		}
	}
	if len(best) > maxExcerpt {
		best = strings.ToValidUTF8(best[:maxExcerpt], "") + "…"
	}
	return strings.TrimSpace(best), score
}

// holds reports whether part has a text as it is, as JSON writes it, or as XML does.
func holds(part, text string) bool {
	if strings.Contains(part, text) || strings.Contains(part, html.EscapeString(text)) {
		return true
	}
	quoted, err := json.Marshal(text)
	return err == nil && strings.Contains(part, strings.Trim(string(quoted), `"`))
}

// holdsWord reports whether part has an id that is no part of a longer word.
func holdsWord(part, id string) bool {
	for rest := part; ; {
		before, after, ok := strings.Cut(rest, id)
		if !ok {
			return false
		}
		last, _ := utf8.DecodeLastRuneInString(before)
		first, _ := utf8.DecodeRuneInString(after)
		if !unicode.In(last, unicode.L, unicode.N) && !unicode.In(first, unicode.L, unicode.N) {
			return true
		}
		rest = after
	}
}

// The largest and the deepest object that is looked into.
const (
	maxPart = 64 << 10 // bytes
	maxDeep = 64
)

// jsonObjects gives the objects of a JSON text, inner ones too, however broken the rest is.
func jsonObjects(text string) []string {
	var out []string
	var open []int
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			open = append(open, i)
		case c == '}' && len(open) > 0:
			if start := open[len(open)-1]; i-start < maxPart && len(open) <= maxDeep {
				out = append(out, text[start:i+1])
			}
			open = open[:len(open)-1]
		}
	}
	return out
}

// between gives the pieces of text that begin with one mark and end with another.
func between(text, first, last string) []string {
	var out []string
	for {
		_, after, ok := strings.Cut(text, first)
		if !ok {
			return out
		}
		inner, rest, _ := strings.Cut(after, last)
		out = append(out, first+inner+last)
		text = rest
	}
}

// near gives the surroundings of the first place where a page has a title.
func near(text, title string) []string {
	at := strings.Index(text, title)
	if at < 0 {
		if at = strings.Index(text, html.EscapeString(title)); at < 0 {
			return nil
		}
	}
	from, to := max(0, at-maxExcerpt/3), min(len(text), at+len(title)+maxExcerpt/2)
	from += max(0, strings.IndexByte(text[from:at], '<'))
	for from < at && !utf8.RuneStart(text[from]) {
		from++
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	return []string{text[from:to]}
}
