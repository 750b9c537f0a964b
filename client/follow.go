package client

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Feed names a change feed of a hub.
type Feed string

// The feeds that every hub has.
const (
	Listings   Feed = "/rpde/listings"   // every listing whole, as schema.org JSON-LD
	Records    Feed = "/rpde/records"    // what hubs exchange
	OpenActive Feed = "/rpde/openactive" // what OpenActive's model has words for
)

// In is the part of a feed that is in a municipality, by its number of four digits.
func (f Feed) In(municipality string) Feed {
	return Feed("/rpde/municipality/" + municipality + strings.TrimPrefix(string(f), "/rpde"))
}

// Place is where in a feed a reader stands. The zero value is the beginning. It is to be kept together with what was made of the changes.
type Place struct {
	Feed   string `json:"feed"`   // of the numbers; when a hub has another, everything is read anew
	Change int64  `json:"change"` // the last change that was seen
}

// Change is one change of a feed.
type Change struct {
	ID      string
	Kind    string
	Number  int64
	Deleted bool
	Data    json.RawMessage // nil when deleted
	Place   Place           // where a reader stands who has taken it
}

// MaxPage is the largest page of a feed that is read, in bytes.
const MaxPage = 32 << 20

// ErrFeedChanged says that the numbers of a feed are given anew, such as after the hub was restored from a copy: what is known of it must be
// thrown away, and the feed be read from the beginning.
var ErrFeedChanged = errors.New("the hub's change numbers are given anew: begin at the beginning")

// Follow yields the changes of a feed after a place, to the end of the feed as it is now; later the Place of the last one is where to go on.
// Every change counts in place of all before it with the same id. After an error nothing follows.
func (c *Client) Follow(ctx context.Context, feed Feed, from Place) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		for {
			page, err := c.feedPage(ctx, feed, from.Change)
			if err == nil && from.Feed != "" && page.Feed != from.Feed {
				err = fmt.Errorf("%s of the hub at %s: %w", feed, c.base, ErrFeedChanged)
			}
			if err != nil {
				yield(Change{}, err)
				return
			}
			for _, item := range page.Items {
				if item.Modified <= from.Change {
					yield(Change{}, fmt.Errorf("%s of the hub at %s: change %d comes after change %d", feed, c.base, item.Modified, from.Change))
					return
				}
				from = Place{page.Feed, item.Modified}
				change := Change{ID: item.ID, Kind: item.Kind, Number: item.Modified, Deleted: item.State == "deleted", Data: item.Data, Place: from}
				if !yield(change, nil) {
					return
				}
			}
			if len(page.Items) == 0 { // numbers alone lead on, so next is not needed
				return
			}
		}
	}
}

type feedPage struct {
	Feed  string `json:"feed"`
	Items []struct {
		State    string          `json:"state"`
		Kind     string          `json:"kind"`
		ID       string          `json:"id"`
		Modified int64           `json:"modified"`
		Data     json.RawMessage `json:"data"`
	} `json:"items"`
}

func (c *Client) feedPage(ctx context.Context, feed Feed, after int64) (*feedPage, error) {
	address := string(feed)
	if after > 0 {
		address += "?afterChangeNumber=" + strconv.FormatInt(after, 10)
	}
	var page feedPage
	if err := c.read(ctx, address, MaxPage, &page); err != nil {
		return nil, err
	}
	return &page, nil
}

// State is how far the feeds of a hub reach.
type State struct {
	Feed     string `json:"feed"`
	Listings int64  `json:"listings"` // the last change number of Listings and OpenActive
	Records  int64  `json:"records"`  // the last change number of Records
}

// watchWithin is how long a hub may say nothing at all before the connection counts as dead.
const watchWithin = time.Minute

