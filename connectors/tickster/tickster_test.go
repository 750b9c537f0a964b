package tickster

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/fetch"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

const (
	dumpURL   = "https://api.tickster.example/nb/api/0.4/events/dump/upcoming?key=prove"
	searchURL = "https://api.tickster.example/nb/api/0.4/events/search?key=prove"
	place     = `{"id":"v1","name":"Bølgen","city":"Larvik","country":"NO"}`
)

// world answers a pull and counts what came of it.
type world struct {
	url     string
	state   string
	answer  func(address string) (body []byte, unchanged bool, err error)
	asked   []string
	records int
	rejects []catalog.Reject
	warned  []string
	seen    func(catalog.Record)
}

func (w *world) pull(t *testing.T, o Options) (connectors.Outcome, error) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil })
	if err != nil {
		t.Fatal(err)
	}
	w.asked, w.records = nil, 0
	return c.Pull(t.Context(), &connectors.Session{
		Source: connectors.Source{ID: "kilde", URL: w.url, Zone: zone}, State: []byte(w.state), Now: connectortest.Now,
		Emit: func(r catalog.Record) error {
			if w.records++; w.seen != nil {
				w.seen(r)
			}
			return nil
		},
		Reject: func(r catalog.Reject) { w.rejects = append(w.rejects, r) },
		Warn:   func(_, text string) { w.warned = append(w.warned, text) },
		Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
			if req.URL == "" {
				req.URL = w.url
			}
			w.asked = append(w.asked, req.URL)
			body, unchanged, err := w.answer(req.URL)
			if err != nil {
				return nil, err
			}
			return &connectors.Response{Response: &fetch.Response{URL: req.URL, MediaType: "application/octet-stream", Header: http.Header{}, Body: body}, Unchanged: unchanged}, nil
		},
	})
}

func pack(t *testing.T, write func(z *gzip.Writer)) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	write(z)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// large is a packed dump with n events, of which every fifth is a performance of some production.
func large(t *testing.T, n int) []byte {
	return pack(t, func(z *gzip.Writer) {
		fmt.Fprintf(z, `{"count":%d,"events":[`, n)
		for i := range n {
			kind, comma := "event", ","
			if i%5 == 0 {
				kind = "production-child"
			}
			if i == n-1 {
				comma = ""
			}
			fmt.Fprintf(z, `{"id":"e%d","name":"Konsert %d","hierarchyType":%q,"productionParentId":"p%d","start":"2026-12-01T18:00:00Z","venueId":"v1","description":%q,"goods":[{"name":"Voksen","type":"ticket","price":{"includingVat":%d,"currency":"NOK"}}],"performers":["x"],"tags":["Musikk"]}%s`,
				i, i, kind, i/50, strings.Repeat("omtale ", 60), 100+i%400, comma)
		}
		fmt.Fprintf(z, `],"venues":[%s],"organizers":[]}`, place)
	})
}

func descriptor(id string, asked int) []byte {
	return fmt.Appendf(nil, `{"id":%q,"created":"2026-11-22T07:00:00+00:00","uri":"http://dumps.s3.amazonaws.com/nb/%s?Expires=%d&Signature=s%%3D"}`, id, id, asked)
}

