package memory_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
	"fritidshub/index"
	"fritidshub/index/indextest"
	"fritidshub/index/memory"
)

// restarted is an engine that is saved and loaded into a new one after each change.
type restarted struct {
	t testing.TB
	*memory.Engine
}

func (e *restarted) Apply(ctx context.Context, b index.Batch) error {
	err := e.Engine.Apply(ctx, b)
	e.restart()
	return err
}

func (e *restarted) Rebuild(ctx context.Context, change int64, next func() (index.Document, bool, error)) error {
	err := e.Engine.Rebuild(ctx, change, next)
	e.restart()
	return err
}

func (e *restarted) restart() {
	next := memory.New()
	if err := next.Load(bytes.NewReader(saved(e.t, e.Engine)), "test"); err != nil {
		e.t.Fatal(err)
	}
	e.Engine = next
}

func saved(t testing.TB, e *memory.Engine) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := e.Save(&b, "test"); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What is loaded answers as what was saved: as the oracle does.
func TestEngineAfterLoad(t *testing.T) {
	indextest.Run(t, func(t testing.TB) index.Engine {
		if t.Name() == "TestEngineAfterLoad/readers_beside_the_writer" {
			return memory.New() // it is changed while it is read
		}
		return &restarted{t, memory.New()}
	})
}

func engineOf(t testing.TB, n int) *memory.Engine {
	t.Helper()
	e := memory.New()
	docs := indextest.Generate(n, 5)
	if err := e.Apply(context.Background(), index.Batch{Upserts: docs, Change: 41}); err != nil {
		t.Fatal(err)
	}
	if err := e.Apply(context.Background(), index.Batch{Upserts: docs[:1], Deletes: []string{docs[1].ID}, Change: 42}); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestLoadRefuses(t *testing.T) {
	file := saved(t, engineOf(t, 300))
	changed := func(at int) []byte {
		b := bytes.Clone(file)
		b[at] ^= 0x10
		return b
	}
	for name, c := range map[string]struct {
		file        []byte
		fingerprint string
	}{
		"foreign":             {[]byte("PNG\r\n and so on, as long as the beginning of a snapshot"), "test"},
		"empty":               {nil, "test"},
		"another version":     {changed(len("fritidshub index ")), "test"},
		"another fingerprint": {file, "other"},
		"cut":                 {file[:len(file)/2], "test"},
		"without its end":     {file[:len(file)-1], "test"},
		"followed":            {append(bytes.Clone(file), 0), "test"},
		"a changed byte":      {changed(len(file) / 3), "test"},
		"a changed length":    {changed(len("fritidshub index 1\n") + 7), "test"},
	} {
		e := engineOf(t, 20)
		err := e.Load(bytes.NewReader(c.file), c.fingerprint)
		if !errors.Is(err, memory.ErrSnapshot) {
			t.Errorf("%s: %v", name, err)
		}
		if n, _ := e.Count(context.Background()); n != 19 {
			t.Errorf("%s: the engine holds %d documents, before it held 19", name, n)
		}
	}
	broken := errors.New("broken disk")
	if err := memory.New().Load(iotest.ErrReader(broken), "test"); !errors.Is(err, broken) {
		t.Error(err)
	}
	full := engineOf(t, 20)
	if err := full.Save(failing{}, "test"); err == nil {
		t.Error("a full disk is no error")
	}
	if r, err := full.Search(context.Background(), index.Query{Now: indextest.Now}); err != nil || r.Total == 0 {
		t.Errorf("after a disk was full %d are found (%v)", r.Total, err)
	}
	e := memory.New()
	if err := e.Load(bytes.NewReader(file), "test"); err != nil {
		t.Fatal(err)
	}
	if change, _ := e.Change(context.Background()); change != 42 {
		t.Errorf("change %d, want 42", change)
	}
	if diff := cmp.Diff(file, saved(t, e)); diff != "" {
		t.Error("what was loaded is saved in another way")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

// Whatever a snapshot file says, it is refused, or the engine answers.
func FuzzLoad(f *testing.F) {
	file := saved(f, engineOf(f, 70))
	f.Add(0, byte(0), 0, byte(0))
	for i := 40; i < len(file); i += len(file) / 60 {
		f.Add(i, byte(0xff), i+i/7, byte(1))
	}
	age, price := 10, catalog.Kroner(100)
	f.Fuzz(func(t *testing.T, at int, to byte, at2 int, to2 byte) {
		b := bytes.Clone(file[:len(file)-8])
		b[uint(at)%uint(len(b))] = to
		b[uint(at2)%uint(len(b))] ^= to2
		b = binary.LittleEndian.AppendUint64(b, uint64(crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli))))
		e := memory.New()
		if err := e.Load(bytes.NewReader(b), "test"); err != nil {
			if !errors.Is(err, memory.ErrSnapshot) {
				t.Fatal(err)
			}
			return
		}
		for _, q := range []index.Query{
			{}, {Text: "fotball"}, {Text: "sv"}, {Age: &age, Free: true}, {MaxPrice: &price, Sort: index.SortPrice}, {Sort: index.SortTitle},
			{Near: &catalog.Point{Lat: 59, Lon: 10}, Radius: 20, Sort: index.SortDistance}, {BBox: &index.BBox{West: 9, South: 58, East: 11, North: 60}},
			{From: indextest.Now, To: indextest.Now.Add(100 * time.Hour)}, {Filters: map[index.Facet][]string{index.FacetKind: {"event"}}},
		} {
			q.Now, q.Limit, q.Facets = indextest.Now, 10, index.Facets()
			if _, err := e.Search(context.Background(), q); err != nil {
				t.Fatal(fmt.Errorf("%+v: %w", q, err))
			}
		}
		if err := e.Apply(context.Background(), index.Batch{Upserts: indextest.Generate(9, 6), Change: 43}); err != nil {
			t.Fatal(err)
		}
	})
}
