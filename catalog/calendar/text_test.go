package calendar_test

import (
	"bufio"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
)

// textCase is one line of testdata/text*.jsonl: a schedule, and what it is in words on a day, by language.
type textCase struct {
	Name     string            `json:"name"`
	Now      time.Time         `json:"now"`
	Schedule catalog.Schedule  `json:"schedule"`
	Text     map[string]string `json:"text"`
}

func textCases(t testing.TB) map[string][]textCase {
	t.Helper()
	files, err := filepath.Glob("testdata/text*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases:", err)
	}
	out := map[string][]textCase{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			var c textCase
			if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			out[name] = append(out[name], c)
		}
	}
	return out
}

func TestText(t *testing.T) {
	zone := oslo(t)
	for file, cases := range textCases(t) {
		for _, c := range cases {
			t.Run(filepath.Base(file)+"/"+c.Name, func(t *testing.T) {
				for _, lang := range slices.Sorted(maps.Keys(c.Text)) {
					if got := calendar.Text(c.Schedule, zone, c.Now, lang); got != c.Text[lang] {
						t.Errorf("%s: %q\n   want %q", lang, got, c.Text[lang])
					}
				}
			})
		}
	}
}
