package api

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"fritidshub/catalog"
	"fritidshub/index"
)

var update = flag.Bool("update", false, "write the wanted answers anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	var pretty strings.Builder
	var v any
	if err := json.Unmarshal([]byte(got), &v); err != nil {
		t.Fatalf("%s is not JSON: %v", name, err)
	}
	enc := json.NewEncoder(&pretty)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(pretty.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), pretty.String()); diff != "" {
		t.Error(diff)
	}
}

func TestAnswers(t *testing.T) {
	h := newHub(t)
	football, concert := h.store.listings[0].ID, h.store.listings[1].ID
	for name, target := range map[string]string{
		"search":          "/api/v1/search?kind=activity&kind=event&facets=kind,category,weekday,scheme,source",
		"search-empty":    "/api/v1/search?q=fotball&free=true&age=40&kind=facility&facets=none",
		"search-english":  "/api/v1/search?lang=en&weekday=tu&facets=weekday,kind",
		"listing":         "/api/v1/listings/" + football,
		"listing-merged":  "/api/v1/listings/" + concert,
		"occurrences":     "/api/v1/listings/" + football + "/occurrences?from=2027-03-20&to=2027-04-06",
		"occurrences-day": "/api/v1/listings/" + h.store.listings[5].ID + "/occurrences",
		"sources":         "/api/v1/sources",
		"organizers":      "/api/v1/organizers",
		"places":          "/api/v1/places",
		"schemes":         "/api/v1/schemes",
		"ready":           "/readyz",
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, h.get(target, http.StatusOK)) })
	}
}

func TestSearchWalk(t *testing.T) {
	h := newHub(t)
	seen := map[string]int{}
	target := "/api/v1/search?limit=2&sort=title&facets=none"
	for pages := 0; target != ""; pages++ {
		var a answer
		h.getJSON(target, &a)
		if a.Total != 7 || pages > 4 {
			t.Fatalf("total %d, page %d", a.Total, pages)
		}
		for _, item := range a.Items {
			seen[item.ID]++
		}
		if target = a.Next; target != "" && !strings.HasPrefix(target, "/api/v1/search?") {
			t.Fatalf("next is %q", target)
		}
	}
	if len(seen) != 7 {
		t.Errorf("%d of 7 listings seen", len(seen))
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s seen %d times", id, n)
		}
	}
}

// What ends or begins while someone turns the pages must not move between them; who comes back much later sees what is then.
func TestSearchWalkTakesTime(t *testing.T) {
	h := newHub(t)
	begun := h.now
	var a answer
	h.getJSON("/api/v1/search?limit=2", &a)
	for wait, want := range map[time.Duration]time.Time{30 * time.Minute: begun, 2 * time.Hour: begun.Add(2 * time.Hour), -time.Minute: begun.Add(-time.Minute)} {
		h.now = begun.Add(wait)
		for _, target := range []string{a.Next, strings.Replace(a.Next, "/search?", "/search.ndjson?", 1)} {
			h.engine.asked = nil
			h.get(target, 200)
			if got := h.engine.asked[0].Now; !got.Equal(want) {
				t.Errorf("%s later %s is answered as of %s", wait, target, got)
			}
		}
	}
}

func TestSearchProblems(t *testing.T) {
	h := newHub(t)
	var a answer
	h.getJSON("/api/v1/search?limit=1", &a)
	next, _ := url.Parse(a.Next)
	cursor := next.Query().Get("cursor")
	for target, parameter := range map[string]string{
		"/api/v1/search?tull=1":                                        "tull",
		"/api/v1/search?limit=0":                                       "limit",
		"/api/v1/search?limit=1e9":                                     "limit",
		"/api/v1/search?category=quidditch":                            "category",
		"/api/v1/search?free=true&free=true":                           "free",
		"/api/v1/search?cursor=abc":                                    "cursor",
		"/api/v1/search?q=fotball&cursor=" + cursor:                    "cursor",
		"/api/v1/search?sort=title&limit=1&cursor=" + cursor[1:]:       "cursor",
		"/api/v1/search.csv?age=gammel":                                "age",
		"/api/v1/listings/x?lang=nb&fields=title":                      "fields",
		"/api/v1/listings/x/occurrences?from=2027-02-30":               "from",
		"/api/v1/listings/x/occurrences?limit=1001":                    "limit",
		"/api/v1/listings/x/occurrences?cursor=abc":                    "cursor",
		"/api/v1/listings/x/occurrences?q=a":                           "q",
		"/api/v1/listings/x/occurrences?from=2027-01-02&to=2026-01-01": "from",
		"/api/v1/listings/x/occurrences?to=2026-01-01":                 "to",
		"/api/v1/sources?id=1":                                         "id",
		"/api/v1/categories?lang=xx":                                   "lang",
		"/api/v1/organizers?q=x":                                       "q",
	} {
		t.Run(target, func(t *testing.T) {
			w := h.do("GET", target)
			var p Problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 400 || p.Status != 400 {
				t.Fatalf("%d %v %s", w.Code, err, w.Body)
			}
			if got := w.Header().Get("Content-Type"); got != typeProblem {
				t.Errorf("Content-Type %q", got)
			}
			if len(p.Errors) != 1 || p.Errors[0].Parameter != parameter || p.Errors[0].Detail == "" || p.Type != "urn:fritidshub:problem:bad-parameter" {
				t.Errorf("%+v", p)
			}
		})
	}
	h.get("/api/v1/search?limit=1&facets=none&cursor="+cursor, 200)
	if h.engine.asked[len(h.engine.asked)-1].After == nil {
		t.Error("its own cursor does not reach the engine")
	}
}

