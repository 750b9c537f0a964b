package ticketmaster

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors"
	"fritidshub/connectors/markup"
	"fritidshub/connectors/when"
)

// production is all performances of one name at one venue.
type production struct {
	catalog.Record
	shows []show
}

// show is one performance with its ticket.
type show struct {
	at    catalog.Occurrence
	price *catalog.Price
	offer catalog.Offer
}

type adapter struct {
	*connectors.Session
	seen        map[string]bool // events by id
	at          map[string]*production
	productions []*production
	last        time.Time // the latest start
	zones       when.Zones
}

func newAdapter(s *connectors.Session) *adapter {
	return &adapter{Session: s, seen: map[string]bool{}, at: map[string]*production{}}
}

// add reads the events of a page and says how many are new.
func (a *adapter) add(p Page, address, where string) (fresh int) {
	for i, raw := range p.Events {
		var e Event
		err := json.Unmarshal(raw, &e)
		key := cmp.Or(e.ID, catalog.Hash(raw))
		if a.seen[key] {
			continue
		}
		a.seen[key] = true
		fresh++
		field, reason := "", ""
		var typed *json.UnmarshalTypeError
		switch {
		case errors.As(err, &typed):
			field, reason = typed.Field, "Feltet har ikke den typen verdi som Ticketmaster skal gi."
		case err != nil:
			reason = "Arrangementet kan ikke leses."
		case e.Test:
			continue
		case strings.TrimSpace(e.Name) == "":
			field, reason = "name", "Arrangementet har ikke noe navn."
		default:
			field, reason = a.event(&e, address)
		}
		if reason != "" {
			a.Reject(catalog.Reject{NativeID: catalog.NativeID(e.ID), Title: catalog.CleanText(e.Name, catalog.MaxTitle),
				Locator: fmt.Sprintf("%s _embedded.events[%d]", where, i), Field: field, Reason: reason, Fixer: catalog.FixSource})
		}
	}
	return fresh
}

// event adds a performance to its production, or says which field keeps it from it.
func (a *adapter) event(e *Event, address string) (field, reason string) {
	var venue Venue
	if len(e.Embedded.Venues) > 0 {
		venue = e.Embedded.Venues[0]
	}
	zone, name := a.Source.Zone, ""
	for _, z := range []string{e.Dates.Zone, venue.Zone} {
		if loaded := a.zones.Place(z); loaded != nil && name == "" {
			zone, name = loaded, z
		}
	}
	if e.Dates.Start.DateTBA || e.Dates.Start.DateTBD {
		return "dates.start", "Datoen er ikke bestemt ennå."
	}
	start, err := e.Dates.Start.read(zone)
	if err != nil {
		return "dates.start", fmt.Sprintf("Starten kan ikke leses: %v.", err)
	}
	if instant, _ := (catalog.Occurrence{Start: start.Time, AllDay: start.Day}).Span(zone); instant.After(a.last) {
		a.last = instant
	}
	s := show{at: catalog.Occurrence{Start: start.Time, AllDay: start.Day, Status: statuses[e.Dates.Status.Code]}}
	if end, err := e.Dates.End.read(zone); err == nil && end.Day == start.Day && !e.Dates.End.Approximate && end.Time.After(start.Time) {
		s.at.End = end.Time
	}
	if first, err := e.Dates.First.read(zone); err == nil && first.Day == start.Day {
		s.at.PreviousStart = first.Time
	}
	s.at.URL, _ = catalog.CleanURL(e.URL, address)
	s.price = price(e)
	s.offer = offer(e, s.at.URL, s.price)
	id := catalog.DerivedID("production", e.Name, cmp.Or(venue.ID, venue.Name))
	p, known := a.at[id]
	if !known {
		p = &production{Record: a.record(e, venue, address)}
		p.NativeID, p.IDDerived, p.Schedule.Zone = id, true, name
		a.at[id] = p
		a.productions = append(a.productions, p)
	}
	p.shows = append(p.shows, s)
	return "", ""
}

// statuses are those of Ticketmaster; onsale, offsale and rescheduled mean that it takes place.
var statuses = map[string]catalog.Status{"cancelled": catalog.StatusCancelled, "canceled": catalog.StatusCancelled, "postponed": catalog.StatusPostponed}

// read gives the instant when there is one, else the clock at the venue, else the day.
func (m moment) read(zone *time.Location) (when.Time, error) {
	switch {
	case m.TimeTBA || m.NoTime || m.Instant == "" && m.Time == "":
		t, err := when.Parse(m.Date, zone)
		if err == nil && !t.Day {
			return when.Time{}, fmt.Errorf("«%.40s» er ingen dag", m.Date)
		}
		return t, err
	case m.Instant != "":
		t, err := when.Parse(m.Instant, zone)
		if err == nil && !t.Day {
			t.Time = t.Time.In(zone)
		}
		return t, err
	}
	return when.Parse(m.Date+"T"+m.Time, zone)
}

