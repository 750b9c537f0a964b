package ticketco

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
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

const listURL = "https://ticketco.example/api/public/v1/events?token=prove&status=active"

// list is a list of n events, size on a page, then empty pages; whole says whether they need no answer of their own.
func list(n, size int, whole bool) connectortest.Answer {
	return func(address string) ([]byte, string, bool) {
		u, _ := url.Parse(address)
		if base := strings.TrimSuffix(filepath.Base(u.Path), ".json"); base != "events" {
			return fmt.Appendf(nil, `{"id":%s,"title":"Konsert","start_at":"2026-12-01T18:00:00Z","description":"Hel","location_name":"Bølgen"}`, base), "application/json", true
		}
		page := 1
		fmt.Sscan(u.Query().Get("page"), &page)
		var items []string
		for i := (page - 1) * size; i < min(page*size, n); i++ {
			rest := ""
			if whole {
				rest = fmt.Sprintf(`,"start_at":"2026-12-01T18:00:00Z","location_name":"Bølgen","description":%q`, strings.Repeat("omtale ", 60))
			}
			items = append(items, fmt.Sprintf(`{"id":%d,"title":"Konsert %d"%s}`, i, i, rest))
		}
		return []byte(`{"events":[` + strings.Join(items, ",") + `]}`), "application/json", true
	}
}

func TestLarge(t *testing.T) {
	connectortest.Large(t, Kind, listURL, "{max_pages: 2000}", 50_000, list(50_000, 50, true))
}

func TestRequests(t *testing.T) {
	some := list(3, 2, false)
	tests := []struct {
		name    string
		options string
		answer  connectortest.Answer
		failing string // ids of events
		records int
		rejects int
		asked   []string // the ends of the addresses
		why     string
		err     string
	}{
		{"each event by itself", "", some, "", 3, 0, []string{"events?token=prove&status=active", "/events/0?token=prove", "/events/1?token=prove", "events?page=2&status=active&token=prove", "/events/2?token=prove", "page=3&status=active&token=prove"}, "", ""},
		{"elsewhere", "{paging: none, detail_url: 'https://ticketco.example/v2/{id}.json'}", some, "", 2, 0, []string{"status=active", "/v2/0.json", "/v2/1.json"}, "", ""},
		{"none by itself", "{details: none}", some, "", 0, 3, []string{"status=active", "page=2&status=active&token=prove", "page=3&status=active&token=prove"}, "", ""},
		{"all by themselves", "{details: all, paging: none}", list(1, 1, true), "", 1, 0, []string{"status=active", "/events/0?token=prove"}, "", ""},
		{"one fails", "{paging: none}", some, "1", 1, 1, []string{"status=active", "/0?token=prove", "/1?token=prove"}, "", ""},
		{"three in a row fail", "", some, "0 1 2", 0, 2, []string{"status=active", "/0?token=prove", "/1?token=prove", "page=2&status=active&token=prove", "/2?token=prove"}, "", "3 svar på rad"},
		{"page is not heeded", "{details: none}", func(string) ([]byte, string, bool) { return list(2, 2, true)(listURL) }, "", 2, 0, []string{"status=active", "page=2&status=active&token=prove"}, "options.paging: none", ""},
		{"more pages than allowed", "{max_pages: 1}", list(4, 2, true), "", 2, 0, []string{"status=active"}, "flere enn 1 sider", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := connectortest.At(t, listURL, tt.options)
			c.Fails = func(address string) error {
				for id := range strings.FieldsSeq(tt.failing) {
					if strings.Contains(address, "/"+id+"?") {
						return &fetch.Error{Step: fetch.StepStatus, Status: 503, Message: "feil"}
					}
				}
				return nil
			}
			got, err := connectortest.Pull(t, Kind, c, tt.answer)
			if (err != nil) != (tt.err != "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("error %v", err)
			}
			if err == nil && (len(got.Records) != tt.records || len(got.Rejects) != tt.rejects || got.Complete != (tt.why == "") || !strings.Contains(got.Why, tt.why)) {
				t.Errorf("%+v", got)
			}
			if !slices.EqualFunc(got.Asked, tt.asked, strings.HasSuffix) {
				t.Errorf("asked for %q", got.Asked)
			}
			for _, r := range got.Rejects {
				if strings.Contains(r.Locator+r.Reason, "prove") {
					t.Errorf("the token is told: %+v", r)
				}
			}
		})
	}
}

// TestUnchanged: one request for each page and each event, and nothing emitted unless one of them has changed.
func TestUnchanged(t *testing.T) {
	for changed, want := range map[string]int{"": 0, "/2?": 3, "page=3": 3, "/events?token": 3} {
		c := connectortest.At(t, listURL, "")
		c.Unchanged = func(address string) bool { return changed == "" || !strings.Contains(address, changed) }
		got, err := connectortest.Pull(t, Kind, c, list(3, 2, false))
		if err != nil || !got.Complete || got.Unchanged != (changed == "") || len(got.Records) != want || len(got.Asked) != 6 {
			t.Errorf("%q changed: %+v, error %v", changed, got, err)
		}
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{MaxPages: 3_000}, {MaxDetails: -1}, {Details: "ja"}, {Paging: "cursor"}, {Currency: "kr"}, {DetailURL: "https://x.example/"}, {Fields: map[string]string{"pris": "x"}}} {
		if _, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil }); err == nil || !strings.HasPrefix(err.Error(), "options.") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
	c := connectortest.At(t, listURL, "{detail_url: 'https://ticketco.example/api/public/v1/customers/{id}'}")
	if got, err := connectortest.Pull(t, Kind, c, list(1, 1, true)); err == nil || len(got.Asked) > 0 {
		t.Errorf("customers were asked for: %v", err)
	}
}

func TestRecognise(t *testing.T) {
	for address, want := range map[string]int{"https://ticketco.events/no/nb/e/x": 1, "https://larvik.ticketco.events/": 1, "https://ticketco.example/": 0} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := recognise(&connectors.Answer{URL: u}); len(got) != want || want > 0 && (got[0].Secret == "" || !strings.Contains(got[0].URL, "token=${")) {
			t.Errorf("%s: %+v", address, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add(seed)
	}
	made, err := newConnector(func(v any) error {
		v.(*Options).Fields = map[string]string{"tickets": "types", "ticket_name": "n", "ticket_price": "p", "status": "state"}
		return nil
	})
	if err != nil {
		f.Fatal(err)
	}
	c := made.(*connector)
	f.Fuzz(func(t *testing.T, text string) {
		page, err := layout.Parse(text, "https://a.example/events")
		if err != nil {
			return
		}
		a := &adapter{connector: c, source: connectors.Source{Zone: time.UTC}}
		for _, item := range page.Items {
			e := newEvent(item, c.paths)
			_ = e.add(string(item))
			r, _, reason := a.record(e, "https://a.example/events")
			if reason != "" {
				continue
			}
			if r.NativeID == "" || r.Title == "" || !r.Schedule.Dated() || len(r.Offers) > catalog.MaxOffers {
				t.Errorf("%+v", r)
			}
			if _, err := json.Marshal(r); err != nil {
				t.Errorf("%+v: %v", r, err)
			}
		}
	})
}
