package sqlite

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"fritidshub/catalog"
	"fritidshub/store"
)

// Finish implements store.Runs.
func (db *DB) Finish(ctx context.Context, plan *store.Plan) (change int64, err error) {
	db.failpoint("before_begin")
	err = db.write(ctx, func(tx *sqlx.Tx) error {
		res, err := tx.Exec("DELETE FROM leases WHERE run = ? AND source = ?", plan.Run.ID, plan.Run.Source)
		if err := held(res, err, plan.Run.ID); err != nil {
			return err
		}
		if plan.Match != nil {
			if err := plan.Match(db.view(ctx, tx)); err != nil {
				return err
			}
		}
		c, err := newChanges(ctx, tx, plan.Now)
		if err != nil {
			return err
		}
		if err := db.apply(c, plan); err != nil {
			return err
		}
		if err := c.save(); err != nil {
			return err
		}
		change = c.last
		if err := keepPages(c, plan); err != nil {
			return err
		}
		if err := closeRun(tx, plan); err != nil {
			return err
		}
		db.failpoint("before_commit")
		return nil
	})
	if err != nil {
		return 0, err
	}
	db.failpoint("after_commit")
	return change, nil
}

// apply brings records and listings to what the plan says.
func (db *DB) apply(c *changes, plan *store.Plan) error {
	a, err := newRecords(c, plan.Run.Source)
	if err != nil {
		return err
	}
	for i := range plan.Write {
		if i == len(plan.Write)/2 {
			db.failpoint("mid_batch")
		}
		if err := a.write(&plan.Write[i]); err != nil {
			return fmt.Errorf("record %s of %s: %w", plan.Write[i].NativeID, plan.Run.Source, err)
		}
	}
	if err := a.addKeys(); err != nil {
		return err
	}
	for i := range plan.Relist {
		if err := a.relist(&plan.Relist[i]); err != nil {
			return fmt.Errorf("record %s of %s: %w", plan.Relist[i].NativeID, plan.Relist[i].Source, err)
		}
	}
	const one = " WHERE source = ? AND native_id = ? AND removed_at IS NULL"
	for _, step := range []struct {
		ids   []string
		query string
		args  []any
	}{
		{plan.Back, "UPDATE records SET missing_since = NULL" + one, nil},
		{plan.Missing, "UPDATE records SET missing_since = coalesce(missing_since, ?)" + one, []any{stamp{plan.Now}}},
	} {
		if err := c.each(step.ids, step.query, append(step.args, plan.Run.Source)...); err != nil {
			return err
		}
	}
	withdrawn := make(map[string]bool, len(plan.Withdrawn))
	for _, id := range plan.Withdrawn {
		withdrawn[id] = true
	}
	for _, id := range plan.Remove {
		why := ""
		if withdrawn[id] {
			why = catalog.WhyLeave
		}
		if err := a.remove(store.Ref{Source: plan.Run.Source, NativeID: id}, why); err != nil {
			return err
		}
	}
	for _, ref := range plan.Displaced {
		if err := a.remove(ref, ""); err != nil {
			return err
		}
	}
	for _, listing := range slices.Sorted(maps.Keys(a.left)) {
		if err := c.settle(listing, a.left[listing]); err != nil {
			return err
		}
	}
	return nil
}

// records applies the writes of one source's plan.
type records struct {
	*changes
	source  string
	visible bool
	empty   bool  // the source has had no record yet
	began   int64 // the last change number before
	// left are the listings that lost a record or need their visibility derived anew, each with the one that the record joined instead.
	left map[string]string
	seen map[string]bool // organisers and places that this plan has stored
	// unkeyed are the keys of what was written, until addKeys.
	unkeyed []docKey

	find, addDoc, setDoc, correct, keys, setFeatures, dropFeatures, addKey, addMany, dropKey, putRecord, led, lead, gone, seenElsewhere, organizer, place statement
}

