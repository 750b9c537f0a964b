package rpde_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fritidshub/api/rpde"
)

// book is a feed's content in memory: each id once, with its last change.
type book struct {
	change int64
	items  map[string]rpde.Item
}

func (b *book) put(id string, data string) {
	b.change++
	item := rpde.Item{Kind: "Listing", ID: id, Modified: b.change}
	if data != "" {
		item.Data = json.RawMessage(data)
	}
	b.items[id] = item
}

func (b *book) feed() rpde.Feed {
	return rpde.Feed{URL: "https://hub.example/rpde/listings", ID: "f1", Licence: "https://creativecommons.org/licenses/by/4.0/", Read: func(_ context.Context, after int64, limit int) rpde.Items {
		return func(yield func(rpde.Item, error) bool) {
			sorted := slices.SortedFunc(maps.Values(b.items), func(x, y rpde.Item) int { return int(x.Modified - y.Modified) })
			for _, item := range sorted {
				if item.Modified > after {
					if limit--; limit < 0 || !yield(item, nil) {
						return
					}
				}
			}
		}
	}}
}

type page struct {
	Next    string `json:"next"`
	License string `json:"license"`
	Feed    string `json:"feed"`
	Items   []struct {
		State    string          `json:"state"`
		Kind     string          `json:"kind"`
		ID       string          `json:"id"`
		Modified int64           `json:"modified"`
		Data     json.RawMessage `json:"data"`
	} `json:"items"`
}

type fataler interface {
	Helper()
	Fatal(...any)
}

// at asks for a page as a client does.
func at(t fataler, f rpde.Feed, address string) (page, bool) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	from, err := rpde.ParseQuery(u.RawQuery)
	if err != nil {
		t.Fatal(err)
	}
	body, next, last, err := f.Page(context.Background(), from)
	if err != nil {
		t.Fatal(err)
	}
	var p page
	if err := json.Unmarshal(body, &p); err != nil {
		t.Fatal(err)
	}
	if p.Next != next {
		t.Fatal("the page leads to", p.Next, "but is said to lead to", next)
	}
	return p, last
}

// TestWalk: whoever follows next while anything changes has in the end what the feed has, and the rules of the pages hold.
func TestWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := &book{items: map[string]rpde.Item{}}
		f := b.feed()
		next, got := f.URL, map[string]string{}
		write := func(t *rapid.T) {
			for range rapid.IntRange(1, 700).Draw(t, "writes") {
				id := fmt.Sprint("id", rapid.IntRange(0, 900).Draw(t, "id"))
				b.put(id, rapid.SampledFrom([]string{"", `{"a":1}`, `{"a":2}`}).Draw(t, "data"))
			}
		}
		read := func(t *rapid.T) (ended bool) {
			p, last := at(t, f, next)
			if last != (len(p.Items) == 0) || last != (p.Next == next) {
				t.Fatalf("last %v with %d items, next %s after %s", last, len(p.Items), p.Next, next)
			}
			if p.Feed != "f1" || p.License == "" || len(p.Items) > rpde.MaxItems {
				t.Fatalf("feed %q, licence %q, %d items", p.Feed, p.License, len(p.Items))
			}
			before := int64(0)
			for _, item := range p.Items {
				if item.Modified <= before || item.Kind != "Listing" || (item.State == "deleted") != (item.Data == nil) {
					t.Fatalf("item %+v after %d", item, before)
				}
				if before = item.Modified; item.State == "deleted" {
					delete(got, item.ID)
				} else {
					got[item.ID] = string(item.Data)
				}
			}
			next = p.Next
			return last
		}
		t.Repeat(map[string]func(*rapid.T){"write": write, "read": func(t *rapid.T) { read(t) }})
		for !read(t) {
		}
		want := map[string]string{}
		for id, item := range b.items {
			if item.Data != nil {
				want[id] = string(item.Data)
			}
		}
		if !maps.Equal(got, want) {
			t.Fatalf("a reader has %d items, the feed %d", len(got), len(want))
		}
	})
}

