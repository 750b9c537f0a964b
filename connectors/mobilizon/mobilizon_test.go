package mobilizon

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/activitystreams"
	"fritidshub/connectors/connectortest"
	"fritidshub/fetch"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

func connect(t testing.TB, o Options) *connector {
	t.Helper()
	c, err := newConnector(func(v any) error { *v.(*Options) = o; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return c.(*connector)
}

// TestRequest holds the questions, and that no person is asked about.
func TestRequest(t *testing.T) {
	const fields = ` total elements { uuid url title beginsOn endsOn status tags { title } picture { url } physicalAddress { description street postalCode locality geom }` +
		` attributedTo { ... on Group { name url } } options { isOnline } ... on Event { description category language draft visibility joinOptions externalParticipationUrl updatedAt options { timezone showStartTime showEndTime } } }`
	from := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		o     Options
		query string
		vars  string
	}{
		{Options{}, `query($page: Int, $limit: Int, $beginsOn: DateTime) { searchEvents(page: $page, limit: $limit, beginsOn: $beginsOn) {` + fields + ` }`,
			`{"beginsOn":"2026-10-01T00:00:00Z","limit":100,"page":2}`},
		{Options{Term: `"kor"`, Tags: "a,b", Location: "u4xh7", Radius: 12.5, Local: true, PageSize: 20},
			`query($page: Int, $limit: Int, $beginsOn: DateTime, $term: String, $tags: String, $location: String, $radius: Float, $searchTarget: SearchTarget) { searchEvents(page: $page, limit: $limit, beginsOn: $beginsOn, term: $term, tags: $tags, location: $location, radius: $radius, searchTarget: $searchTarget) {` + fields + ` }`,
			`{"beginsOn":"2026-10-01T00:00:00Z","limit":20,"location":"u4xh7","page":2,"radius":12.5,"searchTarget":"SELF","tags":"a,b","term":"\"kor\""}`},
		{Options{Group: "@kor@annet.example", Omit: []string{"timezone", "showStartTime", "showEndTime", "isOnline", "picture", "updatedAt"}},
			`query($page: Int, $limit: Int, $afterDatetime: DateTime, $group: String!) { group(preferredUsername: $group) { name url organizedEvents(page: $page, limit: $limit, afterDatetime: $afterDatetime) {` +
				strings.NewReplacer("options { isOnline }", "options { __typename }", "options { timezone showStartTime showEndTime }", "options { __typename }", " picture { url }", "", " updatedAt", "").Replace(fields) + ` } }`,
			`{"afterDatetime":"2026-10-01T00:00:00Z","group":"kor@annet.example","limit":100,"page":2}`},
	} {
		body, err := connect(t, tt.o).request(2, from)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Query     string
			Variables json.RawMessage
		}
		if err := json.Unmarshal(body, &got); err != nil || got.Query != tt.query+" }" || string(got.Variables) != tt.vars {
			t.Errorf("%+v:\n%s\n%s\n%s, error %v", tt.o, got.Query, tt.query, got.Variables, err)
		}
		for _, name := range []string{"organizerActor", "contacts", "participants", "phone", "preferredUsername }", "attendees"} {
			if strings.Contains(got.Query, name) {
				t.Errorf("%s is asked for", name)
			}
		}
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{Group: "a b"}, {Group: "kor", Term: "x"}, {Location: "Larvik"}, {Radius: 5}, {Radius: -1, Location: "u4"}, {Omit: []string{"uuid"}}, {Omit: []string{"finnes} ikke"}}, {PageSize: 2000}, {MaxPages: -1}} {
		if _, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil }); err == nil || !strings.HasPrefix(err.Error(), "options.") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}

