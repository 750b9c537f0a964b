// Package ticketco reads an organiser's events from TicketCo's public API, with the organiser's own token.
package ticketco

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/tickets"
	"fritidshub/fetch"
)

// Kind is the kind ticketco.
var Kind = connectors.Kind{
	Name:      "ticketco",
	Version:   1,
	Summary:   "Leser arrangementene til én arrangør fra TicketCo, med arrangørens eget token.",
	Basis:     connectors.BasisReported,
	Options:   &Options{},
	New:       newConnector,
	Recognise: recognise,
}

// Options are the options of a ticketco source.
type Options struct {
	Fields     map[string]string `yaml:"fields" json:"fields,omitempty" jsonschema:"description=Hvor i et arrangement feltene står\\, når det er andre steder enn README sier: {city: location.city\\, production: parent_id}."`
	Currency   string            `yaml:"currency" json:"currency,omitempty" jsonschema:"description=Valutaen til prisene (ISO 4217). Uten verdi: NOK."`
	Cents      bool              `yaml:"cents" json:"cents,omitempty" jsonschema:"description=Prisene er skrevet i øre."`
	Details    string            `yaml:"details" json:"details,omitempty" jsonschema:"enum=missing,enum=all,enum=none,description=Hvilke arrangementer som også leses hver for seg: de som mangler start\\, sted eller omtale i lista (missing\\, uten verdi)\\, alle eller ingen."`
	DetailURL  string            `yaml:"detail_url" json:"detail_url,omitempty" jsonschema:"description=Adressen til ett arrangement\\, med {id}. Uten verdi: url og /{id}\\, med samme token."`
	Paging     string            `yaml:"paging" json:"paging,omitempty" jsonschema:"enum=page,enum=none,description=Om lista har flere sider (page=2 og videre\\, uten verdi) eller bare én (none)."`
	MaxPages   int               `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest sider i en kjøring. Uten verdi: 200."`
	MaxDetails int               `yaml:"max_details" json:"max_details,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest arrangementer som leses hver for seg i en kjøring. Uten verdi: 200."`
}

type connector struct {
	Options
	paths map[string]string // of fields
}

// paths are where the fields stand, as GJSON writes it. What is not known to stand anywhere is not read until an option says where.
var paths = map[string]string{
	"id": "id", "title": "title", "description": "description", "start": "start_at", "end": "end_at", "image": "image.url", "url": "locale_urls.nb",
	"venue": "location_name", "address": "", "postal_code": "", "city": "", "latitude": "", "longitude": "",
	"price_min": "event_minimum_price", "price_max": "event_maximum_price", "remaining": "total_available", "capacity": "total_capacities",
	"categories": "event_categories", "tags": "tags",
	"status": "", "sale_start": "", "sale_end": "", "currency": "", "organizer": "", "production": "",
	"tickets": "", "ticket_name": "title", "ticket_price": "price",
}

func newConnector(decode func(any) error) (connectors.Connector, error) {
	c := &connector{paths: maps.Clone(paths)}
	if err := decode(&c.Options); err != nil {
		return nil, err
	}
	if err := errors.Join(tickets.MaxPages(&c.MaxPages), tickets.MaxDetails(&c.MaxDetails)); err != nil {
		return nil, err
	}
	for name, path := range c.Fields {
		if _, known := paths[name]; !known {
			return nil, fmt.Errorf("options.fields: %q er ikke et felt; feltene er %s", name, strings.Join(slices.Sorted(maps.Keys(paths)), ", "))
		}
		c.paths[name] = path
	}
	if c.Currency = strings.ToUpper(c.Currency); c.Currency != "" && len(c.Currency) != 3 {
		return nil, fmt.Errorf("options.currency er %q; skriv tre bokstaver, som NOK eller SEK", c.Currency)
	}
	for _, o := range []struct{ name, value, usual string }{{"details", c.Details, "missing all none"}, {"paging", c.Paging, "page none"}} {
		if values := strings.Fields(o.usual); o.value != "" && !slices.Contains(values, o.value) {
			return nil, fmt.Errorf("options.%s er %q; bruk %s", o.name, o.value, strings.Join(values, " eller "))
		}
	}
	if c.DetailURL != "" && !strings.Contains(c.DetailURL, "{id}") {
		return nil, fmt.Errorf("options.detail_url er %q; skriv {id} der id-en skal stå", c.DetailURL)
	}
	return c, nil
}