func TestLastPage(t *testing.T) {
	b := &book{items: map[string]rpde.Item{}}
	for address, want := range map[string]string{
		"https://hub.example/rpde/listings":                                    "https://hub.example/rpde/listings",
		"https://hub.example/rpde/listings?afterChangeNumber=0":                "https://hub.example/rpde/listings?afterChangeNumber=0",
		"https://hub.example/rpde/listings?afterChangeNumber=9007199254740991": "https://hub.example/rpde/listings?afterChangeNumber=9007199254740991",
	} {
		if p, last := at(t, b.feed(), address); !last || p.Next != want || p.Items == nil {
			t.Errorf("%s: last %v, next %s, items %v", address, last, p.Next, p.Items)
		}
	}
	b.put("a", `{}`)
	if p, last := at(t, b.feed(), "https://hub.example/rpde/listings"); last || p.Next != "https://hub.example/rpde/listings?afterChangeNumber=1" {
		t.Errorf("last %v, next %s", last, p.Next)
	}
}

func TestParseQuery(t *testing.T) {
	for raw, parameter := range map[string]string{
		"source=x": "source", "afterChangeNumber=1&limit=2": "limit", "afterChangeNumber=": "afterChangeNumber", "afterChangeNumber=-1": "afterChangeNumber",
		"afterChangeNumber=1.5": "afterChangeNumber", "afterChangeNumber=9223372036854775808": "afterChangeNumber", "afterChangeNumber=1&afterChangeNumber=2": "afterChangeNumber",
		"afterchangenumber=1": "afterchangenumber", "afterTimestamp=1": "afterTimestamp", "%zz": "", "afterChangeNumber=1;2": "",
	} {
		var bad *rpde.QueryError
		if from, err := rpde.ParseQuery(raw); !errors.As(err, &bad) || bad.Parameter != parameter {
			t.Errorf("%q: %+v, error %v", raw, from, err)
		}
	}
	for raw, want := range map[string]rpde.From{"": {}, "afterChangeNumber=0": {After: 0, Given: true}, "afterChangeNumber=9007199254740991": {After: 9007199254740991, Given: true}} {
		if from, err := rpde.ParseQuery(raw); err != nil || from != want {
			t.Errorf("%q: %+v, error %v", raw, from, err)
		}
	}
}

// TestPageIsBounded: large items make shorter pages, and one that is too large by itself still comes.
func TestPageIsBounded(t *testing.T) {
	b := &book{items: map[string]rpde.Item{}}
	large := `"` + strings.Repeat("x", rpde.MaxBytes/3) + `"`
	for i := range 5 {
		b.put(fmt.Sprint(i), large)
	}
	b.put("over", `"`+strings.Repeat("x", rpde.MaxBytes)+`"`)
	b.put("z", `{}`)
	var sizes []int
	f := b.feed()
	for next, last := f.URL, false; !last; {
		var p page
		p, last = at(t, f, next)
		sizes, next = append(sizes, len(p.Items)), p.Next
	}
	if !slices.Equal(sizes, []int{2, 2, 1, 1, 1, 0}) {
		t.Errorf("pages have %v items", sizes)
	}
}

func TestPageFails(t *testing.T) {
	gone := errors.New("gone")
	for name, items := range map[string][]rpde.Item{"error": nil, "order": {{ID: "a", Modified: 2}, {ID: "b", Modified: 2}}} {
		f := rpde.Feed{Read: func(context.Context, int64, int) rpde.Items {
			return func(yield func(rpde.Item, error) bool) {
				for _, item := range items {
					if !yield(item, nil) {
						return
					}
				}
				if items == nil {
					yield(rpde.Item{}, gone)
				}
			}
		}}
		if _, _, _, err := f.Page(t.Context(), rpde.From{}); err == nil || (name == "error") != errors.Is(err, gone) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{"", "afterChangeNumber=1", "afterChangeNumber=%31", "a=b", "%", "afterChangeNumber=-0", "afterChangeNumber=+1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		from, err := rpde.ParseQuery(raw)
		var bad *rpde.QueryError
		if err != nil && !errors.As(err, &bad) || from.After < 0 || err != nil && from != (rpde.From{}) {
			t.Errorf("%q: %+v, %v", raw, from, err)
		}
	})
}