func TestAPI(t *testing.T) {
	for source, want := range map[string]string{"https://a.example": "https://a.example/api", "https://a.example/": "https://a.example/api", "https://a.example/api": "https://a.example/api",
		"https://a.example/@kor": "", "https://a.example/events/1": "", "file:svar.json": ""} {
		if got := api(source); got != want {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
}

func TestRecognise(t *testing.T) {
	for _, tt := range []struct{ address, body, want string }{
		{"https://a.example/api", `{"data":{"searchEvents":{"total":0,"elements":[]}}}`, " 2"},
		{"https://a.example/@kor/outbox", `{"type":"OrderedCollection"}`, " 1"},
		{"https://a.example/1", `{"type":"Event","joinMode":"free"}`, " 2"},
		{"https://a.example/@kor/events", `<!DOCTYPE html><title>Kor - Mobilizon</title>`, "https://a.example/ 0 kor"},
		{"https://a.example/", `<!DOCTYPE html><title>Mobilizon</title>`, "https://a.example/ 0"},
		{"https://a.example/@kor", `<!DOCTYPE html><title>Annet</title>`, ""},
		{"https://a.example/users/a/outbox", `{"type":"OrderedCollection"}`, ""},
	} {
		a := connectors.NewAnswer(tt.address, &fetch.Response{URL: tt.address, MediaType: "text/plain", Body: []byte(tt.body)}, "3909")
		got := ""
		for _, r := range Kind.Recognise(&a) {
			got += fmt.Sprint(r.URL, " ", int(r.Certain))
			if o, ok := r.Options.(*Options); ok {
				got += " " + o.Group
			}
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.address, got, tt.want)
		}
	}
}

// server answers as Mobilizon does: n events, as many on a page as asked for but at most cap; over ActivityPub ten, without next.
type server struct {
	n, cap  int
	changed func(page int) bool
	asked   int
	peak    uint64
}

func (g *server) get(_ context.Context, req connectors.Request) (*connectors.Response, error) {
	if g.asked++; g.asked%50 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		g.peak = max(g.peak, m.HeapAlloc)
	}
	text := strings.Repeat("Vi møtes i Bøkeskogen og går en rolig tur. ", 5)
	page, size := 1, 10
	var b strings.Builder
	if req.Method == http.MethodPost {
		var asked struct{ Variables struct{ Page, Limit int } }
		if err := json.Unmarshal(req.Body, &asked); err != nil {
			return nil, err
		}
		page, size = asked.Variables.Page, min(asked.Variables.Limit, g.cap)
		for i := (page - 1) * size; i < min(page*size, g.n); i++ {
			fmt.Fprintf(&b, `,{"uuid":"%d","url":"https://a.example/events/%d","title":"Arrangement %d","beginsOn":"2026-12-01T18:00:00Z","description":%q,"attributedTo":{"name":"Laget"}}`, i, i, i, text)
		}
		fmt.Fprint(&b, "]}}}")
		text = fmt.Sprintf(`{"data":{"searchEvents":{"total":%d,"elements":[`, g.n) + strings.TrimPrefix(b.String(), ",")
	} else {
		u, err := url.Parse(req.URL)
		if err != nil {
			return nil, err
		}
		root := !u.Query().Has("page")
		if !root {
			page, _ = strconv.Atoi(u.Query().Get("page"))
		}
		for i := (page - 1) * size; i < min(page*size, g.n); i++ {
			fmt.Fprintf(&b, `,{"type":"Create","object":{"type":"Event","id":"https://a.example/events/%d","name":"Arrangement %d","startTime":"2026-12-01T18:00:00Z","content":%q}}`, i, i, text)
		}
		text = `{"type":"OrderedCollectionPage","orderedItems":[` + strings.TrimPrefix(b.String(), ",") + `]}`
		if root {
			text = fmt.Sprintf(`{"type":"OrderedCollection","totalItems":%d,"first":%s}`, g.n, text)
		}
	}
	return &connectors.Response{Response: &fetch.Response{URL: req.URL, Header: http.Header{}, Body: []byte(text)}, Unchanged: !g.changed(page)}, nil
}

func (g *server) run(t *testing.T, source string, o Options) (outcome connectors.Outcome, records int, err error) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	outcome, err = connect(t, o).Pull(t.Context(), &connectors.Session{
		Source: connectors.Source{ID: "kilde", URL: source, Zone: zone},
		Now:    connectortest.Now,
		Get:    g.get,
		Emit:   func(catalog.Record) error { records++; return nil },
		Reject: func(r catalog.Reject) { t.Errorf("%+v", r) },
		Warn:   func(where, text string) { t.Errorf("%s: %s", where, text) },
	})
	return outcome, records, err
}

