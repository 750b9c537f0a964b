package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"fritidshub/store"
)

// keepPages stores the changed responses of a run. After a good run the newest ones are what the next run begins with; those that the
// run did not ask for are history, as are the older versions. History is bounded in age and size.
func keepPages(c *changes, plan *store.Plan) error {
	source, good := plan.Run.Source, plan.Run.Status.Good() && !plan.KeepState
	for _, p := range plan.Pages {
		if p.Body != nil {
			if _, err := c.tx.Exec("INSERT OR IGNORE INTO payloads VALUES (?, ?)", p.Hash, []byte(p.Body)); err != nil {
				return err
			}
		}
		if good {
			if _, err := c.tx.Exec("UPDATE pages SET newest = 0 WHERE source = ? AND url = ? AND newest", source, p.URL); err != nil {
				return err
			}
		}
		if _, err := c.tx.Exec("REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", source, p.URL, plan.Run.ID, stamp{plan.Now}, good, good,
			p.ETag, p.LastModified, p.Hash, p.MediaType, p.Charset, p.Location); err != nil {
			return fmt.Errorf("the response of %s: %w", p.URL, err)
		}
	}
	if good && !plan.Grows {
		var newest []string
		if err := c.tx.Select(&newest, "SELECT url FROM pages WHERE source = ? AND newest", source); err != nil {
			return err
		}
		asked := make(map[string]bool, len(plan.PageURLs)+len(plan.Pages))
		for _, u := range plan.PageURLs {
			asked[u] = true
		}
		for _, p := range plan.Pages {
			asked[p.URL] = true
		}
		gone := slices.DeleteFunc(newest, func(u string) bool { return asked[u] })
		if err := c.each(gone, "UPDATE pages SET newest = 0 WHERE source = ? AND url = ?", source); err != nil {
			return err
		}
	}
	if len(plan.Pages) == 0 {
		return nil
	}
	return forgetPages(c, source, plan.Grows, plan.Run.ID)
}

// forgetPages keeps the history of a source within its bounds; of one that grows all older pages are history.
func forgetPages(c *changes, source string, grows bool, run int64) error {
	res, err := c.tx.Exec(`DELETE FROM pages WHERE rowid IN (SELECT row FROM
		(SELECT pages.rowid AS row, at, sum(length(body)) OVER (ORDER BY run DESC, url ROWS UNBOUNDED PRECEDING) AS size
			FROM pages JOIN payloads USING (hash) WHERE source = ?1 AND (NOT newest OR ?2 AND run <> ?3))
		WHERE at < ?4 OR size > ?5)`, source, grows, run, stamp{c.now.Add(-store.KeepPayloads)}, store.KeepPayloadBytes)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		return err
	}
	_, err = c.tx.Exec("DELETE FROM payloads WHERE NOT EXISTS (SELECT 1 FROM pages WHERE pages.hash = payloads.hash)")
	return err
}

// Pages implements store.Runs.
func (db *DB) Pages(ctx context.Context, source string, run int64) ([]store.Page, error) {
	const columns = "SELECT url, etag, last_modified, hash, media_type, charset, location"
	query, args := columns+" FROM pages WHERE source = ? AND newest ORDER BY url", []any{source}
	if run > 0 { // of one group, SQLite gives the columns of the row with the maximum
		query, args = columns+", max(run) FROM pages WHERE source = ?1 AND (run = ?2 OR run < ?2 AND good) GROUP BY url ORDER BY url", []any{source, run}
	}
	rows, err := db.reader.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, db.fault(err)
	}
	defer rows.Close()
	var pages []store.Page
	for rows.Next() {
		var p store.Page
		into := []any{&p.URL, &p.ETag, &p.LastModified, &p.Hash, &p.MediaType, &p.Charset, &p.Location}
		if run > 0 {
			into = append(into, new(int64))
		}
		if err := rows.Scan(into...); err != nil {
			return nil, db.fault(err)
		}
		pages = append(pages, p)
	}
	return pages, db.fault(rows.Err())
}

// LastKept implements store.Runs.
func (db *DB) LastKept(ctx context.Context, source string) (run int64, err error) {
	var last struct {
		ID       int64           `db:"id"`
		Status   store.RunStatus `db:"status"`
		Complete bool            `db:"complete"`
	}
	err = db.reader.GetContext(ctx, &last, `SELECT id, json_extract(doc, '$.status') AS status, json_extract(doc, '$.complete') AS complete FROM runs
		WHERE source = ? AND finished IS NOT NULL AND status NOT IN (?, ?) AND json_extract(doc, '$.trigger') <> 'replay' ORDER BY id DESC LIMIT 1`,
		source, store.RunFailed, store.RunInterrupted)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = db.reader.GetContext(ctx, &run, "SELECT coalesce(max(run), 0) FROM pages WHERE source = ?", source)
	case err == nil && (last.Status == store.RunHeld || !last.Complete):
		run = last.ID
	}
	return run, db.fault(err)
}

// Payload implements store.Runs.
func (db *DB) Payload(ctx context.Context, hash string) ([]byte, error) {
	var packed []byte
	err := db.reader.GetContext(ctx, &packed, "SELECT body FROM payloads WHERE hash = ?", hash)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, store.ErrNotFound
	}
	if err != nil {
		return nil, db.fault(err)
	}
	body, err := store.Payload(packed).Unpack()
	if err != nil {
		return nil, fmt.Errorf("%w: kept response %.12s: %w", store.ErrCorrupt, hash, err)
	}
	return body, nil
}
