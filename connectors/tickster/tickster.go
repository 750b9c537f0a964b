// Package tickster reads the daily dump of Tickster's events, or a search in them. The performances of a production are one listing.
package tickster

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/tickets"
	"fritidshub/connectors/when"
	"fritidshub/fetch"
)

// Kind is the kind tickster.
var Kind = connectors.Kind{
	Name:      "tickster",
	Version:   1,
	Summary:   "Leser arrangementer med billettsalg fra Tickster: den daglige dumpen, eller et søk.",
	Basis:     connectors.BasisReported,
	Options:   &Options{},
	New:       newConnector,
	Recognise: recognise,
}

// Options are the options of a tickster source.
type Options struct {
	Cities      []string `yaml:"cities" json:"cities,omitempty" jsonschema:"description=Bare det som er på steder i disse byene\\, slik Tickster skriver dem: [Larvik\\, Stavern]."`
	Countries   []string `yaml:"countries" json:"countries,omitempty" jsonschema:"description=Bare det som er i disse landene: [NO]."`
	Organizers  []string `yaml:"organizers" json:"organizers,omitempty" jsonschema:"description=Bare disse arrangørene: id eller navn hos Tickster."`
	TicketTypes []string `yaml:"ticket_types" json:"ticket_types,omitempty" jsonschema:"description=Typene varer som er billetter og gir prisen. Uten verdi: [ticket\\, numberedticket]."`
	Details     bool     `yaml:"details" json:"details,omitempty" jsonschema:"description=Ved søk: les også hvert arrangement for seg (priser\\, forestillinger)."`
	DetailURL   string   `yaml:"detail_url" json:"detail_url,omitempty" jsonschema:"description=Ved søk: adressen til ett arrangement\\, med {id}. Uten verdi: som url fram til events\\, og så /{id}."`
	MaxPages    int      `yaml:"max_pages" json:"max_pages,omitempty" jsonschema:"minimum=1,maximum=2000,description=Ved søk: flest sider i en kjøring. Uten verdi: 200."`
	MaxDetails  int      `yaml:"max_details" json:"max_details,omitempty" jsonschema:"minimum=1,maximum=2000,description=Ved søk: flest arrangementer som leses hver for seg. Uten verdi: 200."`
}

type connector struct {
	Options
	cities, countries, organizers, types map[string]bool
}

func newConnector(decode func(any) error) (connectors.Connector, error) {
	c := &connector{}
	if err := decode(&c.Options); err != nil {
		return nil, err
	}
	if err := errors.Join(tickets.MaxPages(&c.MaxPages), tickets.MaxDetails(&c.MaxDetails)); err != nil {
		return nil, err
	}
	if c.DetailURL != "" && !strings.Contains(c.DetailURL, "{id}") {
		return nil, fmt.Errorf("options.detail_url er %q; skriv {id} der id-en skal stå", c.DetailURL)
	}
	if len(c.TicketTypes) == 0 {
		c.TicketTypes = []string{"ticket", "numberedticket"}
	}
	for _, l := range []struct {
		name  string
		words []string
		into  *map[string]bool
	}{{"cities", c.Cities, &c.cities}, {"countries", c.Countries, &c.countries}, {"organizers", c.Organizers, &c.organizers}, {"ticket_types", c.TicketTypes, &c.types}} {
		*l.into = map[string]bool{}
		for _, w := range l.words {
			if catalog.Fold(w) == "" {
				return nil, fmt.Errorf("options.%s: %q er ikke et ord", l.name, w)
			}
			(*l.into)[catalog.Fold(w)] = true
		}
	}
	return c, nil
}

// Pull implements connectors.Connector.
func (c *connector) Pull(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	u, err := url.Parse(s.Source.URL)
	if err != nil {
		return connectors.Outcome{}, err
	}
	if u.Scheme != "file" && !strings.Contains(u.Path, "/dump/") {
		return c.search(ctx, s, u)
	}
	if len(c.Cities)+len(c.Countries)+len(c.Organizers) == 0 {
		return connectors.Outcome{}, fmt.Errorf("%s: dumpen er alt hos Tickster i alle land. Skriv hva som skal med i options.cities, options.organizers eller options.countries", fetch.Redact(s.Source.URL))
	}
	return c.dump(ctx, s)
}

