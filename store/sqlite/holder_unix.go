//go:build unix

package sqlite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

const holderPattern = "fritidshub-run-*.lock"

// holder is a locked file that stands for one open database. The operating system frees the lock when the process ends, however
// it ends, and that is how another process sees at once that a run's owner is gone, also across containers and with a fixed clock.
type holder struct{ file *os.File }

// hold makes the file, and removes those that dead processes left.
func hold(dir string) (*holder, error) {
	left, err := filepath.Glob(filepath.Join(dir, holderPattern))
	if err != nil {
		return nil, err
	}
	for _, name := range left {
		alive(dir, filepath.Base(name))
	}
	for {
		f, err := os.CreateTemp(dir, holderPattern)
		if err != nil {
			return nil, err
		}
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
			f.Close()
			return nil, err
		}
		if _, err := os.Stat(f.Name()); err == nil {
			return &holder{f}, nil
		}
		f.Close() // another process took it for a dead one's before it was locked
	}
}

func (h *holder) name() string { return filepath.Base(h.file.Name()) }

func (h *holder) release() error { return errors.Join(os.Remove(h.file.Name()), h.file.Close()) }

// inUse reports whether a process has a database in dir open for writing.
func inUse(dir string) bool {
	left, _ := filepath.Glob(filepath.Join(dir, holderPattern))
	return slices.ContainsFunc(left, func(name string) bool { return alive(dir, filepath.Base(name)) })
}

// alive reports whether the process that made the file still has it open.
func alive(dir, name string) bool {
	path := filepath.Join(dir, filepath.Base(name))
	f, err := os.Open(path)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	defer f.Close()
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return true
	}
	os.Remove(path)
	return false
}
