package ingest

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"fritidshub/catalog"
	"fritidshub/config"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

// MaxDetectRequests is how many requests finding out about one address may cost; polite, since nobody has agreed to anything yet.
const MaxDetectRequests = 5

// Candidate is one way to read an address.
type Candidate struct {
	Kind string `json:"kind"`
	// DefaultKind is what defaults.kind must be for the items to be usable; empty when nothing must.
	DefaultKind catalog.Kind `json:"default_kind,omitzero"`
	URL         string       `json:"url"`
	Usable      int          `json:"usable"`   // items that can be used
	Rejected    int          `json:"rejected"` // items that cannot
	Complete    bool         `json:"complete"` // the whole source was read
	Dated       int          `json:"dated"`    // usable items with a date or a recurrence
	Lacks       []string     `json:"lacks"`    // fields that less than half of the items have
	Sample      []string     `json:"sample"`   // the first titles
}

// fields are what an item can state, for Candidate.Lacks.
var fields = []struct {
	name string
	has  func(*catalog.Record) bool
}{
	{"start", func(r *catalog.Record) bool { return r.Schedule.Dated() }},
	{"place", func(r *catalog.Record) bool { return r.Place != nil }},
	{"organizer", func(r *catalog.Record) bool { return r.Organizer != nil }},
	{"price", func(r *catalog.Record) bool { return r.Price != nil || len(r.Offers) > 0 }},
	{"age", func(r *catalog.Record) bool { return r.Age != nil }},
	{"description", func(r *catalog.Record) bool { return r.Description != "" }},
	{"url", func(r *catalog.Record) bool { return r.URL != "" }},
	{"image", func(r *catalog.Record) bool { return r.Image != nil }},
	{"id", func(r *catalog.Record) bool { return !r.IDDerived }},
}

var errBudget = errors.New("nok forespørsler for å finne ut hva dette er")

// Detect finds out what an address is: it asks for it once, lets every kind that needs no options try to read the answer, follows the
// feeds that a page names, and gives the ways that work, best first. The error is that of the address itself.
func (in *Ingester) Detect(ctx context.Context, address string) ([]Candidate, error) {
	d := &detector{in: in, answers: map[string]*fetch.Response{}}
	first, err := d.get(ctx, address, "")
	if err != nil {
		return nil, err
	}
	// The feeds that the page names come before whatever a kind would like to ask for.
	addresses := []string{address}
	for _, feed := range feedsOf(first) {
		if _, err := d.get(ctx, feed, ""); err == nil {
			addresses = append(addresses, feed)
		}
	}
	var found []Candidate
	for _, a := range addresses {
		found = append(found, d.try(ctx, a)...)
	}
	slices.SortStableFunc(found, func(a, b Candidate) int { return b.worth() - a.worth() })
	return found, nil
}

// worth puts what gives more dated items first, and among those what rejects less and lacks less.
func (c Candidate) worth() int {
	return 100*(c.Usable+2*c.Dated) - 100*c.Rejected - len(c.Lacks)
}

type detector struct {
	in       *Ingester
	answers  map[string]*fetch.Response
	requests int
}

// get asks for an address once, however many kinds want it.
func (d *detector) get(ctx context.Context, address, accept string) (*fetch.Response, error) {
	if known, ok := d.answers[address]; ok {
		return known, nil
	}
	if d.requests >= MaxDetectRequests {
		return nil, errBudget
	}
	d.requests++
	resp, err := d.in.Fetch.Get(ctx, fetch.Request{URL: address, Accept: accept})
	if err != nil {
		return nil, err
	}
	d.answers[address] = resp
	return resp, nil
}

