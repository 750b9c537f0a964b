package taxonomy

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
)

func load(t testing.TB) *Taxonomy {
	t.Helper()
	tax, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return tax
}

func TestTree(t *testing.T) {
	tax := load(t)
	if got := tax.Ancestors("football"); !cmp.Equal(got, []string{"sport"}) {
		t.Errorf("Ancestors(football) = %v", got)
	}
	if got := tax.Ancestors("sport"); got != nil {
		t.Errorf("Ancestors(sport) = %v", got)
	}
	if got := tax.Ancestors("nowhere"); got != nil {
		t.Errorf("Ancestors(nowhere) = %v", got)
	}
	if got := len(tax.Children("")); got != 13 {
		t.Errorf("%d categories at the top, want 13", got)
	}
	total := 0
	for _, top := range tax.Children("") {
		total += 1 + len(tax.Children(top))
	}
	if total != len(tax.All()) {
		t.Errorf("the tree holds %d categories of %d", total, len(tax.All()))
	}
	for _, c := range tax.All() {
		for _, lang := range []string{"nb", "nn", "en", "uk", "pl"} {
			if c.Labels[lang] == "" {
				t.Errorf("%s has no label in %s", c.ID, lang)
			}
		}
		if id, ok := tax.Lookup(c.ID); !ok || id != c.ID {
			t.Errorf("Lookup(%q) = %q", c.ID, id)
		}
	}
}

func TestLookup(t *testing.T) {
	tax := load(t)
	for word, want := range map[string]string{
		"football": "football", "Fotball": "football", "FUTSAL": "football", "symjing": "swimming", " Svømming ": "swimming",
		"konsert": "concert", "Bibliotek": "library", "Плавання": "swimming", "jiu-jitsu": "martial_arts", "4H": "4h",
		"Keramikk, tre og metall": "ceramics", "svo\u0308mming": "", "": "", "kvantefysikk": "",
	} {
		if got, ok := tax.Lookup(word); got != want || ok != (want != "") {
			t.Errorf("Lookup(%q) = %q, %v, want %q", word, got, ok, want)
		}
	}
}

func TestLabels(t *testing.T) {
	tax := load(t)
	for _, c := range []struct{ facet, value, lang, want string }{
		{"category", "swimming", "nn", "Symjing"},
		{"category", "swimming", "nn-NO", "Symjing"},
		{"category", "swimming", "no", "Svømming"},
		{"category", "floorball", "se", "Innebandy"},
		{"category", "floorball", "ar", "Floorball"},
		{"category", "unknown", "nb", "unknown"},
		{"kind", "facility", "nn", "Ope tilbod"},
		{"kind", "facility", "uk", "Відкрите місце"},
		{"kind", "facility", "lt", "Open facility"},
		{"accessibility", "captions", "se", "Teksting"},
		{"weekday", "sa", "nn", "Laurdag"},
		{"municipality", "3909", "uk", "Larvik"},
		{"municipality", "9999", "nb", "9999"},
		{"organizer", "abc123", "nb", "abc123"},
		{"language", "uk", "nb", "Ukrainsk"},
	} {
		if got := tax.FacetLabel(c.facet, c.value, c.lang); got != c.want {
			t.Errorf("FacetLabel(%s, %s, %s) = %q, want %q", c.facet, c.value, c.lang, got, c.want)
		}
	}
	closed := map[string][]string{"accessibility": catalog.Accessibilities(), "organizer_kind": catalog.OrganizerKinds(),
		"weekday": {"mo", "tu", "we", "th", "fr", "sa", "su"}, "time": {"morning", "afternoon", "evening"}, "low_threshold": {"true", "false"},
		"equipment_loan": {"true", "false"}, "status": {"scheduled", "cancelled", "postponed", "full"}}
	for _, k := range catalog.Kinds() {
		closed["kind"] = append(closed["kind"], string(k))
	}
	for facet, values := range closed {
		for _, v := range values {
			for _, lang := range []string{"nb", "nn", "en", "uk", "ar", "pl"} {
				if tax.labels[facet+"/"+v][lang] == "" {
					t.Errorf("%s %s has no label in %s", facet, v, lang)
				}
			}
		}
	}
	if got := tax.FacetNames("weekday", "tu"); !cmp.Equal(got, []string{"الثلاثاء", "Tuesday", "Tirsdag", "Tysdag", "Wtorek", "Maŋŋebárga", "Talaado", "ሰሉስ", "Вівторок"}) {
		t.Errorf("FacetNames(weekday, tu) = %q", got)
	}
}

func TestReadNamesTheLine(t *testing.T) {
	rest := fstest.MapFS{
		"labels.csv":         {Data: []byte("facet,value,nb\n")},
		"municipalities.csv": {Data: []byte("number,name\n")},
		"words.csv":          {Data: []byte("role,category,words\n")},
	}
	for name, file := range map[string]string{
		"twice":  "id,parent,nb,synonyms\na,,A,\na,,B,\n",
		"orphan": "id,parent,nb,synonyms\na,,A,\nb,c,B,\n",
		"unsure": "id,parent,nb,unsure\na,,A,\nb,,B,pl\n",
		"rank":   "id,parent,nb,rank\na,,A,\nb,,B,first\n",
	} {
		rest["taxonomy.csv"] = &fstest.MapFile{Data: []byte(file)}
		if _, err := Read(rest); err == nil || !strings.Contains(err.Error(), "taxonomy.csv:3") {
			t.Errorf("%s: error %v does not name the line", name, err)
		}
	}
}

func TestFacetValue(t *testing.T) {
	terms, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for label, want := range map[string]string{"Larvik": "3909", " sandefjord ": "3907", "Porsgrunn": "4001", "Våler": "", "Narnia": "", "": ""} {
		if got, ok := terms.FacetValue("municipality", label); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v, want %q", label, got, ok, want)
		}
	}
}

func TestReadNamesTheLineOfAWord(t *testing.T) {
	for name, words := range map[string]string{
		"role": "means,a,en\nbetyr,a,to\n", "category": "means,a,en\nmeans,b,to\n", "twice": "means,a,en\nmeans,c,to|En\n",
	} {
		_, err := Read(fstest.MapFS{"taxonomy.csv": {Data: []byte("id,parent,nb\na,,A\nc,,C\n")}, "labels.csv": {Data: []byte("facet,value,nb\n")},
			"municipalities.csv": {Data: []byte("number,name\n")}, "words.csv": {Data: []byte("role,category,words\n" + words)}})
		if err == nil || !strings.Contains(err.Error(), "words.csv:3") {
			t.Errorf("%s: error %v does not name the line", name, err)
		}
	}
}
