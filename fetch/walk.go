package fetch

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// call is one Get under way.
type call struct {
	Request
	budget   time.Duration // network time left
	retries  int           // retries left
	requests int
	most     int64  // cap on the decoded body, 0 for the default of its media type
	cut      bool   // a body above most is cut, not refused
	moved    string // end of the unbroken chain of permanent redirects
}

// answer is what one HTTP exchange gave. body is set for status 200 alone.
type answer struct {
	url      *url.URL
	status   int
	header   http.Header
	body     []byte
	wire     int64
	location string
	until    time.Time // from Retry-After
}

// walk asks at u and follows redirects.
func (c *Client) walk(ctx context.Context, k *call, u *url.URL) (*answer, error) {
	seen := []string{u.String()}
	permanent := true
	for {
		a, err := c.ask(ctx, k, u)
		if err != nil {
			return nil, place(err, k, u.String())
		}
		if !slices.Contains([]int{301, 302, 303, 307, 308}, a.status) {
			return a, nil
		}
		next, why := k.next(a)
		switch {
		case why != "":
		case slices.Contains(seen, next.String()):
			why = "Adressen videresender i ring, tilbake til " + Redact(next.String()) + "."
		case len(seen) > c.limits.Redirects:
			why = fmt.Sprintf("Adressen videresender mer enn %d ganger.", c.limits.Redirects)
		}
		if why != "" {
			return nil, place(&Error{Step: StepRedirect, Status: a.status, Message: why + " Åpne adressen i en nettleser, og skriv den endelige adressen som url i sources.yaml."}, k, u.String())
		}
		if permanent = permanent && (a.status == 301 || a.status == 308); permanent {
			k.moved = next.String()
		}
		seen, u = append(seen, next.String()), next
	}
}

// next returns where a redirects to, or in Norwegian why we do not go there.
func (k *call) next(a *answer) (*url.URL, string) {
	if a.location == "" {
		return nil, "Adressen videresender uten å si hvor."
	}
	u, err := a.url.Parse(a.location)
	if err != nil {
		return nil, "Adressen videresender til noe som ikke er en adresse."
	}
	u.Fragment, u.RawFragment = "", ""
	if why := unfit(u); why != "" {
		return nil, "Adressen videresender til " + Redact(u.String()) + ", som vi ikke følger. " + why
	}
	if a.url.Scheme == "https" && u.Scheme == "http" {
		return nil, "Adressen videresender fra sikker (https) til usikker (http) forbindelse, og det følger vi ikke."
	}
	if k.Method == http.MethodPost && (a.status < 307 || origin(u) != origin(a.url)) {
		return nil, "Søket (POST) videresendes til " + Redact(u.String()) + ", og det følger vi ikke."
	}
	return u, ""
}

// retried are the statuses that pass by themselves.
var retried = []int{429, 502, 503, 504}

// ask makes one polite request for u, with retries.
func (c *Client) ask(ctx context.Context, k *call, u *url.URL) (*answer, error) {
	var gap time.Duration
	if !c.guard.ours(u) {
		gap = c.limits.Spacing
	}
	if k.Robots {
		delay, err := c.mayAsk(ctx, k, u)
		if err != nil {
			return nil, err
		}
		gap = max(gap, delay)
	} else if k.Spacing > 0 && k.Spacing < gap {
		if r, err := c.rules(ctx, k, u); err == nil {
			gap = max(k.Spacing, r.delay)
		}
	}
	for try := 1; ; try++ {
		a, err := c.exchange(ctx, k, u, gap)
		again := err == nil && slices.Contains(retried, a.status) && a.until.IsZero()
		if e, ok := errors.AsType[*Error](err); ok {
			again = e.retry
		}
		if !again || k.retries == 0 {
			return a, err
		}
		k.retries--
		if err := sleep(ctx, c.backoff(try)); err != nil {
			return nil, stopped(err)
		}
	}
}

// exchange waits for a turn at the host, sends one request and reads the answer to its end.
func (c *Client) exchange(ctx context.Context, k *call, u *url.URL, gap time.Duration) (*answer, error) {
	host := hostKey(u)
	release, err := c.pace.acquire(ctx, host, gap)
	if err != nil {
		return nil, stopped(err)
	}
	defer release()
	if err := c.mayDisturb(ctx, host); err != nil {
		return nil, err
	}

	start := time.Now()
	defer func() { k.budget -= time.Since(start) }()
	ctx, cancel := context.WithTimeoutCause(ctx, k.budget, errWhole)
	defer cancel()
	ctx, abort := context.WithCancelCause(ctx)
	defer abort(nil)
	var came progress
	req, err := c.request(httptrace.WithClientTrace(ctx, came.trace()), k, u)
	if err != nil {
		return nil, &Error{Step: StepAddress, Err: err, Message: "Forespørselen kan ikke lages. Se etter url og headers i sources.yaml."}
	}
	k.requests++
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return nil, c.noAnswer(ctx, u, err, stage(came.Load()))
	}
	defer resp.Body.Close()

	a := &answer{url: u, status: resp.StatusCode, header: resp.Header, location: resp.Header.Get("Location")}
	if a.status == http.StatusOK {
		a.body, a.wire, err = c.read(ctx, abort, resp, k)
		return a, err
	}
	if slices.Contains(retried, a.status) {
		return a, c.heed(ctx, host, a)
	}
	return a, nil
}