func (d *detector) try(ctx context.Context, address string) []Candidate {
	var found []Candidate
	for _, kind := range d.in.Registry.Kinds() {
		connector, err := kind.New(func(any) error { return nil })
		if err != nil {
			continue // it needs options that only an editor knows
		}
		for _, item := range []catalog.Kind{"", catalog.KindActivity} { // items without dates are of use when they need none
			if c, ok := d.read(ctx, kind, connector, address, item); ok && (c.Usable > 0 || item != "") {
				found = append(found, c)
				break
			}
		}
	}
	return found
}

// read lets one kind read an address. It reports false when the kind finds no item in it.
func (d *detector) read(ctx context.Context, kind connectors.Kind, connector connectors.Connector, address string, item catalog.Kind) (c Candidate, ok bool) {
	defer func() {
		if recover() != nil { // a connector that stumbles over what it is not made for is no candidate
			ok = false
		}
	}()
	c = Candidate{Kind: kind.Name, URL: address, DefaultKind: item}
	has := make([]int, len(fields))
	b := newBatch(d.in.Hub, config.Source{ID: "adressen", URL: address, Defaults: config.Defaults{Kind: item}}, func() (*heads, error) { return newHeads(), nil },
		time.Time{}) // of what is over one learns as much
	b.seen = func(r catalog.Record) {
		c.Usable++
		for i, f := range fields {
			if f.has(&r) {
				has[i]++
			}
		}
		if len(c.Sample) < 3 {
			c.Sample = append(c.Sample, r.Title)
		}
	}
	s := &connectors.Session{
		Source: connectors.Source{ID: "adressen", URL: address, Zone: d.in.Hub.Zone, Kind: item}, Now: d.in.Now(),
		Emit: b.emit, Delete: b.delete, Reject: b.reject, Warn: b.warn,
		Get: func(ctx context.Context, req connectors.Request) (*connectors.Response, error) {
			target, err := resolve(address, req.URL)
			if err != nil {
				return nil, err
			}
			if req.Method != "" && req.Method != http.MethodGet {
				return nil, errBudget
			}
			resp, err := d.get(ctx, target, req.Accept)
			if err != nil {
				return nil, err
			}
			kept := *resp
			return &connectors.Response{Response: &kept}, nil
		},
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	outcome, err := connector.Pull(ctx, s)
	if err != nil && !errors.Is(err, errBudget) || c.Usable+b.rejected == 0 {
		return c, false
	}
	c.Rejected, c.Complete, c.Dated, c.Lacks = b.rejected, outcome.Complete && err == nil, has[0], []string{}
	for i, f := range fields {
		if 2*has[i] < c.Usable {
			c.Lacks = append(c.Lacks, f.name)
		}
	}
	return c, true
}

// feedsOf finds the feeds that a page names: link rel=alternate, and links to calendars.
func feedsOf(resp *fetch.Response) []string {
	text, err := resp.Text()
	if err != nil || !strings.Contains(text[:min(len(text), 4096)], "<") {
		return nil
	}
	var feeds []string
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		t := z.Next()
		if t == html.ErrorToken {
			return feeds
		}
		if t != html.StartTagToken && t != html.SelfClosingTagToken {
			continue
		}
		tag := z.Token()
		attr := map[string]string{}
		for _, a := range tag.Attr {
			attr[a.Key] = a.Val
		}
		link := strings.Replace(attr["href"], "webcal://", "https://", 1)
		isFeed := tag.DataAtom == atom.Link && strings.Contains(strings.ToLower(attr["rel"]), "alternate") && feedTypes[strings.ToLower(attr["type"])]
		isCalendar := tag.DataAtom == atom.A && (strings.HasPrefix(attr["href"], "webcal://") || strings.HasSuffix(strings.ToLower(link), ".ics"))
		if !isFeed && !isCalendar {
			continue
		}
		if target, err := resolve(resp.URL, link); err == nil && target != resp.URL && !slices.Contains(feeds, target) {
			feeds = append(feeds, target)
		}
	}
}

var feedTypes = map[string]bool{"application/rss+xml": true, "application/atom+xml": true, "application/feed+json": true, "text/calendar": true, "application/ld+json": true}
