package all

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestKindsAreWhole: every kind brings what a user and a developer need of it: a README with the state of verification and every
// option, a sample, four cases or more of which one fails, a fuzz target, and what it is recognised by.
func TestKindsAreWhole(t *testing.T) {
	for _, kind := range Registry().Kinds() {
		t.Run(kind.Name, func(t *testing.T) {
			folder := filepath.Join("..", kind.Name)
			readme, err := os.ReadFile(filepath.Join(folder, "README.md"))
			if err != nil {
				t.Fatal(err)
			}
			if kind.Basis == "" || kind.Summary == "" {
				t.Error("it does not say what it reads and what that was built on")
			}
			if kind.Recognise == nil {
				t.Error("it does not say what it recognises (connectors/recognise.go)")
			}
			if kind.Options != nil {
				for field := range reflect.TypeOf(kind.Options).Elem().Fields() {
					name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
					if name != "" && name != "-" && !strings.Contains(string(readme), "`"+name) && !strings.Contains(string(readme), name+":") {
						t.Errorf("README.md does not name the option %s", name)
					}
				}
			}
			if _, err := os.Stat(filepath.Join(folder, "sample.yaml")); err != nil {
				t.Error(err)
			}
			entries, err := os.ReadDir(filepath.Join(folder, "testdata"))
			if err != nil {
				t.Fatal(err)
			}
			cases := 0
			for _, e := range entries {
				if e.IsDir() && e.Name() != "fuzz" {
					cases++
				}
			}
			failing, err := filepath.Glob(filepath.Join(folder, "testdata", "*", "want.err"))
			if err != nil {
				t.Fatal(err)
			}
			if cases < 4 || len(failing) == 0 {
				t.Errorf("%d cases, %d of them failing", cases, len(failing))
			}
			tests, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
			if err != nil {
				t.Fatal(err)
			}
			fuzzed := false
			for _, file := range tests {
				code, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				fuzzed = fuzzed || strings.Contains(string(code), "\nfunc Fuzz")
			}
			if !fuzzed {
				t.Error("no fuzz target")
			}
		})
	}
}
