package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"fritidshub/catalog"
	"fritidshub/store"
)

// passing keeps inside one write transaction what is passed on of records, with change numbers of its own.
type passing struct {
	tx    *sqlx.Tx
	last  int64
	known map[string]*passer

	own, best, others, add, drop statement
}

// passer is what passing must know of a source.
type passer struct {
	store.Source
	visible bool
	before  string // with what settings its records were last passed on
	origin  string // of what own records say of it: part of their content
}

// copied is one copy of a record.
type copied struct {
	source       string
	doc          int64
	own          bool
	hash         string
	leave        bool
	municipality string
	corrected    []byte
}

func (p *passing) prepare(tx *sqlx.Tx) {
	const copies = `SELECT r.source, r.doc, r.way = 0, r.hash, r.leave, coalesce(json_extract(coalesce(d.corrected, d.doc), '$.place.municipality'), ''), d.corrected
		FROM records r JOIN record_docs d ON d.id = r.doc JOIN sources s ON s.id = r.source
		WHERE r.removed_at IS NULL AND NOT r.hidden AND s.visible AND `
	p.tx = tx
	p.own = statement{tx: tx, query: copies + "r.source = ? AND r.native_id = ?"}
	p.best = statement{tx: tx, query: copies + "r.origin = ? AND r.way > 0 ORDER BY r.way > 1, r.since, r.way, json_extract(s.doc, '$.priority') DESC, r.source, r.native_id LIMIT 1"}
	p.others = statement{tx: tx, query: "SELECT EXISTS (SELECT 1 FROM records WHERE origin = ? AND way > 0 AND doc <> ? AND removed_at IS NULL)"}
	p.add = statement{tx: tx, query: `INSERT INTO passed (change, id, at, source, doc, own, sum, municipality) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET change = excluded.change, at = excluded.at, source = excluded.source, doc = excluded.doc, own = excluded.own, sum = excluded.sum,
		municipality = excluded.municipality, why = '' WHERE sum <> excluded.sum OR doc IS NOT excluded.doc`}
	p.drop = statement{tx: tx, query: "UPDATE passed SET change = ?, at = ?, doc = NULL, sum = '', why = ? WHERE id = ? AND doc IS NOT NULL"}
}

// on brings what is passed on of an origin in step with the records. A record that was read here has no other copy. why is told of it when there is
// none any more.
func (p *passing) on(now stamp, ref store.Ref, origin string, way int, why string) error {
	if origin == "" {
		return nil
	}
	var c copied
	row := p.best.QueryRow
	args := []any{origin}
	if way == 0 {
		row, args = p.own.QueryRow, []any{ref.Source, ref.NativeID}
	}
	err := row(args...).Scan(&c.source, &c.doc, &c.own, &c.hash, &c.leave, &c.municipality, &c.corrected)
	if errors.Is(err, sql.ErrNoRows) {
		return p.count(&p.drop, p.last+1, now, why, origin)
	}
	if err != nil {
		return err
	}
	return p.put(now, origin, &c)
}

// sumLength is how much of a hash tells contents of one record apart, in hex digits.
const sumLength = 20

// alone reports whether a record that came through a peer has no other copy here.
func (p *passing) alone(origin string, doc int64) (bool, error) {
	var others bool
	err := p.others.QueryRow(origin, doc).Scan(&others)
	return !others, err
}

// put passes the copy on that counts, unless it may not be.
func (p *passing) put(now stamp, origin string, c *copied) error {
	from, err := p.passer(c.source)
	if err != nil {
		return err
	}
	switch {
	case !from.visible:
		return p.count(&p.drop, p.last+1, now, "", origin)
	case !c.leave || !from.PassOn:
		return p.count(&p.drop, p.last+1, now, catalog.WhyLeave, origin)
	}
	sum := c.hash[:min(len(c.hash), sumLength)]
	if c.own {
		sum += "|" + from.origin
	}
	if c.corrected != nil {
		sum += "|" + catalog.Hash(c.corrected)[:sumLength]
	}
	return p.count(&p.add, p.last+1, origin, now, c.source, c.doc, c.own, sum, c.municipality)
}

