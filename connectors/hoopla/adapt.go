package hoopla

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors/markup"
	"fritidshub/connectors/tickets"
	"fritidshub/connectors/when"
)

type adapter struct {
	*connector
	shop    string // scheme and host of an organiser's shop; "" for the list of a town
	details tickets.Details
	silent  int // events without an answer of their own that can be read
}

// item reads one event of a list.
func (a *adapter) item(ctx context.Context, w *tickets.Walk, item json.RawMessage, where, address string) {
	var e Event
	field, reason := tickets.Decode(item, &e)
	id := catalog.NativeID(string(e.ID))
	if !w.New(cmp.Or(id, catalog.Hash(item))) {
		return
	}
	title := text(string(cmp.Or(e.Name, e.EventName)), catalog.MaxTitle)
	start, err := when.Parse(string(e.Start), w.Source.Zone)
	switch {
	case reason != "":
	case id == "":
		field, reason = "event_id", "Arrangementet har ingen id."
	case title == "":
		field, reason = "name", "Arrangementet har ikke noe navn."
	case err != nil:
		field, reason = "start", "Starten kan ikke leses: "+err.Error()+"."
	}
	description := ""
	if reason == "" {
		if description, err = a.description(ctx, w, id); err != nil { // what is known of it stays
			reason = "Omtalen kunne ikke leses: " + err.Error()
		}
	}
	if reason != "" {
		w.Reject(catalog.Reject{NativeID: id, Title: title, Locator: where, Field: field, Reason: reason, Fixer: catalog.FixSource})
		return
	}
	r := catalog.Record{NativeID: id, Kind: kind(w.Source.Kind, &e), Title: title, Summary: text(string(e.Short), catalog.MaxText),
		URL: a.page(&e, id, address), Place: place(&e)}
	o := catalog.Occurrence{Start: start.Time, AllDay: start.Day}
	if end, err := when.Parse(string(e.End), w.Source.Zone); err == nil && end.Day == start.Day && end.Time.After(start.Time) {
		o.End = end.Time
	}
	if !o.AllDay { // instants in UTC, told by the clock of the place
		o.Start, o.End = o.Start.In(w.Source.Zone), inZone(o.End, w.Source.Zone)
	}
	r.Schedule.Dates = []catalog.Occurrence{o}
	r.Description = cmp.Or(description, catalog.CleanLines(catalog.PlainText(string(e.Description)), catalog.MaxDescription))
	for _, word := range e.words() {
		if word = text(word, 100); word != "" && !slices.Contains(r.Keywords, word) {
			r.Keywords = append(r.Keywords, word)
		}
	}
	if name := text(string(e.Organization.Value.Name), catalog.MaxTitle); name != "" {
		r.Organizer = &catalog.Organizer{Name: name}
	}
	if ref := e.Images.Value.widest(); a.ImageBase != "" && ref != "" {
		if u, ok := catalog.CleanURL(ref, a.ImageBase); ok {
			r.Image = &catalog.Image{URL: u}
		}
	}
	switch sale := availability(&e); {
	case e.Cancelled.Value:
		r.Status = catalog.StatusCancelled
	default:
		if sale == catalog.SoldOut {
			r.Status = catalog.StatusFull
		}
		if r.URL != "" || sale != "" {
			r.Offers = []catalog.Offer{{URL: r.URL, Availability: sale}}
		}
	}
	w.Emit(r)
}

func inZone(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(zone)
}

// kind: what Hoopla calls a course is one, unless the source's kind says otherwise.
func kind(of catalog.Kind, e *Event) catalog.Kind {
	if of == "" && cmp.Or(e.Data.Value.Category, e.Category) == "COURSE" {
		return catalog.KindCourse
	}
	return cmp.Or(of, catalog.KindEvent)
}

// page is where the event is described and sold, "" when that is not known.
func (a *adapter) page(e *Event, id, address string) string {
	if u, ok := catalog.CleanURL(string(e.SalesPage), address); ok {
		return u
	}
	if a.shop == "" || !plain.MatchString(id) {
		return ""
	}
	return a.shop + "/event/" + id
}

// availability is what is left, as far as the state of the sale does not say that it is over. Other words say nothing to us.
func availability(e *Event) catalog.Availability {
	switch {
	case e.Availability == "SOLD_OUT":
		return catalog.SoldOut
	case strings.EqualFold(string(e.SaleState), "ended"):
		return catalog.Ended
	case e.SaleState != "" && !strings.EqualFold(string(e.SaleState), "active"):
		return ""
	case e.Availability == "MANY_LEFT", e.Availability == "FEW_LEFT":
		return catalog.Available
	}
	return ""
}

func place(e *Event) *catalog.Place {
	p := e.Place.Value
	if p == (Place{}) {
		p = e.Data.Value.Place.Value
	}
	out := catalog.Place{Name: text(string(cmp.Or(p.Name, p.Venue)), catalog.MaxTitle), Address: text(string(p.Street), catalog.MaxTitle),
		PostalCode: text(string(p.PostalCode), 10), Locality: text(string(cmp.Or(p.PostalArea, p.City)), catalog.MaxTitle),
		Geo: markup.Point(string(p.Coordinates.Value.Lat), string(p.Coordinates.Value.Lon))}
	if out == (catalog.Place{}) {
		return nil
	}
	return &out
}

// text is s on one line, without markup.
func text(s string, most int) string { return catalog.CleanText(catalog.PlainText(s), most) }
