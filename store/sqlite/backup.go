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
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"

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
		return fmt.Errorf("%s finnes fra før: velg et annet navn%w", file, quiet{err})
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("mappen %s finnes ikke: lag den først%w", filepath.Dir(file), quiet{err})
	}
	if err != nil {
		return fmt.Errorf("%s kan ikke skrives: %s%w", file, plainly(err), quiet{err})
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

// ErrNoBackup is the error of Restore when the file that it is given cannot take the place of a database. Nothing was changed then.
var ErrNoBackup = errors.New("no backup")

// Restore puts a copy that Backup made in the place of a database. The copy is checked first. A database that is there already is replaced
// only with force, and kept beside under a name with the time now, which is returned; one that a running process writes is never
// replaced. The error is fs.ErrExist when there is one and force is not set, and ErrNoBackup when the copy is of no use.
func Restore(ctx context.Context, from, file string, force bool, now time.Time) (kept string, err error) {
	if info, err := os.Stat(from); err != nil {
		return "", useless(from, "kan ikke åpnes: "+plainly(err))
	} else if !info.Mode().IsRegular() {
		return "", useless(from, "er en mappe, ikke en sikkerhetskopi")
	}
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("mappen %s kan ikke lages: %s%w", dir, plainly(err), quiet{err})
	}
	_, err = os.Stat(file)
	exists := err == nil
	if exists && !force {
		return "", fmt.Errorf("databasen %s finnes fra før: bruk -force for å erstatte den; den gamle blir liggende ved siden av med et annet navn%w", file, quiet{fs.ErrExist})
	}
	if inUse(dir) {
		return "", fmt.Errorf("databasen %s er i bruk: stopp fritidshub først", file)
	}
	made, err := copyBeside(from, file)
	if err != nil {
		return "", err
	}
	defer os.Remove(made)
	if err := usable(ctx, made); err != nil {
		return "", useless(from, whyUseless(err))
	}
	if err := anotherFeed(ctx, made); err != nil {
		return "", err
	}
	if exists {
		if err := emptyLog(ctx, file); err != nil {
			return "", err
		}
		if kept, err = setAside(file, now); err != nil {
			return "", err
		}
	}
	for _, beside := range []string{"-wal", "-shm"} {
		if err := os.Remove(file + beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return kept, err
		}
	}
	return kept, os.Rename(made, file)
}

// anotherFeed gives a copy other change feeds: its numbers will be given to other changes than they once were. One that is older than feeds gets
// them when it is upgraded.
func anotherFeed(ctx context.Context, file string) error {
	w := connect(file, modeWriter, 1)
	defer w.Close()
	var has bool
	if err := w.GetContext(ctx, &has, "SELECT EXISTS (SELECT 1 FROM pragma_table_info('meta') WHERE name = 'feed')"); err != nil || !has {
		return err
	}
	if _, err := w.ExecContext(ctx, "UPDATE meta SET feed = lower(hex(randomblob(10)))"); err != nil {
		return err
	}
	_, err := w.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

func useless(from, why string) error { return fmt.Errorf("%s %s%w", from, why, quiet{ErrNoBackup}) }

// quiet is an error that only errors.Is sees.
type quiet struct{ error }

func (quiet) Error() string   { return "" }
func (q quiet) Unwrap() error { return q.error }

// usable reads the whole of a copy.
func usable(ctx context.Context, file string) error {
	if info, err := os.Stat(file); err == nil && info.Size() == 0 {
		return errForeign
	}
	copied, err := Open(ctx, Options{File: file, ReadOnly: true})
	if errors.Is(err, store.ErrReadOnly) { // an older one, which is upgraded at the next start
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(copied.Check(ctx), copied.Close())
}

func whyUseless(err error) string {
	var e sqlite3.Error
	switch {
	case errors.Is(err, store.ErrNewer):
		return "er laget av en nyere fritidshub enn denne; installer den nyere først"
	case errors.As(err, &e) && e.Code == sqlite3.ErrNotADB, errors.Is(err, errForeign):
	case errors.Is(kindOf(err), store.ErrCorrupt):
		return "er en skadet sikkerhetskopi; bruk en annen"
	}
	return "er ikke en sikkerhetskopi fra fritidshub"
}

// plainly says in Norwegian what the operating system says of a file.
func plainly(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "filen eller mappen finnes ikke"
	case errors.Is(err, fs.ErrPermission), errors.Is(kindOf(err), store.ErrReadOnly):
		return "du har ikke lov"
	case errors.Is(kindOf(err), store.ErrFull):
		return "disken er full"
	}
	return "maskinen sier nei (" + err.Error() + ")"
}

// setAside gives a database another name in its folder, one that no file has: that of the database with the time.
func setAside(file string, now time.Time) (kept string, err error) {
	base := file + ".replaced-" + now.UTC().Format("20060102T150405Z")
	for n := 1; ; n++ {
		kept = base
		if n > 1 {
			kept = fmt.Sprintf("%s-%d", base, n)
		}
		if err := os.Link(file, kept); errors.Is(err, fs.ErrExist) {
			continue
		} else if err != nil { // no links here
			if _, err := os.Lstat(kept); err == nil {
				continue
			}
			return kept, os.Rename(file, kept)
		}
		return kept, os.Remove(file)
	}
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
		return "", useless(from, "kan ikke åpnes: "+plainly(err))
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