// TestLargeDump: 50,000 events are read in bounded memory, and a second run over the same dump costs one request, although its address
// is another one each time.
func TestLargeDump(t *testing.T) {
	n := 50_000
	if testing.Short() {
		n = 5_000
	}
	packed := large(t, n)
	w := &world{url: dumpURL}
	w.answer = func(address string) ([]byte, bool, error) {
		if address == dumpURL {
			return descriptor("d1", len(w.asked)), false, nil
		}
		return packed, false, nil
	}
	start, peak := heap(), uint64(0)
	w.seen = func(catalog.Record) {
		if w.records%5_000 == 0 {
			peak = max(peak, heap())
		}
	}
	outcome, err := w.pull(t, Options{Countries: []string{"NO"}})
	if want := n - n/5 + n/50; err != nil || !outcome.Complete || w.records != want || string(outcome.State) != "d1" {
		t.Fatalf("%+v, %d records, want %d, error %v", outcome, w.records, want, err)
	}
	if !slices.Equal(w.asked, []string{dumpURL, "https://dumps.s3.amazonaws.com/nb/d1?Expires=1&Signature=s%3D"}) {
		t.Errorf("asked for %q", w.asked)
	}
	t.Logf("%d events, %d bytes packed, %d MiB above the start at most", n, len(packed), int64(peak-start)>>20)
	if int64(peak-start)>>20 > 200 {
		t.Errorf("%d MiB above the start", int64(peak-start)>>20)
	}
	w.state = string(outcome.State)
	outcome, err = w.pull(t, Options{Countries: []string{"NO"}})
	if err != nil || !outcome.Complete || !outcome.Unchanged || string(outcome.State) != "d1" || w.records != 0 || len(w.asked) != 1 {
		t.Errorf("second run: %+v, %d records, %d requests, error %v", outcome, w.records, len(w.asked), err)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestRejectsAreReadAgain: the id of a dump with something unusable is not kept, so that what is wrong is told at each run.
func TestRejectsAreReadAgain(t *testing.T) {
	w := &world{url: dumpURL, answer: func(string) ([]byte, bool, error) {
		return []byte(`{"id":"d1","events":[{"id":"a","venue":` + place + `}],"venues":[]}`), false, nil
	}}
	if outcome, err := w.pull(t, Options{Cities: []string{"Larvik"}}); err != nil || len(outcome.State) > 0 || len(w.rejects) != 1 {
		t.Errorf("%+v, %d rejects, error %v", outcome, len(w.rejects), err)
	}
}

// TestUnchangedDump: the same bytes as last time are not read.
func TestUnchangedDump(t *testing.T) {
	for name, body := range map[string]string{"descriptor": `{"id":"d2","uri":"https://d.example/x"}`, "dump": `{"events":[],"venues":[]}`} {
		w := &world{url: dumpURL, answer: func(string) ([]byte, bool, error) { return []byte(body), true, nil }}
		if outcome, err := w.pull(t, Options{Cities: []string{"Larvik"}}); err != nil || !outcome.Unchanged || len(w.asked) != 1 {
			t.Errorf("%s: %+v, %d requests, error %v", name, outcome, len(w.asked), err)
		}
	}
}

// TestHostileDumps: what is packed too well, cut off or packed twice is an error of its own, at a cost within bounds.
func TestHostileDumps(t *testing.T) {
	whole := large(t, 200)
	spoiled := slices.Clone(whole)
	spoiled[len(spoiled)-6] ^= 0xff // of the checksum
	bomb := pack(t, func(z *gzip.Writer) {
		fmt.Fprint(z, `{"count":"`)
		for range (most >> 20) + 2 {
			_, _ = z.Write(bytes.Repeat([]byte(" "), 1<<20))
		}
	})
	for name, tt := range map[string]struct {
		body []byte
		want string
	}{
		"bomb":         {bomb, "på høyst 64 MiB utpakket"},
		"cut off":      {whole[:len(whole)/2], "resten av svaret, som er kuttet"},
		"spoiled":      {spoiled, "en hel gzip-fil"},
		"packed twice": {pack(t, func(z *gzip.Writer) { _, _ = z.Write(whole) }), "Ticksters dump"},
		"no header":    {[]byte("\x1f\x8bxx"), "en gzip-fil"},
		"more after":   {pack(t, func(z *gzip.Writer) { fmt.Fprint(z, `{"events":[]} x`) }), "Ticksters dump"},
	} {
		w := &world{url: dumpURL, answer: func(string) ([]byte, bool, error) { return tt.body, false, nil }}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := w.pull(t, Options{Cities: []string{"Larvik"}})
		runtime.ReadMemStats(&after)
		if err == nil || !errors.Is(err, connectors.ErrUnreadable) || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "upcoming?key=…: ") || strings.Contains(err.Error(), "prove") {
			t.Errorf("%s: error %v", name, err)
		}
		if made := (after.TotalAlloc - before.TotalAlloc) >> 20; made > 400 {
			t.Errorf("%s: %d MiB allocated", name, made)
		}
	}
}

// found is a search over n events.
func found(n int, unchanged bool) func(string) ([]byte, bool, error) {
	return func(address string) ([]byte, bool, error) {
		u, _ := url.Parse(address)
		skip, take := 0, 0
		fmt.Sscan(u.Query().Get("skip"), &skip)
		fmt.Sscan(u.Query().Get("take"), &take)
		var hits []string
		for i := skip; i < min(skip+take, n); i++ {
			hits = append(hits, fmt.Sprintf(`{"id":"e%d","name":"Konsert %d","start":"2026-12-01T18:00:00Z","description":%q,"venue":%s}`, i, i, strings.Repeat("omtale ", 60), place))
		}
		return fmt.Appendf(nil, `{"totalHits":%d,"hits":[%s]}`, n, strings.Join(hits, ",")), unchanged, nil
	}
}

// TestLargeSearch: 50,000 hits a hundred at a time, in bounded memory; unchanged, they cost a request for each page.
func TestLargeSearch(t *testing.T) {
	n := 50_000
	if testing.Short() {
		n = 5_000
	}
	start, peak := heap(), uint64(0)
	w := &world{url: searchURL, answer: found(n, false)}
	w.seen = func(catalog.Record) {
		if w.records%10_000 == 0 {
			peak = max(peak, heap())
		}
	}
	outcome, err := w.pull(t, Options{MaxPages: 1_000})
	if err != nil || !outcome.Complete || w.records != n || len(w.asked) != n/pageSize {
		t.Fatalf("%+v, %d records, %d requests, error %v", outcome, w.records, len(w.asked), err)
	}
	w.answer = found(n, true)
	again := w.answer
	w.answer = func(address string) ([]byte, bool, error) {
		if len(w.asked)%100 == 0 {
			peak = max(peak, heap())
		}
		return again(address)
	}
	if outcome, err = w.pull(t, Options{MaxPages: 1_000}); err != nil || !outcome.Unchanged || w.records != 0 || len(w.asked) != n/pageSize {
		t.Errorf("unchanged: %+v, %d records, %d requests, error %v", outcome, w.records, len(w.asked), err)
	}
	t.Logf("%d MiB above the start at most", int64(peak-start)>>20)
	if int64(peak-start)>>20 > 200 {
		t.Errorf("%d MiB above the start", int64(peak-start)>>20)
	}
}

func TestSearch(t *testing.T) {
	failing := func(status int) error {
		return &fetch.Error{Step: fetch.StepStatus, Status: status, Message: "feil"}
	}
	tests := []struct {
		name    string
		url     string
		o       Options
		answer  func(string) ([]byte, bool, error)
		records int
		asked   []string // the ends of the addresses
		why     string
		err     string
	}{
		{"more pages than allowed", searchURL, Options{MaxPages: 2}, found(500, false), 200, []string{"skip=0&take=100", "skip=100&take=100"}, "flere enn 2 sider", ""},
		{"the same page for ever", searchURL, Options{}, func(string) ([]byte, bool, error) { return found(100, false)(searchURL + "&skip=0&take=50") }, 50, []string{"skip=0&take=100", "skip=50&take=100"}, "100 treff, men 50 ulike", ""},
		{"no total", searchURL + "&take=2", Options{}, func(a string) ([]byte, bool, error) {
			b, u, err := found(3, false)(a)
			return bytes.Replace(b, []byte("totalHits"), []byte("x"), 1), u, err
		}, 3, []string{"skip=0&take=2", "skip=2&take=2", "skip=3&take=2"}, "", ""},
		{"too much asked for", searchURL + "&take=101", Options{}, nil, 0, nil, "", "take=101"},
		{"an unchanged page and a changed one", searchURL + "&take=1", Options{}, func(a string) ([]byte, bool, error) { return found(2, !strings.Contains(a, "skip=1"))(a) }, 2, []string{"skip=0&take=1", "skip=1&take=1"}, "", ""},
		{"details fail", searchURL, Options{Details: true}, func(a string) ([]byte, bool, error) {
			if strings.Contains(a, "/search") {
				return found(5, false)(a)
			}
			return nil, false, failing(503)
		}, 0, []string{"skip=0&take=100", "/nb/api/0.4/events/e0?key=prove", "/e1?key=prove", "/e2?key=prove"}, "", "3 svar på rad"},
		{"one detail fails", searchURL, Options{Details: true, DetailURL: "https://api.tickster.example/en/{id}"}, func(a string) ([]byte, bool, error) {
			switch {
			case strings.Contains(a, "/search"):
				return found(2, true)(a)
			case strings.HasSuffix(a, "/e0"):
				return nil, false, failing(503)
			}
			return []byte(`{"id":"e1","name":"Hel"}`), true, nil
		}, 1, []string{"skip=0&take=100", "/en/e0", "/en/e1"}, "", ""},
		{"events of an organiser", "https://event.tickster.example/api/v1.0/nb/organizers/o1/events", Options{Details: true}, func(a string) ([]byte, bool, error) {
			if strings.Contains(a, "/organizers/") {
				return []byte(`{"items":[{"id":"e0","name":"Konsert","startUtc":"2026-12-01T18:00:00"}],"totalItems":1}`), false, nil
			}
			return []byte(`{"id":"e0","name":"Hel"}`), false, nil
		}, 1, []string{"skip=0&take=100", "/api/v1.0/nb/events/e0"}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := &world{url: tt.url, answer: tt.answer}
			outcome, err := w.pull(t, tt.o)
			if (err != nil) != (tt.err != "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("error %v", err)
			}
			if err == nil && (w.records != tt.records || outcome.Complete != (tt.why == "") || !strings.Contains(outcome.Why, tt.why) || outcome.Unchanged) {
				t.Errorf("%+v, %d records", outcome, w.records)
			}
			if len(w.asked) != len(tt.asked) {
				t.Fatalf("asked for %q", w.asked)
			}
			for i, a := range w.asked {
				if !strings.HasSuffix(a, tt.asked[i]) {
					t.Errorf("asked for %q, want %q", a, tt.asked[i])
				}
			}
		})
	}
}

