// Package grammar fills in the texts of a language: a text in the form that a number or a noun asks for, a noun in the form that a text
// asks for. What languages differ in is data.
package grammar

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Base is the form of a noun that is taken when a text asks for none or for one that the language does not have, Other that of a text.
const (
	Base  = "base"
	Other = "other"
)

// Language is the file of one language.
type Language struct {
	// Review is "needed" until somebody who speaks the language has read the file, then "done". Doubtful names what to look at first.
	Review   string   `json:"review"`
	Doubtful []string `json:"doubtful"`
	// Clock is "dot" for 18 and 18.30, "colon" for 18:00.
	Clock string `json:"clock"`
	// Genders are those of the weekdays from Monday, and of the working day.
	Genders []string `json:"genders"`
	// Forms names, by the key of a text, the form of the nouns in it: {"weekly.to": "genitive"}.
	Forms map[string]string `json:"forms"`
	// Nouns has lists of nouns, each in its forms. The plural categories of CLDR are forms: those after a number.
	Nouns map[string]map[string][]string `json:"nouns"`
	Texts map[string]Text                `json:"texts"`

	tag language.Tag
}

// Text is one text with its places {0}, {1} …, by the variant that a number or noun asks for: a plural category of CLDR, a gender, an
// hour. In a file it is a string when it has no variants, and null when the language lacks it.
type Text map[string]string

// UnmarshalJSON reads a string, an object of variants, or null.
func (t *Text) UnmarshalJSON(raw []byte) error {
	if bytes.HasPrefix(raw, []byte(`"`)) {
		var only string
		err := json.Unmarshal(raw, &only)
		*t = Text{Other: only}
		return err
	}
	return json.Unmarshal(raw, (*map[string]string)(t))
}

// Fallback is the language that lacks nothing.
const Fallback = "nb"

// Languages are languages by their tag (BCP 47). "und" is none that anybody asks for: its texts are the same in all.
type Languages map[string]*Language

// For gives the language of a tag, whatever its region, Fallback for one that has no file.
func (all Languages) For(tag string) *Language {
	primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if own := all[primary]; own != nil && primary != "und" {
		return own
	}
	return all[Fallback]
}

// New makes a language that has texts alone. An error means that tag is none of BCP 47.
func New(tag string, texts map[string]Text) (*Language, error) {
	parsed, err := language.Parse(tag)
	return &Language{Texts: texts, tag: parsed}, err
}

// Read reads all files TAG.json of a folder.
func Read(files fs.FS, folder string) (Languages, error) {
	names, err := fs.Glob(files, path.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	all := make(Languages, len(names))
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		l := &Language{}
		strict := json.NewDecoder(bytes.NewReader(raw))
		strict.DisallowUnknownFields()
		if err := strict.Decode(l); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		tag := strings.TrimSuffix(path.Base(name), ".json")
		if l.tag, err = language.Parse(tag); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all[tag] = l
	}
	return all, nil
}

// Has reports whether the language has the text.
func (l *Language) Has(key string) bool { return l.Texts[key] != nil }

// Text gives a text in a variant, else the other one, with its places filled; false when the language lacks it.
func (l *Language) Text(key, variant string, args ...string) (string, bool) {
	text, ok := l.Texts[key][variant]
	if !ok {
		text, ok = l.Texts[key][Other]
	}
	for i, a := range args {
		text = strings.ReplaceAll(text, "{"+strconv.Itoa(i)+"}", a)
	}
	return text, ok
}

// Noun gives the i-th noun of a list, from 0, in the first of the forms that the language has, else in its base form; false when it
// lacks the noun.
func (l *Language) Noun(list string, i int, forms ...string) (string, bool) {
	nouns := l.Nouns[list][Base]
	for _, form := range forms {
		if own := l.Nouns[list][form]; own != nil {
			nouns = own
			break
		}
	}
	if i < 0 || i >= len(nouns) {
		return "", false
	}
	return nouns[i], true
}

// Gender gives the gender of a weekday, 0 for Monday, or of the working day, 7; empty in a language in which it does not matter.
func (l *Language) Gender(weekday int) string {
	if weekday < len(l.Genders) {
		return l.Genders[weekday]
	}
	return ""
}

var categories = [...]string{plural.Other: Other, plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}

// Plural gives the plural category of n things, by the rules of CLDR.
func (l *Language) Plural(n int) string {
	return categories[plural.Cardinal.MatchPlural(l.tag, n, 0, 0, 0, 0)]
}

// Ordinal gives the plural category of the n-th thing, by the rules of CLDR.
func (l *Language) Ordinal(n int) string {
	return categories[plural.Ordinal.MatchPlural(l.tag, n, 0, 0, 0, 0)]
}
