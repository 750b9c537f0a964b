package geocode

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
	"fritidshub/fetch"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// register is a fake of Kartverket's address register, made from what is known of it second-hand (path, parameters, and the fields
// adressetekst, postnummer, poststed, kommunenummer, representasjonspunkt). It was not held against the real one.
type register struct {
	asked  []url.Values
	answer func(ask url.Values) (status int, body string)
}

func one(text, code, locality, municipality string, lat, lon float64) string {
	return fmt.Sprintf(`{"adressetekst":%q,"postnummer":%q,"poststed":%q,"kommunenummer":%q,"representasjonspunkt":{"epsg":"EPSG:4258","lat":%v,"lon":%v}}`,
		text, code, locality, municipality, lat, lon)
}

func list(hits ...string) string {
	return `{"metadata":{"totaltAntallTreff":` + fmt.Sprint(len(hits)) + `},"adresser":[` + strings.Join(hits, ",") + `]}`
}

func (r *register) serve(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path != "/adresser/v1/sok" {
			t.Errorf("asked for %s", q.URL.Path)
		}
		r.asked = append(r.asked, q.URL.Query())
		status, body := r.answer(q.URL.Query())
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	return s.URL + "/adresser/v1"
}

func client(t *testing.T, base string, cache *Cache, now func() time.Time) *Client {
	t.Helper()
	f := fetch.New(fetch.Options{AllowPrivate: "*", Limits: fetch.Limits{Spacing: -1, Retries: -1, Dial: time.Second}})
	t.Cleanup(f.Close)
	return New(f, base, cache, now)
}

func fixed() time.Time { return noon }

func TestFound(t *testing.T) {
	file := filepath.Join(t.TempDir(), "geocode.jsonl")
	r := &register{answer: func(url.Values) (int, string) {
		return 200, list(one("Kongegata 15", "3256", "LARVIK", "3909", 59.1, 10.1), one("Kongegata 5", "3256", "LARVIK", "3909", 59.0512, 10.0321))
	}}
	base := r.serve(t)
	cache, err := OpenCache(file)
	if err != nil {
		t.Fatal(err)
	}
	c := client(t, base, cache, fixed)
	place := catalog.Place{Name: "Frivilligsentralen", Address: "Kongegt. 5, 2. etasje", Municipality: "3909"}
	p := place
	if c.Known(&p) || p != place {
		t.Fatal("known before it was asked for", p)
	}
	if found := c.Ask(t.Context()); found != 1 {
		t.Fatalf("found %d", found)
	}
	want := place
	want.Geo, want.PostalCode = &catalog.Point{Lat: 59.0512, Lon: 10.0321}, "3256"
	for _, again := range []*Client{c, client(t, base, reopen(t, file), fixed)} { // also after a restart
		p := place
		if !again.Known(&p) {
			t.Fatal("not known")
		}
		if diff := cmp.Diff(want, p); diff != "" {
			t.Error(diff)
		}
		again.Ask(t.Context())
	}
	if len(r.asked) != 1 {
		t.Errorf("asked %d times", len(r.asked))
	}
	if ask := r.asked[0]; ask.Get("sok") != "Kongegt. 5" || ask.Get("kommunenummer") != "3909" {
		t.Errorf("asked %v", ask)
	}
}

