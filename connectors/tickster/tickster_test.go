package tickster

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	_ "time/tzdata"

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

// same answers every address with body.
func same(body []byte) connectortest.Answer {
	return func(string) ([]byte, string, bool) { return body, "application/octet-stream", true }
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
	const n = 50_000
	packed := sync.OnceValue(func() []byte { return large(t, n) })
	var asked []string
	connectortest.Large(t, Kind, dumpURL, "{countries: [NO]}", n-n/5+n/50, func(address string) ([]byte, string, bool) {
		if asked = append(asked, address); address == dumpURL {
			return descriptor("d1", len(asked)), "application/json", true
		}
		return packed(), "application/octet-stream", true
	})
	if !slices.Equal(asked, []string{dumpURL, "https://dumps.s3.amazonaws.com/nb/d1?Expires=1&Signature=s%3D", dumpURL}) {
		t.Errorf("asked for %q", asked)
	}
}

// TestSameDump: a dump of the same id is not read, whatever its address.
func TestSameDump(t *testing.T) {
	c := connectortest.At(t, dumpURL, "{countries: [NO]}")
	c.State = "d1"
	got, err := connectortest.Pull(t, Kind, c, same(descriptor("d1", 2)))
	if err != nil || !got.Complete || !got.Unchanged || got.State != "d1" || len(got.Asked) != 1 {
		t.Errorf("%+v, error %v", got, err)
	}
}

// TestRejectsAreReadAgain: the id of a dump with something unusable is not kept, so that what is wrong is told at each run.
func TestRejectsAreReadAgain(t *testing.T) {
	got, err := connectortest.Pull(t, Kind, connectortest.At(t, dumpURL, "{cities: [Larvik]}"), same([]byte(`{"id":"d1","events":[{"id":"a","venue":`+place+`}],"venues":[]}`)))
	if err != nil || got.State != "" || len(got.Rejects) != 1 {
		t.Errorf("%+v, error %v", got, err)
	}
}

