package analysis_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fritidshub/index/analysis"
)

// parts writes the parts of a word, heads with a hyphen before them.
func parts(word string) string {
	var list []string
	for _, p := range analysis.Parts(analysis.Fold(word)) {
		if p.Head {
			p.Stem = "-" + p.Stem
		}
		list = append(list, p.Stem)
	}
	return strings.Join(list, " ")
}

func TestParts(t *testing.T) {
	for word, want := range map[string]string{
		"barneteater":        "-teater barn",
		"barneteateret":      "-teater barn",
		"sykkelverkstad":     "-verksted sykkel",
		"gospelkoret":        "-kor gospel",
		"haustferieklubb":    "-ferieklubb -klubb haust ferie haustferi",
		"ungdomskulturhuset": "-kulturhus -hus ungdom ungdomskultur kultur",
		"gaustatoppen":       "-topp gaust", // an unknown beginning
		"hundespann":         "-spann hund", //
		"veteranbiltreff":    "-treff veteranbil",
		"livredningskurs":    "-kurs livredn", // the s links
		"menighetshuset":     "-hus menigh",
		"kultur":             "", // holds no tur
		"natur":              "",
		"turnering":          "",
		"fotball":            "", // no foot
		"korps":              "",
		"korleis":            "",
		"kunstneren":         "",
		"treungen":           "",
		"tur":                "",
		"плавання":           "",
	} {
		got := map[string]bool{}
		for _, p := range strings.Fields(parts(word)) {
			got[p] = true
		}
		wanted := map[string]bool{}
		for _, p := range strings.Fields(want) {
			wanted[p] = true
		}
		if diff := cmp.Diff(wanted, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", word, diff)
		}
	}
}

func TestPieces(t *testing.T) {
	for word, want := range map[string]string{
		"mobilhjelp":      "mobil hjelp*",
		"pianotimer":      "piano tim*",
		"barneteaterkurs": "barn teater kurs*",
		"kajakkpoloen":    "",
		"kultur":          "",
	} {
		pieces, known := analysis.Pieces(word)
		var list []string
		for _, p := range pieces {
			if p.Soft {
				p.Stem += "*"
			}
			list = append(list, p.Stem)
		}
		if got := strings.Join(list, " "); known != (want != "") || known && got != want {
			t.Errorf("%s: %q, known %v, want %q", word, got, known, want)
		}
	}
}

// Whatever the word, its parts are no longer than it, and none is empty.
func FuzzParts(f *testing.F) {
	for _, s := range []string{"barneteater", "ungdomskulturhuset", "kkkkkkkkkkkk", "ssssssssss", "åååååå", "turturturturturturturturturturturturtur", "\xff\xfe\xfd\xfc\xfb\xfa"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, word string) {
		folded := analysis.Fold(word)
		for _, p := range analysis.Parts(folded) {
			if p.Stem == "" || len(p.Stem) > len(folded) {
				t.Fatalf("%q has the part %q", word, p.Stem)
			}
		}
		pieces, known := analysis.Pieces(folded)
		whole := ""
		for _, p := range pieces {
			whole += p.Folded
		}
		if known && whole != folded || len(pieces) == 1 {
			t.Fatalf("%q has the pieces %v", word, pieces)
		}
	})
}

func BenchmarkParts(b *testing.B) {
	words := []string{"barneteateret", "ungdomskulturhuset", "fotball", "informasjonskampanjen", "haustferieklubb"}
	for i := 0; b.Loop(); i++ {
		analysis.Parts(words[i%len(words)])
	}
}
