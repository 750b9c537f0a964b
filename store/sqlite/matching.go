package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"

	"fritidshub/store"
)

// Regroup implements store.Matching.
func (db *DB) Regroup(ctx context.Context, now time.Time, match func(store.View) ([]store.Relist, error)) (change int64, err error) {
	err = db.write(ctx, func(tx *sqlx.Tx) error {
		relist, err := match(db.view(ctx, tx))
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

// Look implements store.Matching.
func (db *DB) Look(ctx context.Context, f func(store.View) error) error {
	tx, err := db.reader.BeginTxx(ctx, nil)
	if err != nil {
		return db.fault(err)
	}
	return db.fault(errors.Join(f(db.view(ctx, tx)), tx.Rollback()))
}

// view implements store.View on a transaction.
type view struct {
	ctx context.Context
	tx  *sqlx.Tx

	blocks map[uint64]block // many keys are asked for again and again
	hides  bool             // there are records that cannot be seen

	last   int64      // the highest number of these; SQLite numbers documents one after another
	counts *sync.Pool // DB.counts
}

// block is the documents that have a key and can be seen, most of them when there are more.
type block struct {
	docs []int64
	most int
}

const (
	knownColumns = "r.source, r.native_id, r.listing_id, r.since, coalesce(f.features, x'')"
	withFeatures = " LEFT JOIN record_features f ON f.doc = r.doc"
	seenRecords  = " JOIN sources s ON s.id = r.source WHERE r.removed_at IS NULL AND s.visible"
	knownRecords = "SELECT " + knownColumns + " FROM records r" + withFeatures + seenRecords
)

// view looks through a transaction.
func (db *DB) view(ctx context.Context, tx *sqlx.Tx) *view {
	return &view{ctx: ctx, tx: tx, counts: &db.counts}
}

// query looks at the context once: watching one costs more than most queries do.
func (v *view) query(query string, args ...any) (*sql.Rows, error) {
	if err := v.ctx.Err(); err != nil {
		return nil, err
	}
	return v.tx.Query(query, args...)
}

// Sharing implements store.View.
func (v *view) Sharing(keys [][]uint64, limit func(key uint64) int) ([][]int64, error) {
	if err := v.readBlocks(keys, func(key uint64) int { return limit(key) + 1 }); err != nil {
		return nil, err
	}
	counts, _ := v.counts.Get().(*[]uint8)
	if counts == nil || int64(len(*counts)) <= v.last {
		room := make([]uint8, v.last+v.last/8+1)
		counts = &room
	}
	defer v.counts.Put(counts)
	shared := *counts // of one set of keys, what each document has: 1 for an even key, 2 for an odd one
	found := make([][]int64, len(keys))
	var met []int64
	for i, set := range keys {
		for _, key := range set {
			docs := v.blocks[key].docs
			if len(docs) > limit(key) {
				continue
			}
			for _, doc := range docs {
				before := shared[doc]
				if before == 0 {
					met = append(met, doc)
				}
				if before < 2 {
					if shared[doc] += 1 + uint8(key&1); shared[doc] >= 2 {
						found[i] = append(found[i], doc)
					}
				}
			}
		}
		for _, doc := range met {
			shared[doc] = 0
		}
		met = met[:0]
	}
	return found, nil
}

// Blocks implements store.View.
func (v *view) Blocks(keys []uint64, most func(key uint64) int) (map[uint64][]int64, error) {
	if err := v.readBlocks([][]uint64{keys}, most); err != nil {
		return nil, err
	}
	found := map[uint64][]int64{}
	for _, key := range keys {
		if docs := v.blocks[key].docs; len(docs) > 0 {
			found[key] = docs[:min(len(docs), most(key))]
		}
	}
	return found, nil
}

// readBlocks reads the blocks of keys that have not been read yet, or not so far.
func (v *view) readBlocks(keys [][]uint64, most func(key uint64) int) error {
	if v.blocks == nil {
		v.blocks = map[uint64]block{}
		if err := v.tx.Get(&v.hides, "SELECT EXISTS (SELECT 1 FROM sources s WHERE NOT visible AND EXISTS (SELECT 1 FROM records r WHERE r.source = s.id))"); err != nil {
			return err
		}
	}
	wanted := map[int][]int64{} // by how many are read of each
	for _, set := range keys {
		for _, key := range set {
			to := max(most(key), 0)
			if b, read := v.blocks[key]; read && (b.most >= to || len(b.docs) < b.most) {
				continue
			}
			v.blocks[key] = block{most: to}
			wanted[to] = append(wanted[to], int64(key))
		}
	}
	for to, keys := range wanted {
		if err := v.readSome(keys, to); err != nil {
			return err
		}
	}
	return nil
}

func (v *view) readSome(keys []int64, most int) error {
	slices.Sort(keys)
	seen := ""
	if v.hides {
		seen = " AND EXISTS (SELECT 1 FROM records r JOIN sources s ON s.id = r.source WHERE r.doc = k.doc AND s.visible)"
	}
	// One row of all the documents of a key is read much faster than a row of each.
	return v.eachRow(keys, `SELECT value, (SELECT group_concat(doc, ' ') FROM (SELECT doc FROM record_keys k WHERE key = value`+seen+` LIMIT `+strconv.Itoa(most)+`)) AS docs
		FROM json_each(?) WHERE EXISTS (SELECT 1 FROM record_keys WHERE key = value) AND docs IS NOT NULL`, func(rows *sql.Rows) error {
		var key int64
		var text string
		if err := rows.Scan(&key, &text); err != nil {
			return err
		}
		docs, err := numbers(text)
		v.blocks[uint64(key)] = block{docs, most}
		for _, doc := range docs {
			v.last = max(v.last, doc)
		}
		return err
	})
}

func numbers(text string) (list []int64, err error) {
	list = make([]int64, 0, 1+strings.Count(text, " "))
	for more := true; more; {
		var word string
		word, text, more = strings.Cut(text, " ")
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, nil
}

// Numbered implements store.View.
func (v *view) Numbered(docs []int64) (map[int64]store.Known, error) {
	found := make(map[int64]store.Known, len(docs))
	err := v.eachRow(docs, "SELECT r.doc, "+knownColumns+" FROM json_each(?) j JOIN records r ON r.doc = j.value"+withFeatures+seenRecords, func(rows *sql.Rows) error {
		var doc int64
		var k store.Known
		err := rows.Scan(&doc, &k.Source, &k.NativeID, &k.Listing, &k.Since, &k.Features)
		found[doc] = k
		return err
	})
	return found, err
}

// Joined implements store.View.
func (v *view) Joined(docs []int64) (joined []int64, err error) {
	err = v.eachRow(docs, `SELECT r.doc FROM json_each(?) j CROSS JOIN records r ON r.doc = j.value
		WHERE EXISTS (SELECT 1 FROM records o WHERE o.listing_id = r.listing_id AND o.doc <> r.doc AND o.removed_at IS NULL)`, func(rows *sql.Rows) error {
		var doc int64
		err := rows.Scan(&doc)
		joined = append(joined, doc)
		return err
	})
	return joined, err
}

// eachRow runs a query over a list of numbers.
func (v *view) eachRow(list []int64, query string, f func(*sql.Rows) error) error {
	if len(list) == 0 {
		return nil
	}
	wanted, err := json.Marshal(list)
	if err != nil {
		return err
	}
	rows, err := v.tx.QueryContext(v.ctx, query, string(wanted))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Together implements store.View.
func (v *view) Together(listing string) ([]store.Known, error) {
	return known(v.query(knownRecords+" AND r.listing_id = ?", listing))
}

// Of implements store.View.
func (v *view) Of(source string) ([]store.Known, error) {
	return known(v.tx.QueryContext(v.ctx, knownRecords+" AND r.source = ?", source))
}

// Keys implements store.View.
func (v *view) Keys(source string) (keys [][]uint64, err error) {
	var packed [][]byte
	err = v.tx.SelectContext(v.ctx, &packed, "SELECT f.keys FROM records r JOIN record_features f ON f.doc = r.doc WHERE r.source = ? AND r.removed_at IS NULL", source)
	for _, b := range packed {
		keys = append(keys, unpackKeys(b))
	}
	return keys, err
}

// Listings implements store.View.
func (v *view) Listings(source string) (ids []string, err error) {
	err = v.tx.SelectContext(v.ctx, &ids, "SELECT DISTINCT listing_id FROM records WHERE source = ? AND removed_at IS NULL ORDER BY listing_id", source)
	return ids, err
}

// Known implements store.View.
func (v *view) Known(ref store.Ref) (store.Known, error) {
	list, err := known(v.query(knownRecords+" AND r.source = ? AND r.native_id = ?", ref.Source, ref.NativeID))
	if err != nil || len(list) == 0 {
		return store.Known{}, cmp.Or(err, store.ErrNotFound)
	}
	return list[0], nil
}

// Record implements store.View.
func (v *view) Record(ref store.Ref) (doc []byte, err error) {
	if err := v.ctx.Err(); err != nil {
		return nil, err
	}
	err = v.tx.QueryRow("SELECT d.doc FROM records r JOIN record_docs d ON d.id = r.doc"+seenRecords+" AND r.source = ? AND r.native_id = ?", ref.Source, ref.NativeID).Scan(&doc)
	return doc, missing(err)
}

// Rulings implements store.View.
func (v *view) Rulings() ([]store.Ruling, error) { return rulings(v.ctx, v.tx) }

// Weights implements store.View.
func (v *view) Weights() (map[string]store.Weight, error) {
	rows, err := v.query("SELECT id, coalesce(json_extract(doc, '$.priority'), 0), coalesce(json_extract(doc, '$.pass_on'), 0) FROM sources")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	weights := map[string]store.Weight{}
	for rows.Next() {
		var id string
		var w store.Weight
		if err := rows.Scan(&id, &w.Priority, &w.PassOn); err != nil {
			return nil, err
		}
		weights[id] = w
	}
	return weights, rows.Err()
}

// Peers implements store.View.
func (v *view) Peers() (map[string][]string, error) {
	var rows []struct {
		Hub string `db:"hub"`
		ID  string `db:"id"`
	}
	peers := map[string][]string{}
	err := v.tx.SelectContext(v.ctx, &rows, "SELECT hub, id FROM sources WHERE hub <> '' AND visible ORDER BY id")
	for _, row := range rows {
		peers[row.Hub] = append(peers[row.Hub], row.ID)
	}
	return peers, err
}

// Begun implements store.View. It reads every record that came through a peer; it is asked once for each hub.
func (v *view) Begun(hub string) ([]store.Ref, error) {
	var rows []struct {
		Source   string `db:"source"`
		NativeID string `db:"native_id"`
	}
	err := v.tx.SelectContext(v.ctx, &rows, `SELECT r.source, r.native_id FROM records r JOIN record_docs d ON d.id = r.doc JOIN sources s ON s.id = r.source
		WHERE r.way > 0 AND r.removed_at IS NULL AND s.hub <> ?1 AND json_extract(d.doc, '$.origin.hub') = ?1 ORDER BY r.source, r.native_id`, hub)
	refs := make([]store.Ref, len(rows))
	for i, row := range rows {
		refs[i] = store.Ref(row)
	}
	return refs, err
}

func known(rows *sql.Rows, err error) ([]store.Known, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []store.Known
	for rows.Next() {
		var k store.Known
		if err := rows.Scan(&k.Source, &k.NativeID, &k.Listing, &k.Since, &k.Features); err != nil {
			return nil, err
		}
		found = append(found, k)
	}
	return found, rows.Err()
}

// packKeys writes keys as record_features keeps them.
func packKeys(keys []uint64) []byte {
	b := make([]byte, 0, 8*len(keys))
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
