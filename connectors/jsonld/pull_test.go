package jsonld_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/jsonld"
	"fritidshub/connectors/markup"
	"fritidshub/fetch"
)

func block(id int) string {
	return fmt.Sprintf(`<script type="application/ld+json">{"@type":"Event","@id":"https://klubb.example/%d","name":"Trening %d","startDate":"2026-12-03T18:00"}</script>`, id, id)
}

func pull(t *testing.T, options string, answer connectortest.Answer) (connectortest.Result, error) {
	t.Helper()
	return connectortest.Pull(t, jsonld.Kind, connectortest.At(t, connectortest.DefaultURL, options), answer)
}

// TestEndlessPages: a next page for ever, each with new events, stops at the cap and is not complete.
func TestEndlessPages(t *testing.T) {
	asked := 0
	got, err := pull(t, "", func(string) ([]byte, string, bool) {
		asked++
		return []byte(block(asked) + fmt.Sprintf(`<a rel=next href="?side=%d">neste</a>`, asked+1)), "text/html", true
	})
	if err != nil || got.Complete || asked != 200 || len(got.Records) != 200 || got.Why == "" {
		t.Errorf("complete %v, %d requests, %d records, why %q, error %v", got.Complete, asked, len(got.Records), got.Why, err)
	}
}

// TestDeepPage: a page that the HTML parser refuses still gives its JSON-LD, and its next page.
func TestDeepPage(t *testing.T) {
	deep := strings.Repeat("<b><i>", 2_000)
	got, err := pull(t, "", func(address string) ([]byte, string, bool) {
		if strings.HasSuffix(address, "side2") {
			return []byte(block(2)), "text/html", true
		}
		return []byte(block(1) + `<link rel="next" href="/side2">` + "<div itemscope>" + deep), "text/html", true
	})
	if err != nil || len(got.Records) != 2 || !got.Complete || len(got.Warnings) != 1 {
		t.Errorf("%d records, complete %v, warnings %v, error %v", len(got.Records), got.Complete, got.Warnings, err)
	}
}

