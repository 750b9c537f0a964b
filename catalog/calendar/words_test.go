package calendar_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/catalog/grammar"

	"pgregory.net/rapid"
)

// spoken are the languages that have words, whole those that lack none.
var (
	whole  = []string{"nb", "nn", "en", "uk", "pl", "ar"}
	spoken = append([]string{"se", "so", "ti"}, whole...)
)

func languages(t testing.TB) map[string]*grammar.Language {
	t.Helper()
	all, err := grammar.Read(os.DirFS("."), "words")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var places = regexp.MustCompile(`\{\d\}`)

func placesOf(text string) []string {
	found := places.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// TestWords: every language has the keys of bokmål, and each text its places in each variant; the whole ones lack nothing.
func TestWords(t *testing.T) {
	all := languages(t)
	nb := all["nb"]
	keys := slices.Sorted(maps.Keys(nb.Texts))
	if len(all) != len(spoken)+1 {
		t.Errorf("%d files", len(all))
	}
	counting := []string{"count", "weekday.count", "dates.count", "and.more"} // one and two may be words without a figure
	for _, tag := range spoken {
		l := all[tag]
		if got := slices.Sorted(maps.Keys(l.Texts)); !slices.Equal(got, keys) {
			t.Errorf("%s has not the texts of bokmål: %v", tag, got)
		}
		if l.Review != "needed" && l.Review != "done" || l.Clock != "dot" && l.Clock != "colon" {
			t.Errorf("%s: review %q, clock %q", tag, l.Review, l.Clock)
		}
		for key, text := range l.Texts {
			want := placesOf(nb.Texts[key][grammar.Other])
			if text == nil && slices.Contains(whole, tag) {
				t.Errorf("%s lacks %s", tag, key)
			}
			if text != nil && text[grammar.Other] == "" {
				t.Errorf("%s: %s has no text where no variant is asked for", tag, key)
			}
			for variant, text := range text {
				wordForFigure := slices.Contains(counting, key) && (variant == "one" || variant == "two")
				if got := placesOf(text); !slices.Equal(got, want) && !wordForFigure {
					t.Errorf("%s: %s, %s is %q, in bokmål %q", tag, key, variant, text, nb.Texts[key][grammar.Other])
				}
			}
		}
		if l.Texts["not.school"] == nil {
			t.Errorf("%s: dates in figures need not.school", tag)
		}
	}
	for key := range all["und"].Texts {
		if nb.Texts[key] == nil {
			t.Errorf("und: nothing asks for %s", key)
		}
	}
}

// TestNouns: every list is as long as it must be in each of its forms, and forms that texts ask for are there.
func TestNouns(t *testing.T) {
	all := languages(t)
	nb := all["nb"]
	for _, tag := range spoken {
		l := all[tag]
		for list, forms := range l.Nouns {
			n := map[string]int{"weekday": 7, "month": 12, "nth": 5, "last": 1, "break": 5}[list]
			for form, nouns := range forms {
				if len(nouns) < n || n == 0 || len(nouns) > n+1 || slices.Contains(nouns, "") {
					t.Errorf("%s: %s, %s has %d words", tag, list, form, len(nouns))
				}
			}
		}
		for list, forms := range nb.Nouns {
			if have := len(l.Nouns[list][grammar.Base]); have < len(forms[grammar.Base]) && slices.Contains(whole, tag) && !(list == "weekday" && have == 7 && len(l.Nouns[list][l.Forms["nth"]]) == 8) {
				t.Errorf("%s: %s has %d words", tag, list, have)
			}
		}
		for key, form := range l.Forms {
			if nb.Texts[key] == nil && key != "weeks" {
				t.Errorf("%s: nothing asks for the form of %s", tag, key)
			}
			if l.Nouns["weekday"][form] == nil && l.Nouns["month"][form] == nil {
				t.Errorf("%s: %s asks for %s, which no noun has", tag, key, form)
			}
		}
		if n := len(l.Genders); n != 0 && n != 8 {
			t.Errorf("%s: %d genders", tag, n)
		}
		for _, key := range l.Doubtful {
			if l.Texts[key] == nil && l.Nouns[key] == nil {
				t.Errorf("%s: %s is doubtful and is not there", tag, key)
			}
		}
	}
}

func wordsIn(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
}

// norwegian gives the words of bokmål and nynorsk of three letters and more, none of which another language has.
func norwegian(t testing.TB) map[string]bool {
	all := languages(t)
	collect := func(tags ...string) map[string]bool {
		words := map[string]bool{}
		for _, tag := range tags {
			var said []string
			for _, text := range all[tag].Texts {
				said = slices.AppendSeq(said, maps.Values(text))
			}
			for _, forms := range all[tag].Nouns {
				said = append(said, slices.Concat(slices.Collect(maps.Values(forms))...)...)
			}
			for _, w := range wordsIn(strings.Join(said, " ")) {
				words[w] = words[w] || len([]rune(w)) > 2 || w == "og" || w == "kl"
			}
		}
		return words
	}
	own := collect("nb", "nn")
	maps.DeleteFunc(own, func(_ string, long bool) bool { return !long })
	for word := range collect("se", "uk", "pl", "ar", "so", "ti") {
		if own[word] {
			t.Errorf("a language has the Norwegian word %q", word)
		}
	}
	return own
}

// TestEachLanguageSpeaks: what bokmål says every language says, in its own words alone.
func TestEachLanguageSpeaks(t *testing.T) {
	zone, foreign := oslo(t), norwegian(t)
	if !foreign["uke"] || !foreign["tirsdager"] || !foreign["skoleferier"] {
		t.Fatalf("the words of Norwegian: %d", len(foreign))
	}
	now := at(t, "2026-11-22 12:00")
	say := func(t interface{ Errorf(string, ...any) }, s catalog.Schedule) {
		nb := calendar.Text(s, zone, now, "nb")
		for _, tag := range []string{"se", "uk", "pl", "ar", "so", "ti", "uk-UA", "AR"} {
			text := calendar.Text(s, zone, now, tag)
			if (text == "") != (nb == "") {
				t.Errorf("%s: %q, bokmål says %q", tag, text, nb)
			}
			for _, w := range wordsIn(text) {
				if foreign[w] {
					t.Errorf("%s: %q has %q", tag, text, w)
				}
			}
			if strings.Count(text, "\u2066") != strings.Count(text, "\u2069") {
				t.Errorf("%s: %q isolates what it does not end", tag, text)
			}
			if strings.HasPrefix(strings.ToLower(tag), "ar") && rangeOfFigures.MatchString(text) {
				t.Errorf("%s: %q has a range that turns around", tag, text)
			}
		}
	}
	for _, cases := range textCases(t) {
		for _, c := range cases {
			if c.Schedule.Text == "" {
				say(t, c.Schedule)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := drawSchedule(t, zone)
		for i := range s.Series {
			if rapid.IntRange(1, 4).Draw(t, "breaks") == 1 {
				s.Series[i].ExceptBreaks = rapid.SliceOfNDistinct(rapid.SampledFrom(catalog.SchoolBreaks()), 1, 2, rapid.ID).Draw(t, "rests in")
			}
		}
		say(t, s)
	})
}

// rangeOfFigures finds a range that is not isolated. In Arabic text its ends would change places.
var rangeOfFigures = regexp.MustCompile(`[^\x{2066}\d:][\d:]+-`)