func newRecords(c *changes, source string) (*records, error) {
	r := &records{changes: c, source: source, began: c.last, left: map[string]string{}, seen: map[string]bool{}}
	if err := c.tx.QueryRow("SELECT coalesce(max(visible), 0), NOT EXISTS (SELECT 1 FROM records WHERE source = ?1) FROM sources WHERE id = ?1", source).Scan(&r.visible, &r.empty); err != nil {
		return nil, err
	}
	for stmt, query := range map[*statement]string{
		&r.find:    "SELECT listing_id, doc, removed_at IS NOT NULL, origin, way FROM records WHERE source = ? AND native_id = ?",
		&r.addDoc:  "INSERT INTO record_docs (doc, corrected) VALUES (?, ?)",
		&r.setDoc:  "UPDATE record_docs SET doc = ?, corrected = ? WHERE id = ?",
		&r.correct: "UPDATE record_docs SET corrected = ?1 WHERE id = ?2 AND corrected IS NOT ?1",
		&r.keys:    "SELECT keys FROM record_features WHERE doc = ?",
		&r.setFeatures: `INSERT INTO record_features VALUES (?, ?, ?)
			ON CONFLICT (doc) DO UPDATE SET keys = excluded.keys, features = excluded.features`,
		&r.dropFeatures: "DELETE FROM record_features WHERE doc = ?",
		&r.addKey:       "INSERT OR IGNORE INTO record_keys VALUES (?, ?)",
		&r.addMany:      "INSERT OR IGNORE INTO record_keys VALUES (?, ?)" + strings.Repeat(", (?, ?)", keysAtOnce-1),
		&r.dropKey:      "DELETE FROM record_keys WHERE key = ? AND doc = ?",
		&r.putRecord: `INSERT INTO records (source, native_id, hash, content_key, ends, listing_id, doc, hidden, origin, way, leave, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (source, native_id) DO UPDATE SET hash = excluded.hash, content_key = excluded.content_key, ends = excluded.ends,
			listing_id = excluded.listing_id, hidden = excluded.hidden, origin = excluded.origin, way = excluded.way, leave = excluded.leave,
			since = iif(removed_at IS NULL, since, excluded.since), missing_since = NULL, removed_at = NULL`,
		&r.led: `SELECT listing_id, hidden, visible, records.doc, origin, way FROM records JOIN sources ON sources.id = source
			WHERE source = ? AND native_id = ? AND removed_at IS NULL`,
		&r.lead: "UPDATE records SET listing_id = ?, hidden = ? WHERE source = ? AND native_id = ?",
		&r.gone: "UPDATE records SET removed_at = ? WHERE source = ? AND native_id = ? AND removed_at IS NULL RETURNING listing_id, doc, origin, way",
		&r.seenElsewhere: `SELECT EXISTS (SELECT 1 FROM records JOIN sources ON sources.id = source
			WHERE listing_id = ? AND removed_at IS NULL AND visible AND NOT hidden)`,
		&r.organizer: "INSERT INTO organizers VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc WHERE doc <> excluded.doc",
		&r.place:     "INSERT INTO places VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc WHERE doc <> excluded.doc",
	} {
		*stmt = statement{tx: c.tx, query: query}
	}
	return r, nil
}

// write stores one record and its listing. The listing comes first, since the record refers to it.
func (r *records) write(w *store.Write) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	var listing, origin string
	var doc int64
	var removed bool
	var way int
	var err error
	if !r.empty {
		err = r.find.QueryRow(r.source, w.NativeID).Scan(&listing, &doc, &removed, &origin, &way)
	}
	isNew := r.empty || errors.Is(err, sql.ErrNoRows)
	if err != nil && !isNew {
		return err
	}
	saying := w.Listing
	if w.Members != nil {
		if saying, err = catalog.SingleJSON(w.ListingID, w.Record, w.Members); err != nil {
			return err
		}
	}
	if err := r.writeListing(w.ListingID, &said{saying, w.Organizer, w.Place, w.Shareable}, r.visible && !w.Hidden, w.Hidden); err != nil {
		return err
	}
	if isNew {
		res, err := r.addDoc.Exec(string(w.Record), text(w.Corrected))
		if err != nil {
			return err
		}
		if doc, err = res.LastInsertId(); err != nil {
			return err
		}
	} else if _, err := r.setDoc.Exec(string(w.Record), text(w.Corrected), doc); err != nil {
		return err
	}
	if err := r.describe(w, doc, isNew); err != nil {
		return err
	}
	if _, err := r.putRecord.Exec(r.source, w.NativeID, w.Hash, w.ContentKey, stamp{w.Ends}, w.ListingID, doc, w.Hidden, w.Origin, w.Way, w.Leave, r.began); err != nil {
		return err
	}
	if err := r.passOn(w, doc, origin, way); err != nil {
		return err
	}
	if !isNew && !removed && listing != w.ListingID {
		r.left[listing] = w.ListingID
	}
	if saying == nil { // else its visibility has been written with what it says
		r.left[w.ListingID] = r.left[w.ListingID]
	}
	return nil
}

// passOn passes a record on that has been written, and what it was before.
func (r *records) passOn(w *store.Write, doc int64, origin string, way int) error {
	ref := store.Ref{Source: r.source, NativeID: w.NativeID}
	if origin != w.Origin {
		if err := r.pass.on(r.now, ref, origin, way, ""); err != nil {
			return err
		}
	}
	if w.Origin == "" {
		return nil
	}
	alone := w.Way == 0
	if !alone {
		var err error
		if alone, err = r.pass.alone(w.Origin, doc); err != nil {
			return err
		}
	}
	if !alone || w.Hidden {
		return r.pass.on(r.now, ref, w.Origin, w.Way, "")
	}
	return r.pass.put(r.now, w.Origin, &copied{source: r.source, doc: doc, own: w.Way == 0, hash: w.Hash, leave: w.Leave, municipality: w.Municipality, corrected: w.Corrected})
}

