package calendar

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

//go:embed words/*.json
var wordFiles embed.FS

// wording is what sentences are made of in one language. Texts have places {0}, {1} …; in texts with the forms one|many the first
// argument that is asked for by number decides. A text or list that a language does not have makes the whole sentence fall back to bokmål,
// so a language can have as little as its speakers are sure of. Review names those that a speaker should look at first.
type wording struct {
	Clock  string              `json:"clock"` // "colon": 18:00; else 18 and 18.30
	Review []string            `json:"review"`
	Lists  map[string][]string `json:"lists"`
	Texts  map[string]string   `json:"texts"`
}

// fallback is the language that has every text.
const fallback = "nb"

var wordings = readWordings()

func readWordings() map[string]*wording {
	all := map[string]*wording{}
	files, err := wordFiles.ReadDir("words")
	for _, f := range files {
		var raw []byte
		if raw, err = wordFiles.ReadFile("words/" + f.Name()); err != nil {
			break
		}
		w := &wording{}
		if err = json.Unmarshal(raw, w); err != nil {
			break
		}
		all[strings.TrimSuffix(f.Name(), ".json")] = w
	}
	if err != nil {
		panic(fmt.Errorf("calendar: words: %w", err)) // the files are part of the program
	}
	all["no"] = all[fallback]
	return all
}

// wordingsOf gives the languages in which to try a sentence, best first.
func wordingsOf(lang string) []*wording {
	primary, _, _ := strings.Cut(strings.ToLower(lang), "-")
	if own := wordings[primary]; own != nil && own != wordings[fallback] {
		return []*wording{own, wordings[fallback]}
	}
	return []*wording{wordings[fallback]}
}

// speaker says one sentence; lacks tells that its language did not have what the sentence needs.
type speaker struct {
	*wording
	today int
	ahead int // days
	lacks bool
}

func (p *speaker) has(key string) bool { return p.Texts[key] != "" }

func (p *speaker) t(key string, args ...string) string {
	text, ok := p.Texts[key]
	if !ok {
		p.lacks = true
		return ""
	}
	for i, a := range args {
		text = strings.ReplaceAll(text, "{"+strconv.Itoa(i)+"}", a)
	}
	return text
}

// word gives the i-th of a list, from 0.
func (p *speaker) word(list string, i int) string {
	words := p.Lists[list]
	if i < 0 || i >= len(words) {
		p.lacks = true
		return ""
	}
	return words[i]
}

func (p *speaker) or(key, otherwise string) string {
	if p.has(key) {
		return p.Texts[key]
	}
	return otherwise
}

// list joins words: "a, b og c".
func (p *speaker) list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return p.commas(words[:last]) + p.t("and") + words[last]
}

func (p *speaker) commas(words []string) string { return strings.Join(words, p.or("comma", ", ")) }

func (p *speaker) weekday(day int) string { return p.word("weekday", weekdayOf(day)) }

// date prints a day, with its year unless that goes without saying.
func (p *speaker) date(day int) string {
	t := moment{day: day}.wall()
	text := p.t("date", strconv.Itoa(t.Day()), p.month(t))
	if !p.soon(day) {
		text = p.t("date.year", text, strconv.Itoa(t.Year()))
	}
	return text
}

func (p *speaker) month(t time.Time) string { return p.word("months", int(t.Month())-1) }

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

// at puts clocks behind days: "tirsdager kl. 18-19.30".
func (p *speaker) at(days string, spans []clocks) string {
	if len(spans) == 0 {
		return days
	}
	var out []string
	for _, c := range spans {
		text := p.clock(c.from, false)
		if c.to >= 0 {
			text += "-" + p.clock(c.to, true)
		}
		out = append(out, text)
	}
	key := "at"
	if spans[0].to >= 0 && p.has("at.span") {
		key = "at.span"
	}
	return p.t(key, days, p.list(out))
}

// clocks is when something begins and ends on a day, in seconds after midnight; to is -1 when no end is stated.
type clocks struct{ from, to int }
