package ical

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"fritidshub/connectors"
)

// Bounds of what is read of one file.
const (
	maxLine       = 1 << 20 // bytes of one unfolded line; the rest is cut
	maxDepth      = 64      // components within components
	maxProperties = 2_000   // kept of one component
	maxComponents = 100_000 // kept of one file
)

// component is one BEGIN to END. Only what the connector reads is kept: see keptProperties and keptComponents.
type component struct {
	name     string
	line     int // of its BEGIN, from 1
	props    []property
	children []*component
	open     bool // no END was found
}

// property is one unfolded content line.
type property struct {
	name   string // upper case
	params []param
	value  string // as written, escapes not undone
	line   int
}

type param struct{ name, value string }

// first gives the first property of that name that has a value.
func (c *component) first(name string) (property, bool) {
	for _, p := range c.props {
		if p.name == name && strings.TrimSpace(p.value) != "" {
			return p, true
		}
	}
	return property{}, false
}

// text gives the first value of that name as text.
func (c *component) text(name string) string {
	p, _ := c.first(name)
	return p.text()
}

func (p property) param(name string) string {
	for _, q := range p.params {
		if q.name == name {
			return q.value
		}
	}
	return ""
}

func (p property) text() string { return strings.TrimSpace(unescape(p.value)) }

var keptComponents = []string{"VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT"}

var keptProperties = []string{
	"ATTACH", "CATEGORIES", "CLASS", "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "DURATION", "EXDATE", "EXRULE", "GEO", "IMAGE", "LAST-MODIFIED",
	"LOCATION", "ORGANIZER", "RDATE", "RECURRENCE-ID", "RRULE", "SEQUENCE", "STATUS", "STYLED-DESCRIPTION", "SUMMARY", "TZID", "TZOFFSETFROM", "TZOFFSETTO",
	"UID", "URL", "X-ALT-DESC", "X-APPLE-STRUCTURED-LOCATION", "X-MICROSOFT-CDO-ALLDAYEVENT", "X-WR-TIMEZONE",
}

// proseProperties are those whose text some writers break into lines without folding.
var proseProperties = []string{"DESCRIPTION", "SUMMARY", "LOCATION", "COMMENT", "X-ALT-DESC", "STYLED-DESCRIPTION", "CONTACT"}

// split reads text into its calendars, tolerantly: any line ends, folds anywhere, blank lines, an indented file, text lines
// that are broken without fold. It fails when text is no calendar, and when a calendar does not end: such a file is cut off.
func split(text, url string) (calendars []*component, ignored map[string]int, err error) {
	s := splitter{root: &component{}, ignored: map[string]int{}}
	s.stack = []*component{s.root}
	for n, line := range logicalLines(text) {
		if err := s.line(n, line); err != nil {
			return nil, nil, &connectors.PayloadError{URL: url, Locator: fmt.Sprintf("linje %d", n), Expected: err.Error()}
		}
	}
	switch {
	case !s.seen:
		return nil, nil, &connectors.PayloadError{URL: url, Locator: "linje 1", Expected: "en iCalendar-fil som begynner med BEGIN:VCALENDAR", Found: excerpt(text), Advice: connectors.Mistaken("ical", text)}
	case len(s.stack) > 1:
		last := text[max(0, len(text)-100):]
		return nil, nil, &connectors.PayloadError{URL: url, Locator: "slutten av filen", Expected: "END:VCALENDAR, så filen er avkuttet", Found: excerpt(last)}
	}
	return s.root.children, s.ignored, nil
}

func excerpt(s string) string {
	s = strings.ToValidUTF8(strings.Join(strings.Fields(s[:min(len(s), 400)]), " "), "")
	if len(s) > 120 {
		s = strings.ToValidUTF8(s[:120], "") + "…"
	}
	return s
}

type splitter struct {
	root    *component
	stack   []*component // root first, the open one last
	skipped []string     // open components that are not kept, within the last of stack
	seen    bool         // a VCALENDAR
	kept    int
	ignored map[string]int // components that are no events, by name
	proseOf *property      // the text that goes on without fold, of which prose is what was read
	prose   []byte
}

func (s *splitter) line(n int, line string) error {
	p, ok := parseLine(line)
	top := s.stack[len(s.stack)-1]
	if len(s.skipped) == 0 && (!ok || s.isProse(p, line, top)) {
		if i := len(top.props) - 1; i >= 0 && slices.Contains(proseProperties, top.props[i].name) {
			s.addProse(&top.props[i], line)
		}
		return nil
	}
	s.endProse()
	p.line = n
	switch p.name {
	case "BEGIN":
		return s.begin(n, strings.ToUpper(strings.TrimSpace(p.value)))
	case "END":
		s.end(strings.ToUpper(strings.TrimSpace(p.value)))
	default:
		if len(s.skipped) == 0 && len(top.props) < maxProperties && (slices.Contains(keptProperties, p.name) || slices.Contains(proseProperties, p.name)) {
			top.props = append(top.props, p)
		}
	}
	return nil
}

// addProse adds a line to the text of p, which gets it by endProse.
func (s *splitter) addProse(p *property, line string) {
	if s.proseOf == nil {
		s.proseOf, s.prose = p, append([]byte(nil), p.value...)
	}
	if len(s.prose) < maxLine {
		s.prose = append(append(s.prose, `\n`...), line...)
	}
}

func (s *splitter) endProse() {
	if s.proseOf != nil {
		s.proseOf.value, s.proseOf = string(s.prose), nil
	}
}

