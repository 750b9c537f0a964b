package grammar

import (
	"strings"
	"testing"
	"testing/fstest"
)

func read(t *testing.T, files map[string]string) (Languages, error) {
	t.Helper()
	folder := fstest.MapFS{}
	for name, text := range files {
		folder["words/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return Read(folder, "words")
}

const ukrainian = `{"review": "needed", "genders": ["m", "m", "f"], "forms": {"to": "genitive"},
	"nouns": {"weekday": {"base": ["понеділок", "вівторок", "середа"], "genitive": ["понеділка", "вівторка", "середи"], "many": ["понеділків", "вівторків", "серед"]}},
	"texts": {"each": {"f": "кожної {0}", "other": "кожного {0}"}, "and": " і ", "two": "{1} {0} {1}", "none": null}}`

func TestLanguage(t *testing.T) {
	all, err := read(t, map[string]string{"uk.json": ukrainian, "nb.json": `{"texts": {"and": " og "}}`, "und.json": `{"texts": {"and": ", "}}`})
	if err != nil {
		t.Fatal(err)
	}
	uk := all.For("uk-UA")
	if uk != all["uk"] || all.For("UK") != uk || all.For("de") != all["nb"] || all.For("") != all["nb"] || all.For("und") != all["nb"] {
		t.Error("a tag has another language")
	}
	text := func(key, variant string, args ...string) string {
		said, ok := uk.Text(key, variant, args...)
		if !ok {
			return "lacks"
		}
		return said
	}
	noun := func(i int, forms ...string) string {
		said, ok := uk.Noun("weekday", i, forms...)
		if !ok {
			return "lacks"
		}
		return said
	}
	for got, want := range map[string]string{
		text("each", uk.Gender(2), noun(2, uk.Forms["to"])): "кожної середи", text("each", uk.Gender(1), noun(1, "genitive")): "кожного вівторка",
		text("each", uk.Gender(7), "дня"): "кожного дня", text("two", Other, "a", "b"): "b a b", text("none", Other): "lacks", text("unheard of", Other): "lacks",
		noun(0): "понеділок", noun(1, uk.Plural(5), "genitive"): "вівторків", noun(1, uk.Plural(3), "genitive"): "вівторка", noun(0, uk.Plural(21)): "понеділок",
		noun(3): "lacks", noun(-1): "lacks",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if !uk.Has("each") || uk.Has("none") || uk.Has("unheard of") {
		t.Error("what the language has")
	}
}

// TestCategories compares the plural rules with examples of CLDR's.
func TestCategories(t *testing.T) {
	all, err := read(t, map[string]string{"uk.json": "{}", "pl.json": "{}", "ar.json": "{}", "en.json": "{}", "se.json": "{}", "so.json": "{}"})
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{
		"uk": "1 one 2 few 5 many 11 many 12 many 21 one 22 few 25 many", "pl": "1 one 2 few 5 many 12 many 21 many 22 few 25 many",
		"ar": "0 zero 1 one 2 two 3 few 10 few 11 many 99 many 100 other 103 few", "en": "1 one 2 other", "se": "1 one 2 two 3 other", "so": "1 one 2 other",
	} {
		words := strings.Fields(want)
		for i := 0; i < len(words); i += 2 {
			n := 0
			for _, digit := range words[i] {
				n = 10*n + int(digit-'0')
			}
			if got := all[lang].Plural(n); got != words[i+1] {
				t.Errorf("%s: %d is %s, want %s", lang, n, got, words[i+1])
			}
		}
	}
	for n, want := range map[int]string{1: "one", 2: "two", 3: "few", 4: Other, 11: Other, 13: Other, 21: "one", 31: "one"} {
		if got := all["en"].Ordinal(n); got != want {
			t.Errorf("English: the %d. is %s, want %s", n, got, want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nb.json":          `{"text": {}}`,
		"nn.json":          `{"texts": {"and": 3}}`,
		"en.json":          `{"texts": {"and": {"other": 3}}}`,
		"no language.json": `{}`,
		"se.json":          `{`,
	} {
		if _, err := read(t, map[string]string{name: text}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
