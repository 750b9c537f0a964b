package memory

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"fritidshub/index"
)

// fileKind begins a snapshot file. Its number goes up when anything that is written below changes its form or its meaning.
const fileKind = "fritidshub index 4\n"

// ErrSnapshot says that a snapshot file is not one that this engine can take over: of another version or fingerprint, cut or damaged.
var ErrSnapshot = errors.New("index: the snapshot is of no use")

// Save writes everything that the engine holds, with the change that it has reached. The fingerprint says by what taxonomy and analysis
// the documents were made; Load wants the same. Searches and changes go on meanwhile; what changes is not in the file.
func (e *Engine) Save(w io.Writer, fingerprint string) error {
	sn := e.now.Load()
	c := newSaver(w)
	views, names, change := sn.views, sn.values, sn.change
	header(c, &fingerprint, &change)
	for f := range names {
		list := names[f].names
		c.length(len(list), mostStrings)
		var all table
		for _, name := range list {
			add(&all, name)
		}
		c.table(&all)
	}
	c.length(len(views), mostViews)
	for i := range views {
		c.view(&views[i])
	}
	if err := c.end(); err != nil {
		return fmt.Errorf("index: save: %w", err)
	}
	return nil
}

// Load takes over what Save has written. Whatever is wrong with it is ErrSnapshot (or the reader's error) and leaves the engine as it was.
func (e *Engine) Load(r io.Reader, fingerprint string) error {
	views, dict, change, err := load(r, fingerprint)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSnapshot, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.dict = dict
	e.whole++
	e.publish(views, change)
	return nil
}

func load(r io.Reader, fingerprint string) (views []view, dict *dictionary, change int64, err error) {
	c := newLoader(r)
	told := ""
	header(c, &told, &change)
	if c.err == nil && told != fingerprint {
		return nil, nil, 0, fmt.Errorf("it is of %q, wanted is %q", told, fingerprint)
	}
	dict = newDictionary()
	for f := range dict.facets {
		n := c.length(0, mostStrings)
		var all table
		c.table(&all)
		if c.err == nil {
			if c.err = all.check(n); c.err == nil && (n == 0 || len(all.at(0)) > 0) {
				c.err = errors.New("the first value of a facet is none")
			}
		}
		for i := 1; i < n && c.err == nil; i++ {
			if int(dict.code(f, string(all.at(uint32(i))))) != i {
				c.err = errors.New("a facet's value comes twice")
			}
		}
	}
	for range c.length(0, mostViews) {
		v := view{seg: new(segment)}
		if c.view(&v); c.err != nil {
			break
		}
		views = append(views, v)
	}
	if err := c.end(); err != nil {
		return nil, nil, 0, err
	}
	if _, err := c.in.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, nil, 0, errors.New("something follows it")
	}
	names := dict.freeze()
	for i := range views {
		if err := views[i].check(&names); err != nil {
			return nil, nil, 0, err
		}
		views[i].seg.words.finish()
		views[i].seg.prepare()
		views[i].live = views[i].seg.n
		if dead := views[i].dead; dead != nil {
			views[i].live -= dead.count()
		}
	}
	return views, dict, change, nil
}

func header(c *codec, fingerprint *string, change *int64) {
	kind := []byte(fileKind)
	c.bytes(kind)
	if c.err == nil && string(kind) != fileKind {
		c.fail(fmt.Errorf("it begins with %q, wanted is %q", kind, fileKind))
	}
	c.text(fingerprint)
	n := uint64(*change)
	c.number(&n)
	*change = int64(n)
}

// view is all of a view but what derive makes.
func (c *codec) view(v *view) {
	s := v.seg
	numbers(c, (*[]uint64)(&v.dead))
	if n := c.length(s.n, never-1); c.in != nil {
		s.n = n
	}
	c.table(&s.ids)
	c.table(&s.titles)
	numbers(c, &s.byID)
	for f := range s.facets {
		numbers(c, &s.facets[f].ids.short)
		numbers(c, &s.facets[f].ids.long)
		top := uint64(s.facets[f].top)
		if c.number(&top); c.in != nil {
			s.facets[f].top = uint32(top)
		}
		numbers(c, &s.facets[f].off)
		numbers(c, &s.facets[f].codes)
	}
	numbers(c, &s.ageMin)
	numbers(c, &s.ageMax)
	numbers(c, &s.price)
	numbers(c, (*[]uint64)(&s.free))
	numbers(c, (*[]uint64)(&s.unpriced))
	numbers(c, &s.slots)
	numbers(c, &s.lat)
	numbers(c, &s.lon)
	numbers(c, &s.updated)
	numbers(c, &s.change)
	numbers(c, &s.ends)
	numbers(c, (*[]uint64)(&s.standing))
	bounds := make([]uint32, 0, 2*len(s.valid))
	for _, v := range s.valid {
		bounds = append(bounds, v.from, v.through)
	}
	numbers(c, &bounds)
	if c.in != nil {
		for pair := range slices.Chunk(bounds[:len(bounds)/2*2], 2) {
			s.valid = append(s.valid, validity{pair[0], pair[1]})
		}
	}
	numbers(c, &s.spanOff)
	numbers(c, &s.spanStart)
	numbers(c, &s.spanUntil)
	numbers(c, &s.spanSlot)
	c.lexicon(&s.words)
}

