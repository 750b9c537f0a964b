package config

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// yamlWords says in Norwegian what the YAML reader says in English, by the beginning of its words. The first that fits counts.
var yamlWords = []struct{ begins, says string }{
	{"mapping values are not allowed", "et kolon for mye her, eller et som mangler på linjen over; en tekst med kolon i må stå i anførselstegn"},
	{"could not find expected ':'", "et kolon mangler etter en nøkkel"},
	{"did not find expected ',' or '}'", "en { er ikke lukket med }, eller et komma mangler"},
	{"did not find expected ',' or ']'", "en [ er ikke lukket med ], eller et komma mangler"},
	{"did not find expected '-' indicator", "et ledd i lista mangler streken foran (- id: …), eller innrykket er ujevnt"},
	{"did not find expected key", "innrykket er ujevnt, eller et anførselstegn står midt i en tekst"},
	{"did not find expected node content", "en [ eller { er ikke lukket, eller en verdi mangler"},
	{"did not find expected comment or line break", "etter | eller > skal det bare stå et linjeskift"},
	{"did not find expected alphabetic or numeric character", "et * eller & uten navn etter seg; en tekst som begynner slik, må stå i anførselstegn"},
	{"did not find expected hexadecimal number", `etter \x eller \u i anførselstegn skal det stå et tall; skriv omvendt skråstrek to ganger, eller bruk '…'`},
	{"did not find expected <document start>", "linjen hører ikke til noe over; innrykket er ujevnt, eller et kolon mangler"},
	{"did not find expected whitespace", "et mellomrom mangler"},
	{"did not find", "noe mangler her"},
	{"found unexpected end of stream", "et anførselstegn er ikke lukket"},
	{"found unexpected document indicator", "et anførselstegn er ikke lukket"},
	{"found a tab character", "en tabulator står der det skal være mellomrom"},
	{"found tabs where", "en tabulator står der det skal være mellomrom"},
	{"found mixed spaces and tabs", "tabulator og mellomrom er blandet i innrykket"},
	{startsWrong, "en tabulator, eller et tegn som @, ` eller %, står først i en verdi"},
	{"found unknown escape character", `en omvendt skråstrek i anførselstegn; skriv den to ganger, eller bruk '…'`},
	{"found invalid Unicode character escape code", `en omvendt skråstrek i anførselstegn; skriv den to ganger, eller bruk '…'`},
	{"found a comment without preceding whitespace", "en # uten mellomrom foran"},
	{"found undefined tag handle", "en tekst som begynner med !, må stå i anførselstegn"},
	{"found character '", "en tekst som begynner med !, må stå i anførselstegn"},
	{"found unexpected non-alphabetical", "en linje som begynner med %, må stå i anførselstegn"},
	{"found unknown directive", "en linje som begynner med %, må stå i anførselstegn"},
	{"found duplicate %", "en linje som begynner med %, må stå i anførselstegn"},
	{"found incompatible YAML", "%YAML øverst i fila viser til en annen utgave av YAML; ta bort linjen"},
	{"found unexpected content after document-end", "det står noe etter … som avslutter fila"},
	{"block sequence entries are not allowed", "en strek (-) står der det ikke kan være en liste"},
	{"mapping keys are not allowed", "en nøkkel står der det ikke kan være en"},
	{"control characters are not allowed", "et usynlig styretegn; slett det og skriv teksten på nytt"},
	{"document contains excessive aliasing", "*-navnene gjentar for mye"},
	{"exceeded max depth", "for mange nivåer inni hverandre"},
	{"yaml: document contains excessive aliasing", "*-navnene gjentar for mye"},
	{"invalid map key", "en nøkkel er ikke en tekst; skriv den i anførselstegn"},
	{"map merge requires", "<<: skal følges av *navn"},
	{"!!", "verdien er ikke av det slaget som den sier"},
	{"cannot construct", "verdien er ikke av det slaget som den sier"},
	{"cannot use '", "en nøkkel er ikke en tekst; skriv den i anførselstegn"},
}

