package relevance_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fritidshub/index"
	"fritidshub/index/memory"
)

// TestLayout: what is found, and in which order, does not depend on how the documents came in.
func TestLayout(t *testing.T) {
	s := half(t, "seen")
	s.Queries = append(s.Queries, half(t, "unseen").Queries...)
	docs := documents(t, s.Docs)
	r, whole := newResident(t, docs), open(t, docs)
	for name, apply := range map[string]func(*memory.Engine){
		"one by one": func(e *memory.Engine) {
			for i := range docs {
				put(t, e, index.Batch{Upserts: docs[i : i+1], Change: int64(i + 1)})
			}
		},
		"backwards, with others that go again": func(e *memory.Engine) {
			for i := len(docs) - 1; i >= 0; i-- {
				other := docs[len(docs)-1-i]
				other.ID = "other" + other.ID
				put(t, e, index.Batch{Upserts: []index.Document{docs[i], other}, Change: int64(2 * (len(docs) - i))})
				put(t, e, index.Batch{Deletes: []string{other.ID}, Change: int64(2*(len(docs)-i) + 1)})
			}
		},
		"in other words first": func(e *memory.Engine) {
			for i := range docs {
				was := docs[(i+7)%len(docs)]
				was.ID = docs[i].ID
				put(t, e, index.Batch{Upserts: []index.Document{was}, Change: int64(i + 1)})
			}
			for part := range slices.Chunk(docs, 13) {
				put(t, e, index.Batch{Upserts: part, Change: 1000})
			}
		},
		"from a snapshot": func(e *memory.Engine) {
			var file bytes.Buffer
			if err := whole.(*memory.Engine).Save(&file, "relevance"); err != nil {
				t.Fatal(err)
			}
			if err := e.Load(&file, "relevance"); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := memory.New()
			defer e.Close()
			apply(e)
			for _, q := range s.Queries {
				_, want := r.find(t, whole, index.Query{Limit: 20}, q.Q)
				_, got := r.find(t, e, index.Query{Limit: 20}, q.Q)
				if diff := cmp.Diff(hits(want), hits(got)); diff != "" || want.Total != got.Total {
					t.Errorf("%q: %d found, %d when made at once (-at once +so):\n%s", q.Q, got.Total, want.Total, diff)
				}
			}
		})
	}
}

func put(t *testing.T, e index.Engine, b index.Batch) {
	t.Helper()
	if err := e.Apply(context.Background(), b); err != nil {
		t.Fatal(err)
	}
}

func hits(r index.Result) []string {
	ids := []string{}
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	return ids
}
