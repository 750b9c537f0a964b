package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/catalog/calendar"
	"fritidshub/config"
	"fritidshub/connectors"
	"fritidshub/fetch"
)

// fields are what an item can state, for Candidate.Completeness and Lacks.
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
	{"categories", func(r *catalog.Record) bool { return len(r.Categories)+len(r.Keywords) > 0 }},
	{"url", func(r *catalog.Record) bool { return r.URL != "" }},
	{"image", func(r *catalog.Record) bool { return r.Image != nil }},
	{"id", func(r *catalog.Record) bool { return !r.IDDerived }},
}

// mostUpcoming is how many dates ahead are shown, and ahead how far they may lie.
const (
	mostUpcoming = 3
	ahead        = 400 * 24 * time.Hour
)

// try lets a kind read its address. It reports false when nothing came of it and only what it gives could have shown that it is right.
func (d *detector) try(ctx context.Context, p proposed, c *Candidate) bool {
	unread, fit := *c, *c
	err := d.read(ctx, p, c)
	if err == nil && c.Usable == 0 && c.Rejected > 0 && c.DefaultKind == "" { // items without dates are of use when they need none
		fit.DefaultKind, fit.Completeness = catalog.KindActivity, map[string]int{}
		if d.read(ctx, p, &fit) == nil && fit.Usable > 0 {
			*c = fit
		}
	}
	switch {
	case errors.Is(err, errBudget):
		c.Tried, c.Problem = false, "Ikke prøvd: det ville tatt flere forespørsler enn detect gjør"
		return c.certain >= connectors.Format
	case err != nil: // a run would keep nothing of what came before it
		unread.Completeness = map[string]int{}
		*c = unread
		c.Tried, c.Problem = true, explain(err)
		return c.certain >= connectors.Format
	case c.certain == connectors.Guess:
		return c.Usable > 0 && c.Rejected <= c.Usable
	}
	return true
}

// read lets a kind read an address and measures what it gives; one page of it, or as many as the reading needs.
func (d *detector) read(ctx context.Context, p proposed, c *Candidate) (err error) {
	defer func() {
		if r := recover(); r != nil { // what a hostile page does to a parser is no reason to say nothing of the others
			err = fmt.Errorf("innlesingen av kind %s stoppet på grunn av en feil i fritidshub; meld den til dem som lager fritidshub", p.kind.Name)
		}
	}()
	pages := max(p.Pages, 1)
	connector, err := p.kind.New(func(options any) error {
		if len(c.Options) > 0 {
			if err := json.Unmarshal(c.Options, options); err != nil {
				return err
			}
		}
		return json.Unmarshal(fmt.Appendf(nil, `{"max_pages": %d, "paging": {"max": %d}}`, pages, pages), options) // no kind must have them
	})
	if err != nil {
		return err
	}
	m := &measure{c: c, has: make([]int, len(fields)), now: d.in.Now(), zone: d.in.Hub.Zone}
	source := config.Source{ID: "adressen", URL: c.URL, Defaults: config.Defaults{Kind: c.DefaultKind}}
	b := newBatch(d.in.Hub, source, func() (*heads, error) { return newHeads(), nil }, time.Time{}) // of what is over one learns as much
	b.seen = m.add
	s := &connectors.Session{
		Source: connectors.Source{ID: source.ID, URL: c.URL, Zone: d.in.Hub.Zone, Kind: c.DefaultKind}, Now: m.now,
		Emit: b.emit, Delete: b.delete, Reject: b.reject, Warn: b.warn,
		Get: func(ctx context.Context, req connectors.Request) (*connectors.Response, error) {
			target, err := resolve(c.URL, req.URL)
			if err != nil {
				return nil, err
			}
			resp, err := d.get(ctx, open(c, fetch.Request{URL: target, Method: req.Method, Body: req.Body, Accept: req.Accept, Robots: req.HTML}))
			if err != nil {
				return nil, err
			}
			kept := *resp
			return &connectors.Response{Response: &kept}, nil
		},
	}
	ctx, cancel := context.WithTimeout(ctx, detectTime)
	defer cancel()
	outcome, err := connector.Pull(ctx, s)
	if errors.Is(err, errBudget) && c.Usable+b.rejected > 0 {
		err = nil
	}
	if most, ok := errors.AsType[tooMany](err); ok {
		err, c.Note = nil, strings.TrimSpace(fmt.Sprintf("%s Det er flere enn %d oppføringer: sett limits: {records: …} høyere (høyst 200000), eller del kilden.", c.Note, int(most)))
	}
	c.Tried, c.Rejected, c.Complete = true, b.rejected, outcome.Complete && err == nil
	m.finish()
	return err
}

// open adds the headers of a candidate that are no secrets.
func open(c *Candidate, req fetch.Request) fetch.Request {
	u, err := url.Parse(c.URL)
	for name, value := range c.Headers {
		if err == nil && !strings.Contains(value, "${") {
			if req.Header == nil {
				req.Origin, req.Header = u.Scheme+"://"+u.Host, http.Header{}
			}
			req.Header.Set(name, value)
		}
	}
	return req
}

// measure is what is seen of the items of one reading.
type measure struct {
	c    *Candidate
	has  []int // items that have each of fields
	now  time.Time
	zone *time.Location
}

func (m *measure) add(r catalog.Record) {
	m.c.Usable++
	for i, f := range fields {
		if f.has(&r) {
			m.has[i]++
		}
	}
	if len(m.c.Sample) < mostUpcoming {
		m.c.Sample = append(m.c.Sample, r.Title)
	}
	dates, _ := calendar.Expand(r.Schedule, m.zone, m.now, m.now.Add(ahead), 1)
	for _, o := range dates {
		m.c.Next = append(m.c.Next, Upcoming{o.Start, o.AllDay, r.Title})
	}
	slices.SortStableFunc(m.c.Next, func(a, b Upcoming) int { return a.Start.Compare(b.Start) })
	m.c.Next = m.c.Next[:min(len(m.c.Next), mostUpcoming)]
}

func (m *measure) finish() {
	m.c.Dated = m.has[0]
	for i, f := range fields {
		if m.c.Usable == 0 {
			break
		}
		m.c.Completeness[f.name] = 100 * m.has[i] / m.c.Usable
		if 2*m.has[i] < m.c.Usable {
			m.c.Lacks = append(m.c.Lacks, f.name)
		}
	}
}