// lexicon is all of a lexicon but what its finish makes.
func (c *codec) lexicon(l *lexicon) {
	c.table(&l.terms)
	c.table(&l.folded)
	c.table(&l.stems)
	numbers(c, &l.docs)
	off := l.off[:max(len(l.off)-1, 0)] // finish adds the end
	numbers(c, &off)
	if c.in != nil {
		l.off = off
	}
	numbers(c, &l.postings)
}

var errParts = errors.New("its parts do not fit together")

func (t *table) check(n int) error {
	if t.len() != n {
		return errParts
	}
	return rising(t.off, len(t.text), n > 0)
}

// rising checks offsets: from 0 to end, never down. They may be missing when not needed.
func rising(off []uint32, end int, needed bool) error {
	if len(off) == 0 && !needed && end == 0 {
		return nil
	}
	if len(off) == 0 || off[0] != 0 || int(off[len(off)-1]) != end || !slices.IsSorted(off) {
		return errParts
	}
	return nil
}

// check makes sure that no search can reach beyond what is there.
func (v *view) check(names *[numFacets]values) error {
	s, words := v.seg, (v.seg.n+63)/64
	if len(v.dead) == 0 {
		v.dead = nil
	}
	for _, set := range []bitset{v.dead, s.free, s.unpriced, s.standing} {
		if set != nil && (len(set) != words || s.n%64 != 0 && set[words-1]>>(s.n%64) != 0) {
			return errParts
		}
	}
	for _, n := range []int{len(s.byID), len(s.ageMin), len(s.ageMax), len(s.price), len(s.lat), len(s.lon), len(s.updated), len(s.change), len(s.ends),
		len(s.valid), len(s.slots), len(s.spanOff) - 1} {
		if n != s.n {
			return errParts
		}
	}
	if len(s.spanStart) != len(s.spanUntil) || len(s.spanStart) != len(s.spanSlot) || slices.ContainsFunc(s.spanSlot, func(slot uint8) bool { return slot >= index.NumSlots }) {
		return errParts
	}
	if err := errors.Join(s.ids.check(s.n), s.titles.check(s.n), rising(s.spanOff, len(s.spanStart), true)); err != nil {
		return err
	}
	for i, d := range s.byID {
		if int(d) >= s.n || i > 0 && bytes.Compare(s.ids.at(s.byID[i-1]), s.ids.at(d)) >= 0 {
			return errParts
		}
	}
	for f := range s.facets {
		if err := s.facets[f].check(s.n, len(names[f].names)); err != nil {
			return err
		}
	}
	return s.words.check(s.n)
}

func (c *column) check(n, values int) error {
	if c.ids.len() != n || len(c.ids.short) > 0 && len(c.ids.long) > 0 || int(c.top) >= values || c.lists() == 0 && len(c.codes) > 0 {
		return errParts
	}
	for d := range uint32(n) {
		if int(c.ids.at(d)) > int(c.top)+c.lists() {
			return errParts
		}
	}
	for _, code := range c.codes {
		if code > c.top {
			return errParts
		}
	}
	return rising(c.off, len(c.codes), false)
}

func (l *lexicon) check(n int) error {
	terms := l.terms.len()
	if err := errors.Join(l.terms.check(terms), l.folded.check(terms), l.stems.check(terms)); err != nil {
		return err
	}
	if len(l.docs) != terms || len(l.off) != terms {
		return errParts
	}
	off := append(l.off, uint32(len(l.postings)))
	if err := rising(off, len(l.postings), true); err != nil {
		return err
	}
	for term := range terms {
		if !fit(l.postings[off[term]:off[term+1]], n) {
			return errParts
		}
	}
	return nil
}

// fit reports whether postings are whole, and all of documents below n.
func fit(postings []byte, n int) bool {
	d := uint64(0)
	for i := 0; i < len(postings); i++ { // the loop steps over the fields
		step := uint64(0)
		for shift := 0; ; shift += 7 {
			if i >= len(postings) || shift > 28 {
				return false
			}
			b := postings[i]
			i++
			step |= uint64(b&0x7f) << shift
			if b < 0x80 {
				break
			}
		}
		if d += step; d >= uint64(n) || i >= len(postings) {
			return false
		}
	}
	return true
}
