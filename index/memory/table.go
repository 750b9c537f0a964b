package memory

import (
	"maps"
	"slices"
	"sort"
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

const numFacets = 11

// values are the values of one facet; a value's code is its place. Code 0 is no value. Immutable.
type values struct {
	names []string
	codes map[string]uint32
}

// dictionary gives codes to the values of all facets. Codes are never given anew, so segments of different age agree.
type dictionary struct {
	mu     sync.Mutex
	facets [numFacets]values
	grown  [numFacets]bool // since the last freeze
}

func newDictionary() *dictionary {
	d := new(dictionary)
	for f := range d.facets {
		d.facets[f] = values{names: []string{""}, codes: map[string]uint32{"": 0}}
		d.grown[f] = true
	}
	return d
}

func (d *dictionary) code(facet int, value string) uint32 {
	v := &d.facets[facet]
	code, known := v.codes[value]
	if !known {
		value = string([]byte(value)) // do not hold on to the text it was cut from
		code = uint32(len(v.names))
		v.names = append(v.names, value)
		v.codes[value] = code
		d.grown[facet] = true
	}
	return code
}

// freeze gives what readers may see; before is what they saw until now.
func (d *dictionary) freeze(before [numFacets]values) [numFacets]values {
	for f := range d.facets {
		if d.grown[f] {
			before[f] = values{names: d.facets[f].names, codes: maps.Clone(d.facets[f].codes)}
			d.grown[f] = false
		}
	}
	return before
}
