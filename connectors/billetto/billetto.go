// Package billetto reads the public events of the ticket seller Billetto, API version 3.
package billetto

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/connectors/tickets"
)

// Kind is the kind billetto.
var Kind = connectors.Kind{
	Name:      "billetto",
	Version:   1,
	Summary:   "Leser offentlige arrangementer med billettsalg fra Billetto.",
	Basis:     connectors.BasisReported,
	Options:   &Options{},
	New:       newConnector,
	Recognise: recognise,
}

// Options are the options of a billetto source.
type Options struct {
	Amounts  string   `yaml:"amounts" json:"amounts,omitempty" jsonschema:"enum=cents,enum=whole,description=Hva tallet i amount_in_cents er: cents (øre) eller whole (hele kroner). Uten verdi tas prisene ikke med."`
	Country  string   `yaml:"country" json:"country,omitempty" jsonschema:"description=Ta bare med arrangementer i dette landet\\, to bokstaver: NO. Uten verdi: alle land."`
	Places   []string `yaml:"places" json:"places,omitempty" jsonschema:"description=Ta bare med arrangementer i disse poststedene eller postnumrene: [Larvik\\, Stavern\\, '3256']. Uten verdi: alle steder."`
	Cursor   string   `yaml:"cursor" json:"cursor,omitempty" jsonschema:"description=Navnet på parameteren i adressen som gir neste side. Uten verdi: after."`
	MaxPages int      `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"minimum=1,maximum=2000,description=Flest sider i en kjøring. Uten verdi: 200."`
}

// pageSize is the largest page that the API gives.
const pageSize = 100

type connector struct {
	Options
	places map[string]bool // folded
}

func newConnector(decode func(any) error) (connectors.Connector, error) {
	c := &connector{places: map[string]bool{}}
	if err := decode(&c.Options); err != nil {
		return nil, err
	}
	if c.Amounts != "" && c.Amounts != "cents" && c.Amounts != "whole" {
		return nil, fmt.Errorf("options.amounts er %q; skriv cents eller whole", c.Amounts)
	}
	if c.Country = strings.ToUpper(c.Country); c.Country != "" && (len(c.Country) != 2 || strings.Trim(c.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		return nil, fmt.Errorf("options.country er %q; skriv to bokstaver som NO", c.Country)
	}
	for _, p := range c.Places {
		folded := catalog.Fold(p)
		if folded == "" {
			return nil, fmt.Errorf("options.places: %q er ikke et poststed eller postnummer", p)
		}
		c.places[folded] = true
	}
	if c.Cursor == "" {
		c.Cursor = "after"
	}
	return c, tickets.MaxPages(&c.MaxPages)
}

var layout = tickets.Layout{Kind: "billetto", Items: []string{"data", "events"}, Expected: `en liste fra Billetto (/api/v3/public/events): {"data": […], "has_more": …}`}

// Parse reads one page of the list.
func Parse(text, address string) (tickets.Page, error) { return layout.Parse(text, address) }

// first is the source's address with the size of a page, and that size. An address without a path is that of a country's Billetto.
func first(source string) (address string, size int, err error) {
	u, err := url.Parse(source)
	if err != nil || u.Scheme == "file" {
		return source, 0, err
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = "/api/v3/public/events"
	}
	q := u.Query()
	if !q.Has("limit") {
		q.Set("limit", strconv.Itoa(pageSize))
	}
	size, err = strconv.Atoi(q.Get("limit"))
	if err != nil || size < 1 || size > pageSize {
		return "", 0, fmt.Errorf("limit=%s i url er ikke et tall fra 1 til %d", q.Get("limit"), pageSize)
	}
	u.RawQuery = q.Encode()
	return u.String(), size, nil
}

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	start, size, err := first(s.Source.URL)
	if err != nil {
		return connectors.Outcome{}, err
	}
	a := &adapter{connector: c}
	w := &tickets.Walk{Session: s, Layout: layout, Pages: c.MaxPages, Item: a.item, Last: a.last,
		Next: func(p tickets.Page, at string) (string, string) { return c.next(p, at, size) }}
	return w.Run(ctx, start)
}

// next is the address of the page after p. The cursor is put into the source's own address, so that what it asks for still holds.
func (c *connector) next(p tickets.Page, at string, size int) (address, why string) {
	var more *bool
	link := ""
	p.Read("has_more", &more)
	p.Read("next_url", &link)
	u, err := url.Parse(at)
	switch {
	case err != nil, more != nil && !*more, more == nil && link == "" && (size == 0 || len(p.Items) < size):
		return "", ""
	case size == 0:
		return "", "Fila er én side av flere (has_more); resten er ikke lest."
	}
	after := ""
	if link != "" {
		next, err := url.Parse(markup.Resolve(link, at))
		if err != nil || next.Host == "" {
			return "", "Adressen til neste side (next_url) kan ikke leses; resten er ikke lest."
		}
		if after = next.Query().Get(c.Cursor); after == "" {
			return next.String(), ""
		}
	} else if n := len(p.Items); n > 0 {
		var last Event
		_ = json.Unmarshal(p.Items[n-1], &last)
		after = string(last.ID)
	}
	if after == "" {
		return "", "Kilden sier at det er flere sider, men ikke hvor den neste er (next_url); resten er ikke lest."
	}
	q := u.Query()
	q.Set(c.Cursor, after)
	u.RawQuery = q.Encode()
	return u.String(), ""
}
