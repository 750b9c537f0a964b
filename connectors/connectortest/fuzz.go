package connectortest

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fritidshub/connectors"
	"fritidshub/fetch"
)

// Seeds gives what the addresses of the cases answer with: every file of theirs but the source and what is wanted.
func Seeds(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*/*")
	if err != nil {
		t.Fatal(err)
	}
	var seeds []string
	for _, file := range files {
		if name := filepath.Base(file); name == "source.yaml" || strings.HasPrefix(name, "want.") || filepath.Base(filepath.Dir(file)) == "fuzz" {
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		seeds = append(seeds, string(b))
	}
	if len(seeds) == 0 {
		t.Fatal("no case with an answer below testdata")
	}
	return seeds
}

// Fuzz pulls a source of which every address gives the same answer. Whatever stands there, the records are whole and the rejects say
// what is wrong, or the answer is refused as a whole.
func Fuzz(f *testing.F, kind connectors.Kind, c Case) {
	for _, seed := range Seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Pull(t, kind, c, func(string) ([]byte, string, bool) { return []byte(text), "application/json; charset=utf-8", true })
		var undecoded *fetch.Error // what is no text is refused before the kind sees it
		if err != nil && !errors.Is(err, connectors.ErrUnreadable) && !(errors.As(err, &undecoded) && undecoded.Step == fetch.StepDecode) {
			t.Error(err)
		}
		ids := map[string]bool{}
		for _, r := range got.Records {
			if r.Title == "" || r.NativeID == "" || ids[r.NativeID] || r.Kind.NeedsDate() && !r.Schedule.Dated() || r.URL != "" && !strings.HasPrefix(r.URL, "http") || r.Image != nil && !strings.HasPrefix(r.Image.URL, "http") {
				t.Errorf("%+v", r)
			}
			if _, err := json.Marshal(r); err != nil {
				t.Errorf("%+v: %v", r, err)
			}
			ids[r.NativeID] = true
		}
		for _, r := range got.Rejects {
			if r.Locator == "" || r.Reason == "" {
				t.Errorf("%+v", r)
			}
		}
	})
}
