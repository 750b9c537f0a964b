package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/index"
	"fritidshub/index/indextest"
	"fritidshub/index/memory"
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

// BenchmarkSuggest asks for suggestions over HTTP among 100,000 listings.
func BenchmarkSuggest(b *testing.B) {
	docs := indextest.Generate(100_000, 1)
	engine := memory.New()
	i := 0
	if err := engine.Rebuild(context.Background(), 1, func() (index.Document, bool, error) {
		if i++; i > len(docs) {
			return index.Document{}, false, nil
		}
		return docs[i-1], true, nil
	}); err != nil {
		b.Fatal(err)
	}
	h := newHub(b, func(o *Options) {
		o.Engine = func() index.Engine { return engine }
		o.Clock = time.Now
	})
	names := make([]Named[catalog.Organizer], 0, 10_000)
	seen := map[string]bool{}
	for _, d := range docs {
		if !seen[d.OrganizerID] {
			seen[d.OrganizerID] = true
			names = append(names, Named[catalog.Organizer]{ID: d.OrganizerID, Value: catalog.Organizer{Name: d.Organizer}})
		}
	}
	h.store.organizers = names
	h.get("/api/v1/suggest?q=x", 200) // reads the names
	for _, q := range []string{"s", "sv", "svom", "larvik", "kurs i la"} {
		b.Run(q, func(b *testing.B) {
			for b.Loop() {
				h.get("/api/v1/suggest?"+url.Values{"q": {q}}.Encode(), 200)
			}
		})
	}
}
