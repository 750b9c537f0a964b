package api

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkAnswers measures a whole answer without the engine and the store: parsing, occurrences, texts, JSON or HTML, tag.
func BenchmarkAnswers(b *testing.B) {
	h := newHub(b)
	many(h, 100)
	for name, target := range map[string]string{"search": "/api/v1/search?facets=none", "page": "/", "listing": "/api/v1/listings/" + h.store.listings[0].ID} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				w := httptest.NewRecorder()
				if h.ServeHTTP(w, httptest.NewRequest("GET", target, nil)); w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
