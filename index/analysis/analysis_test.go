package analysis_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"fritidshub/index/analysis"
)

func terms(tokens []analysis.Token) []string {
	var out []string
	for _, t := range tokens {
		out = append(out, t.Term)
	}
	return out
}

func TestTokens(t *testing.T) {
	for text, want := range map[string][]string{
		"Åpen svømmehall – lørdager kl. 18-19.30!": {"åpen", "svømmehall", "lørdager", "kl", "18", "19", "30"},
		"A\u030Apen SVØMMEHALL":                    {"åpen", "svømmehall"},
		"3D-printing/4H, d&d":                      {"3d", "printing", "4h", "dnd"},
		"E-sport, t-skjorter - a & b, 3-åring":     {"esport", "tskjorter", "a", "b", "3", "åring"},
		"svøm\u00ADming":                           {"svømming"},
		"Плавання السباحة":                         {"плавання", "السباحة"},
		" \t—!":                                    nil,
		strings.Repeat("x", 100) + " y":            {strings.Repeat("x", 64), "y"},
	} {
		if diff := cmp.Diff(want, terms(analysis.Tokens(text))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestSpellingsMeet(t *testing.T) {
	for _, group := range [][]string{
		{"skøyter", "skoyter", "skoeyter", "sköyter", "SKØYTER"},
		{"åpen", "aapen", "apen", "Åpen", "a\u030Apen"},
		{"Færder", "faerder", "färder"},
		{"Risør", "risor", "risoer"},
		{"øving", "oving", "oeving"},
		{"Bø", "bo", "boe"},
		{"kafé", "kafe"},
		{"Håkon", "Haakon"},
		{"čuoigan", "cuoigan"},
		{"poesi", "poesi"},
	} {
		first := analysis.Tokens(group[0])[0]
		for _, w := range group {
			other := analysis.Tokens(w)[0]
			if !analysis.SpeltAlike(first.Term, other.Term) || !analysis.SpeltAlike(other.Term, first.Term) {
				t.Errorf("%s and %s do not meet", w, group[0])
			}
			if !slices.ContainsFunc(first.Spellings(), func(form string) bool { return analysis.Stem(form) == other.Stem }) {
				t.Errorf("%s is not among the spellings %v of %s", other.Folded, first.Spellings(), group[0])
			}
			if !slices.ContainsFunc(other.Spellings(), func(form string) bool { return analysis.Stem(form) == first.Stem }) {
				t.Errorf("%s is not among the spellings %v of %s", first.Folded, other.Spellings(), w)
			}
		}
	}
	for _, pair := range [][2]string{{"poeng", "pong"}, {"poesi", "posi"}, {"Isaac", "Isac"}} {
		if analysis.SpeltAlike(analysis.Tokens(pair[0])[0].Term, analysis.Tokens(pair[1])[0].Term) {
			t.Errorf("%s and %s meet", pair[0], pair[1])
		}
	}
	if analysis.Begins("poker", "poe") || !analysis.Begins("pøbel", "poe") || !analysis.Begins("poesi", "poe") || !analysis.Begins("aasen", "å") {
		t.Error("beginnings do not keep spellings apart")
	}
}

func TestInflectionsMeet(t *testing.T) {
	for _, group := range [][]string{
		{"tur", "turen", "turer", "turar", "turane", "turene"},
		{"trening", "treninga", "treningen", "treningar", "treningene", "trene", "trener"},
		{"svømming", "svømminga", "svømme", "svømmer"},
		{"barn", "barna", "barnet", "barnets"},
		{"klubb", "klubben", "klubbar", "klubber", "klubbens"},
		{"jente", "jenter", "jentene", "jentane"},
		{"danse", "dans", "dansen", "danser"},
		{"hund", "hunder", "hundar"},
		{"sykkel", "sykler", "syklar", "sykling", "sykle"},
		{"bok", "bøker", "boka"},
		{"ballett", "ballet", "balletten"},
		{"speider", "speideren", "speiderne"},
		{"speidar", "speidarane"},
		{"orkester", "orkesteret"},
		{"gitar", "gitaren", "gitarer"},
		{"premiere", "premieren"},
		{"stjerne", "stjerner"},
	} {
		want := analysis.Tokens(group[0])[0].Stem
		for _, w := range group {
			if got := analysis.Tokens(w)[0].Stem; got != want {
				t.Errorf("%s stems to %s, %s to %s", w, got, group[0], want)
			}
		}
	}
}

func TestWordsThatMustNotMeet(t *testing.T) {
	for _, pair := range [][2]string{{"ski", "Skien"}, {"korps", "kor"}, {"ball", "ballett"}, {"ball", "ballet"}, {"manga", "mange"}, {"market", "marka"}, {"jeger", "jeg"}, {"stevne", "stemning"}, {"tre", "trening"}, {"kor", "kort"}, {"unger", "unge"}, {"baking", "bak"}, {"maling", "mål"}} {
		a, b := analysis.Tokens(pair[0])[0], analysis.Tokens(pair[1])[0]
		if a.Stem == b.Stem {
			t.Errorf("%s and %s share the stem %s", pair[0], pair[1], a.Stem)
		}
	}
}

func TestQuery(t *testing.T) {
	for text, want := range map[string][]string{
		"svømming for barn i Larvik": {"svømming", "barn", "larvik"},
		"for alle":                   {"alle"},
		"på det":                     {"på", "det"},
		"tur tur TUR":                {"tur"},
		"kor":                        {"kor"},
		"!?":                         nil,
	} {
		if diff := cmp.Diff(want, terms(analysis.Query(text))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	if got := analysis.Query("a1 b2 c3 d4 e5 f6 g7 h8 i9 j10 k11"); len(got) != analysis.MaxQuery {
		t.Errorf("%d words, want %d", len(got), analysis.MaxQuery)
	}
}

func TestNorwegianAlphabet(t *testing.T) {
	want := []string{"3 på rad", "10-kamp", "Allsang", "Bål", "Båt-tur", "Élan", "Zumba", "Ærlig talt", "Øving", "Åpen hall", "Aasen-dag", "Åtte", "Плавання"}
	want[0], want[1] = want[1], want[0]
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return strings.Compare(analysis.SortKey(a), analysis.SortKey(b)) })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if analysis.SortKey("«Åpen» dør") != analysis.SortKey("åpen  Dør!") {
		t.Error("punctuation and case matter")
	}
}

// The forms nest: the same term gives the same folded form, the same folded form the same stem; folding twice changes nothing more.
func TestFormsNest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("aeoøåæAEOÅØÆ tlnrsgiéöä-\u030A")), 0, 30, -1).Draw(t, "text")
		for _, tok := range analysis.Tokens(text) {
			if analysis.Stem(tok.Folded) != tok.Stem || analysis.Fold(tok.Term) != tok.Folded {
				t.Fatalf("%+v", tok)
			}
			if again := analysis.Fold(tok.Folded); again != tok.Folded {
				t.Fatalf("%s folds to %s and then to %s", tok.Term, tok.Folded, again)
			}
		}
		if a, b := analysis.Tokens(text), analysis.Tokens(norm.NFD.String(text)); !cmp.Equal(a, b) {
			t.Fatalf("composed %v, decomposed %v", a, b)
		}
	})
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"Åpen svømmehall", "a\u030A", "\xff\xfe", "aaaa oeoe", "السَّبَاحَة", "ǅ İ ŉ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, tok := range analysis.Tokens(text) {
			if tok.Term == "" || tok.Folded == "" || tok.Stem == "" || len(tok.Term) > analysis.MaxWord+utf8.UTFMax {
				t.Fatalf("%q gives %+v", text, tok)
			}
		}
		if key := analysis.SortKey(text); len(key) > analysis.MaxSortKey+3*utf8.UTFMax {
			t.Fatalf("sort key of %d bytes", len(key))
		}
	})
}
