package api

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are those whose X-Forwarded-For is believed, beside this machine, which always is.
type Proxies []netip.Prefix

// ParseProxies reads proxies as an operator writes them: addresses and networks (CIDR) with commas between them.
func ParseProxies(text string) (Proxies, error) {
	var out Proxies
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

// Client is who asks, as limits count them: the last address in X-Forwarded-For that is not of a proxy of ours, when one of those sent it. What is
// before that anybody may have written. The addresses of one IPv6 network of 64 bits are one client, known by the first of them. This machine itself, with
// nobody behind it, is not counted among those that have limits: it is the operator, or the hub that asks itself.
func (p Proxies) Client(r *http.Request) (addr netip.Addr, counted bool) {
	addr = addressOf(r.RemoteAddr)
	forwarded := false
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		before := addressOf(hop)
		if !before.IsValid() || !p.have(addr) {
			break
		}
		addr, forwarded = before, true
	}
	counted = forwarded || !addr.IsLoopback()
	if addr.Is6() {
		network, _ := addr.Prefix(64)
		addr = network.Addr()
	}
	return addr, counted
}

// have reports whether addr is a proxy of ours.
func (p Proxies) have(addr netip.Addr) bool {
	return addr.IsLoopback() || slices.ContainsFunc(p, func(network netip.Prefix) bool { return network.Contains(addr) })
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
