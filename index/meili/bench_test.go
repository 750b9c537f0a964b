package meili

import (
	"testing"

	"fritidshub/index/indextest"
)

// BenchmarkDocument is what a listing costs before Meilisearch has it.
func BenchmarkDocument(b *testing.B) {
	docs := indextest.Generate(500, 1)
	size := 0
	for i := range b.N {
		body, err := newDocument(&docs[i%len(docs)])
		if err != nil {
			b.Fatal(err)
		}
		size += len(body)
	}
	b.ReportMetric(float64(size)/float64(b.N), "bytes/document")
}
