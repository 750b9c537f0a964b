package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"fritidshub/catalog"
	"fritidshub/store"
)

// changes gives listings their change numbers inside one write transaction.
type changes struct {
	ctx  context.Context // looked at between statements; a statement of its own is short
	tx   *sqlx.Tx
	now  stamp
	last int64
	pass passing

	members, mark, put statement
}

func newChanges(ctx context.Context, tx *sqlx.Tx, now time.Time) (*changes, error) {
	c := &changes{ctx: ctx, tx: tx, now: stamp{now}}
	if err := tx.QueryRow("SELECT change, passed FROM meta").Scan(&c.last, &c.pass.last); err != nil {
		return nil, err
	}
	c.pass.prepare(tx)
	for stmt, query := range map[*statement]string{
		&c.members: `SELECT count(*), coalesce(max(visible AND NOT hidden), 0), coalesce((SELECT merged_into FROM listings WHERE id = ?1), '')
			FROM records JOIN sources ON sources.id = source WHERE listing_id = ?1 AND removed_at IS NULL`,
		&c.mark: `UPDATE listings SET change = ?1, updated_at = ?2, hidden = ?3, deleted_at = iif(?4, ?2, NULL), merged_into = ?5
			WHERE id = ?6 AND (hidden <> ?3 OR (deleted_at IS NOT NULL) <> ?4 OR merged_into <> ?5)`,
		&c.put: `INSERT INTO listings (id, change, updated_at, hidden, organizer_id, place_id, municipality, shared, unshared, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET change = excluded.change, updated_at = excluded.updated_at, hidden = excluded.hidden,
			deleted_at = NULL, merged_into = iif(excluded.hidden, merged_into, ''), organizer_id = excluded.organizer_id, place_id = excluded.place_id,
			municipality = excluded.municipality, shared = excluded.shared, unshared = iif(excluded.unshared = 0, 0, max(unshared, 1)), doc = excluded.doc
			WHERE doc <> excluded.doc OR organizer_id <> excluded.organizer_id OR place_id <> excluded.place_id OR municipality <> excluded.municipality
			OR shared IS NOT excluded.shared OR (unshared = 0) <> (excluded.unshared = 0)
			OR hidden <> excluded.hidden OR deleted_at IS NOT NULL OR merged_into <> '' AND NOT excluded.hidden`,
	} {
		*stmt = statement{tx: tx, query: query}
	}
	return c, nil
}

// said is what a listing says.
type said struct {
	doc       []byte // catalog.Listing
	organizer *catalog.Organizer
	place     *catalog.Place
	store.Shareable
}

// putListing stores a listing that has at least one record.
func (c *changes) putListing(id string, s *said, organizer, place string, hidden bool) error {
	municipality, unshared := "", 0
	if s.place != nil {
		municipality = s.place.Municipality
	}
	if s.Unshared {
		unshared = 2
	}
	return c.count(&c.put, id, c.last+1, c.now, hidden, organizer, place, municipality, text(s.Shared), unshared, string(s.doc))
}

// text is a document as a column keeps it: NULL when there is none.
func text(doc []byte) any {
	if doc == nil {
		return nil
	}
	return string(doc)
}

// settle derives from its records whether a listing is live, hidden or gone. One that lost its last visible record to another listing is
// merged into that one: for good when it has no record left, else as long as that one can be seen and it cannot.
func (c *changes) settle(id, joined string) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	members, visible, merged, err := c.look(id)
	if err != nil {
		return err
	}
	merged = cmp.Or(joined, merged)
	if members > 0 && merged != "" {
		followed := false
		if !visible {
			if _, followed, _, err = c.look(merged); err != nil {
				return err
			}
		}
		if !followed {
			merged = ""
		}
	}
	return c.count(&c.mark, c.last+1, c.now, members > 0 && !visible, members == 0 && merged == "", merged, id)
}

// look tells how many records lead to a listing, whether one of them can be seen, and what the listing is merged into.
func (c *changes) look(id string) (members int, visible bool, merged string, err error) {
	err = c.members.QueryRow(id).Scan(&members, &visible, &merged)
	return members, visible, merged, err
}

// statement is prepared by the connection, which keeps what was prepared from one transaction to the next.
type statement struct {
	tx    *sqlx.Tx
	query string
}

func (s *statement) Exec(args ...any) (sql.Result, error) { return s.tx.Exec(s.query, args...) }

func (s *statement) QueryRow(args ...any) *sql.Row { return s.tx.QueryRow(s.query, args...) }

// count runs a statement that gives the next change number to one listing, or changes nothing.
func (c *changes) count(stmt *statement, args ...any) error {
	res, err := stmt.Exec(args...)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	c.last += n
	return err
}

// save keeps the last number for the next transaction.
func (c *changes) save() error {
	_, err := c.tx.Exec("UPDATE meta SET change = ?1, passed = ?2 WHERE change <> ?1 OR passed <> ?2", c.last, c.pass.last)
	return err
}

// each runs a statement for every id, which is its last argument.
func (c *changes) each(ids []string, query string, args ...any) error {
	if len(ids) == 0 {
		return nil
	}
	stmt, err := c.tx.Preparex(query)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		if _, err := stmt.Exec(append(args, id)...); err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
	}
	return nil
}
