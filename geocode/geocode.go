// Package geocode finds out where addresses are, by asking Kartverket's address register, and remembers the answers.
//
// It is off unless an editor turns it on. It never holds up a run: what is in the cache is filled in at once, the rest is asked for
// afterwards, one address at a time. Without a network nothing is found and nothing fails.
package geocode

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/places"
	"fritidshub/fetch"
)

// Kartverket is the address register's API; see README.md for what of it is verified. Its answers are to be credited to Kartverket.
const Kartverket = "https://ws.geonorge.no/adresser/v1"

// Bounds of a Client.
const (
	MaxWaiting = 10_000              // addresses waiting to be asked for; more are passed over until the next time they are met
	MaxAnswer  = 256 << 10           // bytes of one answer
	hits       = 20                  // addresses asked for at a time
	rest       = 30 * time.Minute    // after a failure
	again      = 90 * 24 * time.Hour // until an address that was not found is asked for anew
)

// Fetcher is what Client needs of fetch.Client, which keeps a second between the requests to one host and honours Retry-After.
type Fetcher interface {
	Get(ctx context.Context, r fetch.Request) (*fetch.Response, error)
}

// Client fills in where addresses are. It is safe for concurrent use.
type Client struct {
	fetcher Fetcher
	base    string
	cache   *Cache
	now     func() time.Time

	asking    sync.Mutex // one request at a time
	mu        sync.Mutex
	waiting   map[string]query
	restUntil time.Time
}

// query is one address to ask for.
type query struct {
	address    string // street and number as written
	number     string // of the municipality, may be empty
	postalCode string // may be empty
}

// New returns a Client that asks base ("" is Kartverket) by way of fetcher, and keeps the answers in cache.
func New(fetcher Fetcher, base string, cache *Cache, now func() time.Time) *Client {
	if base == "" {
		base = Kartverket
	}
	return &Client{fetcher: fetcher, base: strings.TrimRight(base, "/"), cache: cache, now: now, waiting: map[string]query{}}
}

// keyOf identifies an address: a street and number in a municipality or at a postal code; "" when the place does not say one.
func keyOf(p *catalog.Place) string {
	street, number := places.StreetKey(p.Address)
	if p.Online || street == "" || p.Municipality == "" && p.PostalCode == "" {
		return ""
	}
	return strings.Join([]string{p.Municipality, p.PostalCode, street, number}, "/")
}

// Known fills the position (and the postal code and municipality, where they are missing) of a place with a street and number, from
// answers that it has. It asks no one, and remembers what Ask is to ask for. It comes after places.Order, and a place that it has
// filled is to be completed again.
func (c *Client) Known(p *catalog.Place) bool {
	key := ""
	if p != nil && p.Geo == nil {
		key = keyOf(p)
	}
	if key == "" {
		return false
	}
	answer, ok := c.cache.get(key)
	if !ok || answer.none() && c.now().Sub(answer.At) > again {
		c.mu.Lock()
		if len(c.waiting) < MaxWaiting {
			c.waiting[key] = query{address: streetOf(p.Address), number: p.Municipality, postalCode: p.PostalCode}
		}
		c.mu.Unlock()
	}
	if !ok || answer.none() {
		return false
	}
	p.Geo = &catalog.Point{Lat: answer.Lat, Lon: answer.Lon}
	if p.PostalCode == "" {
		p.PostalCode = answer.PostalCode
	}
	if p.Municipality == "" {
		p.Municipality = answer.Municipality
	}
	return true
}

// Waiting is how many addresses Ask has to ask for.
func (c *Client) Waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.waiting)
}

// streetOf is the street and number of an address without floor and entrance.
func streetOf(address string) string {
	for _, piece := range strings.Split(address, ",") {
		if street, _ := places.StreetKey(piece); street != "" {
			return strings.TrimSpace(piece)
		}
	}
	return address
}

