package fetch

import (
	"cmp"
	"time"
)

// Ceilings that no setting raises. They keep one source from taking the hub down.
const (
	BodyCeiling       int64 = 64 << 20          // decoded bytes of one response
	HeaderCeiling     int64 = 1 << 20           // bytes of response headers
	RatioCeiling      int64 = 200               // decoded bytes per byte sent; honest JSON is 5 to 30, deflate can reach 1030
	WholeCeiling            = 120 * time.Second // one fetch
	RedirectCeiling         = 10                // hops
	RetryAfterCeiling       = 24 * time.Hour    // a host that asks for more is asked again after this
	CrawlDelayCeiling       = 30 * time.Second  // a robots.txt that asks for more gets this
)

// Limits is everything a Client bounds. A zero field takes its value from DefaultLimits, a value above a ceiling takes the ceiling,
// and a negative Retries or Spacing means none.
type Limits struct {
	Body     int64 // decoded bytes of a response; big calendars and dumps are below 20 MiB
	HTMLBody int64 // the same for HTML, which costs some 14 times its size in memory when parsed
	Robots   int64 // bytes of a robots.txt that are read, the rest is ignored (RFC 9309 2.5 asks for at least 500 KiB)
	Headers  int64 // bytes of response headers

	RatioFrom int64 // decoded bytes from which Ratio is watched; small texts may compress very well
	Ratio     int64 // decoded bytes per byte sent: more is a compression bomb

	Dial      time.Duration // name lookup and TCP connection
	TLS       time.Duration // TLS handshake
	FirstByte time.Duration // from the request is sent until all headers have come
	Whole     time.Duration // all network time of one Get: redirects, retries and body, but not the polite waiting

	DripBytes  int64         // bytes that must come in every DripWindow: slower holds a slot without end
	DripWindow time.Duration // see DripBytes
	DripGrace  time.Duration // time at the start of a body in which a slow server is let be

	Redirects int // hops followed
	Retries   int // further tries of one Get after a passing fault

	PerHost int           // requests in flight to one host
	InAll   int           // requests in flight in all
	Spacing time.Duration // between the starts of two requests to one host

	RobotsAge time.Duration // how long a robots.txt is believed (RFC 9309 2.4: at most 24 hours)
}

// DefaultLimits returns the limits of the product.
func DefaultLimits() Limits {
	return Limits{
		Body: 20 << 20, HTMLBody: 5 << 20, Robots: 500 << 10, Headers: 64 << 10,
		RatioFrom: 1 << 20, Ratio: 100,
		Dial: 10 * time.Second, TLS: 10 * time.Second, FirstByte: 15 * time.Second, Whole: 60 * time.Second,
		DripBytes: 20 << 10, DripWindow: 20 * time.Second, DripGrace: 10 * time.Second,
		Redirects: 5, Retries: 2,
		PerHost: 2, InAll: 8, Spacing: time.Second,
		RobotsAge: 24 * time.Hour,
	}
}

func (l Limits) effective() Limits {
	d := DefaultLimits()
	return Limits{
		Body:       min(cmp.Or(l.Body, d.Body), BodyCeiling),
		HTMLBody:   min(cmp.Or(l.HTMLBody, d.HTMLBody), BodyCeiling),
		Robots:     min(cmp.Or(l.Robots, d.Robots), BodyCeiling),
		Headers:    min(cmp.Or(l.Headers, d.Headers), HeaderCeiling),
		RatioFrom:  cmp.Or(l.RatioFrom, d.RatioFrom),
		Ratio:      min(cmp.Or(l.Ratio, d.Ratio), RatioCeiling),
		Dial:       cmp.Or(l.Dial, d.Dial),
		TLS:        cmp.Or(l.TLS, d.TLS),
		FirstByte:  cmp.Or(l.FirstByte, d.FirstByte),
		Whole:      min(cmp.Or(l.Whole, d.Whole), WholeCeiling),
		DripBytes:  cmp.Or(l.DripBytes, d.DripBytes),
		DripWindow: cmp.Or(l.DripWindow, d.DripWindow),
		DripGrace:  cmp.Or(l.DripGrace, d.DripGrace),
		Redirects:  min(cmp.Or(l.Redirects, d.Redirects), RedirectCeiling),
		Retries:    cmp.Or(l.Retries, d.Retries),
		PerHost:    cmp.Or(l.PerHost, d.PerHost),
		InAll:      cmp.Or(l.InAll, d.InAll),
		Spacing:    cmp.Or(l.Spacing, d.Spacing),
		RobotsAge:  cmp.Or(l.RobotsAge, d.RobotsAge),
	}
}
