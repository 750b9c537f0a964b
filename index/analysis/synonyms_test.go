package analysis_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fritidshub/index/analysis"
)

// others writes what else answers a query: = for the same, ~ for something near.
func others(s *analysis.Synonyms, query string) []string {
	list := []string{}
	for _, a := range s.Alternatives(analysis.Query(query)) {
		sign := "~"
		if a.Same {
			sign = "="
		}
		list = append(list, fmt.Sprintf("%d-%d%s%s", a.From, a.To, sign, strings.Join(terms(a.Words), "+")))
	}
	slices.Sort(list)
	return list
}

func read(t *testing.T, text string, known *analysis.Synonyms) *analysis.Synonyms {
	t.Helper()
	s, faults := analysis.ReadSynonyms(strings.NewReader(text), known)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return s
}

func TestSynonyms(t *testing.T) {
	s := read(t, "version: 1\nsame:\n  - [svømming, symjing]\n  - [brettspill, board game]\nalso:\n  høstferie: [uke 40]\n", nil)
	for query, want := range map[string][]string{
		"svømming":        {"0-1=symjing"},
		"svømmingen":      {"0-1=symjing"}, // after stemming
		"svomming":        {"0-1=symjing"}, // in any spelling
		"symjing for deg": {"0-1=svømming"},
		"barn svømming":   {"1-2=symjing"},
		"brettspill":      {"0-1=board+game"},
		"board games":     {"0-2=brettspill"}, // an English plural
		"board":           {},
		"høstferie":       {"0-1~uke+40"},
		"uke 40":          {}, // one way
	} {
		if diff := cmp.Diff(want, others(s, query)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", query, diff)
		}
	}
	own := read(t, "version: 1\nsame:\n  - [svømming, plask]\n", s)
	if diff := cmp.Diff([]string{"0-1=plask", "0-1=symjing"}, others(own, "svømming")); diff != "" {
		t.Errorf("a municipality's own beside those known (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"0-1=symjing"}, others(s, "svømming")); diff != "" {
		t.Errorf("those known have changed:\n%s", diff)
	}
	if s.Fingerprint() == own.Fingerprint() || (*analysis.Synonyms)(nil).Alternatives(analysis.Query("svømming")) != nil {
		t.Error("fingerprints are the same, or no synonyms know some")
	}
}

func TestSynonymFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "",
		"# bare en kommentar\n":       "",
		"version: 1\nsame:\nalso:\n":  "",
		"same: []\n":                  "1:1 version mangler",
		"version: 2\n":                `1:10 versjonen "2" er ukjent`,
		"- a\n":                       "1:1 fila har ikke nøklene",
		"version: 1\nsom:\n  - [a]\n": `2:1 nøkkelen "som" finnes ikke`,
		"version: 1\nsame: [a\n":      "gyldig YAML",
		"version: 1\nsame:\n  - [tur, gåtur]\n  - [sang]\n  - ord\n  - [sang, '!!']\n": `4:5 gruppa har bare ett ord; 5:5 her skulle det stå en liste av ord; 6:12 "!!" har ingen ord; 6:5 gruppa har bare ett ord`,
		"version: 1\nsame:\n  - [sang, song, sang]\n":                                  `3:18 "sang" står to ganger i lista`,
		"version: 1\nalso:\n  - tur\n":                                                 "3:3 also er ikke ord med kolon",
		"version: 1\nalso:\n  tur: gå\n":                                               "3:8 her skulle det stå en liste av ord",
		"version: 1\nsame:\n  - [&a sang, *a]\n":                                       "her skulle det stå et ord",
		"version: 1\nsame:\n  - [sang, ski tur sang dans lek]\n":                       "flere enn 4 ord",
	} {
		s, faults := analysis.ReadSynonyms(strings.NewReader(text), nil)
		var got []string
		for _, f := range faults {
			got = append(got, fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.What))
			if f.What == "" || f.Do == "" {
				t.Errorf("%q: the fault does not say what to do: %v", text, f)
			}
		}
		if all := strings.Join(got, "; "); s == nil || (want == "") != (all == "") || !strings.Contains(all, want) {
			t.Errorf("%q: %q, want %q", text, all, want)
		}
	}
	s, _ := analysis.ReadSynonyms(strings.NewReader("version: 1\nsame:\n  - [sang]\n  - [tur, gåtur]\n"), nil)
	if diff := cmp.Diff([]string{"0-1=gåtur"}, others(s, "tur")); diff != "" {
		t.Errorf("one fault loses the rest (-want +got):\n%s", diff)
	}
	if _, faults := analysis.ReadSynonyms(strings.NewReader(strings.Repeat("#", analysis.MaxSynonyms+1)), nil); len(faults) != 1 {
		t.Errorf("a large file: %v", faults)
	}
}

func TestBuiltInSynonymsHaveNoFaults(t *testing.T) {
	raw, err := os.ReadFile("synonyms.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := read(t, string(raw), nil)
	if s.Fingerprint() != analysis.BuiltInSynonyms().Fingerprint() {
		t.Error("the built-in synonyms are not those of the file")
	}
	for _, query := range []string{"svømming", "symjing", "swimming"} {
		if len(others(s, query)) < 2 {
			t.Errorf("%s has %v", query, others(s, query))
		}
	}
}

func FuzzSynonyms(f *testing.F) {
	for _, s := range []string{"version: 1\nsame:\n  - [svømming, symjing]\nalso:\n  a b: [c d]\n", "same: *x", "version: 1\nsame: [[a, b], [[c]], {d: e}, ~]", "also: {? [a] : b}", "%YAML", "a: &a [*a]", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, faults := analysis.ReadSynonyms(strings.NewReader(text), nil)
		if s == nil {
			t.Fatal("no synonyms at all")
		}
		for _, fault := range faults {
			if fault.What == "" || fault.Do == "" || fault.Line < 0 {
				t.Fatalf("%+v", fault)
			}
		}
		for _, word := range s.Words() {
			if len(s.Alternatives([]analysis.Token{{Term: word, Folded: word, Stem: word}})) == 0 {
				t.Fatalf("%q has no alternative", word)
			}
		}
	})
}

// Words of other languages that look like an inflection of something else do not lead to it.
func TestBuiltInSynonymsKeepApart(t *testing.T) {
	for query, other := range map[string]string{"ball": "ballett", "ballett": "ball", "gården": "hage", "hage": "gård"} {
		for _, a := range analysis.BuiltInSynonyms().Alternatives(analysis.Query(query)) {
			if slices.ContainsFunc(a.Words, func(w analysis.Token) bool { return w.Stem == analysis.Analyse(other).Stem }) {
				t.Errorf("%s leads to %s", query, other)
			}
		}
	}
}

// What people wrap a query in need not be in a listing; for whom, when and on what terms it is, is a wish.
func TestQueryWords(t *testing.T) {
	for text, want := range map[string]string{
		"finn noe gøy for barn i Larvik": "barn* larvik",
		"hvor kan jeg lære å danse":      "danse",
		"aktiviteter":                    "aktiviteter",
		"aktiviteter for alle":           "aktiviteter alle",
		"svømming lørdag gratis":         "svømming lørdag* gratis*",
		"where can I find something fun": "can find something fun",
		"tur 17. mai":                    "tur 17* mai",
		"teater små barn":                "teater barn*",
		"noe for":                        "noe for",
	} {
		var got []string
		for _, w := range analysis.Query(text) {
			if w.Soft {
				w.Term += "*"
			}
			got = append(got, w.Term)
		}
		if all := strings.Join(got, " "); all != want {
			t.Errorf("%q: %q, want %q", text, all, want)
		}
	}
}
