package ticketmaster

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

// api answers as the API does: events in the order of time, an hour apart, no deeper than depth in one search.
type api struct {
	events int
	same   bool // all at once
	loop   bool // the page is not heeded
}

func (g *api) answer(address string) ([]byte, string, bool) {
	u, _ := url.Parse(address)
	q := u.Query()
	page, size := 0, 0
	fmt.Sscan(q.Get("page"), &page)
	fmt.Sscan(q.Get("size"), &size)
	if (page+1)*size > depth {
		return nil, "", false
	}
	if g.loop {
		page = 0
	}
	var all []string
	for i := range g.events {
		at := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
		if !g.same {
			at = at.Add(time.Duration(i) * time.Hour)
		}
		if stamp := at.Format(stamp); stamp >= q.Get("startDateTime") {
			all = append(all, fmt.Sprintf(`{"id":"E%d","name":"Konsert %d","dates":{"start":{"dateTime":%q}}}`, i, i, stamp))
		}
	}
	from := min(page*size, len(all))
	return fmt.Appendf(nil, `{"_embedded":{"events":[%s]},"page":{"totalElements":%d,"totalPages":%d}}`,
		strings.Join(all[from:min(from+size, len(all))], ","), len(all), (len(all)+size-1)/size), "application/json", true
}

func TestPages(t *testing.T) {
	tests := []struct {
		name, options string
		g             api
		records       int
		asked         int
		why           string
	}{
		{"one page", "{}", api{events: 150}, 150, 1, ""},
		{"as deep as it goes", "{}", api{events: 1000}, 1000, 5, ""},
		{"deeper, by date", "{}", api{events: 2300}, 2300, 12, ""},
		{"too many at once", "{}", api{events: 1200, same: true}, 1000, 6, "viser ingen nye"},
		{"the same page for ever", "{}", api{events: 700, loop: true}, 200, 2, "viser ingen nye"},
		{"more pages than allowed", "{max_pages: 3}", api{events: 900}, 600, 3, "flere enn 3 sider"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := connectortest.Pull(t, Kind, connectortest.At(t, "https://app.ticketmaster.example/discovery/v2/events.json?apikey=prove", tt.options), tt.g.answer)
			if err != nil || len(got.Records) != tt.records || len(got.Asked) != tt.asked || !strings.Contains(got.Why, tt.why) || got.Complete != (tt.why == "") {
				t.Errorf("%d records, %d requests, complete %v %q, error %v", len(got.Records), len(got.Asked), got.Complete, got.Why, err)
			}
		})
	}
}

func TestSearch(t *testing.T) {
	_, q, err := search("https://app.ticketmaster.com/discovery/v2/events.json?apikey=prove&locale=nb&sort=name,asc", connectortest.Now)
	if want := "apikey=prove&locale=nb&size=200&sort=date%2Casc&startDateTime=2026-11-21T00%3A00%3A00Z"; err != nil || q.Encode() != want {
		t.Errorf("got %s, error %v, want %s", q.Encode(), err, want)
	}
}

// TestCorpus reads answers that others have kept.
func TestCorpus(t *testing.T) {
	right, all := 0, 0
	for _, truth := range connectortest.Corpus(t, "ticket-json") {
		if !strings.Contains(truth.File, "ticketmaster") {
			continue // other sellers
		}
		text, err := os.ReadFile(truth.Path)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Parse(string(text), "https://app.ticketmaster.com/discovery/v2/events.json")
		if err != nil {
			t.Errorf("%s: %v", truth.File, err)
			continue
		}
		a := newAdapter(&connectors.Session{Source: connectors.Source{Zone: time.UTC}, Reject: func(catalog.Reject) {}})
		a.add(p, "", "")
		have := map[string]bool{}
		for _, p := range a.productions {
			r := p.record(time.UTC)
			for _, o := range r.Schedule.Dates {
				start := o.Start.UTC().Format(time.RFC3339)
				if o.AllDay {
					start = o.Start.Format(time.DateOnly)
				}
				have[r.Title+"|"+o.URL+"|"+start] = true
			}
		}
		for _, want := range truth.GroundTruth {
			if all++; have[fmt.Sprintf("%v|%v|%v", want["title"], want["url"], want["start"])] {
				right++
			} else {
				t.Logf("%s: no %v", truth.File, want)
			}
		}
	}
	t.Logf("%d of %d events right", right, all)
	if all == 0 || right*100 < all*95 {
		t.Errorf("%d of %d events right", right, all)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text, "https://a.example/")
		if err != nil {
			return
		}
		a := newAdapter(&connectors.Session{Source: connectors.Source{ID: "a", Zone: time.UTC}, Reject: func(catalog.Reject) {}})
		a.add(p, "https://a.example/", "")
		ids := map[string]bool{}
		for _, p := range a.productions {
			r := p.record(time.UTC)
			if r.Title == "" || r.NativeID == "" || ids[r.NativeID] || !r.Schedule.Dated() || len(r.Offers) > catalog.MaxOffers {
				t.Errorf("%+v", r)
			}
			ids[r.NativeID] = true
		}
	})
}
