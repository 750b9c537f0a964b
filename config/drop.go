package config

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"fritidshub/catalog"
)

// Drop is a rule of what a source gives and the hub does not take. Everything that it names must hold.
type Drop struct {
	Kind     catalog.Kind // "" for all
	Title    string       // words within the title, without regard to case and spacing, or /a regular expression/ (RE2)
	Category string       // one of the source's own words, without regard to case and spacing, or of our categories

	words   string // Title, folded
	pattern *regexp.Regexp
}

// String is the rule as text, for fingerprints.
func (d Drop) String() string { return fmt.Sprintf("%q %q %q", d.Kind, d.Title, d.Category) }

// Matches reports whether the rule takes a record away.
func (d *Drop) Matches(r *catalog.Record) bool {
	if d.Kind != "" && d.Kind != r.Kind {
		return false
	}
	if d.pattern != nil && !d.pattern.MatchString(r.Title) || !strings.Contains(catalog.Fold(r.Title), d.words) {
		return false
	}
	if d.Category == "" || slices.Contains(r.Categories, d.Category) {
		return true
	}
	folded := catalog.Fold(d.Category)
	return slices.ContainsFunc(r.Keywords, func(word string) bool { return catalog.Fold(word) == folded })
}

// drops checks the rules of source i.
func (c *checker) drops(i int, wires []wireDrop) []Drop {
	var out []Drop
	for n, w := range wires {
		fail := func(key, what, do string) {
			line, column := c.at("sources", i, "drop", n, key)
			c.problem(line, column, what, do)
		}
		d := Drop{Kind: catalog.Kind(w.Kind), Title: w.Title, Category: w.Category, words: catalog.Fold(w.Title)}
		if d.Kind != "" && !d.Kind.Valid() {
			fail("kind", fmt.Sprintf("kind %q finnes ikke", d.Kind), choose(w.Kind, itemKinds()))
		}
		if text, ok := strings.CutPrefix(w.Title, "/"); ok && strings.HasSuffix(text, "/") {
			pattern, err := regexp.Compile("(?i)" + strings.TrimSuffix(text, "/"))
			if err != nil {
				fail("title", fmt.Sprintf("%q er ikke et regulært uttrykk: %s", w.Title, patternFault(err)), "skriv ordene som de står i tittelen, uten skråstreker, eller rett uttrykket")
			}
			d.pattern, d.words = pattern, ""
		} else if w.Title != "" && d.words == "" {
			fail("title", fmt.Sprintf("%q har ingen bokstaver eller tall", w.Title), "skriv ordene som skal stå i tittelen, eller et regulært uttrykk mellom skråstreker: /…/")
		}
		if w == (wireDrop{}) {
			fail("", "regelen sier ikke hva som skal utelates", "skriv kind, title eller category")
		}
		out = append(out, d)
	}
	return out
}

// fields checks the names of fields in a list of source i.
func (c *checker) fields(i int, key string, names []string) []string {
	for n, name := range names {
		if !slices.Contains(catalog.Statements(), name) {
			line, column := c.at("sources", i, key, n)
			c.problem(line, column, fmt.Sprintf("feltet %q kan ikke stå i %s", name, key), choose(name, catalog.Statements()))
		}
	}
	return names
}

var patternFaults = map[syntax.ErrorCode]string{
	syntax.ErrMissingParen:          "en ( er ikke lukket med )",
	syntax.ErrUnexpectedParen:       "en ) har ingen ( foran seg",
	syntax.ErrMissingBracket:        "en [ er ikke lukket med ]",
	syntax.ErrMissingRepeatArgument: "*, + eller ? har ingenting foran seg å gjenta",
	syntax.ErrInvalidRepeatOp:       "to gjentakelser (*, + eller ?) står rett etter hverandre",
	syntax.ErrInvalidRepeatSize:     "tallene i {…} er for store eller i feil rekkefølge",
	syntax.ErrInvalidEscape:         "tegnet etter en omvendt skråstrek kan ikke stå der",
	syntax.ErrTrailingBackslash:     "en omvendt skråstrek står sist",
	syntax.ErrInvalidCharRange:      "et område som a-z står i feil rekkefølge",
	syntax.ErrInvalidCharClass:      "det som står i […], er ikke et utvalg av tegn",
	syntax.ErrInvalidPerlOp:         "(?… finnes ikke her, slik som (?= og (?!",
	syntax.ErrInvalidNamedCapture:   "navnet i (?P<…>) er ikke gyldig",
}

// patternFault says in Norwegian what is wrong with a regular expression.
func patternFault(err error) string {
	var bad *syntax.Error
	if errors.As(err, &bad) && patternFaults[bad.Code] != "" {
		return patternFaults[bad.Code]
	}
	return "det er for langt eller innviklet"
}
