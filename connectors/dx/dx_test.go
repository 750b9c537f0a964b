package dx

import (
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

// api answers with a list of so many showings, 15 on a page whatever is asked for, and nothing of each; each film has so many showings.
func api(shows, each int) connectortest.Answer {
	return func(address string) ([]byte, string, bool) {
		if !strings.HasSuffix(strings.Split(address, "?")[0], "/events") {
			return []byte("{}"), "application/json", true
		}
		number := numberOf(address)
		var items []string
		for i := min((number-1)*usualSize, shows); i < min(number*usualSize, shows); i++ {
			items = append(items, fmt.Sprintf(`{"id":%d,"name":"Film %d","productionId":%d,"begin":"2026-12-04 18:00:00","end":"2026-12-04 20:00:00","locationName":"Sal %d","description":%q,"ticketSale":{"sold":1,"reserved":2,"capacity":100,"available":97}}`,
				100_000+i, i/each, i/each+1, i%4, strings.Repeat("tekst ", 30)))
		}
		return []byte(`{"data":[` + strings.Join(items, ",") + `],"lastPage":1}`), "application/json", true
	}
}

// TestLarge reads 50,000 showings on 3,334 pages, be they of 500 films or each of its own.
func TestLarge(t *testing.T) {
	for _, each := range []int{100, 1} {
		connectortest.Large(t, Kind, source, fmt.Sprintf("{max_pages: %d}", mostPages), 50_000/each, api(50_000, each))
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
	for changed, want := range map[int]int{0: 0, 2: 20} {
		c := connectortest.At(t, source, "")
		c.Unchanged = func(address string) bool { return numberOf(address) != changed }
		got, err := connectortest.Pull(t, Kind, c, api(40, 2))
		if err != nil || !got.Complete || got.Unchanged != (changed == 0) || len(got.Asked) != 4 || len(got.Records) != want {
			t.Errorf("page %d changed: %+v, error %v", changed, got, err)
		}
	}
}

// TestGone: what is gone is no change when it was gone the last time too.
func TestGone(t *testing.T) {
	c := connectortest.At(t, source, "{details: true}")
	c.Unchanged = func(string) bool { return true }
	for _, run := range []struct {
		gone      string // showings with nothing there
		unchanged bool
	}{{"", true}, {"100001", false}, {"100001", true}, {"100001 100002", false}, {"", false}} {
		c.Fails = func(address string) error {
			if strings.Contains(run.gone, filepath.Base(address)) {
				return &fetch.Error{URL: address, Status: 410, Message: "borte"}
			}
			return nil
		}
		got, err := connectortest.Pull(t, Kind, c, api(3, 1))
		want := 3 - len(strings.Fields(run.gone))
		if run.unchanged {
			want = 0
		}
		if err != nil || got.Unchanged != run.unchanged || !got.Complete || len(got.Records) != want {
			t.Errorf("gone %q: %+v, error %v", run.gone, got, err)
		}
		c.State = got.State
	}
}

func TestBounds(t *testing.T) {
	got, err := connectortest.Pull(t, Kind, connectortest.At(t, source, "{max_pages: 3}"), api(1_000_000, 1))
	if err != nil || got.Complete || !strings.Contains(got.Why, "flere enn 3 sider") || len(got.Records) != 45 || len(got.Asked) != 3 {
		t.Errorf("%q, %d records, %d requests, error %v", got.Why, len(got.Records), len(got.Asked), err)
	}
	got, err = connectortest.Pull(t, Kind, connectortest.At(t, source, fmt.Sprintf("{max_pages: %d}", mostPages)), api(1_000_000, 1))
	if err != nil || got.Complete || !strings.Contains(got.Why, "flere enn 50000") || len(got.Records) > mostShows+usualSize {
		t.Errorf("%q, %d records, error %v", got.Why, len(got.Records), err)
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
	for failing := 2; failing <= 3; failing++ {
		c := connectortest.At(t, source, "{details: true}")
		c.Unchanged = func(string) bool { return true }
		c.Fails = func(address string) error {
			if filepath.Base(address) < fmt.Sprint(100_000+failing) {
				return &fetch.Error{URL: address, Status: 503, Message: "nede"}
			}
			return nil
		}
		got, err := connectortest.Pull(t, Kind, c, api(4, 1))
		switch {
		case failing == 2 && (err != nil || len(got.Records) != 4 || len(got.Warnings) != 1 || !got.Complete || got.Unchanged):
			t.Errorf("two failing: %+v, error %v", got, err)
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
