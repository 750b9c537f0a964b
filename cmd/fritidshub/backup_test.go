package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fritidshub/store/sqlite"
)

func TestBackupAndRestore(t *testing.T) {
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(3)})
	run := func(code int, args ...string) string {
		t.Helper()
		got, out, errs := call(t, nil, append(args, flags...)...)
		if got != code {
			t.Fatalf("%q: exit %d, want %d: %s%s", args, got, code, out, errs)
		}
		return out + errs
	}
	says := func(text, word string) {
		t.Helper()
		if !strings.Contains(text, word) {
			t.Errorf("no %q in %s", word, text)
		}
	}
	copied := filepath.Join(dir, "kopi.db")
	says(run(exitFailed, "backup", copied), "ingen database")
	run(exitOK, "sync")
	says(run(exitOK, "backup", copied), "kopi.db")
	says(run(exitFailed, "backup", copied), "finnes fra før")

	write(t, filepath.Join(dir, "lag.csv"), clubs(5))
	run(exitOK, "sync")
	says(run(exitFailed, "restore", copied), "-force")
	database := filepath.Join(dir, "data", databaseName)
	db, err := sqlite.Open(t.Context(), sqlite.Options{File: database})
	if err != nil {
		t.Fatal(err)
	}
	says(run(exitFailed, "restore", "-force", copied), "i bruk")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	run(exitOK, "restore", "-force", copied)
	if n := strings.Count(run(exitOK, "export", "-format", "ndjson"), "\n"); n != 3 {
		t.Errorf("%d listings after restore", n)
	}
	if _, err := os.Stat(database + ".replaced"); err != nil {
		t.Error(err)
	}
	broken := filepath.Join(dir, "ødelagt.db")
	write(t, broken, "dette er ingen database")
	says(run(exitFailed, "restore", "-force", broken), "kan ikke brukes")
	says(run(exitFailed, "restore", "-force", filepath.Join(dir, "borte.db")), "kan ikke åpnes")
	if n := strings.Count(run(exitOK, "export", "-format", "ndjson"), "\n"); n != 3 {
		t.Errorf("%d listings after a restore that failed", n)
	}
	left, err := filepath.Glob(filepath.Join(dir, "data", ".restore-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if code, out, errs := call(t, nil, "restore", copied, "-data", filepath.Join(dir, "ny")); code != exitOK {
		t.Errorf("into a new folder: %s%s", out, errs)
	}
}
