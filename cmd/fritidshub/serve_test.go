package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fritidshub/client"
)

// within waits until what holds, and fails when it does not in time.
func within(t *testing.T, d time.Duration, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(d); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", d, what)
		}
	}
}

func total(t *testing.T, base, query string) int {
	t.Helper()
	var answer struct{ Total int }
	getJSON(t, base+"/api/v1/search?"+query, &answer)
	return answer.Total
}

// TestServe: a fresh start has content in seconds, a sync beside it shows within five, and a changed sources.yaml is taken into use
// when it is right and not when it is wrong.
func TestServe(t *testing.T) {
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(12), "ny.csv": "Navn;Ukedag\nSjakk i kantina;onsdag\n"})
	base, stop := startServe(t, nil, flags)
	defer stop()
	within(t, 5*time.Second, "the first content", func() bool { return total(t, base, "limit=1") == 12 })

	write(t, filepath.Join(dir, "lag.csv"), clubs(15))
	if code, out, errs := call(t, nil, append([]string{"sync"}, flags...)...); code != exitOK {
		t.Fatal(out, errs)
	}
	within(t, 5*time.Second, "what another process stored", func() bool { return total(t, base, "limit=1") == 15 })

	sources := filepath.Join(dir, "sources.yaml")
	header := "hub: {id: prove, name: Prøve, municipality: \"3909\"}\nsources:\n"
	write(t, sources, header+csvSource+"  - {id: ny, kind: cvs, url: \"file:ny.csv\"}\n")
	var ready struct {
		Degraded bool
		Reasons  []string
	}
	within(t, 10*time.Second, "that the file is wrong is said", func() bool {
		getJSON(t, base+"/readyz", &ready)
		return ready.Degraded && strings.Contains(fmt.Sprint(ready.Reasons), "sources.yaml")
	})
	if n := total(t, base, "limit=1"); n != 15 {
		t.Errorf("with a wrong file %d listings are served", n)
	}
	write(t, sources, header+csvSource+"  - {id: ny, kind: csv, url: \"file:ny.csv\", licence: CC0-1.0}\n")
	within(t, 10*time.Second, "the new source", func() bool { return total(t, base, "q=sjakk") == 1 })
	write(t, sources, header+"  - {id: ny, kind: csv, url: \"file:ny.csv\", licence: CC0-1.0}\n")
	within(t, 10*time.Second, "the source that was taken out is hidden", func() bool { return total(t, base, "limit=1") == 1 })
	write(t, sources, header+csvSource+"  - {id: ny, kind: csv, url: \"file:ny.csv\", licence: CC0-1.0}\n")
	within(t, 10*time.Second, "it is back", func() bool { return total(t, base, "limit=1") == 16 })

	write(t, sources, strings.Replace(header, "name: Prøve", "name: Fritid i Prøvedal", 1)+csvSource+"  - {id: ny, kind: csv, url: \"file:ny.csv\", licence: CC0-1.0}\n")
	within(t, 10*time.Second, "the hub's new name", func() bool {
		resp, err := http.Get(base + "/")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		page, err := io.ReadAll(resp.Body)
		return err == nil && strings.Contains(string(page), "Fritid i Prøvedal")
	})

	walked, order := map[string]bool{}, []string{}
	for item, err := range client.New(base, nil).All(t.Context(), url.Values{"limit": {"7"}, "facets": {"none"}}) {
		if err != nil {
			t.Fatal(err)
		}
		walked[item.ID] = true
		order = append(order, item.Title)
	}
	if len(walked) != 16 {
		t.Errorf("a client walks %d of %d listings: %q", len(walked), total(t, base, "limit=1"), order)
	}
	for _, path := range []string{"/", "/healthz", "/readyz", "/api/v1/sources", "/api/v1/categories", "/embed/v1/search.js", "/demo", "/metrics"} {
		resp, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
}
