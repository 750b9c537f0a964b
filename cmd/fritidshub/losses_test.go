package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLosses: a Meilisearch that comes back, or is found from one second to the next, with nothing, with what it had long ago, without its
// settings, or with another key gets what it lacks all by itself, and searches are answered all the while. A listing that it refuses is told, and
// costs no other one.
func TestLosses(t *testing.T) {
	m := startMeili(t)
	m.RefuseDocument = func(fields map[string]any) string {
		if strings.Contains(fmt.Sprint(fields["title_words"]), "umulig") {
			return "invalid_document_geo_field"
		}
		return ""
	}
	empty := m.Keep()
	dir, flags := setUp(t, csvSource, map[string]string{"lag.csv": clubs(12)})
	log := &strings.Builder{}
	base, stop := startLogged(t, child(t.Context(), m.env(), append([]string{"serve", "-listen", "127.0.0.1:0"}, flags...)...), log)
	n := 12
	inStep := func(of string) {
		t.Helper()
		within(t, 40*time.Second, of+": Meilisearch has everything and answers", func() bool {
			r := look(t, base)
			return r.Status == "ready" && !r.Degraded && r.Engine == "meilisearch" && r.Engines[1].Behind == 0 && r.IndexChange == r.Change && total(t, base, "q=turlag&limit=1") == n
		})
		if held, want := m.held(t, dir), stored(t, dir); !maps.Equal(held, want) {
			t.Errorf("%s: %d documents in Meilisearch, %d listings", of, len(held), len(want))
		}
		if got := searchEngine(t, base); got != "meilisearch" {
			t.Errorf("%s: X-Search-Engine: %q", of, got)
		}
	}
	inStep("at first")
	older := m.Keep()
	more := func() {
		t.Helper()
		n += 3
		write(t, filepath.Join(dir, "lag.csv"), clubs(n))
		syncNow(t, flags)
	}
	more()
	inStep("more")
	for name, happens := range map[string]func(){"empty": empty, "older": older} {
		m.mode.Store(gone)
		more()
		within(t, 10*time.Second, name+": what is new is found", func() bool { return total(t, base, "q=turlag&limit=1") == n })
		happens()
		m.mode.Store(well)
		inStep("back, and " + name)
		happens() // and nobody has noticed anything
		inStep("all at once " + name)
		happens()
		more()
		inStep("more, and " + name)
	}

	m.mode.Store(denies)
	more()
	within(t, 10*time.Second, "/readyz tells of the key", func() bool {
		r := look(t, base)
		return r.Status == "ready" && r.Engine == "embedded; fallback" && strings.Contains(strings.Join(r.Reasons, " "), "FRITIDSHUB_MEILI_KEY") &&
			strings.Contains(r.Engines[1].Fault, "nøkkelen") && total(t, base, "q=turlag&limit=1") == n
	})
	m.mode.Store(well)
	inStep("the key is right again")

	write(t, filepath.Join(dir, "lag.csv"), clubs(n+4)+"x;Umulig;Kvelde;tirsdag;18.00;19.30;gratis\n")
	syncNow(t, flags)
	within(t, 20*time.Second, "all but the one that is refused", func() bool {
		r := look(t, base)
		return !r.Degraded && r.Engine == "meilisearch" && r.Engines[1].Behind == 0 && total(t, base, "q=turlag&limit=1") == n+4
	})
	if held, want := len(m.held(t, dir)), len(stored(t, dir)); held != n+4 || want != n+5 {
		t.Errorf("%d documents, %d listings", held, want)
	}
	stop()
	if text := log.String(); !strings.Contains(text, "Meilisearch does not take a listing") || strings.Contains(text, m.Key) {
		t.Errorf("the log: %s", text)
	}
}
