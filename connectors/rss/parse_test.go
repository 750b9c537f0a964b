package rss_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/connectors/rss"
)

// TestLines: the locator of an item is the line on which it begins, also after a declaration of several lines.
func TestLines(t *testing.T) {
	feed, err := rss.Parse("<?xml version='1.0'\n encoding='ISO-8859-1'?>\n<rss><channel>\n<item><title>a</title></item>\n\n<item>\n<title>b</title></item></channel></rss>", connectortest.DefaultURL)
	if err != nil || len(feed.Where) != 2 || feed.Where[0] != "innlegg 1 (linje 4)" || feed.Where[1] != "innlegg 2 (linje 6)" {
		t.Errorf("locators %v, error %v", feed.Where, err)
	}
}

// TestCutAnywhere: a feed cut at any byte is an error that says so, never a shorter feed.
func TestCutAnywhere(t *testing.T) {
	whole, err := os.ReadFile("testdata/event-fields/response.rss")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.TrimSpace(string(whole))
	for n := 1; n < len(text); n++ {
		if _, err := rss.Parse(text[:n], connectortest.DefaultURL); !errors.Is(err, connectors.ErrUnreadable) {
			t.Fatalf("cut at byte %d: error %v", n, err)
		}
	}
}

func TestOptions(t *testing.T) {
	for _, bad := range []rss.Options{{Span: "månedlig"}, {Author: "ja"}} {
		if _, err := rss.Kind.New(func(v any) error { *v.(*rss.Options) = bad; return nil }); err == nil {
			t.Errorf("options %+v are accepted", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := connectortest.Pull(t, rss.Kind, connectortest.Case{URL: connectortest.DefaultURL, Zone: "Europe/Oslo", Now: connectortest.Now},
			func(string) ([]byte, string, bool) { return []byte(text), "application/rss+xml", true })
		if err != nil {
			return
		}
		for _, r := range got.Records {
			if r.Title == "" || r.NativeID == "" || !r.Schedule.Dated() || r.URL != "" && !strings.HasPrefix(r.URL, "http") {
				t.Errorf("a record without title, id, date or with a bad address: %+v", r)
			}
		}
	})
}

// TestTooManyElements: a feed of millions of empty elements is refused before it costs memory.
func TestTooManyElements(t *testing.T) {
	for _, text := range []string{
		"<rss><channel>" + strings.Repeat("<item/>", 400_000) + "</channel></rss>",
		"<rss><channel><item><title>a</title>" + strings.Repeat("<x/>", 400_000) + "</item></channel></rss>",
		`{"items":[` + strings.Repeat("{},", 400_000) + "{}]}",
	} {
		if _, err := rss.Parse(text, connectortest.DefaultURL); err == nil || !strings.Contains(err.Error(), "elementer") {
			t.Errorf("%.20s…: error %v", text, err)
		}
	}
}
