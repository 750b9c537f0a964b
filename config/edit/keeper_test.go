package edit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func newKeeper(t *testing.T, text string) *Keeper {
	t.Helper()
	dir := t.TempDir()
	k := &Keeper{File: filepath.Join(dir, "sources.yaml"), Versions: filepath.Join(dir, "versions"), Now: func() time.Time { return time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC) }}
	if text != "" {
		if err := os.WriteFile(k.File, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

func (k *Keeper) says(t *testing.T, want string) string {
	t.Helper()
	text, id, err := k.Read()
	if err != nil || string(text) != want {
		t.Fatalf("the file says %q, not %q (%v)", text, want, err)
	}
	return id
}

func TestSaveAndUndo(t *testing.T) {
	k := newKeeper(t, "a: 1\n")
	first := k.says(t, "a: 1\n")
	v, err := k.Save(first, []byte("a: 2\n"), "redaktør", "a er to")
	if err != nil {
		t.Fatal(err)
	}
	second := k.says(t, "a: 2\n")
	if info, _ := os.Stat(k.File); info.Mode().Perm() != 0o640 {
		t.Errorf("the mode became %v", info.Mode())
	}
	if v.ID != second || v.Base != first {
		t.Errorf("the version is %+v", v)
	}
	if _, err := k.Save(first, []byte("a: 3\n"), "", ""); !errors.Is(err, ErrMeanwhile) {
		t.Errorf("saving on an old version: %v", err)
	}
	if _, err := k.Undo(v, "redaktør"); err != nil {
		t.Fatal(err)
	}
	k.says(t, "a: 1\n")
	if _, err := k.Undo(v, "redaktør"); !errors.Is(err, ErrMeanwhile) {
		t.Errorf("undoing twice: %v", err)
	}
	all, err := k.List()
	if err != nil || len(all) != 2 || all[0].What != "angret: a er to" || all[1].By != "redaktør" {
		t.Errorf("the versions are %+v, %v", all, err)
	}
	if text, err := k.Text(second); string(text) != "a: 2\n" {
		t.Errorf("version %s says %q, %v", second, text, err)
	}
	if _, err := k.Text("../sources.yaml"); !errors.Is(err, ErrNoPlace) {
		t.Errorf("a version outside the folder: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(k.File), ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestFirstSaveMakesTheFile(t *testing.T) {
	k := newKeeper(t, "")
	_, id, err := k.Read()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Save(id, []byte("a: 1\n"), "", ""); err != nil {
		t.Fatal(err)
	}
	k.says(t, "a: 1\n")
}

// What another process writes between reading and saving is never lost.
func TestEditedOutside(t *testing.T) {
	k := newKeeper(t, "a: 1\n")
	id := k.says(t, "a: 1\n")
	if err := os.WriteFile(k.File, []byte("a: 9 # for hånd\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Save(id, []byte("a: 2\n"), "", ""); !errors.Is(err, ErrMeanwhile) {
		t.Errorf("the error is %v", err)
	}
	k.says(t, "a: 9 # for hånd\n")
	if err := replace(k.File, []byte("a: 1\n"), []byte("a: 2\n")); !errors.Is(err, ErrMeanwhile) { // changed after the comparison
		t.Errorf("the error is %v", err)
	}
	k.says(t, "a: 9 # for hånd\n")
}

// Of many who save on the same version, one does.
func TestOneOfManySaves(t *testing.T) {
	k := newKeeper(t, "a: 0\n")
	id := k.says(t, "a: 0\n")
	saved := make(chan Version, 20)
	var all sync.WaitGroup
	for i := range cap(saved) {
		all.Go(func() {
			other := &Keeper{File: k.File, Versions: k.Versions, Now: k.Now}
			if i%2 == 0 {
				other = k
			}
			v, err := other.Save(id, fmt.Appendf(nil, "a: %d\n", i+1), "", "")
			switch {
			case err == nil:
				saved <- v
			case !errors.Is(err, ErrMeanwhile):
				t.Error(err)
			}
		})
	}
	all.Wait()
	close(saved)
	last := ""
	for v := range saved {
		if last != "" {
			t.Fatal("two have saved")
		}
		last = v.ID
	}
	if _, id, _ := k.Read(); id != last {
		t.Errorf("the file is %s, saved was %s", id, last)
	}
}

func TestVersionsAreBounded(t *testing.T) {
	k := newKeeper(t, "a: 0\n")
	id := k.says(t, "a: 0\n")
	for i := range MostVersions + 20 {
		v, err := k.Save(id, fmt.Appendf(nil, "a: %d\n", i+1), "", "")
		if err != nil {
			t.Fatal(err)
		}
		id = v.ID
	}
	all, err := k.List()
	if err != nil || len(all) != MostVersions {
		t.Fatalf("%d versions are kept, %v", len(all), err)
	}
	if _, err := k.Text(all[len(all)-1].Base); err != nil {
		t.Errorf("what the oldest replaced: %v", err)
	}
	if files, _ := os.ReadDir(k.Versions); len(files) > MostVersions+2 {
		t.Errorf("%d files are left", len(files))
	}
}

func TestDiff(t *testing.T) {
	got := ""
	for _, l := range Diff([]byte("a\nb\nc\nd\n"), []byte("a\nb\nx\ny\nd\n"), 1) {
		got += fmt.Sprintf("%c%d %s\n", l.Mark, l.Number, l.Text)
	}
	if diff := cmp.Diff(" 2 b\n-3 c\n+3 x\n+4 y\n 5 d\n", got); diff != "" {
		t.Error(diff)
	}
	if same := Diff([]byte("a\n"), []byte("a\n"), 3); same != nil {
		t.Errorf("equal texts differ: %v", same)
	}
}