// inNorwegian gives what the reader said in words that an editor understands, and whether we have any.
func inNorwegian(said string) (says string, ok bool) {
	for _, w := range yamlWords {
		if strings.HasPrefix(said, w.begins) {
			return w.says, true
		}
	}
	if name, ok := strings.CutPrefix(said, "unknown anchor '"); ok {
		name, _, _ = strings.Cut(name, "'")
		return "*" + name + " viser til &" + name + ", som ikke står lenger oppe i filen", true
	}
	if name, ok := strings.CutPrefix(said, "anchor '"); ok {
		name, _, _ = strings.Cut(name, "'")
		return "&" + name + " inneholder seg selv", true
	}
	return "", false
}

const (
	lookHere    = "se etter manglende kolon, anførselstegn eller innrykk på linjen eller rett over; bruk mellomrom, ikke tabulator"
	startsWrong = "found character that cannot start any token"
	curled      = "“”„‟‘’‚"
	straightens = `skriv rette anførselstegn: "…"; de buede (“ ”) er bare tegn i teksten`
)

// fault says what is wrong with the YAML itself.
func (c *checker) fault(bad *yaml.LoadError, text string) {
	lines := strings.Split(text, "\n")
	at := func(n int) string { // from 1
		if n < 1 || n > len(lines) {
			return ""
		}
		return strings.TrimRight(lines[n-1], "\r")
	}
	line, column := bad.Mark.Line, bad.Mark.Column
	if bad.ContextMark.Line > 0 && bad.ContextMsg != "" {
		line, column = bad.ContextMark.Line, bad.ContextMark.Column
	}
	says, ok := inNorwegian(bad.Message)
	if !ok {
		says = "noe her kan ikke leses"
	}
	do := lookHere
	open, from := 0, 0
	for n := range bad.Mark.Line {
		if column := unclosed(at(n + 1)); column > 0 && !closesBelow(lines[n:], column) {
			open, from = n+1, column
		}
	}
	runes := []rune(at(line))
	value := string(runes[min(max(column-1, 0), len(runes)):])
	stopped := strings.TrimSpace(at(bad.Mark.Line))
	switch {
	case open > 0 && (quoteFaults[bad.Message] || open < line && strings.HasPrefix(bad.Message, startsWrong)):
		line, column = open, from
		says, do = fmt.Sprintf("anførselstegnet som begynner på linje %d, er ikke lukket", open), "sett et til der teksten slutter"
	case strings.ContainsAny(at(line), curled):
		do = straightens
	case bareValue.MatchString(at(line)):
		m := bareValue.FindStringSubmatch(at(line))
		says, do = fmt.Sprintf("en verdi kan ikke begynne med %.1s", m[2]), fmt.Sprintf("sett den i anførselstegn: %s: %q", m[1], strings.TrimSpace(m[2]))
	case strings.HasPrefix(bad.Message, startsWrong) && value != "" && strings.ContainsRune("@`%", rune(value[0])):
		word, _, _ := strings.Cut(strings.NewReplacer("}", ",", "]", ",").Replace(value), ",")
		says, do = fmt.Sprintf("en verdi kan ikke begynne med %c", value[0]), fmt.Sprintf("sett den i anførselstegn: %q", strings.TrimSpace(word))
	case tightDash.MatchString(at(line)), tightDash.MatchString(at(line - 1)):
		says, do = "et mellomrom mangler etter streken", "skriv - id: … med mellomrom"
	case tightColon.MatchString(at(line)):
		m := tightColon.FindStringSubmatch(at(line))
		says, do = "et mellomrom mangler etter kolonet", fmt.Sprintf("skriv %s: %s", m[1], m[2])
	case strings.HasPrefix(stopped, "id:") && bad.Mark.Line > line:
		line, column = bad.Mark.Line, bad.Mark.Column
		says, do = "streken mangler foran id", "skriv - "+stopped+", med like mye innrykk som de andre kildene"
	case strings.HasPrefix(stopped, "- ") && bad.Mark.Line > line && !strings.HasPrefix(strings.TrimSpace(at(line)), "-"):
		says, do = fmt.Sprintf("en liste begynner på linje %d, men det som står over, er ikke et ledd i den", bad.Mark.Line), "mangler streken her? Skriv - foran, med like mye innrykk som de andre"
	case bad.Message == "did not find expected key", strings.HasPrefix(bad.Message, "did not find expected '-'"):
		line, column = bad.Mark.Line, bad.Mark.Column
	}
	if bad.Mark.Line > line {
		says += fmt.Sprintf(" (lesingen stoppet på linje %d)", bad.Mark.Line)
	}
	c.problem(line, column, "dette er ikke YAML: "+says, do)
}

