package geocode

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Bounds of a Cache.
const (
	MaxAnswers = 50_000   // kept; the oldest go first
	maxFile    = 32 << 20 // bytes read of the file at a time
	maxLine    = 4 << 10
)

// Answer is what the register said of one address. One without a position says that it has no such address, or more than one.
type Answer struct {
	At           time.Time `json:"at"`
	Lat          float64   `json:"lat,omitzero"` // degrees, EPSG:4258, which is WGS 84 within a metre
	Lon          float64   `json:"lon,omitzero"`
	PostalCode   string    `json:"postal_code,omitzero"`
	Municipality string    `json:"municipality,omitzero"`
}

func (a Answer) none() bool { return a.Lat == 0 && a.Lon == 0 }

// Cache keeps answers, in memory and in a file of JSON lines that can be thrown away at any time. It is safe for concurrent use, and
// several processes may use one file: each sees what the others have added to it.
type Cache struct {
	mu      sync.Mutex
	answers map[string]Answer
	path    string      // "" keeps nothing
	file    os.FileInfo // what was read; nil before that
	read    int64       // bytes of it
	lines   int         // in them
}

type line struct {
	Key string `json:"key"`
	Answer
}

// OpenCache reads the cache at path, which need not be there; "" keeps the answers in memory only. A line that cannot be read is
// passed over.
func OpenCache(path string) (*Cache, error) {
	c := &Cache{answers: map[string]Answer{}, path: path}
	whole, err := c.refresh()
	if err == nil && (!whole || len(c.answers) > MaxAnswers || c.lines > 2*len(c.answers)+1000) {
		c.forget()
		err = c.rewrite()
	}
	return c, err
}

// refresh reads what has come to the file since it was last read. whole tells that nothing of it is out of bounds or cut off.
func (c *Cache) refresh() (whole bool, err error) {
	if c.path == "" {
		return true, nil
	}
	info, err := os.Stat(c.path)
	if errors.Is(err, fs.ErrNotExist) {
		c.file = nil
		return true, nil
	}
	switch {
	case err != nil:
		return true, err
	case c.file == nil || !os.SameFile(c.file, info) || info.Size() < c.read: // another process has rewritten it
		c.read, c.lines = 0, 0
	case info.Size() == c.read:
		return true, nil
	}
	f, err := os.Open(c.path)
	if err != nil {
		return true, err
	}
	defer f.Close()
	added, err := io.ReadAll(io.LimitReader(io.NewSectionReader(f, c.read, maxFile), maxFile))
	if err != nil {
		return true, err
	}
	lines := added[:bytes.LastIndexByte(added, '\n')+1]
	whole = len(lines) == len(added) && len(added) < maxFile
	for text := range bytes.Lines(lines) {
		var l line
		c.lines++
		whole = whole && len(text) <= maxLine
		if len(text) <= maxLine && json.Unmarshal(text, &l) == nil && l.Key != "" {
			c.answers[l.Key] = l.Answer
		}
	}
	c.file, c.read = info, c.read+int64(len(lines))
	return whole, nil
}

// Len is how many answers there are.
func (c *Cache) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.answers)
}

func (c *Cache) get(key string) (Answer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, ok := c.answers[key]
	if !ok {
		_, _ = c.refresh() // what cannot be read is asked for again
		a, ok = c.answers[key]
	}
	return a, ok
}

// put keeps an answer. A file that cannot be written costs only that the answer is asked for again after a restart.
func (c *Cache) put(key string, a Answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers[key] = a
	if len(c.answers) > MaxAnswers || c.lines > 2*MaxAnswers {
		c.forget()
		_ = c.rewrite()
		return
	}
	text, err := json.Marshal(line{key, a})
	if c.path == "" || err != nil || len(text) >= maxLine {
		return
	}
	f, err := os.OpenFile(c.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = f.Write(append(text, '\n'))
}

// forget drops the oldest tenth and what is above the bound.
func (c *Cache) forget() {
	if len(c.answers) <= MaxAnswers {
		return
	}
	lines := c.sorted()
	for _, l := range lines[:len(lines)-MaxAnswers*9/10] {
		delete(c.answers, l.Key)
	}
}

// sorted is all answers, the oldest first.
func (c *Cache) sorted() []line {
	lines := make([]line, 0, len(c.answers))
	for key, a := range c.answers {
		lines = append(lines, line{key, a})
	}
	slices.SortFunc(lines, func(a, b line) int {
		if d := a.At.Compare(b.At); d != 0 {
			return d
		}
		return strings.Compare(a.Key, b.Key)
	})
	return lines
}

// rewrite replaces the file by what is in memory.
func (c *Cache) rewrite() error {
	if c.path == "" {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(c.path), filepath.Base(c.path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	w := bufio.NewWriter(f)
	encoder := json.NewEncoder(w)
	lines := c.sorted()
	for _, l := range lines {
		err = errors.Join(err, encoder.Encode(l))
	}
	if err = errors.Join(err, w.Flush(), f.Close()); err != nil {
		return err
	}
	c.file, c.read, c.lines = nil, 0, 0 // it is read again
	return os.Rename(f.Name(), c.path)
}
