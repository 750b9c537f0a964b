package widget

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var (
	categories = []string{"zero", "one", "two", "few", "many", "other"}
	slots      = regexp.MustCompile(`\{\d\}`)
	markup     = regexp.MustCompile(`[<>]|&\w+;`)
)

// said are the texts of a file by their path: "search.hits". A text with forms has several, the one for any number last.
func said(t *testing.T, tag string) map[string][]string {
	t.Helper()
	raw, err := fs.ReadFile(Locales(), tag+".json")
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatalf("%s: %v", tag, err)
	}
	flat := map[string][]string{}
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch value := value.(type) {
		case string:
			flat[path] = []string{value}
		case []any:
			for i, text := range value {
				walk(fmt.Sprint(path, ".", i), text)
			}
		case map[string]any:
			if value["other"] == nil {
				for name, inner := range value {
					walk(path+"."+name, inner)
				}
				return
			}
			for name, text := range value {
				form, ok := text.(string)
				if !ok || !slices.Contains(categories, name) {
					t.Errorf("%s: %s has the form %q: %v", tag, path, name, text)
				}
				if name != "other" {
					flat[path] = append(flat[path], form)
				}
			}
			flat[path] = append(flat[path], value["other"].(string))
		case bool:
			if path != ".reviewed" {
				t.Errorf("%s: %s is %v", tag, path, value)
			}
		default:
			t.Errorf("%s: %s is %v", tag, path, value)
		}
	}
	walk("", tree)
	return flat
}

// TestEveryLanguageSaysEverything: with the same places to fill, in plain text, and not at much greater length.
func TestEveryLanguageSaysEverything(t *testing.T) {
	want := said(t, "nb")
	for _, tag := range []string{"nb", "nn", "en"} {
		got := said(t, tag)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
			t.Errorf("%s (-nb +it):\n%s", tag, diff)
		}
		for key, forms := range got {
			if norwegian := want[key]; norwegian != nil {
				sameText(t, tag+": "+key, norwegian, forms)
			}
		}
	}
}

func sameText(t *testing.T, what string, norwegian, forms []string) {
	t.Helper()
	if (len(norwegian) > 1) != (len(forms) > 1) {
		t.Errorf("%s has the forms %q, bokmål %q", what, forms, norwegian)
	}
	places := func(text string) []string {
		return slices.Compact(slices.Sorted(slices.Values(slots.FindAllString(text, -1))))
	}
	if diff := cmp.Diff(places(norwegian[len(norwegian)-1]), places(forms[len(forms)-1])); diff != "" {
		t.Errorf("%s has other places to fill (-nb +it):\n%s", what, diff)
	}
	for _, text := range forms {
		rest := slots.ReplaceAllString(text, "")
		if strings.TrimSpace(text) == "" || strings.ContainsAny(rest, "{}|") || markup.MatchString(rest) {
			t.Errorf("%s: %q", what, text)
		}
		if longest := 20 + 2*utf8.RuneCountInString(norwegian[len(norwegian)-1]); utf8.RuneCountInString(text) > longest {
			t.Errorf("%s has %d letters, at most %d: %q", what, utf8.RuneCountInString(text), longest, text)
		}
	}
}
