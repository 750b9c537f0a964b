package fetch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// robots is what one robots.txt says to us (RFC 9309). The zero value allows everything.
type robots struct {
	rules []robotsRule
	delay time.Duration // Crawl-delay, at most CrawlDelayCeiling
	maps  []string      // Sitemap lines, which are of no group; at most mostMaps
}

const mostMaps = 20

type robotsRule struct {
	pattern string
	allow   bool
}

// parseRobots reads the groups for agent, or those for * when no group names it. Lines that make no sense are passed over.
func parseRobots(text []byte, agent string) robots {
	var named, anyone robots
	var to []*robots // the group being read
	var sitemaps []string
	found, open := false, false
	body := strings.ReplaceAll(strings.TrimPrefix(string(text), "\uFEFF"), "\r", "\n")
	for line := range strings.SplitSeq(body, "\n") {
		line, _, _ = strings.Cut(line, "#")
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch key = strings.ToLower(strings.TrimSpace(key)); key {
		case "user-agent":
			if !open {
				to = nil
			}
			open = true
			switch {
			case value == "*":
				to = append(to, &anyone)
			case strings.EqualFold(product(value), agent):
				to, found = append(to, &named), true
			}
			continue
		case "allow", "disallow":
			for _, r := range to {
				if value != "" {
					r.rules = append(r.rules, robotsRule{normalPath(value), key == "allow"})
				}
			}
		case "crawl-delay":
			seconds, err := strconv.ParseFloat(value, 64)
			for _, r := range to {
				if err == nil && seconds > 0 {
					r.delay = time.Duration(min(seconds, CrawlDelayCeiling.Seconds()) * float64(time.Second))
				}
			}
		case "sitemap":
			if len(sitemaps) < mostMaps {
				sitemaps = append(sitemaps, value)
			}
			continue
		default:
			continue
		}
		open = false
	}
	named.maps, anyone.maps = sitemaps, sitemaps
	if found {
		return named
	}
	return anyone
}

// product is the token of a User-agent line: "Fritidshub/1.2" names fritidshub.
func product(agent string) string {
	end := strings.IndexFunc(agent, func(r rune) bool {
		return r != '-' && r != '_' && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
	if end < 0 {
		return agent
	}
	return agent[:end]
}

// normalPath gives the %-escapes of a rule and of a URL one form. A rule's own * and $ stay.
func normalPath(p string) string {
	u, err := url.Parse(p)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return p
	}
	return pathAndQuery(u)
}

var escape = regexp.MustCompile(`%[0-9a-f]{2}|%[0-9A-F][a-f]|%[a-f][0-9A-F]`)

func pathAndQuery(u *url.URL) string {
	p := u.EscapedPath()
	if u.RawQuery != "" || u.ForceQuery {
		p += "?" + u.RawQuery
	}
	if p == "" {
		p = "/"
	}
	return escape.ReplaceAllStringFunc(p, strings.ToUpper)
}

// allows applies the longest rule that matches; allow wins among equals (RFC 9309 2.2.2).
func (r robots) allows(path string) bool {
	best, allow := -1, true
	for _, rule := range r.rules {
		if n := len(rule.pattern); n < best || n == best && !rule.allow || !matches(rule.pattern, path) {
			continue
		}
		best, allow = len(rule.pattern), rule.allow
	}
	return allow
}

// matches reports whether path begins with pattern, in which * stands for any text and a last $ for the end of path.
func matches(pattern, path string) bool {
	pattern, whole := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(path, parts[0])
	if !ok {
		return false
	}
	for i, part := range parts[1:] {
		if whole && i == len(parts)-2 {
			return strings.HasSuffix(rest, part)
		}
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return !whole || rest == ""
}

type robotsCache struct {
	mu    sync.Mutex
	known map[string]knownRobots // by origin
}

type knownRobots struct {
	robots
	fault *Error    // why it could not be read; nil when it could
	until time.Time // when it is read again
}

// get gives what is known; ok says that it need not be read again at now.
func (c *robotsCache) get(origin string, now time.Time) (k knownRobots, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok = c.known[origin]
	return k, ok && now.Before(k.until)
}

func (c *robotsCache) put(origin string, k knownRobots, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.DeleteFunc(c.known, func(_ string, k knownRobots) bool { return !now.Before(k.until) })
	c.known[origin] = k
}

// Sitemaps are the maps of the site that the robots.txt of address's host names, as it writes them; none when the client has not had a
// reason to read it. It asks nobody.
func (c *Client) Sitemaps(address string) []string {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	known, ok := c.robots.get(origin(u), c.now())
	if !ok {
		return nil
	}
	return known.maps
}

// mayAsk returns the Crawl-delay of u's host, or an error when its robots.txt forbids u or cannot be read.
func (c *Client) mayAsk(ctx context.Context, k *call, u *url.URL) (time.Duration, error) {
	r, err := c.rules(ctx, k, u)
	if err != nil {
		return 0, err
	}
	if !r.allows(pathAndQuery(u)) {
		return 0, &Error{Step: StepRobots, Message: fmt.Sprintf("%s ber i robots.txt om at denne siden ikke hentes automatisk. Be leverandøren slippe oss inn i robots.txt, eller om en egen datafeed.", u.Host)}
	}
	return r.delay, nil
}

// robotsRest is how long a host whose robots.txt could not be read is not asked for it again.
const robotsRest = time.Minute

// rules are those of u's host, as they were within RobotsAge.
func (c *Client) rules(ctx context.Context, k *call, u *url.URL) (robots, error) {
	now, from := c.now(), origin(u)
	known, ok := c.robots.get(from, now)
	if !ok {
		r, err := c.readRobots(ctx, k, u)
		known = knownRobots{robots: r, until: now.Add(c.limits.RobotsAge)}
		if fault, unread := errors.AsType[*Error](err); unread && fault.Step == StepRobots {
			known.fault, known.until = fault, now.Add(robotsRest)
		} else if err != nil {
			return r, err
		}
		c.robots.put(from, known, now)
	}
	if known.fault != nil {
		again := *known.fault // who asked fills in more
		return robots{}, &again
	}
	return known.robots, nil
}

// readRobots fetches robots.txt: RFC 9309 2.3.1 lets a missing one (4xx) allow everything and an unreachable one (5xx) nothing.
func (c *Client) readRobots(ctx context.Context, page *call, u *url.URL) (robots, error) {
	k := &call{Request: Request{Method: "GET"}, budget: page.budget, retries: page.retries, most: c.limits.Robots, cut: true}
	a, err := c.walk(ctx, k, &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"})
	page.budget, page.retries = k.budget, k.retries
	page.requests += k.requests
	if e, ok := errors.AsType[*Error](err); ok && (e.Step == StepGuard || e.Step == StepWait || ctx.Err() != nil) {
		return robots{}, e
	}
	if err != nil || a.status >= 500 || a.status < 400 && a.status != 200 {
		e := &Error{Step: StepRobots, Temporary: true, Err: err, Message: fmt.Sprintf("Vi fikk ikke lest robots.txt hos %s, og kan derfor ikke vite om siden får hentes. Vi prøver igjen av oss selv; si fra til leverandøren hvis det varer.", u.Host)}
		if a != nil {
			e.Status, e.RetryAfter = a.status, a.until
		}
		return robots{}, e
	}
	if a.status != 200 {
		return robots{}, nil
	}
	return parseRobots(a.body, "fritidshub"), nil
}
