package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"fritidshub/store"
	"fritidshub/store/storetest"
)

// TestSmallDisk fills a disk of 8 MiB, frees it, and takes away the right to write it.
func TestSmallDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Skip("a small disk cannot be mounted here:", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	file := filepath.Join(dir, fileName)
	filled(t, file, 3)

	db := openDB(t, Options{File: file})
	run, err := db.Begin(t.Context(), "bolgen", "hand", storetest.Start, 1<<40)
	if err != nil {
		t.Fatal(err)
	}
	plan := planOf(run, storetest.Start, 2, 5000)
	for range 3 {
		if _, err := db.Finish(t.Context(), plan); !errors.Is(err, store.ErrFull) {
			t.Fatalf("%v is not ErrFull", err)
		}
		if n, err := db.LiveCount(t.Context()); n != 3 || err != nil {
			t.Errorf("%d live listings on a full disk, %v", n, err)
		}
	}
	if info, err := os.Stat(file + "-wal"); err != nil || info.Size() != 0 {
		t.Errorf("the log still takes space: %v, %v", info, err)
	}
	plan.Write = plan.Write[1:11] // of which none is one of the first three
	if _, err := db.Finish(t.Context(), plan); err != nil {
		t.Errorf("a plan that has room: %v", err)
	}
	if err := db.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 8<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
	checkReadOnly(t, Options{File: file}, 13, store.ErrFull)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	checkReadOnly(t, Options{File: file}, 13, store.ErrReadOnly)
}