// price is the widest of the ranges that say what is paid: those with fees when there are any.
func price(e *Event) *catalog.Price {
	var p *catalog.Price
	for _, fees := range []bool{true, false} {
		for _, r := range e.Prices {
			low, errLow := catalog.ParseMoney(string(r.Min))
			high, errHigh := catalog.ParseMoney(string(r.Max))
			if errLow != nil || errHigh != nil || high < low || high == 0 || len(r.Currency) != 3 || strings.Contains(r.Type, "including fees") != fees {
				continue
			}
			if p == nil {
				p = &catalog.Price{Min: &low, Max: &high, Currency: r.Currency, Unit: "ticket"}
			} else if p.Currency == r.Currency {
				low, high = min(low, *p.Min), max(high, *p.Max)
				p.Min, p.Max = &low, &high
			}
		}
		if p != nil {
			break
		}
	}
	if p != nil && *p.Min > 0 {
		p.Free = catalog.No
	}
	return p
}

func offer(e *Event, url string, p *catalog.Price) catalog.Offer {
	o := catalog.Offer{URL: url, ValidFrom: sale(e.Sales.Public.Start), ValidThrough: sale(e.Sales.Public.End)}
	if e.Dates.Status.Code == "onsale" {
		o.Availability = catalog.Available
	}
	if p != nil {
		o.Currency = p.Currency
		if *p.Min == *p.Max {
			o.Price = p.Min
		}
	}
	return o
}

// sale is an end of the sale; years before 2000 stand for one that is not set.
func sale(s string) time.Time {
	t, err := when.Parse(s, time.UTC)
	if err != nil || t.Day || t.Time.Year() < 2000 {
		return time.Time{}
	}
	return t.Time
}

// record is what all performances of a production have in common.
func (a *adapter) record(e *Event, v Venue, address string) catalog.Record {
	r := catalog.Record{Source: a.Source.ID, Kind: cmp.Or(a.Source.Kind, catalog.KindEvent), Title: strings.TrimSpace(e.Name), Keywords: words(e)}
	var prose []string
	for _, s := range []string{e.Description, e.Info, e.PleaseNote} {
		if s = strings.TrimSpace(catalog.PlainText(s)); s != "" && !slices.Contains(prose, s) {
			prose = append(prose, s)
		}
	}
	r.Description = strings.Join(prose, "\n\n")
	if name := strings.TrimSpace(e.Promoter.Name); name != "" && !strings.HasPrefix(strings.ToUpper(name), "PROMOTED BY") {
		r.Organizer = &catalog.Organizer{Name: name}
	}
	place := catalog.Place{Name: v.Name, Address: v.Address.Line, PostalCode: string(v.Postal), Locality: v.City.Name, Geo: markup.Point(string(v.Location.Lat), string(v.Location.Lon))}
	if place != (catalog.Place{}) {
		r.Place = &place
	}
	best := -1
	for _, i := range e.Images {
		u, ok := catalog.CleanURL(i.URL, address)
		worth := i.Width
		if i.Ratio == "16_9" {
			worth += widest
		}
		if ok && !i.Fallback && i.Width <= widest && worth > best {
			best, r.Image = worth, &catalog.Image{URL: u}
		}
	}
	return r
}

// widest is how wide an image of a listing needs to be, in pixels.
const widest = 1300

func words(e *Event) []string {
	var out []string
	for _, c := range e.Classes {
		for _, n := range []named{c.Segment, c.Genre, c.SubGenre} {
			if n.Name != "" && n.Name != "Undefined" && !slices.Contains(out, n.Name) {
				out = append(out, n.Name)
			}
		}
	}
	return out
}

// record gives the production with its performances in the order of time.
func (p *production) record(zone *time.Location) catalog.Record {
	r := p.Record
	slices.SortStableFunc(p.shows, func(x, y show) int {
		a, _ := x.at.Span(zone)
		b, _ := y.at.Span(zone)
		return cmp.Or(a.Compare(b), cmp.Compare(x.at.URL, y.at.URL))
	})
	called, off := 0, 0
	for _, s := range p.shows {
		r.Schedule.Dates = append(r.Schedule.Dates, s.at)
		switch s.at.Status {
		case catalog.StatusCancelled:
			called++
		case catalog.StatusPostponed:
			off++
		}
		if len(p.shows) > 1 {
			s.offer.Name = s.at.Start.Format("2.1.2006 kl. 15.04")
			if s.at.AllDay {
				s.offer.Name = s.at.Start.Format("2.1.2006")
			}
		}
		if len(r.Offers) < catalog.MaxOffers {
			r.Offers = append(r.Offers, s.offer)
		}
		if s.at.Status != catalog.StatusCancelled || len(p.shows) == 1 {
			r.Price = wider(r.Price, s.price)
		}
	}
	r.URL = p.shows[0].at.URL
	switch len(p.shows) {
	case called:
		r.Status = catalog.StatusCancelled
	case off:
		r.Status = catalog.StatusPostponed
	}
	return r
}

// wider is the range of both prices; one in another currency is left to its offer.
func wider(p, q *catalog.Price) *catalog.Price {
	if p == nil || q == nil || p.Currency != q.Currency {
		return cmp.Or(p, q)
	}
	low, high, out := min(*p.Min, *q.Min), max(*p.Max, *q.Max), *p
	out.Min, out.Max = &low, &high
	if low == 0 {
		out.Free = catalog.NotStated
	}
	return &out
}
