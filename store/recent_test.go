package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"fritidshub/catalog"
	"fritidshub/store"
)

// book is Listings in memory that counts what is read by id.
type book struct {
	store.Listings
	change int64
	states map[string]catalog.ListingState
	read   int
}

func (b *book) put(id, title string, live bool) {
	b.change++
	l := catalog.ListingState{Change: b.change, Hidden: !live}
	l.ID, l.Title = id, title
	b.states[id] = l
}

func (b *book) Change(context.Context) (int64, error) { return b.change, nil }

func (b *book) Changes(_ context.Context, after int64, _ int, f func(catalog.ListingState) error) error {
	for _, l := range b.states {
		if l.Change > after {
			if err := f(l); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *book) ListingsByID(_ context.Context, ids []string) (out []catalog.ListingState, _ error) {
	for _, id := range ids {
		b.read++
		if l, ok := b.states[id]; ok && l.Live() {
			out = append(out, l)
		}
	}
	return out, nil
}

func titles(t *testing.T, l store.Listings, ids ...string) []string {
	t.Helper()
	found, err := l.ListingsByID(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range found {
		out = append(out, f.Title)
	}
	return out
}

func TestRecent(t *testing.T) {
	b := &book{states: map[string]catalog.ListingState{}}
	b.put("a", "Sjakk", true)
	b.put("b", "Kor", true)
	r := store.NewRecent(b, 100)
	for range 3 {
		if got := titles(t, r, "b", "x", "a"); !slices.Equal(got, []string{"Kor", "Sjakk"}) {
			t.Fatalf("got %v", got)
		}
	}
	if b.read != 3+2 { // what does not exist is asked for every time
		t.Errorf("%d reads", b.read)
	}
	b.put("a", "Lynsjakk", true)
	b.put("b", "Kor", false)
	if got := titles(t, r, "b", "a"); !slices.Equal(got, []string{"Lynsjakk"}) {
		t.Errorf("after changes: %v", got)
	}
	for i := range 3_000 {
		b.put(fmt.Sprint(i), "Tur", true)
	}
	b.put("a", "Hurtigsjakk", true)
	if got := titles(t, r, "a"); !slices.Equal(got, []string{"Hurtigsjakk"}) {
		t.Errorf("after many changes: %v", got)
	}
	b.change, b.states = 1, map[string]catalog.ListingState{"a": {Listing: catalog.Listing{ID: "a"}}}
	if got := titles(t, r, "a"); !slices.Equal(got, []string{""}) {
		t.Errorf("after an older database was put back: %v", got)
	}
}

func TestRecentIsBounded(t *testing.T) {
	b := &book{states: map[string]catalog.ListingState{}}
	var ids []string
	for i := range 50 {
		ids = append(ids, fmt.Sprint(i))
		b.put(ids[i], "Tur", true)
	}
	r := store.NewRecent(b, 10)
	titles(t, r, ids...)
	b.read = 0
	if got := titles(t, r, ids...); len(got) != 50 || b.read != 40 {
		t.Errorf("%d listings, %d read again", len(got), b.read)
	}
}