// TestUnchangedDump: the same bytes as last time are not read.
func TestUnchangedDump(t *testing.T) {
	for name, body := range map[string]string{"descriptor": `{"id":"d2","uri":"https://d.example/x"}`, "dump": `{"events":[],"venues":[]}`} {
		c := connectortest.At(t, dumpURL, "{cities: [Larvik]}")
		c.Unchanged = func(string) bool { return true }
		if got, err := connectortest.Pull(t, Kind, c, same([]byte(body))); err != nil || !got.Unchanged || len(got.Asked) != 1 {
			t.Errorf("%s: %+v, error %v", name, got, err)
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
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := connectortest.Pull(t, Kind, connectortest.At(t, dumpURL, "{cities: [Larvik]}"), same(tt.body))
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
func found(n int) connectortest.Answer {
	return func(address string) ([]byte, string, bool) {
		u, _ := url.Parse(address)
		skip, take := 0, 0
		fmt.Sscan(u.Query().Get("skip"), &skip)
		fmt.Sscan(u.Query().Get("take"), &take)
		var hits []string
		for i := skip; i < min(skip+take, n); i++ {
			hits = append(hits, fmt.Sprintf(`{"id":"e%d","name":"Konsert %d","start":"2026-12-01T18:00:00Z","description":%q,"venue":%s}`, i, i, strings.Repeat("omtale ", 60), place))
		}
		return fmt.Appendf(nil, `{"totalHits":%d,"hits":[%s]}`, n, strings.Join(hits, ",")), "application/json", true
	}
}

// either answers a search with list, and any other address with body.
func either(list connectortest.Answer, body string) connectortest.Answer {
	return func(address string) ([]byte, string, bool) {
		if strings.Contains(address, "/search") {
			return list(address)
		}
		return []byte(body), "application/json", true
	}
}

// TestLargeSearch reads 50,000 hits a hundred at a time.
func TestLargeSearch(t *testing.T) {
	connectortest.Large(t, Kind, searchURL, "{max_pages: 1000}", 50_000, found(50_000))
}

func TestSearch(t *testing.T) {
	tests := []struct {
		name    string
		url     string
		options string
		answer  connectortest.Answer
		failing string // the beginning of the ids of events
		records int
		asked   []string // the ends of the addresses
		why     string
		err     string
	}{
		{"more pages than allowed", searchURL, "{max_pages: 2}", found(500), "", 200, []string{"skip=0&take=100", "skip=100&take=100"}, "flere enn 2 sider", ""},
		{"the same page for ever", searchURL, "", func(string) ([]byte, string, bool) { return found(100)(searchURL + "&skip=0&take=50") }, "", 50, []string{"skip=0&take=100", "skip=50&take=100"}, "100 treff, men 50 ulike", ""},
		{"no total", searchURL + "&take=2", "", func(a string) ([]byte, string, bool) {
			b, kind, ok := found(3)(a)
			return bytes.Replace(b, []byte("totalHits"), []byte("x"), 1), kind, ok
		}, "", 3, []string{"skip=0&take=2", "skip=2&take=2", "skip=3&take=2"}, "", ""},
		{"too much asked for", searchURL + "&take=101", "", nil, "", 0, nil, "", "take=101"},
		{"details fail", searchURL, "{details: true}", found(5), "e", 0, []string{"skip=0&take=100", "/nb/api/0.4/events/e0?key=prove", "/e1?key=prove", "/e2?key=prove"}, "", "3 svar på rad"},
		{"one detail fails", searchURL, "{details: true, detail_url: 'https://api.tickster.example/en/{id}'}", either(found(2), `{"id":"e1","name":"Hel"}`), "e0", 1, []string{"skip=0&take=100", "/en/e0", "/en/e1"}, "", ""},
		{"events of an organiser", "https://event.tickster.example/api/v1.0/nb/organizers/o1/events", "{details: true}", func(a string) ([]byte, string, bool) {
			if strings.Contains(a, "/organizers/") {
				return []byte(`{"items":[{"id":"e0","name":"Konsert","startUtc":"2026-12-01T18:00:00"}],"totalItems":1}`), "application/json", true
			}
			return []byte(`{"id":"e0","name":"Hel"}`), "application/json", true
		}, "", 1, []string{"skip=0&take=100", "/api/v1.0/nb/events/e0"}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := connectortest.At(t, tt.url, tt.options)
			c.Fails = func(address string) error {
				if base := filepath.Base(address); tt.failing != "" && strings.HasPrefix(base, tt.failing) {
					return &fetch.Error{Step: fetch.StepStatus, Status: 503, Message: "feil"}
				}
				return nil
			}
			got, err := connectortest.Pull(t, Kind, c, tt.answer)
			if (err != nil) != (tt.err != "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("error %v", err)
			}
			if err == nil && (len(got.Records) != tt.records || got.Complete != (tt.why == "") || !strings.Contains(got.Why, tt.why) || got.Unchanged) {
				t.Errorf("%+v", got)
			}
			if !slices.EqualFunc(got.Asked, tt.asked, strings.HasSuffix) {
				t.Errorf("asked for %q", got.Asked)
			}
		})
	}
}

// TestUnchangedDetails: nothing changed means one request for each page and each event, and nothing emitted; one page changed means all.
func TestUnchangedDetails(t *testing.T) {
	for changed, records := range map[string]int{"": 0, "/search": 3, "/e1": 3} {
		c := connectortest.At(t, searchURL, "{details: true}")
		c.Unchanged = func(address string) bool { return changed == "" || !strings.Contains(address, changed) }
		got, err := connectortest.Pull(t, Kind, c, either(found(3), `{"name":"Hel"}`))
		if err != nil || got.Unchanged != (changed == "") || len(got.Records) != records || len(got.Asked) != 4 {
			t.Errorf("%q changed: %+v, error %v", changed, got, err)
		}
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
