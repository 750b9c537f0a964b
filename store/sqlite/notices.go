package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"fritidshub/store"
)

// AddNotices implements store.Notices.
func (db *DB) AddNotices(ctx context.Context, list []store.Notice) error {
	return db.write(ctx, func(tx *sqlx.Tx) error {
		for _, n := range list {
			if _, err := tx.Exec("INSERT INTO notices (at, source, name, kind, text) VALUES (?, ?, ?, ?, ?)", stamp{n.At}, n.Source, n.Name, n.Kind, n.Text); err != nil {
				return err
			}
			if _, err := tx.Exec("DELETE FROM notices WHERE at < ? AND id NOT IN (SELECT max(id) FROM notices GROUP BY source)", stamp{n.At.Add(-store.KeepNotices)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Notices implements store.Notices.
func (db *DB) Notices(ctx context.Context, after int64, limit int) ([]store.Notice, error) {
	return db.notices(ctx, "WHERE id > ? ORDER BY id DESC LIMIT ?", after, limit)
}

// LastNotices implements store.Notices.
func (db *DB) LastNotices(ctx context.Context) ([]store.Notice, error) {
	return db.notices(ctx, "WHERE id IN (SELECT max(id) FROM notices GROUP BY source) ORDER BY source")
}

func (db *DB) notices(ctx context.Context, which string, args ...any) ([]store.Notice, error) {
	var rows []struct {
		ID     int64  `db:"id"`
		At     stamp  `db:"at"`
		Source string `db:"source"`
		Name   string `db:"name"`
		Kind   string `db:"kind"`
		Text   string `db:"text"`
	}
	err := db.reader.SelectContext(ctx, &rows, "SELECT id, at, source, name, kind, text FROM notices "+which, args...)
	list := make([]store.Notice, len(rows))
	for i, r := range rows {
		list[i] = store.Notice{ID: r.ID, At: r.At.Time, Source: r.Source, Name: r.Name, Kind: r.Kind, Text: r.Text}
	}
	return list, db.fault(err)
}

// Subscribe implements store.Notices.
func (db *DB) Subscribe(ctx context.Context, s store.Subscriber) error {
	return db.write(ctx, func(tx *sqlx.Tx) error {
		_, err := tx.Exec(`INSERT INTO subscribers SELECT ?, ?, coalesce(max(id), 0), NULL FROM notices WHERE true
			ON CONFLICT (address) DO UPDATE SET every = excluded.every`, s.Address, s.Every)
		return err
	})
}

// Unsubscribe implements store.Notices.
func (db *DB) Unsubscribe(ctx context.Context, address string) error {
	return db.changeOne(ctx, "DELETE FROM subscribers WHERE address = ?", address)
}

// Told implements store.Notices.
func (db *DB) Told(ctx context.Context, address string, upTo int64, at time.Time) error {
	return db.changeOne(ctx, "UPDATE subscribers SET up_to = ?, told = ? WHERE address = ?", upTo, stamp{at}, address)
}

// changeOne changes a row, or gives ErrNotFound.
func (db *DB) changeOne(ctx context.Context, statement string, args ...any) error {
	return db.write(ctx, func(tx *sqlx.Tx) error {
		res, err := tx.Exec(statement, args...)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return store.ErrNotFound
	})
}

// Subscribers implements store.Notices.
func (db *DB) Subscribers(ctx context.Context) ([]store.Subscriber, error) {
	var rows []struct {
		Address string `db:"address"`
		Every   string `db:"every"`
		UpTo    int64  `db:"up_to"`
		Told    stamp  `db:"told"`
	}
	err := db.reader.SelectContext(ctx, &rows, "SELECT address, every, up_to, told FROM subscribers ORDER BY address")
	list := make([]store.Subscriber, len(rows))
	for i, r := range rows {
		list[i] = store.Subscriber{Address: r.Address, Every: r.Every, UpTo: r.UpTo, Told: r.Told.Time}
	}
	return list, db.fault(err)
}

// Secret implements store.Notices.
func (db *DB) Secret(ctx context.Context, name string) (value string, err error) {
	err = db.reader.GetContext(ctx, &value, "SELECT value FROM secrets WHERE name = ?", name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, db.fault(err)
}

// SetSecret implements store.Notices.
func (db *DB) SetSecret(ctx context.Context, name, value string) error {
	return db.write(ctx, func(tx *sqlx.Tx) error {
		_, err := tx.Exec("INSERT INTO secrets VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", name, value)
		return err
	})
}