// stale is the age of a dump that an editor should know of; a new one comes every day.
const stale = 72 * time.Hour

// dump reads the dump that the source's address answers with or points to. Its id says whether it is the one that was read last.
func (c *connector) dump(ctx context.Context, s *connectors.Session) (connectors.Outcome, error) {
	a := c.adapter(s)
	a.emit = func(r catalog.Record) {
		if a.err == nil {
			r.Source = s.Source.ID
			a.err = s.Emit(r)
		}
	}
	a.reject = func(r catalog.Reject) { a.rejects++; s.Reject(r) }
	resp, open, at, err := c.answer(ctx, s, "", a.keep)
	if err != nil {
		return connectors.Outcome{}, err
	}
	dump := at
	if at.URI != "" {
		if made, err := when.Parse(at.Created, time.UTC); err == nil && s.Now.Sub(made.Time) > stale {
			s.Warn("", fmt.Sprintf("Dumpen hos Tickster er fra %s; det skal komme en ny hver dag", made.Time.Format("2.1.2006")))
		}
		if resp.Unchanged || at.ID != "" && at.ID == string(s.State) {
			return connectors.Outcome{Complete: true, Unchanged: true, State: s.State}, nil
		}
		target, err := located(at.URI, resp.URL)
		if err != nil {
			return connectors.Outcome{}, err
		}
		if resp, open, dump, err = c.answer(ctx, s, target, a.keep); err != nil {
			return connectors.Outcome{}, err
		}
		if dump.URI != "" {
			return connectors.Outcome{}, &connectors.PayloadError{URL: fetch.Redact(resp.URL), Locator: "uri", Expected: "selve dumpen (events, venues, organizers)", Advice: "Svaret peker videre én gang til; meld det til Tickster"}
		}
	}
	if resp.Unchanged {
		return connectors.Outcome{Complete: true, Unchanged: true, State: s.State}, nil
	}
	body, err := open()
	if err != nil {
		return connectors.Outcome{}, err
	}
	events := 0
	if _, err := Parse(body, resp.URL, func(list string, i int, item json.RawMessage) error {
		if list == "events" {
			events++
			a.event(item, fmt.Sprintf("events[%d]", i), resp.URL)
		}
		return a.err
	}); err != nil {
		return connectors.Outcome{}, err
	}
	a.finish()
	out := connectors.Outcome{Complete: true}
	if n, err := strconv.Atoi(dump.Count); err == nil && n != events {
		out = connectors.Outcome{Why: fmt.Sprintf("Dumpen skal ha %d arrangementer, men har %d. Det som mangler, blir stående som det var.", n, events)}
	}
	if out.Complete && a.rejects == 0 { // what was rejected is to be read again
		out.State = []byte(at.ID)
	}
	return out, a.err
}

// answer asks for an address and reads what is to be known before the events are: all but them.
func (c *connector) answer(ctx context.Context, s *connectors.Session, address string, keep func(string, int, json.RawMessage) error) (*connectors.Response, func() (io.Reader, error), Head, error) {
	resp, err := s.Get(ctx, connectors.Request{URL: address, Accept: "application/json, application/gzip;q=0.9, */*;q=0.5"})
	if err != nil {
		return nil, nil, Head{}, err
	}
	open, err := unpack(resp)
	if err != nil {
		return nil, nil, Head{}, err
	}
	body, err := open()
	if err != nil {
		return nil, nil, Head{}, err
	}
	head, err := Parse(body, resp.URL, keep)
	return resp, open, head, err
}

// located is the address of the dump. Tickster writes http for a file at Amazon that is there by https too; its signature holds for both.
func located(uri, address string) (string, error) {
	base, errBase := url.Parse(address)
	u, err := url.Parse(strings.TrimSpace(uri))
	if err != nil || errBase != nil {
		return "", &connectors.PayloadError{URL: fetch.Redact(address), Locator: "uri", Expected: "adressen til dumpen", Found: fetch.Redact(uri)}
	}
	if base.Scheme == "file" {
		return uri, nil
	}
	u = base.ResolveReference(u)
	if u.Scheme == "http" && strings.HasSuffix(strings.ToLower(u.Hostname()), ".amazonaws.com") && u.Port() == "" {
		u.Scheme = "https"
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", &connectors.PayloadError{URL: fetch.Redact(address), Locator: "uri", Expected: "adressen til dumpen, med https", Found: fetch.Redact(uri)}
	}
	return u.String(), nil
}