// TestDeepJSON: blocks that nest deeper than the cap are broken; the others live.
func TestDeepJSON(t *testing.T) {
	for _, hostile := range []string{
		`{"@type":"Event","name":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}",
		strings.Repeat(`{"@type":"Event","subEvent":`, 50_000),
	} {
		got, err := pull(t, "", func(string) ([]byte, string, bool) {
			return []byte(`<script type="application/ld+json">` + hostile + "</script>" + block(1)), "text/html", true
		})
		if err != nil || len(got.Records) != 1 || len(got.Rejects) != 1 || got.Complete {
			t.Errorf("%d records, rejects %v, complete %v, error %v", len(got.Records), got.Rejects, got.Complete, err)
		}
	}
}

// TestChainOfReferences: references by @id that chain without end cost no more than the page itself.
func TestChainOfReferences(t *testing.T) {
	var b strings.Builder
	const n = 5_000
	for i := range n {
		fmt.Fprintf(&b, `{"@type":"Event","@id":"#%d","name":"Ledd %d","startDate":"2026-12-03","superEvent":{"@id":"#%d"},"subEvent":{"@id":"#%d"}},`, i, i, (i+1)%n, (i+2)%n)
	}
	started := time.Now()
	got, err := pull(t, "", func(string) ([]byte, string, bool) {
		return []byte(`[` + strings.TrimSuffix(b.String(), ",") + `]`), "application/ld+json", true
	})
	if err != nil || len(got.Records) != n || time.Since(started) > 10*time.Second {
		t.Errorf("%d records in %v, error %v", len(got.Records), time.Since(started), err)
	}
}

func TestOptions(t *testing.T) {
	for _, bad := range []string{"max_pages: -1", "max_pages: 3000", "zero_price: kanskje", "follow: {links: 'a[['}", "ukjent: 1"} {
		if _, err := pull(t, bad, func(string) ([]byte, string, bool) { return []byte(block(1)), "text/html", true }); err == nil {
			t.Errorf("options %q are accepted", bad)
		}
	}
}

// try reads pages, all asked for as pages, so that robots.txt is obeyed.
func try(t *testing.T, options string, page func(address string) (text string, unchanged bool, err error)) (connectortest.Result, error) {
	t.Helper()
	got, err := connectortest.Try(t, jsonld.Kind, connectortest.At(t, connectortest.DefaultURL, options), page)
	if len(got.HTML) != len(got.Asked) {
		t.Errorf("%d of %d pages are asked for as pages", len(got.HTML), len(got.Asked))
	}
	return got, err
}

// TestRedirectedSource: the pages after a source that has moved to another host are read there.
func TestRedirectedSource(t *testing.T) {
	c, err := jsonld.Kind.New(func(any) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	records := 0
	outcome, err := c.Pull(t.Context(), &connectors.Session{
		Source: connectors.Source{ID: "kilde", URL: connectortest.DefaultURL, Zone: time.UTC},
		Emit:   func(catalog.Record) error { records++; return nil },
		Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
			resp := &fetch.Response{URL: req.URL, Header: http.Header{}, Body: []byte(block(2))}
			if req.URL == connectortest.DefaultURL {
				resp.URL, resp.Body = "https://www.ny.example/program", []byte(block(1)+"<a rel=next href=/side2>")
			}
			return &connectors.Response{Response: resp}, nil
		},
	})
	if err != nil || !outcome.Complete || records != 2 {
		t.Errorf("%+v, %d records, error %v", outcome, records, err)
	}
}

// TestUnchanged: nothing is emitted when all pages are as they were, everything when one of them is not.
func TestUnchanged(t *testing.T) {
	for _, second := range []bool{true, false} {
		got, err := try(t, "", func(url string) (string, bool, error) {
			if strings.HasSuffix(url, "side2") {
				return block(2), second, nil
			}
			return block(1) + `<a rel=next href=/side2>`, true, nil
		})
		want := 2
		if second {
			want = 0
		}
		if err != nil || got.Unchanged != second || !got.Complete || len(got.Records) != want {
			t.Errorf("second page unchanged %v: %+v, error %v", second, got, err)
		}
	}
}

// TestFollowFailures: one page that fails makes the run incomplete, three in a row end it.
func TestFollowFailures(t *testing.T) {
	for failing, wantErr := range map[int]bool{1: false, 2: false, 3: true} {
		got, err := try(t, "{follow: {links: a}}", func(url string) (string, bool, error) {
			if url == connectortest.DefaultURL {
				return `<a href=/a>a</a><a href=/f1>1</a><a href=/f2>2</a><a href=/f3>3</a><a href=/b>b</a>`, false, nil
			}
			for i := range failing {
				if strings.HasSuffix(url, fmt.Sprintf("f%d", i+1)) {
					return "", false, &fetch.Error{Step: fetch.StepStatus, Status: 503, Message: "feil"}
				}
			}
			return block(len(url) + int(url[len(url)-1])), false, nil
		})
		switch {
		case (err != nil) != wantErr:
			t.Errorf("%d failing pages: error %v", failing, err)
		case err != nil && len(got.Records) > 0:
			t.Errorf("%d failing pages: %d records emitted before the failure", failing, len(got.Records))
		case err == nil && (got.Complete || got.Why == ""):
			t.Errorf("%d failing pages: %+v", failing, got)
		}
	}
}

// TestLinkHeader: rel=next of a Link header is followed.
func TestLinkHeader(t *testing.T) {
	for header, want := range map[string]string{
		`</side2>; rel="next"`: "https://kilde.example/side2",
		`<https://kilde.example/1>; rel=prev, <https://kilde.example/3>; title="a, b"; rel="last next"`: "https://kilde.example/3",
		`</side2>; rel="prev"`:            "",
		`<javascript:alert(1)>; rel=next`: "",
		`rel=next`:                        "",
	} {
		if got := markup.NextLink([]string{header}, connectortest.DefaultURL); got != want {
			t.Errorf("NextLink(%q) = %q, want %q", header, got, want)
		}
	}
}

func TestPayloadError(t *testing.T) {
	_, err := pull(t, "", func(string) ([]byte, string, bool) {
		return []byte("<title>Logg inn</title><form>"), "text/html", true
	})
	if !errors.Is(err, connectors.ErrUnreadable) {
		t.Errorf("a login page gives %v", err)
	}
}

func FuzzParse(f *testing.F) {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range connectortest.Seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		page, err := jsonld.Parse(text, connectortest.DefaultURL, "nb")
		if err != nil {
			return
		}
		for _, e := range page.Events {
			r, _, reject := e.Record(markup.Context{Zone: zone})
			if reject == nil && (r.Title == "" || r.NativeID == "" || !r.Schedule.Dated()) {
				t.Errorf("a record without title, id or date: %+v", r)
			}
			if r.URL != "" && !strings.HasPrefix(r.URL, "http") {
				t.Errorf("url %q", r.URL)
			}
		}
	})
}

// TestHostileMarkup: what grows without end in the reading stays bounded.
func TestHostileMarkup(t *testing.T) {
	event := `<div itemscope itemtype="https://schema.org/Event"><meta itemprop=name content=Trening><meta itemprop=startDate content=2026-12-03>`
	for name, page := range map[string]string{
		"itemref that leads back": `<div id=a>` + event + `<p itemprop=x itemscope itemref=a></p><p itemprop=y itemscope itemref=a></p></div>` +
			`<p itemprop=z itemscope itemref=a></p><p itemprop=w itemscope itemref=a></p></div>`,
		"nested texts":     event + strings.Repeat("<div itemprop=description>", 400) + strings.Repeat("tekst ", 500_000),
		"nested h-events":  strings.Repeat(`<div class="h-event"><div class="p-name p-category dt-start">`, 200) + strings.Repeat("tekst ", 500_000) + event,
		"many JSON parts":  `<script type="application/ld+json">[` + strings.Repeat("{},", 700_000) + `{"@type":"Event"}]</script>` + event,
		"many JSON blocks": strings.Repeat(`<script type="application/ld+json">{"a":{}}</script>`, 10_000) + event,
	} {
		started := time.Now()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, err := pull(t, "", func(string) ([]byte, string, bool) { return []byte(page), "text/html", true })
		runtime.ReadMemStats(&after)
		if took := time.Since(started); err != nil || len(got.Records) == 0 || took > 15*time.Second {
			t.Errorf("%s: %d records in %v, error %v", name, len(got.Records), took, err)
		}
		t.Logf("%s: %v, %d MiB allocated in all", name, time.Since(started), (after.TotalAlloc-before.TotalAlloc)>>20)
	}
}
