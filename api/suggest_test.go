package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"fritidshub/index"
	"fritidshub/index/memory"
)

// memoryHub is a hub over the embedded engine.
func memoryHub(t testing.TB, change ...func(*Options)) *hub {
	engine := memory.New()
	h := newHub(t, append(change, func(o *Options) { o.Engine = func() index.Engine { return engine } })...)
	if err := engine.Apply(context.Background(), index.Batch{Upserts: h.engine.docs, Change: 1}); err != nil {
		t.Fatal(err)
	}
	return h
}

type suggestions struct {
	Suggestions []suggestion `json:"suggestions"`
}

func TestSuggest(t *testing.T) {
	h := memoryHub(t)
	for target, want := range map[string]string{
		"q=stri":                "listing Strikkekafé på biblioteket 1",
		"q=Lar":                 "place Larvik 5",
		"q=fu":                  "place Furulund flerbrukshall 2; category Fotball 1; organizer Furulund IL (eksempel) 1",
		"q=eksempelb":           "place Eksempelbiblioteket 2",
		"q=bibliotek":           "listing Strikkekafé på biblioteket 1",
		"q=fot":                 "category Fotball 1",
		"q=fot&lang=en":         "category Football 1",
		"q=fussball":            "",
		"q=jule":                "listing Julekonsert med korps og kor 1",
		"q=":                    "",
		"q=!":                   "",
		"q=lan+ski":             "listing Lån ski, skøyter og kajakk 1",
		"q=sko":                 "listing Lån ski, skøyter og kajakk 1",
		"q=eks":                 "place Eksempelbiblioteket 2; organizer Frivilligsentralen Eksempel 2; organizer Kulturhuset Eksempel 2; organizer Furulund IL (eksempel) 1; organizer Utlånsboden (eksempel) 1; listing Opplevelseskortet (eksempel) 1",
		"q=e&limit=1":           "place Eksempelbiblioteket 2",
		"q=norsk":               "category Kurs, språk og læring 1",
		"q=%D1%80%D0%BE%D0%B7":  "listing Розмовний клуб норвезької 1",
		"q=%D1%84%D1%83%D1%82":  "category Fotball 1",
		"q=borte":               "",
		"q=turn+for":            "",
		"q=familieforestilling": "listing Familieforestilling: Reven i snøen 1",
	} {
		var a suggestions
		h.getJSON("/api/v1/suggest?"+target, &a)
		var got []string
		for _, s := range a.Suggestions {
			got = append(got, fmt.Sprintf("%s %s %d", s.Kind, s.Text, s.Count))
			var found answer
			h.getJSON(s.URL+"&facets=none", &found)
			if found.Total < s.Count || s.ID != "" && found.Items[0].ID != s.ID {
				t.Errorf("%s: %+v finds %d", target, s, found.Total)
			}
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%s: %s\nwant %s", target, strings.Join(got, "; "), want)
		}
	}
	golden(t, "suggest", h.get("/api/v1/suggest?q=fu", http.StatusOK))
}

func TestSuggestCaching(t *testing.T) {
	h := memoryHub(t)
	w := h.do("GET", "/api/v1/suggest?q=fu")
	if w.Header().Get("ETag") == "" || w.Header().Get("Cache-Control") != cacheShort {
		t.Errorf("%v", w.Header())
	}
	if again := h.do("GET", "/api/v1/suggest?q=fu", "If-None-Match", w.Header().Get("ETag")); again.Code != 304 {
		t.Errorf("%d", again.Code)
	}
	for _, bad := range []string{"x=1", "limit=0", "kind=event", "q=" + strings.Repeat("x", 201), "lang=xx"} {
		h.get("/api/v1/suggest?"+bad, 400)
	}
	limited := memoryHub(t, func(o *Options) { o.RateLimit = RateLimit{PerSecond: 1, Burst: 1} })
	limited.get("/api/v1/suggest?q=fu", 200)
	limited.get("/api/v1/suggest?q=fu", 429)
}

// An engine that knows no titles still lets names be suggested.
func TestSuggestWithoutTitles(t *testing.T) {
	h := newHub(t)
	var a suggestions
	h.getJSON("/api/v1/suggest?q=fu", &a)
	if len(a.Suggestions) != 3 {
		t.Errorf("%+v", a)
	}
	h.engine.err = errors.New("down")
	h.get("/api/v1/suggest?q=fu", 200) // what is known is known
	fresh := newHub(t)
	fresh.engine.err = errors.New("down")
	fresh.get("/api/v1/suggest?q=fu", 503)
}

func TestAged(t *testing.T) {
	n, done := 0, make(chan int, 1)
	var fails error
	a := aged[int]{hold: time.Minute, load: func(context.Context) (int, error) { n++; done <- n; return n, fails }}
	now := time.Unix(0, 0)
	get := func() int { v, _ := a.get(context.Background(), now); return v }
	settle := func() {
		<-done
		for busy := true; busy; {
			a.mu.Lock()
			busy = a.reading
			a.mu.Unlock()
		}
	}
	if get() != 1 || <-done != 1 || get() != 1 {
		t.Fatal("the first is not kept")
	}
	now = now.Add(time.Minute)
	if get() != 1 {
		t.Error("somebody had to wait")
	}
	if settle(); get() != 2 {
		t.Error("the new one is not given")
	}
	now, fails = now.Add(time.Hour), errors.New("down")
	get()
	if settle(); get() != 2 {
		t.Error("a failure took away what was known")
	}
}

func FuzzSuggest(f *testing.F) {
	h := memoryHub(f)
	for _, q := range []string{"sv", "s", "Lån ski", "æøå", "", "  ", "«", "\x00"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		h.t = t
		w := h.do("GET", "/api/v1/suggest?"+url.Values{"q": {q}}.Encode())
		if w.Code != 200 && w.Code != 400 {
			t.Errorf("%q: %d", q, w.Code)
		}
	})
}
