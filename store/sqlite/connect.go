package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
)

type openMode int

const (
	modeWriter    openMode = iota
	modeReader             // beside a writer
	modeReadOnly           // the file cannot be written by this process
	modeImmutable          // nor can its folder, so no other process writes either
)

const (
	busyTimeout = 30_000   // milliseconds that a writer waits for another process
	walLimit    = 32 << 20 // bytes that the write-ahead log keeps when it is empty
)

// pragmas gives the settings of a mode by the driver's parameter name, each with the pragma that reads it back and what it must say.
// The driver ignores a parameter that it does not know, hence the reading back.
func pragmas(mode openMode) []pragma {
	list := []pragma{
		{"_busy_timeout", fmt.Sprint(busyTimeout), "busy_timeout", int64(busyTimeout)},
		{"_foreign_keys", "on", "foreign_keys", int64(1)},
		{"_synchronous", "normal", "synchronous", int64(1)},
	}
	switch mode {
	case modeWriter:
		list = append(list,
			pragma{"_journal_mode", "wal", "journal_mode", "wal"},
			pragma{"_cache_size", "-32000", "cache_size", int64(-32000)},
			pragma{"_query_only", "off", "query_only", int64(0)})
	case modeReader:
		list = append(list,
			pragma{"_cache_size", "-8000", "cache_size", int64(-8000)},
			pragma{"_query_only", "on", "query_only", int64(1)})
	}
	return list
}

type pragma struct {
	param, set string
	name       string
	want       any
}

// connector opens the connections of a pool, without a name in the global registry of drivers.
type connector struct {
	driver *sqlite3.SQLiteDriver
	dsn    string
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c connector) Driver() driver.Driver                        { return c.driver }

func connect(file string, mode openMode, connections int) *sqlx.DB {
	settings := pragmas(mode)
	params := url.Values{"_stmt_cache_size": {"64"}}
	for _, p := range settings {
		params.Set(p.param, p.set)
	}
	switch mode {
	case modeWriter:
		params.Set("_txlock", "immediate")
	case modeReadOnly:
		params.Set("mode", "ro")
	case modeImmutable:
		params.Set("mode", "ro")
		params.Set("immutable", "1")
	}
	c := connector{
		driver: &sqlite3.SQLiteDriver{ConnectHook: func(conn *sqlite3.SQLiteConn) error {
			settle := fmt.Sprintf("PRAGMA journal_size_limit = %d", walLimit)
			if mode == modeWriter { // what a statement may have to take back is some pages; in a file they were most of what a large import wrote
				settle += "; PRAGMA temp_store = MEMORY"
			}
			if _, err := conn.Exec(settle, nil); err != nil {
				return err
			}
			return verify(conn, settings)
		}},
		dsn: "file:" + (&url.URL{Path: file}).EscapedPath() + "?" + params.Encode(),
	}
	db := sqlx.NewDb(sql.OpenDB(c), "sqlite3")
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db
}

// verify reads every setting back from a new connection.
func verify(conn *sqlite3.SQLiteConn, settings []pragma) error {
	for _, p := range settings {
		rows, err := conn.Query("PRAGMA "+p.name, nil)
		if err != nil {
			return err
		}
		value := make([]driver.Value, 1)
		err = rows.Next(value)
		rows.Close()
		if err != nil {
			return err
		}
		if value[0] != p.want {
			return fmt.Errorf("sqlite: %s is %v, not %v as set by %s", p.name, value[0], p.want, p.param)
		}
	}
	return nil
}