// count runs a statement that gives the next change number to one record, or changes nothing.
func (p *passing) count(stmt *statement, args ...any) error {
	res, err := stmt.Exec(args...)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	p.last += n
	return err
}

func (p *passing) passer(source string) (*passer, error) {
	if p.known == nil {
		if err := p.load(); err != nil {
			return nil, err
		}
	}
	if s := p.known[source]; s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("source %s: %w", source, store.ErrNotFound)
}

func (p *passing) load() error {
	var rows []struct {
		ID      string `db:"id"`
		Doc     []byte `db:"doc"`
		Visible bool   `db:"visible"`
		Passing string `db:"passing"`
	}
	if err := p.tx.Select(&rows, "SELECT id, doc, visible, passing FROM sources"); err != nil {
		return err
	}
	p.known = make(map[string]*passer, len(rows))
	for _, row := range rows {
		s := &passer{visible: row.Visible, before: row.Passing}
		if err := decode(row.Doc, &s.Source, "source", row.ID); err != nil {
			return err
		}
		s.origin = catalog.ID("passed", s.Hub, s.Name, s.Licence, s.Attribution, fmt.Sprint(s.PassOn))
		p.known[row.ID] = s
	}
	return nil
}

// sources passes the records of sources on anew whose settings are others than when that was last done.
func (p *passing) sources(now stamp) error {
	if err := p.load(); err != nil {
		return err
	}
	for id, s := range p.known {
		settings := fmt.Sprintf("%s|%v|%d", s.origin, s.visible, s.Priority)
		if settings == s.before || s.Hub == "" {
			continue
		}
		if err := p.again(now, s); err != nil {
			return err
		}
		if _, err := p.tx.Exec("UPDATE sources SET passing = ? WHERE id = ?", settings, id); err != nil {
			return err
		}
	}
	return nil
}

// again passes all records of a source on anew.
func (p *passing) again(now stamp, s *passer) error {
	const batch = 1_000
	for after := ""; ; {
		var rows []struct {
			NativeID string `db:"native_id"`
			Origin   string `db:"origin"`
			Way      int    `db:"way"`
			Doc      int64  `db:"doc"`
		}
		if err := p.tx.Select(&rows, "SELECT native_id, origin, way, doc FROM records WHERE source = ? AND native_id > ? AND removed_at IS NULL ORDER BY native_id LIMIT ?", s.ID, after, batch); err != nil {
			return err
		}
		for _, r := range rows {
			after = r.NativeID
			if r.Origin == "" {
				q, err := p.learn(s, r.NativeID, r.Doc)
				if err != nil {
					return err
				}
				r.Origin, r.Way = q.Origin, q.Way
			}
			if err := p.on(now, store.Ref{Source: s.ID, NativeID: r.NativeID}, r.Origin, r.Way, ""); err != nil {
				return err
			}
		}
		if len(rows) < batch {
			return nil
		}
	}
}

// learn finds out where a record began that was stored before there were feeds.
func (p *passing) learn(s *passer, nativeID string, doc int64) (q store.Passing, err error) {
	var text []byte
	if err := p.tx.Get(&text, "SELECT doc FROM record_docs WHERE id = ?", doc); err != nil {
		return q, err
	}
	var r catalog.Record
	if err := decode(text, &r, "record", nativeID); err != nil {
		return q, err
	}
	q = store.PassingOf(s.Hub, &r)
	_, err = p.tx.Exec("UPDATE records SET origin = ?, way = ?, leave = ? WHERE source = ? AND native_id = ?", q.Origin, q.Way, q.Leave, s.ID, nativeID)
	return q, err
}

