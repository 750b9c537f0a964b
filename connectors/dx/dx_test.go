package dx

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/fetch"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

const source = "https://api.dx.example/v3/partners/168/events"

// api is a list of so many showings, 15 on a page whatever is asked for; each film has so many showings.
type api struct {
	shows, each int
	changed     func(page int) bool
	asked       int
}

func (g *api) page(number int) string {
	var b strings.Builder
	for i := min((number-1)*usualSize, g.shows); i < min(number*usualSize, g.shows); i++ {
		fmt.Fprintf(&b, `{"id":%d,"name":"Film %d","productionId":%d,"begin":"2026-12-04 18:00:00","end":"2026-12-04 20:00:00","locationName":"Sal %d","description":%q,"ticketSale":{"sold":1,"reserved":2,"capacity":100,"available":97}},`,
			100_000+i, i/g.each, i/g.each+1, i%4, strings.Repeat("tekst ", 30))
	}
	return `{"data":[` + strings.TrimSuffix(b.String(), ",") + `],"lastPage":1}`
}

// walked pulls the list, counts, and keeps nothing.
func walked(t *testing.T, o Options, g *api) (outcome connectors.Outcome, records int) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil })
	if err != nil {
		t.Fatal(err)
	}
	outcome, err = c.Pull(t.Context(), &connectors.Session{
		Source: connectors.Source{ID: "kilde", URL: source, Zone: zone}, Now: connectortest.Now,
		Emit:   func(catalog.Record) error { records++; return nil },
		Reject: func(r catalog.Reject) { t.Errorf("%+v", r) },
		Warn:   func(where, text string) { t.Errorf("%s: %s", where, text) },
		Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
			g.asked++
			n := numberOf(req.URL)
			return &connectors.Response{Response: &fetch.Response{URL: req.URL, MediaType: "application/json", Body: []byte(g.page(n))}, Unchanged: !g.changed(n)}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return outcome, records
}

func always(int) bool { return true }

// TestLarge reads 50,000 showings on 3,334 pages, and then the same again, be they of 500 films or each of its own.
func TestLarge(t *testing.T) {
	for _, each := range []int{100, 1} {
		g := &api{shows: 50_000, each: each}
		connectortest.Large(t, Kind, source, fmt.Sprintf("{max_pages: %d}", mostPages), g.shows/each, func(address string) ([]byte, string, bool) {
			return []byte(g.page(numberOf(address))), "application/json", true
		})
	}
}

// numberOf is the number of the page that an address asks for.
func numberOf(address string) (n int) {
	n = 1
	if u, err := url.Parse(address); err == nil {
		_, _ = fmt.Sscan(u.Query().Get("page"), &n)
	}
	return n
}

// TestUnchanged: when no page has changed, nothing is emitted, and each page is asked for once; when one has, everything is.
func TestUnchanged(t *testing.T) {
	for _, changed := range []int{0, 2} {
		g := &api{shows: 40, each: 2, changed: func(page int) bool { return page == changed }}
		outcome, records := walked(t, Options{}, g)
		want := 0
		if changed > 0 {
			want = 20
		}
		if !outcome.Complete || outcome.Unchanged != (changed == 0) || g.asked != 4 || records != want {
			t.Errorf("page %d changed: %+v, %d requests, %d records", changed, outcome, g.asked, records)
		}
	}
}

// TestGone: what is gone is no change when it was gone the last time too.
func TestGone(t *testing.T) {
	c, err := Kind.New(func(v any) error { *v.(*Options) = Options{Details: true}; return nil })
	if err != nil {
		t.Fatal(err)
	}
	g := &api{shows: 3, each: 1}
	state := ""
	for _, run := range []struct {
		gone      string // showings with nothing there
		unchanged bool
	}{{"", true}, {"100001", false}, {"100001", true}, {"100001 100002", false}, {"", false}} {
		records := 0
		outcome, err := c.Pull(t.Context(), &connectors.Session{
			Source: connectors.Source{ID: "kilde", URL: source, Zone: time.UTC}, Now: connectortest.Now, State: []byte(state),
			Emit:   func(catalog.Record) error { records++; return nil },
			Reject: func(r catalog.Reject) { t.Errorf("%+v", r) },
			Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
				u, err := url.Parse(req.URL)
				if err != nil {
					return nil, err
				}
				body := "{}"
				switch last := filepath.Base(u.Path); {
				case last == "events":
					body = g.page(numberOf(req.URL))
				case strings.Contains(run.gone, last):
					return nil, &fetch.Error{URL: req.URL, Status: 410, Message: "borte"}
				}
				return &connectors.Response{Response: &fetch.Response{URL: req.URL, Body: []byte(body)}, Unchanged: true}, nil
			},
		})
		want := 3 - len(strings.Fields(run.gone))
		if run.unchanged {
			want = 0
		}
		if err != nil || outcome.Unchanged != run.unchanged || !outcome.Complete || records != want {
			t.Errorf("gone %q: %+v, %d records, error %v", run.gone, outcome, records, err)
		}
		state = string(outcome.State)
	}
}

func TestBounds(t *testing.T) {
	g := &api{shows: 1_000_000, each: 1, changed: always}
	outcome, records := walked(t, Options{MaxPages: 3}, g)
	if outcome.Complete || !strings.Contains(outcome.Why, "flere enn 3 sider") || records != 45 || g.asked != 3 {
		t.Errorf("%+v, %d records, %d requests", outcome, records, g.asked)
	}
	if outcome, records = walked(t, Options{MaxPages: mostPages}, g); outcome.Complete || !strings.Contains(outcome.Why, "flere enn 50000") || records > mostShows+usualSize {
		t.Errorf("%+v, %d records", outcome, records)
	}
	if _, err := Parse("["+strings.Repeat("{},", mostOnPage)+"{}]", source, ""); !errors.Is(err, connectors.ErrUnreadable) {
		t.Errorf("a page without end: %v", err)
	}
	if _, err := Parse(strings.Repeat(`{"data":[`, 1_000_000), source, ""); !errors.Is(err, connectors.ErrUnreadable) {
		t.Errorf("a deep page: %v", err)
	}
}

