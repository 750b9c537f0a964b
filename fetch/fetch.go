// Package fetch asks providers for bytes, politely and safely.
package fetch

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Request is one thing to fetch.
type Request struct {
	URL    string // http://, https://, or file: relative to Options.FileRoot (a query or fragment of a file: URL is passed over)
	Method string // GET (default) or POST; a POST is never repeated and follows no redirect away from Origin
	Body   []byte // of a POST; application/json unless Header says otherwise

	Header http.Header // configured headers, credentials among them: sent to Origin alone
	Origin string      // scheme://host[:port] of the configured source; needed when Header is set
	Accept string      // Accept header, sent to any host

	ETag, LastModified string // validators of the copy we have: the answer may be Response.NotModified

	MaxBytes int64 // cap on the decoded body; 0 is Limits.Body, or Limits.HTMLBody for HTML; never above BodyCeiling
	Robots   bool  // obey robots.txt, as for pages written for people
	Fresh    bool  // caches on the way are asked not to answer by themselves (Cache-Control: no-cache, RFC 9111 5.2.1.4)

	// Spacing is between the starts of two requests to the host, where that bears being asked more often than Limits.Spacing; 0: as that. A Crawl-delay in its
	// robots.txt comes before it.
	Spacing time.Duration
}

// Response is an answer worth reading: status 200 with a whole body, or a valid 304.
type Response struct {
	Status      int    // 200 or 304
	URL         string // where the answer came from, after redirects; not redacted
	Moved       string // where the source has moved for good (301, 308), "" if it has not; not redacted
	Header      http.Header
	MediaType   string        // lower case, without parameters; "" when not stated
	Charset     string        // as the Content-Type header declares it; "" when not stated
	Body        []byte        // as sent, with content encoding undone; nil when NotModified
	NotModified bool          // the copy that the validators belong to still holds
	WireBytes   int64         // bytes of body received
	Duration    time.Duration // network time, without polite waiting
	Warnings    []string      // Norwegian sentences for the run report
	FetchedAt   time.Time     // by Options.Now
	Requests    int           // HTTP requests sent, robots.txt, redirects and retries among them
}

// ETag returns the validator to send next time, "" when there is none.
func (r *Response) ETag() string { return r.Header.Get("ETag") }

// LastModified returns the Last-Modified validator to send next time, "" when there is none. One that is not at least a second before the
// answer is weak (RFC 9110, 8.8.2.2): what it names may change once more within that second. Without an ETag beside it, it is not given.
func (r *Response) LastModified() string {
	value := r.Header.Get("Last-Modified")
	if value == "" || r.ETag() != "" {
		return value
	}
	sent, err := http.ParseTime(r.Header.Get("Date"))
	if err != nil {
		sent = r.FetchedAt
	}
	if modified, err := http.ParseTime(value); err != nil || sent.Sub(modified) < time.Second {
		return ""
	}
	return value
}

// Text returns the body by Decode. Bytes that are no letters become U+FFFD and give a warning.
func (r *Response) Text() (string, error) {
	text, used, err := Decode(r.Body, r.MediaType, r.Charset)
	var e *Error
	if errors.As(err, &e) {
		e.URL, e.Status, e.Requests = Redact(r.URL), r.Status, r.Requests
		return "", e
	}
	const lost = "Noen tegn kunne ikke leses og vises som «\uFFFD». Be leverandøren sende gyldig UTF-8; vi leste innholdet som "
	if n := len(r.Warnings); strings.ContainsRune(text, '\uFFFD') && (n == 0 || r.Warnings[n-1] != lost+used+".") {
		r.Warnings = append(r.Warnings, lost+used+".")
	}
	return text, nil
}

// Options sets up a Client. The zero value works: public addresses only, no files, default limits.
type Options struct {
	Version   string // of the product, for the User-Agent
	PublicURL string // of this hub, for the User-Agent: where a provider finds out who asks

	FileRoot     string // folder that file: URLs are relative to and never leave; "" refuses them
	AllowPrivate string // private addresses that may be reached: "127.0.0.1:9000,[::1]:9000", "*" for all of loopback; see CheckAllowPrivate

	Hosts   HostMemory                    // default NewHostMemory()
	Limits  Limits                        // see there for defaults
	Backoff func(retry int) time.Duration // wait before retry 1, 2, …; default half a second doubling, give or take half
	Now     func() time.Time              // the hub's clock: Retry-After, robots.txt age, FetchedAt; default time.Now
}

