// Package sqlite keeps the hub's memory in one SQLite file: one writer, many readers, other processes welcome.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"

	"fritidshub/store"
)

// Options say where the database is and how it is opened.
type Options struct {
	// File is the database; it and its folder are made when they do not exist.
	File string
	// ReadOnly opens for reading alone. It is implied, with a warning, when the file or its folder cannot be written or the disk is full.
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

	readers    int
	unwritable error // why there is no writer

	migrations []migration
	log        *slog.Logger
	failpoint  func(string)

	// counts are []uint8 for all documents, of zeros: to make one anew is most of the work of matching one record.
	counts sync.Pool
}

var _ store.Store = (*DB)(nil)

// Open opens the database, brings its tables up to date and verifies it. Of the errors, ErrNewer, ErrCorrupt and ErrReadOnly say
// in their text what to do. A database that cannot be written, since the rights or the space for it lack, is opened for reading;
// every method that writes then gives ErrReadOnly or ErrFull.
func Open(ctx context.Context, o Options) (*DB, error) {
	steps, err := readMigrations(migrationFiles)
	if err != nil {
		return nil, err
	}
	return open(ctx, o, steps)
}

func open(ctx context.Context, o Options, steps []migration) (*DB, error) {
	file, err := filepath.Abs(o.File)
	if err != nil {
		return nil, err
	}
	db := &DB{file: file, log: o.Logger, failpoint: o.Failpoint, migrations: steps, readers: o.Readers}
	if db.log == nil {
		db.log = slog.New(slog.DiscardHandler)
	}
	if db.failpoint == nil {
		db.failpoint = func(string) {}
	}
	if db.readers <= 0 {
		db.readers = 4
	}
	if o.ReadOnly {
		db.unwritable = db.fault(store.ErrReadOnly)
		err = db.openReading(ctx)
	} else if err = db.fault(db.openWriting(ctx)); errors.Is(err, store.ErrReadOnly) || errors.Is(err, store.ErrFull) {
		db.Close()
		db.reader, db.writer, db.holder = nil, nil, nil
		db.unwritable = err
		if db.openReading(ctx) == nil {
			db.log.Warn("søk virker, innhenting ikke, til fritidshub er startet på nytt med en database som kan skrives", "error", err)
			return db, nil
		}
	}
	if err != nil {
		db.Close()
		return nil, db.fault(err)
	}
	return db, nil
}

func (db *DB) openWriting(ctx context.Context) error {
	if err := db.claim(); err != nil {
		return err
	}
	version := 0
	if info, err := os.Stat(db.file); err == nil && info.Size() > 0 {
		if err := whenFree(ctx, func() (err error) { version, err = db.look(ctx, modeReadOnly); return err }); err != nil {
			return err
		}
	}
	db.writer = connect(db.file, modeWriter, 1)
	if err := whenFree(ctx, func() error { return db.writer.PingContext(ctx) }); err != nil {
		return err
	}
	if err := db.migrate(ctx, version); err != nil {
		return err
	}
	db.reader = connect(db.file, modeReader, db.readers)
	return db.reader.PingContext(ctx)
}

// whenFree does f until no other connection is in its way, five seconds at most: while another process makes the file, its mode cannot be set,
// and SQLite does not wait for that by itself.
func whenFree(ctx context.Context, f func() error) error {
	for tries := 0; ; tries++ {
		err := f()
		var e sqlite3.Error
		if !errors.As(err, &e) || e.Code != sqlite3.ErrBusy && e.Code != sqlite3.ErrLocked || tries == 100 {
			return err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// claim makes the folder and shows that folder and file can be written.
func (db *DB) claim() (err error) {
	dir := filepath.Dir(db.file)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		if kindOf(err) != nil {
			return err
		}
		return fmt.Errorf("mappen %s kan ikke lages: velg en annen med -data (%w)", dir, err)
	}
	if info, err := os.Stat(db.file); err == nil {
		if info.IsDir() {
			return fmt.Errorf("databasen %s er en mappe, ikke en fil: velg en annen datamappe", db.file)
		}
		f, err := os.OpenFile(db.file, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		f.Close()
	}
	db.holder, err = hold(dir)
	return err
}

// openReading opens a file that this process does not write. Where SQLite cannot keep its shared memory beside the file, nobody
// else can write it either, and it is read as it stands, unless its last changes still lie in the write-ahead log.
func (db *DB) openReading(ctx context.Context) error {
	if _, err := os.Stat(db.file); err != nil {
		return fmt.Errorf("databasen kan ikke åpnes: %w", err)
	}
	mode := modeReadOnly
	version, err := db.look(ctx, mode)
	if wal, _ := os.Stat(db.file + "-wal"); noSharedMemory(err) && (wal == nil || wal.Size() == 0) {
		mode = modeImmutable
		version, err = db.look(ctx, mode)
	}
	if err != nil {
		return err
	}
	if version < len(db.migrations) {
		return &fault{store.ErrReadOnly, fmt.Sprintf("databasen %s må oppgraderes, men kan ikke skrives: gi skriverettighet og start på nytt", db.file), nil}
	}
	db.reader = connect(db.file, mode, db.readers)
	return db.reader.PingContext(ctx)
}

// look reads without changing it whether the file is ours, not too new, and whole. It gives the number of its last migration,
// 0 for an empty database.
func (db *DB) look(ctx context.Context, mode openMode) (version int, err error) {
	r := connect(db.file, mode, 1)
	defer r.Close()
	var application, tables int
	// One statement, since another process may be making it.
	if err := r.QueryRowContext(ctx, `SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&application, &version, &tables); err != nil {
		return 0, err
	}
	switch {
	case application == 0 && tables == 0:
		return 0, nil
	case application != applicationID:
		return 0, &fault{errForeign, fmt.Sprintf("%s er en database fra et annet program: velg en annen datamappe", db.file), nil}
	case version > len(db.migrations):
		return 0, &fault{store.ErrNewer, fmt.Sprintf("databasen %s er laget av en nyere fritidshub (versjon %d, dette programmet kan til og med %d): "+
			"installer den nyere fritidshub igjen, eller stopp fritidshub og legg tilbake en eldre sikkerhetskopi av filen", db.file, version, len(db.migrations)), nil}
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
		return db.unwritable
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