// private are the parts of the API that are about sales and customers.
var private = []string{"item_grosses", "customers", "orders"}

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	u, err := url.Parse(s.Source.URL)
	if err != nil {
		return connectors.Outcome{}, err
	}
	for _, part := range private {
		if strings.Contains(u.Path+c.DetailURL, part) {
			return connectors.Outcome{}, fmt.Errorf("%s: «%s» gir kjøp og kunder, som er personopplysninger og aldri leses her. Bruk adressen som slutter på /events", fetch.Redact(s.Source.URL), part)
		}
	}
	detail := cmp.Or(c.DetailURL, detailURL(u))
	details := tickets.Details{Most: c.MaxDetails}
	a := &adapter{connector: c, source: s.Source, now: s.Now}
	number, before := 1, 0
	w := &tickets.Walk{Session: s, Pages: c.MaxPages, Layout: layout}
	w.Next = func(p tickets.Page, at string) (string, string) {
		if len(p.Items) == 0 || c.Paging == "none" || u.Scheme == "file" {
			return "", ""
		}
		if a.items == before {
			return "", fmt.Sprintf("Side %d gjentar det som er lest. Har lista bare én side, så skriv options.paging: none.", number)
		}
		before = a.items
		number++
		q := u.Query()
		q.Set("page", strconv.Itoa(number))
		next := *u
		next.RawQuery = q.Encode()
		return next.String(), ""
	}
	w.Item = func(_ *tickets.Walk, item json.RawMessage, where, address string) {
		e := newEvent(item, c.paths)
		id := catalog.NativeID(e.text("id"))
		if !w.New(id) {
			return
		}
		a.items++
		var reject catalog.Reject
		gone := (*fetch.Error)(nil)
		if id != "" && c.lacking(e) {
			text, from, err := details.Read(ctx, w, strings.ReplaceAll(detail, "{id}", url.PathEscape(id)))
			switch {
			case err == nil && text != "":
				where = cmp.Or(fetch.Redact(from), where)
				reject.Reason = e.add(text)
			case err == nil:
				e.skipped = true
			case errors.As(err, &gone) && gone.Gone():
				w.Warn(where, "Arrangementet har ikke noe svar for seg selv; det er tatt med slik det står i lista")
			default:
				reject.Reason = "Arrangementet kunne ikke leses for seg selv: " + err.Error()
			}
		}
		var r catalog.Record
		if reject.Reason == "" {
			if r, reject.Field, reject.Reason = a.record(e, address); e.skipped {
				reject.Fixer = catalog.FixEditor
			}
		}
		switch production := e.text("production"); {
		case reject.Reason != "":
			reject.NativeID, reject.Title, reject.Locator, reject.Fixer = id, title(e.text("title")), where, cmp.Or(reject.Fixer, catalog.FixSource)
			w.Reject(reject)
		case production != "":
			a.series.Add("production-"+production, r)
		default:
			w.Emit(r)
		}
	}
	w.Last = func(*tickets.Walk, bool) {
		_ = a.series.Each(s.Source.Zone, func(r catalog.Record) error { w.Emit(r); return nil })
		if details.Left > 0 {
			w.Warn("", fmt.Sprintf("%d arrangementer er tatt med slik de står i lista: flere leses ikke for seg selv (options.max_details)", details.Left))
		}
	}
	return w.Run(ctx, s.Source.URL)
}

var layout = tickets.Layout{Kind: "ticketco", Items: []string{"events"}, Expected: "lista over arrangementer fra TicketCo, i «events»"}

// lacking says whether an event is to be asked for by itself.
func (c *connector) lacking(e event) bool {
	switch c.Details {
	case "all":
		return true
	case "none":
		return false
	}
	return e.text("start") == "" || e.text("venue") == "" || e.text("description") == ""
}

// detailURL is that of one event, with the token of the list.
func detailURL(u *url.URL) string {
	d := url.URL{Scheme: u.Scheme, Host: u.Host}
	query := ""
	if token := u.Query().Get("token"); token != "" {
		query = "?" + url.Values{"token": {token}}.Encode()
	}
	return d.String() + strings.TrimSuffix(u.EscapedPath(), "/") + "/{id}" + query
}
