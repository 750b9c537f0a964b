package calendar_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

type words struct {
	Clock  string
	Review []string
	Lists  map[string][]string
	Texts  map[string]string
}

// TestWords: bokmål, nynorsk and English have every text, the other languages none that bokmål does not have, and each text its places.
func TestWords(t *testing.T) {
	files, _ := filepath.Glob("words/*.json")
	all := map[string]words{}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var w words
		if err := json.Unmarshal(raw, &w); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[strings.TrimSuffix(filepath.Base(name), ".json")] = w
	}
	if len(all) != 9 {
		t.Fatalf("%d languages", len(all))
	}
	places := regexp.MustCompile(`\{\d\}`)
	placesOf := func(text string) []string {
		first, _, _ := strings.Cut(text, "|")
		found := places.FindAllString(first, -1)
		slices.Sort(found)
		return slices.Compact(found)
	}
	own := map[string]int{"comma": 0, "semicolon": 0, "weekly": 1, "at.span": 2} // texts that a language may have beside those of bokmål
	lengths := map[string]int{"weekday": 7, "weekdays": 7, "months": 12, "nth": 5, "last": 2, "ordinals": 31, "every.2": 7}
	for lang, w := range all {
		for key, text := range w.Texts {
			nb, known := all["nb"].Texts[key]
			n, mine := own[key]
			switch {
			case !known && !mine:
				t.Errorf("%s: bokmål has no %s", lang, key)
			case known && !slices.Equal(placesOf(text), placesOf(nb)), mine && len(placesOf(text)) != n:
				t.Errorf("%s: %s is %q, in bokmål %q", lang, key, text, nb)
			}
		}
		for key := range all["nb"].Texts {
			if _, ok := w.Texts[key]; !ok && slices.Contains([]string{"nn", "en"}, lang) {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
		for key, list := range w.Lists {
			if len(list) != lengths[key] || slices.Contains(list, "") {
				t.Errorf("%s: the list %s has %d words", lang, key, len(list))
			}
		}
		for _, key := range []string{"weekday", "weekdays", "months"} {
			if w.Lists[key] == nil {
				t.Errorf("%s lacks the list %s", lang, key)
			}
		}
		for _, key := range w.Review {
			if w.Texts[key] == "" && w.Lists[key] == nil {
				t.Errorf("%s: %s is to be reviewed and is not there", lang, key)
			}
		}
	}
}
