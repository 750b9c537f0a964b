package billetto

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors/markup"
	"fritidshub/connectors/tickets"
	"fritidshub/connectors/when"
)

// adapter makes records of what a walk finds.
type adapter struct {
	*connector
	series    tickets.Series // by parent
	unpriced  int            // prices left out
	elsewhere int            // events left out for where they are
	here      int
}

// hidden are the states of what the public is not to see.
var hidden = map[string]bool{"draft": true, "deleted": true, "unpublished": true, "publishing": true}

var statuses = map[string]catalog.Status{"cancelled": catalog.StatusCancelled, "canceled": catalog.StatusCancelled, "postponed": catalog.StatusPostponed}

// item hands over the record of one event, unless it is a performance of a series.
func (a *adapter) item(w *tickets.Walk, raw json.RawMessage, where, address string) {
	var e Event
	field, reason := tickets.Decode(raw, &e)
	id := catalog.NativeID(string(e.ID))
	if !w.New(id) {
		return
	}
	state := strings.ToLower(string(cmp.Or(e.State, e.Status)))
	if hidden[state] || e.Public.Value != nil && !*e.Public.Value {
		return
	}
	title := strings.TrimSpace(catalog.PlainText(string(cmp.Or(e.Title, e.Name))))
	var start when.Time
	switch from := string(cmp.Or(e.Start, e.StartsAt)); {
	case reason != "":
	case id == "":
		field, reason = "id", "Arrangementet har ingen id."
	case title == "":
		field, reason = "title", "Arrangementet har ikke noe navn."
	case from == "":
		field, reason = "startdate", "Arrangementet har ingen startdato."
	default:
		var err error
		if start, err = when.Parse(from, w.Source.Zone); err != nil {
			field, reason = "startdate", fmt.Sprintf("Starten kan ikke leses: %v.", err)
		}
	}
	if reason != "" {
		w.Reject(catalog.Reject{NativeID: id, Title: catalog.CleanText(title, catalog.MaxTitle), Locator: where, Field: field, Reason: reason, Fixer: catalog.FixSource})
		return
	}
	if !a.wanted(e.Location.Value) {
		a.elsewhere++
		return
	}
	a.here++
	r := catalog.Record{NativeID: id, Kind: cmp.Or(w.Source.Kind, catalog.KindEvent), Title: title,
		Description: catalog.CleanLines(catalog.PlainText(string(e.Description)), catalog.MaxDescription), Keywords: e.words(), Place: e.place(), Status: statuses[state]}
	r.URL, _ = catalog.CleanURL(string(cmp.Or(e.URL, e.PublicURL)), address)
	if image, ok := catalog.CleanURL(string(e.Image), address); ok {
		r.Image = &catalog.Image{URL: image}
	}
	if name := strings.TrimSpace(string(e.Organiser.Value.Name)); name != "" {
		r.Organizer = &catalog.Organizer{Name: name}
	}
	if t, err := time.Parse(time.RFC3339, string(e.Changed)); err == nil {
		r.Modified = t.UTC()
	}
	at := catalog.Occurrence{Start: local(start, w.Source.Zone), AllDay: start.Day}
	if end, err := when.Parse(string(cmp.Or(e.End, e.EndsAt)), w.Source.Zone); err == nil && end.Day == start.Day && end.Time.After(start.Time) {
		at.End = local(end, w.Source.Zone)
	}
	r.Schedule.Dates = []catalog.Occurrence{at}
	a.sale(&e, &r, w.Now)
	if parent := catalog.NativeID(string(e.Parent)); parent != "" {
		a.series.Add("serie-"+parent, r)
		return
	}
	w.Emit(r)
}

// wanted reports whether an event is where the editor wants events from. One that does not say where it is, is not.
func (a *adapter) wanted(l Location) bool {
	if a.Country != "" && !strings.EqualFold(strings.TrimSpace(string(l.Country)), a.Country) {
		return false
	}
	return len(a.places) == 0 || a.places[catalog.Fold(string(l.City))] || a.places[catalog.Fold(string(cmp.Or(l.Postal, l.Zip)))]
}

// local is an instant on the clocks of zone; a day stays as it is.
func local(t when.Time, zone *time.Location) time.Time {
	if t.Day {
		return t.Time
	}
	return t.Time.In(zone)
}

func (e *Event) words() []string {
	var out []string
	c := e.Category.Value
	for _, word := range []text{c.Category, c.Subcategory, c.Type, c.InWords, c.SubInWords, c.TypeInWords} {
		if word != "" {
			out = append(out, string(word))
		}
	}
	return out
}

func (e *Event) place() *catalog.Place {
	l := e.Location.Value
	p := catalog.Place{Name: string(l.Name), Address: string(cmp.Or(l.AddressLine, l.Address)), PostalCode: string(cmp.Or(l.Postal, l.Zip)), Locality: string(l.City), Online: e.Online.Value}
	for _, d := range []degrees{l.degrees, l.Coordinates.Value} {
		if p.Geo == nil {
			p.Geo = markup.Point(string(cmp.Or(d.Latitude, d.Lat)), string(cmp.Or(d.Longitude, d.Lng, d.Lon)))
		}
	}
	if p == (catalog.Place{}) {
		return nil
	}
	return &p
}

// sale reads the lowest price and what is left. An amount of 0 only says that some ticket may be free.
func (a *adapter) sale(e *Event, r *catalog.Record, now time.Time) {
	offer := catalog.Offer{URL: r.URL}
	switch status := strings.ToLower(e.Availability.Status); {
	case status == "sold_out":
		offer.Availability = catalog.SoldOut
		r.Status = cmp.Or(r.Status, catalog.StatusFull)
	case e.Availability.Open, status == "available", status == "high", status == "medium", status == "low":
		offer.Availability = catalog.Available
	}
	if left := e.Availability.Left; left != nil && *left >= 0 {
		offer.Remaining, offer.RemainingAt = left, now
	}
	if r.Status == catalog.StatusCancelled {
		offer.Availability, offer.Remaining, offer.RemainingAt = "", nil, time.Time{}
	}
	currency := strings.ToUpper(string(e.Price.Value.Currency))
	amount := e.Price.Value.Amount.Value
	switch {
	case amount == nil || *amount <= 0 || *amount > int64(catalog.MaxMoney) || len(currency) != 3:
	case a.Amounts == "":
		a.unpriced++
	default:
		low := catalog.Money(*amount)
		if a.Amounts == "whole" {
			low = catalog.Kroner(*amount)
		}
		if low > catalog.MaxMoney {
			break
		}
		r.Price = &catalog.Price{Min: &low, Currency: currency, Free: catalog.No, Unit: "ticket"}
	}
	if offer != (catalog.Offer{}) {
		r.Offers = []catalog.Offer{offer}
	}
}

// last hands over the series and what an editor should know. A series that may lack dates is left as it was.
func (a *adapter) last(w *tickets.Walk, complete bool) {
	if a.unpriced > 0 {
		w.Warn("", fmt.Sprintf("%d priser er ikke tatt med: det er ikke sikkert om Billetto gir dem i øre eller hele kroner. Sammenlign amount_in_cents for ett arrangement med prisen på siden dets, og skriv cents eller whole i options.amounts", a.unpriced))
	}
	if a.elsewhere > 0 && a.here == 0 {
		w.Warn("", fmt.Sprintf("Ingen av %d arrangementer er der options.country og options.places sier", a.elsewhere))
	}
	if complete {
		_ = a.series.Each(w.Source.Zone, func(r catalog.Record) error { w.Emit(r); return nil }) // the walk keeps its error
	}
}
