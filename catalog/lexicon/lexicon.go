// Package lexicon holds the Norwegian and English words for days, months, numbers and units of price that both the reader of
// table cells and the reader of prose know. Bokmål and nynorsk forms stand side by side; every word is in lower case.
package lexicon

import (
	"strings"
	"time"
)

// days are the stems of the weekdays' names, Sunday first as time.Weekday counts them: short forms and what stands before "dag".
var days = [7]string{
	"sø su søn sun", "ma må mo man mån mon mand", "ti ty tir tirs tys tu tue tues", "on ons we wed wednes",
	"tor tors th thu thur thurs", "fr fre fri", "lø la lør lau laur sa sat satur",
}

// Weekdays holds every form of the weekdays' names: the short ones ("tors"), and those with an ending ("torsdagene", "thursdays").
// The shortest are ordinary words too ("to", "la"): a reader of sentences asks for more than the word.
func Weekdays() map[string]time.Weekday {
	words := make(map[string]time.Weekday, 600)
	for day, stems := range days {
		for stem := range strings.FieldsSeq(stems) {
			words[stem] = time.Weekday(day)
			for _, ending := range []string{"dag", "dager", "dagar", "dagen", "dagene", "dagane", "dags", "day", "days"} {
				words[stem+ending] = time.Weekday(day)
			}
		}
	}
	return words
}

// Months holds the names of the months and their abbreviations, Norwegian and English.
func Months() map[string]time.Month {
	words := make(map[string]time.Month, 60)
	for i, names := range [12]string{"jan januar january", "feb febr februar february", "mar mars march", "apr april", "mai may", "jun juni june",
		"jul juli july", "aug august", "sep sept september", "okt oktober oct october", "nov november", "des desember dec december"} {
		for name := range strings.FieldsSeq(names) {
			words[name] = time.Month(i + 1)
		}
	}
	return words
}

// Ordinals are the words and numbers for which one of a month's weekdays it is: 1 to 4, -1 the last.
func Ordinals() map[string]int {
	return map[string]int{"første": 1, "fyrste": 1, "first": 1, "1": 1, "andre": 2, "second": 2, "2": 2, "tredje": 3, "third": 3, "3": 3,
		"fjerde": 4, "fourth": 4, "4": 4, "siste": -1, "last": -1}
}

// priceUnits are the units of a price, each with the nouns that stand after "per".
var priceUnits = map[string]string{
	"time":      "gang gangen gong gongen besøk oppmøte økt kveld kvelden trening gangene",
	"ticket":    "billett billetten forestilling konsert framsyning",
	"half_year": "halvår halvåret semester semesteret",
	"season":    "sesong sesongen",
	"year":      "år året kalenderår kalenderåret skoleår skoleåret skuleår skuleåret",
	"month":     "måned måneden månad månaden mnd",
	"course":    "kurs kurset",
	"event":     "arrangement arrangementet tur turen leir leiren",
	"person":    "person pers deltaker deltakar deltager barn hode hovud elev medlem",
	"family":    "familie familien husstand",
	"team":      "lag laget gruppe",
	"item":      "stk stykk stykket plagg eksemplar sett",
	"meal":      "måltid porsjon kuvert",
	"day":       "dag dagen døgn",
	"night":     "natt natten natta overnatting",
}

// PriceUnits turns the noun after "per" into the unit of a price, as Price.Unit of package catalog names it.
func PriceUnits() map[string]string {
	words := make(map[string]string, 80)
	for unit, nouns := range priceUnits {
		for noun := range strings.FieldsSeq(nouns) {
			words[noun] = unit
		}
	}
	return words
}
