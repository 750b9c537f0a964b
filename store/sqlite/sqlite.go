// Package sqlite keeps the hub's memory in one SQLite file: one writer, many readers, other processes welcome.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"

	"github.com/jmoiron/sqlx"

	"fritidshub/store"
)

// Options say where the database is and how it is opened.
type Options struct {
	// File is the database; it and its folder are made when they do not exist.
	File string
	// ReadOnly opens for reading alone. It is implied, with a warning, when the file or its folder cannot be written.
	ReadOnly bool
	// Readers is how many reads run at once; 0 means 4.
	Readers int
	Logger  *slog.Logger // nil: nothing is logged
	// Failpoint, when set, is called at named points of Finish and of a migration, so that a test can end the process there:
	// before_begin, mid_batch, before_commit, after_commit, mid_migration.
	Failpoint func(name string)
}

// DB is a store.Store in one SQLite file.
type DB struct {
	file   string
	writer *sqlx.DB // one connection; nil when read-only
	reader *sqlx.DB
	holder *holder // nil when read-only

	migrations []migration
	log        *slog.Logger
	failpoint  func(string)
}

var _ store.Store = (*DB)(nil)

// Open opens the database, brings its tables up to date and verifies it. Of the errors, ErrNewer, ErrCorrupt and ErrReadOnly say
// in their text what to do. A file that cannot be written is opened for reading, and every method that writes then gives ErrReadOnly.
func Open(ctx context.Context, o Options) (*DB, error) {
	steps, err := readMigrations(migrationFiles)
	if err != nil {
		return nil, err
	}
	return open(ctx, o, steps)
}

func open(ctx context.Context, o Options, steps []migration) (_ *DB, err error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Failpoint == nil {
		o.Failpoint = func(string) {}
	}
	if o.Readers <= 0 {
		o.Readers = 4
	}
	file, err := filepath.Abs(o.File)
	if err != nil {
		return nil, err
	}
	db := &DB{file: file, log: o.Logger, failpoint: o.Failpoint, migrations: steps}
	defer func() {
		if err != nil {
			db.Close()
			err = db.fault(err)
		}
	}()

	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return nil, fmt.Errorf("databasen %s er en mappe, ikke en fil: velg en annen datamappe", file)
	}
	if !o.ReadOnly {
		err := db.claim()
		if o.ReadOnly = readOnly(err); !o.ReadOnly && err != nil {
			return nil, err
		}
		if o.ReadOnly {
			o.Logger.Warn("databasen kan ikke skrives: søk virker, innhenting gjør det ikke", "file", file, "error", err)
		}
	}
	found, mode, err := db.inspect(ctx, o.ReadOnly)
	if err != nil {
		return nil, err
	}
	if o.ReadOnly {
		if found < len(db.migrations) {
			return nil, &fault{store.ErrReadOnly, fmt.Sprintf("databasen %s må oppgraderes, men kan ikke skrives: gi skriverettighet og start på nytt", file), nil}
		}
		db.reader = connect(file, mode, o.Readers)
		return db, db.reader.PingContext(ctx)
	}

	db.writer = connect(file, modeWriter, 1)
	if err := db.writer.PingContext(ctx); err != nil {
		return nil, err
	}
	if err := db.migrate(ctx, found); err != nil {
		return nil, err
	}
	db.reader = connect(file, modeReader, o.Readers)
	return db, db.reader.PingContext(ctx)
}

// claim makes the folder and shows that folder and file can be written.
func (db *DB) claim() (err error) {
	dir := filepath.Dir(db.file)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	if f, err := os.OpenFile(db.file, os.O_RDWR, 0); err == nil {
		f.Close()
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	db.holder, err = hold(dir)
	return err
}

func readOnly(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}

// inspect looks at the file without changing it: whether it is ours, whole and not too new. It gives the number of its last
// migration, 0 for a new database, and the mode in which it can be read.
func (db *DB) inspect(ctx context.Context, readOnly bool) (version int, mode openMode, err error) {
	info, err := os.Stat(db.file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !readOnly:
		return 0, modeWriter, nil
	case err != nil:
		return 0, 0, fmt.Errorf("databasen kan ikke åpnes: %w", err)
	case info.Size() == 0 && !readOnly:
		return 0, modeWriter, nil
	}
	for _, mode = range []openMode{modeReadOnly, modeImmutable} {
		version, err = db.look(ctx, mode)
		if !cannotOpen(err) {
			break
		}
	}
	return version, mode, err
}

func (db *DB) look(ctx context.Context, mode openMode) (version int, err error) {
	r := connect(db.file, mode, 1)
	defer r.Close()
	var application, tables int
	for query, to := range map[string]*int{
		"PRAGMA application_id":              &application,
		"PRAGMA user_version":                &version,
		"SELECT count(*) FROM sqlite_schema": &tables,
	} {
		if err := r.GetContext(ctx, to, query); err != nil {
			return 0, err
		}
	}
	switch {
	case application == 0 && tables == 0:
		return 0, nil
	case application != applicationID:
		return 0, &fault{store.ErrCorrupt, fmt.Sprintf("%s er en database fra et annet program: velg en annen datamappe", db.file), nil}
	case version > len(db.migrations):
		return 0, &fault{store.ErrNewer, fmt.Sprintf("databasen %s er laget av en nyere fritidshub (versjon %d, dette programmet kan til og med %d): "+
			"installer den nyere fritidshub igjen, eller hent tilbake en eldre sikkerhetskopi med «fritidshub restore»", db.file, version, len(db.migrations)), nil}
	}
	return version, db.integrity(ctx, r, "PRAGMA quick_check(5)")
}

// Close ends all reading and writing. What was running is free for others at once.
func (db *DB) Close() error {
	var errs []error
	if db.reader != nil {
		errs = append(errs, db.reader.Close())
	}
	if db.writer != nil {
		errs = append(errs, db.writer.Close())
	}
	if db.holder != nil {
		errs = append(errs, db.holder.release())
	}
	return errors.Join(errs...)
}

// write runs f in the one writing transaction.
func (db *DB) write(ctx context.Context, f func(*sqlx.Tx) error) (err error) {
	if db.writer == nil {
		return db.fault(store.ErrReadOnly)
	}
	defer func() {
		if err = db.fault(err); errors.Is(err, store.ErrFull) {
			db.shrink()
		}
	}()
	tx, err := db.writer.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// shrink gives back the space of the write-ahead log, which a failed transaction leaves at its full length.
func (db *DB) shrink() {
	if _, err := db.writer.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		db.log.Warn("skriveloggen kunne ikke kortes inn", "file", db.file, "error", err)
	}
}

func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return store.ErrNotFound
	}
	return err
}
