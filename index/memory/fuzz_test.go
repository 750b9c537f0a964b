package memory_test

import (
	"context"
	"errors"
	"testing"

	"fritidshub/index"
	"fritidshub/index/indextest"
	"fritidshub/index/memory"
)

// Whatever a cursor says, the answer is a page of the result or ErrCursor.
func FuzzCursor(f *testing.F) {
	e := memory.New()
	if err := e.Apply(context.Background(), index.Batch{Upserts: indextest.Generate(50, 1), Change: 1}); err != nil {
		f.Fatal(err)
	}
	orders := []index.Sort{index.SortStart, index.SortUpdated, index.SortPrice, index.SortTitle}
	for i, sort := range orders {
		r, err := e.Search(context.Background(), index.Query{Sort: sort, Limit: 3, Now: indextest.Now})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(r.Next.Key, r.Next.ID, i)
	}
	f.Add("title 0 ", "", 3)
	f.Add("price ffffffffffffffffff x", "id", 2)
	f.Fuzz(func(t *testing.T, key, id string, order int) {
		q := index.Query{Sort: orders[uint(order)%uint(len(orders))], Limit: 3, Now: indextest.Now, After: &index.Cursor{Key: key, ID: id}}
		r, err := e.Search(context.Background(), q)
		if err != nil && !errors.Is(err, index.ErrCursor) {
			t.Fatal(err)
		}
		if err == nil && (len(r.Hits) > 3 || r.Total == 0) {
			t.Fatalf("%d hits of %d", len(r.Hits), r.Total)
		}
	})
}
