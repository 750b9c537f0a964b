package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"fritidshub/store"
)

// Declare implements store.Sources. It also closes runs whose process is gone.
func (db *DB) Declare(ctx context.Context, declared []store.Source, now time.Time) (changed int, err error) {
	err = db.write(ctx, func(tx *sqlx.Tx) error {
		if err := db.reap(tx, "", now); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE sources SET declared = 0"); err != nil {
			return err
		}
		for _, s := range declared {
			doc, err := json.Marshal(s)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO sources (id, doc, declared, visible) VALUES (?, ?, 1, 0)
				ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, declared = 1`, s.ID, string(doc)); err != nil {
				return err
			}
		}
		const other = "visible <> (declared AND json_extract(sources.doc, '$.enabled'))"
		var turned []string
		if err := tx.Select(&turned, `SELECT DISTINCT listing_id FROM records JOIN sources ON sources.id = source
			WHERE removed_at IS NULL AND `+other+` ORDER BY listing_id`); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE sources SET visible = NOT visible WHERE " + other); err != nil {
			return err
		}
		c, err := newChanges(ctx, tx, now)
		if err != nil {
			return err
		}
		first := c.last
		for _, id := range turned {
			if err := c.settle(id, ""); err != nil {
				return err
			}
		}
		changed = int(c.last - first)
		if err := c.pass.sources(c.now); err != nil {
			return err
		}
		return c.save()
	})
	return changed, err
}

const stateQuery = `SELECT s.id, s.doc, s.declared, s.last_run, s.last_good, s.failing_from, s.failures, s.last_status, s.last_error, s.last_pull,
	iif(s.visible, s.live, 0) AS live, iif(s.visible, s.missing, 0) AS missing, s.held, s.state, s.fingerprint, s.grouped, s.hub,
	s.strip, s.last, s.alike, s.ends,
	json_extract(r.doc, '$.started') AS running_from
	FROM sources s LEFT JOIN leases l ON l.source = s.id LEFT JOIN runs r ON r.id = l.run`

type stateRow struct {
	ID          string          `db:"id"`
	Doc         []byte          `db:"doc"`
	Declared    bool            `db:"declared"`
	LastRun     stamp           `db:"last_run"`
	LastGood    stamp           `db:"last_good"`
	FailingFrom stamp           `db:"failing_from"`
	Failures    int             `db:"failures"`
	LastStatus  store.RunStatus `db:"last_status"`
	LastError   string          `db:"last_error"`
	LastPull    stamp           `db:"last_pull"`
	Live        int             `db:"live"`
	Missing     int             `db:"missing"`
	Held        []byte          `db:"held"`
	State       []byte          `db:"state"`
	Fingerprint string          `db:"fingerprint"`
	Grouped     string          `db:"grouped"`
	Hub         string          `db:"hub"`
	Strip       string          `db:"strip"`
	Last        []byte          `db:"last"`
	Alike       stamp           `db:"alike"`
	Ends        stamp           `db:"ends"`
	RunningFrom sql.NullString  `db:"running_from"`
}

func (r *stateRow) state() (s store.SourceState, err error) {
	s = store.SourceState{
		Declared: r.Declared,
		LastRun:  r.LastRun.Time, LastGood: r.LastGood.Time, FailingFrom: r.FailingFrom.Time, LastPull: r.LastPull.Time,
		Failures: r.Failures, LastStatus: r.LastStatus, LastError: r.LastError,
		Live: r.Live, Missing: r.Missing, State: r.State, Fingerprint: r.Fingerprint, Grouped: r.Grouped, Peer: r.Hub,
		Strip: r.Strip, Alike: r.Alike.Time, Ends: r.Ends.Time,
	}
	if err := decode(r.Doc, &s.Source, "source", r.ID); err != nil {
		return s, err
	}
	if r.Held != nil {
		if err := decode(r.Held, &s.Held, "held change of source", r.ID); err != nil {
			return s, err
		}
	}
	if r.Last != nil {
		if err := decode(r.Last, &s.Last, "last run of source", r.ID); err != nil {
			return s, err
		}
	}
	if r.RunningFrom.Valid {
		s.RunningFrom, err = time.Parse(time.RFC3339, r.RunningFrom.String)
	}
	return s, err
}

// SourceStates implements store.Sources.
func (db *DB) SourceStates(ctx context.Context) ([]store.SourceState, error) {
	var rows []stateRow
	if err := db.reader.SelectContext(ctx, &rows, stateQuery+" ORDER BY s.id"); err != nil {
		return nil, db.fault(err)
	}
	states := make([]store.SourceState, len(rows))
	for i := range rows {
		var err error
		if states[i], err = rows[i].state(); err != nil {
			return nil, db.fault(err)
		}
	}
	return states, nil
}

// SourceState implements store.Sources.
func (db *DB) SourceState(ctx context.Context, id string) (store.SourceState, error) {
	var row stateRow
	if err := db.reader.GetContext(ctx, &row, stateQuery+" WHERE s.id = ?", id); err != nil {
		return store.SourceState{}, db.fault(missing(err))
	}
	s, err := row.state()
	return s, db.fault(err)
}

// BlockedUntil implements store.Sources.
func (db *DB) BlockedUntil(ctx context.Context, host string) (time.Time, error) {
	var until stamp
	err := db.reader.GetContext(ctx, &until, "SELECT until FROM hosts WHERE host = ?", host)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return until.Time, db.fault(err)
}

// Block implements store.Sources.
func (db *DB) Block(ctx context.Context, host string, until time.Time, reason string) error {
	return db.write(ctx, func(tx *sqlx.Tx) error {
		_, err := tx.Exec(`INSERT INTO hosts VALUES (?, ?, ?)
			ON CONFLICT (host) DO UPDATE SET until = excluded.until, reason = excluded.reason`, host, stamp{until}, reason)
		return err
	})
}

// decode reads a stored document; one that cannot be read is damage.
func decode(doc []byte, to any, what, id string) error {
	if err := json.Unmarshal(doc, to); err != nil {
		return fmt.Errorf("%w: %s %s: %w", store.ErrCorrupt, what, id, err)
	}
	return nil
}