// Feed implements store.Feeds.
func (db *DB) Feed(ctx context.Context) (f store.FeedState, err error) {
	err = db.reader.QueryRowContext(ctx, "SELECT feed, change, passed FROM meta").Scan(&f.ID, &f.Listings, &f.Records)
	return f, db.fault(err)
}

// ListingChanges implements store.Feeds.
func (db *DB) ListingChanges(ctx context.Context, municipality string, after int64, limit int) ([]catalog.ListingState, error) {
	const columns = `SELECT id, change, updated_at, iif(live = 1 AND unshared = 0, NULL, updated_at) AS deleted_at, '' AS merged_into, 0 AS hidden, 
		iif(live = 1 AND unshared = 0, coalesce(shared, doc), '{}') AS doc,
		iif(live = 1 AND unshared = 0, '', coalesce((SELECT why FROM passed WHERE passed.id = listings.id), '')) AS gone_why FROM listings WHERE unshared < 2 AND change > ?1`
	if municipality == "" {
		return db.listings(ctx, columns+" ORDER BY change LIMIT ?2", after, limit)
	}
	return db.listings(ctx, columns+` AND municipality = ?3 UNION ALL SELECT id, change, at, at, '', 0, '{}', '' FROM listings_left WHERE change > ?1 AND municipality = ?3
		ORDER BY change LIMIT ?2`, after, limit, municipality)
}

// RecordChanges implements store.Feeds.
func (db *DB) RecordChanges(ctx context.Context, municipality string, after int64, limit int) ([]store.Passed, error) {
	list := "SELECT id, change, at, source, doc, own, why FROM passed WHERE change > ?1"
	args := []any{after, limit}
	if municipality != "" {
		list += " AND municipality = ?3 UNION ALL SELECT id, change, at, '', NULL, 0, '' FROM passed_left WHERE change > ?1 AND municipality = ?3"
		args = append(args, municipality)
	}
	var rows []struct {
		ID       string  `db:"id"`
		Change   int64   `db:"change"`
		At       stamp   `db:"at"`
		Source   string  `db:"source"`
		Own      bool    `db:"own"`
		Why      string  `db:"why"`
		Doc      []byte  `db:"doc"`
		NativeID *string `db:"native_id"`
		Declared []byte  `db:"declared"`
		LastGood stamp   `db:"last_good"`
	}
	if err := db.reader.SelectContext(ctx, &rows, `SELECT p.id, p.change, p.at, p.source, p.own, p.why, coalesce(d.corrected, d.doc) AS doc, r.native_id, s.doc AS declared, s.last_good
		FROM (`+list+` ORDER BY change LIMIT ?2) p LEFT JOIN record_docs d ON d.id = p.doc LEFT JOIN records r ON r.doc = p.doc AND p.own LEFT JOIN sources s ON s.id = p.source
		ORDER BY p.change`, args...); err != nil {
		return nil, db.fault(err)
	}
	out := make([]store.Passed, len(rows))
	for i, row := range rows {
		out[i] = store.Passed{ID: row.ID, Change: row.Change, At: row.At.Time, Source: row.Source, Record: row.Doc, Why: row.Why}
		if row.Doc == nil || row.NativeID == nil {
			continue
		}
		var s store.Source
		if err := decode(row.Declared, &s, "source", row.Source); err != nil {
			return nil, db.fault(err)
		}
		origin := catalog.Origin{Hub: s.Hub, Source: s.ID, NativeID: *row.NativeID, Name: s.Name, Licence: s.Licence, Attribution: cmp.Or(s.Attribution, s.Name),
			FetchedAt: row.LastGood.Time, PassOn: s.Licence == catalog.Permission && s.PassOn}
		var err error
		if out[i].Record, err = withOrigin(row.Doc, &origin); err != nil {
			return nil, db.fault(err)
		}
	}
	return out, nil
}

// withOrigin adds its origin to the JSON of a record that has none.
func withOrigin(record []byte, o *catalog.Origin) ([]byte, error) {
	text, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, `{"origin":%s,%s`, text, record[1:]), nil
}
