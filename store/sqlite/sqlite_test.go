package sqlite

import (
	"path/filepath"
	"testing"

	"fritidshub/store"
	"fritidshub/store/storetest"
)

const fileName = "fritidshub.db"

func mustOpen(t testing.TB, dir string) store.Store {
	return openDB(t, Options{File: filepath.Join(dir, fileName)})
}

func openDB(t testing.TB, o Options) *DB {
	t.Helper()
	db, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestStore(t *testing.T) { storetest.Run(t, mustOpen) }
