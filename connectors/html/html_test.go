package htmlpage_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"go.yaml.in/yaml/v4"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	htmlpage "fritidshub/connectors/html"
	"fritidshub/fetch"
)

func TestCases(t *testing.T) { connectortest.Run(t, htmlpage.Kind) }

func pull(t testing.TB, options string, answer connectortest.Answer) (connectortest.Result, error) {
	t.Helper()
	return connectortest.Pull(t, htmlpage.Kind, connectortest.At(t, connectortest.DefaultURL, options), answer)
}

func one(body []byte) connectortest.Answer {
	return func(address string) ([]byte, string, bool) {
		return body, "text/html; charset=utf-8", address == connectortest.DefaultURL
	}
}

// TestOptions: what an editor declares wrongly is refused before anything is fetched, with the option and the character.
func TestOptions(t *testing.T) {
	for bad, want := range map[string]string{
		"{fields: {title: {css: h3}}}":                                                  "options.items mangler",
		"{items: li}":                                                                   "options.fields.title mangler",
		"{items: 'li[[', fields: {title: {css: h3}}}":                                   `feil ved tegn 3, "[["`,
		"{items: li, fields: {title: {css: h3}, tittel: {css: h3}}}":                    `feltet "tittel" finnes ikke`,
		"{items: li, fields: {title: {}}}":                                              "options.fields.title er tomt",
		"{items: li, fields: {title: {css: h3, regexp: '('}}}":                          "options.fields.title.regexp",
		"{items: li, fields: {title: {css: h3, layout: d.M.yyyy}}}":                     "bare start og end har layout",
		"{items: li, fields: {title: {css: h3}, start: {css: b, layout: d. MMMM}}}":     "år",
		"{items: li, fields: {title: {css: h3}, start: {css: b, layout: d.M.yyyy mm}}}": "klokkeslett",
		"{items: li, fields: {title: {css: h3}}, follow: {fields: {title: {css: h1}}}}": "options.follow.link mangler",
		"{items: li, fields: {title: {css: h3}}, max_pages: 3000}":                      "options.max_pages er 3000",
		"{items: li, fields: {title: {css: h3}}, next: 'a:finnesikke'}":                 `options.next er ingen CSS-velger: "a:finnesikke"`,
		"{items: li, fields: {title: {css: h3}}, follow: {link: 'a)'}}":                 "options.follow.link",
		"{items: li, ukjent: 1, fields: {title: {css: h3}}}":                            "ukjent",
	} {
		_, err := pull(t, bad, one([]byte("<li><h3>x</h3>")))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", bad, err, want)
		}
	}
}

// TestRobots: pages are asked for as pages, so that robots.txt is obeyed.
func TestRobots(t *testing.T) {
	connector, err := htmlpage.Kind.New(func(v any) error {
		return yaml.Unmarshal([]byte("{items: li, fields: {title: {css: a}}, follow: {link: a, fields: {title: {css: h1}}}}"), v)
	})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	s := &connectors.Session{
		Source: connectors.Source{ID: "kilde", URL: connectortest.DefaultURL, Zone: time.UTC, Kind: catalog.KindActivity},
		Emit:   func(catalog.Record) error { return nil },
		Reject: func(r catalog.Reject) { t.Errorf("%+v", r) },
		Warn:   func(where, text string) { t.Errorf("%s: %s", where, text) },
		Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
			if asked++; !req.HTML {
				t.Errorf("%s is asked for without HTML set", req.URL)
			}
			body := "<li><a href=/x>x</a></li><h1>x</h1>"
			return &connectors.Response{Response: &fetch.Response{URL: req.URL, Header: http.Header{}, MediaType: "text/html", Body: []byte(body)}}, nil
		},
	}
	if _, err := connector.Pull(t.Context(), s); err != nil || asked != 2 {
		t.Errorf("%d pages, error %v", asked, err)
	}
}

