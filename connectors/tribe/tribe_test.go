package tribe

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/connectortest"
)

func TestCases(t *testing.T) { connectortest.Run(t, Kind) }

func TestFirst(t *testing.T) {
	const window = "per_page=50&start_date=2026-10-01"
	tests := []struct{ source, want string }{
		{"https://a.example", "https://a.example/wp-json/tribe/events/v1/events?" + window},
		{"https://a.example/no/", "https://a.example/no/wp-json/tribe/events/v1/events?" + window},
		{"https://a.example/wp-json/tribe/events/v1/events?start_date=2026-01-01&per_page=10", "https://a.example/wp-json/tribe/events/v1/events?per_page=10&start_date=2026-01-01"},
		{"https://a.example/?rest_route=/tribe/events/v1/events", "https://a.example/?" + window[:11] + "&rest_route=%2Ftribe%2Fevents%2Fv1%2Fevents&" + window[12:]},
		{"https://a.example/wp-json/wp/v2/tilbud", "https://a.example/wp-json/wp/v2/tilbud?_embed=wp%3Aterm%2Cwp%3Afeaturedmedia&per_page=100"},
	}
	for _, tt := range tests {
		got, posts, err := first(tt.source, connectortest.Now)
		if err != nil || got != tt.want || posts != strings.Contains(tt.source, "/wp/v2/") {
			t.Errorf("%s: %s, posts %v, error %v", tt.source, got, posts, err)
		}
	}
}

// TestPages walks sites of several pages.
func TestPages(t *testing.T) {
	event := func(n int) string {
		return fmt.Sprintf(`{"id":%d,"title":"Arrangement %d","start_date":"2026-12-03 18:00:00","timezone":"Europe/Oslo"}`, n, n)
	}
	posts := func(from, to int) string {
		var out []string
		for i := from; i <= to; i++ {
			out = append(out, fmt.Sprintf(`{"id":%d,"title":{"rendered":"Tilbud %d"}}`, i, i))
		}
		return "[" + strings.Join(out, ",") + "]"
	}
	tests := []struct {
		name, source, options string
		page                  func(n int) string // "" is 404
		records, asked        int
		why                   string
	}{
		{"by number", "https://a.example/", "{}", func(n int) string { return fmt.Sprintf(`{"events":[%s],"total_pages":3}`, event(n)) }, 3, 3, ""},
		{"by link", "https://a.example/", "{}", func(n int) string {
			if n == 3 {
				return fmt.Sprintf(`{"events":[%s]}`, event(n))
			}
			return fmt.Sprintf(`{"events":[%s],"next_rest_url":"https://a.example/wp-json/tribe/events/v1/events/?page=%d"}`, event(n), n+1)
		}, 3, 3, ""},
		{"without an end", "https://a.example/", "{max_pages: 5}", func(n int) string { return fmt.Sprintf(`{"events":[%s],"total_pages":1000000}`, event(n)) }, 5, 5, "flere enn 5 sider"},
		{"empty for ever", "https://a.example/", "{}", func(int) string { return `{"events":[],"total_pages":1000000}` }, 0, 3, "3 tomme sider på rad"},
		{"posts", "https://a.example/wp-json/wp/v2/posts", "{}", func(n int) string { return posts(n*100-99, min(n*100, 230)) }, 230, 3, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := connectortest.Pull(t, Kind, connectortest.At(t, tt.source, tt.options), func(address string) ([]byte, string, bool) {
				u, _ := url.Parse(address)
				n := 1
				fmt.Sscan(u.Query().Get("page"), &n)
				return []byte(tt.page(n)), "application/json", true
			})
			if err != nil || len(got.Records) != tt.records || len(got.Asked) != tt.asked || !strings.Contains(got.Why, tt.why) || got.Complete != (tt.why == "") {
				t.Errorf("%d records, %d requests, complete %v %q, error %v", len(got.Records), len(got.Asked), got.Complete, got.Why, err)
			}
		})
	}
}

