package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUnmappedAndReplay(t *testing.T) {
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": "Id;Navn;Sted;Kategori\n1;Kvelde FK;Kvelde;Musikkdag\n2;Svarstad IL;Svarstad;Musikkdag\n3;Koret;Larvik;Diverse\n4;Halsen;Halsen;Fotball\n"})
	run := func(code int, args ...string) string {
		t.Helper()
		got, out, errs := call(t, nil, append(args, flags...)...)
		if got != code {
			t.Fatalf("%q: exit %d, want %d: %s%s", args, got, code, out, errs)
		}
		return out + errs
	}
	run(exitOK, "sync")
	if out := run(exitOK, "unmapped"); !strings.Contains(out, `"Musikkdag": music  # 2, for eksempel Kvelde FK`) || !strings.Contains(out, `"Diverse": ""  # 1`) {
		t.Errorf("unmapped: %s", out)
	}
	if out := run(exitOK, "unmapped", "lag", "-json"); !strings.Contains(out, `{"source":"lag","words":[{"word":"Musikkdag","count":2,"title":"Kvelde FK","suggestion":"music"},{"word":"Diverse","count":1,"title":"Koret"}]}`) {
		t.Errorf("unmapped -json: %s", out)
	}
	run(exitUsage, "unmapped", "finnes-ikke")

	// What it suggests can be pasted; the source is read again as it answered, though the file is gone.
	file := filepath.Join(dir, "sources.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, strings.Replace(string(text), "licence: CC0-1.0}", `licence: CC0-1.0, categories: {"Musikkdag": music, "Diverse": ""}}`, 1))
	if err := os.Remove(filepath.Join(dir, "lag.csv")); err != nil {
		t.Fatal(err)
	}
	run(exitUsage, "sync", "-replay")
	if out := run(exitOK, "sync", "-replay", "lag"); !strings.Contains(out, "2 endret, 2 uendret, 4 vises") {
		t.Errorf("replay: %s", out)
	}
	if out := run(exitOK, "unmapped"); !strings.Contains(out, "har en kategori") {
		t.Errorf("unmapped after mapping: %s", out)
	}
}

// TestUnmappedAsksTheOthers: what another source's word means counts first, and a list that sources share is named.
func TestUnmappedAsksTheOthers(t *testing.T) {
	other := "  - {id: annen, kind: csv, url: \"file:annen.csv\", licence: CC0-1.0, categories: &ord {Musikkdag: concert}}\n" +
		"  - {id: tredje, kind: csv, url: \"file:tredje.csv\", licence: CC0-1.0, categories: *ord}\n"
	_, flags := setUp(t, csvSource+other, map[string]string{"lag.csv": "Id;Navn;Sted;Kategori\n1;Kvelde FK;Kvelde;musikkdag\n", "annen.csv": clubs(1), "tredje.csv": "Id;Navn;Sted;Kategori\n1;Koret;Larvik;Diverse\n"})
	if code, out, errs := call(t, nil, append([]string{"sync"}, flags...)...); code != exitOK {
		t.Fatal(out, errs)
	}
	_, out, errs := call(t, nil, append([]string{"unmapped"}, flags...)...)
	for _, word := range []string{`"musikkdag": concert  # 1`, "# lag: 1 ord uten kategori\n    categories:\n", "lista &ord, som flere kilder deler", "linje 4 i"} {
		if !strings.Contains(out, word) {
			t.Errorf("no %q in %s%s", word, out, errs)
		}
	}
}
