package htmlpage

import (
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"fritidshub/connectors"
	"fritidshub/connectors/selectors"
	"fritidshub/connectors/when"
)

// Bounds of the search for a list.
const (
	maxPage   = 2 << 20
	maxGroups = 500   // kinds of elements looked at
	maxAlike  = 500   // elements of a list; more are no list of activities
	maxDate   = 80    // bytes of an element that holds a date
	maxTitle  = 500   // bytes of an element that are read
	maxInside = 200   // nodes of an element that are looked at
	sample    = 20    // elements of a list looked at
	maxLooks  = 2_000 // elements looked at in all
)

// guess is a list that has been found: elements that look alike and that each have a title and a date.
type guess struct {
	options Options
	score   float64
	length  int // bytes of text, so that of two that fit equally the inner one is taken
}

// recognise looks for a list on a page: elements with the same class of which most have a heading or a link, and a date with its year.
func recognise(a *connectors.Answer) []connectors.Reading {
	if !a.IsPage() || len(a.Text) > maxPage {
		return nil
	}
	root, err := html.Parse(strings.NewReader(a.Text))
	if err != nil {
		return nil
	}
	groups := map[string][]*html.Node{}
	for n := range root.Descendants() {
		if s := selector(n); s != "" && len(groups) < maxGroups && len(groups[s]) <= maxAlike {
			groups[s] = append(groups[s], n)
		}
	}
	var best guess
	looks := 0
	for _, s := range slices.Sorted(maps.Keys(groups)) {
		if alike := groups[s]; len(alike) >= 2 && len(alike) <= maxAlike && looks < maxLooks {
			looks += min(len(alike), sample)
			if g := look(s, alike); g.score > best.score || g.score == best.score && g.length < best.length {
				best = g
			}
		}
	}
	if best.score < 2 {
		return nil
	}
	return []connectors.Reading{{Options: best.options, Note: "CSS-velgerne er gjettet av det som ligner på siden. Se med preview om alle oppføringene er med og hvert felt er lest riktig."}}
}

var (
	news    = regexp.MustCompile(`(?i)publi[sc]|posted|updated|modified|endret|oppdatert|byline`)
	class   = regexp.MustCompile(`^[A-Za-z_][A-Za-z_-]*$`) // without digits, which count or change
	place   = regexp.MustCompile(`(?i)venue|location|lokasjon|sted|place|arena`)
	listing = map[atom.Atom]bool{atom.Li: true, atom.Tr: true, atom.Article: true}
)

// selector selects elements like n: by its first class that looks lasting, else, for what lists are made of, by that of its parent.
func selector(n *html.Node) string {
	if n.Type != html.ElementNode || n.DataAtom == 0 {
		return ""
	}
	for _, c := range strings.Fields(attribute(n, "class")) {
		if class.MatchString(c) {
			return n.Data + "." + c
		}
	}
	if !listing[n.DataAtom] {
		return ""
	}
	for up := range n.Ancestors() {
		if s := selector(up); s != "" && !listing[up.DataAtom] {
			return s + " " + n.Data
		}
		if up.DataAtom == atom.Body {
			break
		}
	}
	return n.Data
}

// look says how well the elements would do as the items of a list.
func look(s string, alike []*html.Node) guess {
	dates, titles, venues := map[string]int{}, map[string]int{}, map[string]int{}
	both, linked, g := 0, 0, guess{}
	words, names := map[string][]string{}, map[string]bool{}
	for _, n := range alike[:min(len(alike), sample)] {
		date, written := dateIn(n)
		title, name := titleIn(n)
		names[name] = true
		if date == "" || title == "" {
			continue
		}
		both++
		dates[date]++
		words[date] = append(words[date], written)
		titles[title]++
		g.length += len(text(n))
		for d := range inside(n) {
			if place.MatchString(attribute(d, "class")) && text(d) != "" && selector(d) != "" {
				venues[selector(d)]++
				break
			}
		}
		if n.DataAtom == atom.A || slices.ContainsFunc(slices.Collect(inside(n)), func(d *html.Node) bool { return d.DataAtom == atom.A && attribute(d, "href") != "" }) {
			linked++
		}
	}
	date, title, venue := most(dates), most(titles), most(venues)
	if both < 2 || len(names) < 2 || 3*len(names) < both || 2*both < min(len(alike), sample) || 2*dates[date] < both || 2*titles[title] < both {
		return guess{}
	}
	g.score = float64(min(dates[date], titles[title])) * float64(both) / float64(min(len(alike), sample))
	g.options = Options{Items: s, Fields: selectors.Fields{"title": {CSS: title}}}
	g.written(date, words[date])
	if 2*venues[venue] >= both {
		g.options.Fields["venue"] = selectors.Field{CSS: venue}
	}
	if 2*linked >= both && alike[0].DataAtom != atom.A {
		g.score++ // an item without its link is but a part of one
		g.options.Fields["url"] = selectors.Field{CSS: "a[href]"}
	}
	return g
}

