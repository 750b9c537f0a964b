package fritidshub

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	_ "time/tzdata"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/fetch"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

const base = "https://hub.sandefjord.example"

func listed(n int) string {
	native := fmt.Sprintf("aktivitet-%d", n)
	id := catalog.ID("listing", "sandefjord", "idrettslag", native)
	return fmt.Sprintf(`{"state":"updated","kind":"Listing","id":%q,"modified":%d,"data":{"@type":"Service","name":"Trening %d","description":%q,"fritidshub:kind":"activity","fritidshub:sources":[{"hub":"sandefjord","id":"idrettslag","native_id":%q}],"fritidshub:schedule":{"series":[{"start":"2026-08-24T17:00:00+02:00","rules":["FREQ=WEEKLY"]}]}}}`,
		id, n, n, strings.Repeat("Ta med drikke og gode sko. ", 20), native)
}

// feed is a peer with n listings, in the pages of 500 that RPDE recommends.
func feed(n int, asked *int) connectortest.Answer {
	return func(address string) ([]byte, string, bool) {
		if strings.Contains(address, "/rpde/records") {
			return nil, "", false
		}
		*asked++
		after := 0
		if _, text, ok := strings.Cut(address, "afterChangeNumber="); ok {
			_, _ = fmt.Sscan(text, &after)
		}
		var items []string
		for id := after + 1; id <= min(after+500, n); id++ {
			items = append(items, listed(id))
		}
		return fmt.Appendf(nil, `{"next":"%s/rpde/listings?afterChangeNumber=%d","items":[%s],"license":""}`, base, after+len(items), strings.Join(items, ",")), "application/json", true
	}
}

func TestLarge(t *testing.T) {
	asked := 0
	connectortest.Large(t, Kind, base, "", 50_000, feed(50_000, &asked))
}

// TestIdentity: a listing has the same id here as on the hub that it was first read by.
func TestIdentity(t *testing.T) {
	asked := 0
	got, err := connectortest.Pull(t, Kind, connectortest.Case{URL: base, Zone: "Europe/Oslo", Now: connectortest.Now}, feed(10, &asked))
	if err != nil || len(got.Records) != 10 {
		t.Fatalf("%d records, error %v", len(got.Records), err)
	}
	for _, r := range got.Records {
		if catalog.ListingID("larvik", &r) != r.NativeID {
			t.Errorf("%s is another listing here", r.NativeID)
		}
	}
}

// TestNearest: that nobody has had it between is believed of the hub alone that says to be where it began.
func TestNearest(t *testing.T) {
	for _, c := range []struct {
		says []string // which hub each listing says that it is published by; "" for none
		want string   // ways
		hub  string
	}{
		{[]string{"sandefjord", "sandefjord"}, "[[] []]", "sandefjord"},
		{[]string{"tyv", "tyv"}, "[[tyv] [tyv]]", "tyv"},
		{[]string{"", ""}, "[[hub.sandefjord.example] [hub.sandefjord.example]]", ""},
		{[]string{"tyv", ""}, "[[tyv] [tyv]]", "tyv"},
		{[]string{"tyv", "sandefjord"}, "[[tyv]]", "tyv"},
	} {
		answer := func(address string) ([]byte, string, bool) {
			if !strings.HasSuffix(address, "/rpde/listings") {
				return fmt.Appendf(nil, `{"next":%q,"items":[]}`, address), "application/json", !strings.Contains(address, "/rpde/records")
			}
			var items []string
			for i, hub := range c.says {
				items = append(items, strings.Replace(listed(i+1), `"fritidshub:kind"`, fmt.Sprintf(`"fritidshub:hub":%q,"fritidshub:kind"`, hub), 1))
			}
			return fmt.Appendf(nil, `{"next":"%s/rpde/listings?afterChangeNumber=9","items":[%s]}`, base, strings.Join(items, ",")), "application/json", true
		}
		got, err := connectortest.Pull(t, Kind, connectortest.Case{URL: base, Zone: "Europe/Oslo", Now: connectortest.Now}, answer)
		if err != nil {
			t.Fatal(err)
		}
		ways := [][]string{}
		for _, r := range got.Records {
			ways = append(ways, r.Origin.Via)
		}
		if fmt.Sprint(ways) != c.want || len(got.Rejects) != len(c.says)-len(ways) || got.Hub != c.hub {
			t.Errorf("%q: %v from %q, rejects %v", c.says, ways, got.Hub, got.Rejects)
		}
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{Municipality: "Larvik"}, {Municipality: "39"}, {MaxPages: -1}, {MaxPages: 3000}} {
		if _, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil }); err == nil || !strings.HasPrefix(err.Error(), "options.") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
	const hub = "https://hub.example"
	for source, want := range map[string]struct{ base, feed, listings string }{
		hub:                                        {hub, "/rpde/records", hub + "/rpde/listings"},
		hub + "/":                                  {hub + "/", "/rpde/records", hub + "/rpde/listings"},
		"https://kommune.example/fritid/":          {"https://kommune.example/fritid/", "/rpde/records", "https://kommune.example/fritid/rpde/listings"},
		hub + "/rpde/municipality/3909/listings":   {listings: hub + "/rpde/municipality/3909/listings"},
		hub + "/rpde/municipality/3909/records":    {hub, "/rpde/municipality/3909/records", ""},
		hub + "/rpde/records?afterChangeNumber=0":  {hub, "/rpde/records", ""},
		hub + "/rpde/listings?afterChangeNumber=5": {listings: hub + "/rpde/listings?afterChangeNumber=5"},
		"file:peer.json":                           {listings: "file:peer.json"},
		"file:naboen/records.json":                 {listings: "file:naboen/records.json"},
	} {
		records, listings, err := (&connector{}).feeds(source)
		if got := cmp.Or(records, &address{}); err != nil || got.base != want.base || string(got.feed) != want.feed || listings != want.listings {
			t.Errorf("feeds(%s) = %v, %s, error %v, want %v", source, got, listings, err, want)
		}
	}
	if got, listings, err := (&connector{Options{Municipality: "3909"}}).feeds(hub); *got != (address{hub, "/rpde/municipality/3909/records"}) || listings != hub+"/rpde/municipality/3909/listings" || err != nil {
		t.Errorf("%v, %s, %v", got, listings, err)
	}
}

