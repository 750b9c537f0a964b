package intent_test

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog/calendar"
	"fritidshub/catalog/taxonomy"
	"fritidshub/index/intent"
)

var towns = map[string]string{"larvik": "3909", "skien": "4003", "porsgrunn": "4001", "sandefjord": "3907", intent.Key("Færder"): "3911", intent.Key("Risør"): "4201",
	"midt telemark": "4020", "time": "1121", "strand": "1130"}

func context(t testing.TB, now string) intent.Context {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", now, zone)
	if err != nil {
		t.Fatal(err)
	}
	schools, err := calendar.LoadSchools(nil)
	if err != nil {
		t.Fatal(err)
	}
	named := func(a, b string) bool { return a == "larvik" && b == "bibliotek" || a == "skien" && b == "ishockey" }
	return intent.Context{Now: at, School: schools.In("3909"), Towns: towns, Named: named}
}

func reader(t testing.TB) *intent.Reader {
	t.Helper()
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	return intent.New(tax)
}

func params(found []intent.Found) string {
	var out []string
	for _, f := range found {
		for _, p := range f.Params {
			out = append(out, p.Name+"="+p.Value)
		}
	}
	return strings.Join(out, " ")
}

func phrases(t testing.TB) [][3]string {
	t.Helper()
	f, err := os.Open("testdata/phrases.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out [][3]string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		parts := strings.Split(line, "|")
		if len(parts) != 3 {
			t.Fatalf("%q has not three parts", line)
		}
		out = append(out, [3]string{strings.TrimSpace(parts[0]), strings.TrimSpace(parts[1]), strings.TrimSpace(parts[2])})
	}
	return out
}

func TestPhrases(t *testing.T) {
	r, c := reader(t), context(t, "2026-11-18 12:00")
	for _, p := range phrases(t) {
		got := r.Read(p[0], c)
		if got.Rest != p[1] || params(got.Found) != p[2] {
			t.Errorf("%q: %q, %q; want %q, %q", p[0], got.Rest, params(got.Found), p[1], p[2])
		}
	}
}