func most(count map[string]int) string {
	best := ""
	for _, s := range slices.Sorted(maps.Keys(count)) {
		if count[s] > count[best] {
			best = s
		}
	}
	return best
}

// dateIn selects the innermost element of n that holds a date and little else, and gives its words; "" when none does.
func dateIn(n *html.Node) (css, written string) {
	var at *html.Node
	for d := range inside(n) {
		if d.DataAtom == atom.Time && attribute(d, "datetime") != "" {
			return "time", attribute(d, "datetime")
		}
		if (at == nil || slices.Contains(slices.Collect(d.Ancestors()), at)) && dated(text(d)) {
			at = d
			if news.MatchString(attribute(at, "class")) {
				return "", "" // when it was written
			}
			if s := selector(at); s != "" && !listing[at.DataAtom] {
				css, written = s, text(at)
			} else if css == "" && at.DataAtom != atom.A {
				css, written = at.Data, text(at)
			}
		}
	}
	return css, written
}

// Dates in numbers that package when does not read as they stand.
var (
	spaced  = regexp.MustCompile(`^\d{1,2}(\.?) \d{1,2}\.? \d{4}(.*)$`) // day, month and year in an element each
	clock   = regexp.MustCompile(`kl\.? ?\d{1,2}[.:]\d{2}`)
	slashed = regexp.MustCompile(`^(\d{1,2})/(\d{1,2})/\d{4}$`)
)

func dated(s string) bool {
	if len(s) < len("1.1.26") || len(s) > maxDate {
		return false
	}
	if _, err := when.Parse(s, time.UTC); err == nil || spaced.MatchString(s) || slashed.MatchString(s) {
		return true
	}
	_, _, _, ok := when.Find(s, time.Time{})
	return ok
}

// written fills in how dates in numbers are written; which of two numbers is the month, only one above twelve shows.
func (g *guess) written(date string, words []string) {
	start := selectors.Field{CSS: date}
	for _, s := range words {
		if m := spaced.FindStringSubmatch(s); m != nil {
			start.Layout = "d" + m[1] + " M" + m[1] + " yyyy"
			if m[2] != "" {
				start.Regexp = `^[\d. ]+\d{4}`
			}
			if clock.MatchString(m[2]) {
				g.options.Fields["time"] = selectors.Field{CSS: date, Regexp: `kl\.? ?(\d{1,2}[.:]\d{2})`}
			}
			break
		}
		if m := slashed.FindStringSubmatch(s); m != nil && len(m[2]) == 2 && m[2] > "12" {
			start.Layout = "M/d/yyyy"
		} else if m != nil && len(m[1]) == 2 && m[1] > "12" {
			start.Layout = "d/M/yyyy"
		}
	}
	g.options.Fields["start"] = start
}

// titleIn selects the heading of n, else its first link with words, and gives the words; a link that is not the first and has no class
// cannot be told apart.
func titleIn(n *html.Node) (css, name string) {
	first := true
	for d := range inside(n) {
		switch d.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			if words := text(d); words != "" && !dated(words) {
				return d.Data, words
			}
		case atom.A:
			switch words := text(d); {
			case css != "" || words == "" || dated(words):
			case selector(d) != "":
				css, name = selector(d), words
			case first:
				css, name = "a[href]", words
			}
			first = false
		}
	}
	return css, name
}

// inside are the elements of n, as many as one item of a list can have.
func inside(n *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		left := maxInside
		for d := range n.Descendants() {
			if left--; left < 0 || d.Type == html.ElementNode && !yield(d) {
				return
			}
		}
	}
}

// text is what a person reads in n, its white space folded; the beginning of it, when it is much.
func text(n *html.Node) string {
	var b strings.Builder
	left := maxInside
	for d := range n.Descendants() {
		if left--; left < 0 || b.Len() > maxTitle {
			break
		}
		if d.Type == html.TextNode && d.Parent.DataAtom != atom.Script && d.Parent.DataAtom != atom.Style {
			b.WriteString(d.Data[:min(len(d.Data), maxTitle)] + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
