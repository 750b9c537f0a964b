package sqlite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/store"
	"fritidshub/store/storetest"
)

// crashFile and crashAt tell the test binary to be a process that writes to a database and ends at a failpoint.
const (
	crashFile = "FRITIDSHUB_TEST_CRASH_FILE"
	crashAt   = "FRITIDSHUB_TEST_CRASH_AT"
)

func TestMain(m *testing.M) {
	if file := os.Getenv(crashFile); file != "" {
		fmt.Println(crash(file, os.Getenv(crashAt)))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

const crashRecords = 2000

// crash writes revision after revision of one source until it is ended.
func crash(file, at string) error {
	ctx := context.Background()
	steps, err := readMigrations(migrationFiles)
	if err != nil {
		return err
	}
	armed := at == "mid_migration"
	if armed {
		steps = append(steps, migration{"migrations/9999_test.sql", "CREATE TABLE later (n INTEGER) STRICT; INSERT INTO later VALUES (1)"})
	}
	db, err := open(ctx, Options{File: file, Failpoint: func(name string) {
		fmt.Println(name)
		if armed && name == at {
			os.Exit(137)
		}
	}}, steps)
	if err != nil {
		return err
	}
	for revision := 1; ; revision++ {
		armed = revision == 2
		now := storetest.Start.Add(time.Duration(revision) * time.Hour)
		if _, err := db.Declare(ctx, []store.Source{storetest.Source("bolgen")}, now); err != nil {
			return err
		}
		run, err := db.Begin(ctx, "bolgen", "schedule", now, 24*time.Hour)
		if err != nil {
			return err
		}
		plan := planOf(run, now, revision, crashRecords)
		if revision%2 == 0 { // every other revision lacks the last record
			plan.Write, plan.Remove = plan.Write[1:], []string{plan.Write[0].NativeID}
		}
		if _, err := db.Finish(ctx, plan); err != nil {
			return err
		}
	}
}

func crasher(t *testing.T, file, at string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), crashFile+"="+file, crashAt+"="+at)
	return cmd
}

// whole checks that a database which a process left is sound and holds exactly one revision, which it gives.
func whole(t *testing.T, file string) (revision int) {
	t.Helper()
	db := openDB(t, Options{File: file})
	defer db.Close()
	if err := db.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	live := 0
	last := int64(0)
	err := db.Changes(t.Context(), 0, 0, func(l catalog.ListingState) error {
		last = l.Change
		if !l.Live() {
			return nil
		}
		live++
		var n int
		if _, err := fmt.Sscanf(l.Description[strings.LastIndex(l.Description, "Utgave"):], "Utgave %d.", &n); err != nil {
			return err
		}
		if live > 1 && n != revision {
			t.Errorf("revisions %d and %d side by side", revision, n)
		}
		revision = n
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	change, err := db.Change(t.Context())
	if err != nil || change != last {
		t.Errorf("change number %d, %v; the last listing has %d", change, err, last)
	}
	want := crashRecords - (revision+1)%2
	if revision == 0 {
		want = 0
	}
	state, err := db.SourceState(t.Context(), "bolgen")
	if err != nil && !(revision == 0 && errors.Is(err, store.ErrNotFound)) {
		t.Fatal(err)
	}
	if live != want || state.Live != want {
		t.Errorf("revision %d has %d live listings, and %d by its source, not %d", revision, live, state.Live, want)
	}

	now := storetest.Start.Add(time.Duration(revision+1)*time.Hour + time.Minute)
	if _, err := db.Declare(t.Context(), []store.Source{storetest.Source("bolgen")}, now); err != nil {
		t.Fatal(err)
	}
	runs, err := db.RunHistory(t.Context(), "bolgen", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		good := r.Status == store.RunOK
		if got := int(r.Started.Sub(storetest.Start) / time.Hour); good != (got <= revision) || r.Status == "" {
			t.Errorf("the run of revision %d is %q while revision %d is stored", got, r.Status, revision)
		}
	}
	run, err := db.Begin(t.Context(), "bolgen", "hand", now, time.Hour) // the dead process's lease is free at once
	if err != nil {
		t.Fatal(err)
	}
	plan := planOf(run, now, revision, 0)
	if after, err := db.Finish(t.Context(), plan); err != nil || after != change {
		t.Errorf("an empty run went from change %d to %d, %v", change, after, err)
	}
	return revision
}

func TestCrashAtFailpoint(t *testing.T) {
	for at, want := range map[string]int{"before_begin": 1, "mid_batch": 1, "before_commit": 1, "after_commit": 2} {
		t.Run(at, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), fileName)
			out, err := crasher(t, file, at).CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 137 {
				t.Fatalf("the process ended with %v: %s", err, out)
			}
			if got := whole(t, file); got != want {
				t.Errorf("revision %d, not %d", got, want)
			}
		})
	}
}

func TestCrashInMigration(t *testing.T) {
	file := filepath.Join(t.TempDir(), fileName)
	openDB(t, Options{File: file}).Close()
	out, err := crasher(t, file, "mid_migration").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 137 {
		t.Fatalf("the process ended with %v: %s", err, out)
	}
	db := openDB(t, Options{File: file})
	var later int
	if err := db.reader.Get(&later, "SELECT count(*) FROM sqlite_schema WHERE name = 'later'"); err != nil || later != 0 {
		t.Errorf("half a migration is there: %d, %v", later, err)
	}
}

// TestKill kills the process from the outside, at moments that nothing in it chose.
func TestKill(t *testing.T) {
	rounds := 8
	if testing.Short() {
		rounds = 2
	}
	for round := range rounds {
		file := filepath.Join(t.TempDir(), fileName)
		cmd := crasher(t, file, "never")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for seen := 0; seen < 4+round && lines.Scan(); { // four failpoints a revision
			if lines.Text() != "mid_migration" {
				seen++
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
		if got, min := whole(t, file), (4+round)/4; got < min {
			t.Errorf("round %d: revision %d, below %d", round, got, min)
		}
	}
}