// isProse tells whether a line that looks like a property is more likely the next line of a text that was not folded.
func (s *splitter) isProse(p property, line string, top *component) bool {
	if len(top.props) == 0 || p.name == "BEGIN" || p.name == "END" || slices.Contains(keptProperties, p.name) {
		return false
	}
	return line[:len(p.name)] != p.name && slices.Contains(proseProperties, top.props[len(top.props)-1].name)
}

func (s *splitter) begin(n int, name string) error {
	if len(s.stack)+len(s.skipped) > maxDepth {
		return fmt.Errorf("høyst %d komponenter inni hverandre", maxDepth)
	}
	if len(s.skipped) > 0 && name != "VEVENT" || !slices.Contains(keptComponents, name) {
		s.skipped = append(s.skipped, name)
		if name == "VTODO" || name == "VJOURNAL" || name == "VFREEBUSY" {
			s.ignored[name]++
		}
		return nil
	}
	if s.kept++; s.kept > maxComponents {
		return fmt.Errorf("høyst %d hendelser og tidssoner i en fil", maxComponents)
	}
	s.skipped = nil
	if name == "VCALENDAR" {
		s.seen = true
	}
	if name == "VEVENT" || name == "VTIMEZONE" {
		s.closeOpen("VEVENT", "VTIMEZONE")
	}
	parent := s.stack[len(s.stack)-1]
	c := &component{name: name, line: n, open: true}
	parent.children = append(parent.children, c)
	s.stack = append(s.stack, c)
	return nil
}

// closeOpen leaves an event or zone that the next one began within: its END is missing.
func (s *splitter) closeOpen(names ...string) {
	for i, c := range s.stack {
		if slices.Contains(names, c.name) {
			s.stack = s.stack[:i]
			return
		}
	}
}

func (s *splitter) end(name string) {
	if i := slices.Index(s.skipped, name); i >= 0 {
		s.skipped = s.skipped[:i]
		return
	}
	for i := len(s.stack) - 1; i > 0; i-- {
		if s.stack[i].name == name {
			s.stack[i].open = false
			s.stack, s.skipped = s.stack[:i], nil
			return
		}
	}
}

// parseLine reads NAME *(";" NAME "=" VALUE *("," VALUE)) ":" VALUE (RFC 5545 section 3.1). It reports false for a line that has
// not that form.
func parseLine(line string) (p property, ok bool) {
	i := strings.IndexFunc(line, func(r rune) bool {
		return !(r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
	})
	if i <= 0 {
		return p, false
	}
	p.name = strings.ToUpper(line[:i])
	rest := strings.TrimLeft(line[i:], " \t")
	if rest == "" || rest[0] != ':' && rest[0] != ';' {
		return p, false
	}
	colon := valueColon(rest, isDated(p.name))
	if colon < 0 {
		return p, false
	}
	p.value = rest[colon+1:]
	for q := range splitParams(rest[:colon]) {
		p.params = append(p.params, q)
		if len(p.params) == maxDepth {
			break
		}
	}
	if isDated(p.name) {
		p.value = strings.Trim(strings.TrimSpace(p.value), `"`)
	}
	return p, true
}

func isDated(name string) bool {
	switch name {
	case "DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE", "DTSTAMP", "LAST-MODIFIED":
		return true
	}
	return false
}

// valueColon finds the colon before the value: the first outside of quotes. In a property with times, whose zone names
// hold colons and are not always quoted, or not to the end, it is the last one before what looks like a time.
func valueColon(s string, dated bool) int {
	colon, quoted := -1, false
	for i := 0; i < len(s) && colon < 0; i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ':' && !quoted:
			colon = i
		}
	}
	if colon >= 0 && (!dated || looksDated(s[colon+1:])) {
		return colon
	}
	if dated {
		for i := len(s) - 1; i >= 0; i-- {
			if s[i] == ':' && looksDated(s[i+1:]) {
				return i
			}
		}
	}
	if colon < 0 {
		return strings.IndexByte(s, ':')
	}
	return colon
}

func looksDated(s string) bool {
	s = strings.TrimSpace(s)
	return len(s) >= 8 && strings.Trim(s[:4], "0123456789") == ""
}

// splitParams gives the parameters of ";NAME=VALUE;…", quotes and RFC 6868's ^n, ^' and ^^ undone.
func splitParams(s string) iter.Seq[param] {
	return func(yield func(param) bool) {
		for s != "" {
			s = s[1:] // the semicolon
			end, quoted := len(s), false
			for i := range len(s) {
				if s[i] == '"' {
					quoted = !quoted
				} else if s[i] == ';' && !quoted {
					end = i
					break
				}
			}
			if name, value, ok := strings.Cut(s[:end], "="); ok {
				value = strings.ReplaceAll(strings.TrimSpace(value), `"`, "")
				value = strings.NewReplacer("^n", "\n", "^N", "\n", "^'", `"`, "^^", "^").Replace(value)
				if !yield(param{strings.ToUpper(strings.TrimSpace(name)), value}) {
					return
				}
			}
			s = s[end:]
		}
	}
}

var unescaper = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\N`, "\n", `\;`, ";", `\,`, ",", `\:`, ":", `\"`, `"`)

// unescape undoes the escapes of a TEXT value (RFC 5545 section 3.3.11). Other backslashes stay.
func unescape(s string) string { return unescaper.Replace(s) }

// list splits a value at the commas that are not escaped.
func list(s string) (out []string) {
	start := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case ',':
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}