// Ask asks for what Known has met and not known, until nothing is left, the register fails or ctx ends. It tells how many were found.
func (c *Client) Ask(ctx context.Context) (found int) {
	c.asking.Lock()
	defer c.asking.Unlock()
	for ctx.Err() == nil {
		key, q, ok := c.next()
		if !ok {
			break
		}
		answer, err := c.lookUp(ctx, q)
		if err != nil {
			c.mu.Lock()
			c.restUntil = c.now().Add(rest)
			c.mu.Unlock()
			break
		}
		c.cache.put(key, answer)
		c.mu.Lock()
		delete(c.waiting, key)
		c.mu.Unlock()
		if !answer.none() {
			found++
		}
	}
	return found
}

// next is the first address in the order of the keys, so that a run can be repeated.
func (c *Client) next() (string, query, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 || c.now().Before(c.restUntil) {
		return "", query{}, false
	}
	first := ""
	for key := range c.waiting {
		if first == "" || key < first {
			first = key
		}
	}
	return first, c.waiting[first], true
}

// hit is one address of the register, as far as it is read.
type hit struct {
	Text         string `json:"adressetekst"`
	PostalCode   string `json:"postnummer"`
	Municipality string `json:"kommunenummer"`
	Point        *struct {
		Lat float64 `json:"lat"`
		Lon float64 `json:"lon"`
	} `json:"representasjonspunkt"`
}

var errAnswer = errors.New("geocode: the register's answer is not of the form we know")

// lookUp asks for one address. An address that is not there, or is there twice, is an answer; an error means that there was none.
func (c *Client) lookUp(ctx context.Context, q query) (Answer, error) {
	ask := url.Values{"sok": {q.address}, "treffPerSide": {strconv.Itoa(hits)}, "utkoordsys": {"4258"}}
	if q.number != "" {
		ask.Set("kommunenummer", q.number)
	} else {
		ask.Set("sok", q.address+" "+q.postalCode)
	}
	response, err := c.fetcher.Get(ctx, fetch.Request{URL: c.base + "/sok?" + ask.Encode(), Accept: "application/json", MaxBytes: MaxAnswer})
	var refused *fetch.Error
	switch {
	case errors.As(err, &refused) && (refused.Status == 400 || refused.Status == 404):
		return Answer{At: c.now()}, nil // this question it does not take; the next it may
	case err != nil:
		return Answer{}, err
	}
	var list struct {
		Hits *[]hit `json:"adresser"`
	}
	if err := json.Unmarshal(response.Body, &list); err != nil || list.Hits == nil {
		return Answer{}, errors.Join(errAnswer, err)
	}
	answer := choose(q, *list.Hits)
	answer.At = c.now()
	return answer, nil
}

// choose takes the hit that is the address asked for. Several are one answer only when they are at one place: entrances of one house.
func choose(q query, list []hit) Answer {
	street, number := places.StreetKey(q.address)
	var right []hit
	for _, h := range list {
		s, n := places.StreetKey(h.Text)
		plain := strings.TrimRight(n, "abcdefghijklmnopqrstuvwxyzæøå") == number // "12" asked for, 12 A and 12 B there
		if s != street || n != number && !plain || q.postalCode != "" && h.PostalCode != q.postalCode ||
			q.number != "" && h.Municipality != q.number || h.Point == nil {
			continue
		}
		if _, warning, ok := places.Repair(catalog.Point{Lat: h.Point.Lat, Lon: h.Point.Lon}); ok && warning == "" {
			right = append(right, h)
		}
	}
	if exact := slices.DeleteFunc(slices.Clone(right), func(h hit) bool { _, n := places.StreetKey(h.Text); return n != number }); len(exact) > 0 {
		right = exact
	}
	if len(right) == 0 || len(list) == hits && len(right) > 1 {
		return Answer{}
	}
	slices.SortFunc(right, func(a, b hit) int { return strings.Compare(a.Text+a.PostalCode, b.Text+b.PostalCode) })
	first := right[0]
	for _, h := range right {
		if h.PostalCode != first.PostalCode || h.Municipality != first.Municipality ||
			places.Metres(catalog.Point{Lat: h.Point.Lat, Lon: h.Point.Lon}, catalog.Point{Lat: first.Point.Lat, Lon: first.Point.Lon}) > places.Near {
			return Answer{}
		}
	}
	return Answer{Lat: first.Point.Lat, Lon: first.Point.Lon, PostalCode: first.PostalCode, Municipality: first.Municipality}
}