// heed remembers for all sources how long the host wants to be left alone.
func (c *Client) heed(ctx context.Context, host string, a *answer) error {
	now := c.now()
	until, ok := retryAfter(a.header.Get("Retry-After"), now)
	if !ok {
		return nil
	}
	a.until = until
	if !until.After(now) {
		return nil
	}
	if err := c.hosts.Block(ctx, host, until, fmt.Sprintf("%s svarte med status %d og ba oss vente", host, a.status)); err != nil {
		return &Error{Step: StepWait, Status: a.status, RetryAfter: until, Temporary: true, Err: err, Message: host + " ba oss vente, men det lot seg ikke lagre. Se etter at disken ikke er full."}
	}
	return nil
}

func (c *Client) mayDisturb(ctx context.Context, host string) error {
	until, err := c.hosts.BlockedUntil(ctx, host)
	if err != nil {
		return &Error{Step: StepWait, Temporary: true, Err: err, Message: "Vi fikk ikke slått opp om " + host + " har bedt oss vente, og spør derfor ikke. Se etter at databasen virker."}
	}
	if now := c.now(); until.After(now) {
		return &Error{Step: StepWait, RetryAfter: until, Temporary: true, Message: fmt.Sprintf("%s har bedt oss vente til %s. Vi prøver igjen etter det; ingen trenger å gjøre noe.", host, until.In(now.Location()).Format("02.01.2006 kl. 15.04.05"))}
	}
	return nil
}

// keyed reports whether the configured headers are sent to u.
func (k *call) keyed(u *url.URL) bool {
	o, err := url.Parse(k.Origin)
	return err == nil && len(k.Header) > 0 && origin(o) == origin(u)
}

func (c *Client) request(ctx context.Context, k *call, u *url.URL) (*http.Request, error) {
	var body io.Reader
	if k.Body != nil {
		body = bytes.NewReader(k.Body)
	}
	req, err := http.NewRequestWithContext(ctx, k.Method, u.String(), body)
	if err != nil {
		return nil, err
	}
	if k.keyed(u) {
		req.Header = k.Header.Clone()
	}
	set := func(name, value string) {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	set("User-Agent", c.agent)
	set("Accept", k.Accept)
	set("Accept-Encoding", "gzip")
	if k.Fresh {
		set("Cache-Control", "no-cache")
	}
	set("If-None-Match", k.ETag)
	set("If-Modified-Since", k.LastModified)
	if body != nil {
		set("Content-Type", cmp.Or(req.Header.Get("Content-Type"), "application/json"))
	}
	return req, nil
}

// stage is how far an exchange has come.
type stage int32

const (
	dialing stage = iota
	securing
	waiting
	answering
)

// progress is the furthest stage reached; dials may report from their own goroutines.
type progress struct{ atomic.Int32 }

func (p *progress) reach(s stage) {
	for old := p.Load(); old < int32(s); old = p.Load() {
		p.CompareAndSwap(old, int32(s))
	}
}

func (p *progress) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		TLSHandshakeStart:    func() { p.reach(securing) },
		GotConn:              func(httptrace.GotConnInfo) { p.reach(waiting) },
		GotFirstResponseByte: func() { p.reach(answering) },
	}
}

// unusable says why a is not data for k, nil when it is.
func (a *answer) unusable(k *call) error {
	sent := k.ETag != "" || k.LastModified != ""
	switch {
	case a.status == http.StatusNotModified && sent:
		return nil
	case a.status != http.StatusOK:
		e := &Error{Step: StepStatus, URL: redact(a.url), Status: a.status, RetryAfter: a.until, Message: statusMessage(a.url.Host, a.status, k.keyed(a.url))}
		e.Temporary = a.status >= 500 || a.status == http.StatusTooManyRequests || a.status == http.StatusRequestTimeout
		return e
	case blank(a.body):
		return &Error{Step: StepBody, URL: redact(a.url), Status: a.status, Temporary: true, Message: a.url.Host + " sendte et tomt svar. Det regner vi som en feil hos leverandøren, aldri som at alt er borte. Si fra til dem hvis det varer."}
	}
	return nil
}

func (a *answer) response() *Response {
	r := &Response{Status: a.status, URL: a.url.String(), Header: a.header, Body: a.body, WireBytes: a.wire, NotModified: a.status == http.StatusNotModified}
	r.MediaType, r.Charset = contentType(a.header)
	return r
}

// contentType reads the Content-Type header as far as it makes sense.
func contentType(h http.Header) (mediaType, charset string) {
	mediaType, _, _ = strings.Cut(h.Get("Content-Type"), ";")
	_, params, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return strings.ToLower(strings.TrimSpace(mediaType)), params["charset"]
}

var errWhole = errors.New("the whole fetch took too long")

// stopped is the error of a fetch that was called off.
func stopped(err error) *Error {
	return &Error{Step: StepWait, Temporary: true, Err: err, Message: "Hentingen ble avbrutt før den var ferdig, fordi tiden var ute eller huben ble stoppet. Neste kjøring prøver igjen."}
}
