package fetch

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

var quiet = log.New(io.Discard, "", 0)

func TestGuardAddresses(t *testing.T) {
	shut, err := newGuard("")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		address string
		open    bool
	}{
		{"0.0.0.0:80", false}, {"0.1.2.3:80", false}, {"10.0.0.1:80", false}, {"100.64.0.1:80", false}, {"100.127.255.255:443", false},
		{"127.0.0.1:80", false}, {"127.9.9.9:80", false}, {"169.254.169.254:80", false}, {"172.16.0.1:80", false}, {"172.31.255.255:80", false},
		{"192.0.0.192:80", false}, {"192.168.1.1:80", false}, {"198.18.0.1:80", false}, {"224.0.0.1:80", false}, {"255.255.255.255:80", false},
		{"[::]:80", false}, {"[::1]:80", false}, {"[::ffff:127.0.0.1]:80", false}, {"[::ffff:10.0.0.1]:80", false}, {"[::ffff:169.254.169.254]:80", false},
		{"[64:ff9b::7f00:1]:80", false}, {"[64:ff9b::808:808]:80", false}, {"[64:ff9b:1::1]:80", false}, {"[fe80::1%eth0]:80", false}, {"[fc00::1]:80", false},
		{"[fd00:ec2::254]:80", false}, {"[ff02::1]:80", false}, {"[2001:db8::1]:80", false}, {"[2002:7f00:1::]:80", false}, {"[2001::1]:80", false},
		{"100.63.255.255:80", true}, {"100.128.0.1:80", true}, {"172.15.0.1:80", true}, {"172.32.0.1:80", true}, {"9.255.255.255:8443", true},
		{"193.156.10.1:443", true}, {"[2a02:c0::1]:443", true}, {"[::ffff:193.156.10.1]:443", true},
	} {
		network := "tcp4"
		if strings.HasPrefix(tc.address, "[") {
			network = "tcp6"
		}
		if err := shut.control(network, tc.address, nil); (err == nil) != tc.open {
			t.Errorf("%s: %v, want open=%v", tc.address, err, tc.open)
		}
	}
	if shut.control("udp4", "193.156.10.1:53", nil) == nil || shut.control("unix", "/run/x.sock", nil) == nil {
		t.Error("a network other than TCP was let through")
	}
}

func TestAllowPrivate(t *testing.T) {
	for _, tc := range []struct {
		list, address string
		open          bool
	}{
		{"127.0.0.1:9000", "127.0.0.1:9000", true},
		{"127.0.0.1:9000", "127.0.0.1:9001", false},
		{"127.0.0.1:9000", "127.0.0.2:9000", false},
		{"127.0.0.1:9000", "0.0.0.0:9000", false},
		{"127.0.0.1:9000", "[::1]:9000", false},
		{" 10.1.2.3:80 , [::1]:9000,", "10.1.2.3:80", true},
		{" 10.1.2.3:80 , [::1]:9000,", "[::1]:9000", true},
		{"localhost:9000", "[::1]:9000", true},
		{"localhost:9000", "127.0.0.1:9000", true},
		{"*", "127.8.8.8:1", true},
		{"*", "[::1]:1", true},
		{"*", "0.0.0.0:1", false},
		{"*", "[::]:1", false},
		{"*", "10.0.0.1:1", false},
		{"*", "169.254.169.254:80", false},
	} {
		g, err := newGuard(tc.list)
		if err != nil {
			t.Fatal(err)
		}
		network := "tcp4"
		if strings.HasPrefix(tc.address, "[") {
			network = "tcp6"
		}
		if err := g.control(network, tc.address, nil); (err == nil) != tc.open {
			t.Errorf("%q %s: %v", tc.list, tc.address, err)
		}
	}
	for list, fine := range map[string]bool{"": true, "*": true, "127.0.0.1:9000,*": true, "127.0.0.1": false, "example.no:80": false, "10.0.0.0/8": false, "localhost:": false} {
		if err := CheckAllowPrivate(list); (err == nil) != fine {
			t.Errorf("%q: %v", list, err)
		}
	}
}

func TestOurs(t *testing.T) {
	g, _ := newGuard("127.0.0.1:9000,10.0.0.5:80")
	for raw, want := range map[string]bool{
		"http://127.0.0.1:9000/x": true, "http://localhost:9000": true, "http://10.0.0.5": true,
		"http://127.0.0.1:9001": false, "https://10.0.0.5": false, "https://example.no": false,
	} {
		u, _ := url.Parse(raw)
		if g.ours(u) != want {
			t.Errorf("%s: want %v", raw, want)
		}
	}
}

