package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWriteWhole: what could not be written to its end has never been there.
func TestWriteWhole(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a")
	put := func(text string, err error) error {
		return writeWhole(file, func(w io.Writer) error {
			io.WriteString(w, text)
			return err
		})
	}
	has := func(want string) {
		t.Helper()
		if got, err := os.ReadFile(file); err != nil || string(got) != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	if err := put("første", nil); err != nil {
		t.Fatal(err)
	}
	has("første")
	full := errors.New("no space left on device")
	if err := put("andre", full); !errors.Is(err, full) {
		t.Error(err)
	}
	has("første")
	write(t, file+".new", "a killed process left this, and it is longer than what comes")
	if err := put("tredje", nil); err != nil {
		t.Fatal(err)
	}
	has("tredje")
	if _, err := os.Stat(file + ".new"); err == nil {
		t.Error("the new file stays beside the old one")
	}
}

// TestRestoreForgetsIndexes: what was made of the database that is gone goes with it.
func TestRestoreForgetsIndexes(t *testing.T) {
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(3)})
	data := filepath.Join(dir, "data")
	copied := filepath.Join(dir, "kopi.db")
	for _, args := range [][]string{{"sync"}, {"backup", copied}, {"reindex"}} {
		if code, out, errs := call(t, nil, append(args, flags...)...); code != exitOK {
			t.Fatal(args, out, errs)
		}
	}
	write(t, filepath.Join(data, meiliMarkName), "{}")
	if code, out, errs := call(t, nil, append([]string{"restore", "-force", copied}, flags...)...); code != exitOK {
		t.Fatal(out, errs)
	}
	for _, name := range []string{snapshotName, meiliMarkName} {
		if _, err := os.Stat(filepath.Join(data, name)); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
}

// TestSynonymsFile: a municipality's own words are found by, and what is wrong in the file is told with its line by every command.
func TestSynonymsFile(t *testing.T) {
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": "Navn;Ukedag\nSjakk i kantina;onsdag\n", "synonyms.yaml": "version: 1\nsame:\n  - [sjakk, tankekamp]\n"})
	base, stop := startServe(t, nil, flags)
	within(t, 5e9, "the content", func() bool { return total(t, base, "limit=1") == 1 })
	if n := total(t, base, "q=tankekamp"); n != 1 {
		t.Errorf("%d found by the municipality's own word", n)
	}
	file := filepath.Join(dir, "synonyms.yaml")
	write(t, file, "version: 1\nsame:\n  - [sjakk, brettbryderi]\n")
	within(t, 10e9, "a changed file is taken into use", func() bool { return total(t, base, "q=brettbryderi") == 1 })
	write(t, file, "version: 2\n")
	within(t, 10e9, "that the file is wrong is said", func() bool {
		r := look(t, base)
		return r.Degraded && strings.Contains(strings.Join(r.Reasons, " "), "synonyms.yaml")
	})
	if n := total(t, base, "q=brettbryderi"); n != 1 {
		t.Errorf("with a wrong file %d are found by the words before", n)
	}
	stop()
	write(t, file, "version: 1\nsame:\n  - [sjakk, tankekamp]\n  - [alene]\n")
	for _, verb := range []string{"check", "sync", "serve"} {
		code, out, errs := call(t, nil, append([]string{verb}, flags...)...)
		if code != exitUsage || !strings.Contains(out+errs, file+":4:") {
			t.Errorf("%s: exit %d, %q, %q", verb, code, out, errs)
		}
	}
}
