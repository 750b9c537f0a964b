package places

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
)

func load(t testing.TB) *Data {
	t.Helper()
	d, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

type addressCase struct {
	In   string        `json:"in"`
	Want catalog.Place `json:"want"`
}

func addressCases(t testing.TB) map[string][]addressCase {
	t.Helper()
	files, err := filepath.Glob("testdata/addresses*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	cases := map[string][]addressCase{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			var c addressCase
			if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
				t.Fatalf("%s: %s: %v", name, lines.Text(), err)
			}
			cases[filepath.Base(name)] = append(cases[filepath.Base(name)], c)
		}
	}
	return cases
}

// TestParse reads every case of testdata/addresses*.jsonl: lines and what they say.
func TestParse(t *testing.T) {
	d, count := load(t), 0
	for file, cases := range addressCases(t) {
		for _, c := range cases {
			count++
			if diff := cmp.Diff(c.Want, d.Parse(c.In)); diff != "" {
				t.Errorf("%s: %s\n%s", file, c.In, diff)
			}
		}
	}
	if count < 280 {
		t.Errorf("only %d cases", count)
	}
}

// FuzzParse: what comes out is clean, bounded and stated, and reading it again as fields adds nothing that contradicts it.
func FuzzParse(f *testing.F) {
	for _, cases := range addressCases(f) {
		for _, c := range cases {
			f.Add(c.In)
		}
	}
	f.Add("(1)(((3256 Larvik, -, ,12 3256")
	d := load(f)
	f.Fuzz(func(t *testing.T, line string) {
		p := d.Parse(line)
		folded := catalog.Fold(line)
		for _, s := range []string{p.Name, p.Address, p.PostalCode} {
			if catalog.CleanText(s, 0) != s {
				t.Errorf("%q is not clean", s)
			}
		}
		if p.PostalCode != "" && (!digits(p.PostalCode, 4) || !strings.Contains(catalog.CleanText(line, 0), p.PostalCode)) {
			t.Errorf("%q: postal code %q is not in it", line, p.PostalCode)
		}
		if p.Municipality != "" && d.MunicipalityName(p.Municipality) == "" {
			t.Errorf("%q: no municipality %q", line, p.Municipality)
		}
		if p.Name == "" && p.Address == "" && p.Locality == "" && p.PostalCode == "" && p.Geo == nil && folded != "" && len(folded) < MaxLine {
			t.Errorf("%q: nothing was kept", line)
		}
		q := p
		Complete(&q, d)
		again := q
		Complete(&again, d)
		if diff := cmp.Diff(q, again); diff != "" {
			t.Errorf("%q: completing twice changes more:\n%s", line, diff)
		}
	})
}
