package selectors

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"fritidshub/catalog"
)

// layout is a date as an editor describes it, in the letters of Unicode TR35: d. MMMM yyyy 'kl.' HH:mm. A word that is none of them
// stands for itself.
type layout struct {
	text  string
	match *regexp.Regexp
	parts []string // the token of each group of match
}

var tokens = map[string]string{
	"d": `\d{1,2}`, "dd": `\d{2}`, "M": `\d{1,2}`, "MM": `\d{2}`, "MMM": `\p{L}{3,10}\.?`, "MMMM": `\p{L}{3,10}`, "yy": `\d{2}`, "yyyy": `\d{4}`,
	"H": `\d{1,2}`, "HH": `\d{2}`, "mm": `\d{2}`, "EEE": `\p{L}{2,10}\.?`, "EEEE": `\p{L}{3,10}`,
}

var word = regexp.MustCompile(`[\p{L}]+|\s+|[^\p{L}\s]`)

func newLayout(text string) (*layout, error) {
	if len(text) > maxSource {
		return nil, fmt.Errorf("lengre enn %d tegn", maxSource)
	}
	l := &layout{text: text}
	var b strings.Builder
	b.WriteString(`(?i)^\s*`)
	for _, w := range word.FindAllString(strings.ReplaceAll(text, "T", "\x00"), -1) {
		switch found := split(w); {
		case unicode.IsSpace([]rune(w)[0]):
			b.WriteString(`\s+`)
		case w == "'":
		case w == "\x00":
			b.WriteString("T")
		case found == nil:
			b.WriteString(regexp.QuoteMeta(w))
		default:
			for _, token := range found {
				b.WriteString("(" + tokens[token] + ")")
				l.parts = append(l.parts, token)
			}
		}
	}
	b.WriteString(`\s*$`)
	given := map[byte]int{}
	for _, p := range l.parts {
		given[p[0]]++
	}
	if given['d'] != 1 || given['M'] != 1 || given['y'] != 1 {
		return nil, fmt.Errorf("%q må ha dag (d), måned (M, MMM eller MMMM) og år (yyyy) én gang hver; et år som ikke står på siden, gjettes ikke", text)
	}
	if given['H'] > 1 || given['m'] > given['H'] {
		return nil, fmt.Errorf("%q kan ha klokkeslett (HH:mm) én gang", text)
	}
	match, err := regexp.Compile(b.String())
	l.match = match
	return l, err
}

// split takes a word of letters apart into tokens, nil when it is another word.
func split(w string) []string {
	var out []string
	for w != "" {
		n := len(w) - len(strings.TrimLeft(w, w[:1]))
		if tokens[w[:n]] == "" {
			return nil
		}
		out, w = append(out, w[:n]), w[n:]
	}
	return out
}

// plain rewrites a date in the layout as one that package when reads.
func (l *layout) plain(s string) (string, error) {
	m := l.match.FindStringSubmatch(s)
	if m == nil {
		return "", fmt.Errorf("«%s» passer ikke med layout «%s»", catalog.CleanText(s, 60), l.text)
	}
	part := map[byte]string{}
	for i, token := range l.parts {
		part[token[0]] = m[i+1]
	}
	if len(part['y']) == 2 {
		part['y'] = "20" + part['y']
	}
	date := part['y'] + "-" + part['M'] + "-" + part['d']
	if month := strings.TrimSuffix(part['M'], "."); unicode.IsLetter([]rune(month)[0]) {
		date = part['d'] + ". " + month + " " + part['y']
	}
	if part['H'] == "" {
		return date, nil
	}
	if part['m'] == "" {
		part['m'] = "00"
	}
	return date + " " + part['H'] + ":" + part['m'], nil
}