// TestFailing: a showing that cannot be read for itself is taken as the list has it; the third in a row ends the run.
func TestFailing(t *testing.T) {
	for _, failing := range []int{2, 3} {
		c, err := Kind.New(func(v any) error { *v.(*Options) = Options{Details: true}; return nil })
		if err != nil {
			t.Fatal(err)
		}
		g := &api{shows: 4, each: 1}
		asked, records, warnings := 0, 0, 0
		outcome, err := c.Pull(t.Context(), &connectors.Session{
			Source: connectors.Source{ID: "kilde", URL: source, Zone: time.UTC}, Now: connectortest.Now,
			Emit:   func(catalog.Record) error { records++; return nil },
			Warn:   func(string, string) { warnings++ },
			Reject: func(r catalog.Reject) { t.Errorf("%+v", r) },
			Get: func(_ context.Context, req connectors.Request) (*connectors.Response, error) {
				body := "{}"
				if u, _ := url.Parse(req.URL); strings.HasSuffix(u.Path, "/events") {
					body = g.page(numberOf(req.URL))
				} else if asked++; asked <= failing {
					return nil, &fetch.Error{URL: req.URL, Status: 503, Message: "nede"}
				}
				return &connectors.Response{Response: &fetch.Response{URL: req.URL, Body: []byte(body)}, Unchanged: true}, nil
			},
		})
		switch {
		case failing == 2 && (err != nil || records != 4 || warnings != 1 || !outcome.Complete || outcome.Unchanged):
			t.Errorf("two failing: %+v, %d records, %d warnings, error %v", outcome, records, warnings, err)
		case failing == 3 && (err == nil || !strings.Contains(err.Error(), "3 forestillinger på rad")):
			t.Errorf("three failing: error %v", err)
		}
	}
}

func TestOptions(t *testing.T) {
	for want, o := range map[string]Options{
		"options.max_pages":     {MaxPages: mostPages + 1},
		"options.max_details":   {MaxDetails: -1},
		"options.page_size":     {PageSize: -1},
		"options.items":         {Items: "data.#.events"},
		"options.venue":         {Venue: &Venue{Locality: "Larvik"}},
		"options.checkout":      {Checkout: "javascript:{id}"},
		"options.fields.tittel": {Fields: map[string]string{"tittel": "name"}},
		"options.fields.title":  {Fields: map[string]string{"title": "@this|@reverse"}},
	} {
		if _, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil }); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%+v: error %v, want %s", o, err, want)
		}
	}
}

func TestCheckout(t *testing.T) {
	for _, tt := range []struct{ source, form, want string }{
		{source, "", "https://checkout.ebillett.no/168/events/92101/purchase/setup"},
		{"https://api.dx.example/v3/partners/168/events/?from=now", "", "https://checkout.ebillett.no/168/events/92101/purchase/setup"},
		{source, "none", ""},
		{"file:dx.json", "", ""},
		{"file:dx.json", "https://kino.example/kjop?id={id}", "https://kino.example/kjop?id=92101"},
	} {
		w := newWalk(&connector{Options: Options{Checkout: tt.form}}, &connectors.Session{Source: connectors.Source{URL: tt.source}})
		if got := w.checkout("92101"); got != tt.want {
			t.Errorf("%s %q: %q, want %q", tt.source, tt.form, got, tt.want)
		}
	}
}

func TestRecognise(t *testing.T) {
	for _, tt := range []struct{ address, body, want string }{
		{"https://api.dx.no/v3/partners/168/events?page=1", `{"data":[]}`, " 2"},
		{"https://checkout.ebillett.no/168/events/92101/purchase/setup?kanal=dxf", "<!doctype html>", "https://api.dx.no/v3/partners/168/events 2"},
		{"https://kino.example/program", `<!doctype html><a href="https://checkout.ebillett.no/168/events/1/purchase/setup">Kjøp</a>`, "https://api.dx.no/v3/partners/168/events 0"},
		{"https://kino.example/program", `<!doctype html><a href="https://ond.example/?https://checkout.ebillett.no/168/">Kjøp</a>`, ""},
	} {
		a := connectors.NewAnswer(tt.address, &fetch.Response{URL: tt.address, Body: []byte(tt.body)}, "")
		got := ""
		for _, r := range recognise(&a) {
			got = fmt.Sprintf("%s %d", r.URL, r.Certain)
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.address, got, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add(seed)
	}
	c, err := newConnector(func(any) error { return nil })
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		items, err := Parse(body, source, "")
		if err != nil {
			return
		}
		w := newWalk(c.(*connector), &connectors.Session{Source: connectors.Source{URL: source, Zone: time.UTC}})
		if _, err := w.take(t.Context(), items, 1); err != nil {
			t.Fatal(err)
		}
		ids := map[string]bool{}
		if err := w.shows.Each(time.UTC, func(r catalog.Record) error {
			if r.Title == "" || r.NativeID == "" || ids[r.NativeID] || !r.Schedule.Dated() || len(r.Offers) > catalog.MaxOffers {
				t.Errorf("%+v", r)
			}
			ids[r.NativeID] = true
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