// TestCorpus reads saved pages of real sites. None may crash; where a parser of microformats has read the same page, the classes of
// hCalendar as selectors must find the same titles on the same days, where that parser found a day.
func TestCorpus(t *testing.T) {
	const (
		anything  = "{items: 'a, tr, article', fields: {title: {regexp: '(.+)'}, url: {css: a}}}"
		hcalendar = "{items: .vevent, fields: {title: {css: .summary}, start: {css: .dtstart, attr: title}, venue: {css: .location}}}"
		parken    = "{items: article.tease-event, fields: {title: {css: h3}, start: {css: .dates}, venue: {css: .venue}, url: {css: a}}}"
	)
	right, all := 0, 0
	for _, folder := range []string{"listing-html", "hevent-html"} {
		for _, truth := range connectortest.Corpus(t, folder) {
			body, err := os.ReadFile(truth.Path)
			if err != nil {
				t.Fatal(err)
			}
			options := anything
			switch {
			case folder == "hevent-html":
				options = hcalendar
			case strings.Contains(truth.File, "parken"):
				options = parken
			}
			got, err := pull(t, options, one(body))
			if err != nil && !errors.Is(err, connectors.ErrUnreadable) {
				t.Errorf("%s: %v", truth.File, err)
			}
			t.Logf("%-60s %4d records, %4d rejects, %v", truth.File, len(got.Records), len(got.Rejects), err)
			for _, r := range got.Rejects {
				t.Logf("    reject %s %q: %s", r.Locator, r.Title, r.Reason)
			}
			for _, fact := range truth.GroundTruth {
				all++
				if found(fact, got.Records) {
					right++
				} else {
					t.Logf("    miss %v %v", fact["title"], fact["start"])
				}
			}
		}
	}
	t.Logf("%d of %d facts right", right, all)
	if right*100 < all*95 {
		t.Errorf("only %d of %d facts are right, the bar is 95 %%", right, all)
	}
}

func found(fact map[string]any, records []catalog.Record) bool {
	title, _ := fact["title"].(string)
	start, _ := fact["start"].(string)
	return slices.ContainsFunc(records, func(r catalog.Record) bool {
		return catalog.Fold(r.Title) == catalog.Fold(title) && (start == "" || slices.ContainsFunc(r.Schedule.Dates, func(o catalog.Occurrence) bool {
			return strings.HasPrefix(strings.ReplaceAll(start, "-", ""), o.Start.Format("20060102"))
		}))
	})
}

// TestBounds: what a page may make of itself stays bounded, in time and in memory.
func TestBounds(t *testing.T) {
	const options = "{items: div, next: a, fields: {title: {css: 'b, p'}, description: {css: 'p, b'}, venue: {css: 'li ~ li:nth-child(2n+1)'}}}"
	var distinct strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&distinct, "<div><b>%d</b><p>%s</p></div>", i, strings.Repeat("y", 200))
	}
	for name, body := range map[string]string{
		"nested items":      strings.Repeat("<div><b>x</b>", 400) + strings.Repeat("tekst ", 500_000),
		"many items":        distinct.String(),
		"nested fields":     "<div>" + strings.Repeat("<p><b>", 200) + strings.Repeat("tekst ", 500_000),
		"many siblings":     "<div><b>x</b>" + strings.Repeat("<li>x", 6_000),
		"too many":          strings.Repeat("<div>"+strings.Repeat("<b>x</b>", 9)+"</div>", 11_000),
		"too many in a row": strings.Repeat("<div><b>x</b></div>", 21_000),
		"too deep":          strings.Repeat("<font><div>", 5_000),
		"pages for ever":    "<a href='?side'>neste</a><div><b>TALL</b></div>",
		"one title often":   "<div><b>" + strings.Repeat("x", 4<<20) + "</b></div>",
	} {
		page := 0
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		started := time.Now()
		got, err := pull(t, options, func(string) ([]byte, string, bool) {
			page++
			text := strings.ReplaceAll(strings.ReplaceAll(body, "?side", fmt.Sprint("?side=", page)), "TALL", fmt.Sprint(page))
			return []byte(text), "text/html", true
		})
		runtime.ReadMemStats(&after)
		t.Logf("%-16s %6d records, %d pages, %v, %d MiB allocated in all, complete %v, error %.120v", name, len(got.Records), page, time.Since(started).Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20, got.Complete, err)
		if took := time.Since(started); took > time.Minute || page > 200 {
			t.Errorf("%s: %v, %d pages", name, took, page)
		}
		if refused := strings.HasPrefix(name, "too"); refused != errors.Is(err, connectors.ErrUnreadable) || name == "pages for ever" && got.Complete {
			t.Errorf("%s: complete %v, error %v", name, got.Complete, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add([]byte(seed))
	}
	const options = "{items: 'article, li, tr, .a', next: a, fields: {title: {css: 'h3, a, td'}, start: {css: 'p, td, time'}, end: {css: .til}, weekday: {css: .dag}, time: {css: .tid}," +
		" age: {css: .alder}, price: {css: .pris}, url: {css: a}, lat: {attr: data-lat}, lon: {attr: data-lon}}, follow: {link: a, fields: {description: {css: p}}}, max_pages: 3}"
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := pull(t, options, func(string) ([]byte, string, bool) { return body, "text/html", true })
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, r := range got.Records {
			if r.Title == "" || r.NativeID == "" || seen[r.NativeID] || r.Kind.NeedsDate() && !r.Schedule.Dated() {
				t.Errorf("a record without title, id of its own or date: %+v", r)
			}
			seen[r.NativeID] = true
			if r.URL != "" && !strings.HasPrefix(r.URL, "http") {
				t.Errorf("url %q", r.URL)
			}
		}
	})
}
