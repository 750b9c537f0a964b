package sqlite

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-sqlite3"

	"fritidshub/catalog"
	"fritidshub/store"
	"fritidshub/store/storetest"
)

// filled makes a database of n records and closes it.
func filled(t testing.TB, file string, n int) {
	t.Helper()
	db := openDB(t, Options{File: file})
	if _, err := db.Declare(t.Context(), []store.Source{storetest.Source("bolgen")}, storetest.Start); err != nil {
		t.Fatal(err)
	}
	finish(t, db, 1, n)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpenMakesFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "nye data", "100% ?#", fileName)
	filled(t, file, 3)
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
	left, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(left) != 1 {
		t.Errorf("a clean close leaves %v, %v", left, err)
	}
}

func TestOpenRemovesLocksOfTheDead(t *testing.T) {
	file := filepath.Join(t.TempDir(), fileName)
	dead := filepath.Join(filepath.Dir(file), strings.Replace(holderPattern, "*", "42", 1))
	if err := os.WriteFile(dead, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	db := openDB(t, Options{File: file})
	if _, err := os.Stat(dead); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("lock file of a dead process: %v", err)
	}
	openDB(t, Options{File: file})
	if !alive(filepath.Dir(file), db.holder.name()) {
		t.Error("a second opening took the first one for dead")
	}
}

func TestOpenBelowAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "fil")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{File: filepath.Join(file, "data", fileName)}); err == nil || !strings.Contains(err.Error(), "velg en annen med -data") {
		t.Errorf("got %v", err)
	}
}

func TestOpenAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), fileName)
	errs := make(chan error)
	for range 8 {
		go func() {
			db, err := Open(t.Context(), Options{File: file})
			if err == nil {
				err = db.Close()
			}
			errs <- err
		}()
	}
	for range 8 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

// TestOpenRefuses checks files that are not a sound database of this program: the error says so, and the file stays as it was.
func TestOpenRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, file string)
		kind  error
		says  string
	}{
		{"newer", func(t *testing.T, file string) { execute(t, file, "PRAGMA user_version = 99") }, store.ErrNewer, "laget av en nyere fritidshub (versjon 99"},
		{"another program's", func(t *testing.T, file string) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			execute(t, file, "CREATE TABLE bilder (id INTEGER)")
		}, store.ErrCorrupt, "fra et annet program"},
		{"not a database", func(t *testing.T, file string) { overwrite(t, file, 0, bytes.Repeat([]byte("Hei! "), 2000)) }, store.ErrCorrupt, "er skadet"},
		{"cut off", func(t *testing.T, file string) {
			info, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(file, info.Size()/2); err != nil {
				t.Fatal(err)
			}
		}, store.ErrCorrupt, "legg tilbake en sikkerhetskopi"},
		{"folder", func(t *testing.T, file string) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(file, 0o700); err != nil {
				t.Fatal(err)
			}
		}, nil, "er en mappe"},
		{"changed migration", func(t *testing.T, file string) { execute(t, file, "UPDATE migrations SET checksum = 'x'") }, nil, "0001_start.sql"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), fileName)
			filled(t, file, 200)
			c.spoil(t, file)
			before, _ := os.ReadFile(file)
			db, err := Open(t.Context(), Options{File: file})
			if err == nil {
				db.Close()
				t.Fatal("opened")
			}
			if c.kind != nil && !errors.Is(err, c.kind) {
				t.Errorf("%v is not %v", err, c.kind)
			}
			if !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), file) {
				t.Errorf("%q does not say %q and the file", err, c.says)
			}
			if after, _ := os.ReadFile(file); !bytes.Equal(before, after) {
				t.Error("the refused file was changed")
			}
		})
	}
}