// TestFold: dates of a recurring event fold across pages; another event of the same id stands alone; one that comes again, changed while
// the list was read, does not.
func TestFold(t *testing.T) {
	event := func(id int, title, start, url string) string {
		return fmt.Sprintf(`{"id":%d,"title":%q,"start_date":"%s 18:00:00","timezone":"Europe/Oslo","url":%q}`, id, title, start, url)
	}
	const kor = "https://a.example/arrangement/kor/"
	pages := []string{
		event(1, "Kor", "2026-12-03", kor+"2026-12-03/") + "," + event(2, "Bridge", "2026-12-04", "") + "," + event(2, "Bridge", "2026-12-11", "") + "," + event(3, "Sjakk", "2026-12-05", ""),
		event(4, "Kor", "2026-12-10", kor+"2026-12-10/") + "," + event(3, "Sjakk", "2026-12-05", "https://a.example/ny-adresse/") + "," + event(3, "Ludo", "2026-12-06", ""),
		event(5, "Kor", "2026-12-17", kor+"2026-12-17/") + "," + event(6, "Kor med gjester", "2026-12-24", kor+"2026-12-24/") + "," + event(3, "Sjakk", "2026-12-12", ""),
	}
	got, err := connectortest.Pull(t, Kind, connectortest.At(t, "https://a.example/", ""), func(address string) ([]byte, string, bool) {
		u, _ := url.Parse(address)
		n := 1
		fmt.Sscan(u.Query().Get("page"), &n)
		return fmt.Appendf(nil, `{"events":[%s],"total_pages":3}`, pages[n-1]), "application/json", true
	})
	if err != nil || !got.Complete || len(got.Rejects) > 0 {
		t.Fatalf("%+v, error %v", got, err)
	}
	var have []string
	for _, r := range got.Records {
		s := r.Title + map[bool]string{true: " (derived)"}[r.IDDerived]
		for _, o := range r.Schedule.Dates {
			s += " " + o.Start.Format("0102")
		}
		have = append(have, s)
	}
	want := "Bridge 1204 1211, Sjakk 1205, Ludo (derived) 1206, Sjakk (derived) 1212, Kor 1203 1210 1217, Kor med gjester (derived) 1224"
	if s := strings.Join(have, ", "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

// TestLarge reads 50,000 events, half of which are dates of 5,000 recurring ones.
func TestLarge(t *testing.T) {
	const pages, series = 1_000, 5_000
	about := strings.Repeat("<p>Vi møtes i Bøkeskogen og går en rolig tur sammen. Ta med kaffe.</p>", 10)
	connectortest.Large(t, Kind, "https://a.example/", "{max_pages: 2000}", pages*eventsOnPage/2+series, func(address string) ([]byte, string, bool) {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		number := 1
		fmt.Sscan(u.Query().Get("page"), &number)
		var b strings.Builder
		for i := (number - 1) * eventsOnPage; i < number*eventsOnPage; i++ {
			page, name := fmt.Sprintf("https://a.example/arrangement/%d/", i), i
			if i%2 == 1 {
				name = i / 2 % series
				page = fmt.Sprintf("https://a.example/arrangement/serie-%d/2027-%02d-%02d/", name, 1+i/2/series, 1+i%28)
			}
			fmt.Fprintf(&b, `,{"id":%d,"status":"publish","title":"Arrangement %d","url":%q,"description":"%d %s","start_date":"2027-%02d-%02d 18:00:00","timezone":"Europe/Oslo","venue":{"venue":"Bøkeskogen","city":"Larvik"}}`,
				i, name, page, i, about, 1+i/2/series, 1+i%28)
		}
		return fmt.Appendf(nil, `{"events":[%s],"total_pages":%d}`, strings.TrimPrefix(b.String(), ","), pages), "application/json", true
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range connectortest.Seeds(f) {
		f.Add(seed, strings.HasPrefix(seed, "["))
	}
	f.Fuzz(func(t *testing.T, text string, posts bool) {
		p, err := Parse(text, "https://a.example/", posts)
		if err != nil {
			return
		}
		var records []catalog.Record
		a := newAdapter(&connectors.Session{Source: connectors.Source{ID: "a", Zone: time.UTC}, Warn: func(string, string) {}, Reject: func(catalog.Reject) {},
			Emit: func(r catalog.Record) error { records = append(records, r); return nil }})
		if _, err := a.add(p, "https://a.example/", 1); err != nil {
			t.Fatal(err)
		}
		if err := a.series.Each(a.Emit); err != nil {
			t.Fatal(err)
		}
		ids := map[string]bool{}
		for _, r := range records {
			if r.Title == "" || r.NativeID == "" || ids[r.NativeID] || r.Kind == catalog.KindEvent && !r.Schedule.Dated() {
				t.Errorf("%+v", r)
			}
			ids[r.NativeID] = true
		}
	})
}
