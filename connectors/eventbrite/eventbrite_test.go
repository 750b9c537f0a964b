package eventbrite

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	_ "time/tzdata"

	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/fetch"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

// TestLarge reads 50,000 events, 50 a page with a continuation to the next, each for itself or all of one series.
func TestLarge(t *testing.T) {
	const events, size = 50_000, 50
	for series, records := range map[string]int{"": events, "1": 1} {
		connectortest.Large(t, Kind, "https://www.eventbriteapi.example/v3/organizations/100/events/", "{max_pages: 2000}", records, func(address string) ([]byte, string, bool) {
			u, _ := url.Parse(address)
			from, _ := strconv.Atoi(u.Query().Get("continuation"))
			to := min(from+size, events)
			items := make([]string, 0, size)
			for i := from + 1; i <= to; i++ {
				items = append(items, fmt.Sprintf(`{"id":"%d","series_id":%q,"name":{"text":"Konsert %d"},"start":{"timezone":"Europe/Oslo","utc":"2026-12-01T18:00:00Z"},"url":"https://www.eventbrite.example/e/%d","status":"live",
			"description":{"html":%q},"venue":{"name":"Scenen"},"ticket_classes":[{"name":"Voksen","cost":{"currency":"NOK","major_value":"200.00"},"on_sale_status":"AVAILABLE"},{"name":"Barn","free":true}]}`, i, series, i, i, strings.Repeat("Musikk. ", 60)))
			}
			return fmt.Appendf(nil, `{"pagination":{"has_more_items":%v,"continuation":"%d"},"events":[%s]}`, to < events, to, strings.Join(items, ",")), "application/json", true
		})
	}
}

// TestAddress: a walk asks for what it needs, and for what the editor says instead; an empty parameter is not sent.
func TestAddress(t *testing.T) {
	const list = "https://www.eventbriteapi.com/v3/organizations/100/events/"
	for in, want := range map[string]string{
		list: list + "?expand=venue%2Cticket_classes%2Cticket_availability%2Ccategory%2Csubcategory%2Cformat&order_by=start_asc&page_size=50&status=live%2Cstarted%2Ccanceled&time_filter=current_future",
		list + "?time_filter=&expand=venue&page_size=200&organizer_filter=5": list + "?expand=venue&order_by=start_asc&organizer_filter=5&page_size=200&status=live%2Cstarted%2Ccanceled",
		"file:arrangementer.json": "file:arrangementer.json",
	} {
		if got, err := first(in); got != want || err != nil {
			t.Errorf("%s: %s, error %v", in, got, err)
		}
	}
	for _, in := range []string{"https://www.eventbriteapi.com/v3/events/1/orders/", "https://www.eventbriteapi.com/v3/organizations/1/Attendees"} {
		if got, err := first(in); err == nil {
			t.Errorf("%s: %s", in, got)
		}
	}
}

// TestCorpus reads the categories of an answer that others have kept: each is read as the subcategory of an event, with what the manifest
// says of it, and a list of them is refused as what it is not.
func TestCorpus(t *testing.T) {
	right, all, read := 0, 0, 0
	for _, truth := range connectortest.Corpus(t, "ticket-json") {
		if !strings.Contains(truth.File, "eventbrite") {
			continue // other sellers
		}
		b, err := os.ReadFile(truth.Path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(string(b), "https://www.eventbriteapi.com/v3/subcategories/"); !errors.Is(err, connectors.ErrUnreadable) {
			t.Errorf("%s is no list of events: %v", truth.File, err)
		}
		var raw []json.RawMessage
		if err := json.Unmarshal(b, &raw); err != nil {
			t.Fatal(err)
		}
		var items []string
		for i, r := range raw {
			items = append(items, fmt.Sprintf(`{"id":"%d","name":{"text":"Prøve"},"start":{"utc":"2026-12-01T18:00:00Z"},"subcategory":%s}`, i, r))
		}
		body := fmt.Sprintf(`{"pagination":{"has_more_items":false},"events":[%s]}`, strings.Join(items, ","))
		got, err := connectortest.Pull(t, Kind, connectortest.Case{URL: "file:eventbrite.json", Zone: "Europe/Oslo"}, func(string) ([]byte, string, bool) { return []byte(body), "application/json", true })
		if err != nil || len(got.Records) != *truth.Records || len(got.Rejects) > 0 {
			t.Fatalf("%s: %d of %d records, %d rejects, error %v", truth.File, len(got.Records), *truth.Records, len(got.Rejects), err)
		}
		read += len(got.Records)
		for _, fact := range truth.GroundTruth {
			all++
			i := int(fact["index"].(float64))
			var c Category
			if err := json.Unmarshal(raw[i], &c); err != nil || string(c.ID) != fact["id"] || !slices.Contains(got.Records[i].Keywords, fact["title"].(string)) {
				t.Logf("miss %v: %+v %q", fact, c, got.Records[i].Keywords)
				continue
			}
			right++
		}
	}
	t.Logf("%d categories, %d of %d facts right", read, right, all)
	if all == 0 || right*100 < all*95 {
		t.Errorf("only %d of %d facts are right, the bar is 95 %%", right, all)
	}
}

// TestRecognise: an answer of the API is known by what is in it, a page by its host, and the secret is named, never given.
func TestRecognise(t *testing.T) {
	for _, tt := range []struct{ address, text, header string }{
		{"https://www.eventbriteapi.com/v3/organizations/1/events/", `{"pagination":{},"events":[{"start":{"utc":"2026-12-01T18:00:00Z"}}]}`, "Authorization"},
		{"https://www.eventbrite.no/e/konsert", "<html>", "Authorization"},
		{"https://kilde.example/", `{"pagination":{},"events":[{"start":{"utc":"2026-12-01T18:00:00Z"}}]}`, ""},
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
	connectortest.Fuzz(f, Kind, connectortest.At(f, connectortest.DefaultURL, "{max_pages: 5}"))
}