// TestNoise overwrites one page: what is then read is refused, or is what was written.
func TestNoise(t *testing.T) {
	file := filepath.Join(t.TempDir(), fileName)
	filled(t, file, 500)
	sound, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	refused := 0
	const rounds, page = 25, 4096
	for range rounds {
		if err := os.WriteFile(file, sound, 0o600); err != nil {
			t.Fatal(err)
		}
		noise := make([]byte, page)
		for i := range noise {
			noise[i] = byte(random.Uint32())
		}
		at := int64(random.IntN(len(sound)/page)) * page
		overwrite(t, file, at, noise)
		db, err := Open(t.Context(), Options{File: file})
		if err != nil {
			refused++
			if !errors.Is(err, store.ErrCorrupt) {
				t.Errorf("noise at %d: %v is not ErrCorrupt", at, err)
			}
			continue
		}
		n := 0
		err = db.Changes(t.Context(), 0, 0, func(l catalog.ListingState) error { n++; return nil })
		if !errors.Is(err, store.ErrCorrupt) && (err != nil || n != 500) {
			t.Errorf("noise at %d: %d listings, %v", at, n, err)
		}
		db.Close()
	}
	if refused < rounds*4/5 {
		t.Errorf("only %d of %d damaged files were refused at once", refused, rounds)
	}
}

func TestCheckFindsOrphans(t *testing.T) {
	file := filepath.Join(t.TempDir(), fileName)
	filled(t, file, 3)
	execute(t, file, "DELETE FROM listings") // on a connection that does not enforce references
	if err := openDB(t, Options{File: file}).Check(t.Context()); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("%v is not ErrCorrupt", err)
	}
}

func TestReadOnlyByOption(t *testing.T) {
	file := filepath.Join(t.TempDir(), fileName)
	filled(t, file, 3)
	checkReadOnly(t, Options{File: file, ReadOnly: true}, 3, store.ErrReadOnly)
	if _, err := Open(t.Context(), Options{File: filepath.Join(t.TempDir(), fileName), ReadOnly: true}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that does not exist: %v", err)
	}
}

func TestReadOnlyByRights(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everything; TestSmallDisk covers a file system that is read-only")
	}
	file := filepath.Join(t.TempDir(), fileName)
	filled(t, file, 3)
	if err := os.Chmod(file, 0o400); err != nil {
		t.Fatal(err)
	}
	checkReadOnly(t, Options{File: file}, 3, store.ErrReadOnly)
	if err := os.Chmod(filepath.Dir(file), 0o500); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Dir(file), 0o700)
	checkReadOnly(t, Options{File: file}, 3, store.ErrReadOnly)
}

// checkReadOnly opens a database of n listings that cannot be written.
func checkReadOnly(t *testing.T, o Options, want int, why error) {
	t.Helper()
	db := openDB(t, o)
	defer db.Close()
	if n, err := db.LiveCount(t.Context()); n != want || err != nil {
		t.Errorf("%d live listings, %v", n, err)
	}
	if err := db.Check(t.Context()); err != nil {
		t.Error(err)
	}
	_, begun := db.Begin(t.Context(), "bolgen", "hand", storetest.Start, 1)
	_, declared := db.Declare(t.Context(), nil, storetest.Start)
	_, pruned := db.Prune(t.Context(), storetest.Start, storetest.Start)
	for _, err := range []error{begun, declared, pruned, db.Block(t.Context(), "h", storetest.Start, "")} {
		if !errors.Is(err, why) || !strings.Contains(err.Error(), o.File) {
			t.Errorf("writing: %v, not %v", err, why)
		}
	}
	if err := db.Backup(t.Context(), filepath.Join(t.TempDir(), "kopi")); err != nil {
		t.Error(err)
	}
}

