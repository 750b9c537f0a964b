package billetto

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/tickets"
	"fritidshub/fetch"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

// api answers as the API does: 100 events a page, and where the next page is.
type api struct {
	events    int
	changed   int // the page that is not as it was; -1 for none
	parent    string
	asked     []string
	noCursors bool // has_more without next_url
	peak      uint64
}

func (g *api) get(_ context.Context, req connectors.Request) (*connectors.Response, error) {
	page := len(g.asked)
	if g.asked = append(g.asked, req.URL); page%100 == 99 {
		g.peak = max(g.peak, heap())
	}
	u, _ := url.Parse(req.URL)
	from, _ := strconv.Atoi(u.Query().Get("after"))
	to := min(from+pageSize, g.events)
	items := make([]string, 0, pageSize)
	for i := from + 1; i <= to; i++ {
		items = append(items, fmt.Sprintf(`{"id":"%d","parent":%q,"title":"Konsert %d","startdate":"2026-12-01T18:00:00Z","url":"https://billetto.example/e/%d","description":%q,
			"organiser":{"id":1,"name":"Korpset"},"minimum_price":{"amount_in_cents":20000,"currency":"NOK"},"location":{"location_name":"Scenen","city":"Larvik"}}`, i, g.parent, i, i, strings.Repeat("Musikk. ", 60)))
	}
	next := ""
	if to < g.events && !g.noCursors {
		next = fmt.Sprintf("https://billetto.example/api/v3/public/events?after=%d", to)
	}
	body := fmt.Sprintf(`{"object":"list","data":[%s],"has_more":%v,"next_url":%q}`, strings.Join(items, ","), to < g.events, next)
	return &connectors.Response{Response: &fetch.Response{URL: req.URL, Header: http.Header{}, Body: []byte(body)}, Unchanged: page != g.changed}, nil
}

func pull(t *testing.T, g *api, o Options, emit func(catalog.Record)) connectors.Outcome {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil })
	if err != nil {
		t.Fatal(err)
	}
	outcome, err := c.Pull(t.Context(), &connectors.Session{
		Source: connectors.Source{ID: "kilde", URL: "https://billetto.example?subregion=Larvik", Zone: zone},
		Get:    g.get,
		Emit:   func(r catalog.Record) error { emit(r); return nil },
		Reject: func(r catalog.Reject) { t.Errorf("%+v", r) },
		Warn:   func(_, text string) { t.Error(text) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return outcome
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestMany: 50,000 events are handed over page by page in bounded memory, also when only the last page has changed; when none has, it
// costs one request for each page and nothing is handed over.
func TestMany(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: 50,000 events take a while")
	}
	const events = 50_000
	for name, tt := range map[string]struct {
		changed int
		parent  string
		records int
	}{"new": {0, "", events}, "last page changed": {events/pageSize - 1, "", events}, "unchanged": {-1, "", 0}, "one series": {0, "1", 1}} {
		t.Run(name, func(t *testing.T) {
			start, n := heap(), 0
			g := &api{events: events, changed: tt.changed, parent: tt.parent}
			outcome := pull(t, g, Options{Amounts: "cents", MaxPages: tickets.MostPages}, func(catalog.Record) {
				if n++; n%10_000 == 1 {
					g.peak = max(g.peak, heap())
				}
			})
			if n != tt.records || len(g.asked) != events/pageSize || !outcome.Complete || outcome.Unchanged != (tt.records == 0) {
				t.Errorf("%d records, %d requests, %+v", n, len(g.asked), outcome)
			}
			t.Logf("%d records, %d MiB above the start", n, (g.peak-min(start, g.peak))>>20)
			if g.peak == 0 || g.peak > start+200<<20 {
				t.Errorf("%d MiB, %d at the start", g.peak>>20, start>>20)
			}
		})
	}
}

// TestPages: what the source's address asks for stays on every page, and the last id is the cursor when nothing else is given.
func TestPages(t *testing.T) {
	want := []string{"https://billetto.example/api/v3/public/events?limit=100&subregion=Larvik", "https://billetto.example/api/v3/public/events?after=100&limit=100&subregion=Larvik"}
	for _, noCursors := range []bool{false, true} {
		g := &api{events: 150, noCursors: noCursors}
		n := 0
		if outcome := pull(t, g, Options{Amounts: "cents"}, func(catalog.Record) { n++ }); !slices.Equal(g.asked, want) || n != 150 || !outcome.Complete {
			t.Errorf("%d records, %+v, asked for %q", n, outcome, g.asked)
		}
	}
	g := &api{events: 350}
	if outcome := pull(t, g, Options{Amounts: "cents", MaxPages: 2}, func(catalog.Record) {}); outcome.Complete || !strings.Contains(outcome.Why, "flere enn 2 sider") || len(g.asked) != 2 {
		t.Errorf("%+v, %d requests", outcome, len(g.asked))
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{Amounts: "kr"}, {Country: "NOR"}, {Country: "N1"}, {Places: []string{"–"}}, {MaxPages: -1}, {MaxPages: 3000}} {
		if _, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil }); err == nil || !strings.HasPrefix(err.Error(), "options.") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}

// TestRecognise: an answer of the API is known by what is in it, a page by its host, and the secret is named, never given.
func TestRecognise(t *testing.T) {
	for _, tt := range []struct{ address, text, header string }{
		{"https://billetto.dk/api/v3/public/events", `{"data":[{"startdate":"2026-12-01","minimum_price":null}]}`, "Api-Keypair"},
		{"https://billetto.no/e/konsert", "<html>", "Api-Keypair"},
		{"https://www.billetto.co.uk/", "<html>", "Api-Keypair"},
		{"https://billettoversikt.example/", "<html>", ""},
		{"https://kilde.example/", `{"data":[{"startdate":"2026-12-01"}]}`, ""},
	} {
		a := connectors.NewAnswer(tt.address, &fetch.Response{URL: tt.address, Header: http.Header{}, Body: []byte(tt.text)}, "3909")
		got := recognise(&a)
		if tt.header == "" {
			if len(got) > 0 {
				t.Errorf("%s: %+v", tt.address, got)
			}
			continue
		}
		if len(got) != 1 || !strings.Contains(got[0].Headers[tt.header], "${") || got[0].Secret == "" || got[0].Certain != connectors.Platform {
			t.Errorf("%s: %+v", tt.address, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	connectortest.Fuzz(f, Kind, connectortest.At(f, connectortest.DefaultURL, "{amounts: cents, max_pages: 5}"))
}
