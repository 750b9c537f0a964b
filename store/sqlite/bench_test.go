package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/store"
	"fritidshub/store/storetest"
)

const benchRecords = 100_000

func planOf(run store.Run, now time.Time, revision, n int) *store.Plan {
	run.Status = store.RunOK
	plan := &store.Plan{Run: run, Now: now, Write: make([]store.Write, n)}
	for i := range plan.Write {
		plan.Write[i] = storetest.WriteOf(storetest.Activity(run.Source, fmt.Sprintf("aktivitet-%d", i*7919%n), revision))
	}
	return plan
}

func finish(b testing.TB, db store.Store, revision, n int) time.Duration {
	b.Helper()
	now := storetest.Start.Add(time.Duration(revision) * time.Hour)
	run, err := db.Begin(b.Context(), "bolgen", "hand", now, time.Minute)
	if err != nil {
		b.Fatal(err)
	}
	plan := planOf(run, now, revision, n)
	start := time.Now()
	if _, err := db.Finish(b.Context(), plan); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// BenchmarkFinish applies plans of 100,000 writes, each a record with its listing of some 2 kB together, beside the time that the
// same bytes take to write to a file and sync.
func BenchmarkFinish(b *testing.B) {
	for _, c := range []struct {
		name  string
		fresh bool
	}{{"new", true}, {"changed", false}} {
		b.Run(c.name, func(b *testing.B) {
			dir := b.TempDir()
			db := openBench(b, dir, "0")
			if !c.fresh {
				finish(b, db, 1, benchRecords)
			}
			var spent, plain time.Duration
			for i := range b.N {
				if c.fresh && i > 0 {
					db.Close()
					db = openBench(b, dir, fmt.Sprint(i))
				}
				spent += finish(b, db, i+2, benchRecords)
				plain += plainWrite(b, dir, planOf(store.Run{Source: "bolgen"}, storetest.Start, i+2, benchRecords))
			}
			b.ReportMetric(float64(benchRecords*b.N)/spent.Seconds(), "writes/s")
			b.ReportMetric(spent.Seconds()/plain.Seconds(), "x-file")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func openBench(b *testing.B, dir, name string) *DB {
	db := openDB(b, Options{File: filepath.Join(dir, name, fileName)})
	if _, err := db.Declare(b.Context(), []store.Source{storetest.Source("bolgen")}, storetest.Start); err != nil {
		b.Fatal(err)
	}
	return db
}

func plainWrite(b *testing.B, dir string, plan *store.Plan) time.Duration {
	start := time.Now()
	f, err := os.Create(filepath.Join(dir, "plain"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	for _, w := range plan.Write {
		if _, err := f.Write(w.Record); err != nil {
			b.Fatal(err)
		}
		if _, err := f.Write(w.Listing); err != nil {
			b.Fatal(err)
		}
	}
	if err := f.Sync(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// BenchmarkRead reads a database of 100,000 records.
func BenchmarkRead(b *testing.B) {
	dir := b.TempDir()
	db := openBench(b, dir, "")
	finish(b, db, 1, benchRecords)
	var ids []string
	err := db.Changes(b.Context(), 0, 20, func(l catalog.ListingState) error { ids = append(ids, l.ID); return nil })
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"heads", func(ctx context.Context) error {
			return db.Heads(ctx, "bolgen", func(store.Head) error { return nil })
		}},
		{"changes", func(ctx context.Context) error {
			return db.Changes(ctx, 0, 0, func(catalog.ListingState) error { return nil })
		}},
		{"listing", func(ctx context.Context) error { _, err := db.Listing(ctx, ids[0]); return err }},
		{"listings20", func(ctx context.Context) error { _, err := db.ListingsByID(ctx, ids); return err }},
		{"liveCount", func(ctx context.Context) error { _, err := db.LiveCount(ctx); return err }},
		{"organizers", func(ctx context.Context) error { _, err := db.Organizers(ctx); return err }},
		{"states", func(ctx context.Context) error { _, err := db.SourceStates(ctx); return err }},
		{"emptyRun", func(context.Context) error { finish(b, db, 2, 0); return nil }},
		{"check", db.Check},
		{"open", func(ctx context.Context) error {
			other, err := Open(ctx, Options{File: filepath.Join(dir, fileName)})
			if err != nil {
				return err
			}
			return other.Close()
		}},
		{"backup", func(ctx context.Context) error {
			file := filepath.Join(dir, "kopi")
			os.Remove(file)
			return db.Backup(ctx, file)
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if err := c.do(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
