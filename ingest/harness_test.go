package ingest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"fritidshub/catalog"
	"fritidshub/catalog/taxonomy"
	"fritidshub/config"
	"fritidshub/connectors"
	"fritidshub/fetch"
	"fritidshub/index"
	"fritidshub/index/memory"
	"fritidshub/ingest"
	"fritidshub/store"
	"fritidshub/store/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wireItem is one item of the test's own format: a JSON list of them. An item without a title is a reject.
type wireItem struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Day   int    `json:"day,omitempty"` // days after the clock's start; 0: no date
	Text  string `json:"text,omitempty"`
	Panic bool   `json:"panic,omitempty"`

	Place     string   `json:"place,omitempty"`
	Lat       *float64 `json:"lat,omitempty"`
	Lon       *float64 `json:"lon,omitempty"`
	Organizer string   `json:"organizer,omitempty"`

	Hub string   `json:"hub,omitempty"` // where it was first read
	Via []string `json:"via,omitempty"`
}

// wireChanges is a feed of changes, as RPDE gives them.
type wireChanges struct {
	Changed []wireItem `json:"changed"`
	Deleted []string   `json:"deleted"`
	More    bool       `json:"more"` // the run ended before the feed did
}

type jsonList struct{}

func (jsonList) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	resp, err := s.Get(ctx, connectors.Request{})
	if err != nil {
		return connectors.Outcome{}, err
	}
	if resp.Unchanged {
		return connectors.Outcome{Complete: true, Unchanged: true}, nil
	}
	text, err := resp.Text()
	if err != nil {
		return connectors.Outcome{}, err
	}
	var items []wireItem
	var feed *wireChanges
	if strings.HasPrefix(text, "{") {
		if err := json.Unmarshal([]byte(text), &feed); err != nil {
			return connectors.Outcome{}, err
		}
		items = feed.Changed
		for _, id := range feed.Deleted {
			if err := s.Delete(id); err != nil {
				return connectors.Outcome{}, err
			}
		}
	} else if err := json.Unmarshal([]byte(text), &items); err != nil {
		return connectors.Outcome{}, &connectors.PayloadError{URL: s.Source.URL, Expected: "en liste", Found: err.Error()}
	}
	for i, it := range items {
		if it.Panic {
			panic("one bad item")
		}
		if it.Title == "" {
			s.Reject(catalog.Reject{NativeID: it.ID, Locator: fmt.Sprintf("items[%d]", i), Field: "title", Reason: "mangler tittel", Fixer: catalog.FixSource})
			continue
		}
		r := catalog.Record{NativeID: it.ID, Title: it.Title, Description: it.Text, Kind: catalog.KindActivity}
		if it.Place != "" {
			r.Place = &catalog.Place{Name: it.Place}
			if it.Lat != nil && it.Lon != nil {
				r.Place.Geo = &catalog.Point{Lat: *it.Lat, Lon: *it.Lon}
			}
		}
		if it.Organizer != "" {
			r.Organizer = &catalog.Organizer{Name: it.Organizer}
		}
		if it.Hub != "" {
			r.Origin = &catalog.Origin{Hub: it.Hub, Source: "kilde", NativeID: it.ID, Via: it.Via, FetchedAt: s.Now}
		}
		if it.Day != 0 {
			r.Kind = catalog.KindEvent
			r.Schedule.Dates = []catalog.Occurrence{{Start: start.AddDate(0, 0, it.Day), End: start.AddDate(0, 0, it.Day).Add(time.Hour)}}
		}
		if err := s.Emit(r); err != nil {
			return connectors.Outcome{}, err
		}
	}
	if feed != nil {
		return connectors.Outcome{Complete: !feed.More, Changes: true, State: []byte("side 2")}, nil
	}
	return connectors.Outcome{Complete: true}, nil
}

var start = time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)

// bench is a hub with one provider, on a clock that the test moves.
type bench struct {
	peer     fakePeer
	t        *testing.T
	db       *sqlite.DB
	engine   index.Engine
	in       *ingest.Ingester
	provider *provider
	sources  []config.Source
	stored   chan string // ids of sources whose run stands in the store

	mu  sync.Mutex
	now time.Time
}

func (b *bench) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bench) wait(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

// provider answers what the test has set, by path.
type provider struct {
	mu      sync.Mutex
	answers map[string]http.HandlerFunc
	asked   map[string]int
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	answer := p.answers[r.URL.Path]
	p.asked[r.URL.Path]++
	p.mu.Unlock()
	if answer == nil {
		http.NotFound(w, r)
		return
	}
	answer(w, r)
}

func (p *provider) set(path string, answer http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[path] = answer
}

func (p *provider) requests(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path]
}

