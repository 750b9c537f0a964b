package sqlite

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/jmoiron/sqlx"

	"fritidshub/catalog"
)

const applicationID = 0x46726974 // "Frit": the file is ours

//go:embed migrations/*.sql
var migrationFiles embed.FS

type migration struct{ name, sql string }

// readMigrations gives the steps of the tables in order; the first is number 1.
func readMigrations(files fs.FS) (list []migration, err error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		if !strings.HasPrefix(name, fmt.Sprintf("migrations/%04d_", i+1)) {
			return nil, fmt.Errorf("sqlite: %s is not migration number %d", name, i+1)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		list = append(list, migration{name, string(text)})
	}
	return list, nil
}

// migrate applies what the database does not have yet, each step in a transaction of its own. A database that holds something
// is copied first.
func (db *DB) migrate(ctx context.Context, found int) error {
	if 0 < found && found < len(db.migrations) {
		backup := fmt.Sprintf("%s.v%d", db.file, found)
		if err := db.backupBeside(ctx, backup); err != nil {
			return fmt.Errorf("sikkerhetskopi før oppgradering: %w", err)
		}
		db.log.Info("databasen oppgraderes, kopi av den gamle er tatt", "file", db.file, "copy", backup)
	}
	for i, m := range db.migrations {
		if err := db.write(ctx, func(tx *sqlx.Tx) error { return db.step(tx, i+1, m) }); err != nil {
			return fmt.Errorf("databasen %s, oppgradering %s: %w", db.file, m.name, err)
		}
	}
	return nil
}

// backupBeside replaces a copy whole, also when another process does the same.
func (db *DB) backupBeside(ctx context.Context, file string) error {
	dir, err := os.MkdirTemp(filepath.Dir(file), "oppgradering-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	made := filepath.Join(dir, filepath.Base(file))
	if err := backupInto(ctx, db.writer, made); err != nil {
		return err
	}
	return os.Rename(made, file)
}

// step applies one migration unless this or another process has done so, in which case it must have been the same one.
func (db *DB) step(tx *sqlx.Tx, number int, m migration) error {
	var version int
	if err := tx.Get(&version, "PRAGMA user_version"); err != nil {
		return err
	}
	sum := catalog.Hash([]byte(m.sql))
	if version >= number {
		var applied string
		if err := tx.Get(&applied, "SELECT checksum FROM migrations WHERE version = ?", number); err != nil {
			return err
		}
		if applied != sum {
			return fmt.Errorf("the database was made with another text of this migration (%.12s, not %.12s)", applied, sum)
		}
		return nil
	}
	if _, err := tx.Exec(m.sql); err != nil {
		return err
	}
	db.failpoint("mid_migration")
	if _, err := tx.Exec(`CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT;
		INSERT INTO migrations VALUES (?, ?, ?)`, number, m.name, sum); err != nil {
		return err
	}
	_, err := tx.Exec(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, number))
	return err
}