// TestUnchangedDetails: nothing changed means one request for each page and each event, and nothing emitted.
func TestUnchangedDetails(t *testing.T) {
	w := &world{url: searchURL, answer: func(a string) ([]byte, bool, error) {
		if strings.Contains(a, "/search") {
			return found(3, true)(a)
		}
		return []byte(`{"name":"Hel"}`), true, nil
	}}
	if outcome, err := w.pull(t, Options{Details: true}); err != nil || !outcome.Unchanged || w.records != 0 || len(w.asked) != 4 {
		t.Errorf("%+v, %d records, %d requests, error %v", outcome, w.records, len(w.asked), err)
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{MaxPages: 3_000}, {MaxDetails: -1}, {Cities: []string{"–"}}, {TicketTypes: []string{""}}, {DetailURL: "https://api.tickster.com/x"}} {
		if _, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil }); err == nil || !strings.HasPrefix(err.Error(), "options.") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}

func TestRecognise(t *testing.T) {
	for address, want := range map[string]int{"https://www.tickster.com/nb/events/x": 1, "https://api.tickster.com/": 1, "https://tickster.example/": 0} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := recognise(&connectors.Answer{URL: u}); len(got) != want || want > 0 && (got[0].Secret == "" || strings.Contains(got[0].URL, "key=") != strings.Contains(got[0].URL, "key=${")) {
			t.Errorf("%s: %+v", address, got)
		}
	}
}
