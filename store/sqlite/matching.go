package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"fritidshub/store"
)

// Regroup implements store.Matching.
func (db *DB) Regroup(ctx context.Context, now time.Time, match func(store.View) ([]store.Relist, error)) (change int64, err error) {
	err = db.write(ctx, func(tx *sqlx.Tx) error {
		relist, err := match(&view{ctx: ctx, tx: tx})
		if err != nil {
			return err
		}
		c, err := newChanges(ctx, tx, now)
		if err != nil {
			return err
		}
		if err := db.apply(c, &store.Plan{Relist: relist}); err != nil {
			return err
		}
		change = c.last
		return c.save()
	})
	return change, err
}

// view implements store.View on a transaction.
type view struct {
	ctx context.Context
	tx  *sqlx.Tx

	sharing, together, record *sqlx.Stmt
}

const seenRecords = " JOIN sources s ON s.id = r.source WHERE r.removed_at IS NULL AND s.visible"

func (v *view) prepared(stmt **sqlx.Stmt, query string) (_ *sqlx.Stmt, err error) {
	if *stmt == nil {
		*stmt, err = v.tx.PreparexContext(v.ctx, query)
	}
	return *stmt, err
}

// Sharing implements store.View.
func (v *view) Sharing(keys []uint64, limit int) ([]store.Known, error) {
	stmt, err := v.prepared(&v.sharing, "SELECT r.source, r.native_id, r.listing_id FROM record_keys k JOIN records r ON r.doc = k.doc"+seenRecords+
		" AND k.key = ? LIMIT ?")
	if err != nil {
		return nil, err
	}
	var found []store.Known
	seen := map[store.Ref]bool{}
	for _, key := range keys {
		of, err := known(stmt.QueryContext(v.ctx, int64(key), limit+1))
		if err != nil {
			return nil, err
		}
		if len(of) > limit {
			continue
		}
		for _, k := range of {
			if !seen[k.Ref] {
				seen[k.Ref] = true
				found = append(found, k)
			}
		}
	}
	return found, nil
}

// Together implements store.View.
func (v *view) Together(listing string) ([]store.Known, error) {
	stmt, err := v.prepared(&v.together, "SELECT r.source, r.native_id, r.listing_id FROM records r"+seenRecords+" AND r.listing_id = ?")
	if err != nil {
		return nil, err
	}
	return known(stmt.QueryContext(v.ctx, listing))
}

// Of implements store.View.
func (v *view) Of(source string) ([]store.Known, error) {
	return known(v.tx.QueryContext(v.ctx, "SELECT r.source, r.native_id, r.listing_id FROM records r"+seenRecords+" AND r.source = ?", source))
}

// Listings implements store.View.
func (v *view) Listings(source string) (ids []string, err error) {
	err = v.tx.SelectContext(v.ctx, &ids, "SELECT DISTINCT listing_id FROM records WHERE source = ? AND removed_at IS NULL ORDER BY listing_id", source)
	return ids, err
}

// Record implements store.View.
func (v *view) Record(ref store.Ref) (doc []byte, listing string, err error) {
	stmt, err := v.prepared(&v.record, "SELECT d.doc, r.listing_id FROM records r JOIN record_docs d ON d.id = r.doc"+seenRecords+" AND r.source = ? AND r.native_id = ?")
	if err != nil {
		return nil, "", err
	}
	err = stmt.QueryRowContext(v.ctx, ref.Source, ref.NativeID).Scan(&doc, &listing)
	return doc, listing, missing(err)
}

// Rulings implements store.View.
func (v *view) Rulings() ([]store.Ruling, error) { return rulings(v.ctx, v.tx) }

func known(rows *sql.Rows, err error) ([]store.Known, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []store.Known
	for rows.Next() {
		var k store.Known
		if err := rows.Scan(&k.Source, &k.NativeID, &k.Listing); err != nil {
			return nil, err
		}
		found = append(found, k)
	}
	return found, rows.Err()
}

// packKeys writes keys as record_docs keeps them.
func packKeys(keys []uint64) []byte {
	var b []byte
	for _, k := range keys {
		b = binary.LittleEndian.AppendUint64(b, k)
	}
	return b
}

func unpackKeys(b []byte) []uint64 {
	keys := make([]uint64, 0, len(b)/8)
	for ; len(b) >= 8; b = b[8:] {
		keys = append(keys, binary.LittleEndian.Uint64(b))
	}
	return keys
}

// SetGrouped implements store.Matching.
func (db *DB) SetGrouped(ctx context.Context, source, settings string) error {
	return db.write(ctx, func(tx *sqlx.Tx) error {
		_, err := tx.Exec("UPDATE sources SET grouped = ? WHERE id = ? AND grouped <> ?1", settings, source)
		return err
	})
}

// Rule implements store.Matching.
func (db *DB) Rule(ctx context.Context, r store.Ruling) (id int64, err error) {
	err = db.write(ctx, func(tx *sqlx.Tx) error {
		r.ID = 0
		doc, err := json.Marshal(r)
		if err != nil {
			return err
		}
		res, err := tx.Exec("INSERT INTO rulings (at, doc) VALUES (?, ?)", stamp{r.At}, string(doc))
		if err != nil {
			return err
		}
		id, err = res.LastInsertId()
		return err
	})
	return id, err
}

// Unrule implements store.Matching.
func (db *DB) Unrule(ctx context.Context, id int64) error {
	return db.write(ctx, func(tx *sqlx.Tx) error {
		res, err := tx.Exec("DELETE FROM rulings WHERE id = ?", id)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, store.ErrNotFound)
		}
		return nil
	})
}

// Rulings implements store.Matching.
func (db *DB) Rulings(ctx context.Context) ([]store.Ruling, error) {
	list, err := rulings(ctx, db.reader)
	return list, db.fault(err)
}

func rulings(ctx context.Context, q sqlx.QueryerContext) ([]store.Ruling, error) {
	var rows []struct {
		ID  int64  `db:"id"`
		Doc []byte `db:"doc"`
	}
	if err := sqlx.SelectContext(ctx, q, &rows, "SELECT id, doc FROM rulings ORDER BY id"); err != nil {
		return nil, err
	}
	list := make([]store.Ruling, len(rows))
	for i, row := range rows {
		if err := decode(row.Doc, &list[i], "ruling", ""); err != nil {
			return nil, err
		}
		list[i].ID = row.ID
	}
	return list, nil
}
