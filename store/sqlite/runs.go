package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/jmoiron/sqlx"

	"fritidshub/catalog"
	"fritidshub/store"
)

// Begin implements store.Runs. A lease also ends at once when its process is gone.
func (db *DB) Begin(ctx context.Context, source, trigger string, now time.Time, ttl time.Duration) (store.Run, error) {
	run := store.Run{Source: source, Trigger: trigger, Started: now}
	err := db.write(ctx, func(tx *sqlx.Tx) error {
		var known bool
		if err := tx.Get(&known, "SELECT EXISTS (SELECT 1 FROM sources WHERE id = ?)", source); err != nil {
			return err
		}
		if !known {
			return fmt.Errorf("%w: source %s", store.ErrNotFound, source)
		}
		if err := db.reap(tx, source, now); err != nil {
			return err
		}
		var holder int64
		err := tx.Get(&holder, "SELECT run FROM leases WHERE source = ?", source)
		if err == nil {
			return fmt.Errorf("%w: %s by run %d", store.ErrLeased, source, holder)
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		doc, err := json.Marshal(run)
		if err != nil {
			return err
		}
		res, err := tx.Exec("INSERT INTO runs (source, doc) VALUES (?, ?)", source, string(doc))
		if err != nil {
			return err
		}
		if run.ID, err = res.LastInsertId(); err != nil {
			return err
		}
		_, err = tx.Exec("INSERT INTO leases VALUES (?, ?, ?, ?)", source, run.ID, stamp{now.Add(ttl)}, db.holder.name())
		return err
	})
	return run, err
}

// reap ends the leases that have run out or whose process is gone, of one source or, when it is empty, of all. Their runs, and
// any other open run of those sources, become interrupted.
func (db *DB) reap(tx *sqlx.Tx, source string, now time.Time) error {
	var leases []struct {
		Run    int64  `db:"run"`
		Until  stamp  `db:"until"`
		Holder string `db:"holder"`
	}
	if err := tx.Select(&leases, "SELECT run, until, holder FROM leases WHERE source = ?1 OR ?1 = ''", source); err != nil {
		return err
	}
	for _, l := range leases {
		if now.Before(l.Until.Time) && alive(filepath.Dir(db.file), l.Holder) {
			continue
		}
		if _, err := tx.Exec("DELETE FROM leases WHERE run = ?", l.Run); err != nil {
			return err
		}
		at, err := now.MarshalText()
		if err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE runs SET finished = ?, doc = json_set(doc, '$.status', ?, '$.finished', ?) WHERE id = ?",
			stamp{now}, store.RunInterrupted, string(at), l.Run); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE sources SET alike = iif(substr(strip, -1) = 'i', alike, ?), strip = substr(strip || 'i', -?)
			WHERE id = (SELECT source FROM runs WHERE id = ? AND json_extract(doc, '$.trigger') <> 'replay')`, stamp{now}, store.StripLength, l.Run); err != nil {
			return err
		}
	}
	return nil
}

// Renew implements store.Runs. ErrLeased says that the lease was lost.
func (db *DB) Renew(ctx context.Context, run int64, now time.Time, ttl time.Duration) error {
	return db.write(ctx, func(tx *sqlx.Tx) error {
		res, err := tx.Exec("UPDATE leases SET until = ? WHERE run = ?", stamp{now.Add(ttl)}, run)
		return held(res, err, run)
	})
}

// held is the error of a statement that should have found the lease of a run.
func held(res sql.Result, err error, run int64) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return fmt.Errorf("%w: run %d no longer holds its lease", store.ErrLeased, run)
}

// RunHistory implements store.Runs.
func (db *DB) RunHistory(ctx context.Context, source string, limit int) ([]store.Run, error) {
	query, args := "SELECT id, doc FROM runs ORDER BY id DESC LIMIT ?", []any{limit}
	if source != "" {
		query, args = "SELECT id, doc FROM runs WHERE source = ? ORDER BY id DESC LIMIT ?", []any{source, limit}
	}
	var rows []struct {
		ID  int64  `db:"id"`
		Doc []byte `db:"doc"`
	}
	if err := db.reader.SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, db.fault(err)
	}
	runs := make([]store.Run, len(rows))
	for i, r := range rows {
		if err := decode(r.Doc, &runs[i], "run", fmt.Sprint(r.ID)); err != nil {
			return nil, db.fault(err)
		}
		runs[i].ID = r.ID
	}
	return runs, nil
}

// Prune implements store.Runs.
func (db *DB) Prune(ctx context.Context, t, quiet time.Time) (n int, err error) {
	err = db.write(ctx, func(tx *sqlx.Tx) error {
		res, err := tx.Exec(`WITH told AS (SELECT id, source, finished, json_extract(doc, '$.status') AS status FROM runs),
			beside AS (SELECT id, finished, status, lag(status) OVER (PARTITION BY source ORDER BY id) AS before FROM told)
			DELETE FROM runs WHERE id IN (SELECT id FROM beside WHERE finished < ?1 OR finished < ?2 AND status = ?3 AND before = ?3)
			AND id <> (SELECT max(id) FROM runs newer WHERE newer.source = runs.source AND newer.finished IS NOT NULL)`, stamp{t}, stamp{quiet}, store.RunUnchanged)
		if err != nil {
			return err
		}
		gone, err := res.RowsAffected()
		n = int(gone)
		return err
	})
	return n, err
}

// Heads implements store.Records. It reads the narrow table of records alone.
func (db *DB) Heads(ctx context.Context, source string, f func(store.Head) error) error {
	return db.heads(ctx, f, headsQuery, source)
}

// HeadsOf implements store.Records.
func (db *DB) HeadsOf(ctx context.Context, source string, nativeIDs []string, f func(store.Head) error) error {
	wanted, err := json.Marshal(nativeIDs)
	if err != nil {
		return err
	}
	return db.heads(ctx, f, headsQuery+" AND native_id IN (SELECT value FROM json_each(?))", source, string(wanted))
}

const headsQuery = "SELECT native_id, hash, content_key, listing_id, ends, missing_since FROM records WHERE source = ? AND removed_at IS NULL"

func (db *DB) heads(ctx context.Context, f func(store.Head) error, query string, args ...any) error {
	rows, err := db.reader.QueryContext(ctx, query, args...)
	if err != nil {
		return db.fault(err)
	}
	defer rows.Close()
	for rows.Next() {
		var h store.Head
		var ends, since stamp
		if err := rows.Scan(&h.NativeID, &h.Hash, &h.ContentKey, &h.Listing, &ends, &since); err != nil {
			return db.fault(err)
		}
		h.Ends, h.MissingSince = ends.Time, since.Time
		if err := f(h); err != nil {
			return err
		}
	}
	return db.fault(rows.Err())
}

// Records implements store.Records.
func (db *DB) Records(ctx context.Context, source string, nativeIDs []string) ([]catalog.Record, error) {
	wanted, err := json.Marshal(nativeIDs)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		NativeID string `db:"native_id"`
		Doc      []byte `db:"doc"`
	}
	// CROSS JOIN keeps the order: the planner takes the list for long, and would read the whole source for a few ids.
	if err := db.reader.SelectContext(ctx, &rows, `SELECT native_id, d.doc FROM json_each(?) CROSS JOIN records ON source = ? AND native_id = value
		CROSS JOIN record_docs d ON d.id = records.doc WHERE removed_at IS NULL ORDER BY key`, string(wanted), source); err != nil {
		return nil, db.fault(err)
	}
	records := make([]catalog.Record, len(rows))
	for i, r := range rows {
		if err := decode(r.Doc, &records[i], "record", r.NativeID); err != nil {
			return nil, db.fault(err)
		}
	}
	return records, nil
}

// Located implements store.Records. It goes through the documents as they lie in the file.
func (db *DB) Located(ctx context.Context, f func(store.Located) error) error {
	const batch = 2_000
	type row struct {
		Doc       int64  `db:"doc"`
		Source    string `db:"source"`
		NativeID  string `db:"native_id"`
		Missing   bool   `db:"missing"`
		Travelled bool   `db:"travelled"`
		Place     string `db:"place"`
		Derived   string `db:"derived"`
	}
	var after int64
	for page := make([]row, batch); len(page) == batch; {
		page = page[:0]
		if err := db.reader.SelectContext(ctx, &page, `SELECT d.id AS doc, source, native_id, missing_since IS NOT NULL AS missing, d.doc ->> '$.origin' IS NOT NULL AS travelled,
			d.doc ->> '$.place' AS place, coalesce(d.doc ->> '$.derived', '') AS derived
			FROM record_docs d CROSS JOIN records r ON r.doc = d.id CROSS JOIN sources s ON s.id = source
			WHERE d.id > ? AND removed_at IS NULL AND s.visible AND place IS NOT NULL ORDER BY d.id LIMIT ?`, after, batch); err != nil {
			return db.fault(err)
		}
		for _, r := range page {
			after = r.Doc
			if err := f(store.Located{Ref: store.Ref{Source: r.Source, NativeID: r.NativeID}, Missing: r.Missing, Travelled: r.Travelled, Place: r.Place, Derived: r.Derived}); err != nil {
				return err
			}
		}
	}
	return nil
}
