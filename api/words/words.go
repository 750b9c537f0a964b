// Package words says times, ages, prices and the hub's own sentences as people say them, in the languages that it has texts for.
package words

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"fritidshub/catalog"
	"fritidshub/catalog/grammar"
)

//go:embed texts/*.json prices/*.json
var files embed.FS

// Language is one language's texts.
type Language struct {
	Tag   string // BCP 47: nb, nn or en
	texts map[string]string
	lists map[string][]string
	price grammar.Languages
}

// Languages holds the texts of every language that has some.
type Languages map[string]*Language

// Load reads the embedded texts.
func Load() Languages {
	all := Languages{}
	price, err := grammar.Read(files, "prices")
	if err != nil {
		panic(fmt.Errorf("words: %w", err)) // the files are part of the program
	}
	for _, tag := range Tags() {
		raw, err := files.ReadFile("texts/" + tag + ".json")
		if err != nil {
			panic(err) // the file is part of the program
		}
		var file struct {
			Lists map[string][]string `json:"lists"`
			Texts map[string]string   `json:"texts"`
		}
		if err := json.Unmarshal(raw, &file); err != nil {
			panic(fmt.Errorf("words: texts/%s.json: %w", tag, err))
		}
		all[tag] = &Language{Tag: tag, texts: file.Texts, lists: file.Lists, price: price}
	}
	return all
}

// Tags names the languages that have texts, the default first.
func Tags() []string { return []string{"nb", "nn", "en"} }

// For gives the texts of a language, those of bokmål when it has none.
func (l Languages) For(lang string) *Language {
	if found, ok := l[lang]; ok {
		return found
	}
	return l["nb"]
}

// Keys names all texts, sorted.
func (l *Language) Keys() []string { return slices.Sorted(maps.Keys(l.texts)) }

// T gives a text with its places {0}, {1} … filled. A text with the forms one|many takes the form by its first argument, a number.
// A key without a text comes back as it is.
func (l *Language) T(key string, args ...any) string {
	text, ok := l.texts[key]
	if !ok {
		return key
	}
	if one, many, forms := strings.Cut(text, "|"); forms {
		text = many
		if len(args) > 0 && fmt.Sprint(args[0]) == "1" {
			text = one
		}
	}
	for i, a := range args {
		text = strings.ReplaceAll(text, "{"+strconv.Itoa(i)+"}", fmt.Sprint(a))
	}
	return text
}

// Has reports whether there is a text for key.
func (l *Language) Has(key string) bool { return l.texts[key] != "" }

// Upper makes a sentence's first letter a capital.
func Upper(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// Number prints n with a no-break space between thousands from five digits on, as Norwegian does.
func Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	if len(s) < 5 {
		return s
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}

// Amount prints an amount in a currency (empty: NOK): "150 kr", "149,50 kr", "20 EUR".
func (l *Language) Amount(m catalog.Money, currency string) string {
	return amount(m) + "\u00a0" + unit(currency)
}

func amount(m catalog.Money) string {
	s := Number(int64(m / 100))
	if m%100 != 0 {
		s += fmt.Sprintf(",%02d", m%100)
	}
	return s
}

func unit(currency string) string {
	if currency == "" || currency == "NOK" {
		return "kr"
	}
	return currency
}

// Age says which ages are admitted: "6–12 år", "fra 13 år", "til og med 16 år", "9 år", "alle aldre"; empty when both ends are open.
func (l *Language) Age(a *catalog.Age) string {
	switch {
	case a == nil || a.Min == nil && a.Max == nil:
		return ""
	case a.Max == nil && *a.Min == 0:
		return l.T("age.all")
	case a.Max == nil:
		return l.T("age.from", *a.Min)
	case a.Min == nil:
		return l.T("age.upto", *a.Max)
	case *a.Min == *a.Max:
		return l.T("age.exact", *a.Min)
	}
	return l.T("age.between", *a.Min, *a.Max)
}

// Ordinal says first, second, third …; from the thirteenth on in figures.
func (l *Language) Ordinal(n int) string {
	if names := l.lists["ordinals"]; n >= 1 && n <= len(names) {
		return names[n-1]
	}
	return l.T("ordinal", n)
}
