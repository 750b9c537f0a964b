package edit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"
)

// ErrMeanwhile is a file that somebody else has changed since it was read.
var ErrMeanwhile = errors.New("noen har endret filen i mellomtiden; last siden på nytt og gjør endringen en gang til")

const (
	// MostVersions is how many versions of a file are kept.
	MostVersions = 200
	mostBytes    = 4 << 20
)

// Keeper saves a file that people change by hand and the hub changes for them. Every text that it writes or replaces is kept as a version. It is
// safe for concurrent use; another process may write the file at any time.
type Keeper struct {
	File     string
	Versions string // folder of the versions; made when it is needed
	Now      func() time.Time

	mu sync.Mutex
}

// Version is what a file once said.
type Version struct {
	ID   string    `json:"id"` // of its text: equal texts have equal ids
	At   time.Time `json:"at"` // UTC, when it was saved or first seen
	By   string    `json:"by,omitempty"`
	What string    `json:"what,omitempty"`
	Base string    `json:"base,omitempty"` // the version that it replaced
}

var versionID = regexp.MustCompile(`^[0-9a-f]{32}$`)

func idOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// Read gives the file's text and the id of that version. A file that does not exist is empty.
func (k *Keeper) Read() (text []byte, id string, err error) {
	text, err = readBounded(k.File)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = nil, nil
	}
	return text, idOf(text), err
}

func readBounded(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.Size() > mostBytes {
		return nil, fmt.Errorf("%s is larger than %d bytes", filepath.Base(file), mostBytes)
	}
	return os.ReadFile(file)
}

// Save replaces the text of the version base by another one, whole or not at all, and gives its version. The error is ErrMeanwhile when the file
// does not say what base said; then it stays as it is.
func (k *Keeper) Save(base string, text []byte, by, what string) (Version, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	old, id, err := k.Read()
	if err != nil {
		return Version{}, err
	}
	if id != base {
		return Version{}, ErrMeanwhile
	}
	v := Version{ID: idOf(text), At: k.Now().UTC(), By: by, What: what, Base: base}
	if err := k.keep(base, old); err != nil {
		return Version{}, err
	}
	if err := k.keep(v.ID, text); err != nil {
		return Version{}, err
	}
	if err := replace(k.File, old, text); err != nil {
		return Version{}, err
	}
	return v, k.note(v)
}

// keep stores a text under its id.
func (k *Keeper) keep(id string, text []byte) error {
	if err := os.MkdirAll(k.Versions, 0o700); err != nil {
		return err
	}
	file := filepath.Join(k.Versions, id)
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	temp, err := write(file, text, 0o600)
	if err != nil {
		return err
	}
	return os.Rename(temp, file)
}

// write makes a file beside another one that holds text for certain, and gives its name.
func write(beside string, text []byte, mode fs.FileMode) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(beside), "."+filepath.Base(beside)+".*")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(text)
	for _, step := range []func() error{func() error { return f.Chmod(mode) }, f.Sync, f.Close} {
		if e := step(); err == nil {
			err = e
		}
	}
	return f.Name(), err
}

// replace puts text where old stands. Where the system can exchange two files, nothing that another process writes in this moment is lost.
func replace(file string, old, text []byte) error {
	if target, err := filepath.EvalSymlinks(file); err == nil {
		file = target
	}
	mode := fs.FileMode(0o644)
	info, err := os.Stat(file)
	if err == nil {
		mode = info.Mode().Perm()
	}
	temp, err := write(file, text, mode)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	if info == nil {
		if err := os.Link(temp, file); errors.Is(err, fs.ErrExist) {
			return ErrMeanwhile
		} else {
			return err
		}
	}
	exchanged, err := exchange(temp, file)
	if err != nil {
		return err
	}
	if !exchanged {
		now, err := readBounded(file)
		if err != nil {
			return err
		}
		if !bytes.Equal(now, old) {
			return ErrMeanwhile
		}
		return os.Rename(temp, file)
	}
	was, err := readBounded(temp)
	if err == nil && bytes.Equal(was, old) {
		return syncFolder(file)
	}
	if _, back := exchange(temp, file); back != nil {
		return errors.Join(ErrMeanwhile, err, back)
	}
	return errors.Join(ErrMeanwhile, err)
}

func syncFolder(file string) error {
	dir, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

func (k *Keeper) log() string { return filepath.Join(k.Versions, "log.jsonl") }

// note writes a version down, and forgets the oldest ones.
func (k *Keeper) note(v Version) error {
	all, err := k.list()
	if err != nil {
		return err
	}
	all = append(all, v)
	all = all[max(0, len(all)-MostVersions):]
	var b bytes.Buffer
	wanted := map[string]bool{}
	for _, v := range all {
		line, err := json.Marshal(v)
		if err != nil {
			return err
		}
		b.Write(append(line, '\n'))
		wanted[v.ID], wanted[v.Base] = true, true
	}
	temp, err := write(k.log(), b.Bytes(), 0o600)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, k.log()); err != nil {
		return err
	}
	kept, err := os.ReadDir(k.Versions)
	if err != nil {
		return err
	}
	for _, entry := range kept {
		if name := entry.Name(); versionID.MatchString(name) && !wanted[name] {
			os.Remove(filepath.Join(k.Versions, name))
		}
	}
	return nil
}

// list gives the versions, the oldest first. A line that is broken is passed over.
func (k *Keeper) list() ([]Version, error) {
	text, err := readBounded(k.log())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var all []Version
	for line := range bytes.Lines(text) {
		var v Version
		if json.Unmarshal(line, &v) == nil && versionID.MatchString(v.ID) {
			all = append(all, v)
		}
	}
	return all, err
}

// List gives the versions that were saved, the newest first.
func (k *Keeper) List() ([]Version, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	all, err := k.list()
	slices.Reverse(all)
	return all, err
}

// Text gives what a version said. The error is ErrNoPlace when it is not kept.
func (k *Keeper) Text(id string) ([]byte, error) {
	if !versionID.MatchString(id) {
		return nil, ErrNoPlace
	}
	text, err := readBounded(filepath.Join(k.Versions, id))
	if errors.Is(err, fs.ErrNotExist) {
		err = ErrNoPlace
	}
	return text, err
}

// Undo brings back what the newest version replaced. The error is ErrMeanwhile when v is not the newest, or the file was changed since.
func (k *Keeper) Undo(v Version, by string) (Version, error) {
	text, err := k.Text(v.Base)
	if err != nil {
		return Version{}, err
	}
	return k.Save(v.ID, text, by, "angret: "+v.What)
}
