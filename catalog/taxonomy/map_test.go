package taxonomy

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fritidshub/catalog"
)

// TestMapIsRight measures Map on words and titles with the categories that they mean, one of several if parted by |, none if empty.
// Those of unseen.csv were written with the others and kept aside while the words were chosen.
func TestMapIsRight(t *testing.T) {
	tax := load(t)
	for _, name := range []string{"words.csv", "unseen.csv"} {
		t.Run(name, func(t *testing.T) {
			rows := readRows(t, name)
			meant, given, right := 0, 0, 0
			sure, surely := 0, 0
			for _, row := range rows {
				want := strings.Split(row[1], "|")
				m, ok := tax.Map(row[0])
				if want[0] != "" {
					meant++
				}
				if m, ok := tax.MapTitle(row[0]); ok && m.Confidence >= Sure {
					sure++
					if slices.Contains(want, m.Category) {
						surely++
					} else {
						t.Logf("wrong title: %q gives %s (%.2f), want %q", row[0], m.Category, m.Confidence, row[1])
					}
				}
				if ok {
					given++
				}
				switch fits := slices.Contains(want, m.Category); {
				case ok && fits:
					right++
				case ok:
					t.Logf("wrong: %q gives %s (%s %.2f), want %q", row[0], m.Category, m.How, m.Confidence, row[1])
				case !fits:
					t.Logf("missing: %q gives nothing, want %q", row[0], row[1])
				}
			}
			precision, recall := float64(right)/float64(given), float64(right)/float64(meant)
			t.Logf("%d words: precision %.3f, recall %.3f; as titles, when sure: precision %.3f, recall %.3f",
				len(rows), precision, recall, float64(surely)/float64(sure), float64(surely)/float64(meant))
			if float64(surely) < 0.98*float64(sure) {
				t.Errorf("%d of %d sure titles are right, want 98 %%", surely, sure)
			}
			if precision < 0.98 || recall < 0.85 {
				t.Errorf("precision %.3f, want 0.98; recall %.3f, want 0.85", precision, recall)
			}
		})
	}
}

func readRows(t testing.TB, name string) [][]string {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// TestMapKnowsItsLabels: every label in every language, and every synonym, means its own category, or the one that Lookup declares for it.
func TestMapKnowsItsLabels(t *testing.T) {
	tax := load(t)
	for _, c := range tax.All() {
		for lang, label := range c.Labels {
			winner, _ := tax.Lookup(label)
			if m, ok := tax.Map(label); !ok || m.Category != c.ID && m.Category != winner {
				t.Errorf("Map(%q) = %+v, the %s label of %s", label, m, lang, c.ID)
			}
		}
	}
}

func TestMapIgnoresCaseAndSpace(t *testing.T) {
	tax := load(t)
	var words []string
	for w := range tax.lexicon.senses {
		words = append(words, w)
	}
	slices.Sort(words)
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.SampledFrom(words).Draw(t, "word")
		want, ok := tax.Map(w)
		for _, form := range []string{strings.ToUpper(w), " " + w + " ", w + "!", "«" + w + "»"} {
			if catalog.Fold(form) != w {
				continue // letters without a single upper case
			}
			if got, found := tax.Map(form); got != want || found != ok {
				t.Fatalf("Map(%q) = %+v, Map(%q) = %+v", form, got, w, want)
			}
		}
	})
}

func FuzzMap(f *testing.F) {
	for _, row := range readRows(f, "words.csv") {
		f.Add(row[0])
	}
	for _, s := range []string{"", " ", "-", "å", "å å å", "\xff\xfe", "barnebarnebarnebarnefotballfotballfotball", strings.Repeat("kurs i ", 200), "svo\u0308mming", "i i i", "sss", "::::", "https://schema.org/MusicEvent"} {
		f.Add(s)
	}
	tax := load(f)
	f.Fuzz(func(t *testing.T, s string) {
		for name, of := range map[string]func(string) (Match, bool){"Map": tax.Map, "MapTitle": tax.MapTitle} {
			m, ok := of(s)
			if ok && (!tax.Has(m.Category) || m.Confidence < Accept || m.Confidence > 1 || m.How == "") {
				t.Errorf("%s(%q) = %+v", name, s, m)
			}
			if again, still := of(s); again != m || still != ok {
				t.Errorf("%s(%q) = %+v and %+v", name, s, m, again)
			}
		}
	})
}

func BenchmarkMap(b *testing.B) {
	tax := load(b)
	var known []string
	for _, c := range tax.All() {
		known = append(known, c.Labels["nb"], c.Labels["nn"])
		known = append(known, c.Synonyms...)
	}
	unknown := []string{"Åpningstider", "luxe", "medlemskap", "Kommunestyremøte", "fylkesveg", "Regnskapsfører", "sentrumsnær", "thriller", "Helgeroa", "kvantefysikk"}
	for name, words := range map[string][]string{"known": known, "unknown": unknown} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				tax.Map(words[i%len(words)])
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "words/s")
		})
	}
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			if _, err := Load(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
