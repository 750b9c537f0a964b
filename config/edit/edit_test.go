package edit

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const kept = `# Kildene våre. Spør kulturkontoret før noe slettes.
hub: {id: prove, name: "Prøve", municipality: "0301"} # Oslo

sources:
  # Bibliotek
  - id: biblioteket   # hovedbiblioteket
    name: 'Bibliotekets kalender'
    kind: ical
    url: https://bib.example/kal.ics
    categories: {Lesesirkel: books, "Språkkafé": language}
    # spør Kari om foredragene

  - id: idrett
    name: Idrettsrådet
    kind: csv
    url: file:idrett.csv
    enabled: false    # venter på ny fil
    options:
      columns:
        title: Aktivitet
    note: |
      To linjer
      om kilden

# Slutt på listen
`

func TestChanges(t *testing.T) {
	entry := "- id: ny\n  name: Ny kilde\n  kind: jsonld\n"
	for _, c := range []struct {
		name, text string
		do         func(*Doc) error
		old, new   string // the only place that differs
	}{
		{"a source at the end, before the comment that follows the list", kept, func(d *Doc) error { return d.Append(entry, "sources") },
			"      om kilden\n", "      om kilden\n\n  - id: ny\n    name: Ny kilde\n    kind: jsonld\n"},
		{"a value keeps its comment", kept, func(d *Doc) error { return d.Set(true, "sources", 1, "enabled") }, "enabled: false ", "enabled: true "},
		{"a quoted value", kept, func(d *Doc) error { return d.Set("Biblioteket: alt", "sources", 0, "name") }, "'Bibliotekets kalender'", `"Biblioteket: alt"`},
		{"a new key after its neighbours", kept, func(d *Doc) error { return d.Set("@hourly", "sources", 0, "schedule") },
			`"Språkkafé": language}`, `"Språkkafé": language}` + "\n    schedule: \"@hourly\""},
		{"a word in a list in brackets", kept, func(d *Doc) error { return d.Set("music", "sources", 0, "categories", "Konsert") },
			"language}", "language, Konsert: music}"},
		{"a word in a list that is not there", kept, func(d *Doc) error { return d.Set("music", "sources", 1, "categories", "Konsert") },
			"      om kilden\n", "      om kilden\n    categories: {Konsert: music}\n"},
		{"a key deep inside", kept, func(d *Doc) error { return d.Set("Sted", "sources", 1, "options", "columns", "place") },
			"title: Aktivitet\n", "title: Aktivitet\n        place: Sted\n"},
		{"a value of many lines", kept, func(d *Doc) error { return d.Set("kort", "sources", 1, "note") }, "note: |\n      To linjer\n      om kilden", "note: kort"},
		{"leading noughts", kept, func(d *Doc) error { return d.Set("0104", "hub", "municipality") }, `"0301"`, `"0104"`},
		{"what YAML takes for no text", kept, func(d *Doc) error { return d.Set("no", "sources", 1, "language") }, "om kilden\n", "om kilden\n    language: \"no\"\n"},
		{"a source away", kept, func(d *Doc) error { return d.Remove("sources", 1) }, kept[strings.Index(kept, "  - id: idrett"):strings.Index(kept, "\n# Slutt")], ""},
		{"a key away", kept, func(d *Doc) error { return d.Remove("sources", 1, "enabled") }, "    enabled: false    # venter på ny fil\n", ""},
		{"the first of an empty list", "hub: {id: a}\nsources: []\n", func(d *Doc) error { return d.Append(entry, "sources") },
			"sources: []\n", "sources:\n  - id: ny\n    name: Ny kilde\n    kind: jsonld\n"},
		{"the first of a list without value", "hub: {id: a}\nsources:\n", func(d *Doc) error { return d.Append(entry, "sources") },
			"sources:\n", "sources:\n  - id: ny\n    name: Ny kilde\n    kind: jsonld\n"},
		{"the first of a list that is not there", "hub: {id: a}\n", func(d *Doc) error { return d.Append(entry, "sources") },
			"a}\n", "a}\n\nsources:\n  - id: ny\n    name: Ny kilde\n    kind: jsonld\n"},
		{"the only one away", "hub: {id: a}\nsources:\n- id: x\n  kind: csv\n", func(d *Doc) error { return d.Remove("sources", 0) }, "sources:\n- id: x\n  kind: csv\n", "sources: []\n"},
		{"dashes below the key, close together", "sources:\n- id: x\n- id: y\n", func(d *Doc) error { return d.Append(entry, "sources") },
			"- id: y\n", "- id: y\n- id: ny\n  name: Ny kilde\n  kind: jsonld\n"},
		{"no line break at the end", "sources:\n- id: x\n- id: y", func(d *Doc) error { return d.Set(5, "sources", 1, "priority") }, "- id: y", "- id: y\n  priority: 5"},
		{"line breaks of Windows", "sources:\r\n- id: x\r\n- id: y\r\n", func(d *Doc) error { return d.Append(entry, "sources") },
			"- id: y\r\n", "- id: y\r\n- id: ny\r\n  name: Ny kilde\r\n  kind: jsonld\r\n"},
		{"brackets in quotes and comments", "a:\n  b: [\"]\", # ]\n    'x']\n  c: 1\n", func(d *Doc) error { return d.Set("z", "a", "b") }, "[\"]\", # ]\n    'x']", "z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := Open([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if err := c.do(d); err != nil {
				t.Fatal(err)
			}
			if strings.Count(c.text, c.old) != 1 {
				t.Fatalf("%q stands %d times in the text", c.old, strings.Count(c.text, c.old))
			}
			if diff := cmp.Diff(strings.Replace(c.text, c.old, c.new, 1), string(d.Text())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What cannot be changed alone is refused, and nothing is touched.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		do   func(*Doc) error
		want error
	}{
		"a text over several lines":   {"a:\n  b: en\n    to\n", func(d *Doc) error { return d.Set("z", "a", "b") }, ErrForm},
		"a list in brackets":          {"a: [{id: x}]\n", func(d *Doc) error { return d.Append("- id: y\n", "a") }, ErrForm},
		"no such item":                {"a: [1]\n", func(d *Doc) error { return d.Set("z", "a", 4, "b") }, ErrNoPlace},
		"two items":                   {"a:\n- 1\n", func(d *Doc) error { return d.Append("- 2\n- 3\n", "a") }, ErrForm},
		"a key of what is a text":     {"a: b\n", func(d *Doc) error { return d.Set("z", "a", "b") }, ErrForm},
		"the key behind the dash":     {"a:\n- b: 1\n  c: 2\n", func(d *Doc) error { return d.Remove("a", 0, "b") }, ErrForm},
		"the same list in two places": {"a: &x {p: 1}\nb: *x\n", func(d *Doc) error { return d.Set("z", "b", "q") }, ErrForm},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := Open([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if err := c.do(d); !errors.Is(err, c.want) {
				t.Errorf("the error is %v", err)
			}
			if string(d.Text()) != c.text {
				t.Errorf("the text became %q", d.Text())
			}
		})
	}
}

// The project's own sources.yaml takes every change, and loses no line by it.
func TestOwnFile(t *testing.T) {
	text, err := os.ReadFile("../../sources.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d, err := Open(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Append("- id: ny-kilde\n  name: Ny\n  kind: ical\n  url: https://ny.example/a.ics\n", "sources"); err != nil {
		t.Fatal(err)
	}
	added := "\n  - id: ny-kilde\n    name: Ny\n    kind: ical\n    url: https://ny.example/a.ics\n"
	if got := strings.Replace(string(d.Text()), added, "", 1); got != string(text) {
		t.Error(cmp.Diff(string(text), got))
	}
	for i := 0; d.find([]any{"sources", i}) != nil; i++ {
		for _, change := range []func() error{
			func() error { return d.Set(false, "sources", i, "enabled") },
			func() error { return d.Set("music", "sources", i, "categories", "Et nytt: ord") },
			func() error { return d.Remove("sources", i, "enabled") },
		} {
			if err := change(); err != nil && !strings.Contains(string(text), "categories: *") {
				t.Errorf("source %d: %v", i, err)
			}
		}
	}
}

// Whatever is written is read back as it was meant.
func TestAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ \-:#'"{}\[\],&*!|>%@a-z0-9]{0,12}`)).Draw(t, "value")
		d, err := Open([]byte(kept))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range [][]any{{"sources", 0, "name"}, {"sources", 0, "categories", "Språkkafé"}, {"sources", 1, "fresh"}} {
			if err := d.Set(value, path...); err != nil {
				t.Fatalf("%q: %v", value, err)
			}
			if got := d.find(path); got.Value != value {
				t.Fatalf("%q became %q", value, got.Value)
			}
		}
	})
}

func FuzzEdit(f *testing.F) {
	f.Add([]byte(kept), "sources", "name", "Nytt navn", 1)
	f.Add([]byte("a:\n- b: \"x\n  y\" # z\n"), "a", "b", "c: d", 0)
	f.Add([]byte("a: {b: {c: [1, 2}}"), "a", "b", "", 0)
	f.Fuzz(func(t *testing.T, text []byte, list, key, value string, i int) {
		d, err := Open(text)
		if err != nil {
			return
		}
		for _, do := range []func() error{
			func() error { return d.Set(value, list, i, key) },
			func() error { return d.Set(value, list, key) },
			func() error { return d.Append("- "+"id: x\n", list) },
			func() error { return d.Remove(list, i) },
			func() error { return d.Remove(list, key) },
		} {
			before := d.Text()
			if err := do(); err != nil && !bytes.Equal(before, d.Text()) {
				t.Fatalf("a refused change made %q of %q", d.Text(), before)
			}
			if _, err := Open(d.Text()); err != nil {
				t.Fatalf("%q cannot be read again: %v", d.Text(), err)
			}
		}
	})
}
