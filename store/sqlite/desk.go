package sqlite

import (
	"context"
	"encoding/json"

	"github.com/jmoiron/sqlx"

	"fritidshub/catalog"
	"fritidshub/store"
)

// Note implements store.Audit.
func (db *DB) Note(ctx context.Context, e store.Entry) (id int64, err error) {
	err = db.write(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.Exec("DELETE FROM audit WHERE at < ?", stamp{e.At.Add(-store.KeepAudit)}); err != nil {
			return err
		}
		res, err := tx.Exec("INSERT INTO audit (at, who, what, subject) VALUES (?, ?, ?, ?)", stamp{e.At}, e.Who, e.What, e.Subject)
		if err != nil {
			return err
		}
		id, err = res.LastInsertId()
		return err
	})
	return id, err
}

// Entries implements store.Audit.
func (db *DB) Entries(ctx context.Context, before int64, limit int) ([]store.Entry, error) {
	var rows []struct {
		ID      int64  `db:"id"`
		At      stamp  `db:"at"`
		Who     string `db:"who"`
		What    string `db:"what"`
		Subject string `db:"subject"`
	}
	err := db.reader.SelectContext(ctx, &rows, "SELECT id, at, who, what, subject FROM audit WHERE ?1 = 0 OR id < ?1 ORDER BY id DESC LIMIT ?2", before, limit)
	entries := make([]store.Entry, len(rows))
	for i, r := range rows {
		entries[i] = store.Entry{ID: r.ID, At: r.At.Time, Who: r.Who, What: r.What, Subject: r.Subject}
	}
	return entries, db.fault(err)
}

// AddDaily implements store.Daily.
func (db *DB) AddDaily(ctx context.Context, sums []store.Sum) error {
	return db.write(ctx, func(tx *sqlx.Tx) error {
		for _, s := range sums {
			if _, err := tx.Exec("INSERT INTO daily VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n", s.Day, s.Name, s.Value, s.N); err != nil {
				return err
			}
		}
		return nil
	})
}

// DailySums implements store.Daily.
func (db *DB) DailySums(ctx context.Context, name, from, to string) ([]store.Sum, error) {
	var sums []store.Sum
	err := db.reader.SelectContext(ctx, &sums, "SELECT day, name, value, n FROM daily WHERE name = ? AND day BETWEEN ? AND ? ORDER BY day, n DESC, value", name, from, to)
	return sums, db.fault(err)
}

// TotalDaily implements store.Daily.
func (db *DB) TotalDaily(ctx context.Context, name, from, to string, least int64, limit int) ([]store.Sum, error) {
	var sums []store.Sum
	err := db.reader.SelectContext(ctx, &sums, `SELECT name, value, sum(n) AS n FROM daily WHERE name = ? AND day BETWEEN ? AND ? GROUP BY value HAVING sum(n) >= ?
		ORDER BY 3 DESC, value LIMIT ?`, name, from, to, least, limit)
	return sums, db.fault(err)
}

// ForgetDaily implements store.Daily.
func (db *DB) ForgetDaily(ctx context.Context, before string) (n int, err error) {
	err = db.write(ctx, func(tx *sqlx.Tx) error {
		res, err := tx.Exec("DELETE FROM daily WHERE day < ?", before)
		if err != nil {
			return err
		}
		gone, err := res.RowsAffected()
		n = int(gone)
		return err
	})
	return n, err
}

// Sample implements store.Records.
func (db *DB) Sample(ctx context.Context, source, after string, limit int) ([]catalog.Record, error) {
	var docs [][]byte
	if err := db.reader.SelectContext(ctx, &docs, `SELECT d.doc FROM records CROSS JOIN record_docs d ON d.id = records.doc
		WHERE source = ? AND native_id > ? AND removed_at IS NULL ORDER BY native_id LIMIT ?`, source, after, limit); err != nil {
		return nil, db.fault(err)
	}
	records := make([]catalog.Record, len(docs))
	for i, doc := range docs {
		if err := decode(doc, &records[i], "record of", source); err != nil {
			return nil, db.fault(err)
		}
	}
	return records, nil
}

// KeepHeld implements store.Runs.
func (db *DB) KeepHeld(ctx context.Context, source string, run int64) error {
	return db.changeOne(ctx, "UPDATE sources SET held = json_set(held, '$.kept', json('true')) WHERE id = ? AND json_extract(held, '$.run') = ?", source, run)
}

// Merged implements store.Records.
func (db *DB) Merged(ctx context.Context, source string) (n int, err error) {
	err = db.reader.GetContext(ctx, &n, `SELECT count(*) FROM records r WHERE source = ? AND removed_at IS NULL AND EXISTS
		(SELECT 1 FROM records o WHERE o.listing_id = r.listing_id AND o.removed_at IS NULL AND (o.source, o.native_id) <> (r.source, r.native_id))`, source)
	return n, db.fault(err)
}

// remember keeps with a source what its run has led to, in short.
func remember(tx *sqlx.Tx, run *store.Run, kept bool) error {
	letter := string(run.Status[:1])
	if kept { // an editor has seen it
		letter = "p"
	}
	short := run.Short()
	if run.Status == store.RunUnchanged && len(run.Warnings) == 0 { // it says what it said, so what was noticed of that holds
		var before []byte
		if err := tx.Get(&before, "SELECT coalesce(json_extract(last, '$.warnings'), 'null') FROM sources WHERE id = ?", run.Source); err != nil {
			return err
		}
		if err := decode(before, &short.Warnings, "last run of source", run.Source); err != nil {
			return err
		}
	}
	doc, err := json.Marshal(short)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE sources SET last = ?1, strip = substr(strip || ?2, -?3),
		alike = iif(alike IS NOT NULL AND replace(substr(strip, -1), 'u', 'o') = replace(?2, 'u', 'o')
			AND json_extract(last, '$.warnings[0]') IS json_extract(?1, '$.warnings[0]'), alike, ?4) WHERE id = ?5`,
		string(doc), letter, store.StripLength, stamp{run.Started}, run.Source)
	return err
}
