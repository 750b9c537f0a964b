package sqlite_test

import (
	"path/filepath"
	"testing"

	"fritidshub/store/sqlite"
	"fritidshub/store/storetest"
)

// TestRestoredFeed: a copy that is put back is another feed, since its numbers are given anew.
func TestRestoredFeed(t *testing.T) {
	dir := t.TempDir()
	file, copied := filepath.Join(dir, "a.db"), filepath.Join(dir, "copy.db")
	open := func() (*sqlite.DB, string) {
		t.Helper()
		db, err := sqlite.Open(t.Context(), sqlite.Options{File: file})
		if err != nil {
			t.Fatal(err)
		}
		state, err := db.Feed(t.Context())
		if err != nil || state.ID == "" {
			t.Fatal(state, err)
		}
		return db, state.ID
	}
	db, first := open()
	if err := db.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	db.Close()
	db, second := open()
	db.Close()
	if _, err := sqlite.Restore(t.Context(), copied, file, true, storetest.Start); err != nil {
		t.Fatal(err)
	}
	db, third := open()
	defer db.Close()
	if first != second || second == third {
		t.Errorf("opened again %s, %s, restored %s", first, second, third)
	}
}
