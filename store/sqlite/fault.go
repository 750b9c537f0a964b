package sqlite

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"fritidshub/store"
)

// errForeign is that a file is of another program.
var errForeign = fmt.Errorf("%w: of another program", store.ErrCorrupt)

// fault is an error of a kind that callers tell apart, in words for the people who run the hub.
type fault struct {
	kind  error // one of the errors of package store
	text  string
	cause error
}

func (f *fault) Error() string {
	if f.cause == nil {
		return f.text
	}
	return f.text + " (" + f.cause.Error() + ")"
}

func (f *fault) Unwrap() []error { return []error{f.kind, f.cause} }

// fault gives err the kind and the text that belong to what SQLite or the operating system said.
func (db *DB) fault(err error) error {
	var known *fault
	if err == nil || errors.As(err, &known) {
		return err
	}
	kind := kindOf(err)
	text, ok := map[error]string{
		store.ErrFull:     "disken er full: gjør plass der %s ligger; det som er vist fra før, står, og neste kjøring går av seg selv",
		store.ErrReadOnly: "databasen %s kan ikke skrives: gi fritidshub skriverettighet til filen og mappen",
		store.ErrCorrupt:  "databasen %s er skadet: stopp fritidshub, flytt filene i mappen til et trygt sted, og legg tilbake en sikkerhetskopi; uten den hentes alt på nytt fra kildene ved neste start",
	}[kind]
	if !ok {
		return err
	}
	if errors.Is(kind, err) {
		err = nil
	}
	return &fault{kind, fmt.Sprintf(text, db.file), err}
}

func kindOf(err error) error {
	for _, kind := range []error{store.ErrReadOnly, store.ErrCorrupt, store.ErrFull} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	var e sqlite3.Error // its zero value says nothing
	errors.As(err, &e)
	is := func(number syscall.Errno) bool { return e.SystemErrno == number || errors.Is(err, number) }
	switch {
	case e.Code == sqlite3.ErrFull, is(syscall.ENOSPC), is(syscall.EDQUOT):
		return store.ErrFull
	case e.Code == sqlite3.ErrReadonly, e.Code == sqlite3.ErrPerm, is(syscall.EROFS), is(syscall.EACCES), is(syscall.EPERM):
		return store.ErrReadOnly
	case e.Code == sqlite3.ErrCorrupt, e.Code == sqlite3.ErrNotADB, e.Code == sqlite3.ErrFormat:
		return store.ErrCorrupt
	}
	return nil
}

// noSharedMemory reports whether err can come from a folder in which SQLite cannot make the file that its processes share.
func noSharedMemory(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && (e.Code == sqlite3.ErrCantOpen || e.Code == sqlite3.ErrReadonly || errors.Is(kindOf(err), store.ErrFull))
}
