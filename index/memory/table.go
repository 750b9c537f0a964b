package memory

import (
	"encoding/binary"
	"slices"
	"sort"
	"strings"
	"sync"

	"fritidshub/index"
)

// table is a list of strings without a pointer for each.
type table struct {
	text []byte
	off  []uint32
}

func add[T string | []byte](t *table, s T) {
	if t.off == nil {
		t.off = append(t.off, 0)
	}
	t.text = append(t.text, s...)
	t.off = append(t.off, uint32(len(t.text)))
}

func (t *table) len() int { return max(len(t.off)-1, 0) }

// at gives string i; the bytes belong to the table.
func (t *table) at(i uint32) []byte { return t.text[t.off[i]:t.off[i+1]] }

func (t *table) clip() {
	t.text, t.off = slices.Clip(t.text), slices.Clip(t.off)
}

// lowerBound is the first place in order, which sorts t, that is not below key.
func (t *table) lowerBound(order []uint32, key string) int {
	return sort.Search(len(order), func(i int) bool { return string(t.at(order[i])) >= key })
}

var facets = index.Facets()

const numFacets = 15

// values are the values of one facet, as many as there were when the snapshot was made; a value's code is its place. Code 0 is no value.
type values struct {
	names  []string
	begins []uint64  // the first eight bytes of the names, which tell nearly all of them apart
	codes  *sync.Map // string to uint32; knows newer values too
}

// code is the code of a value that the snapshot knows; 0: none.
func (v *values) code(value string) uint32 {
	if code, known := v.codes.Load(value); known && int(code.(uint32)) < len(v.names) {
		return code.(uint32)
	}
	return 0
}

// dictionary gives codes to the values of all facets. Codes are never given anew, so segments of different age agree.
type dictionary struct {
	mu     sync.Mutex
	facets [numFacets]values
}

func newDictionary() *dictionary {
	d := new(dictionary)
	for f := range d.facets {
		d.facets[f] = values{names: []string{""}, begins: []uint64{0}, codes: new(sync.Map)}
	}
	for f, names := range map[int][]string{weekdayFacet: index.WeekdayNames(), timeFacet: index.TimeNames()} {
		for _, name := range names {
			d.code(f, name)
		}
	}
	return d
}

// code gives the code of a value, a new one when it has none.
func (d *dictionary) code(facet int, value string) uint32 {
	v := &d.facets[facet]
	if code, known := v.codes.Load(value); known {
		return code.(uint32)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if code, known := v.codes.Load(value); known {
		return code.(uint32)
	}
	value = strings.Clone(value) // do not hold on to the text it was cut from
	code := uint32(len(v.names))
	v.names = append(v.names, value)
	var begin [8]byte
	copy(begin[:], value)
	v.begins = append(v.begins, binary.BigEndian.Uint64(begin[:]))
	v.codes.Store(value, code)
	return code
}

// freeze gives what readers may see.
func (d *dictionary) freeze() [numFacets]values {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.facets
}
