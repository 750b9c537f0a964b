package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"fritidshub/api"
	"fritidshub/store"
)

// feedStore lets the API read the change feeds of the store without knowing it.
type feedStore struct{ store.Feeds }

func (f feedStore) Feed(ctx context.Context) (api.FeedState, error) {
	state, err := f.Feeds.Feed(ctx)
	return api.FeedState(state), err
}

func (f feedStore) RecordChanges(ctx context.Context, municipality string, after int64, limit int) ([]api.Passed, error) {
	changes, err := f.Feeds.RecordChanges(ctx, municipality, after, limit)
	out := make([]api.Passed, len(changes))
	for i, c := range changes {
		out[i] = api.Passed{ID: c.ID, Change: c.Change, Record: c.Record, Why: c.Why}
	}
	return out, err
}

// dumps keeps the dump as a file beside the database. What it stands for is in its name.
type dumps struct {
	dir string
	mu  sync.Mutex
}

const (
	dumpPrefix = "dump-"
	dumpSuffix = ".ndjson.gz"
)

// Open implements api.Dumps.
func (d *dumps) Open() (*api.Dump, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, name := range d.names() {
		about, ok := dumpInfo(name)
		if !ok {
			continue
		}
		file, err := os.Open(filepath.Join(d.dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, err
		}
		return &api.Dump{DumpInfo: about, ReadSeekCloser: file}, nil
	}
	return nil, api.ErrNoDump
}

// Keep implements api.Dumps.
func (d *dumps) Keep(about api.DumpInfo, write func(io.Writer) error) error {
	file, err := os.CreateTemp(d.dir, ".dump-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // of no effect when it has got its name
	defer file.Close()
	if err := write(file); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.names()
	name := fmt.Sprintf("%s%s-%d-%d-%d%s", dumpPrefix, about.Feed, about.Change, about.Passed, about.Made.Unix(), dumpSuffix)
	if err := os.Rename(file.Name(), filepath.Join(d.dir, name)); err != nil {
		return err
	}
	for _, old := range before {
		if old != name {
			_ = os.Remove(filepath.Join(d.dir, old)) // who reads it, reads on
		}
	}
	return nil
}

func (d *dumps) names() []string {
	found, _ := filepath.Glob(filepath.Join(d.dir, dumpPrefix+"*"+dumpSuffix))
	for i := range found {
		found[i] = filepath.Base(found[i])
	}
	return found
}

func dumpInfo(name string) (about api.DumpInfo, ok bool) {
	parts := strings.Split(strings.TrimSuffix(strings.TrimPrefix(name, dumpPrefix), dumpSuffix), "-")
	if len(parts) != 4 {
		return about, false
	}
	change, err := strconv.ParseInt(parts[1], 10, 64)
	passed, err2 := strconv.ParseInt(parts[2], 10, 64)
	made, err3 := strconv.ParseInt(parts[3], 10, 64)
	return api.DumpInfo{Feed: parts[0], Change: change, Passed: passed, Made: time.Unix(made, 0)}, errors.Join(err, err2, err3) == nil
}
