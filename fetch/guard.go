package fetch

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
)

// guard lets connections through to public addresses and to those the operator has named.
// It sits in the dialer, after name lookup, so that a name that changes its address between check and use gains nothing.
type guard struct {
	loopback bool // "*"
	named    map[netip.AddrPort]bool
	public   *ssrf.Guardian
}

type privateAddress struct{ addr netip.AddrPort }

func (p *privateAddress) Error() string { return "private address " + p.addr.String() }

// CheckAllowPrivate reports the first entry of an Options.AllowPrivate list that cannot be read. Such an entry allows nothing.
func CheckAllowPrivate(list string) error {
	_, err := newGuard(list)
	return err
}

func newGuard(list string) (*guard, error) {
	g := &guard{named: map[netip.AddrPort]bool{}, public: ssrf.New(ssrf.WithAnyPort())}
	var first error
	for entry := range strings.SplitSeq(list, ",") {
		entry = strings.TrimSpace(entry)
		if port, ok := strings.CutPrefix(entry, "localhost:"); ok {
			entry = "127.0.0.1:" + port
			if a, err := netip.ParseAddrPort("[::1]:" + port); err == nil {
				g.named[a] = true
			}
		}
		switch a, err := netip.ParseAddrPort(entry); {
		case entry == "":
		case entry == "*":
			g.loopback = true
		case err == nil:
			g.named[plain(a)] = true
		case first == nil:
			first = fmt.Errorf("FRITIDSHUB_ALLOW_PRIVATE: %q er verken «*» eller adresse:port, som 127.0.0.1:9000", entry)
		}
	}
	return g, first
}

// plain turns an IPv4 address written as IPv6 (::ffff:127.0.0.1) into IPv4 and drops the zone.
func plain(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap().WithZone(""), a.Port())
}

func (g *guard) allowed(a netip.AddrPort) bool {
	return g.named[a] || g.loopback && a.Addr().IsLoopback()
}

// control is a net.Dialer.Control.
func (g *guard) control(network, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" {
		return fmt.Errorf("refusing to dial %s %s", network, address)
	}
	a = plain(a)
	if g.allowed(a) {
		return nil
	}
	if g.public.SafeAddr(a.Addr()) != nil {
		return &privateAddress{a}
	}
	return nil
}

// ours reports whether u is written with an address the operator has named, so that it needs no sparing.
func (g *guard) ours(u *url.URL) bool {
	host, port, err := net.SplitHostPort(dialAddress(u))
	if err != nil {
		return false
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	a, err := netip.ParseAddrPort(net.JoinHostPort(host, port))
	return err == nil && g.allowed(plain(a))
}

func dialAddress(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = defaultPort[u.Scheme]
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

var defaultPort = map[string]string{"http": "80", "https": "443"}

// origin is scheme://host:port, the boundary that credentials never cross.
func origin(u *url.URL) string {
	return strings.ToLower(u.Scheme) + "://" + dialAddress(u)
}

// hostKey is how HostMemory and pacing know a host: its name, with the port unless that is the scheme's own.
func hostKey(u *url.URL) string {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port == "" || port == defaultPort[u.Scheme] {
		return host
	}
	return net.JoinHostPort(host, port)
}
