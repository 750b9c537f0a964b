package sqlite_test

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"fritidshub/store"
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

// TestManyChanges: readers of the feeds are in step after ten thousand changes of records.
func TestManyChanges(t *testing.T) {
	changes := 4_000 // of up to five records each
	if testing.Short() {
		changes = 400
	}
	random := rand.New(rand.NewPCG(3, 9))
	storetest.Walk(t, func(t testing.TB, dir string) store.Store {
		db, err := sqlite.Open(t.Context(), sqlite.Options{File: filepath.Join(dir, "a.db")})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}, changes, random.IntN)
}