// Watch yields how far the feeds of a hub reach: at once, and whenever that moves. It ends with an error when the connection does; who
// wants to go on calls it again, not at once.
func (c *Client) Watch(ctx context.Context) iter.Seq2[State, error] {
	return func(yield func(State, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		resp, err := c.open(ctx, "/api/v1/changes", "text/event-stream")
		if err != nil {
			yield(State{}, err)
			return
		}
		defer resp.Body.Close()
		alive := time.AfterFunc(watchWithin, cancel)
		defer alive.Stop()
		lines := bufio.NewScanner(resp.Body)
		for lines.Scan() {
			alive.Reset(watchWithin)
			text, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			var state State
			if err := json.Unmarshal([]byte(text), &state); err != nil {
				yield(State{}, fmt.Errorf("hub at %s: %w", c.base, err))
				return
			}
			if !yield(state, nil) {
				return
			}
		}
		err = lines.Err()
		if err == nil {
			err = io.ErrUnexpectedEOF
		}
		yield(State{}, fmt.Errorf("hub at %s: the connection ended: %w", c.base, err))
	}
}

// Dump is everything that a hub has, as it was at Place.
type Dump struct {
	Place Place // of Listings: where to go on
	Items iter.Seq2[Item, error]

	body io.Closer
}

// Close ends the reading.
func (d *Dump) Close() error { return d.body.Close() }

// maxLine is the bytes of one listing of a dump.
const maxLine = 4 << 20

// Dump asks for all current listings at once. Items can be read once; after an error nothing follows. Who asked closes it.
func (c *Client) Dump(ctx context.Context) (*Dump, error) {
	resp, err := c.open(ctx, "/api/v1/dump.ndjson.gz", "application/gzip") //nolint:bodyclose // Dump.Close does
	if err != nil {
		return nil, err
	}
	change, err := strconv.ParseInt(resp.Header.Get("X-Change-Number"), 10, 64)
	if err != nil {
		resp.Body.Close()
		return nil, fmt.Errorf("hub at %s: the dump does not say at which change it stands", c.base)
	}
	items := func(yield func(Item, error) bool) {
		zip, err := gzip.NewReader(resp.Body)
		if err != nil {
			yield(Item{}, err)
			return
		}
		lines := bufio.NewScanner(zip)
		lines.Buffer(nil, maxLine)
		for lines.Scan() {
			var item Item
			if err := json.Unmarshal(lines.Bytes(), &item); err != nil {
				yield(Item{}, fmt.Errorf("hub at %s: %w", c.base, err))
				return
			}
			if !yield(item, nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(Item{}, err)
		}
	}
	return &Dump{Place: Place{resp.Header.Get("X-Feed"), change}, Items: items, body: resp.Body}, nil
}

// open asks for what is read bit by bit, for as long as that takes. An answer other than 200 is a *Problem.
func (c *Client) open(ctx context.Context, address, accept string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", accept)
	patient := *c.http
	patient.Timeout = 0
	resp, err := patient.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		defer resp.Body.Close()
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxProblem))
		return nil, problemOf(resp, body)
	}
	return resp, nil
}

// Verdict is what a hub says of one item that was offered to it.
type Verdict struct {
	ID       string   `json:"id"`
	Index    int      `json:"index"`
	Verdict  string   `json:"verdict"` // accepted, deleted, skipped or rejected
	Title    string   `json:"title"`
	Listing  string   `json:"listing"`
	Field    string   `json:"field"`
	Reason   string   `json:"reason"`
	Warnings []string `json:"warnings"`
}

// Contract is what a hub would accept of a feed.
type Contract struct {
	URL      string    `json:"url"`
	Error    string    `json:"error"`
	Items    int       `json:"items"`
	Accepted int       `json:"accepted"`
	Deleted  int       `json:"deleted"`
	Skipped  int       `json:"skipped"`
	Rejected int       `json:"rejected"`
	Warnings []string  `json:"warnings"`
	Results  []Verdict `json:"results"`
}

// Offer asks the hub what it would accept of the feed at an address. Nothing is stored.
func (c *Client) Offer(ctx context.Context, address string) (*Contract, error) {
	body, err := json.Marshal(map[string]string{"url": address})
	if err != nil {
		return nil, err
	}
	return c.offer(ctx, body)
}

// OfferPage asks the hub what it would accept of a page of a feed. Nothing is stored.
func (c *Client) OfferPage(ctx context.Context, page []byte) (*Contract, error) {
	return c.offer(ctx, page)
}

func (c *Client) offer(ctx context.Context, body []byte) (*Contract, error) {
	address, err := url.JoinPath(c.base, "/api/v1/contract")
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	var answer Contract
	return &answer, c.do(req, MaxAnswer, &answer)
}
