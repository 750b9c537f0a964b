package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"fritidshub/index/memory"
	"fritidshub/ingest"
)

// snapshotName is the file in the data folder that the embedded engine is loaded from at start. It can always be deleted.
const snapshotName = "search.index"

// maxMark is the longest first line of a snapshot, and the longest mark.
const maxMark = 4096

// snapshot is the embedded engine as a file: a line that says when it was built, and what the engine saves.
type snapshot struct {
	file, fingerprint string
	// change and built are what the file holds.
	change int64
	built  time.Time
}

type snapshotLine struct {
	Built time.Time `json:"built"`
}

// load fills the engine and says when its content was built as a whole; the zero time when there is no file. An error says why a file that
// is there is of no use, and leaves the engine as it was.
func (s *snapshot) load(e *memory.Engine) (time.Time, error) {
	f, err := os.Open(s.file)
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, maxMark)
	first, err := in.ReadSlice('\n')
	var line snapshotLine
	if err == nil {
		err = json.Unmarshal(first, &line)
	}
	if err == nil && line.Built.IsZero() {
		err = errors.New("it does not say when it was built")
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: the first line: %w", s.file, err)
	}
	if err := e.Load(in, s.fingerprint); err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", s.file, err)
	}
	s.built = line.Built
	s.change, err = e.Change(context.Background())
	return line.Built, err
}

// save writes the engine when the file holds something else. Whoever reads the file meanwhile, or kills this process, has the old one.
func (s *snapshot) save(e *memory.Engine, x *ingest.Indexer) error {
	built, change := x.Built(), x.Standing().Change
	if built.IsZero() || built.Equal(s.built) && change == s.change {
		return nil
	}
	err := writeWhole(s.file, func(w io.Writer) error {
		line, err := json.Marshal(snapshotLine{built})
		if err != nil {
			return err
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
		return e.Save(w, s.fingerprint)
	})
	if err == nil {
		s.built, s.change = built, change
	}
	return err
}

// buildMark is a file that notes when an engine outside of this process was built as a whole, and by what.
type buildMark struct {
	file, of string
	built    time.Time
}

type buildLine struct {
	Of    string    `json:"of"`
	Built time.Time `json:"built"`
}

// read gives when it was built; the zero time when that is not known of what stands in of.
func (m *buildMark) read() time.Time {
	text, err := os.ReadFile(m.file)
	var line buildLine
	if err != nil || len(text) > maxMark || json.Unmarshal(text, &line) != nil || line.Of != m.of {
		return time.Time{}
	}
	m.built = line.Built
	return line.Built
}

func (m *buildMark) write(built time.Time) error {
	if built.Equal(m.built) {
		return nil
	}
	err := writeWhole(m.file, func(w io.Writer) error { return json.NewEncoder(w).Encode(buildLine{m.of, built}) })
	if err == nil {
		m.built = built
	}
	return err
}

// writeWhole writes a file so that at every moment there is the old one or the new one. After a power cut it may be the old one.
func writeWhole(file string, fill func(io.Writer) error) (err error) {
	f, err := os.Create(file + ".new")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	out := bufio.NewWriterSize(f, 1<<20)
	if err := fill(out); err != nil {
		return err
	}
	if err := errors.Join(out.Flush(), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}
