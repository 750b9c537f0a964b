package docs

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

var errDeep = errors.New("docs: too deep")

const (
	lineWidth  = 84  // characters of a line
	mostLines  = 36  // of an answer
	mostText   = 72  // characters of a text
	mostValues = 5   // plain values of a list
	mostDepth  = 100 // of what is read
)

// Outline makes an answer readable on a page: set in lines, of lists the first elements, of long texts the beginning. What is left out is an
// ellipsis, also what is missing because the answer breaks off. What is no JSON is given as it is, as far as it fits.
func Outline(raw []byte) string {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	v, err := read(d, 0)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) || v.text == "" && v.open == "" {
		return cut(strings.ToValidUTF8(string(raw), "�"), mostLines*lineWidth)
	}
	var b strings.Builder
	v.print(&b, "")
	lines := strings.Split(b.String(), "\n")
	if len(lines) > mostLines {
		lines = append(lines[:mostLines-1], "…")
	}
	return strings.Join(lines, "\n")
}

// value is JSON in the order in which it came.
type value struct {
	text  string // of a plain one
	open  string // { or [
	names []string
	below []value
	more  bool // elements were left out
}

func read(d *json.Decoder, depth int) (value, error) {
	token, err := d.Token()
	if err != nil {
		return value{}, err
	}
	opening, ok := token.(json.Delim)
	if !ok {
		if s, ok := token.(string); ok {
			token = cut(s, mostText)
		}
		return plain(token)
	}
	if depth > mostDepth {
		return value{}, errDeep
	}
	v := value{open: opening.String()}
	for d.More() {
		name := ""
		if v.open == "{" {
			token, err := d.Token()
			if err != nil {
				return v.broken(err)
			}
			name, _ = token.(string)
		}
		below, err := read(d, depth+1)
		if err != nil && below.open == "" {
			return v.broken(err)
		}
		most := mostValues
		if below.open != "" {
			most = 1
		}
		if v.open == "[" && len(v.below) >= most {
			v.more = true
		} else {
			v.names, v.below = append(v.names, name), append(v.below, below)
		}
		if err != nil {
			return v.broken(err)
		}
	}
	if _, err = d.Token(); err != nil {
		return v.broken(err)
	}
	return v, nil
}

// broken is a value of which the rest is missing.
func (v value) broken(err error) (value, error) {
	v.more = true
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return v, err
}

func plain(token any) (value, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(token)
	return value{text: strings.TrimSpace(b.String())}, err
}

func (v value) print(b *strings.Builder, indent string) {
	if v.open == "" {
		b.WriteString(v.text)
		return
	}
	if short := v.line(); utf8.RuneCountInString(short)+len(indent) <= lineWidth {
		b.WriteString(short)
		return
	}
	b.WriteString(v.open + "\n")
	for i, below := range v.below {
		b.WriteString(indent + "  ")
		if v.open == "{" {
			b.WriteString(`"` + v.names[i] + `": `)
		}
		below.print(b, indent+"  ")
		if i < len(v.below)-1 || v.more {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	if v.more {
		b.WriteString(indent + "  …\n")
	}
	b.WriteString(indent + v.closing())
}

func (v value) closing() string {
	if v.open == "{" {
		return "}"
	}
	return "]"
}

// line is the value in one line.
func (v value) line() string {
	if v.open == "" {
		return v.text
	}
	parts := make([]string, len(v.below))
	for i, below := range v.below {
		if v.open == "{" {
			parts[i] = `"` + v.names[i] + `": `
		}
		parts[i] += below.line()
	}
	if v.more {
		parts = append(parts, "…")
	}
	return v.open + strings.Join(parts, ", ") + v.closing()
}

func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
