// Package picture makes small pictures of what sources call pictures, and keeps them on disk within a bound.
package picture

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// The sizes there are, as the most pixels that the longer side has.
const (
	Small = 320
	Large = 960
)

const (
	fresh   = 7 * 24 * time.Hour // how long a picture is shown without looking whether it is another one now
	barren  = time.Hour          // how long an address that gave none is left alone
	failed  = 5_000              // such addresses that are remembered
	suffix  = ".jpg"
	atOnce  = 2 // pictures that are fetched and made at a time
	waiting = 8 * time.Second
)

// ErrBusy says that others come first, for now.
var ErrBusy = errors.New("picture: others are being made")

// Shelf is where pictures are kept. It is safe for concurrent use.
type Shelf struct {
	dir  string
	most int64 // bytes
	ask  func(ctx context.Context, address string) ([]byte, error)
	now  func() time.Time

	making chan struct{}
	mu     sync.Mutex
	held   int64 // bytes in dir
	none   map[string]time.Time
}

// Open takes dir, which need not be there yet, for at most so many bytes of pictures. Ask fetches the file at an address. Now is the time of the files.
func Open(dir string, most int64, ask func(ctx context.Context, address string) ([]byte, error), now func() time.Time) (*Shelf, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	s := &Shelf{dir: dir, most: most, ask: ask, now: now, making: make(chan struct{}, atOnce), none: map[string]time.Time{}}
	files, err := s.files()
	if err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	for _, f := range files {
		s.held += f.Size()
	}
	return s, nil
}

// Picture is the JPEG of the picture at an address, Small or Large. What cannot be shown is an error, and is not asked for again for an hour.
func (s *Shelf) Picture(ctx context.Context, address string, side int) ([]byte, error) {
	sum := sha256.Sum256([]byte(address))
	name := hex.EncodeToString(sum[:16])
	path := filepath.Join(s.dir, fmt.Sprintf("%s-%d%s", name, side, suffix))
	kept, young := s.kept(path)
	if young {
		return kept, nil
	}
	made, err := s.make(ctx, address, name, path, side)
	if err != nil && kept != nil {
		return kept, nil // an old one is better than none
	}
	return made, err
}

// kept gives what there is, and whether it need not be looked at again.
func (s *Shelf) kept(path string) (body []byte, young bool) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, false
	}
	body, err = os.ReadFile(path)
	if err != nil {
		return nil, false
	}
	return body, s.now().Sub(info.ModTime()) < fresh
}

func (s *Shelf) make(ctx context.Context, address, name, path string, side int) ([]byte, error) {
	wait := time.NewTimer(waiting)
	defer wait.Stop()
	select {
	case s.making <- struct{}{}:
		defer func() { <-s.making }()
	case <-wait.C:
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if body, young := s.kept(path); young { // made meanwhile
		return body, nil
	}
	if s.barren(name) {
		return nil, errNone
	}
	raw, err := s.ask(ctx, address)
	if err == nil {
		raw, err = Shrink(raw, side)
	}
	if err != nil {
		if ctx.Err() == nil {
			s.remember(name)
		}
		return nil, err
	}
	return raw, s.put(path, raw)
}

func (s *Shelf) barren(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now().Before(s.none[name])
}

func (s *Shelf) remember(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.none) >= failed {
		clear(s.none)
	}
	s.none[name] = s.now().Add(barren)
}

// put keeps a picture, whole or not at all, and makes room for it.
func (s *Shelf) put(path string, body []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, err := os.Stat(path); err == nil {
		s.held -= old.Size()
	}
	part := path + ".part"
	if err := os.WriteFile(part, body, 0o644); err != nil {
		return fmt.Errorf("picture: %w", err)
	}
	if err := errors.Join(os.Chtimes(part, s.now(), s.now()), os.Rename(part, path)); err != nil {
		return fmt.Errorf("picture: %w", err)
	}
	s.held += int64(len(body))
	if s.held <= s.most {
		return nil
	}
	files, err := s.files()
	if err != nil {
		return fmt.Errorf("picture: %w", err)
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, f := range files { // the oldest go, until a tenth is free
		if s.held <= s.most-s.most/10 {
			break
		}
		if err := os.Remove(filepath.Join(s.dir, f.Name())); err == nil {
			s.held -= f.Size()
		}
	}
	return nil
}

// files are those that are kept; what was left half written is taken away.
func (s *Shelf) files() ([]fs.FileInfo, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	var out []fs.FileInfo
	for _, e := range entries {
		info, err := e.Info()
		switch {
		case err != nil || !info.Mode().IsRegular():
		case strings.HasSuffix(e.Name(), suffix):
			out = append(out, info)
		case strings.HasSuffix(e.Name(), ".part"):
			if err := os.Remove(filepath.Join(s.dir, e.Name())); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
