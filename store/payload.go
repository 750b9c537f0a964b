package store

import (
	"bytes"
	"compress/gzip"
	"io"
	"time"
)

// What is kept of a source's answers beside the newest good ones.
const (
	KeepPayloads     = 14 * 24 * time.Hour
	KeepPayloadBytes = 32 << 20 // of one source, compressed
)

// maxPayload bounds a body after decompression, in bytes: the hard ceiling of what a fetch reads.
const maxPayload = 64 << 20

// Payload is a kept body, compressed with gzip (RFC 1952), so that a run of many pages stays small.
type Payload []byte

// Pack compresses a body.
func Pack(body []byte) (Payload, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(body); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return bytes.Clone(b.Bytes()), nil
}

// Unpack gives the body, at most 64 MiB of it.
func (p Payload) Unpack() ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(p))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, maxPayload))
}