// 31 to 35: a redirect from an allowed address to one that is not ends at the dialer, and nothing reaches the other side.
func TestRedirectToPrivate(t *testing.T) {
	private, reached := serve(t, withHeaders([]byte("hemmelig")))
	port := private[strings.LastIndex(private, ":"):]
	for name, target := range map[string]string{
		"32 ssrf-redirect-private":   private,
		"32b by name":                "http://localhost" + port,
		"33 ssrf-redirect-zero":      "http://0.0.0.0" + port,
		"33b IPv6 unspecified":       "http://[::]" + port,
		"34 ssrf-redirect-v4mapped":  "http://[::ffff:127.0.0.1]" + port,
		"34b v4mapped in hex":        "http://[::ffff:7f00:1]" + port,
		"35 ssrf-redirect-metadata":  "http://169.254.169.254/latest/meta-data/",
		"35b NAT64 of the metadata":  "http://[64:ff9b::a9fe:a9fe]/",
		"35c shared address space":   "http://100.64.0.1/",
		"35d IPv6 unique local":      "http://[fd00:ec2::254]/",
		"35e IPv4-compatible, plain": "http://[::127.0.0.1]" + port,
	} {
		t.Run(name, func(t *testing.T) {
			front, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target, 302) })
			c := client(t, Options{AllowPrivate: strings.TrimPrefix(front, "http://")})
			_, err := get(t, c, front)
			e := failure(t, err)
			if e.Step != StepGuard || e.Temporary || e.Requests != 2 || !strings.Contains(e.Message, "privat adresse") {
				t.Errorf("got %#v", e)
			}
			if reached.Load() != 0 {
				t.Fatal("the private service was reached")
			}
		})
	}
	t.Run("31 ssrf-redirect-same-port", func(t *testing.T) {
		front, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				http.Redirect(w, r, "/status", 302)
				return
			}
			w.WriteHeader(500)
			io.WriteString(w, "hemmelig")
		})
		_, err := get(t, client(t, Options{AllowPrivate: strings.TrimPrefix(front, "http://")}), front)
		if e := failure(t, err); e.Status != 500 {
			t.Errorf("got %#v", e)
		}
	})
}

// 163 sch-rebind: the name is public when looked at first and loopback when dialled.
func TestRebinding(t *testing.T) {
	private, reached := serve(t, withHeaders([]byte("hemmelig")))
	port := private[strings.LastIndex(private, ":"):]
	c := New(Options{})
	t.Cleanup(c.Close)
	c.dialer.Resolver = nameserver(t, netip.MustParseAddr("127.0.0.1"))
	_, err := get(t, c, "http://feed.example.no"+port)
	e := failure(t, err)
	if e.Step != StepGuard || !strings.Contains(e.Message, "privat adresse") || reached.Load() != 0 {
		t.Errorf("got %#v, reached %d times", e, reached.Load())
	}
	open := client(t, Options{})
	open.dialer.Resolver = c.dialer.Resolver
	if _, err := open.Get(context.Background(), Request{URL: "http://feed.example.no" + port}); err != nil || reached.Load() != 1 {
		t.Errorf("an allowed address behind a name: %v", err)
	}
}

func TestUnknownName(t *testing.T) {
	c := New(Options{})
	t.Cleanup(c.Close)
	c.dialer.Resolver = nameserver(t, netip.Addr{})
	_, err := get(t, c, "http://finnes-ikke.example.no/")
	if e := failure(t, err); e.Step != StepConnect || e.Temporary || e.Requests != 1 || !strings.Contains(e.Message, "finnes-ikke.example.no") {
		t.Errorf("got %#v", e)
	}
}

// nameserver returns a resolver in which every name has the address a, or none when a is the zero Addr.
func nameserver(t *testing.T, a netip.Addr) *net.Resolver {
	t.Helper()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 1500)
		for {
			n, from, err := udp.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Additionals = true, nil
			if !a.IsValid() {
				m.RCode = dnsmessage.RCodeNameError
			} else if m.Questions[0].Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: m.Questions[0].Name, Class: dnsmessage.ClassINET},
					Body:   &dnsmessage.AResource{A: a.As4()},
				}}
			}
			if out, err := m.Pack(); err == nil {
				udp.WriteTo(out, from)
			}
		}
	}()
	t.Cleanup(func() { udp.Close(); <-done })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", udp.LocalAddr().String())
	}}
}
