package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fritidshub/store/sqlite"
)

func TestBackupAndRestore(t *testing.T) {
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(3)})
	run := func(code int, args ...string) string {
		t.Helper()
		got, out, errs := call(t, map[string]string{"FRITIDSHUB_NOW": "2026-11-22T12:00:00+01:00"}, append(args, flags...)...)
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
	says(run(exitFailed, "restore", "-force", filepath.Join(dir, "borte.db")), "finnes ikke")
	says(run(exitFailed, "restore", copied), "-force")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	run(exitOK, "restore", "-force", copied)
	if n := strings.Count(run(exitOK, "export", "-format", "ndjson"), "\n"); n != 3 {
		t.Errorf("%d listings after restore", n)
	}
	says(run(exitOK, "restore", "-force", copied), "fritidshub.db.replaced-20261122T110000Z-2")
	kept, err := filepath.Glob(database + ".replaced-20261122T110000Z*")
	if err != nil || len(kept) != 2 {
		t.Errorf("kept: %v %v", kept, err)
	}
	broken, other, damaged, head := filepath.Join(dir, "ødelagt.db"), filepath.Join(dir, "annet.db"), filepath.Join(dir, "skadet.db"), filepath.Join(dir, "skadet-hode.db")
	write(t, broken, "dette er ingen database")
	write(t, filepath.Join(dir, "tom.db"), "")
	whole, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	copy(whole[68:72], "Xrit") // the mark of the program in the file's head
	write(t, other, string(whole))
	copy(whole[68:72], "Frit")
	harm := func(file string, from, to int) {
		bad := slices.Clone(whole)
		for i := from; i < to; i++ {
			bad[i] = 0xA5
		}
		write(t, file, string(bad))
	}
	harm(damaged, len(whole)/2, len(whole)*3/4)
	harm(head, 100, 4096) // where the tables are told
	for file, why := range map[string]string{broken: "ikke en sikkerhetskopi", other: "ikke en sikkerhetskopi", damaged: "skadet sikkerhetskopi", head: "skadet sikkerhetskopi",
		filepath.Join(dir, "tom.db"):   "ikke en sikkerhetskopi",
		filepath.Join(dir, "borte.db"): "finnes ikke", dir: "er en mappe"} {
		said := run(exitFailed, "restore", "-force", file)
		says(said, file)
		says(said, why)
		says(said, "Databasen i "+filepath.Join(dir, "data")+" er ikke rørt")
		if strings.Contains(said, ".restore-") || strings.Contains(said, "no such") || strings.Contains(said, "not a") {
			t.Errorf("%s: %s", file, said)
		}
	}
	says(run(exitFailed, "backup", filepath.Join(dir, "ingen", "mappe.db")), "finnes ikke")
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