func reopen(t *testing.T, file string) *Cache {
	t.Helper()
	c, err := OpenCache(file)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestChoose: what is not surely the address asked for is not found.
func TestChoose(t *testing.T) {
	kongegata := query{address: "Kongegata 5", number: "3909", postalCode: "3256"}
	far := []string{one("Kongegata 5A", "3256", "LARVIK", "3909", 59.05, 10.03), one("Kongegata 5B", "3256", "LARVIK", "3909", 59.06, 10.03)}
	for _, c := range []struct {
		name  string
		q     query
		body  string
		found bool
	}{
		{"itself", kongegata, list(one("Kongegata 5", "3256", "LARVIK", "3909", 59.05, 10.03)), true},
		{"entrances of one house", kongegata, list(one("Kongegata 5A", "3256", "LARVIK", "3909", 59.0500, 10.03), one("Kongegata 5B", "3256", "LARVIK", "3909", 59.0501, 10.03)), true},
		{"two houses", kongegata, list(far...), false},
		{"itself among entrances", kongegata, list(append(far, one("Kongegata 5", "3256", "LARVIK", "3909", 59.05, 10.03))...), true},
		{"another number", kongegata, list(one("Kongegata 50", "3256", "LARVIK", "3909", 59.05, 10.03)), false},
		{"another street", kongegata, list(one("Kongeveien 5", "3256", "LARVIK", "3909", 59.05, 10.03)), false},
		{"another postal code", kongegata, list(one("Kongegata 5", "3290", "STAVERN", "3909", 59.05, 10.03)), false},
		{"another municipality", kongegata, list(one("Kongegata 5", "3256", "LARVIK", "3907", 59.05, 10.03)), false},
		{"a letter asked for that is not there", query{address: "Kongegata 5 C", number: "3909"}, list(one("Kongegata 5", "3256", "LARVIK", "3909", 59.05, 10.03)), false},
		{"one street in two towns", query{address: "Storgata 1", number: "3909"}, list(one("Storgata 1", "3256", "LARVIK", "3909", 59.05, 10.03), one("Storgata 1", "3290", "STAVERN", "3909", 58.99, 10.03)), false},
		{"swapped", kongegata, list(one("Kongegata 5", "3256", "LARVIK", "3909", 10.03, 59.05)), false},
		{"no position", kongegata, `{"adresser":[{"adressetekst":"Kongegata 5","postnummer":"3256","kommunenummer":"3909"}]}`, false},
		{"nothing", kongegata, list(), false},
	} {
		var got struct {
			Hits []hit `json:"adresser"`
		}
		if err := json.Unmarshal([]byte(c.body), &got); err != nil {
			t.Fatal(err)
		}
		if a := choose(c.q, got.Hits); a.none() == c.found {
			t.Errorf("%s: %+v", c.name, a)
		}
	}
}

// TestNotAsked: only a street with a number in a place that is told is asked for.
func TestNotAsked(t *testing.T) {
	cache, _ := OpenCache("")
	r := &register{answer: func(url.Values) (int, string) { return 200, list() }}
	c := client(t, r.serve(t), cache, fixed)
	for _, p := range []catalog.Place{
		{}, {Name: "Bølgen", Municipality: "3909"}, {Address: "Kongegata 5"}, {Address: "Postboks 12", Municipality: "3909"}, {Address: "v/ Torget", Municipality: "3909"},
		{Address: "Kongegata 5", Municipality: "3909", Online: true}, {Address: "Kongegata 5", Municipality: "3909", Geo: &catalog.Point{Lat: 59, Lon: 10}},
	} {
		if c.Known(&p) {
			t.Errorf("%+v", p)
		}
	}
	c.Known(nil)
	if c.Ask(t.Context()); len(r.asked) != 0 {
		t.Errorf("asked %v", r.asked)
	}
}

// TestNoNetwork: nothing fails, the register is left alone for a while, and what was not answered is asked for later.
func TestNoNetwork(t *testing.T) {
	for name, fault := range map[string]func() (int, string){
		"503": func() (int, string) { return 503, "" }, "no JSON": func() (int, string) { return 200, "<html>" }, "another form": func() (int, string) { return 200, `{"hits":[]}` },
	} {
		t.Run(name, func(t *testing.T) {
			cache, _ := OpenCache("")
			now, well := noon, false
			r := &register{}
			r.answer = func(url.Values) (int, string) {
				if well {
					return 200, list(one("Kongegata 5", "3256", "LARVIK", "3909", 59.05, 10.03))
				}
				return fault()
			}
			c := client(t, r.serve(t), cache, func() time.Time { return now })
			for _, a := range []string{"Kongegata 5", "Kongegata 7"} {
				c.Known(&catalog.Place{Address: a, PostalCode: "3256"})
			}
			for range 3 {
				if c.Ask(t.Context()) != 0 {
					t.Error("found")
				}
			}
			if len(r.asked) != 1 || cache.Len() != 0 {
				t.Errorf("asked %d times, %d answers", len(r.asked), cache.Len())
			}
			now, well = now.Add(rest+time.Second), true
			if found := c.Ask(t.Context()); found != 1 || cache.Len() != 2 {
				t.Errorf("found %d, %d answers", found, cache.Len())
			}
			if ask := r.asked[1].Get("sok"); ask != "Kongegata 5 3256" {
				t.Errorf("asked %q", ask)
			}
		})
	}
	t.Run("nobody there", func(t *testing.T) {
		cache, _ := OpenCache("")
		c := client(t, "http://127.0.0.1:1", cache, fixed)
		c.Known(&catalog.Place{Address: "Kongegata 5", Municipality: "3909"})
		if c.Ask(t.Context()) != 0 || cache.Len() != 0 {
			t.Error("found")
		}
	})
	t.Run("stopped", func(t *testing.T) {
		cache, _ := OpenCache("")
		r := &register{answer: func(url.Values) (int, string) { return 200, list() }}
		c := client(t, r.serve(t), cache, fixed)
		c.Known(&catalog.Place{Address: "Kongegata 5", Municipality: "3909"})
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if c.Ask(ctx) != 0 || len(r.asked) != 0 {
			t.Error("asked")
		}
	})
}

// TestNotFound is remembered, and asked for anew after a season. A question that the register refuses does not stop the next.
func TestNotFound(t *testing.T) {
	cache, _ := OpenCache("")
	now := noon
	r := &register{answer: func(ask url.Values) (int, string) {
		if strings.HasPrefix(ask.Get("sok"), "Kongegata 5") {
			return 400, ""
		}
		return 200, list()
	}}
	c := client(t, r.serve(t), cache, func() time.Time { return now })
	meet := func() {
		c.Known(&catalog.Place{Address: "Kongegata 5", Municipality: "3909"})
		c.Known(&catalog.Place{Address: "Kongegata 7", Municipality: "3909"})
		c.Ask(t.Context())
	}
	meet()
	meet()
	if len(r.asked) != 2 {
		t.Errorf("asked %d times", len(r.asked))
	}
	now = now.Add(again + time.Hour)
	if meet(); len(r.asked) != 4 {
		t.Errorf("asked %d times in all", len(r.asked))
	}
}

func TestCache(t *testing.T) {
	file := filepath.Join(t.TempDir(), "geocode.jsonl")
	c := reopen(t, file)
	for i := range 30 {
		c.put("a", Answer{At: noon, Lat: 59, Lon: float64(i)})
	}
	c.put("b", Answer{At: noon})
	broken, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	broken.WriteString("{\"key\":\"c\"\n\nnull\n{}\n") // a kill in the middle of a write
	broken.Close()
	c = reopen(t, file)
	if a, ok := c.get("a"); !ok || a.Lon != 29 || c.Len() != 2 {
		t.Errorf("%+v %v, %d", a, ok, c.Len())
	}
	if a, ok := c.get("b"); !ok || !a.none() {
		t.Errorf("%+v %v", a, ok)
	}

	// A line that is too long is passed over; the file is written anew without it.
	long, _ := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	long.WriteString(strings.Repeat("x", 2*maxLine) + "\n")
	long.Close()
	if c = reopen(t, file); c.Len() != 2 {
		t.Errorf("%d answers", c.Len())
	}
	if text, _ := os.ReadFile(file); strings.Count(string(text), "\n") != 2 || strings.Contains(string(text), "xx") {
		t.Errorf("the file is\n%s", text)
	}

	// What is above the bound goes, the oldest first.
	c = &Cache{answers: map[string]Answer{}}
	for i := range MaxAnswers + 1 {
		c.put(fmt.Sprint(i), Answer{At: noon.Add(time.Duration(i) * time.Second), Lat: 59, Lon: 10})
	}
	_, oldest := c.get("0")
	_, newest := c.get(fmt.Sprint(MaxAnswers))
	if c.Len() > MaxAnswers || oldest || !newest {
		t.Errorf("%d answers, oldest %v, newest %v", c.Len(), oldest, newest)
	}
	if _, err := OpenCache(t.TempDir()); err == nil {
		t.Error("a folder was opened")
	}
}

// TestCacheIsShared: what one process adds, another that has the file open knows, also after the file was written anew.
func TestCacheIsShared(t *testing.T) {
	file := filepath.Join(t.TempDir(), "geocode.jsonl")
	serve, sync := reopen(t, file), reopen(t, file)
	for i, rewrite := range []bool{false, true, false} {
		key := fmt.Sprint(i)
		sync.put(key, Answer{At: noon, Lat: 59, Lon: 10})
		if rewrite {
			if err := sync.rewrite(); err != nil {
				t.Fatal(err)
			}
		}
		serve.put("own "+key, Answer{At: noon, Lat: 60, Lon: 11})
		if _, ok := serve.get(key); !ok {
			t.Errorf("%s is not known to the other", key)
		}
		if _, ok := sync.get("own " + key); !ok {
			t.Errorf("own %s is not known to the other", key)
		}
	}
	if c := reopen(t, file); c.Len() != 6 {
		t.Errorf("%d answers in the file", c.Len())
	}
}

// FuzzAnswer: no answer of the register makes a position outside Norway, or stops the program.
func FuzzAnswer(f *testing.F) {
	f.Add(list(one("Kongegata 5", "3256", "LARVIK", "3909", 59.05, 10.03)))
	f.Add(list(one("Kongegata 5A", "3256", "LARVIK", "3909", 59.05, 10.03), one("Kongegata 5B", "3256", "LARVIK", "3909", 10.03, 59.05)))
	f.Add(`{"adresser":[{"adressetekst":"Kongegata 5","representasjonspunkt":{"lat":1e308}}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		var got struct {
			Hits []hit `json:"adresser"`
		}
		if json.Unmarshal([]byte(body), &got) != nil {
			return
		}
		a := choose(query{address: "Kongegata 5", number: "3909"}, got.Hits)
		if !a.none() && (a.Lat < 57 || a.Lat > 72 || a.Lon < 4 || a.Lon > 32 || a.Municipality != "3909") {
			t.Errorf("%+v", a)
		}
	})
}