func body(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, text)
	}
}

func list(items ...wireItem) http.HandlerFunc {
	text, _ := json.Marshal(items)
	return body(string(text))
}

func changes(c wireChanges) http.HandlerFunc {
	text, _ := json.Marshal(c)
	return body(string(text))
}

func some(n int) []wireItem {
	items := make([]wireItem, n)
	for i := range items {
		items[i] = wireItem{ID: fmt.Sprint(i), Title: fmt.Sprintf("Turgruppe nummer %d", i)}
	}
	return items
}

func status(code int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(code)
		fmt.Fprint(w, text)
	}
}

func newBench(t *testing.T, ids ...string) *bench {
	t.Helper()
	b := &bench{t: t, now: start, stored: make(chan string, 1000), provider: &provider{answers: map[string]http.HandlerFunc{}, asked: map[string]int{}}}
	server := httptest.NewServer(b.provider)
	t.Cleanup(server.Close)
	var err error
	if b.db, err = sqlite.Open(t.Context(), sqlite.Options{File: filepath.Join(t.TempDir(), "hub.db")}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.db.Close() })
	tax, err := taxonomy.Load()
	if err != nil {
		t.Fatal(err)
	}
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	client := fetch.New(fetch.Options{AllowPrivate: "*", Now: b.clock, Hosts: b.db, Backoff: func(int) time.Duration { return 0 }})
	t.Cleanup(client.Close)
	b.engine = memory.New()
	t.Cleanup(func() { b.engine.Close() })
	b.in = ingest.New(ingest.Options{Hub: config.Hub{ID: "prove", Zone: oslo}, Store: b.db, Fetch: client, Engine: b.engine, Taxonomy: tax, Now: b.clock, Version: "1",
		Progress: func(p ingest.Progress) {
			if p.Step == "index" {
				b.stored <- p.Source
			}
		},
		Registry: connectors.NewRegistry(
			connectors.Kind{Name: "liste", Version: 1, New: func(func(any) error) (connectors.Connector, error) { return jsonList{}, nil }},
			connectors.Kind{Name: "nabo", Version: 1, New: func(func(any) error) (connectors.Connector, error) { return &b.peer, nil }},
			connectors.Kind{Name: "sider", Version: 1, New: func(func(any) error) (connectors.Connector, error) { return endless{}, nil }})})
	for _, id := range ids {
		schedule, err := config.ParseSchedule("@every 30m", oslo, config.MinInterval)
		if err != nil {
			t.Fatal(err)
		}
		b.sources = append(b.sources, config.Source{ID: id, Name: id, Kind: "liste", URL: server.URL + "/" + id, Enabled: true, Schedule: schedule,
			Guard: config.Guard{Share: config.DefaultShare, Count: config.DefaultCount, Grace: config.DefaultGrace}})
	}
	b.declare(b.sources...)
	return b
}

func (b *bench) declare(sources ...config.Source) {
	b.t.Helper()
	var declared []store.Source
	for _, s := range sources {
		declared = append(declared, ingest.Declared(b.in.Hub, s))
	}
	if _, err := b.db.Declare(b.t.Context(), declared, b.clock()); err != nil {
		b.t.Fatal(err)
	}
	if err := b.in.Settle(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) run(id string) ingest.Result {
	b.t.Helper()
	i := slices.IndexFunc(b.sources, func(s config.Source) bool { return s.ID == id })
	result := b.in.Run(b.t.Context(), b.sources[i], ingest.TriggerHand)
	b.agree()
	return result
}

// agree checks that what is found is what is stored.
func (b *bench) agree() {
	b.t.Helper()
	stored := map[string]bool{}
	err := b.db.Changes(b.t.Context(), 0, 0, func(l catalog.ListingState) error {
		if l.Live() {
			stored[l.ID] = true
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	count, err := b.engine.Count(b.t.Context())
	if err != nil || count != len(stored) {
		b.t.Fatalf("index holds %d documents, the store %d live listings (error %v)", count, len(stored), err)
	}
}

// titles are those that a resident finds.
func (b *bench) titles() []string {
	b.t.Helper()
	result, err := b.engine.Search(b.t.Context(), index.Query{Limit: 1000, Now: b.clock()})
	if err != nil {
		b.t.Fatal(err)
	}
	var out []string
	for _, hit := range result.Hits {
		l, err := b.db.Listing(b.t.Context(), hit.ID)
		if err != nil {
			b.t.Fatal(err)
		}
		out = append(out, l.Title)
	}
	slices.Sort(out)
	return out
}