// Client fetches for all sources of a hub. It is safe for concurrent use. Make one, so that what it promises a host holds for all of them.
type Client struct {
	agent     string
	fileRoot  string
	limits    Limits
	hosts     HostMemory
	backoff   func(int) time.Duration
	now       func() time.Time
	guard     *guard
	pace      *pace
	robots    robotsCache
	dialer    *net.Dialer
	transport *http.Transport
}

// New returns a Client. Entries of AllowPrivate that cannot be read allow nothing.
func New(o Options) *Client {
	l := o.Limits.effective()
	g, _ := newGuard(o.AllowPrivate)
	c := &Client{
		agent:    "fritidshub/" + cmp.Or(o.Version, "dev"),
		fileRoot: o.FileRoot,
		limits:   l,
		hosts:    o.Hosts,
		backoff:  o.Backoff,
		now:      o.Now,
		guard:    g,
		pace:     newPace(l.PerHost, l.InAll),
		robots:   robotsCache{known: map[string]knownRobots{}},
		dialer:   &net.Dialer{Timeout: l.Dial, Control: g.control},
	}
	if o.PublicURL != "" {
		c.agent += " (+" + o.PublicURL + ")"
	}
	if c.hosts == nil {
		c.hosts = NewHostMemory()
	}
	if c.backoff == nil {
		c.backoff = func(retry int) time.Duration {
			return time.Duration((0.5 + rand.Float64()) * float64(int64(time.Second)<<retry/4))
		}
	}
	if c.now == nil {
		c.now = time.Now
	}
	c.transport = &http.Transport{
		Proxy:                  nil,
		DialContext:            c.dialer.DialContext,
		TLSHandshakeTimeout:    l.TLS,
		ResponseHeaderTimeout:  l.FirstByte,
		MaxResponseHeaderBytes: l.Headers,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    l.PerHost,
		IdleConnTimeout:        30 * time.Second,
	}
	return c
}

// Close ends idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Get fetches r whole, or returns an *Error. It waits for its turn at the host, follows redirects, and retries a GET that a passing
// fault spoiled before any byte of an answer had come. A host that has named a time (Retry-After) is left alone until then.
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	r.Method = cmp.Or(r.Method, http.MethodGet)
	u, err := c.parse(r)
	if err != nil {
		return nil, place(err, nil, r.URL)
	}
	if u.Scheme == "file" {
		res, err := c.file(r, u)
		return res, place(err, nil, r.URL)
	}
	k := &call{Request: r, budget: c.limits.Whole, retries: max(0, c.limits.Retries), most: min(r.MaxBytes, BodyCeiling)}
	if r.Method != http.MethodGet {
		k.retries = 0
	}
	a, err := c.walk(ctx, k, u)
	if err == nil {
		err = a.unusable(k)
	}
	if err != nil {
		return nil, place(err, k, u.String())
	}
	res := a.response()
	res.Moved, res.Requests, res.Duration, res.FetchedAt = k.moved, k.requests, c.limits.Whole-k.budget, c.now()
	if k.moved != "" {
		res.Warnings = append(res.Warnings, "Kilden har flyttet for godt til "+Redact(k.moved)+". Rett url i sources.yaml.")
	}
	return res, nil
}

// parse reads and checks the address of r.
func (c *Client) parse(r Request) (*url.URL, error) {
	bad := func(why string) error { return &Error{Step: StepAddress, Message: why} }
	u, err := url.Parse(strings.TrimSpace(r.URL))
	if err != nil {
		return nil, bad("Adressen kan ikke leses. Rett url i sources.yaml.")
	}
	if u.Scheme == "file" {
		return u, nil
	}
	if why := unfit(u); why != "" {
		return nil, bad(why + " Rett url i sources.yaml.")
	}
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return nil, bad("Metoden " + r.Method + " brukes ikke; velg GET eller POST.")
	}
	if o, err := url.Parse(r.Origin); len(r.Header) > 0 && (err != nil || unfit(o) != "") {
		return nil, bad("headers er satt, men kildens egen adresse mangler, så vi vet ikke hvem de kan sendes til.")
	}
	return u, nil
}

// unfit says in Norwegian why u is no address to ask, "" when it is one.
func unfit(u *url.URL) string {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return "Adressen må begynne med https:// eller http://."
	case u.Hostname() == "":
		return "Adressen mangler navnet på nettstedet."
	case u.User != nil:
		return "Adressen har brukernavn eller passord i seg; slikt hører hjemme under headers."
	}
	return ""
}

// place fills in what err does not know about where it happened. A nil err stays nil.
func place(err error, k *call, raw string) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	if e.URL == "" {
		e.URL = Redact(raw)
	}
	if k != nil {
		e.Requests = k.requests
	}
	return e
}
