package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"fritidshub/store"
)

type invitationRow struct {
	ID        int64  `db:"id"`
	Made      stamp  `db:"made"`
	Expires   stamp  `db:"expires"`
	By        string `db:"made_by"`
	Source    string `db:"source"`
	Organizer string `db:"organizer"`
	Secret    []byte `db:"secret"`
	Revoked   stamp  `db:"revoked"`
}

func (r *invitationRow) invitation() store.Invitation {
	return store.Invitation{ID: r.ID, Made: r.Made.Time, Expires: r.Expires.Time, By: r.By, Source: r.Source, Organizer: r.Organizer, Secret: r.Secret, Revoked: r.Revoked.Time}
}

// Invite implements store.Invitations.
func (db *DB) Invite(ctx context.Context, i store.Invitation) (id int64, err error) {
	err = db.write(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.Exec("DELETE FROM invitations WHERE coalesce(revoked, expires) < ?", stamp{i.Made.Add(-store.KeepAudit)}); err != nil {
			return err
		}
		res, err := tx.Exec("INSERT INTO invitations (made, expires, made_by, source, organizer, secret) VALUES (?, ?, ?, ?, ?, ?)", stamp{i.Made}, stamp{i.Expires}, i.By, i.Source, i.Organizer, i.Secret)
		if err != nil {
			return err
		}
		id, err = res.LastInsertId()
		return err
	})
	return id, err
}

// Invitations implements store.Invitations.
func (db *DB) Invitations(ctx context.Context) ([]store.Invitation, error) {
	var rows []invitationRow
	err := db.reader.SelectContext(ctx, &rows, "SELECT * FROM invitations ORDER BY id DESC")
	list := make([]store.Invitation, len(rows))
	for i := range rows {
		list[i] = rows[i].invitation()
	}
	return list, db.fault(err)
}

// Invitation implements store.Invitations.
func (db *DB) Invitation(ctx context.Context, id int64) (store.Invitation, error) {
	var row invitationRow
	err := db.reader.GetContext(ctx, &row, "SELECT * FROM invitations WHERE id = ?", id)
	if errors.Is(err, sql.ErrNoRows) {
		return store.Invitation{}, store.ErrNotFound
	}
	return row.invitation(), db.fault(err)
}

// Revoke implements store.Invitations.
func (db *DB) Revoke(ctx context.Context, id int64, at time.Time) error {
	return db.changeOne(ctx, "UPDATE invitations SET revoked = ? WHERE id = ? AND revoked IS NULL", stamp{at}, id)
}

// Propose implements store.Invitations.
func (db *DB) Propose(ctx context.Context, p store.Proposal) (id int64, err error) {
	err = db.write(ctx, func(tx *sqlx.Tx) error {
		res, err := tx.Exec("INSERT INTO proposals (invitation, at, change, state) SELECT id, ?, ?, ? FROM invitations WHERE id = ?", stamp{p.At}, string(p.Change), store.ProposalWaiting, p.Invitation)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, store.ErrNotFound)
		}
		id, err = res.LastInsertId()
		return err
	})
	return id, err
}

// Proposals implements store.Invitations.
func (db *DB) Proposals(ctx context.Context, invitation int64, limit int) ([]store.Proposal, error) {
	return db.proposals(ctx, "WHERE invitation = ? ORDER BY id DESC LIMIT ?", invitation, limit)
}

// Waiting implements store.Invitations.
func (db *DB) Waiting(ctx context.Context, limit int) (waiting []store.Proposal, all int, err error) {
	if err := db.reader.GetContext(ctx, &all, "SELECT count(*) FROM proposals WHERE state = 'waiting'"); err != nil || limit == 0 {
		return nil, all, db.fault(err)
	}
	waiting, err = db.proposals(ctx, "WHERE state = 'waiting' ORDER BY id LIMIT ?", limit)
	return waiting, all, err
}

// Proposal implements store.Invitations.
func (db *DB) Proposal(ctx context.Context, id int64) (store.Proposal, error) {
	found, err := db.proposals(ctx, "WHERE id = ?", id)
	if err == nil && len(found) == 0 {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Proposal{}, err
	}
	return found[0], nil
}

func (db *DB) proposals(ctx context.Context, which string, args ...any) ([]store.Proposal, error) {
	var rows []struct {
		ID         int64               `db:"id"`
		Invitation int64               `db:"invitation"`
		At         stamp               `db:"at"`
		Change     []byte              `db:"change"`
		State      store.ProposalState `db:"state"`
		Note       string              `db:"note"`
		Decided    stamp               `db:"decided"`
	}
	err := db.reader.SelectContext(ctx, &rows, "SELECT * FROM proposals "+which, args...)
	list := make([]store.Proposal, len(rows))
	for i, r := range rows {
		list[i] = store.Proposal{ID: r.ID, Invitation: r.Invitation, At: r.At.Time, Change: r.Change, State: r.State, Note: r.Note, Decided: r.Decided.Time}
	}
	return list, db.fault(err)
}

// Answer implements store.Invitations.
func (db *DB) Answer(ctx context.Context, id int64, state store.ProposalState, note string, at time.Time) error {
	return db.changeOne(ctx, "UPDATE proposals SET state = ?, note = ?, decided = ? WHERE id = ? AND state = 'waiting'", state, note, stamp{at}, id)
}
