package api

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/index"
)

// standIn is an engine whose answers say that another one should have given them.
type standIn struct{ index.Engine }

func (e standIn) Search(ctx context.Context, q index.Query) (index.Result, error) {
	r, err := e.Engine.Search(ctx, q)
	r.Engine = "embedded; fallback"
	return r, err
}

func TestSearchEngineHeader(t *testing.T) {
	status := func() Status { return Status{Engine: "embedded"} }
	alone := newHub(t, func(o *Options) { o.Status = status })
	for _, target := range []string{"/api/v1/search?q=tur", "/?q=tur", "/api/v1/search.csv"} {
		if got := alone.do("GET", target).Header().Get("X-Search-Engine"); got != "embedded" {
			t.Errorf("%s: %q", target, got)
		}
	}
	other := newHub(t, func(o *Options) {
		engine := o.Engine
		o.Engine, o.Status = func() index.Engine { return standIn{engine()} }, status
	})
	for _, target := range []string{"/api/v1/search?q=tur", "/?q=tur"} {
		if got := other.do("GET", target).Header().Get("X-Search-Engine"); got != "embedded; fallback" {
			t.Errorf("%s by another engine: %q", target, got)
		}
	}
}

// TestReadyzTellsEngines: a hub whose first engine is away serves, and says which one answers, how far each is behind and since when.
func TestReadyzTellsEngines(t *testing.T) {
	since := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	engines := []EngineStatus{
		{Name: "meilisearch", Change: 5, Behind: 37, Since: since, Fault: "svarer ikke"},
		{Name: "embedded", Answers: true, Change: 42, Compared: &Comparison{At: since, Documents: 12, Missing: 1, IDs: []string{"a"}}},
	}
	h := newHub(t, func(o *Options) {
		o.Status = func() Status {
			return Status{Engine: "embedded; fallback", Engines: engines, Degraded: []string{"Meilisearch svarer ikke"}}
		}
	})
	var ready readiness
	if err := json.Unmarshal([]byte(h.get("/readyz", 200)), &ready); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(engines, ready.Engines); diff != "" || !ready.Degraded || ready.Engine != "embedded; fallback" {
		t.Errorf("%+v (-want +got):\n%s", ready, diff)
	}
}
