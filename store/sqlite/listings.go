package sqlite

import (
	"context"
	"encoding/json"

	"fritidshub/catalog"
	"fritidshub/store"
)

const listingColumns = "SELECT listings.id, change, updated_at, deleted_at, merged_into, hidden, doc FROM "

type listingRow struct {
	ID         string `db:"id"`
	Change     int64  `db:"change"`
	UpdatedAt  stamp  `db:"updated_at"`
	DeletedAt  stamp  `db:"deleted_at"`
	MergedInto string `db:"merged_into"`
	Hidden     bool   `db:"hidden"`
	Doc        []byte `db:"doc"`
	GoneWhy    string `db:"gone_why"`
}

func (r *listingRow) state() (catalog.ListingState, error) {
	s := catalog.ListingState{Change: r.Change, UpdatedAt: r.UpdatedAt.Time, DeletedAt: r.DeletedAt.Time, MergedInto: r.MergedInto, Hidden: r.Hidden, GoneWhy: r.GoneWhy}
	err := decode(r.Doc, &s.Listing, "listing", r.ID)
	s.ID = r.ID
	return s, err
}

func (db *DB) listings(ctx context.Context, query string, args ...any) ([]catalog.ListingState, error) {
	var rows []listingRow
	if err := db.reader.SelectContext(ctx, &rows, query, args...); err != nil {
		return nil, db.fault(err)
	}
	states := make([]catalog.ListingState, len(rows))
	for i := range rows {
		var err error
		if states[i], err = rows[i].state(); err != nil {
			return nil, db.fault(err)
		}
	}
	return states, nil
}

// Listing implements store.Listings.
func (db *DB) Listing(ctx context.Context, id string) (catalog.ListingState, error) {
	var row listingRow
	if err := db.reader.GetContext(ctx, &row, `SELECT id, change, updated_at, deleted_at, merged_into, hidden, doc,
		coalesce((SELECT why FROM passed WHERE passed.id = listings.id), '') AS gone_why FROM listings WHERE id = ?`, id); err != nil {
		return catalog.ListingState{}, db.fault(missing(err))
	}
	s, err := row.state()
	return s, db.fault(err)
}

// Gone implements store.Listings.
func (db *DB) Gone(ctx context.Context, named string, limit int) ([]catalog.ListingState, error) {
	return db.listings(ctx, `SELECT * FROM (`+listingColumns+`listings WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC LIMIT ?1)
		WHERE merged_into = '' AND ?2 IN (json_extract(doc, '$.title'), json_extract(doc, '$.url')) LIMIT ?3`, store.MaxGone, named, limit)
}

// ListingsByID implements store.Listings.
func (db *DB) ListingsByID(ctx context.Context, ids []string) ([]catalog.ListingState, error) {
	wanted, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	return db.listings(ctx, listingColumns+"json_each(?) JOIN listings ON listings.id = value WHERE live = 1 ORDER BY key", string(wanted))
}

// changesPage is how many listings Changes reads at once.
const changesPage = 1000

// Changes implements store.Listings. It reads a page at a time and holds nothing open while f works.
func (db *DB) Changes(ctx context.Context, after int64, limit int, f func(catalog.ListingState) error) error {
	for left := limit; limit <= 0 || left > 0; {
		n := changesPage
		if limit > 0 {
			n = min(n, left)
		}
		page, err := db.listings(ctx, listingColumns+"listings WHERE change > ? ORDER BY change LIMIT ?", after, n)
		if err != nil {
			return err
		}
		for _, s := range page {
			if err := f(s); err != nil {
				return err
			}
			after = s.Change
		}
		if len(page) < n {
			return nil
		}
		left -= n
	}
	return nil
}

// Changed implements store.Listings.
func (db *DB) Changed(ctx context.Context, after int64, most int) (ids []string, err error) {
	err = db.reader.SelectContext(ctx, &ids, "SELECT id FROM listings WHERE change > ? ORDER BY change LIMIT ?", after, most)
	return ids, db.fault(err)
}

// liveChangesPage is how many change numbers LiveChanges reads at once.
const liveChangesPage = 10_000

// LiveChanges implements store.Listings. Like Changes it holds nothing open while f works.
func (db *DB) LiveChanges(ctx context.Context, f func(id string, change int64) error) error {
	type row struct {
		ID     string `db:"id"`
		Change int64  `db:"change"`
	}
	for page := make([]row, liveChangesPage); len(page) == liveChangesPage; {
		after := page[len(page)-1].Change
		page = page[:0]
		if err := db.reader.SelectContext(ctx, &page, "SELECT id, change FROM listings WHERE change > ? AND live = 1 ORDER BY change LIMIT ?", after, liveChangesPage); err != nil {
			return db.fault(err)
		}
		for _, r := range page {
			if err := f(r.ID, r.Change); err != nil {
				return err
			}
		}
	}
	return nil
}

// Change implements store.Listings.
func (db *DB) Change(ctx context.Context) (change int64, err error) {
	return change, db.fault(db.reader.GetContext(ctx, &change, "SELECT change FROM meta"))
}

// LiveCount implements store.Listings.
func (db *DB) LiveCount(ctx context.Context) (n int, err error) {
	err = db.reader.GetContext(ctx, &n, "SELECT count(*) FROM listings WHERE live = 1")
	return n, db.fault(err)
}

// Organizers implements store.Listings.
func (db *DB) Organizers(ctx context.Context) ([]store.Named[catalog.Organizer], error) {
	return register[catalog.Organizer](ctx, db, "organizers", "organizer_id")
}

// Places implements store.Listings.
func (db *DB) Places(ctx context.Context) ([]store.Named[catalog.Place], error) {
	return register[catalog.Place](ctx, db, "places", "place_id")
}

func register[T any](ctx context.Context, db *DB, table, column string) ([]store.Named[T], error) {
	var rows []struct {
		ID  string `db:"id"`
		Doc []byte `db:"doc"`
		N   int    `db:"n"`
	}
	if err := db.reader.SelectContext(ctx, &rows, `SELECT r.id, r.doc, n FROM
		(SELECT `+column+` AS id, count(*) AS n FROM listings WHERE live = 1 GROUP BY `+column+`) JOIN `+table+` r USING (id) ORDER BY r.id`); err != nil {
		return nil, db.fault(err)
	}
	named := make([]store.Named[T], len(rows))
	for i, r := range rows {
		named[i].ID, named[i].Listings = r.ID, r.N
		if err := decode(r.Doc, &named[i].Value, table, r.ID); err != nil {
			return nil, db.fault(err)
		}
	}
	return named, nil
}
