package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
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