var (
	bareValue  = regexp.MustCompile("^\\s*(?:- )?([\\pL_]+): +((?:[@`%!]|[*&][^\\pL#])[^#{}\\[\\]]*)")
	tightDash  = regexp.MustCompile(`^\s*-\pL+:`)
	tightColon = regexp.MustCompile(`^\s*(?:- )?(id|name|kind|schedule|licence|attribution|enabled|municipality|language|priority|url):([^\s:/].*)$`)
)

// quoteFaults is what the reader says when it took the end of one quoted text for the beginning of the next.
var quoteFaults = map[string]bool{
	"did not find expected key": true, "found unexpected end of stream": true, "found unexpected document indicator": true, "could not find expected ':'": true,
	"did not find expected ',' or '}'": true, "did not find expected ',' or ']'": true, "mapping values are not allowed in this context": true,
	"did not find expected '-' indicator": true, "found unknown escape character": true, "did not find expected <document start>": true,
}

// unclosed gives the column, from 1, of a quotation mark that begins a value of the line and has no end on it; 0 when there is none.
func unclosed(line string) int {
	for i := 0; i < len(line); i++ {
		switch mark := line[i]; {
		case mark == '#' && (i == 0 || line[i-1] == ' '):
			return 0
		case (mark == '"' || mark == '\'') && beginsValue(line[:i]):
			end := i + 1
			for end < len(line) && line[end] != mark {
				if mark == '"' && line[end] == '\\' {
					end++
				}
				end++
			}
			if end >= len(line) {
				return utf8.RuneCountInString(line[:i]) + 1
			}
			i = end
		}
	}
	return 0
}

// closesBelow reports whether the quoted text that begins at a column, from 1, of the first line ends on a later one as it should.
func closesBelow(lines []string, column int) bool {
	mark := string([]rune(lines[0])[column-1])
	for _, line := range lines[1:] {
		if _, rest, ok := strings.Cut(line, mark); ok {
			rest = strings.TrimSpace(rest)
			return rest == "" || strings.ContainsRune(",]}#", rune(rest[0]))
		}
	}
	return false
}

func beginsValue(before string) bool {
	trimmed := strings.TrimRight(before, " ")
	if trimmed == "" || strings.ContainsRune("[{,", rune(trimmed[len(trimmed)-1])) {
		return true
	}
	return trimmed != before && strings.ContainsRune(":-", rune(trimmed[len(trimmed)-1]))
}

// straighten reports texts that begin with a curled quotation mark, which means nothing in YAML, and takes the marks away so that
// the rest can be checked too.
func (c *checker) straighten(node *yaml.Node) {
	if node.Kind == yaml.ScalarNode && node.Style == 0 && node.Value != strings.TrimLeft(node.Value, curled) {
		c.problem(node.Line, node.Column, fmt.Sprintf("%s har buede anførselstegn", shorten(node.Value)), straightens)
		node.Value = strings.Trim(node.Value, curled)
	}
	for _, child := range node.Content {
		c.straighten(child)
	}
}
