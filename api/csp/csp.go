// Package csp reads the Content-Security-Policy of a page and says what of somebody else's it would block, by Content Security Policy Level 3.
package csp

import (
	"net/url"
	"slices"
	"strings"
)

// Policy is one policy of a page.
type Policy struct {
	directives map[string][]string // sources, by the directive's name in lower case
}

// most is how many directives of a policy, and sources of a directive, are read.
const most = 500

// Parse reads the policies of a header's value, or of a meta element: there may be several with commas between, and all hold.
// What the browser would pass over, it passes over.
func Parse(value string) []Policy {
	var out []Policy
	for text := range strings.SplitSeq(value, ",") {
		p := Policy{map[string][]string{}}
		for part := range strings.SplitSeq(text, ";") {
			words := strings.Fields(part)
			if len(words) == 0 || len(words) > most || len(p.directives) == most {
				continue
			}
			name := strings.ToLower(words[0])
			if _, twice := p.directives[name]; !twice { // the first holds
				p.directives[name] = words[1:]
			}
		}
		if len(p.directives) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// fallbacks are the directives that stand in for one that is not there.
var fallbacks = map[string][]string{
	"script-src":     {"script-src-elem", "script-src", "default-src"},
	"style-src-attr": {"style-src-attr", "style-src", "default-src"},
	"connect-src":    {"connect-src", "default-src"},
	"img-src":        {"img-src", "default-src"},
	"frame-src":      {"frame-src", "child-src", "default-src"},
}

// Block is why something is blocked.
type Block struct {
	// Directive is the one that forbids it: "default-src" may stand in for what was asked about.
	Directive string
	// Change is the directive as it has to be, whole; empty when no source in it would help.
	Change string
	// Nonce reports that scripts are let in by a nonce or a hash alone.
	Nonce bool
	// Sandbox reports that the policy runs no scripts at all.
	Sandbox bool
}

// Blocks says whether the policy of a page keeps it from using a resource, as a directive has it: script-src (of a script element),
// connect-src, img-src or frame-src, and style-src-attr for a style attribute, which has no address. Nil: it does not.
func (p Policy) Blocks(directive string, resource, page *url.URL) *Block {
	if flags, ok := p.directives["sandbox"]; ok && directive == "script-src" && !slices.ContainsFunc(flags, func(f string) bool { return strings.EqualFold(f, "allow-scripts") }) {
		return &Block{Directive: "sandbox", Sandbox: true}
	}
	for _, name := range fallbacks[directive] {
		sources, ok := p.directives[name]
		if !ok {
			continue
		}
		has := func(word string) bool {
			return slices.ContainsFunc(sources, func(s string) bool { return strings.EqualFold(s, word) })
		}
		b := &Block{Directive: name}
		switch {
		case directive == "style-src-attr":
			hashed := slices.ContainsFunc(sources, hashOrNonce)
			if has("'unsafe-inline'") && !hashed {
				return nil
			}
			return b
		case directive == "script-src" && has("'strict-dynamic'"):
			b.Nonce = true
			return b
		case slices.ContainsFunc(sources, func(s string) bool { return matches(s, resource, page) }):
			return nil
		}
		if name == "script-src-elem" {
			directive = name
		}
		kept := slices.DeleteFunc(slices.Clone(sources), func(s string) bool { return strings.EqualFold(s, "'none'") })
		b.Change = strings.Join(append([]string{directive}, append(kept, origin(resource))...), " ")
		return b
	}
	return nil
}

func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

func hashOrNonce(source string) bool {
	lower := strings.ToLower(source)
	return strings.HasPrefix(lower, "'nonce-") || strings.HasPrefix(lower, "'sha256-") || strings.HasPrefix(lower, "'sha384-") || strings.HasPrefix(lower, "'sha512-")
}

// matches reports whether a source expression lets in an address (6.7.2.6 to 6.7.2.12).
func matches(source string, u, page *url.URL) bool {
	lower := strings.ToLower(source)
	switch {
	case lower == "*":
		return u.Scheme == "https" || u.Scheme == "http"
	case lower == "'self'":
		return u.Host == page.Host && schemeFits(page.Scheme, u.Scheme)
	case strings.HasPrefix(lower, "'"):
		return false
	}
	if scheme, ok := strings.CutSuffix(lower, ":"); ok && !strings.ContainsAny(scheme, "/.") {
		return schemeFits(scheme, u.Scheme)
	}
	scheme, rest, ok := strings.Cut(source, "://")
	if !ok {
		scheme, rest = page.Scheme, source
	}
	if !schemeFits(strings.ToLower(scheme), u.Scheme) {
		return false
	}
	rest, _, _ = strings.Cut(rest, "?")
	authority, path, _ := strings.Cut(rest, "/")
	host, port := authority, ""
	if i := strings.LastIndexByte(authority, ':'); i >= 0 && !strings.HasSuffix(authority, "]") {
		host, port = authority[:i], authority[i+1:]
	}
	return hostFits(strings.ToLower(host), strings.ToLower(u.Hostname())) && portFits(port, u) && pathFits(path, u)
}

func schemeFits(allowed, scheme string) bool {
	return allowed == scheme || allowed == "http" && scheme == "https"
}

func hostFits(allowed, host string) bool {
	if below, ok := strings.CutPrefix(allowed, "*"); ok {
		return below != "" && strings.HasSuffix(host, below) && len(host) > len(below) || below == ""
	}
	return allowed == host
}

func portFits(allowed string, u *url.URL) bool {
	usual := map[string]string{"https": "443", "http": "80"}[u.Scheme]
	port := u.Port()
	if port == "" {
		port = usual
	}
	return allowed == "*" || allowed == port || allowed == "" && port == usual || allowed == "80" && port == "443"
}

// pathFits: a path that ends in a slash is a folder, any other is the whole.
func pathFits(allowed string, u *url.URL) bool {
	if allowed == "" {
		return true
	}
	if path, err := url.PathUnescape(allowed); err == nil {
		allowed = path
	}
	path := strings.TrimPrefix(u.Path, "/")
	return path == allowed || strings.HasSuffix(allowed, "/") && strings.HasPrefix(path, allowed)
}
