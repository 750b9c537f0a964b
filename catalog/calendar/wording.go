package calendar

import (
	"embed"
	"fmt"
	"strconv"
	"strings"

	"fritidshub/catalog/grammar"
)

//go:embed words/*.json
var wordFiles embed.FS

var wordings = readWordings()

func readWordings() grammar.Languages {
	all, err := grammar.Read(wordFiles, "words")
	if err != nil {
		panic(fmt.Errorf("calendar: words: %w", err)) // the files are part of the program
	}
	return all
}

// figures is a language that has weekdays and figures alone.
func figures(own *grammar.Language) *grammar.Language {
	l := *wordings["und"]
	l.Nouns = map[string]map[string][]string{"weekday": own.Nouns["weekday"], "month": l.Nouns["month"]}
	return &l
}

// speaker says one sentence; lacks tells that its language did not have what the sentence needs.
type speaker struct {
	*grammar.Language
	today int
	ahead int // days
	lacks bool
}

func (p *speaker) t(key string, args ...string) string { return p.vary(key, grammar.Other, args...) }

// vary is t in a variant.
func (p *speaker) vary(key, variant string, args ...string) string {
	text, ok := p.Text(key, variant, args...)
	p.lacks = p.lacks || !ok
	return text
}

// counted is t in the variant of the number n, which is the text's first place.
func (p *speaker) counted(key string, n int, args ...string) string {
	return p.vary(key, p.Plural(n), append([]string{strconv.Itoa(n)}, args...)...)
}

func (p *speaker) noun(list string, i int, forms ...string) string {
	word, ok := p.Noun(list, i, forms...)
	p.lacks = p.lacks || !ok
	return word
}

// weekday gives a weekday, 0 for Monday, for the text with a key, and behind the number n (0: none).
func (p *speaker) weekday(i int, key string, n int) string {
	if n > 0 {
		return p.noun("weekday", i, p.Plural(n), p.Forms[key])
	}
	return p.noun("weekday", i, p.Forms[key])
}

// month gives a month, 1 for January, for the text with a key; 13 is the next January.
func (p *speaker) month(month int, key string) string {
	return p.noun("month", (month+11)%12, p.Forms[key])
}

// list joins words: "a, b og c".
func (p *speaker) list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], p.t("list")) + p.t("and") + words[last]
}

func (p *speaker) commas(clauses []string) string { return strings.Join(clauses, p.t("comma")) }

// date prints a day, with its year unless that goes without saying.
func (p *speaker) date(day int) string {
	t := moment{day: day}.wall()
	text := p.monthDay(int(t.Month()), t.Day())
	if !p.soon(day) {
		text = p.t("date.year", text, strconv.Itoa(t.Year()))
	}
	return text
}

func (p *speaker) monthDay(month, day int) string {
	return p.t("date", strconv.Itoa(day), p.month(month, "date"))
}

// For so many days ahead a date of another year is said without it: where a season ends, and when something single is.
const (
	seasonAhead = 340
	singleAhead = 200
)

// soon reports whether the year of a day goes without saying.
func (p *speaker) soon(day int) bool {
	return moment{day: day}.wall().Year() == moment{day: p.today}.wall().Year() || day > p.today && day < p.today+p.ahead
}

// clock prints a second of the day.
func (p *speaker) clock(second int, end bool) string {
	h, m := second/3600%24, second/60%60
	switch {
	case p.Clock == "colon" && second == midnight:
		return "24:00"
	case p.Clock == "colon":
		return fmt.Sprintf("%02d:%02d", h, m)
	case end && second == midnight:
		return "24"
	case h == 0 && m == 0:
		return "00"
	case h == 0:
		return fmt.Sprintf("00.%02d", m)
	case m == 0:
		return strconv.Itoa(h)
	}
	return fmt.Sprintf("%d.%02d", h, m)
}

// at puts clocks behind days: "tirsdager kl. 18-19.30". The first hour is a variant of it.
func (p *speaker) at(days string, spans []clocks) string {
	if len(spans) == 0 {
		return days
	}
	key := "at"
	var out []string
	for _, c := range spans {
		text := p.clock(c.from, false)
		if c.to >= 0 {
			text = p.t("span", text, p.clock(c.to, true))
		}
		out = append(out, text)
	}
	if spans[0].to >= 0 {
		key = "at.span"
	}
	return p.vary(key, strconv.Itoa(spans[0].from/3600), days, p.list(out))
}

// clocks is when something begins and ends on a day, in seconds after midnight; to is -1 when no end is stated.
type clocks struct{ from, to int }
