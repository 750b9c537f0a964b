package eventbrite

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"fritidshub/catalog"
	"fritidshub/connectors/markup"
	"fritidshub/connectors/tickets"
	"fritidshub/connectors/when"
)

type adapter struct {
	zones   when.Zones
	series  tickets.Series // by series_id
	dated   map[string]bool
	parents []catalog.Reject // of series; they only count when no date of theirs comes
}

// hidden are the states of what the public is not to see.
var hidden = map[string]bool{"draft": true, "deleted": true, "unpublished": true}

// item hands over the record of one event, unless it is a date of a series.
func (a *adapter) item(w *tickets.Walk, raw json.RawMessage, where, address string) {
	var e Event
	field, reason := tickets.Decode(raw, &e)
	id := catalog.NativeID(string(e.ID))
	if !w.New(id) {
		return
	}
	state := strings.ToLower(string(e.Status))
	if hidden[state] || e.InviteOnly.Value || e.Listed.Value != nil && !*e.Listed.Value {
		return
	}
	title := strings.TrimSpace(e.Name.Value.plain())
	reject := catalog.Reject{NativeID: id, Title: catalog.CleanText(title, catalog.MaxTitle), Locator: where, Fixer: catalog.FixSource}
	if e.SeriesParent.Value && reason == "" {
		reject.Field, reject.Reason, reject.Fixer = "is_series_parent", "Serien kom uten datoene sine. Ta bort show_series_parent fra url.", catalog.FixEditor
		a.parents = append(a.parents, reject)
		return
	}
	zone, zoneName := w.Source.Zone, "" // the name is said when it is another
	if own := a.zones.Place(string(e.Start.Value.Zone)); own != nil && own.String() != zone.String() {
		zone, zoneName = own, own.String()
	}
	start, err := e.Start.Value.read(zone)
	switch {
	case reason != "":
	case id == "":
		field, reason = "id", "Arrangementet har ingen id."
	case title == "":
		field, reason = "name", "Arrangementet har ikke noe navn."
	case e.HideStart.Value:
		field, reason = "hide_start_date", "Arrangøren vil ikke at datoen vises."
	case err != nil:
		field, reason = "start", fmt.Sprintf("Starten kan ikke leses: %v.", err)
	}
	if reason != "" {
		reject.Field, reject.Reason = field, reason
		w.Reject(reject)
		return
	}
	r := catalog.Record{NativeID: id, Kind: cmp.Or(w.Source.Kind, catalog.KindEvent), Title: title, Keywords: e.words(), Place: e.place()}
	r.Summary = strings.TrimSpace(catalog.PlainText(string(e.Summary)))
	r.Description = catalog.CleanLines(cmp.Or(e.Description.Value.plain(), r.Summary), catalog.MaxDescription)
	r.URL, _ = catalog.CleanURL(string(e.URL), address)
	if image, ok := catalog.CleanURL(string(cmp.Or(e.Logo.Value.Original.URL, e.Logo.Value.URL)), address); ok {
		r.Image = &catalog.Image{URL: image}
	}
	if name := strings.TrimSpace(string(e.Organizer.Value.Name)); name != "" {
		r.Organizer = &catalog.Organizer{Name: name}
	}
	if t, err := time.Parse(time.RFC3339, string(e.Changed)); err == nil {
		r.Modified = t.UTC()
	}
	r.Schedule.Zone = zoneName
	at := catalog.Occurrence{Start: start.Time, AllDay: start.Day}
	if end, err := e.End.Value.read(zone); err == nil && end.Day == start.Day && end.Time.After(start.Time) && !e.HideEnd.Value {
		at.End = end.Time
	}
	r.Schedule.Dates = []catalog.Occurrence{at}
	r.Price, r.Offers, r.Status = e.sale(r.URL, state == "canceled" || state == "cancelled", w.Now)
	if key := catalog.NativeID(string(e.Series)); key != "" {
		if a.dated == nil {
			a.dated = map[string]bool{}
		}
		a.dated[key] = true
		a.series.Add(key, r)
		return
	}
	w.Emit(r)
}

// plain is the text of both parts; the HTML is the fuller.
func (m multipart) plain() string { return catalog.PlainText(string(cmp.Or(m.HTML, m.Text))) }

// read gives the instant on the clocks of zone.
func (m moment) read(zone *time.Location) (when.Time, error) {
	t, err := when.Parse(string(cmp.Or(m.UTC, m.Local)), zone)
	if err == nil && !t.Day {
		t.Time = t.Time.In(zone)
	}
	return t, err
}

func (e *Event) words() []string {
	var out []string
	sub := e.Subcategory.Value
	for _, word := range []text{e.Category.Value.Name, sub.Parent.Name, sub.Name, e.Format.Value.Name} {
		if word != "" && !slices.Contains(out, string(word)) {
			out = append(out, string(word))
		}
	}
	return out
}

func (e *Event) place() *catalog.Place {
	v := e.Venue.Value
	lines := slices.DeleteFunc([]string{string(v.Address.Line1), string(v.Address.Line2)}, func(s string) bool { return s == "" })
	p := catalog.Place{Name: string(v.Name), Address: strings.Join(lines, ", "), PostalCode: string(v.Address.Postal), Locality: string(v.Address.City),
		Geo: markup.Point(string(cmp.Or(v.Latitude, v.Address.Latitude)), string(cmp.Or(v.Longitude, v.Address.Longitude))), Online: e.Online.Value}
	if p == (catalog.Place{}) {
		return nil
	}
	return &p
}

// last hands over the series. One that may lack dates is left as it was.
func (a *adapter) last(w *tickets.Walk, complete bool) {
	for _, r := range a.parents {
		if complete && !a.dated[r.NativeID] {
			w.Reject(r)
		}
	}
	if complete {
		_ = a.series.Each(w.Source.Zone, func(r catalog.Record) error { w.Emit(r); return nil }) // the walk keeps its error
	}
}