func TestEngineFaults(t *testing.T) {
	h := newHub(t)
	h.engine.err = quietError("meili: index_not_found key=hemmelig")
	w := h.do("GET", "/api/v1/search?q=tur")
	if w.Code != 503 || w.Header().Get("Retry-After") == "" || strings.Contains(w.Body.String(), "hemmelig") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if !strings.Contains(h.logged.String(), "hemmelig") {
		t.Error("the cause is not logged")
	}
	if w := h.do("GET", "/"); w.Code != 503 || !strings.Contains(w.Body.String(), "Søket svarer ikke akkurat nå") {
		t.Errorf("page: %d %s", w.Code, w.Body)
	}
	h.get("/api/v1/listings/"+h.store.listings[0].ID, 200)
	h.get("/readyz", 503)
	h.engine.err = index.ErrCursor
	h.get("/api/v1/search", 400)
	none := newHub(t, func(o *Options) { o.Engine = func() index.Engine { return nil } })
	none.get("/api/v1/search", 503)
	if body := none.get("/readyz", 503); !strings.Contains(body, `"starting"`) {
		t.Error(body)
	}
}

type quietError string

func (e quietError) Error() string { return string(e) }

func TestStoreFault(t *testing.T) {
	h := newHub(t)
	h.store.err = quietError("sql: SELECT doc FROM listings: disk I/O error")
	for _, target := range []string{"/api/v1/search", "/api/v1/listings/x", "/api/v1/sources", "/api/v1/places", "/l/x"} {
		w := h.do("GET", target)
		if body := w.Body.String(); w.Code != 500 || strings.Contains(body, "SELECT") || strings.Contains(body, "goroutine") {
			t.Errorf("%s: %d %s", target, w.Code, body)
		}
	}
	var p Problem
	if err := json.Unmarshal(h.do("GET", "/api/v1/sources").Body.Bytes(), &p); err != nil || len(p.ID) != 10 || !strings.Contains(h.logged.String(), p.ID) {
		t.Errorf("%v %+v", err, p)
	}
	h.get("/readyz", 503)
	h.store.err = fmt.Errorf("reading: %w", context.DeadlineExceeded)
	if w := h.do("GET", "/api/v1/search"); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("too slow: %d", w.Code)
	}
}

// Around midnight in Oslo and on the days on which the clock is changed, a day is the day of the people there.
func TestDayBorders(t *testing.T) {
	h := newHub(t)
	for _, c := range []struct{ now, day, from, to string }{
		{"2026-11-22T23:59:00+01:00", "2026-11-22", "2026-11-22T00:00:00+01:00", "2026-11-23T00:00:00+01:00"},
		{"2026-11-23T00:01:00+01:00", "2026-11-23", "2026-11-23T00:00:00+01:00", "2026-11-24T00:00:00+01:00"},
		{"2027-03-28T01:30:00+01:00", "2027-03-28", "2027-03-28T00:00:00+01:00", "2027-03-29T00:00:00+02:00"},
		{"2027-10-31T02:30:00+01:00", "2027-10-31", "2027-10-31T00:00:00+02:00", "2027-11-01T00:00:00+01:00"},
	} {
		h.now = instant(t, c.now).UTC()
		body := h.get("/", 200)
		if !strings.Contains(body, `href="/?when=today"`) {
			t.Errorf("%s: the page has no today", c.now)
		}
		h.get("/?when=today", 200)
		if !slices.ContainsFunc(h.engine.asked, func(q index.Query) bool { return q.From.IsZero() && q.To.Equal(instant(t, c.to)) }) {
			t.Errorf("%s: the page's today ends at another time", c.now)
		}
		h.get("/api/v1/search?facets=none&from="+c.day+"&to="+c.day, 200)
		q := h.engine.asked[len(h.engine.asked)-1]
		if !q.From.Equal(instant(t, c.from)) || !q.To.Equal(instant(t, c.to)) || !q.Now.Equal(h.now) {
			t.Errorf("%s: %v to %v", c.now, q.From, q.To)
		}
	}
}

