package fetch

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRobotsRules(t *testing.T) {
	const others = "User-agent: annen\nDisallow: /\n\n"
	for _, tc := range []struct {
		name, text, path string
		allowed          bool
	}{
		{"nothing", "", "/x", true},
		{"all", "User-agent: *\nDisallow: /", "/x", false},
		{"begins with", "User-agent: *\nDisallow: /kal", "/kalender", false},
		{"elsewhere", "User-agent: *\nDisallow: /kal", "/x/kal", true},
		{"others only", others, "/x", true},
		{"our own group wins over all", "User-agent: *\nDisallow: /\n\nUser-agent: Fritidshub/2\nDisallow: /admin", "/x", true},
		{"our own group", "User-agent: *\nAllow: /\n\nUser-agent: FRITIDSHUB\nDisallow: /x", "/x", false},
		{"our own empty group", "User-agent: fritidshub\nDisallow:\n\nUser-agent: *\nDisallow: /", "/x", true},
		{"two groups of ours are one", "User-agent: fritidshub\nDisallow: /a\n\n" + others + "User-agent: fritidshub\nDisallow: /x", "/x", false},
		{"several agents in one group", "User-agent: annen\nUser-agent: fritidshub\nDisallow: /x", "/x", false},
		{"a longer name is someone else", "User-agent: fritidshubben\nDisallow: /", "/x", true},
		{"longest wins", "User-agent: *\nDisallow: /\nAllow: /apen", "/apen/1", true},
		{"longest wins, other order", "User-agent: *\nAllow: /a\nDisallow: /apen", "/apen/1", false},
		{"allow wins a tie", "User-agent: *\nDisallow: /p\nAllow: /p", "/p", true},
		{"star", "User-agent: *\nDisallow: /*/print", "/a/b/print.html", false},
		{"star is anchored", "User-agent: *\nDisallow: /a*b", "/x/a1b", true},
		{"end", "User-agent: *\nDisallow: /*.pdf$", "/a.pdf", false},
		{"not the end", "User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", true},
		{"end without star", "User-agent: *\nDisallow: /a$", "/ab", true},
		{"stars and end", "User-agent: *\nDisallow: /*a*b$", "/xaab", false},
		{"query", "User-agent: *\nDisallow: /*?dato=", "/kalender?dato=2026-11", false},
		{"any query", "User-agent: *\nDisallow: /*?", "/kalender?side=2", false},
		{"any query, and none", "User-agent: *\nDisallow: /*?\nDisallow: /?", "/kalender", true},
		{"a query of the front page, and none", "User-agent: *\nDisallow: /?", "/", true},
		{"escapes", "User-agent: *\nDisallow: /påmelding", "/p%C3%A5melding", false},
		{"lower case escapes", "User-agent: *\nDisallow: /p%c3%a5", "/p%C3%A5melding", false},
		{"comments, CRLF, BOM", "\uFEFFUser-agent: * # alle\r\nDisallow: /x # nei\r\n", "/x", false},
		{"bare CR", "User-agent: *\rDisallow: /x\r", "/x", false},
		{"a bad line loses only itself", "Disallow: /y\nUser-agent: *\nCrawl-delay: 1s\nvrøvl\nDisallow: /x", "/x", false},
		{"rules before any agent are nobody's", "Disallow: /x\nUser-agent: *\nDisallow: /y", "/x", true},
		{"a sitemap does not end a group", "User-agent: *\nSitemap: https://example.no/s.xml\nDisallow: /x", "/x", false},
		{"a page, not robots.txt", "<html><body>User: logg inn</body></html>", "/x", true},
	} {
		if got := parseRobots([]byte(tc.text), "fritidshub").allows(tc.path); got != tc.allowed {
			t.Errorf("%s: %s allowed=%v", tc.name, tc.path, got)
		}
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /*a*b$\nCrawl-delay: 1e300\n", "/xaab")
	f.Add("\uFEFFuser-agent:fritidshub\r\rallow:%zz\nAllow: //\n", "")
	f.Fuzz(func(t *testing.T, text, path string) {
		r := parseRobots([]byte(text), "fritidshub")
		r.allows(path)
		if r.delay < 0 || r.delay > CrawlDelayCeiling {
			t.Errorf("delay %v", r.delay)
		}
	})
}

// 64 html-robots-disallow, and RFC 9309 2.3.1 for a robots.txt that is missing, broken or big.
func TestRobots(t *testing.T) {
	forbid := "User-agent: *\nDisallow: /\n"
	for _, tc := range []struct {
		name      string
		robots    http.HandlerFunc
		step      Step // "" when the page is fetched
		temporary bool
		requests  int
	}{
		{"forbids", withHeaders([]byte(forbid)), StepRobots, false, 1},
		{"allows", withHeaders([]byte("User-agent: *\nDisallow: /admin\n")), "", false, 2},
		{"empty", withHeaders(nil), "", false, 2},
		{"404", status(404), "", false, 2},
		{"403", status(403), "", false, 2},
		{"500", status(500), StepRobots, true, 1},
		{"503, with the retries of the page", status(503), StepRobots, true, 3},
		{"206", status(206), StepRobots, true, 1},
		{"moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/r2", 301) }, StepRobots, false, 2},
		{"a loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/robots.txt", 301) }, StepRobots, true, 1},
		{"private", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "http://10.0.0.1/", 301) }, StepGuard, false, 2},
		{"a Retry-After", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(503)
		}, StepRobots, true, 1},
		{"above 500 KiB: the first part counts", withHeaders([]byte(forbid + strings.Repeat("# fyll\n", 100_000))), StepRobots, false, 1},
		{"above 500 KiB: the rest does not", withHeaders([]byte(strings.Repeat("#", 500<<10) + "\n" + forbid)), "", false, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			url, reached := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("X-Key") != "" && r.URL.Path != "/side" {
					t.Error("robots.txt was asked for with a key")
				}
				switch r.URL.Path {
				case "/robots.txt":
					tc.robots(w, r)
				case "/r2":
					io.WriteString(w, forbid)
				default:
					io.WriteString(w, events)
				}
			})
			r, err := client(t, Options{}).Get(context.Background(), Request{URL: url + "/side", Robots: true, Origin: url, Header: http.Header{"X-Key": {"k"}}})
			if tc.step == "" {
				if err != nil || r.Requests != tc.requests || r.Moved != "" {
					t.Errorf("got %+v, %v", r, err)
				}
			} else if e := failure(t, err); e.Step != tc.step || e.Temporary != tc.temporary || e.Requests != tc.requests {
				t.Errorf("got %#v", e)
			}
			want := tc.requests
			if tc.step == StepGuard {
				want--
			}
			if int(reached.Load()) != want {
				t.Errorf("%d requests reached the server, want %d", reached.Load(), want)
			}
		})
	}
}

func TestRobotsIsBelievedForADay(t *testing.T) {
	now, text := noon, "User-agent: *\nDisallow: /x\n"
	url, reached := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			io.WriteString(w, text)
			return
		}
		io.WriteString(w, events)
	})
	c := client(t, Options{Now: func() time.Time { return now }})
	page := func(path string) error {
		_, err := c.Get(context.Background(), Request{URL: url + path, Robots: true})
		return err
	}
	if page("/a") != nil || page("/b") != nil || page("/x") == nil || reached.Load() != 3 {
		t.Errorf("%d requests", reached.Load())
	}
	text = "User-agent: *\nDisallow: /a\n"
	now = noon.Add(24*time.Hour - time.Second)
	if err := page("/a"); err != nil {
		t.Error(err)
	}
	now = noon.Add(24 * time.Hour)
	if page("/a") == nil || page("/x") != nil {
		t.Error("the new robots.txt was not read")
	}
}

// A robots.txt that cannot be read is not asked for again with every page, and asked for again soon.
func TestRobotsUnreadIsLeftAlone(t *testing.T) {
	now, broken, asked := noon, true, 0
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/robots.txt" {
			io.WriteString(w, events)
			return
		}
		if asked++; broken {
			w.WriteHeader(500)
		}
	})
	c := client(t, Options{Now: func() time.Time { return now }})
	page := func(path string) error {
		_, err := c.Get(context.Background(), Request{URL: url + path, Robots: true})
		return err
	}
	for _, path := range []string{"/a", "/b"} {
		if e := failure(t, page(path)); e.Step != StepRobots || e.Status != 500 || !strings.HasSuffix(e.URL, path) {
			t.Errorf("%s: %#v", path, e)
		}
	}
	if asked != 1 || len(c.Sitemaps(url)) > 0 {
		t.Errorf("asked %d times", asked)
	}
	broken, now = false, noon.Add(robotsRest)
	if err := page("/a"); err != nil || asked != 2 {
		t.Errorf("%v, asked %d times", err, asked)
	}
}

// A redirect into a forbidden part is not followed, and data feeds are not asked about robots.txt.
func TestRobotsOnRedirects(t *testing.T) {
	url, reached := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt":
			io.WriteString(w, "User-agent: *\nDisallow: /stengt\n")
		case "/":
			http.Redirect(w, r, "/stengt", 302)
		default:
			io.WriteString(w, events)
		}
	})
	c := client(t, Options{})
	_, err := c.Get(context.Background(), Request{URL: url, Robots: true})
	if e := failure(t, err); e.Step != StepRobots || !strings.HasSuffix(e.URL, "/stengt") || reached.Load() != 2 {
		t.Errorf("%#v after %d requests", e, reached.Load())
	}
	if r, err := get(t, c, url); err != nil || r.Requests != 2 {
		t.Error(r, err)
	}
}

func TestRobotsSitemaps(t *testing.T) {
	r := parseRobots([]byte("Sitemap: https://kulturhuset.example/kart.xml\nUser-agent: annen\nSitemap: /mer.xml\nDisallow: /\n"), "fritidshub")
	if got := strings.Join(r.maps, " "); got != "https://kulturhuset.example/kart.xml /mer.xml" || !r.allows("/x") {
		t.Errorf("maps are %q, /x is allowed: %v", got, r.allows("/x"))
	}
}