// describe stores what matching needs of a record; its keys are written only when they are others.
func (r *records) describe(w *store.Write, doc int64, isNew bool) error {
	var old []byte
	if !isNew {
		if err := r.keys.QueryRow(doc).Scan(&old); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	packed := packKeys(w.Keys)
	if !bytes.Equal(old, packed) {
		if err := r.dropKeys(old, doc); err != nil {
			return err
		}
		for _, key := range w.Keys {
			r.unkeyed = append(r.unkeyed, docKey{int64(key), doc})
		}
	}
	features := w.Features
	if features == nil {
		features = []byte{}
	}
	_, err := r.setFeatures.Exec(doc, packed, features)
	return err
}

// forget lets matching find a record no more.
func (r *records) forget(doc int64) error {
	var old []byte
	if err := r.keys.QueryRow(doc).Scan(&old); errors.Is(err, sql.ErrNoRows) {
		return nil
	} else if err != nil {
		return err
	}
	if err := r.dropKeys(old, doc); err != nil {
		return err
	}
	_, err := r.dropFeatures.Exec(doc)
	return err
}

func (r *records) dropKeys(packed []byte, doc int64) error {
	for _, key := range unpackKeys(packed) {
		if _, err := r.dropKey.Exec(int64(key), doc); err != nil {
			return err
		}
	}
	return nil
}

type docKey struct{ key, doc int64 }

// keysAtOnce is how many keys one statement adds.
const keysAtOnce = 64

// addKeys adds the keys of what was written. In their order, neighbours land on one page of the table.
func (r *records) addKeys() error {
	slices.SortFunc(r.unkeyed, func(a, b docKey) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.doc, b.doc)) })
	args := make([]any, 0, 2*keysAtOnce)
	for some := range slices.Chunk(r.unkeyed, keysAtOnce) {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		args = args[:0]
		for _, k := range some {
			args = append(args, k.key, k.doc)
		}
		if len(some) == keysAtOnce {
			if _, err := r.addMany.Exec(args...); err != nil {
				return err
			}
			continue
		}
		for ; len(args) > 0; args = args[2:] {
			if _, err := r.addKey.Exec(args[:2]...); err != nil {
				return err
			}
		}
	}
	r.unkeyed = nil
	return nil
}

// relist leads a record to a listing without touching the record's own content.
func (r *records) relist(w *store.Relist) (err error) {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	var listing, origin string
	var hidden, visible bool
	var doc int64
	var way int
	err = r.led.QueryRow(w.Source, w.NativeID).Scan(&listing, &hidden, &visible, &doc, &origin, &way)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := r.writeListing(w.ListingID, &said{w.Listing, w.Organizer, w.Place, w.Shareable}, visible && !w.Hidden, w.Hidden); err != nil {
		return err
	}
	res, err := r.correct.Exec(text(w.Corrected), doc)
	if err != nil {
		return err
	}
	corrected, err := res.RowsAffected()
	if err != nil {
		return err
	}
	if hidden != w.Hidden || corrected > 0 {
		defer func() {
			if err == nil {
				err = r.pass.on(r.now, store.Ref{Source: w.Source, NativeID: w.NativeID}, origin, way, "")
			}
		}()
	}
	if listing == w.ListingID && hidden == w.Hidden {
		if w.Listing == nil {
			r.left[listing] = r.left[listing]
		}
		return nil
	}
	if listing != w.ListingID {
		r.left[listing] = w.ListingID
	}
	r.left[w.ListingID] = r.left[w.ListingID]
	_, err = r.lead.Exec(w.ListingID, w.Hidden, w.Source, w.NativeID)
	return err
}

// remove makes a tombstone of a record, if it is none; why is told to hubs that had it of this one.
func (r *records) remove(ref store.Ref, why string) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	var listing, origin string
	var doc int64
	var way int
	err := r.gone.QueryRow(r.now, ref.Source, ref.NativeID).Scan(&listing, &doc, &origin, &way)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	r.left[listing] = r.left[listing]
	if err := r.forget(doc); err != nil {
		return err
	}
	return r.pass.on(r.now, ref, origin, way, why)
}