func TestItemTimes(t *testing.T) {
	zone := oslo(t)
	weekly := catalog.Schedule{Series: []catalog.Series{{Start: instant(t, "2027-03-14T02:30:00+01:00"), End: instant(t, "2027-03-14T03:30:00+01:00"),
		Rules: []string{"FREQ=WEEKLY;COUNT=40"}}}}
	cancelled := catalog.Schedule{Dates: []catalog.Occurrence{
		{Start: instant(t, "2027-03-20T10:00:00Z"), Status: catalog.StatusCancelled}, {Start: instant(t, "2027-03-21T10:00:00Z")}}}
	fair := catalog.Schedule{Dates: []catalog.Occurrence{{Start: catalog.Date(2027, time.March, 10), End: catalog.Date(2027, time.March, 20), AllDay: true}}}
	for _, c := range []struct {
		name          string
		schedule      catalog.Schedule
		now, from, to string
		start, end    string
		count, shown  int
	}{
		{"over the spring gap", weekly, "2027-03-27T12:00:00+01:00", "", "", `"2027-03-28T03:30:00+02:00"`, `"2027-03-28T04:30:00+02:00"`, 38, 10},
		{"in the doubled hour", weekly, "2027-10-30T12:00:00+02:00", "", "", `"2027-10-31T02:30:00+02:00"`, `"2027-10-31T02:30:00+01:00"`, 7, 7},
		{"running", weekly, "2027-03-21T03:00:00+01:00", "", "", `"2027-03-21T02:30:00+01:00"`, `"2027-03-21T03:30:00+01:00"`, 39, 10},
		{"within a range", weekly, "2027-03-01T12:00:00+01:00", "2027-05-01T00:00:00+02:00", "2027-05-15T00:00:00+02:00", `"2027-05-02T02:30:00+02:00"`, `"2027-05-02T03:30:00+02:00"`, 40, 2},
		{"over and done", weekly, "2028-06-01T12:00:00+02:00", "", "", `"2027-12-12T02:30:00+01:00"`, `"2027-12-12T03:30:00+01:00"`, 0, 0},
		{"beyond the horizon", weekly, "2026-01-01T12:00:00+01:00", "", "", `"2027-03-14T02:30:00+01:00"`, `"2027-03-14T03:30:00+01:00"`, 0, 0},
		{"the first that is not cancelled", cancelled, "2027-03-19T12:00:00+01:00", "", "", `"2027-03-21T11:00:00+01:00"`, "null", 2, 2},
		{"days that are running", fair, "2027-03-20T23:59:00+01:00", "", "", `"2027-03-10"`, `"2027-03-20"`, 1, 1},
		{"days that are over", fair, "2027-03-21T00:01:00+01:00", "", "", `"2027-03-10"`, `"2027-03-20"`, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &printer{hub: HubInfo{ID: "larvik", Zone: zone}, now: instant(t, c.now), words: wordsFor("nb")}
			if c.from != "" {
				p.from, p.to = instant(t, c.from), instant(t, c.to)
			}
			item := p.item(&catalog.ListingState{Listing: catalog.Listing{Record: catalog.Record{Schedule: c.schedule}}}, false)
			start, _ := json.Marshal(item.Start)
			end, _ := json.Marshal(item.End)
			if string(start) != c.start || string(end) != c.end || item.OccurrenceCount != c.count || len(item.Occurrences) != c.shown {
				t.Errorf("%s to %s, %d in all, %d shown", start, end, item.OccurrenceCount, len(item.Occurrences))
			}
		})
	}
}

func TestOccurrenceWalk(t *testing.T) {
	h := newHub(t)
	knitting := h.store.listings[2].ID
	type page struct {
		Occurrences []occurrence `json:"occurrences"`
		Next        string       `json:"next"`
	}
	var whole, part page
	h.getJSON("/api/v1/listings/"+knitting+"/occurrences", &whole)
	if n := len(whole.Occurrences); n < 57 || n > 58 || whole.Next != "" {
		t.Fatalf("%d occurrences in 400 days", n)
	}
	var walked []occurrence
	for target := "/api/v1/listings/" + knitting + "/occurrences?limit=20"; target != ""; target = part.Next {
		part = page{}
		h.getJSON(target, &part)
		walked = append(walked, part.Occurrences...)
	}
	if diff := cmp.Diff(whole.Occurrences, walked, cmp.Comparer(time.Time.Equal)); diff != "" {
		t.Error(diff)
	}
}

// A daily listing has more occurrences in five years than a rule gives at once.
func TestOccurrencesOfManyYears(t *testing.T) {
	h := newHub(t)
	l := &h.store.listings[0]
	l.Schedule = catalog.Schedule{Series: []catalog.Series{{Start: instant(t, "2026-01-01T22:00:00+01:00"), End: instant(t, "2026-01-02T02:00:00+01:00"), Rules: []string{"FREQ=DAILY"}}}}
	day, pages := catalog.Date(2026, 1, 1), 0
	for target := "/api/v1/listings/" + l.ID + "/occurrences?from=2026-01-02&to=2030-12-31&limit=700"; target != ""; pages++ {
		var part struct {
			Occurrences []occurrence `json:"occurrences"`
			Next        string       `json:"next"`
		}
		h.getJSON(target, &part)
		for _, o := range part.Occurrences {
			if got := o.Start.Time.Format(time.DateOnly); got != day.Format(time.DateOnly) {
				t.Fatalf("%s after the day before %s", got, day.Format(time.DateOnly))
			}
			day = day.AddDate(0, 0, 1)
		}
		target = part.Next
	}
	if !day.Equal(catalog.Date(2031, 1, 1)) || pages != 3 {
		t.Errorf("%d pages until %s", pages, day.Format(time.DateOnly))
	}
}
