// Package client reads the open API of a hub from the outside. It knows nothing of the hub's own code, only the contract, and needs nothing but
// the standard library.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// MaxAnswer is the largest answer that is read, in bytes.
const MaxAnswer = 16 << 20

// Client asks one hub. The zero value is not usable; New makes one.
type Client struct {
	base string
	http *http.Client
}

// New makes a client of the hub at base, such as https://aktiviteter.larvik.kommune.no. A nil HTTP client is one with a timeout of 30 seconds.
func New(base string, h *http.Client) *Client {
	if h == nil {
		h = &http.Client{Timeout: 30 * time.Second}
	}
	return &Client{base: strings.TrimRight(base, "/"), http: h}
}

// Count is one value of a facet.
type Count struct {
	Value    string `json:"value"`
	Label    string `json:"label"`
	Count    int    `json:"count"`
	Selected bool   `json:"selected"`
}

// Page is one page of hits.
type Page struct {
	Total   int                `json:"total"`
	Items   []Item             `json:"items"`
	Facets  map[string][]Count `json:"facets"`
	Next    string             `json:"next"` // relative address of the next page, empty on the last
	Without map[string]int     `json:"without"`
}

// Problem is a refusal as RFC 9457 says it.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// RetryAfter is how long the hub asks to be left alone; 0 when it does not.
	RetryAfter time.Duration `json:"-"`
}

// Error implements error.
func (p *Problem) Error() string {
	return fmt.Sprintf("hub answers %d %s: %s", p.Status, p.Title, p.Detail)
}

// Search asks for one page. The parameters are those of the open API; an error of the hub is a *Problem.
func (c *Client) Search(ctx context.Context, parameters url.Values) (*Page, error) {
	return c.page(ctx, "/api/v1/search?"+parameters.Encode())
}

// All yields every hit of a search, page by page. After an error nothing follows.
func (c *Client) All(ctx context.Context, parameters url.Values) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for next := "/api/v1/search?" + parameters.Encode(); next != ""; {
			page, err := c.page(ctx, next)
			if err != nil {
				yield(Item{}, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
			if page.Next == next {
				yield(Item{}, fmt.Errorf("hub at %s: a page points at itself", c.base))
				return
			}
			next = page.Next
		}
	}
}

// Listing gives one listing whole.
func (c *Client) Listing(ctx context.Context, id string) (*Item, error) {
	var item Item
	if err := c.get(ctx, "/api/v1/listings/"+url.PathEscape(id), &item); err != nil {
		return nil, err
	}
	return &item, nil
}

func (c *Client) page(ctx context.Context, address string) (*Page, error) {
	var page Page
	if err := c.get(ctx, address, &page); err != nil {
		return nil, err
	}
	return &page, nil
}

func (c *Client) get(ctx context.Context, address string, v any) error {
	return c.read(ctx, address, MaxAnswer, v)
}

func (c *Client) read(ctx context.Context, address string, most int64, v any) error {
	if !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
		return fmt.Errorf("hub at %s: %.100q is not an address on the hub", c.base, address)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+address, nil)
	if err != nil {
		return err
	}
	return c.do(req, most, v)
}

func (c *Client) do(req *http.Request, most int64, v any) error {
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var body bytes.Buffer
	body.Grow(int(min(max(resp.ContentLength, 0), most)) + bytes.MinRead)
	if _, err := body.ReadFrom(io.LimitReader(resp.Body, most+1)); err != nil {
		return err
	}
	if int64(body.Len()) > most {
		return fmt.Errorf("hub at %s: the answer is larger than %d bytes", c.base, most)
	}
	if resp.StatusCode != http.StatusOK {
		return problemOf(resp, body.Bytes())
	}
	if err := json.Unmarshal(body.Bytes(), v); err != nil {
		return fmt.Errorf("hub at %s: %w", c.base, err)
	}
	return nil
}

// maxProblem is the bytes of a refusal that are read.
const maxProblem = 64 << 10

func problemOf(resp *http.Response, body []byte) *Problem {
	p := &Problem{Title: http.StatusText(resp.StatusCode)}
	_ = json.Unmarshal(body, p) // a refusal without a readable body is a refusal all the same
	p.Status = resp.StatusCode
	if seconds, err := time.ParseDuration(resp.Header.Get("Retry-After") + "s"); err == nil {
		p.RetryAfter = seconds
	}
	return p
}
