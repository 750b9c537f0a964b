package fetch

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRedirects(t *testing.T) {
	to := func(code int, where string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", where)
			w.WriteHeader(code)
			io.WriteString(w, "hemmelig")
		}
	}
	type site map[string]http.HandlerFunc
	data := withHeaders([]byte(events))
	chain := func(hops int) site {
		s := site{fmt.Sprintf("/%d", hops): data}
		for i := range hops {
			s[fmt.Sprintf("/%d", i)] = to(302, fmt.Sprint(i+1))
		}
		return s
	}
	ok := func(path string, requests int) verdict { return verdict{Body: events, Status: 200, Requests: requests} }
	fail := func(status, requests int) verdict {
		return verdict{Step: StepRedirect, Status: status, Requests: requests}
	}
	for _, tc := range []struct {
		name         string
		site         site
		method       string
		want         verdict
		final, moved string // paths
		says         string
	}{
		{name: "27 redir-loop", site: site{"/0": to(302, "/0")}, want: fail(302, 1), says: "i ring"},
		{name: "27b loop of two", site: site{"/0": to(302, "/1"), "/1": to(302, "/0#x")}, want: fail(302, 2), says: "i ring"},
		{name: "28 redir-3-hops-ok", site: chain(3), want: ok("/3", 4), final: "/3"},
		{name: "five hops", site: chain(5), want: ok("/5", 6), final: "/5"},
		{name: "six hops", site: chain(6), want: fail(302, 6), says: "mer enn 5 ganger"},
		{name: "29 redir-301-moved", site: site{"/0": to(301, "/1?a=b"), "/1": data}, want: ok("/1", 2), final: "/1?a=b", moved: "/1?a=b"},
		{name: "308 twice", site: site{"/0": to(308, "/1"), "/1": to(301, "/2"), "/2": data}, want: ok("/2", 3), final: "/2", moved: "/2"},
		{name: "permanent, then not", site: site{"/0": to(301, "/1"), "/1": to(302, "/2"), "/2": data}, want: ok("/2", 3), final: "/2", moved: "/1"},
		{name: "passing, then permanent", site: site{"/0": to(307, "/1"), "/1": to(301, "/2"), "/2": data}, want: ok("/2", 3), final: "/2"},
		{name: "nowhere", site: site{"/0": to(302, "")}, want: fail(302, 1), says: "uten å si hvor"},
		{name: "no address", site: site{"/0": to(302, "http://[::1/")}, want: fail(302, 1), says: "ikke er en adresse"},
		{name: "36 ssrf-redirect-file", site: site{"/0": to(302, "file:///etc/passwd")}, want: fail(302, 1), says: "https://"},
		{name: "36b other schemes", site: site{"/0": to(302, "gopher://127.0.0.1/")}, want: fail(302, 1), says: "https://"},
		{name: "password in the target", site: site{"/0": to(302, "http://ola:hemmelig@127.0.0.1/")}, want: fail(302, 1), says: "brukernavn"},
		{name: "304 at the end of a redirect", site: site{"/0": to(302, "/1"), "/1": status(304)}, want: verdict{Step: StepStatus, Status: 304, Requests: 2}},
		{name: "POST 303", method: "POST", site: site{"/0": to(303, "/1"), "/1": data}, want: fail(303, 1), says: "POST"},
		{name: "POST 307", method: "POST", site: site{"/0": to(307, "/1"), "/1": data}, want: ok("/1", 2), final: "/1"},
		{name: "POST 307 elsewhere", method: "POST", site: site{"/0": to(307, "http://127.0.0.1:1/")}, want: fail(307, 1), says: "POST"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			base, reached := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if h := tc.site[r.URL.Path]; h != nil {
					h(w, r)
					return
				}
				http.NotFound(w, r)
			})
			r, err := client(t, Options{}).Get(context.Background(), Request{URL: base + "/0", Method: tc.method})
			if diff := cmp.Diff(tc.want, judge(t, r, err)); diff != "" {
				t.Errorf("%s\n%v", diff, err)
			}
			if int(reached.Load()) != tc.want.Requests {
				t.Errorf("%d requests reached the server", reached.Load())
			}
			if err != nil {
				if !strings.Contains(err.Error(), tc.says) || tc.says == "" && tc.want.Step == StepRedirect {
					t.Errorf("error does not say %q: %v", tc.says, err)
				}
				return
			}
			if r.URL != base+tc.final || r.Moved != "" && r.Moved != base+tc.moved || (r.Moved == "") != (tc.moved == "") {
				t.Errorf("came to %s, moved %q", r.URL, r.Moved)
			}
			if (len(r.Warnings) > 0) != (tc.moved != "") {
				t.Errorf("warnings %q", r.Warnings)
			}
		})
	}
}

