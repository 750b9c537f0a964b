package words

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"fritidshub/catalog"
	"fritidshub/catalog/grammar"
)

func TestPriceInEveryLanguage(t *testing.T) {
	prices := map[string]catalog.Price{
		"free": {Free: catalog.Yes}, "one": {Min: money(150), Max: money(150)}, "range": {Min: money(100), Max: money(250)}, "from": {Min: money(12500)}, "upto": {Max: money(149.5)},
		"half year": {Min: money(1250), Max: money(1250), Unit: "half_year"}, "time": {Min: money(20), Max: money(40), Unit: "time", Currency: "EUR"}, "month": {Min: money(300), Unit: "month"},
		"family": {Min: money(400), Max: money(400), Unit: "family"}, "year": {Max: money(900), Unit: "year"}, "own words": {Text: "etter avtale"}, "nothing": {Min: money(0)},
	}
	for lang, want := range map[string]map[string]string{
		"uk": {"free": "Безкоштовно", "one": "150 kr", "range": "100-250 kr", "from": "від 12\u00a0500 kr", "upto": "до 149,50 kr", "half year": "1250 kr за півріччя", "time": "20-40 EUR за раз",
			"month": "від 300 kr на місяць", "family": "400 kr на родину", "year": "до 900 kr на рік"},
		"pl": {"free": "Bezpłatnie", "one": "150 kr", "range": "100-250 kr", "from": "od 12\u00a0500 kr", "upto": "do 149,50 kr", "half year": "1250 kr za pół roku", "time": "20-40 EUR za raz",
			"month": "od 300 kr za miesiąc", "family": "400 kr od rodziny", "year": "do 900 kr za rok"},
		"ar": {"free": "مجانًا", "one": "\u2066150 kr\u2069", "range": "\u2066100-250 kr\u2069", "from": "ابتداءً من \u206612\u00a0500 kr\u2069", "upto": "حتى \u2066149,50 kr\u2069",
			"half year": "\u20661250 kr\u2069 كل ستة أشهر", "time": "\u206620-40 EUR\u2069 لكل مرة", "month": "ابتداءً من \u2066300 kr\u2069 شهريًا", "family": "\u2066400 kr\u2069 للعائلة", "year": "حتى \u2066900 kr\u2069 سنويًا"},
		"se": {"free": "Nuvttá", "one": "150 kr", "range": "100-250 kr", "from": "12\u00a0500 kr rájes", "upto": "149,50 kr rádjai", "half year": "1250 kr jahkebealis", "time": "20-40 EUR juohke háve",
			"month": "300 kr rájes mánus", "family": "400 kr juohke bearrašis", "year": "900 kr rádjai jagis"},
		"so": {"free": "Bilaash", "one": "150 kr", "range": "100-250 kr", "from": "laga bilaabo 12\u00a0500 kr", "upto": "ilaa 149,50 kr", "half year": "1250 kr lixdii biloodba", "time": "20-40 EUR markiiba",
			"month": "laga bilaabo 300 kr bishiiba", "family": "400 kr qoyskiiba", "year": "ilaa 900 kr sannadkiiba"},
		"ti": {"free": "ብነጻ", "one": "150 kr", "range": "100-250 kr", "from": "ካብ 12\u00a0500 kr", "upto": "ክሳብ 149,50 kr", "half year": "1250 kr ንፍርቂ ዓመት", "time": "20-40 EUR ንሓደ ግዜ",
			"month": "ካብ 300 kr ንወርሒ", "family": "400 kr ንስድራቤት", "year": "ክሳብ 900 kr ንዓመት"},
		"uk-UA": {"free": "Безкоштовно"}, "de": {"free": "Gratis", "from": "fra 12\u00a0500 kr"}, "": {"upto": "inntil 149,50 kr"},
	} {
		for name, want := range want {
			p := prices[name]
			if got := Load().For(lang).Price(&p); got != want {
				t.Errorf("%s, %s: %q, want %q", lang, name, got, want)
			}
		}
		for name, want := range map[string]string{"own words": "etter avtale", "nothing": ""} {
			p := prices[name]
			if got := Load().For(lang).Price(&p); got != want {
				t.Errorf("%s, %s: %q, want %q", lang, name, got, want)
			}
		}
	}
}

// TestPriceSpeaksOneLanguage: what bokmål says every language says, and without its words.
func TestPriceSpeaksOneLanguage(t *testing.T) {
	nb := Load().For("nb")
	words := func(text string) []string {
		return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
	}
	foreign := map[string]bool{}
	for _, text := range nb.price.Texts {
		for _, w := range words(text[grammar.Other]) {
			foreign[w] = true
		}
	}
	amounts := []*catalog.Money{nil, money(0), money(150), money(1250.5), money(25000)}
	for _, unit := range []string{"", "time", "ticket", "half_year", "season", "year", "month", "course", "event", "person", "family", "team", "item", "meal", "material", "day", "night", "unheard of"} {
		for _, low := range amounts {
			for _, high := range amounts {
				for _, free := range []catalog.Fact{catalog.NotStated, catalog.Yes, catalog.No} {
					p := &catalog.Price{Min: low, Max: high, Free: free, Unit: unit}
					norwegian := nb.Price(p)
					for _, lang := range []string{"se", "uk", "pl", "ar", "so", "ti"} {
						text := Load().For(lang).Price(p)
						if (text == "") != (norwegian == "") || slices.ContainsFunc(words(text), func(w string) bool { return foreign[w] }) {
							t.Errorf("%s: %q, bokmål says %q", lang, text, norwegian)
						}
					}
				}
			}
		}
	}
}
