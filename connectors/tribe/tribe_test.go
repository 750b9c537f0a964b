package tribe

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

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
			c := connectortest.Case{URL: tt.source, Zone: "Europe/Oslo", Now: connectortest.Now}
			if err := yaml.Unmarshal([]byte(tt.options), &c.Options); err != nil {
				t.Fatal(err)
			}
			asked := 0
			got, err := connectortest.Pull(t, Kind, c, func(address string) ([]byte, string, bool) {
				asked++
				u, _ := url.Parse(address)
				n := 1
				fmt.Sscan(u.Query().Get("page"), &n)
				return []byte(tt.page(n)), "application/json", true
			})
			if err != nil || len(got.Records) != tt.records || asked != tt.asked || !strings.Contains(got.Why, tt.why) || got.Complete != (tt.why == "") {
				t.Errorf("%d records, %d requests, complete %v %q, error %v", len(got.Records), asked, got.Complete, got.Why, err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"events", "posts"} {
		files, _ := filepath.Glob("testdata/*/" + name)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text), name == "posts")
		}
	}
	f.Fuzz(func(t *testing.T, text string, posts bool) {
		p, err := Parse(text, "https://a.example/", posts)
		if err != nil {
			return
		}
		a := &adapter{seen: map[string]bool{}, at: map[string]int{}, Session: &connectors.Session{
			Source: connectors.Source{ID: "a", Zone: time.UTC}, Warn: func(string, string) {}}}
		a.add(p, "https://a.example/", 1)
		ids := map[string]bool{}
		for _, r := range a.records {
			if r.Title == "" || r.NativeID == "" || ids[r.NativeID] || r.Kind == catalog.KindEvent && !r.Schedule.Dated() {
				t.Errorf("%+v", r)
			}
			ids[r.NativeID] = true
		}
	})
}
