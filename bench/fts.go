package main

import (
	"database/sql"
	"errors"
	"path/filepath"

	_ "github.com/mattn/go-sqlite3" // the driver

	"fritidshub/index"
	"fritidshub/index/indextest"
)

type ftsIndex struct{ *sql.DB }

func openFTS(dir string) (ftsIndex, error) {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "fts.db")+"?_journal_mode=OFF&_synchronous=OFF&_cache_size=-200000")
	if err != nil {
		return ftsIndex{}, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec(`CREATE TABLE doc (n INTEGER PRIMARY KEY, start INTEGER, ends INTEGER);
		CREATE TABLE facet (name TEXT, value TEXT, doc INTEGER, PRIMARY KEY (name, value, doc)) WITHOUT ROWID;
		CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61', prefix='2 3')`)
	return ftsIndex{db}, err
}

func (x ftsIndex) add(docs []index.Document) error {
	tx, err := x.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // it is committed when all is well
	for i := range docs {
		d := &docs[i]
		start, ends := times(d)
		_, err := tx.Exec("INSERT INTO doc VALUES (?, ?, ?)", d.Change, start, ends)
		if err == nil {
			_, err = tx.Exec("INSERT INTO words (rowid, text) VALUES (?, ?)", d.Change, d.Title+" "+d.Organizer+" "+d.Place+" "+d.Summary+" "+d.Description)
		}
		for _, f := range facets {
			for _, v := range d.Values(f) {
				if err == nil {
					_, err = tx.Exec("INSERT OR IGNORE INTO facet VALUES (?, ?, ?)", f, v, d.Change)
				}
			}
		}
		if err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (x ftsIndex) done() error {
	_, err := x.Exec("CREATE INDEX doc_start ON doc (start, ends); ANALYZE; INSERT INTO words (words) VALUES ('optimize')")
	return err
}

func (x ftsIndex) search(text string) (total, found int, err error) {
	matching, args := "ends > ?", []any{indextest.Now.Unix()}
	if text != "" {
		matching, args = matching+" AND n IN (SELECT rowid FROM words WHERE words MATCH ?)", append(args, text)
	}
	if err := x.QueryRow("SELECT count(*) FROM doc WHERE "+matching, args...).Scan(&total); err != nil {
		return 0, 0, err
	}
	each := func(query string, args ...any) error {
		rows, err := x.Query(query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			found++
		}
		return errors.Join(rows.Err(), rows.Close())
	}
	if err := each("SELECT n FROM doc WHERE "+matching+" ORDER BY start LIMIT ?", append(args, hits)...); err != nil {
		return 0, 0, err
	}
	found = 0
	for _, f := range facets {
		err := each("SELECT value, count(*) AS c FROM facet JOIN doc ON n = doc WHERE name = ? AND "+matching+" GROUP BY value ORDER BY c DESC, value LIMIT ?",
			append(append([]any{f}, args...), facetLimit)...)
		if err != nil {
			return 0, 0, err
		}
	}
	return total, found, nil
}
