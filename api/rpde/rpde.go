// Package rpde makes the pages of change feeds as Realtime Paged Data Exchange 1.0 of OpenActive has them, ordered by change number
// (https://openactive.io/realtime-paged-data-exchange/). It knows neither what the items are about nor HTTP.
package rpde

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/url"
	"strconv"
)

// Bounds of one page. A page ends at whichever comes first; it has at least one item when there is one.
const (
	MaxItems = 500
	MaxBytes = 8 << 20
)

// Parameter is the only one that a feed takes. Filters are part of the path.
const Parameter = "afterChangeNumber"

// Cache-Control of pages. A page with items may be old: what has changed since stands again later in the feed.
const (
	CachePage = "public, max-age=3600"
	CacheLast = "public, max-age=8" // there may be more at any time
)

// Item is one change.
type Item struct {
	Kind     string
	ID       string
	Modified int64           // the change number, greater than that of every item before it
	Data     json.RawMessage // sound JSON; nil: gone, or no longer of this feed
	Why      string          // of what is gone, why that is; empty: nothing is said of it
}

// Items is a stream of changes in the order of their change numbers. After an error nothing follows.
type Items = iter.Seq2[Item, error]

// Feed is one feed.
type Feed struct {
	URL     string // of its first page: absolute, without a query
	ID      string // of the counter that the change numbers are from: when it is another one, readers begin anew
	Licence string // address of the licence; empty: the items say it
	// Read gives the changes after a change number, at most limit of them; fewer only when there are no more.
	Read func(ctx context.Context, after int64, limit int) Items
}

// From is where a page begins.
type From struct {
	After int64
	Given bool // the address says so; else it is the first page
}

// QueryError says what is wrong with the query of a page's address.
type QueryError struct{ Parameter, Detail string }

// Error implements error.
func (e *QueryError) Error() string { return e.Detail }

// ParseQuery reads the query of a page's address. Its errors are QueryErrors.
func ParseQuery(raw string) (From, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return From{}, &QueryError{"", "the query cannot be read: " + err.Error()}
	}
	for name := range values {
		if name != Parameter {
			return From{}, &QueryError{name, fmt.Sprintf("%.40q is not a parameter of a change feed; there is only %s, and filters are part of the path", name, Parameter)}
		}
	}
	given, ok := values[Parameter]
	if !ok {
		return From{}, nil
	}
	after, err := strconv.ParseInt(given[0], 10, 64)
	if err != nil || after < 0 || len(given) > 1 {
		return From{}, &QueryError{Parameter, Parameter + " must be one whole number from 0 to 9223372036854775807, as the page before gives it in next"}
	}
	return From{after, true}, nil
}

// Page makes a page and gives the address of the next. The last one of a feed has no items and leads to itself.
func (f Feed) Page(ctx context.Context, from From) (body []byte, next string, last bool, err error) {
	var b bytes.Buffer
	head, err := json.Marshal(struct {
		Feed    string `json:"feed,omitzero"`
		Licence string `json:"license"`
	}{f.ID, f.Licence})
	if err != nil {
		return nil, "", false, err
	}
	b.Write(head[:len(head)-1])
	b.WriteString(`,"items":[`)
	var text []byte
	count, after := 0, from.After
	for item, err := range f.Read(ctx, from.After, MaxItems) {
		if err != nil {
			return nil, "", false, err
		}
		if item.Modified <= after {
			return nil, "", false, fmt.Errorf("rpde: change %d of %s comes after change %d", item.Modified, item.ID, after)
		}
		text = item.append(text[:0])
		if count > 0 {
			if b.Len()+len(text) > MaxBytes {
				break
			}
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		b.Write(text)
		after = item.Modified
		if count++; count == MaxItems {
			break
		}
	}
	next = f.next(from, after, count)
	b.WriteString("\n],\"next\":")
	b.Write(appendText(nil, next))
	b.WriteString("}\n")
	return b.Bytes(), next, count == 0, nil
}

// next is the address of the page after one of count items.
func (f Feed) next(from From, after int64, count int) string {
	if count == 0 && !from.Given {
		return f.URL
	}
	return f.URL + "?" + Parameter + "=" + strconv.FormatInt(after, 10)
}

// append adds the item to a page. Its data is taken as it is.
func (i Item) append(b []byte) []byte {
	state := `{"state":"updated","kind":`
	if i.Data == nil {
		state = `{"state":"deleted","kind":`
	}
	b = appendText(append(b, state...), i.Kind)
	b = appendText(append(b, `,"id":`...), i.ID)
	b = strconv.AppendInt(append(b, `,"modified":`...), i.Modified, 10)
	if i.Data == nil && i.Why != "" {
		b = appendText(append(b, `,"why":`...), i.Why)
	}
	if i.Data != nil {
		b = append(append(b, `,"data":`...), i.Data...)
	}
	return append(b, '}')
}

func appendText(b []byte, text string) []byte {
	quoted, _ := json.Marshal(text) // no text fails
	return append(b, quoted...)
}
