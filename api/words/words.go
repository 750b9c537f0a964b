// Package words says times, ages, prices and the hub's own sentences as people say them, in the languages that it has texts for.
package words

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"fritidshub/catalog"
	"fritidshub/catalog/grammar"
)

// Language is one language's texts.
type Language struct {
	Tag      string // BCP 47
	Name     string // in the language itself
	Dir      string // "ltr" or "rtl"
	Reviewed bool   // somebody who speaks it has read the texts

	page, price *grammar.Language
	lists       map[string][]string
	dotted      bool   // 18.30, not 18:30
	date        string // with the places of the day and the month
	asset       []byte
}

// Keys names all texts, sorted.
func (l *Language) Keys() []string { return slices.Sorted(maps.Keys(l.page.Texts)) }

// T gives a text with its places {0}, {1} … filled. A text that has forms takes the one that its first argument asks for, a whole number
// or one as Number prints it. A key without a text comes back as it is.
func (l *Language) T(key string, args ...any) string {
	said := make([]string, len(args))
	for i, a := range args {
		said[i] = fmt.Sprint(a)
	}
	form := grammar.Other
	if len(l.page.Texts[key]) > 1 && len(args) > 0 {
		if n, err := strconv.Atoi(strings.ReplaceAll(said[0], "\u00a0", "")); err == nil {
			form = l.page.Plural(n)
		}
	}
	if text, ok := l.page.Text(key, form, said...); ok {
		return text
	}
	return key
}

// Has reports whether there is a text for key.
func (l *Language) Has(key string) bool { return l.page.Has(key) }

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
