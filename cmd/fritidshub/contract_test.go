package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fritidshub/api/openapi/openapitest"
)

// TestContract: what a hub with the repository's own sources answers is as its contract says, every listing and both feeds to their ends.
func TestContract(t *testing.T) {
	_, flags := setUp(t, "", nil)
	flags[1] = filepath.Join("..", "..", "sources.yaml")
	if code, _, errs := call(t, nil, append([]string{"sync"}, flags...)...); code != exitOK {
		t.Fatal(errs)
	}
	base, stop := startServe(t, nil, flags)
	defer stop()
	contract := openapitest.New(t)
	ask := func(path string, v any) {
		t.Helper()
		address, err := url.Parse(base + path)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.Get(address.String())
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %v", path, resp.StatusCode, err)
		}
		contract.Check(t, http.MethodGet, address, resp.StatusCode, resp.Header, body)
		if v == nil {
			return
		}
		if err := json.Unmarshal(body, v); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	var ready struct {
		Change      int64
		IndexChange int64 `json:"index_change"`
		Indexed     int
	}
	within(t, 30*time.Second, "the content", func() bool {
		getJSON(t, base+"/readyz", &ready)
		return ready.Indexed > 300 && ready.Change == ready.IndexChange
	})
	for _, path := range []string{"/api/v1/suggest?q=f", "/api/v1/categories", "/api/v1/organizers", "/api/v1/places", "/api/v1/schemes", "/api/v1/sources", "/api/v1/openapi.json",
		"/api/v1/search.ndjson", "/api/v1/search.csv", "/api/v1/search.geojson", "/api/v1/search.jsonld", "/api/v1/search.ics", "/api/v1/search.rss", "/api/v1/search.atom", "/api/v1/search.csv?headers=nb", "/api/v1/dump.ndjson.gz",
		"/api/v1/search?q=gratis+fotball+for+9-åringer+i+helga&near=59.05,10.03", "/api/v1/search?q=finnesikke&age=9", "/readyz", "/healthz", "/metrics"} {
		ask(strings.ReplaceAll(path, "å", "%C3%A5"), nil)
	}
	listings := 0
	for next := "/api/v1/search?limit=100"; next != ""; {
		var page struct {
			Items []struct{ ID string }
			Next  string
		}
		ask(next, &page)
		for i, item := range page.Items {
			if listings++; i%4 == 0 {
				ask("/api/v1/listings/"+item.ID, nil)
				ask("/api/v1/listings/"+item.ID+"/occurrences?limit=20", nil)
			}
		}
		next = page.Next
	}
	for _, feed := range []string{"listings", "records", "openactive", "municipality/3909/listings", "municipality/3909/records", "municipality/3909/openactive"} {
		items := 0
		for next := base + "/rpde/" + feed; ; {
			var page struct {
				Items []json.RawMessage
				Next  string
			}
			ask(strings.TrimPrefix(next, base), &page)
			items += len(page.Items)
			if len(page.Items) == 0 {
				break
			}
			next = page.Next
		}
		t.Logf("/rpde/%s: %d items", feed, items)
	}
	t.Logf("%d listings", listings)
}
