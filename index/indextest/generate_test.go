package indextest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGenerate(t *testing.T) {
	docs := Generate(400, 1)
	if diff := cmp.Diff(docs, Generate(400, 1)); diff != "" {
		t.Errorf("the same seed gives other documents:\n%.1000s", diff)
	}
	if cmp.Equal(docs, Generate(400, 2)) {
		t.Error("another seed gives the same documents")
	}
	ids, kinds := map[string]bool{}, map[string]int{}
	for _, d := range docs {
		ids[d.ID] = true
		kinds[d.Kind]++
		for i := 1; i < len(d.Spans); i++ {
			if d.Spans[i].Start < d.Spans[i-1].Start {
				t.Fatalf("spans of %q are out of order", d.Title)
			}
		}
	}
	if len(ids) != len(docs) || len(kinds) != 8 {
		t.Errorf("%d ids of %d documents, kinds %v", len(ids), len(docs), kinds)
	}
}
