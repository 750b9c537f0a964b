package lexicon

import (
	"strings"
	"testing"
	"time"
)

func TestWords(t *testing.T) {
	days, months, units := Weekdays(), Months(), PriceUnits()
	for word, want := range map[string]time.Weekday{"mandag": 1, "måndagar": 1, "tysdag": 2, "tirsdagene": 2, "ons": 3, "torsdagen": 4, "fredag": 5, "laurdagane": 6, "lør": 6, "sundag": 0, "søn": 0, "thursday": 4} {
		if got, ok := days[word]; !ok || got != want {
			t.Errorf("%s: %v", word, got)
		}
	}
	for word, want := range map[string]time.Month{"januar": 1, "febr": 2, "mai": 5, "sept": 9, "oktober": 10, "desember": 12, "des": 12} {
		if got := months[word]; got != want {
			t.Errorf("%s: %v", word, got)
		}
	}
	for word, want := range map[string]string{"gong": "time", "halvåret": "half_year", "mnd": "month", "pers": "person", "kalenderår": "year"} {
		if got := units[word]; got != want {
			t.Errorf("%s: %q", word, got)
		}
	}
	if n := Ordinals()["siste"]; n != -1 {
		t.Errorf("siste: %d", n)
	}
	for word := range units {
		if _, day := days[word]; day || word != strings.ToLower(word) {
			t.Errorf("%q is a day too, or not in lower case", word)
		}
	}
}

// TestUnitsAreApart fails when a noun is listed for two units: which of them wins would be chance.
func TestUnitsAreApart(t *testing.T) {
	seen := map[string]string{}
	for unit, nouns := range priceUnits {
		for noun := range strings.FieldsSeq(nouns) {
			if other, twice := seen[noun]; twice {
				t.Errorf("%s is a noun of %s and of %s", noun, other, unit)
			}
			seen[noun] = unit
		}
	}
}
