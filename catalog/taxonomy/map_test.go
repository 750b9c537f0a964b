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

func TestMapTellsHow(t *testing.T) {
	tax := load(t)
	for word, want := range map[string]Match{
		"Svømming":                         {"swimming", ByLabel, 1},
		"symjinga":                         {"swimming", ByLabel, sureInflected},
		"Плавання":                         {"swimming", ByLabel, 1},
		"sjakklubb":                        {"chess_bridge", BySynonym, sureSynonym},
		"strikkekafeen":                    {"textile", BySynonym, sureInflected},
		"hip hop":                          {"dance", BySynonym, sureSynonym},
		"skumfotball":                      {"football", ByCompound, sureUnknown},
		"Knøttesvømming":                   {"swimming", ByCompound, sureNeutral},
		"Helgesamling i veving":            {"textile", ByCompound, sureTitle},
		"Kurs i veving":                    {"textile", ByCompound, sureTitle},
		"håndballaget":                     {"handball", ByCompound, sureFormat},
		"MusicEvent":                       {"concert", ByTable, 1},
		"schema:TheaterEvent":              {"theatre", ByTable, 1},
		"http://schema.org/ScreeningEvent": {"cinema", ByTable, 1},
		"https://openactive.io/activity-list#0A5F732D-e806-4e51-ad40-0a7de0239c8c": {"football", ByTable, 1},
		"Zumba®":              {"fitness", ByTable, 1},
		"ICNPO 10100":         {"faith", ByTable, 1},
		"Natur- og miljøvern": {"nature", ByTable, 1},
		// What could mean anything means nothing.
		"Kunst og kultur": {}, "SocialEvent": {}, "https://schema.org/Event": {}, "Konsert og dans": {}, "arbeidsmarked": {}, "Skien": {}, "barnehage": {}, "action": {}, "": {},
	} {
		if got, ok := tax.Map(word); got != want || ok != (want.Category != "") {
			t.Errorf("Map(%q) = %+v, want %+v", word, got, want)
		}
	}
}

// TestMapTitle: what a word means as a source's category, it need not mean in a title.
func TestMapTitle(t *testing.T) {
	tax := load(t)
	for title, want := range map[string]string{
		"Rock": "", "Kor": "", "Trening": "", "MusicEvent": "", "Magic": "", "Kor e alle helter hen": "", "Livet er en dans": "", "Skien": "",
		"Konsert": "concert", "Magic: The Gathering": "boardgames", "Film: Bestemors fødselsdag": "cinema",
		"Foredrag om fotball": "lecture", "Julekonsert med skolekorpset": "concert", "Lesestund på biblioteket": "reading",
		"Vi trenger frivillige til loppemarkedet": "volunteer_role", "Bli med på fisketur!": "hunting_fishing", "Lær å strikke": "textile",
		"Larvik Turn – loppemarked": "", // the name of a club, or what it is about?
	} {
		m, ok := tax.MapTitle(title)
		if ok && m.Confidence < Sure {
			m.Category = ""
		}
		if m.Category != want {
			t.Errorf("MapTitle(%q) = %+v, want %q", title, m, want)
		}
	}
}

func TestMapRecord(t *testing.T) {
	tax := load(t)
	for _, c := range []struct {
		words           []string
		title, standard string
		want            []string
	}{
		{nil, "", "", nil},
		{[]string{"Sport", "Fotball", "luxe", "fotball"}, "Bingo", "", []string{"football"}},
		{[]string{"Idrett"}, "Innebandytrening", "", []string{"floorball"}},
		{[]string{"Idrett"}, "Quizkveld", "", []string{"sport"}},
		{[]string{"Idrett", "Quiz"}, "", "football", []string{"quiz_bingo", "football"}},
		{[]string{"Trening"}, "G12", "football", nil},
		{nil, "Dugnad", "football", []string{"dugnad"}},
		{nil, "Vildanden", "theatre", nil},
	} {
		if got := tax.MapRecord(c.words, c.title, c.standard); !slices.Equal(got, c.want) {
			t.Errorf("MapRecord(%q, %q, %q) = %q, want %q", c.words, c.title, c.standard, got, c.want)
		}
	}
}

func TestGroup(t *testing.T) {
	tax := load(t)
	for number, want := range map[string]Group{
		"1200": {"1200", "Idrett", "Idrett", "sport", "sport"}, "01100": {"1100", "Kunst og kultur", "Kunst og kultur", "arts-culture", ""},
		"1 300": {"1300", "Rekreasjon og sosiale foreninger", "Rekreasjon og sosiale foreiningar", "recreation-social", ""},
		"11300": {"11", "Yrke og bransje", "Yrke og bransje", "interest", "interest_org"}, "6200": {"6", "Bolig- og lokalmiljø", "Bustad- og lokalmiljø", "", "neighbourhood"},
		"": {}, "99": {}, "x": {},
	} {
		if got, ok := tax.Group(number); got != want || ok != (want.Number != "") {
			t.Errorf("Group(%q) = %+v, want %+v", number, got, want)
		}
	}
}

// TestWordsMeanWhatTheySay: a word of words.csv means what it says, and no other row takes it away.
func TestWordsMeanWhatTheySay(t *testing.T) {
	tax := load(t)
	err := eachRow(files, "words.csv", func(row map[string]string) error {
		for _, w := range strings.Split(row["words"], "|") {
			m, ok := tax.Map(w)
			switch row["role"] {
			case "means", "frame":
				if m.Category != row["category"] {
					t.Errorf("Map(%q) = %+v, but words.csv says %s", w, m, row["category"])
				}
			case "not":
				if ok {
					t.Errorf("Map(%q) = %+v, but words.csv says that it means nothing", w, m)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestMapIgnoresCaseAndSpace(t *testing.T) {
	tax := load(t)
	var words []string
	for w := range tax.lexicon.forms {
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
