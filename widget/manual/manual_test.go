package manual

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sources are the texts of widget/src that match.
func sources(t *testing.T, pattern string) string {
	names, err := filepath.Glob(filepath.Join("../src", pattern))
	if err != nil || len(names) == 0 {
		t.Fatal(pattern, err)
	}
	var all strings.Builder
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(raw)
	}
	return all.String()
}

// found gives the words in the first group of every match, sorted, each once.
func found(pattern, text string) []string {
	var out []string
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		for _, group := range m[1:] {
			out = append(out, strings.Fields(group)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func names(entries []Entry, on string) []string {
	var out []string
	for _, e := range entries {
		if slices.Contains(e.On, on) || on == "" {
			out = append(out, e.Names...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// The table has what the sources have, and nothing else.
func TestManual(t *testing.T) {
	m, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	state, scripts, sheets := sources(t, "state.ts"), sources(t, "*.ts"), sources(t, "*.css")
	month, err := os.ReadFile("../../api/pages/templates/month.html")
	if err != nil {
		t.Fatal(err)
	}
	attributes := slices.Concat(found(`:host\(\[(\w+)`, sheets), found(`facets =\s*"([^"]+)"`, state), found(`(?m)^  \["(\w+)", `, state), found(`\.\.\."([a-z -]+)"\.split`, state))
	slices.Sort(attributes)
	attributes = slices.DeleteFunc(slices.Compact(attributes), func(name string) bool { return name == "keep" || name == "hidden" }) // residents alone set the first; any element has the other
	for _, c := range []struct {
		what      string
		got, want []string
	}{
		{"attributes of fh-search", names(m.Attributes, "fh-search"), attributes},
		{"events", names(m.Events, ""), prefixed("fh:", found(`emit\("(\w+)"`, scripts))},
		{"custom properties", names(m.Properties, ""), found(`var\((--fh-[a-z-]+)`, sheets)},
		{"parts", names(m.Parts, ""), slices.Compact(slices.Sorted(slices.Values(append(found(`\bpart(?:: | = |\.add\()"([a-z ]+)"`, scripts), found(`\bpart="([a-z]+)"`, string(month))...))))},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-in widget/src +in manual.yaml):\n%s", c.what, diff)
		}
	}
	short := found(`filters =\s*"([^"]+)"`, sources(t, "strip.ts"))
	short = append(short, found(`given\("([a-z-]+)"\)`, sources(t, "strip.ts"))...)
	for _, name := range names(m.Attributes, "fh-list") {
		if !slices.Contains(short, name) && !slices.Contains([]string{"free", "lang", "dir"}, name) {
			t.Errorf("fh-list does not read %s", name)
		}
	}
	for _, name := range short {
		if !slices.Contains(names(m.Attributes, "fh-list"), name) {
			t.Errorf("manual.yaml does not say that fh-list has %s", name)
		}
	}
	for _, name := range names(m.Methods, "") {
		if !regexp.MustCompile(`(?m)^  (override |)(refresh = \(\)|`+name+`)\b`).MatchString(scripts) && !strings.Contains(scripts, "  "+name+"?:") {
			t.Errorf("no element has the method %s", name)
		}
	}
	for _, name := range names(m.States, "") {
		if !strings.Contains(scripts, `"`+name+`"`) {
			t.Errorf("no element has the state %s", name)
		}
	}
}

func prefixed(prefix string, names []string) []string {
	for i := range names {
		names[i] = prefix + names[i]
	}
	return names
}

// What developers read names all that the search has.
func TestReadme(t *testing.T) {
	m, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	prose := regexp.MustCompile("(?s)```.*?```").ReplaceAllString(string(raw), "")
	named := found("([a-zA-Z:_-]+)", strings.Join(regexp.MustCompile("`[^`]+`").FindAllString(prose, -1), " "))
	for _, entries := range [][]Entry{m.Attributes, m.Events, m.Methods, m.States, m.Properties} {
		for _, name := range names(entries, "fh-search") {
			if !slices.Contains(named, name) {
				t.Errorf("widget/README.md does not name %s", name)
			}
		}
	}
}
