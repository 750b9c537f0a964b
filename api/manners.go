package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/time/rate"

	"fritidshub/api/export"
	"fritidshub/api/openapi"
)

// typeOpenAPI is what the contract is, for those whom a link tells of it.
const typeOpenAPI = "application/openapi+json;version=3.1"

// keyHeader is where a client shows its key.
const keyHeader = "X-API-Key"

// Key raises the limit of those who have it. Only its SHA-256 is known.
type Key struct {
	Hash [sha256.Size]byte
	RateLimit
}

// ParseKeys reads keys as an operator writes them: the SHA-256 of each key in hexadecimal, =N behind it when it may ask N times a second
// rather than perSecond, commas between them. What it has with a key at once is three seconds' worth.
func ParseKeys(text string, perSecond float64) ([]Key, error) {
	var out []Key
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		sum, times, given := strings.Cut(part, "=")
		raw, err := hex.DecodeString(strings.TrimSpace(sum))
		if err != nil || len(raw) != sha256.Size {
			return nil, fmt.Errorf("key %d is not the SHA-256 of a key, 64 hexadecimal digits", len(out)+1)
		}
		k := Key{Hash: [sha256.Size]byte(raw), RateLimit: RateLimit{PerSecond: perSecond}}
		if given {
			n, err := strconv.Atoi(strings.TrimSpace(times))
			if err != nil || n < 1 || n > 1_000_000 {
				return nil, fmt.Errorf("key %d: %q is not a number of requests a second", len(out)+1, times)
			}
			k.PerSecond = float64(n)
		}
		k.Burst = int(3 * k.PerSecond)
		out = append(out, k)
	}
	return out, nil
}

// heldKey is a key with what is left to it.
type heldKey struct {
	Key
	bucket *rate.Limiter
}

type keyring []heldKey

func newKeyring(keys []Key) keyring {
	out := make(keyring, len(keys))
	for i, k := range keys {
		out[i] = heldKey{k, rate.NewLimiter(rate.Limit(k.PerSecond), k.Burst)}
	}
	return out
}

// find gives the key that is shown, nil for any other. It takes as long whichever it is.
func (r keyring) find(shown string) *heldKey {
	if shown == "" || len(r) == 0 {
		return nil
	}
	sum := sha256.Sum256([]byte(shown))
	var found *heldKey
	for i := range r {
		if subtle.ConstantTimeCompare(sum[:], r[i].Hash[:]) == 1 {
			found = &r[i]
		}
	}
	return found
}

// retiring are the routes of which the contract says that they are to go, as New names them.
func retiring(contract *openapi.Document) map[string]openapi.Retirement {
	out := map[string]openapi.Retirement{}
	for _, p := range contract.Paths {
		if o := p.Value.Get; o != nil && o.Retirement != nil {
			out[strings.NewReplacer("{", ":", "}", "").Replace(p.Name)] = *o.Retirement
		}
	}
	return out
}

// announce tells of an address that it is to go, as RFC 9745 and RFC 8594 have it.
func announce(r openapi.Retirement, h http.Header, linked func(path string) string) {
	h.Set("Deprecation", "@"+strconv.FormatInt(r.Since.Unix(), 10))
	if !r.Sunset.IsZero() {
		h.Set("Sunset", r.Sunset.UTC().Format(http.TimeFormat))
	}
	h.Add("Link", "<"+linked("/docs#changes")+`>; rel="deprecation"; type="text/html"`)
	if r.Successor != "" {
		h.Add("Link", "<"+linked(r.Successor)+`>; rel="successor-version"`)
	}
}

// longestLinked is how long, in bytes, the query of a search may be for its answer to repeat it, for each of the formats once more.
const longestLinked = 400

// searchLinks are the links of one page of a search: the next one, itself by the query that it was asked for with, and the search in the
// other formats.
func (s *server) searchLinks(next, query, search string) []string {
	var out []string
	link := func(target, rel string) {
		out = append(out, "<"+s.linked(strings.TrimSuffix(target, "?"))+`>; rel="`+rel+`"`)
	}
	if next != "" {
		link(next, "next")
	}
	if len(query) > longestLinked || strings.ContainsAny(query, "<> \"") {
		return out
	}
	link("/api/v1/search?"+query, "self")
	formats := export.Formats()
	for _, name := range searchExports() {
		media, _, _ := strings.Cut(formats[name].MediaType, ";")
		link("/api/v1/search."+name+"?"+search, `alternate"; type="`+media)
	}
	return out
}
