package api

import (
	"net/http/httptest"
	"testing"
	"time"
)

func TestClientBehindProxies(t *testing.T) {
	now := instant(t, "2026-11-22T12:00:00Z")
	proxies, err := ParseProxies(" 10.0.0.0/8, 192.0.2.7,2001:db8:1::/48 ")
	if err != nil || len(proxies) != 3 {
		t.Fatal(proxies, err)
	}
	for _, c := range []struct {
		about, remote string
		forwarded     []string // one for each line of the header
		client        string   // empty: it is not counted
	}{
		{"nobody in between", "198.51.100.1:1", nil, "198.51.100.1"},
		{"a client that says to be another", "198.51.100.1:1", []string{"203.0.113.9"}, "198.51.100.1"},
		{"a proxy on this machine", "127.0.0.1:1", []string{"203.0.113.9"}, "203.0.113.9"},
		{"a proxy on this machine, by IPv6", "[::1]:1", []string{"2001:db8:2::9"}, "2001:db8:2::9"},
		{"what the client itself wrote stands first", "127.0.0.1:1", []string{"203.0.113.1, 127.0.0.1, 203.0.113.9"}, "203.0.113.9"},
		{"a proxy that adds a line of its own", "127.0.0.1:1", []string{"203.0.113.1", "203.0.113.9"}, "203.0.113.9"},
		{"two proxies", "127.0.0.1:1", []string{"203.0.113.1, 203.0.113.9, 10.1.2.3"}, "203.0.113.9"},
		{"a proxy elsewhere", "10.0.0.5:1", []string{"203.0.113.9"}, "203.0.113.9"},
		{"a proxy elsewhere, as IPv6 writes it", "[::ffff:10.0.0.5]:1", []string{"203.0.113.9"}, "203.0.113.9"},
		{"a proxy that tells the port", "192.0.2.7:1", []string{"203.0.113.9:4711"}, "203.0.113.9"},
		{"a proxy that tells the port, by IPv6", "[2001:db8:1::5]:1", []string{"[2001:db8:2::9]:4711"}, "2001:db8:2::9"},
		{"a proxy that says nothing", "10.0.0.5:1", nil, "10.0.0.5"},
		{"a proxy that says nothing of use", "10.0.0.5:1", []string{"203.0.113.1, unknown"}, "10.0.0.5"},
		{"not our proxy", "192.0.2.8:1", []string{"203.0.113.9"}, "192.0.2.8"},
		{"somebody who says to be this machine", "10.0.0.5:1", []string{"127.0.0.1"}, "127.0.0.1"},
		{"this machine", "127.0.0.1:1", nil, ""},
		{"this machine, by IPv6", "[::1]:1", []string{""}, ""},
	} {
		h := newHub(t, func(o *Options) {
			o.RateLimit, o.Clock, o.TrustedProxies = RateLimit{PerSecond: 1, Burst: 2}, func() time.Time { return now }, proxies
		})
		ask := func(remote string, forwarded []string) *httptest.ResponseRecorder {
			r := httptest.NewRequest("GET", "/api/v1/sources", nil)
			r.RemoteAddr = remote
			for _, line := range forwarded {
				r.Header.Add("X-Forwarded-For", line)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w
		}
		first := ask(c.remote, c.forwarded).Header()
		if c.client == "" {
			if first.Get("RateLimit") != "" || first.Get("RateLimit-Policy") != "" || ask(c.remote, c.forwarded).Code != 200 || ask(c.remote, c.forwarded).Code != 200 {
				t.Errorf("%s is counted: %v", c.about, first)
			}
			continue
		}
		if first.Get("RateLimit") != `"client";r=1;t=1` {
			t.Errorf("%s: %v", c.about, first)
		}
		if w := ask("127.0.0.1:2", []string{c.client}); w.Header().Get("RateLimit") != `"client";r=0;t=2` {
			t.Errorf("%s is not counted as %s: %v", c.about, c.client, w.Header())
		}
	}
}

func TestParseProxies(t *testing.T) {
	for _, bad := range []string{"proxy", "10.0.0.0/33", "10.0.0.5;10.0.0.6", "fe80::1%eth0", "10.0.0.5:80", "::ffff:10.0.0.0/104"} {
		if proxies, err := ParseProxies("192.0.2.1," + bad); err == nil {
			t.Errorf("%s: %v", bad, proxies)
		}
	}
	if proxies, err := ParseProxies(" , "); len(proxies) != 0 || err != nil {
		t.Errorf("none: %v %v", proxies, err)
	}
}