func TestIntroduce(t *testing.T) {
	a := connectors.NewAnswer(base+"/.well-known/fritidshub", &fetch.Response{Body: []byte(`{"hub":"sandefjord","name":"Fritid i Sandefjord\u202e"}`), MediaType: "application/json"}, "")
	if id, name := Kind.Introduce(&a); id != "sandefjord" || name != "Fritid i Sandefjord" {
		t.Errorf("%q, %q", id, name)
	}
}

func TestRecognise(t *testing.T) {
	for _, c := range []struct{ address, mediaType, body, want string }{
		{base + "/rpde/listings?afterChangeNumber=5", "application/json", `{"next":"x","items":[` + listed(1) + `]}`, base},
		{"https://kommune.example/fritid/rpde/listings", "text/plain", `{"next":"x","items":[` + listed(1) + `]}`, "https://kommune.example/fritid"},
		{base + "/api/v1/search", "application/json", `{"total":1,"items":[{"id":"a","sources":[{"id":"x","native_id":"1","hub":"sandefjord"}]}]}`, base},
		{base + "/api/v1/sources", "application/json", `{"sources":[{"id":"kor","licence":"CC0-1.0","verdict":"Virker."}]}`, base},
		{base + "/", "text/html", `<!DOCTYPE html><html><footer><a href="/api/v1/categories">Åpne data</a></footer>`, base},
		{base + "/?lang=en", "text/html", `<!DOCTYPE html><html><footer><a href="/api/v1/sources">Kilder og tilstand</a> <a href="/docs">Åpne data</a></footer>`, base},
		{base + "/", "text/html", `<!DOCTYPE html><html><footer><a href="/docs">Dokumenter</a></footer>`, ""},
		{base + "/rpde/records", "application/json", `{"next":"x","items":[{"state":"updated","kind":"record","id":"a","modified":1,"data":{"hub":"sandefjord","origin":{"hub":"sandefjord","native_id":"1"}}}]}`, base},
		{base + "/.well-known/fritidshub", "application/json", `{"hub":"sandefjord","feeds":{"records":"` + base + `/rpde/records"}}`, base},
		{base + "/", "text/html", `<!DOCTYPE html><html><a href="https://annen.example/api/v1/categories">Annen</a>`, ""},
		{base + "/feed", "application/json", `{"next":"x","items":[{"state":"updated","id":1,"modified":1,"data":{"@type":"Event"}}]}`, ""},
	} {
		a := connectors.NewAnswer(c.address, &fetch.Response{URL: c.address, MediaType: c.mediaType, Body: []byte(c.body)}, "")
		got := ""
		for _, r := range recognise(&a) {
			got = r.URL
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.address, got, c.want)
		}
	}
}

// FuzzParse pulls a feed whose first page is anything; whatever it is, records have an id, a title, a kind and an origin.
func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add(seed)
	}
	c := connectortest.At(f, base, "")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := connectortest.Pull(t, Kind, c, func(address string) ([]byte, string, bool) {
			return []byte(text), "application/json", address == base+"/rpde/listings"
		})
		if err != nil && len(got.Records) > 0 {
			t.Errorf("%d records and an error: %v", len(got.Records), err)
		}
		for _, r := range got.Records {
			if r.NativeID == "" || r.Title == "" || !r.Kind.Valid() || r.Origin == nil {
				t.Errorf("%+v", r)
			}
		}
	})
}
