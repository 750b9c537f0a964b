package main

import (
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"fritidshub/api"
	"fritidshub/catalog"
	"fritidshub/catalog/merge"
	"fritidshub/config/edit"
	"fritidshub/ingest"
	"fritidshub/store"
	"fritidshub/store/storetest"
)

// TestDeskLarge: the pages of a hub of a thousand sources, each with FRITIDSHUB_DESK_RUNS runs (50 unless set; 1000 makes a million), are small and
// come at once.
func TestDeskLarge(t *testing.T) {
	const sources = 1000
	runs := 50
	if n, err := strconv.Atoi(os.Getenv("FRITIDSHUB_DESK_RUNS")); err == nil {
		runs = n
	}
	var yaml strings.Builder
	for i := range sources {
		fmt.Fprintf(&yaml, "  - {id: kilde-%d, name: Kilde nummer %d, kind: csv, url: \"https://kilde-%d.example/feed.csv\", licence: CC0-1.0}\n", i, i, i)
	}
	dir, _ := setUp(t, yaml.String(), nil)
	p := &program{out: io.Discard, err: io.Discard, env: func(name string) (string, bool) {
		v, ok := map[string]string{"FRITIDSHUB_EDITOR_TOKEN": deskToken, "FRITIDSHUB_SOURCES": filepath.Join(dir, "sources.yaml"), "FRITIDSHUB_DATA": filepath.Join(dir, "data"), "FRITIDSHUB_PUBLIC_URL": "http://hub.example"}[name]
		return v, ok
	}}
	in, err := p.defaults()
	if err != nil {
		t.Fatal(err)
	}
	h, err := p.open(t.Context(), in, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	if err := h.take(t.Context(), h.config); err != nil {
		t.Fatal(err)
	}
	fillLedger(t, filepath.Join(dir, "data", databaseName), runs)
	now := time.Now()
	run, err := h.store.Begin(t.Context(), "kilde-7", ingest.TriggerHand, now, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	plan := &store.Plan{Run: run, Now: now}
	plan.Run.Status, plan.Run.Rejected = store.RunPartial, store.MaxRejects
	for i := range 5_000 {
		activity := storetest.Activity("kilde-7", strconv.Itoa(i), 1)
		plan.Write = append(plan.Write, storetest.WriteOf(activity))
		plan.Write[i].Keys = merge.Describe("prove", time.UTC, &activity, nil).Keys()
	}
	for i := range store.MaxRejects {
		plan.Run.Rejects = append(plan.Run.Rejects, catalog.Reject{Title: fmt.Sprintf("Åpen hall nummer %d", i), Locator: fmt.Sprintf("linje %d", i), Field: "start", Reason: fmt.Sprintf("datoen «%d.13.2026» finnes ikke", i), Fixer: catalog.FixSource})
	}
	if _, err := h.store.Finish(t.Context(), plan); err != nil {
		t.Fatal(err)
	}

	ingester := h.ingester(nil, nil)
	d := newDesk(t.Context(), h, ingester, ingest.NewScheduler(ingester, h.config.Sources))
	if err := d.countMergedOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	handler, err := d.handler()
	if err != nil {
		t.Fatal(err)
	}
	fillSums(t, h.store, now)
	version := ""
	for i := range edit.MostVersions {
		text, base, err := d.keeper.Read()
		if err != nil {
			t.Fatal(err)
		}
		v, err := d.keeper.Save(base, fmt.Appendf(text, "# endring %d\n", i), "redaktør", fmt.Sprintf("satte kilde-%d på pause", i))
		if err != nil {
			t.Fatal(err)
		}
		version = url.Values{"id": {v.ID}, "base": {v.Base}}.Encode()
	}
	quick(t, handler, "/editor/", "/editor/?state=failing&page=3", "/editor/sources/kilde-7", "/editor/sources/kilde-8", "/editor/sources/kilde-7/items", "/editor/sources/kilde-7/item?id=42",
		"/editor/sources/kilde-7/letter", "/editor/log", "/editor/add", "/editor/map", "/editor/map?source=kilde-7", "/editor/versions", "/editor/version?"+version,
		"/editor/trace", "/editor/trace?q="+url.QueryEscape("https://kilde-7.example/42"), "/editor/trace?q="+url.QueryEscape(fmt.Sprintf("Åpen hall nummer %d", store.MaxRejects-1)),
		"/editor/trace?q="+url.QueryEscape("https://kilde-8.example/finnes-ikke"), "/editor/insight?days=365", "/editor/notices")
}

// fillSums writes what is asked for in a year, and what has happened to every source.
func fillSums(t *testing.T, s store.Store, now time.Time) {
	t.Helper()
	var sums []store.Sum
	for day := range 365 {
		date := now.AddDate(0, 0, -day).Format(time.DateOnly)
		for i := range 60 {
			sums = append(sums, store.Sum{Day: date, Name: api.AskedInVain, Value: fmt.Sprintf("ord nummer %d", i*(day%7+1)), N: 5}, store.Sum{Day: date, Name: api.AskedFrom, Value: fmt.Sprintf("www.kommune-%d.example", i), N: 9},
				store.Sum{Day: date, Name: api.AskedFilter, Value: fmt.Sprintf("category=%d", i), N: 3})
		}
		sums = append(sums, store.Sum{Day: date, Name: api.AskedSearch, Value: "page", N: 2_000})
	}
	if err := s.AddDaily(t.Context(), sums); err != nil {
		t.Fatal(err)
	}
	var notices []store.Notice
	for i := range 1000 {
		notices = append(notices, store.Notice{At: now, Source: fmt.Sprintf("kilde-%d", i), Name: fmt.Sprintf("Kilde nummer %d", i), Kind: store.NoticeFailing, Text: "kilde.example har en feil hos seg (status 503). Vi prøver igjen av oss selv."})
	}
	if err := s.AddNotices(t.Context(), notices); err != nil {
		t.Fatal(err)
	}
}

// fillLedger writes runs of every source into the ledger, and what they have led to.
func fillLedger(t *testing.T, file string, runs int) {
	t.Helper()
	db, err := sql.Open("sqlite3", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	now := time.Now().UnixMicro()
	_, err = db.Exec(`INSERT INTO runs (source, finished, doc) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
		SELECT s.id, ?2 - (?1 - i) * 3600000000, json_object('id', 0, 'source', s.id, 'trigger', 'schedule', 'started', '2026-11-20T10:00:00Z', 'finished', '2026-11-20T10:00:02Z',
			'status', iif((i + s.rowid) % 9 = 0, 'failed', iif(i % 4 = 0, 'ok', 'unchanged')), 'step', iif((i + s.rowid) % 9 = 0, 'fetch', ''), 'error', iif((i + s.rowid) % 9 = 0, 'kilde.example har en feil hos seg (status 503). Vi prøver igjen av oss selv.', ''),
			'added', i % 3, 'updated', i % 5, 'unchanged', 40, 'live', 43, 'complete', json('true'), 'requests', 2, 'bytes', 18000 + i, 'http_status', 200, 'seconds', 1.25) FROM n CROSS JOIN sources s`, runs, now)
	if err == nil {
		_, err = db.Exec(`UPDATE sources SET last_run = ?1, last_good = ?1 - 3600000000, last_status = iif(rowid % 9 = 0, 'failed', 'ok'), failures = iif(rowid % 9 = 0, 3, 0), failing_from = iif(rowid % 9 = 0, ?1 - 7200000000, NULL),
			last_error = iif(rowid % 9 = 0, 'kilde.example har en feil hos seg (status 503). Vi prøver igjen av oss selv.', ''), live = 43, alike = ?1 - 7200000000,
			strip = substr('ouuofouupuuofuuouuohuuiouufouuouuofuuouup', 1 + rowid % 11, 30),
			last = (SELECT json_set(doc, '$.id', id) FROM runs WHERE source = sources.id ORDER BY id DESC LIMIT 1)`, now)
	}
	if err != nil {
		t.Fatal(err)
	}
}