func all(int) bool { return true }

const (
	site   = "https://a.example/"
	outbox = "https://a.example/@kor/outbox"
)

func TestPages(t *testing.T) {
	for _, tt := range []struct {
		name, source   string
		o              Options
		g              server
		records, asked int
		why            string
	}{
		{"one page", site, Options{}, server{n: 60, cap: 100}, 60, 1, ""},
		{"full pages", site, Options{PageSize: 20}, server{n: 60, cap: 100}, 60, 3, ""},
		{"fewer than asked for", site, Options{PageSize: 50}, server{n: 60, cap: 20}, 60, 3, ""},
		{"more than allowed", site, Options{PageSize: 10, MaxPages: 3}, server{n: 60, cap: 10}, 30, 3, "flere enn 3 sider"},
		{"outbox", outbox, Options{}, server{n: 25}, 25, 3, ""},
		{"outbox of one page", outbox, Options{}, server{n: 10}, 10, 1, ""},
		{"more outbox than allowed", outbox, Options{MaxPages: 2}, server{n: 25}, 20, 2, "flere enn 2 sider"},
	} {
		tt.g.changed = all
		outcome, records, err := tt.g.run(t, tt.source, tt.o)
		if err != nil || records != tt.records || tt.g.asked != tt.asked || !strings.Contains(outcome.Why, tt.why) || outcome.Complete != (tt.why == "") {
			t.Errorf("%s: %d records, %d requests, %+v, error %v", tt.name, records, tt.g.asked, outcome, err)
		}
	}
}

// TestLarge reads 50,000 events of a search, and the outbox that the bound of pages allows, in bounded memory; then nothing has changed,
// then one page.
func TestLarge(t *testing.T) {
	short := 1
	if testing.Short() {
		short = 10
	}
	for _, tt := range []struct {
		name, source string
		n, pages     int
		changed      func(int) bool
	}{
		{"search", site, 50_000 / short, 500 / short, all},
		{"search, unchanged", site, 50_000 / short, 500 / short, func(int) bool { return false }},
		{"search, one page changed", site, 5_000, 50, func(page int) bool { return page == 40 }},
		{"outbox", outbox, 20_000 / short, 2_000 / short, all},
		{"outbox, unchanged", outbox, 2_000, 200, func(int) bool { return false }},
	} {
		var before runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		g := server{n: tt.n, cap: 100, changed: tt.changed}
		outcome, records, err := g.run(t, tt.source, Options{MaxPages: mostPages})
		above, want := int64(g.peak-before.HeapAlloc)>>20, tt.n
		if unchanged := strings.Contains(tt.name, "unchanged"); unchanged {
			want = 0
		}
		t.Logf("%s: %d records, %d requests, heap at most %d MiB above the start", tt.name, records, g.asked, above)
		if err != nil || !outcome.Complete || outcome.Unchanged != (want == 0) || records != want || g.asked != tt.pages || above > 200 {
			t.Errorf("%s: %+v, error %v", tt.name, outcome, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add(seed)
	}
	c := connect(f, Options{})
	f.Fuzz(func(t *testing.T, text string) {
		page, err := Parse(text, connectortest.DefaultURL)
		if err != nil {
			return
		}
		s := &connectors.Session{Source: connectors.Source{ID: "a", Zone: time.UTC}, Warn: func(string, string) {}, Reject: func(catalog.Reject) {},
			Emit: func(r catalog.Record) error {
				if r.Title == "" || r.NativeID == "" || !r.Schedule.Dated() || r.URL != "" && !strings.HasPrefix(r.URL, "http") {
					t.Errorf("%+v", r)
				}
				if _, err := json.Marshal(r); err != nil {
					t.Errorf("%+v: %v", r, err)
				}
				return nil
			}}
		w := &walk{connector: c, s: s, seen: map[string]bool{}, reader: activitystreams.Reader{Source: s.Source}}
		if err := w.add(page, connectortest.DefaultURL, 1); err != nil {
			t.Fatal(err)
		}
	})
}
