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
	Why     string          // of what is deleted: WhyLeave, or empty when it is just gone
	Data    json.RawMessage // an object; nil when deleted
	Place   Place           // where a reader stands who has taken it
	// Fault names the member of the item that cannot be used: id, state or data. Such a change is to be passed over; empty for all others.
	Fault string
}

// WhyLeave says of a change that the hub may not pass the thing on any more, though it has it still.
const WhyLeave = "leave"

// FeedPage is one page of a feed.
type FeedPage struct {
	Changes []Change
	Place   Place // where a reader stands who has taken it
	Last    bool  // there is no more now
}

// Bounds of a feed.
const (
	MaxPage = 32 << 20 // bytes of one page
	maxFeed = 100      // bytes of the id of a feed
	maxIdle = 3        // pages in a row that have nothing and lead on
)

// ErrFeedChanged says that the numbers of a feed are given anew, such as after the hub was restored from a copy: what is known of it must be
// thrown away, and the feed be read from the beginning.
var ErrFeedChanged = errors.New("the hub's change numbers are given anew: begin at the beginning")

// ErrIdle says that a feed has pages without changes, one after another. What was read holds.
var ErrIdle = fmt.Errorf("%d pages without changes, one after another", maxIdle)

// PageError says what is wrong with a page of a feed as a whole.
type PageError struct {
	URL    string
	Member string // that is at fault; empty: it is no page at all
	Detail string
}

// Error implements error.
func (e *PageError) Error() string { return fmt.Sprintf("%s: %s %s", e.URL, e.Member, e.Detail) }

// Follow yields the changes of a feed after a place, to the end of the feed as it is now; later the Place of the last one is where to go on.
// Every change counts in place of all before it with the same id. After an error nothing follows.
func (c *Client) Follow(ctx context.Context, feed Feed, from Place) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		for page, err := range c.Pages(ctx, feed, from) {
			if err != nil {
				yield(Change{}, err)
				return
			}
			for _, change := range page.Changes {
				if !yield(change, nil) {
					return
				}
			}
		}
	}
}

// Pages is Follow page by page, the last one, which has no changes, among them. The numbers of the changes lead on, wherever the hub says that
// its next page is: a hub that does not know its own address can be read all the same, and none sends its readers elsewhere. With ErrFeedChanged
// comes where the feed begins that has taken the place of the other.
func (c *Client) Pages(ctx context.Context, feed Feed, from Place) iter.Seq2[FeedPage, error] {
	return func(yield func(FeedPage, error) bool) {
		for idle := 0; ; {
			page, err := c.feedPage(ctx, feed, from)
			if idle++; len(page.Changes) > 0 {
				idle = 0
			}
			if err == nil && idle >= maxIdle && !page.Last {
				err = fmt.Errorf("%s of the hub at %s: %w", feed, c.base, ErrIdle)
			}
			if !yield(page, err) || err != nil || page.Last {
				return
			}
			from = page.Place
		}
	}
}

type feedPage struct {
	Feed  string     `json:"feed"`
	Next  string     `json:"next"`
	Items []feedItem `json:"items"`
}

type feedItem struct {
	State    string          `json:"state"`
	Kind     string          `json:"kind"`
	ID       string          `json:"id"`
	Modified int64           `json:"modified"`
	Why      string          `json:"why"`
	Data     json.RawMessage `json:"data"`
}

func (c *Client) feedPage(ctx context.Context, feed Feed, from Place) (FeedPage, error) {
	address := string(feed)
	if from.Change > 0 {
		address += "?" + afterParameter + "=" + strconv.FormatInt(from.Change, 10)
	}
	bad := func(member, detail string, values ...any) (FeedPage, error) {
		return FeedPage{}, &PageError{c.base + address, member, fmt.Sprintf(detail, values...)}
	}
	var page feedPage
	err := c.read(ctx, address, MaxPage, &page)
	var text *json.SyntaxError
	var member *json.UnmarshalTypeError // of the wrong sort; the others are read
	switch {
	case errors.As(err, &text):
		return bad("", "is not JSON: %v", err)
	case err != nil && !errors.As(err, &member):
		return FeedPage{}, err
	case page.Items == nil:
		return bad("items", "is not a list")
	case page.Next == "":
		return bad("next", "is missing")
	case len(page.Feed) > maxFeed:
		return bad("feed", "is of %d bytes", len(page.Feed))
	case from.Feed != "" && page.Feed != from.Feed:
		return FeedPage{Place: Place{Feed: page.Feed}}, fmt.Errorf("%s of the hub at %s: %w", feed, c.base, ErrFeedChanged)
	}
	out := FeedPage{Place: Place{page.Feed, from.Change}, Changes: make([]Change, len(page.Items))}
	for i, item := range page.Items {
		out.Place.Change = max(out.Place.Change, item.Modified)
		out.Changes[i] = item.change(out.Place)
	}
	out.Place.Change = max(out.Place.Change, afterOf(page.Next))
	moved := out.Place.Change > from.Change
	if len(out.Changes) > 0 && !moved {
		return bad("modified", "does not lead on from %d", from.Change)
	}
	out.Last = !moved
	return out, nil
}

// change is the item as one of the feed, read by who then stands at a place.
func (i *feedItem) change(at Place) Change {
	c := Change{ID: i.ID, Kind: i.Kind, Number: i.Modified, Deleted: i.State == "deleted", Place: at}
	switch object := len(i.Data) > 0 && i.Data[0] == '{'; {
	case i.ID == "":
		c.Fault = "id"
	case c.Deleted:
		c.Why = i.Why
	case i.State != "updated":
		c.Fault = "state"
	case !object:
		c.Fault = "data"
	default:
		c.Data = i.Data
	}
	return c
}

// afterParameter is the parameter of a feed that says where a page begins.
const afterParameter = "afterChangeNumber"

// afterOf is the change number behind which a page begins; 0 when its address has none.
func afterOf(address string) int64 {
	u, err := url.Parse(address)
	if err != nil {
		return 0
	}
	n, _ := strconv.ParseInt(u.Query().Get(afterParameter), 10, 64)
	return n
}

// State is how far the feeds of a hub reach.
type State struct {
	Feed     string `json:"feed"`
	Listings int64  `json:"listings"` // the last change number of Listings and OpenActive
	Records  int64  `json:"records"`  // the last change number of Records
}

// Bounds of listening to a hub.
const (
	watchWithin = time.Minute // that it may say nothing at all before the connection counts as dead
	maxChatter  = 64 << 10    // bytes between one State and the next
)

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
		chatter := 0
		for lines.Scan() {
			alive.Reset(watchWithin)
			text, ok := strings.CutPrefix(lines.Text(), "data: ")
			if chatter += len(lines.Text()) + 1; chatter > maxChatter {
				yield(State{}, fmt.Errorf("hub at %s: much is said and no news", c.base))
				return
			}
			if !ok {
				continue
			}
			chatter = 0
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
