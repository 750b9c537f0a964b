package merge_test

import (
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fritidshub/catalog/merge"
)

// sameFeatures: what is kept of a record is all that matching knows of it. A field that code forgets is another after the reading.
func sameFeatures(t interface {
	Helper()
	Fatalf(string, ...any)
}, it *merge.Item,
) (size int) {
	t.Helper()
	b := it.Features()
	back, err := merge.ReadFeatures(it.Ref, b)
	if err != nil {
		t.Fatalf("%v: %v", it.Ref, err)
	}
	if !reflect.DeepEqual(it, back) {
		t.Fatalf("%v\ndescribed %+v\nread      %+v", it.Ref, it, back)
	}
	return len(b)
}

func caseItems(t testing.TB) (items []*merge.Item) {
	files, err := filepath.Glob("testdata/*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		items = append(items, load(t, filepath.Base(file)).list...)
	}
	return items
}

func TestFeatures(t *testing.T) {
	items, size := caseItems(t), 0
	for _, it := range items {
		size += sameFeatures(t, it)
	}
	t.Logf("%d bytes a record", size/len(items))
	zone := oslo(t)
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, zone)
		for _, it := range w.items {
			sameFeatures(t, it)
		}
	})
}

func TestFeaturesOfAnother(t *testing.T) {
	b := caseItems(t)[0].Features()
	newer := append([]byte{b[0] + 1}, b[1:]...)
	for name, features := range map[string][]byte{"none": nil, "of another version": newer, "cut": b[:len(b)-1], "too long": append(b, 0)} {
		if _, err := merge.ReadFeatures(merge.Ref{}, features); !errors.Is(err, merge.ErrFeatures) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzReadFeatures: whatever is read is read the same when it is written again.
func FuzzReadFeatures(f *testing.F) {
	for _, it := range caseItems(f) {
		f.Add(it.Features())
	}
	f.Add([]byte{merge.Version, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		if it, err := merge.ReadFeatures(merge.Ref{}, b); err == nil {
			sameFeatures(t, it)
		}
	})
}

func BenchmarkReadFeatures(b *testing.B) {
	records := synthetic(1000, oslo(b))
	var features [][]byte
	for i := range records {
		features = append(features, describe(time.UTC, &records[i]).Features())
	}
	for i := 0; b.Loop(); i++ {
		if _, err := merge.ReadFeatures(merge.Ref{}, features[i%len(features)]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
}