// 30 redir-cross-origin-headers: another host, and another port of the same host, see no configured header.
func TestCredentialsStayAtTheirOrigin(t *testing.T) {
	headers := http.Header{"Authorization": {"Bearer hemmelig"}, "X-Api-Key": {"hemmelig"}, "Cookie": {"s=hemmelig"}, "Accept-Language": {"nb"}}
	seen := map[string]http.Header{}
	other, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen["other"] = r.Header
		io.WriteString(w, events)
	})
	var home string
	home, _ = serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen[r.URL.Path] = r.Header
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, other, 302)
		case "/stay":
			http.Redirect(w, r, "/here", 302)
		case "/same-host-by-name":
			http.Redirect(w, r, strings.Replace(home, "127.0.0.1", "localhost", 1)+"/by-name", 302)
		default:
			http.SetCookie(w, &http.Cookie{Name: "c", Value: "1"})
			io.WriteString(w, events)
		}
	})
	c := client(t, Options{})
	for _, path := range []string{"/away", "/stay", "/same-host-by-name"} {
		if _, err := c.Get(context.Background(), Request{URL: home + path, Origin: home, Header: headers}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Get(context.Background(), Request{URL: other + "/direct", Origin: home, Header: headers}); err != nil {
		t.Fatal(err)
	}
	for where, wanted := range map[string]bool{"/away": true, "/stay": true, "/here": true, "other": false, "/by-name": false} {
		for name := range headers {
			if _, got := seen[where][name]; got != wanted {
				t.Errorf("%s saw %s: %v, want %v", where, name, got, wanted)
			}
		}
	}
	if seen["/here"].Get("Cookie") != "s=hemmelig" {
		t.Errorf("cookies of the server were kept: %q", seen["/here"].Get("Cookie"))
	}
}

func TestTLS(t *testing.T) {
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/down":
			http.Redirect(w, r, "http://"+r.Host+"/", 301)
		default:
			io.WriteString(w, events)
		}
	}))
	secure.Config.ErrorLog = quiet
	t.Cleanup(secure.Close)
	_, err := get(t, client(t, Options{}), secure.URL)
	if e := failure(t, err); e.Step != StepConnect || e.Temporary || e.Requests != 1 || !strings.Contains(e.Message, "sertifikat") {
		t.Errorf("unknown certificate: %#v", e)
	}
	c := client(t, Options{})
	c.transport.TLSClientConfig = secure.Client().Transport.(*http.Transport).TLSClientConfig
	if r, err := get(t, c, secure.URL); err != nil || string(r.Body) != events {
		t.Errorf("good certificate: %v", err)
	}
	_, err = get(t, c, secure.URL+"/down")
	if e := failure(t, err); e.Step != StepRedirect || e.Requests != 1 || !strings.Contains(e.Message, "usikker") {
		t.Errorf("https to http: %#v", e)
	}

	plain, _ := serve(t, withHeaders([]byte(events)))
	_, err = get(t, client(t, Options{}), strings.Replace(plain, "http:", "https:", 1))
	if e := failure(t, err); e.Step != StepConnect || e.Temporary || !strings.Contains(e.Message, "http://") {
		t.Errorf("https to a plain server: %#v", e)
	}
	up, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, secure.URL, 308) })
	if r, err := get(t, c, up); err != nil || r.Moved != secure.URL {
		t.Errorf("http to https: %+v, %v", r, err)
	}
}

func TestOrigin(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		same bool
	}{
		{"https://Example.no/x", "https://example.no:443/y", true},
		{"http://example.no", "http://example.no:80", true},
		{"http://example.no", "https://example.no", false},
		{"https://example.no", "https://example.no:8443", false},
		{"https://example.no", "https://www.example.no", false},
		{"https://example.no", "https://example.no.evil.example", false},
		{"http://[::1]:80/", "http://[::1]/", true},
	} {
		a, _ := url.Parse(tc.a)
		b, _ := url.Parse(tc.b)
		if (origin(a) == origin(b)) != tc.same {
			t.Errorf("%s and %s: want same=%v", tc.a, tc.b, tc.same)
		}
	}
}
