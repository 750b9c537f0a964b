package api

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// ParseProxies reads the proxies whose X-Forwarded-For is believed, as an operator writes them: addresses and networks (CIDR) with commas
// between them.
func ParseProxies(text string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		network, err := netip.ParsePrefix(part)
		if addr, e := netip.ParseAddr(part); e == nil && addr.Zone() == "" {
			addr = addr.Unmap()
			network, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil || network.Addr().Is4In6() {
			return nil, fmt.Errorf("%q is neither an address nor a network, as in 10.0.0.5 or 10.0.0.0/8", part)
		}
		out = append(out, network.Masked())
	}
	return out, nil
}

// client is who asks, as limits count them: the last address in X-Forwarded-For that is not of a proxy of ours, when one of those sent it. What is
// before that anybody may have written. This machine itself, with nobody behind it, is none: it is the operator, or the hub that asks itself.
func (s *server) client(r *http.Request) (addr netip.Addr, counted bool) {
	addr = addressOf(r.RemoteAddr)
	forwarded := false
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		before := addressOf(hop)
		if !before.IsValid() || !s.proxied(addr) {
			break
		}
		addr, forwarded = before, true
	}
	return addr, forwarded || !addr.IsLoopback()
}

// proxied reports whether addr is a proxy of ours. This machine is always trusted to forward.
func (s *server) proxied(addr netip.Addr) bool {
	return addr.IsLoopback() || slices.ContainsFunc(s.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// addressOf reads an address with or without a port; the zero Addr when it is none.
func addressOf(text string) netip.Addr {
	text = strings.TrimSpace(text)
	if with, err := netip.ParseAddrPort(text); err == nil {
		return with.Addr().Unmap().WithZone("")
	}
	addr, _ := netip.ParseAddr(strings.Trim(text, "[]"))
	return addr.Unmap().WithZone("")
}
