package tikkio

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
	"fritidshub/fetch"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

func TestPriced(t *testing.T) {
	for text, want := range map[string]string{
		"📅 Lørdag 6. juni kl 20:00\n💰 195 // 140 || Morgenfugl 115": "💰 195 // 140 || Morgenfugl 115",
		"Billetter: 250,- / 150,-":                        "Billetter: 250,- / 150,-",
		"Forhåndssalg 150kr, dør 200kr. Pris 20 eller 30": "Forhåndssalg 150kr, dør 200kr. Pris 20 eller 30",
		"Billetter til 4. og 5. desember 2026":            "",
		"Pris 250":                                        "",
		"Tider: 1930 2000":                                "",
		"Billettsalg 10:00 2026":                          "",
		"":                                                "",
	} {
		if got := priced(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// page is one of a list: numbered keys, and a link to the next one.
func page(number, each, last int) string {
	var b strings.Builder
	b.WriteString(`<title>Larvik</title><script type="application/ld+json">{"@type":"ItemList","itemListElement":{`)
	for i := range each {
		id := number*each + i
		fmt.Fprintf(&b, `"%d":{"@type":"ListItem","item":{"@type":"Event","name":"Konsert %d","description":%q,"startDate":"2026-12-04T19:00:00+01:00","location":{"@type":"Place","name":"Scenen"},"offers":{"price":"100.00","priceCurrency":"NOK","url":"https://tikkio.example/events/%d-konsert"}}},`,
			i, id, strings.Repeat("tekst ", 30), id)
	}
	text := strings.TrimSuffix(b.String(), ",") + "}}</script>"
	if number < last {
		text += fmt.Sprintf(`<a rel="next" href="?side=%d">neste</a>`, number+1)
	}
	return text
}

func sideOf(address string) (n int) {
	n = 1
	if u, err := url.Parse(address); err == nil {
		_, _ = fmt.Sscan(u.Query().Get("side"), &n)
	}
	return n
}

const source = "https://tikkio.example/locations/3909-larvik"

// list answers with pages of so many events.
func list(pages, each int) connectortest.Answer {
	return func(address string) ([]byte, string, bool) {
		return []byte(page(sideOf(address), each, pages)), "text/html", true
	}
}

func TestPages(t *testing.T) {
	tests := []struct {
		name           string
		page           func(n int) string
		records, asked int
		why            string
	}{
		{"three", func(n int) string { return page(n, 10, 3) }, 30, 3, ""},
		{"without end", func(n int) string { return page(n, 1, 1_000_000) }, 5, 5, "flere enn 5 sider"},
		{"the same for ever", func(n int) string { return page(1, 10, 1) + fmt.Sprintf("<a rel=next href='?side=%d'>", n+1) }, 10, 2, "gjentar det som er lest"},
		{"empty for ever", func(n int) string {
			if n == 1 {
				return page(1, 2, 2)
			}
			return fmt.Sprintf("<a rel=next href='?side=%d'>", n+1)
		}, 2, 4, "3 sider på rad uten arrangementer"},
		{"elsewhere", func(n int) string { return page(n, 2, 1) + "<a rel=next href='https://ond.example/'>" }, 2, 1, "et annet nettsted"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := connectortest.Pull(t, Kind, connectortest.At(t, source, "{max_pages: 5}"), func(address string) ([]byte, string, bool) {
				return []byte(tt.page(sideOf(address))), "text/html", true
			})
			if err != nil || len(got.Records) != tt.records || len(got.Asked) != tt.asked || !strings.Contains(got.Why, tt.why) || got.Complete != (tt.why == "") {
				t.Errorf("%d records, %d requests, complete %v %q, error %v", len(got.Records), len(got.Asked), got.Complete, got.Why, err)
			}
		})
	}
}

// TestLarge reads 50,000 events on 100 pages.
func TestLarge(t *testing.T) { connectortest.Large(t, Kind, source, "{}", 50_000, list(100, 500)) }

// TestUnchanged: when no page has changed, nothing is emitted, and each page is asked for once; when one has, everything is.
func TestUnchanged(t *testing.T) {
	for changed, want := range map[int]int{0: 0, 3: 30} {
		c := connectortest.At(t, source, "")
		c.Unchanged = func(address string) bool { return sideOf(address) != changed }
		got, err := connectortest.Pull(t, Kind, c, list(3, 10))
		if err != nil || !got.Complete || got.Unchanged != (changed == 0) || len(got.HTML) != 3 || len(got.Asked) != 3 || len(got.Records) != want || len(got.Rejects)+len(got.Warnings) > 0 {
			t.Errorf("page %d changed: %+v, error %v", changed, got, err)
		}
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{{MaxPages: -1}, {MaxPages: mostPages + 1}} {
		if _, err := Kind.New(func(v any) error { *v.(*Options) = o; return nil }); err == nil || !strings.HasPrefix(err.Error(), "options.max_pages") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}

// TestCorpus reads a page that others have kept. The manifest says that it is one ItemList; its events are counted here without markup.
func TestCorpus(t *testing.T) {
	right, all := 0, 0
	for _, truth := range connectortest.Corpus(t, "ticket-json") {
		if !strings.Contains(truth.File, "tikkio") {
			continue // other sellers
		}
		text, err := os.ReadFile(truth.Path)
		if err != nil {
			t.Fatal(err)
		}
		var list struct {
			Type  string `json:"@type"`
			Items map[string]struct {
				Item struct {
					Name, StartDate, EndDate string
					Location                 struct{ Name string }
					Offers                   struct{ URL, Price string }
				}
			} `json:"itemListElement"`
		}
		if err := json.Unmarshal(text, &list); err != nil {
			t.Fatal(err)
		}
		if list.Type != truth.GroundTruth[0]["type"] || *truth.Records != 1 {
			t.Errorf("the manifest says %v, the file %s", truth.GroundTruth, list.Type)
		}
		got, err := connectortest.Pull(t, Kind, connectortest.At(t, source, ""), func(string) ([]byte, string, bool) { return text, "application/ld+json", true })
		if err != nil || len(got.Records) != len(list.Items) || len(got.Rejects)+len(got.Warnings) > 0 || !got.Complete {
			t.Errorf("%s: %d records of %d, rejects %+v, warnings %q", truth.File, len(got.Records), len(list.Items), got.Rejects, got.Warnings)
		}
		have := map[string]catalog.Record{}
		for _, r := range got.Records {
			have[r.Offers[0].URL] = r
		}
		for _, want := range list.Items {
			w := want.Item
			all++
			r, ok := have[w.Offers.URL]
			switch {
			case !ok || r.Title != w.Name || r.URL != w.Offers.URL || r.IDDerived || r.Place == nil || r.Place.Name != w.Location.Name || r.Place.Address != "" || r.Image == nil || r.Status != "",
				r.Schedule.Dates[0].Start.Format(time.RFC3339) != w.StartDate, r.Schedule.Dates[0].End.Format(time.RFC3339) != w.EndDate,
				!r.Offers[0].ValidFrom.IsZero(), r.Offers[0].Availability != catalog.Available, strings.ContainsAny(r.Description, "<>"),
				w.Offers.Price == "0.00" && r.Price != nil, w.Offers.Price != "0.00" && (r.Price == nil || r.Price.Min.String() != strings.TrimSuffix(w.Offers.Price, ".00")):
				t.Logf("%s: %+v gives %+v", truth.File, w, r)
			default:
				right++
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
		p, err := Parse(text, "https://tikkio.example/", "nb")
		if err != nil {
			return
		}
		w := &walk{connector: &connector{}, seen: map[string]bool{}, s: &connectors.Session{Source: connectors.Source{Zone: time.UTC}, Warn: func(string, string) {}, Reject: func(catalog.Reject) {}}}
		w.add(p, "")
		ids := map[string]bool{}
		records := w.others
		if err := w.events.Each(time.UTC, func(r catalog.Record) error { records = append(records, r); return nil }); err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			if r.Title == "" || r.NativeID == "" || ids[r.NativeID] || !r.Schedule.Dated() || len(r.Offers) > catalog.MaxOffers || len(r.Schedule.Dates) > catalog.MaxDates {
				t.Errorf("%+v", r)
			}
			ids[r.NativeID] = true
		}
	})
}

func TestRecognise(t *testing.T) {
	for _, tt := range []struct {
		address, body string
		want          int
	}{
		{"https://tikkio.com/locations/3909-larvik", "<!doctype html><title>Larvik</title>", 1},
		{"https://kopi.example/larvik.json", `{"@type":"ItemList","itemListElement":{"0":{"item":{"offers":{"url":"https://tikkio.com/events/1-a"}}}}}`, 1},
		{"https://kopi.example/larvik.json", `{"@type":"ItemList","itemListElement":[{"item":{"offers":{"url":"https://scene.example/1"}}}]}`, 0},
		{"https://scene.example/", `<!doctype html><a href="https://tikkio.com/events/1">Billetter</a>`, 0},
	} {
		a := connectors.NewAnswer(tt.address, &fetch.Response{URL: tt.address, Body: []byte(tt.body)}, "")
		if got := recognise(&a); len(got) != tt.want {
			t.Errorf("%s %s: %+v", tt.address, tt.body, got)
		}
	}
}
