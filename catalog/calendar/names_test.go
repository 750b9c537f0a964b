package calendar_test

import (
	"strings"
	"testing"
	"time"

	"fritidshub/catalog/calendar"
)

func TestNames(t *testing.T) {
	names := calendar.LoadNames()
	for word, want := range map[string]time.Weekday{"lørdag": 6, "laurdag": 6, "saturdays": 6, "субота": 6, "sobotę": 6, "السبت": 6, "sabti": 6, "søndag": 0, "måndag": 1} {
		if got, ok := names.Weekdays[word]; !ok || got != want {
			t.Errorf("%s is %v", word, got)
		}
	}
	if names.Months["desember"] != time.December || names.Months["грудня"] != time.December || names.Breaks["haustferien"] != "høstferie" || names.Breaks["winter break"] != "vinterferie" {
		t.Error("months or breaks are missing")
	}
	if _, ok := names.Weekdays["hverdag"]; ok {
		t.Error("a working day is no weekday of its own")
	}
}

// TestNamesAreApart fails when a form names two days or two months: which of them it is would be chance.
func TestNamesAreApart(t *testing.T) {
	for tag, l := range languages(t) {
		for _, list := range []string{"weekday", "month"} {
			seen := map[string]int{}
			for _, words := range l.Nouns[list] {
				for i, word := range words {
					word = strings.ToLower(word)
					if other, twice := seen[word]; twice && other != i && word != "" {
						t.Errorf("%s: %q is %s %d and %d", tag, word, list, other, i)
					}
					seen[word] = i
				}
			}
		}
	}
}
