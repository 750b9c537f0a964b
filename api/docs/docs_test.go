package docs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fritidshub/api/openapi"
	"fritidshub/config"
)

func guide(t *testing.T) *Guide {
	t.Helper()
	g, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Everything that the contract says in English is said in Norwegian too, and every text that the page asks for is there in both.
func TestTexts(t *testing.T) {
	g := guide(t)
	nb, en := g.texts["nb"], g.texts["en"]
	asked := []string{"about"}
	page, err := files.ReadFile("docs.html")
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := files.ReadFile("schemas.html")
	if err != nil {
		t.Fatal(err)
	}
	page = append(page, schemas...)
	for _, m := range regexp.MustCompile(`\.[TP] "([a-z.]+)"`).FindAllSubmatch(page, -1) {
		asked = append(asked, string(m[1]))
	}
	for _, name := range tasks {
		asked = append(asked, "task."+name)
	}
	for _, key := range asked {
		if nb.Labels[key] == "" || en.Labels[key] == "" && key != "about" {
			t.Errorf("%s has no text", key)
		}
	}
	for key := range nb.Labels {
		if !slices.Contains(asked, key) {
			t.Errorf("nobody asks for %s", key)
		}
	}
	known := []string{}
	for _, tag := range g.contract.Tags {
		if nb.Tags[tag.Name] == "" {
			t.Errorf("tag %s is not in Norwegian", tag.Name)
		}
	}
	for _, p := range g.contract.Paths {
		for _, o := range []*openapi.Operation{p.Value.Get, p.Value.Post} {
			if o == nil {
				continue
			}
			known = append(known, o.ID)
			if said := nb.Operations[o.ID]; said.Summary == "" || said.Description == "" {
				t.Errorf("%s is not in Norwegian", o.ID)
			}
			for _, param := range o.Parameters {
				if nb.Parameters[param.Name] == "" {
					t.Errorf("parameter %s is not in Norwegian", param.Name)
				}
			}
			for _, r := range o.Responses {
				if nb.Answers[r.Name] == "" && !slices.Contains([]string{"429", "4XX", "default"}, r.Name) {
					t.Errorf("%s: %s is not in Norwegian", o.ID, r.Name)
				}
			}
		}
	}
	for id := range nb.Operations {
		if !slices.Contains(known, id) {
			t.Errorf("%s is in Norwegian only", id)
		}
	}
}

func TestProse(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "",
		"A sentence.":                     "A sentence.",
		"One\nline with `a<b` & **more**": "One line with <code>a&lt;b</code> &amp; <strong>more</strong>",
		"One.\n\nTwo.":                    "<p>One.</p><p>Two.</p>",
		"# Title\n\n## Part\n- a\n  b\n- c\n\nEnd": "<h3>Part</h3><ul><li>a b</li><li>c</li></ul><p>End</p>",
		"<script>": "&lt;script&gt;",
	} {
		if got := string(prose(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestOutline(t *testing.T) {
	long := strings.Repeat("x", 100)
	many := `{"a":[` + strings.TrimSuffix(strings.Repeat("1,", 20), ",") + `]}`
	var lines []string
	for i := range 60 {
		lines = append(lines, fmt.Sprintf(`"%d":"%s"`, i, long))
	}
	for raw, want := range map[string]string{
		`{"b":1,"a":[true,null,1.50]}`: `{"b": 1, "a": [true, null, 1.50]}`,
		many:                           `{"a": [1, 1, 1, 1, 1, …]}`,
		`[{"a":1},{"a":2}]`:            `[{"a": 1}, …]`,
		`{"t":"<b> & ` + long + `"}`:   `{"t": "<b> & ` + long[:66] + `…"}`,
		"not JSON":                     "not JSON",
		"":                             "",
		`{"a":[{"b":1,"c":{"d":2`:      `{"a": [{"b": 1, "c": {"d": 2, …}, …}, …], …}`,
		`{"a":1,"b`:                    `{"a": 1, …}`,
		strings.Repeat("[", 9999):      strings.Repeat("[", mostLines*lineWidth) + "…",
	} {
		if got := Outline([]byte(raw)); got != want {
			t.Errorf("%.60s: %s, want %s", raw, got, want)
		}
	}
	got := strings.Split(Outline([]byte("{"+strings.Join(lines, ",")+"}")), "\n")
	if len(got) != mostLines || got[mostLines-1] != "…" {
		t.Errorf("%d lines, the last %q", len(got), got[len(got)-1])
	}
}

func FuzzOutline(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":null}]}`, `[[[]]]`, `"`, "{\"a\":\xff}", `{"a":1}{"b":2}`, "1 2"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if out := Outline(raw); strings.Count(out, "\n") >= mostLines && strings.Count(string(raw), "\n") < mostLines {
			t.Errorf("%d lines", strings.Count(out, "\n"))
		}
	})
}

// What a neighbour is told to write is one entry, whatever the hub is called.
func TestEntry(t *testing.T) {
	for name, want := range map[string]string{"Aktiviteter i Larvik": "    name: Aktiviteter i Larvik\n", "Ja: \"nå\" # her": `    name: 'Ja: "nå" # her'` + "\n"} {
		if got := Entry(Hub{ID: "larvik", Name: name, PublicURL: "https://larvik.example"}); !strings.Contains(got, want) || !strings.Contains(got, "    url: https://larvik.example\n") {
			t.Errorf("%s", got)
		}
		file := File(Hub{ID: "larvik", Name: name, PublicURL: "https://larvik.example"}) + "\n"
		if _, err := config.Parse("sources.yaml", []byte(file), config.Environment{Kinds: []string{"fritidshub"}}); err != nil {
			t.Errorf("a neighbour's sources.yaml is refused: %v", err)
		}
	}
}
