package ical

import (
	"bytes"
	"iter"
	"strings"
	"unicode/utf8"
)

// logicalLines gives the unfolded lines of text with the number of the first physical line of each. Line ends are CRLF, LF or CR;
// a fold is a line end before a space or a tab, wherever it falls; blank lines vanish. In a file whose first line is
// indented, lines with the same indentation are not folds, and neither is BEGIN or END after a blank.
func logicalLines(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		text = strings.TrimPrefix(text, "\uFEFF")
		indent := ""
		if first := strings.TrimLeft(text, "\r\n"); first != "" {
			indent = first[:len(first)-len(strings.TrimLeft(first, " \t"))]
		}
		var whole string
		var folded []byte // whole so far, once it has a fold
		first, started := 0, false
		flush := func() bool {
			if folded != nil {
				whole, folded = string(folded), nil
			}
			return !started || yield(first, whole)
		}
		n := 0
		for text != "" {
			var line string
			line, text = physicalLine(text)
			n++
			if indent != "" {
				line = strings.TrimPrefix(line, indent)
			}
			trimmed := strings.TrimSpace(line)
			if trimmed == "" && len(line) < 2 {
				continue
			}
			if started && (line[0] == ' ' || line[0] == '\t') && !isFrame(trimmed) {
				if folded == nil {
					folded = append(make([]byte, 0, len(whole)+256), whole...)
				}
				if len(folded) < maxLine {
					folded = append(folded, line[1:]...)
				}
				continue
			}
			if !flush() {
				return
			}
			started, first, whole = true, n, strings.TrimLeft(line, " \t")
			whole = whole[:min(len(whole), maxLine)]
		}
		flush()
	}
}

// joinSplitLetters undoes the folds of a body in which they fall inside the bytes of a letter, as old writers do, so that it can be
// decoded. Every other body comes back as it is.
func joinSplitLetters(body []byte) []byte {
	if utf8.Valid(body) {
		return body
	}
	joined := bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n"))
	joined = bytes.ReplaceAll(bytes.ReplaceAll(joined, []byte("\n "), nil), []byte("\n\t"), nil)
	if utf8.Valid(joined) {
		return joined
	}
	return body
}

// isFrame tells whether a line that begins with a blank is BEGIN or END of a component rather than a fold.
func isFrame(s string) bool {
	for _, name := range []string{"VCALENDAR", "VEVENT", "VTIMEZONE"} {
		if s == "BEGIN:"+name || s == "END:"+name {
			return true
		}
	}
	return false
}

func physicalLine(text string) (line, rest string) {
	i := strings.IndexAny(text, "\r\n")
	if i < 0 {
		return text, ""
	}
	line, rest = text[:i], text[i+1:]
	if text[i] == '\r' {
		rest = strings.TrimPrefix(rest, "\n")
	}
	return line, rest
}
