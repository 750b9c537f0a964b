package api

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"fritidshub/api/export"
	"fritidshub/catalog"
	"fritidshub/index"
)

// many fills a hub with n listings beyond the samples.
func many(h *hub, n int) {
	for range n {
		l := h.store.listings[3]
		l.ID = catalog.ID("many", string(rune(len(h.store.listings))))
		l.Members = slices.Clone(l.Members)
		h.store.listings = append(h.store.listings, l)
		h.engine.docs = append(h.engine.docs, index.Document{ID: l.ID, Title: l.ID, Kind: "equipment", Standing: true})
	}
}

func ids(t *testing.T, ndjson string) []string {
	t.Helper()
	var out []string
	for line := range strings.SplitSeq(strings.TrimSpace(ndjson), "\n") {
		var e export.Entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		out = append(out, e.ID)
	}
	return out
}

func TestSearchExports(t *testing.T) {
	h := newHub(t)
	many(h, 1200)
	all := ids(t, h.get("/api/v1/search.ndjson?kind=equipment", 200))
	slices.Sort(all)
	if n := len(slices.Compact(all)); n != 1201 {
		t.Errorf("%d listings, each once", n)
	}
	if some := ids(t, h.get("/api/v1/search.ndjson?kind=equipment&limit=7", 200)); len(some) != 7 {
		t.Errorf("%d listings for limit=7", len(some))
	}
	for name, format := range export.Formats() {
		if !slices.Contains(searchExports(), name) {
			t.Errorf("%s is no export of a search", name)
		}
		w := h.do("GET", "/api/v1/search."+name+"?q=jentefotball")
		if w.Code != 200 || w.Header().Get("Content-Type") != format.MediaType || !strings.Contains(w.Body.String(), "Jentefotball") || strings.Contains(w.Body.String(), "Julekonsert") {
			t.Errorf("%s: %d %v\n%s", name, w.Code, w.Header(), w.Body)
		}
		if w := h.do("GET", "/api/v1/search."+name+"?tull=1"); w.Code != 400 {
			t.Errorf("%s: %d for an unknown parameter", name, w.Code)
		}
	}
	w := h.do("GET", "/api/v1/search.csv", "Accept-Encoding", "gzip")
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(z); err != nil || !strings.HasPrefix(string(body), "id,kind,title") {
		t.Errorf("packed: %v", err)
	}
}

// An export that breaks off must not look whole.
func TestExportBreaksOff(t *testing.T) {
	h := newHub(t)
	many(h, 1200)
	engine := &failing{fakeEngine: h.engine}
	broken := newHub(t, func(o *Options) {
		o.Listings, o.Engine = h.store, func() index.Engine { return engine }
	})
	server := httptest.NewServer(broken)
	defer server.Close()
	resp, err := http.Get(server.URL + "/api/v1/search.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.ReadAll(resp.Body); err == nil {
		t.Error("half an export ends as if it were whole")
	}
}

// failing is an engine that answers the first page only.
type failing struct {
	*fakeEngine
}

func (f *failing) Search(ctx context.Context, q index.Query) (index.Result, error) {
	if q.After != nil {
		return index.Result{}, quietError("gone")
	}
	return f.fakeEngine.Search(ctx, q)
}

func TestExportsAtOnce(t *testing.T) {
	h := newHub(t)
	release, entered := make(chan struct{}), make(chan struct{})
	busy := newHub(t, func(o *Options) {
		o.Engine = func() index.Engine { return &waiting{h.engine, entered, release} }
	})
	done := make(chan int)
	for range maxExports {
		go func() { done <- busy.do("GET", "/api/v1/search.csv").Code }()
		<-entered
	}
	if w := busy.do("GET", "/api/v1/search.csv"); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("one more: %d", w.Code)
	}
	go func() { done <- busy.do("GET", "/api/v1/search.csv?limit=5").Code }() // one with a limit is a search like others
	<-entered
	close(release)
	for range maxExports + 1 {
		if code := <-done; code != 200 {
			t.Errorf("an export under way: %d", code)
		}
	}
}

type waiting struct {
	*fakeEngine
	entered, release chan struct{}
}

func (w *waiting) Search(ctx context.Context, q index.Query) (index.Result, error) {
	select {
	case w.entered <- struct{}{}:
	case <-w.release:
	}
	<-w.release
	return w.fakeEngine.Search(context.Background(), q)
}

func TestExportEverything(t *testing.T) {
	h := newHub(t)
	out := func(now string) []string {
		var b strings.Builder
		info := HubInfo{ID: "larvik", Name: "Aktiviteter i Larvik", Zone: oslo(t), Languages: []string{"nb"}}
		if err := Export(t.Context(), &b, "ndjson", info, instant(t, now), h.store, h.store.sources); err != nil {
			t.Fatal(err)
		}
		return ids(t, b.String())
	}
	var found struct{ Items []catalog.Item }
	if err := jsonInto(h.get("/api/v1/search?limit=100", 200), &found); err != nil {
		t.Fatal(err)
	}
	got, want := out("2026-11-22T12:00:00+01:00"), make([]string, 0, 7)
	for _, item := range found.Items {
		want = append(want, item.ID)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("export and search differ: %v %v", got, want)
	}
	concert := h.store.listings[1].ID
	if !slices.Contains(out("2026-12-03T19:59:00+01:00"), concert) || slices.Contains(out("2026-12-03T20:00:00+01:00"), concert) {
		t.Error("a listing ends when its last occurrence does")
	}
	if utlan := h.store.listings[3].ID; !slices.Contains(out("2027-04-30T23:59:00+02:00"), utlan) || slices.Contains(out("2027-05-01T00:00:00+02:00"), utlan) {
		t.Error("a standing offer ends with its last day")
	}
	h.store.err = quietError("disk")
	if err := Export(t.Context(), io.Discard, "csv", HubInfo{Zone: oslo(t)}, h.now.Add(time.Hour), h.store, nil); err == nil {
		t.Error("a broken database gives an export")
	}
}

// TestCalendarThemes: a calendar names categories as people do, in the hub's language.
func TestCalendarThemes(t *testing.T) {
	h := newHub(t)
	known := 0
	for line := range strings.SplitSeq(strings.ReplaceAll(h.get("/api/v1/search.ics?lang=en", 200), "\r\n ", ""), "\r\n") {
		if names, ok := strings.CutPrefix(line, "CATEGORIES:"); ok {
			known++
			for name := range strings.SplitSeq(strings.ReplaceAll(names, `\,`, ""), ",") {
				if name == "" || strings.ToLower(name[:1]) == name[:1] {
					t.Errorf("%q is no name", name)
				}
			}
		}
	}
	if known == 0 {
		t.Error("no event has a category")
	}
	if all := h.get("/api/v1/search.ics?q=jentefotball", 200); !strings.Contains(all, "CATEGORIES:Fotball") {
		t.Error(all)
	}
}