const pageSize = 100 // at most, by Tickster's documentation

// search reads the answers of a search page by page, and when asked to each event by itself.
func (c *connector) search(ctx context.Context, s *connectors.Session, u *url.URL) (connectors.Outcome, error) {
	q := u.Query()
	size, err := strconv.Atoi(cmp.Or(q.Get("take"), strconv.Itoa(pageSize)))
	if err != nil || size < 1 || size > pageSize {
		return connectors.Outcome{}, fmt.Errorf("take=%.20s i url er ikke et tall fra 1 til %d", q.Get("take"), pageSize)
	}
	detail := cmp.Or(c.DetailURL, detailURL(u))
	skip := 0
	page := func() string {
		q.Set("take", strconv.Itoa(size))
		q.Set("skip", strconv.Itoa(skip))
		next := *u
		next.RawQuery = q.Encode()
		return next.String()
	}
	a := c.adapter(s)
	details := tickets.Details{Most: c.MaxDetails}
	w := &tickets.Walk{Session: s, Pages: c.MaxPages,
		Layout: tickets.Layout{Kind: "tickster", Items: []string{"hits", "items", "events"}, Expected: "et søk hos Tickster med treffene i «hits»"},
		Next: func(p tickets.Page, _ string) (string, string) {
			total := -1
			for _, name := range []string{"totalHits", "totalItems", "total"} {
				p.Read(name, &total)
			}
			if skip += len(p.Items); len(p.Items) == 0 || total >= 0 && skip >= total {
				if a.items < total {
					return "", fmt.Sprintf("Søket skal gi %d treff, men %d ulike ble lest. Det som mangler, blir stående som det var.", total, a.items)
				}
				return "", ""
			}
			return page(), ""
		}}
	a.emit = w.Emit
	a.reject = func(r catalog.Reject) { w.Reject(r) } // of the session that the walk holds
	a.warn = func(where, text string) { w.Warn(where, text) }
	w.Item = func(_ *tickets.Walk, item json.RawMessage, where, address string) {
		var e Event
		field, reason := tickets.Decode(item, &e)
		if !w.New(id(e.ID)) {
			return
		}
		gone := (*fetch.Error)(nil)
		if c.Details && reason == "" && e.ID != "" && a.mayWant(&e) {
			text, from, err := details.Read(ctx, w, strings.ReplaceAll(detail, "{id}", url.PathEscape(string(e.ID))))
			switch {
			case err == nil && text != "":
				field, reason = whole([]byte(text), &e)
				where = cmp.Or(fetch.Redact(from), where)
			case errors.As(err, &gone) && gone.Gone():
				w.Warn(where, "Arrangementet har ikke noe svar for seg selv; det er tatt med slik det står i søket")
			case err != nil:
				field, reason = "", "Arrangementet kunne ikke leses for seg selv: "+err.Error()
			}
		}
		a.read(&e, field, reason, where, address)
	}
	w.Last = func(*tickets.Walk, bool) {
		a.finish()
		if details.Left > 0 {
			w.Warn("", fmt.Sprintf("%d treff er tatt med slik de står i søket: flere leses ikke for seg selv (options.max_details)", details.Left))
		}
	}
	return w.Run(ctx, page())
}

// detailURL is that of one event, beside the search at u and with its key.
func detailURL(u *url.URL) string {
	before := u.Path
	for _, part := range []string{"/events", "/organizers/", "/venues/"} {
		before, _, _ = strings.Cut(before, part)
	}
	d := url.URL{Scheme: u.Scheme, Host: u.Host, Path: before + "/events/"}
	if key := u.Query().Get("key"); key != "" {
		d.RawQuery = url.Values{"key": {key}}.Encode()
	}
	return strings.Replace(d.String(), "/events/", "/events/{id}", 1)
}

// whole reads the answer of one event into e, which has what the search says of it.
func whole(body []byte, e *Event) (field, reason string) {
	var wrapped struct {
		Event json.RawMessage `json:"event"`
	}
	if json.Unmarshal(body, &wrapped) == nil && len(wrapped.Event) > 0 {
		body = wrapped.Event
	}
	was := e.ID
	field, reason = tickets.Decode(body, e)
	e.ID = was
	return field, reason
}
