package merge

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// ErrFeatures says that features were written by another Version, or are no features.
var ErrFeatures = errors.New("merge: features of another version")

// Features writes what is known of the record, its ref apart, in some 200 bytes: Version, then the fields in the order of code. Whole numbers
// are varints (zig-zag), hashes eight bytes, texts and lists come after their lengths.
func (it *Item) Features() []byte {
	c := coder{b: append(make([]byte, 0, 512), Version)}
	it.code(&c)
	return bytes.Clone(c.b) // many of them wait to be written
}

// ReadFeatures gives the item of a record of which Features were kept. The error is ErrFeatures.
func ReadFeatures(ref Ref, features []byte) (*Item, error) {
	if len(features) == 0 || features[0] != Version {
		return nil, ErrFeatures
	}
	it := &Item{Ref: ref}
	c := coder{b: features[1:], text: string(features[1:]), reading: true}
	it.code(&c)
	if c.bad || len(c.b) > 0 || len(it.title) > maxWords {
		return nil, ErrFeatures
	}
	return it, nil
}

// code reads or writes the fields, each once, so that the two cannot differ.
func (it *Item) code(c *coder) {
	m := &it.marks
	c.hash(&it.origin)
	c.hash(&it.feed)
	c.hash(&it.whole)
	c.hash(&it.line)
	c.hash(&it.street)
	c.hash(&it.text)
	c.hash(&m.head)
	c.flags(&it.guess, &it.online, &it.allDay, &it.more)
	c.flags(&m.years, &m.adapted, &m.extra, &m.copy, &m.moved, &m.newDate, &m.doors, &m.notice, &m.club, &m.call, &m.work)
	c.string((*string)(&it.kind))
	c.words(&it.title)
	c.words(&it.org)
	c.words(&it.place)
	c.words(&m.topic)
	integer(c, &it.bare)
	c.string(&it.orgNo)
	c.string(&it.area)
	list(c, &it.towns, c.string)
	rising(c, &it.starts)
	rising(c, &it.slots)
	list(c, &it.links, c.hash)
	integer(c, &it.was)
	integer(c, &it.length)
	integer(c, &it.days)
	integer(c, &it.price)
	integer(c, &m.gender)
	integer(c, &m.team)
	integer(c, &m.level)
	integer(c, &m.part)
	integer(c, &m.ages.min)
	integer(c, &m.ages.max)
	integer(c, &m.role)
	integer(c, &m.language)
	integer(c, &m.audience)
	for i := range m.variants {
		integer(c, &m.variants[i])
	}
}

// coder reads fields from b, or writes them after it.
type coder struct {
	b       []byte
	text    string // b as it was, when reading: the texts are parts of it
	reading bool
	bad     bool
}

func (c *coder) words(v *[]word) { list(c, v, c.word) }

func (c *coder) word(w *word) {
	integer(c, &w.sort)
	c.flags(&w.club)
	c.string(&w.full)
	rest := 0 // of full that text has not; most words are without an ending, or it is only left out
	if n := len(w.text); !c.reading && (n > len(w.full) || w.full[:n] != w.text) {
		rest = -1
	} else if !c.reading {
		rest = len(w.full) - n
	}
	integer(c, &rest)
	switch {
	case rest < 0:
		c.string(&w.text)
	case rest > len(w.full):
		c.bad = true
	case c.reading:
		w.text = w.full[:len(w.full)-rest]
	}
}

func (c *coder) hash(v *uint64) {
	switch {
	case !c.reading:
		c.b = binary.LittleEndian.AppendUint64(c.b, *v)
	case len(c.b) < 8:
		c.bad = true
	default:
		*v, c.b = binary.LittleEndian.Uint64(c.b), c.b[8:]
	}
}

func (c *coder) string(s *string) {
	n := len(*s)
	integer(c, &n)
	switch {
	case !c.reading:
		c.b = append(c.b, *s...)
	case n < 0 || n > len(c.b):
		c.bad = true
	default:
		at := len(c.text) - len(c.b)
		*s, c.b = c.text[at:at+n], c.b[n:]
	}
}

// flags are bits of one number, the first the lowest.
func (c *coder) flags(list ...*bool) {
	bits := 0
	for i, v := range list {
		if *v {
			bits |= 1 << i
		}
	}
	integer(c, &bits)
	for i, v := range list {
		*v = bits>>i&1 == 1
	}
}

func integer[T ~int | ~uint8 | ~uint16 | ~int16 | ~int32 | ~int64](c *coder, v *T) {
	if !c.reading {
		c.b = binary.AppendVarint(c.b, int64(*v))
		return
	}
	x, n := binary.Varint(c.b)
	if n <= 0 || int64(T(x)) != x {
		c.bad = true
		return
	}
	*v, c.b = T(x), c.b[n:]
}

func list[T any](c *coder, v *[]T, each func(*T)) {
	n := len(*v)
	integer(c, &n)
	if c.reading {
		if n < 0 || n > len(c.b) { // an element takes a byte at least
			c.bad = true
			return
		}
		if n > 0 {
			*v = make([]T, n)
		}
	}
	for i := range *v {
		if c.bad {
			return
		}
		each(&(*v)[i])
	}
}

// rising is a list of numbers, each given by how far it is from the one before.
func rising[T ~uint16 | ~int32](c *coder, v *[]T) {
	last := int64(0)
	list(c, v, func(x *T) {
		step := int64(*x) - last
		integer(c, &step)
		last += step
		c.bad = c.bad || int64(T(last)) != last
		*x = T(last)
	})
}
