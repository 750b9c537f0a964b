package places

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"fritidshub/catalog"
)

type sameCase struct {
	A    catalog.Place `json:"a"`
	B    catalog.Place `json:"b"`
	Same bool          `json:"same"`
	Key  *bool         `json:"key"` // whether the keys are equal; absent where that is not decided
}

func sameCases(t testing.TB) (cases []sameCase) {
	t.Helper()
	files, _ := filepath.Glob("testdata/same*.jsonl")
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			var c sameCase
			if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
				t.Fatalf("%s: %s: %v", name, lines.Text(), err)
			}
			cases = append(cases, c)
		}
	}
	return cases
}

func TestSame(t *testing.T) {
	d := load(t)
	cases := sameCases(t)
	if len(cases) < 40 {
		t.Fatalf("only %d cases", len(cases))
	}
	for _, c := range cases {
		score, reasons := d.Same(c.A, c.B)
		if (score >= SameAt) != c.Same {
			t.Errorf("%+v and %+v: %.2f, want same %v: %v", c.A, c.B, score, c.Same, reasons)
		}
		if back, _ := d.Same(c.B, c.A); back != score {
			t.Errorf("%+v and %+v: %.2f, but %.2f the other way", c.A, c.B, score, back)
		}
		if c.Key != nil && (d.Key(c.A) == d.Key(c.B) && d.Key(c.A) != "") != *c.Key {
			t.Errorf("keys %q and %q, want equal %v", d.Key(c.A), d.Key(c.B), *c.Key)
		}
	}
}

func TestRooms(t *testing.T) {
	for _, c := range []struct{ name, house, room string }{
		{"Bølgen, Storsalen", "Bølgen", "Storsalen"},
		{"Lille sal, Hjertnes", "Hjertnes", "Lille sal"},
		{"Bølgen kulturhus Lillesalen", "Bølgen kulturhus", "Lillesalen"},
		{"Bølgen – Sal 2", "Bølgen", "Sal 2"},
		{"Bølgen (Kafeen)", "Bølgen", "Kafeen"},
		{"Storsalen", "", "Storsalen"},
		{"Mesterfjellet skole, aula", "Mesterfjellet skole", "aula"},
		{"Rådhuset, møterom 3, 2. etasje", "Rådhuset", "møterom 3, 2. etasje"},
		{"Kafé Stranda", "Kafé Stranda", ""},
		{"Galleri Bølgen", "Galleri Bølgen", ""},
		{"Stavern scene", "Stavern scene", ""},
		{"Bølgen kulturhus", "Bølgen kulturhus", ""},
		{"", "", ""},
	} {
		if house, room := Rooms(c.name); house != c.house || room != c.room {
			t.Errorf("%q: %q and %q, want %q and %q", c.name, house, room, c.house, c.room)
		}
	}
}

// drawPlace makes places of words that meet often.
func drawPlace(t *rapid.T, name string) catalog.Place {
	pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name+label) }
	p := catalog.Place{
		Name: pick("name", "", "Bølgen", "Bølgen kulturhus", "Bølgen, Storsalen", "Biblioteket", "Larvik bibliotek", "Stavern bibliotek", "Farrishallen",
			"Langestrand skole", "Langestrand kirke", "Storsalen", "Samfunnshuset", "Klubbhuset", "Fabrikken", "Tjølling samfunnshus"),
		Address:      pick("address", "", "", "Sanden 2", "Kongegata 5", "Kongegt. 5", "Kongegata 7", "Postboks 12"),
		PostalCode:   pick("code", "", "", "3256", "3264", "3290", "3210"),
		Municipality: pick("municipality", "", "3909", "3909", "3907", "0709"),
		Online:       rapid.IntRange(0, 20).Draw(t, name+"online") == 0,
	}
	if rapid.Bool().Draw(t, name+"located") {
		p.Geo = &catalog.Point{Lat: rapid.SampledFrom([]float64{59.0486, 59.0489, 59.2, 10.03, 0}).Draw(t, name+"lat"),
			Lon: rapid.SampledFrom([]float64{10.0345, 10.0351, 9.9, 59.04}).Draw(t, name+"lon")}
	}
	return p
}

func TestSameIsSymmetricAndBounded(t *testing.T) {
	d := load(t)
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawPlace(t, "a"), drawPlace(t, "b")
		there, _ := d.Same(a, b)
		back, _ := d.Same(b, a)
		if there != back || there < 0 || there > 1 {
			t.Fatalf("%v and %v", there, back)
		}
		if self, why := d.Same(a, a); d.House(a).which() && a.Municipality != "" && a.Geo == nil && self < SameAt {
			t.Fatalf("not itself: %v %v", self, why)
		}
	})
}
