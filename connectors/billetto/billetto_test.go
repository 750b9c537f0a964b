package billetto

import (
	"fmt"
	"net/http"
	"net/url"
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

const source = "https://billetto.example?subregion=Larvik"

// api answers as the API does: 100 events a page, and where the next page is unless noCursors.
func api(events int, parent string, noCursors bool) connectortest.Answer {
	return func(address string) ([]byte, string, bool) {
		u, _ := url.Parse(address)
		from, _ := strconv.Atoi(u.Query().Get("after"))
		to := min(from+pageSize, events)
		items := make([]string, 0, pageSize)
		for i := from + 1; i <= to; i++ {
			items = append(items, fmt.Sprintf(`{"id":"%d","parent":%q,"title":"Konsert %d","startdate":"2026-12-01T18:00:00Z","url":"https://billetto.example/e/%d","description":%q,
			"organiser":{"id":1,"name":"Korpset"},"minimum_price":{"amount_in_cents":20000,"currency":"NOK"},"location":{"location_name":"Scenen","city":"Larvik"}}`, i, parent, i, i, strings.Repeat("Musikk. ", 60)))
		}
		next := ""
		if to < events && !noCursors {
			next = fmt.Sprintf("https://billetto.example/api/v3/public/events?after=%d", to)
		}
		return fmt.Appendf(nil, `{"object":"list","data":[%s],"has_more":%v,"next_url":%q}`, strings.Join(items, ","), to < events, next), "application/json", true
	}
}

// TestLarge reads 50,000 events, each for itself or all of one series.
func TestLarge(t *testing.T) {
	for parent, records := range map[string]int{"": 50_000, "1": 1} {
		connectortest.Large(t, Kind, source, "{amounts: cents, max_pages: 2000}", records, api(50_000, parent, false))
	}
}

// TestPages: what the source's address asks for stays on every page, and the last id is the cursor when nothing else is given.
func TestPages(t *testing.T) {
	want := []string{"https://billetto.example/api/v3/public/events?limit=100&subregion=Larvik", "https://billetto.example/api/v3/public/events?after=100&limit=100&subregion=Larvik"}
	for _, noCursors := range []bool{false, true} {
		got, err := connectortest.Pull(t, Kind, connectortest.At(t, source, "{amounts: cents}"), api(150, "", noCursors))
		if err != nil || !slices.Equal(got.Asked, want) || len(got.Records) != 150 || !got.Complete {
			t.Errorf("%d records, complete %v, asked for %q, error %v", len(got.Records), got.Complete, got.Asked, err)
		}
	}
	got, err := connectortest.Pull(t, Kind, connectortest.At(t, source, "{max_pages: 2}"), api(350, "", false))
	if err != nil || got.Complete || !strings.Contains(got.Why, "flere enn 2 sider") || len(got.Asked) != 2 {
		t.Errorf("%+v, error %v", got, err)
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{Amounts: "kr"}, {Country: "NOR"}, {Country: "N1"}, {Places: []string{"–"}}, {MaxPages: -1}, {MaxPages: 3000}} {
		if _, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil }); err == nil || !strings.HasPrefix(err.Error(), "options.") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}

// TestRecognise: an answer of the API is known by what is in it, a page by its host, and the secret is named, never given.
func TestRecognise(t *testing.T) {
	for _, tt := range []struct{ address, text, header string }{
		{"https://billetto.dk/api/v3/public/events", `{"data":[{"startdate":"2026-12-01","minimum_price":null}]}`, "Api-Keypair"},
		{"https://billetto.no/e/konsert", "<html>", "Api-Keypair"},
		{"https://www.billetto.co.uk/", "<html>", "Api-Keypair"},
		{"https://billettoversikt.example/", "<html>", ""},
		{"https://kilde.example/", `{"data":[{"startdate":"2026-12-01","minimum_price":null}]}`, ""},
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
	connectortest.Fuzz(f, Kind, connectortest.At(f, connectortest.DefaultURL, "{amounts: cents, max_pages: 5}"))
}
