package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/jmoiron/sqlx"

	"fritidshub/store"
)

// Backup implements store.Store. The error is fs.ErrExist when the file exists.
func (db *DB) Backup(ctx context.Context, file string) error {
	from := db.reader
	if db.writer != nil { // the copying statement is refused on readers, and the writer has other things to do
		from = connect(db.file, modeWriter, 1)
		defer from.Close()
	}
	return db.fault(backupInto(ctx, from, file))
}

func backupInto(ctx context.Context, from *sqlx.DB, file string) (err error) {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o640)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("sikkerhetskopien %s finnes fra før: velg et annet navn: %w", file, err)
	}
	if err != nil {
		return err
	}
	defer func() {
		f.Close()
		if err != nil {
			os.Remove(file)
		}
	}()
	if _, err := from.ExecContext(ctx, "VACUUM INTO ?", file); err != nil {
		return err
	}
	return f.Sync()
}

// Restore puts a copy that Backup made in the place of a database. The copy is checked first. A database that is there already is replaced
// only with force, and kept beside as <file>.replaced; one that a running process writes is never replaced. The error is fs.ErrExist
// when there is one and force is not set.
func Restore(ctx context.Context, from, file string, force bool) error {
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	if inUse(dir) {
		return fmt.Errorf("databasen %s er i bruk: stopp fritidshub først", file)
	}
	_, err := os.Stat(file)
	exists := err == nil
	if exists && !force {
		return fmt.Errorf("databasen %s finnes fra før: bruk -force for å erstatte den (den gamle blir liggende som %s.replaced): %w", file, filepath.Base(file), fs.ErrExist)
	}
	made, err := copyBeside(from, file)
	if err != nil {
		return err
	}
	defer os.Remove(made)
	copied, err := Open(ctx, Options{File: made, ReadOnly: true})
	if err != nil && !errors.Is(err, store.ErrReadOnly) { // an older one is upgraded at the next start
		return fmt.Errorf("sikkerhetskopien %s kan ikke brukes: %w", from, err)
	}
	if err == nil {
		err = errors.Join(copied.Check(ctx), copied.Close())
		if err != nil {
			return fmt.Errorf("sikkerhetskopien %s kan ikke brukes: %w", from, err)
		}
	}
	if exists {
		if err := emptyLog(ctx, file); err != nil {
			return err
		}
		if err := os.Rename(file, file+".replaced"); err != nil {
			return err
		}
	}
	for _, beside := range []string{"-wal", "-shm"} {
		if err := os.Remove(file + beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return os.Rename(made, file)
}

// emptyLog brings what lies in the write-ahead log into the file, so that the file alone is the database. One that is damaged stays as it is.
func emptyLog(ctx context.Context, file string) error {
	if info, err := os.Stat(file + "-wal"); err != nil || info.Size() == 0 {
		return nil
	}
	w := connect(file, modeWriter, 1)
	_, err := w.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	if errors.Is(kindOf(err), store.ErrCorrupt) {
		err = nil
	}
	return errors.Join(err, w.Close())
}

// copyBeside copies a file into the folder of another, whole and flushed, under a name of its own.
func copyBeside(from, file string) (made string, err error) {
	in, err := os.Open(from)
	if err != nil {
		return "", fmt.Errorf("sikkerhetskopien kan ikke åpnes: %w", err)
	}
	defer in.Close()
	out, err := os.CreateTemp(filepath.Dir(file), ".restore-*.db")
	if err != nil {
		return "", err
	}
	defer func() {
		if err = errors.Join(err, out.Close()); err != nil {
			os.Remove(out.Name())
		}
	}()
	if _, err := io.Copy(out, in); err != nil {
		return "", err
	}
	return out.Name(), out.Sync()
}

// Check implements store.Store. It reads the whole database.
func (db *DB) Check(ctx context.Context) error {
	if err := db.integrity(ctx, db.reader, "PRAGMA integrity_check(5)"); err != nil {
		return db.fault(err)
	}
	rows, err := db.reader.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return db.fault(err)
	}
	defer rows.Close()
	if rows.Next() {
		return db.fault(fmt.Errorf("%w: a row refers to one that does not exist", store.ErrCorrupt))
	}
	return db.fault(rows.Err())
}

func (db *DB) integrity(ctx context.Context, r *sqlx.DB, pragma string) error {
	var said []string
	if err := r.SelectContext(ctx, &said, pragma); err != nil {
		return err
	}
	if len(said) != 1 || said[0] != "ok" {
		return fmt.Errorf("%w: %s", store.ErrCorrupt, strings.Join(said, "; "))
	}
	return nil
}
