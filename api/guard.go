package api

import (
	"container/list"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"
)

// The Content-Security-Policy of answers to programs and of pages.
const (
	policyData = "default-src 'none'; frame-ancestors 'none'"
	policyPage = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; " +
		"base-uri 'none'; frame-ancestors 'self'"
)

// harden sets the headers that every answer has.
func (s *server) harden(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	policy := policyPage
	if c.Request.URL.Path == framePath {
		policy = s.framePolicy()
	} else if forPrograms(c.Request.URL.Path) {
		policy = policyData
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "Content-Disposition, Deprecation, ETag, Last-Modified, Link, RateLimit, RateLimit-Policy, Retry-After, Server-Timing, Sunset, "+
			"X-Change-Number, X-Feed, X-Search-Engine, X-Search-Interpreted")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Set("Timing-Allow-Origin", "*")
	}
	for _, link := range s.descriptions(c.Request.URL.Path) {
		h.Add("Link", link)
	}
	if r, ok := s.Retiring[c.FullPath()]; ok {
		announce(r, h, s.linked)
	}
	h.Set("Content-Security-Policy", policy)
}

// descriptions are links to what describes the answer at a path: of what programs ask for the contract, of pages the data that they show and where
// programs find those (RFC 9727). Files have none.
func (s *server) descriptions(path string) []string {
	if !forPrograms(path) {
		return []string{"<" + s.linked("/catalog.jsonld") + `>; rel="describedby"; type="application/ld+json"`,
			"<" + s.linked("/.well-known/api-catalog") + `>; rel="api-catalog"`}
	}
	for _, prefix := range []string{"/api/", "/rpde/", "/collections", "/conformance", "/oembed", "/catalog.", "/.well-known/"} {
		if strings.HasPrefix(path, prefix) {
			return []string{"<" + s.linked("/api/v1/openapi.json") + `>; rel="describedby"; type="` + typeOpenAPI + `"`}
		}
	}
	return nil
}

// recover turns a panic into a problem with an id; the stack stays in the log.
func (s *server) recover(c *gin.Context) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(v)
		}
		c.Abort()
		s.refuse(c, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
	}()
	c.Next()
}

// RateLimit bounds what one client may ask. A zero PerSecond is no bound.
type RateLimit struct {
	PerSecond float64
	Burst     int
	Clients   int // how many are remembered, 10,000 when zero
}

type limiter struct {
	RateLimit
	clock   func() time.Time
	mu      sync.Mutex
	clients map[netip.Addr]*list.Element
	recent  *list.List // of *client, the latest in front
}

type client struct {
	addr   netip.Addr
	bucket *rate.Limiter
}

func newLimiter(r RateLimit, clock func() time.Time) *limiter {
	if r.Clients == 0 {
		r.Clients = 10_000
	}
	return &limiter{RateLimit: r, clock: clock, clients: map[netip.Addr]*list.Element{}, recent: list.New()}
}

// limit refuses a client that asks too often, and tells every other how much it has left. Probes of the hub's health are not counted, and
// tiles of the map and pictures are by themselves.
func (s *server) limit(l *limiter) gin.HandlerFunc {
	keys := newKeyring(s.Keys)
	return func(c *gin.Context) {
		if path := c.Request.URL.Path; l.PerSecond <= 0 || path == "/healthz" || path == "/readyz" || path == "/metrics" || strings.HasPrefix(path, tilesPath) && s.Map.Tile != nil ||
			strings.HasPrefix(path, picturesPath) && s.Pictures != nil {
			return
		}
		name, limit, bucket := "client", l.RateLimit, (*rate.Limiter)(nil)
		if k := keys.find(c.GetHeader(keyHeader)); k != nil && k.PerSecond > l.PerSecond {
			name, limit, bucket = "key", k.RateLimit, k.bucket
		} else if addr, counted := s.TrustedProxies.Client(c.Request); counted {
			bucket = l.of(addr)
		} else {
			return
		}
		now, left := l.clock(), 0.0
		wait := take(bucket, now)
		if wait == 0 {
			left = max(0, bucket.TokensAt(now))
		}
		h := c.Writer.Header()
		full := math.Ceil((float64(limit.Burst) - left) / limit.PerSecond)
		h.Set("RateLimit-Policy", fmt.Sprintf(`"%s";q=%d;w=%.0f`, name, limit.Burst, math.Ceil(float64(limit.Burst)/limit.PerSecond)))
		h.Set("RateLimit", fmt.Sprintf(`"%s";r=%.0f;t=%.0f`, name, math.Floor(left), full))
		if wait > 0 {
			p := problem(http.StatusTooManyRequests, "too-many", "Too many requests",
				fmt.Sprintf("One client may ask %g times a second, %d at once. Wait as Retry-After says.", limit.PerSecond, limit.Burst))
			p.retry = int(math.Ceil(wait.Seconds()))
			s.refuse(c, p)
			c.Abort()
		}
	}
}

// wait counts one request and gives how long its client must wait, 0 when it may go on.
func (s *server) wait(l *limiter, r *http.Request) time.Duration {
	if addr, counted := s.TrustedProxies.Client(r); counted {
		return take(l.of(addr), l.clock())
	}
	return 0
}

func take(bucket *rate.Limiter, now time.Time) time.Duration {
	r := bucket.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// of gives the bucket of a client.
func (l *limiter) of(addr netip.Addr) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.clients[addr]; ok {
		l.recent.MoveToFront(e)
		return e.Value.(*client).bucket
	}
	if l.recent.Len() >= l.Clients {
		oldest := l.recent.Back()
		delete(l.clients, l.recent.Remove(oldest).(*client).addr)
	}
	b := rate.NewLimiter(rate.Limit(l.PerSecond), l.Burst)
	l.clients[addr] = l.recent.PushFront(&client{addr, b})
	return b
}
