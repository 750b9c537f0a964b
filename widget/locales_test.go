package widget

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

var (
	categories = []string{"zero", "one", "two", "few", "many", "other"}
	slots      = regexp.MustCompile(`\{\d\}`)
	markup     = regexp.MustCompile(`[<>]|&\w+;`)
)

// text is one text of a file in its forms, by plural category; one that does not depend on a number has the form "" alone.
type text map[string]string

// plain is the form that fits any number.
func (t text) plain() string {
	if other, ok := t["other"]; ok {
		return other
	}
	return t[""]
}

// said are the texts of a file by their path: "search.hits".
func said(t *testing.T, tag string) map[string]text {
	t.Helper()
	raw, err := fs.ReadFile(Locales(), tag+".json")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.ContainsAny(raw, "\u2066\u2067\u2068\u2069\u200e\u200f\u00a0") {
		t.Errorf("%s has characters that cannot be seen: write them as \\u2066", tag)
	}
	var tree map[string]any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatalf("%s: %v", tag, err)
	}
	flat := map[string]text{}
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch value := value.(type) {
		case string:
			flat[path] = text{"": value}
		case []any:
			for i, word := range value {
				walk(fmt.Sprint(path, ".", i), word)
			}
		case map[string]any:
			if value["other"] == nil {
				for name, inner := range value {
					walk(strings.TrimPrefix(path+"."+name, "."), inner)
				}
				return
			}
			flat[path] = text{}
			for name, form := range value {
				said, ok := form.(string)
				if !ok || !slices.Contains(categories, name) {
					t.Errorf("%s: %s has the form %q: %v", tag, path, name, form)
				}
				flat[path][name] = said
			}
		case bool:
			if path != "reviewed" {
				t.Errorf("%s: %s is %v", tag, path, value)
			}
		default:
			t.Errorf("%s: %s is %v", tag, path, value)
		}
	}
	walk("", tree)
	return flat
}

func tags(t *testing.T) []string {
	t.Helper()
	names, err := fs.Glob(Locales(), "*.json")
	if err != nil || len(names) < 9 {
		t.Fatal(names, err)
	}
	for i, name := range names {
		names[i] = strings.TrimSuffix(name, ".json")
	}
	return names
}

// TestEveryLanguageSaysEverything: with the same places to fill, in plain text, in the forms that its numbers ask for, and not at much
// greater length.
func TestEveryLanguageSaysEverything(t *testing.T) {
	want := said(t, "nb")
	for _, tag := range tags(t) {
		got := said(t, tag)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
			t.Errorf("%s (-nb +it):\n%s", tag, diff)
		}
		for key, its := range got {
			if norwegian := want[key]; norwegian != nil {
				sameText(t, tag+": "+key, norwegian, its)
			}
			if asked := asked(tag); len(its) > 1 && len(its) != len(asked) {
				t.Errorf("%s: %s has the forms %v, its numbers ask for %v", tag, key, slices.Sorted(maps.Keys(its)), asked)
			}
		}
	}
}

// asked are the plural categories of the whole numbers in a language, and that for any number.
func asked(tag string) []string {
	found := map[string]bool{"other": true}
	for n := range 200 {
		found[map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many",
			plural.Other: "other"}[plural.Cardinal.MatchPlural(language.Make(tag), n, 0, 0, 0, 0)]] = true
	}
	return slices.Sorted(maps.Keys(found))
}

func sameText(t *testing.T, what string, norwegian, its text) {
	t.Helper()
	if _, single := its[""]; single != (norwegian[""] != "") {
		t.Errorf("%s has the forms %q, bokmål %q", what, its, norwegian)
	}
	places := func(said string) []string {
		return slices.Compact(slices.Sorted(slices.Values(slots.FindAllString(said, -1))))
	}
	if diff := cmp.Diff(places(norwegian.plain()), places(its.plain())); diff != "" {
		t.Errorf("%s has other places to fill (-nb +it):\n%s", what, diff)
	}
	for _, said := range its {
		rest := slots.ReplaceAllString(said, "")
		if strings.TrimSpace(said) == "" || strings.ContainsAny(rest, "{}|") || markup.MatchString(rest) {
			t.Errorf("%s: %q", what, said)
		}
		if longest := 20 + 2*utf8.RuneCountInString(norwegian.plain()); utf8.RuneCountInString(said) > longest {
			t.Errorf("%s has %d letters, at most %d: %q", what, utf8.RuneCountInString(said), longest, said)
		}
	}
}

// TestTranslated: in a language that is not written with Latin letters no text was left as it is in another.
func TestTranslated(t *testing.T) {
	for tag, script := range map[string]*unicode.RangeTable{"uk": unicode.Cyrillic, "ar": unicode.Arabic, "ti": unicode.Ethiopic} {
		for key, its := range said(t, tag) {
			for _, form := range its {
				words := strings.ContainsFunc(strings.ReplaceAll(slots.ReplaceAllString(form, ""), "kr", ""), unicode.IsLetter)
				if words && !strings.ContainsFunc(form, func(r rune) bool { return unicode.Is(script, r) }) && !slices.Contains([]string{"locale", "dir", "clock"}, key) {
					t.Errorf("%s: %s is %q", tag, key, form)
				}
			}
		}
	}
}
