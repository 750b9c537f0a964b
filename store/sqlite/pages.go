package sqlite

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"slices"

	"fritidshub/store"
)

// maxBody bounds a kept response after decompression, in bytes: the hard ceiling of what a fetch reads.
const maxBody = 64 << 20

// keepPages stores the changed responses of a run and forgets those that it did not ask for.
func keepPages(c *changes, plan *store.Plan) error {
	source := plan.Run.Source
	var known []string
	if err := c.tx.Select(&known, "SELECT url FROM pages WHERE source = ?", source); err != nil {
		return err
	}
	asked := make(map[string]bool, len(plan.PageURLs)+len(plan.Pages))
	for _, u := range plan.PageURLs {
		asked[u] = true
	}
	for _, p := range plan.Pages {
		asked[p.URL] = true
	}
	gone := slices.DeleteFunc(known, func(u string) bool { return asked[u] })
	if err := c.each(gone, "DELETE FROM pages WHERE source = ? AND url = ?", source); err != nil {
		return err
	}
	for _, p := range plan.Pages {
		if len(p.Body) > maxBody {
			return fmt.Errorf("sqlite: the response of %s has %d bytes, more than %d", p.URL, len(p.Body), maxBody)
		}
		body, err := compress(p.Body)
		if err != nil {
			return err
		}
		if _, err := c.tx.Exec("REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			source, p.URL, p.ETag, p.LastModified, p.Hash, p.MediaType, p.Charset, body); err != nil {
			return err
		}
	}
	return nil
}

// Pages implements store.Runs.
func (db *DB) Pages(ctx context.Context, source string) ([]store.Page, error) {
	rows, err := db.reader.QueryContext(ctx, "SELECT url, etag, last_modified, hash, media_type, charset, body FROM pages WHERE source = ? ORDER BY url", source)
	if err != nil {
		return nil, db.fault(err)
	}
	defer rows.Close()
	var pages []store.Page
	for rows.Next() {
		var p store.Page
		var body []byte
		if err := rows.Scan(&p.URL, &p.ETag, &p.LastModified, &p.Hash, &p.MediaType, &p.Charset, &body); err != nil {
			return nil, db.fault(err)
		}
		if p.Body, err = expand(body); err != nil {
			return nil, db.fault(fmt.Errorf("%w: response of %s: %w", store.ErrCorrupt, p.URL, err))
		}
		pages = append(pages, p)
	}
	return pages, db.fault(rows.Err())
}

func compress(body []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(body); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func expand(packed []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, maxBody))
}