// TestFull lets the database grow no more, which SQLite answers as it answers a full disk.
func TestFull(t *testing.T) {
	file := filepath.Join(t.TempDir(), fileName)
	db := openDB(t, Options{File: file})
	if _, err := db.Declare(t.Context(), []store.Source{storetest.Source("bolgen")}, storetest.Start); err != nil {
		t.Fatal(err)
	}
	finish(t, db, 1, 100)
	run, err := db.Begin(t.Context(), "bolgen", "hand", storetest.Start, 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	limit := func(pages int) {
		if _, err := db.writer.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(1)
	plan := planOf(run, storetest.Start, 2, 20_000)
	if _, err := db.Finish(t.Context(), plan); !errors.Is(err, store.ErrFull) || !strings.Contains(err.Error(), "disken er full") {
		t.Fatalf("%v is not ErrFull", err)
	}
	if n, err := db.LiveCount(t.Context()); n != 100 || err != nil {
		t.Errorf("%d live listings, %v", n, err)
	}
	if info, err := os.Stat(file + "-wal"); err != nil || info.Size() != 0 {
		t.Errorf("the log was left with %d bytes, %v", info.Size(), err)
	}
	limit(1 << 30)
	if _, err := db.Finish(t.Context(), plan); err != nil {
		t.Errorf("with space again: %v", err)
	}
}

func TestWalIsShortened(t *testing.T) {
	file := filepath.Join(t.TempDir(), fileName)
	db := openDB(t, Options{File: file})
	if _, err := db.Declare(t.Context(), []store.Source{storetest.Source("bolgen")}, storetest.Start); err != nil {
		t.Fatal(err)
	}
	finish(t, db, 1, 20_000)
	finish(t, db, 2, 1)
	if info, err := os.Stat(file + "-wal"); err != nil || info.Size() > walLimit {
		t.Errorf("the log keeps %d bytes, %v", info.Size(), err)
	}
}

func TestBackupIsWhole(t *testing.T) {
	dir := t.TempDir()
	db := openDB(t, Options{File: filepath.Join(dir, fileName)})
	if _, err := db.Declare(t.Context(), []store.Source{storetest.Source("bolgen")}, storetest.Start); err != nil {
		t.Fatal(err)
	}
	finish(t, db, 1, 1000)
	done := make(chan error)
	copied := filepath.Join(dir, "kopi.db")
	go func() { done <- db.Backup(t.Context(), copied) }()
	finish(t, db, 2, 1000) // meanwhile
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	other := openDB(t, Options{File: copied})
	if err := other.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if n, err := other.LiveCount(t.Context()); n != 1000 || err != nil {
		t.Errorf("%d live listings in the copy, %v", n, err)
	}
}

func TestVerifyReadsBack(t *testing.T) {
	conn, err := (&sqlite3.SQLiteDriver{}).Open("file:" + filepath.Join(t.TempDir(), fileName) + "?_foreign_key=on&_pragma=journal_mode(wal)")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, p := range pragmas(modeWriter) {
		err := verify(conn.(*sqlite3.SQLiteConn), []pragma{p})
		if set := p.name != "busy_timeout" && p.name != "synchronous" && p.name != "query_only"; set && (err == nil || !strings.Contains(err.Error(), p.param)) {
			t.Errorf("%s was not set, and nobody noticed: %v", p.name, err)
		}
	}
}

func TestMigrate(t *testing.T) {
	file := filepath.Join(t.TempDir(), fileName)
	filled(t, file, 3)
	first, err := readMigrations(migrationFiles)
	if err != nil {
		t.Fatal(err)
	}
	bad := append(slices.Clip(first), migration{"migrations/9998_bad.sql", "CREATE TABLE half (n INTEGER); CREATE TABLE half (n INTEGER)"})
	if _, err := open(t.Context(), Options{File: file}, bad); err == nil || !strings.Contains(err.Error(), "9998_bad.sql") {
		t.Errorf("a migration that fails: %v", err)
	}
	filledStill := openDB(t, Options{File: file}) // as it was
	filledStill.Close()

	good := append(slices.Clip(first), migration{"migrations/9998_good.sql", "CREATE TABLE more (n INTEGER) STRICT"})
	db, err := open(t.Context(), Options{File: file}, good)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := db.LiveCount(t.Context()); n != 3 || err != nil {
		t.Errorf("%d live listings after the upgrade, %v", n, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{File: file}); !errors.Is(err, store.ErrNewer) {
		t.Errorf("the older program opens it: %v", err)
	}
	before := openDB(t, Options{File: fmt.Sprintf("%s.v%d", file, len(first))})
	if n, err := before.LiveCount(t.Context()); n != 3 || err != nil {
		t.Errorf("%d live listings in the copy from before, %v", n, err)
	}
	if _, err := open(t.Context(), Options{File: fmt.Sprintf("%s.v%d", file, len(first)), ReadOnly: true}, good); !errors.Is(err, store.ErrReadOnly) || !strings.Contains(err.Error(), "oppgraderes") {
		t.Errorf("an old database that cannot be upgraded: %v", err)
	}
}

// TestOldPages: what a database of the first version kept of a source's answers is there after the upgrade.
func TestOldPages(t *testing.T) {
	file := filepath.Join(t.TempDir(), fileName)
	steps, err := readMigrations(migrationFiles)
	if err != nil {
		t.Fatal(err)
	}
	old, err := open(t.Context(), Options{File: file}, steps[:1])
	if err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	body, hash := []byte("BEGIN:VCALENDAR"), catalog.Hash([]byte("BEGIN:VCALENDAR"))
	packed, err := store.Pack(body)
	if err != nil {
		t.Fatal(err)
	}
	execute(t, file, "INSERT INTO sources (id, doc, declared, visible) VALUES ('bolgen', '{}', 1, 1)")
	execute(t, file, fmt.Sprintf("INSERT INTO pages VALUES ('bolgen', 'https://b.example/a.ics', '\"1\"', '', '%s', 'text/calendar', 'utf-8', x'%x')", hash, []byte(packed)))
	db := openDB(t, Options{File: file})
	pages, err := db.Pages(t.Context(), "bolgen", 0)
	want := []store.Page{{URL: "https://b.example/a.ics", ETag: `"1"`, Hash: hash, MediaType: "text/calendar", Charset: "utf-8"}}
	if diff := cmp.Diff(want, pages); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if got, err := db.Payload(t.Context(), hash); string(got) != string(body) || err != nil {
		t.Errorf("body %q, %v", got, err)
	}
}

// TestOldLedger: what is seen of a source at a glance is known after the upgrade too.
func TestOldLedger(t *testing.T) {
	file := filepath.Join(t.TempDir(), fileName)
	steps, err := readMigrations(migrationFiles)
	if err != nil {
		t.Fatal(err)
	}
	old, err := open(t.Context(), Options{File: file}, steps[:7])
	if err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	execute(t, file, "INSERT INTO sources (id, doc, declared, visible) VALUES ('bolgen', '{}', 1, 1), ('sluppen', '{}', 1, 1)")
	for i := range 40 {
		status := []string{"ok", "unchanged", "failed"}[i%3]
		execute(t, file, fmt.Sprintf(`INSERT INTO runs (source, finished, doc) VALUES ('bolgen', %d, '{"source": "bolgen", "trigger": "schedule", "status": "%s", "added": %d, "rejects": [{"locator": "linje 1", "reason": "x", "fixer": "source"}]}')`, i+1, status, i))
	}
	execute(t, file, `INSERT INTO runs (source, finished, doc) VALUES ('bolgen', 99, '{"trigger": "replay", "status": "partial"}')`)
	execute(t, file, `INSERT INTO runs (source, doc) VALUES ('bolgen', '{"trigger": "schedule"}')`)
	db := openDB(t, Options{File: file})
	s, err := db.SourceState(t.Context(), "bolgen")
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Repeat("ufo", 10); s.Strip != want {
		t.Errorf("strip %q, not %q", s.Strip, want)
	}
	if s.Last == nil || s.Last.ID != 40 || s.Last.Added != 39 || len(s.Last.Rejects) > 0 {
		t.Errorf("last run %+v", s.Last)
	}
	if s, err = db.SourceState(t.Context(), "sluppen"); err != nil || s.Strip != "" || s.Last != nil {
		t.Errorf("a source that never ran: %+v, %v", s, err)
	}
}

// TestOldKeys: matching finds by its keys what was stored before keys stood by themselves.
func TestOldKeys(t *testing.T) {
	file := filepath.Join(t.TempDir(), fileName)
	steps, err := readMigrations(migrationFiles)
	if err != nil {
		t.Fatal(err)
	}
	old, err := open(t.Context(), Options{File: file}, steps[:10])
	if err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	execute(t, file, "INSERT INTO record_docs (id, doc) VALUES (1, '{}'), (2, '{}'); INSERT INTO record_keys VALUES (5, 1), (-7, 1), (5, 2)")
	db := openDB(t, Options{File: file})
	if err := db.Look(t.Context(), func(v store.View) error {
		blocks, err := v.Blocks([]uint64{5, 1<<64 - 7, 9}, func(uint64) int { return 10 })
		if want := map[uint64][]int64{5: {1, 2}, 1<<64 - 7: {1}}; !maps.EqualFunc(blocks, want, slices.Equal) {
			t.Errorf("%v, not %v", blocks, want)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func execute(t *testing.T, file, query string) {
	t.Helper()
	c := connector{&sqlite3.SQLiteDriver{}, "file:" + file}
	db := sql.OpenDB(c)
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
}

func overwrite(t *testing.T, file string, at int64, b []byte) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
}
