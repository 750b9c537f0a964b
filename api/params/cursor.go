package params

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"

	"fritidshub/index"
)

const (
	cursorVersion = 2
	cursorSum     = 12   // bytes of SHA-256
	maxCursor     = 4096 // characters
	maxOffset     = 10_000_000
)

// Cursor prints the place after a page, bound to this search by a checksum: it fits no other search, and not when altered. It also
// tells the second of Query.Now, so that what begins or ends during a walk is neither left out nor met again.
func (s *Search) Cursor(c index.Cursor) string {
	return Seal(s.identity(), binary.AppendUvarint(nil, uint64(c.Offset)), []byte(c.Key), []byte(c.ID), binary.AppendVarint(nil, s.Query.Now.Unix()))
}

// openCursor sets After and Now of the query, and reports whether the cursor is one of this search.
func (s *Search) openCursor(v string) bool {
	parts, ok := Open(s.identity(), v, 4)
	if !ok || !utf8.Valid(parts[1]) || !utf8.Valid(parts[2]) {
		return false
	}
	offset, n := binary.Uvarint(parts[0])
	now, m := binary.Varint(parts[3])
	if n != len(parts[0]) || offset > maxOffset || m != len(parts[3]) {
		return false
	}
	s.Query.After = &index.Cursor{Offset: int(offset), Key: string(parts[1]), ID: string(parts[2])}
	s.Query.Now = time.Unix(now, 0)
	return true
}

// identity is what makes a search the same one on its next page: everything but how it is shown.
func (s *Search) identity() string {
	same := url.Values{}
	for name, vs := range s.Values {
		switch name {
		case "limit", "facets", "lang":
		default:
			vs = slices.Clone(vs)
			slices.Sort(vs)
			same[name] = slices.Compact(vs)
		}
	}
	return same.Encode()
}

// Seal makes an opaque token of parts that Open accepts only with the same binding.
func Seal(binding string, parts ...[]byte) string {
	body := []byte{cursorVersion}
	for _, p := range parts {
		body = append(binary.AppendUvarint(body, uint64(len(p))), p...)
	}
	return base64.RawURLEncoding.EncodeToString(append(checksum(binding, body), body...))
}

// Open gives the n parts of a token of Seal, and false for a token that is altered, of another binding or of another version.
func Open(binding, token string, n int) ([][]byte, bool) {
	if len(token) > maxCursor {
		return nil, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) <= cursorSum {
		return nil, false
	}
	sum, body := raw[:cursorSum], raw[cursorSum:]
	if !bytes.Equal(sum, checksum(binding, body)) || body[0] != cursorVersion {
		return nil, false
	}
	body = body[1:]
	parts := make([][]byte, n)
	for i := range parts {
		size, used := binary.Uvarint(body)
		if used <= 0 || size > uint64(len(body)-used) {
			return nil, false
		}
		parts[i], body = body[used:used+int(size)], body[used+int(size):]
	}
	return parts, len(body) == 0
}

func checksum(binding string, body []byte) []byte {
	h := sha256.New()
	h.Write([]byte(binding))
	h.Write([]byte{0})
	h.Write(body)
	return h.Sum(nil)[:cursorSum]
}
