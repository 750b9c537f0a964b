package statement

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/accessibility-statement.md anew")

func read(t *testing.T) []Criterion {
	all, err := Criteria()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Every criterion has a verdict with a reason, and every test that is named is there.
func TestCriteria(t *testing.T) {
	all, seen, sources := read(t), map[string]bool{}, map[string]string{}
	if len(all) != 47 {
		t.Errorf("%d criteria, want the 47 of the regulation", len(all))
	}
	form := regexp.MustCompile(`^([a-z/]+)\.(Test\w+)(?:/(.+))?$`)
	for _, c := range all {
		if seen[c.ID] || !regexp.MustCompile(`^[1-4]\.\d\.\d+$`).MatchString(c.ID) || c.Name == "" || c.How == "" || c.Level != "A" && c.Level != "AA" || c.Verdict.String() == "" {
			t.Errorf("%+v is twice there or lacks something", c)
		}
		seen[c.ID] = true
		if c.Verdict == Met && len(c.Tests) == 0 {
			t.Errorf("%s is met by no test", c.ID)
		}
		for _, name := range c.Tests {
			m := form.FindStringSubmatch(name)
			if m == nil {
				t.Errorf("%s: %q is not written as folder.TestName/case", c.ID, name)
				continue
			}
			if _, ok := sources[m[1]]; !ok {
				sources[m[1]] = testsOf(t, m[1])
			}
			if !strings.Contains(sources[m[1]], "func "+m[2]+"(t *testing.T)") {
				t.Errorf("%s: there is no test %s in %s", c.ID, m[2], m[1])
			}
			if m[3] != "" && !strings.Contains(sources[m[1]], `"`+m[3]+`"`) {
				t.Errorf("%s: %s has no case %q", c.ID, m[2], m[3])
			}
		}
	}
}

// testsOf is the source of the tests of a folder of the repository.
func testsOf(t *testing.T, folder string) string {
	files, err := filepath.Glob(filepath.Join("../..", folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(raw)
	}
	return all.String()
}

// The document in docs is what the criteria give.
func TestDocument(t *testing.T) {
	const path = "../../docs/accessibility-statement.md"
	all := read(t)
	var w strings.Builder
	w.WriteString("# Tilgjengelighet: tekst til erklæringen\n\nLaget av `widget/statement/criteria.yaml` med `go generate ./widget/statement`. En hub viser den samme på `/docs/statement`, som tabell og som tekst til å lime inn i uustatus.no.\n\n")
	for _, p := range Intro("", all) {
		w.WriteString(p + "\n\n")
	}
	w.WriteString("| krav | nivå | vurdering | hvorfor | prøver |\n|---|---|---|---|---|\n")
	for _, c := range all {
		tests := strings.Join(c.Tests, "`, `")
		if tests != "" {
			tests = "`" + tests + "`"
		}
		fmt.Fprintf(&w, "| %s %s | %s | %s | %s | %s |\n", c.ID, c.Name, c.Level, c.Verdict, c.How, tests)
	}
	if *update {
		if err := os.WriteFile(path, []byte(w.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w.String(), string(got)); diff != "" {
		t.Errorf("docs/accessibility-statement.md is not what criteria.yaml gives; run go generate ./widget/statement (-want +got):\n%s", diff)
	}
}
