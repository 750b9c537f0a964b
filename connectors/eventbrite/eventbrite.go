// Package eventbrite reads an organiser's own events from Eventbrite, API version 3. It never asks for attendees or orders.
package eventbrite

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"fritidshub/connectors"
	"fritidshub/connectors/tickets"
	"fritidshub/fetch"
)

// Kind is the kind eventbrite.
var Kind = connectors.Kind{
	Name:    "eventbrite",
	Version: 1,
	Summary: "Leser en arrangørs egne arrangementer med billetter fra Eventbrite.",
	Basis:   connectors.BasisReported,
	Options: &Options{},
	New: func(decode func(any) error) (connectors.Connector, error) {
		c := &connector{}
		if err := decode(&c.Options); err != nil {
			return nil, err
		}
		return c, tickets.MaxPages(&c.MaxPages)
	},
	Recognise: recognise,
}

// Options are the options of an eventbrite source.
type Options struct {
	MaxPages int `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest sider i en kjøring. Uten verdi: 200."`
}

type connector struct{ Options }

var layout = tickets.Layout{Kind: "eventbrite", Items: []string{"events"}, Expected: `en liste fra Eventbrite (/v3/organizations/<id>/events/): {"pagination": {…}, "events": […]}`}

// Parse reads one page of the list.
func Parse(text, address string) (tickets.Page, error) { return layout.Parse(text, address) }

// asks is what a walk asks for unless the source's address says otherwise.
var asks = map[string]string{
	"expand":      "venue,ticket_classes,ticket_availability,category,subcategory,format",
	"status":      "live,started,canceled",
	"time_filter": "current_future",
	"order_by":    "start_asc",
	"page_size":   "50",
}

// first is the source's address with what a walk asks for; a parameter that the editor has left empty is not sent.
func first(source string) (string, error) {
	u, err := url.Parse(source)
	if err != nil || u.Scheme == "file" {
		return source, err
	}
	for part := range strings.SplitSeq(strings.ToLower(u.Path), "/") {
		if part == "attendees" || part == "orders" {
			return "", fmt.Errorf("%s: her står det hvem som har kjøpt billett, og det leses ikke. Skriv adressen til arrangementene, /v3/organizations/<id>/events/", fetch.Redact(source))
		}
	}
	q := u.Query()
	for name, value := range asks {
		switch {
		case !q.Has(name):
			q.Set(name, value)
		case q.Get(name) == "":
			q.Del(name)
		}
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	start, err := first(s.Source.URL)
	if err != nil {
		return connectors.Outcome{}, err
	}
	a := &adapter{}
	w := &tickets.Walk{Session: s, Layout: layout, Pages: c.MaxPages, Item: a.item, Next: next, Last: a.last}
	return w.Run(ctx, start)
}

// next is the address of the page after p: the same question with the continuation that p gives, else with the next page's number.
func next(p tickets.Page, at string) (address, why string) {
	var paging struct {
		More         *bool  `json:"has_more_items"`
		Continuation string `json:"continuation"`
		Number       int    `json:"page_number"`
		Count        int    `json:"page_count"`
	}
	p.Read("pagination", &paging)
	u, err := url.Parse(at)
	switch {
	case err != nil, paging.More != nil && !*paging.More, paging.More == nil && paging.Number >= paging.Count:
		return "", ""
	case u.Scheme == "file":
		return "", "Fila er én side av flere (pagination); resten er ikke lest."
	}
	q := u.Query()
	switch {
	case paging.Continuation != "":
		q.Set("continuation", paging.Continuation)
	case paging.Number > 0:
		q.Set("page", strconv.Itoa(paging.Number+1))
	default:
		return "", "Kilden sier at det er flere sider, men ikke hvor den neste er (pagination.continuation); resten er ikke lest."
	}
	u.RawQuery = q.Encode()
	return u.String(), ""
}