// writeListing stores what a listing says, of a record that can be seen or not. Whether it is hidden then follows from its other records too,
// unless an editor has hidden what it is about.
func (r *records) writeListing(id string, s *said, seen, hidden bool) error {
	if s.doc == nil {
		var known bool
		if err := r.tx.Get(&known, "SELECT EXISTS (SELECT 1 FROM listings WHERE id = ?)", id); err != nil || known {
			return err
		}
		return fmt.Errorf("listing %s: %w", id, store.ErrNotFound)
	}
	if !seen && !hidden {
		if err := r.seenElsewhere.QueryRow(id).Scan(&seen); err != nil {
			return err
		}
	}
	organizer, place := catalog.OrganizerID(s.organizer), catalog.PlaceID(s.place)
	if err := r.register(&r.organizer, organizer, s.organizer); err != nil {
		return err
	}
	if err := r.register(&r.place, place, s.place); err != nil {
		return err
	}
	if !seen {
		r.left[id] = r.left[id]
	}
	return r.putListing(id, s, organizer, place, !seen)
}

// register stores an organiser or a place once a plan.
func (r *records) register(stmt *statement, id string, value any) error {
	if id == "" || r.seen[id] {
		return nil
	}
	r.seen[id] = true
	doc, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = stmt.Exec(id, string(doc))
	return err
}

// counted is how many records a source has that have not ended.
type counted struct {
	Live    int   `db:"live"`
	Missing int   `db:"missing"`
	Visible bool  `db:"visible"`
	Ends    stamp `db:"ends"`
}

func recount(tx *sqlx.Tx, source string, now time.Time) (n counted, err error) {
	err = tx.Get(&n, `SELECT count(*) AS live, count(missing_since) AS missing, iif(count(*) = count(ends), max(ends), NULL) AS ends, (SELECT visible FROM sources WHERE id = ?1) AS visible
		FROM records WHERE source = ?1 AND removed_at IS NULL AND (ends IS NULL OR ends > ?2)`, source, stamp{now})
	return n, err
}

// closeRun writes the run into the ledger and what it means for its source.
func closeRun(tx *sqlx.Tx, plan *store.Plan) error {
	run := &plan.Run
	if run.Finished.IsZero() {
		run.Finished = plan.Now
	}
	n, err := recount(tx, run.Source, plan.Now)
	if err != nil {
		return err
	}
	for i, ref := range plan.Displaced { // in the order of sources
		if i > 0 && ref.Source == plan.Displaced[i-1].Source {
			continue
		}
		left, err := recount(tx, ref.Source, plan.Now)
		if err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE sources SET live = ?, missing = ?, ends = ? WHERE id = ?", left.Live, left.Missing, left.Ends, ref.Source); err != nil {
			return err
		}
	}
	if run.Live = 0; n.Visible {
		run.Live = n.Live
	}
	kept := *run
	kept.Rejects = kept.Rejects[:min(len(kept.Rejects), store.MaxRejects)]
	kept.Warnings = kept.Warnings[:min(len(kept.Warnings), store.MaxWarnings)]
	doc, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE runs SET finished = ?, doc = ? WHERE id = ?", stamp{run.Finished}, string(doc), run.ID); err != nil {
		return err
	}
	if plan.Replay {
		_, err = tx.Exec("UPDATE sources SET live = ?, missing = ?, fingerprint = iif(?3 = '', fingerprint, ?3), ends = ?4 WHERE id = ?5", n.Live, n.Missing, plan.Fingerprint, n.Ends, run.Source)
		return err
	}
	started := stamp{run.Started}
	if _, err := tx.Exec("UPDATE sources SET last_run = ?, last_status = ?, last_error = ?, live = ?, missing = ?, ends = ? WHERE id = ?",
		started, run.Status, run.Error, n.Live, n.Missing, n.Ends, run.Source); err != nil {
		return err
	}
	if err := remember(tx, run, plan.Held != nil && plan.Held.Kept); err != nil {
		return err
	}
	switch {
	case run.Status == store.RunFailed:
		_, err = tx.Exec("UPDATE sources SET failures = failures + 1, failing_from = coalesce(failing_from, ?) WHERE id = ?", started, run.Source)
	case run.Status.Good():
		var held any
		if plan.Held != nil {
			text, err := json.Marshal(plan.Held)
			if err != nil {
				return err
			}
			held = string(text)
		}
		_, err = tx.Exec("UPDATE sources SET failures = 0, failing_from = NULL, last_good = ?1, held = ?2, last_pull = iif(?3, ?1, last_pull) WHERE id = ?4",
			started, held, plan.Pulled, run.Source)
	}
	if err == nil && plan.Peer != "" {
		_, err = tx.Exec("UPDATE sources SET hub = ? WHERE id = ? AND hub <> ?1", plan.Peer, run.Source)
	}
	if err == nil && plan.KeepState && plan.Fingerprint != "" {
		_, err = tx.Exec("UPDATE sources SET fingerprint = ? WHERE id = ? AND fingerprint <> ?1", plan.Fingerprint, run.Source)
	}
	if err != nil || plan.KeepState {
		return err
	}
	_, err = tx.Exec("UPDATE sources SET state = ?, fingerprint = ? WHERE id = ?", plan.State, plan.Fingerprint, run.Source)
	return err
}
