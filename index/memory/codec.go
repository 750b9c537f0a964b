package memory

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
)

// codec writes values to a snapshot file or reads them from one, so that one description of a structure serves for both. Numbers are
// little-endian, lists begin with their length. The first error stays, and nothing is read or written after it.
type codec struct {
	in  *bufio.Reader // nil: writing
	out *bufio.Writer
	sum hash.Hash32 // of all bytes so far
	buf []byte
	err error
}

const codecBuffer = 1 << 16 // bytes

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func newSaver(w io.Writer) *codec {
	return &codec{out: bufio.NewWriterSize(w, codecBuffer), sum: crc32.New(castagnoli), buf: make([]byte, codecBuffer)}
}

func newLoader(r io.Reader) *codec {
	return &codec{in: bufio.NewReaderSize(r, codecBuffer), sum: crc32.New(castagnoli), buf: make([]byte, codecBuffer)}
}

func (c *codec) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// bytes writes b or fills it.
func (c *codec) bytes(b []byte) {
	if c.err != nil {
		return
	}
	if c.out != nil {
		if _, err := c.out.Write(b); err != nil {
			c.fail(err)
		}
	} else if _, err := io.ReadFull(c.in, b); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		c.fail(err)
		return
	}
	c.sum.Write(b)
}

func (c *codec) number(n *uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], *n)
	c.bytes(b[:])
	if c.in != nil {
		*n = binary.LittleEndian.Uint64(b[:])
	}
}

// length writes n, or reads one of at most `most`.
func (c *codec) length(n, most int) int {
	l := uint64(n)
	c.number(&l)
	if c.err == nil && l > uint64(most) {
		c.fail(fmt.Errorf("a list of %d, at most %d are read", l, most))
	}
	if c.err != nil {
		return 0
	}
	return int(l)
}

const (
	mostValues  = 1 << 32 // of one list of numbers or bytes
	mostStrings = 1 << 24 // values of a facet
	mostText    = 1 << 16 // bytes of the fingerprint
	mostViews   = 1 << 12
)

func (c *codec) text(s *string) {
	b := make([]byte, c.length(len(*s), mostText))
	copy(b, *s)
	c.bytes(b)
	*s = string(b)
}

// numbers writes a list of numbers or reads one. A length is not believed: the list grows only with what is really there.
func numbers[T ~uint8 | ~uint16 | ~int16 | ~int32 | ~uint32 | ~int64 | ~uint64 | ~float64](c *codec, list *[]T) {
	var zero T
	size := binary.Size(zero)
	step := len(c.buf) / size
	total := c.length(len(*list), mostValues)
	if c.in != nil {
		*list = make([]T, 0, min(total, 16*codecBuffer))
	}
	for done := 0; done < total && c.err == nil; {
		n := min(step, total-done)
		raw := c.buf[:n*size]
		if c.out != nil {
			put((*list)[done:done+n], raw)
			c.bytes(raw)
		} else if c.bytes(raw); c.err == nil {
			if free := cap(*list) - len(*list); free < n {
				grown := make([]T, len(*list), min(total, 4*cap(*list)+n))
				copy(grown, *list)
				*list = grown
			}
			*list = (*list)[:done+n]
			get((*list)[done:], raw)
		}
		done += n
	}
}

func put[T any](list []T, raw []byte) {
	if _, err := binary.Encode(raw, binary.LittleEndian, list); err != nil {
		panic(err) // a list of numbers fits its own size
	}
}

func get[T any](list []T, raw []byte) {
	if _, err := binary.Decode(raw, binary.LittleEndian, list); err != nil {
		panic(err) // a list of numbers fits its own size
	}
}

func (c *codec) table(t *table) {
	numbers(c, &t.text)
	numbers(c, &t.off)
}

// end writes the checksum and what is still buffered, or compares the checksum.
func (c *codec) end() error {
	sum := c.sum.Sum32()
	told := uint64(sum)
	c.number(&told)
	if c.err == nil && c.in != nil && told != uint64(sum) {
		c.fail(errors.New("the checksum is wrong"))
	}
	if c.err == nil && c.out != nil {
		c.fail(c.out.Flush())
	}
	return c.err
}
